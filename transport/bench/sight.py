"""How careful the eyes are: good photos answered, spoilt ones not, codes and print read, on the photos of a folder;
and how well they find a word (``finding``).

Knows labels, and how to spoil a picture. The photos are Netra's measuring set, not part of the project.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from agent.clock import stopwatch_us
from agent.engines import registry
from agent.engines.protocols import CodeReader, FaceFinder, TextReader
from agent.errors import EngineMissing
from agent.given_eyes import GivenEyes
from agent.picture import Picture, Pixels
from agent.sight.facts import Facts, SeeingEngines
from agent.sight.quality import measure
from agent.skills.colour import colour
from agent.skills.describe import describe
from agent.skills.people import people
from agent.skills.picture_words import mostly_cut, passages
from agent.skills.read_text import read_text
from agent.skills.skill import Manner, Situation, Skill
from transport.bench.along import live_rows, taught_rows
from transport.bench.desk import recall
from transport.bench.figures import Row, part
from transport.bench.finding import finding
from transport.bench.lost_letters import lost_letter_rows
from transport.bench.scanning import Shown, camera, place_rows, scan_rows
from transport.bench.stage import Bench
from transport.bench.unusable_views import unusable_rows

PHOTO_FOLDER = Path(__file__).parents[2] / ".." / "shared" / "media" / "photos"
LARGE = 400
"""Photos of at least this side are spoilt: what blurs a small one by some pixels would be no blur to speak of."""


def blurred(pixels: Pixels, share: float) -> Pixels:
    """Out of focus by ``share`` of the longer side."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), share * max(pixels.shape[:2])), np.uint8)


def darkened(pixels: Pixels, share: float) -> Pixels:
    """``share`` of the light, with the noise of a camera that turned up its gain."""
    noise = np.random.default_rng(5).normal(0.0, 1.5, pixels.shape)
    return np.asarray(np.clip(pixels * share + noise, 0, 255), np.uint8)


def burnt(pixels: Pixels, times: float) -> Pixels:
    return np.asarray(np.clip(pixels * times + 40.0 * times, 0, 255), np.uint8)


def covered(pixels: Pixels, level: float) -> Pixels:
    """A finger or a pocket over the lens: one surface of this level and noise."""
    return np.asarray(np.clip(np.random.default_rng(6).normal(level, 1.0, pixels.shape), 0, 255), np.uint8)


LOOKING: tuple[Skill, ...] = (describe, read_text, people)
SPOILT: tuple[tuple[str, Callable[[Pixels, float], Pixels], tuple[float, ...], tuple[Skill, ...]], ...] = (
    ("out of focus", blurred, (0.01, 0.02, 0.04), (describe, read_text)),
    ("in the dark", darkened, (1 / 48, 1 / 96, 1 / 192), (*LOOKING, colour)),
    ("burnt out", burnt, (8.0, 20.0), LOOKING),
    ("lens covered", covered, (4.0, 60.0, 140.0), LOOKING),
)
"""What is done, at which strengths, and the questions that can't be answered then."""


