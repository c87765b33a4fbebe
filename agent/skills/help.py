"""What can be said here, told by examples of the skills that this profile has."""

from __future__ import annotations

from agent.language.saying import say
from agent.skills.skill import Answer, Situation, skill
from agent.skills.wording import joined

FIRST = ("describe", "read_text", "colour", "scan_code", "time")
"""Told at once: what is asked most. The rest is told on "more"."""
SEEING = ("describe", "read_text", "colour", "scan_code", "light", "people")
UNSAID = ("greet", "thanks", "affirm", "deny", "pleased", "help", "unsupported")
"""Skills nobody has to be told about."""
AT_ONCE = 3


@skill("What can I say?")
async def help(situation: Situation) -> Answer:
    """Tell what can be asked, with examples."""
    examples = {skill.name: say(skill.examples[0]) for skill in situation.skills if skill.examples}
    first = [name for name in FIRST if name in examples][:AT_ONCE]
    rest = [name for name in examples if name not in first and name not in UNSAID]
    if not first and not rest:
        return Answer("Ask me something, and I'll say whether I can do it.")
    if not first:
        first, rest = rest[:AT_ONCE], rest[AT_ONCE:]
    quoted = [f'"{examples[name].rstrip(".")}"' for name in first]
    said = joined(quoted, "or") + ("" if quoted[-1].endswith('?"') else ".")
    seeing = any(name in SEEING for name in first)
    camera = f" {say('Switch the camera on and point it at things.')}" if seeing else ""
    also = f" {say('Say more for the rest.')}" if rest else ""
    others = " ".join(examples[name] for name in rest)
    return Answer(
        f"{say('You can say {examples}', examples=said)}{camera}{also}",
        brief=say("Say {examples}", examples=said),
        more=say("You can also say: {examples}", examples=others) if rest else "",
    )
