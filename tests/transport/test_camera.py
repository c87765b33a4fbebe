"""The eye: pictures are whole at their last packet, and the newest wins."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise

import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.rtp import RtpPacket
from av import VideoFrame

from agent.picture import Picture
from transport.camera import LineCamera
from transport.inside_aiortc import PictureBuffer


def packet(sequence: int, timestamp: int, *, last: bool, data: bytes | None = None) -> RtpPacket:
    made = RtpPacket(sequence_number=sequence & 0xFFFF, timestamp=timestamp, marker=int(last))
    made._data = b"%d " % sequence if data is None else data
    return made


def test_a_picture_is_whole_when_its_marked_packet_is_there() -> None:
    buffer = PictureBuffer()
    assert buffer.add(packet(1, 10, last=False)) == (False, None)
    _, frame = buffer.add(packet(2, 10, last=True))
    assert frame is not None
    assert (frame.data, frame.timestamp) == (b"1 2 ", 10)


def test_a_picture_with_a_hole_waits_for_the_packet_sent_again() -> None:
    buffer = PictureBuffer()
    buffer.add(packet(1, 10, last=True))
    assert buffer.add(packet(3, 20, last=True))[1] is None
    _, frame = buffer.add(packet(2, 20, last=False))
    assert frame is not None
    assert frame.data == b"2 3 "


def test_a_sender_without_marks_is_understood_by_the_next_picture() -> None:
    buffer = PictureBuffer()
    buffer.add(packet(1, 10, last=False))
    _, frame = buffer.add(packet(2, 20, last=False))
    assert frame is not None
    assert frame.data == b"1 "


def test_a_packet_lost_for_good_costs_its_picture_and_a_fresh_one_is_asked_for() -> None:
    buffer = PictureBuffer()
    buffer.add(packet(1, 10, last=True))
    came = [buffer.add(packet(n, 10 * n, last=True)) for n in (3, 4, 5, 6, 7)]
    assert [please for please, _ in came] == [False, False, True, False, False]
    assert [frame.data for _, frame in came if frame] == [b"4 ", b"5 ", b"6 "]


def test_after_a_long_hole_whole_pictures_come_again_and_a_fresh_one_is_asked_for() -> None:
    buffer = PictureBuffer()
    buffer.add(packet(65_500, 10, last=True))
    asked, frames = False, 0
    for n in range(65_502, 65_502 + 1_200):
        please, frame = buffer.add(packet(n, n, last=True))
        asked, frames = asked or please, frames + (frame is not None)
    assert asked
    assert frames > 600


class Film(MediaStreamTrack):
    """Pictures as fast as they are read, then the end."""

    kind = "video"

    def __init__(self, count: int, interval_s: float) -> None:
        super().__init__()
        self.count = count
        self.shown = 0
        self.interval_s = interval_s

    async def recv(self) -> VideoFrame:
        if self.shown == self.count:
            raise MediaStreamError
        await asyncio.sleep(self.interval_s)
        self.shown += 1
        frame = VideoFrame.from_ndarray(np.full((48, 64, 3), min(255, self.shown * 4), np.uint8), format="rgb24")
        frame.time_base = Fraction(1, 90_000)
        return frame.reformat(format="yuv420p")


def seen(film: Film, wait_s: float, pictures_per_second: float = 2.0) -> list[Picture]:
    async def scene() -> list[Picture]:
        pictures: list[Picture] = []
        with ThreadPoolExecutor(1) as pool:
            camera = LineCamera(pool, lambda request, side: False)
            camera.pace(pictures_per_second)

            async def watch() -> None:
                pictures.extend([picture async for picture in camera.pictures()])

            async with asyncio.timeout(20), asyncio.TaskGroup() as group:
                group.create_task(watch())
                await camera.drain(film)
                await asyncio.sleep(wait_s)
                camera.close()
        return pictures

    return asyncio.run(scene())


def test_a_fast_track_is_thinned_and_its_pictures_have_their_own_ids() -> None:
    pictures = seen(Film(30, 0.03), 0.05)
    assert 2 <= len(pictures) <= 5
    assert len({picture.id for picture in pictures}) == len(pictures)
    assert pictures[0].pixels.shape == (48, 64, 3)
    assert all(b.taken_us - a.taken_us >= 290_000 for a, b in pairwise(pictures))


def test_of_a_track_that_is_to_be_quicker_more_is_taken() -> None:
    """Pictures that come four times a second may come a little too soon."""
    pictures = seen(Film(8, 0.17), 0.05, 4.0)
    assert len(pictures) == 8
    assert len(seen(Film(8, 0.17), 0.05)) <= 5


def test_a_camera_that_is_off_or_can_not_be_asked_gives_no_still() -> None:
    async def scene() -> None:
        with ThreadPoolExecutor(1) as pool:
            camera = LineCamera(pool, lambda request, side: False)
            assert await camera.still(max_side=100, timeout_s=20) is None
            camera = LineCamera(pool, lambda request, side: True)
            assert await camera.still(max_side=100, timeout_s=0.01) is None
            camera.switch(False)
            assert await asyncio.wait_for(camera.still(max_side=100, timeout_s=60), 1) is None

    asyncio.run(scene())


def test_switching_the_camera_off_ends_the_waiting_for_a_still() -> None:
    async def scene() -> None:
        with ThreadPoolExecutor(1) as pool:
            camera = LineCamera(pool, lambda request, side: True)
            async with asyncio.timeout(20), asyncio.TaskGroup() as group:
                waiting = group.create_task(camera.still(max_side=100, timeout_s=60))
                await asyncio.sleep(0)
                camera.switch(False)
            assert waiting.result() is None

    asyncio.run(scene())
