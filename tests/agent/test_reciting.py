"""A text to sound, and which names of voices are answered to."""

from __future__ import annotations

import numpy as np
import pytest

from agent.audio import SPEAKING_RATE
from agent.core.clauses import ClauseSettings
from agent.engines.espeak import EspeakSynthesizer
from agent.engines.fakes import FakeSynthesizer
from agent.engines.protocols import Voice
from agent.reciting import HOSTED_VOICES, Reciter, UnknownVoice
from tests.virtual import run_virtual


def reciter(synthesizer: FakeSynthesizer | EspeakSynthesizer | None = None, voice: Voice | None = None) -> Reciter:
    return Reciter(synthesizer or FakeSynthesizer(), voice or Voice(), ClauseSettings())


def test_all_of_a_text_is_spoken_in_order() -> None:
    synthesizer = FakeSynthesizer(sample_rate=16_000)
    text = "One two three. Four five, six seven eight. Nine."

    async def main() -> float:
        pieces = [pcm async for pcm in reciter(synthesizer).recite(text, Voice())]
        return len(np.concatenate(pieces)) / SPEAKING_RATE

    assert run_virtual(main()) == pytest.approx(9 * 0.3, abs=0.01)
    assert "".join(spoken for spoken, _ in synthesizer.spoken) == text


def test_the_rate_is_held_to_what_voices_can() -> None:
    assert [reciter().voice(rate=rate).rate for rate in (0.25, 1.0, 4.0)] == [0.5, 1.0, 3.0]
    assert reciter(voice=Voice(rate=1.4)).voice().rate == 1.4


def test_hosted_names_have_each_a_voice_of_their_own() -> None:
    voices = {reciter(EspeakSynthesizer()).voice(name).name for name in HOSTED_VOICES}
    assert len(voices) >= 12
    assert all(name.startswith("en-us") for name in voices)
    assert reciter(EspeakSynthesizer(), Voice(language="id")).voice("coral").name == "id+f1"


def test_names_that_the_engine_does_not_know_are_refused() -> None:
    with pytest.raises(UnknownVoice, match=r"alloy.*en-us"):
        reciter(EspeakSynthesizer()).voice("zorg")
    for name in ("en-us+../../etc", "en-us+", "+f3", "../en-us", "en-us\0"):
        with pytest.raises(UnknownVoice):
            reciter(EspeakSynthesizer()).voice(name)
    assert reciter(EspeakSynthesizer()).voice("en-gb+f2").name == "en-gb+f2"


def test_another_engine_is_asked_without_variants() -> None:
    assert reciter().voice("coral").name == ""
    assert reciter().voice("fake").name == "fake"
