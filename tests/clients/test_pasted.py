"""The programs of docs/realtime.md for pipecat and livekit, as pasted."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.clients.scripts import environment
from tests.transport.test_docs import block
from tests.transport.whole_server import Whole


@pytest.mark.clients
@pytest.mark.net
@pytest.mark.parametrize(("client", "holding"), [("pipecat", "pipecat-ai"), ("livekit", "livekit-agents")])
def test_the_program_says_the_time(client: str, holding: str, netra: Whole) -> None:
    python = environment(client, "bin", "python")
    program = re.search(r"<<'PY'\n(.*)\nPY\n", block("realtime.md", "sh", holding), re.S)
    assert program is not None
    code = program[1].replace("localhost:8787", netra.url.removeprefix("http://"))
    ran = subprocess.run([str(python), "-c", code], capture_output=True, text=True, timeout=90)
    assert ran.returncode == 0, ran.stderr
    assert "It's " in ran.stdout
