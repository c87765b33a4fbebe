"""What the agent does not do, said honestly: that it can't, and what would make it possible, if anything would."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from agent.skills.house import not_on_the_list
from agent.skills.skill import Answer, Situation, skill

Topic: TypeAlias = Literal[
    "weather", "news", "music", "person", "call_or_message", "translate", "knowledge", "navigation", "who_is_this",
    "safety", "medicine", "joke_or_story", "arithmetic", "smart_home", "shopping", "alarm", "other",
]  # fmt: skip

_MODEL = "That takes a language model, which this profile doesn't have."
_OFFLINE = "I look nothing up on the internet. It would take a language model and a source for it."
_HELP = "Say help to hear what I can do."

ANSWERS: dict[Topic, Answer] = {
    "weather": Answer(
        f"I can't tell the weather on this profile. {_OFFLINE}", brief="I can't tell the weather on this profile."
    ),
    "news": Answer(
        f"I can't tell the news on this profile. {_OFFLINE}", brief="I can't tell the news on this profile."
    ),
    "music": Answer(
        "I can't play music or radio: I only talk. Your device's own player can.", brief="I can't play music."
    ),
    "call_or_message": Answer(
        "I can't call or write to anyone. In an emergency, please use your phone to call for help.",
        brief="I can't call or write. In an emergency, use your phone.",
    ),
    "person": Answer(
        "I don't know anybody whom I could ask for help. Whoever runs this server can name somebody, in the settings "
        "under person.",
        brief="I don't know anybody whom I could ask.",
        more="A telephone link, a link to a video call or a webhook will do. In an emergency, please use your phone to "
        "call for help.",
    ),
    "translate": Answer(f"I can't translate on this profile. {_MODEL}", brief="I can't translate on this profile."),
    "knowledge": Answer(
        f"I can't answer general questions on this profile. {_MODEL}",
        brief="I can't answer general questions on this profile.",
        more="I can answer about what your camera sees, the time, and timers. Say help for examples.",
    ),
    "navigation": Answer(
        "I don't know where you are and can't guide you. I can read a sign, or look out for a word. Say for example: "
        "tell me when you see exit.",
        brief="I can't guide you. I can read a sign for you.",
    ),
    "who_is_this": Answer(
        "I don't recognise people, and I won't on any profile. I can tell you whether someone is there.",
        brief="I don't recognise people. I can tell whether someone is there.",
    ),
    "safety": Answer(
        "I can't tell you whether it is safe. Please rely on your cane or your dog, and on your ears.",
        brief="I can't judge safety. Please rely on your cane or your dog.",
    ),
    "medicine": Answer(
        "I can't tell you what is safe to take, eat or drink, nor how much. I can read the label to you.",
        brief="I can't tell what is safe to take. I can read the label.",
    ),
    "joke_or_story": Answer(
        f"I can't tell jokes or stories on this profile. {_MODEL}", brief="I can't tell jokes or stories here."
    ),
    "arithmetic": Answer(f"I can't calculate on this profile. {_MODEL}", brief="I can't calculate on this profile."),
    "smart_home": Answer(
        "I can't switch things in your home: I'm not connected to any. I can tell you whether the light is on.",
        brief="I'm not connected to things in your home.",
    ),
    "shopping": Answer(
        "I can't buy or order anything. I can read a label or a bar code to you.",
        brief="I can't buy or order anything.",
    ),
    "alarm": Answer(
        "I can't set an alarm for a time of day, but I can set a timer. Say: set a timer for ten minutes.",
        brief="No alarms, but I can set a timer.",
    ),
    "other": Answer(f"I can't do that on this profile. {_HELP}", brief="I can't do that here. Say help."),
}


_SWALLOWED = re.compile(
    r"\b(?:take|taking|swallow|eat|eating|drink|drinking|edible|pills?|tablets?|medicines?|medication|dose|food|milk|meat|"
    r"mushrooms?|spoiled|rotten|obat|obatnya|dimakan|diminum|makan|minum|memakan|meminum)\b",
    re.IGNORECASE,
)


def swallowed(text: str) -> bool:
    """Whether a question about safety is one of what is taken, eaten or drunk: no cane and no dog helps with that."""
    return _SWALLOWED.search(text) is not None


@skill("What's the weather?")
async def unsupported(situation: Situation, topic: Topic = "other") -> Answer:
    """Say honestly that something can't be done and what would make it possible."""
    if topic == "smart_home" and situation.house is not None and situation.house.things:
        return not_on_the_list(situation.house)
    answer = ANSWERS[topic]
    return Answer(answer.text, answer.brief, answer.more, kind="refusal")
