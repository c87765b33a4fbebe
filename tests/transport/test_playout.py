"""Sound out: every sample once, fades, counts, pace."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.audio import SPEAKING_RATE, Pcm
from agent.ports import Played
from transport.opus import OpusDecoder, OpusEncoder
from transport.playout import DUCKED, FADE, FRAME, MAX_QUEUED, LineSpeaker, PacedTrack, PacketStream, Voice


def flat(samples: int, value: int = 10_000) -> Pcm:
    return np.full(samples, value, dtype=np.int16)


def ramp(samples: int, start: int = 1) -> Pcm:
    return np.arange(start, start + samples, dtype=np.int16)


def pulled(voice: Voice, frames: int) -> Pcm:
    silence = np.zeros(FRAME, dtype=np.int16)
    return np.concatenate([silence if (pcm := voice.pull()) is None else pcm for _ in range(frames)])


def test_an_idle_voice_is_silent() -> None:
    assert Voice().pull() is None


def test_sound_of_any_chunking_leaves_sample_for_sample() -> None:
    voice = Voice()
    sound = ramp(3 * FRAME)
    for start, end in ((0, 7), (7, 500), (500, 501), (501, 3 * FRAME)):
        voice.push(1, sound[start:end])
    assert np.array_equal(pulled(voice, 3), sound)


def test_the_first_sample_is_told_at_once_then_every_100_ms_then_the_end() -> None:
    voice = Voice()
    voice.push(1, flat(12 * FRAME + 100))
    voice.end(1)
    told = []
    for frame in range(14):
        voice.pull()
        told += [(frame, report) for report in voice.reports()]
    assert told == [
        (0, Played(1, FRAME)),
        (5, Played(1, 6 * FRAME)),
        (10, Played(1, 11 * FRAME)),
        (12, Played(1, 12 * FRAME + 100, drained=True)),
    ]


def test_a_turn_without_sound_drains_at_its_end() -> None:
    voice = Voice()
    voice.end(4)
    assert voice.reports() == [Played(4, 0, drained=True)]


def test_ending_after_the_last_sample_has_left_drains() -> None:
    voice = Voice()
    voice.push(1, flat(FRAME))
    voice.pull()
    voice.reports()
    voice.end(1)
    assert voice.reports() == [Played(1, FRAME, drained=True)]


def test_hunger_in_the_middle_of_a_turn_is_silence_that_does_not_count() -> None:
    voice = Voice()
    voice.push(1, flat(FRAME))
    pulled(voice, 4)
    voice.push(1, flat(FRAME))
    voice.end(1)
    pulled(voice, 1)
    assert voice.reports()[-1] == Played(1, 2 * FRAME, drained=True)


def test_ducking_fades_over_20_ms_to_minus_18_db_and_back() -> None:
    voice = Voice()
    voice.push(1, flat(10 * FRAME))
    voice.pull()
    voice.duck(True)
    falling, low = pulled(voice, 1), pulled(voice, 1)
    assert int(falling[0]) == 10_000
    assert (np.diff(falling) <= 0).all()
    assert np.allclose(low, 10_000 * DUCKED, atol=1)
    voice.duck(False)
    rising, full = pulled(voice, 1), pulled(voice, 1)
    assert (np.diff(rising) >= 0).all()
    assert (full == 10_000).all()


def test_hold_fades_out_in_5_ms_and_resume_goes_on_from_the_next_sample() -> None:
    voice = Voice()
    sound = ramp(6 * FRAME, start=1_000)
    voice.push(1, sound)
    before = pulled(voice, 1)
    voice.hold(True)
    closing, held = pulled(voice, 1), pulled(voice, 5)
    voice.hold(False)
    opening, after = pulled(voice, 1), pulled(voice, 1)
    at = FRAME + FADE
    assert np.array_equal(before, sound[:FRAME])
    assert np.array_equal(closing[: FADE // 2] > 0, np.ones(FADE // 2, dtype=bool))
    assert not closing[FADE:].any()
    assert not held.any()
    assert np.array_equal(opening[FADE:], sound[at + FADE : at + FRAME])
    assert opening[0] == 0
    assert np.array_equal(after, sound[at + FRAME : at + 2 * FRAME])


def test_holding_is_told_with_the_samples_that_left() -> None:
    voice = Voice()
    voice.push(1, flat(6 * FRAME))
    voice.pull()
    voice.hold(True)
    voice.pull()
    assert voice.reports()[-1] == Played(1, FRAME + FADE)


def test_holding_before_the_first_sample_lets_none_out() -> None:
    voice = Voice()
    voice.push(1, flat(FRAME))
    voice.hold(True)
    assert not pulled(voice, 3).any()
    voice.hold(False)
    assert pulled(voice, 1).any()


def test_clear_fades_in_5_ms_forgets_the_rest_and_tells_at_once() -> None:
    voice = Voice()
    voice.push(1, flat(SPEAKING_RATE))
    pulled(voice, 2)
    voice.reports()
    voice.clear()
    assert voice.reports() == [Played(1, 2 * FRAME + FADE)]
    last = pulled(voice, 1)
    assert (np.diff(last[:FADE]) <= 0).all()
    assert not last[FADE:].any()
    assert voice.pull() is None
    assert voice.queued == 0


def test_clear_lifts_hold_and_duck() -> None:
    voice = Voice()
    voice.push(1, flat(2 * FRAME))
    voice.duck(True)
    voice.hold(True)
    voice.clear()
    voice.push(2, flat(FRAME))
    assert (pulled(voice, 1) == 10_000).all()


def test_a_new_turn_right_after_clear_follows_the_fade() -> None:
    voice = Voice()
    voice.push(1, flat(2 * FRAME))
    voice.pull()
    voice.clear()
    voice.push(2, ramp(FRAME))
    both = pulled(voice, 1)
    assert np.array_equal(both[FADE:], ramp(FRAME)[: FRAME - FADE])


def test_position_follows_every_pull() -> None:
    voice = Voice()
    assert voice.position() is None
    voice.push(3, flat(2 * FRAME))
    assert voice.position() == Played(3, 0)
    voice.pull()
    assert voice.position() == Played(3, FRAME)


ACTIONS = st.one_of(
    st.tuples(st.just("push"), st.integers(1, 1_500)),
    st.tuples(st.sampled_from(["pull", "end", "clear", "duck", "unduck", "hold", "resume"]), st.just(0)),
)


@given(st.lists(ACTIONS, max_size=80))
@settings(max_examples=300, deadline=None)
def test_counts_never_fall_never_exceed_what_was_given_and_drained_means_all(actions: list[tuple[str, int]]) -> None:
    voice = Voice()
    turn, given, reports = 1, {1: 0}, []
    ended = False
    for action, samples in actions:
        match action:
            case "push" if not ended:
                voice.push(turn, flat(samples))
                given[turn] += samples
            case "end":
                voice.end(turn)
                ended = True
            case "clear":
                voice.clear()
            case "duck" | "unduck":
                voice.duck(action == "duck")
            case "hold" | "resume":
                voice.hold(action == "hold")
            case _:
                pcm = voice.pull()
                assert pcm is None or len(pcm) == FRAME
        reports += voice.reports()
        if action == "clear" or ended:
            voice.clear()
            reports += voice.reports()
            turn, ended = turn + 1, False
            given[turn] = 0
    last: dict[int, int] = {}
    for report in reports:
        assert last.get(report.turn, 0) <= report.samples <= given[report.turn]
        assert not report.drained or report.samples == given[report.turn]
        last[report.turn] = report.samples
    assert [report.turn for report in reports] == sorted(report.turn for report in reports)


# --- the speaker -------------------------------------------------------------------------------------------------


def test_play_waits_while_more_than_three_seconds_are_queued() -> None:
    async def scene() -> None:
        speaker = LineSpeaker()
        await asyncio.wait_for(speaker.play(1, flat(MAX_QUEUED)), 1)
        async with asyncio.TaskGroup() as group:
            playing = group.create_task(speaker.play(1, flat(FRAME)))
            await asyncio.sleep(0.01)
            assert not playing.done()
            speaker.pull()
            await asyncio.sleep(0.01)
            assert playing.done()

    asyncio.run(scene())


@pytest.mark.parametrize("way", ["clear", "close"])
def test_nobody_waits_for_a_speaker_that_is_cleared_or_closed(way: str) -> None:
    async def scene() -> None:
        speaker = LineSpeaker()
        async with asyncio.timeout(2), asyncio.TaskGroup() as group:
            group.create_task(speaker.play(1, flat(2 * MAX_QUEUED)))
            await asyncio.sleep(0)
            getattr(speaker, way)()

    asyncio.run(scene())


def test_reports_end_with_the_line() -> None:
    async def scene() -> None:
        speaker = LineSpeaker()
        await speaker.play(1, flat(FRAME))
        speaker.end(1)
        speaker.pull()
        speaker.close()
        reports = [report async for report in speaker.played()]
        assert reports[-1] == Played(1, FRAME, drained=True)

    asyncio.run(scene())


# --- the track ---------------------------------------------------------------------------------------------------


class Once:
    """Gives these frames, then silence."""

    def __init__(self, *frames: Pcm) -> None:
        self.frames = list(frames)

    def __call__(self) -> Pcm | None:
        return self.frames.pop(0) if self.frames else None


def paced(*frames: Pcm) -> PacedTrack:
    return PacedTrack(PacketStream(Once(*frames), OpusEncoder(SPEAKING_RATE)))


def test_packets_carry_the_sound_20_ms_apart() -> None:
    async def scene() -> None:
        t = np.arange(SPEAKING_RATE) / SPEAKING_RATE
        sound = (8_000 * np.sin(2 * np.pi * 300 * t)).astype(np.int16)
        track = paced(*(sound[n * FRAME : (n + 1) * FRAME] for n in range(10)))
        decoder = OpusDecoder(SPEAKING_RATE)
        loop = asyncio.get_running_loop()
        start = loop.time()
        packets = [await track.recv() for _ in range(10)]
        assert 0.17 < loop.time() - start < 0.4
        assert [packet.pts for packet in packets] == [n * 960 for n in range(10)]
        decoded = np.concatenate([decoder.decode(bytes(packet)) for packet in packets[3:]])
        assert 4_000 < np.abs(decoded).max() < 12_000

    asyncio.run(scene())


def test_silence_is_encoded_a_few_times_and_then_sent_again() -> None:
    async def scene() -> None:
        track = paced()
        packets = [bytes(await track.recv()) for _ in range(9)]
        assert len({packets[n] for n in range(PacketStream.SILENT_FRAMES - 1, 9)}) == 1

    asyncio.run(scene())


def test_after_a_stall_time_is_skipped_rather_than_made_up_in_a_burst() -> None:
    async def scene() -> None:
        track = paced()
        loop = asyncio.get_running_loop()
        await track.recv()
        import time

        time.sleep(0.25)  # noqa: ASYNC251 - the stalled loop is what is tried
        start = loop.time()
        packets = [await track.recv() for _ in range(6)]
        assert loop.time() - start > 0.07
        assert packets[0].pts >= 10 * 960
        assert np.diff([packet.pts for packet in packets]).tolist() == [960] * 5
        assert track.pace.skipped >= 10
        assert track.pace.late == 1

    asyncio.run(scene())


def test_a_stopped_track_gives_no_more() -> None:
    async def scene() -> None:
        track = paced()
        track.stop()
        with pytest.raises(MediaStreamError):
            await track.recv()

    asyncio.run(scene())
