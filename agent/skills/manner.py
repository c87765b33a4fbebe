"""How the agent speaks: faster, slower, louder, quieter, shorter, more, again, not at all."""

from __future__ import annotations

from dataclasses import replace

from agent.core.words import plain
from agent.language.saying import say
from agent.skills.house import asked_again
from agent.skills.page import in_brief, turned
from agent.skills.skill import Answer, ChangeManner, Detail, Hush, Manner, Situation, StopWatching, skill

SLOWEST, FASTEST = 0.5, 3.0
QUIETEST, LOUDEST = 0.1, 1.0
RATE_STEP = 1.25
STOPPED_LOOKING = "Okay, I stopped looking."
CAMERA_OFF = "The camera is off, so I stopped looking."
VOLUME_STEP = 1.5
"""About 3.5 dB, clearly heard."""
SLOWER = ("Okay, slower.", "That's as slow as it gets.", "That's as slow as I can speak.")
FASTER = ("Okay, faster.", "That's as fast as it gets.", "That's as fast as I can speak.")
"""Done, done up to the limit, and nothing left to do."""


@skill("Repeat that.")
async def repeat(situation: Situation) -> Answer:
    """Say the last answer once more."""
    if (question := asked_again(situation)) is not None:
        return question
    if situation.last is not None and situation.last.text:
        return replace(situation.last, effects=(), keeps=False)
    for said in reversed(situation.history):
        if said.who == "agent" and said.text:
            return Answer(said.text, keeps=False)
    return Answer("I haven't said anything yet.", keeps=False)


@skill("Slower.")
async def slower(situation: Situation) -> Answer:
    """Speak slower from now on."""
    return _at_rate(situation.manner, situation.manner.rate / RATE_STEP, SLOWER)


@skill("Faster.")
async def faster(situation: Situation) -> Answer:
    """Speak faster from now on."""
    return _at_rate(situation.manner, situation.manner.rate * RATE_STEP, FASTER)


@skill("Louder.")
async def louder(situation: Situation) -> Answer:
    """Speak louder from now on."""
    manner = situation.manner
    if manner.volume >= LOUDEST:
        return Answer(
            "I'm as loud as I can be. Please turn up the sound of your device.",
            brief="That's my loudest. Please turn up your device.",
            kind="refusal",
            keeps=False,
        )
    return _changed("Okay, louder.", replace(manner, volume=min(LOUDEST, round(manner.volume * VOLUME_STEP, 3))))


@skill("Quieter.")
async def quieter(situation: Situation) -> Answer:
    """Speak quieter from now on."""
    manner = situation.manner
    if manner.volume <= QUIETEST:
        return Answer("I'm as quiet as I can be. Say stop for silence.", kind="refusal", keeps=False)
    return _changed("Okay, quieter.", replace(manner, volume=max(QUIETEST, round(manner.volume / VOLUME_STEP, 3))))


@skill("Shorter.")
async def shorter(situation: Situation) -> Answer:
    """Give the last answer in short and answer briefly from now on."""
    change = (ChangeManner(replace(situation.manner, detail="brief")),)
    last = situation.last
    if last is not None and last.brief and situation.manner.detail != "brief":
        if last.page is not None:
            return replace(in_brief(last), effects=change)
        return Answer(last.brief, brief=last.brief, more=f"{last.text} {last.more}".strip(), effects=change)
    if situation.manner.detail == "brief":
        return Answer("I already keep it as short as I can.", keeps=False)
    return Answer("Okay, short answers from now on.", effects=change, keeps=False)


@skill("Tell me more.")
async def more(situation: Situation) -> Answer:
    """Tell more about the last answer; with nothing to tell more about, give fuller answers from now on."""
    last, manner = situation.last, situation.manner
    longer: Detail = "normal" if manner.detail == "brief" else "detailed"
    effects = (ChangeManner(replace(manner, detail="normal")),) if manner.detail == "brief" else ()
    if last is not None and last.page is not None and last.page.rest:
        return replace(turned(last.page), effects=effects)
    if last is not None and manner.detail == "brief" and last.page is None and last.brief not in ("", last.text):
        return Answer(last.text, more=last.more, effects=effects)
    if last is not None and last.more and manner.detail != "detailed":  # in detail it was said at once
        return Answer(last.more, effects=effects)
    if last is not None:
        return Answer("That's all I can say about it.", keeps=False)
    if manner.detail == longer:
        return Answer("There's nothing to say more about. Ask me something first.", keeps=False)
    return _changed("Okay, I'll say more from now on.", replace(manner, detail=longer))


@skill("Stop.")
async def stop(situation: Situation) -> Answer:
    """Fall silent, and look out for nothing any more."""
    if situation.looking:
        return Answer(STOPPED_LOOKING, effects=(Hush(), StopWatching()), keeps=False)
    return Answer("", effects=(Hush(),), keeps=False)


@skill("Wait.")
async def pause(situation: Situation) -> Answer:
    """Fall silent until asked to go on."""
    return Answer("", effects=(Hush(),), keeps=False)


@skill("Go on.")
async def resume(situation: Situation) -> Answer:
    """Say the rest of an answer that was cut off, or the next part of the page that is read."""
    if rest := situation.unheard.strip():
        return Answer(rest, keeps=False)
    page, last = situation.page, situation.last
    if page is not None and (page.rest or (last is not None and last.page is not None)):
        return turned(page)
    return Answer("There is nothing to go on with.", keeps=False)


@skill("What did you say after that?")
async def said_after(situation: Situation, words: str = "") -> Answer:
    """Say what came after these words of the last answer, heard or not; without words, what was not heard of it.

    words: some words of the answer.
    """
    heard = next((said.text for said in reversed(situation.history) if said.who == "agent"), "")
    rest = situation.unheard.strip()
    if not heard and not rest:
        return Answer("I haven't said anything yet.", keeps=False)
    if not words.strip():
        return Answer(rest or say("That was all. I said: {text}", text=heard), keeps=False)
    after = words_after(f"{heard} {rest}".strip(), words)
    if after is None:
        return Answer(say("I don't think I said {words}.", words=words), keeps=False)
    return Answer(after or "Nothing more: that was the end.", keeps=False)


def words_after(text: str, quoted: str) -> str | None:
    """The rest of ``text`` after the last place where ``quoted`` stands in it, whatever its case and punctuation; the
    last word alone will do. None: it stands nowhere.
    """
    spoken = text.split()
    bare = [plain(word) for word in spoken]
    wanted = plain(quoted).split()
    for tried in (wanted, wanted[-1:]):
        for at in range(len(bare) - len(tried), -1, -1):
            if tried and bare[at : at + len(tried)] == tried:
                return " ".join(spoken[at + len(tried) :])
    return None


def _at_rate(manner: Manner, rate: float, words: tuple[str, str, str]) -> Answer:
    done, at_the_end, beyond = words
    held = round(min(FASTEST, max(SLOWEST, rate)), 3)
    if held == manner.rate:
        return Answer(beyond, kind="refusal", keeps=False)
    end = f" {say(at_the_end)}" if held in (SLOWEST, FASTEST) else ""
    return _changed(f"{say(done)}{end}", replace(manner, rate=held))


def _changed(said: str, manner: Manner) -> Answer:
    return Answer(said, effects=(ChangeManner(manner),), keeps=False)
