"""What was seen before: read once more, or compared with what is seen now. Always said how long ago it was."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from agent.engines.protocols import TextLine
from agent.errors import EngineError
from agent.language.saying import say
from agent.sight.colours import apart
from agent.skills.colour import colours_said
from agent.skills.find_seen import ago
from agent.skills.match import CLOSE, SAME
from agent.skills.picture_words import broken, correction, ended, passages, sentence, shortened
from agent.skills.printed import Passage
from agent.skills.skill import Answer, ColourPart, Kept, Situation, skill
from agent.skills.watch_for import tokens
from agent.skills.wording import joined

Which: TypeAlias = Literal["last", "first"]

AT_ONCE, IN_BRIEF, MOST_DIFFERENCES = 60, 8, 3
JUST_HEARD = frozenset({"read_text", "describe", "compare_before", "remember_this"})
"""Answers that told of print in view: who asks right after them what was there before means what was before that."""
LONG_WORD, SAME_WORD = 6, 0.8
"""Words of so many letters whose letters agree so far, the first among them, are the same, read twice."""
LEAST_AGE_US = 3_000_000
"""A picture this fresh is what is seen now, not what was seen before."""
NOTHING = Answer("I haven't read anything yet.", keeps=False)
NOTHING_BEFORE = Answer(
    "I have nothing to compare it with. Ask me to read or describe something first.",
    brief="I have nothing to compare it with.",
    keeps=False,
)


@skill("What did you read before?")
async def read_before(situation: Situation) -> Answer:
    """Say again what was read earlier in this conversation, and how long ago that was."""
    readings = [kept for kept in situation.seen if kept.lines and passages(kept.lines)]
    if not readings:
        return NOTHING
    if situation.last is not None and situation.last.skill in JUST_HEARD:
        readings = before_it(readings)
    text, brief = (read_said(readings[-1], situation.now_us, most) for most in (AT_ONCE, IN_BRIEF))
    more = read_said(readings[-2], situation.now_us) if len(readings) > 1 else "Before that I read nothing."
    return Answer(text, brief=brief, more=more)


@skill("Is it the same as before?")
async def compare_before(situation: Situation, which: Which = "last") -> Answer:
    """Compare the text and the colours in view with what was seen before: what is the same and what differs.

    which: with the last one, or with the first one of this conversation.
    """
    earlier = [
        kept
        for kept in situation.seen
        if (kept.lines or kept.colours) and situation.now_us - kept.at_us >= LEAST_AGE_US
    ]
    if not earlier:
        return NOTHING_BEFORE
    before = earlier[0] if which == "first" else earlier[-1]
    purpose: Literal["text", "colour"] = "text" if before.lines else "colour"
    look = await situation.eyes.look(purpose)
    if look.picture is None or look.problem:
        return correction(look) or Answer(look.advice, kind="correction")
    try:
        lines = await situation.eyes.text(look.picture) if before.lines else ()
        colours = await situation.eyes.colours(look.picture)
    except EngineError as error:
        return broken("compare it", error)
    when = ago(max(0, situation.now_us - before.at_us))
    of_text, of_text_brief = text_compared(before.lines, lines) if before.lines else ("", "")
    of_colour = colours_compared(before.colours or (), colours)
    said = " ".join(part for part in (of_text, of_colour) if part)
    if not said:
        return Answer(say("I can't compare it with what I saw {when}.", when=when), keeps=False)
    text, brief = (say("Compared with {when}: {what}", when=when, what=what) for what in (said, of_text_brief or said))
    return Answer(text, brief=brief)


def before_it(readings: Sequence[Kept]) -> list[Kept]:
    """Without the last, which was just heard, and without those that said the same; all when none is left."""
    heard = readings[-1].lines or ()
    others = [kept for kept in readings if text_differs(kept.lines or (), heard)]
    return others or list(readings)


def text_differs(one: Sequence[TextLine], other: Sequence[TextLine]) -> bool:
    rows, others = passages(one), passages(other)
    return len(rows) != len(others) or not all(same_row(a.text, b.text) for a, b in zip(rows, others, strict=True))


def read_said(kept: Kept, now_us: int, most: int = AT_ONCE) -> str:
    """ "About 2 minutes ago I read: Exit. That was before; it may have changed." The latter not with few words."""
    parts = passages(kept.lines or ())
    words = ended(shortened(sentence(parts), most))
    when = ago(max(0, now_us - kept.at_us))
    said = [say("{when} I read: {text}", when=f"{when[:1].upper()}{when[1:]}", text=words)]
    if not any(part.sure for part in parts):
        said.append(say("I was not sure of it."))
    if most == AT_ONCE:
        said.append(say("That was before; it may have changed."))
    return " ".join(said)


def text_compared(before: Sequence[TextLine], now: Sequence[TextLine]) -> tuple[str, str]:
    """What is the same and what differs, row by row, and that in brief; in doubt nothing is called the same."""
    old, new = passages(before), passages(now)
    if not new:
        none = say("now I find no text.")
        return say("before I read {text}, now I find no text.", text=quoted(old[:1])), none
    gone = [row for row in old if not any(same_row(row.text, other.text) for other in new)]
    come = [row for row in new if not any(same_row(row.text, other.text) for other in old)]
    doubt = "" if all(row.sure for row in (*old, *new)) else " " + say("I'm not sure of every word.")
    if not gone and not come:
        same_text = say("the text is the same.") + doubt
        return say("the text is the same: {text}", text=ended(shortened(sentence(new), 12))) + doubt, same_text
    same = len(old) - len(gone)
    parts = []
    if gone:
        parts.append(say("before it said {text}", text=quoted(gone)))
    if come:
        parts.append(say("now it says {text}", text=quoted(come)))
    rest = " " + say("{same} of {all} lines are the same.", same=same, all=len(old)) if same else ""
    brief = say("now it says {text}" if come else "before it said {text}", text=quoted((come or gone)[:1], 5))
    return say("the text differs: {parts}.", parts=", ".join(parts)) + rest + doubt, ended(brief)


def colours_compared(before: Sequence[ColourPart], now: Sequence[ColourPart]) -> str:
    """The main colours, as far as both are known."""
    if not before or not now:
        return ""
    far = apart(before[0].rgb, now[0].rgb)
    one, other = colours_said(before[:1]), colours_said(now[:1])
    if far <= SAME:
        return say("The colour is the same, {colour}.", colour=other)
    if one == other:
        return say("The colour is close, {colour}." if far <= CLOSE else "The shade of {colour} differs.", colour=other)
    return say(
        "The colour is close: {now} now, {before} before."
        if far <= CLOSE
        else "The colour differs: {now} now, {before} before.",
        now=other,
        before=one,
    )


def same_row(one: str, other: str) -> bool:
    """The same words in the same order, long ones but for a letter that was misread: 25 mg is not 75 mg, platform B is
    not platform D, locked is not unlocked."""
    first, second = tokens(one), tokens(other)
    if len(first) != len(second):
        return "".join(first) == "".join(second)
    return all(same_word(a, b) for a, b in zip(first, second, strict=True))


def same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < LONG_WORD or abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    digits = any(char.isdigit() for char in one + other)
    return not digits and SequenceMatcher(None, one, other, autojunk=False).ratio() >= SAME_WORD


def quoted(rows: Sequence[Passage], most: int = 8) -> str:
    """ "Gate 4 and Lisbon", of each row the first words."""
    said = [shortened(row.text, most).rstrip(".") for row in rows[:MOST_DIFFERENCES]]
    text = joined(said)
    return say("{text} and more", text=text) if len(rows) > MOST_DIFFERENCES else text
