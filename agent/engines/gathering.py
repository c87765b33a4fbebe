"""Calls of many sessions that one model does together in one pass: what waits, what goes next, and with whom.

Nobody waits for company: while the model is busy newcomers queue, and when it is free it takes those that wait. What
somebody waits for goes before what is done ahead, and is never held up by it in the same pass. How many are worth
doing together is learned from what passes took: a device with room does sixteen in the time of one, a processor that
is busy with one takes twice as long for two. Knows order and numbers. Does not know threads, clocks or models.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

LONGEST_US = 150_000
"""A pass of several that takes longer keeps who comes next waiting: beyond it they are fewer."""
WORTH = 0.9
"""Twice as many in one pass must cost at most so much of two passes."""
AGAIN = 32
"""After so many passes a larger one is tried again: the device may have been busy with something else."""
NEWEST = 0.2
"""Part of the newest measurement in the mean: calls of a kind are not all alike."""


class Company:
    """How many calls of one kind to do in one pass, at most ``most``: 1, 2, 4, ... as long as that pays."""

    def __init__(self, most: int, longest_us: float = LONGEST_US) -> None:
        self._most, self._longest_us = most, longest_us
        self._pass_us: dict[int, float] = {}
        self._since = 0

    @property
    def most(self) -> int:
        """So many now. Grows one size at a time, each when the one before is known."""
        size = self._settled
        larger = min(2 * size, self._most)
        if larger == size or size not in self._pass_us:
            return size
        harmless = larger not in self._pass_us and self._pass_us[size] * larger / size <= self._longest_us
        return larger if harmless or self._since >= AGAIN else size

    def took(self, count: int, pass_us: float) -> None:
        """So many were done in one pass."""
        size = 1
        while size < min(count, self._most):
            size = min(2 * size, self._most)
        us, known, tried = pass_us * size / count, self._pass_us.get(size), size > self._settled
        self._since = 0 if tried else self._since + 1
        self._pass_us[size] = us if known is None or tried else known + NEWEST * (us - known)

    @property
    def _settled(self) -> int:
        """The largest size that was found to be worth it."""
        size = 1
        while (larger := min(2 * size, self._most)) > size:
            one, more = self._pass_us.get(size), self._pass_us.get(larger)
            if one is None or more is None or more > min(WORTH * one * larger / size, self._longest_us):
                break
            size = larger
        return size


@dataclass(eq=False, slots=True)
class Waiting(Generic[T]):
    """A call: ``urgency``, the smaller the sooner; calls of the same ``kind`` can be done in one pass."""

    item: T
    urgency: int
    kind: Hashable


class Gathering(Generic[T]):
    """``most``: calls of a kind in one pass."""

    def __init__(self, most: int = 1) -> None:
        self._most = most
        self._waiting: dict[int, deque[Waiting[T]]] = {}
        self._companies: dict[Hashable, Company] = {}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def __iter__(self) -> Iterator[Waiting[T]]:
        """All that waits, the most urgent first, equals in the order in which they came."""
        for urgency in sorted(self._waiting):
            yield from self._waiting[urgency]

    def add(self, item: T, urgency: int = 0, kind: Hashable = None) -> Waiting[T]:
        """``kind`` None: it is done alone."""
        made = Waiting(item, urgency, kind)
        self._waiting.setdefault(urgency, deque()).append(made)
        return made

    def take(self) -> list[Waiting[T]]:
        """The first that waits, with others of its kind and urgency in their order; none when nothing waits."""
        first = next(iter(self), None)
        if first is None:
            return []
        line = self._waiting[first.urgency]
        most = self.company(first.kind).most if first.kind is not None else 1
        taken = [one for one in line if one is first or (first.kind is not None and one.kind == first.kind)][:most]
        self._waiting[first.urgency] = deque(one for one in line if one not in taken)
        return taken

    def company(self, kind: Hashable) -> Company:
        """What is known of passes of this kind; told by who makes them."""
        if kind not in self._companies:
            self._companies[kind] = Company(self._most)
        return self._companies[kind]

    def clear(self) -> list[Waiting[T]]:
        """Nothing waits any more; what did."""
        left = list(self)
        self._waiting.clear()
        return left
