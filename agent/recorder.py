"""The flight recorder: a session's facts, ticks and commands as JSON lines, in the order in which they happened.

Knows files and how the core's dataclasses are written, by type name. Does not know what any of them means, and is
told by the session; the core never knows it. Words are recorded, for they are what the core decides by; sound and
pictures only with the speaker's consent. Whatever the disk does, the session goes on: one warning, then silence.

The file: ``<started>-<session>.jsonl``, readable by its owner only. First line: ``netra`` (version), ``format``,
``session``, ``profile``, ``started`` and ``turn`` (the settings of the core). Then one line each::

    {"now": 1240000, "event": "SpeechStopped", "with": {"at": 19200, "end": 16000}}
    {"now": 1600000, "tick": true}
    {"now": 1600000, "command": "StartReply", "with": {"turn": 2, "text": "read the text", ...}}

The oldest files are deleted when a session opens, down to MAX_FILES and MAX_TOTAL_BYTES; a recording that reaches
MAX_BYTES ends there, and so does its sound or pictures at MAX_MEDIA_BYTES.
"""

from __future__ import annotations

import json
import logging
import os
import re
import wave
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, fields
from importlib import metadata
from io import FileIO
from pathlib import Path
from typing import Any, get_args

from agent import clock
from agent.audio import HEARING_RATE, Pcm
from agent.core import commands as c
from agent.core import events as e
from agent.core.question import Question
from agent.picture import Picture
from agent.settings import Settings

FORMAT = 1
MAX_BYTES = 32 * 2**20
MAX_MEDIA_BYTES = 256 * 2**20
MAX_FILES = 500
MAX_TOTAL_BYTES = 2 * 2**30
FLUSH_LINES = 64
"""Lines that a killed process may lose at most; a quiet session flushes after FLUSH_US instead."""
FLUSH_US = 1_000_000

EVENTS: dict[str, type] = {one.__name__: one for one in get_args(e.Event)}
COMMANDS: dict[str, type] = {one.__name__: one for one in get_args(c.Command)}

log = logging.getLogger(__name__)


def version() -> str:
    """Netra's version, or "unknown" when it is not installed as a package."""
    try:
        return metadata.version("netra")
    except metadata.PackageNotFoundError:
        return "unknown"


def written(kind: str, one: e.Event | c.Command, now: int) -> dict[str, Any]:
    """A fact ("event") or a "command" as a line."""
    return {
        "now": now,
        kind: type(one).__name__,
        "with": {field.name: _plain(getattr(one, field.name)) for field in fields(one)},
    }


def _plain(value: Any) -> Any:
    """A field as JSON has it: of all fields only the questions before a question are records themselves."""
    if isinstance(value, tuple) and value and isinstance(value[0], Question):
        return [asdict(one) for one in value]
    return value


class NoRecorder:
    """Records nothing."""

    def received(self, event: e.Event, now: int) -> None: ...

    def ticked(self, now: int) -> None: ...

    def commanded(self, commands: Iterable[c.Command], now: int) -> None: ...

    def hear(self, pcm: Pcm) -> None: ...

    def see(self, picture: Picture) -> None: ...

    def close(self) -> None: ...


