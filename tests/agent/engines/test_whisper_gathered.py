"""Several speakers' windows in one pass say what each says alone: on both backends, of any lengths and beginnings."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.audio import HEARING_RATE
from agent.engines.agreement import LocalAgreement
from agent.engines.gathering import Company
from agent.engines.turns import LATER, URGENT
from agent.engines.whisper import WhisperRecognizer
from agent.engines.whisper_language import LanguageChoice
from agent.engines.whisper_reading import Reading, Task
from agent.engines.whisper_utterance import Utterance, Window
from tests.agent.engines.spelled import SpelledWhisper, spell, written
from tests.agent.engines.test_whisper import FAST
from transport.bench.random_whisper import Shape, write, write_for_torch

SMALL = Shape(1, 2, 2, 32, tokens=600)
OPTIONS: dict[str, Any] = {"device": "cpu", "precision": "float32", "threads": 1, "workers": 1}


def _ct2(folder: Path, precision: str, *, short: bool) -> Any:
    from agent.engines.whisper_ct2 import Ct2Whisper

    made = write(folder, SMALL, precision=precision)
    return Ct2Whisper(made, **OPTIONS | {"precision": precision, "short_mel": short})


def _torch(folder: Path) -> Any:
    from agent.engines.whisper_torch import TorchWhisper

    return TorchWhisper(write_for_torch(folder, SMALL), **OPTIONS, short_mel=False)


@pytest.fixture(scope="module", params=["ctranslate2", "ctranslate2 int8", "ctranslate2 short", "transformers"])
def backend(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    wanted, _, how = request.param.partition(" ")
    for package in ("faster_whisper", *(("torch", "transformers") if wanted == "transformers" else ())):
        pytest.importorskip(package, reason=f"{package} is not installed: .venv/bin/pip install -e '.[whisper,neural]'")
    folder = tmp_path_factory.mktemp("models") / "whisper"
    if wanted == "transformers":
        return _torch(folder)
    return _ct2(folder, "int8" if how == "int8" else "float32", short=how == "short")


def window(seconds: float, seed: int, prefix: tuple[int, ...] = (), prompt: tuple[int, ...] = ()) -> Window:
    random = np.random.default_rng(seed)
    return Window(random.normal(0, 0.1, int(seconds * HEARING_RATE)).astype(np.float32), 0.0, seconds, prefix, prompt)


def tasks(language: str, beam_size: int = 1) -> list[Task]:
    """Of many lengths, with and without committed words, words before the window, and words to expect."""
    windows = [
        window(0.05, 1), window(0.7, 2), window(2.0, 3), window(5.0, 4), window(2.0, 5, prefix=(300, 301)),
        window(2.0, 6, prefix=(310,)), window(3.0, 7, prompt=(320, 321, 322)), window(2.0, 8),
        window(1.0, 9, prefix=(300,) * 446), window(12.0, 10), window(1.0, 11, prefix=(300, 301) * 200),
    ]  # fmt: skip
    hints = ["", "Netra"] * 5 + [""]
    return [
        Task(one, LanguageChoice(language), hint, beam_size) for one, hint in zip(windows, hints, strict=True)
    ]  # fmt: skip


def same(one: Reading, other: Reading) -> None:
    assert [(word.text, word.tokens) for word in one.words] == [(word.text, word.tokens) for word in other.words]
    for mine, theirs in zip(one.words, other.words, strict=True):
        assert (mine.start, mine.end) == pytest.approx((theirs.start, theirs.end), abs=1e-6)
        assert mine.probability == pytest.approx(theirs.probability, rel=1e-3, abs=1e-6)
    assert one.doubts.no_speech == pytest.approx(other.doubts.no_speech, rel=1e-3, abs=1e-6)
    assert one.doubts.logprob == pytest.approx(other.doubts.logprob, rel=1e-3)
    assert one.language == other.language
    assert dict(one.chances) == pytest.approx(dict(other.chances), rel=1e-3)


@pytest.mark.parametrize("language", ["en", ""])
@pytest.mark.parametrize("beam_size", [1, 3])
def test_windows_in_one_pass_are_read_as_each_is_alone(backend: Any, language: str, beam_size: int) -> None:
    alone = [
        backend.read(one.window, one.choose, hint=one.hint, beam_size=one.beam_size)
        for one in tasks(language, beam_size)
    ]
    together = backend.read_each(tasks(language, beam_size))
    for one, other in zip(together, alone, strict=True):
        same(one, other)
    assert sum(bool(one.words) for one in alone) >= 8
    assert len({tuple(word.text for word in one.words) for one in alone}) >= 6


def test_windows_that_are_alike_are_written_in_one_call(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes it worth it: not one call of the decoder for each."""
    counts: list[int] = []
    real = type(backend)._generate

    def noted(self: Any, *given: Any) -> Any:
        group = next(one for one in given if isinstance(one, list))
        counts.append(len(group))
        return real(self, *given)

    monkeypatch.setattr(type(backend), "_generate", noted)
    backend.read_each([Task(window(2.0, seed), LanguageChoice("en")) for seed in range(5)])
    assert counts == [5]


class Noting(SpelledWhisper):
    """A GatheringBackend; ``passes``: the numbers of windows in each."""

    def __init__(self) -> None:
        super().__init__()
        self.passes: list[int] = []

    def read_each(self, asked: Sequence[Task]) -> list[Reading]:
        self.passes.append(len(asked))
        return [self.read(one.window, one.choose, hint=one.hint, beam_size=one.beam_size) for one in asked]


def test_speakers_at_once_share_passes_and_each_hears_only_his_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Company, "most", property(lambda _: 16))

    async def main() -> None:
        backend = Noting()
        recognizer = WhisperRecognizer(FAST, "", "", model=backend)
        streams = [recognizer.stream() for _ in range(6)]
        said = [[1 + (7 * line + at) % 45 for at in range(8)] for line in range(6)]
        sounds = [spell(codes, pause_s=0.3) for codes in said]
        for at in range(0, max(map(len, sounds)), 4_800):
            for stream, sound in zip(streams, sounds, strict=True):
                await stream.feed(sound[at : at + 4_800])
        finals = await asyncio.gather(*(stream.finish() for stream in streams))
        assert [final.text for final in finals] == [written(codes) for codes in said]
        assert max(backend.passes) > 1
        await recognizer.close()

    asyncio.run(main())


def test_final_words_are_in_no_pass_with_partial_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Company, "most", property(lambda _: 16))
    backend = Noting()
    recognizer = WhisperRecognizer(FAST, "", "", model=backend)
    begun, go = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        go.wait(20)

    recognizer.turns.submit(LATER, hold)
    assert begun.wait(20)
    readings = []
    for urgency in (LATER, URGENT, LATER, URGENT, URGENT):
        utterance = Utterance(LocalAgreement())
        utterance.add(spell([1, 2, 3]))
        readings.append(recognizer.read(urgency, utterance, LanguageChoice("en")))
    go.set()
    for reading in readings:
        assert [word.text.strip() for word in reading.result(20).reading.words] == ["w1", "w2", "w3"]
    assert backend.passes == [3, 2]
    asyncio.run(recognizer.close())
