"""What time it is and what day."""

from __future__ import annotations

from datetime import timedelta

from agent.language.saying import say
from agent.skills.skill import Answer, Situation, skill
from agent.skills.wording import clock, day, part_of_day


@skill("What time is it?")
async def time(situation: Situation) -> Answer:
    """Tell the time of day."""
    now = situation.now
    said = clock(now)
    more = say(
        "Exactly, it's {time} and {seconds} seconds on the 24 hour clock.",
        time=f"{now.hour}:{now.minute:02d}",
        seconds=now.second,
    )
    brief = say("It's {time}.", time=said)
    if now.minute == 0 and now.hour in (0, 12):  # noon and midnight say it all
        return Answer(brief, more=more)
    text = say("It's {time} {part_of_day}.", time=said, part_of_day=part_of_day(now.hour))
    return Answer(text, brief=brief, more=more)


@skill("What day is it?")
async def date(situation: Situation) -> Answer:
    """Tell today's date: day of the week, day, month and year."""
    today = situation.now.date()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    return Answer(
        say("Today is {day} {year}.", day=day(today), year=today.year),
        brief=f"{day(today)}.",
        more=say(
            "Yesterday was {yesterday}, and tomorrow is {tomorrow}. It's day {number} of the year, in week {week}.",
            yesterday=day(yesterday),
            tomorrow=day(tomorrow),
            number=today.timetuple().tm_yday,
            week=today.isocalendar().week,
        ),
    )
