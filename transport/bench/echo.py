"""The agent's own voice in its microphone: whether it talks to itself, and whether a voice over it still gets through.

The real hearing, session and embedded engines in rooms made by ``room``, with time that stands still while they work.
Knows the ports and the caller's side; does not know how an echo is recognised.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from agent import ports
from agent.audio import FRAME_SAMPLES, HEARING_RATE, SPEAKING_RATE, Pcm
from agent.clock import now_us, stopwatch_us
from agent.echo.own_voice import OwnVoice
from agent.engines import fakes, registry
from agent.engines.protocols import Voice
from agent.engines.registry import Engines
from agent.recorder import NoRecorder
from agent.resample import Resampler
from agent.session import Session
from agent.settings import Settings
from transport.bench.figures import Row, at_most, part, rounded
from transport.bench.recital import SENTENCES, Reciter, RoomLine
from transport.bench.room import Place, Room
from transport.bench.sounds import LEVEL_DBFS, SPEECH_FOLDER, Samples, at_level, recorded
from transport.bench.stage import FLITE_VOICES, Bench, flite, has_flite
from transport.bench.still import StillRecognizer, StillVoice, run_still
from transport.demo.person import VOICE, trimmed
from transport.monitor import PlayedSound

ROOMS = (
    Place(-10, delay_ms=60, t60_ms=150, direct_db=5, drift_ppm=-40, seed=21),
    Place(-10, delay_ms=120, t60_ms=300, direct_db=3, drift_ppm=30, seed=22),
    Place(-10, delay_ms=250, t60_ms=400, direct_db=0, drift_ppm=80, distortion=0.3, seed=23),
    Place(-10, delay_ms=180, t60_ms=600, direct_db=-3, drift_ppm=-100, noise_dbfs=-56, seed=24),
    Place(-10, delay_ms=400, t60_ms=250, direct_db=2, drift_ppm=15, distortion=0.2, seed=25),
    Place(-10, delay_ms=90, t60_ms=450, direct_db=-2, drift_ppm=-60, jumps=((120.0, 20.0), (300.0, -35.0)), seed=26),
)
"""Six rooms and loudspeakers; of the last, the delay jumps as a browser's buffer does after a bad moment."""
LEVELS_DB = (-6.0, -10.0, -20.0, -30.0)
NO_ECHO_DB = -140.0
MINUTES_PER_TURN, INTERRUPTIONS_PER_TURN = 3, 10
PHRASES = ("stop please", "what time is it", "be quiet", "read the text please", "hold on a second", "what do you see")
WITHIN_S = 4.0
"""An interruption that has not cut the reply by then, after its last sound, was missed."""


@dataclass(slots=True)
class Alone:
    """What came of talk in which nobody but the agent spoke. ``answered``: words that it took for somebody's."""

    seconds: float = 0.0
    spoken_s: float = 0.0
    replies: int = 0
    ducks: int = 0
    holds: int = 0
    cut: int = 0
    answered: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Over:
    """One interruption: milliseconds from its onset; None: it did not happen. ``words``: heard, of those said."""

    echo_db: float
    lowered_ms: float | None
    silent_ms: float | None
    cut: bool
    words: int = 0
    said: int = 0


def echo(bench: Bench) -> list[Row]:
    """The part's rows, on a loop of its own. Raises EngineMissing, and LineError when a voice can't be made."""
    return run_still(_echo(bench))


async def _echo(bench: Bench) -> list[Row]:
    async with _engines(bench.settings) as engines:
        voice = await _said_by(engines, " ".join(SENTENCES[:4]), Voice())
        minutes = MINUTES_PER_TURN * bench.turns
        alone = Alone()
        for number, place in enumerate(ROOMS, 1):
            bench.tell(f"{minutes} minutes of its own voice: room {number} of {len(ROOMS)}")
            await _alone(alone, place, voice, engines, bench.settings, 60 * minutes / len(ROOMS))
        people = await _people(engines)
        cases: dict[float, list[Over]] = {}
        count = INTERRUPTIONS_PER_TURN * bench.turns
        for echo_db in (NO_ECHO_DB, *LEVELS_DB):
            bench.tell(f"{count} interruptions, echo at {echo_db:.0f} dB" if echo_db > NO_ECHO_DB else "without echo")
            cases[echo_db] = await _interrupted(echo_db, people, voice, engines, bench.settings, count)
        return [*alone_rows(alone), *over_rows(cases), cost_row(voice)]


