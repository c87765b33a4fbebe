"""The HTTP side put together: the page, /health and the ways in, behind one gate.

Knows routes and which names a server answers to. Does not know what a call is made of: ``Calls`` takes it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from transport.access import Door, Guard
from transport.calls import Calls
from transport.gate import Gate, error_body, on_refused
from transport.limits import Refused
from transport.realtime_web import realtime_routes

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
PAGE = Path(__file__).resolve().parent.parent / "frontend"


def hosts_for(host: str, allowed: Iterable[str] = ()) -> frozenset[str] | None:
    """Names a server bound to ``host`` answers to. On loopback a foreign name is a DNS rebinding attack and refused.

    Bound to every address, any IP literal is as good as another, so only ``allowed`` names narrow it; none: any.
    """
    names = frozenset(name.lower() for name in allowed)
    if is_loopback(host):
        return LOOPBACK_NAMES | names | {host.lower()}
    return names | LOOPBACK_NAMES | {host.lower()} if names else None


def is_loopback(host: str) -> bool:
    """Only this machine reaches a server bound to ``host``."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def create_app(
    calls: Calls,
    *,
    host: str = "127.0.0.1",
    allowed_hosts: Iterable[str] = (),
    allowed_origins: Iterable[str] = (),
    door: Door | None = None,
    page: Path | None = PAGE,
    health: Callable[[], Mapping[str, Any]] = dict,
    more: Iterable[BaseRoute] = (),
    body_limits: Mapping[str, int] = MappingProxyType({}),
) -> Starlette:
    """The ASGI application of a server bound to ``host``. ``calls`` is entered and left by whoever serves it.

    ``allowed_origins``: pages elsewhere that may call, besides our own. ``door``: who may enter; None: all.
    ``page``: the page's folder, None for none. ``health`` adds its keys to /health; a ``status`` other than "ok" makes
    it a 503. ``more``: routes of other rooms, before the page. ``body_limits``: paths that take larger (or only
    smaller) bodies than calls do, in bytes.
    """
    door = door or Door(limits=calls.limits)
    routes: list[BaseRoute] = [Route("/health", _health(calls, health)), *realtime_routes(calls, door), *more]
    if page is not None:
        routes.append(Mount("/", StaticFiles(directory=page, html=True)))
    app = Starlette(routes=routes, exception_handlers={Refused: on_refused, HTTPException: _http_error})
    guard = Guard(
        hosts_for(host, allowed_hosts), frozenset(allowed_origins), calls.limits.max_body_bytes, door, body_limits
    )
    app.add_middleware(Gate, guard=guard)
    return app


def _health(calls: Calls, health: Callable[[], Mapping[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        body = {"status": "ok", "profile": calls.profile, "sessions": calls.sessions} | dict(health())
        if body["status"] == "ok" and calls.full:
            body |= {"status": "full", "reason": "All places are taken."}
        return JSONResponse(body, status_code=200 if body["status"] == "ok" else 503)

    return answer


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {404: "not_found", 405: "method_not_allowed"}
    body = error_body(codes.get(error.status_code, "bad_request"), str(error.detail), error.status_code)
    return JSONResponse(body, status_code=error.status_code, headers=error.headers)
