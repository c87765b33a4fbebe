"""Words for what is in a picture: corrections, places, lines of text, digits. Does not know which skill asks."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from agent.engines.protocols import Box, Loss, TextLine
from agent.errors import EngineError
from agent.language.saying import say
from agent.sight.cut_off import losses
from agent.sight.reading_order import rows
from agent.skills.printed import Passage
from agent.skills.skill import Answer, Look

T = TypeVar("T")

SURE, SURE_NUMBER = 0.96, 0.97
"""Confidence of a line from which it is said without doubt, and of one with digits. Of 1,228 lines of photos and drawn
signs, spoilt in 10 ways, that were read with 0.9 and more, 53 were wrong; above these limits 11 of 624 without digits
and none of 444 with."""
PRINT = 0.9
"""So is a row of one or two letters which is print and no texture."""
BRIEF_WORDS = 15
SPECKS = 2
"""Doubtful rows of so few letters and digits are mostly texture that looks like print: they are left out."""
MOSTLY = 0.5
"""Share of the letters that stand in rows which are cut off, from which nothing of it is read."""
CUT_OFF: dict[tuple[Loss, ...], str] = {
    ("left",): "The text is cut off on the left. Move the camera to the left, or back.",
    ("right",): "The text is cut off on the right. Move the camera to the right, or back.",
    ("top",): "The text is cut off at the top. Move the camera up, or back.",
    ("bottom",): "The text is cut off at the bottom. Move the camera down, or back.",
    ("covered",): "Something covers part of the text. Check that no finger is before the camera or on the text.",
    ("glare",): "Glare hides part of the text. Tilt the camera a little, or turn away from the light.",
}
CUT_OFF_AROUND = "The text is cut off at the edges of the picture. Move the camera back."
PARTLY: dict[tuple[Loss, ...], str] = {
    ("left",): "Part of it is cut off on the left.",
    ("right",): "Part of it is cut off on the right.",
    ("top",): "Part of it is cut off at the top.",
    ("bottom",): "Part of it is cut off at the bottom.",
    ("covered",): "Something covers part of it.",
    ("glare",): "Glare hides part of it.",
}
PARTLY_AROUND = "Part of it is cut off at the edges of the picture."
ARROWS = {"→": "arrow to the right", "←": "arrow to the left", "↑": "arrow up", "↓": "arrow down"}


def correction(look: Look) -> Answer | None:
    """What to do about a picture that can't be answered from; None when it can."""
    if not look.problem and look.picture is not None:
        return None
    return Answer(look.advice, brief=look.advice, kind="correction")


def broken(what: str, error: EngineError) -> Answer:
    """An engine is missing or failed: "I can't read text right now". ``what``: an English sentence's part."""
    text = say("I can't {what} right now.", what=say(what))
    return Answer(text, more=say("The reason is: {error}", error=error), kind="refusal")


async def found_or(finding: Awaitable[T], nothing: T) -> T:
    """What is found, or nothing where an engine is missing: the other facts are still worth saying."""
    try:
        return await finding
    except EngineError:
        return nothing


def place(box: Box, width: int) -> str:
    """Third of the picture in which the box's middle lies, as the camera sees it."""
    middle = (box.left + box.width / 2) / max(1, width)
    return say("on the left" if middle < 1 / 3 else "on the right" if middle > 2 / 3 else "in the middle")


def plain(text: str) -> str:
    """The text without characters that can't be said: control characters, direction marks, private use."""
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    return " ".join("".join(char for char in kept if unicodedata.category(char)[0] != "C").split())


def passages(lines: Sequence[TextLine]) -> tuple[Passage, ...]:
    """Rows in reading order. Rows that hold no words are left out, foreign scripts are named, not read."""
    found = []
    for row in rows(lines):
        text = " ".join(line.text for line in row)
        for arrow, words in ARROWS.items():
            text = text.replace(arrow, f" {say(words)} ")
        text = plain(text)
        cut = losses(line.cut for line in row)
        legible = all(is_sure(line) for line in row)
        if sum(char.isalnum() for char in text) <= (0 if all(line.confidence >= PRINT for line in row) else SPECKS):
            continue
        height = max(min(line.box.height, line.box.width) for line in row)
        if _foreign(text):
            text = say("Text in another script")
        found.append(Passage(text, legible and not cut, height, cut))
    return tuple(found)


def is_sure(line: TextLine) -> bool:
    """Whether what is read of it is said without doubt: a number, which no other word would betray, needs more."""
    return line.confidence >= (SURE_NUMBER if any(char.isdigit() for char in line.text) else SURE)


def mostly_cut(parts: Sequence[Passage]) -> tuple[Loss, ...]:
    """Why print can't be read of which the most is cut off or hidden; () where there is enough that is whole."""
    letters = [len(part.text) for part in parts]
    lost = sum(count for count, part in zip(letters, parts, strict=True) if part.cut)
    return losses(part.cut for part in parts) if lost > MOSTLY * sum(letters) else ()


def cut_correction(reasons: tuple[Loss, ...]) -> Answer:
    """What to do about print that is cut off or hidden so."""
    advice = CUT_OFF.get(_one(reasons), CUT_OFF_AROUND)
    return Answer(advice, brief=advice, kind="correction")


def cut_note(parts: Sequence[Passage]) -> str:
    """That some of these rows are cut off or hidden; "" when none is."""
    reasons = losses(part.cut for part in parts)
    return say(PARTLY.get(_one(reasons), PARTLY_AROUND)) if reasons else ""


def doubt(part: Passage) -> str:
    """Why a row may not be what stands there, in a word or two; "" where it is."""
    match _one(part.cut)[:1]:
        case ("covered",):
            return say("covered")
        case ("glare",):
            return say("glare")
        case ():
            return "" if part.sure else say("not sure")
        case _:
            return say("cut off")


def _one(reasons: tuple[Loss, ...]) -> tuple[Loss, ...]:
    """What hides print comes first: no move of the camera along the page helps there."""
    return next(((reason,) for reason in reasons if reason in ("covered", "glare")), reasons)


def sentence(parts: Sequence[Passage]) -> str:
    """The rows as one run of speech, doubtful ones introduced by "perhaps"."""
    said = ""
    for at, part in enumerate(parts):
        doubtful = not part.sure and any(other.sure for other in parts)
        text = say("perhaps {text}", text=part.text) if doubtful and (at == 0 or parts[at - 1].sure) else part.text
        if not said:
            said = text
        elif said[-1] in ".!?:;,-" or (part.text[0].islower() and part.sure and parts[at - 1].sure):
            said += f" {text}"
        else:
            said += f", {text}"
    return said


def shortened(text: str, words: int) -> str:
    """The first words, without loose punctuation at the end."""
    parts = text.split()
    return " ".join(parts[:words]).rstrip(",;:-") if len(parts) > words else text


def ended(text: str) -> str:
    """With a full stop, unless it ends like a sentence."""
    return text if text.endswith((".", "!", "?")) else f"{text.rstrip(',;:')}."


def _foreign(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    others = sum(1 for char in letters if not unicodedata.name(char, "").startswith("LATIN"))
    return 2 * others > len(letters)
