"""The page's pure modules, tested where they run: in JavaScript, by node's own test runner."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="node is not installed")
@pytest.mark.parametrize("path", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name.removesuffix(".test.mjs"))
def test_module_of_the_page(path: Path) -> None:
    assert NODE is not None
    done = subprocess.run([NODE, "--test", str(path)], capture_output=True, text=True, timeout=60, check=False)
    if "bad option" in done.stderr:
        pytest.skip("this node is older than its test runner")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
