"""The brain on a chat server, against a real HTTP server on loopback that answers as real ones do."""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import aclosing

import cv2
import numpy as np
import pytest

from agent.engines.chat_server import DONE_BEFORE, UNKNOWN, UNREADABLE, ChatServerBrain
from agent.engines.protocols import Call, CallTool, Question, Said, Sight, Text, Thought, View
from agent.errors import EngineFailed, EngineMissing
from agent.picture import Picture
from agent.skills.catalogue import tools_for
from agent.thinking.settings import ChatServer, Telling
from agent.wishes import Tool, ToolResult, Wishes
from tests.agent.engines.chat_servers import PATIENCE_S, Server, calling, chunk, plain, serving, stream, words

pytestmark = pytest.mark.net


def brain_at(server: Server, key: str = "", **settings: object) -> ChatServerBrain:
    options = {"url": server.url, "model": "big", "connect_s": 10, "first_token_s": 20, "stall_s": 20} | settings
    return ChatServerBrain(ChatServer.model_validate(options), Telling(), tools_for(()), key)


async def ask(brain: ChatServerBrain, question: Question, answers: dict[str, str] | None = None) -> list[Thought]:
    """All thoughts; a call for the brain's own use is answered from ``answers``."""
    thoughts = []
    async with asyncio.timeout(PATIENCE_S):
        async for thought in brain.reply(question):
            thoughts.append(thought)
            if isinstance(thought, Call) and thought.heard is not None:
                thought.heard((answers or {})[thought.skill])
    return thoughts


def said(thoughts: list[Thought]) -> str:
    return " ".join(thought.text for thought in thoughts if isinstance(thought, Text))


def test_words_stream_and_the_request_holds_what_was_heard_and_nothing_else() -> None:
    async def main() -> None:
        async with serving(stream(*words("It is a **blue** cup."))) as server:
            brain = brain_at(server, "secret-key", temperature=0.1, extra={"chat_template_kwargs": {"x": 1}})
            history = (
                Said("agent", "Hello."),
                Said("user", "what is on the table"),
                Said("agent", "There is a", interrupted=True),
            )
            thoughts = await ask(brain, Question("no the other one", history=history, facts=("It is 10:15.",)))
            await brain.close()
            assert said(thoughts) == "It is a blue cup."
            assert all(isinstance(thought, Text) and thought.lasts for thought in thoughts)
            [asked] = server.chats
            assert asked.path == "/v1/chat/completions"
            assert asked.headers["authorization"] == "Bearer secret-key"
            body = asked.body
            assert (body["model"], body["temperature"], body["stream"]) == ("big", 0.1, True)
            assert body["chat_template_kwargs"] == {"x": 1}
            assert [one["role"] for one in body["messages"]] == [
                "system", "user", "assistant", "user", "assistant", "user",
            ]  # fmt: skip
            assert body["messages"][4]["content"] == "There is a"
            assert body["messages"][5]["content"].endswith("(I interrupted you there.) no the other one")
            assert "It is 10:15." in body["messages"][5]["content"]
            assert {tool["function"]["name"] for tool in body["tools"]} >= {"read_text", "set_timer", "colour"}

    asyncio.run(main())


def test_a_tools_answer_goes_back_as_quoted_data_and_the_reply_goes_on() -> None:
    async def main() -> None:
        answers = stream(*calling("read_text", "{}")), stream(*words("It says push."))
        async with serving(*answers) as server:
            brain = brain_at(server)
            thoughts = await ask(brain, Question("what do i do at this door"), {"read_text": "It says: PUSH"})
            await brain.close()
            assert [type(thought) for thought in thoughts] == [Call, Text, Text, Text]
            assert said(thoughts) == "It says push."
            told = server.chats[1].body["messages"]
            assert told[-2]["tool_calls"][0]["id"] == told[-1]["tool_call_id"] == "call_a"
            assert json.loads(told[-1]["content"]) == {"from": "read_text", "quoted": "It says: PUSH"}

    asyncio.run(main())


