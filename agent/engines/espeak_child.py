"""The process in which eSpeak NG lives: reads requests from stdin, writes sound to stdout.

Run as ``python -m agent.engines.espeak_child``. eSpeak NG is GPL-3 and its state is global to a process, so
it never enters the agent's own. Uses the standard library and ``espeakng_loader`` only, so that it starts fast.
Knows nothing of words or clauses in the agent's sense, of sessions, or of asyncio.

The wire: frames of ``HEADER`` (payload length, kind, request id) and payload, little-endian.

    parent to child   SPEAK   ASK (words a minute, end pause), voices to try joined by "\\n", "\\0", text in UTF-8
                      STOP    nothing: give this request up
    child to parent   HELLO   u32 sample rate, the library's version
                      SOUND   u32 number of words, as many WORD (1-based character, sample), int16 samples
                      DONE    like SOUND, and nothing more comes for this request
                      FAILED  a sentence

The child ends when its stdin does, whatever it is doing: it can't outlive its parent.
"""

from __future__ import annotations

import ctypes
import os
import queue
import signal
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

HEADER = struct.Struct("<IBI")
ASK = struct.Struct("<HB")
RATE = struct.Struct("<I")
COUNT = struct.Struct("<I")
WORD = struct.Struct("<II")
SPEAK, STOP, HELLO, SOUND, DONE, FAILED = range(1, 7)

CALLBACK_MS = 60
"""Sound handed over per callback; longer buffers delay the first sound."""
BATCH_CALLBACKS = 4
"""After a request's first callback this many travel together: fewer wake-ups, at no cost to the first sound."""

# Numbers of espeak-ng/speak_lib.h, version 1.52.
_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8, _END_PAUSE = 0x1, 0x1000
_POS_CHARACTER = 1
_PARAMETER_RATE = 1
_EVENT_WORD = 1


class Event(ctypes.Structure):
    """espeak_EVENT."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(Event))


@dataclass(frozen=True, slots=True)
class Ask:
    """One SPEAK request."""

    id: int
    words_a_minute: int
    end_pause: bool
    voices: tuple[str, ...]
    text: bytes


def pack_ask(words_a_minute: int, end_pause: bool, voices: tuple[str, ...], text: str) -> bytes:
    """Payload of SPEAK. ``text`` must hold no NUL and no lone surrogates."""
    return ASK.pack(words_a_minute, end_pause) + "\n".join(voices).encode() + b"\0" + text.encode()


def unpack_ask(id: int, payload: bytes) -> Ask:
    words_a_minute, end_pause = ASK.unpack_from(payload)
    voices, _, text = payload[ASK.size :].partition(b"\0")
    return Ask(id, words_a_minute, bool(end_pause), tuple(voices.decode().split("\n")), text)


class Library:
    """eSpeak NG itself. One per process."""

    def __init__(self) -> None:
        import espeakng_loader

        self._lib: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        self._lib.espeak_Info.restype = ctypes.c_char_p
        self._lib.espeak_Synth.argtypes = (
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int,
            ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        )  # fmt: skip
        data = espeakng_loader.get_data_path().encode()
        self.sample_rate = int(self._lib.espeak_Initialize(_SYNCHRONOUS, CALLBACK_MS, data, _DONT_EXIT))
        if self.sample_rate <= 0:
            raise OSError(f"eSpeak NG could not read its data in {espeakng_loader.get_data_path()}")
        self.version = str(self._lib.espeak_Info(None), "ascii", "replace")
        self._take: Callable[[bytes, list[tuple[int, int]]], bool] = lambda pcm, words: False
        self._callback = _CALLBACK(self._called)
        self._lib.espeak_SetSynthCallback(self._callback)
        self._voices: tuple[str, ...] = ()

    def speak(self, ask: Ask, take: Callable[[bytes, list[tuple[int, int]]], bool]) -> None:
        """Synthesise; ``take(samples, words)`` is called for each piece and says whether to go on."""
        if ask.voices != self._voices:
            if not any(voice and self._lib.espeak_SetVoiceByName(voice.encode()) == 0 for voice in ask.voices):
                raise OSError(f"eSpeak NG has none of the voices {', '.join(ask.voices)}")
            self._voices = ask.voices
        self._take = take
        self._lib.espeak_SetParameter(_PARAMETER_RATE, ask.words_a_minute, 0)
        text = ask.text + b"\0"
        flags = _UTF8 | (_END_PAUSE if ask.end_pause else 0)
        result = self._lib.espeak_Synth(text, len(text), 0, _POS_CHARACTER, 0, flags, None, None)
        if result != 0:
            raise OSError(f"eSpeak NG refused the text (error {result})")

    def _called(self, samples: int | None, count: int, events: Any) -> int:
        words = []
        at = 0
        while (event := events[at]).type:
            if event.type == _EVENT_WORD:
                words.append((max(event.text_position, 0), max(event.sample, 0)))
            at += 1
        pcm = ctypes.string_at(samples, count * 2) if samples and count > 0 else b""
        return 0 if self._take(pcm, words) else 1


class Outlet:
    """stdout as frames. The parent gone means there is nothing left to do."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def send(self, kind: int, id: int, payload: bytes) -> None:
        rest = memoryview(HEADER.pack(len(payload), kind, id) + payload)
        try:
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except BrokenPipeError:
            os._exit(0)


