"""What answers single questions, for HTTP, Wyoming and the command line: the mind's parts, limits, a pool of threads.

Knows how a file becomes a picture or sound. Does not know requests or responses.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from agent.oneshot import OneShot
from agent.picture import Picture
from agent.reciting import Reciter
from agent.settings import Rest
from agent.transcribing import Transcriber
from transport.picture_in import decode_picture
from transport.sound_in import Recording, decode_sound

R = TypeVar("R")


class Means:
    """Shared by all requests. ``close`` when the server ends."""

    def __init__(
        self, oneshot: OneShot, transcriber: Transcriber, reciter: Reciter, limits: Rest, *, max_side: int
    ) -> None:
        self.oneshot, self.transcriber, self.reciter = oneshot, transcriber, reciter
        self.limits = limits
        self._max_side = max_side
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="files")

    async def work(self, function: Callable[..., R], *arguments: Any) -> R:
        """Run it on a thread of the pool."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    async def picture(self, data: bytes, said: str = "") -> Picture:
        """Raises Refused."""
        return await self.work(lambda: decode_picture(data, said=said, max_side=self._max_side))

    async def sound(self, data: bytes, said: str = "", name: str = "") -> Recording:
        """Raises Refused. A caller that is cancelled stops the decoding, too."""
        stop = threading.Event()
        try:
            return await self.work(
                lambda: decode_sound(data, said=said, name=name, max_s=self.limits.max_audio_s, stop=stop)
            )
        finally:
            stop.set()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
