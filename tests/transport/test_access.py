"""Who may enter: keys, client secrets, roles, origins and limits, over real sockets."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import websockets
from loopback import Loopback, serving
from websockets.asyncio.client import ClientConnection, connect

from agent.errors import SettingsError
from agent.ports import ReplyEnded, ReplyStarted, ReplyText, UserSaid
from agent.settings import load
from transport.access import Door
from transport.app import first_key, keys_of
from transport.http_post import request
from transport.keys import Keys
from transport.limits import Limits

ORIGIN = "https://app.example"


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def scene(
    play: Callable[[Loopback, Keys], Awaitable[None]], tmp_path: Path, limits: Limits | None = None, **options: Any
) -> None:
    async def whole() -> None:
        keys = Keys(tmp_path / "state" / "keys.json")
        async with serving(limits, door=Door(keys, limits), **options) as server:
            await play(server, keys)

    asyncio.run(whole())


def socket_url(server: Loopback, query: str = "") -> str:
    return server.url.replace("http", "ws") + f"/v1/realtime{query}"


@asynccontextmanager
async def line(server: Loopback, key: str = "", query: str = "", **options: Any) -> Any:
    async with connect(socket_url(server, query), additional_headers=bearer(key), **options) as socket:
        yield socket


async def event(socket: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        found: dict[str, Any] = json.loads(await socket.recv())
        return found


async def refusal(server: Loopback, **options: Any) -> tuple[int, str]:
    """Status and code with which a socket is refused before it opens."""
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with connect(socket_url(server), **options):
            pass
    response = refused.value.response
    return response.status_code, json.loads(response.body or b"{}").get("error", {}).get("code", "")


def test_keys_are_kept_as_hashes_for_their_owner_only_and_revoked_at_once(tmp_path: Path) -> None:
    file = tmp_path / "state" / "keys.json"
    keys, elsewhere = Keys(file), Keys(file)
    made = keys.make("viewer", "kitchen")
    assert made not in file.read_text()
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert elsewhere.role_of(made) == "viewer"
    assert elsewhere.role_of(made + "x") is None
    [listed] = keys.listed()
    assert (listed.role, listed.name) == ("viewer", "kitchen")
    assert elsewhere.revoke(listed.id)
    assert keys.role_of(made) is None
    assert not keys.revoke(listed.id)


def test_a_broken_key_file_is_a_sentence_and_lets_nobody_in(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text("{")
    with pytest.raises(SettingsError, match=r"keys\.json can't be read"):
        Keys(file).role_of("nk_x")


def test_a_first_key_is_made_once_and_only_where_one_is_needed(tmp_path: Path) -> None:
    file = {"access.keys_file": tmp_path / "keys.json"}
    at_home = load(environ={}, overrides=file)
    assert keys_of(at_home) is None
    assert first_key(at_home) is None
    outside = load(environ={}, overrides={**file, "server.host": "0.0.0.0"})
    made = first_key(outside)
    keys = keys_of(outside)
    assert made is not None
    assert keys is not None
    assert keys.role_of(made) == "user"
    assert first_key(outside) is None
    assert keys_of(load(environ={}, overrides={**file, "access.required": "always"})) is not None


def test_without_a_key_nothing_but_the_page_and_health_answers(tmp_path: Path) -> None:
    async def play(server: Loopback, keys: Keys) -> None:
        assert (await request("GET", server.url + "/health", b"", {})).status == 200
        for path in ("/v1/realtime/calls", "/v1/realtime/client_secrets", "/realtime/calls"):
            answer = await request("POST", server.url + path, b"v=0", {"Content-Type": "application/sdp"})
            assert answer.status == 401
            assert json.loads(answer.body)["error"]["code"] == "invalid_api_key"
            assert answer.headers["www-authenticate"] == "Bearer"
        assert await refusal(server) == (401, "invalid_api_key")
        assert await refusal(server, additional_headers=bearer("nk_wrong")) == (401, "invalid_api_key")

    scene(play, tmp_path)


def test_a_key_opens_a_line_as_bearer_and_as_subprotocol(tmp_path: Path) -> None:
    async def play(server: Loopback, keys: Keys) -> None:
        key = keys.make()
        async with line(server, key) as socket:
            assert (await event(socket))["type"] == "session.created"
        offered = ["realtime", f"openai-insecure-api-key.{key}", "openai-agents-sdk.0.20.0"]
        async with connect(socket_url(server), subprotocols=offered) as socket:  # type: ignore[arg-type]
            assert socket.subprotocol == "realtime"
            assert (await event(socket))["type"] == "session.created"

    scene(play, tmp_path)


def test_a_browser_is_told_why_in_words_and_by_close_code(tmp_path: Path) -> None:
    async def play(server: Loopback, keys: Keys) -> None:
        async with connect(socket_url(server), origin=ORIGIN, subprotocols=["realtime"]) as socket:  # type: ignore[arg-type,list-item]
            told = await event(socket)
            assert (told["type"], told["error"]["code"]) == ("error", "invalid_api_key")
            await socket.wait_closed()
            assert (socket.close_code, socket.close_reason) == (1008, "invalid_api_key")

    scene(play, tmp_path, allowed_origins=[ORIGIN])


def test_pages_elsewhere_come_in_only_as_configured(tmp_path: Path) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}

    async def stranger(server: Loopback, keys: Keys) -> None:
        key = keys.make()
        assert await refusal(server, origin=ORIGIN, additional_headers=bearer(key)) == (403, "wrong_origin")
        answer = await request("OPTIONS", server.url + "/v1/realtime/calls", b"", asked)
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers

    async def friend(server: Loopback, keys: Keys) -> None:
        answer = await request("OPTIONS", server.url + "/v1/realtime/calls", b"", asked)
        assert answer.status == 204
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        allowed = answer.headers["access-control-allow-headers"]
        assert all(name in allowed for name in ("authorization", "content-type", "x-openai-agents-sdk"))
        wrong = await request("POST", server.url + "/v1/realtime/calls", b"", {"Origin": ORIGIN})
        assert wrong.headers["access-control-expose-headers"] == "Location"
        async with line(server, keys.make(), origin=ORIGIN) as socket:
            assert (await event(socket))["type"] == "session.created"

    scene(stranger, tmp_path)
    scene(friend, tmp_path, allowed_origins=[ORIGIN])


def test_a_foreign_host_name_is_refused_for_sockets_too(tmp_path: Path) -> None:
    async def play(server: Loopback, keys: Keys) -> None:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with connect(f"ws://evil.example:{port}/v1/realtime", host="127.0.0.1", port=port):
                pass
        assert refused.value.response.status_code == 403
        assert b"wrong_host" in (refused.value.response.body or b"")

    scene(play, tmp_path)


def test_a_client_secret_brings_its_session_and_nothing_more(tmp_path: Path) -> None:
    async def play(server: Loopback, keys: Keys) -> None:
        key = keys.make()
        url = server.url + "/v1/realtime/client_secrets"
        wish = {"type": "realtime", "instructions": "Be brief.", "audio": {"output": {"speed": 1.25}}}
        asked = {"session": wish, "expires_after": {"anchor": "created_at", "seconds": 60}}
        answer = json.loads((await request("POST", url, json.dumps(asked).encode(), bearer(key))).body)
        assert answer["value"].startswith("ek_")
        assert answer["session"]["instructions"] == "Be brief."
        assert answer["expires_at"] > 1_700_000_000
        async with line(server, answer["value"]) as socket:
            session = (await event(socket))["session"]
            assert (session["instructions"], session["audio"]["output"]["speed"]) == ("Be brief.", 1.25)
        again = await request("POST", url, b"{}", bearer(answer["value"]))
        assert again.status == 403
        for wrong in ({"session": {"audio": 3}}, {"expires_after": {"seconds": 1}}, {"session": []}):
            body = json.dumps(wrong).encode()
            assert (await request("POST", url, body, bearer(key))).status == 400, wrong
        assert await refusal(server, additional_headers=bearer("ek_made_up")) == (401, "invalid_api_key")

    scene(play, tmp_path)


def test_a_viewer_reads_along_and_can_do_nothing_else(tmp_path: Path) -> None:
    async def play(server: Loopback, keys: Keys) -> None:
        viewer, user = keys.make("viewer"), keys.make("user")
        sdp = {"Content-Type": "application/sdp"} | bearer(viewer)
        assert (await request("POST", server.url + "/v1/realtime/calls", b"v=0", sdp)).status == 403
        async with line(server, viewer) as alone:
            assert (await event(alone))["error"]["code"] == "unknown_session"
        async with line(server, user) as talking:
            await event(talking)
            async with line(server, viewer) as looking:
                assert (await event(looking))["type"] == "session.created"
                await looking.send(json.dumps({"type": "netra.hello"}))
                assert (await event(looking))["type"] == "netra.session"
                assert (await event(looking))["items"][0]["text"] == "hello"
                await looking.send(json.dumps({"type": "response.cancel"}))
                await looking.send(json.dumps({"type": "response.create"}))
                server.echo.tell(UserSaid(1, "what is this"), ReplyStarted(2), ReplyText(2, "A cup."))
                server.echo.tell(ReplyEnded(2, "completed", "A cup.", 10))
                kinds = []
                while "response.done" not in kinds:
                    kinds.append((await event(looking))["type"])
                assert "response.output_audio_transcript.delta" in kinds
                assert "response.output_audio.delta" not in kinds
                assert [asked for asked, _ in server.echo.asked] == []

    scene(play, tmp_path)


def test_an_admin_sees_and_ends_sessions_and_a_user_does_not(tmp_path: Path) -> None:
    async def play(server: Loopback, keys: Keys) -> None:
        admin, user = bearer(keys.make("admin")), keys.make("user")
        url = server.url + "/v1/realtime/sessions"
        async with line(server, user) as socket:
            session = (await event(socket))["session"]["id"]
            assert (await request("GET", url, b"", bearer(user))).status == 403
            assert [one["id"] for one in json.loads((await request("GET", url, b"", admin)).body)["data"]] == [session]
            assert (await request("DELETE", f"{url}/{session}", b"", admin)).status == 204
            await socket.wait_closed()
            assert socket.close_code == 1000
            assert (await request("DELETE", f"{url}/sess_none", b"", admin)).status == 404

    scene(play, tmp_path)


def test_who_tries_wrong_keys_has_to_wait(tmp_path: Path) -> None:
    async def play(server: Loopback, keys: Keys) -> None:
        for _ in range(5):
            assert (await refusal(server, additional_headers=bearer("nk_guess")))[0] == 401
        right = keys.make()
        assert await refusal(server, additional_headers=bearer(right)) == (429, "rate_limit_exceeded")
        answer = await request("POST", server.url + "/v1/realtime/client_secrets", b"", bearer(right))
        assert answer.status == 429
        assert int(answer.headers["retry-after"]) > 0

    scene(play, tmp_path, Limits(attempts=5))


def test_a_full_server_says_so_and_when_to_come_back(tmp_path: Path) -> None:
    async def play(server: Loopback, keys: Keys) -> None:
        key = keys.make()
        async with line(server, key) as first:
            await event(first)
            assert await refusal(server, additional_headers=bearer(key)) == (503, "too_many_sessions")
            async with connect(socket_url(server), origin=ORIGIN, additional_headers=bearer(key)) as browser:  # type: ignore[arg-type]
                assert (await event(browser))["error"]["code"] == "too_many_sessions"
                await browser.wait_closed()
                assert browser.close_code == 1013

    scene(play, tmp_path, Limits(max_sessions=1), allowed_origins=[ORIGIN])


def test_a_line_that_is_silent_for_too_long_or_far_too_loud_is_closed(tmp_path: Path) -> None:
    async def idle(server: Loopback, keys: Keys) -> None:
        async with line(server, keys.make()) as socket:
            await event(socket)
            await socket.wait_closed()
            assert (socket.close_code, socket.close_reason) == (1000, "nothing came for a long time")

    async def large(server: Loopback, keys: Keys) -> None:
        async with line(server, keys.make()) as socket:
            await event(socket)
            await socket.send("x" * 70_000)
            await socket.wait_closed()
            assert socket.close_code == 1009

    async def fast(server: Loopback, keys: Keys) -> None:
        async with line(server, keys.make()) as socket:
            await event(socket)
            append = json.dumps({"type": "input_audio_buffer.append", "audio": "AAAA" * 960_000})  # a minute of silence
            for _ in range(4):
                await socket.send(append)
            await socket.wait_closed()
            assert socket.close_code == 1008

    scene(idle, tmp_path, Limits(idle_s=0.3))
    scene(large, tmp_path, Limits(max_message_bytes=65_536))
    scene(fast, tmp_path)


def test_a_server_that_stops_asks_its_clients_to_come_back(tmp_path: Path) -> None:
    async def play(server: Loopback, keys: Keys) -> None:
        async with line(server, keys.make()) as socket:
            await event(socket)
            await server.calls.__aexit__(None, None, None)
            await socket.wait_closed()
            assert socket.close_code == 1012
            await server.calls.__aenter__()

    scene(play, tmp_path)
