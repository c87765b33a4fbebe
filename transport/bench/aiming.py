"""A hand that is guided over a page by the agent's own directions, in virtual time: is the page read, and when.

Pictures come as often as the page is asked for them while a hand is guided (``guiding_fps``, four a second).
Knows how hands move: late, too far or not far enough, crooked, trembling. The decisions are those of
``agent.sight.aim`` on pictures of ``desk``; the page is read by the real reader from the still that was taken.
Alone, on hands that nothing was tuned on: ``python -m transport.bench.aiming --first 1000 --runs 100``.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from agent.aiming import NOT_SHARP, SURE_SHARE, TRIES, sure_share
from agent.clock import stopwatch_us
from agent.engines import registry
from agent.engines.protocols import CodeReader, FaceFinder, TextReader
from agent.picture import Picture
from agent.seeing import FADES
from agent.settings import Settings, load
from agent.sight.aim import Aim, Say, Take, View
from agent.sight.facts import Facts, SeeingEngines
from agent.sight.framing import page
from agent.sight.quality import ADVICE, change, measure, problem
from agent.sight.settings import SeeingSettings
from transport.bench.desk import EXPOSURE_S, STILL, TRACK, Desk, Pose, letter, recall, table, whole
from transport.bench.figures import Row, part
from transport.bench.stage import Bench

RUNS, GIVE_UP_S, WANTED_S = 48, 40.0, 15.0
READ = 0.95
"""Share of a page's words from which it counts as read."""
PICTURE_S = 1 / SeeingSettings().guiding_fps
"""Between two pictures, at the pace that the page is asked for while a hand is guided."""
SELDOM_S = 0.5
"""The same where no page is seen: then print is looked for, which takes longer (``agent.aiming.SELDOM_US``)."""
PICTURE_LATE_S, STILL_LATE_S, READING_S = 0.2, 0.35, 2.5
"""From the lens to the eyes, how long a still takes, and how long it takes to read it."""
SPEECH_LATE_S, LETTERS_A_SECOND = 0.15, 15.0
"""From a decision to its sound, and how fast it is said."""
LITTLE_CM, STEP_CM, TILT = 4.5, 9.0, 13.0
"""What a person takes "a little" and a plain step for, half of "much further"; degrees for "tilt"."""


@dataclass(frozen=True, slots=True)
class Run:
    """``seconds`` until the page was read, None: it never was; ``read_s``: what reading took on this machine.
    ``words``: share of the words that were read; ``whole``: whether all of the page was in the still; ``tries``:
    stills taken; ``directions``: what was said.
    """

    start: str
    seconds: float | None
    read_s: float
    words: float
    whole: bool
    tries: int
    directions: tuple[str, ...]

    @property
    def done(self) -> bool:
        return not self.fault

    @property
    def fault(self) -> str:
        """What was missing, "" for nothing."""
        if self.seconds is None:
            return "never taken"
        if not self.whole:
            return "cut off"
        return "not read" if self.words < READ else "late" if self.seconds > WANTED_S else ""


@dataclass
class Hand:
    """Holds the phone. ``obey`` words at a time; ``at`` any time after that."""

    chance: random.Random
    pose: Pose
    moves: list[tuple[float, float, dict[str, float]]] = field(default_factory=list)
    """(begins, lasts, by how much)."""
    tremor: list[tuple[str, float, float, float]] = field(default_factory=list)
    """(which way, how far, turns a second times 2 pi, phase)."""

    def __post_init__(self) -> None:
        for name, size in (("x", 1.0), ("y", 1.0), ("z", 1.0), ("roll", 2.4), ("pitch", 1.6), ("yaw", 1.6)):
            for hertz, share in ((self.chance.uniform(0.15, 0.5), 0.45), (self.chance.uniform(0.8, 1.6), 0.1),
                                 (self.chance.uniform(7, 11), 0.012)):  # fmt: skip
                far = size * share * self.chance.uniform(0.6, 1.4)
                self.tremor.append((name, far, math.tau * hertz, self.chance.uniform(0, math.tau)))

    def obey(self, text: str, heard_s: float) -> None:
        """Begin to do what was said, some time after it was heard to its end; too far or not far enough."""
        here = self.settled(heard_s)
        begins = heard_s + self.chance.uniform(0.25, 0.6)
        lasts = self.chance.uniform(0.5, 0.9)
        by = {name: value * self.chance.lognormvariate(0.0, 0.3) for name, value in asked(text).items()}
        if not by:
            return
        angle = math.radians(here.roll)  # ways are the phone's own
        x, y = by.pop("x", 0.0), by.pop("y", 0.0)
        by["x"] = x * math.cos(angle) + y * math.sin(angle)
        by["y"] = y * math.cos(angle) - x * math.sin(angle)
        crooked = 0.12 * (abs(x) + abs(y) + abs(by.get("z", 0.0)))
        for name, size in (("x", 1.0), ("y", 1.0), ("z", 1.0), ("roll", 1.5), ("pitch", 1.5), ("yaw", 1.5)):
            by[name] = by.get(name, 0.0) + self.chance.gauss(0.0, crooked * size)
        self.moves.append((begins, lasts, by))

    def settled(self, at_s: float) -> Pose:
        """Without the tremor."""
        pose = self.pose
        for begins, lasts, by in self.moves:
            done = min(1.0, max(0.0, (at_s - begins) / lasts))
            smooth = done * done * (3 - 2 * done)
            pose = pose.moved(**{name: smooth * value for name, value in by.items()})
        return replace(pose, z=max(8.0, pose.z))

    def at(self, at_s: float) -> Pose:
        shaken: dict[str, float] = {}
        for name, far, speed, phase in self.tremor:
            shaken[name] = shaken.get(name, 0.0) + far * math.sin(speed * at_s + phase)
        return self.settled(at_s).moved(**shaken)

    def exposed(self, at_s: float) -> list[Pose]:
        """Where the phone is while a picture is taken."""
        return [self.at(at_s + share * EXPOSURE_S) for share in (0.0, 0.17, 0.33, 0.5, 0.67, 0.83, 1.0)]


