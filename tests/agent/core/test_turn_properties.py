"""Random conversations, odd and plausible: what must hold after every step of each."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.core import commands as c
from agent.core import events as e
from agent.core.turn import TurnCore
from tests.agent.core.walk import inner
from tests.agent.core.watched import Watched

WORDS = ("", "read the text", "uh-huh", "stop", "read the", "what is this", "okay", "um")
SOUND = st.integers(-1_000, 100_000)
TURN = st.integers(0, 12)
TEXT = st.sampled_from(WORDS)

ANY_EVENT = st.one_of(
    st.sampled_from([e.LineAttached(), e.LineLost(), e.Muted(True), e.Muted(False), e.StopPressed()]),
    st.builds(e.Announced, TEXT),
    st.builds(e.SpeechLikely, SOUND), st.builds(e.SpeechUnlikely, SOUND), st.builds(e.SpeechStarted, SOUND, SOUND),
    st.builds(e.SpeechLasted, SOUND), st.builds(e.SpeechPaused, SOUND, SOUND), st.builds(e.SpeechStopped, SOUND, SOUND),
    st.builds(e.PartialHeard, TEXT), st.builds(e.FinalHeard, TEXT, st.floats(0, 1)), st.builds(e.TextTyped, TEXT),
    st.builds(e.Voiced, TURN, st.lists(st.tuples(TEXT, SOUND), max_size=3).map(tuple), SOUND),
    st.builds(e.ReplyWritten, TURN), st.builds(e.ReplyFailed, TURN, st.just("broken")),
    st.builds(e.SoundPlayed, TURN, SOUND, st.booleans()), st.builds(e.PictureSeen, st.just("p")),
    st.builds(e.TurnsChanged, st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["low", "high", "auto"]),
              st.sampled_from([None, 0, 300]), st.sampled_from([0, 2_000])),
    st.sampled_from([e.Committed(), e.Cleared()]), st.builds(e.Truncated, TURN, SOUND),
    st.builds(e.Understood, TURN, st.floats(0, 1)), st.builds(e.ReplyWanted, TEXT, st.integers(0, 3)),
    st.just(e.Closed()),
)  # fmt: skip

BY_HAND = (
    e.TextTyped("hello"), e.ReplyWanted("hello", 1), e.StopPressed(), e.Muted(True), e.Muted(False), e.Muted(False),
    e.Announced("Up."), e.Announced("A door.", until=20_000_000),
    e.LineLost(), e.LineAttached(), e.LineAttached(), e.PictureSeen("p"),
)  # fmt: skip


def again(watched: Watched) -> list[c.Command]:
    """The same facts through a new core."""
    core, out = TurnCore(), []
    for event, now in watched.script:
        if event is None:
            core.tick(now)
        else:
            core.receive(event, now)
        out += core.commands()
    return out


def follow(steps: Iterator[tuple[e.Event | None, int]], *, tick: bool) -> Watched:
    watched, now = Watched(), 0
    for event, pause in steps:
        now += pause
        while tick and (due := watched.core.deadline()) is not None and due <= now:
            watched.step(None, due)
        watched.step(event, now)
    watched.comes_to_rest()
    assert again(watched) == watched.commands, "the same facts give the same commands"
    return watched


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.one_of(st.none(), ANY_EVENT), st.integers(-50_000, 3_000_000)), max_size=40), st.booleans()
)
def test_any_facts_in_any_order(steps: list[tuple[e.Event | None, int]], tick: bool) -> None:
    follow(iter([(e.LineAttached(), 0), *steps]), tick=tick)


def plausible(chance: random.Random, steps: int) -> Iterator[tuple[e.Event, int]]:
    """What a microphone, a recogniser, a reply and a person would tell: the order is right, the luck is not."""
    yield e.LineAttached(), 0
    speech = 0
    turn, voiced, played = 1, 0, 0
    for _ in range(steps):
        pick = chance.random()
        if pick < 0.45:
            if speech == 0:
                yield e.SpeechLikely(0), chance.randrange(800_000)
                if chance.random() < 0.3:
                    yield e.SpeechUnlikely(0), 64_000
                else:
                    yield e.SpeechStarted(4_800, 0), 96_000
                    speech = 1
            elif chance.random() < 0.7:
                speech += 1
                yield e.SpeechLasted(speech * 1_600), 100_000
                yield e.PartialHeard(chance.choice(WORDS)), 1_000
            elif chance.random() < 0.4:
                yield e.SpeechPaused(6_536, 5_000), 96_000
                yield e.PartialHeard(chance.choice(WORDS)), 10_000
            else:
                speech = 0
                yield e.SpeechPaused(6_536, 5_000), 96_000
                yield e.SpeechStopped(8_072, 5_000), 96_000
                if chance.random() < 0.95:
                    yield e.FinalHeard(chance.choice(WORDS), chance.random()), chance.randrange(300_000)
        elif pick < 0.9:
            if chance.random() < 0.3:
                turn, voiced, played = turn + 1, 0, 0
            elif chance.random() < 0.5:
                voiced += 9_600
                yield e.Voiced(turn, (("word ", voiced),), voiced), 10_000
            elif chance.random() < 0.8:
                played = min(voiced, played + 4_800)
                yield e.SoundPlayed(turn, played), 100_000
            elif chance.random() < 0.8:
                yield e.ReplyWritten(turn), 1_000
                yield e.SoundPlayed(turn, voiced, True), 300_000
            else:
                yield e.ReplyFailed(turn, "broken"), 1_000
        else:
            yield chance.choice(BY_HAND), chance.randrange(2_000_000)
        if chance.random() < 0.02:
            yield e.PictureSeen("p"), chance.randrange(40_000_000)


def following_the_turns(seed: int) -> Watched:
    """A plausible conversation whose reply facts speak of the reply that lives, most of the time."""
    chance, watched, now = random.Random(seed), Watched(), 0
    for event, pause in plausible(chance, 60):
        now += pause
        while (due := watched.core.deadline()) is not None and due <= now:
            watched.step(None, due)
        reply = inner(watched.core).reply
        if reply is not None and isinstance(event, e.Voiced | e.SoundPlayed | e.ReplyWritten | e.ReplyFailed):
            event = _about(event, reply.turn)
        watched.step(event, now)
    watched.comes_to_rest()
    return watched


def _about(event: e.Event, turn: int) -> e.Event:
    match event:
        case e.Voiced(words=words, samples=samples):
            return e.Voiced(turn, words, samples)
        case e.SoundPlayed(samples=samples, drained=drained):
            return e.SoundPlayed(turn, samples, drained)
        case e.ReplyWritten():
            return e.ReplyWritten(turn)
        case e.ReplyFailed(code=code):
            return e.ReplyFailed(turn, code)
        case _:
            return event


def test_plausible_conversations_visit_every_rule_and_break_none() -> None:
    seen: set[str] = set()
    reasons: set[str | None] = set()
    for seed in range(1_000):
        watched = following_the_turns(seed)
        seen |= {type(command).__name__ for command in watched.commands}
        reasons |= {command.reason for command in watched.commands if isinstance(command, c.CancelReply)}
    watched.step(e.Closed(), watched.now)
    assert seen == {one.__name__ for one in c.Command.__args__}
    assert reasons == {"spoken_over", "stopped", "went_on", "replaced", "line_lost", "late", "failed"}
    assert again(watched) == watched.commands


def test_thousands_of_sessions_fit_in_a_second() -> None:
    """The core alone, 20 facts a session: 13,500 sessions a second were measured on one core."""
    script = [(event, pause) for event, pause in plausible(random.Random(7), 16)][:20]
    began, sessions = time.process_time(), 300
    for _ in range(sessions):
        core, now = TurnCore(), 0
        for event, pause in script:
            now += pause
            core.receive(event, now)
            core.commands()
    assert sessions / (time.process_time() - began) > 500
