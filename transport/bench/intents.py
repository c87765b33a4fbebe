"""What is understood of what is said: ``python -m transport.bench.intents [--voices slt rms] [--limit N] [--json]``.

Sentences of the phrase bank, paraphrases written apart from it and talk that is not for the agent are spoken by
synthetic voices (and recordings are played), each as the first utterance of a new line, and given to the recogniser
and the brain. Knows engines by name only; does not know sessions, lines or what a skill answers.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from agent.audio import FRAME_SAMPLES, HEARING_RATE, Pcm
from agent.clock import stopwatch_us
from agent.engines import registry
from agent.engines.protocols import Brain, Call, Question, Recognizer, Transcript
from agent.settings import Settings
from agent.skills.bank import OUTSIDE, Bank
from agent.skills.understand_languages import SPEAK_LANGUAGE, language_asked
from transport.bench.sounds import SPEECH_FOLDER, load, to_pcm

PARAPHRASES = Path(__file__).parents[2] / "tests" / "data" / "paraphrases.toml"
VOICES = ("slt", "rms", "awb", "kal16")
"""flite's; any other name is given to eSpeak at 140 words a minute, for example en-us+f2."""
PRE_ROLL_S, TRAIL_S = 0.3, 0.25
"""Sound around the speech, as the gate gives it."""
LINE_NOISE_DBFS = -66.0
SEED = 11
SILENT = Call("backchannel")
"""Stands for a brain that keeps quiet, which is the answer to a listener's sounds."""
SPELT_OUT = frozenset({"mm", "mhm", "mm-hmm", "hmm", "hm"})
"""Sounds that synthetic voices read letter by letter."""
RECORDED_FOR_THE_AGENT = {
    "weather_question.wav": ("unsupported", "weather"),
    "describe_what_you_see.mp3": ("describe", ""),
}
"""The recordings that are questions; the others are talk from outside."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """``skill`` "" when it is not for the agent; ``topic`` of ``unsupported``; ``seconds`` of a timer, 0 unknown."""

    text: str
    skill: str
    topic: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One clip: ``verdict`` right, wrong, asks or refused (talk from outside answered by "I can't do that")."""

    said: str
    wanted: str
    voice: str
    heard: str
    coverage: float
    answer: str
    verdict: str
    finish_ms: float
    sound_s: float
    work_s: float


@dataclass(frozen=True, slots=True)
class Row:
    """Shares are per cent of ``clips``. ``speed``: seconds of work for a second of sound."""

    name: str
    clips: int
    right: float
    wrong: float
    asks: float
    refused: float
    finish_p50_ms: float
    finish_p95_ms: float
    speed: float