def test_wrong_calls_are_told_to_the_model_and_the_same_is_not_done_twice() -> None:
    async def main() -> None:
        async with serving(
            stream(*calling("fly_home", "{}")),
            stream(*calling("set_timer", '{"seconds": ')),
            stream(*calling("set_timer", '{"seconds": 60}')),
            stream(*calling("set_timer", '{"seconds": 60}')),
            stream(*words("Done.")),
        ) as server:
            options = ChatServer(url=server.url, model="big", first_token_s=20)
            brain = ChatServerBrain(options, Telling(rounds=4), tools_for(()), "")
            thoughts = await ask(brain, Question("a minute please"), {"set_timer": "A minute, starting now."})
            await brain.close()
            assert [thought.skill for thought in thoughts if isinstance(thought, Call)] == ["set_timer"]
            results = [one for one in server.chats[-1].body["messages"] if one["role"] == "tool"]
            assert [json.loads(one["content"])["quoted"] for one in results] == [
                UNKNOWN, UNREADABLE, "A minute, starting now.", DONE_BEFORE,
            ]  # fmt: skip
            assert "tools" not in server.chats[-1].body  # the last round has to answer

    asyncio.run(main())


def test_an_apps_tools_are_the_apps_and_their_results_come_with_a_later_question() -> None:
    tool = Tool("open_door", "Opens a door.", {"type": "object", "properties": {"which": {"type": "string"}}})

    async def main() -> None:
        async with serving(
            stream(*calling("open_door", '{"which": "front"}')), stream(*words("It is open."))
        ) as server:
            brain = brain_at(server)
            wishes = Wishes("Be formal.", (tool,), "open_door")
            assert await ask(brain, Question("open the door", wishes=wishes)) == [
                CallTool("open_door", {"which": "front"})
            ]
            first = server.chats[0].body
            assert first["tools"][0]["function"]["name"] == "open_door"
            assert first["tool_choice"] == {"type": "function", "function": {"name": "open_door"}}
            assert "Be formal." in first["messages"][0]["content"]
            results = (ToolResult("call_7", "open_door", '{"ok": true}'),)
            wishes = Wishes(tools=(tool,))
            assert said(await ask(brain, Question("open the door", wishes=wishes, results=results))) == "It is open."
            told = server.chats[1].body["messages"]
            assert [one["role"] for one in told] == ["system", "user", "assistant", "tool"]
            assert json.loads(told[-1]["content"])["quoted"] == '{"ok": true}'
            await brain.close()

    asyncio.run(main())


def test_a_picture_goes_along_small_and_with_its_verdict() -> None:
    pixels = np.zeros((1200, 1600, 3), np.uint8)
    pixels[:, :, 0] = 255

    async def look() -> View:
        picture = Picture("pic_1", pixels, 0)
        return View((Sight(picture, 0), Sight(picture, 0, "dark", "Switch on a light.")))

    async def main() -> None:
        async with serving(stream(*words("A red wall."))) as server:
            brain = brain_at(server, picture_side=320)
            await ask(brain, Question("what is this", look=look))
            await brain.close()
            image, text = server.chats[0].body["messages"][-1]["content"]
            kind, _, data = image["image_url"]["url"].partition(";base64,")
            assert kind == "data:image/jpeg"
            back = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
            assert back is not None
            assert back.shape == (240, 320, 3)
            assert back[120, 160, 2] > 240  # red is still red
            assert "Switch on a light." in text["text"]
            assert "claim nothing of what it shows" in text["text"]

    asyncio.run(main())


@pytest.mark.parametrize("before", [[], [chunk({"reasoning_content": "Hm"})]], ids=["it answers", "it thought first"])
def test_leaving_the_reply_closes_the_request(before: list[str]) -> None:
    async def main() -> None:
        async with serving(stream(*before, chunk({"content": "One two "}), "(wait)")) as server:
            brain = brain_at(server)
            async with asyncio.timeout(PATIENCE_S), aclosing(brain.reply(Question("count"))) as thoughts:  # type: ignore[type-var]
                assert await anext(thoughts) == Text("One", lasts=True)
            async with asyncio.timeout(PATIENCE_S):
                await server.chats[0].closed.wait()
            await brain.close()

    asyncio.run(main())


def test_a_cancelled_reply_closes_the_request_before_its_first_token() -> None:
    async def main() -> None:
        async with serving(stream("(wait)")) as server:
            brain = brain_at(server)
            async with asyncio.TaskGroup() as group:
                task = group.create_task(ask(brain, Question("count")))
                async with asyncio.timeout(PATIENCE_S):
                    while not server.chats:  # noqa: ASYNC110
                        await asyncio.sleep(0.01)  # the request is on a real socket
                task.cancel()
            async with asyncio.timeout(PATIENCE_S):
                await server.chats[0].closed.wait()
            await brain.close()

    asyncio.run(main())


