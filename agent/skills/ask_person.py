"""Asking a person for help: a question first, then the call, and a picture only after a yes of its own.

Knows who can be asked and by what way. What it does is an Effect: nothing happens in a guess.
"""

from __future__ import annotations

from agent.language.saying import say
from agent.person.settings import Person
from agent.skills.skill import ActConfirmed, Answer, AskFirst, CallPerson, Pending, Situation, skill


@skill("Ask a person.")
async def ask_person(situation: Situation) -> Answer:
    """Ask the person who was named for it to help, after a yes."""
    person = situation.person
    if person is None:
        return Answer("There is nobody I can ask here.", kind="refusal", keeps=False)
    if situation.house is not None and not situation.house.asks_first:
        text = say("I ask {person} only for somebody who talks with me.", person=name_of(person))
        return Answer(text, kind="refusal", keeps=False)
    if person.link:
        question = say("Do you want to call {person}?", person=name_of(person))
    else:
        question = say("Should I ask {person} for help?", person=name_of(person))
    return Answer(question, effects=(AskFirst((CallPerson(),), question, person.confirm_s),), keeps=False)


def called(situation: Situation, pending: Pending, act: CallPerson) -> Answer:
    """The answer to a yes that came in time."""
    person = situation.person
    if person is None:
        return Answer("There is nobody I can ask here.", kind="refusal", keeps=False)
    yes = ActConfirmed(pending.number)
    if person.link:
        text = say("The link to {person} is on the page now.", person=name_of(person))
        return Answer(text, effects=(yes,), keeps=False)
    if act.picture:
        return Answer("Okay, sending the picture.", effects=(yes,), keeps=False)
    asking = say("Okay, asking {person}.", person=name_of(person))
    if not person.picture or not situation.eyes.in_view():
        return Answer(asking, effects=(yes,), keeps=False)
    question = say("Should I send the picture of your camera, too?")
    then = AskFirst((CallPerson(picture=True),), question, person.confirm_s)
    return Answer(f"{asking} {question}", effects=(yes, then), keeps=False)


def not_called(act: CallPerson) -> Answer:
    """The answer to a no."""
    return Answer("All right, no picture." if act.picture else "All right, I ask nobody.", keeps=False)


def name_of(person: Person) -> str:
    """The name as it was given; without one "a person", in the language spoken now."""
    return person.name or say("a person")
