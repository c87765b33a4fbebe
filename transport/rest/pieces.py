"""A whole recording as a stream of pieces, for those who take streams."""

from __future__ import annotations

from collections.abc import AsyncIterator

from agent.audio import HEARING_RATE, Pcm


async def pieces_of(pcm: Pcm, samples: int = HEARING_RATE) -> AsyncIterator[Pcm]:
    """Pieces of so many samples, the last one shorter."""
    for begin in range(0, len(pcm), samples):
        yield pcm[begin : begin + samples]
