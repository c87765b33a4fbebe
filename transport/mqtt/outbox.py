"""What waits to be published: bounded, the newest wins, and nothing that acts is ever sent late.

Knows messages and age. Does not know the connection: whoever has one takes the next message.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Qos: TypeAlias = Literal[0, 1, 2]
MAX_EVENTS = 64
MAX_EVENT_AGE_US = 10_000_000
"""An event that could not be told for so long is no news any more."""
MAX_ACTS = 32


@dataclass(frozen=True, slots=True)
class Post:
    """``failed``: told when it could not be sent; only commands to the house have one."""

    topic: str
    payload: str | bytes
    qos: Qos = 0
    retain: bool = False
    failed: Callable[[], None] | None = None


class Outbox:
    """``put_*`` return at once, whether there is a broker or not. ``clock``: microseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._states: OrderedDict[str, Post] = OrderedDict()
        self._unsent: OrderedDict[str, None] = OrderedDict()
        self._events: deque[tuple[int, Post]] = deque(maxlen=MAX_EVENTS)
        self._acts: deque[Post] = deque()
        self._filled = asyncio.Event()
        self.connected = False

    def put_state(self, topic: str, payload: str | bytes) -> None:
        """The value of a retained topic; replaces one that was not sent yet, and is told again to a new broker."""
        self._states[topic] = Post(topic, payload, qos=1, retain=True)
        self._unsent[topic] = None
        self._filled.set()

    def put_event(self, topic: str, payload: str | bytes) -> None:
        """Something that happened; the oldest ones give way."""
        self._events.append((self._clock(), Post(topic, payload)))
        self._filled.set()

    def put_act(self, post: Post) -> None:
        """A command to the house: sent now, or it has failed."""
        if not self.connected or len(self._acts) >= MAX_ACTS:
            if post.failed is not None:
                post.failed()
            return
        self._acts.append(post)
        self._filled.set()

    def opened(self) -> None:
        """There is a broker: it is told all states."""
        self.connected = True
        self.again()

    def again(self) -> None:
        """Tell all states once more, in the order in which they first came."""
        self._unsent = OrderedDict.fromkeys(self._states)
        self._filled.set()

    def closed(self) -> None:
        """The broker is gone."""
        self.connected = False
        acts, self._acts = self._acts, deque()
        for post in acts:
            if post.failed is not None:
                post.failed()

    async def next(self) -> Post:
        """The next message, as soon as there is one: commands first, then states, then events that are still news."""
        while True:
            post = self._take()
            if post is not None:
                return post
            self._filled.clear()
            await self._filled.wait()

    def _take(self) -> Post | None:
        if self._acts:
            return self._acts.popleft()
        if self._unsent:
            topic, _ = self._unsent.popitem(last=False)
            return self._states[topic]
        while self._events:
            at, post = self._events.popleft()
            if self._clock() - at <= MAX_EVENT_AGE_US:
                return post
        return None
