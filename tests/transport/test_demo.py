"""The demo's parts: pictures that can be seen, a cough that is no voice, a timeline that shows who spoke when."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image

from agent.audio import HEARING_RATE, SPEAKING_RATE, level_dbfs
from agent.sight.colours import colours
from agent.sight.quality import measure, problem
from transport.demo import pictures, timeline
from transport.demo.person import Exchange, cough, trimmed
from transport.demo.script import Scene


def test_the_qr_code_is_one() -> None:
    [found] = zxingcpp.read_barcodes(pictures.qr_code("netra demo"))
    assert found.text == "netra demo"


def test_the_ball_is_red_and_good_enough_to_say_so() -> None:
    picture = pictures.coloured_object()
    assert problem(measure(picture), "colour") == ""
    assert "red" in colours(picture)[0].name


def test_the_dark_room_is_no_picture_to_answer_from() -> None:
    assert problem(measure(pictures.dark_room()), "scene") in ("dark", "black")


def test_the_cough_is_short_and_loud() -> None:
    assert 0.25 < len(cough()) / HEARING_RATE < 0.5
    assert level_dbfs(cough()) > -30


def test_silence_around_speech_is_cut_off() -> None:
    sound = np.concatenate((np.zeros(500), np.full(100, 5_000), np.zeros(300))).astype(np.int16)
    assert len(trimmed(sound)) == 100
    assert len(trimmed(np.zeros(10, np.int16))) == 10


def test_a_scene_without_complaints_went_well() -> None:
    scene = Scene("a test", Exchange("hello", "speech", (0, 1)))
    scene.expect(True, "never said")
    assert scene.wrong == []
    scene.expect(False, "it rained")
    assert scene.wrong == ["it rained"]


def test_the_delay_counts_from_the_end_of_speech() -> None:
    assert Exchange("hello", "speech", (1_000_000, 2_000_000), first_sound_us=2_450_000).delay_ms == 450
    assert Exchange("hello", "speech", (1_000_000, 2_000_000)).delay_ms is None


def test_the_timeline_shows_sound_where_it_was(tmp_path: Path) -> None:
    silence = np.zeros(SPEAKING_RATE * 4, np.int16)
    spoken, heard = silence.copy(), silence.copy()
    spoken[SPEAKING_RATE : 2 * SPEAKING_RATE] = 12_000
    stages = {"endpoint": 360, "sound_out": 400}
    asked = Exchange(
        "hello", "speech", (1_000_000, 2_000_000), first_sound_us=2_400_000, status="completed", stages=stages
    )
    timeline.draw(tmp_path / "timeline.png", spoken, heard, SPEAKING_RATE, 0, [Scene("one", asked)])
    drawn = np.asarray(Image.open(tmp_path / "timeline.png").convert("RGB")).astype(int)
    person = np.abs(drawn - np.array(timeline.PERSON)).sum(axis=2) < 30
    row = person[timeline.TOP + timeline.TRACK // 2 - 20]
    sounding = [60 + int(1.5 * timeline.PER_S), 60 + int(3.0 * timeline.PER_S)]
    assert row[sounding[0]]
    assert not row[sounding[1]]
