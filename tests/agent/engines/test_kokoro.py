# ruff: noqa: RUF001  phonetic letters look like others
"""Kokoro: voices by name, phonemes that know their words, sentences in turn, and the real network, made small."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.engines.kokoro_phonemes import Phonemizer, Sounded, shared
from agent.engines.kokoro_pieces import Made, chunks, cut, written
from agent.engines.kokoro_voices import chosen, letter_of, parsed
from agent.engines.protocols import SpeechChunk, Synthesizer, Voice
from agent.engines.registry import build
from agent.engines.spoken_english import pieces
from agent.errors import EngineFailed, EngineMissing
from agent.settings import Settings, load

# --- voices ----------------------------------------------------------------------------------------------------------


def test_voices_are_mixed_by_weight() -> None:
    assert parsed("af_heart") == {"af_heart": 1.0}
    assert parsed("af_heart:0.6+am_adam:0.4") == pytest.approx({"af_heart": 0.6, "am_adam": 0.4})
    assert parsed("af_heart:3 + am_adam") == pytest.approx({"af_heart": 0.75, "am_adam": 0.25})
    assert parsed("af_heart+af_heart") == {"af_heart": 1.0}


@pytest.mark.parametrize("name", ["", "heart", "af_heart:x", "af_heart:0", "af_heart++am_adam", "en-us"])
def test_what_is_no_voice_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"no voice|all zero"):
        parsed(name)


def test_who_speaks_is_chosen_by_name_then_by_language() -> None:
    known = ("af_heart", "am_adam", "bf_emma", "ef_dora")
    assert chosen("am_adam", "af_heart", "en", known) == {"am_adam": 1.0}
    assert chosen("", "af_heart", "en", known) == {"af_heart": 1.0}
    assert chosen("nobody", "af_heart", "en-GB", known) == {"bf_emma": 1.0}
    assert chosen("", "af_heart", "es", known) == {"ef_dora": 1.0}
    assert chosen("en-us+f2", "af_heart", "en", known) == {"af_heart": 1.0}
    with pytest.raises(ValueError, match="'it'"):
        chosen("", "af_heart", "it", known)
    assert (letter_of("pt_BR"), letter_of("fr-ca"), letter_of("id")) == ("p", "f", "")


# --- phonemes --------------------------------------------------------------------------------------------------------


PHONEMIZER = Phonemizer()


def said(text: str, letter: str = "a") -> list[tuple[str, str]]:
    return [(one.phonemes, text[: one.end]) for one in PHONEMIZER.sounded(list(pieces(text)), letter)]


def test_every_word_has_its_phonemes_and_marks_stay() -> None:
    assert said('What is on the "table"? $5.') == [
        ("wˌʌt", "What"),
        ("ɪz", "What is"),
        ("ɔn", "What is on"),
        ("ðə", "What is on the"),
        ("“tˈAbᵊl”?", 'What is on the "table"?'),
        ("fˈIv dˈɑləɹz.", 'What is on the "table"? $5.'),
    ]


def test_each_language_has_its_own_sounds() -> None:
    assert [said("hello", letter)[0][0] for letter in "abe"] == ["həlˈO", "həlˈQ", "ˈeʎo"]
    assert said("bonjour", "f")[0][0] == "bɔ̃ʒˈuʁ"


def test_words_that_were_run_together_are_told_apart() -> None:
    assert shared(["wˌʌt", "ɪz", "ɔnðə", "tˈe"], ["wˈʌt", "ˈɪz", "ˈɔn", "ðˈə", "tˈe"]) == [
        "wˌʌt",
        "ɪz",
        "ɔn",
        "ðə",
        "tˈe",
    ]
    assert shared(["nˈa", "tˈiːn", "x"], ["nˈatˈiːn", "x"]) == ["nˈa tˈiːn", "x"]


@example(["aaa", "a"], ["", "", "aaa"])
@given(st.lists(st.text("abˈː", min_size=1, max_size=6), max_size=8), st.lists(st.text("ab", max_size=6), max_size=8))
def test_sharing_keeps_every_phoneme_in_order(groups: list[str], alone: list[str]) -> None:
    found = shared(groups, alone)
    assert len(found) == len(alone)
    if alone:
        assert "".join(found).replace(" ", "") == "".join(groups)


ODD = st.text(max_size=60)


@given(ODD)
def test_any_text_becomes_phonemes(text: str) -> None:
    words = list(pieces(text))
    found = PHONEMIZER.sounded(words, "a")
    assert [one.end for one in found] == [word.end for word in words]


# --- pieces ----------------------------------------------------------------------------------------------------------

WORDS = st.lists(
    st.tuples(st.sampled_from(["abc", "ab,", "a.", "", "abcdef", "b?”"]), st.integers(1, 3)), max_size=40
)  # fmt: skip


def sounded(words: list[tuple[str, int]]) -> list[Sounded]:
    end, found = 0, []
    for phonemes, step in words:
        end += step
        found.append(Sounded(phonemes, end))
    return found


@given(WORDS, st.integers(6, 30))
def test_parts_are_sentences_that_fit_and_together_the_whole(words: list[tuple[str, int]], longest: int) -> None:
    whole = sounded(words)
    parts = list(cut(whole, longest))
    assert all(0 < len(written(part)) <= longest for part in parts)
    rejoined = [one for part in parts for one in part]
    assert rejoined == whole[: len(rejoined)]
    assert not written(whole[len(rejoined) :])
    for part in parts:
        assert not any(one.phonemes.endswith((".", "?”")) for one in part[:-1])


@given(WORDS)
def test_the_chunks_are_the_sound_and_tell_every_word_once(words: list[tuple[str, int]]) -> None:
    part = sounded(words)
    text = written(part)
    made = Made(np.arange(len(text) * 2_400, dtype=np.int16), tuple(2_400 * (n + 1) for n in range(len(text))))
    found = list(chunks(made, part, before=1_000))
    assert np.array_equal(np.concatenate([chunk.pcm for chunk in found]), made.pcm)
    marks = [mark for chunk in found for mark in chunk.words]
    assert [mark.end_char for mark in marks] == [one.end for one in part]
    ends = [mark.end_sample for mark in marks]
    assert ends == sorted(ends)
    assert all(0 <= end - 1_000 <= len(made.pcm) or end == 0 for end in ends)
    at = 0
    for chunk in found[:-1]:
        at += len(chunk.pcm)
        assert all(mark.end_sample - 1_000 <= at for mark in chunk.words)


# --- the real network ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for package in ("torch", "transformers", "loguru", "attr", "kokoro"):
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed: .venv/bin/pip install -e '.[kokoro]'")
    from transport.bench.random_kokoro import write

    return write(tmp_path_factory.mktemp("models") / "kokoro", small=True)


@pytest.fixture(scope="module")
def kokoro(folder: Path) -> Synthesizer:
    from agent.engines.kokoro import KokoroSynthesizer

    return KokoroSynthesizer({"threads": 1}, str(folder))


async def spoken(voice: Synthesizer, text: str, how: Voice) -> list[SpeechChunk]:
    return [chunk async for chunk in voice.speak(text, how)]


def samples(found: list[SpeechChunk]) -> int:
    return sum(len(chunk.pcm) for chunk in found)


def test_the_network_speaks_and_its_durations_are_the_words_times(kokoro: Synthesizer) -> None:
    text = "Hello there. It costs $5.50, I say!"
    found = asyncio.run(spoken(kokoro, text, Voice()))
    marks = [mark for chunk in found for mark in chunk.words]
    assert [text[: mark.end_char].split()[-1] for mark in marks] == [
        "Hello",
        "there.",
        "It",
        "costs",
        "$5.50,",
        "I",
        "say!",
    ]
    ends = [mark.end_sample for mark in marks]
    assert ends == sorted(set(ends))
    assert ends[-1] <= samples(found)
    assert samples(found) % 600 == 0
    assert max(int(np.abs(chunk.pcm.astype(int)).max()) for chunk in found) > 100


def test_speed_and_mixtures_are_heard(kokoro: Synthesizer) -> None:
    async def main() -> None:
        one, other, mixed = [
            np.concatenate([chunk.pcm for chunk in await spoken(kokoro, "Hello.", Voice(name))])
            for name in ("af_heart", "am_adam", "af_heart:0.6+am_adam:0.4")
        ]
        assert not np.array_equal(one[:600], mixed[:600])
        assert not np.array_equal(other[:600], mixed[:600])

    asyncio.run(main())


def test_what_nobody_hears_is_not_made(kokoro: Synthesizer) -> None:
    """Closing after the first sentence: the next was begun at most."""

    async def main() -> None:
        long = "This is one sentence. " * 30
        speaking = kokoro.speak(long, Voice())
        first = await anext(speaking)
        assert len(first.pcm)
        await speaking.aclose()  # type: ignore[attr-defined]
        short = await spoken(kokoro, "Hi.", Voice())  # would wait for all thirty otherwise
        assert samples(short)

    asyncio.run(main())


def test_a_language_without_a_voice_is_said(kokoro: Synthesizer) -> None:
    with pytest.raises(EngineFailed, match="'it'"):
        asyncio.run(spoken(kokoro, "Ciao.", Voice(language="it")))


def test_the_registry_gives_it_in_a_process_of_its_own_with_espeak_for_the_rest(folder: Path) -> None:
    async def main() -> None:
        settings = load(environ={}, overrides={"speaking.kokoro": {"model": str(folder), "threads": 1}})
        voice = build("synthesizer", "kokoro", settings)
        try:
            await voice.start()
            assert (voice.sample_rate, "bf_emma" in voice.voices()) == (24_000, True)
            english = await spoken(voice, "Hello there.", Voice())
            assert samples(english) % 600 == 0
            text = "Selamat pagi, apa kabar hari ini?"
            other = await spoken(voice, text, Voice())
            assert 1.0 < samples(other) / 24_000 < 6.0
            assert [mark for chunk in other for mark in chunk.words][-1].end_char == len(text)
        finally:
            await voice.close()

    asyncio.run(main())


def test_missing_weights_are_one_sentence(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match=r"config\.json, voices"):
        build("synthesizer", "kokoro", Settings(cache_dir=tmp_path))
    (tmp_path / "models" / "kokoro-82m" / "voices").mkdir(parents=True)
    (tmp_path / "models" / "kokoro-82m" / "config.json").write_text("{}")
    with pytest.raises(EngineMissing, match=r"\*\.pth"):
        build("synthesizer", "kokoro", Settings(cache_dir=tmp_path))
