"""A hub on loopback: repositories in memory, ranges, lines that break, and everything that goes wrong with one."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "c0ffee" + "0" * 34


@dataclass
class HubServer:
    """``files``: of the one repository "owner/small". ``cuts``: after so many bytes the line breaks, once each.
    ``busy``: so many requests are asked to come later, ``retry_after`` so many seconds. ``ranges`` False: it always
    begins anew; ``content_range``: what it says of one. ``lengths`` False: the end of a file is the end of the
    connection. ``redirects``: files are elsewhere; ``circles``: there, too. ``longer``: so many bytes more come than
    are listed. ``answers``: in the place of the listing. ``stalls_at``: after so many bytes of a file nothing comes
    until ``stall`` is set.
    """

    files: dict[str, bytes]
    licence: str = "mit"
    large_from: int = 1_000
    cuts: list[int] = field(default_factory=list)
    busy: int = 0
    retry_after: str = ""
    ranges: bool = True
    content_range: str = "bytes {have}-{last}/{size}"
    lengths: bool = True
    redirects: bool = False
    circles: bool = False
    longer: int = 0
    answers: dict[str, Any] | list[Any] | None = None
    stalls_at: int | None = None
    stall: threading.Event = field(default_factory=threading.Event)
    locked: bool = False
    damaged: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    def listing(self) -> dict[str, Any]:
        siblings = []
        for path, content in self.files.items():
            entry: dict[str, Any] = {"rfilename": path, "size": len(content)}
            if len(content) >= self.large_from:
                entry["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            blob = f"blob {len(content)}\0".encode() + content
            entry["blobId"] = hashlib.sha1(blob, usedforsecurity=False).hexdigest()
            siblings.append(entry)
        return {"sha": COMMIT, "cardData": {"license": self.licence}, "siblings": siblings}


@contextmanager
def hub(server: HubServer) -> Iterator[HubServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def _send(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            if server.lengths or "/resolve/" not in self.path:
                self.send_header("Content-Length", str(len(body)))
            else:
                self.close_connection = True
            self.end_headers()
            cut = server.cuts.pop(0) if server.cuts and "/resolve/" in self.path and status < 300 else None
            if server.stalls_at is not None and "/resolve/" in self.path:
                self.wfile.write(body[: server.stalls_at])
                self.wfile.flush()
                server.stall.wait(60)
                body = body[server.stalls_at :]
            self.wfile.write(body if cut is None else body[:cut])
            if cut is not None:
                self.wfile.flush()
                self.close_connection = True
                self.connection.close()

        def do_GET(self) -> None:
            with suppress(ConnectionError):  # who was asked for may be gone
                self._answer()

        def _answer(self) -> None:
            server.asked.append((self.path, self.headers.get("Range", "")))
            if server.busy:
                server.busy -= 1
                self._send(503, b"", **({"Retry_After": server.retry_after} if server.retry_after else {}))
            elif server.locked and self.headers.get("Authorization") != "Bearer open":
                self._send(401, b"")
            elif self.path.startswith("/api/models/owner/small/"):
                told = server.listing() if server.answers is None else server.answers
                self._send(200, json.dumps(told).encode(), Content_Type="application/json")
            elif server.redirects and "elsewhere" not in self.path and "/resolve/" in self.path:
                self._send(302, b"", Location=f"{self.path}{'' if server.circles else '?elsewhere'}")
            elif self.path.startswith(f"/owner/small/resolve/{COMMIT}/"):
                path = self.path.removeprefix(f"/owner/small/resolve/{COMMIT}/").removesuffix("?elsewhere")
                body = server.files[path] + bytes(server.longer)
                if server.damaged:
                    body = bytes([body[0] ^ 1]) + body[1:]
                wanted = self.headers.get("Range")
                if wanted and server.ranges:
                    have, size = int(wanted.removeprefix("bytes=").rstrip("-")), len(body)
                    said = server.content_range.format(have=have, last=size - 1, size=size)
                    if have >= size:
                        self._send(416, b"")
                    else:
                        self._send(206, body[0 if "0-" in said.split()[1][:2] else have :], Content_Range=said)
                else:
                    self._send(200, body)
            else:
                self._send(404, b"")

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    server.url = f"http://127.0.0.1:{listening.server_address[1]}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join(20)
        listening.server_close()
