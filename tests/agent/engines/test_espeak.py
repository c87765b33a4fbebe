"""The eSpeak voice through its real child process: word times, rates, odd texts, interruption, crashes, ends."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engines import espeak
from agent.engines.espeak import EspeakSynthesizer, Marks, Sound, pieces, words_a_minute
from agent.engines.protocols import Voice, WordMark
from agent.errors import EngineFailed, EngineMissing

ROOT = Path(__file__).parents[3]
NORMAL = Voice()


def run(work: Callable[[EspeakSynthesizer], Awaitable[None]]) -> None:
    async def main() -> None:
        synthesizer = EspeakSynthesizer()
        try:
            await work(synthesizer)
        finally:
            await synthesizer.close()

    asyncio.run(main())


async def said(synthesizer: EspeakSynthesizer, text: str, voice: Voice = NORMAL) -> tuple[int, list[WordMark]]:
    """Samples and word marks of a text, with what must hold for every chunk checked."""
    samples = 0
    marks: list[WordMark] = []
    async for chunk in synthesizer.speak(text, voice):
        assert chunk.pcm.dtype == np.int16
        assert len(chunk.pcm) <= 0.25 * synthesizer.sample_rate
        samples += len(chunk.pcm)
        marks += chunk.words
        assert all(mark.end_sample <= samples for mark in chunk.words)
    assert [mark.end_char for mark in marks] == sorted(mark.end_char for mark in marks)
    assert [mark.end_sample for mark in marks] == sorted(mark.end_sample for mark in marks)
    assert not text or marks[-1].end_char == len(text)
    return samples, marks


def words(text: str, marks: list[WordMark]) -> list[str]:
    starts = [0, *(mark.end_char for mark in marks)]
    return [text[start : mark.end_char].strip() for start, mark in zip(starts, marks, strict=False)]


def children() -> set[int]:
    """Ids of this process's eSpeak children that are not reaped yet."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
            if parent == os.getpid() and "espeak_child" in (stat.parent / "cmdline").read_text():
                found.add(int(stat.parent.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def test_words_end_where_they_have_been_said() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        text = "Hello there, a red cup."
        samples, marks = await said(synthesizer, text)
        assert words(text, marks) == ["Hello", "there,", "a", "red", "cup."]
        assert 20_000 < samples < 60_000
        assert marks[-1].end_sample <= samples

    run(work)


def test_a_pause_does_not_belong_to_the_word_before_it() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        chunks = [chunk async for chunk in synthesizer.speak("Stop. ", NORMAL)]
        end = chunks[-1].words[-1].end_sample
        assert sum(len(chunk.pcm) for chunk in chunks) - end > 0.2 * synthesizer.sample_rate

    run(work)


def test_numbers_symbols_and_merged_words_keep_the_marks_in_order() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        text = 'It\'s 16:40 on the 3.5 km, $20, 1,000 people & co. at 50% of a-b (really) "quoted" 12345678901.'
        _, marks = await said(synthesizer, text)
        found = words(text, marks)
        assert "16:40" in found
        assert "1,000" in found
        assert "12345678901." in found
        assert len(found) >= 14

    run(work)


@pytest.mark.parametrize(
    "text",
    [
        "a <speak>b</speak> & [[h@lo]] c", "Hi 😀 there", "naïve café", "\x00one\x07 two\ud800 three\x1b[31m", "   ",
        "😀😀", "こんにちは", "x" * 2000, "\n\nOne.\n\nTwo.\n", "...", "-",
    ],
)  # fmt: skip
def test_any_text_is_spoken_to_its_end(text: str) -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        await said(synthesizer, text)

    run(work)


def test_no_text_is_no_sound() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        assert await said(synthesizer, "") == (0, [])

    run(work)


def test_ten_thousand_characters_are_spoken_with_all_their_words() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        text = ("Sentence number seven goes on, and on; then it ends. " * 200)[:10_000]
        _, marks = await said(synthesizer, text, Voice(rate=3.0))
        assert len(marks) >= 0.8 * len(text.split())

    run(work)


def test_the_rate_is_what_was_asked_for_up_to_three() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        text = "The quick brown fox jumps over the lazy dog and runs into the forest with all of the others."
        normal, _ = await said(synthesizer, text)
        for rate in (0.5, 0.7, 1.5, 2.0, 2.5, 3.0):
            samples, marks = await said(synthesizer, text, Voice(rate=rate))
            assert normal / samples == pytest.approx(rate, rel=0.1)
            assert len(marks) > 12

    run(work)


def test_the_rate_is_held_to_its_limits() -> None:
    assert words_a_minute(0.1) == words_a_minute(0.5) == 80
    assert words_a_minute(9.0) == words_a_minute(3.0) == 555
    assert words_a_minute(1.0) == 170


def test_voices_have_names_and_sound_different() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        assert {"en-us", "id", "de", "fr-fr"} <= set(synthesizer.voices())
        sounds = set()
        for voice in (Voice(), Voice("en-us+f2"), Voice("de"), Voice(language="id")):
            parts = [chunk.pcm.tobytes() async for chunk in synthesizer.speak("nine, seven", voice)]
            sounds.add(b"".join(parts))
        assert len(sounds) == 4

    run(work)


@pytest.mark.parametrize("voice", [Voice("no-such"), Voice("../../etc/passwd"), Voice(language="xx"), Voice("a\nb\0c")])
def test_an_unknown_voice_falls_back_to_one_that_speaks(voice: Voice) -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        samples, _ = await said(synthesizer, "Hello there.", voice)
        assert samples > 10_000

    run(work)


def test_closing_early_stops_the_work_and_the_next_text_is_spoken_at_once() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        await synthesizer.start()
        for _ in range(20):
            speech = synthesizer.speak("word " * 2000, NORMAL)
            async for _chunk in speech:
                break
            await speech.aclose()
            async with asyncio.timeout(20):
                await said(synthesizer, "Next.")

    run(work)


def test_a_long_text_does_not_keep_a_short_one_waiting() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        await synthesizer.start()
        order: list[str] = []

        async def one(name: str, text: str) -> None:
            await said(synthesizer, text)
            order.append(name)

        async with asyncio.TaskGroup() as group:
            group.create_task(one("long", "All work and no play makes a dull boy. " * 250))
            await asyncio.sleep(0.05)  # the child is a real process: it is to be in the middle of the long text
            for n in range(5):
                group.create_task(one(f"short {n}", "Hello there."))
        assert order[-1] == "long"

    run(work)


def test_one_child_serves_all_and_none_is_left() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        async with asyncio.TaskGroup() as group:
            for n in range(8):
                group.create_task(said(synthesizer, f"This is session {n}."))
        assert len(children() - before) == 1

    before = children()
    run(work)
    assert children() == before


def test_a_child_that_died_is_started_again() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        await said(synthesizer, "One.")
        (child,) = children() - before
        os.kill(child, signal.SIGKILL)
        await said(synthesizer, "Two.")
        assert len(children() - before - {child}) == 1

    before = children()
    run(work)


def test_a_child_that_dies_before_the_first_sound_is_asked_again_elsewhere() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        await synthesizer.start()
        (child,) = children() - before
        os.kill(child, signal.SIGSTOP)
        async with asyncio.TaskGroup() as group:
            speaking = group.create_task(said(synthesizer, "One two three."))
            await asyncio.sleep(0.1)  # the request reaches a child that the system has stopped
            os.kill(child, signal.SIGKILL)
        assert speaking.result()[0] > 10_000

    before = children()
    run(work)


def test_a_child_that_dies_while_it_speaks_fails_that_reply_only() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        await synthesizer.start()
        link = synthesizer._link
        assert link is not None
        speech = synthesizer.speak("word " * 2000, NORMAL)
        await anext(speech)
        replies = next(iter(link._replies.values()), None)
        link.kill()
        if replies is not None:  # the piece was not complete yet when its maker died
            with pytest.raises(EngineFailed, match="did not answer"):
                [chunk async for chunk in speech]
        await speech.aclose()
        await said(synthesizer, "Two.")

    run(work)


def test_a_child_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        await synthesizer.start()
        (child,) = children() - before
        os.kill(child, signal.SIGSTOP)
        monkeypatch.setattr(espeak, "SILENT_S", 0.5)
        await said(synthesizer, "Two.")
        assert child not in children()

    before = children()
    run(work)


def test_ctrl_c_in_the_terminal_does_not_reach_the_child() -> None:
    async def work(synthesizer: EspeakSynthesizer) -> None:
        await synthesizer.start()
        (child,) = children() - before
        assert os.getpgid(child) != os.getpgid(0)
        os.kill(child, signal.SIGINT)
        await said(synthesizer, "Still here.")
        assert child in children()

    before = children()
    run(work)


def test_the_child_dies_with_a_parent_that_is_killed() -> None:
    script = """
        import asyncio, os, sys
        from agent.engines.espeak import EspeakSynthesizer
        from agent.engines.protocols import Voice
        async def main():
            synthesizer = EspeakSynthesizer()
            async for chunk in synthesizer.speak("word " * 2000, Voice()):
                print(synthesizer._link._process.get_pid(), flush=True)
                await asyncio.sleep(60)  # in a process of its own, until it is killed
        asyncio.run(main())
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    parent = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    for _ in range(100):
        if not alive(child):
            break
        time.sleep(0.05)  # the system ends the child, no event tells of it
    assert not alive(child)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EngineMissing, match="pip install espeakng-loader"):
        EspeakSynthesizer()


@given(st.text(st.sampled_from(list("ab .,;!?\n")), max_size=200), st.integers(5, 60))
def test_pieces_cover_a_text_in_order(text: str, limit: int) -> None:
    found = list(pieces(text, limit))
    assert "".join(text[start:end] for start, end in found) == text
    assert all(0 < end - start <= limit for start, end in found)


def test_pieces_end_after_sentences_where_they_can() -> None:
    text = "One two three. Four five six, seven. Eight nine ten eleven."
    assert [text[start:end] for start, end in pieces(text, 40)] == [
        "One two three. Four five six, seven. ", "Eight nine ten eleven.",
    ]  # fmt: skip


@given(
    st.text(st.sampled_from(list("abc 1.,\n")), min_size=1, max_size=60),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 5000)), max_size=20),
)
def test_marks_never_go_back_whatever_the_positions_are(text: str, starts: list[tuple[int, int]]) -> None:
    marks = Marks(text)
    pcm = np.full(1000, 500, dtype=np.int16)
    found = [
        mark
        for at, last in enumerate([False, False, False, False, True])
        for mark in marks.take(Sound(pcm, tuple(starts[at * 4 : at * 4 + 4]), last))
    ]
    assert [mark.end_char for mark in found] == sorted(mark.end_char for mark in found)
    assert [mark.end_sample for mark in found] == sorted(mark.end_sample for mark in found)
    assert found[-1] == WordMark(len(text), 5000)
    assert all(re.match(r"\s|$", text[mark.end_char :]) for mark in found)
