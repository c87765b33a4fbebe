"""Bar codes and QR codes. A product number is said only when two looks agree; links are named, never followed."""

from __future__ import annotations

from collections.abc import Sequence

from agent.engines.protocols import Code
from agent.errors import EngineError
from agent.language.saying import say
from agent.skills.code_words import explain
from agent.skills.picture_words import BRIEF_WORDS, broken, correction, shortened
from agent.skills.skill import Answer, Look, Situation, skill
from agent.skills.wording import cardinal, counted

SAID_MAX = 3


@skill("Is there a code?", "What product is this?")
async def scan_code(situation: Situation) -> Answer:
    """Find bar codes and QR codes in view and say what they hold: a product number, a link, a contact or text."""
    look = await situation.eyes.look("code")
    if look.picture is None or look.problem in ("old", "covered", "black"):
        return correction(look) or Answer(look.advice, kind="correction")
    try:
        codes = await situation.eyes.codes(look.picture)  # from a poor picture too: codes carry check digits
    except EngineError as error:
        return broken("read codes", error)
    return codes_said(codes, look)


def codes_said(codes: Sequence[Code], look: Look) -> Answer:
    """What they hold, as far as it is sure."""
    known = [explain(code) for code in codes if code.text]
    if not known:
        advice = "I can't find a code. Turn the thing slowly, a hand's length from the camera."
        if codes:
            advice = "There is a bar code, but I am not sure of its number. Hold it still, a little closer."
        return correction(look) or Answer(advice, brief=advice, kind="correction")
    if len(known) == 1:
        only = known[0]
        return Answer(only.text, brief=only.brief, more=only.more)
    named = [f"{cardinal(at)}: {each.brief}" for at, each in enumerate(known[:SAID_MAX], start=1)]
    number = cardinal(len(known)) if len(known) < 60 else len(known)
    text = f"{say('I see {number} codes.', number=number)} {' '.join(named)}"
    more = " ".join(f"{each.text} {each.more}".strip() for each in known)
    return Answer(text, brief=shortened(f"{counted(len(known), 'code')}. {known[0].brief}", BRIEF_WORDS), more=more)
