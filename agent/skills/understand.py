"""What a person wants: words to a skill and its arguments, or nothing when it is not sure enough.

Knows the phrase bank's intents, how sure is sure enough, and slots. Does not know sound, and does not run skills.
A wrong action is worse than asking again, so doubt of any kind (an unsure classifier, an unsure recogniser, talk that
is not meant for the agent) gives None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.house.things import Thing
from agent.skills.aim import target_in
from agent.skills.bank import OUTSIDE, Bank
from agent.skills.house_words import MEANT_OTHERWISE, speaks_of_the_house, state_in, verb_in
from agent.skills.tongues import IN_ENGLISH, Tongue
from agent.skills.understand_model import load_or_train
from agent.skills.understand_slots import one_letter_away
from agent.skills.understand_training import RECIPE, lessons
from agent.skills.unsupported import swallowed

HOUSE_DO, HOUSE_ASK = "house_do", "house_ask"
"""The skills of the house: what and which is told by the words themselves."""

SURE, SURE_TYPED = 0.45, 0.5
"""Least probability of a skill. Chosen on the development sentences of the bench."""

SURE_TO_ACT = 0.5
"""For skills whose wrong use is worse than asking again."""

ACTING = frozenset({
    "cancel_timer", "goodbye", "set_timer", "speak_language", "watch_for", "live", "scan_along", "light_tone", "teach",
    "forget", HOUSE_DO,
})  # fmt: skip

TURN_PAGE = "turn_page"

UNSUPPORTED = "unsupported"
"""The skill that says what can't be done."""

ASKED_OF_OTHERS, SURE_OF_OTHERS = frozenset({"find_seen", "who_are_you"}), 0.7
"""Skills whose words people say to each other all day ("dad, where's my backpack"), and the certainty they need when
they are heard.
"""

LEAST_COVERAGE = 0.12
"""Below this the sound was no speech we know, whatever the words."""

SURE_COVERAGE = 0.3
"""Least of it for words that mean something by themselves."""

DOUBT = 0.5
"""How much of the certainty hangs on coverage: 0 none, 1 all."""

STRANGE, STRANGE_OPEN = (0.4, 0.75), (0.0, 0.6)
"""Familiarity (see ``Classifier.familiarity``) at which nothing is believed, and from which everything is; the second
for typed questions that can't be answered, which may hold any name."""

LONGEST_REQUEST, LONGEST_WORD = 80, 30
"""Words of a request and letters of a word: longer ones are no request, and would take seconds to understand."""

OTHER_READINGS, OTHER_WEIGHT = 2, 0.25
"""So many alternatives of the recogniser have a say, with this weight each."""

OPEN = frozenset({UNSUPPORTED, "teach", "find_seen"})
"""Typed, these may hold any name."""

DETAILS = {"set_timer": "seconds"}
"""What has to be asked for when it was not said."""
LACKING = 0.6
"""So sure at most of what lacks it: the sentence may go on."""


@dataclass(frozen=True, slots=True)
class Intent:
    """``skill`` with the ``arguments`` its schema knows; ``confidence`` 0..1; ``runner_up``: the next likely skill,
    "" when there is none to speak of."""

    skill: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    confidence: float = 1.0
    runner_up: str = ""


