"""The speaker and the microphone of a line without a media path, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from agent.audio import FRAME_SAMPLES, HEARING_RATE, SPEAKING_RATE, AudioFrame
from agent.ports import Played
from tests.virtual import run_virtual
from transport.ahead import AheadSpeaker
from transport.appended import MAX_WAITING_S, AppendedMicrophone


class Wire:
    """What was sent: (turn, samples) of sound, and words for the rest."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, int]] = []
        self.told: list[str | tuple[str, int, int]] = []

    def sound(self, turn: int, pcm: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
        self.sent.append((turn, len(pcm)))

    def finished(self, turn: int) -> None:
        self.told.append(f"finished {turn}")

    def hush(self) -> None:
        self.told.append("hush")

    def nothing(self) -> None:
        self.told.append("nothing")

    def go_on(self, turn: int, sample: int) -> None:
        self.told.append(("go on", turn, sample))

    @property
    def samples(self) -> int:
        return sum(samples for _, samples in self.sent)


def second(seconds: float = 1.0) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.ones(int(SPEAKING_RATE * seconds), np.int16)


@asynccontextmanager
async def playing() -> AsyncIterator[tuple[AheadSpeaker, Wire, list[Played]]]:
    wire = Wire()
    speaker = AheadSpeaker(wire)
    reports: list[Played] = []

    async def note() -> None:
        async for played in speaker.played():
            reports.append(played)  # noqa: PERF401  told as they come

    async with asyncio.TaskGroup() as group:
        group.create_task(note())
        yield speaker, wire, reports
        speaker.close()


def test_sound_is_sent_at_once_and_counted_as_time_goes_by() -> None:
    async def main() -> None:
        async with playing() as (speaker, wire, reports):
            await speaker.play(3, second(2))
            speaker.end(3)
            assert wire.samples == 2 * SPEAKING_RATE
            assert wire.told == ["finished 3"]
            await asyncio.sleep(0.5)
            at = speaker.position()
            assert at is not None
            assert at.samples == pytest.approx(SPEAKING_RATE / 2, abs=50)
            await asyncio.sleep(2)
            assert speaker.position() is None
            assert reports[-1] == Played(3, 2 * SPEAKING_RATE, drained=True)
            samples = [report.samples for report in reports]
            assert samples == sorted(samples)
            assert 15 < len(samples) < 30

    run_virtual(main())


def test_a_long_reply_waits_when_it_is_half_a_minute_ahead() -> None:
    async def main() -> None:
        async with playing() as (speaker, wire, _):
            loop = asyncio.get_running_loop()
            began = loop.time()
            for _ in range(40):
                await speaker.play(1, second())
            assert loop.time() - began == pytest.approx(10, abs=0.1)
            assert wire.samples == 40 * SPEAKING_RATE

    run_virtual(main())


def test_after_a_cough_the_rest_is_sent_again_from_where_the_client_stopped() -> None:
    async def main() -> None:
        async with playing() as (speaker, wire, reports):
            await speaker.play(1, second(4))
            speaker.end(1)
            await asyncio.sleep(1.0)
            speaker.hold(True)
            assert wire.told[-1] == "hush"
            speaker.truncated(1, 20_000)
            await asyncio.sleep(0.7)
            at = speaker.position()
            assert at == Played(1, 20_000)
            speaker.hold(False)
            assert wire.told[-2:] == [("go on", 1, 20_000), "finished 1"]
            assert wire.samples == 8 * SPEAKING_RATE - 20_000
            await asyncio.sleep(3.5)
            assert reports[-1] == Played(1, 4 * SPEAKING_RATE, drained=True)

    run_virtual(main())


def test_a_client_that_plays_on_over_a_cough_is_sent_nothing_twice() -> None:
    async def main() -> None:
        async with playing() as (speaker, wire, reports):
            await speaker.play(1, second(2))
            speaker.end(1)
            await asyncio.sleep(0.5)
            speaker.hold(True)
            await asyncio.sleep(0.5)
            speaker.hold(False)
            assert wire.told[-1] == "nothing"
            assert wire.samples == 2 * SPEAKING_RATE
            await asyncio.sleep(1.1)
            assert reports[-1].drained

    run_virtual(main())


def test_what_is_cut_is_counted_as_the_client_says() -> None:
    async def main() -> None:
        async with playing() as (speaker, _, reports):
            await speaker.play(1, second(3))
            await asyncio.sleep(1.0)
            speaker.hold(True)
            speaker.truncated(1, 12_345)
            speaker.clear()
            assert speaker.position() is None
            await asyncio.sleep(0.1)
            assert reports[-1] == Played(1, 12_345)

    run_virtual(main())


def test_a_client_that_was_not_told_to_stop_plays_the_old_before_the_new() -> None:
    async def main() -> None:
        async with playing() as (speaker, _, reports):
            await speaker.play(1, second(2))
            await asyncio.sleep(1.0)
            speaker.clear()
            await speaker.play(2, second(1))
            speaker.end(2)
            await asyncio.sleep(1.5)
            at = speaker.position()
            assert at is not None
            assert at.samples == pytest.approx(SPEAKING_RATE / 2, abs=100)
            await asyncio.sleep(0.6)
            assert reports[-1] == Played(2, SPEAKING_RATE, drained=True)

    run_virtual(main())


def test_after_close_nothing_waits_and_nothing_is_sent() -> None:
    async def main() -> None:
        async with playing() as (speaker, wire, _):
            waiting = asyncio.get_running_loop().time()
            speaker.close()
            await speaker.play(1, second(60))
            speaker.end(1)
            assert wire.sent == []
            assert asyncio.get_running_loop().time() == waiting

    run_virtual(main())


def test_pieces_of_any_size_become_frames_on_one_axis_and_marks_keep_their_place() -> None:
    async def main() -> None:
        microphone = AppendedMicrophone()
        heard: list[AudioFrame] = []
        marks: list[int] = []
        for size in (1, 319, 321, 5, 1_000):
            assert microphone.append(np.full(size, size, np.int16))
        microphone.then(lambda: marks.append(len(heard)))
        microphone.append(np.zeros(FRAME_SAMPLES, np.int16))

        async def listen() -> None:
            async for frame in microphone.frames():
                heard.append(frame)  # noqa: PERF401  counted as they come

        async with asyncio.TaskGroup() as group:
            group.create_task(listen())
            await asyncio.sleep(1)
            microphone.close()
        assert [frame.at_sample for frame in heard] == [FRAME_SAMPLES * n for n in range(7)]
        assert marks == [6]  # the sixth frame was filled up for the mark
        assert heard[5].pcm[-1] == 0

    run_virtual(main())


def test_sound_that_nobody_hears_is_bounded_and_much_too_fast_sound_is_not_taken() -> None:
    async def main() -> None:
        microphone = AppendedMicrophone()
        minute = np.zeros(60 * HEARING_RATE, np.int16)
        assert microphone.append(minute)
        assert microphone.append(minute)
        assert not microphone.append(minute)
        await asyncio.sleep(16)
        assert microphone.append(minute)
        assert microphone.dropped_samples == 60 * HEARING_RATE
        assert microphone.heard_ms == 180_000
        assert MAX_WAITING_S == 120

    run_virtual(main())
