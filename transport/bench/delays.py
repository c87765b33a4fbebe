"""How long a person waits: end of speech to the first sound of the reply, and to the final text, at the caller.

The end of speech is the last sample of the synthetic clip on the caller's own clock; the first sound is the first 5 ms
of the agent's voice as it arrives, before any buffer of a listener's own. Knows questions and their answers.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from agent.clock import now_us
from agent.errors import LineError
from agent.picture import Pixels
from transport.bench.figures import Row, part, spread_row
from transport.bench.stage import Bench, caller, hush, serving, voice_engine
from transport.demo import pictures
from transport.demo.person import Exchange, Person

PLAIN = (
    ("what time is it", r"\d|o'clock|noon|midnight"),
    ("what day is it today", r"day"),
    ("hello there", r"hello|hi\b|good"),
    ("how are you", r"."),
    ("who are you", r"netra"),
    ("thank you very much", r"welcome|pleasure|glad|happy|any time"),
    ("set a timer for five minutes", r"five|5"),
    ("what can you do", r"say"),
)
"""Questions without the camera, and what an answer to each has in it."""
STAGES = ("endpoint", "final_text", "first_words", "first_sound", "sound_out")
SEE_S = 1.3
"""Until the camera's track, at two pictures a second, shows what is now in front of it."""
REST_S = 0.4


@dataclass(frozen=True, slots=True)
class Turn:
    """One question. Milliseconds on the caller's clock from the end of speech; None: never, or cut off.

    ``final_text_ms`` is the server's own stage moved onto the caller's clock by the sound that both of them saw.
    """

    delay_ms: int | None
    final_text_ms: int | None
    stages: dict[str, int]
    wrong: str = ""
    """What was said, heard and replied where the reply was not the answer."""
    cut_off: bool = False
    asked: str = ""


async def delays(bench: Bench) -> list[Row]:
    """The part's rows."""
    async with serving() as running, voice_engine(bench.settings) as voice:
        async with caller(running.url, voice) as person:
            plain = await ask_plain(person, bench)
            typed = await type_all(person, bench)
        async with caller(running.url, voice, pictures.coloured_object()) as person:
            seeing = await ask_seeing(person, bench)
    return rows(plain, seeing, typed)


async def ask_plain(person: Person, bench: Bench) -> list[Turn]:
    turns = []
    for number, (words, answer) in enumerate(itertools.islice(itertools.cycle(PLAIN), bench.turns), 1):
        bench.tell(f"question {number} of {bench.turns}")
        turns.append(await ask(person, words, answer))
    return turns


async def ask_seeing(person: Person, bench: Bench) -> list[Turn]:
    shown: tuple[tuple[str, str, Pixels], ...] = (
        ("what colour is this", r"\bred\b", pictures.coloured_object()),
        ("please read the text", r"platform 4", pictures.printed_sign()),
        ("is there a code", r"example", pictures.qr_code()),
    )
    turns: list[Turn] = []
    for index, (words, answer, picture) in enumerate(shown):
        person.client.picture = picture
        await asyncio.sleep(SEE_S)
        count = bench.turns // len(shown) + (index < bench.turns % len(shown))
        for _ in range(count):
            bench.tell(f"question to the camera {len(turns) + 1} of {bench.turns}")
            turns.append(await ask(person, words, answer))
    return turns


async def type_all(person: Person, bench: Bench) -> list[float]:
    """Milliseconds from sending a typed question to the first sound."""
    waits = []
    for number, (words, _) in enumerate(itertools.islice(itertools.cycle(PLAIN[:4]), bench.turns), 1):
        bench.tell(f"typed question {number} of {bench.turns}")
        mark = len(person.client.told)
        exchange = await begun(person, await _written(person, words), mark)
        if exchange.delay_ms is not None:
            waits.append(float(exchange.delay_ms))
        await hush(person)
        await asyncio.sleep(REST_S)
    return waits


async def _written(person: Person, words: str) -> Exchange:
    now = now_us()
    person.client.type_text(words)
    return Exchange(words, "typed", (now, now))