class Understanding:
    """Shared, without state: the same words always mean the same.

    ``cache_dir``: where the trained classifier is kept (6 s of work once, then 20 ms); None trains every time.
    ``things``: of the house, when the bank has sentences about it. ``tongue``: the language of the bank.
    """

    def __init__(
        self,
        bank: Bank | None = None,
        *,
        cache_dir: Path | None = None,
        things: Sequence[Thing] = (),
        tongue: Tongue = IN_ENGLISH,
    ) -> None:
        self._bank = Bank.load(tongue.phrases) if bank is None else bank
        self._things, self._tongue = tuple(things), tongue
        self._vocabulary = frozenset(part for word in self._bank.words for part in tongue.words_of(word))
        digest = f"{self._bank.digest} {RECIPE}" + (
            f" {tongue.code} {tongue.lessons}" if tongue is not IN_ENGLISH else ""
        )
        self._classifier = load_or_train(lambda: lessons(self._bank, tongue), cache_dir, digest)

    def share_known(self, text: str) -> float:
        """0..1: how many of the words of ``text`` stand in the bank; numerals are any language's."""
        words = [word for word in self._tongue.words_of(text) if not word[0].isdigit()]
        return sum(word in self._vocabulary for word in words) / max(1, len(words))

    def understand(
        self, text: str, *, coverage: float = 1.0, alternatives: Sequence[str] = (), typed: bool = False
    ) -> Intent | None:
        """The intent of ``text``; None when it is outside or in doubt.

        ``coverage`` and ``alternatives`` are the recogniser's (see ``Transcript``); typed text has none.
        """
        words = self._tongue.words_of(text)
        if not 0 < len(words) <= LONGEST_REQUEST or (not typed and coverage < LEAST_COVERAGE):
            return None
        if typed:
            words = self._without_typos(words)
        if (about_page := self._tongue.command(words)) is not None and (typed or coverage >= SURE_COVERAGE):
            return Intent(*about_page)
        chances = self._chances(words, () if typed else alternatives)
        if self._things and speaks_of_the_house(" ".join(words), self._things):
            chances = _of_the_house(chances)
        skills = _by_skill(chances)
        best, second = _best_two(skills)
        if best == OUTSIDE:
            return None
        confidence = skills[best]
        confidence *= self._familiar(words, STRANGE_OPEN if typed and best in OPEN else STRANGE)
        if not typed:
            confidence *= 1.0 - DOUBT * (1.0 - min(1.0, coverage / 0.5))
        if confidence < _needed(best, typed=typed):
            return None
        arguments = _arguments(best, chances, text if not typed else " ".join(words), self._tongue)
        if (thing_of := _thing_of(best, self._tongue)) is not None and (thing := thing_of(text)):
            arguments["thing"] = thing  # a name is no typing error
        if best == HOUSE_DO and "verb" not in arguments:
            return None  # switched, but which way?
        if best == TURN_PAGE and "words" not in arguments:
            return None  # read on, but from where? Its other orders were known by their words
        if DETAILS.get(best, "") not in ("", *arguments):
            confidence = min(confidence, LACKING)
        return Intent(best, arguments, confidence, "" if skills[second] < 0.05 else second)

    def _chances(self, words: Sequence[str], alternatives: Sequence[str]) -> dict[str, float]:
        spell_numbers = self._tongue.spell_numbers
        chances = self._classifier.probabilities(spell_numbers(words))
        total = 1.0
        for other in alternatives[:OTHER_READINGS]:
            if other_words := self._tongue.words_of(other):
                total += OTHER_WEIGHT
                for label, chance in self._classifier.probabilities(spell_numbers(other_words)).items():
                    chances[label] += OTHER_WEIGHT * chance
        return {label: chance / total for label, chance in chances.items()}

    def _without_typos(self, words: Sequence[str]) -> list[str]:
        """Words that the bank doesn't know, made the known word one letter away that fits best where they stand."""
        right, spell_numbers = list(words), self._tongue.spell_numbers
        for at, word in enumerate(right):
            if not 3 <= len(word) <= LONGEST_WORD or word in self._vocabulary or not word.isalpha():
                continue
            before = self._classifier.familiarity(spell_numbers(right))
            tried = [
                (self._classifier.familiarity(spell_numbers([*right[:at], other, *right[at + 1 :]])), other)
                for other in sorted(one_letter_away(word) & self._vocabulary)
            ]
            if tried and max(tried)[0] > before:
                right[at] = max(tried)[1]
        return right

    def _familiar(self, words: Sequence[str], strange_to_usual: tuple[float, float]) -> float:
        """0..1: whether words stand side by side as in requests."""
        share = self._classifier.familiarity(self._tongue.spell_numbers(words))
        strange, usual = strange_to_usual
        return min(1.0, max(0.0, (share - strange) / (usual - strange)))


def _needed(skill: str, *, typed: bool) -> float:
    if skill in ASKED_OF_OTHERS and not typed:
        return SURE_OF_OTHERS
    return SURE_TO_ACT if skill in ACTING else SURE_TYPED if typed else SURE


def _by_skill(chances: Mapping[str, float]) -> dict[str, float]:
    """Labels are a skill with fixed arguments: one skill may have several."""
    skills: dict[str, float] = {}
    for label, chance in chances.items():
        skill = label.split(" ", 1)[0]
        skills[skill] = skills.get(skill, 0.0) + chance
    return skills


def _of_the_house(chances: Mapping[str, float]) -> dict[str, float]:
    """What would be said of a house that we don't know is said of the one we know."""
    moved = {label: 0.0 if label.split(" ", 1)[0] in MEANT_OTHERWISE else chance for label, chance in chances.items()}
    here = max((label for label in (HOUSE_DO, HOUSE_ASK) if label in moved), key=lambda label: moved[label])
    moved[here] += sum(chances.values()) - sum(moved.values())
    return moved


def _best_two(skills: Mapping[str, float]) -> tuple[str, str]:
    first, second, *_ = sorted(skills, key=lambda skill: -skills[skill])
    return first, second


def _arguments(skill: str, chances: Mapping[str, float], text: str, tongue: Tongue) -> dict[str, Any]:
    label = max((name for name in chances if name.split(" ", 1)[0] == skill), key=lambda name: chances[name])
    arguments: dict[str, Any] = dict(pair.split("=", 1) for pair in label.split(" ")[1:])
    if skill == "set_timer" and (seconds := tongue.duration_seconds(text)) is not None:
        arguments["seconds"] = seconds
    elif skill == HOUSE_DO:
        verb = verb_in(text)
        arguments |= {"thing": text} | ({"verb": verb} if verb is not None else {})
    elif skill == HOUSE_ASK:
        arguments |= {"thing": text, "state": state_in(text)}
    elif (thing_of := _thing_of(skill, tongue)) is not None and (thing := thing_of(text)):
        arguments["thing"] = thing
    elif skill == UNSUPPORTED and arguments.get("topic") == "safety" and swallowed(text):
        arguments["topic"] = "medicine"
    elif skill == "aim" and (target := target_in(text)) != "anything":
        arguments["target"] = target
    elif (words_of := _words_of(skill, tongue)) is not None and (words := words_of(text)):
        arguments["words"] = words
    return arguments


def _thing_of(skill: str, tongue: Tongue) -> Callable[[str], str] | None:
    """For skills that are about a thing: how its name is found in what was said."""
    return {"find_seen": tongue.thing_in, "teach": tongue.thing_shown}.get(skill)


def _words_of(skill: str, tongue: Tongue) -> Callable[[str], str] | None:
    """For skills that are about some words: how these are found."""
    return {
        "said_after": tongue.quoted_after,
        "watch_for": tongue.words_in,
        "live": tongue.words_in,
        "turn_page": tongue.place_in,
    }.get(skill)
