"""The bench of the eyes: what its rows say of known figures, and that its spoilt pictures are spoilt."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from agent.engines.haar import HaarFinder
from agent.engines.protocols import Box, TextLine
from agent.engines.rapid import RapidReader
from agent.engines.zxing import ZxingReader
from agent.errors import EngineMissing
from agent.picture import Picture
from agent.settings import load
from agent.sight.covering import Covering
from agent.sight.facts import Facts, SeeingEngines
from agent.sight.settings import SeeingSettings
from agent.skills.read_text import read_text
from tests.drawn import qr, sign, thing
from transport.bench import sight
from transport.bench.figures import Row
from transport.bench.lost_letters import lost_letter_rows
from transport.bench.stage import Bench
from transport.bench.unusable_views import VIEW, far_away, unusable_rows


def facts() -> Facts:
    return Facts(SeeingEngines(RapidReader(), ZxingReader(), HaarFinder()), SeeingSettings())


def test_a_sharp_sign_is_answered_and_a_spoilt_one_is_not() -> None:
    async def main() -> dict[str, bool]:
        page, found = sign("Emergency exit"), facts()
        pictures = {"sharp": page, "soft": sight.blurred(page, 0.02), "dark": sight.darkened(page, 1 / 96)}
        return {name: await sight.answers(read_text, Picture(name, it, 0), found) for name, it in pictures.items()}

    assert asyncio.run(main()) == {"sharp": True, "soft": False, "dark": False}


def test_a_page_that_lacks_letters_and_is_read_as_if_whole_is_counted() -> None:
    page = sign("Take two tablets", "daily with food")

    async def rows(eyes: Facts) -> list[Row]:
        return await lost_letter_rows({"page": page}, eyes, lambda _: None)

    for careful in asyncio.run(rows(facts())):
        assert careful.met is True, careful
        assert careful.numbers["asked"] >= 2

    class Blithe(Facts):
        """Takes all print for whole."""

        async def text(self, picture: Picture) -> tuple[TextLine, ...]:
            return tuple(replace(line, cut=()) for line in await super().text(picture))

    eyes = Blithe(SeeingEngines(RapidReader(), ZxingReader(), HaarFinder()), SeeingSettings())
    for blithe in asyncio.run(rows(eyes)):
        assert blithe.met is False, blithe
        assert blithe.numbers["claimed"] >= blithe.numbers["asked"] - 2


def test_claims_of_views_that_show_too_little_are_counted() -> None:
    photos = {"page": sign("Take two tablets", "daily with food"), "thing": thing((30, 60, 170))}

    async def rows(eyes: Facts) -> list[Row]:
        return await unusable_rows(photos, ["page"], eyes, lambda _: None)

    glare, hidden, far = asyncio.run(rows(facts()))
    assert (glare.met, hidden.met, far.met) == (True, True, True), (glare, hidden, far)
    assert (glare.numbers["asked"], hidden.numbers["asked"], far.numbers["asked"]) == (2, 8, 4)

    class Blithe(Facts):
        """Never sees that anything is hidden, and takes whatever looks like print for the word Exit."""

        async def covering(self, picture: Picture) -> Covering:
            return Covering()

        async def text(self, picture: Picture) -> tuple[TextLine, ...]:
            return (TextLine("Exit", Box(100, 100, 80, 30), 0.99),)

    eyes = Blithe(SeeingEngines(RapidReader(), ZxingReader(), HaarFinder()), SeeingSettings())
    glare, hidden, far = asyncio.run(rows(eyes))
    assert (hidden.numbers["claimed"], hidden.met) == (8, False)
    assert (glare.met, far.met) == (False, False)


def test_print_is_not_put_far_away_by_making_it_larger() -> None:
    page, line = sign("Exit"), TextLine("Exit", Box(60, 100, 40, 10), 0.99)
    assert far_away("page", page, [line], 12.0) is None
    away = far_away("page", page, [line], 5.0)
    assert away is not None
    assert (away.width, away.height) == VIEW


def test_one_claim_is_too_many_and_five_percent_of_good_ones_may_be_refused() -> None:
    assert sight.claim_row("dark", [], 20).met is True
    assert sight.claim_row("dark", ["read_text of a"], 20).met is False
    assert [sight.refused_row(["x"] * n, 100).met for n in (5, 6)] == [True, False]


def test_a_wrong_code_is_told() -> None:
    async def rows(truth: str) -> bool | None:
        (row,) = await sight.code_rows({"a": qr("hello there")}, {"a": truth}, facts(), ZxingReader())
        return row.met

    assert asyncio.run(rows("hello  there")) is True
    assert asyncio.run(rows("something else")) is False


def test_words_read_are_counted_once_each() -> None:
    assert sight.recall(["Way out", "way"], "Way out") == 1.0
    assert sight.recall(["way"], "way out way") == pytest.approx(1 / 3)
    labels = {"a": {"kind": "document", "words": "one two"}}
    assert [row.met for row in sight.print_rows({"a": ["one"]}, labels)] == [False, None]


def test_without_the_photos_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(sight, "PHOTO_FOLDER", sight.PHOTO_FOLDER / "not there")
    with pytest.raises(EngineMissing, match="labelled photos"):
        asyncio.run(sight.sight(Bench(load(), 1, lambda _: None)))
