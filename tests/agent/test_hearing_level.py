"""How loud a voice is told to be, also where the agent's own was taken out of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np
import pytest

from agent.audio import FRAME_SAMPLES, HEARING_RATE, AudioFrame, Pcm
from agent.core import events as e
from agent.core.gate import GateSettings
from agent.echo.own_voice import Heard, OwnVoice
from agent.engines.fakes import FakeDetector, FakeRecognizer
from agent.hearing import TAKEN_DB, Hearing
from tests.virtual import run_virtual


class Halved(OwnVoice):
    """Takes half of everything out, as an echo that isn't there."""

    def hear(self, pcm: Pcm, at: int) -> Heard:
        return Heard(pcm // 2, pcm // 2)


class Line:
    async def frames(self) -> AsyncIterator[AudioFrame]:
        t = np.arange(HEARING_RATE)
        pcm = (8_000 * np.sin(t * 2 * np.pi * 200 / HEARING_RATE)).astype(np.int16)
        for at in range(0, len(pcm), FRAME_SAMPLES):
            yield AudioFrame(pcm[at : at + FRAME_SAMPLES], at)


def told(own_voice: OwnVoice | None) -> float:
    events: list[e.Event] = []

    async def main() -> None:
        hearing = Hearing(
            FakeDetector(), FakeRecognizer().stream(), GateSettings(), events.append, own_voice=own_voice
        )
        await hearing.listen(Line())

    run_virtual(main())
    levels = [one.level for one in events if isinstance(one, e.SpeechLasted) and one.level is not None]
    return max(levels)


def test_what_was_taken_with_an_echo_is_added_again() -> None:
    as_it_came = told(None)
    assert as_it_came == pytest.approx(-15.3, abs=0.3)
    assert told(Halved(None)) == pytest.approx(as_it_came - 6.0 + TAKEN_DB, abs=0.3)
