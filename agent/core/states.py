"""The states of a conversation and which event may lead from which to which: the one table.

``TurnCore`` ignores what is not in it and may go nowhere else; the diagram in the docs is drawn from it
(``python -m agent.core.states``), and the tests walk it.
"""

from __future__ import annotations

from enum import Enum

from agent.core import events as e


class State(Enum):
    """IDLE nobody speaks · LISTENING the user speaks · PAUSING the user paused, words are still coming · GUESSING all
    words are known and a reply is being made in case the pause is the end · THINKING the turn is over, the reply has no
    sound yet · SPEAKING · OVERLAP the user makes a sound over the reply · CLOSED.
    """

    IDLE = "idle"
    LISTENING = "listening"
    PAUSING = "pausing"
    GUESSING = "guessing"
    THINKING = "thinking"
    SPEAKING = "speaking"
    OVERLAP = "overlap"
    CLOSED = "closed"


USER_SPEAKS = (State.LISTENING, State.PAUSING, State.GUESSING)


class Tick:
    """A deadline passed. Not an event of the session: the table's name for ``TurnCore.tick``."""


I, L, P, G, T, S, O, C = State  # noqa: E741  the table is read as a picture
TABLE: dict[State, dict[type, set[State]]] = {
    I: {
        e.LineLost: {I},
        e.Muted: {I},
        e.SpeechLikely: {I},
        e.SpeechUnlikely: {I},
        e.SpeechStarted: {L},
        e.TextTyped: {T},
        e.ReplyWanted: {T},
        e.Announced: {I},
        e.StopPressed: {I},
        e.Closed: {C},
        Tick: {I, T},
    },
    L: {
        e.LineLost: {I},
        e.Muted: {L, P},
        e.SpeechLasted: {L},
        e.SpeechPaused: {L},
        e.SpeechStopped: {P},
        e.PartialHeard: {L},
        e.FinalHeard: {L},
        e.Understood: {L},
        e.Voiced: {L},
        e.ReplyWritten: {L},
        e.ReplyFailed: {L},
        e.TextTyped: {T},
        e.ReplyWanted: {L},
        e.Announced: {L},
        e.StopPressed: {L},
        e.Committed: {P},
        e.Cleared: {I},
        e.Closed: {C},
        Tick: {P},
    },
    P: {
        e.LineLost: {I},
        e.Muted: {P},
        e.SpeechLikely: {P},
        e.SpeechUnlikely: {P},
        e.SpeechStarted: {L},
        e.SpeechLasted: {P, L},
        e.SpeechStopped: {P},
        e.PartialHeard: {P},
        e.FinalHeard: {P, G, T, S, O, I},
        e.Understood: {P},
        e.Voiced: {P},
        e.ReplyWritten: {P},
        e.ReplyFailed: {P},
        e.TextTyped: {T},
        e.ReplyWanted: {P},
        e.Announced: {P},
        e.StopPressed: {I},
        e.Committed: {P, T, I},
        e.Cleared: {I},
        e.Closed: {C},
        Tick: {P, T, S, O, I},
    },
    G: {
        e.LineLost: {I},
        e.Muted: {G},
        e.SpeechLikely: {G},
        e.SpeechUnlikely: {G},
        e.SpeechStarted: {L},
        e.TextTyped: {T},
        e.ReplyWanted: {G},
        e.Announced: {G},
        e.Understood: {G},
        e.Voiced: {G},
        e.ReplyWritten: {G},
        e.ReplyFailed: {G},
        e.StopPressed: {I},
        e.Committed: {T, S, O, I},
        e.Cleared: {I},
        e.Closed: {C},
        Tick: {G, T, S, O, I},
    },
    T: {
        e.LineLost: {I},
        e.Muted: {T},
        e.SpeechLikely: {T},
        e.SpeechUnlikely: {T},
        e.SpeechStarted: {L},
        e.TextTyped: {T},
        e.ReplyWanted: {T},
        e.Announced: {T},
        e.Voiced: {T, S, O},
        e.ReplyWritten: {I},
        e.ReplyFailed: {I},
        e.SoundPlayed: {T},
        e.StopPressed: {I},
        e.Closed: {C},
        Tick: {I},
    },
    S: {
        e.LineLost: {I},
        e.Muted: {S},
        e.SpeechLikely: {O},
        e.SpeechStarted: {O},
        e.TextTyped: {T},
        e.ReplyWanted: {T},
        e.Announced: {S},
        e.Voiced: {S},
        e.ReplyWritten: {S, I},
        e.ReplyFailed: {I},
        e.SoundPlayed: {S, I},
        e.StopPressed: {I},
        e.Closed: {C},
        Tick: {I},
    },
    O: {
        e.LineLost: {I},
        e.Muted: {O, S},
        e.SpeechLikely: {O},
        e.SpeechUnlikely: {O, S},
        e.SpeechStarted: {O},
        e.SpeechLasted: {O, L},
        e.SpeechStopped: {O},
        e.PartialHeard: {O, L, P},
        e.FinalHeard: {O, S, L, P, G, T, I},
        e.TextTyped: {T},
        e.ReplyWanted: {T, L, P},
        e.Announced: {O},
        e.Voiced: {O},
        e.ReplyWritten: {O, L, P, I},
        e.ReplyFailed: {L, P, I},
        e.SoundPlayed: {O, L, P, I},
        e.StopPressed: {I, L},
        e.Committed: {O, P, T, I},
        e.Cleared: {S, O},
        e.Closed: {C},
        Tick: {O, S, L, P, I},
    },
    C: {},
}
for _state in set(State) - {C}:
    TABLE[_state] |= {
        e.LineAttached: {_state}, e.PictureSeen: {_state}, e.LineBrought: {_state}, e.LineForgotten: {_state},
        e.LineAttached: {_state}, e.PictureSeen: {_state}, e.TurnsChanged: {_state}, e.Truncated: {_state},
    }  # fmt: skip


EVERYWHERE: dict[type, State] = {e.LineLost: I, e.TextTyped: T, e.Closed: C}
"""Facts that lead to the same state from every other; the diagram leaves them out."""


def _by_name(state: State) -> str:
    return state.name


def mermaid() -> str:
    """The table as a Mermaid state diagram; loops to the same state and EVERYWHERE are left out."""
    lines = ["stateDiagram-v2", "    [*] --> IDLE"]
    for state, row in TABLE.items():
        labels: dict[State, list[str]] = {}
        for event, targets in row.items():
            for target in sorted(targets - {state} - {EVERYWHERE.get(event)}, key=_by_name):
                labels.setdefault(target, []).append(event.__name__)
        lines += [f"    {state.name} --> {target.name}: {', '.join(names)}" for target, names in labels.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    print(mermaid())  # noqa: T201
