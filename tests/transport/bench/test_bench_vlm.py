"""The bench of the vision-language model: its rows of known figures, and a run on the smallest model of that shape."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import pytest

from agent.errors import EngineMissing
from agent.settings import load
from transport.bench import random_vlm
from transport.bench.stage import Bench
from transport.bench.vlm import FRAMES, free_rows, ratio_rows, vlm


def test_ratios_are_met_where_reading_along_is_worth_it() -> None:
    good = ratio_rows((144.0, 136.0, 36.0), (6780.0, 1577.0, 58.0))
    assert [row.met for row in good] == [True, True]
    assert "117 times" in good[1].value
    assert [row.met for row in ratio_rows((144.0, 136.0, 36.0), (1000.0, 900.0, 80.0))] == [False, False]


def test_a_model_is_free_in_time_when_it_takes_about_a_token() -> None:
    assert [row.met for row in free_rows([10.0, 24.0], [0.1] * 200, 22.0, "small")] == [True, True]
    assert [row.met for row in free_rows([10.0, 60.0], [0.1] * 90 + [50.0] * 10, 22.0, "small")] == [False, False]


def test_a_run_on_the_smallest_model(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch", reason="torch is not installed: the bench of the brain 'vlm' is not tried")
    pytest.importorskip("transformers", reason="transformers is not installed: the same")
    monkeypatch.setitem(random_vlm.SIZES, "small", random_vlm.Size(64, 64, 1, 4, 2, 64, 64, 9, 700))
    rows = vlm(Bench(load(), 0, lambda _: None))
    assert len(rows) == len(FRAMES) + 4
    assert all(row.numbers for row in rows)
    assert "8 pictures" in rows[3].figure


def test_without_torch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **others: Any) -> Any:
        if name == "torch":
            raise ImportError("No module named 'torch'", name="torch")
        return real(name, *more, **others)

    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(EngineMissing, match=r"'torch': \.venv/bin/pip install -e '\.\[vlm\]'"):
        vlm(Bench(load(), 0, lambda _: None))
