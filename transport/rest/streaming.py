"""A response that streams, and whose source is closed with it: a client that leaves must not leave a voice at work."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from starlette.responses import StreamingResponse
from starlette.types import Send


class Streamed(StreamingResponse):
    """``source`` is closed at the end, whichever way that comes."""

    def __init__(
        self, source: AsyncGenerator[bytes, None], media_type: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(source, media_type=media_type, headers=headers)
        self._source = source

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        finally:
            await self._source.aclose()
