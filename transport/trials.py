"""Tries each engine once, without microphone or camera: made speech, drawn pictures, a typed question.

Knows what an engine must at least do to be of use, and how long it took. Gets engines from the registry by name only;
does not know how they work, and does not judge quality: that is the bench's work.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from agent.audio import FRAME_SAMPLES, HEARING_RATE, Pcm
from agent.clock import stopwatch_us
from agent.engines import registry
from agent.engines.protocols import (
    Brain,
    Call,
    CodeReader,
    EndOfTurn,
    FaceFinder,
    Question,
    Recognizer,
    Synthesizer,
    Text,
    TextReader,
    Voice,
    VoiceDetector,
)
from agent.errors import NetraError
from agent.picture import Pixels
from agent.resample import Resampler
from agent.settings import Settings

SENTENCE = "what time is it"
SIGN = "NETRA 42"
TRIAL_TIMEOUT_S = 60.0
"""An engine that has not answered by then is broken; each answers within a second on an ordinary machine."""

CLEAR_VOICE, CLEAR_VARIANT = "en-us", "+f2"
"""The one of eSpeak NG's voices that PocketSphinx hears best."""
CLEAR_RATE = 0.82
"""140 words a minute, the pace at which that was measured."""

PAUSE_SAMPLES = HEARING_RATE // 2
"""Silence before and after the made speech: half a second."""

QR_NETRA = (
    0x1FC17F, 0x105841, 0x17435D, 0x174A5D, 0x17475D, 0x105341, 0x1FD57F,
    0x001100, 0x01E762, 0x052ACE, 0x1B6F82, 0x199161, 0x0A5878, 0x00194E,
    0x1FD53A, 0x105132, 0x175A09, 0x174B87, 0x1746BC, 0x104B50, 0x1FCD01,
)  # fmt: skip
"""The QR code (version 1, 21 modules a side) of the text "netra": a row is a number, its bits are the modules."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How one engine did. ``prepare_ms``: until it was ready; ``run_ms``: the task itself. ``detail``: what came out,
    or what went wrong and what to do. ``in_profile``: the profile that was examined uses this engine."""

    kind: str
    engine: str
    in_profile: bool
    passed: bool
    prepare_ms: int
    run_ms: int
    detail: str


async def run_trials(settings: Settings, chosen: dict[registry.Kind, str]) -> tuple[Trial, ...]:
    """Every engine of the registry, the synthesiser first because others need its speech. ``chosen``: the profile's."""
    speech: list[Pcm] = []
    trials: list[Trial] = []
    kinds = sorted(registry.PLACES, key=lambda kind: kind != "synthesizer")
    for kind in kinds:
        for name in registry.PLACES[kind]:
            trial = await _attempt(kind, name, settings, speech)
            trials.append(replace(trial, in_profile=chosen.get(kind) == name))
    return tuple(trials)


