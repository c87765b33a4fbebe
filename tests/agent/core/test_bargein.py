"""Verdicts over a sound: silence early, the cancel only when words prove it."""

from __future__ import annotations

import pytest

from agent.core.bargein import BargeInSettings, Verdict, judge_at_end, judge_unresolved, judge_while_speaking

LIMITS = BargeInSettings()
MS = 16


@pytest.mark.parametrize(
    ("text", "ms", "verdict"),
    [
        ("", 100, Verdict.DUCKED),
        ("", 160, Verdict.HELD),
        ("", 900, Verdict.HELD),
        ("", 3_000, Verdict.CANCEL),
        ("what time", 400, Verdict.HELD),
        ("what time", 700, Verdict.CANCEL),
        ("describe", 600, Verdict.HELD),
        ("describe", 900, Verdict.CANCEL),
        ("uh-huh", 500, Verdict.DUCKED),
        ("yeah okay right", 2_000, Verdict.DUCKED),
        ("stop", 0, Verdict.CANCEL),
        ("okay stop", 100, Verdict.CANCEL),
    ],
)
def test_while_the_sound_goes_on(text: str, ms: int, verdict: Verdict) -> None:
    assert judge_while_speaking(LIMITS, text, ms * MS) is verdict


@pytest.mark.parametrize(
    ("text", "ms", "coverage", "verdict"),
    [
        ("", 500, 1.0, Verdict.RETURN),
        ("...", 500, 1.0, Verdict.RETURN),
        ("uh-huh", 500, 1.0, Verdict.RETURN),
        ("i see", 500, 1.0, Verdict.RETURN),
        ("louder", 300, 0.9, Verdict.CANCEL),
        ("the cup", 400, 0.1, Verdict.RETURN),
        ("ahead", 256, 0.31, Verdict.RETURN),
        ("bright", 448, 0.56, Verdict.RETURN),
        ("what is that", 600, 0.56, Verdict.CANCEL),
        ("the cup", 1_000, 0.1, Verdict.CANCEL),
        ("stop", 300, 0.0, Verdict.CANCEL),
        ("add you eat", 450, 0.08, Verdict.CANCEL),  # "what do you see" over a loud echo
        ("add you eat", 300, 0.08, Verdict.RETURN),
        ("slow please", 450, 0.17, Verdict.RETURN),
    ],
)
def test_when_it_is_over(text: str, ms: int, coverage: float, verdict: Verdict) -> None:
    assert judge_at_end(LIMITS, text, ms * MS, coverage) is verdict


@pytest.mark.parametrize(
    ("text", "ms", "verdict"),
    [
        ("", 400, Verdict.RETURN),
        ("", 1_000, Verdict.CANCEL),
        ("uh-huh", 1_000, Verdict.RETURN),
        ("louder", 300, Verdict.CANCEL),
    ],
)
def test_when_the_last_words_never_come(text: str, ms: int, verdict: Verdict) -> None:
    assert judge_unresolved(LIMITS, text, ms * MS) is verdict


def test_silence_comes_before_any_cancel_that_is_no_order_to_stop() -> None:
    for text in ("", "louder", "what is that", "read"):
        verdicts = [judge_while_speaking(LIMITS, text, ms * MS) for ms in range(0, 4_000, 20)]
        assert Verdict.HELD in verdicts[: verdicts.index(Verdict.CANCEL)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hold_samples", -1),
        ("hold_samples", 20_000),
        ("words_samples", 20_000),
        ("wordless_samples", 100),
        ("min_coverage", 1.5),
        ("short_coverage", 1.5),
        ("verdict_timeout_ms", 5),
    ],
)
def test_impossible_limits_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        BargeInSettings(**{name: value})  # type: ignore[arg-type]