@asynccontextmanager
async def _engines(settings: Settings) -> AsyncIterator[Engines]:
    """The real ears and voice; what sees is not asked."""
    recognizer = StillRecognizer(registry.build("recognizer", settings.hearing.recognizer, settings))
    synthesizer = StillVoice(registry.build("synthesizer", settings.speaking.synthesizer, settings))
    vad = registry.build("vad", settings.hearing.vad, settings)
    eyes = fakes.FakeTextReader(), fakes.FakeCodeReader(), fakes.FakeFaceFinder()
    try:
        yield Engines(vad, recognizer, synthesizer, Reciter(1, 3), *eyes)
    finally:
        await recognizer.close()
        await synthesizer.close()


async def _said_by(engines: Engines, text: str, voice: Voice) -> Pcm:
    synthesizer = engines.synthesizer
    chunks = [chunk.pcm async for chunk in synthesizer.speak(text, voice)]
    resampler = Resampler(synthesizer.sample_rate, SPEAKING_RATE)
    return np.concatenate((resampler.push(np.concatenate(chunks)), resampler.flush()))


@asynccontextmanager
async def _line(
    place: Place, voice: Pcm, engines: Engines, settings: Settings
) -> AsyncIterator[tuple[Session, RoomLine]]:
    session = Session("sess_bench", engines, settings, (), NoRecorder())
    line = RoomLine(place, voice)
    async with asyncio.TaskGroup() as group:
        group.create_task(session.run())
        group.create_task(session.attend(line.line))
        try:
            await asyncio.sleep(1.0)
            yield session, line
        finally:
            line.hang_up()
            session.close()


# --- nobody but the agent -----------------------------------------------------------------------------------------


async def _alone(found: Alone, place: Place, voice: Pcm, engines: Engines, settings: Settings, seconds: float) -> None:
    """Have it talk for so long, with pauses, and note what it took for somebody else's voice."""
    chance = random.Random(place.seed)
    async with _line(place, voice, engines, settings) as (session, line):
        began = now_us()
        while now_us() - began < seconds * 1e6:
            asked = now_us()
            session.say("tell me something")
            ended = await line.until(ports.ReplyEnded, asked, 120.0)
            found.replies += 1
            if ended is not None:
                found.spoken_s += ended.played_ms / 1000
                found.cut += ended.status != "completed"
            await asyncio.sleep(chance.uniform(0.4, 3.0))
        await asyncio.sleep(2.0)
        found.seconds += (now_us() - began) / 1e6
        found.ducks += len(line.speaker.ducked_us)
        found.holds += len(line.speaker.held_us)
        said = [report for _, report in line.shown if isinstance(report, ports.UserSaid) and not report.typed]
        found.answered += [report.text for report in said if report.text]


def alone_rows(alone: Alone) -> list[Row]:
    minutes, spoken = alone.seconds / 60, max(alone.spoken_s, 1.0) / 60
    return [
        Row(
            "replies to its own echo",
            f"{len(alone.answered)} in {minutes:.0f} min",
            {"replies": len(alone.answered), "minutes": rounded(minutes), "spoken_minutes": rounded(spoken)},
            "0",
            not alone.answered,
            f"-10 dB, {len(ROOMS)} rooms; it spoke {spoken:.0f} min"
            + (f"; took for a question: {', '.join(map(repr, alone.answered[:5]))}" if alone.answered else ""),
        ),
        Row(
            "its voice lowered by its own echo",
            f"{alone.ducks / spoken:.2f} a minute of speech",
            {"ducks": alone.ducks, "holds": alone.holds, "cut": alone.cut, "replies": alone.replies},
            note=f"{alone.ducks} times, fell silent {alone.holds} times; {alone.cut} of {alone.replies} replies cut",
        ),
    ]


