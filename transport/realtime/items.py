"""The items of one conversation as the wire knows them: order, content, and by which number the mind knows each.

Knows the shape of items and which words of a reply end at which sample. Does not know responses, or who asked.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from agent.audio import SPEAKING_RATE
from transport.realtime.shapes import Event

REMEMBERED = 256
"""Items and ids beyond this are forgotten, the oldest first."""
ROOT = "root"
K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A mapping that forgets the oldest beyond ``REMEMBERED``."""

    def __init__(self) -> None:
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        return self._kept.get(key)

    def put(self, key: K, value: V) -> V:
        self._kept[key] = value
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return value

    def pop(self, key: K) -> V | None:
        return self._kept.pop(key, None)

    def values(self) -> Iterator[V]:
        yield from self._kept.values()


@dataclass(slots=True)
class Spoken:
    """The words of a reply with the sample of the reply's own axis at which each has been said. ``start``: where this
    item's sound begins on that axis; ``sent``: where it ends so far.
    """

    turn: int
    start: int = 0
    sent: int = 0
    words: list[tuple[str, int]] = field(default_factory=list)

    def until(self, sample: int) -> str:
        """The words of this item that were said completely by ``sample``."""
        return "".join(word for word, end in self.words if self.start < end <= sample).strip()

    def sample(self, ms: int) -> int:
        """``ms`` of this item's sound on the reply's axis, held to what there is."""
        return min(self.start + max(0, ms) * SPEAKING_RATE // 1000, self.end)

    @property
    def end(self) -> int:
        """Where its sound ends, as far as it is known."""
        return max(self.start, self.sent, self.words[-1][1] if self.words else 0)


@dataclass(slots=True)
class Item:
    """``body``: as the API writes it. ``number``: the mind's turn or number of it, None when it knows none.
    ``seconds``: of the user's sound; ``pixels``: of pictures in it.
    """

    body: Event
    number: int | None = None
    spoken: Spoken | None = None
    seconds: float = 0.0
    pixels: int = 0
    counted: tuple[Event | None, int] = (None, 0)
    """Which body's words were counted, and how many there are: a conversation is counted again at each reply."""

    @property
    def id(self) -> str:
        return str(self.body["id"])


class Items:
    """One conversation's. Ids are unique; the same id again replaces the item where it stands."""

    def __init__(self) -> None:
        self._order: list[str] = []
        self._items: dict[str, Item] = {}

    def __iter__(self) -> Iterator[Item]:
        return (self._items[item_id] for item_id in self._order)

    def get(self, item_id: object) -> Item | None:
        return self._items.get(item_id) if isinstance(item_id, str) else None

    @property
    def last(self) -> str | None:
        return self._order[-1] if self._order else None

    def before(self, item_id: str) -> str | None:
        at = self._order.index(item_id) if item_id in self._items else 0
        return self._order[at - 1] if at else None

    def add(self, item: Item, after: str | None = None) -> list[Event]:
        """Put it after that item, first for "root", else last. Gives ``conversation.item.added``."""
        if item.id not in self._items:
            if after == ROOT:
                self._order.insert(0, item.id)
            elif after in self._items:
                self._order.insert(self._order.index(after) + 1, item.id)
            else:
                self._order.append(item.id)
        self._items[item.id] = item
        while len(self._order) > REMEMBERED:
            del self._items[self._order.pop(0)]
        return [self._event("added", item)]

    def done(self, item: Item) -> list[Event]:
        """``conversation.item.done``, when it is still here."""
        return [self._event("done", item)] if item.id in self._items else []

    def delete(self, item_id: str) -> Item | None:
        item = self._items.pop(item_id, None)
        if item is not None:
            self._order.remove(item_id)
        return item

    def _event(self, what: str, item: Item) -> Event:
        return {
            "type": f"conversation.item.{what}", "previous_item_id": self.before(item.id), "item": item.body,
        }  # fmt: skip


def user_message(item_id: str, text: str, *, typed: bool, status: str = "completed") -> Event:
    content = {"type": "input_text", "text": text} if typed else {"type": "input_audio", "transcript": text}
    return message(item_id, "user", [content], status)


def assistant_message(item_id: str, text: str | None, status: str, *, aloud: bool = True) -> Event:
    if text is None:
        return message(item_id, "assistant", [], status)
    content = {"type": "output_audio", "transcript": text} if aloud else {"type": "output_text", "text": text}
    return message(item_id, "assistant", [content], status)


def message(item_id: str, role: str, content: list[Event], status: str = "completed") -> Event:
    return {
        "id": item_id, "object": "realtime.item", "type": "message", "status": status, "role": role, "content": content,
    }  # fmt: skip


def function_call(item_id: str, call_id: str, name: str, arguments: str, status: str = "completed") -> Event:
    return {
        "id": item_id, "object": "realtime.item", "type": "function_call", "status": status, "call_id": call_id,
        "name": name, "arguments": arguments,
    }  # fmt: skip


def function_output(item_id: str, call_id: str, output: str) -> Event:
    return {
        "id": item_id, "object": "realtime.item", "type": "function_call_output", "status": "completed",
        "call_id": call_id, "output": output,
    }  # fmt: skip
