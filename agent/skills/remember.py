"""Kept because the user asked for it: what is seen now, told again later, deleted when asked. Words, never pictures."""

from __future__ import annotations

import asyncio
from typing import Literal

from agent.language.saying import say
from agent.sight.kept import last_of
from agent.skills.colour import colours_said
from agent.skills.find_seen import ago
from agent.skills.mine import listed
from agent.skills.people import counted_people
from agent.skills.picture_words import BRIEF_WORDS, correction, ended, found_or, passages, sentence, shortened
from agent.skills.skill import Answer, Forget, Keep, Kept, Situation, skill
from agent.skills.wording import counted, joined

SAID_AT_ONCE = 25
NOTHING_ASKED = Answer("You haven't asked me to remember anything.", keeps=False)
NOTHING_SEEN = "I can't make out text, a code, a face or a colour, so there is nothing to remember. Move closer."


@skill("Remember this.")
async def remember_this(situation: Situation) -> Answer:
    """Remember what is seen now: its text, codes and colours, until the end of the conversation. No picture is kept."""
    look = await situation.eyes.look("scene")
    if look.picture is None or look.problem:
        return correction(look) or Answer(look.advice, kind="correction")
    eyes, picture = situation.eyes, look.picture
    async with asyncio.TaskGroup() as group:
        lines = group.create_task(found_or(eyes.text(picture), ()))
        codes = group.create_task(found_or(eyes.codes(picture), ()))
        faces = group.create_task(found_or(eyes.faces(picture), ()))
        colours = group.create_task(found_or(eyes.colours(picture), ()))
    rows = tuple(line for line in lines.result() if line.text)
    seen_colours = () if look.hidden else colours.result()  # what is before the camera has one too
    kept = Kept(picture.taken_us, rows, seen_colours, codes.result(), len(faces.result()))
    said = told(kept)
    if not said:
        return Answer(NOTHING_SEEN, brief=NOTHING_SEEN, kind="correction")
    text = say("I'll remember: {what}", what=said)
    return Answer(text, brief="I'll remember it.", more="Say forget that to delete it.", effects=(Keep(kept, True),))


@skill("What did I ask you to remember?")
async def remembered(situation: Situation) -> Answer:
    """Tell what the user asked to remember, and how long ago that was."""
    pinned = [kept for kept in situation.seen if kept.pinned]
    if not pinned:
        return NOTHING_ASKED
    said = [f"{ago(max(0, situation.now_us - kept.at_us))}: {told(kept)}" for kept in reversed(pinned)]
    said = [f"{one[:1].upper()}{one[1:]}" for one in said]
    brief = ended(shortened(said[0], BRIEF_WORDS))
    first = said[0] if len(said) == 1 else f"{counted(len(said), 'thing')}. {said[0]}"
    return Answer(f"{first} {say('That is from then; it may have changed.')}", brief=brief, more=" ".join(said[1:]))


@skill("Forget that.", "Forget everything.")
async def forget(situation: Situation, what: Literal["last", "everything"] = "last") -> Answer:
    """Delete what was remembered last, or everything that was seen and taught."""
    if what == "everything":
        said = [say("I forgot everything I saw.")]
        if situation.taught:
            said = [say("I forgot everything I saw, and {things}.", things=listed(situation.taught))]
        if situation.looking:
            said.append(say("I stopped looking, too."))
        said.append(say("What we said stays until the end of the conversation."))
        return Answer(" ".join(said), brief="I forgot everything I saw.", effects=(Forget("everything"),), keeps=False)
    last = last_of(situation.seen)
    if last is None:
        return Answer("There is nothing to forget.", keeps=False)
    when = ago(max(0, situation.now_us - last.at_us))
    text = say("I forgot what I saw {when}: {what}", when=when, what=told(last) or say("what I saw."))
    return Answer(text, brief="I forgot it.", effects=(Forget("last"),), keeps=False)


def told(kept: Kept) -> str:
    """What is known of a picture, in a sentence; "" for nothing."""
    parts = []
    if kept.lines and (rows := passages(kept.lines)):
        text = shortened(sentence(rows), SAID_AT_ONCE).rstrip(".")
        sure = any(row.sure for row in rows)
        parts.append(say("text that says {text}" if sure else "text, perhaps, that says {text}", text=text))
    if kept.codes:
        known = [code.item.name if code.item is not None else code.text for code in kept.codes if code.text]
        parts.append(say("a code with {text}", text=shortened(known[0], 8)) if known else say("a code"))
    if kept.faces:
        parts.append(counted_people(kept.faces).lower())
    if kept.colours:
        parts.append(say("{colours} in the middle", colours=colours_said(kept.colours)))
    return ended(joined(parts)) if parts else ""
