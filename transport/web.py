"""The HTTP side: the page, /health, and the call that turns an SDP offer into a line.

Knows requests, headers and the API's error shape. Does not know what a call is made of: ``Calls`` takes it.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from transport.calls import Calls
from transport.limits import BadOffer, Refused, TooLarge

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
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
PAGE = Path(__file__).resolve().parent.parent / "frontend"


def hosts_for(host: str, allowed: Iterable[str] = ()) -> frozenset[str] | None:
    """Names a server bound to ``host`` answers to. On loopback a foreign name is a DNS rebinding attack and refused.

    Bound to every address, any IP literal is as good as another, so only ``allowed`` names narrow it; none: any.
    """
    names = frozenset(name.lower() for name in allowed)
    try:
        loopback = host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if loopback:
        return LOOPBACK_NAMES | names | {host.lower()}
    return names | LOOPBACK_NAMES | {host.lower()} if names else None


def create_app(
    calls: Calls,
    *,
    host: str = "127.0.0.1",
    allowed_hosts: Iterable[str] = (),
    allowed_origins: Iterable[str] = (),
    page: Path | None = PAGE,
    health: Callable[[], Mapping[str, Any]] = dict,
    more: Iterable[BaseRoute] = (),
    body_limits: Mapping[str, int] = MappingProxyType({}),
) -> Starlette:
    """The ASGI application of a server bound to ``host``. ``calls`` is entered and left by whoever serves it.

    ``allowed_origins``: pages elsewhere that may call, besides our own. ``page``: the page's folder, None for none.
    ``health`` adds its keys to /health; a ``status`` other than "ok" makes it a 503. ``more``: routes of other rooms,
    before the page. ``body_limits``: paths that take larger (or only smaller) bodies than calls do, in bytes.
    """
    rooms = _Endpoints(calls, health)
    routes: list[BaseRoute] = [
        Route("/health", rooms.health),
        Mount(
            "/v1/realtime",  # a mount of its own: the page behind it would answer other methods with 404
            routes=[
                Route("/calls", rooms.take, methods=["POST"]),
                Route("/calls/{call_id}/hangup", rooms.hang_up, methods=["POST"]),
            ],
        ),
    ]
    routes += more
    if page is not None:
        routes.append(Mount("/", StaticFiles(directory=page, html=True)))
    app = Starlette(routes=routes, exception_handlers={Refused: _refused, HTTPException: _http_error})
    app.add_middleware(
        _Gate,
        hosts=hosts_for(host, allowed_hosts),
        origins=frozenset(allowed_origins),
        max_body=calls.limits.max_body_bytes,
        body_limits=body_limits,
    )
    return app


class _Endpoints:
    def __init__(self, calls: Calls, health: Callable[[], Mapping[str, Any]]) -> None:
        self._calls = calls
        self._health = health

    async def health(self, request: Request) -> Response:
        body = {"status": "ok", "profile": self._calls.profile, "sessions": self._calls.sessions} | dict(self._health())
        if body["status"] == "ok" and self._calls.full:
            body |= {"status": "full", "reason": "All places are taken."}
        return JSONResponse(body, status_code=200 if body["status"] == "ok" else 503)

    async def take(self, request: Request) -> Response:
        offer, wish = await _offer(request)
        taken = await self._calls.take(offer, resume=request.query_params.get("resume"), wish=wish)
        headers = {"Location": f"/v1/realtime/calls/{taken.call_id}"}
        return Response(taken.answer, status_code=201, media_type="application/sdp", headers=headers)

    async def hang_up(self, request: Request) -> Response:
        known = self._calls.hang_up(request.path_params["call_id"], end=request.query_params.get("end") == "1")
        if not known:
            raise Refused("There is no such call; it may have ended already.", code="unknown_call", status=404)
        return Response(status_code=200)


async def _offer(request: Request) -> tuple[str, dict[str, Any] | None]:
    """SDP and the session wish of a request. Raises Refused."""
    kind = request.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if kind == "application/sdp":
        return _text(await request.body()), None
    if kind != "multipart/form-data":
        message = f"Send the offer as application/sdp or multipart/form-data, not {kind or 'without a type':.60}."
        raise Refused(message, code="unsupported_content_type", status=415)
    async with request.form(max_files=2, max_fields=4, max_part_size=_part_limit(request)) as form:
        parts: dict[str, str] = {}
        for name in ("sdp", "session"):
            part = form.get(name)
            if part is not None:
                parts[name] = part if isinstance(part, str) else _text(await part.read())
    if "sdp" not in parts:
        raise BadOffer("The form has no part named sdp.")
    return parts["sdp"], _wish(parts.get("session"))


def _part_limit(request: Request) -> int:
    """A part may be as large as a body: the gate has counted the bytes already."""
    limit: int = request.scope["netra.max_body"]
    return limit


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadOffer("The offer is not UTF-8 text.") from error


def _wish(text: str | None) -> dict[str, Any] | None:
    if text is None or not text.strip():
        return None
    try:
        wish = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("The part named session is not JSON.", code="invalid_session") from error
    if not isinstance(wish, dict):
        raise Refused("The part named session is not a JSON object.", code="invalid_session")
    return wish


def error_body(code: str, message: str, status: int, param: str | None = None) -> dict[str, Any]:
    """The API's own error shape."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {"error": {"type": kind, "code": code, "message": message, "param": param}}


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s else None
    body = error_body(error.code, str(error), error.status, error.param)
    return JSONResponse(body, status_code=error.status, headers=headers)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {404: "not_found", 405: "method_not_allowed"}
    body = error_body(codes.get(error.status_code, "bad_request"), str(error.detail), error.status_code)
    return JSONResponse(body, status_code=error.status_code, headers=error.headers)


class _Gate:
    """Before anything reads a request: to whom it is addressed, from which page it comes, how large it is."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: frozenset[str] | None,
        origins: frozenset[str],
        max_body: int,
        body_limits: Mapping[str, int],
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._origins = origins
        self._max_body = max_body
        self._body_limits = body_limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        max_body = scope["netra.max_body"] = self._body_limits.get(scope["path"], self._max_body)
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > max_body:
                raise TooLarge(f"The request is larger than {max_body} bytes.")
            return message

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in PAGE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(Headers(scope=scope), scope)
        if refusal is not None:
            await _let_finish(receive, 4 * max_body)
            await (await _refused(Request(scope), refusal))(scope, receive, guarded)
            return
        await self._app(scope, counted, guarded)

    def _refusal(self, headers: Headers, scope: Scope) -> Refused | None:
        host = headers.get("host", "")
        if self._hosts is not None and _name(f"//{host}") not in self._hosts:
            return Refused(f"This server does not answer to {host!r:.100}.", code="wrong_host", status=403)
        origin = headers.get("origin")
        if scope["method"] not in ("GET", "HEAD") and origin is not None and not self._at_home(origin, host):
            return Refused(f"Calls from {origin!r:.100} are not allowed.", code="wrong_origin", status=403)
        length = headers.get("content-length", "0")
        max_body: int = scope["netra.max_body"]
        if not length.isdecimal() or int(length) > max_body:
            return TooLarge(f"The request is larger than {max_body} bytes.")
        return None

    def _at_home(self, origin: str, host: str) -> bool:
        return origin in self._origins or origin.partition("://")[2].lower() == host.lower()


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
