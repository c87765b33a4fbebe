"""``netra timeline``: pictures that can be read, long silences folded, clear words for files that are none."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from agent.errors import RecordingError
from agent.timeline import LANES, Mark, Span, Timeline
from tests.lab import farm
from tests.lab.script import Noise, Reply, Say, Script, Step
from transport import timeline_picture
from transport.__main__ import cli
from transport.canvas import AGENT, PAPER, PERSON, Box, Canvas, Line, Words, fitted, length_of

SVG = "{http://www.w3.org/2000/svg}"
TALK = Script(
    (
        Step(Say("what is <q1> & more")),
        Step(Noise(300), 900, "sounding"),
        Step(Say("and what is q2", Reply(words=25)), 40_000, "over"),
        Step(Say("no q3"), 1_000, "sounding"),
    )
)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return farm.record(TALK, tmp_path_factory.mktemp("recordings"), "talk")


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["timeline", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def boxes(picture: Path, colour: tuple[int, int, int]) -> Iterator[ElementTree.Element]:
    for box in ElementTree.parse(picture).iter(f"{SVG}rect"):
        if box.get("fill") == "#{:02x}{:02x}{:02x}".format(*colour):
            yield box


def test_the_svg_has_a_title_a_description_and_a_tip_for_each_box(recording: Path, tmp_path: Path) -> None:
    picture = tmp_path / "talk.svg"
    code, said = run(recording, "-o", picture)
    assert code == 0
    assert "3 turns of the user; 3 replies of the agent, 1 cut off" in " ".join(said.split())
    root = ElementTree.parse(picture).getroot()
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("aria-labelledby", "").split() == list(named)
    assert "Session talk" in str(named["title"])
    assert "3 turns of the user" in str(named["description"])
    tips = [tip.text for tip in root.iter(f"{SVG}title") if tip.get("id") is None]
    assert any(tip and tip.startswith("words said") and tip.endswith("what is <q1> & more") for tip in tips)
    assert [tip for tip in tips if tip and tip.startswith("agent held")]
    words = [element.text for element in root.iter(f"{SVG}text")]
    for label in (
        "user speech",
        "user words",
        "state",
        "guesses",
        "agent speech",
        "words heard",
        "events",
        "duck",
        "back",
    ):
        assert label in words


def test_speech_is_drawn_where_it_was(recording: Path, tmp_path: Path) -> None:
    picture = tmp_path / "talk.svg"
    run(recording, "-o", picture)
    first = next(box for box in boxes(picture, PERSON) if float(box.get("height", 0)) == 18)
    said_ms = 5 * (300 + 60)  # five words with their spaces
    assert float(first.get("x", 0)) == pytest.approx(timeline_picture.LEFT + 0.3 * timeline_picture.PER_S, abs=5)
    assert float(first.get("width", 0)) == pytest.approx(said_ms / 1000 * timeline_picture.PER_S, abs=8)


def test_a_long_silence_is_folded(recording: Path, tmp_path: Path) -> None:
    picture = tmp_path / "talk.svg"
    run(recording, "-o", picture)
    folded = [
        element.text for element in ElementTree.parse(picture).iter(f"{SVG}text") if "silence" in str(element.text)
    ]
    assert len(folded) == 1
    assert "s of silence" in str(folded[0])
    assert float(ElementTree.parse(picture).getroot().get("height", 0)) < 4 * timeline_picture.ROW


def test_the_png_shows_the_same_and_carries_the_description(recording: Path, tmp_path: Path) -> None:
    svg, png = tmp_path / "talk.svg", tmp_path / "talk.png"
    run(recording, "-o", svg)
    run(recording, "-o", png)
    picture = Image.open(png)
    assert (str(picture.width), str(picture.height)) == tuple(
        ElementTree.parse(svg).getroot().get(side) for side in ("width", "height")
    )
    assert "3 turns of the user" in picture.text["Description"]  # type: ignore[attr-defined]
    pixels = np.asarray(picture.convert("RGB"))
    for colour in (PERSON, AGENT):
        assert (pixels == colour).all(axis=2).sum() > 1_000


def test_without_a_name_it_lies_beside_the_recording(recording: Path) -> None:
    assert run(recording)[0] == 0
    assert recording.with_suffix(".svg").is_file()


def test_json_is_what_is_drawn(recording: Path, tmp_path: Path) -> None:
    code, said = run(recording, "--json")
    assert code == 0
    found = json.loads(said)
    assert set(found["lanes"]) == set(LANES)
    assert found["session"] == "talk"
    assert found["lanes"]["words"][0]["text"] == "what is <q1> & more"
    assert [mark["kind"] for mark in found["marks"]].count("duck") == 2
    assert found["words"][0]["text"] == "q1a0"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("hello\n", "is not a recording of Netra"), ("", "is not a recording of Netra"), (None, "can't be read")],
)
def test_what_is_no_recording_is_said_in_a_sentence(tmp_path: Path, content: str | None, complaint: str) -> None:
    path = tmp_path / "some.jsonl"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(RecordingError, match=complaint):
        run(path)


def test_a_garbled_line_and_wrong_places_for_the_picture_are_named(recording: Path, tmp_path: Path) -> None:
    lines = recording.read_text("utf-8").splitlines()
    lines[4] = lines[4][:-9]
    broken = tmp_path / "broken.jsonl"
    broken.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(RecordingError, match="line 5 is damaged"):
        run(broken)
    with pytest.raises(RecordingError, match=r"drawn as \.svg or \.png"):
        run(recording, "-o", tmp_path / "talk.pdf")
    with pytest.raises(RecordingError, match="can't be written"):
        run(recording, "-o", tmp_path / "none" / "talk.png")


def test_nothing_is_a_picture_too() -> None:
    canvas = timeline_picture.draw(Timeline(0, dict.fromkeys(LANES, ()), (), ()), "Nothing")
    assert "Nothing was said." in canvas.svg()


def test_marks_that_crowd_are_drawn_and_named_while_there_is_room() -> None:
    marks = tuple(Mark(1_000 + at, "duck") for at in range(6))
    lanes = dict.fromkeys(LANES, ()) | {"speech": (Span(900, 1_500, "speech"),)}
    drawn = timeline_picture.draw(Timeline(2_000, lanes, marks, ()), "Crowd").svg()
    assert drawn.count(">duck<") == timeline_picture.MARK_ROWS


def test_text_that_does_not_fit_ends_in_dots() -> None:
    assert fitted("what is the time", 400) == "what is the time"
    short = fitted("what is the time", 60)
    assert short.endswith("…")
    assert length_of(short) <= 60
    assert fitted("what", 3) == ""


def test_every_look_of_a_box_is_drawn(tmp_path: Path) -> None:
    canvas = Canvas(120, 40, "Looks", "Three boxes.")
    canvas.add(Box(5, 5, 30, 30, PERSON), Box(45, 5, 30, 30, PERSON, "outline"), Box(85, 5, 30, 30, PERSON, "hatched"))
    canvas.add(Line(0, 38, 120, 38, AGENT), Words(0, 0, ""))
    canvas.save(tmp_path / "looks.png")
    blue = (np.asarray(Image.open(tmp_path / "looks.png")) == PERSON).all(axis=2)
    counts = [int(blue[:, left : left + 30].sum()) for left in (5, 45, 85)]
    assert counts[0] == 900
    assert counts[1] == 4 * 29
    assert counts[1] < counts[2] < counts[0]
    with pytest.raises(ValueError, match="too many"):
        Canvas(20_000, 20_000, "Large", "").save(tmp_path / "large.png")
    assert tuple(PAPER) == tuple(np.asarray(Image.open(tmp_path / "looks.png"))[1, 1])
