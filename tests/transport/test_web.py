"""HTTP: what is served, what is refused, and in which shape."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from loopback import serving

from transport.http_post import Response, request
from transport.limits import Limits
from transport.web import LOOPBACK_NAMES, hosts_for

CALLS = "/v1/realtime/calls"
SDP = {"Content-Type": "application/sdp"}


def ask(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, **options: Any) -> Response:
    async def scene() -> Response:
        async with serving(**options) as server:
            return await request(method, server.url + path, body, headers or {})

    return asyncio.run(scene())


def error(response: Response) -> dict[str, Any]:
    body = json.loads(response.body)
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"type", "code", "message", "param"}
    found: dict[str, Any] = body["error"]
    return found


def test_health_says_whether_a_call_can_be_taken() -> None:
    response = ask("GET", "/health")
    assert response.status == 200
    assert json.loads(response.body) == {"status": "ok", "profile": "embedded", "sessions": 0}


def test_health_is_503_with_the_reason_when_the_server_says_so() -> None:
    response = ask("GET", "/health", health=lambda: {"status": "warming", "reason": "Engines are being loaded."})
    assert response.status == 503
    assert json.loads(response.body)["reason"] == "Engines are being loaded."


def test_the_page_comes_with_its_headers(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<title>hello</title>")
    response = ask("GET", "/", page=tmp_path)
    assert response.status == 200
    assert b"hello" in response.body
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "microphone=(self)" in response.headers["permissions-policy"]


def test_the_page_folder_is_all_that_is_served(tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"):
        assert ask("GET", path, page=page).status == 404


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", SDP, 400, "invalid_offer"),
        (b"garbage", SDP, 400, "invalid_offer"),
        (b"\xff\xfe", SDP, 400, "invalid_offer"),
        (b"v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", SDP, 400, "invalid_offer"),
        (b"v=0\r\nm=audio x y z\r\na=rtpmap:\r\na=candidate:1 2 udp 4 5\r\n", SDP, 400, "invalid_offer"),
        (b"v=0\r\n" + b"a=x\r\n" * 20_000, SDP, 413, "offer_too_large"),
        (b"x" * 300_000, SDP, 413, "too_large"),
        (b"{}", {"Content-Type": "application/json"}, 415, "unsupported_content_type"),
        (b"v=0", {}, 415, "unsupported_content_type"),
        (b"no form", {"Content-Type": "multipart/form-data"}, 400, "bad_request"),
        (b"no form", {"Content-Type": "multipart/form-data; boundary=b"}, 400, "bad_request"),
    ],
)
def test_a_wrong_offer_is_refused_in_the_apis_own_shape(
    body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    response = ask("POST", CALLS, body, headers)
    assert (response.status, error(response)["code"]) == (status, code)


def test_a_body_that_lies_about_its_length_is_cut_off() -> None:
    async def scene() -> bytes:
        async with serving(Limits(max_body_bytes=1_000)) as server:
            host, port = server.url.removeprefix("http://").split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            head = f"POST {CALLS} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/sdp\r\n"
            writer.write(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"x" * 0x400 + b"\r\n")
            status = await reader.readline()
            writer.close()
            return status

    assert b" 413 " in asyncio.run(scene())


@pytest.mark.parametrize("session", ["[]", "nonsense", '{"audio":{"output":{"speed":99}}}'])
def test_a_wrong_wish_is_refused(session: str) -> None:
    form = (
        '--b\r\nContent-Disposition: form-data; name="sdp"\r\n\r\nv=0\r\n'
        f'--b\r\nContent-Disposition: form-data; name="session"\r\n\r\n{session}\r\n--b--\r\n'
    )
    response = ask("POST", CALLS, form.encode(), {"Content-Type": "multipart/form-data; boundary=b"})
    assert (response.status, error(response)["code"]) == (400, "invalid_session")


def test_a_foreign_host_name_on_loopback_is_refused() -> None:
    response = ask("GET", "/health", headers={"Host": "evil.example"})
    assert (response.status, error(response)["code"]) == (403, "wrong_host")


def test_another_pages_call_is_refused() -> None:
    response = ask("POST", CALLS, b"v=0", SDP | {"Origin": "http://evil.example"})
    assert (response.status, error(response)["code"]) == (403, "wrong_origin")


def test_an_unknown_path_or_method_has_the_same_shape() -> None:
    assert error(ask("GET", "/v1/nothing"))["code"] == "not_found"
    assert error(ask("POST", "/v1/realtime/nothing"))["code"] == "not_found"
    assert error(ask("GET", CALLS))["code"] == "method_not_allowed"


def test_hanging_up_an_unknown_call_is_a_404() -> None:
    response = ask("POST", CALLS + "/rtc_none/hangup")
    assert (response.status, error(response)["code"]) == (404, "unknown_call")


def test_hosts_are_narrow_on_loopback_and_as_told_elsewhere() -> None:
    assert hosts_for("127.0.0.1") == LOOPBACK_NAMES
    assert hosts_for("localhost", ["my.name"]) == LOOPBACK_NAMES | {"my.name"}
    assert hosts_for("0.0.0.0") is None
    assert "my.name" in (hosts_for("0.0.0.0", ["my.name"]) or set())
