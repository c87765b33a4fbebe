"""Names of Kokoro's voices and mixtures of them. Knows names and weights; loads nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

LETTERS = {"en": "a", "en-us": "a", "en-gb": "b", "es": "e", "fr": "f", "hi": "h", "it": "i", "pt": "p", "pt-br": "p"}
"""Language → the letter with which its voices' names begin. Japanese and Chinese need dictionaries of their own and
are left to another voice.
"""
_PART = re.compile(r"([a-z]{2}_[a-z0-9_]+)(?::(\d+(?:\.\d+)?|\.\d+))?")


def letter_of(language: str) -> str:
    """The letter for a language code; "" for a language that Kokoro lacks."""
    code = language.lower().replace("_", "-")
    return LETTERS.get(code) or LETTERS.get(code.partition("-")[0], "")


def parsed(name: str) -> dict[str, float]:
    """Voices and their weights, which sum to one: "af_heart:0.6+am_adam:0.4", "af_heart+af_sky", "af_heart".

    Weights that are not given are 1. Raises ValueError with what is wrong.
    """
    weights: dict[str, float] = {}
    for part in name.replace(" ", "").split("+"):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r} is no voice: write af_heart, or af_heart:0.6+am_adam:0.4")
        weights[match[1]] = weights.get(match[1], 0.0) + float(match[2] or 1)
    total = sum(weights.values())
    if total <= 0:
        raise ValueError(f"the weights of {name!r} are all zero")
    return {voice: weight / total for voice, weight in weights.items() if weight}


def chosen(wanted: str, usual: str, language: str, known: Collection[str]) -> Mapping[str, float]:
    """The mixture to speak with. ``wanted``: by name, where it exists; else ``usual``, where it speaks ``language``;
    else a voice of the language. Raises ValueError when there is none.
    """
    letter = letter_of(language)
    for name in (wanted, usual):
        try:
            weights = parsed(name)
        except ValueError:
            continue
        if all(voice in known for voice in weights) and (name == wanted or all(v[0] == letter for v in weights)):
            return weights
    fitting = sorted(voice for voice in known if voice[0] == letter)
    if not fitting:
        raise ValueError(f"there is no voice for the language {language!r} in the folder voices")
    return {fitting[0]: 1.0}
