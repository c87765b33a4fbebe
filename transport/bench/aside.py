"""Talk to somebody else over a reply: the user turns away and speaks to a person in the room.

The category of Full-Duplex-Bench that is neither an interruption nor background: it is the user's own voice, near, and
not meant for the agent. Who turns away is softer and duller at the microphone; that is all there is to tell it by.
Knows the caller's side; judging is the server's.
"""

from __future__ import annotations

import asyncio
import itertools

import numpy as np

from agent.audio import HEARING_RATE, Pcm
from transport.bench.figures import Row, share_row
from transport.bench.overlap import endure, undisturbed
from transport.bench.stage import Bench, caller, hush, levelled, serving, voice_engine
from transport.demo.person import LEVEL_DBFS

ASIDES = (
    "honey can you close the door", "yes i will be there in a minute", "put it on the table over there",
    "no not now i am on the phone", "is that the postman", "thank you just leave it there",
)  # fmt: skip
SOFTER_DB = (-6.0, -8.0, -10.0, -12.0)
"""A head turned by a right angle or more is 6 to 12 dB softer at a microphone before it."""
DULL_HZ = 2_000
"""and loses most above this."""
SETTLE_S = 2.2


async def aside(bench: Bench) -> list[Row]:
    """The part's rows: replies that went on over talk to somebody else, by how much softer it was."""
    went_on: dict[float, list[bool]] = {softer: [] for softer in SOFTER_DB}
    async with serving() as running, voice_engine(bench.settings) as voice, caller(running.url, voice) as person:
        await person.client.speak(await person.voice_of("what time is it"))  # so loud is who is meant
        await asyncio.sleep(SETTLE_S)
        await hush(person)
        reference = await undisturbed(person)
        said = itertools.islice(zip(itertools.cycle(ASIDES), itertools.cycle(SOFTER_DB), strict=False), bench.turns)
        for number, (words, softer) in enumerate(said, 1):
            bench.tell(f"aside {number} of {bench.turns}: {words}, {softer:.0f} dB")
            sound = turned_away(await person.voice_of(words), softer)
            case = await endure(person, reference, words, sound, 900 + 337 * number % 2400)
            went_on[softer].append(case.completed)
    return [
        share_row(f"goes on over talk to somebody else, {-softer:.0f} dB softer", sum(cases), len(cases), at_least=90)
        for softer, cases in went_on.items()
    ]


def turned_away(pcm: Pcm, softer_db: float) -> Pcm:
    """This voice from a head that is turned away: duller, and so much softer than a talker (both HEARING_RATE)."""
    spectrum = np.fft.rfft(pcm.astype(np.float64))
    hertz = np.fft.rfftfreq(len(pcm), 1 / HEARING_RATE)
    dull = np.fft.irfft(spectrum / np.sqrt(1 + (hertz / DULL_HZ) ** 2), len(pcm))
    return levelled(np.clip(dull, -32768, 32767).astype(np.int16), LEVEL_DBFS + softer_db)
