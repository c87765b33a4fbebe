"""What comes as PCM: samples as they are, a WAV without its head, and nothing that would be noise."""

from __future__ import annotations

import io
import wave

import pytest

from agent.engines.bare_sound import BareSound
from agent.errors import EngineFailed

SAMPLES = bytes(range(200)) * 3


def wav(rate: int = 24_000, channels: int = 1, width: int = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((channels, width, rate, 0, "NONE", "NONE"))
        out.writeframes(SAMPLES)
    return file.getvalue()


def bare(data: bytes, size: int = 10_000) -> bytes:
    found = BareSound("http://x/v1", 24_000)
    return b"".join(found.push(data[at : at + size]) for at in range(0, len(data), size)) + found.flush()


@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_samples_come_through_and_a_wavs_head_is_taken_off(size: int) -> None:
    assert bare(SAMPLES, size) == SAMPLES
    assert bare(wav(), size) == SAMPLES
    assert bare(b"{\x22\x90\xff" * 20, size) == b"{\x22\x90\xff" * 20
    assert bare(b"\1\0\2", size) == b"\1\0\2"
    assert bare(b"", size) == b""


@pytest.mark.parametrize(("data", "said"), [
    (b"ID3\4\0\0\0\0\0\0\0\0\0", "sends MP3 where PCM was asked for"), (b"\xff\xfb\x90\x44" * 10, "MP3"),
    (b"OggS" + bytes(30), "Ogg"), (b"fLaC" + bytes(30), "FLAC"), (b'{"error": "no such voice"}', "JSON"),
    (b"<!DOCTYPE html><html>", "a web page"), (wav(rate=22_050), "22050 samples a second, not 24000"),
    (wav(channels=2), "not mono PCM of 16 bits"), (wav(width=1), "not mono PCM of 16 bits"),
    (b"RIFF\0\0\0\0WAVE" + bytes(70_000), "a WAV that has no sound"),
])  # fmt: skip
def test_other_forms_are_refused_by_name(data: bytes, said: str) -> None:
    with pytest.raises(EngineFailed, match=said):
        bare(data)
