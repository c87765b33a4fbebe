"""Real sockets on 127.0.0.1: a server and a caller, sound, stills, events, and every way a line can end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import cv2
import numpy as np
import pytest
from loopback import Echo, Loopback, serving, tone

from agent.audio import HEARING_RATE, level_dbfs
from agent.errors import LineError
from agent.ports import EyePaced, ReplyEnded, ReplyStarted, ReplyText, StateShown
from agent.wishes import Wishes
from transport.client import CallerSettings, Client
from transport.client_media import LossyPath
from transport.limits import Limits
from transport.playout import MAX_QUEUED

pytestmark = pytest.mark.net


def played_out(scene: Callable[[Loopback], Awaitable[None]], limits: Limits | None = None) -> None:
    async def whole() -> None:
        async with asyncio.timeout(60), serving(limits) as server:
            await scene(server)

    asyncio.run(whole())


def noise(width: int, height: int) -> Any:
    return np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)


async def until(true: Callable[[], object], within_s: float = 15.0) -> None:
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - what is waited for lies on the other side of the sockets
            await asyncio.sleep(0.01)


def test_what_is_said_arrives_at_its_level_and_comes_back_within_a_breath() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url)) as client:
            await asyncio.sleep(0.2)
            start, end = await client.speak(tone(0.6, HEARING_RATE))
            await asyncio.sleep(0.3)
            heard = np.concatenate([frame.pcm for frame in server.echo.frames if level_dbfs(frame.pcm) > -30])
            assert abs(level_dbfs(heard) - -15.05) < 1.0
            assert abs(len(heard) / HEARING_RATE - 0.6) < 0.05
            _, sound = client.recording(start, end + 300_000)
            loud = [n for n in range(0, len(sound) - 240, 240) if level_dbfs(sound[n : n + 240]) > -30]
            assert 0 < loud[0] / 24_000 < 0.15
            assert abs((loud[-1] - loud[0]) / 24_000 - 0.6) < 0.06
            positions = [frame.at_sample for frame in server.echo.frames]
            assert positions == list(range(0, len(positions) * 320, 320))

    played_out(scene)


def test_session_created_is_first_and_hello_is_answered() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url)) as client:
            told = await client.wait_for("netra.session")
            assert client.told[0].type == "session.created"
            assert told.event["resumed"] is False
            assert client.session_id == server.echo.id
            client.send({"type": "netra.ping", "t": 7})
            assert (await client.wait_for("netra.pong")).event["t"] == 7

    played_out(scene)


def test_events_keep_their_order_and_commands_reach_the_conversation() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url)) as client:
            await client.wait_for("netra.session")
            client.type_text("what is this")
            client.send({"type": "netra.mute", "on": True})
            client.send({"type": "netra.camera", "on": False})
            client.send({"type": "response.cancel"})
            client.send({"type": "session.update", "session": {"audio": {"output": {"speed": 2}}}})
            client.send_raw("{")
            await client.wait_for("error")
            assert server.echo.asked == [
                ("bring", ("user", "what is this")), ("respond", "what is this"), ("mute", True), ("look", False),
                ("stop", None), ("speed", 2.0),
            ]  # fmt: skip
            server.echo.tell(StateShown("speaking"), ReplyStarted(1), ReplyText(1, "A cup."))
            server.echo.tell(ReplyEnded(1, "completed", "A cup.", 500))
            await client.wait_for("response.done")
            types = [told.type for told in client.told]
            wanted = ["conversation.item.added", "session.updated", "netra.state", "response.created", "response.done"]
            assert sorted(types.index(name) for name in wanted) == [types.index(name) for name in wanted]

    played_out(scene)


def test_pictures_come_twice_a_second_and_a_still_in_its_exact_size() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url, camera=noise(640, 480))) as client:
            await client.wait_for("netra.session")
            await until(lambda: len(server.echo.pictures) >= 2)
            assert server.echo.pictures[0].pixels.shape == (480, 640, 3)
            client.picture = cv2.resize(noise(30, 20), (1921, 1081))  # type: ignore[assignment]
            assert server.echo.line is not None
            still = await server.echo.line.camera.still(max_side=4_000, timeout_s=20)
            assert still is not None
            assert (still.pixels.shape, still.source) == ((1081, 1921, 3), "still")
            small = await server.echo.line.camera.still(max_side=480, timeout_s=20)
            assert small is not None
            assert max(small.pixels.shape) == 480
            client.picture = None
            assert await server.echo.line.camera.still(max_side=480, timeout_s=20) is None

    played_out(scene)


def test_a_page_that_is_asked_for_more_pictures_sends_them_and_all_arrive() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url, camera=noise(640, 480))) as client:
            await client.wait_for("netra.session")
            pictures = server.echo.pictures

            def apart(of: int = 6) -> float:
                """Seconds between the last ones."""
                return (pictures[-1].taken_us - pictures[-1 - of].taken_us) / of / 1e6 if len(pictures) > of else 0.0

            for pictures_per_second in (2.0, 4.0, 2.0):
                server.echo.tell(EyePaced(pictures_per_second))
                await until(lambda: 0.85 < apart() * pictures_per_second < 1.25)  # noqa: B023 - awaited here

    played_out(scene)


def test_a_stranger_gets_no_events_of_ours_and_is_never_asked_for_a_still() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url, hello=False)) as client:
            await client.wait_for("session.created")
            await until(lambda: server.echo.line)
            server.echo.tell(StateShown("idle"))
            assert server.echo.line is not None
            assert await server.echo.line.camera.still(max_side=100, timeout_s=20) is None
            assert [told.type for told in client.told] == ["session.created"]

    played_out(scene)


def test_at_five_percent_loss_nearly_all_sound_arrives_and_the_axis_stays_whole() -> None:
    async def scene(server: Loopback) -> None:
        path = LossyPath(loss=0.05, jitter_us=5_000, seed=4)
        async with Client(CallerSettings(server.url, path=path)) as client:
            await until(lambda: server.echo.line)
            await asyncio.sleep(2.5)
            frames = list(server.echo.frames)
            assert path.dropped > 0
            positions = [frame.at_sample for frame in frames]
            assert positions == list(range(0, len(positions) * 320, 320))
            lost = sum(frame.lost for frame in frames)
            assert 0 < lost <= path.dropped + client.pace.skipped + 3
            assert not client.closed

    played_out(scene)


def test_hanging_up_over_http_ends_the_line_and_keeps_the_session_for_coming_back() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url)) as client:
            session = (await client.wait_for("netra.session")).event["session_id"]
            assert await client.hang_up() == 200
            async with asyncio.timeout(20):
                await client.until_closed()
        assert server.calls.sessions == 1
        assert not server.echo.over
        async with Client(CallerSettings(server.url, resume=session)) as client:
            again = (await client.wait_for("netra.session")).event
            history = (await client.wait_for("netra.history")).event["items"]
            assert (again["session_id"], again["resumed"]) == (session, True)
            assert history[1] == {"role": "assistant", "text": "hi", "interrupted": True, "language": "en"}
            assert server.echo.lines == 2
            assert await client.hang_up(end=True) == 200
            await until(lambda: server.calls.sessions == 0)
            assert server.echo.over

    played_out(scene)


def test_a_second_line_of_a_session_replaces_the_first() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url)) as first:
            await first.wait_for("netra.session")
            async with Client(CallerSettings(server.url, resume=first.session_id)) as second:
                async with asyncio.timeout(20):
                    await first.until_closed()
                await second.wait_for("netra.session")
                assert second.session_id == first.session_id
                assert not second.closed
                assert len(server.echoes) == 1

    played_out(scene)


def test_an_unknown_session_starts_a_new_one() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url, resume="sess_unknown")) as client:
            assert (await client.wait_for("netra.session")).event["resumed"] is False

    played_out(scene)


def test_a_session_nobody_comes_back_to_ends() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url)) as client:
            await client.wait_for("netra.session")
        await until(lambda: server.calls.sessions == 0)
        assert server.echo.over

    played_out(scene, Limits(linger_s=0.3))


def test_a_client_that_falls_silent_is_let_go() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url)) as client:
            await client.wait_for("netra.session")
            client.pings = False
            await asyncio.sleep(1.5)
            assert not client.closed  # its sound is a sign of life
            client.stop_sound()
            async with asyncio.timeout(20):
                await client.until_closed()

    played_out(scene, Limits(heartbeat_s=1.0))


def test_a_vanished_client_frees_its_line() -> None:
    async def scene(server: Loopback) -> None:
        client = Client(CallerSettings(server.url))
        async with client:
            await client.wait_for("netra.session")
            client.vanish()
            await until(lambda: not server.calls.live)

    played_out(scene, Limits(heartbeat_s=0.5))


def test_no_more_sessions_than_allowed() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url)):
            with pytest.raises(LineError, match="too_many_sessions"):
                async with Client(CallerSettings(server.url)):
                    pass

    played_out(scene, Limits(max_sessions=1))


def test_a_wish_in_the_offer_is_in_session_created() -> None:
    async def scene(server: Loopback) -> None:
        wish = {"type": "realtime", "instructions": "Be brief.", "audio": {"output": {"speed": 1.5}}}
        async with Client(CallerSettings(server.url, session=wish)) as client:
            session = (await client.wait_for("session.created")).event["session"]
            assert (session["instructions"], session["audio"]["output"]["speed"]) == ("Be brief.", 1.5)
            assert server.echo.asked == [("speed", 1.5), ("wish", Wishes("Be brief."))]

    played_out(scene)


def test_a_conversation_that_breaks_ends_alone() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url)) as other, Client(CallerSettings(server.url)) as client:
            await client.wait_for("netra.session")
            broken = server.echoes[client.session_id]
            broken.frames = None  # type: ignore[assignment]  # the next frame breaks it
            async with asyncio.timeout(20):
                await client.until_closed()
            await until(lambda: server.calls.sessions == 1)
            assert not other.closed

    played_out(scene)


def test_a_client_that_never_connects_is_forgotten() -> None:
    async def scene(server: Loopback) -> None:
        client = Client(CallerSettings(server.url, timeout_s=20))
        await server.calls.take(await client.offer_only())
        assert server.calls.sessions == 1
        await until(lambda: server.calls.sessions == 0)
        await client.abandon()

    played_out(scene, Limits(connect_s=0.2, linger_s=0.1))


def test_the_server_stops_at_once_with_calls_open() -> None:
    async def scene() -> None:
        async with asyncio.timeout(20):
            async with serving() as server:
                clients = [Client(CallerSettings(server.url, camera=noise(320, 240))) for _ in range(3)]
                for client in clients:
                    await client.__aenter__()
                for echo in server.echoes.values():
                    await until(lambda echo=echo: echo.line)
                    assert echo.line is not None
                    await echo.line.speaker.play(2, tone(MAX_QUEUED / 24_000 * 0.9, 24_000))
                start = time.perf_counter()
            assert time.perf_counter() - start < 5
            for client in clients:
                async with asyncio.timeout(20):
                    await client.until_closed()
                await client.__aexit__(None, None, None)

    asyncio.run(scene())


def test_clearing_silences_the_client_within_a_tenth_of_a_second() -> None:
    async def scene(server: Loopback) -> None:
        async with Client(CallerSettings(server.url)) as client:
            await until(lambda: server.echoes and server.echo.line)
            echo: Echo = server.echo
            echo.echoes = False
            assert echo.line is not None
            await echo.line.speaker.play(5, tone(2.5, 24_000))
            await until(lambda: sum(level_dbfs(heard.pcm) > -20 for heard in client.heard) > 20)
            echo.line.speaker.clear()
            assert echo.line.speaker.position() is None
            cleared = len(client.heard)
            await until(lambda: len(client.heard) > cleared + 15)
            levels = [level_dbfs(heard.pcm) for heard in client.heard]
            assert max(levels[cleared + 5 :]) < -60

    played_out(scene)
