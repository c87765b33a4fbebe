"""The bench's table: what it says of figures that are known, and its exit codes."""

from __future__ import annotations

import io
import json
import math

import numpy as np
import pytest
from rich.console import Console

from agent.audio import Pcm, level_dbfs
from agent.errors import EngineMissing
from transport.bench.crowd import Crowd, late_share, reply_delay_ms
from transport.bench.delays import Turn, final_text_ms
from transport.bench.delays import rows as delay_rows
from transport.bench.ears import Kept
from transport.bench.figures import Row, both, part, share_row, spread_row
from transport.bench.load import memory_rows, session_rows
from transport.bench.overlap import Endured, Stopped, barge_in_rows, cough_rows, hum
from transport.bench.stage import Bench
from transport.bench.suite import PARTS, Part, run
from transport.client import Heard
from transport.demo.person import LEVEL_DBFS


def test_percentiles_lie_between_their_neighbours_and_are_none_of_nothing() -> None:
    assert part([100, 200, 300], 50) == 200
    assert part([0, 100], 95) == 95
    assert math.isnan(part([], 50))


@pytest.mark.parametrize(
    ("values", "met"), [([590.0] * 20, True), ([590.0] * 18 + [1200.0] * 2, False), ([610.0] * 20, False), ([], None)]
)
def test_a_delay_is_met_when_both_its_limits_are(values: list[float], met: bool | None) -> None:
    row = spread_row("delay", values, p50=600, p95=900)
    assert row.met is met
    assert row.target == "p50 ≤ 600, p95 ≤ 900 ms"


def test_what_is_not_asked_is_neither_met_nor_missed() -> None:
    assert spread_row("delay", [1.0]).met is None
    assert share_row("all of none", 0, 0, at_least=100).met is None
    assert share_row("share", 19, 20, at_least=95).met is True
    assert (both(True, None), both(False, None), both(True, True)) == (None, False, True)


def test_the_final_text_is_moved_to_the_callers_clock_by_the_sound_that_both_saw() -> None:
    assert final_text_ms(480, {"final_text": 200, "sound_out": 390}) == 290
    assert final_text_ms(None, {"final_text": 200, "sound_out": 390}) is None
    assert final_text_ms(480, {"final_text": 200}) is None


def test_a_turn_that_was_cut_off_or_got_no_reply_is_told_and_not_counted_as_a_delay() -> None:
    stages = {"final_text": 200, "endpoint": 300, "sound_out": 400}
    turns = [Turn(500, 300, stages), Turn(None, None, {}, "no reply"), Turn(None, None, {}, "cut", cut_off=True)]
    first, *_ = delay_rows(turns, [], [])
    assert first.numbers["count"] == 1
    assert "1 of 3 answered as asked, 1 cut off while speaking, 1 without a reply" in first.note


def test_a_barge_in_that_the_reply_spoke_over_is_a_miss() -> None:
    cases = [Stopped("stop please", 90, 200, 700), Stopped("be quiet", 95, None, None)]
    ducked, silent, _, stopped = barge_in_rows(cases, 3)
    assert ducked.numbers["p50_ms"] == 92.5
    assert "1 of 3 could not be measured" in ducked.note
    assert "be quiet" in silent.note
    assert (stopped.value, stopped.met) == ("1 of 2", False)


def test_a_reply_is_whole_when_it_ended_with_all_words_and_all_sound() -> None:
    fine = Endured("cough", True, 0, Kept(0, 520, 520))
    cases = [fine, Endured("right", False, 9, None), Endured("okay", True, 0, Kept(260, 0, 0))]
    ended, whole, gap = cough_rows(cases)
    assert (ended.value, whole.value) == ("2 of 3", "1 of 3")
    assert "right" in ended.note
    assert "okay" in whole.note
    assert gap.numbers["longest_ms"] == 520
    assert all(row.met for row in cough_rows([fine])[:2])


def test_packets_are_late_beyond_the_limit_or_when_they_never_came() -> None:
    assert late_share([0, 5_000, 20_000, 20_001], 0) == 0.25
    assert late_share([0, 0, 0], 1) == 0.25
    assert late_share([], 0) == 0.0


