"""A product or a book that a list knows, as it is said: "Oat drink, by Oatly, one litre". Pure.

Knows how sizes are written on packs. Does not know where the name comes from, nor whether it is right.
"""

from __future__ import annotations

import re

from agent.engines.protocols import Product
from agent.language.saying import say
from agent.sight.product_numbers import is_book
from agent.skills.picture_words import plain, shortened
from agent.skills.wording import amount

NAME_WORDS, BRIEF_WORDS = 20, 10
"""Words of a name that are said."""
UNITS = {
    **dict.fromkeys(("l", "lt", "ltr", "litre", "litres", "liter", "liters"), "litre"),
    **dict.fromkeys(("ml", "millilitre", "millilitres", "mililiter", "milliliters"), "millilitre"),
    **dict.fromkeys(("cl", "centilitre", "centilitres"), "centilitre"),
    **dict.fromkeys(("g", "gr", "gram", "grams", "gramme", "grammes"), "gram"),
    **dict.fromkeys(("kg", "kilo", "kilos", "kilogram", "kilograms"), "kilogram"),
    **dict.fromkeys(("mg", "milligram", "milligrams"), "milligram"),
    **dict.fromkeys(("oz", "ounce", "ounces"), "ounce"),
    **dict.fromkeys(("fl oz", "fl.oz", "fl. oz", "fluid ounce", "fluid ounces"), "fluid ounce"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), "pound"),
}
"""How packs write a unit, in small letters; other units are said as they are written."""
_SIZE = re.compile(
    r"(?:(\d{1,3})\s*[x\u00d7*]\s*)?(\d{1,6})(?:[.,](\d{1,2}))?\s*([^\W\d_][\w. ]*?)\s*(?:\u212e|\be)?\.?"
)
"""Perhaps how many, how much of which unit; the sign of an estimate (e) may follow. Three digits after a comma may be
thousands.
"""


def product_said(product: Product) -> tuple[str, str]:
    """The sentence, and a short one: without the size."""
    name, by = _shortened(product.name, NAME_WORDS), _by(product)
    size = size_said(product.size)
    if is_book(product.number):
        text = say("A book: {name}, by {author}.", name=name, author=by) if by else say("A book: {name}.", name=name)
        brief = shortened(name, BRIEF_WORDS)
        return text, say("A book: {name}.", name=brief)
    made = say("{name}, by {brand}", name=name, brand=by) if by else name
    brief = shortened(name, BRIEF_WORDS)
    short = say("{name}, by {brand}", name=brief, brand=shortened(by, 3)) if by else brief
    return (f"{made}, {size}." if size else f"{made}."), f"{short}."


def size_said(size: str) -> str:
    """ "1 L" as "one litre", "6 x 330 ml" as "6 times 330 millilitres"; what is not certain stays as it is written."""
    written = shortened(plain(size), 6).rstrip(".")
    found = _SIZE.fullmatch(plain(size))
    unit = UNITS.get(found[4].strip().lower()) if found is not None else None
    if found is None or unit is None:
        return written
    times, whole, part, _ = found.groups()
    said = amount(int(whole), (part or "").rstrip("0"), unit)
    return said if times is None else say("{times} times {amount}", times=int(times), amount=said)


def _by(product: Product) -> str:
    """The brand, unless the name holds it."""
    brand = _shortened(product.brand, 6)
    return "" if brand.lower() in product.name.lower() else brand


def _shortened(text: str, words: int) -> str:
    short = shortened(plain(text), words).rstrip(".")
    return short[:1].upper() + short[1:]
