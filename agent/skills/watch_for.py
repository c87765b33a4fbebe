"""Looking out for words: "tell me when you see exit". The session looks and tells; here it is asked for and ended."""

from __future__ import annotations

import re

from agent.language.saying import say
from agent.skills.picture_words import correction
from agent.skills.skill import Answer, Situation, StopWatching, WatchFor, skill
from agent.skills.understand_slots import SOUNDS_LIKE, number_words

WHICH = Answer(
    "Which words shall I look for? Say for example: tell me when you see exit.",
    brief="Which words shall I look for?",
    keeps=False,
)
MOST_WORDS = 6
_ASKED = re.compile(
    r"\b(?:(?:when|once|if|as soon as|whenever)\s+(?:you|i|we|it|there)(?:'re|\s+are|\s+is|\s+can)?\s*"
    r"(?:see|spot|find|read|notice|come|pass|get|says?|shows?|facing|reach)?(?:\s+(?:across|past|to|by|at))?|"
    r"(?:look|looking|watch|search|searching|scan|keep\s+an\s+eye)(?:\s+out)?\s+for|find(?:\s+me)?|locate|where\s+is|where's)\s+"
    r"(?:(?:the|a|an|any|word|words|sign|text|that\s+says|which\s+says|saying|with|called|for)\s+)*(.+)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s+(?:for me|please|now|sign|signs|text|comes|appears|somewhere|here|in view|would you|will you|thanks|okay)$",
    re.IGNORECASE,
)
_THEN = re.compile(r"[\s,;.]+(?:and\s+)?(?:tell me|let me know|say so)\b.*$", re.IGNORECASE)
_TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)+|[^\W_]+(?:'[^\W_]+)?")


@skill("Tell me when you see exit.")
async def watch_for(situation: Situation, words: str = "") -> Answer:
    """Look out for printed words, such as "exit", while the camera moves, and tell where they are as they are seen."""
    sought = " ".join(words.split()[:MOST_WORDS])
    if not tokens(sought):
        return WHICH
    look = await situation.eyes.look("light")
    if look.picture is None:
        return correction(look) or Answer(look.advice, kind="correction")
    text = say("I'm looking for {words}. Turn slowly. Say stop looking to end it.", words=sought)
    return Answer(text, brief=say("Looking for {words}.", words=sought), effects=(WatchFor(sought),))


@skill("Stop looking.")
async def stop_watching(situation: Situation) -> Answer:
    """End the search for words, telling what changes, or learning a thing."""
    return Answer("Okay, I stopped looking.", effects=(StopWatching(),), keeps=False)


def words_in(text: str) -> str:
    """What is looked for in "tell me when you see the exit sign please": "exit"; "" when nothing is named."""
    asked = " ".join(text.split()).rstrip(" .?!")
    if re.search(r"\b(?:looking|search\w*) for\b", asked, re.IGNORECASE) and (then := _THEN.search(asked)):
        asked = asked[: then.start()]
    found = _ASKED.search(asked)
    if found is None:
        return ""
    words = found[1].strip(" \"'\u201c\u201d")
    while (shorter := _AFTER.sub("", words)) != words:
        words = shorter
    return "" if words.lower() in ("it", "that", "this", "them", "something", "text", "word", "sign") else words


def tokens(text: str) -> list[str]:
    """Words and numbers, in lower case."""
    return _TOKEN.findall(text.lower())


def readings(words: str) -> list[list[str]]:
    """The ways in which words may be printed: "gate forty two" also as "gate 42", "number 5" also as "5"."""
    found = [tokens(words)]
    if len(found[0]) > 1 and found[0][-1] in SOUNDS_LIKE:
        found.append([*found[0][:-1], str(SOUNDS_LIKE[found[0][-1]])])  # heard "platform for"
    numbers = number_words(found[0])
    if len(numbers) == 1:
        plain = [word for word in found[0] if not number_words([word]) and word != "number"]
        found.append([*plain, f"{numbers[0]:g}"])
    return found