def sentences(limit: int) -> dict[str, list[Sentence]]:
    """The sets, each at most ``limit`` sentences evenly picked (0: all, 200 of the bank)."""
    phrases = [
        phrase for phrase in Bank.load().phrases() if phrase.skill != OUTSIDE and not SPELT_OUT & {*phrase.text.split()}
    ]
    picked = random.Random(SEED).sample(phrases, limit or 200)
    found = {
        "bank": [
            Sentence(phrase.text, SPEAK_LANGUAGE)
            if language_asked(phrase.text) is not None
            else Sentence(phrase.text, phrase.skill, dict(phrase.arguments).get("topic", ""))
            for phrase in picked
        ]
    }
    if PARAPHRASES.exists():
        kept = tomllib.loads(PARAPHRASES.read_text(encoding="utf-8"))
        for name in ("dev", "heldout", "outside_dev", "outside_heldout"):
            rows = kept.get(name, [])
            step = max(1, len(rows) // limit) if limit else 1
            found[name] = [
                Sentence(row["say"], row.get("intent", ""), row.get("topic", ""), row.get("seconds", 0))
                for row in rows[::step]
            ]
    return found


def speech(text: str, voice: str, folder: Path) -> Pcm:
    """``text`` in a synthetic voice at 16 kHz, kept in ``folder``."""
    path = folder / f"{voice}-{hashlib.sha1(text.encode()).hexdigest()[:16]}.wav"
    if not path.exists():
        part = path.with_suffix(".part.wav")
        flite = ["flite", "-voice", voice, "-t", text, "-o", str(part)]
        espeak = ["espeak-ng", "-v", voice, "-s", "140", "-w", str(part), text]
        subprocess.run(flite if voice in VOICES else espeak, check=True, capture_output=True)
        part.replace(path)
    return to_pcm(load(path))


def on_a_line(pcm: Pcm, seed: int) -> Pcm:
    """With pre-roll and trailing silence of a quiet line."""
    noise = np.random.default_rng(seed)
    scale = 32768 * 10 ** (LINE_NOISE_DBFS / 20)
    around = [(noise.normal(0, scale, int(s * HEARING_RATE))).astype(np.int16) for s in (PRE_ROLL_S, TRAIL_S)]
    return np.concatenate([around[0], pcm, around[1]])


async def hear(recognizer: Recognizer, pcm: Pcm) -> tuple[Transcript, float, float]:
    """Final transcript, milliseconds of ``finish``, seconds of work; a new line each time."""
    stream = recognizer.stream()
    begun = stopwatch_us()
    for at in range(0, len(pcm), FRAME_SAMPLES):
        await stream.feed(pcm[at : at + FRAME_SAMPLES])
    ended = stopwatch_us()
    final = await stream.finish()
    done = stopwatch_us()
    await stream.close()
    return final, (done - ended) / 1e3, (done - begun) / 1e6


async def judge(engines: tuple[Recognizer, Brain], pcm: Pcm, sentence: Sentence, voice: str) -> Outcome:
    recognizer, brain = engines
    final, finish_ms, work_s = await hear(recognizer, pcm)
    question = Question(final.text, coverage=final.coverage, alternatives=final.alternatives)
    thoughts = [thought async for thought in brain.reply(question)]
    call = next((thought for thought in thoughts if isinstance(thought, Call)), None if thoughts else SILENT)
    answer = "" if call is None else " ".join([call.skill, *(f"{k}={v}" for k, v in call.arguments.items())])
    wanted = " ".join(filter(None, (sentence.skill, sentence.topic, str(sentence.seconds or ""))))
    return Outcome(
        sentence.text,
        wanted,
        voice,
        final.text,
        round(final.coverage, 3),
        answer,
        verdict(sentence, call),
        round(finish_ms, 1),
        len(pcm) / HEARING_RATE,
        work_s,
    )


def verdict(sentence: Sentence, call: Call | None) -> str:
    """Right means the skill and, where they are known, the topic and the seconds. Talk from outside is right when
    nothing is answered and "refused" when it is told that this can't be done."""
    if call is None:
        return "asks" if sentence.skill else "right"
    if not sentence.skill:
        return "right" if call is SILENT else "refused" if call.skill == "unsupported" else "wrong"
    same = call.skill == sentence.skill
    topic = not sentence.topic or call.arguments.get("topic") == sentence.topic
    seconds = not sentence.seconds or call.arguments.get("seconds", 0) == sentence.seconds
    if same and not seconds and "seconds" not in call.arguments:
        return "asks"  # "For how long?"
    return "right" if same and topic and seconds else "wrong"


def recorded() -> Iterator[tuple[str, Pcm, Sentence]]:
    """Real recordings, where this machine has them."""
    for path in sorted(SPEECH_FOLDER.rglob("*.*")):
        if path.suffix in (".wav", ".flac", ".mp3") and not path.name.startswith("noise"):
            skill, topic = RECORDED_FOR_THE_AGENT.get(path.name, ("", ""))
            yield path.name, to_pcm(load(path)), Sentence(path.name, skill, topic)


def summed(name: str, outcomes: Sequence[Outcome]) -> Row:
    def share(verdict: str) -> float:
        return round(100.0 * sum(outcome.verdict == verdict for outcome in outcomes) / len(outcomes), 1)

    finish = [outcome.finish_ms for outcome in outcomes]
    return Row(
        name,
        len(outcomes),
        share("right"),
        share("wrong"),
        share("asks"),
        share("refused"),
        round(float(np.percentile(finish, 50)), 1),
        round(float(np.percentile(finish, 95)), 1),
        round(sum(outcome.work_s for outcome in outcomes) / sum(outcome.sound_s for outcome in outcomes), 3),
    )


async def measure(voices: Sequence[str], limit: int, names: Sequence[str] = ()) -> dict[str, list[Outcome]]:
    """Outcomes by set: the sentence sets over all ``voices``, then "recordings" where they are."""
    settings = Settings()
    recognizer: Recognizer = registry.build("recognizer", "sphinx", settings)
    brain: Brain = registry.build("brain", "rules", settings)
    folder = Path(tempfile.gettempdir()) / "netra-bench-speech"
    folder.mkdir(exist_ok=True)
    found: dict[str, list[Outcome]] = {}
    for name, rows in sentences(limit).items():
        if names and name not in names:
            continue
        found[name] = [
            await judge((recognizer, brain), on_a_line(speech(row.text, voice, folder), i), row, voice)
            for i, row in enumerate(rows)
            for voice in voices
        ]
    if not names or "recordings" in names:
        heard = [await judge((recognizer, brain), pcm, row, "recorded") for _, pcm, row in recorded()]
        if heard:
            found["recordings"] = heard
    await recognizer.close()
    await brain.close()
    return found


def shown(rows: Sequence[Row]) -> Table:
    table = Table(title="What is understood (per cent of clips)")
    for column in ("set", "clips", "right", "wrong", "asks again", "refused", "final ms p50/p95", "work/sound"):
        table.add_column(column, justify="left" if column == "set" else "right")
    for row in rows:
        finish = f"{row.finish_p50_ms:.0f} / {row.finish_p95_ms:.0f}"
        table.add_row(
            row.name, str(row.clips), *(f"{x:.1f}" for x in (row.right, row.wrong, row.asks, row.refused)), finish,
            f"{row.speed:.3f}",
        )  # fmt: skip
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m transport.bench.intents", description=__doc__)
    parser.add_argument("--voices", nargs="+", default=list(VOICES))
    parser.add_argument("--limit", type=int, default=0, help="at most so many sentences of a set")
    parser.add_argument("--sets", nargs="+", default=[], help="only these: bank dev heldout outside_dev ... recordings")
    parser.add_argument("--errors", action="store_true", help="also list what went wrong (never of held-out sets)")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    for voice in chosen.voices:
        tool = "flite" if voice in VOICES else "espeak-ng"
        if shutil.which(tool) is None:
            print(f"The voice {voice} needs {tool}: apt install {tool}", file=sys.stderr)  # noqa: T201
            return 2
    found = asyncio.run(measure(chosen.voices, chosen.limit, chosen.sets))
    rows = [summed(name, outcomes) for name, outcomes in found.items()]
    listed = [
        {"set": name, **asdict(outcome)}
        for name, outcomes in found.items()
        for outcome in outcomes
        if "heldout" not in name and outcome.verdict != "right"
    ]
    if chosen.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "errors": listed if chosen.errors else []}))  # noqa: T201
        return 0
    console = Console()
    console.print(shown(rows))
    if chosen.errors:
        for error in listed:
            console.print(
                f"{error['set']} {error['verdict']}: {error['said']!r} ({error['voice']}) heard {error['heard']!r} "
                f"{error['coverage']} -> {error['answer'] or 'asks again'}",
                highlight=False,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
