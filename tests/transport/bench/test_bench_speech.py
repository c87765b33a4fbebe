"""The bench of the neural speech engines: what it says of readings whose cost and words are known."""

from __future__ import annotations

import asyncio

import pytest

from agent.engines.agreement import AlignAtt, LocalAgreement, Policy, Word
from agent.engines.whisper_guards import Doubts
from agent.engines.whisper_reading import Choose, Reading
from agent.engines.whisper_utterance import Window
from agent.settings import load
from tests.agent.engines.spelled import SpelledWhisper, spell
from transport.bench.speech import Read, hear, kokoro_row, spoken, whisper_rows
from transport.bench.stage import Bench


@pytest.mark.parametrize("policy", [LocalAgreement(), AlignAtt(0.5)])
def test_a_growing_utterance_is_read_and_nothing_taken_back(policy: Policy) -> None:
    found = hear(SpelledWhisper(), spell(list(range(1, 13))), policy)
    assert found.seconds == pytest.approx(6.0)
    assert len(found.partials) == 14
    assert found.taken_back == 0


class Turncoat:
    """A model that forgets its words: it reads the committed ones away."""

    multilingual = False

    def read(self, window: Window, choose: Choose, *, hint: str, beam_size: int) -> Reading:
        return Reading((Word(" same", 0.0, 0.1),), Doubts(), "en")


def test_even_a_model_that_repeats_itself_takes_nothing_back() -> None:
    assert hear(Turncoat(), spell([1, 2, 3, 4]), LocalAgreement()).taken_back == 0


def test_rows_say_whether_the_end_is_one_reading_and_nothing_was_taken_back() -> None:
    good, bad = Read(4.0, [100.0, 120.0], 130.0), Read(4.0, [100.0], 400.0, taken_back=2)
    end, back = whisper_rows("w", [good])
    assert (end.met, back.met) == (True, True)
    assert end.numbers["final_ms"] == 130
    end, back = whisper_rows("w", [good, bad])
    assert (end.met, back.met, back.value) == (False, False, "2")


def test_a_voice_must_be_ahead_of_its_listener() -> None:
    assert kokoro_row([100.0, 120.0], 0.5).met is True
    assert kokoro_row([100.0, 120.0], 1.5).met is False


def test_the_text_is_spoken_for_the_readings() -> None:
    sound = asyncio.run(spoken(Bench(load("embedded", environ={}), 1, lambda _: None)))
    assert 8.0 < len(sound) / 16_000 < 20.0
