"""Numbers that were scanned get the names that a list has for them: exactly theirs, in time, or none and said why."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from agent.engines.fakes import FakeFaceFinder, FakeProducts, FakeTextReader
from agent.engines.protocols import Box, Code, Product
from agent.errors import EngineFailed
from agent.picture import Picture, Pixels
from agent.sight.facts import Facts, SeeingEngines
from agent.sight.settings import SeeingSettings
from tests.drawn import plain
from tests.virtual import run_virtual

PENCIL = Product("4006381333931", "Pencil", "Stabilo")
EAN = Code("4006381333931", "EAN13", True, Box(200, 160, 200, 120))
LINK = Code("https://example.org", "QRCode", False, EAN.box)


@dataclass
class Looks:
    """A CodeReader that finds these, look after look."""

    found: deque[tuple[Code, ...]] = field(default_factory=deque)
    name: str = "scripted"

    async def read(self, pixels: Pixels, *, fast: bool = False) -> tuple[Code, ...]:
        return self.found.popleft() if self.found else ()

    async def close(self) -> None:
        return None


def read(products: FakeProducts | None, *looks: Sequence[Code]) -> tuple[Code, ...]:
    engines = SeeingEngines(FakeTextReader(), Looks(deque(map(tuple, looks))), FakeFaceFinder(), products=products)
    return run_virtual(Facts(engines, SeeingSettings()).codes(Picture("a", plain((200, 200, 200)), 0)))


@pytest.mark.parametrize(
    ("products", "item", "unnamed"),
    [
        (None, None, "no_list"),
        (FakeProducts({EAN.text: PENCIL}), PENCIL, "not_in_list"),
        (FakeProducts({"4006381333948": PENCIL}), None, "not_in_list"),
        (FakeProducts({EAN.text: PENCIL}, breaks=EngineFailed("no disk")), None, "list_broken"),
        (FakeProducts({EAN.text: PENCIL}, delay_s=9.0), None, "list_broken"),
    ],
    ids=["no list", "in the list", "its neighbour is", "broken", "too slow"],
)
def test_a_number_that_two_looks_agree_on_is_named_if_the_list_has_it(
    products: FakeProducts | None, item: Product | None, unnamed: str
) -> None:
    [code] = read(products, [EAN], [EAN])
    assert (code.text, code.item, code.unnamed) == (EAN.text, item, unnamed)


def test_a_doubtful_number_and_a_link_are_not_looked_up() -> None:
    products = FakeProducts({EAN.text: PENCIL})
    number, link = read(products, [EAN, LINK], [])
    assert (number.text, number.item, link) == ("", None, LINK)
    assert products.asked == []


def test_a_short_upc_is_looked_up_as_the_long_one() -> None:
    short = Code("04252614", "UPCE", True, EAN.box)
    milk = Product("0042100005264", "Milk")
    [code] = read(FakeProducts({milk.number: milk}), [short], [short], [short], [short])
    assert code.item == milk
