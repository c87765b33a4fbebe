"""A recogniser in a process of its own: the same answers, and a broken child costs words and not the line."""

from __future__ import annotations

import asyncio
import os
import signal

import numpy as np
import pytest

from agent.engines.hosted import HostedRecognizer
from agent.engines.hosted_child import Op, message, parsed, plain, read_message
from agent.engines.protocols import LanguageListener, Transcript
from agent.errors import EngineFailed

SOUND = np.full(4_800, 1_000, np.int16)


def hosted() -> HostedRecognizer:
    return HostedRecognizer("echo", "tests.hosted_echo:CountingRecognizer", {"greeting": "heard"})


def test_transcripts_pass_the_wire_unchanged() -> None:
    for transcript in (None, Transcript("what time", True, 0.5, 0.25, ("what dime", "")), Transcript("")):
        assert parsed(plain(transcript)) == transcript


def test_messages_are_read_as_they_were_written() -> None:
    async def main() -> None:
        reader = asyncio.StreamReader()
        reader.feed_data(message(Op.FEED, 3, 9, b"abc") + message(Op.DROP, 4, 10))
        assert await read_message(reader) == (Op.FEED, 3, 9, b"abc")
        assert await read_message(reader) == (Op.DROP, 4, 10, b"")

    asyncio.run(main())


def test_streams_are_apart_and_sound_arrives_whole_and_in_order() -> None:
    async def main() -> None:
        recognizer = hosted()
        try:
            one, other = recognizer.stream(), recognizer.stream()
            await asyncio.gather(*(stream.feed(SOUND[:320]) for stream in (one, other)))
            await one.feed(SOUND)
            assert (await one.finish()).text == f"heard {len(SOUND) + 320}"
            assert (await other.finish()).text == "heard 320"
            assert (await other.finish()).text == "heard 0"
            await other.feed(SOUND)
            await other.drop()
            assert (await other.finish()).text == "heard 0"
            await one.close()
        finally:
            await recognizer.close()

    asyncio.run(main())


def test_the_child_is_told_the_language_before_the_next_sound_and_once() -> None:
    async def main() -> None:
        recognizer = hosted()
        try:
            stream = recognizer.stream()
            assert isinstance(stream, LanguageListener)
            stream.expect("en")
            stream.expect("id")
            for _ in range(2):
                await stream.feed(SOUND)
            assert (await stream.finish()).text == f"heard in id {2 * len(SOUND)}"
        finally:
            await recognizer.close()

    asyncio.run(main())


def test_a_killed_child_costs_the_words_of_one_utterance() -> None:
    async def main() -> None:
        recognizer = hosted()
        try:
            stream = recognizer.stream()
            await stream.feed(SOUND)
            os.kill(recognizer.child_pid, signal.SIGKILL)
            lost = await stream.finish()
            assert (lost.text, lost.coverage) == ("", 0.0)
            await stream.feed(SOUND)
            assert (await stream.finish()).text == f"heard {len(SOUND)}"
        finally:
            await recognizer.close()

    asyncio.run(main())


def test_an_engine_that_cannot_be_built_says_why() -> None:
    async def main() -> None:
        recognizer = HostedRecognizer("echo", "tests.hosted_echo:CountingRecognizer", {"wrong": 1})
        try:
            with pytest.raises(EngineFailed, match="wrong"):
                await recognizer.start()
        finally:
            await recognizer.close()

    asyncio.run(main())


def test_close_ends_the_child() -> None:
    async def main() -> None:
        recognizer = hosted()
        await recognizer.start()
        pid = recognizer.child_pid
        await recognizer.close()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    asyncio.run(main())
