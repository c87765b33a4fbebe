"""Before anything reads a request or a socket: to whom it is addressed, from which page, with which key, how large.

Knows HTTP and WebSocket scopes. Does not know what is behind. Errors have the API's own shape.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from transport.access import OWNER, Guard, protocols_in
from transport.limits import NotAllowed, Refused, TooLarge
from transport.realtime.shapes import error_event

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), display-capture=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
FINISH_S = 10.0
LOCKED = ("/v1/", "/realtime")
"""Paths that need a key where one is needed. The page and /health are for all."""
LIVE = "/v1/realtime"
"""Paths where a client secret or a key for looking on may be enough."""
PROTOCOL = "realtime"
CLOSE_CODES = {401: 1008, 403: 1008, 413: 1009, 429: 1013, 503: 1013}
CORS_HEADERS = "authorization, content-type, openai-beta, x-openai-agents-sdk"


class Gate:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "websocket":
                try:
                    self._admit(Headers(scope=scope), scope)
                except Refused as refusal:
                    await refuse_socket(scope, receive, send, refusal)
                    return
                await self._app(scope, receive, send)
            case _:
                await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        limit = self._guard.body_limits.get(scope["path"], self._guard.max_body)
        scope["netra.max_body"] = limit
        origin = headers.get("origin", "")
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise TooLarge(f"The request is larger than {limit} bytes.")
            return message

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                for name, value in PAGE_HEADERS.items():
                    answered.setdefault(name, value)
                if origin in self._guard.origins:
                    answered["Access-Control-Allow-Origin"] = origin
                    answered["Access-Control-Expose-Headers"] = "Location"
                    answered.add_vary_header("Origin")
            await send(message)

        try:
            if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
                self._addressed(headers)
                await self._preflight(origin)(scope, receive, guarded)
                return
            self._admit(headers, scope)
            length = headers.get("content-length", "0")
            if not length.isdecimal() or int(length) > limit:
                raise TooLarge(f"The request is larger than {limit} bytes.")
        except Refused as refusal:
            await _let_finish(receive, 4 * limit)
            await refused(refusal)(scope, receive, guarded)
            return
        await self._app(scope, counted, guarded)

    def _admit(self, headers: Headers, scope: Scope) -> None:
        """Raises Refused. Sets ``netra.pass``: what whoever asks may do."""
        self._addressed(headers)
        origin = headers.get("origin")
        reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if not reads and origin is not None and not self._at_home(origin, headers.get("host", "")):
            raise Refused(f"Calls from {origin!r:.100} are not allowed.", code="wrong_origin", status=403)
        path: str = scope["path"]
        if path.startswith(LOCKED) and not path.endswith("/hangup"):  # a call's own id is the key to its end
            client = scope.get("client")
            entered = scope["netra.pass"] = self._guard.door.enter(headers, client[0] if client else "")
            if path.startswith("/v1/") and not path.startswith(LIVE) and (entered.secret or not entered.may_talk):
                raise NotAllowed("This key is not for single questions.", code="insufficient_permissions", status=403)
        else:
            scope["netra.pass"] = OWNER

    def _addressed(self, headers: Headers) -> None:
        host = headers.get("host", "")
        if self._guard.hosts is not None and _name(f"//{host}") not in self._guard.hosts:
            raise Refused(f"This server does not answer to {host!r:.100}.", code="wrong_host", status=403)

    def _at_home(self, origin: str, host: str) -> bool:
        return origin in self._guard.origins or origin.partition("://")[2].lower() == host.lower()

    def _preflight(self, origin: str) -> Response:
        if origin not in self._guard.origins:
            wrong = Refused(f"Calls from {origin!r:.100} are not allowed.", code="wrong_origin", status=403)
            return refused(wrong)
        return Response(
            status_code=204,
            headers={
                "Access-Control-Allow-Methods": "GET, POST, DELETE",
                "Access-Control-Allow-Headers": CORS_HEADERS,
                "Access-Control-Max-Age": "600",
            },
        )


def error_body(code: str, message: str, status: int, param: str | None = None) -> dict[str, Any]:
    """The API's own error shape."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {"error": {"type": kind, "code": code, "message": message, "param": param}}


def refused(refusal: Refused) -> Response:
    headers = {"Retry-After": str(refusal.retry_after_s)} if refusal.retry_after_s else {}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = error_body(refusal.code, str(refusal), refusal.status, refusal.param)
    return JSONResponse(body, status_code=refusal.status, headers=headers)


async def refuse_socket(scope: Scope, receive: Receive, send: Send, refusal: Refused) -> None:
    """Programs get an HTTP status; a browser can't see one, so its socket is opened, told why, and closed."""
    headers = Headers(scope=scope)
    browser = "origin" in headers and refusal.code not in ("wrong_origin", "wrong_host")
    if not browser:
        if "websocket.http.response" in scope.get("extensions", {}):
            response = refused(refusal)
            start = {"status": response.status_code, "headers": response.raw_headers}
            await send({"type": "websocket.http.response.start", **start})
            await send({"type": "websocket.http.response.body", "body": response.body})
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    await receive()
    protocol = PROTOCOL if PROTOCOL in protocols_in(headers) else None
    await send({"type": "websocket.accept", "subprotocol": protocol, "headers": []})
    await tell_and_close(send, refusal)


async def tell_and_close(send: Send, refusal: Refused) -> None:
    """On a socket that is open: the error as an event, and the close code that goes with it."""
    event = {"event_id": "event_refused", **error_event(refusal.code, str(refusal))}
    await send({"type": "websocket.send", "text": json.dumps(event)})
    code = CLOSE_CODES.get(refusal.status, 1008)
    await send({"type": "websocket.close", "code": code, "reason": refusal.code})


async def on_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return refused(error)


async def _let_finish(receive: Receive, limit: int) -> None:
    """Read on for a while: a client that is cut off in the middle of sending never sees the answer."""
    taken = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(FINISH_S):
            while taken <= limit:
                message = await receive()
                taken += len(message.get("body", b""))
                if not message.get("more_body"):
                    return


def _name(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
