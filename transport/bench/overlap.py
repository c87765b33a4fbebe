"""Sounds over a reply: those that must stop it, and those that must not.

A long reply is first recorded undisturbed. Then the person makes a sound at a moment at which that recording sounds on
without a pause, and both are laid beside each other. Knows the wire and the caller's clock; measuring is ``ears``.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.audio import HEARING_RATE, Pcm
from agent.clock import now_us
from agent.errors import LineError
from transport.bench import ears
from transport.bench.figures import Row, part, rounded, share_row, spread_row
from transport.bench.sounds import bursts, to_pcm
from transport.bench.stage import FLITE_VOICES, Bench, caller, flite, has_flite, hush, levelled, serving, voice_engine
from transport.demo.person import Person, cough

LONG = "what can you do"
"""Typed, it starts a reply of about eight seconds that is the same each time."""
STOPPERS = ("stop please", "what time is it", "be quiet", "hold on a second")
BACKCHANNELS = ("uh-huh", "okay", "right")
"""What synthetic voices can say; "mm-hmm" they spell, so it is hummed by ``hum``."""
CALLS = 2
"""Replies that are disturbed at the same time: coughs take long, and nothing in them is counted in milliseconds."""
PREFIX_MS = 600
"""This much before the person's sound tells where in the reply we are."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A reply undisturbed: its sound at ears.RATE and its words."""

    pcm: Pcm
    words: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """One barge-in; milliseconds from the onset of the person's sound. None: it did not happen."""

    said: str
    lowered_ms: int | None
    silent_ms: int | None
    told_ms: int | None
    heard: str = ""
    """What the server says was heard of the reply."""
    position_ms: int | None = None
    """Where in the reply its last sound was, as heard."""


@dataclass(frozen=True, slots=True)
class Endured:
    """One sound that is no interruption, and what became of the reply."""

    sound: str
    completed: bool
    words_lost: int
    kept: ears.Kept | None

    @property
    def whole(self) -> bool:
        return self.completed and self.words_lost == 0 and self.kept is not None and self.kept.lost_ms <= 100


async def undisturbed(person: Person) -> Reference:
    """The long reply from beginning to end; of two, the one with the shorter waits in it."""
    found = []
    for _ in range(2):
        exchange = await person.write(LONG, within_s=60)
        await asyncio.sleep(0.4)
        if exchange.status != "completed" or exchange.first_sound_us < 0:
            raise LineError(f"The reply to {LONG!r} ended as {exchange.status!r}; nothing can be compared with it.")
        last = person.last_sound(exchange.first_sound_us, now_us())
        found.append(Reference(person.client.recording(exchange.first_sound_us, last)[1], exchange.reply))
    return min(found, key=lambda each: len(each.pcm))


async def _long_reply(person: Person) -> tuple[int, int]:
    """Start it; (index of its first event, when its first sound was heard). Raises LineError when there is none."""
    mark, asked = len(person.client.told), now_us()
    person.client.type_text(LONG)
    await person.client.wait_for("output_audio_buffer.started", start=mark, within_s=10)
    await asyncio.sleep(0.15)
    return mark, person.first_sound(asked)


# --- barge-in -----------------------------------------------------------------------------------------------------


async def barge_in(bench: Bench) -> list[Row]:
    """The part's rows."""
    async with serving() as running, voice_engine(bench.settings) as voice, caller(running.url, voice) as person:
        reference = await undisturbed(person)
        moments = ears.steady(reference.pcm, 1000, 4000) or list(range(1000, 4000, 100))
        cases = []
        at = ears.spaced(moments, bench.turns)
        for number, words in enumerate(itertools.islice(itertools.cycle(STOPPERS), bench.turns), 1):
            bench.tell(f"barge-in {number} of {bench.turns}")
            if (case := await interrupt(person, reference, words, next(at))) is not None:
                cases.append(case)
    return barge_in_rows(cases, bench.turns)


