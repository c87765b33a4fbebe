"""The language follows the task, a block, and never leaks into another conversation."""

from __future__ import annotations

import asyncio

from agent.language.saying import follow, in_every_language, language, say, speaking


def test_a_sentence_is_said_in_the_language_spoken_now() -> None:
    assert say("Stop.") == "Stop."
    with speaking("id"):
        assert say("Stop.") == "Berhenti."
        assert say("Timer set for {length}.", length="5 menit") == "Timer dipasang 5 menit."
    assert language() == "en"


def test_what_has_no_translation_is_said_in_english() -> None:
    with speaking("id"):
        assert say("A {colour} elephant.", colour="biru") == "A biru elephant."
    with speaking("fr"):
        assert say("Stop.") == "Stop."


def test_braces_in_what_is_filled_in_stay_as_they_are() -> None:
    assert say("It holds: {text}", text="{error} {0}") == "It holds: {error} {0}"
    assert say("{not a slot}") == "{not a slot}"


def test_what_was_said_is_known_again_in_each_language() -> None:
    assert in_every_language("There is more.") == ("There is more.", "Masih ada lagi.")


def test_tasks_speak_the_language_of_their_conversation_and_of_no_other() -> None:
    spoken = {"one": "en", "two": "id"}

    async def conversation(name: str) -> list[str]:
        follow(lambda: spoken[name])

        async def later() -> str:
            await asyncio.sleep(0)
            return say("Yes.")

        task = asyncio.create_task(later())
        return [say("Yes."), await task]

    async def both() -> list[list[str]]:
        one, two = asyncio.create_task(conversation("one")), asyncio.create_task(conversation("two"))
        before = [await one, await two]
        spoken["one"] = "id"
        return [*before, await asyncio.create_task(conversation("one"))]

    assert asyncio.run(both()) == [["Yes.", "Yes."], ["Ya.", "Ya."], ["Ya.", "Ya."]]
    assert language() == "en"
