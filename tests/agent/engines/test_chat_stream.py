"""Streams of chat servers as they really come, line by line."""

from __future__ import annotations

import json

import pytest

from agent.engines.breaker import Breaker
from agent.engines.chat_stream import ChatStream, StreamFailed
from agent.engines.server_link import told_in
from tests.agent.engines.chat_servers import calling, chunk, words


def read(*lines: str) -> tuple[str, ChatStream]:
    stream = ChatStream()
    return "".join(text for line in lines for text in stream.line(line)), stream


def test_text_comes_as_it_is_streamed() -> None:
    text, stream = read(*words("The cup is blue."))
    assert text.strip() == "The cup is blue."
    assert (stream.finish, stream.done, stream.alive) == ("stop", True, True)


def test_comments_names_of_events_and_usage_without_choices_are_no_text() -> None:
    text, stream = read(
        ": keep-alive", "", "event: message", "id: 7", "retry: 3000", chunk({"content": "Yes"}),
        ": OPENROUTER PROCESSING",
        'data: {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 1}}',
        chunk({}, "stop"), 'data: {"choices": null}', "data:[DONE]",
    )  # fmt: skip
    assert text == "Yes"
    assert stream.done


def test_thinking_is_a_sign_of_life_and_not_said() -> None:
    text, stream = read(chunk({"reasoning_content": "Hm, a cup."}), chunk({"reasoning": "Blue?"}))
    assert text == ""
    assert stream.alive


def test_a_call_in_pieces_is_put_together() -> None:
    _, stream = read(*calling("set_timer", '{"seconds": 240}'))
    [call] = stream.calls
    assert (call.id, call.name, call.arguments()) == ("call_a", "set_timer", {"seconds": 240})


def test_two_calls_in_turns_keep_their_pieces() -> None:
    def piece(index: int, text: str, name: str = "") -> str:
        one = {"index": index, "function": {"arguments": text}}
        if name:
            one = {"index": index, "id": f"c{index}", "function": {"name": name, "arguments": text}}
        return chunk({"tool_calls": [one]})

    _, stream = read(piece(0, '{"a"', "x"), piece(1, "{", "y"), piece(0, ": 1}"), piece(1, "}"))
    assert [(one.name, one.arguments()) for one in stream.calls] == [("x", {"a": 1}), ("y", {})]


def test_ollama_sends_whole_calls_all_with_index_0_and_llama_cpp_none_at_all() -> None:
    def whole(name: str, arguments: object, **more: object) -> str:
        return chunk({"tool_calls": [{"function": {"name": name, "arguments": arguments}, **more}]})

    _, ollama = read(whole("time", "{}", id="call_1", index=0), whole("date", "{}", id="call_2", index=0))
    assert [call.name for call in ollama.calls] == ["time", "date"]
    _, bare = read(whole("time", {"zone": "here"}), whole("date", {}))
    assert [(call.id, call.name, call.arguments()) for call in bare.calls] == [
        ("", "time", {"zone": "here"}),
        ("", "date", {}),
    ]


def test_arguments_that_are_no_object_are_known_as_such() -> None:
    _, stream = read(*calling("time", '{"zone": "he'))
    assert stream.calls[0].arguments() is None
    assert read(*calling("time", "[1, 2]"))[1].calls[0].arguments() is None


@pytest.mark.parametrize(
    "line",
    [
        'data: {"error": {"message": "CUDA out of memory", "code": 500}}',
        'error: {"code": 500, "message": "CUDA out of memory"}',
        'data: {"object": "error", "message": "CUDA out of memory", "code": 400}',
        'data: {"error": "CUDA out of memory"}',
    ],
)
def test_an_error_inside_the_stream_ends_it(line: str) -> None:
    with pytest.raises(StreamFailed, match="CUDA out of memory"):
        read(chunk({"content": "The"}), line)


def test_what_is_no_json_and_endless_calls_end_it_too() -> None:
    with pytest.raises(StreamFailed, match="no JSON"):
        read("data: <html>")
    with pytest.raises(StreamFailed, match="more than"):
        read(*[chunk({"tool_calls": [{"function": {"name": f"t{n}"}}]}) for n in range(40)])


def test_an_errors_message_is_found_in_any_shape() -> None:
    assert told_in('{"error": {"message": "no such model"}}') == "no such model"
    assert told_in('{"detail": "Not Found"}') == "Not Found"
    assert told_in("<h1>Bad gateway</h1>") == "<h1>Bad gateway</h1>"
    assert told_in(json.dumps({"error": "nope"})) == "nope"


def test_the_breaker_opens_after_failures_in_a_row_and_lets_one_try_when_its_time_is_over() -> None:
    breaker = Breaker(2, 10_000_000)
    breaker.failed(0)
    breaker.succeeded()
    breaker.failed(0)
    assert breaker.allows(0)
    breaker.failed(1_000_000)
    assert not breaker.allows(10_999_999)
    assert breaker.wait_us(1_000_000) == 10_000_000
    assert breaker.allows(11_000_000)
    assert not breaker.allows(11_000_000)  # one at a time
    breaker.failed(11_000_000)
    assert not breaker.allows(30_999_999)  # twice as long
    assert breaker.allows(31_000_000)
    breaker.gave_up()
    assert breaker.allows(31_000_000)
    breaker.succeeded()
    assert breaker.allows(31_000_000)
    assert breaker.allows(31_000_000)
