"""The pictures of the documents can be made again, and show what their titles say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.pictures import CASES, FOLDER, draw

SHOWN = {
    "smooth": "1 guess, 1 used",
    "pause": "2 guesses, 1 used",
    "guess": "2 guesses, 1 used",
    "barge-in": "2 replies of the agent, 1 cut off",
    "backchannel": "lowered 1 time, back 1 time",
    "cough": "lowered 1 time, back 1 time",
    "stop": "1 cut off",
    "still-asking": "2 turns of the user",
}


@pytest.mark.parametrize("name", CASES)
def test_a_picture_shows_what_its_title_says(name: str, tmp_path: Path) -> None:
    assert SHOWN[name] in draw(name, tmp_path / "drawn.svg")
    assert (FOLDER / f"{name}.svg").exists()