async def _attempt(kind: registry.Kind, name: str, settings: Settings, speech: list[Pcm]) -> Trial:
    began = stopwatch_us()
    prepared = None
    try:
        async with _ready(kind, name, settings) as engine:
            prepared = stopwatch_us()
            async with asyncio.timeout(TRIAL_TIMEOUT_S):
                passed, detail = await _task(kind, engine, speech)
            if trouble := getattr(engine, "trouble", ""):  # another one did it in its place
                passed, detail = False, str(trouble)
    except TimeoutError:
        passed, detail = False, f"no answer within {TRIAL_TIMEOUT_S:.0f} s"
    except NetraError as error:
        passed, detail = False, str(error)
    except Exception as error:  # the border to engines: whatever one raises is the finding
        passed, detail = False, f"{type(error).__name__}: {error}"
    ended = stopwatch_us()
    prepared = ended if prepared is None else prepared
    return Trial(kind, name, False, passed, (prepared - began) // 1000, (ended - prepared) // 1000, detail)


@asynccontextmanager
async def _ready(kind: registry.Kind, name: str, settings: Settings) -> AsyncIterator[Any]:
    """An engine, warmed up where it can be, and closed at the end."""
    engine = registry.build(kind, name, settings)
    try:
        warm = getattr(engine, "warm", None) or getattr(engine, "start", None)
        if warm is not None:
            await warm()
        yield engine
    finally:
        close = getattr(engine, "close", None)
        if close is not None:
            await close()


async def _task(kind: registry.Kind, engine: Any, speech: list[Pcm]) -> tuple[bool, str]:
    match kind:
        case "synthesizer":
            return await _speak(engine, speech)
        case "matcher":
            [words] = await engine.words(["a red thing"])
            picture = await engine.picture(np.full((64, 64, 3), (200, 30, 30), np.uint8))
            return True, f"a picture and words compared: {float(words @ picture):.2f}"
        case "vad":
            return await _with_speech(speech, lambda pcm: _detect(engine, pcm))
        case "recognizer":
            return await _with_speech(speech, lambda pcm: _recognise(engine, pcm))
        case "turn_end":
            return await _with_speech(speech, lambda pcm: _end(engine, pcm))
        case "brain":
            return await _think(engine)
        case "text":
            return await _read(engine)
        case "codes":
            return await _scan(engine)
        case "products":
            return True, await engine.summary()
        case "faces":
            return await _find(engine)


async def _with_speech(speech: list[Pcm], task: Callable[[Pcm], Awaitable[tuple[bool, str]]]) -> tuple[bool, str]:
    if not speech:
        return False, "not tried: it needs the synthesiser's speech, and there was none"
    silence = np.zeros(PAUSE_SAMPLES, np.int16)
    return await task(np.concatenate((silence, *speech, silence)))


async def _speak(engine: Synthesizer, speech: list[Pcm]) -> tuple[bool, str]:
    voice = Voice(CLEAR_VOICE + CLEAR_VARIANT, CLEAR_RATE) if CLEAR_VOICE in engine.voices() else Voice()
    began, first, pieces = stopwatch_us(), 0, []
    async for chunk in engine.speak(SENTENCE, voice):
        first = first or stopwatch_us() - began
        pieces.append(chunk.pcm)
    took = stopwatch_us() - began
    pcm = np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
    seconds = len(pcm) / engine.sample_rate
    if seconds < 0.3 or int(np.abs(pcm.astype(np.int32)).max()) < 1000:
        return False, f"only {seconds:.2f} s of faint sound came for {SENTENCE!r}"
    resampler = Resampler(engine.sample_rate, HEARING_RATE)
    speech.append(np.concatenate((resampler.push(pcm), resampler.flush())))
    real_time = took / 1_000_000 / seconds
    pace = f"first sound after {first / 1000:.1f} ms, real-time factor {real_time:.4f}"
    return True, f"{SENTENCE!r}: {seconds:.2f} s, {pace}"


async def _detect(engine: VoiceDetector, pcm: Pcm) -> tuple[bool, str]:
    stream, size = engine.stream(), engine.window_samples
    began = stopwatch_us()
    likely = [stream.probability(pcm[start : start + size]) for start in range(0, len(pcm) - size + 1, size)]
    each = (stopwatch_us() - began) / 1000 / len(likely)
    pause = PAUSE_SAMPLES // size
    silent, spoken = float(np.mean(likely[:pause])), float(np.mean(likely[pause:-pause]))
    return silent < 0.5 < spoken, f"silence {silent:.2f}, speech {spoken:.2f}, {each:.2f} ms a window"


async def _recognise(engine: Recognizer, pcm: Pcm) -> tuple[bool, str]:
    stream = engine.stream()
    for start in range(0, len(pcm) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        await stream.feed(pcm[start : start + FRAME_SAMPLES])
    began = stopwatch_us()
    heard = await stream.finish()
    took = (stopwatch_us() - began) / 1000
    await stream.close()
    return bool(heard.text), f"said {SENTENCE!r}, heard {heard.text!r}, final text after {took:.0f} ms"


async def _end(engine: EndOfTurn, pcm: Pcm) -> tuple[bool, str]:
    spoken = pcm[PAUSE_SAMPLES:-PAUSE_SAMPLES]
    began = stopwatch_us()
    end, middle = engine.finality(spoken), engine.finality(spoken[: len(spoken) // 2])
    took = (stopwatch_us() - began) / 2000
    return 0.0 <= end <= 1.0, f"at the end {end:.2f}, cut in the middle {middle:.2f}, {took:.1f} ms each"


async def _think(engine: Brain) -> tuple[bool, str]:
    check = getattr(engine, "check", None)
    if check is not None:  # a language model: a question as simple as ours would not reach it
        passed, detail = await check()
        return bool(passed), str(detail)
    thoughts = [thought async for thought in engine.reply(Question(SENTENCE, typed=True))]
    for thought in thoughts:
        match thought:
            case Call():
                return True, f"{SENTENCE!r} → the skill {thought.skill!r}"
            case Text():
                return True, f"{SENTENCE!r} → {thought.text!r}"
    return False, f"nothing came for {SENTENCE!r}"


async def _read(engine: TextReader) -> tuple[bool, str]:
    lines = await engine.read(draw_sign(), max_side=640)
    text = " ".join(line.text for line in lines)
    return SIGN.replace(" ", "") in text.upper().replace(" ", ""), f"drawn {SIGN!r}, read {text!r}"


async def _scan(engine: CodeReader) -> tuple[bool, str]:
    codes = await engine.read(draw_code())
    found = ", ".join(f"{code.format} {code.text!r}" for code in codes)
    return [code.text for code in codes] == ["netra"], f"drawn a QR code of 'netra', found {found or 'nothing'}"


async def _find(engine: FaceFinder) -> tuple[bool, str]:
    faces = await engine.find(draw_sign())
    return not faces, f"a drawn sign without faces: {len(faces)} found"


def draw_sign() -> Pixels:
    """Black letters on white, 640 x 240."""
    import cv2  # here, so that a machine without it still gets the rest of the report

    sign = np.full((240, 640, 3), 255, np.uint8)
    cv2.putText(sign, SIGN, (70, 145), cv2.FONT_HERSHEY_SIMPLEX, 3.0, (0, 0, 0), 6, cv2.LINE_AA)
    return sign


def draw_code() -> Pixels:
    """QR_NETRA at eight pixels a module with its quiet zone of four modules, 232 x 232."""
    rows = np.array([[row >> (20 - column) & 1 for column in range(21)] for row in QR_NETRA], np.uint8)
    modules = np.pad(255 - 255 * rows, 4, constant_values=255).astype(np.uint8)
    return np.repeat(np.repeat(modules, 8, axis=0), 8, axis=1)[:, :, None].repeat(3, axis=2)
