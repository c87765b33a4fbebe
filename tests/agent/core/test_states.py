"""The table is what really happens: a walk over every situation finds every arrow, no other, and no dead end."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.core import events as e
from agent.core.states import EVERYWHERE, TABLE, State, Tick, mermaid
from tests.agent.core.walk import Walked, differences, fork, inner, mode, unexpected, walk

ARCHITECTURE = Path(__file__).parents[3] / "docs" / "architecture.md"


@pytest.fixture(scope="module")
def walked() -> Walked:
    """Few situations, and still every arrow is taken. ``walk.py`` itself walks them all."""
    return walk(4_000)


def test_the_table_has_no_dead_arrow_and_misses_none(walked: Walked) -> None:
    assert differences(walked) == []


def test_a_fact_that_the_table_does_not_list_is_ignored_in_every_situation(walked: Walked) -> None:
    assert unexpected(walked, every=10) == []


def test_a_dead_row_and_a_missing_arrow_are_named() -> None:
    walked = walk(50)
    walked.arrows[State.IDLE, e.SpeechStarted].add(State.THINKING)
    found = differences(walked)
    assert "OVERLAP + StopPressed: this row is dead, nothing ever comes this way" in found
    assert "IDLE + SpeechStarted -> THINKING: taken and not listed" in found


def test_every_situation_comes_to_rest_by_deadlines_alone(walked: Walked) -> None:
    for name, situation in walked.situations.items():
        core = fork(situation)
        if mode(core).push:  # the client says when the turn is over, or its line is lost
            core.receive(e.LineLost(), inner(core).now)
        for _ in range(20):
            if (due := core.deadline()) is None:
                break
            core.tick(due)
        assert core.state in (State.IDLE, State.CLOSED), name
        assert core.deadline() is None, name


def test_what_the_diagram_leaves_out_leads_to_the_same_state_everywhere() -> None:
    for state in set(State) - {State.CLOSED}:
        assert {event: TABLE[state][event] for event in EVERYWHERE} == {one: {to} for one, to in EVERYWHERE.items()}
    assert TABLE[State.CLOSED] == {}


def test_every_event_has_a_place_in_the_table() -> None:
    named = {event for row in TABLE.values() for event in row}
    assert named == {*e.Event.__args__, Tick}


def test_the_diagram_in_the_docs_is_the_table() -> None:
    assert mermaid() in ARCHITECTURE.read_text(encoding="utf-8"), (
        "docs/architecture.md shows another table: put the output of `python -m agent.core.states` there"
    )
