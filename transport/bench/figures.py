"""What a bench says: a figure, what it should be, and whether it is. Knows numbers, not how they were taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Row:
    """``value``: as people read it. ``numbers``: the same for programs, units in their names. ``target``: what it
    should be; "" where nothing is asked. ``met``: None where nothing is asked or it could not be told."""

    figure: str
    value: str
    numbers: Mapping[str, Any]
    target: str = ""
    met: bool | None = None
    note: str = ""


def part(values: Sequence[float], percent: float) -> float:
    """The percentile, between the two nearest values; NaN of none."""
    return float(np.percentile(values, percent)) if len(values) else float("nan")


def at_most(value: float, limit: float) -> bool | None:
    """None when there is no value."""
    return None if value != value else value <= limit


def both(*facts: bool | None) -> bool | None:
    """All of them; None when one could not be told and none is false."""
    if any(fact is False for fact in facts):
        return False
    return None if None in facts else True


def spread_row(
    figure: str,
    values_ms: Sequence[float],
    *,
    p50: float | None = None,
    p95: float | None = None,
    note: str = "",
) -> Row:
    """Median and 95th percentile of milliseconds against their limits."""
    middle, high = part(values_ms, 50), part(values_ms, 95)
    wanted = [f"{name} ≤ {limit:.0f}" for name, limit in (("p50", p50), ("p95", p95)) if limit is not None]
    facts = [at_most(value, limit) for value, limit in ((middle, p50), (high, p95)) if limit is not None]
    return Row(
        figure,
        f"p50 {middle:.0f}, p95 {high:.0f} ms" if len(values_ms) else "nothing to measure",
        {"p50_ms": rounded(middle), "p95_ms": rounded(high), "count": len(values_ms)},
        ", ".join(wanted) + " ms" if wanted else "",
        both(*facts) if facts else None,
        f"{len(values_ms)} measured" + (f"; {note}" if note else ""),
    )


def share_row(figure: str, good: int, of: int, *, at_least: float, note: str = "") -> Row:
    """A share of cases, in percent, that must reach ``at_least``."""
    share = 100 * good / of if of else float("nan")
    met = None if not of else share >= at_least
    return Row(
        figure, f"{good} of {of}", {"good": good, "of": of, "percent": rounded(share)},
        "all" if at_least >= 100 else f"≥ {at_least:.0f} %", met, note,
    )  # fmt: skip


def rounded(value: float) -> float | None:
    """For JSON, which has no NaN."""
    return None if value != value else round(value, 2)
