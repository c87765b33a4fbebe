"""Numbers, times and lengths of time as people say them, in the language spoken now. Does not know skills.

The functions here are the English ones; those of other languages stand under the same names in ``agent.language``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from agent.language.saying import by_language, say

ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty")
IRREGULAR_ORDINALS = {
    **{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"},
    **{"twelve": "twelfth", "twenty": "twentieth", "thirty": "thirtieth"},
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def in_english(number: int) -> str:
    """0..59 in English words, whatever is spoken now."""
    if number < len(ONES):
        return ONES[number]
    tens, ones = divmod(number, 10)
    return TENS[tens] + (f"-{ONES[ones]}" if ones else "")


@by_language
def cardinal(number: int) -> str:
    """0..59 in words."""
    return in_english(number)


def ordinal(number: int) -> str:
    """1..59 in words: "twenty-first"."""
    head, dash, tail = in_english(number).rpartition("-")
    return head + dash + IRREGULAR_ORDINALS.get(tail, f"{tail}th")


def joined(parts: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {say(last)} {parts[-1]}" if parts else ""


@by_language
def counted(number: int, thing: str) -> str:
    """ "1 minute", "2 minutes"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


@by_language
def amount(whole: int, part: str, unit: str) -> str:
    """How much of a unit, ``part`` the digits after the point: "one litre", "1.5 litres", "500 grams"."""
    number = f"{whole}.{part}" if part else in_english(whole) if whole <= 12 else str(whole)
    return f"{number} {unit}" if whole == 1 and not part else f"{number} {unit}s"


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


@by_language
def state(told: str) -> str:
    """What a thing in the house told, as ``Thing.told`` words it: "on", "21.5 degrees"."""
    return told


@by_language
def duration(seconds: int) -> str:
    """A length of time, exact: "1 hour, 5 minutes and 30 seconds"."""
    minutes, left = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [counted(n, unit) for n, unit in ((hours, "hour"), (minutes, "minute"), (left, "second")) if n]
    return joined(parts) or "0 seconds"


@by_language
def rough_duration(seconds: int) -> str:
    """As much of a length of time as one wants to hear: no seconds above five minutes."""
    if seconds <= 300:
        return duration(seconds)
    return f"about {duration(round(seconds / 60) * 60)}"


@by_language
def greeting(hour: int) -> str:
    if 5 <= hour < 12:
        return "Good morning."
    if 12 <= hour < 18:
        return "Good afternoon."
    return "Good evening." if 18 <= hour < 23 else "Hello."


@by_language
def part_of_day(hour: int) -> str:
    if hour < 5:
        return "at night"
    if hour < 12:
        return "in the morning"
    if hour < 18:
        return "in the afternoon"
    return "in the evening" if hour < 22 else "at night"


@by_language
def clock(moment: datetime) -> str:
    """The time as it is said: "twenty to five", "half past nine", "4:38", "noon"."""
    hour, minute = moment.hour, moment.minute
    if minute == 0 and hour in (0, 12):
        return "noon" if hour == 12 else "midnight"
    this, following = ONES[hour % 12 or 12], ONES[(hour + 1) % 12 or 12]
    match minute:
        case 0:
            return f"{this} o'clock"
        case 15:
            return f"quarter past {this}"
        case 30:
            return f"half past {this}"
        case 45:
            return f"quarter to {following}"
        case _ if minute % 5:
            return f"{hour % 12 or 12}:{minute:02d}"
        case _ if minute < 30:
            return f"{in_english(minute)} past {this}"
        case _:
            return f"{in_english(60 - minute)} to {following}"


@by_language
def day(moment: date) -> str:
    """ "Tuesday, the fourth of March"."""
    return f"{WEEKDAYS[moment.weekday()]}, the {ordinal(moment.day)} of {MONTHS[moment.month - 1]}"
