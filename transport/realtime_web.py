"""The Realtime API's own HTTP calls and its WebSocket, given to ``Calls``.

Knows requests and what a pass allows. Does not know what a call is made of.
"""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from transport.access import DEFAULT_LIFE_S, MAX_LIFE_S, MIN_LIFE_S, Door, Pass, protocols_in
from transport.calls import Calls
from transport.gate import PROTOCOL, refuse_socket, tell_and_close
from transport.limits import BadOffer, NotAllowed, Refused
from transport.realtime.shapes import SessionShape, WrongShape, laid_over


def realtime_routes(calls: Calls, door: Door) -> list[BaseRoute]:
    rooms = _Endpoints(calls, door)
    inner = [
        Route("/calls", rooms.take, methods=["POST"]),
        Route("/calls/{call_id}/hangup", rooms.hang_up, methods=["POST"]),
        Route("/client_secrets", rooms.make_secret, methods=["POST"]),
        Route("/sessions", rooms.sessions, methods=["GET"]),
        Route("/sessions/{session_id}", rooms.end, methods=["DELETE"]),
    ]
    sockets: list[BaseRoute] = [WebSocketRoute(path, rooms.socket) for path in ("/v1/realtime", "/realtime")]
    mounts: list[BaseRoute] = [Mount(path, routes=inner) for path in ("/v1/realtime", "/realtime")]
    return sockets + mounts  # mounts: the page behind them would answer other methods with 404


class _Endpoints:
    def __init__(self, calls: Calls, door: Door) -> None:
        self._calls = calls
        self._door = door

    async def take(self, request: Request) -> Response:
        entered = _talker(request.scope["netra.pass"])
        offer, wish = await _offer(request)
        wish = laid_over(entered.wish, wish or {}) if entered.wish else wish
        taken = await self._calls.take(offer, resume=request.query_params.get("resume"), wish=wish)
        headers = {"Location": f"/v1/realtime/calls/{taken.call_id}"}
        return Response(taken.answer, status_code=201, media_type="application/sdp", headers=headers)

    async def hang_up(self, request: Request) -> Response:
        known = self._calls.hang_up(request.path_params["call_id"], end=request.query_params.get("end") == "1")
        if not known:
            raise Refused("There is no such call; it may have ended already.", code="unknown_call", status=404)
        return Response(status_code=200)

    async def make_secret(self, request: Request) -> Response:
        """``POST /v1/realtime/client_secrets``: a key for a browser, bound to a session configuration."""
        entered = _talker(request.scope["netra.pass"])
        if entered.secret:
            raise NotAllowed("A client secret makes no others.", code="insufficient_permissions", status=403)
        wanted = _json(await request.body())
        wish = wanted.get("session")
        wish = {} if wish is None else wish
        if not isinstance(wish, dict):
            raise Refused("session is not a JSON object.", code="invalid_session")
        try:
            shape = SessionShape().merged(wish)
        except WrongShape as wrong:
            raise Refused(str(wrong), code="invalid_session") from wrong
        secret = self._door.secret(wish, _life_s(wanted.get("expires_after")))
        session = {"object": "realtime.session", **shape.model_dump(), "client_secret": None}
        return JSONResponse({"value": secret.value, "expires_at": secret.expires_at, "session": session})

    async def sessions(self, request: Request) -> Response:
        _owner(request.scope["netra.pass"])
        return JSONResponse({"object": "list", "data": self._calls.listed()})

    async def end(self, request: Request) -> Response:
        _owner(request.scope["netra.pass"])
        if not self._calls.end(request.path_params["session_id"]):
            raise Refused("There is no such session.", code="unknown_session", status=404)
        return Response(status_code=204)

    async def socket(self, socket: WebSocket) -> None:
        """``/v1/realtime``: a session over this socket, or, for a viewer, captions of one."""
        entered: Pass = socket.scope["netra.pass"]
        resume = socket.query_params.get("resume")
        try:
            if entered.may_talk:
                self._calls.check(resume=resume, wish=entered.wish)
        except Refused as refusal:
            await refuse_socket(socket.scope, socket.receive, socket.send, refusal)
            return
        await socket.accept(PROTOCOL if PROTOCOL in protocols_in(socket.headers) else None)
        try:
            if entered.may_talk and "watch" not in socket.query_params:
                await self._calls.carry(socket, resume=resume, wish=entered.wish)
            else:
                await self._calls.watch(socket, socket.query_params.get("watch"))
        except Refused as refusal:
            await tell_and_close(socket.send, refusal)


def _talker(entered: Pass) -> Pass:
    if not entered.may_talk:
        raise NotAllowed("This key is for looking on only.", code="insufficient_permissions", status=403)
    return entered


def _owner(entered: Pass) -> None:
    if entered.role != "admin":
        raise NotAllowed("This takes a key with the role admin.", code="insufficient_permissions", status=403)


def _life_s(wanted: Any) -> int:
    if wanted is None:
        return DEFAULT_LIFE_S
    seconds = wanted.get("seconds", DEFAULT_LIFE_S) if isinstance(wanted, dict) else None
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not MIN_LIFE_S <= seconds <= MAX_LIFE_S:
        message = f"expires_after.seconds is a whole number from {MIN_LIFE_S} to {MAX_LIFE_S}."
        raise Refused(message, code="invalid_value")
    return seconds


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Refused("The body is not JSON.", code="invalid_json") from error
    if not isinstance(value, dict):
        raise Refused("The body is not a JSON object.", code="invalid_json")
    return value


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