# --- a voice over it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Utterance:
    """``words``: what is said, "" where it doesn't count."""

    words: str
    sound: Samples


async def _people(engines: Engines) -> list[Utterance]:
    """Phrases in synthetic voices, and real people where the recordings are."""
    found = []
    for phrase in PHRASES:
        if has_flite():
            found += [Utterance(phrase, await _flite(phrase, voice)) for voice in FLITE_VOICES]
        else:
            down = Resampler(SPEAKING_RATE, HEARING_RATE)
            pcm = await _said_by(engines, phrase, VOICE)
            found.append(Utterance(phrase, _levelled(np.concatenate((down.push(pcm), down.flush())))))
    for clip in recorded(SPEECH_FOLDER):
        found.append(Utterance("", clip.sound[clip.onset : clip.end][: 3 * HEARING_RATE]))
    random.Random(3).shuffle(found)
    return found


async def _flite(phrase: str, voice: str) -> Samples:
    from transport.bench.still import StillLoop

    loop = asyncio.get_running_loop()
    assert isinstance(loop, StillLoop)
    with loop.working():
        return _levelled(await flite(phrase, voice))


def _levelled(pcm: Pcm) -> Samples:
    return at_level((trimmed(pcm) / 32768).astype(np.float32), LEVEL_DBFS)


async def _interrupted(
    echo_db: float, people: Sequence[Utterance], voice: Pcm, engines: Engines, settings: Settings, count: int
) -> list[Over]:
    """So many interruptions, in all rooms by turns."""
    found: list[Over] = []
    speakers = itertools.cycle(people)
    for number, room in enumerate(ROOMS):
        place = Place(
            echo_db, room.delay_ms, room.t60_ms, room.direct_db, room.drift_ppm, room.distortion, room.noise_dbfs,
            seed=room.seed,
        )  # fmt: skip
        chance = random.Random(100 + number)
        async with _line(place, voice, engines, settings) as (session, line):
            share = count // len(ROOMS) + (number < count % len(ROOMS))
            found += [await _interrupt(session, line, next(speakers), chance, echo_db) for _ in range(share)]
    return found


async def _interrupt(
    session: Session, line: RoomLine, speaker: Utterance, chance: random.Random, echo_db: float
) -> Over:
    asked = now_us()
    session.say("tell me something")
    await line.until(ports.ReplySoundStarted, asked, 10.0)
    await asyncio.sleep(chance.uniform(1.0, 4.0))
    onset = line.say(speaker.sound)
    lasts = len(speaker.sound) / HEARING_RATE
    ended = await line.until(ports.ReplyEnded, onset, lasts + WITHIN_S)
    said = await line.until(ports.UserSaid, onset, lasts + WITHIN_S)
    cut = ended is not None and ended.status == "cancelled"
    silent = [at for at in line.speaker.held_us if at >= onset]
    silent += [at for at, report in line.shown if at >= onset and isinstance(report, ports.ReplyEnded)]
    lowered = [at for at in line.speaker.ducked_us if at >= onset]
    session.stop()
    await asyncio.sleep(2.5)
    session.stop()
    await asyncio.sleep(0.5)
    return Over(
        echo_db,
        (min(lowered) - onset) / 1000 if lowered else None,
        (min(silent) - onset) / 1000 if cut and silent else None,
        cut,
        in_order(speaker.words, said.text if said is not None else ""),
        len(speaker.words.split()),
    )


def in_order(said: str, heard: str) -> int:
    """How many words of ``said`` were heard, in this order: the longest common subsequence."""
    theirs = heard.split()
    row = [0] * (len(theirs) + 1)
    for word in said.split():
        before = row
        row = [0]
        for at, other in enumerate(theirs):
            row.append(before[at] + 1 if word == other else max(before[at + 1], row[at]))
    return row[-1]


