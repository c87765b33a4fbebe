"""What a plain installation brings is enough: no module of an extra is needed to serve on the embedded profile."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

SCRIPT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
import transport.app, transport.demo, transport.doctor, transport.running
from agent.engines import registry
from agent.settings import load

settings = load("embedded", environ={}, overrides={"cache_dir": sys.argv[1]})
for kind, name in (("synthesizer", settings.speaking.synthesizer), ("brain", settings.thinking.brain)):
    registry.build(kind, name, settings)
print("served")
"""


def extras_only() -> set[str]:
    """Modules of packages that only extras ask for, directly."""

    def names(requirements: list[str]) -> set[str]:
        return {canonicalize_name(Requirement(one).name) for one in requirements}

    extras = set().union(*(names(one) for one in PROJECT["optional-dependencies"].values()))
    wanted = extras - names(PROJECT["dependencies"])
    found = metadata.packages_distributions()
    return {module for module, packages in found.items() if {canonicalize_name(one) for one in packages} <= wanted}


def test_it_serves_without_any_extra(trained: Path) -> None:
    absent = extras_only()
    assert {"num2words", "pytest"} <= absent
    script = f"ABSENT = {sorted(absent)!r}\n{textwrap.dedent(SCRIPT)}"
    done = subprocess.run(
        [sys.executable, "-c", script, str(trained)], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "served"
