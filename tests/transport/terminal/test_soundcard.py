"""A sound card without one: PortAudio's side is played by threads of the test, as the real one calls from its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from agent.audio import FRAME_SAMPLES, HEARING_RATE, SPEAKING_RATE, Pcm
from agent.errors import LineError
from transport.terminal import soundcard
from transport.terminal.devices import OUT_SAMPLES, FileDevice, Saved
from transport.terminal.soundcard import SoundCard


class Stream:
    """A raw stream whose thread calls back until it is left."""

    def __init__(self, turn: Callable[[], None]) -> None:
        self._turn, self._over = turn, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Stream:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.002):  # ten times as fast as a card
            self._turn()


class Card:
    """The part of sounddevice that is used. A tone at the microphone; what was played is kept."""

    class PortAudioError(Exception):
        pass

    def __init__(self, rate: int, broken: bool = False) -> None:
        self.rate, self.broken = rate, broken
        self.played = bytearray()
        self._at = 0

    def query_devices(self, device: Any = None, kind: str | None = None) -> Any:
        if device == "nothing":
            raise ValueError("No input device matching 'nothing'")
        return {"default_samplerate": float(self.rate)} if kind else ["one device"]

    def RawInputStream(self, *, callback: Any, blocksize: int, **_: Any) -> Stream:
        if self.broken:
            raise self.PortAudioError("Error opening RawInputStream: Invalid sample rate [PaErrorCode -9997]")

        def turn() -> None:
            t = np.arange(self._at, self._at + blocksize)
            self._at += blocksize
            callback((6000 * np.sin(2 * np.pi * 300 * t / self.rate)).astype(np.int16).tobytes(), blocksize, None, None)

        return Stream(turn)

    def RawOutputStream(self, *, callback: Any, blocksize: int, **_: Any) -> Stream:
        def turn() -> None:
            data = bytearray(2 * blocksize)
            callback(memoryview(data), blocksize, None, None)
            self.played.extend(data)

        return Stream(turn)


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_sound_goes_both_ways_at_the_rate_of_the_card(rate: int) -> None:
    card, heard = Card(rate), list[Pcm]()
    pulled = 0

    def pull() -> Pcm:
        nonlocal pulled
        t = np.arange(pulled, pulled + OUT_SAMPLES)
        pulled += OUT_SAMPLES
        return (6000 * np.sin(2 * np.pi * 500 * t / SPEAKING_RATE)).astype(np.int16)

    async def main() -> None:
        enough = asyncio.Event()

        def take(pcm: Pcm) -> None:
            heard.append(pcm)
            if len(heard) == 60:
                enough.set()

        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            running = group.create_task(SoundCard(card).run(take, pull))
            await enough.wait()
            running.cancel()

    asyncio.run(main())
    assert all(len(pcm) == FRAME_SAMPLES for pcm in heard)
    assert pitch(np.concatenate(heard)[1600:], HEARING_RATE) == pytest.approx(300, abs=2)
    played = np.frombuffer(bytes(card.played), np.int16)
    sounding = played[np.abs(played) > 0]
    assert len(sounding) > rate // 4
    assert int(np.abs(sounding).max()) == pytest.approx(6000, rel=0.05)


def pitch(pcm: Pcm, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm))))
    return float(np.argmax(spectrum)) * rate / len(pcm)


def test_a_device_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(LineError, match="No microphone was found: No input device matching"):
        SoundCard(Card(48_000), microphone="nothing")
    with pytest.raises(LineError, match="No loudspeaker"):
        SoundCard(Card(48_000), speaker="nothing")


def test_a_device_that_does_not_open_is_a_sentence() -> None:
    with pytest.raises(LineError, match=r"cannot be opened: .*Invalid sample rate.*--file"):
        asyncio.run(SoundCard(Card(48_000, broken=True)).run(lambda _: None, lambda: np.zeros(OUT_SAMPLES, np.int16)))


def test_a_missing_library_is_a_sentence() -> None:
    try:
        soundcard.load()
    except LineError as error:
        assert "libportaudio2" in str(error) or "sounddevice" in str(error)  # noqa: PT017  with PortAudio there is none


def test_a_file_is_heard_to_its_end_and_the_answer_waited_for(tmp_path: Any) -> None:
    from tests.virtual import run_virtual

    heard: list[Pcm] = []
    answer = [np.full(OUT_SAMPLES, 5, np.int16)] * 20

    def pull() -> Pcm:
        return answer.pop() if answer and len(heard) > 150 else np.zeros(OUT_SAMPLES, np.int16)

    async def main() -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        device = Saved(FileDevice(np.ones(HEARING_RATE + 5, np.int16), patience_s=3), tmp_path / "out.wav")
        await device.run(heard.append, pull)
        return loop.time() - began

    took = run_virtual(main())
    assert 6.3 < took < 6.6  # a second of sound, the answer's begin at 3.0 and its 0.4 s, then 3 s of patience
    assert np.concatenate(heard).sum() == HEARING_RATE + 5
    import wave

    with wave.open(str(tmp_path / "out.wav")) as saved:
        assert saved.getnframes() == pytest.approx(took * SPEAKING_RATE, abs=1000)


def test_a_file_that_can_not_be_written_is_a_sentence(tmp_path: Any) -> None:
    device = Saved(FileDevice(np.ones(10, np.int16)), tmp_path / "no" / "out.wav")
    with pytest.raises(LineError, match="Choose another --save"):
        asyncio.run(device.run(lambda _: None, lambda: np.zeros(OUT_SAMPLES, np.int16)))
