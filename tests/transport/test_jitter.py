"""Sound in: order, losses and positions, from packets as bad networks bring them."""

from __future__ import annotations

import asyncio
import random
from itertools import pairwise

import numpy as np
from aiortc.rtp import RtpPacket
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.audio import FRAME_SAMPLES, HEARING_RATE, level_dbfs
from transport.jitter import MAX_FILL_SAMPLES, QUEUE_FRAMES, Framer, JitterBuffer, LineMicrophone
from transport.opus import OpusEncoder

TICKS = 960


def pushed(buffer: JitterBuffer, numbers: list[int], start: int = 0) -> list[int]:
    """Numbers that leave, as they were given (before wrapping)."""
    left = []
    for number in numbers:
        sequence = (start + number) & 0xFFFF
        left += [int(payload) for _, payload in buffer.push(sequence, number * TICKS & 0xFFFFFFFF, b"%d" % number)]
    return left


def test_packets_in_order_leave_at_once() -> None:
    buffer = JitterBuffer()
    for number in range(50):
        assert pushed(buffer, [number]) == [number]


def test_a_late_packet_is_put_in_its_place() -> None:
    assert pushed(JitterBuffer(), [0, 2, 3, 1, 4]) == [0, 1, 2, 3, 4]


def test_a_hole_waits_for_three_newer_packets_and_no_longer() -> None:
    buffer = JitterBuffer()
    assert pushed(buffer, [0, 2, 3]) == [0]
    assert pushed(buffer, [4]) == [2, 3, 4]
    assert buffer.losses.lost == 1
    assert pushed(buffer, [5]) == [5]


def test_a_packet_that_comes_after_its_turn_is_dropped_and_counted() -> None:
    buffer = JitterBuffer()
    assert pushed(buffer, [0, 2, 3, 4, 1, 5]) == [0, 2, 3, 4, 5]
    assert buffer.losses.late == 1


def test_duplicates_leave_once() -> None:
    assert pushed(JitterBuffer(), [0, 0, 2, 2, 1, 1, 3, 3]) == [0, 1, 2, 3]


def test_sequence_numbers_and_timestamps_wrap() -> None:
    buffer = JitterBuffer()
    start_ticks = 0xFFFFFFFF - 3 * TICKS
    times = []
    for number in (0, 1, 3, 2, 4, 5, 6, 8, 7):
        timestamp = (start_ticks + number * TICKS) & 0xFFFFFFFF
        times += [at for at, _ in buffer.push((65_533 + number) & 0xFFFF, timestamp, b"")]
    assert np.diff(times).tolist() == [TICKS] * 8


def test_a_sender_that_starts_anew_is_followed_after_two_packets() -> None:
    buffer = JitterBuffer()
    pushed(buffer, list(range(300)), start=5_000)
    assert pushed(buffer, [0, 1, 2], start=7) == [1, 2]


def test_one_stray_packet_from_the_past_changes_nothing() -> None:
    buffer = JitterBuffer()
    pushed(buffer, list(range(300)), start=5_000)
    assert pushed(buffer, [0], start=7) == []
    assert pushed(buffer, [300, 301], start=5_000) == [300, 301]


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_whatever_is_lost_doubled_or_misplaced_order_holds_and_nothing_waits_for_ever(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 120))
    start = data.draw(st.integers(0, 65_535))
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    sent = [0]
    for number in range(1, count):
        sent += [number] * chance.choices([0, 1, 2], [0.1, 0.85, 0.05])[0]
    order = sorted(range(len(sent)), key=lambda i: (0, -1)[i == 0] + i + chance.random() * chance.choice([0, 0, 3, 9]))
    numbers = [sent[i] for i in order]
    if numbers[0] != 0:
        numbers.insert(0, 0)
    buffer = JitterBuffer()
    left = pushed(buffer, numbers, start)
    assert left == sorted(set(left))
    left += pushed(buffer, [count + 10, count + 11, count + 12], start)
    assert left[-3:] == [count + 10, count + 11, count + 12]
    assert len(left) + buffer.losses.lost == count + 13


# --- positions ---------------------------------------------------------------------------------------------------


def sound(value: int, samples: int = FRAME_SAMPLES) -> np.ndarray:
    return np.full(samples, value, dtype=np.int16)


def test_the_axis_begins_at_zero_wherever_the_sender_counts() -> None:
    framer = Framer()
    frames = [frame for n in range(3) for frame in framer.add(7_000_003 + n * FRAME_SAMPLES, sound(n))]
    assert [(f.at_sample, f.lost, int(f.pcm[0])) for f in frames] == [(0, False, 0), (320, False, 1), (640, False, 2)]


def test_lost_packets_are_silence_that_counts() -> None:
    framer = Framer()
    framer.add(0, sound(5))
    frames = framer.add(3 * FRAME_SAMPLES, sound(7))
    assert [(f.at_sample, f.lost) for f in frames] == [(320, True), (640, True), (960, False)]
    assert level_dbfs(frames[0].pcm) == -120.0
    assert int(frames[-1].pcm[0]) == 7


