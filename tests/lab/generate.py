"""Random conversations: a seed gives a script, always the same one. Knows what people and networks do, and how often.

Most hours are hands-free: somebody is about the house, asks something now and then, and is silent for minutes. The
others are dense, each with a vice of its own: interrupting, nodding, coughing, bad lines, broken engines, typing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from tests.lab import script as s

OPENINGS = (
    "what is the", "what colour is", "read me the", "tell me about", "is there a", "how far is", "I want to know",
    "where is my", "please describe", "can you see", "and what about", "set the", "who is", "no I mean", "so", "um",
)  # fmt: skip
ENDINGS = ("", "", "", "please", "now", "on the table", "and the", "um", "is this", "today")
NODS = ("uh-huh", "okay", "right", "yeah", "mm-hmm", "I see", "iya", "he-eh", "got it")
STOPS = ("stop", "okay stop", "wait", "be quiet", "hold on", "cukup")
MISTAKEN = ("red", "light", "of", "the", "stop", "okay", "a")


@dataclass(frozen=True, slots=True)
class Mood:
    """How a conversation goes. ``share`` of conversations; ``minutes`` at most; ``pause_s`` between exchanges, on
    average; the others are chances for each exchange."""

    name: str
    share: float
    minutes: tuple[int, int] = (3, 8)
    pause_s: float = 2.5
    broken: float = 0.15
    goes_on: float = 0.1
    interrupts: float = 0.15
    nods: float = 0.12
    noises: float = 0.1
    stops: float = 0.04
    types: float = 0.04
    mutes: float = 0.02
    trouble: float = 0.01
    timers: float = 0.03
    world_s: float = 120.0
    """Between two things that the network or the room does, on average."""
    engines: s.Engines = field(default_factory=s.Engines)


MOODS = (
    Mood("hands-free", 0.70, minutes=(60, 240), pause_s=330.0, world_s=1_500.0),
    Mood("chat", 0.06),
    Mood("interrupting", 0.05, pause_s=1.0, interrupts=0.7, goes_on=0.3, stops=0.15),
    Mood("nodding", 0.04, nods=0.8),
    Mood("noisy", 0.04, noises=0.8, world_s=15.0),
    Mood("halting", 0.04, broken=0.8, goes_on=0.5, pause_s=0.8),
    Mood("bad line", 0.03, world_s=12.0),
    Mood("trouble", 0.02, trouble=0.25),
    Mood("by hand", 0.02, types=0.5, mutes=0.2, stops=0.2),
)
"""``share`` of conversations; the summary of the lab says how many hours each had."""


def mood_of(seed: int) -> Mood:
    return Random(seed).choices(MOODS, [mood.share for mood in MOODS])[0]


def generate(seed: int, *, most_s: float | None = None) -> s.Script:
    """The script of this seed; ``most_s`` makes it shorter."""
    chance, mood = Random(seed), mood_of(seed)
    chance.random()
    seconds = chance.uniform(*mood.minutes) * 60 if most_s is None else most_s
    return s.Script(
        person=tuple(_until(seconds, _person(chance, mood))),
        world=tuple(_until(seconds, _world(chance, mood))),
        engines=_engines(chance, mood),
        settings=_settings(chance),
    )


def _until(seconds: float, steps: Iterator[tuple[s.Step, float]]) -> Iterator[s.Step]:
    """Steps for about so long. A step says how long it takes, in seconds, more or less."""
    for step, takes in steps:
        seconds -= takes + step.pause_ms / 1000
        if seconds < 0:
            return
        yield step


def _settings(chance: Random) -> tuple[tuple[str, object], ...]:
    if chance.random() < 0.8:
        return ()
    return chance.choice(
        (
            (("turn.listener_delay_ms", chance.choice((0, 20, 150, 400))),),
            (("turn.endpoint.complete_ms", 200), ("turn.endpoint.incomplete_ms", 400)),
            (("turn.endpoint.complete_ms", 700), ("turn.endpoint.incomplete_ms", 1500)),
            (("hearing.max_utterance_s", 3.0),),
            (("turn.max_announcements", 1),),
        )
    )


def _engines(chance: Random, mood: Mood) -> s.Engines:
    slow = chance.random() < 0.1
    voice = chance.choices(("works", "breaks", "hangs"), (1 - mood.trouble, mood.trouble / 2, mood.trouble / 2))[0]
    return s.Engines(
        final_ms=chance.choice((400, 700, 950, 1_900, 2_600)) if slow else chance.choice((20, 60, 120, 250)),
        lag_ms=chance.choice((0, 80, 200, 500)),
        feed_ms=chance.choice((30, 120)) if slow else 0,
        voice_ms=chance.choice((5, 15, 60, 300)),
        chunk_ms=chance.choice((0, 0, 10, 100, 350)),
        word_ms=chance.choice((150, 300, 400)),
        voice=voice,  # type: ignore[arg-type]
    )


# --- what the person does ---------------------------------------------------------------------------------------


class _Tokens:
    def __init__(self) -> None:
        self._count = 0

    def __call__(self) -> str:
        self._count += 1
        return f"q{self._count}"


def _person(chance: Random, mood: Mood) -> Iterator[tuple[s.Step, float]]:
    token = _Tokens()
    muted = False
    while True:
        pause = chance.expovariate(1 / mood.pause_s)
        if chance.random() < mood.mutes:
            muted = not muted
            yield s.Step(s.Mute(muted), _ms(chance, 100, 2_000)), 0
        yield _asked(chance, mood, token, pause)
        while chance.random() < mood.goes_on:
            yield s.Step(_say(chance, mood, token), _ms(chance, 60, 1_400)), 2.0
        yield from _over_the_reply(chance, mood, token)


def _asked(chance: Random, mood: Mood, token: _Tokens, pause_s: float) -> tuple[s.Step, float]:
    what: s.Act = _say(chance, mood, token)
    if chance.random() < mood.types:
        what = s.Type(f"{chance.choice(OPENINGS)} {token()}", _reply(chance, mood))
    cue: s.Cue = "over" if chance.random() < 0.85 else "then"
    return s.Step(what, int(pause_s * 1000), cue), 6.0


def _over_the_reply(chance: Random, mood: Mood, token: _Tokens) -> Iterator[tuple[s.Step, float]]:
    """What the person does while the agent speaks, or is about to."""
    pause = _ms(chance, 0, 2_500)
    cue: s.Cue = "sounding" if chance.random() < 0.8 else "then"
    for likely, make in (
        (mood.noises, lambda: _noise(chance)),
        (mood.nods, lambda: _nod(chance)),
        (mood.interrupts, lambda: _say(chance, mood, token)),
        (mood.stops, lambda: s.Stop() if chance.random() < 0.5 else _spoken_stop(chance, mood, token)),
    ):
        while chance.random() < likely:
            yield s.Step(make(), pause, cue), 1.0
            pause, cue, likely = _ms(chance, 0, 1_800), "then", likely / 2


def _say(chance: Random, mood: Mood, token: _Tokens) -> s.Say:
    words = [*chance.choice(OPENINGS).split(), token(), *chance.choice(ENDINGS).split()]
    if chance.random() < 0.3:
        words += ["and", *chance.choice(OPENINGS).split()[:2], token()]
    if chance.random() < 0.2:
        at = chance.randrange(len(words))
        if not s.tokens(words[at]):
            words[at] += f"|{chance.choice(MISTAKEN)}"
    while chance.random() < mood.broken:
        words.insert(chance.randrange(1, len(words) + 1), f"[{_ms(chance, 120, 1_600)}]")
    final_ms = chance.choice((s.NEVER, s.BREAKS, 3_000)) if chance.random() < mood.trouble else None
    return s.Say(" ".join(words), _reply(chance, mood), chance.choice((160, 240, 280, 400)), final_ms=final_ms)


def _spoken_stop(chance: Random, mood: Mood, token: _Tokens) -> s.Say:
    return s.Say(f"{chance.choice(STOPS)} {token()}", _reply(chance, mood))


def _nod(chance: Random) -> s.Say:
    return s.Say(chance.choice(NODS), word_ms=chance.choice((180, 240, 280)))


def _noise(chance: Random) -> s.Noise:
    kind = chance.random()
    if kind < 0.3:  # a door: one or two windows
        return s.Noise(_ms(chance, 20, 100), 0.8)
    if kind < 0.9:  # a cough, which decodes to some word
        return s.Noise(_ms(chance, 200, s.COUGH_MOST_MS), 0.9, chance.choice(("", "a", "of", "the light")), 0.05)
    return s.Noise(_ms(chance, 500, 4_500), chance.choice((0.4, 0.6, 0.9)))  # a chair that is dragged, an engine


def _reply(chance: Random, mood: Mood) -> s.Reply:
    ends = chance.choice(("breaks", "hangs")) if chance.random() < mood.trouble else "well"
    timer = chance.random() < mood.timers
    parts = chance.choice((1, 1, 2, 3))
    return s.Reply(
        words=chance.choice((0, 1, 3, 8, 8, 14, 14, 25)) if not timer else chance.choice((0, 3)),
        first_ms=chance.choice((10, 50, 200, 700, 1_500)),
        parts=parts,
        gap_ms=_ms(chance, 0, 800) if parts > 1 else 0,
        skill="set_timer" if timer else chance.choice(("colour", "describe")) if chance.random() < 0.02 else "",
        seconds=chance.choice((1, 5, 20, 60, 300)) if timer else 0,
        ends=ends,  # type: ignore[arg-type]
    )


# --- what the room and the network do -----------------------------------------------------------------------------


def _world(chance: Random, mood: Mood) -> Iterator[tuple[s.Step, float]]:
    bad = mood.name == "bad line"
    while True:
        pause = int(chance.expovariate(1 / mood.world_s) * 1000)
        kind = chance.random()
        if mood.name == "noisy" or kind < 0.4:
            yield s.Step(_noise(chance), pause), 0
        elif kind < 0.6:
            yield s.Step(s.Show(chance.choice((0, 128, 255))), pause), 0
        elif kind < 0.75:
            most = 6_000 if bad else 800
            yield s.Step(s.StallMicrophone(_ms(chance, 60, most), lossy=chance.random() < 0.4), pause), 0
        elif kind < 0.9:
            yield s.Step(s.StallSpeaker(_ms(chance, 60, 7_000 if bad else 800)), pause), 0
        else:
            yield s.Step(s.Lose(chance.choice((0, 0, 50, 700, 5_000, 20_000))), pause), 0


def _ms(chance: Random, least: int, most: int) -> int:
    return chance.randrange(least, most + 1)
