"""The flight recorder: everything in order, nothing without consent, and no harm whatever the disk does."""

from __future__ import annotations

import json
import logging
import stat
import types
import typing
import wave
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from pydantic import TypeAdapter

from agent import recorder as recorders
from agent.core import commands as c
from agent.core import events as e
from agent.core.question import Question
from agent.picture import Picture
from agent.recorder import COMMANDS, EVENTS, NoRecorder, Recorder, written
from agent.settings import Settings

SETTINGS = Settings()


def sample(hint: Any) -> Any:
    """Some value of a field's type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is type(None):
        return None
    if origin is Literal:
        return arguments[-1]
    if origin in (typing.Union, types.UnionType):
        return sample(next(one for one in arguments if one is not type(None)))
    if origin is tuple:
        inside = arguments[:1] if arguments[-1] is Ellipsis else arguments
        return tuple(sample(one) for one in inside)
    if hint is Question:
        return Question("what is this", 0.5, ("x",), typed=True)
    return {int: 7, float: 0.25, bool: True, str: "Straße „ü“ \n\u2028"}[hint]


@pytest.mark.parametrize("kind", [*EVENTS.values(), *COMMANDS.values()], ids=lambda kind: kind.__name__)
def test_every_fact_and_command_comes_back_as_it_was(kind: type) -> None:
    hints = get_type_hints(kind)
    one = kind(**{field.name: sample(hints[field.name]) for field in fields(kind)})
    line = json.loads(json.dumps(written("event", one, 5)))
    assert line["event"] == kind.__name__
    assert TypeAdapter(kind).validate_python(line["with"]) == one


def test_names_are_unique_and_complete() -> None:
    assert set(EVENTS) == {one.__name__ for one in get_args(e.Event)}
    assert set(COMMANDS) == {one.__name__ for one in get_args(c.Command)}
    assert not set(EVENTS) & set(COMMANDS)


def opened(folder: Path, *, consent: bool = False, session: str = "sess_1") -> Recorder:
    made = Recorder.open(folder / "new" / "recordings", session, SETTINGS, consent=consent)
    assert isinstance(made, Recorder)
    return made


def test_lines_stand_in_their_order_under_a_header(tmp_path: Path) -> None:
    recorder = opened(tmp_path)
    recorder.received(e.PartialHeard("what"), 10)
    recorder.commanded([c.ShowHeard(1, "what"), c.Duck(2)], 10)
    recorder.ticked(20)
    recorder.close()
    header, *lines = [json.loads(line) for line in recorder.path.read_text("utf-8").splitlines()]
    assert header["session"] == "sess_1"
    assert header["profile"] == "embedded"
    assert header["turn"]["barge_in"]["min_coverage"] == SETTINGS.turn.barge_in.min_coverage
    assert lines == [
        {"now": 10, "event": "PartialHeard", "with": {"text": "what"}},
        {"now": 10, "command": "ShowHeard", "with": {"turn": 1, "text": "what"}},
        {"now": 10, "command": "Duck", "with": {"turn": 2}},
        {"now": 20, "tick": True},
    ]


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    recorder = opened(tmp_path, consent=True)
    recorder.hear(np.zeros(320, np.int16))
    recorder.close()
    for path in recorder.path.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(recorder.path.parent.stat().st_mode) == 0o700


def test_a_session_id_can_not_leave_the_folder(tmp_path: Path) -> None:
    recorder = opened(tmp_path, session="../../etc/passwd")
    recorder.close()
    assert list((tmp_path / "new" / "recordings").iterdir()) == [recorder.path]


def test_no_sound_and_no_pictures_without_consent(tmp_path: Path) -> None:
    recorder = opened(tmp_path)
    recorder.hear(np.zeros(320, np.int16))
    recorder.see(Picture("p1", np.zeros((8, 8, 3), np.uint8), 0))
    recorder.close()
    assert list(recorder.path.parent.iterdir()) == [recorder.path]


def test_with_consent_sound_and_pictures_lie_beside_it(tmp_path: Path) -> None:
    recorder = opened(tmp_path, consent=True)
    sound = np.arange(-320, 320, dtype=np.int16)
    recorder.hear(sound[:320])
    recorder.hear(sound[320:])
    recorder.see(Picture("p/1", np.full((8, 8, 3), 200, np.uint8), 0))
    recorder.close()
    with wave.open(str(recorder.path.with_suffix(".wav"))) as file:
        assert file.getparams()[:4] == (1, 2, 16_000, 640)
        assert np.array_equal(np.frombuffer(file.readframes(640), "<i2"), sound)
    picture = recorder.path.with_name(f"{recorder.path.stem}-p_1.jpg")
    assert picture.read_bytes()[:2] == b"\xff\xd8"


def test_a_killed_process_loses_little(tmp_path: Path) -> None:
    recorder = opened(tmp_path)
    for number in range(recorders.FLUSH_LINES):
        recorder.ticked(number)
    assert len(recorder.path.read_bytes().splitlines()) == 1 + recorders.FLUSH_LINES
    recorder.ticked(2_000_000)
    assert len(recorder.path.read_bytes().splitlines()) == 2 + recorders.FLUSH_LINES, "after a second, at once"
    recorder.close()


def test_a_folder_that_can_not_be_made_costs_a_warning_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    made = Recorder.open(tmp_path / "file" / "recordings", "s", SETTINGS)
    assert isinstance(made, NoRecorder)
    made.received(e.StopPressed(), 0)
    made.close()
    assert len(caplog.records) == 1
    assert "not recorded" in caplog.text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full, a disk that is always full, is of Linux")
def test_a_full_disk_costs_one_warning_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = recorders._create
    monkeypatch.setattr(recorders, "_create", lambda _: create(Path("/dev/full")))
    recorder = opened(tmp_path, consent=True)
    for number in range(1_000):
        recorder.ticked(number * 100_000)
        recorder.hear(np.zeros(320, np.int16))
    recorder.close()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_recording_has_a_largest_size(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorders, "MAX_BYTES", 2_000)
    recorder = opened(tmp_path)
    for number in range(1_000):
        recorder.ticked(number)
    recorder.close()
    assert recorder.path.stat().st_size <= 2_000
    assert len(caplog.records) == 1


def test_the_oldest_recordings_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorders, "MAX_FILES", 3)
    folder = tmp_path / "new" / "recordings"
    folder.mkdir(parents=True)
    for name in (
        "20200101-000000-a.jsonl",
        "20200101-000000-a.wav",
        "20210101-000000-b.jsonl",
        "20220101-000000-c.jsonl",
    ):
        (folder / name).write_text("old")
    (folder / "notes.txt").write_text("mine")
    recorder = opened(tmp_path)
    recorder.close()
    assert {path.name for path in folder.iterdir()} == {
        "notes.txt", "20210101-000000-b.jsonl", "20220101-000000-c.jsonl", recorder.path.name,
    }  # fmt: skip
