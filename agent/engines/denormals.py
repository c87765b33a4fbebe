"""Numbers next to nothing taken for nothing, on one thread and for a while: models then compute at full speed.

An x86 processor takes some hundred cycles for a product with a denormal number (below 1e-38), and the activations of a
network that finds print are full of them: 325 ms a picture of 640x480 with them, 120 without, to the same lines.
onnxruntime's own option for this counts only in the first session of a process, and there on its first thread only.
Knows the C library's floating-point environment on Linux. Does not know what is computed.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

FLUSH = 0x8040
"""Bits of MXCSR: results that are denormal become zero (15), and so do operands (6)."""
MXCSR = 7
"""Its place in ``fenv_t`` of x86-64 Linux, in words of 32 bits: behind the 28 bytes of the x87."""


@contextmanager
def denormals_as_zero() -> Iterator[None]:
    """Within, on this thread; elsewhere than on x86-64 Linux nothing changes."""
    library = _library()
    if library is None:
        yield
        return
    before = (ctypes.c_uint32 * 16)()
    library.fegetenv(before)
    flushed = (ctypes.c_uint32 * 16)(*before)
    flushed[MXCSR] |= FLUSH
    library.fesetenv(flushed)
    try:
        yield
    finally:
        library.fesetenv(before)


@cache
def _library() -> ctypes.CDLL | None:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return None
    try:
        library = ctypes.CDLL("libm.so.6")
        return library if library.fegetenv and library.fesetenv else None
    except (OSError, AttributeError):  # another C library: slower, and otherwise the same
        return None
