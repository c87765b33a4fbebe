"""Asking to be told what changes: needs pictures, names what is looked out for, and takes effect only when given."""

from __future__ import annotations

import asyncio
from datetime import datetime

from agent.skills.live import live
from agent.skills.manner import STOPPED_LOOKING, stop
from agent.skills.skill import Answer, Hush, LookAlong, Manner, Situation, StopWatching
from tests.agent.skills.test_looking_skills import Known


def ask(eyes: Known, words: str = "") -> Answer:
    async def main() -> Answer:
        return await live(Situation(eyes, datetime(2025, 3, 4), 0, Manner()), {"words": words})

    return asyncio.run(main())


def test_it_begins_with_or_without_words() -> None:
    assert ask(Known()).effects == (LookAlong(""),)
    given = ask(Known(), "emergency exit")
    assert given.effects == (LookAlong("emergency exit"),)
    assert given.brief == "Okay, I tell you what changes, and emergency exit when I see it."


def test_a_moving_or_dark_picture_is_no_reason_not_to_begin_and_none_is() -> None:
    assert ask(Known(trouble="moving")).effects == (LookAlong(""),)
    assert ask(Known(trouble="no_camera")).kind == "correction"


def test_stop_ends_what_runs_and_is_plain_silence_otherwise() -> None:
    async def main(looking: bool) -> Answer:
        return await stop(Situation(Known(), datetime(2025, 3, 4), 0, Manner(), looking=looking), {})

    assert asyncio.run(main(False)).effects == (Hush(),)
    ended = asyncio.run(main(True))
    assert (ended.text, ended.effects) == (STOPPED_LOOKING, (Hush(), StopWatching()))
