"""A recording replayed into a new core gives the same commands; where it does not, the first difference is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from agent.core import events as e
from agent.errors import RecordingError
from agent.recorder import Recorder
from agent.replay import replay
from agent.settings import Settings
from tests.agent.core.test_turn_properties import following_the_turns
from tests.agent.core.watched import Watched


def recorded(folder: Path, seed: int = 3) -> Path:
    """A plausible conversation, recorded as a session does it."""
    watched = following_the_turns(seed)
    watched.step(e.Closed(), watched.now)
    recorder = Recorder.open(folder, "sess_1", Settings())
    assert isinstance(recorder, Recorder)
    again = Watched()
    for event, now in watched.script:
        before = len(again.commands)
        again.step(event, now)
        if event is None:
            recorder.ticked(now)
        else:
            recorder.received(event, now)
        recorder.commanded(again.commands[before:], now)
    recorder.close()
    return recorder.path


def changed(path: Path, change: Callable[[list[dict[str, Any]]], None]) -> Path:
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


@pytest.mark.parametrize("seed", range(20))
def test_the_same_commands_again(tmp_path: Path, seed: int) -> None:
    replayed = replay(recorded(tmp_path, seed))
    assert replayed.same
    assert not replayed.truncated
    assert replayed.facts > 30
    assert replayed.commands > 10
    assert "The same commands again." in str(replayed)
    json.dumps(asdict(replayed))


def test_the_first_difference_is_named_with_its_line(tmp_path: Path) -> None:
    at = 0

    def other_words(lines: list[dict[str, Any]]) -> None:
        nonlocal at
        at = next(number for number, line in enumerate(lines) if line.get("command") == "ShowHeard")
        lines[at]["with"]["text"] = "something else"

    replayed = replay(changed(recorded(tmp_path), other_words))
    assert replayed.difference is not None
    assert replayed.difference.line == at + 1
    assert "something else" in replayed.difference.expected
    assert replayed.difference.got.startswith("ShowHeard(")
    assert f"line {at + 1}" in str(replayed)


def test_a_command_that_is_missing_or_too_many_is_a_difference(tmp_path: Path) -> None:
    def drop(lines: list[dict[str, Any]]) -> None:
        del lines[next(number for number, line in enumerate(lines) if "command" in line)]

    missing = replay(changed(recorded(tmp_path), drop)).difference
    assert missing is not None
    assert missing.got

    def add(lines: list[dict[str, Any]]) -> None:
        lines.insert(1, {"now": 0, "command": "Duck", "with": {"turn": 1}})

    many = replay(changed(recorded(tmp_path), add)).difference
    assert many is not None
    assert (many.line, many.expected, many.got) == (2, "Duck(turn=1)", "")


def test_a_recording_that_a_killed_process_left_is_replayed_as_far_as_it_goes(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    for size in (len(whole) - 5, len(lines[0]), sum(map(len, lines[:40])), sum(map(len, lines[:40])) + 3):
        path.write_bytes(whole[:size])
        replayed = replay(path)
        assert replayed.same
        assert replayed.truncated
        assert "ends before the session did" in str(replayed)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\xfe binary\n", b"hello\n", b"{}\n", b"[1]\n", b'{"netra": "0.1.0"}\n', b'"netra turn"\n'],
)
def test_a_foreign_file_says_what_it_should_be(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match="is not a recording of Netra"):
        replay(path)


def test_a_missing_file_and_a_folder_say_so(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(RecordingError, match="can't be read"):
            replay(path)


@pytest.mark.parametrize(
    "line",
    [
        "{broken",
        "[]",
        '{"now": 1}',
        '{"now": "soon", "tick": true}',
        '{"now": 1, "event": "Sneezed", "with": {}}',
        '{"now": 1, "event": "Muted", "with": {}}',
        '{"now": 1, "event": "Muted", "with": {"on": true, "off": false}}',
        '{"now": 1, "event": "Muted", "with": {"on": [1]}}',
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    path = recorded(tmp_path)
    lines = path.read_text("utf-8").splitlines()
    lines[3] = line
    path.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(RecordingError, match=r"line 4 is damaged .*version"):
        replay(path)


def test_other_formats_and_settings_name_the_version_to_use(tmp_path: Path) -> None:
    def newer(lines: list[dict[str, Any]]) -> None:
        lines[0] |= {"format": 99, "netra": "9.9"}

    with pytest.raises(RecordingError, match=r"format 99.*Netra 9\.9"):
        replay(changed(recorded(tmp_path), newer))

    def odd(lines: list[dict[str, Any]]) -> None:
        lines[0]["turn"]["barge_in"]["telepathy"] = True

    with pytest.raises(RecordingError, match=r"turn\.barge_in\.telepathy"):
        replay(changed(recorded(tmp_path), odd))
