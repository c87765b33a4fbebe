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


def needs_large(question: Question, *, pictures: int) -> bool:
    """Pictures, tools' results, an app's tools, long questions and those that want an explanation."""
    return bool(
        pictures
        or question.results
        or question.wishes.tools
        or len(question.text.split()) > LONG_WORDS
        or THOUGHT.search(question.text)
    )
