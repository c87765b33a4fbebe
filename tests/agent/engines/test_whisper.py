"""Whisper as an engine: the streaming on spelled sound, and the real library on a tiny model that is made here."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.audio import HEARING_RATE, Pcm
from agent.engines.agreement import Word
from agent.engines.protocols import RecognitionStream, TimedWord, Transcript
from agent.engines.registry import build
from agent.engines.turns import LATER, URGENT, Turns
from agent.engines.whisper import WhisperRecognizer
from agent.engines.whisper_guards import Doubts
from agent.engines.whisper_language import LanguageChoice
from agent.engines.whisper_place import hints
from agent.engines.whisper_reading import Choose, Reading, prompt_tokens, words_after
from agent.engines.whisper_utterance import Window
from agent.errors import EngineFailed, EngineMissing
from agent.settings import Settings, load
from tests.agent.engines.spelled import SpelledWhisper, spell, written
from transport.bench.random_whisper import SMALLEST, write

FAST: dict[str, Any] = {"first_s": 0.5, "every_s": 0.3, "share": 1.0}


def spelled(backend: Any = None, **settings: Any) -> WhisperRecognizer:
    return WhisperRecognizer(FAST | settings, "", "", model=backend or SpelledWhisper())


async def feed(stream: RecognitionStream, sound: Pcm, step: int = 960) -> list[str]:
    texts = []
    for at in range(0, len(sound), step):
        found = await stream.feed(sound[at : at + step])
        await asyncio.sleep(0.001)  # the reading threads work meanwhile, as they would in 60 ms
        if found is not None:
            texts.append(found.text)
    return texts


@pytest.mark.parametrize("policy", ["agreement", "alignatt"])
def test_words_come_while_they_are_said_and_all_are_there_at_the_end(policy: str) -> None:
    async def main() -> None:
        recognizer = spelled(policy=policy)
        stream = recognizer.stream()
        codes = list(range(1, 31))
        partials = await feed(stream, spell(codes, pause_s=0.3))
        final = await stream.finish()
        assert (final.text, final.final, final.coverage) == (written(codes), True, 1.0)
        assert len(partials) >= 5
        assert [word.text for word in final.words] == written(codes).split()
        assert final.words[3].end == pytest.approx(1.9 * HEARING_RATE, abs=2)
        await feed(stream, spell([7, 8]))
        assert (await stream.finish()).text == "w7 w8"
        await recognizer.close()

    asyncio.run(main())


def test_the_end_costs_nothing_when_the_pause_was_read_already() -> None:
    async def main() -> None:
        backend = SpelledWhisper()
        recognizer = spelled(backend)
        stream = recognizer.stream()
        await feed(stream, spell([1, 2, 3], pause_s=0.5))
        async with asyncio.timeout(20):
            while backend.heard_s < 1.55:  # until the pause is read
                await stream.feed(np.zeros(16, np.int16))
                await asyncio.sleep(0.005)
        before = backend.readings
        assert (await stream.finish()).text == "w1 w2 w3"
        assert backend.readings == before
        await recognizer.close()

    asyncio.run(main())


def test_sound_that_comes_faster_than_it_is_read_is_waited_for_and_not_lost() -> None:
    async def main() -> None:
        recognizer = spelled()
        stream = recognizer.stream()
        codes = [1 + n % 45 for n in range(160)]
        sound = spell(codes)
        for at in range(0, len(sound), 8_000):
            await stream.feed(sound[at : at + 8_000])
        assert (await stream.finish()).text == written(codes)
        await recognizer.close()

    asyncio.run(main())


def test_a_dropped_utterance_leaves_nothing_behind() -> None:
    async def main() -> None:
        recognizer = spelled()
        stream = recognizer.stream()
        await feed(stream, spell([1, 2, 3]))
        await stream.drop()
        assert await stream.finish() == Transcript("", final=True, confidence=0.0, coverage=0.0)
        await feed(stream, spell([4]))
        assert (await stream.finish()).text == "w4"
        await recognizer.close()

    asyncio.run(main())


class Broken(SpelledWhisper):
    """A model that fails at its second reading."""

    def read(self, window: Window, choose: Choose, *, hint: str, beam_size: int) -> Reading:
        found = super().read(window, choose, hint=hint, beam_size=beam_size)
        if self.readings == 2:
            raise RuntimeError("out of memory")
        return found


def test_a_reading_that_fails_is_told_and_the_next_utterance_is_heard() -> None:
    async def main() -> None:
        recognizer = spelled(Broken())
        stream = recognizer.stream()

        async def go_on() -> None:
            for _ in range(50):
                await feed(stream, spell([1, 2, 3]))

        with pytest.raises(EngineFailed, match="out of memory"):
            await go_on()
        await stream.drop()
        await feed(stream, spell([4, 5]))
        assert (await stream.finish()).text == "w4 w5"
        await recognizer.close()

    asyncio.run(main())


class Babel(SpelledWhisper):
    """Two languages; which one is heard is told by the first word."""

    multilingual = True

    def read(self, window: Window, choose: Choose, *, hint: str, beam_size: int) -> Reading:
        found = super().read(window, choose, hint=hint, beam_size=beam_size)
        likely = 0.9 if found.words and found.words[0].text.strip() in ("w1", "w2") else 0.1
        chances = {"en": likely, "id": 1 - likely}
        language = choose.hear(chances) if choose.open else choose.current
        return Reading(
            tuple(Word(f"{w.text}.{language}", w.start, w.end, 0.9, w.tokens) for w in found.words), Doubts(), language
        )


def test_each_line_has_its_own_language_and_keeps_it() -> None:
    async def main() -> None:
        recognizer = spelled(Babel(), first_s=9.0, languages=["en", "id"])
        one, other = recognizer.stream(), recognizer.stream()
        for stream, codes in ((one, [1, 1]), (other, [5, 5])):
            await feed(stream, spell(codes))
        assert (await one.finish()).text == "w1.en w1.en"
        assert (await other.finish()).text == "w5.id w5.id"
        await feed(one, spell([5]))
        assert (await one.finish()).text == "w5.en"
        await recognizer.close()

    asyncio.run(main())


# --- readings in turn ------------------------------------------------------------------------------------------------


def test_final_words_go_before_partial_ones() -> None:
    begun, release = threading.Event(), threading.Event()
    order: list[str] = []
    turns = Turns("t")

    def hold() -> None:
        begun.set()
        release.wait(10)

    first = turns.submit(LATER, hold)
    assert begun.wait(10)
    jobs = [
        turns.submit(kind, lambda name=name: order.append(name))
        for kind, name in ((LATER, "a"), (LATER, "b"), (URGENT, "c"))
    ]
    assert jobs[1].cancel()
    release.set()
    first.result(10)
    jobs[0].result(10)
    assert order == ["c", "a"]
    turns.close()
    with pytest.raises(EngineFailed, match="closed"):
        turns.submit(URGENT, lambda: None).result(10)


def test_a_broken_job_ends_no_thread() -> None:
    turns = Turns("t")
    with pytest.raises(EngineFailed, match="ZeroDivisionError"):
        turns.submit(URGENT, lambda: 1 / 0).result(10)
    assert turns.submit(URGENT, lambda: 3).result(10) == 3
    turns.close()


# --- words from tokens -----------------------------------------------------------------------------------------------


def aligned(*parts: tuple[str, Sequence[int]]) -> list[dict[str, Any]]:
    return [
        {"word": text, "tokens": list(tokens), "start": n, "end": n + 1, "probability": 0.5}
        for n, (text, tokens) in enumerate(parts)
    ]


def test_words_after_a_prefix_keep_their_tokens_and_punctuation() -> None:
    found = words_after(aligned((" what", (1,)), (" is", (2, 3)), (" it", (4,)), ("?", (5,))), 1, lambda _: "")
    assert [(word.text, word.tokens) for word in found] == [(" is", (2, 3)), (" it?", (4, 5))]
    cut = words_after(aligned((" paris's", (1, 2)), (" sky", (3,))), 1, lambda tokens: "'s" if tokens == [2] else "")
    assert [(word.text, word.tokens) for word in cut] == [("'s", (2,)), (" sky", (3,))]


def test_hints_are_names_and_one_short_phrase_of_each_skill() -> None:
    phrases = [("time", "please tell me the time"), ("time", "what time is it"), ("stop", "stop"), ("read", "read it")]
    assert hints(["Netra"], phrases) == ["Netra", "what time is it", "read it"]


# --- the real library ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip(
        "faster_whisper", reason="faster-whisper is not installed: .venv/bin/pip install -e '.[whisper]'"
    )
    return write(tmp_path_factory.mktemp("models") / "tiny", SMALLEST)


LOOSE: dict[str, Any] = {"no_speech": 1.0, "least_logprob": -10.0, "most_compression": 10.0, "vocabulary": ["Netra"]}
"""A model without sense loops; here its words count all the same."""


def murmur(seconds: float) -> Pcm:
    random = np.random.default_rng(4)
    loudness = 0.5 + 0.5 * np.sin(np.arange(int(seconds * HEARING_RATE)) / 1_500)
    return (random.normal(0, 3_000, len(loudness)) * loudness).astype(np.int16)


@pytest.mark.parametrize("policy", ["agreement", "alignatt"])
@pytest.mark.parametrize("short_mel", [False, True])
def test_the_library_reads_a_growing_utterance(folder: Path, policy: str, short_mel: bool) -> None:
    async def main() -> None:
        recognizer = WhisperRecognizer(
            FAST | LOOSE | {"policy": policy, "short_mel": short_mel, "threads": 1}, str(folder), "ctranslate2"
        )
        stream = recognizer.stream()
        sound = murmur(3.0)
        committed = ""
        for at in range(0, len(sound), 4_800):
            await stream.feed(sound[at : at + 4_800])
            await asyncio.sleep(0.02)
        final = await stream.finish()
        assert final.text
        assert final.text.startswith(committed)
        assert 0 < final.confidence <= 1
        starts = [word.start for word in final.words]
        assert starts == sorted(starts)
        assert all(0 <= word.start <= word.end <= len(sound) + HEARING_RATE for word in final.words)
        await recognizer.close()

    asyncio.run(main())


@pytest.mark.parametrize("hint", ["", "Netra, what time is it, read the text"])
@pytest.mark.parametrize("count", [1, 3, 10])
def test_a_prefix_is_gone_on_from_and_not_said_again(folder: Path, count: int, hint: str) -> None:
    """Greedy: what follows the first words of a reading is the rest of that reading."""
    backend = WhisperRecognizer({"threads": 1}, str(folder), "ctranslate2").backend
    sound = murmur(2.0).astype(np.float32) / 32768

    def read(prefix: tuple[int, ...]) -> tuple[list[int], Reading]:
        reading = backend.read(Window(sound, 0.0, 2.0, prefix, ()), LanguageChoice("en"), hint=hint, beam_size=1)
        return [token for word in reading.words for token in word.tokens], reading

    whole, _ = read(())
    assert len(whole) > count
    rest, reading = read(tuple(whole[:count]))
    assert rest
    assert rest == whole[count:][: len(rest)]
    assert len(rest) >= len(whole) - count - 1
    assert reading.doubts.logprob < -1


@pytest.mark.parametrize(("prefix", "most"), [(0, 34), (250, 34), (410, 34), (430, 20), (446, 0)])
def test_the_decoder_is_never_asked_for_more_than_it_holds(folder: Path, prefix: int, most: int) -> None:
    """A loop of words may fill the window with tokens; beyond 448 the library would fail."""
    backend = WhisperRecognizer({"threads": 1}, str(folder), "ctranslate2").backend
    window = Window(murmur(2.0).astype(np.float32) / 32768, 0.0, 2.0, (300,) * prefix, (301,) * 100)
    reading = backend.read(window, LanguageChoice("en"), hint="many words to expect " * 40, beam_size=1)
    tokens = sum(len(word.tokens) for word in reading.words)
    assert tokens <= most


ODD = ["", "  ", "\ud800", "a\nb", "\x00", "\u202e", "日本語", "<|endoftext|>", "<|startoftranscript|><|id|>", "Netra"]


def test_words_to_expect_may_hold_any_letters_and_no_signs(folder: Path) -> None:
    recognizer = WhisperRecognizer({"threads": 1, "vocabulary": ODD}, str(folder), "ctranslate2")
    assert recognizer.hint.startswith("a b, ")
    backend: Any = recognizer.backend
    tokenizer, _ = backend._tokenizer("en")
    window = Window(murmur(1.0).astype(np.float32) / 32768, 0.0, 1.0, (), ())
    prompt = prompt_tokens(tokenizer, window, recognizer.hint)
    assert [token for token in prompt if token >= tokenizer.eot] == [
        tokenizer.sot_prev, *tokenizer.sot_sequence, tokenizer.no_timestamps,
    ]  # fmt: skip
    assert backend.read(window, LanguageChoice("en"), hint=recognizer.hint, beam_size=1) is not None


def test_it_runs_in_a_process_of_its_own_as_the_registry_builds_it(folder: Path) -> None:
    async def main() -> None:
        settings = load(
            environ={},
            overrides={
                "hearing.whisper": FAST
                | LOOSE
                | {"model": str(folder), "languages": ["en", "id"], "skill_words": False}
            },
        )
        recognizer = build("recognizer", "whisper", settings)
        assert recognizer.languages == ("en", "id")
        try:
            await recognizer.start()
            one, other = recognizer.stream(), recognizer.stream()
            async with asyncio.TaskGroup() as group:
                for stream in (one, other):
                    group.create_task(feed(stream, murmur(1.5), 4_800))
            final = await one.finish()
            assert final == await other.finish()
            assert all(isinstance(word, TimedWord) for word in final.words)
        finally:
            await recognizer.close()

    asyncio.run(main())


def test_missing_weights_are_a_sentence_that_says_where_they_belong(tmp_path: Path) -> None:
    settings = Settings(cache_dir=tmp_path)
    with pytest.raises(EngineMissing, match=r"models/small.*model\.bin"):
        build("recognizer", "whisper", settings)
    (tmp_path / "models" / "small").mkdir(parents=True)
    with pytest.raises(EngineMissing, match=r"model\.bin, .* is not in it"):
        build("recognizer", "whisper", settings)
