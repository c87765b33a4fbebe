"""Who takes the floor, on sound: pauses in sentences, real recordings, talk in the background, what was heard at a cut.

The categories of Full-Duplex-Bench that ``delays`` (smooth turns) and ``overlap`` (interruptions, backchannels) don't
measure. Knows the wire and the caller's clock; does not know how the server decides.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.audio import HEARING_RATE, Pcm
from agent.engines.protocols import Synthesizer, Voice
from agent.errors import LineError
from transport.bench import ears
from transport.bench.figures import Row, at_most, both, part, rounded, share_row, spread_row
from transport.bench.overlap import Reference, Stopped, endure, interrupt, undisturbed
from transport.bench.sounds import load, noises, recorded, to_pcm
from transport.bench.stage import FLITE_VOICES, Bench, caller, flite, has_flite, hush, levelled, serving, voice_engine
from transport.client_media import LossyPath
from transport.demo.person import LEVEL_DBFS, Person

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "media" / "speech"
"""Real speech, where it is kept beside the project."""

PAUSED = (
    ("read the", "text on this page"), ("what colour is", "this shirt"), ("set a timer for", "ten minutes"),
    ("can you tell me what", "time it is"), ("is there", "anyone here"), ("please read", "the small print"),
    ("tell me", "what you see"), ("how bright", "is it in here"), ("i want you to", "describe the room"),
    ("is there a", "code on this"), ("set a timer", "for five minutes"), ("could you", "speak slower please"),
    ("what is", "this thing in my hand"), ("do you see", "any people"), ("what does", "it say here"),
    ("are there any", "words on it"), ("what kind of", "product is this"), ("could you turn the volume", "down please"),
    ("i would like to know", "what day it is"), ("let me know in", "twenty minutes"),
)  # fmt: skip
"""Sentences with the place at which the speaker stops to think."""
PAUSES_MS = (300, 450, 600, 400)
SETTLE_S = 2.2
"""After the end of speech everything is decided within this."""
BACKGROUND_DB = -15.0
LINES = ((0.0, 0), (0.02, 50), (0.05, 50))
"""Loss and jitter in ms of the lines on which interruptions are tried."""


# --- pauses -------------------------------------------------------------------------------------------------------


async def pauses(bench: Bench) -> list[Row]:
    """How often the agent speaks into a pause in the middle of a sentence."""
    taken: list[str] = []
    count = 0
    async with serving() as running, voice_engine(bench.settings) as voice, caller(running.url, voice) as person:
        for (before, after), pause, who in _plan(bench.turns):
            count += 1
            bench.tell(f"pause {count} of {bench.turns}")
            first, rest = await _say(person, before, who), await _say(person, after, who)
            silence = np.zeros(pause * HEARING_RATE // 1000, np.int16)
            start, end = await person.client.speak(np.concatenate((first, silence, rest)))
            resumed = end - len(rest) * 1_000_000 // HEARING_RATE
            await asyncio.sleep(SETTLE_S)
            if 0 < person.first_sound(start) < max(resumed, end - 50_000):
                taken.append(f"{before} … ({pause} ms, {who})")
            await hush(person)
    return [_few_row("takes over in a pause in mid-sentence", taken, count, most=5)]


def _plan(count: int) -> list[tuple[tuple[str, str], int, str]]:
    voices = itertools.cycle(("eSpeak", *(FLITE_VOICES if has_flite() else ())))
    return list(zip(itertools.islice(itertools.cycle(PAUSED), count), itertools.cycle(PAUSES_MS), voices, strict=False))


async def _say(person: Person, words: str, who: str) -> Pcm:
    return await person.voice_of(words) if who == "eSpeak" else await flite(words, who)


def _few_row(figure: str, bad: Sequence[str], of: int, *, most: float) -> Row:
    share = 100 * len(bad) / of if of else float("nan")
    note = f"{of} tried" + (f"; {'; '.join(bad)}" if bad else "")
    return Row(
        figure, f"{share:.1f} %" if of else "nothing to measure", {"percent": rounded(share), "of": of},
        f"≤ {most:.0f} %", at_most(share, most), note,
    )  # fmt: skip


# --- real recordings ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heard:
    """One recording. ``cut``: its turn was declared over before it ended. ``wait_ms``: after its last loud sample, on
    the caller's clock; ``endpoint_ms``: after the end of speech as the server's detector hears it; None: never.
    """

    name: str
    cut: bool
    wait_ms: int | None
    endpoint_ms: int | None = None


async def recordings(bench: Bench) -> list[Row]:
    """Whether real speakers are cut off, and how long they are waited for. Raises LineError without recordings."""
    if not RECORDINGS.is_dir():
        raise LineError("There are no recordings of real speech beside the project (../shared/media/speech).")
    heard: list[Heard] = []
    clips = recorded(RECORDINGS)
    async with serving() as running, voice_engine(bench.settings) as voice, caller(running.url, voice) as person:
        for clip in clips:
            bench.tell(f"recording {len(heard) + 1} of {len(clips)}: {clip.name}")
            heard.append(await _play(person, clip.name, levelled(to_pcm(clip.sound))))
    cut = [one.name for one in heard if one.cut]
    waits = [float(one.endpoint_ms) for one in heard if one.endpoint_ms is not None]
    there = [float(one.wait_ms) for one in heard if one.wait_ms is not None]
    share, mean = 100 * len(cut) / len(heard), float(np.mean(waits)) if waits else float("nan")
    return [
        Row(
            "real speakers cut off, at a mean wait of", f"{share:.1f} %, {mean:.0f} ms",
            {"percent": rounded(share), "mean_wait_ms": rounded(mean), "p95_wait_ms": rounded(part(waits, 95))},
            "≤ 5 %, ≤ 300 ms", both(at_most(share, 5), at_most(mean, 300)),
            f"{len(heard)} recordings; after the end of speech as the detector hears it"
            + (f"; cut: {', '.join(cut)}" if cut else ""),
        ),
        spread_row("… after the last loud sample, at the caller", there, note="the line and the detector's tail in it"),
    ]  # fmt: skip


async def _play(person: Person, name: str, pcm: Pcm) -> Heard:
    mark = len(person.client.told)
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > 600)
    _, said = await person.client.speak(pcm)
    end = said - (len(pcm) - int(loud[-1])) * 1_000_000 // HEARING_RATE
    await asyncio.sleep(SETTLE_S)
    over = [
        told.at_us
        for told in person.client.told[mark:]
        if told.type == "conversation.item.input_audio_transcription.completed"
    ]
    timed = [told.event["stages"] for told in person.client.told[mark:] if told.type == "netra.timings"]
    await hush(person)
    after = [at for at in over if at >= end]
    wait = (after[0] - end) // 1000 if after else None
    return Heard(name, any(at < end - 50_000 for at in over), wait, timed[-1].get("endpoint") if timed else None)


# --- talk in the background ---------------------------------------------------------------------------------------


async def background(bench: Bench) -> list[Row]:
    """Whether a reply goes on over talk and noise in the room, 15 dB below a talker."""
    room = await _room()
    async with serving() as running, voice_engine(bench.settings) as voice, caller(running.url, voice) as person:
        await person.client.speak(await person.voice_of("what time is it"))  # so loud is who is meant
        await asyncio.sleep(SETTLE_S)
        await hush(person)
        reference = await undisturbed(person)
        cases = []
        for index in range(bench.turns):
            label, pcm = room[index % len(room)]
            bench.tell(f"background {index + 1} of {bench.turns}: {label}")
            cases.append(await endure(person, reference, label, pcm, 700 + 410 * index % 2600))
    gaps = [float(one.kept.longest_gap_ms) for one in cases if one.completed and one.kept is not None]
    lost = sorted({one.sound for one in cases if not one.whole})
    return [
        share_row(
            "replies that went on over talk and noise in the room", sum(one.completed for one in cases), len(cases),
            at_least=100, note=f"not whole: {', '.join(lost)}" if lost else "",
        ),
        Row(
            "… longest gap", f"p50 {part(gaps, 50):.0f}, longest {max(gaps, default=0):.0f} ms",
            {"p50_ms": rounded(part(gaps, 50)), "longest_ms": max(gaps, default=None)},
            "≤ 500 ms", at_most(max(gaps, default=float("nan")), 500),
        ),
    ]  # fmt: skip


async def _room() -> list[tuple[str, Pcm]]:
    """Sounds of a room, two seconds each, as loud as they are there."""
    level = LEVEL_DBFS + BACKGROUND_DB
    made = []
    if RECORDINGS.is_dir():
        for name, noise in noises(RECORDINGS).items():
            made.append((name, levelled(to_pcm(noise[: 2 * HEARING_RATE]), level)))
        talk = load(RECORDINGS / "LJ001-0002.wav")
        made += [
            (f"talk {at} s", levelled(to_pcm(talk[at * HEARING_RATE : (at + 2) * HEARING_RATE]), level))
            for at in (0, 1)
        ]
    if has_flite():
        made += [
            (f"talk of {who}", levelled(await flite("so i told her we could meet on sunday", who), level))
            for who in FLITE_VOICES
        ]
    if not made:
        raise LineError("There is no talk to put into the background: install flite.")
    return made


# --- what was heard at a cut --------------------------------------------------------------------------------------


async def cuts(bench: Bench) -> list[Row]:
    """Interruptions on good and bad lines: how soon it is silent, and whether what is remembered is what was heard."""
    made: list[Row] = []
    async with serving() as running, voice_engine(bench.settings) as voice:
        for loss, jitter in LINES:
            path = LossyPath(loss, jitter * 1000) if loss or jitter else None
            async with caller(running.url, voice, path=path) as person:
                reference = await undisturbed(person)
                ends = await word_ends(voice, reference.words)
                line = f"{loss:.0%} loss, {jitter} ms jitter".replace("%", " %")
                cases = await _cut(person, reference, bench, line)
            made += cut_rows(cases, ends, line)
    return made


async def _cut(person: Person, reference: Reference, bench: Bench, line: str) -> list[Stopped]:
    moments = ears.spaced(ears.steady(reference.pcm, 1000, 4000) or list(range(1000, 4000, 100)), bench.turns)
    cases = []
    for number in range(bench.turns):
        bench.tell(f"{line}: cut {number + 1} of {bench.turns}")
        case = await interrupt(person, reference, "what time is it", next(moments))
        if case is not None:
            cases.append(case)
    return cases


def cut_rows(cases: Sequence[Stopped], ends: Sequence[int], line: str) -> list[Row]:
    stopped = [case for case in cases if case.silent_ms is not None and case.position_ms is not None]
    silent = [float(case.silent_ms or 0) for case in stopped]
    off = [abs(len(case.heard.split()) - bisect_right(ends, case.position_ms or 0)) for case in stopped]
    exact = sum(each == 0 for each in off)
    missed = len(cases) - len(stopped)
    return [
        spread_row(f"interruption → silent, {line}", silent, p50=300, note=f"{missed} of {len(cases)} missed"),
        Row(
            f"cuts whose remembered words are those heard, {line}", f"{exact} of {len(off)}",
            {"exact": exact, "of": len(off), "most_off": max(off, default=0)}, "≥ 98 %",
            None if not off else exact >= 0.98 * len(off), f"at most {max(off, default=0)} words off",
        ),
    ]  # fmt: skip


async def word_ends(voice: Synthesizer, text: str) -> list[int]:
    """Milliseconds at which each word of a reply has been said: the server speaks it sentence by sentence."""
    ends: list[int] = []
    at = 0
    for sentence in re.split(r"(?<=[.!?])\s+", text.strip()):
        marks, samples = [], 0
        async for chunk in voice.speak(sentence + " ", Voice()):
            marks += [mark.end_sample for mark in chunk.words]
            samples += len(chunk.pcm)
        ends += [(at + mark) * 1000 // voice.sample_rate for mark in marks]
        at += samples
    return ends