def test_a_gap_of_minutes_makes_one_second_of_frames_and_the_axis_jumps() -> None:
    framer = Framer()
    framer.add(0, sound(5))
    far = 600 * HEARING_RATE
    frames = framer.add(far, sound(7))
    assert len(frames) == MAX_FILL_SAMPLES // FRAME_SAMPLES + 1
    assert (frames[-1].at_sample, frames[-1].lost) == (far, False)
    assert framer.add(far + FRAME_SAMPLES, sound(8))[0].at_sample == far + FRAME_SAMPLES


def test_a_sender_that_counts_anew_goes_on_after_what_there_is() -> None:
    framer = Framer()
    framer.add(100_000, sound(1))
    frames = framer.add(40, sound(2)) + framer.add(40 + FRAME_SAMPLES, sound(3))
    assert [(f.at_sample, f.lost) for f in frames] == [(320, False), (640, False)]


@given(st.lists(st.tuples(st.sampled_from([160, 320, 640, 960, 1920]), st.integers(-2, 20)), max_size=40))
@settings(max_examples=200, deadline=None)
def test_frames_are_whole_in_order_and_where_they_belong(parts: list[tuple[int, int]]) -> None:
    framer = Framer()
    position, frames = 0, []
    for length, gap in parts:
        position += gap * 160
        frames += framer.add(position, sound(1, length))
        position += length
    at = [frame.at_sample for frame in frames]
    assert all(len(frame.pcm) == FRAME_SAMPLES for frame in frames)
    assert at == sorted(set(at))
    assert all(later - earlier >= FRAME_SAMPLES for earlier, later in pairwise(at))


# --- the microphone ----------------------------------------------------------------------------------------------


def packets(count: int) -> list[RtpPacket]:
    encoder = OpusEncoder(HEARING_RATE)
    t = np.arange(count * FRAME_SAMPLES) / HEARING_RATE
    pcm = (8_000 * np.sin(2 * np.pi * 440 * t)).astype(np.int16)
    return [
        RtpPacket(payload_type=96, sequence_number=n, timestamp=n * TICKS, ssrc=1,
                  payload=encoder.encode(pcm[n * FRAME_SAMPLES : (n + 1) * FRAME_SAMPLES]))
        for n in range(count)
    ]  # fmt: skip


def give(microphone: LineMicrophone, packet: RtpPacket) -> None:
    microphone.take(packet.ssrc, packet.sequence_number, packet.timestamp, packet.payload)


async def heard(microphone: LineMicrophone) -> list:
    microphone.close()
    return [frame async for frame in microphone.frames()]


def test_opus_packets_become_frames_of_the_same_level() -> None:
    async def scene() -> None:
        microphone = LineMicrophone()
        for packet in packets(50):
            give(microphone, packet)
        frames = await heard(microphone)
        assert [frame.at_sample for frame in frames] == [n * FRAME_SAMPLES for n in range(50)]
        assert abs(level_dbfs(np.concatenate([frame.pcm for frame in frames[5:]])) - -15.3) < 1.0

    asyncio.run(scene())


def test_at_five_percent_loss_every_position_is_there_and_only_the_lost_are_silent() -> None:
    async def scene() -> None:
        microphone = LineMicrophone()
        chance = random.Random(3)
        sent = [packet for n, packet in enumerate(packets(90)) if n in (0, 87, 88, 89) or chance.random() > 0.05]
        for packet in sent:
            give(microphone, packet)
        frames = await heard(microphone)
        assert [frame.at_sample for frame in frames] == [n * FRAME_SAMPLES for n in range(len(frames))]
        assert sum(frame.lost for frame in frames) == len(frames) - len(sent)

    asyncio.run(scene())


def test_a_reader_that_lags_loses_the_oldest_and_the_loss_is_counted() -> None:
    async def scene() -> None:
        microphone = LineMicrophone()
        for packet in packets(QUEUE_FRAMES + 7):
            give(microphone, packet)
        frames = await heard(microphone)
        assert len(frames) == QUEUE_FRAMES
        assert frames[0].at_sample == 7 * FRAME_SAMPLES
        assert microphone.losses.dropped_frames == 7

    asyncio.run(scene())


def test_broken_and_empty_packets_are_lost_packets() -> None:
    async def scene() -> None:
        microphone = LineMicrophone()
        good = packets(6)
        good[2].payload = b""
        good[3].payload = b"\xff" * 3
        for packet in good:
            give(microphone, packet)
        frames = await heard(microphone)
        assert [frame.lost for frame in frames] == [False, False, True, True, False, False]

    asyncio.run(scene())


def test_frames_end_when_the_line_closes_while_someone_waits() -> None:
    async def scene() -> None:
        microphone = LineMicrophone()
        async with asyncio.timeout(2), asyncio.TaskGroup() as group:
            reading = group.create_task(read(microphone))
            await asyncio.sleep(0)
            microphone.close()
        assert reading.result() == 0

    async def read(microphone: LineMicrophone) -> int:
        return len([frame async for frame in microphone.frames()])

    asyncio.run(scene())
