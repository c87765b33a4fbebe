"""The lanes of a recording are what happened: compared with the core's own states, and with what was played."""

from __future__ import annotations

import pytest

from agent.core import commands as c
from agent.core import events as e
from agent.core.turn import TurnCore
from agent.timeline import LANES, Mark, Span, Timeline, timeline
from tests.lab.generate import MOODS, generate, mood_of
from tests.lab.script import Engines, Mute, Noise, Reply, Say, Script, Step, Stop, Type
from tests.lab.stage import play

LIVELY = [seed for seed in range(300) if mood_of(seed) is not MOODS[0]]


def drawn(*steps: Step, engines: Engines | None = None) -> Timeline:
    return timeline(play(Script(steps, engines=engines or Engines())).flight.lines)


def test_an_empty_recording_is_an_empty_timeline() -> None:
    assert timeline([]) == Timeline(0, dict.fromkeys(LANES, ()), (), ())


def test_a_question_and_its_answer() -> None:
    lines = drawn(Step(Say("what is q1"), 1_000))
    [speech] = lines.lanes["speech"]
    assert speech.kind == "speech"
    assert 1_250 <= speech.start_ms <= 1_350
    assert 2_250 <= speech.end_ms <= 2_350
    assert [(span.kind, span.text) for span in lines.lanes["words"]] == [("said", "what is q1")]
    [sound] = lines.lanes["agent"]
    assert sound.kind == "full"
    assert sound.end_ms - sound.start_ms == pytest.approx(8 * 300, abs=25)
    [heard] = lines.lanes["heard"]
    assert heard == Span(sound.start_ms, lines.lanes["state"][-2].end_ms, "completed", heard.text)
    assert [word.text for word in lines.words] == heard.text.split()
    assert [word.at_ms - sound.start_ms for word in lines.words] == pytest.approx(
        [300 * n for n in range(1, 9)], abs=25
    )
    states = [span.kind for span in lines.lanes["state"] if span.kind != "guessing"]
    assert states == ["idle", "listening", "pausing", "thinking", "speaking", "idle"]


def test_a_cough_lowers_and_holds_and_brings_back() -> None:
    lines = drawn(Step(Say("what is q1")), Step(Noise(300), 900, "sounding"))
    assert [span.kind for span in lines.lanes["agent"]] == ["full", "ducked", "held", "full"]
    assert [mark.kind for mark in lines.marks if mark.kind in ("duck", "hold", "back")] == ["duck", "hold", "back"]
    held = lines.lanes["agent"][2]
    assert lines.lanes["agent"][3].start_ms == pytest.approx(held.end_ms, abs=25)
    sounded = sum(span.end_ms - span.start_ms for span in lines.lanes["agent"] if span.kind != "held")
    assert sounded == pytest.approx(2_400, abs=50)


def test_an_interruption_is_cancelled_with_the_words_that_were_heard() -> None:
    lines = drawn(Step(Say("what is q1", Reply(words=25))), Step(Say("no what about q2"), 1_500, "sounding"))
    cut, after = lines.lanes["heard"]
    assert (cut.kind, after.kind) == ("cancelled", "completed")
    assert Mark(cut.end_ms, "cancel", "spoken over") in lines.marks
    assert [word.text for word in lines.words if word.at_ms <= cut.end_ms] == cut.text.split()


def test_guesses_are_used_or_thrown_away() -> None:
    quick = Engines(final_ms=5)
    lines = drawn(Step(Say("what is the")), Step(Say("time q1"), 700), engines=quick)
    first = lines.lanes["guesses"][0]
    assert (first.kind, first.text) == ("thrown", "what is the")
    assert lines.lanes["words"][-1].text == "what is the time q1"


def test_what_the_hand_does_is_marked() -> None:
    lines = drawn(Step(Type("hello q1")), Step(Stop(), 700, "sounding"), Step(Mute(True), 100), Step(Noise(60), 100))
    kinds = [mark.kind for mark in lines.marks]
    assert kinds == ["unmuted", "line", "typed", "stop", "cancel", "muted"]
    assert [span.kind for span in lines.lanes["words"]] == ["typed"]


def test_a_sound_that_was_no_speech_is_likely_only() -> None:
    assert [span.kind for span in drawn(Step(Noise(40), 500)).lanes["speech"]] == ["likely"]


@pytest.mark.parametrize("seed", LIVELY[:25])
def test_the_states_are_the_cores_own(seed: int) -> None:
    run = play(generate(seed, most_s=40))
    core, states = TurnCore(run.settings.turn), []
    for now, what in run.flight.lines:
        if what is None:
            core.tick(now)
        elif type(what).__module__ == e.__name__:
            core.receive(what, now)  # type: ignore[arg-type]
        else:
            continue
        core.commands()
        states.append(((now - run.flight.lines[0][0]) // 1000, core.state.value))
    lines = timeline(run.flight.lines)
    last = dict(states)  # the state in which each millisecond ended
    unseen = any(isinstance(what, e.TurnsChanged) and not what.interrupts for _, what in run.flight.lines)
    for at, state in last.items():
        if state == "overlap" and unseen:
            continue  # nothing is lowered where nothing may interrupt: a recording does not tell of it
        [span] = [span for span in lines.lanes["state"] if span.start_ms <= at < span.end_ms] or [None]  # type: ignore[list-item]
        assert span is None or span.kind == state, (at, state, span)


@pytest.mark.parametrize("seed", LIVELY[:12])
def test_what_is_drawn_as_heard_is_what_was_remembered(seed: int) -> None:
    run = play(generate(seed, most_s=40))
    ends = [what for _, what in run.flight.lines if isinstance(what, c.EndReply)]
    lines = timeline(run.flight.lines)
    assert [word.text for word in lines.words] == [word for end in ends for word in end.heard.split()]
    for lane, spans in lines.lanes.items():
        assert all(0 <= span.start_ms <= span.end_ms <= lines.duration_ms for span in spans), lane
        assert list(spans) == sorted(spans, key=lambda span: span.start_ms)


def test_a_recording_that_breaks_off_is_drawn_as_far_as_it_goes() -> None:
    lines = play(Script((Step(Say("what is q1")), Step(Noise(300), 900, "sounding")))).flight.lines
    for length in range(0, len(lines), 7):
        whole = timeline(lines[:length])
        assert whole.duration_ms <= (lines[-1][0] - lines[0][0]) // 1000
