"""An app's own tools without a language model: asked for, filled, asked back, answered, and left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from agent.engines.protocols import Call, CallTool, Question, Said, Text
from agent.skills.app import HERE, AppReplies
from agent.skills.app_results import DONE, told_one
from agent.skills.app_tools import best_tool
from agent.wishes import Tool, ToolResult, Wishes


def tool(name: str, about: str, properties: dict[str, Any] | None = None, *required: str) -> Tool:
    return Tool(name, about, {"type": "object", "properties": properties or {}, "required": list(required)})


TOOLS = (
    tool("get_weather", "Get the current weather for a city", {"city": {"type": "string"}}, "city"),
    tool("turn_on_light", "Turn on the light in a room",
         {"room": {"type": "string", "enum": ["kitchen", "living_room"]}}, "room"),
    tool("turnOffLight", "Turn off the light in a room", {"room": {"type": "string"}}, "room"),
    tool("set_brightness", "Set the brightness", {"level": {"type": "integer"}}, "level"),
    tool("lookup_order", "Look up an order by its number", {"number": {"type": "integer"}}, "number"),
    tool("transfer_to_sales", "Hands off to the sales agent"),
)  # fmt: skip


@dataclass
class Understood:
    skill: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


class Words:
    """Understands "greet", and nothing else."""

    def understand(self, text: str, **_: Any) -> Understood | None:
        return Understood("greet") if "greet" in text.lower() else None


app = AppReplies(Words())


def ask(text: str, *history: Said, **wishes: Any) -> Any:
    return app(Question(text, history=history, wishes=Wishes(**{"tools": TOOLS} | wishes)))


@pytest.mark.parametrize(
    ("said", "name", "arguments"),
    [
        ("what's the weather in Paris", "get_weather", {"city": "Paris"}),
        ("what is the weather in New York today", "get_weather", {"city": "New York"}),
        ("turn on the light in the kitchen", "turn_on_light", {"room": "kitchen"}),
        ("please turn off the lights in the bedroom", "turnOffLight", {"room": "bedroom"}),
        ("set the brightness to forty", "set_brightness", {"level": 40}),
        ("where is my order 1234", "lookup_order", {"number": 1234}),
        ("transfer me to sales", "transfer_to_sales", {}),
    ],
)
def test_a_tool_that_is_asked_for_is_called_with_what_was_said(said: str, name: str, arguments: dict[str, Any]) -> None:
    assert ask(said) == CallTool(name, arguments)


@pytest.mark.parametrize(
    "said", ["what time is it", "hello", "describe what you see", "set a timer for five minutes", "stop", "uh-huh",
             "weather " + "and so on " * 40]
)  # fmt: skip
def test_what_asks_for_no_tool_is_left_to_the_skills(said: str) -> None:
    assert ask(said) is None


def test_what_is_missing_is_asked_and_the_answer_completes_the_call() -> None:
    asked = ask("what is the weather")
    assert asked == Text("Which city for weather?")
    before = (Said("user", "what is the weather"), Said("agent", asked.text))
    assert ask("Paris, please", *before) == CallTool("get_weather", {"city": "Paris"})
    asked = ask("turn on the light")
    assert asked == Text("Which room for turn on light: kitchen, living room?")
    before = (Said("user", "turn on the light"), Said("agent", asked.text))
    assert ask("the living room", *before) == CallTool("turn_on_light", {"room": "living_room"})
    assert ask("the moon", *before) == asked


def test_tool_choice_is_followed() -> None:
    assert ask("what is the weather in Paris", tool_choice="none") is None
    assert ask("hello", tool_choice="get_weather") == CallTool("get_weather", {"city": "hello"})
    assert isinstance(ask("what time is it", tool_choice="required"), CallTool)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("It is sunny.", "It is sunny."),
        ('"sunny"', "sunny."),
        ('{"temperature": 21, "sky": "clear"}', "temperature: 21, sky: clear."),
        ('{"answer": "It is sunny", "source": "x"}', "It is sunny."),
        ('{"error": "no such city"}', "That did not work: no such city."),
        ('["red", "green"]', "red, green."),
        ("[1,2,3,4,5,6,7,8,9,10]", "1, 2, 3, 4, 5, 6, 7, 8, and 2 more."),
        ("", DONE), ("null", DONE), ("ok", DONE), ("{}", DONE), ("true", "yes."),
        ("[" * 50_000, None),
    ],
)  # fmt: skip
def test_results_are_said_as_one_would(output: str, said: str | None) -> None:
    assert told_one(output) == said or said is None
    assert len(told_one(output)) <= 1_001


def test_a_result_is_told_before_anything_else() -> None:
    question = Question("what is the weather", results=(ToolResult("c", "get_weather", '{"answer": "Sunny."}'),))
    assert app(question) == Text("Sunny.")


def test_instructions_are_followed_where_they_can_be() -> None:
    assert ask("", instructions='Say "welcome back" to the user.') == Text("welcome back")
    assert ask("", instructions="Greet the user and offer help.") == Call("greet")
    assert ask("", Said("agent", "Hello."), instructions="You are a pirate.") == Text(HERE)
    assert ask("") == Call("greet")
    assert app(Question("", shown=True)) == Call("describe")
    assert ask("read the text", instructions='Say "no".') is None, "the user's words come before instructions"


@pytest.mark.parametrize(
    "parameters", [{}, {"properties": 3}, {"properties": {"x": 5}, "required": ["x", "y"]}, {"required": 1}]
)
def test_a_schema_that_is_none_breaks_nothing(parameters: dict[str, Any]) -> None:
    found = best_tool("open the door", [Tool("open_door", "", parameters)])
    assert found is not None
    assert found.tool.name == "open_door"
