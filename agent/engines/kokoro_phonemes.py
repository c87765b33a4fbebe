# ruff: noqa: RUF001  phonetic letters look like others
"""Words to the phonemes that Kokoro was trained on, by eSpeak NG's dictionary and rules; each word keeps its phonemes.

Loads eSpeak NG into the process it runs in: GPL-3, and its state is global. So this is for a process of its own (see
``hosted_voice``). The table from IPA to Kokoro's letters is misaki's (Apache-2.0).
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.engines.spoken_english import Piece

VOICES = {"a": "en-us", "b": "en", "e": "es", "f": "fr", "h": "hi", "i": "it", "p": "pt-br"}
"""Kokoro's letter of a language → eSpeak's voice for it."""
MARKS = ";:,.!?—…“”()"
"""Signs that Kokoro hears."""

_TIE = "^"
_ENGLISH = (
    ("ʔˌn\u0329", "ʔn"), ("ʔn\u0329", "ʔn"), ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("t^ʃ", "ʧ"),
    ("ɔ^ɪ", "Y"), ("ə^l", "ᵊl"), ("ʲo", "jo"), ("ʲə", "jə"), ("ʲ", ""), ("e", "A"), ("ɚ", "əɹ"), ("r", "ɹ"), ("x", "k"),
    ("ç", "k"), ("ɐ", "ə"), ("ɬ", "l"), ("\u0303", ""),
)  # fmt: skip
_BRITISH = (("A^ə", "ɛː"), ("ɛ^ə", "ɛː"), ("iə", "ɪə"), ("ə^ʊ", "Q"))
_AMERICAN = (("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", ""))
_OTHERS = (
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^z", "ʣ"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("o^ʊ", "O"), ("ə^ʊ", "Q"), ("s^s", "S"),
    ("t^s", "ʦ"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"),
)  # fmt: skip
_MODIFIERS = "ː^\u0303\u0329"
MOST_WORDS, MOST_GROUPS = 4, 16
"""Words that eSpeak runs together, and that it makes of one number, at most."""
_WITHIN = re.compile(rf"([{re.escape(MARKS)}]+)")
_OPENING = re.compile(r"(?<![\w.,!?])\"(?=\w)")
_SWITCH = re.compile(r"\(\^?[a-z^-]+\)")


@dataclass(frozen=True, slots=True)
class Sounded:
    """A piece of the text as Kokoro reads it, with the marks before and after it. ``end``: see Piece."""

    phonemes: str
    end: int


class Phonemizer:
    """eSpeak NG's text-to-phoneme part. One for each process; not for several threads at a time."""

    def __init__(self) -> None:
        import espeakng_loader

        self._lib: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        if self._lib.espeak_Initialize(2, 0, data, 0x8000) <= 0:
            raise OSError(f"eSpeak NG could not read its data in {espeakng_loader.get_data_path()}")
        self._lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._lib.espeak_TextToPhonemes.argtypes = (ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int)
        self._voice = ""

    def sounded(self, pieces: Sequence[Piece], letter: str) -> list[Sounded]:
        """Phonemes of each piece, read as one text between its marks. ``letter``: one of VOICES."""
        self._use(VOICES[letter])
        found: list[list[str]] = [[] for _ in pieces]
        phrase: list[tuple[int, str]] = []
        for number, piece in enumerate(pieces):
            text = _OPENING.sub("“", piece.spoken).replace('"', "”").replace("’", "'").replace("-", " ")
            for part in _WITHIN.split(text):
                if part and part[0] in MARKS:
                    self._say(phrase, found, letter)
                    found[number].append(part)
                else:
                    phrase += [(number, word) for word in part.split()]
        self._say(phrase, found, letter)
        return [Sounded(_tight(parts), piece.end) for parts, piece in zip(found, pieces, strict=True)]

    def _say(self, phrase: list[tuple[int, str]], found: list[list[str]], letter: str) -> None:
        """The words of a phrase, together; then it is empty."""
        words = [word for _, word in phrase]
        said = self._read(" ".join(words)).split()
        if len(said) != len(words):
            said = shared(said, [self._read(word).replace(" ", "") for word in words])
        for (number, _), phonemes in zip(phrase, said, strict=True):
            found[number].append(kokoro_letters(phonemes, letter))
        phrase.clear()

    def _use(self, voice: str) -> None:
        if voice != self._voice:
            if self._lib.espeak_SetVoiceByName(voice.encode()) != 0:
                raise OSError(f"eSpeak NG has no voice {voice}")
            self._voice = voice

    def _read(self, text: str) -> str:
        """IPA with stress; letters of one sound are tied."""
        rest = ctypes.c_char_p(text.replace("\0", " ").encode("utf-8", "replace"))
        parts = []
        while rest.value:
            said = self._lib.espeak_TextToPhonemes(ctypes.byref(rest), 1, 0x02 | 1 << 7 | ord(_TIE) << 8)
            parts.append((said or b"").decode("utf-8", "replace"))
        return _SWITCH.sub("", " ".join(parts))


