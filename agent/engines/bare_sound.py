"""What a speech server sends as PCM, checked at its beginning: a WAV's head is taken off, other forms are told by name.

Pure. Some servers send what they always send, whatever was asked for; played as samples that is loud noise.
"""

from __future__ import annotations

from agent.errors import EngineFailed

LEAST = 12
"""Bytes that are needed to know a form."""
LONGEST_HEAD = 65_536
FORMS: tuple[tuple[bytes, str], ...] = (
    (b"ID3", "MP3"), (b"\xff\xfb", "MP3"), (b"\xff\xf3", "MP3"), (b"\xff\xf2", "MP3"), (b"\xff\xf1", "AAC"),
    (b"OggS", "Ogg"), (b"fLaC", "FLAC"), (b'{"', "JSON"), (b"<!DOCTYPE", "a web page"), (b"<html", "a web page"),
)  # fmt: skip


class BareSound:
    """Of one answer. ``rate``: what was settled for its samples."""

    def __init__(self, url: str, rate: int) -> None:
        self._url, self._rate = url, rate
        self._head: bytes | None = b""

    def push(self, data: bytes) -> bytes:
        """Samples only, 16 bits each. Raises EngineFailed for anything else."""
        if self._head is None:
            return data
        self._head += data
        if len(self._head) < LEAST:
            return b""
        head = self._head
        if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
            at = head.find(b"data")
            if at < 0 or len(head) < at + 8:
                if len(head) > LONGEST_HEAD:
                    raise EngineFailed(f"{self._url} sends a WAV that has no sound.")
                return b""
            self._checked(head)
            self._head = None
            return head[at + 8 :]
        for mark, form in FORMS:
            if head.startswith(mark) and (form != "JSON" or head[:LEAST].isascii()):
                raise EngineFailed(
                    f"{self._url} sends {form} where PCM was asked for (response_format pcm): "
                    "choose a server or a model that streams PCM."
                )
        self._head = None
        return head

    def flush(self) -> bytes:
        """What was too short to be known."""
        head, self._head = self._head or b"", None
        return b"" if head.startswith(b"RIFF") else head

    def _checked(self, head: bytes) -> None:
        at = head.find(b"fmt ")
        coding, channels = int.from_bytes(head[at + 8 : at + 10], "little"), head[at + 10]
        rate, bits = int.from_bytes(head[at + 12 : at + 16], "little"), head[at + 22]
        if at < 0 or coding not in (1, 0xFFFE) or (channels, bits) != (1, 16):
            raise EngineFailed(f"{self._url} sends a WAV that is not mono PCM of 16 bits.")
        if rate != self._rate:
            raise EngineFailed(
                f"{self._url} sends {rate} samples a second, not {self._rate}: set speaking.server.sample_rate to that."
            )