def asked(text: str) -> dict[str, float]:
    """What a person makes of a direction: centimetres and degrees, along the phone's own sides."""
    words = text.lower().replace(",", " ").replace(".", " ").split()
    if words[:1] == ["tilt"]:
        axis, way = {"top": ("pitch", -1), "bottom": ("pitch", 1), "left": ("yaw", 1), "right": ("yaw", -1)}[words[2]]
        return {axis: way * TILT}
    found: dict[str, float] = {}
    step = STEP_CM
    for word in words:
        if word == "much":
            step = 2 * STEP_CM
        if word == "little":
            step = LITTLE_CM
        match word:
            case "left" | "right":
                found["x"] = step if word == "right" else -step
            case "up" | "down":
                found["y"] = step if word == "up" else -step
            case "back" | "closer":
                found["z"] = step if word == "back" else -step
            case _:
                pass
    return found


def starts(chance: random.Random) -> tuple[str, Pose]:
    """A random way to begin badly."""
    kind = chance.choice(("aside", "close", "tilted", "far", "turned", "all of it"))
    side = chance.uniform(8, 15) * chance.choice((-1, 1)), chance.uniform(8, 19) * chance.choice((-1, 1))
    pose = Pose(chance.gauss(0, 2), chance.gauss(0, 2), chance.uniform(29, 38), *(chance.gauss(0, 4) for _ in range(3)))
    match kind:
        case "aside":
            x, y = chance.choice(((side[0], 0.0), (0.0, side[1]), side))
            return kind, replace(pose, x=pose.x + x, y=pose.y + y)
        case "close":
            return kind, replace(pose, z=chance.uniform(11, 20))
        case "tilted":
            pitch, yaw = chance.choice(((1, 0), (-1, 0), (0, 1), (0, -1), (1, 0)))
            lean = chance.uniform(22, 36)
            y, x = (
                -pitch * 0.6 * pose.z * math.tan(math.radians(lean)),
                -yaw * 0.6 * pose.z * math.tan(math.radians(lean)),
            )
            return kind, replace(pose, x=x, y=y, z=pose.z + 6, pitch=pitch * lean, yaw=yaw * lean)
        case "far":
            return kind, replace(pose, z=chance.uniform(55, 80))
        case "turned":
            return kind, replace(pose, roll=chance.uniform(25, 42) * chance.choice((-1, 1)), z=pose.z + 4)
        case _:
            return kind, replace(
                pose, x=0.6 * side[0], y=0.6 * side[1], z=chance.uniform(18, 50), roll=chance.gauss(0, 18),
                pitch=chance.gauss(0, 12), yaw=chance.gauss(0, 10),
            )  # fmt: skip


