"""The command line: whatever goes wrong is one sentence that says what to do, with the right exit code."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import wave
from pathlib import Path

import cv2
import pytest

from tests import drawn

pytestmark = pytest.mark.net


COMMANDS = (
    "serve", "talk", "call", "look", "read", "demo", "doctor", "replay", "timeline", "bench", "key", "models",
    "settings",
)  # fmt: skip


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
    for command in COMMANDS:
        assert command in shown


@pytest.mark.parametrize("command", COMMANDS)
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


def test_a_picture_that_does_not_allow_it_is_told_by_the_exit_code(tmp_path: Path) -> None:
    picture = tmp_path / "dark.png"
    cv2.imwrite(str(picture), drawn.plain((2, 2, 2)))
    run = netra("look", str(picture), "What do you see?", "--json")
    assert run.returncode == 1
    found = json.loads(run.stdout)
    assert (found["kind"], found["quality"]["verdict"], found["text"]) == ("correction", "black", "")
    assert "black" in found["answer"]


def test_print_that_is_cut_off_is_marked_and_most_of_it_cut_is_not_printed(tmp_path: Path) -> None:
    whole = drawn.sign("Take two", "with food", "Daily tablets", size=1.2)
    some, most = tmp_path / "some.png", tmp_path / "most.png"
    cv2.imwrite(str(some), whole[:, :290])
    cv2.imwrite(str(most), whole[:, :130])
    run = netra("read", str(some))
    assert run.returncode == 0
    assert [line.endswith("  [cut off]") for line in run.stdout.splitlines()] == [False, False, True]
    run = netra("read", str(most), "--json")
    assert run.returncode == 1
    found = json.loads(run.stdout)
    assert (found["quality"]["verdict"], found["kind"]) == ("cut_off", "correction")
    assert (found["text"], found["rows"], found["lines"]) == ("", [], [])
    assert found["answer"] == "The text is cut off on the right. Move the camera to the right, or back."


def test_print_that_is_too_far_away_asks_to_come_closer(tmp_path: Path) -> None:
    wall, far = drawn.textured((110, 100, 90), 1280, 960), tmp_path / "far.png"
    wall[400:440, 600:653] = cv2.resize(drawn.sign("Octavia Hill", "1887"), (53, 40), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(far), wall)
    run = netra("read", str(far), "--json")
    assert run.returncode == 1
    found = json.loads(run.stdout)
    assert (found["quality"]["verdict"], found["kind"], found["text"], found["lines"]) == ("far", "correction", "", [])
    assert found["answer"] == found["quality"]["advice"] == (
        "There may be print, but it is too far away to read. Move closer."
    )


def test_a_finger_over_half_of_the_lens_is_told_and_no_colour_claimed(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden.png"
    cv2.imwrite(str(hidden), drawn.fingered(drawn.thing((30, 60, 170)), "bottom", 0.8, (165, 95, 75))[0][:, :, ::-1])
    run = netra("look", str(hidden), "What colour is this?", "--json")
    assert run.returncode == 1
    found = json.loads(run.stdout)
    assert (found["quality"]["verdict"], found["kind"]) == ("part_covered", "correction")


def test_a_product_in_the_list_is_named_and_a_missing_list_is_one_sentence(tmp_path: Path) -> None:
    picture, listed = tmp_path / "pack.png", tmp_path / "products.csv"
    cv2.imwrite(str(picture), drawn.bar_code("4006381333931"))
    listed.write_text("code,product_name,brands,quantity\n4006381333931,Oat drink,Oatly,1 L\n", encoding="utf-8")
    setting = {"NETRA_SIGHT__PRODUCTS_FILE": str(listed)}
    found = json.loads(netra("look", str(picture), "What product is this?", "--json", **setting).stdout)
    assert (found["answer"], found["more"]) == (
        "Oat drink, by Oatly, one litre.", "Its number is 4 0 0 6, 3 8 1 3, 3 3 9 3 1.",
    )  # fmt: skip
    assert found["codes"][0]["item"]["name"] == "Oat drink"
    listed.unlink()
    run = netra("look", str(picture), "What product is this?", **setting)
    assert run.returncode == 1
    assert "is not there. Put it there, or set sight.products_file" in " ".join(run.stderr.split())
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("look", "{here}/no.png"), "cannot be read: No such file"),
        (("read", "{here}/text.png"), "not a picture that I can read"),
        (("talk", "--file", "{here}/no.wav"), "cannot be read: No such file"),
        (("talk", "--file", "{here}/text.png"), "not a recording that I can read"),
        (("call", "127.0.0.1:9", "--file", "{here}/quiet.wav"), "Is the server running?"),
        (("call", "ftp://x", "--file", "{here}/quiet.wav"), "no address of a server"),
    ],
)
def test_what_a_file_or_address_lacks_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    (tmp_path / "text.png").write_text("no picture, no sound")
    with wave.open(str(tmp_path / "quiet.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", "NONE"))
        file.writeframes(bytes(3200))
    run = netra(*(argument.format(here=tmp_path) for argument in arguments))
    assert run.returncode == 1
    assert words in run.stderr.replace("\n", " ")
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("profile", ["laptop", "gpu"])
def test_a_profile_that_lacks_something_is_two_sentences_and_an_exit_code(tmp_path: Path, profile: str) -> None:
    run = netra("serve", "--profile", profile, "--port", "0", NETRA_CACHE_DIR=str(tmp_path))
    missing, doctor = run.stderr.strip().splitlines()
    assert run.returncode == 1
    assert missing.startswith("The engine 'whisper' ")
    assert "netra models pull " in missing or "pip install -e '.[whisper]'" in missing
    assert doctor == "`netra doctor` with the same --profile and --config names all that is missing."


def test_a_wrong_model_and_a_wrong_option_are_told_with_what_is_meant() -> None:
    run = netra("models", "pull", "smal")
    assert (run.returncode, "Did you mean 'small'?" in run.stderr, "Traceback" in run.stderr) == (1, True, False)
    assert "--port" in netra("serve", "--prot", "1").stderr
