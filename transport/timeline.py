"""``netra timeline``: a recording as a picture, or as the same lanes for programs.

Knows files and their endings. What is in a recording is ``agent.timeline``'s, how it looks ``timeline_picture``'s.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from agent.errors import RecordingError
from agent.recording import Recording, read
from agent.timeline import Timeline, timeline
from transport import timeline_picture

ENDINGS = (".svg", ".png")


def run(recording: Path, picture: Path | None, *, as_json: bool, console: Console) -> None:
    """Draw it to ``picture`` (default: beside it, as SVG) and say where, or print JSON. Raises RecordingError."""
    path = picture or recording.with_suffix(".svg")
    if path.suffix.lower() not in ENDINGS:
        raise RecordingError(f"{path}: a timeline is drawn as {' or '.join(ENDINGS)}. Give the file such an ending.")
    known = read(recording)
    lanes = timeline((step.now, step.what) for step in known.steps)
    if as_json:
        sys.stdout.write(json.dumps(as_plain(known, lanes), indent=2) + "\n")
        if picture is None:
            return
    canvas = timeline_picture.draw(lanes, _title(known))
    try:
        canvas.save(path)
    except OSError as error:
        raise RecordingError(f"{path} can't be written ({error.strerror}). Give another place with -o.") from None
    except ValueError as error:
        raise RecordingError(f"{path}: {error}. Draw it as .svg instead.") from None
    if not as_json:
        console.print(canvas.description, highlight=False)
        console.print(f"Timeline: {path}", highlight=False, soft_wrap=True)


def as_plain(known: Recording, lanes: Timeline) -> dict[str, Any]:
    """For JSON: what is drawn, with the recording's name and time."""
    header = {name: str(known.header.get(name, "")) for name in ("session", "started", "profile", "netra")}
    return {**header, "description": timeline_picture.describe(lanes), **asdict(lanes)}


def _title(known: Recording) -> str:
    started = str(known.header.get("started", ""))[:19].replace("T", " ")
    return f"Session {known.header.get('session', '')}, {started}, Netra {known.header['netra']}"