async def interrupt(person: Person, reference: Reference, words: str, at_ms: int) -> Stopped | None:
    """None: it could not be told where in the reply the sound fell."""
    mark, begun = await _long_reply(person)
    onset, end = person.client.say_at(begun + at_ms * 1000, await person.voice_of(words))
    try:
        cleared = await person.client.wait_for(
            "output_audio_buffer.cleared", start=mark, within_s=(end - now_us()) / 1e6 + 3
        )
    except LineError:
        cleared = None
    await asyncio.sleep(0.4)
    before = PREFIX_MS * 1000
    _, heard = person.client.recording(onset - before, (cleared.at_us if cleared else end) + 300_000)
    await hush(person)
    prefix = PREFIX_MS * ears.RATE // 1000
    where, likeness = ears.place(heard[:prefix], reference.pcm)
    if likeness < ears.SAME:
        return None
    heard, expected = heard[prefix:], reference.pcm[where * ears.RATE // 1000 + prefix :]
    if cleared is None:
        return Stopped(words, ears.lowered_ms(heard, expected), None, None)
    told = (cleared.at_us - onset) // 1000
    silent = ears.last_sound_ms(heard, told)
    transcript = next(
        (t.event["transcript"] for t in person.client.told[mark:] if t.type == "response.output_audio_transcript.done"),
        "",
    )
    return Stopped(words, ears.lowered_ms(heard, expected), silent, told, transcript, where + PREFIX_MS + silent)


def barge_in_rows(cases: Sequence[Stopped], tried: int) -> list[Row]:
    lowered = [float(case.lowered_ms) for case in cases if case.lowered_ms is not None]
    silent = [float(case.silent_ms) for case in cases if case.silent_ms is not None]
    told = [float(case.told_ms) for case in cases if case.told_ms is not None]
    spoken_on = [case.said for case in cases if case.silent_ms is None]
    unclear = f"; {tried - len(cases)} of {tried} could not be measured" if len(cases) < tried else ""
    return [
        spread_row("speech onset → ducked", lowered, p50=200, note=f"of {len(cases)} barge-ins{unclear}"),
        spread_row(
            "speech onset → silent", silent, p50=400,
            note=f"spoke on over: {', '.join(sorted(set(spoken_on)))}" if spoken_on else "",
        ),
        spread_row("speech onset → the page is told", told),
        share_row("barge-ins that stopped the reply", len(silent), len(cases), at_least=100),
    ]  # fmt: skip


# --- what is no interruption --------------------------------------------------------------------------------------


async def coughs(bench: Bench) -> list[Row]:
    """The part's rows."""
    async with serving() as running, voice_engine(bench.settings) as voice:
        async with caller(running.url, voice) as person:
            bench.tell("the reply undisturbed")
            reference = await undisturbed(person)
            sounds = list(itertools.islice(itertools.cycle(await _sounds(person)), bench.turns))
        waiting = list(enumerate(sounds))
        cases: list[Endured] = []

        async def one_call() -> None:
            async with caller(running.url, voice) as person:
                while waiting:
                    index, (label, pcm) = waiting.pop(0)
                    bench.tell(f"sound {index + 1} of {len(sounds)}: {label}")
                    cases.append(await endure(person, reference, label, pcm, 900 + 337 * index % 2400))

        async with asyncio.TaskGroup() as calls:
            for _ in range(min(CALLS, len(sounds))):
                calls.create_task(one_call())
    return cough_rows(cases)


async def _sounds(person: Person) -> list[tuple[str, Pcm]]:
    """Coughs of several kinds and small words in several voices, in turn."""
    chance = np.random.default_rng(5)
    noises = [("cough", cough(seed)) for seed in (3, 4)]
    noises.append(("short cough", levelled(cough(6)[: HEARING_RATE // 6])))
    noises.append(("double cough", levelled(np.concatenate((cough(7), np.zeros(1600, np.int16), cough(8))))))
    burst = bursts(chance, HEARING_RATE, every_s=2.0, lasts_s=0.22, low=300, high=4000)
    noises.append(("throat", levelled(to_pcm(burst.astype(np.float32))[HEARING_RATE // 4 : HEARING_RATE])))
    words = [("eSpeak f2", word, await person.voice_of(word)) for word in BACKCHANNELS]
    if has_flite():
        words += [(f"flite {name}", word, await flite(word, name)) for name in FLITE_VOICES for word in BACKCHANNELS]
    words.sort(key=lambda each: (BACKCHANNELS.index(each[1]) - sum(each[0].encode())) % len(BACKCHANNELS))
    mixed = [(f"{word} ({who})", pcm) for who, word, pcm in words]
    for index, hertz in enumerate((115, 160, 210)):
        mixed.insert(4 * index + 1, (f"mm-hmm ({hertz} Hz)", hum(hertz)))
    out: list[tuple[str, Pcm]] = []
    for index in range(max(len(noises), len(mixed))):
        out += [noises[index % len(noises)], mixed[index % len(mixed)]]
    return out


def hum(hertz: float) -> Pcm:
    """ "Mm-hmm" at HEARING_RATE with closed lips: two hums, the second a fourth higher, a breath between them."""
    parts = []
    for lasts_s, pitch in ((0.17, hertz), (0.26, hertz * 4 / 3)):
        t = np.arange(round(lasts_s * HEARING_RATE)) / HEARING_RATE
        weights = [(k, np.exp(-((k * pitch - 280) ** 2) / 2e5) / k) for k in range(1, 12)]
        tone = sum(np.sin(2 * np.pi * pitch * k * t) * weight for k, weight in weights)
        parts.append(tone * np.minimum(1, np.minimum(t, lasts_s - t) / 0.04))
    breath = np.random.default_rng(int(hertz)).normal(0, 0.02, HEARING_RATE // 20)
    return levelled((4000 * np.concatenate((parts[0], breath, parts[1]))).astype(np.int16))


async def endure(person: Person, reference: Reference, label: str, pcm: Pcm, at_ms: int) -> Endured:
    """Make this sound ``at_ms`` into the long reply, and see what becomes of it."""
    mark, begun = await _long_reply(person)
    person.client.say_at(begun + at_ms * 1000, pcm)
    try:
        done = await person.client.wait_for("response.done", start=mark, within_s=45)
    except LineError:
        await hush(person)
        return Endured(label, False, len(reference.words.split()), None)
    response = done.event["response"]
    await asyncio.sleep(0.5)
    heard = person.client.recording(begun - 200_000, now_us())[1]
    words = next(
        (t.event["transcript"] for t in person.client.told[mark:] if t.type == "response.output_audio_transcript.done"),
        "",
    )
    await hush(person)
    lost = max(0, len(reference.words.split()) - len(words.split()))
    return Endured(label, response["status"] == "completed", lost, ears.kept(heard, reference.pcm))


def cough_rows(cases: Sequence[Endured]) -> list[Row]:
    kept = [case.kept for case in cases if case.completed and case.kept is not None]
    broken = sorted({case.sound for case in cases if not case.completed})
    incomplete = sorted({case.sound for case in cases if case.completed and not case.whole})
    lost = [each.lost_ms for each in kept]
    gaps = [float(each.longest_gap_ms) for each in kept]
    words = sum(case.words_lost for case in cases if case.completed)
    completed, whole = sum(case.completed for case in cases), sum(case.whole for case in cases)
    return [
        share_row(
            "replies that went on to their end", completed, len(cases), at_least=100,
            note=f"ended by: {', '.join(broken)}" if broken else "",
        ),
        share_row(
            "… with every word and sound of them", whole, len(cases), at_least=100,
            note=f"words lost {words}, sound at most {max(lost, default=0)} ms"
            + (f"; not whole: {', '.join(incomplete)}" if incomplete else ""),
        ),
        Row(
            "longest hold of a reply that went on",
            f"p50 {part(gaps, 50):.0f}, longest {max(gaps):.0f} ms" if gaps else "nothing to measure",
            {"p50_ms": rounded(part(gaps, 50)), "longest_ms": max(gaps, default=None)},
        ),
    ]  # fmt: skip