async def ask(person: Person, words: str, answer: str) -> Turn:
    """Say it, measure what comes first, and end the reply."""
    mark = len(person.client.told)
    said = await person.speak(words, await person.voice_of(words))
    exchange = await begun(person, Exchange(words, "speech", said), mark)
    right = await _answered(person, exchange, re.compile(answer, re.I), mark)
    early = [told for told in person.client.told[mark:] if told.type == "response.created" and told.at_us < said[1]]
    await hush(person)
    await asyncio.sleep(REST_S)
    if early:
        return Turn(None, None, exchange.stages, f"{words}: cut off, {exchange.heard!r}", True, words)
    wrong = "" if right else f"{words}: heard {exchange.heard!r}, replied {exchange.reply!r}"
    final = final_text_ms(exchange.delay_ms, exchange.stages)
    return Turn(exchange.delay_ms, final, exchange.stages, wrong, asked=words)


async def _answered(person: Person, exchange: Exchange, answer: re.Pattern[str], mark: int) -> bool:
    """Listen until the answer was in the reply, or the reply is over."""

    def enough(event: dict[str, Any]) -> bool:
        match event["type"]:
            case "response.output_audio_transcript.delta":
                exchange.reply += event["delta"]
            case "conversation.item.input_audio_transcription.completed":
                exchange.heard = event["transcript"]
        return event["type"] == "response.done" or bool(answer.search(exchange.reply))

    with suppress(LineError):
        await person.client.wait_for(enough, start=mark, within_s=6 if exchange.first_sound_us > 0 else 0.1)
    return bool(answer.search(exchange.reply))


async def begun(person: Person, exchange: Exchange, mark: int) -> Exchange:
    """Wait until the reply sounds, and note when and what. A reply that never sounds leaves the exchange as it was."""
    client = person.client
    try:
        told = await client.wait_for("netra.timings", start=mark, within_s=10)
    except LineError:
        return exchange
    exchange.stages = dict(told.event["stages"])
    await asyncio.sleep(0.15)  # until its first packets are here
    exchange.first_sound_us = person.first_sound(exchange.said_us[1])
    return exchange


def final_text_ms(delay_ms: int | None, stages: dict[str, int]) -> int | None:
    """When the final text was known, after the real end of speech: the server sees the end when its sound arrives."""
    if delay_ms is None or not {"sound_out", "final_text"} <= stages.keys():
        return None
    return delay_ms - (stages["sound_out"] - stages["final_text"])


def rows(plain: Sequence[Turn], seeing: Sequence[Turn], typed: Sequence[float]) -> list[Row]:
    both = [*plain, *seeing]
    made = [
        spread_row("end of speech → first sound", _delays(both), p50=300, p95=700, note=_account(both)),
        spread_row("… without the camera", _delays(plain), note=_account(plain)),
        spread_row("… colour, text, codes", _delays(seeing), note=_account(seeing)),
        spread_row("… a colour", _delays([t for t in seeing if "colour" in t.asked]), p50=400),
        spread_row("… reading", _delays([t for t in seeing if "read" in t.asked]), p50=900),
        spread_row(
            "end of speech → final text", [t.final_text_ms for t in both if t.final_text_ms is not None], p50=400,
            note="on the caller's clock",
        ),
        spread_row("typed → first sound", typed),
    ]  # fmt: skip
    medians = {stage: part([t.stages[stage] for t in both if stage in t.stages], 50) for stage in STAGES}
    told = {stage: value for stage, value in medians.items() if value == value}
    made.append(
        Row(
            "stages, medians, the server's clock",
            ", ".join(f"{stage.replace('_', ' ')} {value:.0f}" for stage, value in told.items()) + " ms",
            {f"{stage}_ms": round(value) for stage, value in told.items()}
            | {"wrong": [turn.wrong for turn in both if turn.wrong]},
        )
    )
    return made


def _delays(turns: Sequence[Turn]) -> list[float]:
    return [float(turn.delay_ms) for turn in turns if turn.delay_ms is not None]


def _account(turns: Sequence[Turn]) -> str:
    silent = sum(turn.delay_ms is None and not turn.cut_off for turn in turns)
    cut = sum(turn.cut_off for turn in turns)
    told = [f"{sum(not turn.wrong for turn in turns)} of {len(turns)} answered as asked"]
    told += [f"{cut} cut off while speaking"] if cut else []
    told += [f"{silent} without a reply"] if silent else []
    return ", ".join(told)