async def sight(bench: Bench) -> list[Row]:
    """Raises EngineMissing when the photos are not there."""
    if not PHOTO_FOLDER.is_dir():
        raise EngineMissing("This part measures on a folder of labelled photos that is not on this machine.")
    labels: dict[str, dict[str, Any]] = json.loads((PHOTO_FOLDER / "labels.json").read_text(encoding="utf-8"))
    photos = {path.name: opened(path) for path in sorted(PHOTO_FOLDER.iterdir()) if path.suffix != ".json"}
    settings = bench.settings
    reader: TextReader = registry.build("text", settings.sight.text, settings)
    codes: CodeReader = registry.build("codes", settings.sight.codes, settings)
    faces: FaceFinder = registry.build("faces", settings.sight.faces, settings)
    facts = Facts(SeeingEngines(reader, codes, faces), settings.sight.camera)
    try:
        rows = await careful(photos, facts, bench.tell)
        rows += await lost_letter_rows({name: photos[name] for name in labels["text"]}, facts, bench.tell)
        large = {name: pixels for name, pixels in photos.items() if max(pixels.shape[:2]) >= LARGE}
        rows += await unusable_rows(large, [name for name in labels["text"] if name in large], facts, bench.tell)
        bench.tell("codes")
        rows += await code_rows({name: photos[name] for name in labels["codes"]}, labels["codes"], facts, codes)
        bench.tell("print")
        read = {name: await facts.text(Picture(name, photos[name], 0)) for name in labels["text"]}
        found = {name: [line.text for line in lines] for name, lines in read.items()}
        rows += [*print_rows(found, labels["text"]), cost_row(list(photos.values()), settings.sight.camera.fps)]
        rows += taught_rows(photos, lambda one, other: one_thing(one, other, labels["codes"]), bench.tell)
        eyes = SeeingEngines(reader, codes, faces)
        rows += await live_rows(list(photos.values()), eyes, settings.sight.camera, bench.tell)
        rows += place_rows(await shown(photos, labels["codes"], codes))
        rows += await scan_rows(list(photos.values()), eyes, settings.sight.camera, bench.tell)
        return [*rows, *await finding(eyes, settings.sight.camera, bench.tell)]
    finally:
        for engine in (reader, codes, faces):
            await engine.close()


async def careful(photos: dict[str, Pixels], facts: Facts, tell: Callable[[str], None]) -> list[Row]:
    """Spoilt pictures that were answered all the same, and good ones that were refused."""
    rows = []
    large = {name: pixels for name, pixels in photos.items() if max(pixels.shape[:2]) >= LARGE}
    for title, spoil, strengths, skills in SPOILT:
        tell(title)
        claimed, asked = [], 0
        for strength in strengths:
            for name, pixels in large.items():
                picture = Picture(f"{name} {title} {strength}", spoil(pixels, strength), 0)
                for one in skills:
                    asked += 1
                    if await answers(one, picture, facts):
                        claimed.append(f"{one.name} of {name} at {strength:.3g}")
        rows.append(claim_row(title, claimed, asked))
    tell("good photos")
    refused = [
        f"{one.name} of {name}"
        for name, pixels in photos.items()
        for one in LOOKING
        if await _refused(one, Picture(name, pixels, 0), facts)
    ]
    rows.append(refused_row(refused, len(photos) * len(LOOKING)))
    return rows


async def answers(skill: Skill, picture: Picture, facts: Facts) -> bool:
    """Whether the skill claims anything of this picture."""
    given = await skill(Situation(GivenEyes(picture, facts), datetime(2026, 1, 1), 0, Manner()), {})
    return given.kind == "answer"


async def _refused(skill: Skill, picture: Picture, facts: Facts) -> bool:
    """Whether the picture is said to be too bad, or its print to be cut off."""
    eyes, purposes = GivenEyes(picture, facts), {"describe": "scene", "read_text": "text", "people": "people"}
    if (await eyes.look(purposes[skill.name])).problem:  # type: ignore[arg-type]
        return True
    return skill.name == "read_text" and bool(mostly_cut(passages(await facts.text(picture))))


def claim_row(title: str, claimed: Sequence[str], asked: int) -> Row:
    return Row(
        f"questions about spoilt photos answered: {title}", f"{len(claimed)} of {asked}",
        {"claimed": len(claimed), "asked": asked}, "0", not claimed, "; ".join(claimed[:3]),
    )  # fmt: skip


def refused_row(refused: Sequence[str], asked: int) -> Row:
    share = 100 * len(refused) / max(1, asked)
    return Row(
        "good photos refused", f"{len(refused)} of {asked}", {"refused": len(refused), "asked": asked}, "≤ 5 %",
        share <= 5, "; ".join(refused[:3]),
    )  # fmt: skip


