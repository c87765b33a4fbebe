"""Timers: set one, ask how long it still runs, cancel. The session keeps them and rings."""

from __future__ import annotations

from agent.language.saying import say
from agent.skills.skill import Answer, CancelTimers, Situation, StartTimer, Timer, skill
from agent.skills.wording import counted, duration, joined, rough_duration

SHORTEST_S, LONGEST_S = 1, 24 * 60 * 60
MOST_TIMERS = 10
"""More can't be told apart by ear."""


@skill("Set a timer for five minutes.")
async def set_timer(situation: Situation, seconds: int = 0) -> Answer:
    """Start a timer that rings after so many seconds, 1 to 86400. 0: the user did not say how long."""
    if seconds == 0:
        return Answer("For how long? Say for example: five minutes.", brief="For how long?", keeps=False)
    if not SHORTEST_S <= seconds <= LONGEST_S:
        return Answer("I can set a timer from one second to 24 hours.", kind="refusal", keeps=False)
    if len(situation.timers) >= MOST_TIMERS:
        return Answer(
            say("{number} timers are running, and I can't keep more. Say: cancel the timers.", number=MOST_TIMERS),
            kind="refusal",
            keeps=False,
        )
    said = say("Timer set for {length}.", length=duration(seconds))
    also = say("You have {number} timers now.", number=len(situation.timers) + 1) if situation.timers else ""
    return Answer(f"{said} {also}".strip(), brief=said, effects=(StartTimer(seconds),))


@skill("How long is left on the timer?")
async def timer_left(situation: Situation) -> Answer:
    """Tell how long the running timers still have."""
    timers = sorted(situation.timers, key=lambda timer: timer.ends_us)
    if not timers:
        return Answer("No timer is running.")
    left = [rough_duration(_seconds_left(timer, situation.now_us)) for timer in timers]
    if len(timers) == 1:
        said = left[0][0].upper() + left[0][1:]
        whole = duration(timers[0].seconds)
        return Answer(say("{left} left of {length}.", left=said, length=whole), brief=say("{left} left.", left=said))
    listed = joined(
        [
            say("{left} of {length}", left=time, length=duration(timer.seconds))
            for time, timer in zip(left, timers, strict=True)
        ]
    )
    return Answer(
        say("{number} timers are running. Left are {list}.", number=len(timers), list=listed),
        brief=say("{number} timers, the next in {left}.", number=len(timers), left=left[0]),
    )


@skill("Cancel the timer.")
async def cancel_timer(situation: Situation) -> Answer:
    """Cancel all running timers."""
    if not situation.timers:
        return Answer("No timer is running.", keeps=False)
    if len(situation.timers) == 1:
        text = say("Your timer of {length} is cancelled.", length=duration(situation.timers[0].seconds))
        return Answer(text, effects=(CancelTimers(),))
    text = say("{timers} cancelled.", timers=counted(len(situation.timers), "timer"))
    return Answer(text, effects=(CancelTimers(),))


def _seconds_left(timer: Timer, now_us: int) -> int:
    """Whole seconds until it rings, never below zero."""
    return max(0, round((timer.ends_us - now_us) / 1_000_000))