def over_rows(cases: dict[float, list[Over]]) -> list[Row]:
    with_echo = [case for db, found in cases.items() if db > NO_ECHO_DB for case in found]
    without = cases[NO_ECHO_DB]
    missed = sum(not case.cut for case in with_echo)
    share = 100 * missed / max(1, len(with_echo))
    levels = {db: sum(not case.cut for case in found) for db, found in cases.items() if db > NO_ECHO_DB}
    by_level = ", ".join(f"{db:.0f} dB {count}" for db, count in levels.items())
    return [
        Row(
            "interruptions missed under echo",
            f"{missed} of {len(with_echo)}",
            {"missed": missed, "of": len(with_echo), "percent": rounded(share)},
            "≤ 1 %",
            at_most(share, 1.0) if with_echo else None,
            f"{by_level}; without echo {sum(not case.cut for case in without)} of {len(without)}",
        ),
        _delay_row("speech onset → lowered", *([each.lowered_ms for each in some] for some in (with_echo, without))),
        _delay_row("speech onset → silent", *([each.silent_ms for each in some] for some in (with_echo, without))),
        _words_row(cases),
    ]


def _delay_row(figure: str, with_echo: Sequence[float | None], without: Sequence[float | None]) -> Row:
    ours = [value for value in with_echo if value is not None]
    theirs = [value for value in without if value is not None]
    middle, high = part(ours, 50), part(ours, 95)
    return Row(
        f"{figure}, under echo",
        f"p50 {middle:.0f}, p95 {high:.0f} ms" if ours else "nothing to measure",
        {"p50_ms": rounded(middle), "p95_ms": rounded(high), "count": len(ours)},
        note=f"without echo p50 {part(theirs, 50):.0f}, p95 {part(theirs, 95):.0f} ms; at the agent, no network",
    )


def _words_row(cases: dict[float, list[Over]]) -> Row:
    shares = {db: _share(found) for db, found in cases.items()}
    heard = _share([case for db, found in cases.items() if db > NO_ECHO_DB for case in found])
    levels = ", ".join(f"{db:.0f} dB {share:.0f} %" for db, share in shares.items() if db > NO_ECHO_DB)
    return Row(
        "words of an interruption recognised under echo",
        f"{heard:.0f} %",
        {"percent": rounded(heard), "without_echo_percent": rounded(shares[NO_ECHO_DB])},
        note=f"{levels}; without echo {shares[NO_ECHO_DB]:.0f} %",
    )


def _share(cases: Sequence[Over]) -> float:
    said = sum(case.said for case in cases)
    return 100 * sum(case.words for case in cases) / said if said else float("nan")


# --- what it costs ------------------------------------------------------------------------------------------------


def cost_row(voice: Pcm) -> Row:
    """The work for each frame while the agent speaks, with an echo and without."""
    shares = {name: _cost(voice, Place(db)) for name, db in (("echo", -10.0), ("none", NO_ECHO_DB))}
    return Row(
        "recognising its own voice, while it speaks",
        f"{shares['echo']:.2f} % of a core",
        {"echo_core_percent": rounded(shares["echo"]), "no_echo_core_percent": rounded(shares["none"])},
        "≤ 3 %",
        shares["echo"] <= 3,
        f"{shares['none']:.2f} % on a line without echo; nothing while it is silent",
    )


def _cost(voice: Pcm, place: Place) -> float:
    room, monitor = Room(place, voice), PlayedSound()
    own = OwnVoice(monitor)
    frame = SPEAKING_RATE * FRAME_SAMPLES // HEARING_RATE
    spent, slots = 0, len(voice) // frame
    for slot in range(slots):
        played = voice[slot * frame : (slot + 1) * frame]
        heard = room.hear(played)
        monitor.add(slot, played)
        began = stopwatch_us()
        own.hear(heard, slot * FRAME_SAMPLES)
        spent += stopwatch_us() - began
    return 100 * spent / (slots * 20_000)
