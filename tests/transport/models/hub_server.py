"""A hub on loopback: repositories in memory, ranges, lines that break, and everything that goes wrong with one."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "c0ffee" + "0" * 34


@dataclass
class HubServer:
    """``files``: of the one repository "owner/small". ``cuts``: after so many bytes the line breaks, once each.
    ``busy``: so many requests are asked to come later. ``ranges`` False: it always begins anew.
    """

    files: dict[str, bytes]
    licence: str = "mit"
    large_from: int = 1_000
    cuts: list[int] = field(default_factory=list)
    busy: int = 0
    ranges: bool = True
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
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            cut = server.cuts.pop(0) if server.cuts and "/resolve/" in self.path else None
            self.wfile.write(body if cut is None else body[:cut])
            if cut is not None:
                self.wfile.flush()
                self.close_connection = True
                self.connection.close()

        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers.get("Range", "")))
            if server.busy:
                server.busy -= 1
                self._send(503, b"")
            elif server.locked and self.headers.get("Authorization") != "Bearer open":
                self._send(401, b"")
            elif self.path.startswith("/api/models/owner/small/"):
                self._send(200, json.dumps(server.listing()).encode(), Content_Type="application/json")
            elif self.path.startswith(f"/owner/small/resolve/{COMMIT}/"):
                body = server.files[self.path.removeprefix(f"/owner/small/resolve/{COMMIT}/")]
                if server.damaged:
                    body = bytes([body[0] ^ 1]) + body[1:]
                wanted = self.headers.get("Range")
                if wanted and server.ranges:
                    self._send(206, body[int(wanted.removeprefix("bytes=").rstrip("-")) :])
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