async def guided(seed: int, facts: Facts) -> Run:
    """One attempt, from a bad start until the page is read or time is over. Goes on as ``agent.aiming`` does."""
    chance = random.Random(seed)
    kind, pose = starts(chance)
    sheet, words = letter(seed)
    desk = Desk(sheet, table(seed), chance.uniform(0.55, 0.95), seed)
    hand, aim = Hand(chance, pose), Aim(0)
    said: list[str] = []
    best, before, seen, silent_from, now, tries = 0.0, None, 0.0, 0.0, 0.0, 0
    while now < GIVE_UP_S:
        pixels = desk.seen(hand.exposed(now), *TRACK)
        measures = measure(pixels)
        best = max(best * FADES ** (now - seen), measures.fine)
        motion = change(measures, before) if before is not None else 0.0
        found, before = problem(measures, "text", best=best, motion=motion), measures
        seen, at = now, now + PICTURE_LATE_S
        view = View(page(pixels), found, ADVICE.get(found, ""))
        match aim.see(view, round(at * 1e6), may_speak=at >= silent_from):
            case Say(text=text):
                said.append(text)
                silent_from = at + SPEECH_LATE_S + len(text) / LETTERS_A_SECOND
                hand.obey(text, silent_from)
            case Take():
                tries += 1
                still = desk.seen(hand.exposed(at), *STILL)
                now = at + STILL_LATE_S
                framed = page(still)
                if problem(measure(still), "text") or framed is None or (framed.cut and tries < TRIES):
                    continue
                begun = stopwatch_us()
                flat = await facts.flat(Picture(f"{seed} at {at}", still, 0))
                lines = await facts.text(flat)
                took = (stopwatch_us() - begun) / 1e6
                now += READING_S
                if tries >= TRIES or sure_share(lines) >= SURE_SHARE:
                    share = recall([line.text for line in lines], words)
                    return Run(kind, now, took, share, whole(hand.at(at), *STILL), tries, tuple(said))
                said.append(NOT_SHARP)
                silent_from = now + SPEECH_LATE_S + len(NOT_SHARP) / LETTERS_A_SECOND
            case _:
                pass
        now += PICTURE_S if view.framed is not None else max(PICTURE_S, SELDOM_S)
    return Run(kind, None, 0.0, 0.0, False, tries, tuple(said))


async def aimed(facts: Facts, tell: Callable[[str], None], runs: int = RUNS, first: int = 0) -> list[Row]:
    """How often a page is whole and read in time. ``first``: the seed of the first hand, page and table."""
    found = []
    for seed in range(first, first + runs):
        tell(f"aiming: {seed - first} of {runs}")
        found.append(run := await guided(seed, facts))
        if run.fault:
            tell(f"aiming: hand {seed}, {run.start}: {run.fault}; {' '.join(run.directions)}")
    return [aimed_row(found)]


async def aiming(bench: Bench) -> list[Row]:
    """The part of ``netra bench``: on the reader that the settings name."""
    return await _measured(bench.settings, bench.tell)


async def _measured(settings: Settings, tell: Callable[[str], None], runs: int = RUNS, first: int = 0) -> list[Row]:
    reader: TextReader = registry.build("text", settings.sight.text, settings)
    codes: CodeReader = registry.build("codes", settings.sight.codes, settings)
    faces: FaceFinder = registry.build("faces", settings.sight.faces, settings)
    try:
        return await aimed(Facts(SeeingEngines(reader, codes, faces), settings.sight.camera), tell, runs, first)
    finally:
        for engine in (reader, codes, faces):
            await engine.close()


def aimed_row(runs: Sequence[Run]) -> Row:
    done = sum(run.done for run in runs)
    taken = [run.seconds for run in runs if run.seconds is not None]
    directions = sorted(len(run.directions) for run in runs)
    share = 100 * done / max(1, len(runs))
    seconds = f"p50 {part(taken, 50):.0f}, p95 {part(taken, 95):.0f} s" if taken else "never"
    reading = f"{part([run.read_s for run in runs], 50):.1f}"
    missed = Counter(f"{run.start}: {run.fault}" for run in runs if not run.done)
    return Row(
        f"guided to a page: whole and read within {WANTED_S:.0f} s", f"{done} of {len(runs)}",
        {"done": done, "runs": len(runs), "p50_s": round(part(taken, 50), 1) if taken else None,
         "p95_s": round(part(taken, 95), 1) if taken else None, "reading_p50_s": float(reading)},
        "≥ 95 %", share >= 95,
        f"a simulated hand, {1 / PICTURE_S:g} pictures a second; {seconds}, {READING_S:g} s of it for reading "
        f"(here {reading}); "
        f"{directions[len(directions) // 2]} directions" + "".join(f"; {fault}" for fault in list(missed)[:3]),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m transport.bench.aiming", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="seed of the first hand, page and table (default: 0)")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"how many of them (default: {RUNS})")
    options = parser.parse_args()

    def tell(text: str) -> None:
        sys.stderr.write(f"{text}\n")

    for row in asyncio.run(_measured(load(), tell, options.runs, options.first)):
        sys.stdout.write(f"{row.figure}: {row.value} ({row.note})\n")


if __name__ == "__main__":
    main()
