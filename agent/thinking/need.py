"""Whether a question needs the large model, where there is a small one. Pure; a rule of thumb that one can read."""

from __future__ import annotations

import re

from agent.engines.protocols import Question

THOUGHT = re.compile(
    r"\b(?:why|how (?:do|does|did|can|could|should|would)|explain|compare|difference|summari[sz]e|write|translate|plan|"
    r"calculate|reason|prove|code|recipe|recommend|should i|what if|pros and cons)\b",
    re.IGNORECASE,
)
LONG_WORDS = 18
BEYOND = re.compile(
    r"\b(?:why|explain|compare|summari[sz]e|translate|how (?:do|does|did|can|could|should|would) (?:i|you|we|one|it)"
    r"|and (?:then )?(?:tell me|say|find|check|work out|decide) (?!(?:me )?what (?:it|this|that) (?:says|is)\b)"
    r"|kenapa|mengapa|jelaskan|bandingkan|ringkas\w*|(?:ter)?jemahkan"
    r"|(?:dan|lalu) (?:beri ?tahu|katakan|carikan?|hitung))\b"
    r"|\b(?:time|date|day)\b.*\bin (?!here\b|the\b|this\b|my\b|english\b|indonesian\b)[a-z]{3,}"
    r"|\b(?:jam|pukul) berapa\b.*\bdi (?!sini\b)[a-z]{3,}",
    re.IGNORECASE,
)
"""More is asked than the skill knows that was understood: something done with what was read, the time elsewhere."""


def goes_beyond(text: str) -> bool:
    """Whether a question that sounds like a look or the time wants more than that."""
    return bool(BEYOND.search(text))


def needs_large(question: Question, *, pictures: int) -> bool:
    """Pictures, tools' results, an app's tools, long questions and those that want an explanation."""
    return bool(
        pictures
        or question.results
        or question.wishes.tools
        or len(question.text.split()) > LONG_WORDS
        or THOUGHT.search(question.text)
    )