class Utterance:
    """Collects what one request makes and sends it: the first piece at once, later ones in batches."""

    def __init__(self, id: int, outlet: Outlet, stopped: Callable[[int], bool]) -> None:
        self._id, self._outlet, self._stopped = id, outlet, stopped
        self._pcm: list[bytes] = []
        self._words: list[tuple[int, int]] = []
        self._first = True

    def take(self, pcm: bytes, words: list[tuple[int, int]]) -> bool:
        if self._stopped(self._id):
            return False
        self._words += words
        if pcm:
            self._pcm.append(pcm)
        if len(self._pcm) >= (1 if self._first else BATCH_CALLBACKS):
            self.send(SOUND)
            self._first = False
        return True

    def send(self, kind: int) -> None:
        words = b"".join(WORD.pack(*word) for word in self._words)
        self._outlet.send(kind, self._id, COUNT.pack(len(self._words)) + words + b"".join(self._pcm))
        self._pcm.clear()
        self._words.clear()


class Inlet:
    """Reads stdin on a thread of its own, so that STOP and the parent's end are seen while speech is being made."""

    def __init__(self) -> None:
        self._asks: queue.SimpleQueue[Ask] = queue.SimpleQueue()
        self._open: set[int] = set()

    def start(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def next(self) -> Ask:
        """The next request that has not been stopped."""
        while True:
            ask = self._asks.get()
            if ask.id in self._open:
                return ask

    def stopped(self, id: int) -> bool:
        return id not in self._open

    def done(self, id: int) -> None:
        self._open.discard(id)

    def _read(self) -> None:
        source = sys.stdin.buffer
        while len(head := source.read(HEADER.size)) == HEADER.size:
            length, kind, id = HEADER.unpack(head)
            payload = source.read(length)
            if len(payload) < length:
                break
            if kind == SPEAK:
                self._open.add(id)
                self._asks.put(unpack_ask(id, payload))
            elif kind == STOP:
                self._open.discard(id)
        os._exit(0)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business; it closes our stdin
    outlet = Outlet(os.dup(1))
    os.dup2(2, 1)  # what the library may print must not get between the frames
    try:
        library = Library()
    except (ImportError, OSError) as error:
        outlet.send(FAILED, 0, str(error).encode())
        return
    inlet = Inlet()
    inlet.start()
    outlet.send(HELLO, 0, RATE.pack(library.sample_rate) + library.version.encode())
    while True:
        ask = inlet.next()
        utterance = Utterance(ask.id, outlet, inlet.stopped)
        try:
            library.speak(ask, utterance.take)
        except OSError as error:
            outlet.send(FAILED, ask.id, str(error).encode())
        else:
            utterance.send(DONE)
        inlet.done(ask.id)


if __name__ == "__main__":
    main()
