"""Looking out for words, one's own things and faces: "tell me when you see exit".

The session looks and tells; here it is asked for and ended.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.language.saying import say
from agent.sight.own_things import Taught
from agent.skills.mine import named, own_name
from agent.skills.naming import named_by
from agent.skills.picture_words import correction
from agent.skills.skill import Answer, Situation, StopWatching, WatchFor, skill
from agent.skills.understand_slots import SOUNDS_LIKE, number_words

WHICH = Answer(
    "Which words shall I look for? Say for example: tell me when you see exit.",
    brief="Which words shall I look for?",
    keeps=False,
)
MOST_WORDS = 6
FACES = frozenset({
    "person", "people", "somebody", "someone", "anybody", "anyone", "face", "faces", "orang", "seseorang", "wajah",
    "orang datang", "orang lewat",
})  # fmt: skip
FACES_ONLY = "I find faces that are turned to the camera."
MINE = frozenset({"my", "our", "saya", "aku", "kami"})
_ASKED = re.compile(
    r"\b(?:(?:when|once|if|as soon as|whenever)\s+(?:you|i|we|it|there)(?:'re|\s+are|\s+is|\s+can)?\s*"
    r"(?:see|spot|find|read|notice|come|pass|get|says?|shows?|facing|reach)?(?:\s+(?:across|past|to|by|at))?|"
    r"(?:look|looking|watch|search|searching|scan|keep\s+an\s+eye)(?:\s+out)?\s+for|find(?:\s+me)?|locate|where\s+is|where's)\s+"
    r"(?:(?:the|a|an|any|word|words|sign|text|that\s+says|which\s+says|saying|with|called|for)\s+)*(.+)",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    r"\b(?:when|once|if|as soon as|whenever)\s+(?:there\s+is\s+|there's\s+)?(?:a\s+)?"
    r"(person|somebody|someone|anybody|anyone)\s+(?:comes|is|appears|enters|walks)\b",
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
    """Look out for printed words, such as "exit", or for "my blue folder" or "a person", while the camera moves, and
    tell where they are as they are seen.
    """
    wanted = " ".join(words.split()[:MOST_WORDS])
    if not tokens(wanted):
        return WHICH
    what = meant(wanted, situation.taught)
    if what.kind == "print" and says_mine(wanted):
        thing = own_name(wanted)
        text = say(
            "You haven't taught me your {thing}. Show it and say, for example: this is my blue folder. Then I can look "
            "out for it.",
            thing=thing,
        )
        return Answer(text, brief=say("You haven't taught me your {thing}.", thing=thing), keeps=False)
    look = await situation.eyes.look("light")
    if look.picture is None:
        return correction(look) or Answer(look.advice, kind="correction")
    text = say("I'm looking for {words}. Turn slowly. Say stop looking to end it.", words=what.words)
    brief = say("Looking for {words}.", words=what.words)
    return Answer(text, brief=brief, more=FACES_ONLY if what.kind == "face" else "", effects=(what,))


@skill("Stop looking.")
async def stop_watching(situation: Situation) -> Answer:
    """End the search for words, telling what changes, or learning a thing."""
    return Answer("Okay, I stopped looking.", effects=(StopWatching(),), keeps=False)


def meant(words: str, taught: Sequence[Taught]) -> WatchFor:
    """What "my blue folder", "a person" or "exit" is to be looked for as."""
    plain = " ".join(words.lower().split())
    mine = named(words, taught)
    if mine and (says_mine(words) or any(one.name.lower() == plain for one in mine)):
        return WatchFor(say("your {thing}", thing=own_name(words)), "thing", mine)
    if plain in FACES:
        return WatchFor(say("a face"), "face")
    return WatchFor(words)


def says_mine(words: str) -> bool:
    """Whether it is somebody's own thing that is named."""
    return not MINE.isdisjoint(words.lower().split())


def words_in(text: str) -> str:
    """What is looked for in "tell me when you see the exit sign please": "exit"; "" when nothing is named."""
    asked = " ".join(text.split()).rstrip(" .?!")
    if re.search(r"\b(?:looking|search\w*) for\b", asked, re.IGNORECASE) and (then := _THEN.search(asked)):
        asked = asked[: then.start()]
    if (somebody := _SOMEBODY.search(asked)) is not None:
        return somebody[1]
    words = named_by(_ASKED, _AFTER, asked)
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
