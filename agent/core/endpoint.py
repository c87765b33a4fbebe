"""When a pause is the end of the turn: how long to wait after the last sound, from the words so far.

Pure arithmetic on text. Does not know sound, clocks or who speaks. Being wrong is cheap both ways: a turn that ends too
early is joined to what follows, one that ends too late costs half a second.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.words import HESITATIONS, phrase_list, plain, word_list

OPEN_ENDED = word_list(
    """a an the my your his her its our their some any and or but so because if when while to of for from with in on
    at by about into than as is are was were am be can could would should will what's who's where's i i'm it's that's
    there's"""
)
"""Words that English sentences rarely end with: after them the speaker goes on."""

OPEN_SENTENCES = word_list(
    """what who where when how why which please what's is are can could would will do does tell read set find show
    this that these those hey netra"""
) | phrase_list(
    """is this, is that, is it, is there, are there, can you, could you, would you, will you, do you, tell me, show me,
    i want, i need, hey netra, what about, how about, how many, how much, what colour, what color, what kind, set a
    timer, set timer, read me"""
)
"""Whole turns so far that call for more, though their last word could end another sentence."""

CLOSING_PAIRS = phrase_list(
    """light on, lights on, lamp on, still on, it on, go on, carry on, hold on, now on, think so, you can, you could,
    coming in, close by"""
)
"""Last two words of whole sentences whose last word alone calls for more."""

ASKING = word_list("what who where when how why which whose what's who's where's")
SUBJECTS = word_list("i it this that he she we they you there these those time")
DETERMINERS = word_list("the my your his her our their this that today's")
TO_BE = word_list("is are was were am be")
STRANDED = word_list("at for of from about to in on with like")
"""Prepositions that a question may end with: "what am i looking at", "what is this for"."""

BEFORE_STRANDED = word_list("this that it these made you we")


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """Waits in milliseconds, counted from the last sound of speech."""

    complete_ms: int = 360
    """After words that can end a sentence."""
    incomplete_ms: int = 640
    """After words that call for more ("read the", "I want to, um")."""
    wordless_ms: int = 500
    """After sound in which no word was found."""
    final_timeout_ms: int = 2_000
    """How long to wait for the recogniser's last word before the partial words are taken."""

    def __post_init__(self) -> None:
        for name in ("complete_ms", "incomplete_ms", "wordless_ms", "final_timeout_ms"):
            if not 0 <= getattr(self, name) <= 10_000:
                raise ValueError(f"{name} must be 0..10000 milliseconds, not {getattr(self, name)}")


def is_whole(text: str) -> bool:
    """Whether a sentence can end here: "read the text" can, "read the" and "I want to um" cannot."""
    words = plain(text).split()
    if len(words) > 1 and words[-1] == "please":
        del words[-1]
    if not words or words[-1] in HESITATIONS or " ".join(words) in OPEN_SENTENCES:
        return False
    return words[-1] not in OPEN_ENDED or _closes(words)


def _closes(words: list[str]) -> bool:
    """ "tell me what this is", "what am i looking at", "is the light on": an open-ended word that closes after all."""
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if f"{before} {last}" in CLOSING_PAIRS:
        return len(words) > 2 or before not in ("it", "you")
    asked = next((at for at, word in enumerate(words[:-1]) if word in ASKING), None)
    if asked is None:
        return False
    if last == "i":
        return before in TO_BE
    if last in TO_BE:
        return before in SUBJECTS or (words[asked + 1] in DETERMINERS and asked + 2 < len(words) - 1)
    return last in STRANDED and (before.endswith("ing") or before in BEFORE_STRANDED)


def wait_ms(settings: EndpointSettings, text: str) -> int:
    """Milliseconds of silence that end the turn after these words."""
    if not text.strip():
        return settings.wordless_ms
    return settings.complete_ms if is_whole(text) else settings.incomplete_ms
