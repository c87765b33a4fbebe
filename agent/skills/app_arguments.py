"""One argument of an app's tool from what was said: choices, numbers, yes or no, and words after the right preposition.

Knows JSON schemas of simple values and English word order. Does not know tools. What is too deep to be said in
passing (objects, lists of objects) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agent.skills.understand_slots import number_words, words_of

YES = frozenset(["yes", "yeah", "yep", "sure", "okay", "on", "true", "enable", "enabled", "start"])
NO = frozenset(["no", "nope", "not", "off", "false", "disable", "disabled", "stop"])
PLACES = frozenset(
    ["city", "place", "location", "where", "town", "country", "room", "address", "area", "region", "destination"]
)
CUES = ("about", "called", "named", "saying", "that", "to", "for", "in", "at", "near", "of", "with", "from", "on")
QUOTED = re.compile(r"[\"\u201c]([^\"\u201d]+)[\"\u201d]|(?<!\w)'([^']+)'(?!\w)")
TRAILING = re.compile(r"\s+(?:please|now|today|right now|thanks|thank you)$", re.IGNORECASE)
MAX_WORDS = 40


def argument(name: str, schema: Mapping[str, Any], text: str, known: frozenset[str], *, alone: bool) -> Any:
    """The value of parameter ``name`` in ``text``, None when nothing is said about it. ``known``: words that belong to
    the tool itself; ``alone``: it is the one required text, so what is left over is meant for it.
    """
    if (choice := _choice(schema, text)) is not None:
        return choice
    if "enum" in schema:
        return None
    match schema.get("type", "string"):
        case "integer" | "number" | "boolean":
            return value_in(schema, text)
        case "string":
            return _words_for(name, text, known, alone=alone)
        case _:
            return None


def value_in(schema: Mapping[str, Any], text: str) -> Any:
    """``text`` as a whole as a value of this schema; None when it is none."""
    if "enum" in schema:
        return _choice(schema, text)
    match schema.get("type", "string"):
        case "integer":
            number = _number(text)
            return None if number is None else round(number)
        case "number":
            return _number(text)
        case "boolean":
            words = set(words_of(text))
            return True if words & YES and not words & NO else False if words & NO else None
        case "string":
            return _trimmed(text) or None
        case _:
            return None


def _choice(schema: Mapping[str, Any], text: str) -> Any:
    enum = schema.get("enum")
    said = f" {' '.join(words_of(text))} "
    for one in enum if isinstance(enum, list) else []:
        if isinstance(one, str) and f" {' '.join(words_of(one.replace('_', ' ')))} " in said:
            return one
    return None


def _number(text: str) -> float | int | None:
    found = number_words(words_of(text))
    return found[0] if found else None


def _words_for(name: str, text: str, known: frozenset[str], *, alone: bool) -> str | None:
    if quoted := QUOTED.search(text):
        return (quoted[1] or quoted[2]).strip()
    tokens = text.split()
    bare = [re.sub(r"[^\w'-]", "", token).lower() for token in tokens]
    place = name.lower() in PLACES
    for cue in ("in", "at", "near", "for", "to", "of") if place else CUES if alone else (name.lower(),):
        if cue in bare[:-1]:
            rest = _value(" ".join(tokens[bare.index(cue) + 1 :]), known)
            if rest:
                return rest
    if not alone:
        return None
    left = [token for token, word in zip(tokens, bare, strict=True) if not _is_known(word, known)]
    return _trimmed(" ".join(left[:MAX_WORDS])) or None


def _value(rest: str, known: frozenset[str]) -> str:
    """What follows the cue, without an article; empty when it only names the tool again."""
    words = _trimmed(rest).split()
    while words and words[0].lower() in ("the", "a", "an", "my"):
        words = words[1:]
    if all(_is_known(word.lower().strip("?!.,"), known) for word in words):
        return ""
    return " ".join(words[:MAX_WORDS])


def _is_known(word: str, known: frozenset[str]) -> bool:
    return not word or word in known or (word.endswith("s") and word[:-1] in known)


def _trimmed(text: str) -> str:
    text = text.strip().strip("?!.,;:").strip()
    while (shorter := TRAILING.sub("", text).strip("?!.,;: ")) != text:
        text = shorter
    return text
