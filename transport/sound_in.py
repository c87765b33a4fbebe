"""Recordings of the usual formats to the sound that the mind hears, with what is not one of them refused in words.

Knows the first bytes of formats, codecs and limits. FFmpeg is told which format to read and never guesses: some of the
formats that it knows (playlists) would open files and addresses that are named inside. Slow: for a worker thread.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import av
import numpy as np
from av.error import FFmpegError

from agent.audio import HEARING_RATE, Pcm
from transport.limits import Refused

CODECS = {
    "wav": ("pcm_",),
    "mp3": ("mp3",),
    "aac": ("aac",),
    "ogg": ("opus", "libopus", "vorbis", "libvorbis", "flac", "speex"),
    "flac": ("flac",),
    "matroska": ("opus", "libopus", "vorbis", "libvorbis", "aac", "mp3", "flac", "pcm_"),
    "mp4": ("aac", "alac", "mp3", "opus", "libopus", "flac", "pcm_"),
}
"""Formats by FFmpeg's name of the reader, and the beginnings of the codecs that are decoded in each."""
KNOWN = "wav, mp3, ogg, opus, flac, webm, m4a, mp4 and aac"
TYPES = {
    "wav": ("wav", "wave", "x-wav", "vnd.wave", "x-pn-wav"),
    "mp3": ("mp3", "mpeg", "mpga", "x-mp3", "mpeg3", "x-mpeg-3"),
    "aac": ("aac", "x-aac", "aacp"),
    "ogg": ("ogg", "oga", "opus", "x-opus", "vorbis"),
    "flac": ("flac", "x-flac"),
    "matroska": ("webm", "mkv", "mka", "x-matroska", "matroska"),
    "mp4": ("mp4", "m4a", "x-m4a", "m4b", "mov", "mp4a-latm", "3gpp", "quicktime"),
}
"""Media types (after the slash) and endings of file names that go with each format."""
LEAST_RATE, MOST_RATE, MOST_CHANNELS = 4_000, 384_000, 8
MOST_PACKETS_A_SECOND = 20_000
"""Packets without a sample of sound are allowed for each second of the limit: a file may be made of nothing else."""


@dataclass(frozen=True, slots=True)
class Recording:
    """``pcm``: at HEARING_RATE. ``format``: as in ``CODECS``."""

    pcm: Pcm
    format: str

    @property
    def seconds(self) -> float:
        return len(self.pcm) / HEARING_RATE


def decode_sound(
    data: bytes, *, said: str = "", name: str = "", max_s: float, stop: threading.Event | None = None
) -> Recording:
    """Decode a recording. ``said``: the media type it came with; ``name``: its file name; ``stop`` gives up.

    Raises Refused: empty, not a known format, not what it says it is, broken, longer than ``max_s``.
    """
    if not data:
        raise Refused("The recording is empty.", code="empty_audio")
    found = sniffed(data)
    if found is None:
        raise Refused(f"This is not a recording that I can read. Send {KNOWN}.", code="unsupported_audio", status=415)
    _compare(found, said, name)
    try:
        with av.open(io.BytesIO(data), format=found, mode="r", metadata_errors="ignore") as container:
            pieces = list(_decoded(container, found, max_s, stop))
    except FFmpegError as error:
        raise Refused(
            f"The recording is broken: {error.strerror or 'it cannot be decoded'}.", code="bad_audio"
        ) from None
    except (ValueError, EOFError, MemoryError, UnicodeError, OverflowError) as error:
        raise Refused(f"The recording cannot be decoded: {str(error)[:100]}.", code="bad_audio") from None
    pcm = np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
    if not len(pcm):
        raise Refused("The recording holds no sound.", code="empty_audio")
    return Recording(pcm, found)


def sniffed(data: bytes) -> str | None:
    """FFmpeg's reader for what these bytes begin like; None for none that is read."""
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return "wav"
    if data[:4] == b"OggS":
        return "ogg"
    if data[:4] == b"fLaC":
        return "flac"
    if data[:4] == b"\x1a\x45\xdf\xa3":
        return "matroska"
    if data[4:8] == b"ftyp":
        return "mp4"
    if data[:3] == b"ID3":
        return "flac" if _after_id3(data) == b"fLaC" else "mp3"
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:
        return "aac" if data[1] & 0x06 == 0 else "mp3"
    return None


def _after_id3(data: bytes) -> bytes:
    if len(data) < 10:
        return b""
    size = (data[6] & 0x7F) << 21 | (data[7] & 0x7F) << 14 | (data[8] & 0x7F) << 7 | data[9] & 0x7F
    return data[10 + size : 14 + size]


def _compare(found: str, said: str, name: str) -> None:
    """Refuse a recording that says it is something else. Types that say nothing (octet-stream) are not asked."""
    kind = said.partition(";")[0].strip().lower()
    claims = [kind.partition("/")[2]] if kind.startswith(("audio/", "video/")) else []
    if kind and not claims and kind.partition("/")[0] in ("text", "image", "font", "model"):
        raise Refused(f"{kind:.60} is not sound.", code="wrong_type", status=415)
    if not claims and "." in name:
        claims = [name.rpartition(".")[2].lower()]
    for claim in claims:
        claimed = next((format for format, types in TYPES.items() if claim in types), None)
        if claimed is not None and claimed != found:
            message = f"The recording says it is {claim:.20}, but it is {found}: send it as what it is."
            raise Refused(message, code="wrong_type", status=415)


def _decoded(
    container: av.container.InputContainer, found: str, max_s: float, stop: threading.Event | None
) -> Iterator[Pcm]:
    stream = next(iter(container.streams.audio), None)
    if stream is None:
        raise Refused("There is no sound in this file.", code="empty_audio")
    codec = stream.codec_context
    if not codec.name.startswith(CODECS[found]):
        raise Refused(f"Sound coded as {codec.name:.30} is not read.", code="unsupported_audio", status=415)
    codec.thread_count = 1
    _check_shape(codec.sample_rate, codec.channels)
    resampler = av.AudioResampler(format="s16", layout="mono", rate=HEARING_RATE)
    most, made = int(max_s * HEARING_RATE), 0
    for count, packet in enumerate(container.demux(stream)):
        for frame in packet.decode():
            _check_shape(frame.sample_rate, len(frame.layout.channels))
            for piece in _resampled(resampler, frame):
                made += len(piece)
                if made > most:
                    raise Refused(f"The recording is longer than {max_s:g} seconds.", code="audio_too_long", status=413)
                yield piece
        if count > MOST_PACKETS_A_SECOND * max(1.0, max_s) or (stop is not None and stop.is_set()):
            raise Refused("The recording takes too long to decode.", code="audio_too_long", status=413)
    yield from _resampled(resampler, None)


def _resampled(resampler: av.AudioResampler, frame: av.AudioFrame | None) -> Iterator[Pcm]:
    if frame is not None:
        frame.pts = None  # times in the file may jump by years: only the samples count
    for piece in resampler.resample(frame):
        yield np.asarray(piece.to_ndarray().reshape(-1), np.int16)


def _check_shape(rate: int, channels: int) -> None:
    if rate and not LEAST_RATE <= rate <= MOST_RATE:
        raise Refused(f"Sound at {rate} samples a second is not read.", code="unsupported_audio", status=415)
    if channels > MOST_CHANNELS:
        raise Refused(f"Sound with {channels} channels is not read.", code="unsupported_audio", status=415)
