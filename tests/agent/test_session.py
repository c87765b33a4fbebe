"""The session in virtual time: real core, real shell, fake engines, no threads."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest

from agent import ports
from agent.engines.protocols import Call, Question, Text
from tests.agent.stage import LONG, stage
from tests.line import FRAME_S, VirtualPerson
from tests.virtual import run_virtual


def test_a_question_is_answered_and_the_delay_is_explained() -> None:
    async def main() -> None:
        async with stage() as s:
            ended = await s.hear("what time is it")
            await asyncio.sleep(4)
            assert [said.text for said in s.person.all(ports.UserSaid)] == ["what time is it"]
            [reply] = s.person.all(ports.ReplyEnded)
            assert (reply.status, reply.heard) == ("completed", "You said what time is it.")
            first = next(at for at, what in s.person.speaker.log if what == "sound")
            assert 0.3 < first - ended < 0.6
            [timed] = s.person.all(ports.TurnTimed)
            stages = dict(timed.stages)
            assert stages["final_text"] <= stages["endpoint"] <= stages["sound_out"] < 600

    run_virtual(main())


def test_words_are_shown_while_they_are_said() -> None:
    async def main() -> None:
        async with stage() as s:
            await s.hear("what is the time now", 1.6)
            await asyncio.sleep(3)
            texts = [heard.text for heard in s.person.all(ports.UserHeard)]
            assert texts[0] == "what"
            assert texts[-1] == "what is the time now"
            assert all(later.startswith(earlier) for earlier, later in pairwise(texts))

    run_virtual(main())


def test_a_guess_is_ready_before_the_turn_is_over_and_leaves_no_trace_when_the_person_goes_on() -> None:
    def think(question: Question) -> list[Text | Call]:
        return [Call("set_timer", {"seconds": 60})] if "minute" in question.text else [Text("For how long?")]

    async def main() -> None:
        async with stage(think) as s:
            await s.hear("set a timer for a minute", 1.0)
            await asyncio.sleep(0.34)  # the guess is being made, the turn is not over
            assert s.brain.asked
            assert not s.person.all(ports.ReplyStarted)
            await s.hear("and wait please", 1.0)
            await asyncio.sleep(3)
            first, whole = "set a timer for a minute", "set a timer for a minute and wait please"
            assert [one.text for one in s.brain.asked] == [first, whole]
            assert len(s.person.all(ports.ReplyStarted)) == 1
            assert [said.text for said in s.person.all(ports.UserSaid)] == ["set a timer for a minute and wait please"]
            assert s.session.counts.guesses == 2
            assert s.session.counts.guesses_used == 1
            await asyncio.sleep(70)
            rung = [text.text for text in s.person.all(ports.ReplyText) if "is up" in text.text]
            assert rung == ["Your timer of 1 minute is up."]  # set once, by the reply that was really given

    run_virtual(main())


def test_words_over_the_reply_stop_it_and_the_rest_was_never_said() -> None:
    async def main() -> None:
        async with stage(lambda question: [Text(LONG)] if "long" in question.text else [Text("Yes.")]) as s:
            await s.hear("tell me something long")
            await asyncio.sleep(2)
            onset = asyncio.get_running_loop().time()
            await s.hear("what time is it", 1.2)
            await asyncio.sleep(3)
            log = [(at - onset, what) for at, what in s.person.speaker.log if at >= onset]
            assert next(at for at, what in log if what == "duck") < 0.1
            assert next(at for at, what in log if what == "hold") < 0.3
            assert next(at for at, what in log if what == "clear") < 1.0
            cut, after = s.person.all(ports.ReplyEnded)
            assert cut.status == "cancelled"
            assert 0 < len(cut.heard) < len(LONG)
            assert LONG.startswith(cut.heard)
            assert after.heard == "Yes."
            assert s.session.history()[1] == ports.Remembered(2, "agent", cut.heard, interrupted=True)

    run_virtual(main())


@pytest.mark.parametrize("sound", [("what", 0.05), "", "uh-huh", "okay"])
def test_a_cough_or_a_backchannel_over_the_reply_lets_it_go_on_whole(sound: str | tuple[str, float]) -> None:
    async def main() -> None:
        async with stage(lambda _: [Text(LONG)]) as s:
            await s.hear("tell me something long")
            await asyncio.sleep(2)
            await s.hear(sound, 0.4)
            await asyncio.sleep(12)
            [reply] = s.person.all(ports.ReplyEnded)
            assert (reply.status, reply.heard) == ("completed", LONG)
            assert reply.played_ms == len(LONG.split()) * 300
            assert s.session.counts.false_alarms == 1
            assert [said.text for said in s.person.all(ports.UserSaid)] == ["tell me something long"]

    run_virtual(main())


def test_stop_is_silence_at_once() -> None:
    async def main() -> None:
        async with stage(lambda _: [Text(LONG)]) as s:
            s.session.say("tell me something long")
            await asyncio.sleep(1)
            pressed = asyncio.get_running_loop().time()
            s.session.stop()
            await asyncio.sleep(1)
            assert [what for at, what in s.person.speaker.log if at > pressed + FRAME_S and what != "clear"] == []
            assert s.person.all(ports.ReplyEnded)[0].status == "cancelled"

    run_virtual(main())


def test_a_lost_line_is_not_the_end_of_the_conversation() -> None:
    async def main() -> None:
        async with stage() as s:
            s.session.say("first")
            await asyncio.sleep(2)
            s.person.hang_up()
            await asyncio.sleep(1)
            other = VirtualPerson()
            async with asyncio.TaskGroup() as group:
                group.create_task(s.session.attend(other.line))
                await asyncio.sleep(0.2)
                assert [line.text for line in s.session.history()] == ["first", "You said first."]
                s.session.say("second")
                await asyncio.sleep(2)
                assert [reply.heard for reply in other.all(ports.ReplyEnded)] == ["You said second."]
                other.hang_up()

    run_virtual(main())


def test_a_newer_line_takes_over_and_the_older_one_ends() -> None:
    async def main() -> None:
        async with stage(lambda _: [Text(LONG)]) as s:
            s.session.say("tell me")
            await asyncio.sleep(1)
            newer = VirtualPerson()
            async with asyncio.TaskGroup() as group:
                attending = group.create_task(s.session.attend(newer.line))
                await asyncio.sleep(0.2)
                s.session.say("again")
                await asyncio.sleep(12)
                assert not attending.done()
                assert newer.all(ports.ReplyEnded)[-1].status == "completed"
                newer.hang_up()

    run_virtual(main())


def test_a_brain_that_breaks_is_an_apology_and_not_silence() -> None:
    def broken(_: Question) -> list[Text | Call]:
        raise RuntimeError("the fake brain was told to break")

    async def main() -> None:
        async with stage(broken) as s:
            s.session.say("anything")
            await asyncio.sleep(4)
            failed, apology = s.person.all(ports.ReplyEnded)
            assert failed.status == "failed"
            assert apology.heard.startswith("Sorry, something went wrong")

    run_virtual(main())


def test_a_voice_that_breaks_ends_in_silence_once_and_the_session_lives_on() -> None:
    async def main() -> None:
        async with stage() as s:
            s.synthesizer.fails = True
            s.session.say("anything")
            await asyncio.sleep(4)
            assert [reply.status for reply in s.person.all(ports.ReplyEnded)] == ["failed", "failed"]
            s.synthesizer.fails = False
            s.session.say("again")
            await asyncio.sleep(2)
            assert s.person.all(ports.ReplyEnded)[-1].heard == "You said again."

    run_virtual(main())


def test_muted_hears_nothing_and_unmuted_hears_again() -> None:
    async def main() -> None:
        async with stage() as s:
            s.session.mute(True)
            await s.hear("secret words")
            await asyncio.sleep(2)
            assert s.person.all(ports.UserSaid) == []
            assert s.person.all(ports.StateShown)[-1].state == "muted"
            s.recognizer.script.clear()
            s.session.mute(False)
            await asyncio.sleep(0.5)
            await s.hear("hello there")
            await asyncio.sleep(2)
            assert [said.text for said in s.person.all(ports.UserSaid)] == ["hello there"]

    run_virtual(main())


def test_slower_is_heard_in_its_own_answer_and_stays() -> None:
    async def main() -> None:
        async with stage(lambda question: [Call(question.text)]) as s:
            s.session.say("slower")
            await asyncio.sleep(4)
            s.session.say("greet")
            await asyncio.sleep(4)
            rates = [voice.rate for _, voice in s.synthesizer.spoken]
            assert rates[0] < 1.0
            assert rates[-1] == rates[0]

    run_virtual(main())


def test_a_change_of_manner_is_shown_whoever_made_it_and_its_voice_is_spoken_with() -> None:
    async def main() -> None:
        async with stage(lambda question: [Call(question.text)]) as s:
            s.session.say("slower")
            await asyncio.sleep(4)
            s.session.adjust(replace(s.session.manner, detail="brief", voice="other"))
            s.session.adjust(s.session.manner)  # nothing new: nothing is shown
            s.session.say("greet")
            await asyncio.sleep(4)
            assert s.person.all(ports.MannerChanged) == [
                ports.MannerChanged(0.8, 1.0, "normal", ""), ports.MannerChanged(0.8, 1.0, "brief", "other"),
            ]  # fmt: skip
            first, *rest = [voice.name for _, voice in s.synthesizer.spoken]
            assert (first, set(rest)) == ("", {"other"})

    run_virtual(main())


def test_repeat_says_the_last_answer_again() -> None:
    async def main() -> None:
        async with stage(lambda question: [Call(question.text)]) as s:
            s.session.say("date")
            await asyncio.sleep(8)
            s.session.say("repeat")
            await asyncio.sleep(8)
            first, second = s.person.all(ports.ReplyEnded)
            assert first.heard
            assert first.heard in second.heard

    run_virtual(main())


def test_typing_while_it_speaks_replaces_the_reply() -> None:
    async def main() -> None:
        async with stage(lambda question: [Text(LONG)] if question.text == "long" else [Text("Short.")]) as s:
            s.session.say("long")
            await asyncio.sleep(1)
            s.session.say("short")
            await asyncio.sleep(3)
            assert [reply.status for reply in s.person.all(ports.ReplyEnded)] == ["cancelled", "completed"]
            assert s.person.all(ports.ReplyEnded)[-1].heard == "Short."

    run_virtual(main())


def test_close_ends_run_while_a_reply_sounds() -> None:
    async def main() -> float:
        async with stage(lambda _: [Text(LONG)]) as s:
            s.session.say("long")
            await asyncio.sleep(1)
            return asyncio.get_running_loop().time()

    async def timed() -> None:
        closed = await main()
        assert asyncio.get_running_loop().time() - closed < 0.1

    run_virtual(timed())
