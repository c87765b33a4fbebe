"""The commands in the documents do what they say when pasted (with the ports of this server for the usual ones)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.transport.whole_server import Whole

pytestmark = pytest.mark.net
ROOT = Path(__file__).parents[2]


def block(document: str, language: str, holding: str) -> str:
    """The one block of code in a document that holds these words."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    [found] = [code for code in re.findall(rf"```{language}\n(.*?)```", text, re.S) if holding in code]
    return str(found)


def pasted(command: list[str], folder: Path) -> str:
    """What the command prints, in a folder that has the documents."""
    if not (folder / "docs").exists():
        (folder / "docs").symlink_to(ROOT / "docs")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run.stdout


def with_ports(code: str, netra: Whole) -> str:
    return code.replace("http://localhost:8787", netra.url).replace("10700", str(netra.wyoming[1]))


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed: the shell examples of rest.md are not run")
def test_rest_by_curl(netra: Whole, tmp_path: Path) -> None:
    shown = pasted(["bash", "-ec", with_ports(block("rest.md", "sh", "transcriptions"), netra)], tmp_path)
    assert "what do you see" in shown
    assert '"object":"look"' in shown
    assert "Library" in shown


def test_rest_by_the_sdk(netra: Whole, tmp_path: Path) -> None:
    assert "It says: Library" in pasted(
        [sys.executable, "-c", with_ports(block("rest.md", "python", "openai"), netra)], tmp_path
    )


def test_wyoming_by_its_client(netra: Whole, tmp_path: Path) -> None:
    shown = pasted([sys.executable, "-c", with_ports(block("wyoming.md", "python", "Handled"), netra)], tmp_path)
    assert shown.startswith("It's ")


def test_talking_without_a_sound_card(tmp_path: Path) -> None:
    shown = pasted(["bash", "-ec", block("terminal.md", "sh", "quiet.wav")], tmp_path)
    assert "You: What time is it?" in shown
    assert "Netra: It's " in shown
    assert (tmp_path / "answer.wav").stat().st_size > 40_000


def test_reading_a_picture(tmp_path: Path) -> None:
    [_, read] = block("terminal.md", "sh", "netra read").strip().split("\n")
    assert pasted(["bash", "-c", read], tmp_path).splitlines() == ["Library", "open 9 to 17", "closed on Sunday"]
