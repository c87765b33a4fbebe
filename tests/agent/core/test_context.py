"""What is remembered: words and pictures in one order, of replies only what was heard."""

from __future__ import annotations

from agent.core.context import AgentLine, Context, PictureLine, UserLine


def test_words_and_pictures_stand_in_the_order_in_which_they_came() -> None:
    context = Context()
    context.user_said(1, "what is this")
    context.saw("p1", "a cup")
    context.agent_said(2, "A cup.", "", interrupted=False)
    assert context.lines == (UserLine(1, "what is this"), PictureLine("p1", "a cup"), AgentLine(2, "A cup."))


def test_what_was_not_heard_is_kept_apart() -> None:
    context = Context()
    context.agent_said(2, "A red", "cup.", interrupted=True)
    assert context.lines == (AgentLine(2, "A red", interrupted=True),)
    assert context.unheard == "cup."


def test_nothing_heard_is_no_line() -> None:
    context = Context()
    context.user_said(1, " ")
    context.agent_said(2, "", "A red cup.", interrupted=True)
    assert (context.lines, context.unheard) == ((), "A red cup.")


def test_a_later_reply_replaces_what_was_not_heard() -> None:
    context = Context()
    context.agent_said(2, "A", "cup.", interrupted=True)
    context.agent_said(4, "Noon.", "", interrupted=False)
    assert context.unheard == ""


def test_memory_is_bounded_and_the_oldest_go_first() -> None:
    context = Context(max_lines=5, max_pictures=2)
    for number in range(10):
        context.user_said(number, str(number))
        context.saw(f"p{number}", "")
    assert context.lines == (
        UserLine(7, "7"), UserLine(8, "8"), PictureLine("p8"), UserLine(9, "9"), PictureLine("p9"),
    )  # fmt: skip
