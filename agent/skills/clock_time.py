"""What time it is and what day."""

from __future__ import annotations

from datetime import timedelta

from agent.skills.skill import Answer, Situation, skill
from agent.skills.wording import clock, day, part_of_day


@skill("What time is it?")
async def time(situation: Situation) -> Answer:
    """Tell the time of day."""
    now = situation.now
    said = clock(now)
    exact = f"{now.hour}:{now.minute:02d} and {now.second} seconds on the 24 hour clock"
    if said in ("noon", "midnight"):
        return Answer(f"It's {said}.", more=f"Exactly, it's {exact}.")
    return Answer(f"It's {said} {part_of_day(now.hour)}.", brief=f"It's {said}.", more=f"Exactly, it's {exact}.")


@skill("What day is it?")
async def date(situation: Situation) -> Answer:
    """Tell today's date: day of the week, day, month and year."""
    today = situation.now.date()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    return Answer(
        f"Today is {day(today)} {today.year}.",
        brief=f"{day(today)}.",
        more=f"Yesterday was {day(yesterday)}, and tomorrow is {day(tomorrow)}. "
        f"It's day {today.timetuple().tm_yday} of the year, in week {today.isocalendar().week}.",
    )