async def code_rows(photos: dict[str, Pixels], truth: dict[str, str], facts: Facts, alone: CodeReader) -> list[Row]:
    """What is said of codes, beside what the decoder alone reads."""
    right = wrong = decoder = held = 0
    for name, pixels in photos.items():
        found = await facts.codes(Picture(f"{name} code", pixels, 0))
        said = {code.text for code in found if code.text}
        right += any(same(text, truth[name]) for text in said)
        wrong += sum(not same(text, truth[name]) for text in said)
        held += any(not code.text for code in found)
        decoder += any(same(code.text, truth[name]) for code in await alone.read(pixels))
    return [
        Row(
            "codes on photos: said, said wrongly", f"{right} of {len(photos)}, {wrong}",
            {"right": right, "wrong": wrong, "held_back": held, "decoder_alone": decoder, "of": len(photos)},
            f"≥ {decoder}, 0", right >= decoder and not wrong,
            f"the decoder alone reads {decoder}; {held} seen but not said, for no second look agrees",
        )
    ]  # fmt: skip


async def shown(photos: dict[str, Pixels], truth: dict[str, str], codes: CodeReader) -> list[Shown]:
    """Photos as the camera sees them: those whose bar code the decoder finds, and those without a code."""
    found = []
    for name, pixels in photos.items():
        seen = camera(pixels)
        bar = [code.box for code in await codes.read(seen) if code.product]
        if bar or name not in truth:
            found.append(Shown(name, seen, bar[0] if bar else None))
    return found


def same(text: str, truth: str) -> bool:
    """The same payload: apart from white space, the leading 0 that makes a UPC an EAN, and an add-on number."""
    one, other = (re.sub(r"<LF>|\s+", "", each) for each in (text, truth))
    if one.isdigit() and other.isdigit() and len(one) == 13 and len(other) in (15, 18):
        other = other[:13]
    return one == other or one.lstrip("0") == other.lstrip("0") != ""


def one_thing(one: str, other: str, codes: dict[str, str]) -> bool:
    """Whether two photos show the same thing: they are one, or carry the same code."""
    return one == other or (one in codes and codes.get(one) == codes.get(other))


def print_rows(found: dict[str, list[str]], labels: dict[str, dict[str, str]]) -> list[Row]:
    """Share of the words that are read, for pages and for signs in the street."""
    rows = []
    for kind, title, least in (("document", "documents", 98.0), ("scene", "signs in scenes", 52.0)):
        shares = [100 * recall(found[name], each["words"]) for name, each in labels.items() if each["kind"] == kind]
        mean = sum(shares) / len(shares) if shares else float("nan")
        rows.append(
            Row(
                f"words read: {title}", f"{mean:.0f} %", {"percent": round(mean, 1), "photos": len(shares)},
                f"≥ {least:.0f} %", None if not shares else mean >= least, f"mean of {len(shares)} photos",
            )
        )  # fmt: skip
    return rows


def cost_row(photos: Sequence[Pixels], fps: float) -> Row:
    """The verdict on one camera picture of 640x480."""
    small = [np.asarray(cv2.resize(pixels, (640, 480), interpolation=cv2.INTER_AREA), np.uint8) for pixels in photos]
    took = []
    for pixels in small * 3:
        began = stopwatch_us()
        measure(pixels)
        took.append((stopwatch_us() - began) / 1000)
    middle = part(took, 50)
    share = middle * fps / 10
    return Row(
        "verdict on a camera picture, 640x480", f"{middle:.2f} ms", {"p50_ms": round(middle, 3)},
        note=f"{share:.2f} % of a core at {fps:g} pictures a second",
    )  # fmt: skip


def opened(path: Path) -> Pixels:
    """RGB. Raises EngineMissing for a file that is no picture."""
    pixels = cv2.imread(str(path))
    if pixels is None:
        raise EngineMissing(f"{path.name} in the folder of photos can't be opened as a picture.")
    return np.ascontiguousarray(pixels[:, :, ::-1], np.uint8)