def test_a_busy_server_is_asked_again_and_one_that_breaks_before_the_first_token_too() -> None:
    busy = plain(503, {"error": {"message": "loading model"}}, "retry-after: 0\r\n")

    async def main() -> None:
        async with serving(
            busy, stream(chunk({"role": "assistant"}), cut=True), stream(*words("Here I am."))
        ) as server:
            brain = brain_at(server)
            assert said(await ask(brain, Question("hello"))) == "Here I am."
            assert len(server.chats) == 3
            await brain.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("lines", "cut", "why"),
    [
        ([chunk({"content": "It is "})], True, "broke off|Nobody answers"),
        ([chunk({"content": "It is "})], False, "broke off"),
        ([chunk({"content": "It is "}), 'data: {"error": {"message": "out of memory"}}'], False, "out of memory"),
    ],
)
def test_what_breaks_in_the_middle_is_an_error_and_not_asked_again(lines: list[str], cut: bool, why: str) -> None:
    async def main() -> None:
        async with serving(stream(*lines, cut=cut)) as server:
            brain = brain_at(server)
            heard = []
            with pytest.raises(EngineFailed, match=why):  # noqa: PT012
                async for thought in brain.reply(Question("what is it")):
                    heard.append(thought)  # noqa: PERF401  it fails in the middle
            assert heard == [Text("It", lasts=True), Text("is", lasts=True)]
            assert len(server.chats) == 1
            await brain.close()

    asyncio.run(main())


def test_silence_before_and_after_the_first_token_has_an_end() -> None:
    async def main() -> None:
        async with serving(stream(": keep-alive", "(wait)"), stream(chunk({"content": "A "}), "(wait)")) as server:
            brain = brain_at(server, first_token_s=1.0, stall_s=0.5, retries=0)
            with pytest.raises(EngineFailed, match="said nothing for 1 s"):
                await ask(brain, Question("hello"))
            brain = brain_at(server, stall_s=0.5, retries=0)
            with pytest.raises(EngineFailed, match=r"said nothing for 0\.5 s"):
                await ask(brain, Question("hello"))
            await brain.close()

    asyncio.run(main())


def test_a_refusal_says_what_to_do_and_is_no_outage() -> None:
    async def main() -> None:
        async with serving(plain(401, {"error": {"message": "no key"}})) as server:
            brain = brain_at(server, failures=1)
            for _ in range(3):  # the breaker stays closed
                with pytest.raises(EngineFailed, match=r"no key.*OPENAI_API_KEY"):
                    await ask(brain, Question("hello"))
            assert len(server.chats) == 3
            await brain.close()

    asyncio.run(main())


def test_a_dead_server_is_left_alone_after_some_failures_and_tried_again_later() -> None:
    async def main() -> None:
        async with serving(plain(500, "boom"), plain(500, "boom"), stream(*words("Back again."))) as server:
            brain = brain_at(server, failures=2, retries=0, rest_s=0.5)
            for _ in range(2):
                with pytest.raises(EngineFailed, match="boom"):
                    await ask(brain, Question("hello"))
            with pytest.raises(EngineFailed, match="left alone"):
                await ask(brain, Question("hello"))
            assert len(server.chats) == 2
            await asyncio.sleep(0.6)  # the breaker's rest, on the real clock of a socket test
            assert said(await ask(brain, Question("hello"))) == "Back again."
            await brain.close()

    asyncio.run(main())


def test_where_nobody_listens_the_error_says_what_to_do() -> None:
    async def main() -> None:
        async with serving() as server:
            url = server.url
        brain = ChatServerBrain(ChatServer(url=url, model="m", retries=0), Telling(), (), "")
        with pytest.raises(EngineFailed, match=r"Nobody answers at .* check thinking\.server\.url"):
            await ask(brain, Question("hello"))
        with pytest.raises(EngineFailed, match="Nobody answers"):
            await brain.check()
        await brain.close()

    asyncio.run(main())
    with pytest.raises(EngineMissing, match=r"thinking\.server\.url"):
        ChatServerBrain(ChatServer(), Telling(), (), "")


def test_the_first_model_is_taken_where_none_is_named_and_small_talk_goes_to_the_small_one() -> None:
    async def main() -> None:
        async with serving(stream(*words("Fine."))) as server:
            brain = brain_at(server, model="", small_model="little")
            await ask(brain, Question("i had a good day"))
            await ask(brain, Question("why is the sky blue"))
            await brain.close()
            assert [one.body["model"] for one in server.chats] == ["little", "tiny-model"]
            assert await brain.check() == f"{server.url} answers, model tiny-model"
            await brain.close()

    asyncio.run(main())
