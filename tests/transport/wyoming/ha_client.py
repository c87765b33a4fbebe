"""The official Wyoming package, unmodified, as Home Assistant uses it. It warns of its own audioop when imported."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from wyoming.asr import Transcribe, Transcript
    from wyoming.audio import AudioChunk, AudioStart, AudioStop
    from wyoming.client import AsyncTcpClient
    from wyoming.error import Error
    from wyoming.event import Event
    from wyoming.handle import Handled, NotHandled
    from wyoming.info import Describe, Info
    from wyoming.ping import Ping, Pong
    from wyoming.tts import (
        Synthesize,
        SynthesizeChunk,
        SynthesizeStart,
        SynthesizeStop,
        SynthesizeVoice,
    )

__all__ = [
    "AsyncTcpClient", "AudioChunk", "AudioStart", "AudioStop", "Describe", "Error", "Event", "Handled", "Info",
    "NotHandled", "Ping", "Pong", "Synthesize", "SynthesizeChunk", "SynthesizeStart", "SynthesizeStop",
    "SynthesizeVoice", "Transcribe", "Transcript",
]  # fmt: skip
