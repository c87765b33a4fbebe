"""The rooms of the one-shot API as routes, with what each may take. Knows paths; does not know what happens behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from transport.limits import Refused
from transport.means import Means
from transport.rest.asking import Asking, Places
from transport.rest.chat import Chat
from transport.rest.look import LookEndpoint
from transport.rest.openapi import document
from transport.rest.speech import Speech
from transport.rest.stamps import created
from transport.rest.transcriptions import Transcriptions

PAGE = Path(__file__).resolve().parent / "page"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SPEECH_BODY = 64 * 1024
"""A text of 4096 characters and its options."""


class Rooms:
    """``routes`` for the web server, and ``body_limits`` for its gate."""

    def __init__(self, means: Means, full: Callable[[], bool]) -> None:
        """``full``: whether all places for conversations are taken."""
        self._full = full
        self._models = _models(means)
        self._document = document(means)
        places = Places(means.limits.at_once, means.limits.timeout_s)
        chat, speech, transcriptions, look = Chat(means), Speech(means), Transcriptions(means), LookEndpoint(means)
        most = int(means.limits.max_upload_mb * 1_000_000)
        self.routes: list[BaseRoute] = [
            Mount(
                "/v1",  # a mount: the page behind it would answer other methods with 404
                routes=[
                    Route("/chat/completions", Asking(places, chat.read, chat.answer), methods=["POST"]),
                    Route("/audio/speech", Asking(places, speech.read, speech.answer), methods=["POST"]),
                    Route(
                        "/audio/transcriptions",
                        Asking(places, transcriptions.read, transcriptions.answer),
                        methods=["POST"],
                    ),
                    Route("/look", Asking(places, look.read, look.answer), methods=["POST"]),
                    Route("/models", self.models),
                    Route("/models/{model:path}", self.model),
                ],
            ),
            Route("/ready", self.ready),
            Route("/openapi.json", self.openapi),
            Route("/docs", self.page),
            Route("/docs/{file}", self.page),
        ]
        self.body_limits: Mapping[str, int] = {
            "/v1/chat/completions": most,
            "/v1/audio/transcriptions": most,
            "/v1/look": most,
            "/v1/audio/speech": SPEECH_BODY,
        }

    async def models(self, request: Request) -> Response:
        return JSONResponse({"object": "list", "data": self._models})

    async def model(self, request: Request) -> Response:
        wanted = request.path_params["model"]
        for model in self._models:
            if model["id"] == wanted:
                return JSONResponse(model)
        message = f"There is no model {wanted!r:.100}. There are: {', '.join(model['id'] for model in self._models)}."
        raise Refused(message, code="model_not_found", status=404, param="model")

    async def ready(self, request: Request) -> Response:
        """Whether it can be asked now: the server listens only after its engines are built, so what may be missing is a
        place for a call.
        """
        if self._full():
            return JSONResponse({"status": "full", "reason": "All places are taken."}, status_code=503)
        return JSONResponse({"status": "ready", "models": [model["id"] for model in self._models]})

    async def openapi(self, request: Request) -> Response:
        return JSONResponse(self._document)

    async def page(self, request: Request) -> Response:
        name = request.path_params.get("file", "reference.html")
        if name not in ("reference.html", "reference.js", "reference.css"):
            raise Refused("There is no such page.", code="not_found", status=404)
        return FileResponse(PAGE / name, headers={"Content-Security-Policy": PAGE_POLICY})


def _models(means: Means) -> list[dict[str, Any]]:
    """One for each thing that is done here. Requests may name any other: what answers is set by the profile."""
    at = created()
    does = {
        "netra": "chat and look",
        f"netra-{means.transcriber.name}": "transcriptions",
        f"netra-{means.reciter.name}": "speech",
    }
    return [
        {"id": id, "object": "model", "created": at, "owned_by": "netra", "does": task} for id, task in does.items()
    ]
