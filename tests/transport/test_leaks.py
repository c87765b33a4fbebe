"""Calls that are made and hung up leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
import threading

import numpy as np
import pytest
from aiortc import RTCPeerConnection, RTCRtpReceiver
from loopback import Echo, serving

from transport.client import CallerSettings, Client
from transport.jitter import LineMicrophone
from transport.limits import Limits
from transport.playout import LineTrack, PacedTrack
from transport.webrtc import Call

KEPT = (RTCPeerConnection, RTCRtpReceiver, PacedTrack, LineTrack, LineMicrophone, Call, Client, Echo, asyncio.Task)


def alive() -> dict[str, int]:
    gc.collect()
    kinds = [type(thing) for thing in gc.get_objects()]  # isinstance would wake lazy proxies
    return {kind.__name__: sum(issubclass(found, kind) for found in kinds) for kind in KEPT}


@pytest.mark.net
def test_twelve_calls_leave_no_connection_track_task_or_thread_behind() -> None:
    async def scene() -> None:
        camera = np.zeros((240, 320, 3), np.uint8)
        async with serving(Limits(linger_s=0.0)) as server:
            before, threads = alive(), threading.active_count()
            for number in range(12):
                async with Client(CallerSettings(server.url, camera=camera if number % 3 == 0 else None)) as client:
                    await client.wait_for("netra.session")
                del client
            async with asyncio.timeout(20):
                while server.calls.sessions:  # noqa: ASYNC110 - the server's own tasks end it
                    await asyncio.sleep(0.05)
            server.echoes.clear()
            assert alive() == before
            assert threading.active_count() <= threads + 4  # the picture pool and the client's own encoder

    asyncio.run(scene())
