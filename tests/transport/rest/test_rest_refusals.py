"""What the one-shot API does not take, told in the API's own shape, with the right status and a sentence."""

from __future__ import annotations

import base64
import io
import json
import struct
import zlib
from typing import Any

import av
import cv2
import httpx
import numpy as np
import pytest

from tests import drawn
from tests.transport.whole_server import Whole

pytestmark = pytest.mark.net

PNG = bytes(cv2.imencode(".png", drawn.sign("HELLO")[..., ::-1])[1])
JPEG = bytes(cv2.imencode(".jpg", drawn.sign("HELLO")[..., ::-1])[1])
FILE = "file:" + "//" + "/etc/hostname"
HELLO = [{"role": "user", "content": "hello"}]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(width: int, height: int) -> bytes:
    """A few kilobytes that unpack to width * height pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(width + 1)
    data = b"".join(packer.compress(row) for _ in range(min(height, 2000))) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def flac_of_silence(seconds: int) -> bytes:
    """Hours of silence in some kilobytes a minute."""
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=8000, layout="mono")
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000 * seconds), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return file.getvalue()


def refusal(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    error: dict[str, Any] = response.json()["error"]
    assert error.keys() == {"type", "code", "message", "param"}
    assert error["code"] == code
    assert error["message"].endswith(".")
    return error


def data_url(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def chat(netra: Whole, content: Any, **more: Any) -> httpx.Response:
    body = {"model": "m", "messages": [{"role": "user", "content": content}]} | more
    return httpx.post(f"{netra.url}/v1/chat/completions", json=body, timeout=30)


def image(url: str) -> list[dict[str, Any]]:
    return [{"type": "image_url", "image_url": {"url": url}}]


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (png_bomb(20_000, 20_000), "image/png", 413, "image_too_large"),
        (png_bomb(60_000, 30_000), "image/png", 413, "image_too_large"),
        (png_bomb(35_000, 20), "image/png", 413, "image_too_large"),
        (png_bomb(4, 4), "image/png", 400, "image_too_small"),
        (JPEG, "image/png", 415, "wrong_type"),
        (PNG, "text/html", 415, "wrong_type"),
        (PNG, "audio/wav", 415, "wrong_type"),
        (PNG[:200], "image/png", 400, "bad_image"),
        (JPEG[: len(JPEG) // 2], "image/jpeg", 400, "bad_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", 415, "unsupported_image"),
        (b"%PDF-1.4 and so on", "image/png", 415, "unsupported_image"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), "image/heic", 415, "unsupported_image"),
        (b"", "image/png", 400, "empty_image"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else None,
)
def test_pictures_that_are_none_or_lie_or_burst(netra: Whole, data: bytes, kind: str, status: int, code: str) -> None:
    refusal(chat(netra, image(data_url(data, kind))), status, code)


def test_addresses_are_never_fetched(netra: Whole) -> None:
    for url in ("http://127.0.0.1:1/x.png", "https://example.com/x.png", FILE, "ftp://h/x"):
        assert refusal(chat(netra, image(url)), 400, "unsupported_url")["param"] == "messages.0.content"
    response = httpx.post(f"{netra.url}/v1/look", json={"image": "http://127.0.0.1:1/x.png"})
    refusal(response, 400, "unsupported_url")


def test_too_many_pictures(netra: Whole) -> None:
    refusal(chat(netra, image(data_url(PNG)) * 9), 400, "too_many_images")


def playlist(name: str) -> bytes:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{name}\n#EXT-X-ENDLIST\n".encode()


@pytest.mark.parametrize(
    ("data", "name", "kind", "status", "code"),
    [
        (b"", "a.wav", "audio/wav", 400, "empty_audio"),
        (b"just some text, not sound", "a.wav", "audio/wav", 415, "unsupported_audio"),
        (playlist(FILE), "a.mp3", "audio/mpeg", 415, "unsupported_audio"),
        (playlist("http://127.0.0.1:1/"), "a.m3u8", "application/octet-stream", 415, "unsupported_audio"),
        (b"ffconcat version 1.0\nfile /etc/hostname\n", "a.wav", "audio/wav", 415, "unsupported_audio"),
        (flac_of_silence(1), "a.mp3", "audio/mpeg", 415, "wrong_type"),
        (flac_of_silence(1), "a.mp3", "application/octet-stream", 415, "wrong_type"),
        (flac_of_silence(1), "a.flac", "text/plain", 415, "wrong_type"),
        (flac_of_silence(61), "a.flac", "audio/flac", 413, "audio_too_long"),
        (b"fLaC" + bytes(500), "a.flac", "audio/flac", 400, "bad_audio"),
        (b"\x1a\x45\xdf\xa3" + bytes(500), "a.webm", "audio/webm", 400, "bad_audio"),
        (b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\1\0\1\0\1\0\0\0\1\0\0\0\1\0\x08\0data\xff\xff\xff\xff" + bytes(99),
         "a.wav", "audio/wav", 415, "unsupported_audio"),
    ],
    ids=["empty", "text", "playlist", "remote playlist", "concat", "flac as mp3", "flac named mp3", "flac as text",
         "too long", "zeros after flac", "zeros after webm", "one sample a second"],
)  # fmt: skip
def test_recordings_that_are_none_or_lie_or_burst(
    netra: Whole, data: bytes, name: str, kind: str, status: int, code: str
) -> None:
    files = {"file": (name, data, kind)}
    response = httpx.post(f"{netra.url}/v1/audio/transcriptions", files=files, data={"model": "m"}, timeout=30)
    refusal(response, status, code)


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"language": "xx"}, "unsupported_language", "language"),
        ({"response_format": "docx"}, "invalid_value", "response_format"),
        ({"timestamp_granularities[]": "word"}, "unsupported_value", "timestamp_granularities"),
        ({"stream": "perhaps"}, "invalid_value", "stream"),
    ],
)
def test_wrong_fields_of_a_transcription(netra: Whole, fields: dict[str, str], code: str, param: str) -> None:
    files = {"file": ("a.flac", flac_of_silence(1), "audio/flac")}
    response = httpx.post(f"{netra.url}/v1/audio/transcriptions", files=files, data={"model": "m"} | fields)
    assert refusal(response, 400, code)["param"] == param


@pytest.mark.parametrize(
    ("path", "body", "code", "param"),
    [
        ("/v1/chat/completions", {}, "missing_required_parameter", "messages"),
        ("/v1/chat/completions", {"messages": []}, "invalid_value", "messages"),
        ("/v1/chat/completions", {"messages": [{"role": "king", "content": "x"}]}, "invalid_value", "messages.0.role"),
        ("/v1/chat/completions", {"messages": [{"role": "system", "content": "x"}]}, "invalid_value", "messages"),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": " "}]}, "invalid_value", "messages"),
        ("/v1/chat/completions", {"messages": HELLO, "n": 2}, "invalid_value", "n"),
        ("/v1/chat/completions", {"messages": HELLO, "modalities": ["audio"]}, "unsupported_value", "modalities"),
        ("/v1/chat/completions", {"messages": HELLO, "response_format": {"type": "json_object"}}, "unsupported_value",
         "response_format"),
        ("/v1/audio/speech", {"voice": "alloy"}, "missing_required_parameter", "input"),
        ("/v1/audio/speech", {"input": ""}, "invalid_value", "input"),
        ("/v1/audio/speech", {"input": " \n"}, "invalid_value", "input"),
        ("/v1/audio/speech", {"input": "x" * 4097}, "invalid_value", "input"),
        ("/v1/audio/speech", {"input": "x", "speed": 9}, "invalid_value", "speed"),
        ("/v1/audio/speech", {"input": "x", "response_format": "midi"}, "invalid_value", "response_format"),
        ("/v1/look", {"question": "x"}, "missing_required_parameter", "image"),
        ("/v1/look", {"image": "!!!"}, "invalid_base64", "image"),
    ],
)  # fmt: skip
def test_wrong_fields(netra: Whole, path: str, body: dict[str, Any], code: str, param: str) -> None:
    assert refusal(httpx.post(netra.url + path, json=body), 400, code)["param"] == param


def test_bodies_that_are_no_json(netra: Whole) -> None:
    url, kind = f"{netra.url}/v1/chat/completions", {"Content-Type": "application/json"}
    for body in (b"", b"{", b"[1]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000):
        refusal(httpx.post(url, content=body, headers=kind), 400, "invalid_json")
    refusal(httpx.post(url, content=b"{}", headers={"Content-Type": "text/plain"}), 415, "unsupported_content_type")
    refusal(httpx.post(url, files={"a": b"b"}), 415, "unsupported_content_type")


def test_deep_and_wide_values_are_refused_or_ignored(netra: Whole) -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    assert httpx.post(f"{netra.url}/v1/chat/completions", json={"messages": HELLO, "tools": deep}).status_code == 400
    assert httpx.post(f"{netra.url}/v1/chat/completions", json={"messages": HELLO, "x": deep}).status_code == 200


def test_oversize_is_refused(netra: Whole) -> None:
    large = httpx.post(f"{netra.url}/v1/look", files={"image": ("a.png", bytes(25_000_001), "image/png")}, timeout=30)
    refusal(large, 413, "too_large")
    refusal(httpx.post(f"{netra.url}/v1/audio/speech", json={"input": "x" * 70_000}), 413, "too_large")


def test_methods_and_paths(netra: Whole) -> None:
    refusal_of = {"GET": ("/v1/look", 405), "DELETE": ("/v1/models", 405), "POST": ("/v1/nothing", 404)}
    for method, (path, status) in refusal_of.items():
        response = httpx.request(method, netra.url + path)
        assert response.status_code == status
        assert response.json()["error"]["message"]


def test_ready_and_the_document(netra: Whole) -> None:
    assert httpx.get(f"{netra.url}/ready").json()["status"] == "ready"
    document = httpx.get(f"{netra.url}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    names = set(json.dumps(document).split('"#/components/schemas/')[1:])
    assert {name.partition('"')[0] for name in names} <= document["components"]["schemas"].keys()
    for path, methods in document["paths"].items():
        for method in methods:
            answer = httpx.request(method, netra.url + path)
            assert answer.status_code not in (404, 405), path


def test_the_page_of_the_api_is_ours_alone(netra: Whole) -> None:
    page = httpx.get(f"{netra.url}/docs")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for name in ("reference.html", "reference.js", "reference.css"):
        text = httpx.get(f"{netra.url}/docs/{name}").text
        assert "http://" not in text
        assert "https://" not in text
    assert httpx.get(f"{netra.url}/docs/../bodies.py").status_code == 404
    assert httpx.get(f"{netra.url}/docs/%2e%2e%2fbodies.py").status_code == 404
