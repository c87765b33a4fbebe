"""What a terminal shows: lines for all, meters where it can, JSON for programs."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from transport.terminal.views import JsonView, LiveView, PlainView, View


def conversation(view: View) -> None:
    view.state("listening")
    view.level("you", -20.0)
    view.hearing("what ti")
    view.said("you", "what time is it [bold]")
    view.said("you", "")
    view.saying("It's ")
    view.saying("noon.")
    view.ended("It's noon.", cut=False)
    view.ended("And then", cut=True)
    view.ended("", cut=True)
    view.notice("Watch out.")


LINES = ["You: what time is it [bold]", "Netra: It's noon.", "Netra: And then …", "Watch out."]


def test_plain_lines() -> None:
    file = io.StringIO()
    conversation(PlainView(Console(file=file, width=200)))
    assert file.getvalue().splitlines() == LINES


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    conversation(JsonView())
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        {"who": "you", "text": "what time is it [bold]"},
        {"who": "netra", "text": "It's noon.", "cut": False},
        {"who": "netra", "text": "And then", "cut": True},
        {"notice": "Watch out."},
    ]


def test_the_live_lines_show_levels_state_and_the_words_of_the_moment() -> None:
    file = io.StringIO()
    view = LiveView(Console(file=file, width=100))

    def drawn() -> str:
        console = Console(file=io.StringIO(), width=100, record=True)
        console.print(view.drawn())
        return console.export_text()

    view.level("you", 0.0)
    view.state("listening")
    view.hearing("what ti")
    view.typing("abc")
    text = drawn()
    assert "You ████████████████████████" in text
    assert "Netra ····" in text
    assert "listening" in text
    assert "You: what ti …" in text
    assert "> abc" in text
    view.said("you", "what time is it")
    view.saying("It's noon.")
    assert "what ti …" not in drawn()
    assert "Netra: It's noon." in drawn()
    for _ in range(100):
        view.level("you", -120.0)
    assert "█" not in drawn()


def test_the_live_view_leaves_the_lines_behind() -> None:
    file = io.StringIO()
    with LiveView(Console(file=file, width=100, force_terminal=True)) as view:
        conversation(view)
    for line in LINES:
        assert line in file.getvalue()
