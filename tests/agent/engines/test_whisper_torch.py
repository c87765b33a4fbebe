"""Whisper on transformers: the same streaming on the second backend, with a tiny random model that is made here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.audio import HEARING_RATE
from agent.engines.agreement import AlignAtt, LocalAgreement, Policy
from agent.engines.whisper import WhisperRecognizer
from agent.engines.whisper_language import LanguageChoice
from agent.engines.whisper_place import place
from agent.engines.whisper_settings import WhisperSettings
from agent.engines.whisper_utterance import Window
from agent.errors import EngineMissing
from tests.agent.engines.test_whisper import FAST, LOOSE, murmur
from transport.bench.random_whisper import SMALLEST, vocabulary, write_tokenizer
from transport.bench.speech import hear


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for package in ("torch", "transformers", "faster_whisper"):
        pytest.importorskip(package, reason=f"{package} is not installed: .venv/bin/pip install -e '.[whisper,neural]'")
    import torch
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    torch.manual_seed(3)
    ids = {token: number for number, token in enumerate(vocabulary(SMALLEST))}
    config = WhisperConfig(
        vocab_size=len(ids), num_mel_bins=80, d_model=32, encoder_layers=1, decoder_layers=2,
        encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64,
        bos_token_id=ids["<|endoftext|>"], eos_token_id=ids["<|endoftext|>"], pad_token_id=ids["<|endoftext|>"],
        decoder_start_token_id=ids["<|startoftranscript|>"], suppress_tokens=[], begin_suppress_tokens=[],
    )  # fmt: skip
    made = tmp_path_factory.mktemp("models") / "hf"
    WhisperForConditionalGeneration(config).save_pretrained(made)
    write_tokenizer(made, SMALLEST)
    return made


@pytest.fixture(scope="module")
def backend(folder: Path) -> Any:
    from agent.engines.whisper_torch import TorchWhisper

    return TorchWhisper(folder, device="cpu", precision="auto", threads=1, workers=1, short_mel=False)


def window(seconds: float, prefix: tuple[int, ...] = (), prompt: tuple[int, ...] = ()) -> Window:
    return Window(murmur(seconds).astype(np.float32) / 32768, 0.0, seconds, prefix, prompt)


def test_words_have_times_inside_the_sound_that_never_fall(backend: Any) -> None:
    reading = backend.read(window(2.0), LanguageChoice("en"), hint="Netra", beam_size=1)
    assert reading.words
    starts, ends = [word.start for word in reading.words], [word.end for word in reading.words]
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert starts[0] >= 0
    assert ends[-1] <= 2.1
    assert all(0 <= word.probability <= 1 for word in reading.words)
    assert 0 <= reading.doubts.no_speech <= 1
    assert reading.doubts.logprob < 0


def test_a_prefix_is_gone_on_from_and_not_said_again(backend: Any) -> None:
    """Greedy: what follows the first words of a reading is the rest of that reading."""
    whole = backend.read(window(2.0), LanguageChoice("en"), hint="", beam_size=1)
    tokens = [token for word in whole.words for token in word.tokens]
    first = whole.words[0].tokens
    rest = backend.read(window(2.0, prefix=first), LanguageChoice("en"), hint="", beam_size=1)
    again = [token for word in rest.words for token in word.tokens]
    assert again[: len(tokens) - len(first)] == tokens[len(first) :][: len(again)]


def test_the_language_is_chosen_among_those_that_the_model_has(backend: Any) -> None:
    heard: list[Mapping[str, float]] = []

    class Noting(LanguageChoice):
        def hear(self, chances: Mapping[str, float]) -> str:
            heard.append(chances)
            return super().hear(chances)

    reading = backend.read(window(1.0), Noting(), hint="", beam_size=1)
    assert set(heard[0]) == set(SMALLEST.languages)
    assert sum(heard[0].values()) == pytest.approx(1.0, abs=1e-4)
    assert reading.language in SMALLEST.languages
    backend.read(window(1.0, prefix=(300,)), Noting(), hint="", beam_size=1)
    assert len(heard) == 1


@pytest.mark.parametrize("policy", [LocalAgreement(), AlignAtt(0.5)])
def test_a_growing_utterance_is_read_and_nothing_taken_back(backend: Any, policy: Policy) -> None:
    found = hear(backend, murmur(2.4), policy)
    assert len(found.partials) == 5
    assert found.taken_back == 0


def test_it_is_chosen_by_name_and_serves_streams(folder: Path) -> None:
    async def main() -> None:
        recognizer = WhisperRecognizer(FAST | LOOSE | {"threads": 1, "device": "cpu"}, str(folder), "transformers")
        stream = recognizer.stream()
        for _ in range(3):
            await stream.feed(murmur(0.5))
            await asyncio.sleep(0.02)
        final = await stream.finish()
        assert final.final
        assert all(0 <= word.start <= word.end <= 3 * HEARING_RATE for word in final.words)
        await recognizer.close()

    asyncio.run(main())


def test_both_backends_read_alike(backend: Any, folder: Path, tmp_path: Path) -> None:
    """The same weights, greedily: the same tokens from both libraries, and nearly the same doubts."""
    from ctranslate2.converters import TransformersConverter

    from agent.engines.whisper_ct2 import Ct2Whisper

    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "PreTrainedTokenizerFast"}')
    TransformersConverter(str(folder), copy_files=["tokenizer.json", "preprocessor_config.json"]).convert(
        str(tmp_path / "ct2"), force=True
    )
    other = Ct2Whisper(
        tmp_path / "ct2", device="cpu", precision="float32", threads=1, workers=1, short_mel=False
    )  # fmt: skip
    for seconds, prefix in ((2.0, ()), (1.0, (300, 301))):
        one, two = (
            each.read(window(seconds, prefix), LanguageChoice("en"), hint="Netra", beam_size=1)
            for each in (backend, other)
        )
        assert [word.tokens for word in one.words] == [word.tokens for word in two.words]
        assert one.doubts.no_speech == pytest.approx(two.doubts.no_speech, rel=0.05)


def test_the_folder_decides_which_backend_runs_it(folder: Path, tmp_path: Path) -> None:
    assert place(WhisperSettings(model=str(folder)), tmp_path) == (folder, "transformers")
    assert place(WhisperSettings(model=str(folder), device="mps"), tmp_path) == (folder, "transformers")
    with pytest.raises(EngineMissing, match=r"model\.bin"):
        place(WhisperSettings(model=str(folder), backend="ctranslate2"), tmp_path)


def test_what_it_cannot_do_is_said(folder: Path) -> None:
    with pytest.raises(EngineMissing, match="short_mel needs the backend ctranslate2"):
        WhisperRecognizer({"short_mel": True}, str(folder), "transformers")
