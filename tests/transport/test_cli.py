"""The command line: whatever goes wrong is one sentence that says what to do, with the right exit code."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.net


def netra(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "transport", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "COLUMNS": "200", **environment},
    )


def test_help_names_every_command() -> None:
    shown = netra("--help").stdout
    for command in ("serve", "demo", "doctor", "replay", "bench", "settings"):
        assert command in shown


@pytest.mark.parametrize("command", ["serve", "demo", "doctor", "replay", "bench", "settings"])
def test_each_command_has_help(command: str) -> None:
    assert "Usage" in netra(command, "--help").stdout


def test_a_taken_port_is_one_sentence_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run = netra("serve", "--port", str(port))
    assert run.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in run.stderr
    assert f"--port {port + 1}" in run.stderr
    assert "Traceback" not in run.stderr


def test_an_address_that_is_not_ours_is_told() -> None:
    run = netra("serve", "--host", "192.0.2.1", "--port", "0")
    assert run.returncode == 1
    assert "not an address of this machine" in run.stderr


def test_wrong_settings_are_listed_and_nothing_starts(tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    config.write_text("[server]\nprot = 1\n[speaking]\nrate = 7.0\n")
    run = netra("serve", "--config", str(config), NETRA_HEARING__VAD="ears")
    assert run.returncode == 2
    assert "server.prot" in run.stderr
    assert "speaking.rate" in run.stderr
    assert "NETRA_HEARING__VAD" in run.stderr


def test_settings_prints_every_option_for_programs() -> None:
    run = netra("settings", "--json", NETRA_SERVER__PORT="9011")
    assert json.loads(run.stdout)["server"]["port"] == 9011


def test_replay_of_something_else_says_so(tmp_path: Path) -> None:
    other = tmp_path / "notes.jsonl"
    other.write_text("not a recording\n")
    run = netra("replay", str(other))
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert str(other) in run.stderr.replace("\n", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_cleanly(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "transport", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert any("Netra is ready" in line for line in process.stdout)
        process.send_signal(number)
        rest = process.stdout.read()
        assert process.wait(10) == 0
        assert "Traceback" not in rest
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
