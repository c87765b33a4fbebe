"""A conversation changes its language: what is said, with which voice, what is shown, and what it can't hear."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from agent import ports
from agent.consequences import UNHEARD
from agent.engines.protocols import Call, Question, Text, Voice
from agent.language.indonesian import SENTENCES
from agent.settings import load
from agent.skills.skill import Manner
from agent.speaking import voice_for
from tests.agent.stage import Stage, stage
from tests.line import VirtualPerson
from tests.virtual import run_virtual

NOTE = SENTENCES[UNHEARD["id"]]


def think(question: Question) -> list[Text | Call]:
    match question.text.split():
        case ["language", code]:
            return [Call("speak_language", {"language": code})]
        case ["timer", seconds]:
            return [Call("set_timer", {"seconds": int(seconds)})]
        case [skill]:
            return [Call(skill, {})]
        case _:
            return [Text("Words of a model.")]


def said(s: Stage) -> list[str]:
    return [end.heard.strip() for end in s.person.all(ports.ReplyEnded)]


async def type_in(s: Stage, text: str, seconds: float = 6.0) -> str:
    """What is said to this."""
    before = len(said(s))
    s.session.say(text)
    await asyncio.sleep(seconds)
    return said(s)[before]


def test_the_answer_that_changes_the_language_is_already_in_it() -> None:
    async def main() -> None:
        async with stage(think) as s:
            assert [shown.code for shown in s.person.all(ports.LanguageShown)] == ["en"]
            assert await type_in(s, "language id", 20) == "Baik, sekarang saya berbicara bahasa Indonesia."
            assert [shown.code for shown in s.person.all(ports.LanguageShown)] == ["en", "id"]
            assert said(s)[-1] == NOTE
            assert await type_in(s, "describe") == "Kamera mati. Tekan Kamera dulu, lalu tanyakan lagi."
            assert await type_in(s, "language en") == "Okay, I speak English now."
            assert (await type_in(s, "describe")).startswith("The camera is off.")

    run_virtual(main())


def test_the_voice_changes_with_the_language() -> None:
    async def main() -> None:
        async with stage(think) as s:
            await type_in(s, "language id")
            await type_in(s, "language en", 20)
            languages = [voice.language for _, voice in s.synthesizer.spoken]
            assert languages[0] == "id"
            assert languages[-1] == "en"

    run_virtual(main())


def test_what_is_not_heard_is_said_once_aloud_and_on_the_page() -> None:
    async def main() -> None:
        async with stage(think) as s:
            for code in ("id", "en", "id"):
                s.session.speak_in(code)
                await asyncio.sleep(15)
            assert said(s).count(NOTE) == 1
            assert [(one.code, one.text) for one in s.person.all(ports.Noticed)] == [("language_not_heard", NOTE)]
            assert [shown.code for shown in s.person.all(ports.LanguageShown)] == ["en", "id", "en", "id"]

    run_virtual(main())


def test_an_unknown_language_and_the_same_again_change_nothing() -> None:
    async def main() -> None:
        async with stage(think) as s:
            s.session.speak_in("tlh")
            s.session.speak_in("en")
            await asyncio.sleep(5)
            assert [shown.code for shown in s.person.all(ports.LanguageShown)] == ["en"]
            assert await type_in(s, "language en") == "I already speak English."

    run_virtual(main())


def test_a_timer_rings_in_the_language_of_that_moment() -> None:
    async def main() -> None:
        async with stage(think) as s:
            assert await type_in(s, "timer 30", 3) == "Timer set for 30 seconds."
            s.session.speak_in("id")
            await asyncio.sleep(60)
            assert said(s)[-1] == "Timer 30 detik sudah selesai."

    run_virtual(main())


def test_a_conversation_may_begin_in_indonesian() -> None:
    async def main() -> None:
        settings = load(environ={"NETRA_SPEAKING__LANGUAGE": "id"})
        async with stage(think, settings) as s:
            await asyncio.sleep(15)
            assert said(s) == [NOTE]
            assert await type_in(s, "pleased") == "Senang mendengarnya."
            s.session.set_speed(1.5)
            assert s.session.manner == Manner(rate=1.5, language="id")

    run_virtual(main())


@pytest.mark.parametrize(("language", "name"), [("en", "en-us+f3"), ("id", "")])
def test_a_voice_that_was_chosen_is_of_one_language(language: str, name: str) -> None:
    settings = load(environ={"NETRA_SPEAKING__VOICE": "en-us+f3"}).speaking
    manner = replace(Manner(), language=language)
    assert voice_for(settings, manner) == Voice(name, 1.0, language)


def test_the_recogniser_is_told_the_language_and_that_of_a_new_line_too() -> None:
    async def main() -> None:
        async with stage(think) as s:
            assert s.recognizer.expected == []  # it never left English
            s.session.speak_in("id")
            async with asyncio.TaskGroup() as group:
                other = VirtualPerson()
                group.create_task(s.session.attend(other.line))
                await asyncio.sleep(1)
                s.session.speak_in("en")
                await asyncio.sleep(1)
                assert s.recognizer.expected == ["id", "id", "en"]
                other.hang_up()

    run_virtual(main())
