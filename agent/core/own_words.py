"""Are these words the agent's own, come back through the microphone? By when it said them.

The second line of defence, behind ``agent.echo`` and for lines that have nothing else: an echo says the very words that
are leaving for the listener now, and so a recogniser hears them in their order. A person who repeats them does so after
they were said. Pure text; knows no sound.
"""

from __future__ import annotations

from agent.core.words import plain

LATE_SAMPLES = 14_400
"""Words that left so long ago may still be on their way back: 600 ms of 24 kHz, buffers, wireless and room included."""
LATE_MS = 600
OWN_SHARE = 0.75
"""So many of the words heard must be the agent's, in its order: the recogniser mishears some."""


def is_own(heard: str, said: str) -> bool:
    """Whether ``heard`` is (a part of) ``said``, as far as it can be heard."""
    theirs, ours = plain(heard).split(), plain(said).split()
    return bool(theirs) and _in_order(theirs, ours) >= OWN_SHARE * len(theirs)


def _in_order(theirs: list[str], ours: list[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(ours) + 1)
    for word in theirs:
        before, row = row, [0]
        for at, own in enumerate(ours):
            row.append(before[at] + 1 if word == own else max(before[at + 1], row[at]))
    return row[-1]
