"""What is looked out for beside print: one's own things and faces, with their place, never by one doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from agent.clock import now_us
from agent.engines.fakes import FakeCodeReader, FakeFaceFinder, FakeTextReader
from agent.engines.protocols import Box
from agent.live.sought import Face, Sought, sought
from agent.picture import Picture, Pixels
from agent.seeing import Seeing
from agent.sight.facts import SeeingEngines
from agent.sight.settings import SeeingSettings
from agent.skills.effects import WatchFor
from agent.skills.watch_for import meant
from agent.watching import Watching
from tests.agent.sight.cards import BLUE, TAXES, shown
from tests.agent.sight.test_taught import taught
from tests.agent.test_seeing import Lens
from tests.drawn import plain

PAPER = plain((200, 200, 200))
FOLDERS = (taught(BLUE, "blue folder"), taught(TAXES, "tax folder"))


def told_of(what: WatchFor, pictures: Sequence[Pixels], engines: SeeingEngines) -> list[str]:
    """What a search says first, over pictures that come and stay."""
    told: list[str] = []

    async def main() -> None:
        seeing = Seeing(engines, SeeingSettings(), now_us)
        watching = Watching(seeing, told.append, lambda: True)
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            watch = group.create_task(seeing.watch(Lens(list(pictures), every_s=0.3)))
            watching.start(sought(what, seeing), group)
            while not told:  # noqa: ASYNC110  the engines work in threads
                await asyncio.sleep(0.05)
            watching.stop()
            watch.cancel()

    asyncio.run(main())
    return told


def test_a_thing_that_was_taught_is_found_where_it_comes_into_view() -> None:
    pictures = [shown(TAXES, 0, 0.8)] * 3 + [shown(BLUE, 10, 0.7, at=(140, 240))] * 20
    engines = SeeingEngines(FakeTextReader(), FakeCodeReader(), FakeFaceFinder())
    assert told_of(meant("my blue folder", FOLDERS), pictures, engines) == ["I see your blue folder, on the left."]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("my blue folder", "thing"),
        ("my folder", "thing"),
        ("blue folder", "thing"),
        ("folder", "print"),
        ("exit", "print"),
        ("somebody", "face"),
        ("person", "face"),
        ("seseorang", "face"),
        ("men", "print"),
    ],
)
def test_what_is_meant_is_told_by_its_name(words: str, kind: str) -> None:
    assert meant(words, FOLDERS).kind == kind


class Eyes:
    """Faces of a script, one entry for each picture."""

    rests = True

    def __init__(self, *faces: tuple[Box, ...]) -> None:
        self._faces = list(faces)

    async def quick_faces(self, picture: Picture) -> tuple[Box, ...]:
        return self._faces.pop(0)


def places(search: Sought, looks: int) -> list[str | None]:
    async def main() -> list[str | None]:
        found = [await search.find(Picture(str(number), PAPER, 0)) for number in range(looks)]
        return [one and one.where for one in found]

    return asyncio.run(main())


def test_one_look_makes_no_face_and_the_nearest_is_told() -> None:
    far, near = Box(20, 100, 30, 40), Box(500, 100, 120, 140)
    eyes = Eyes((near,), (), (far, near), (far, near))
    assert places(Face(eyes), 4) == [None, None, None, "on the right"]  # type: ignore[arg-type]


def test_an_engine_that_breaks_is_told_by_what_was_sought() -> None:
    said = sought(WatchFor("a face", "face"), Eyes())  # type: ignore[arg-type]
    assert said.broken == "I can't look for a face right now, so I stopped."
