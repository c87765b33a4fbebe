"""Late answers, push to talk and what the client heard: the session in virtual time."""

from __future__ import annotations

import asyncio

from agent import ports
from agent.engines.protocols import Call
from tests.agent.stage import SLOW, stage
from tests.virtual import run_virtual


def test_a_late_answer_is_announced_and_a_quick_one_is_not() -> None:
    async def main() -> None:
        async with stage(lambda question: [Call("slow" if "slow" in question.text else "time")], skills=SLOW) as s:
            await s.hear("what time is it")
            await asyncio.sleep(4)
            await s.hear("be slow please")
            await asyncio.sleep(8)
            quick, late = s.person.all(ports.ReplyEnded)
            assert "moment" not in quick.heard
            assert late.heard == "One moment. Here it is."
            assert late.status == "completed"

    run_virtual(main())


def test_a_guess_that_is_late_announces_nothing_before_the_turn_is_over() -> None:
    async def main() -> None:
        async with stage(lambda question: [Call("slow")], skills=SLOW) as s:
            s.session.turn_detection(ports.TurnDetection(by="push"))
            await s.hear("be slow please")
            await asyncio.sleep(2.5)
            assert not s.person.all(ports.ReplyStarted)
            s.session.commit()
            await asyncio.sleep(4)
            assert [ended.heard for ended in s.person.all(ports.ReplyEnded)] == ["Here it is."]

    run_virtual(main())


def test_push_to_talk_answers_when_the_button_is_let_go() -> None:
    async def main() -> None:
        async with stage() as s:
            s.session.turn_detection(ports.TurnDetection(by="push"))
            await s.hear("what time is it")
            await asyncio.sleep(5)
            assert not s.person.all(ports.UserSaid)
            s.session.commit()
            await asyncio.sleep(3)
            assert [ended.heard for ended in s.person.all(ports.ReplyEnded)] == ["You said what time is it."]
            await s.hear("never mind this")
            s.session.clear()
            await asyncio.sleep(2)
            s.session.commit()
            await asyncio.sleep(3)
            assert len(s.person.all(ports.ReplyEnded)) == 1

    run_virtual(main())


def test_a_commit_while_speaking_takes_the_words_so_far() -> None:
    async def main() -> None:
        async with stage() as s:
            s.session.turn_detection(ports.TurnDetection(by="push"))
            s.recognizer.script.append("what time is it")
            s.person.microphone.speak(1.2)
            await asyncio.sleep(1.19)
            s.session.commit()
            await asyncio.sleep(3)
            assert [ended.heard for ended in s.person.all(ports.ReplyEnded)] == ["You said what time is it."]

    run_virtual(main())


def test_what_the_client_did_not_hear_is_not_remembered() -> None:
    async def main() -> None:
        async with stage() as s:
            await s.hear("what time is it")
            await asyncio.sleep(4)
            [ended] = s.person.all(ports.ReplyEnded)
            s.session.truncate(ended.turn, 950)
            await asyncio.sleep(0.1)
            assert s.session.history()[-1] == ports.Remembered(ended.turn, "agent", "You said what", True)

    run_virtual(main())
