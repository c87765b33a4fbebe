"""Chat servers that are odd, old, wrong or half configured: words where there are any, else an error in words."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import numpy as np
import pytest

from agent.engines import chat_link
from agent.engines.chat_lacks import NOT_SEEN, lack_of, without
from agent.engines.chat_server import ChatServerBrain
from agent.engines.chat_stream import MOST_ARGUMENTS, MOST_TEXT, ChatStream, StreamFailed
from agent.engines.event_lines import LONGEST, Lines, TooLong
from agent.engines.protocols import Question, Sight, Text, Thought, View
from agent.errors import EngineFailed
from agent.picture import Picture
from agent.skills.catalogue import tools_for
from agent.thinking.settings import ChatServer, Telling
from tests.agent.engines.chat_servers import PATIENCE_S, Answer, Server, calling, chunk, plain, serving, stream, words

pytestmark = pytest.mark.net


def brain_at(server: Server, **settings: object) -> ChatServerBrain:
    options = {"url": server.url, "model": "big", "connect_s": 10, "first_token_s": 20, "stall_s": 20} | settings
    return ChatServerBrain(ChatServer.model_validate(options), Telling(), tools_for(()), "")


async def look() -> View:
    return View((Sight(Picture("pic_1", np.zeros((64, 64, 3), np.uint8), 0), 0),))


def asked(*answers: Answer, question: Question | None = None, times: int = 1, **settings: object) -> tuple[str, Server]:
    """What is said to ``times`` questions, and what the server was asked. Raises what the brain raises."""

    async def main() -> tuple[str, Server]:
        said = []
        async with serving(*answers) as server, asyncio.timeout(PATIENCE_S):
            brain = brain_at(server, **settings)
            try:
                for _ in range(times):
                    thoughts: list[Thought] = [one async for one in brain.reply(question or Question("what is it"))]
                    said += [one.text for one in thoughts if isinstance(one, Text)]
            finally:
                await brain.close()
        return " ".join(said), server

    return asyncio.run(main())


def read(*lines: str) -> tuple[str, ChatStream]:
    found = ChatStream()
    return "".join(text for line in lines for text in found.line(line)), found


# --- lines


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_lines_end_where_the_format_says_however_they_come_in_pieces(size: int) -> None:
    raw = 'data: a\u2028b\u0085c\x0bd\x1ce "ü日"\r\ndata: two\rdata: three\n\nlast'.encode()
    lines = Lines()
    found = [line for at in range(0, len(raw), size) for line in lines.push(raw[at : at + size])]
    found += lines.flush()
    assert found == ['data: a\u2028b\u0085c\x0bd\x1ce "ü日"', "data: two", "data: three", "", "last"]


def test_a_line_that_never_ends_is_given_up() -> None:
    lines = Lines()
    for _ in range(4):
        assert list(lines.push(b"x" * (LONGEST // 4))) == []
    with pytest.raises(TooLong):
        list(lines.push(b"x"))


def test_separators_of_unicode_within_json_cut_no_answer_in_two() -> None:
    raw = 'data: {"choices": [{"index": 0, "delta": {"content": "one\u2028two\u0085three "}, "finish_reason": "stop"}]}'
    said, _ = asked(stream(raw, "data: [DONE]"))
    assert said == "one two three"


# --- shapes


@pytest.mark.parametrize("value", [
    '{"choices": [null]}', '{"choices": [{"delta": null, "finish_reason": null}]}', '{"choices": []}', "{}",
    '{"choices": [{"index": 0, "delta": {"content": null, "tool_calls": null, "role": null}}]}',
    '{"choices": [{"index": 1, "delta": {"content": "the second of two answers"}}]}',
])  # fmt: skip
def test_chunks_that_hold_nothing_are_nothing(value: str) -> None:
    text, found = read(f"data: {value}", "")
    assert (text, found.calls, found.alive) == ("", [], False)


@pytest.mark.parametrize("value", [
    '{"choices": ["x"]}', '{"choices": 3}', '{"choices": [{"delta": "x"}]}', "[1]", "3", '"x"', "null",
    '{"choices": [{"delta": {"content": {"a": 1}}}]}', '{"choices": [{"delta": {"content": 3}}]}',
    '{"choices": [{"delta": {"tool_calls": ["x"]}}]}', '{"choices": [{"delta": {"tool_calls": 4}}]}',
    '{"choices": [{"delta": {"content": [{"text": 3}]}}]}', "[" * 100_000,
])  # fmt: skip
def test_chunks_that_are_no_answer_are_the_servers_failure(value: str) -> None:
    with pytest.raises(StreamFailed):
        read(f"data: {value}", "")


def test_an_event_over_several_lines_is_one() -> None:
    text, _ = read('data: {"choices": [{"index": 0,', 'data: "delta": {"content": "Yes"}}]}', "")
    assert text == "Yes"
    with pytest.raises(StreamFailed, match="no JSON"):
        read('data: {"choices": [', "")
    _, found = read('data: {"choices": [')
    with pytest.raises(StreamFailed, match="no JSON"):
        found.end()


def test_thinking_parts_and_refusals() -> None:
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}, {"type": "text", "text": "Yes."}]
    assert read(chunk({"content": parts}))[0] == "Yes."
    text, found = read(chunk({"content": parts[:1]}))
    assert (text, found.alive) == ("", True)
    assert read(chunk({"refusal": "I can't help with that."}))[0] == "I can't help with that."


def test_an_answer_without_an_end_has_one() -> None:
    _, found = read(*[chunk({"content": "x" * 100_000})] * (MOST_TEXT // 100_000 + 1))
    assert (found.done, found.finish) == (True, "length")
    piece = {"tool_calls": [{"index": 0, "function": {"name": "t", "arguments": "x" * 100_000}}]}
    with pytest.raises(StreamFailed, match="with more than"):
        read(*[chunk(piece)] * (MOST_ARGUMENTS // 100_000 + 1))


@pytest.mark.parametrize("indent", [None, 2])
def test_an_answer_that_is_not_streamed_is_an_answer(indent: int | None) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "A cup."}, "finish_reason": "stop"}
    assert asked(plain(200, json.dumps({"choices": [choice], "usage": {}}, indent=indent)))[0] == "A cup."


def test_an_error_without_the_marks_of_a_stream_is_told() -> None:
    with pytest.raises(EngineFailed, match="model runner has unexpectedly stopped"):
        asked(plain(200, '{"error": {"message": "model runner has unexpectedly stopped"}}'), retries=0)


def test_a_web_page_is_told_with_the_setting_to_look_at() -> None:
    async def page(writer: asyncio.StreamWriter) -> None:
        text = "<!doctype html>\n<title>Sign in</title>"
        head = f"HTTP/1.1 200 X\r\ncontent-type: text/html\r\ncontent-length: {len(text)}\r\nconnection: close\r\n\r\n"
        writer.write((head + text).encode())
        await writer.drain()

    with pytest.raises(EngineFailed, match=r"answers with a web page: check thinking\.server\.url"):
        asked(page)


# --- ends


@pytest.mark.parametrize("end", ["open", "cut", "closed"])
def test_an_answer_that_said_how_it_ended_is_whole_without_its_last_mark(
    end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_link, "LAST_S", 0.1)
    lines = [chunk({"content": "All of it."}), chunk({}, "stop"), *(["(wait)"] if end == "open" else [])]
    assert asked(stream(*lines, cut=end == "cut"))[0] == "All of it."


def test_a_gateways_comments_do_not_keep_a_dead_answer_alive() -> None:
    async def begun(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 X\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        writer.write(f"{chunk({'content': 'It is '})}\n\n".encode())
        while True:
            writer.write(b": OPENROUTER WAITS\n\n")
            await writer.drain()
            await asyncio.sleep(0.05)  # a gateway's pace, on the real clock of a socket test

    with pytest.raises(EngineFailed, match=r"said nothing for 0\.4 s"):
        asked(begun, stall_s=0.4)


def test_a_server_that_hangs_before_its_list_of_models_is_left_alone_like_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chat_link, "CHECK_S", 0.2)

    async def main() -> None:
        async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            handled.append(asyncio.current_task())
            await reader.read()
            writer.close()
            await writer.wait_closed()

        handled: list[Any] = []
        listener = await asyncio.start_server(hang, "127.0.0.1", 0)
        async with listener:
            url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v1"
            brain = ChatServerBrain(ChatServer(url=url, failures=2, retries=0), Telling(), (), "")
            for why in ("Nobody answers", "Nobody answers", "left alone", "left alone"):
                with pytest.raises(EngineFailed, match=why):
                    [one async for one in brain.reply(Question("hello"))]
            assert len(handled) == 2
            await brain.close()
            await asyncio.wait(handled)

    asyncio.run(main())


def test_another_model_that_is_loaded_meanwhile_is_found() -> None:
    async def main() -> None:
        gone = plain(404, {"error": {"message": "The model `tiny-model` does not exist."}})
        async with serving(stream(*words("One.")), gone, stream(*words("Two."))) as server:
            brain = brain_at(server, model="")
            assert [one async for one in brain.reply(Question("hello"))]
            server.models = ("other-model",)
            with pytest.raises(EngineFailed, match="does not exist"):
                [one async for one in brain.reply(Question("hello"))]
            assert [one async for one in brain.reply(Question("hello"))]
            assert [one.body["model"] for one in server.chats] == ["tiny-model", "tiny-model", "other-model"]
            await brain.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("told", "wait_s"), [("2.5", 2.5), ("7", 7.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-1", None)]
)
def test_how_long_to_wait_is_taken_from_the_server(told: str, wait_s: float | None) -> None:
    async def main() -> None:
        async with serving(plain(429, "slow down", f"retry-after: {told}\r\n")) as server:
            brain = brain_at(server, retries=0)
            with pytest.raises(EngineFailed, match="slow down") as caught:
                [one async for one in brain.reply(Question("hello"))]
            assert getattr(caught.value, "wait_s", 0) == wait_s
            await brain.close()

    asyncio.run(main())


# --- what a server can't take


REFUSALS = [
    (400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', "tools"),  # vLLM
    (500, "tools param requires --jinja flag", "tools"),  # llama.cpp
    (400, "registry.ollama.ai/library/gemma3:4b does not support tools", "tools"),  # Ollama
    (404, "No endpoints found that support tool use.", "tools"),  # OpenRouter
    (500, "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj", "pictures"),
    (500, 'Failed to parse messages: Unsupported content part type: "image_url"', "pictures"),  # llama.cpp, older
    (400, "/models/qwen3-8b is not a multimodal model None", "pictures"),  # vLLM
    (400, "At most 0 image(s) may be provided in one request.", "pictures"),  # vLLM
    (404, "No endpoints found that support image input", "pictures"),  # OpenRouter
    (400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
     "max_tokens"),
    (400, "Unsupported value: 'temperature' does not support 0.4 with this model.", "temperature"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "said", "lack"), REFUSALS)
def test_what_it_cant_take_is_left_out_at_once_and_from_then_on(status: int, said: str, lack: str) -> None:
    refusal = plain(status, {"error": {"message": said, "code": status}})
    text, server = asked(
        refusal, stream(*words("A cup.")), question=Question("what is it", look=look), times=2, failures=1
    )
    assert text == "A cup. A cup."
    first, *later = [one.body for one in server.chats]
    assert len(later) == 2, "asked again once, and never again with it"
    for body in later:
        pictured = any(isinstance(one["content"], list) for one in body["messages"])
        assert ("tools" in body) == (lack != "tools")
        assert pictured == (lack != "pictures")
        assert ("max_tokens" in body, "max_completion_tokens" in body) == (lack != "max_tokens", lack == "max_tokens")
        assert ("temperature" in body) == (lack != "temperature")
    assert "tools" in first
    assert isinstance(first["messages"][-1]["content"], list)
    if lack == "pictures":
        assert NOT_SEEN in later[0]["messages"][-1]["content"]
        assert NOT_SEEN not in later[1]["messages"][-1]["content"], "no picture is looked for any more"


@pytest.mark.parametrize(("status", "said"), [
    (400, "This model's maximum context length is 4096 tokens."), (401, "tools are not supported with your key"),
    (429, "image quota is not supported at this rate"), (400, "max_tokens must be positive"), (500, "boom"),
])  # fmt: skip
def test_other_refusals_change_nothing(status: int, said: str) -> None:
    body: dict[str, Any] = {"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]}
    body |= {"tools": [1], "temperature": 1, "max_tokens": 9}
    assert lack_of(status, said, body) is None
    assert without(body, frozenset()) == body


def test_one_apps_tools_are_no_reason_to_send_none_to_anybody() -> None:
    body: dict[str, Any] = {"messages": [], "tools": [1]}
    assert lack_of(400, "Invalid schema for function 'open_door' in tools[0].function.parameters", body) is None
    assert lack_of(400, "tool_choice 'required' is not supported", body | {"tool_choice": "required"}) is None


def test_several_lacks_are_found_one_after_another() -> None:
    answers = [plain(status, {"error": said}) for status, said, lack in (REFUSALS[0], REFUSALS[4], REFUSALS[10])]
    text, server = asked(*answers, stream(*words("Yes.")), question=Question("what is it", look=look))
    assert (text, len(server.chats)) == ("Yes.", 4)
    assert not {"tools", "temperature"} & set(server.chats[-1].body)


def test_a_call_that_comes_though_no_tools_were_sent_does_no_harm() -> None:
    text, _ = asked(plain(400, {"error": REFUSALS[2][1]}), stream(*calling("fly", "{}")), stream(*words("No.")))
    assert text == "No."
