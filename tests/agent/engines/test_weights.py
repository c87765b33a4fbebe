"""Where weights are looked for, and what is said when they, or a part of them, are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.engines.weights import find
from agent.errors import EngineMissing


def test_a_folder_in_the_cache_or_anywhere_is_found(tmp_path: Path) -> None:
    for folder in (tmp_path / "models/small", tmp_path / "mine"):
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
    assert find("small", tmp_path, (), ("config.json|other",), "whisper") == tmp_path / "models/small"
    assert find(str(tmp_path / "mine"), tmp_path, (), ("config.json",), "whisper") == tmp_path / "mine"


def test_what_lacks_is_told_with_the_command_that_gets_it(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match=r"found no weights 'small' .*`netra models pull small` gets them"):
        find("small", tmp_path, (), ("model.bin",), "whisper")
    (tmp_path / "models/small").mkdir(parents=True)
    with pytest.raises(EngineMissing, match=r"can't use .*small: model\.bin or model\.st is not in it"):
        find("small", tmp_path, (), ("model.bin|model.st",), "whisper")


def test_what_was_pulled_in_part_is_told_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "models/small").mkdir(parents=True)
    (tmp_path / "models/small/model.bin.part").write_bytes(b"half")
    with pytest.raises(EngineMissing, match=r"not all of it has come\. Go on: `netra models pull small`"):
        find("small", tmp_path, (), ("model.bin",), "whisper")
