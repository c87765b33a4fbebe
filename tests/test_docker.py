"""What can be told of images and compose files without an engine: what they name is there, and they agree."""

from __future__ import annotations

import ast
import fnmatch
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from agent.settings import load
from transport.models.catalogue import SETS

ROOT = Path(__file__).parents[1]
IMAGES = ("Dockerfile", "Dockerfile.gpu")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def steps(name: str) -> list[tuple[str, str]]:
    """Instructions and what follows, lines put together, comments left out."""
    text = (ROOT / "docker" / name).read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = lines.replace("\\\n", " ")
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in joined.splitlines() if line.strip()]


def of(name: str, instruction: str) -> list[str]:
    return [rest for word, rest in steps(name) if word == instruction]


def environment(name: str) -> Mapping[str, str]:
    pairs = [pair.partition("=") for line in of(name, "ENV") for pair in line.split()]
    return {name: value for name, _, value in pairs}


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_runs_as_nobody_special_and_says_how_it_is(name: str) -> None:
    stages = [index for index, (word, _) in enumerate(steps(name)) if word == "FROM"]
    last = steps(name)[stages[-1] :]
    words = [word for word, _ in last]
    assert ("USER", "10001:10001") in last
    assert "useradd --uid 10001" in " ".join(rest for word, rest in last if word == "RUN")
    assert words.index("USER") > max(at for at, word in enumerate(words) if word in ("RUN", "COPY"))
    assert (json.loads(of(name, "ENTRYPOINT")[-1]), json.loads(of(name, "CMD")[-1])) == (["netra"], ["serve"])
    [health] = of(name, "HEALTHCHECK")
    python, option, code = json.loads(health[health.index("[") :])
    assert (python, option) == ("python", "-c")
    ast.parse(code)
    assert "/health" in code
    settings = load(environ=environment(name))
    assert (settings.server.host, settings.server.port) == ("0.0.0.0", 8787)
    assert of(name, "EXPOSE") == ["8787/tcp"]


@pytest.mark.parametrize("name", IMAGES)
def test_what_is_copied_is_there_and_let_through(name: str) -> None:
    ignored = (ROOT / "docker" / f"{name}.dockerignore").read_text(encoding="utf-8").splitlines()
    let = [line[1:] for line in ignored if line.startswith("!")]
    copied = [source for line in of(name, "COPY") if "--from" not in line for source in line.split()[:-1]]
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(fnmatch.fnmatch(source, pattern) for pattern in let), source
    packages = {pattern.rstrip("*") for pattern in ("agent*", "transport*", "frontend*", "configs*")}
    assert packages <= set(copied)


def test_both_are_given_the_same_files() -> None:
    first, second = ((ROOT / "docker" / f"{name}.dockerignore").read_text(encoding="utf-8") for name in IMAGES)
    assert first == second


@pytest.mark.parametrize("name", IMAGES)
def test_every_package_that_is_installed_has_a_pin(name: str) -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {canonicalize_name(Requirement(line).name) for line in lines if line and not line.startswith("#")}
    assert environment(name)["PIP_CONSTRAINT"] == "/src/constraints.txt"
    assert "constraints.txt" in " ".join(of(name, "COPY"))
    needed = listed(name) + [Requirement(one).name for one in by_name(name)]
    assert len(needed) > 20
    assert {canonicalize_name(one) for one in needed} - pinned == set()


def listed(name: str) -> list[str]:
    """What the image's own line of Python finds in pyproject.toml."""
    [run] = [rest for rest in of(name, "RUN") if "needs.txt" in rest]
    found = re.search(r"-c '(.*?)' >needs\.txt", run)
    assert found is not None
    shown = subprocess.run(
        [sys.executable, "-c", found.group(1)], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [Requirement(line).name for line in shown.splitlines()]


def by_name(name: str) -> Sequence[str]:
    """Packages that are named in a pip command."""
    found: list[str] = []
    for run in of(name, "RUN"):
        for command in re.findall(r"pip install ([^&]*)", run):
            words = iter(command.split())
            for word in words:
                if word in ("-r", "--index-url"):
                    next(words)
                elif not word.startswith("-") and word != ".":
                    found.append(word)
    return found


def test_the_gpu_image_has_what_its_profile_needs() -> None:
    name = "Dockerfile.gpu"
    settings = load(environ=environment(name))
    assert settings.profile == "gpu"
    wanted = {"whisper": "faster-whisper", "vlm": "transformers", "kokoro": "kokoro"}
    chosen = {settings.hearing.recognizer, settings.thinking.brain, settings.speaking.synthesizer}
    assert chosen == set(wanted)
    have = {canonicalize_name(one) for one in [*listed(name), *by_name(name)]}
    assert {wanted[engine] for engine in chosen} | {"torch", "ctranslate2", "num2words"} <= have
    sight = settings.sight.memory_model
    weights = {settings.hearing.whisper.model, settings.thinking.vlm.model, settings.speaking.kokoro.model, sight}
    assert weights <= set(SETS["gpu"])
    assert str(settings.cache_dir / "models").endswith("/.cache/netra/models")
    assert "/home/netra/.cache/netra/models" in of(name, "VOLUME")


def composed(*names: str) -> dict[str, Any]:
    """Compose files one over the other, as far as these need it: mappings are joined, lists put together."""

    def over(one: Any, other: Any) -> Any:
        if isinstance(one, dict) and isinstance(other, dict):
            return {**one, **{key: over(one[key], value) if key in one else value for key, value in other.items()}}
        return one + other if isinstance(one, list) and isinstance(other, list) else other

    whole: dict[str, Any] = {}
    for name in names:
        whole = over(whole, yaml.safe_load((ROOT / "docker" / name).read_text(encoding="utf-8")))
    return whole


@pytest.mark.parametrize("names", [("compose.yaml",), ("compose.yaml", "compose.gpu.yaml")])
def test_a_composition_names_only_what_is_there_and_keeps_the_server_shut_in(names: tuple[str, ...]) -> None:
    whole = composed(*names)
    netra = whole["services"]["netra"]
    assert (ROOT / netra["build"]["dockerfile"]).is_file()
    assert (ROOT / "docker" / netra["build"]["context"]).resolve() == ROOT
    for service in whole["services"].values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert source in whole["volumes"] or (ROOT / "docker" / source).is_file()
    assert netra["read_only"] is True
    for variable in netra["environment"]:
        assert load(environ={variable: "[]" if variable.endswith(("HOSTS", "SERVERS")) else "1"})


def test_the_gpu_composition_has_the_gpu_and_keeps_the_weights() -> None:
    netra = composed("compose.yaml", "compose.gpu.yaml")["services"]["netra"]
    [device] = netra["deploy"]["resources"]["reservations"]["devices"]
    assert (device["driver"], device["capabilities"]) == ("nvidia", ["gpu"])
    assert netra["build"]["dockerfile"] == "docker/Dockerfile.gpu"
    assert "models:/home/netra/.cache/netra/models" in netra["volumes"]
    assert "cache:/home/netra/.cache" in netra["volumes"]
