"""What every backend of Whisper gives and takes: a window of sound to a reading. Knows shapes only, no model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from agent.audio import HEARING_RATE
from agent.engines.agreement import Word
from agent.engines.whisper_guards import Doubts
from agent.engines.whisper_utterance import Window

MOST_TOKENS = 448
"""The decoder's own limit, prompt included."""
TOKENS_PER_S, SPARE_TOKENS = 7, 20
"""No reading is longer than people speak."""
HINT_TOKENS = 100
"""Of the words to expect; Whisper keeps 223 tokens for all that came before."""
PUNCTUATION = frozenset("\"'“”‘’¿([{-.。,，!！?？:：)]}、;；…")  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Reading:
    """``words`` after the window's prefix, times from the window's start. ``chances``: of languages, "" when fixed."""

    words: tuple[Word, ...]
    doubts: Doubts
    language: str
    chances: Mapping[str, float] = field(default_factory=dict)


class Backend(Protocol):
    """One model. Called on threads, at most as many at a time as it was built for."""

    multilingual: bool

    def read(self, window: Window, choose: Choose, *, hint: str, beam_size: int) -> Reading:
        """The words of ``window``. Raises what the library raises."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """A reading that is asked for: see ``Backend.read``."""

    window: Window
    choose: Choose
    hint: str = ""
    beam_size: int = 1


@runtime_checkable
class GatheringBackend(Protocol):
    """A Backend that reads several windows in one pass, each as it would be read alone."""

    def read_each(self, tasks: Sequence[Task]) -> list[Reading]: ...


class Choose(Protocol):
    """Who decides the language: given chances, where there is a choice, the code to read with."""

    @property
    def open(self) -> bool: ...

    @property
    def current(self) -> str: ...

    def hear(self, chances: Mapping[str, float]) -> str: ...


def read_each(backend: Backend, tasks: Sequence[Task]) -> list[Reading]:
    """In one pass where the backend can."""
    if isinstance(backend, GatheringBackend):
        return backend.read_each(tasks)
    return [backend.read(one.window, one.choose, hint=one.hint, beam_size=one.beam_size) for one in tasks]


def prompt_tokens(tokenizer: Any, window: Window, hint: str) -> list[int]:
    """Everything before the first new token: what to expect, what was said before, the task, the committed words. What
    is furthest away is left out where the decoder has no room.
    """
    expected = tokenizer.encode(" " + hint.strip()) if hint.strip() else []
    expected = [token for token in expected if token < tokenizer.eot][:HINT_TOKENS]  # a name is no sign of the model's
    now = [*tokenizer.sot_sequence, tokenizer.no_timestamps, *window.prefix]
    room = max(0, MOST_TOKENS - SPARE_TOKENS - len(now) - 2)
    before = [*expected, *window.prompt][:room]
    return [*([tokenizer.sot_prev, *before] if before else []), *now]


def most_new_tokens(window: Window, prompt: int, per_s: float = TOKENS_PER_S, spare: int = SPARE_TOKENS) -> int:
    """How many tokens may be new in this window; 0: the decoder has no room for more."""
    wanted = int(len(window.sound) / HEARING_RATE * per_s) + spare - len(window.prefix)
    return max(0, min(max(spare, wanted), MOST_TOKENS - prompt - 2))


def words_after(
    aligned: Sequence[Mapping[str, Any]], prefix: int, decode: Callable[[list[int]], str]
) -> tuple[Word, ...]:
    """Words (keys word, tokens, start, end, probability) without the first ``prefix`` tokens; punctuation goes to the
    word before it. Of a word that the prefix cuts in two the second part is left, without a space before it.
    """
    words: list[Word] = []
    seen = 0
    for one in aligned:
        tokens, text = tuple(one["tokens"]), str(one["word"])
        skip = min(len(tokens), max(0, prefix - seen))
        seen += len(tokens)
        if skip == len(tokens) or not text:
            continue
        if skip:
            text = decode(list(tokens[skip:]))
        word = Word(text, float(one["start"]), float(one["end"]), float(one["probability"]), tokens[skip:])
        if words and not set(text.strip()) - PUNCTUATION and not text.startswith(" "):
            last = words[-1]
            word = Word(last.text + text, last.start, last.end, last.probability, (*last.tokens, *word.tokens))
            words[-1] = word
        else:
            words.append(word)
    return tuple(words)
