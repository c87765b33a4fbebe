"""Words of any language that we know to a skill: each is understood by its own phrase bank.

Knows how to tell whose words they are, and the English requests for another language: these stand here, word for word,
and not in the English phrase bank, whose accuracy other phrases would cost. Does not know how an intent is found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agent.language.saying import INDONESIAN, LANGUAGES, language
from agent.skills import indonesian_slots
from agent.skills.understand import LEAST_COVERAGE, UNSUPPORTED, Intent, Understanding
from agent.skills.understand_slots import words_of

SPEAK_LANGUAGE = "speak_language"
_ASKED = re.compile(
    r"(?:(?:hey|okay|netra|please|now|can you|could you|would you|will you|i want you to|let's|i'd like you to) )*"
    r"(?P<verb>(?:speak|talk|answer|reply|switch|change)(?: to me| with me)?(?: in| to)? |"
    r"(?:change|switch|set) (?:the|your) language to )?(?P<language>indonesian|english)"
    r"(?P<after>(?: please| now| from now on| to me| with me| again| instead| netra)*)"
)


def language_asked(text: str) -> str | None:
    """The code of the language that this English sentence asks to go on in; None for any other sentence."""
    found = _ASKED.fullmatch(" ".join(words_of(text)))
    if found is None or not (found["verb"] or "please" in found["after"]):
        return None
    return next(code for code, name in LANGUAGES.items() if name.lower() == found["language"])


class Understandings:
    """Shared, without state. ``by_language``: by code; understands as ``Understanding`` does."""

    def __init__(self, by_language: Mapping[str, Understanding]) -> None:
        self._by_language = dict(by_language)

    def understand(
        self, text: str, *, coverage: float = 1.0, alternatives: Sequence[str] = (), typed: bool = False
    ) -> Intent | None:
        """The intent of ``text`` in the language whose bank knows most of its words, on a tie the one spoken now.

        Typed words that mean nothing there, or something that can't be done, are tried in the others too.
        """
        if (typed or coverage >= LEAST_COVERAGE) and (asked := language_asked(text)) is not None:
            return Intent(SPEAK_LANGUAGE, {"language": asked})
        first, *others = sorted(
            self._by_language, key=lambda code: (-self._by_language[code].share_known(text), code != language())
        )
        plain = indonesian_slots.YES_OR_NO.get(" ".join(indonesian_slots.words_of(text)))
        heard = typed or coverage >= LEAST_COVERAGE
        if plain is not None and first == INDONESIAN and heard:
            return Intent(plain)
        intent = self._by_language[first].understand(text, coverage=coverage, alternatives=alternatives, typed=typed)
        if plain is not None and intent is None and heard:
            return Intent(plain)
        for other in others if typed and (intent is None or intent.skill == UNSUPPORTED) else ():
            found = self._by_language[other].understand(text, typed=True)
            if found is not None and (intent is None or found.confidence > intent.confidence):
                intent = found
        return intent
