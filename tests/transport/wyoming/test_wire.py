"""Wyoming's framing: whatever is written is read again, in pieces of any size; what is not Wyoming is told."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transport.wyoming import ha_client as w
from transport.wyoming.describe import tag
from transport.wyoming.sound import Converter, Format
from transport.wyoming.wire import MAX_HEADER, Event, Malformed, Reader, encode

TEXT = st.text(max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
EVENTS = st.builds(Event, TEXT, st.dictionaries(TEXT, VALUES, max_size=4), st.binary(max_size=100))


@given(st.lists(EVENTS, max_size=5), st.integers(1, 40))
@settings(deadline=None)
def test_what_is_written_is_read_again_in_pieces_of_any_size(events: list[Event], size: int) -> None:
    wire, reader, found = b"".join(map(encode, events)), Reader(), []
    for at in range(0, len(wire), size):
        reader.feed(wire[at : at + size])
        while (event := reader.next()) is not None:
            found.append(event)
    assert found == events


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_are_events_or_malformed(data: bytes) -> None:
    reader = Reader()
    reader.feed(data)
    with suppress(Malformed):
        while (event := reader.next()) is not None:
            assert isinstance(event.data, dict)


def test_a_line_without_end_is_malformed_before_it_fills_the_memory() -> None:
    reader = Reader()
    reader.feed(b"x" * MAX_HEADER)
    assert reader.next() is None
    reader.feed(b"x")
    with pytest.raises(Malformed):
        reader.next()


def test_the_official_library_reads_what_we_write() -> None:
    from wyoming.event import async_read_event

    async def main() -> w.Event | None:
        reader = asyncio.StreamReader()
        reader.feed_data(encode(Event("audio-chunk", {"rate": 24_000, "text": "ü"}, b"\0\1\2")))
        reader.feed_eof()
        return await async_read_event(reader)

    read = asyncio.run(main())
    assert read is not None
    assert (read.type, read.data, read.payload) == ("audio-chunk", {"rate": 24_000, "text": "ü"}, b"\0\1\2")


@pytest.mark.parametrize(
    ("width", "data", "samples"),
    [
        (1, bytes([128, 255, 0]), [0, 32512, -32768]),
        (2, b"\x00\x00\xff\x7f\x00\x80", [0, 32767, -32768]),
        (3, b"\x55\x00\x00\x99\xff\x7f\x11\x00\x80", [0, 32767, -32768]),
        (4, b"\0\0\0\0\xff\xff\xff\x7f\0\0\0\x80", [0, 32767, -32768]),
    ],
)
def test_samples_of_every_width(width: int, data: bytes, samples: list[int]) -> None:
    converter = Converter(Format(16_000, width, 1))
    assert [*converter.push(data[:4]), *converter.push(data[4:])] == samples


def test_channels_are_mixed() -> None:
    assert list(Converter(Format(16_000, 2, 2)).push(b"\x64\x00\xc8\x00\x00\x80\x00\x80")) == [150, -32768]


def test_languages_of_voices() -> None:
    found = {name: tag(name) for name in ("en-us", "en-gb-scotland", "en-us-nyc", "cmn-latn-pinyin", "id", "es-419")}
    assert list(found.values()) == ["en-US", "en-GB", "en-US", "cmn", "id", "es-419"]