def test_the_delay_of_a_reply_is_told_from_the_packets_to_five_milliseconds() -> None:
    silence = np.zeros(480, np.int16)
    sound: Pcm = np.concatenate((silence[:240], np.full(240, 3000, np.int16)))
    packets = [Heard(1_000_000 + 20_000 * k, 480 * k, sound if k == 30 else silence) for k in range(60)]
    assert reply_delay_ms(packets, 1_100_000) == 510
    assert reply_delay_ms(packets, 1_700_000) is None
    assert reply_delay_ms(packets, 1_100_000, within_s=0.3) is None


def crowd(sessions: int, late: float, own_late: float = 0.0) -> Crowd:
    return Crowd(sessions, 1000, late, own_late, 4, 4, [450.0, 460.0, 470.0, 480.0], 0.0, 0.3)


def test_the_most_sessions_are_those_of_the_last_step_without_breaks() -> None:
    row, *steps = session_rows([crowd(4, 0.0), crowd(8, 0.004), crowd(12, 0.03)], alone=True)
    assert (row.value, row.met) == ("8", False)
    assert len(steps) == 3
    assert steps[0].numbers["p50_ms"] == 465
    assert session_rows([crowd(4, 0.02), crowd(12, 0.0)], alone=True)[0].value == "≥ 12"


def test_callers_that_were_late_themselves_leave_it_open() -> None:
    row = session_rows([crowd(8, 0.0), crowd(12, 0.03, own_late=0.04)], alone=True)[0]
    assert (row.value, row.met) == ("≥ 8", None)
    assert "callers' own core was full" in row.note


def test_memory_grows_when_it_goes_on_growing() -> None:
    settled = memory_rows(240, {10: 260, 20: 268, 30: 268.5, 40: 268.6})[1]
    leaking = memory_rows(240, {10: 260, 20: 265, 30: 270, 40: 275})[1]
    assert (settled.met, leaking.met) == (True, False)
    assert leaking.numbers["later_kb_per_call"] == 512


# --- the command --------------------------------------------------------------------------------------------------


async def _fine(bench: Bench) -> list[Row]:
    bench.tell("at work")
    return [Row("a figure", "[7] ms", {"ms": 7}, "≤ 5 ms", False, f"{bench.turns} turns")]


async def _missing(bench: Bench) -> list[Row]:
    raise EngineMissing("flite is not here: apt install flite")


FAKES = (Part("fine", "runs", _fine), Part("missing", "can't run", _missing))


def shown(*only: str, as_json: bool = False, listed: bool = False, parts: tuple[Part, ...] = FAKES) -> tuple[int, str]:
    out = io.StringIO()
    code = run(only, turns=3, as_json=as_json, listed=listed, console=Console(file=out, width=100), parts=parts)
    return code, out.getvalue()


def test_a_figure_that_is_missed_is_told_and_is_no_failure() -> None:
    code, text = shown("fine")
    assert code == 0
    assert "[7] ms" in text
    assert "≤ 5 ms" in text
    assert "no" in text


def test_a_part_that_cannot_run_is_told_and_the_others_run() -> None:
    code, text = shown()
    assert code == 1
    assert "apt install flite" in text
    assert "[7] ms" in text


def test_json_holds_every_row_and_the_machine(capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = shown(as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert code == 1
    assert found["missed"] == 1
    assert found["parts"]["fine"]["rows"][0]["numbers"] == {"ms": 7}
    assert found["parts"]["missing"]["error"].startswith("flite")
    assert found["machine"]["python"]


def test_what_it_is_at_is_told_on_the_side_where_nothing_can_move(capsys: pytest.CaptureFixture[str]) -> None:
    _, text = shown("fine")
    assert "at work" not in text
    assert capsys.readouterr().err == "fine, 0 s: at work\n"


def test_the_list_names_every_part_and_an_unknown_one_is_wrong_use() -> None:
    code, text = shown(listed=True, parts=PARTS)
    assert code == 0
    assert [line.split()[0] for line in text.splitlines() if line.strip()] == [part.name for part in PARTS]
    assert shown("nothing") == (2, "There is no part 'nothing'. There are: fine, missing.\n")


def test_a_hum_is_half_a_second_at_a_persons_level() -> None:
    assert len(hum(160)) == 7_680
    assert level_dbfs(hum(160)) == pytest.approx(LEVEL_DBFS, abs=0.5)
