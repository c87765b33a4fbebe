"""``netra bench --gpu``: its rows of known figures, and every part of it on tiny models, on this processor."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from agent.errors import EngineMissing
from transport.__main__ import cli
from transport.bench import gpu, neural
from transport.bench.lag import lag_row
from transport.bench.replies import Together, pass_row, reply_rows
from transport.bench.suite import run
from transport.bench.together import STAGES, Step, step_rows

needed = pytest.mark.skipif(
    any(find_spec(one) is None for one in ("torch", "transformers", "faster_whisper")),
    reason="torch, transformers and faster-whisper are not all installed: the bench of the neural engines is not tried",
)


def test_without_a_cuda_device_it_says_so_and_what_can_be_done() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    with pytest.raises(EngineMissing, match=r"no CUDA device.*netra bench --gpu --device cpu --small"):
        neural.device_of("cuda")


def test_the_command_lists_the_parts_of_each_scale_and_wants_gpu_for_its_options() -> None:
    listed = CliRunner().invoke(cli, ["bench", "--gpu", "--device", "cpu", "--list", "--json"])
    if any(find_spec(one) is None for one in ("torch", "transformers", "faster_whisper")):
        assert isinstance(listed.exception, EngineMissing)
    else:
        assert [one["name"] for one in json.loads(listed.stdout)] == [
            "hearing", "thinking-3b", "thinking-8b", "speaking", "gathering", "together",
        ]  # fmt: skip
    alone = CliRunner().invoke(cli, ["bench", "--small", "--list"])
    assert alone.exit_code == 2


@needed
@pytest.mark.timeout(400)
def test_every_part_runs_on_tiny_models(capsys: pytest.CaptureFixture[str]) -> None:
    scale = replace(neural.TINY, sessions=(2,))
    told = io.StringIO()
    console = Console(file=told)
    code = run((), turns=1, as_json=True, listed=False, console=console, parts=gpu.parts("cpu", scale))
    parts: dict[str, Any] = json.loads(capsys.readouterr().out)["parts"]
    assert {name: part["error"] for name, part in parts.items()} == dict.fromkeys(parts)
    assert code == 0
    rows = {row["figure"]: row for part in parts.values() for row in part["rows"]}
    assert rows["questions answered, conversations together"]["numbers"] == {"answered": 2, "missed": 0}
    assert rows["whisper smallest, cpu int8: committed words taken back"]["value"] == "0"
    assert rows["event-loop lag, all engines busy"]["numbers"]["count"] > 200
    assert rows["… of it the engines' doing"]["numbers"]["count"] > 200
    gathered = [row for row in parts["gathering"]["rows"] if row["numbers"]["2"]["times"] > 0]
    picture, speaker = "a picture of each conversation", "3 s of each speaker"
    assert [row["figure"].partition(",")[0] for row in gathered] == [picture, picture, speaker, speaker]
    assert rows["tokens a second of all replies side by side"]["numbers"]["2"] > 0
    assert rows["a token of each answer: one by one, in one pass"]["numbers"]["2"]["times"] > 0
    assert rows["memory with all engines"]["numbers"]["resident_mb"] > 50
    spoken = [row for figure, row in rows.items() if figure.startswith("kokoro")]
    assert all(row["numbers"] for row in spoken) == (find_spec("kokoro") is not None)


def test_a_stage_is_told_for_each_number_of_conversations_and_a_missing_answer_is_a_miss() -> None:
    good, bad = Step(1), Step(2, missed=1)
    for stage in STAGES:
        good.stages[stage] = [100.0, 200.0]
        bad.stages[stage] = [300.0]
    *stages, answered = step_rows([good, bad], "spoken by a stub")
    assert stages[0].value == "1: p50 150, p95 195 ms\n2: p50 300, p95 300 ms"
    assert stages[-1].numbers["2"] == {"p50_ms": 300.0, "p95_ms": 300.0}
    assert stages[-1].note == "spoken by a stub"
    assert (answered.value, answered.met) == ("3 of 4", False)
    assert {stage.target for stage in stages} == {""}


def test_a_stage_is_held_against_what_is_asked_at_each_number_of_conversations() -> None:
    steps = [Step(1), Step(16)]
    for step, ms in zip(steps, (240.0, 390.0), strict=True):
        step.stages["sound_out"] = [ms]
    asked = {"sound_out": {1: 250.0, 8: 1.0, 16: 400.0}}
    row = step_rows(steps, "", asked)[len(STAGES) - 1]
    assert (row.target, row.met) == ("p50 ≤ 250 ms at 1, p50 ≤ 400 ms at 16", True)
    steps[1].stages["sound_out"] = [410.0]
    assert step_rows(steps, "", asked)[len(STAGES) - 1].met is False


def test_the_loop_may_be_late_by_ten_milliseconds_once_in_a_hundred() -> None:
    assert lag_row("lag", [0.5] * 995 + [80.0] * 5).met is True
    assert lag_row("lag", [0.5] * 97 + [80.0] * 3).met is False
    assert lag_row("lag", []).met is None


def test_replies_side_by_side_are_compared_with_one() -> None:
    first, rate = reply_rows([Together(1, [50.0], 40, 1.0), Together(4, [60.0, 80.0], 160, 1.6)])
    assert first.numbers["4"]["p50_ms"] == 70
    assert rate.numbers == {"1": 40.0, "4": 100.0}
    assert "2.5 times one" in rate.note


def test_one_pass_is_compared_with_one_by_one() -> None:
    row = pass_row({1: (20.0, 20.0), 4: (80.0, 32.0)})
    assert row.value == "1: 20.0, 20.0 ms\n4: 80.0, 32.0 ms"
    assert row.note == "4 answers 2.5 times as fast"


def test_who_was_cut_off_costs_the_next_at_most_one_sentence() -> None:
    assert gpu.freed_row(900.0, 600.0, 300.0).met is True
    assert gpu.freed_row(1900.0, 600.0, 300.0).met is False
