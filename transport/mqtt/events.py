"""What sessions tell, as messages for the broker. Pure: reports and answers to topics and payloads.

Words are left out where transcripts are switched off. Does not know which session speaks for the house.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from agent import ports
from agent.skills.people import NO_FACE
from agent.skills.skill import Answer
from transport.mqtt.topics import Topics

EVENTS = ("turn", "barge_in", "reading", "code", "person")
FOUND = {"read_text": "reading", "scan_code": "code", "people": "person"}
"""Skill to the event that says it found something."""
LONGEST_STATE = 255
"""Characters that Home Assistant takes for a state."""
ORDER: tuple[ports.ShownState, ...] = ("speaking", "thinking", "listening", "muted", "idle")
"""Which state stands for several sessions: the first of these that one of them is in."""


def told(topics: Topics, session: str, report: ports.Report, *, transcripts: bool) -> Iterator[tuple[str, str]]:
    """Topic and payload of each message that this report is."""
    match report:
        case ports.UserSaid(turn=turn, text=text, typed=typed) if text:
            if transcripts:
                yield topics.transcript, packed(session=session, turn=turn, text=text, typed=typed)
            yield topics.event, packed(event_type="turn", session=session, turn=turn, typed=typed)
        case ports.ReplyEnded(turn=turn, status=status, heard=heard, reason=reason) if turn > 0:  # none beside the talk
            if transcripts and heard:
                yield topics.reply, packed(session=session, turn=turn, text=heard, status=status)
            if reason == "spoken_over":
                yield topics.event, packed(event_type="barge_in", session=session, turn=turn)
        case _:
            pass


def found(topics: Topics, session: str, answer: Answer, *, transcripts: bool) -> Iterator[tuple[str, str]]:
    """Topic and payload of the event that something was found."""
    event = FOUND.get(answer.skill)
    if event is None or answer.kind != "answer" or answer.brief == NO_FACE:
        return
    words = {"text": answer.text} if transcripts else {}
    yield topics.event, packed(event_type=event, session=session, **words)


def overall(states: dict[str, ports.ShownState]) -> ports.ShownState:
    """One state for all sessions."""
    return next((state for state in ORDER if state in states.values()), "idle")


def packed(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
