"""What is said about the house is understood, in writing and by ear, and talk about houses is not."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from agent.audio import Pcm
from agent.engines.sphinx import SphinxRecognizer
from agent.skills import house_bank
from agent.skills.bank import OUTSIDE, Bank
from agent.skills.house_bank import bank_for, name_words
from agent.skills.house_words import certain, named, said_words, verb_in
from agent.skills.understand import Intent, Understanding
from tests.agent.house.a_house import THINGS
from transport.bench.intents import hear, on_a_line
from transport.bench.sounds import load, to_pcm


def test_without_things_the_bank_is_the_plain_one() -> None:
    assert bank_for(()).digest == Bank.load().digest
    assert bank_for(THINGS).digest != Bank.load().digest


def test_every_sentence_of_the_house_names_something_in_it() -> None:
    phrases = [one for one in bank_for(THINGS).phrases() if one.skill in ("house_do", "house_ask")]
    assert len(phrases) > 1_000
    assert [one.text for one in phrases if not named(one.text, THINGS)] == []
    assert [
        one.text for one in phrases if one.skill == "house_do" and verb_in(one.text) is None and "movie" not in one.text
    ] == []
    spoken = {word for one in phrases for word in one.text.split()}
    assert {"zwybee", "two", "blinds"} <= spoken
    assert "zwybee" in name_words(THINGS)
    assert set(said_words("Zwybee plug 2")) == {"zwybee", "plug", "two"}


AROUND = ("affirm", "backchannel", "deny", "describe", "light", "outside", "set_timer", "shared", "time", "unsupported")
"""Files of the bank that these tests need: with all of them training takes several times as long."""
TOPICS = (" topic=smart_home", " topic=weather", " topic=news")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for name in AROUND:
        text = (Path(house_bank.__file__).parent / f"{name}.phrases").read_text(encoding="utf-8")
        if name == "unsupported":
            first, *topics = text.split("\n->")
            text = "\n->".join([first, *(one for one in topics if one.startswith(TOPICS))])
        (folder / f"{name}.phrases").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def understanding(folder: Path) -> Understanding:
    """Trained once: some seconds."""
    return Understanding(bank_for(THINGS, folder), things=THINGS)


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize(
    ("text", "skill", "verb"),
    [
        ("turn on the kitchen light", "house_do", "on"),
        ("hey netra could you switch off the fan", "house_do", "off"),
        ("unlock the front door", "house_do", "unlock"),
        ("close the blinds", "house_do", "close"),
        ("turn off all the lights in the bedroom", "house_do", "off"),
        ("is the kitchen light on", "house_ask", "on"),
        ("is the front door locked", "house_ask", "locked"),
        ("did i leave the fan on", "house_ask", "on"),
        ("what's the temperature in the bedroom", "house_ask", ""),
        ("how warm is it in the bedroom", "house_ask", ""),
        ("how bright is it in the kitchen", "light", None),
        ("turn on the oven", "unsupported", None),
        ("what's the weather today", "unsupported", None),
        ("what time is it", "time", None),
        ("yes", "affirm", None),
    ],
)
def test_the_house_is_understood_and_all_else_as_before(
    understanding: Understanding, text: str, skill: str, verb: str | None, typed: bool
) -> None:
    intent = understanding.understand(text, typed=typed)
    assert isinstance(intent, Intent)
    assert intent.skill == skill
    if verb is not None:
        assert intent.arguments["verb" if skill == "house_do" else "state"] == verb


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "he turned off the light and went to bed",
        "she left the front door open all night and the cat got out",
        "i think the front door was never locked back then",
        "they painted the blinds in the living room last summer",
        "turn the light on the porch off",
    ],
)
def test_talk_about_houses_is_not_obeyed(understanding: Understanding, text: str, typed: bool) -> None:
    intent = understanding.understand(text, typed=typed)
    assert intent is None or intent.skill == "unsupported"


# --- aloud ------------------------------------------------------------------------------------------------------------


SPOKEN = (
    ("turn off the fan", "house_do", "fan"),
    ("unlock the front door", "house_do", "front door"),
    ("turn on the zwybee plug two", "house_do", "Zwybee plug 2"),
    ("is the kitchen light on", "house_ask", "kitchen light"),
    ("what's the temperature in the bedroom", "house_ask", "temperature in the bedroom"),
    ("what time is it", "time", ""),
)
TALK = ("she left the front door open all night", "he turned off the radio and went to bed")


def test_the_house_is_understood_by_ear(understanding: Understanding, folder: Path, tmp_path: Path) -> None:
    """A synthetic voice, PocketSphinx and the understanding: most is right, nothing is done that was not said."""
    if shutil.which("flite") is None:
        pytest.skip("flite is not installed (apt-get install flite): no voice to speak with")

    def spoken(text: str) -> Pcm:
        path = tmp_path / "said.wav"
        subprocess.run(["flite", "-voice", "slt", "-t", text, "-o", str(path)], check=True, capture_output=True)
        return on_a_line(to_pcm(load(path)), 1)

    async def listen() -> list[Intent | None]:
        phrases = bank_for(THINGS, folder).phrases()
        recognizer = SphinxRecognizer(
            [one.text for one in phrases if one.skill != OUTSIDE],
            outside=[one.text for one in phrases if one.skill == OUTSIDE],
            cache_dir=tmp_path,
            names=name_words(THINGS),
        )
        found = []
        for text in (*(text for text, _, _ in SPOKEN), *TALK):
            heard, _, _ = await hear(recognizer, spoken(text))
            intent = understanding.understand(heard.text, coverage=heard.coverage, alternatives=heard.alternatives)
            found.append(intent)
        await recognizer.close()
        return found

    intents = asyncio.run(listen())
    right = 0
    for (text, skill, name), intent in zip(SPOKEN, intents, strict=False):
        if intent is None:
            continue
        told = intent.arguments.get("thing", "")
        right += intent.skill == skill and (not name or name in [one.called for one in named(told, THINGS)])
        if intent.skill == "house_do":
            verb = intent.arguments["verb"]
            found = named(told, THINGS, lambda one, verb=verb: one.meant(verb) is not None)
            done = [(one.called, verb) for one in found if certain(told, one)]  # what would be done unasked
            assert done in ([], [(name, verb_in(text))])
    assert right >= len(SPOKEN) - 1
    for intent in intents[len(SPOKEN) :]:
        assert intent is None or intent.skill == "unsupported"
