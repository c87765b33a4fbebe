"""What a client wishes of turn taking, in the core's own terms and within its bounds.

Knows both vocabularies. Does not know sessions or the wire.
"""

from __future__ import annotations

from dataclasses import replace

from agent import ports
from agent.audio import HEARING_RATE
from agent.core import events as e
from agent.core.gate import GateSettings
from agent.core.turn import TurnSettings

LONGEST_SILENCE_MS = 10_000
LONGEST_PREROLL_MS = 2_000
LEAST_PROMPT_MS, LONGEST_PROMPT_MS = 1_000, 3_600_000


def turns_like(settings: TurnSettings, wish: ports.TurnDetection) -> e.TurnsChanged:
    """The event that tells the core."""
    silence = None if wish.silence_ms is None else min(LONGEST_SILENCE_MS, max(0, wish.silence_ms))
    prompt = settings.prompt_ms if wish.prompt_ms is None else wish.prompt_ms
    return e.TurnsChanged(
        push=wish.by == "push",
        answers=wish.answers,
        interrupts=wish.interrupts,
        eagerness=wish.eagerness,
        silence_ms=silence,
        prompt_ms=min(LONGEST_PROMPT_MS, max(LEAST_PROMPT_MS, prompt)) if prompt else 0,
    )


def gate_like(settings: GateSettings, wish: ports.TurnDetection) -> GateSettings:
    """When sound counts as speech: a threshold above or below the usual moves all three."""
    gate = settings
    if wish.threshold is not None:
        opens = min(0.95, max(0.05, wish.threshold))
        shift = opens - settings.open_threshold
        gate = replace(
            gate,
            open_threshold=opens,
            likely_threshold=min(opens, max(0.04, settings.likely_threshold + shift)),
            close_threshold=min(opens, max(0.03, settings.close_threshold + shift)),
        )
        if gate.close_threshold > gate.likely_threshold:
            gate = replace(gate, close_threshold=gate.likely_threshold)
    if wish.preroll_ms is not None:
        preroll = min(LONGEST_PREROLL_MS, max(0, wish.preroll_ms)) * HEARING_RATE // 1000
        gate = replace(gate, preroll_samples=preroll)
    return gate
