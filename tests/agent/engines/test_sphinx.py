"""PocketSphinx hears the sentences it was given, as what they are, and noise as nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from agent.audio import HEARING_RATE, Pcm
from agent.engines.protocols import RecognitionStream, Transcript
from agent.engines.sphinx import SphinxRecognizer
from agent.engines.sphinx_channel import TARGET_DBFS, UNKNOWN, levels, loud_frames, opening
from agent.engines.sphinx_model import Mixture, build
from tests.conftest import media_path
from transport.bench.sounds import load, to_pcm

SENTENCES = (
    "what is the weather in paris",
    "what is the weather today",
    "what time is it",
    "describe what you see",
    "set a timer for five minutes",
    "stop",
    "hold on",
    "uh-huh",
)
OUTSIDE = ("he was not an ill disposed young man", "she came home late last night")
SMALL = Mixture(words=500, pairs=50)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sphinx")


@asynccontextmanager
async def recognizer(cache: Path, decoders: int = 2) -> AsyncIterator[SphinxRecognizer]:
    engine = SphinxRecognizer(SENTENCES, outside=OUTSIDE, cache_dir=cache, decoders=decoders, mixture=SMALL)
    try:
        yield engine
    finally:
        await engine.close()


def run(cache: Path, what: Callable[[SphinxRecognizer], Awaitable[None]], decoders: int = 2) -> None:
    async def inside() -> None:
        async with recognizer(cache, decoders) as engine:
            await what(engine)

    asyncio.run(inside())


def question() -> Pcm:
    """A recording: "what is the weather in Paris", with a quiet line before and after."""
    spoken = to_pcm(load(media_path("speech", "weather_question.wav")))
    quiet = np.random.default_rng(1).normal(0, 10, HEARING_RATE // 4).astype(np.int16)
    return np.concatenate([quiet, spoken, quiet])


async def feed(stream: RecognitionStream, pcm: Pcm) -> list[Transcript]:
    partials = [await stream.feed(pcm[at : at + 320]) for at in range(0, len(pcm), 320)]
    return [partial for partial in partials if partial is not None]


def test_a_question_is_heard_with_partials_on_the_way(cache: Path) -> None:
    async def listen(engine: SphinxRecognizer) -> None:
        stream = engine.stream()
        partials = await feed(stream, question())
        final = await stream.finish()
        assert final.text == "what is the weather in paris"
        assert final.final
        assert final.coverage > 0.5
        assert final.confidence > 0.5
        assert partials
        assert not any(partial.final for partial in partials)
        assert [partial.text for partial in partials] != [final.text] * len(partials)

    run(cache, listen)


@pytest.mark.parametrize("gain_db", [-24.0, 6.0])
def test_level_does_not_matter(cache: Path, gain_db: float) -> None:
    async def listen(engine: SphinxRecognizer) -> None:
        stream = engine.stream()
        scaled = np.clip(question() * 10 ** (gain_db / 20), -32768, 32767).astype(np.int16)
        await feed(stream, scaled)
        assert "weather" in (await stream.finish()).text

    run(cache, listen)


def test_a_stream_hears_one_utterance_after_the_other(cache: Path) -> None:
    async def listen(engine: SphinxRecognizer) -> None:
        stream = engine.stream()
        await feed(stream, question())
        first = await stream.finish()
        await feed(stream, question()[:20_000])
        await stream.drop()
        await feed(stream, question())
        assert (await stream.finish()).text == first.text
        await stream.close()

    run(cache, listen)


def test_more_lines_than_decoders_wait_and_lose_nothing(cache: Path) -> None:
    async def listen(engine: SphinxRecognizer) -> None:
        async def one_line() -> str:
            stream = engine.stream()
            await feed(stream, question())
            return (await stream.finish()).text

        async with asyncio.TaskGroup() as group:
            lines = [group.create_task(one_line()) for _ in range(4)]
        assert {line.result() for line in lines} == {"what is the weather in paris"}

    run(cache, listen, decoders=1)


@pytest.mark.parametrize("loudness", [0, 30, 3000])
def test_noise_is_no_speech(cache: Path, loudness: int) -> None:
    async def listen(engine: SphinxRecognizer) -> None:
        stream = engine.stream()
        noise = np.random.default_rng(2).normal(0, loudness, 2 * HEARING_RATE).astype(np.int16)
        await feed(stream, noise)
        final = await stream.finish()
        assert final.text == "" or final.coverage < 0.3

    run(cache, listen)


def test_an_utterance_without_sound_is_empty(cache: Path) -> None:
    async def listen(engine: SphinxRecognizer) -> None:
        assert await engine.stream().finish() == Transcript("", final=True, confidence=0.0, coverage=0.0)

    run(cache, listen)


def test_the_event_loop_goes_on_while_a_decoder_works(cache: Path) -> None:
    async def listen(engine: SphinxRecognizer) -> None:
        stream, turns, listening = engine.stream(), 0, True

        async def tick() -> None:
            nonlocal turns
            while listening:
                turns += 1
                await asyncio.sleep(0)

        async with asyncio.TaskGroup() as group:
            group.create_task(tick())
            await feed(stream, question())
            await stream.finish()
            listening = False
        assert turns > 20

    run(cache, listen)


def test_no_sentences_is_an_error(cache: Path) -> None:
    with pytest.raises(ValueError, match="sentences"):
        SphinxRecognizer((), cache_dir=cache)


def test_the_model_is_built_once_and_words_without_a_sound_are_told(tmp_path: Path) -> None:
    first = build((*SENTENCES, "say xyzzyq twice"), OUTSIDE, tmp_path, Mixture(words=0))
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = build((*SENTENCES, "say xyzzyq twice"), OUTSIDE, tmp_path, Mixture(words=0))
    assert first == again
    assert first.silent == ("xyzzyq",)
    assert "weather" in first.inside
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == stamps
    build((*SENTENCES, "another sentence"), OUTSIDE, tmp_path, Mixture(words=0))
    assert len(list(tmp_path.iterdir())) == 2 * len(stamps)


def test_the_models_chances_of_each_context_sum_to_one(tmp_path: Path) -> None:
    """ARPA: what follows "what is the", with what is backed off to, is certain to be some word."""
    files = build(SENTENCES, OUTSIDE, tmp_path, Mixture(words=0))
    grams: dict[tuple[str, ...], tuple[float, float]] = {}
    for line in files.lm.read_text(encoding="utf-8").splitlines():
        parts = line.split()
        if parts and parts[0].startswith("-"):
            backed = parts[-1].startswith("-") or parts[-1] in ("0.0000",)
            words = tuple(parts[1:-1] if backed else parts[1:])
            grams[words] = (10 ** float(parts[0]), 10 ** float(parts[-1]) if backed else 1.0)

    def chance(words: tuple[str, ...]) -> float:
        if words in grams:
            return grams[words][0]
        return grams.get(words[:-1], (0.0, 1.0))[1] * chance(words[1:])

    vocabulary = [words[0] for words in grams if len(words) == 1 and words != ("<s>",)]
    for context in (("is", "the"), ("what", "is"), ("set",), ()):
        assert sum(chance((*context, word)) for word in vocabulary) == pytest.approx(1.0, abs=0.01)


def test_loud_frames_are_brought_to_the_level_the_model_expects() -> None:
    quiet = np.random.default_rng(3).normal(0, 4, HEARING_RATE)
    tone = 300 * np.sin(np.arange(HEARING_RATE // 2) * 0.3)
    first = opening(np.concatenate([quiet, tone]).astype(np.int16), UNKNOWN)
    assert levels(first.loud).mean() == pytest.approx(TARGET_DBFS, abs=1.0)
    assert first.skip == pytest.approx(HEARING_RATE - 4_800, abs=320)
    assert not loud_frames(levels(quiet.astype(np.int16))).any()
