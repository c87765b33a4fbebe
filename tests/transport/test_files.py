"""Files of sound and pictures: what usual programs write is read, what we write is read by others."""

from __future__ import annotations

import io
import threading
import wave

import av
import numpy as np
import pytest
from PIL import Image

from agent.audio import HEARING_RATE, SPEAKING_RATE, Pcm
from transport.limits import Refused
from transport.picture_in import decode_picture
from transport.sound_in import decode_sound, sniffed
from transport.sound_out import FORMS, Encoder


def tone(seconds: float, rate: int, hz: float = 400.0) -> Pcm:
    return (8000 * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)).astype(np.int16)


def pitch(pcm: Pcm, rate: int) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(pcm * np.hanning(len(pcm)))))) * rate / len(pcm)


def recorded(container: str, codec: str, rate: int, layout: str) -> bytes:
    """A second of a tone as another program would write it."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        formats = stream.codec_context.codec.audio_formats
        resampler = av.AudioResampler(format=formats[0] if formats else "s16", layout=layout, rate=rate)
        frame = av.AudioFrame.from_ndarray(tone(1.0, rate).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        fifo = av.AudioFifo()
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            fifo.write(piece)
        size = stream.codec_context.frame_size or 1024
        while (piece := fifo.read(size, partial=True)) is not None:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return file.getvalue()


@pytest.mark.parametrize(
    ("container", "codec", "rate", "layout", "found"),
    [
        ("wav", "pcm_s16le", 44_100, "stereo", "wav"),
        ("wav", "pcm_f32le", 48_000, "mono", "wav"),
        ("wav", "pcm_mulaw", 8_000, "mono", "wav"),
        ("mp3", "libmp3lame", 44_100, "stereo", "mp3"),
        ("ogg", "libopus", 48_000, "mono", "ogg"),
        ("webm", "libopus", 48_000, "stereo", "matroska"),
        ("flac", "flac", 96_000, "stereo", "flac"),
        ("adts", "aac", 24_000, "mono", "aac"),
        ("ipod", "aac", 44_100, "stereo", "mp4"),
        ("mp4", "alac", 44_100, "mono", "mp4"),
    ],
)
def test_recordings_of_usual_programs(container: str, codec: str, rate: int, layout: str, found: str) -> None:
    data = recorded(container, codec, rate, layout)
    assert sniffed(data) == found
    recording = decode_sound(data, max_s=10)
    assert recording.seconds == pytest.approx(1.0, abs=0.13)  # codecs add some silence
    assert pitch(recording.pcm[2000:14_000], HEARING_RATE) == pytest.approx(400, abs=3)


@pytest.mark.parametrize("name", [name for name in FORMS if name != "pcm"])
def test_what_is_spoken_can_be_read_again(name: str) -> None:
    encoder, pcm = Encoder(name), tone(2.0, SPEAKING_RATE)
    pieces = [encoder.push(pcm[at : at + 1440]) for at in range(0, len(pcm), 1440)]
    early = sum(1 for piece in pieces[:10] if piece)
    pieces.append(encoder.close())
    recording = decode_sound(b"".join(pieces), max_s=10)
    assert recording.seconds == pytest.approx(2.0, abs=0.1)
    assert pitch(recording.pcm[4000:28_000], HEARING_RATE) == pytest.approx(400, abs=2)
    assert early >= 3  # it flows from the beginning


def test_a_decoding_that_nobody_wants_any_more_stops() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Refused):
        decode_sound(recorded("wav", "pcm_s16le", 48_000, "mono"), max_s=10, stop=stop)


def test_lengths_in_a_header_are_not_believed() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, 16_000, 0, "NONE", "NONE"))
        out.writeframes(bytes(32_000))
    lying = bytearray(file.getvalue())
    lying[40:44] = b"\xff\xff\xff\x7f"
    assert decode_sound(bytes(lying), max_s=10).seconds == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("name", ["audio.wav", "", "no-ending", "x.unknown"])
def test_names_and_types_that_say_nothing_are_not_asked(name: str) -> None:
    data = recorded("wav", "pcm_s16le", 16_000, "mono")
    assert decode_sound(data, said="application/octet-stream", name=name, max_s=5).format == "wav"
    assert decode_sound(data, said="audio/x-wav; codecs=1", name="odd.mp3", max_s=5).format == "wav"


# --- pictures --------------------------------------------------------------------------------------------------------


def picture(format: str, mode: str = "RGB", size: tuple[int, int] = (320, 200), **options: object) -> bytes:
    image = Image.new("RGB", size, (200, 40, 40))
    image.paste((20, 20, 200), (0, 0, size[0] // 2, size[1]))
    file = io.BytesIO()
    image.convert(mode).save(file, format, **options)
    return file.getvalue()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP"])
def test_pictures_of_every_format(format: str) -> None:
    decoded = decode_picture(picture(format), said=f"image/{format.lower()}", max_side=1600)
    assert (decoded.width, decoded.height) == (320, 200)
    red, _, blue = decoded.pixels[100, 300].tolist()
    assert red > 150 > 100 > blue


@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "P", "1", "I;16"])
def test_pictures_of_every_mode(mode: str) -> None:
    pixels = decode_picture(picture("PNG", mode), max_side=1600).pixels
    assert pixels.shape == (200, 320, 3)


def test_what_is_transparent_is_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(file, "PNG")
    assert decode_picture(file.getvalue(), max_side=100).pixels.min() == 255


def test_a_phones_picture_is_turned_upright_and_made_smaller() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right
    decoded = decode_picture(picture("JPEG", size=(4000, 3000), exif=exif), max_side=1600)
    assert (decoded.width, decoded.height) == (1200, 1600)
    assert decoded.pixels[100, 600].argmax() == 2  # the blue half is above


def test_the_same_file_has_the_same_id() -> None:
    first, second = (decode_picture(picture("PNG"), max_side=side) for side in (100, 200))
    assert first.id == second.id
    assert first.id != decode_picture(picture("GIF"), max_side=100).id
