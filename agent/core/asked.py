"""What kind of answer a question of the agent wants. Pure text, English and Indonesian; does not know who answers.

A yes or no is over as soon as it is said; a number is dictated with pauses between its digits.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from agent.core.words import BACKCHANNEL_PAIRS, BACKCHANNELS, phrase_list, plain, word_list

Wanted: TypeAlias = Literal["nothing", "yes_no", "number", "words"]

_OPENERS = word_list(
    """is are am was were do does did can could shall should will would may might have has had must want ready okay
    apakah bolehkah maukah bisakah"""
)
_NUMBER = re.compile(
    r"\b(numbers?|digits?|code|pin|how (many|much|long|old)|what time|phone|date|amount|berapa|nomor)\b"
)
_SENTENCE = re.compile(r"[^.!?\u2026]*[.!?\u2026]+")
ANSWERS = (BACKCHANNELS - word_list("hm hmm mm mmm ah oh")) | word_list("no nope nah never not tidak bukan jangan ya")
ANSWER_PAIRS = BACKCHANNEL_PAIRS | phrase_list("yes please, no thanks, no thank, not now, go ahead, do it, please do")
NUMBER_WORDS = word_list(
    """zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand double triple
    nol satu dua tiga empat lima enam tujuh delapan sembilan"""
)


def wanted(said: str) -> Wanted:
    """What the last sentence of ``said`` asks for; "nothing" when it is no question."""
    sentences = [found.strip() for found in _SENTENCE.findall(said)]
    if not sentences or not said.rstrip().rstrip("\"')").endswith("?"):
        return "nothing"
    text = plain(sentences[-1])
    if _NUMBER.search(text):
        return "number"
    first = text.split()[:1]
    if "yes or no" in text or (first and first[0] in _OPENERS) or text.endswith((" right", " okay", " yes")):
        return "yes_no"
    return "words"


def is_answer(text: str) -> bool:
    """Whether these words alone answer a question with yes or no: "yes", "okay sure", "no thanks"."""
    words = plain(text).split()
    return bool(words) and (
        all(word in ANSWERS for word in words) or " ".join(words[:2]) in ANSWER_PAIRS or " ".join(words) in ANSWER_PAIRS
    )


def ends_in_number(text: str) -> bool:
    """Whether a number was said last: more digits may follow."""
    words = plain(text).split()
    return bool(words) and (words[-1] in NUMBER_WORDS or words[-1].isdigit())
