"""House rules that a reader relies on: small files that say what they know, pins that are complete, two commands."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from agent.options import explain
from agent.settings import load

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LINES_MAX = 400
OWN = {"agent", "transport", "frontend", "configs", "tests"}
NO_PYPROJECT = {"silero-vad"}
"""Installed without its own list, by requirements-nodeps.txt."""


def texts() -> Iterator[tuple[str, str]]:
    """Path and text of every file that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: which files belong to it cannot be told")
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".png", ".npz", ".wav", ".ico", ".jpg"} or not path.is_file():
            continue
        yield name, path.read_text(encoding="utf-8")


def modules() -> Iterator[tuple[str, ast.Module]]:
    for top in ("agent", "transport", "tests"):
        for path in sorted((ROOT / top).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def test_no_source_file_is_longer_than_a_reader_can_hold() -> None:
    long = [
        f"{name}: {len(text.splitlines())}"
        for name, text in texts()
        if name.endswith((".py", ".js", ".mjs", ".css")) and len(text.splitlines()) > LINES_MAX
    ]
    assert long == []


def test_every_module_says_what_it_is() -> None:
    assert [name for name, tree in modules() if tree.body and not ast.get_docstring(tree)] == []


def test_no_file_names_a_machine() -> None:
    somewhere = re.compile(r"(?<![\w.])/(?:root|work|Users)/\w|(?<![\w.])/home/(?!netra\b)\w|file:///\w")
    found = [f"{name}: {match.group()}" for name, text in texts() for match in somewhere.finditer(text)]
    assert found == []


def test_no_comment_leaves_work_for_later() -> None:
    later = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")
    assert [name for name, text in texts() if later.search(text)] == []


def test_the_readme_begins_with_the_two_commands_and_names_the_licences() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for needed in ("make run", "make test", "make demo", "Apache", "GPL", "eSpeak"):
        assert needed in readme


def test_the_makefile_has_every_command_that_others_script() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("install", "run", "demo", "test", "check", "bench"):
        assert f"make {target}" in listed


def test_every_netra_command_explains_itself() -> None:
    names = ("serve", "talk", "call", "look", "read", "demo", "doctor", "replay", "bench", "key", "settings")
    for command in names:
        shown = subprocess.run(
            [sys.executable, "-m", "transport", command, "--help"], cwd=ROOT, capture_output=True, text=True
        )
        assert shown.returncode == 0, shown.stderr
        assert "--help" in shown.stdout


def test_every_option_has_a_meaning() -> None:
    assert [key for key, _, meaning in explain(load("embedded", environ={})) if not meaning.strip()] == []


# --- packages -------------------------------------------------------------------------------------------------


def declared() -> set[str]:
    groups = (PYPROJECT["dependencies"], *PYPROJECT["optional-dependencies"].values())
    return {canonicalize_name(Requirement(line).name) for group in groups for line in group} | NO_PYPROJECT


def test_every_import_of_others_is_a_declared_dependency() -> None:
    providers = {top: {canonicalize_name(one) for one in names} for top, names in packages_by_import().items()}
    strangers = set()
    for name, tree in modules():
        if name.endswith("_client.py"):
            continue  # runs in an environment of its own
        for node in ast.walk(tree):
            match node:
                case ast.Import():
                    tops = {alias.name.partition(".")[0] for alias in node.names}
                case ast.ImportFrom(level=0, module=str(module)):
                    tops = {module.partition(".")[0]}
                case _:
                    continue
            local = {path.stem for path in (ROOT / name).parent.iterdir()}
            for top in tops - OWN - set(sys.stdlib_module_names) - local:
                if not providers.get(top, {top}) & declared():  # what is not installed has its own name
                    strangers.add(f"{name}: {top}")
    assert strangers == set()


def packages_by_import() -> dict[str, list[str]]:
    return dict(metadata.packages_distributions())


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(one.name): str(one.specifier) for one in found}


def test_everything_that_gets_installed_is_pinned_and_within_its_range() -> None:
    pinned = pins()
    assert [name for name, version in pinned.items() if not version.startswith("==")] == []
    todo = [Requirement(line) for line in PYPROJECT["dependencies"] + PYPROJECT["optional-dependencies"]["test"]]
    todo += [Requirement(name) for name in NO_PYPROJECT]
    seen: set[str] = set()
    faults = []
    while todo:
        wanted = todo.pop()
        name = canonicalize_name(wanted.name)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        version = pinned.get(name, "").removeprefix("==")
        if not version:
            faults.append(f"{name} has no pin")
        elif not wanted.specifier.contains(version, prereleases=True):
            faults.append(f"{name} is pinned to {version}, outside {wanted.specifier}")
        if name not in seen and name not in NO_PYPROJECT:
            seen.add(name)
            todo += [Requirement(line) for line in metadata.requires(wanted.name) or []]
    assert faults == []


def test_only_one_package_brings_opencv() -> None:
    assert packages_by_import()["cv2"] == ["opencv-python-headless"]