def kokoro_letters(ipa: str, letter: str) -> str:
    """eSpeak's IPA in Kokoro's letters."""
    if letter not in ("a", "b"):
        for old, new in _OTHERS:
            ipa = ipa.replace(old, new)
        return ipa.replace(_TIE, "").replace("-", "")
    for old, new in _ENGLISH:
        ipa = ipa.replace(old, new)
    ipa = re.sub("(\\S)\u0329", r"ᵊ\1", ipa).replace("\u0329", "")
    for old, new in _BRITISH if letter == "b" else _AMERICAN:
        ipa = ipa.replace(old, new)
    return ipa.replace("o", "ɔ").replace("ɾ", "T").replace("ʔ", "t").replace(_TIE, "")


def shared(groups: Sequence[str], alone: Sequence[str]) -> list[str]:
    """Phonemes for each of the words, where eSpeak ran some together ("on the" → "ɔnðə") or made several of one.

    ``groups``: as they came; ``alone``: each word's phonemes when it is read by itself. Nothing is added but spaces.
    """
    sizes, wanted = [_letters(group) for group in groups], [_letters(one) for one in alone]
    best: dict[tuple[int, int], tuple[int, int, int]] = {(0, 0): (0, 0, 0)}
    for word in range(len(alone) + 1):
        for group in range(len(groups) + 1):
            before = best.get((word, group))
            if before is None:
                continue
            steps = [(n, 1) for n in range(1, MOST_WORDS + 1)] + [(1, n) for n in range(2, MOST_GROUPS + 1)]
            for words, many in [*steps, (1, 0), (0, 1)]:
                to = (word + words, group + many)
                if to[0] > len(alone) or to[1] > len(groups):
                    continue
                cost = abs(sum(wanted[word : to[0]]) - sum(sizes[group : to[1]])) + (3 if 0 in (words, many) else 0)
                if to not in best or before[0] + cost < best[to][0]:
                    best[to] = (before[0] + cost, words, many)
    said: list[str] = []
    at = (len(alone), len(groups))
    while at != (0, 0):
        _, words, many = best[at]
        said[:0] = _divided(" ".join(groups[at[1] - many : at[1]]), wanted[at[0] - words : at[0]])
        at = (at[0] - words, at[1] - many)
    return said


def _divided(group: str, wanted: Sequence[int]) -> list[str]:
    """One run of phonemes for several words, by the lengths of the words; stress goes with what it stresses."""
    if len(wanted) <= 1:
        return [group] * len(wanted)
    size, total, parts, begin, sum_so_far = _letters(group), sum(wanted) or 1, [], 0, 0
    for one in wanted[:-1]:
        sum_so_far += one
        letters, end = round(size * sum_so_far / total), 0
        while end < len(group) and (_letters(group[:end]) < letters or group[end] in _MODIFIERS):
            end += 1
        parts.append(group[begin : max(begin, end)])
        begin = max(begin, end)
    return [*parts, group[begin:]]


def _letters(phonemes: str) -> int:
    return sum(one not in _MODIFIERS and one not in "ˈˌ " for one in phonemes)


def _tight(parts: Sequence[str]) -> str:
    """Words apart, marks beside them."""
    text = " ".join(part for part in parts if part)
    opening, closing = "(“", ";:,.!?—…)”"
    text = re.sub(rf" ([{re.escape(closing)}])", r"\1", text)
    return re.sub(rf"([{re.escape(opening)}]) ", r"\1", text)
