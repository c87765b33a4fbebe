"""``netra look`` and ``netra read``: one picture from a file, answered by the skills, without a server.

Knows files and exit codes. Does not know what is in a picture.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from agent.errors import LineError
from agent.oneshot import Remark
from agent.picture import Picture
from agent.settings import Settings
from transport import found
from transport.app import build_engines, one_shot_means
from transport.picture_in import decode_picture

READ = "Read the text."


def read_picture(path: Path, settings: Settings) -> Picture:
    """Raises LineError that says why the file is no picture."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LineError(f"{path} cannot be read: {error.strerror}.") from error
    return decode_picture(data, max_side=settings.sight.camera.still_max_side)


async def look(settings: Settings, path: Path, question: str, progress: Callable[[str], None]) -> dict[str, Any]:
    """What ``found.as_json`` tells. Raises NetraError."""
    picture = read_picture(path, settings)
    engines = await build_engines(settings, progress, warm=False)  # ears and voice stay asleep
    try:
        means = one_shot_means(engines, settings)
        try:
            facts = means.oneshot.facts()
            answer = [given async for given in means.oneshot.answer([Remark("user", question, (picture,))], facts)]
            return found.as_json(question, answer, await means.oneshot.look(picture, facts))
        finally:
            means.close()
    finally:
        await engines.close()


def show(result: dict[str, Any], out: Console, *, only_text: bool, as_json: bool) -> int:
    """Print it; the exit code: 0 answered, 1 the picture does not allow it, or the question was not understood."""
    if as_json:
        sys.stdout.write(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    elif only_text and result["text"]:
        for row in result["rows"]:
            text = f"{row['text']}  [{row['doubt']}]" if row["doubt"] else row["text"]
            out.print(text, markup=False, highlight=False, soft_wrap=True)
    else:
        out.print(result["answer"], markup=False, highlight=False, soft_wrap=True)
        if result["more"] and result["kind"] == "answer":
            out.print(result["more"], markup=False, highlight=False, soft_wrap=True)
    if only_text:
        return 0 if result["text"] else 1
    return 0 if result["kind"] == "answer" else 1
