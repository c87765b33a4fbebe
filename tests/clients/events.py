"""What every event of the server has to be: one that the openai package knows, in the order that all clients need."""

from __future__ import annotations

from collections import Counter
from typing import Any

from openai.types.realtime import RealtimeServerEvent
from pydantic import ConfigDict, TypeAdapter

SEEN: dict[str, Counter[str]] = {}
"""Which events each client got and took, for the table at the end of the run."""
ADAPTER: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent, config=ConfigDict(arbitrary_types_allowed=True))


def accept(client: str, events: list[dict[str, Any]]) -> None:
    """Everything this client was sent, over all its lines. Raises AssertionError."""
    lines = [at for at, event in enumerate(events) if event["type"] == "session.created"]
    for event in events:
        check(event)
        assert event["type"] != "error", event
    for begin, end in zip(lines, [*lines[1:], len(events)], strict=True):
        check_order(events[begin:end], whole=end == len(events))
    SEEN[client] = Counter(event["type"] for event in events)


def check(event: dict[str, Any]) -> None:
    """Raises AssertionError for what the package's own model of this event does not take."""
    parsed = ADAPTER.validate_python(event)
    assert parsed.type == event["type"], f"{event['type']} was taken for {parsed.type}"
    assert event["event_id"]
    extra = {key for key in parsed.model_extra or {} if key != "type"}
    assert not extra, f"{event['type']} has keys nobody knows: {extra}"


def check_order(events: list[dict[str, Any]], *, whole: bool = True) -> None:
    """The rules of docs/realtime.md that break a client when they are broken. ``whole``: the line ended by itself."""
    assert events[0]["type"] == "session.created"
    assert len({event["event_id"] for event in events}) == len(events)
    open_responses: set[str] = set()
    items: set[str] = set()
    done: set[str] = set()
    added: set[str] = set()
    for event in events:
        kind = event["type"]
        match kind:
            case "response.created":
                open_responses.add(event["response"]["id"])
            case "response.done":
                response = event["response"]
                assert response["id"] in open_responses, "done, and was not open"
                open_responses.discard(response["id"])
                assert response["usage"]["total_tokens"] >= 0
                assert {item["id"] for item in response["output"]} <= done, "an item of it is not done"
            case "response.output_item.added":
                assert event["response_id"] in open_responses
                items.add(event["item"]["id"])
            case "response.output_item.done":
                done.add(event["item"]["id"])
            case "conversation.item.added":
                assert event["item"]["id"] not in added, "added twice"
                added.add(event["item"]["id"])
            case "conversation.item.done":
                assert event["item"]["id"] in added
            case _ if kind.startswith("response."):
                assert event["response_id"] in open_responses, kind
                assert event["item_id"] in items, kind
            case _:
                pass
    assert not (whole and open_responses), "a response was never done"
