"""How a session looks: the options of ``agent.seeing``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeeingSettings:
    """Each option has its unit in the name; ``_side``: pixels of the longer side."""

    fps: float = 2.0
    """Pictures a second that the camera's track brings."""
    guiding_fps: float = 4.0
    """The same while a hand is guided ("help me aim"): the page is asked for so many, and for ``fps`` afterwards."""
    keep_max: int = 4
    """Good pictures that are held."""
    keep_ms: int = 10_000
    """How long they are held."""
    scene_ms: int = 1_500
    """A held picture of the same scene this fresh may stand in for the newest."""
    old_ms: int = 2_500
    """From older pictures nothing is answered."""
    still_max_side: int = 1_600
    """Size of a still that is asked for."""
    still_timeout_s: float = 0.5
    """How long a still is waited for while the track brings pictures."""
    still_alone_s: float = 1.5
    """How long it is waited for when the track brings none."""
    still_again_ms: int = 1_200
    """A still this fresh serves a second look."""
    first_picture_s: float = 1.5
    """How long a camera that was just switched on is waited for."""
    text_side: int = 640
    """Size at which text is looked for first."""
    fine_text_side: int = 1_280
    """Size at which it is looked for again when it is small or in doubt."""

    def __post_init__(self) -> None:
        for name in ("keep_max", "keep_ms", "old_ms", "still_max_side", "text_side", "fine_text_side"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        for name in ("still_timeout_s", "still_alone_s", "first_picture_s"):
            if not 0 <= getattr(self, name) <= 30:
                raise ValueError(f"{name} must be 0..30 seconds, not {getattr(self, name)}")
        for name in ("fps", "guiding_fps"):
            if not 0 < getattr(self, name) <= 60:
                raise ValueError(f"{name} must be above 0 and at most 60, not {getattr(self, name)}")
