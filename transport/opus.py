"""Opus for one direction of one line: int16 mono PCM <-> packets, by the libopus that comes with PyAV.

Called directly: through PyAV a packet costs three to four times as much, and leaves at 48 kHz only. The calls keep
Python's lock: they are shorter than the wait for it would be. Knows the codec only. Does not know time, loss or turns.
"""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from functools import cache
from pathlib import Path

import av
import numpy as np

from agent.audio import Pcm
from agent.errors import EngineMissing

WIRE_RATE = 48_000
"""RTP timestamps of Opus count at this rate whatever is inside (RFC 7587)."""

PACKET_MS = 20
MAX_PACKET_MS = 120
MAX_PACKET_BYTES = 1_500
COMPLEXITY = 5
"""libopus 0..10. Measured here for 20 ms of speech at 24 kHz: 25 us at 0, 46 at 5, 62 at 7."""

# opus_defines.h
_VOIP, _RESTRICTED_LOWDELAY = 2048, 2051
_SET_BITRATE, _SET_COMPLEXITY = 4002, 4010


class OpusEncoder:
    """One 20 ms frame in, one packet out, at once.

    The low delay mode looks 2.5 ms ahead, ``voip``, which is what browsers send, 6.5 ms. Measured on four voices: at
    64 kb/s the first takes 46 us a frame for a PESQ of 4.20, at 32 kb/s the other 138 us for 4.11.
    Raises EngineMissing without libopus.
    """

    def __init__(self, rate: int, bit_rate: int = 64_000, *, voip: bool = False) -> None:
        library = libopus()
        self.rate = rate
        self._encode = library.opus_encode
        self._state = ctypes.create_string_buffer(library.opus_encoder_get_size(1))
        _check(library.opus_encoder_init(self._state, rate, 1, _VOIP if voip else _RESTRICTED_LOWDELAY))
        _check(library.opus_encoder_ctl(self._state, _SET_BITRATE, ctypes.c_int(bit_rate)))
        _check(library.opus_encoder_ctl(self._state, _SET_COMPLEXITY, ctypes.c_int(COMPLEXITY)))
        self._packet = ctypes.create_string_buffer(MAX_PACKET_BYTES)

    def encode(self, pcm: Pcm) -> bytes:
        """``pcm``: exactly 20 ms at the encoder's rate."""
        size = self._encode(self._state, pcm.tobytes(), len(pcm), self._packet, MAX_PACKET_BYTES)
        _check(size)
        return ctypes.string_at(self._packet, size)


class OpusDecoder:
    """Packets to mono PCM at ``rate`` (8, 12, 16, 24 or 48 kHz). Raises EngineMissing without libopus."""

    def __init__(self, rate: int) -> None:
        library = libopus()
        self._decode = library.opus_decode
        self._state = ctypes.create_string_buffer(library.opus_decoder_get_size(1))
        _check(library.opus_decoder_init(self._state, rate, 1))
        self._room = rate * MAX_PACKET_MS // 1000
        self._sound = np.zeros(self._room, dtype=np.int16)
        self._into = self._sound.ctypes.data_as(ctypes.c_void_p)

    def decode(self, payload: bytes) -> Pcm | None:
        """None when the packet is broken or empty."""
        if not payload:
            return None
        samples = self._decode(self._state, payload, len(payload), self._into, self._room, 0)
        return self._sound[:samples].copy() if samples > 0 else None


@cache
def libopus() -> ctypes.PyDLL:
    """The library, with what is called of it declared. Raises EngineMissing when there is none."""
    library = _loaded()
    state, size = ctypes.c_void_p, ctypes.c_int32
    library.opus_encoder_get_size.argtypes = library.opus_decoder_get_size.argtypes = [ctypes.c_int]
    library.opus_encoder_init.argtypes = [state, size, ctypes.c_int, ctypes.c_int]
    library.opus_decoder_init.argtypes = [state, size, ctypes.c_int]
    library.opus_encoder_ctl.argtypes = [state, ctypes.c_int]  # and one more: it is variadic
    library.opus_encode.argtypes = [state, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p, size]
    library.opus_decode.argtypes = [state, ctypes.c_char_p, size, ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
    return library


def _loaded() -> ctypes.PyDLL:
    """PyAV's wheels keep libopus beside the package; a PyAV built by hand has loaded the system's."""
    package = Path(av.__file__).parent
    bundled = [*package.with_name("av.libs").glob("libopus*"), *(package / ".dylibs").glob("libopus*")]
    for name in (*map(str, bundled), "libopus.so.0", find_library("opus")):
        try:
            if name:
                return ctypes.PyDLL(name)
        except OSError:
            continue
    raise EngineMissing("libopus was not found. Install it (on Debian: apt install libopus0), or PyAV from its wheel.")


def _check(answer: int) -> None:
    """Raises ValueError for what libopus refuses: a rate or a length that Opus does not have."""
    if answer < 0:
        raise ValueError(f"libopus answers {answer}: not a rate or a length of Opus")
