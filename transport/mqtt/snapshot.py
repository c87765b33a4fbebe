"""Pictures as JPEG for the broker, made on a thread of their own, one at a time, the newest wins.

Knows pixels and JPEG. Does not know whether anybody may see them: it is only asked where that is allowed.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import Executor

from PIL import Image

from agent.picture import Picture

MAX_SIDE = 1280
QUALITY = 85


class Snapshots:
    """``put`` is given each JPEG on the event loop."""

    def __init__(self, pool: Executor, put: Callable[[bytes], None]) -> None:
        self._pool, self._put = pool, put
        self._next: Picture | None = None
        self._busy = False

    def take(self, picture: Picture) -> None:
        """Publish this one soon, unless a newer one comes first."""
        self._next = picture
        if not self._busy:
            self._begin()

    def _begin(self) -> None:
        picture, self._next = self._next, None
        self._busy = picture is not None
        if picture is not None:
            making = asyncio.get_running_loop().run_in_executor(self._pool, jpeg, picture)
            making.add_done_callback(self._made)

    def _made(self, made: asyncio.Future[bytes]) -> None:
        if not made.cancelled() and made.exception() is None:
            self._put(made.result())
        if made.cancelled():
            self._busy = False
        else:
            self._begin()


def jpeg(picture: Picture) -> bytes:
    """At most MAX_SIDE pixels long, without metadata."""
    image = Image.fromarray(picture.pixels)
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
