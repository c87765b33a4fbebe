"""The house: do something with a thing in it, or tell how it is. What opens waits for a yes.

Knows the things of the situation and their last readings. What it does is an Effect: nothing happens in a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from agent.house.things import Thing, Verb
from agent.language.saying import say
from agent.skills import ask_person
from agent.skills.house_words import certain, has_state, named, state_in
from agent.skills.skill import (
    Act,
    ActConfirmed,
    Answer,
    AskFirst,
    CallPerson,
    House,
    Pending,
    Reading,
    Situation,
    Skill,
    skill,
)
from agent.skills.wording import joined, rough_duration, sentence, state

AnyVerb: TypeAlias = Literal["on", "off", "open", "close", "lock", "unlock", "arm", "disarm", "run"]

WORDS: dict[Verb, tuple[str, str]] = {
    "on": ("turn on", "turning on"), "off": ("turn off", "turning off"),
    "open": ("open", "opening"), "close": ("close", "closing"),
    "lock": ("lock", "locking"), "unlock": ("unlock", "unlocking"),
    "arm": ("arm", "arming"), "disarm": ("disarm", "disarming"), "run": ("start", "starting"),
}  # fmt: skip
TOO_LATE = "Too much time has passed, so I did nothing. Ask me again if you still want it."
IN_BETWEEN = "Something else came between, so I did nothing. Ask me again if you still want it."
MOST_AT_ONCE = 20
TOLD_AT_ONCE = 5
UNREACHABLE = "I can't reach the house right now."
NOTHING_DONE = "I can't reach the house right now. Nothing was done."


@skill("Turn on the light.")
async def house_do(situation: Situation, verb: AnyVerb, thing: str) -> Answer:
    """Do something with a thing in the house: switch, open, close, lock, unlock, arm, disarm or start it.

    ``thing``: its name, with the room where there are several; "all the lights" for those.
    """
    house = situation.house
    if house is None:
        return Answer("I'm not connected to things in your home.", kind="refusal")
    found = named(thing, house.things, lambda one: one.meant(verb) is not None)
    if not found:
        return _cannot(verb, thing, house)
    if len(found) > 1 and not (_all_meant(thing) and all(one.kind == "light" for one in found)):
        return _which(found)
    acts = tuple(Act(one, one.meant(verb) or verb) for one in found[:MOST_AT_ONCE])
    if not house.reachable:
        return Answer(NOTHING_DONE, brief=UNREACHABLE, kind="refusal", keeps=False)
    if any(act.thing.asks_first(act.verb, house.confirm_words) for act in acts):
        return _ask_first(acts, house)
    if len(acts) == 1 and not certain(thing, acts[0].thing):  # a name that was half understood
        return _ask_first(acts, house)
    return Answer(sentence(_doing(acts)), effects=acts, keeps=False)


@skill("Is the light on?")
async def house_ask(situation: Situation, thing: str, state: str = "") -> Answer:
    """Tell how a thing in the house is: what a sensor measures, whether something is on, open or locked.

    ``thing``: its name, with the room where there are several; ``state``: the state that is asked after ("on"), or "".
    """
    house = situation.house
    if house is None:
        return Answer("I'm not connected to things in your home.", kind="refusal")
    asked = f"{thing} {state}"
    found = named(thing, house.things, lambda one: has_state(one, asked))
    if not found:
        unknown = named(thing, house.things)
        if unknown:
            return Answer(say("The {thing} doesn't tell me that.", thing=called(unknown[0])), kind="refusal")
        return Answer(f"{say('I know no such thing in your home.')} {_known(house)}", kind="refusal")
    if len(found) > 1 and not _all_meant(thing):
        return _which(found)
    told = [_told(one, state_in(asked, one), house.reading(one)) for one in found[:TOLD_AT_ONCE]]
    text = " ".join(told)
    if not house.reachable:
        return Answer(f"{say(UNREACHABLE)} {_last_known(found[0], house, situation.now_us)}", kind="refusal")
    age = _age(house.reading(found[0]), situation.now_us)
    return Answer(text, brief=text, more=say("It told me that {length} ago.", length=age) if age else "")


def confirmed(situation: Situation) -> Answer | None:
    """The answer to a yes, when a question waits for one; None when none does."""
    pending = situation.pending
    if pending is None:
        return None
    if not pending.alive or situation.now_us > pending.until_us:
        return Answer(TOO_LATE if pending.alive else IN_BETWEEN, kind="refusal", keeps=False)
    if (call := _call_in(pending)) is not None:
        return ask_person.called(situation, pending, call)
    if situation.house is None or not situation.house.reachable:
        return Answer(NOTHING_DONE, brief=UNREACHABLE, kind="refusal", keeps=False)
    doing = _doing([act for act in pending.acts if isinstance(act, Act)])
    return Answer(sentence(say("okay, {doing}", doing=doing)), effects=(ActConfirmed(pending.number),), keeps=False)


def declined(situation: Situation) -> Answer | None:
    """The answer to a no, when a question waits for one."""
    pending = situation.pending
    if pending is None or not pending.alive:
        return None
    if (call := _call_in(pending)) is not None:
        return ask_person.not_called(call)
    return Answer("All right, I leave it as it is.", keeps=False)


def asked_again(situation: Situation) -> Answer | None:
    """The question that waits, once more; None when none does."""
    pending = situation.pending
    if pending is None or not pending.alive:
        return None
    asker = situation.person if _call_in(pending) is not None else situation.house
    if asker is None:
        return None
    again = AskFirst(pending.acts, pending.question, asker.confirm_s)
    return Answer(pending.question, effects=(again,), keeps=False)


def _call_in(pending: Pending) -> CallPerson | None:
    """The call to a person that waits for a yes, if that is what waits."""
    return next((act for act in pending.acts if isinstance(act, CallPerson)), None)


def house_skills(things: Sequence[Thing]) -> tuple[Skill, ...]:
    """The two skills with examples of these things; none without any."""
    doing = next((one for one in things if one.verbs), None)
    asking = next((one for one in things if one.state_topic), None)
    found = []
    if doing is not None:
        example = sentence(f"{WORDS[doing.verbs[0]][0]} the {doing.called}")
        found.append(replace(house_do, examples=(example,)))
    if asking is not None:
        state = {"light": "on", "switch": "on", "lock": "locked", "alarm": "armed"}.get(asking.kind, "open")
        example = f"What is the {asking.called}?" if asking.kind == "sensor" else f"Is the {asking.called} {state}?"
        found.append(replace(house_ask, examples=(example,)))
    return tuple(found)


def not_on_the_list(house: House) -> Answer:
    """For requests to the house that name nothing in it."""
    text = say("I can't do that in your home.")
    return Answer(f"{text} {_known(house)}", brief=text, kind="refusal")


# --- words --------------------------------------------------------------------------------------------------------


def called(thing: Thing) -> str:
    """Its name for people: with the room, unless the name says it."""
    if thing.called == thing.name:
        return thing.name
    return say("{thing} in the {room}", thing=thing.name, room=thing.room)


def the(thing: Thing) -> str:
    return say("the {thing}", thing=called(thing))


def _doing(acts: Sequence[Act]) -> str:
    return f"{say(WORDS[acts[0].verb][1])} {_names([act.thing for act in acts])}"


def _names(things: Sequence[Thing]) -> str:
    if len(things) > TOLD_AT_ONCE:
        return say("{number} lights", number=len(things))
    return joined([the(thing) for thing in things])


def _ask_first(acts: tuple[Act, ...], house: House) -> Answer:
    what = f"{say(WORDS[acts[0].verb][0])} {_names([act.thing for act in acts])}"
    if not house.asks_first:
        text = say("I {do_it} only for somebody who talks with me, after a yes.", do_it=what)
        return Answer(text, kind="refusal", keeps=False)
    question = say("Should I {do_it}?", do_it=what)
    return Answer(question, effects=(AskFirst(acts, question, house.confirm_s),), keeps=False)


def _cannot(verb: Verb, said: str, house: House) -> Answer:
    known = named(said, house.things)
    if known:
        text = say("I can't {do} {thing}.", do=say(WORDS[verb][0]), thing=the(known[0]))
        return Answer(text, kind="refusal", keeps=False)
    return not_on_the_list(house)


def _which(things: Sequence[Thing]) -> Answer:
    names = joined([the(one) for one in things], "or")
    return Answer(say("Which one: {names}? Say it with its name.", names=names), keeps=False)


def _all_meant(said: str) -> bool:
    return bool({"all", "every", "everything", "both", "lights", "semua", "seluruh"} & {*said.lower().split()})


def _known(house: House) -> str:
    if not house.things:
        return ""
    some = [the(one) for one in house.things[:TOLD_AT_ONCE]]
    if len(house.things) > TOLD_AT_ONCE:
        return say("I know {things}, and others.", things=", ".join(some))
    return sentence(say("I know {things}", things=joined(some)))


def _told(thing: Thing, asked: str, reading: Reading | None) -> str:
    """ "Yes, the kitchen light is on." """
    many = thing.name.endswith("s") and not thing.name.endswith("ss")
    if reading is None:
        return say("I don't know: {thing} has not told me anything yet.", thing=the(thing))
    told = say("{thing} are {state}" if many else "{thing} is {state}", thing=the(thing), state=state(reading.text))
    if not asked or thing.kind == "sensor":
        return sentence(told)
    return sentence(say("yes, {told}", told=told) if asked == reading.text else say("no, {told}", told=told))


def _last_known(thing: Thing, house: House, now_us: int) -> str:
    reading = house.reading(thing)
    if reading is None:
        return ""
    age = rough_duration((now_us - reading.at_us) // 1_000_000)
    when = f"{age[:1].upper()}{age[1:]}"
    return say("{length} ago {thing} was {state}.", length=when, thing=the(thing), state=state(reading.text))


def _age(reading: Reading | None, now_us: int) -> str:
    return "" if reading is None else rough_duration(max(1, (now_us - reading.at_us) // 1_000_000))
