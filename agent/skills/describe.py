"""What is in view, put together from what is certain: faces, text, codes, colours, light. Nothing is guessed."""

from __future__ import annotations

import asyncio

from agent.engines.protocols import Box, Code, TextLine
from agent.language.saying import say
from agent.picture import Picture
from agent.skills.colour import colours_said
from agent.skills.light import level_said, side_said
from agent.skills.people import counted_people, one_place, places
from agent.skills.picture_words import (
    BRIEF_WORDS,
    correction,
    ended,
    found_or,
    mostly_cut,
    passages,
    place,
    sentence,
    shortened,
)
from agent.skills.product_words import product_said
from agent.skills.skill import Answer, Detail, Situation, skill
from agent.skills.wording import counted

WORDS_NORMAL, WORDS_BRIEF = 12, 6
LEVEL_WORTH_SAYING = (25, 85)
"""Outside of these levels the light is said without being asked for."""
NAMING = "I can tell faces, text, codes, colours and light. To name things I need the laptop profile."


@skill("What do you see?", "Describe the scene.")
async def describe(situation: Situation, detail: Detail | None = None) -> Answer:
    """Describe what the camera sees: people, text, codes, main colours and light. ``detail``: only for this answer."""
    look = await situation.eyes.look("scene")
    if look.picture is None or look.problem:
        return correction(look) or Answer(look.advice, kind="correction")
    eyes, picture = situation.eyes, look.picture
    async with asyncio.TaskGroup() as group:
        text = group.create_task(found_or(eyes.text(picture), ()))
        codes = group.create_task(found_or(eyes.codes(picture), ()))
        faces = group.create_task(found_or(eyes.faces(picture), ()))
        colours = group.create_task(found_or(eyes.colours(picture), ()))
        light = group.create_task(found_or(eyes.light(picture), None))
    facts = [
        fact
        for fact in (_people(faces.result(), picture), _text(text.result()), _codes(codes.result()))
        if fact is not None
    ]
    if not facts:
        facts.append((say("I can't make out a face, text or a code."), say("No face, text or code.")))
    if look.hidden:  # what is before the camera has a colour too
        glare = look.hidden == "glare"
        hidden = say("Glare hides part of it.") if glare else say("Something covers part of the camera.")
        facts.append((hidden, hidden))
    elif colours.result():
        said = colours_said(colours.result())
        facts.append(
            (say("In the middle it is {colours}.", colours=said), say("In the middle {colours}.", colours=said))
        )
    details = [say(NAMING)]
    bright = light.result()
    if bright is not None:
        words = " ".join(part for part in (f"{level_said(bright.level)}.", side_said(bright)) if part)
        low, high = LEVEL_WORTH_SAYING
        if not low <= bright.level <= high:
            facts.append((f"{level_said(bright.level)}.", ""))
        details.insert(0, words)
    print_seen = passages(text.result())
    if len(sentence(print_seen).split()) > WORDS_NORMAL and not mostly_cut(print_seen):  # else it was said
        details.insert(0, say("The text says: {text}", text=ended(shortened(sentence(print_seen), 60))))
    said = " ".join(full for full, _ in facts)
    brief, more = _fitting([short for _, short in facts]), " ".join(details)
    match detail:
        case "brief":
            return Answer(brief, more=f"{said} {more}")
        case "detailed":
            return Answer(f"{said} {more}")
        case _:
            return Answer(said, brief=brief, more=more)


def _people(faces: tuple[Box, ...], picture: Picture) -> tuple[str, str] | None:
    if not faces:
        return None
    count = counted_people(len(faces))
    if len(faces) == 1:
        short = f"{count} {place(faces[0], picture.width)}."
        return say("{people} faces the camera, {place}.", people=count, place=one_place(faces[0], picture)), short
    return say("{people} face the camera: {places}.", people=count, places=places(faces, picture)), f"{count}."


def _text(lines: tuple[TextLine, ...]) -> tuple[str, str] | None:
    parts = passages(lines)
    if not parts:
        return None
    if mostly_cut(parts):
        return say("There is text, but not all of it is in view."), say("Text, not all in view.")
    said = sentence(parts)
    sure = any(part.sure for part in parts)
    opening = say("I can see text that says:") if sure else say("There is text, perhaps:")
    full = f"{opening} {shortened(said, WORDS_NORMAL)}"
    full = say("{text}, and more.", text=full) if len(said.split()) > WORDS_NORMAL else ended(full)
    return full, ended(f"{say('Text:') if sure else say('Text, perhaps:')} {shortened(said, WORDS_BRIEF)}")


def _codes(codes: tuple[Code, ...]) -> tuple[str, str] | None:
    if not codes:
        return None
    kinds = {"QR code" if "QR" in code.format else "bar code" for code in codes}
    thing = kinds.pop() if len(kinds) == 1 else "code"
    if len(codes) == 1 and codes[0].item is not None:
        return product_said(codes[0].item)
    if len(codes) == 1:
        return say("There is a {code}.", code=say(thing)), say("A {code}.", code=say(thing))
    said = counted(len(codes), thing)
    return say("There are {codes}.", codes=said), f"{said}."


def _fitting(shorts: list[str]) -> str:
    """As many short facts as fit into a brief answer, the most important first."""
    kept: list[str] = []
    for short in shorts:
        if sum(len(each.split()) for each in kept) + len(short.split()) <= BRIEF_WORDS:
            kept.append(short)
    return " ".join(part for part in kept if part)
