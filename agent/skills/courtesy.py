"""Small talk, to the extent of being polite. Short, honest about being a program, the same for the same situation."""

from __future__ import annotations

from agent.language.saying import say
from agent.skills.house import confirmed, declined
from agent.skills.skill import Answer, Situation, skill
from agent.skills.wording import greeting


@skill("Hello.")
async def greet(situation: Situation) -> Answer:
    """Greet back."""
    if situation.history:
        return Answer(_turns(situation, "Hello again. What can I do?", "Hello. I'm still here."), keeps=False)
    text = f"{greeting(situation.now.hour)} {say('What can I do for you?')}"
    return Answer(text, brief="Hello.", keeps=False)


@skill("Thank you.")
async def thanks(situation: Situation) -> Answer:
    """Answer to thanks."""
    return Answer(_turns(situation, "You're welcome.", "My pleasure.", "Any time."), keeps=False)


@skill("Goodbye.")
async def goodbye(situation: Situation) -> Answer:
    """Say goodbye."""
    if situation.now.hour >= 21 or situation.now.hour < 5:
        return Answer("Good night.", keeps=False)
    return Answer(_turns(situation, "Goodbye.", "Goodbye, take care."), keeps=False)


@skill("How are you?")
async def how_are_you(situation: Situation) -> Answer:
    """Answer to a question after the agent's health."""
    return Answer(
        _turns(situation, "I'm a program, and all of me works, thank you. How can I help?", "All works, thank you."),
        brief="All works, thank you.",
        keeps=False,
    )


@skill("Who are you?")
async def who_are_you(situation: Situation) -> Answer:
    """Tell what the agent is."""
    return Answer(
        "I'm Netra, a computer program. I hear you, see through your camera when it is on, and speak with a "
        "synthetic voice.",
        brief="I'm Netra, a computer program with a synthetic voice.",
        more="I can be wrong, above all about pictures. I don't know people by their faces, and I never judge whether "
        "something is safe. Say help to hear what you can ask.",
    )


@skill("Yes.")
async def affirm(situation: Situation) -> Answer:
    """Answer to a yes: what was asked first is done now, if anything was."""
    return confirmed(situation) or Answer(_turns(situation, "Okay.", "Good."), keeps=False)


@skill("No.")
async def deny(situation: Situation) -> Answer:
    """Answer to a no: what was asked first is left alone."""
    return declined(situation) or Answer("All right.", keeps=False)


@skill("Well done.")
async def pleased(situation: Situation) -> Answer:
    """Answer to praise."""
    return Answer(_turns(situation, "I'm glad that helped.", "Good to hear."), keeps=False)


def _turns(situation: Situation, *ways: str) -> str:
    """One of several ways to say it, changing as the conversation grows."""
    return ways[sum(said.who == "user" for said in situation.history) % len(ways)]
