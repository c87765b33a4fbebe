"""English text as it is read aloud: numbers, dates, times, money, units, abbreviations and signs in words.

Knows writing and reading only, no sound. Each spoken word keeps its place in the text that was given, so that
it can be told how far the *text* was heard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from num2words import num2words

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MONTH_NAMES = {name[:3].lower(): name for name in MONTHS} | {"sept": "September"}
_MONTH = r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"  # noqa: E501

CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"), "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"), "¥": ("yen", "yen", "", ""), "₹": ("rupee", "rupees", "paisa", "paise"),
    "Rp": ("rupiah", "rupiah", "", ""),
}  # fmt: skip

UNITS = {
    "km/h": ("kilometre per hour", "kilometres per hour"), "m/s": ("metre per second", "metres per second"),
    "mph": ("mile per hour", "miles per hour"), "kbps": ("kilobit per second", "kilobits per second"),
    "Mbps": ("megabit per second", "megabits per second"), "Gbps": ("gigabit per second", "gigabits per second"),
    "km": ("kilometre", "kilometres"), "cm": ("centimetre", "centimetres"), "mm": ("millimetre", "millimetres"),
    "m": ("metre", "metres"), "kg": ("kilogram", "kilograms"), "mg": ("milligram", "milligrams"), "g": ("gram", "grams"),  # noqa: E501
    "ml": ("millilitre", "millilitres"), "l": ("litre", "litres"), "L": ("litre", "litres"), "cl": ("centilitre",
    "centilitres"), "ft": ("foot", "feet"), "yd": ("yard", "yards"), "mi": ("mile", "miles"), "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"), "oz": ("ounce", "ounces"), "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"), "°": ("degree", "degrees"), "kB": ("kilobyte", "kilobytes"),
    "KB": ("kilobyte", "kilobytes"), "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"), "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"), "GHz": ("gigahertz", "gigahertz"), "W": ("watt", "watts"),
    "kW": ("kilowatt", "kilowatts"), "kWh": ("kilowatt hour", "kilowatt hours"), "V": ("volt", "volts"),
    "mAh": ("milliamp hour", "milliamp hours"), "ms": ("millisecond", "milliseconds"), "s": ("second", "seconds"),
    "sec": ("second", "seconds"), "min": ("minute", "minutes"), "h": ("hour", "hours"), "hrs": ("hour", "hours"),
    "kcal": ("kilocalorie", "kilocalories"), "dB": ("decibel", "decibels"), "px": ("pixel", "pixels"),
    "m²": ("square metre", "square metres"), "km²": ("square kilometre", "square kilometres"), "fps": ("frame per second",  # noqa: E501
    "frames per second"),
}  # fmt: skip

ABBREVIATIONS = {
    "dr.": "doctor", "mr.": "mister", "mrs.": "missus", "ms.": "miz", "prof.": "professor", "jr.": "junior",
    "sr.": "senior", "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus", "vs": "versus",
    "approx.": "approximately", "dept.": "department", "est.": "established", "fig.": "figure", "vol.": "volume",
    "mt.": "mount", "ave.": "avenue", "blvd.": "boulevard", "rd.": "road", "inc.": "incorporated", "ltd.": "limited",
    "co.": "company", "tel.": "telephone", "ext.": "extension", "mon.": "monday", "tue.": "tuesday",
    "wed.": "wednesday", "thu.": "thursday", "fri.": "friday", "sat.": "saturday", "sun.": "sunday", "w/": "with",
    "w/o": "without", "a.m.": "A M", "p.m.": "P M", "u.s.": "U S", "u.k.": "U K",
}  # fmt: skip

SIGNS = {
    "&": "and", "@": "at", "+": "plus", "=": "equals", "%": "percent", "×": "times", "÷": "divided by", "±": "plus or minus",  # noqa: E501, RUF001
    "<": "less than", ">": "greater than", "~": "about", "→": "to", "€": "euros", "£": "pounds", "°": "degrees",
    "#": "number", "©": "copyright", "™": "trademark", "²": "squared", "³": "cubed", "½": "one half", "¼": "one quarter",  # noqa: E501
    "¾": "three quarters",
}  # fmt: skip

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_LARGE = r"(?:hundred|thousand|million|billion|trillion)"


@dataclass(frozen=True, slots=True)
class Piece:
    """``spoken``: what is said, possibly several words, punctuation kept. ``end``: in the text given, just after it."""

    spoken: str
    end: int


def number(text: str) -> str:
    """A number as written with digits: "1,234.5" is "one thousand two hundred and thirty-four point five"."""
    whole, _, part = text.replace(",", "").partition(".")
    words = num2words(int(whole or 0)).replace("-", " ").replace(",", "")
    return f"{words} point {digits(part)}" if part else words


def digits(text: str) -> str:
    """Digit by digit."""
    return " ".join(num2words(int(one)) for one in text if one.isdigit())


def ordinal(value: int) -> str:
    return str(num2words(value, to="ordinal")).replace("-", " ")


def year(value: int) -> str:
    """1984 is "nineteen eighty four", 2005 "two thousand and five"."""
    return str(num2words(value, to="year")).replace("-", " ")


def _counted(amount: str, one: str, many: str) -> str:
    return f"{number(amount)} {one if amount == '1' else many}"


def _money(match: re.Match[str]) -> str:
    sign, amount, large = match["sign"], match["amount"].replace(",", ""), match["large"]
    one, many, small_one, small_many = CURRENCIES[sign]
    if large:
        return f"{number(amount)} {large} {many}"
    whole, _, part = amount.partition(".")
    if len(part) != 2 or not small_one:
        return _counted(amount, one, many)
    said = [_counted(whole, one, many)] if int(whole) or not int(part) else []
    if int(part):
        said.append(_counted(str(int(part)), small_one, small_many))
    return " and ".join(said)


def _time(match: re.Match[str]) -> str:
    hour, minute, half = int(match["hour"]), int(match["minute"]), (match["half"] or "").replace(".", "").upper()
    said = num2words(hour)
    if minute:
        said += f" oh {num2words(minute)}" if minute < 10 else f" {number(str(minute))}"
    elif not half:
        said += " o'clock" if 1 <= hour <= 12 else " hundred"
    return f"{said} {' '.join(half)}".strip()


def _iso_date(match: re.Match[str]) -> str:
    return _date(int(match[2]), int(match[3]), match[1]) or match[0]


def _slashed_date(match: re.Match[str]) -> str:
    first, second = int(match[1]), int(match[2])
    month, day = (second, first) if first > 12 else (first, second)
    return _date(month, day, match[3]) or match[0]


def _date(month: int, day: int, of_year: str | None) -> str:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return ""
    return f"{MONTHS[month - 1]} {ordinal(day)}" + (f", {year(int(of_year))}" if of_year else "")


def _month(name: str) -> int:
    return MONTHS.index(MONTH_NAMES[name.lower().rstrip(".")[:3]]) + 1


def _fraction(match: re.Match[str]) -> str:
    over, under = int(match[1]), int(match[2])
    if not 0 < over < under <= 100:
        return f"{number(match[1])} slash {number(match[2])}"
    name = "half" if under == 2 else "quarter" if under == 4 else ordinal(under)
    return f"{num2words(over)} {name}{'s' if over > 1 else ''}"


def _whole(match: re.Match[str]) -> str:
    text = match[0]
    if "," not in text and "." not in text:
        if len(text) >= 7 or (len(text) > 1 and text.startswith("0")):
            return digits(text)
        if len(text) == 4 and 1100 <= int(text) <= 2099:
            return year(int(text))
    return number(text)


def _address(match: re.Match[str]) -> str:
    bare = re.sub(r"^https?://(?:www\.)?", "", match[0]).rstrip("/")
    for sign, said in ((".", " dot "), ("@", " at "), ("/", " slash "), ("-", " dash "), ("_", " underscore ")):
        bare = bare.replace(sign, said)
    return " ".join(bare.split())


Say = Callable[[re.Match[str]], str]

RULES: tuple[tuple[re.Pattern[str], Say], ...] = (
    (re.compile(r"(?<![\w.)])[-−](?=\d)"), lambda _: "minus "),  # noqa: RUF001
    (re.compile(r"https?://[^\s,;)]*[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:[\w-]+\.)+(?:com|org|net|io|id|de|uk|dev|ai)\b(?:/[\w/-]*)?"), _address),  # noqa: E501
    (re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b"), _iso_date),
    (re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b"), _slashed_date),
    (re.compile(rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4}})\b)?"),
     lambda m: _date(_month(m[1]), int(m[2]), m[3]) or m[0]),
    (re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH}(?:,?\s+(\d{{4}})\b)?(?!\w)"),
     lambda m: _date(_month(m[2]), int(m[1]), m[3]) or m[0]),
    (re.compile(r"\b(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::[0-5]\d)?\b(?:\s*(?P<half>[AaPp]\.?[Mm]\b\.?))?"), _time),  # noqa: E501
    (re.compile(r"\b(1[0-2]|[1-9])\s*([AaPp])\.?[Mm]\b\.?"), lambda m: f"{num2words(int(m[1]))} {m[2].upper()} M"),
    (re.compile(rf"(?P<sign>[$€£¥₹]|\bRp)\s?(?P<amount>{_NUMBER})(?:\s?(?P<large>{_LARGE})\b)?"), _money),
    (re.compile(rf"(?P<amount>{_NUMBER})\s?(?P<sign>[€£])(?P<large>(?!))?"), _money),
    (re.compile(rf"({_NUMBER})\s?%"), lambda m: f"{number(m[1])} percent"),
    (re.compile(r"\b(\d+)(st|nd|rd|th)\b"), lambda m: ordinal(int(m[1]))),
    (re.compile(rf"({_NUMBER})\s?({'|'.join(re.escape(one) for one in sorted(UNITS, key=len, reverse=True))})(?![\w²³])"),  # noqa: E501
     lambda m: _counted(m[1], *UNITS[m[2]])),
    (re.compile(r"\b(\d{1,3})/(\d{1,3})\b"), _fraction),
    (re.compile(rf"\b({_NUMBER})\s?[-–]\s?({_NUMBER})\b(?!-)"), lambda m: f"{number(m[1])} to {number(m[2])}"),  # noqa: RUF001
    (re.compile(r"\b[Nn]os?\.\s?(?=\d)"), lambda _: "number "),
    (re.compile(r"\bSt\.\s(?=[A-Z])"), lambda _: "saint "),
    (re.compile(r"(?<=\w )St\.(?!\s[A-Z])"), lambda _: "street"),
    (re.compile(r"(?<!\w)(?:" + "|".join(re.escape(one) for one in sorted(ABBREVIATIONS, key=len, reverse=True)) + r")(?!\w)", re.I),  # noqa: E501
     lambda m: ABBREVIATIONS[m[0].lower()]),
    (re.compile(r"(?<![\w.])\d+(?:\.\d+){2,}(?![\w.]*\d)"),
     lambda m: " point ".join(number(part) for part in m[0].split("."))),
    (re.compile(_NUMBER), _whole),
    (re.compile(r"\*+|_{2,}|`+|(?m:^#+\s)|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F]"), lambda _: ""),
    (re.compile("|".join(re.escape(one) for one in SIGNS)), lambda m: SIGNS[m[0]]),
    (re.compile(r"(?<=\w)/(?=\w)"), lambda _: " "),
)  # fmt: skip
"""Tried in this order; where two want the same letters the earlier has them."""


def pieces(text: str) -> Iterator[Piece]:
    """The words to say, in order, with the places of the words they come from. Never raises."""
    taken: list[tuple[int, int, str]] = []
    free = bytearray(len(text))
    for pattern, say in RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if end > start and not any(free[start:end]):
                free[start:end] = b"\1" * (end - start)
                taken.append((start, end, say(match)))
    taken.sort()
    yield from _joined(text, taken)


def spoken(text: str) -> str:
    """The same as one text."""
    return " ".join(piece.spoken for piece in pieces(text))


def _joined(text: str, taken: list[tuple[int, int, str]]) -> Iterator[Piece]:
    """White-space separated parts of ``text``; replacements inside or over several of them are put in their place."""
    parts: list[str] = []
    at = 0
    for start, end, said in [*taken, (len(text), len(text), "")]:
        for match in re.finditer(r"\S+|\s+", text[at:start]):
            if match[0].isspace():
                yield from _piece(parts, at + match.start())
            else:
                parts.append(match[0])
        if said and parts and parts[-1][-1:].isalnum():
            parts.append(" ")
        parts.append(said)
        if said and text[end : end + 1].isalnum():
            parts.append(" ")
        at = end
    yield from _piece(parts, len(text))


def _piece(parts: list[str], end: int) -> Iterator[Piece]:
    said = " ".join("".join(parts).split())
    parts.clear()
    if said:
        yield Piece(said, end)
