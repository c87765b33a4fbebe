"""``netra bench --gpu``: the neural engines at their real sizes, on random weights that cost what real ones cost. With
small models on a processor it is the same code.

Knows the parts. What they are built from is in ``neural``.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any

from agent.audio import FRAME_SAMPLES, HEARING_RATE, Pcm
from agent.clock import now_us, stopwatch_us
from agent.engines import registry
from agent.engines.agreement import AlignAtt, LocalAgreement
from agent.engines.protocols import RecognitionStream, Synthesizer, Voice
from transport.bench import replies
from transport.bench.figures import Row, part, rounded
from transport.bench.gathering import gathering
from transport.bench.neural import Device, Scale, ears, has_kokoro, whisper_precision, wished
from transport.bench.random_ears import SPARE_TOKENS, TOKENS_PER_S
from transport.bench.speech import FIRST, LATER, hear, spoken, whisper_rows
from transport.bench.stage import Bench
from transport.bench.suite import Part
from transport.bench.together import together
from transport.bench.vlm import built, first_tokens

SPEECH_S = 6.0
FRAME_S = FRAME_SAMPLES / HEARING_RATE


def parts(device: Device, scale: Scale) -> tuple[Part, ...]:
    """What can be run on its own."""
    thinking = [
        Part(f"thinking-{size}", f"a vision-language model, {size}: first token, cancelling, replies side by side",
             partial(_thinking, size=size, scale=scale, device=device))
        for size in scale.vlms
    ]  # fmt: skip
    return (
        Part("hearing", f"Whisper {scale.whisper}: end of speech to final text, one to many speakers",
             partial(_hearing, scale=scale, device=device)),
        *thinking,
        Part("speaking", "Kokoro: first sound, one to many listeners, and how soon it is free again",
             partial(_speaking, scale=scale, device=device)),
        Part("gathering", "what several sessions gain from one pass: pictures and sound",
             partial(gathering, scale=scale, device=device)),
        Part("together", "conversations: voice to voice, the event loop, memory",
             partial(together, scale=scale, device=device)),
    )  # fmt: skip


# --- hearing ------------------------------------------------------------------------------------------------------


async def _hearing(bench: Bench, *, scale: Scale, device: Device) -> list[Row]:
    from agent.engines.whisper_ct2 import Ct2Whisper

    sound = (await spoken(bench))[: int(SPEECH_S * HEARING_RATE)]
    with tempfile.TemporaryDirectory(prefix="netra-bench-") as place:
        bench.tell(f"making whisper {scale.whisper}")
        settings = wished(Path(place), scale, device, voice=False)
        where, precision = whisper_precision(device)
        title = f"whisper {scale.whisper}, {where} {precision}"
        bench.tell(title)
        backend = Ct2Whisper(
            Path(settings.hearing.whisper.model), device=where, precision=precision,
            threads=settings.hearing.whisper.threads, workers=1, short_mel=False,
        )  # fmt: skip
        backend.tokens_per_s, backend.spare_tokens = TOKENS_PER_S, SPARE_TOKENS
        hear(backend, sound[:HEARING_RATE], LocalAgreement())
        rows = whisper_rows(title, [hear(backend, sound, policy) for policy in (LocalAgreement(), AlignAtt(0.5))])
        del backend
        recognizer = ears(settings)
        try:
            await recognizer.warm()
            found = []
            for speakers in scale.sessions:
                bench.tell(f"{title}, {speakers} at once")
                found.append((speakers, await _speakers(recognizer.stream, sound, speakers)))
        finally:
            await recognizer.close()
    return [*rows, at_once_row(f"{title}: end of speech → final text, speakers at once", found)]


async def _speakers(stream: Callable[[], RecognitionStream], sound: Pcm, speakers: int) -> list[float]:
    """Milliseconds until the final text of each, who speak in real time and end a little after one another."""

    async def speak(number: int) -> float:
        ears_of = stream()
        await asyncio.sleep(number * 0.3)
        due = now_us()
        for at in range(0, len(sound), FRAME_SAMPLES):
            due += round(FRAME_S * 1e6)
            await asyncio.sleep(max(0, due - now_us()) / 1e6)
            await ears_of.feed(sound[at : at + FRAME_SAMPLES])
        ended = due  # when the last of it was said, however late it was taken
        await ears_of.finish()
        took = (now_us() - ended) / 1000
        await ears_of.close()
        return took

    return await _all(speak(number) for number in range(speakers))


# --- thinking -----------------------------------------------------------------------------------------------------


def _thinking(bench: Bench, *, size: str, scale: Scale, device: Device) -> list[Row]:
    with built(bench, size, device, "auto") as model:
        rows = first_tokens(bench, model, size)
        rows += replies.side_by_side(bench, model, scale.sessions, scale.reply_tokens)
        if device == "cuda":
            import torch

            mb = torch.cuda.max_memory_allocated() / 2**20
            rows.append(Row(f"memory of the model, {size}", f"{mb:.0f} MB at most", {"mb": round(mb)}))
    return rows


# --- speaking -----------------------------------------------------------------------------------------------------


async def _speaking(bench: Bench, *, scale: Scale, device: Device) -> list[Row]:
    if not has_kokoro():
        note = ".venv/bin/pip install -e '.[kokoro]' on a Python below 3.13"
        return [Row("kokoro", "not measured: it is not installed", {}, note=note)]
    with tempfile.TemporaryDirectory(prefix="netra-bench-") as place:
        settings = wished(Path(place), scale, device)
        voice: Synthesizer = registry.build("synthesizer", "kokoro", settings)
        try:
            bench.tell("kokoro is made")
            await _first_sound(voice)
            found = []
            for listeners in scale.sessions:
                bench.tell(f"kokoro, {listeners} at once")
                times = [ms for _ in range(scale.turns) for ms in await _all(
                    _first_sound(voice) for _ in range(listeners))]  # fmt: skip
                found.append((listeners, times))
            bench.tell("kokoro, cancelling")
            freed = await _freed(voice)
        finally:
            await voice.close()
    return [at_once_row("kokoro: first clause → first sound, listeners at once", found), freed_row(*freed)]


async def _first_sound(voice: Synthesizer) -> float:
    began = stopwatch_us()
    async with aclosing(voice.speak(FIRST, Voice())) as chunks:  # type: ignore[type-var]
        async for chunk in chunks:
            if len(chunk.pcm):
                break
    return (stopwatch_us() - began) / 1000


async def _freed(voice: Synthesizer) -> tuple[float, float, float]:
    """Milliseconds: a first sound right after a long text was cut off, the longest piece of that text, and a first
    sound when nothing was before it.
    """
    pieces, last = [], stopwatch_us()
    async with aclosing(voice.speak(f"{LATER} {LATER} {LATER}", Voice())) as chunks:  # type: ignore[type-var]
        async for _ in chunks:
            pieces.append((stopwatch_us() - last) / 1000)
            last = stopwatch_us()
    own = await _first_sound(voice)
    async with aclosing(voice.speak(f"{FIRST} {LATER} {LATER}", Voice())) as chunks:  # type: ignore[type-var]
        await anext(chunks)
    return await _first_sound(voice), max(pieces), own


def freed_row(next_ms: float, piece_ms: float, own_ms: float) -> Row:
    """What was cut off costs the next listener the rest of one piece at most, besides its own clause; no two take the
    same, so a quarter more is let pass.
    """
    return Row(
        "kokoro: cut off → the next answer's first sound",
        f"{next_ms:.0f} ms; the longest sentence takes {piece_ms:.0f}, its own clause {own_ms:.0f} ms",
        {"next_ms": rounded(next_ms), "piece_ms": rounded(piece_ms), "own_ms": rounded(own_ms)},
        "≤ the rest of one sentence and its own (and a quarter)",
        next_ms <= 1.25 * (piece_ms + own_ms),
    )


def at_once_row(figure: str, found: Sequence[tuple[int, Sequence[float]]]) -> Row:
    """Median and 95th percentile for each number of people at once."""
    told = [f"{many}: p50 {part(ms, 50):.0f}, p95 {part(ms, 95):.0f} ms" for many, ms in found]
    numbers = {str(many): {"p50_ms": rounded(part(ms, 50)), "p95_ms": rounded(part(ms, 95))} for many, ms in found}
    return Row(figure, "\n".join(told), numbers)


async def _all(work: Iterable[Coroutine[Any, Any, float]]) -> list[float]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in work]
    return [task.result() for task in tasks]
