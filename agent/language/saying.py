"""Sentences in the language of the conversation. The English sentence is the key, as gettext has it.

Which language that is follows the task: ``follow`` sets it for a task and those it starts, ``speaking`` for a block. A
sentence that was not translated is said in English; ``tests/agent/language`` names it.
Does not know who speaks, nor which sentences there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec

from agent.language import indonesian
from agent.language.indonesian import words as indonesian_words

ENGLISH, INDONESIAN = "en", "id"
LANGUAGES = {ENGLISH: "English", INDONESIAN: "Indonesian"}
"""Codes of the languages that Netra itself speaks, with their English names."""

_SENTENCES = {INDONESIAN: indonesian.SENTENCES}
_WORDS = {INDONESIAN: indonesian_words}
P = ParamSpec("P")
_of: ContextVar[Callable[[], str]] = ContextVar("language", default=lambda: ENGLISH)


def language() -> str:
    """The code of the language to speak now."""
    return _of.get()()


def follow(of: Callable[[], str]) -> None:
    """From now on this task, and the tasks it starts, speak what ``of`` says at that moment."""
    _of.set(of)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Inside, this language is spoken. Not for generators, which others may close elsewhere."""
    before = _of.set(lambda: code)
    try:
        yield
    finally:
        _of.reset(before)


def say(sentence: str, /, **slots: object) -> str:
    """``sentence``, English, in the language spoken now. ``{name}`` in it is filled from ``slots``."""
    words = _SENTENCES.get(language(), {}).get(sentence, sentence)
    return words.format(**slots) if slots else words


def in_every_language(sentence: str) -> tuple[str, ...]:
    """An English sentence and its translations: to know again what was said."""
    return tuple(dict.fromkeys([sentence, *(known.get(sentence, sentence) for known in _SENTENCES.values())]))


def by_language(english: Callable[P, str]) -> Callable[P, str]:
    """A function of words: the English one that is given, or that of its name in the language spoken now."""
    others: dict[str, Callable[P, str]] = {code: getattr(known, english.__name__) for code, known in _WORDS.items()}

    @wraps(english)
    def in_the_language(*args: P.args, **kwargs: P.kwargs) -> str:
        return others.get(language(), english)(*args, **kwargs)

    return in_the_language
