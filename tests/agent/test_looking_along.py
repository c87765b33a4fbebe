"""A session that looks along, remembers and learns: begun by an answer that is given, ended by a word or a tap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent import ports
from agent.clock import now_us
from agent.engines import fakes
from agent.engines.protocols import Box, Call, Question, Text, TextLine
from agent.picture import Picture, Pixels
from agent.settings import load
from agent.skills.manner import STOPPED_LOOKING
from agent.skills.page_turning import NO_PAGE
from tests.agent.sight.cards import BLUE, shown
from tests.agent.stage import ROOMY, Stage, stage
from tests.agent.test_seeing import PAGE
from tests.virtual import run_virtual

EXIT = (TextLine("Exit", Box(20, 100, 120, 40), 0.99),)
GATE = (TextLine("Gate 4", Box(20, 100, 120, 40), 0.99),)

CALLS: dict[str, Call] = {
    "along": Call("live"),
    "stop": Call("stop"),
    "stop looking": Call("stop_watching"),
    "exit": Call("watch_for", {"words": "exit"}),
    "read": Call("read_text"),
    "before": Call("read_before"),
    "from": Call("turn_page", {"to": "from", "words": "exit"}),
    "remember": Call("remember_this"),
    "remembered": Call("remembered"),
    "compare": Call("compare_before"),
    "forget": Call("forget", {"what": "everything"}),
    "folder": Call("teach", {"thing": "blue folder"}),
    "where": Call("find_seen", {"thing": "my blue folder"}),
    "which": Call("which_of_mine"),
}


def think(question: Question) -> list[Text | Call]:
    return [CALLS[question.text]]


class Film:
    """Pictures, two a second, and what was said meanwhile."""

    def __init__(self, s: Stage) -> None:
        self.s, self.number = s, 0
        self.reader: fakes.FakeTextReader = s.session.eyes._facts._engines.text  # type: ignore[assignment]

    async def run(self, seconds: float, show: Callable[[int], Pixels] = lambda at: PAGE) -> list[str]:
        already = len(self.s.person.all(ports.ReplyText))
        for at in range(round(seconds / 0.5)):
            self.number += 1
            self.s.person.camera.put(Picture(f"p{self.number}", show(at), now_us()))
            await asyncio.sleep(0.5)
        return [said.text.strip() for said in self.s.person.all(ports.ReplyText)[already:]]

    async def ask(self, text: str, seconds: float = 8.0, show: Callable[[int], Pixels] = lambda at: PAGE) -> str:
        self.s.session.say(text)
        return " ".join(await self.run(seconds, show))


def filmed(do: Callable[[Film], Any], file: Path | None = None) -> Any:
    settings = load(environ=ROOMY, overrides={"sight.things_file": file})

    async def main() -> Any:
        async with stage(think, settings) as s:
            film = Film(s)
            film.reader.lines = EXIT
            await film.run(1)
            return await do(film)

    return run_virtual(main())


def test_it_tells_along_until_told_to_stop() -> None:
    async def walk(film: Film) -> None:
        said = await film.ask("along", 15)
        assert "Text on the left: Exit." in said
        film.reader.lines = GATE
        assert await film.run(10) == [], "nothing changed in the picture"
        assert "I stopped looking" in await film.ask("stop", 3)
        assert not film.s.session._after.watching.active
        assert await film.run(20, lambda at: shown(BLUE)) == []

    filmed(walk)


def test_stop_without_anything_to_end_is_silence() -> None:
    async def walk(film: Film) -> None:
        assert await film.ask("stop", 3) == ""

    filmed(walk)


def test_stop_pressed_ends_it_and_says_so_and_a_cancelled_reply_does_not() -> None:
    async def walk(film: Film) -> None:
        await film.ask("along", 10)
        film.s.session.stop()
        await film.run(2)
        assert film.s.session._after.watching.active, "an app that cancels a reply does not end the search"
        film.s.session.stop(everything=True)
        assert " ".join(await film.run(3)) == STOPPED_LOOKING
        film.s.session.stop(everything=True)
        assert await film.run(3) == [], "twice is once"

    filmed(walk)


def test_stop_said_over_a_callout_ends_it_for_good() -> None:
    async def walk(film: Film) -> None:
        film.s.session.say("along")
        for _ in range(40):
            if any("Text on the left" in said for said in await film.run(0.5)):
                break
        await film.s.hear("stop", 0.6)
        assert " ".join(await film.run(4)) == STOPPED_LOOKING
        assert not film.s.session._after.watching.active

    filmed(walk)


def test_what_was_taught_is_kept_where_a_setting_says_so(tmp_path: Path) -> None:
    file = tmp_path / "things.npz"

    async def lesson(film: Film) -> None:
        turned = (0.0, 8.0, 16.0)
        await film.ask("folder", 24, lambda at: shown(BLUE, turned[min(2, at // 14)], 1.0))

    filmed(lesson, file=file)
    assert file.exists()

    async def later(film: Film) -> None:
        assert "I'm sure" in await film.ask("where", show=lambda at: shown(BLUE))
        await film.ask("along", 6)
        assert "I stopped looking, too." in await film.ask("forget")
        assert await film.run(10, lambda at: shown(BLUE)) == []

    filmed(later, file=file)
    assert not file.exists()


def test_one_running_look_at_a_time() -> None:
    async def walk(film: Film) -> None:
        await film.ask("along", 10)
        assert "I see exit, on the left." in await film.ask("exit", 12)
        await film.ask("stop looking", 3)
        assert await film.run(15) == []

    filmed(walk)


def test_what_was_read_is_told_again_later_with_its_age() -> None:
    async def walk(film: Film) -> None:
        assert "It says: Exit." in await film.ask("read")
        film.reader.lines = GATE
        await film.run(60)
        assert await film.ask("before") == "About 1 minute ago I read: Exit. That was before; it may have changed."
        compared = await film.ask("compare", show=lambda at: shown(BLUE))
        assert "before it said Exit, now it says Gate 4" in compared

    filmed(walk)


def test_a_guess_that_is_withdrawn_is_not_remembered() -> None:
    async def walk(film: Film) -> None:
        film.s.session.say("read")
        await asyncio.sleep(0.05)
        film.s.session.stop()  # the reply is over before it began
        film.s.session.say("before")
        assert " ".join(await film.run(5)) == "I haven't read anything yet."

    filmed(walk)


def test_remembering_and_forgetting() -> None:
    async def walk(film: Film) -> None:
        await film.ask("read")
        assert "I'll remember: text that says Exit" in await film.ask("remember")
        assert "text that says Exit" in await film.ask("remembered")
        assert "I forgot everything I saw" in await film.ask("forget")
        assert await film.ask("remembered") == "You haven't asked me to remember anything."
        assert await film.ask("before") == "I haven't read anything yet."
        assert await film.ask("from") == NO_PAGE.text

    filmed(walk)


def test_a_folder_that_was_shown_is_found_again_and_forgotten() -> None:
    turned = (0.0, 8.0, 16.0)

    async def walk(film: Film) -> None:
        said = await film.ask("folder", 24, lambda at: shown(BLUE, turned[min(2, at // 14)], 1.0))
        assert "I know your blue folder now." in said
        there = await film.ask("where", show=lambda at: shown(BLUE, 20, 0.8, at=(140, 240)))
        assert there == "I see your blue folder on the left. I'm sure."
        assert "I see your blue folder" in await film.ask("which", show=lambda at: shown(BLUE, 5, 0.9))
        assert "I can't make out" in await film.ask("which")
        assert "your blue folder" in await film.ask("forget")
        assert "You haven't taught me" in await film.ask("which")

    filmed(walk)
