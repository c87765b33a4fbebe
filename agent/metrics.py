"""Where the time of a turn went, and counts of a session. Microseconds in, milliseconds out. Knows no engine."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TurnMarks:
    """Of the user's turn: when the last sound ended (or the text came), its final words were known, it was
    declared over.
    """

    ended_us: int
    final_us: int
    endpoint_us: int


@dataclass(slots=True)
class ReplyMarks:
    """When a reply reached its stages; filled as they come."""

    reached: dict[str, int] = field(default_factory=dict)

    def reach(self, stage: str, now_us: int) -> None:
        self.reached.setdefault(stage, now_us)

    def stages(self, turn: TurnMarks) -> tuple[tuple[str, int], ...]:
        """Milliseconds from the end of the user's speech; what was prepared during the pause counts from there, too."""
        marks = {"final_text": turn.final_us, "endpoint": turn.endpoint_us, **self.reached}
        return tuple(
            (stage, max(0, (marks[stage] - turn.ended_us) // 1000))
            for stage in ("final_text", "endpoint", "first_words", "first_sound", "sound_out")
            if stage in marks
        )


@dataclass(slots=True)
class Counts:
    """Of one session. A guess is a reply begun in a pause; it is used or thrown away."""

    replies: int = 0
    guesses: int = 0
    guesses_used: int = 0
    interruptions: int = 0
    false_alarms: int = 0
