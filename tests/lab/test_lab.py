"""The laboratory itself: what it runs holds every rule, twice the same; and each rule is one that can be broken."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.core import commands as c
from agent.core import events as e
from tests.lab import farm
from tests.lab.checks import CHECKS, violations
from tests.lab.generate import MOODS, generate, mood_of
from tests.lab.script import (
    Engines,
    Lose,
    Noise,
    Reply,
    Say,
    Script,
    StallMicrophone,
    Step,
    Stop,
    Type,
    plain_words,
    read,
    tokens,
    written,
)
from tests.lab.shrink import shrink
from tests.lab.stage import Run, play
from tests.lab.tally import Spread, tally

LIVELY = [seed for seed in range(900) if mood_of(seed) is not MOODS[0]]
"""Seeds of conversations that are not mostly silence."""

TALK = Script(
    (
        Step(Say("what is the [900] time q1"), 500),
        Step(Say("uh-huh"), 700, "sounding"),
        Step(Say("and what about q2", Reply(words=25)), 900, "sounding"),
        Step(Noise(300), 600, "sounding"),
        Step(Say("is there q3", Reply(skill="set_timer", seconds=3, words=0)), 400, "over"),
        Step(Type("tell me about q4"), 9_000, "over"),
        Step(Stop(), 800, "sounding"),
        Step(Say("read|red the q5 please", Reply(ends="breaks")), 400, "over"),
        Step(Say("where is q6"), 4_000, "over"),
    ),
    (Step(Lose(700), 40_000),),
)


@pytest.mark.parametrize("part", range(4))
def test_random_conversations_hold_every_rule(part: int, tmp_path: Path) -> None:
    for seed in LIVELY[part:220:4]:
        for finding in farm.converse(seed, tmp_path, most_s=20).findings:
            pytest.fail(str(finding))


def test_a_quiet_day_holds_every_rule() -> None:
    seed = next(seed for seed in range(99) if mood_of(seed) is MOODS[0])
    run = play(generate(seed, most_s=4 * 3600))
    assert violations(run) == []
    assert run.ended_us - run.began_us > 3.5 * 3.6e9


@pytest.mark.parametrize("seed", LIVELY[:4])
def test_the_same_script_gives_the_same_recording_which_is_replayed_from_its_file(seed: int) -> None:
    assert farm.filed(generate(seed, most_s=60)) == []


@pytest.mark.parametrize("seed", LIVELY[4:10])
def test_silence_that_is_not_carried_changes_nothing_but_positions(seed: int) -> None:
    script = generate(seed, most_s=60)
    sparse, dense = (play(replace(script, sparse=sparse)).flight.lines for sparse in (True, False))
    assert [_without_positions(line) for line in sparse] == [_without_positions(line) for line in dense]


def _without_positions(line: tuple[int, object]) -> tuple[int, object]:
    match line[1]:
        case e.SpeechLikely() | e.SpeechUnlikely() | c.ShowSpeech() as what:
            return line[0], replace(what, at=0)
        case e.SpeechStarted(at=at, start=start) as what:
            return line[0], replace(what, at=0, start=start - at)
        case e.SpeechStopped(at=at, end=end) as what:
            return line[0], replace(what, at=0, end=end - at)
        case what:
            return line[0], what


def test_a_script_is_written_as_it_is_read() -> None:
    for seed in LIVELY[:40]:
        script = generate(seed, most_s=60)
        assert read(written(script)) == script
        assert generate(seed, most_s=60) == script
    with pytest.raises(TypeError, match="no Script"):
        read("Step(Stop())")


def test_words_are_read_as_they_are_understood() -> None:
    assert plain_words("read|red the [700] text q17") == "read the text q17"
    assert tokens("what q1 [300] about q22|a") == ["q1", "q22"]


def test_all_that_a_script_can_hold_happens() -> None:
    run = play(TALK)
    assert violations(run) == []
    assert len(run.done) == len(TALK.person) + len(TALK.world)
    told = {type(what).__name__ for _, what in run.flight.lines}
    assert {"Announced", "LineLost", "ReplyFailed", "StopPressed", "TextTyped", "Hold", "Unduck", "SayAloud"} <= told
    assert "ReplyReleased" not in told


# --- every rule can be broken ---------------------------------------------------------------------------------------


def _drop(run: Run, kind: type) -> None:
    """The last of this kind never happened."""
    at = max(at for at, (_, what) in enumerate(run.flight.lines) if isinstance(what, kind))
    del run.flight.lines[at]


def _change(run: Run, kind: type, **changes: object) -> None:
    at = max(at for at, (_, what) in enumerate(run.flight.lines) if isinstance(what, kind))
    now, what = run.flight.lines[at]
    run.flight.lines[at] = now, replace(what, **changes)  # type: ignore[type-var, arg-type]


def _delay(run: Run, kind: type, us: int) -> None:
    at = next(at for at, (_, what) in enumerate(run.flight.lines) if isinstance(what, kind))
    run.flight.lines[at:] = [(now + us, what) for now, what in run.flight.lines[at:]]


def _say_again(run: Run) -> None:
    at = max(at for at, (_, what) in enumerate(run.flight.lines) if isinstance(what, c.ShowSaid) and what.text)
    run.flight.lines.insert(at, run.flight.lines[at])


def _unasked(run: Run) -> None:
    run.asked.clear()


def _unheard(run: Run) -> None:
    for _, person in run.people:
        person.speaker.left.clear()


def _stray(run: Run) -> None:
    run.people[-1][1].speaker.strays.append(3)


def _forgotten(run: Run) -> None:
    run.history = run.history[:-1]


def _uncounted(run: Run) -> None:
    run.counts.guesses += 1


def _left_low(run: Run) -> None:
    run.people[-1][1].speaker.log.append((0.0, "duck"))


def _restless(run: Run) -> None:
    run.rested = False


def _shown_twice(run: Run) -> None:
    from agent.ports import ReplyStarted

    for _, person in run.people:
        person.shown += [report for report in person.shown if isinstance(report[1], ReplyStarted)][:1] * 2


def _killed_by_a_cough(run: Run) -> None:
    at = next(at for at, (_, what) in enumerate(run.flight.lines) if isinstance(what, c.Unduck))
    now, what = run.flight.lines[at]
    assert isinstance(what, c.Unduck)
    run.flight.lines[at] = now, c.CancelReply(what.turn, "spoken_over")


def _silent_after_all(run: Run) -> None:
    """The failure is the last that was told."""
    failed = next(at for at, (_, what) in enumerate(run.flight.lines) if isinstance(what, c.EndReply))
    del run.flight.lines[failed + 1 : -1]


def _question_dropped(run: Run) -> None:
    """A cut question is not asked again."""
    cut = next(
        what.turn for _, what in run.flight.lines if isinstance(what, c.CancelReply) and what.reason == "went_on"
    )
    run.flight.lines[:] = [
        (now, replace(what, text="") if isinstance(what, c.StartReply) and what.turn > cut else what)
        for now, what in run.flight.lines
    ]


NODDED = Script((Step(Say("what is q1")), Step(Noise(300), 700, "sounding")))
WENT_ON = Script((Step(Say("what is q1", Reply(first_ms=1_500))), Step(Say("and q2"), 800)))
BROKEN = Script((Step(Say("what is q1", Reply(ends="breaks"))),))
RANG = Script((Step(Say("set q1", Reply(words=0, skill="set_timer", seconds=2))), Step(Say("what is q2"), 9_000)))

SABOTAGE: dict[str, tuple[Script, Callable[[Run], None]]] = {
    "it_came_to_an_end": (NODDED, _restless),
    "the_core_keeps_its_promises_and_replay_equals_record": (NODDED, lambda run: _drop(run, c.ShowSaid)),
    "every_word_is_taken_once": (NODDED, _say_again),
    "no_turn_is_stuck": (NODDED, lambda run: _delay(run, c.ShowSaid, 9_000_000)),
    "every_turn_with_words_is_answered_at_once": (NODDED, _unasked),
    "a_question_that_was_cut_before_its_answer_is_asked_again": (WENT_ON, _question_dropped),
    "no_reply_is_stuck": (NODDED, lambda run: _drop(run, c.EndReply)),
    "a_reply_begins_as_soon_as_its_engines_can": (NODDED, lambda run: _delay(run, e.Voiced, 2_000_000)),
    "an_apology_follows_a_failure": (BROKEN, _silent_after_all),
    "what_is_remembered_was_played": (NODDED, _unheard),
    "the_history_is_what_was_said_and_heard": (NODDED, _forgotten),
    "one_voice_at_a_time": (NODDED, _stray),
    "no_duck_is_left": (NODDED, _left_low),
    "noises_and_backchannels_end_no_reply": (NODDED, _killed_by_a_cough),
    "announcements_are_said": (RANG, lambda run: _change(run, e.Announced, text="Something else.")),
    "what_is_counted_is_what_was_done": (NODDED, _uncounted),
    "what_is_shown_is_what_happened": (NODDED, _shown_twice),
}


def test_every_rule_has_a_conversation_that_breaks_it() -> None:
    assert SABOTAGE.keys() == {check.__name__ for check in CHECKS}


@pytest.mark.parametrize("rule", SABOTAGE)
def test_a_rule_that_is_broken_says_so(rule: str) -> None:
    script, spoil = SABOTAGE[rule]
    run = play(script)
    assert violations(run) == []
    spoil(run)
    assert any(fault.startswith(f"{rule}: ") for fault in violations(run))


def test_what_breaks_is_a_finding() -> None:
    run = play(Script((Step(Say("q1 " * 40_000)),)))
    assert violations(run) == [
        "it_came_to_an_end: it broke: OverflowError: a conversation has room for 32,000 pieces of sound"
    ]


# --- shrinking, adding up, the command -------------------------------------------------------------------------------


def test_a_script_shrinks_to_what_matters() -> None:
    script = replace(generate(LIVELY[0], most_s=90), engines=Engines(lag_ms=500, final_ms=250))
    token = next(token for step in script.person if isinstance(step.what, Say) for token in tokens(step.what.text))

    def breaks(smaller: Script) -> bool:
        return any(isinstance(step.what, Say) and token in tokens(step.what.text) for step in smaller.person)

    least = shrink(script, breaks)
    assert written(least) == f"Script(person=(\n    Step({written(least.person[0].what)}),\n))"
    assert [step.what.text for step in least.person if isinstance(step.what, Say)] == [token]


def test_the_hours_do_not_depend_on_the_workers(tmp_path: Path) -> None:
    alone = farm.Harvest()
    for seed in range(farm.BATCH):
        alone.tally.add(farm.converse(seed, tmp_path, most_s=10).tally)
    together = farm.run(0.001, seed=0, workers=1, folder=tmp_path, most_s=10)
    assert together.tally == alone.tally
    assert together.findings == []


def test_a_finding_keeps_its_script_and_recording(tmp_path: Path) -> None:
    finding = farm.found(7, NODDED, ["every_word_is_taken_once: planted"], tmp_path)
    assert read((tmp_path / "seed-7" / "script.txt").read_text("utf-8")) == NODDED
    assert Path(finding.recording).is_file()
    assert "seed 7:" in str(finding)


def test_times_add_up_in_bins() -> None:
    spread = Spread()
    for us in (5_000, 15_000, 15_000, 999_000):
        spread.add(us)
    assert (spread.at(0.5), spread.at(1.0)) == (20, 1_000)
    assert str(Spread()) == "none"


def test_a_tally_counts_what_a_script_does() -> None:
    counted = tally(play(NODDED), "chat")
    assert counted.counts["turns"] == counted.counts["replies"] == counted.counts["resumes"] == 1
    assert counted.counts["ducks"] == counted.counts["holds"] == 1
    assert counted.ducked.at(1.0) <= 100
    assert counted.resumed.at(1.0) <= 400


def test_the_command_shows_one_conversation_and_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    asked = [sys.executable, "-m", "tests.lab", "--out", str(tmp_path / "out")]
    shown = subprocess.run([*asked, "--only", str(LIVELY[0])], capture_output=True, text=True, timeout=60)
    assert shown.returncode == 0, shown.stderr
    assert "Every rule held." in shown.stdout
    (tmp_path / "script.txt").write_text(written(replace(TALK, engines=Engines(voice="hangs"))), "utf-8")
    assert (
        subprocess.run([*asked, "--script", str(tmp_path / "script.txt")], capture_output=True, timeout=60).returncode
        == 0
    )


def test_a_stalled_link_is_not_the_end_of_a_turn_that_goes_on() -> None:
    script = Script((Step(Say("what is the colour of q1 on the table")),), (Step(StallMicrophone(900), 700),))
    run = play(script)
    assert violations(run) == []
    assert [text for _, text in run.asked][-1] == "what is the colour of q1 on the table"