class Recorder:
    """Records one session; ``Recorder.open`` makes one. No method raises, or waits for more than a write to a file."""

    def __init__(self, path: Path, file: FileIO, *, consent: bool) -> None:
        self._path = path
        self._file: FileIO | None = file
        self._consent = consent
        self._sound: wave.Wave_write | None = None
        self._sound_file: FileIO | None = None
        self._waiting: list[bytes] = []
        self._bytes = self._media_bytes = self._flushed_at = 0

    @property
    def path(self) -> Path:
        return self._path

    @classmethod
    def open(
        cls, directory: Path, session_id: str, settings: Settings, *, consent: bool = False
    ) -> Recorder | NoRecorder:
        """A recorder that writes into ``directory``, or none, with a warning, when that can't be written to."""
        started = clock.local_time()
        name = f"{started:%Y%m%d-%H%M%S}-{re.sub(r'[^A-Za-z0-9_-]', '_', session_id)[:64]}.jsonl"
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_room(directory)
            recorder = cls(directory / name, _create(directory / name), consent=consent)
        except OSError as error:
            log.warning("This session is not recorded: %s can't be written to (%s).", directory, error)
            return NoRecorder()
        recorder._write(
            {
                "netra": version(),
                "format": FORMAT,
                "session": session_id,
                "profile": settings.profile,
                "started": started.isoformat(),
                "turn": asdict(settings.turn),
            },
            flush=True,
        )
        return recorder

    def received(self, event: e.Event, now: int) -> None:
        """The core was given this fact."""
        self._write(written("event", event, now))

    def ticked(self, now: int) -> None:
        """The core was told that a deadline passed."""
        self._write({"now": now, "tick": True})

    def commanded(self, commands: Iterable[c.Command], now: int) -> None:
        """The core answered with these, in order."""
        for command in commands:
            self._write(written("command", command, now))

    def hear(self, pcm: Pcm) -> None:
        """The microphone's sound at HEARING_RATE goes into a WAV file, with consent; else nothing is kept."""
        if self._file is None or not self._room_for(pcm.nbytes):
            return
        try:
            if self._sound is None:
                self._sound_file = _create(self._path.with_suffix(".wav"))
                self._sound = wave.open(self._sound_file, "wb")  # noqa: SIM115  it lives as long as the session
                self._sound.setparams((1, 2, HEARING_RATE, 0, "NONE", ""))
            self._sound.writeframes(pcm.astype("<i2").tobytes())
        except OSError as error:
            self._give_up(error)

    def see(self, picture: Picture) -> None:
        """A picture goes into a JPEG file, with consent; else nothing is kept. Takes some milliseconds."""
        if self._file is None or not self._consent:
            return
        import cv2  # 50 ms, and only who records pictures needs it

        encoded = cv2.imencode(".jpg", cv2.cvtColor(picture.pixels, cv2.COLOR_RGB2BGR))[1].tobytes()
        if not self._room_for(len(encoded)):
            return
        try:
            with _create(
                self._path.with_name(f"{self._path.stem}-{re.sub(r'[^A-Za-z0-9_-]', '_', picture.id)}.jpg")
            ) as file:
                file.write(encoded)
        except OSError as error:
            self._give_up(error)

    def close(self) -> None:
        """Write what is buffered. More calls change nothing."""
        self._flush(self._flushed_at)
        self._shut()

    def _write(self, line: dict[str, Any], *, flush: bool = False) -> None:
        if self._file is None:
            return
        encoded = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        self._bytes += len(encoded)
        if self._bytes > MAX_BYTES:
            log.warning("The recording %s ends here: it is as large as one may be.", self._path)
            self.close()
            return
        self._waiting.append(encoded)
        now = int(line.get("now", 0))
        if flush or len(self._waiting) >= FLUSH_LINES or now - self._flushed_at >= FLUSH_US:
            self._flush(now)

    def _flush(self, now: int) -> None:
        if self._file is None:
            return
        rest = memoryview(b"".join(self._waiting))
        self._waiting.clear()
        self._flushed_at = now
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._give_up(error)

    def _room_for(self, count: int) -> bool:
        self._media_bytes += count if self._consent else 0
        return self._consent and self._media_bytes <= MAX_MEDIA_BYTES

    def _give_up(self, error: OSError) -> None:
        """The disk is full, or gone."""
        log.warning("The recording %s ends here (%s).", self._path, error)
        self._shut()

    def _shut(self) -> None:
        for one in (self._sound, self._sound_file, self._file):
            if one is not None:
                with suppress(OSError):  # there is nothing left to save
                    one.close()
        self._sound = self._sound_file = self._file = None


def _create(path: Path) -> FileIO:
    """A new file without a buffer of its own, for its owner only."""
    return FileIO(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _make_room(directory: Path) -> None:
    """Delete the oldest recordings, with their sound and pictures."""
    own = [path for path in directory.iterdir() if re.fullmatch(r"\d{8}-\d{6}-[\w-]+\.(jsonl|wav|jpg)", path.name)]
    kept, total = 0, 0
    for path in sorted(own, key=lambda one: one.name, reverse=True):
        kept, total = kept + 1, total + path.stat().st_size
        if kept >= MAX_FILES or total > MAX_TOTAL_BYTES:
            path.unlink(missing_ok=True)
