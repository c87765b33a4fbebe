"""Words as the understanding wants them, and the durations in them.

Knows spelling, numbers and units. Does not know intents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SPELLING = {
    "colour": "color", "colours": "colors", "coloured": "colored", "grey": "gray", "favourite": "favorite",
    "ok": "okay", "okey": "okay", "k": "okay", "pls": "please", "plz": "please", "thx": "thanks", "ty": "thanks",
    "u": "you", "ur": "your", "r": "are", "whats": "what's", "wheres": "where's", "whos": "who's", "hows": "how's",
    "im": "i'm", "ive": "i've", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't",
    "couldnt": "couldn't", "isnt": "isn't", "thats": "that's", "theres": "there's", "youre": "you're",
    "qr": "q r", "qrcode": "q r code", "barcode": "bar code", "barcodes": "bar codes", "metre": "meter",
    "uhhuh": "uh-huh", "mhmm": "mhm", "mmhmm": "mm-hmm", "mmhm": "mm-hmm", "mmm": "mm", "hmmm": "hmm", "yea": "yeah",
    "gonna": "going to", "wanna": "want to", "gimme": "give me", "lemme": "let me", "tv": "tv", "em": "them",
    "min": "minutes", "mins": "minutes", "sec": "seconds", "secs": "seconds", "hr": "hours", "hrs": "hours",
    "programme": "program", "centre": "center", "neighbour": "neighbor", "pyjamas": "pajamas", "mum": "mom",
    "o'clock": "o'clock", "alright": "all right", "anymore": "any more", "bye-bye": "bye bye", "good-bye": "goodbye",
}  # fmt: skip
_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_UNITS = {
    **dict.fromkeys(("second", "seconds", "sec", "secs", "s"), 1),
    **dict.fromkeys(("minute", "minutes", "min", "mins", "m", "minuets", "minutes'"), 60),
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h", "hour's", "our", "ours"), 3600),
}
SOUNDS_LIKE = {"for": 4, "to": 2, "too": 2, "won": 1, "ate": 8, "tin": 10, "tan": 10, "fore": 4, "sex": 6, "sics": 6}
"""Words a recogniser hears for a number; believed only right before a unit."""

_DIGITS = re.compile(r"\d+(?:[.,]\d+)?|[a-z]+(?:[-'][a-z]+)*'?|:")
LONGEST_SECONDS = 24 * 3600


def words_of(text: str) -> list[str]:
    """Lower-case words, spelling made one, digits kept, punctuation dropped."""
    lowered = text.lower().replace("\u2019", "'").replace("`", "'")
    found: list[str] = []
    for token in _DIGITS.findall(lowered):
        token = token.rstrip("'")
        if token in _SPELLING:
            found += _SPELLING[token].split()
        elif token in ("uh-huh", "mm-hmm", "wi-fi"):
            found.append(token)
        elif token and token != ":":
            found += token.split("-")
    return found


def spell_numbers(words: Sequence[str]) -> list[str]:
    """Digits as one of a few words, so that the classifier sees "five" for 5 and a plain number for the rest."""
    names = {str(value): word for word, value in (*_ONES.items(), *_TENS.items())}
    return [names.get(word, "forty") if word[0].isdigit() else word for word in words]


def one_letter_away(word: str) -> set[str]:
    """All strings made by dropping, swapping, changing or adding one letter."""
    letters = "abcdefghijklmnopqrstuvwxyz'"
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    dropped = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    changed = {a + c + b[1:] for a, b in cuts if b for c in letters}
    added = {a + c + b for a, b in cuts for c in letters}
    return dropped | swapped | changed | added


def quoted_after(text: str) -> str:
    """The words quoted in "what did you say after the word platform", "" for "… after that"."""
    quoted = r"\bafter\s+(?:the\s+)?(?:(?:word|part|bit|name|number)s?\s+)?(.+?)[\s.?!]*$"
    found = re.search(quoted, text, re.IGNORECASE)
    words = found[1].strip(" \"'\u201c\u201d") if found else ""
    bare = re.sub(r"\b(please|netra|next|then|now|again)\b|,", "", words.lower()).strip()
    return "" if bare in ("", "that", "this", "it", "word", "part", "bit", "beginning", "first part") else words


def duration_seconds(text: str) -> int | None:
    """The length of time named in ``text``, 1 s to 24 h; None when there is none or it is out of bounds.

    "an hour and a half" is 5400, "five minutes thirty" 330, "1:30" 90, "a couple of minutes" 120.
    """
    clock = re.search(r"\b(\d{1,2}):(\d\d)(?::(\d\d))?\b", text)
    if clock:
        parts = [int(part) for part in clock.groups() if part]
        total = parts[-1] + 60 * parts[-2] + (3600 * parts[0] if len(parts) == 3 else 0)
    else:
        total = _sum(_tokens(text))
    return total if 1 <= total <= LONGEST_SECONDS else None


def _tokens(text: str) -> list[str]:
    found = re.findall(r"\d+(?:[.,]\d+)?|[a-z']+", text.lower().replace("\u2019", "'"))
    return [word.replace(",", ".") if word[0].isdigit() else word for word in found]


def _sum(words: Sequence[str]) -> int:
    total, last_unit, i = 0.0, 0, 0
    while i < len(words):
        amount, after = _amount(words, i)
        if amount is not None and (unit_at := _unit_at(words, after)) is not None:
            last_unit = _UNITS[words[unit_at]]
            total += amount * last_unit
            i = unit_at + 1
            if words[i : i + 3] == ["and", "a", "half"]:
                total, i = total + last_unit / 2, i + 3
            elif words[i : i + 3] == ["and", "a", "quarter"]:
                total, i = total + last_unit / 4, i + 3
        elif amount is not None and last_unit >= 60 and words[i] not in ("a", "an") and amount < 60:
            total, last_unit, i = total + amount * last_unit / 60, 0, after  # "five minutes thirty"
        else:
            i = max(after, i + 1) if amount is not None else i + 1
    return round(total)


def _unit_at(words: Sequence[str], at: int) -> int | None:
    """Where the unit of a number ending before ``at`` stands: next to it, or after "of", "of an", "more"."""
    for skip in ((), ("of", "an"), ("of", "a"), ("of",), ("an",), ("a",), ("more",)):
        end = at + len(skip)
        if tuple(words[at:end]) == skip and end < len(words) and words[end] in _UNITS:
            return end
    return None


def _amount(words: Sequence[str], at: int) -> tuple[float | None, int]:
    """A number starting at ``at`` and the index after it; (None, at) when there is none."""
    word = words[at]
    number: float
    if word[0].isdigit():
        number, at = float(word), at + 1
    elif word in ("half", "quarter"):
        return (0.5 if word == "half" else 0.25), at + 1
    elif words[at : at + 2] == ["three", "quarters"]:
        return 0.75, at + 2
    elif words[at : at + 2] in (["a", "half"], ["a", "quarter"]):
        return (0.5 if words[at + 1] == "half" else 0.25), at + 2
    elif words[at : at + 2] == ["a", "couple"]:
        return 2.0, at + 2
    elif words[at : at + 2] == ["a", "few"]:
        return 3.0, at + 2
    elif words[at : at + 2] in (["a", "hundred"], ["one", "hundred"]):
        number, at = 100.0, at + 2
        if at < len(words) and words[at] == "and" and at + 1 < len(words) and words[at + 1] in (*_ONES, *_TENS):
            at += 1
        more, after = _small(words, at)
        if more is not None:
            number, at = number + more, after
    elif word in ("a", "an"):
        number, at = 1.0, at + 1
    else:
        small, after = _small(words, at)
        if small is None:
            if word in SOUNDS_LIKE and at + 1 < len(words) and words[at + 1] in _UNITS and words[at + 1] != "our":
                return float(SOUNDS_LIKE[word]), at + 1
            return None, at
        number, at = float(small), after
    if words[at : at + 3] == ["and", "a", "half"]:
        number, at = number + 0.5, at + 3
    return number, at


def _small(words: Sequence[str], at: int) -> tuple[int | None, int]:
    """0 to 99 in words: "forty five" is one number."""
    if at >= len(words):
        return None, at
    if words[at] in _TENS:
        tens = _TENS[words[at]]
        if at + 1 < len(words) and 1 <= _ONES.get(words[at + 1], 0) <= 9:
            return tens + _ONES[words[at + 1]], at + 2
        return tens, at + 1
    if words[at] in _ONES:
        return _ONES[words[at]], at + 1
    return None, at


def number_words(words: Sequence[str]) -> list[float | int]:
    """The numbers among ``words`` in order, in digits or spelled; "a" and "an" count for none here."""
    found: list[float | int] = []
    at = 0
    while at < len(words):
        amount, after = (None, at) if words[at] in ("a", "an") else _amount(words, at)
        if amount is None:
            at += 1
            continue
        found.append(int(amount) if amount == int(amount) else amount)
        at = max(after, at + 1)
    return found
