"""The arrows that must never exist, held by walking every import and a few names; see "Arrows" in docs/architecture.md.

Every rule is also shown a line that breaks it, so that a rule that notices nothing cannot pass.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from agent.engines.registry import PLACES

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Source:
    """One module: its dotted name and its parsed text."""

    name: str
    tree: ast.Module
    package: bool = False

    def inside(self, *packages: str) -> bool:
        return any(within(self.name, package) for package in packages)

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of everything imported; names taken from a module count as ``module.name`` too."""
        for node in ast.walk(self.tree):
            match node:
                case ast.Import():
                    yield from ((node.lineno, alias.name) for alias in node.names)
                case ast.ImportFrom():
                    base = self.absolute(node)
                    yield node.lineno, base
                    yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
                case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name)), *_]):
                    yield node.lineno, name

    def absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        up = node.level - 1 if self.package else node.level
        return ".".join((*parts[: len(parts) - up], *filter(None, [node.module])))


Rule: TypeAlias = Callable[[Source], Iterator[tuple[int, str]]]
"""From a module to what breaks the rule in it: line and words."""


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def read_all() -> list[Source]:
    found = []
    for top in ("agent", "transport"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if package else parts)
            found.append(Source(name, ast.parse(path.read_text(encoding="utf-8")), package))
    return found


ENGINE_MODULES = {place.partition(":")[0] for names in PLACES.values() for place in names.values()}
"""The modules that hold engines; the others in agent.engines are what engines are made of."""

SHELL = ("session", "hearing", "speaking", "seeing", "replies", "recorder", "replay", "metrics")


# --- the rules ------------------------------------------------------------------------------------------------


def the_mind_knows_no_outside(module: Source) -> Iterator[tuple[int, str]]:
    """1. agent → transport, frontend, tests."""
    if module.inside("agent"):
        for line, name in module.imports():
            if any(within(name, outside) for outside in ("transport", "frontend", "tests")):
                yield line, name


IMPURE = {
    "asyncio", "concurrent", "datetime", "logging", "multiprocessing", "os", "pathlib", "queue", "random", "secrets",
    "select", "selectors", "signal", "socket", "subprocess", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
"""Standard modules that wait, read a clock, roll dice or touch the world."""


def the_core_is_pure(module: Source) -> Iterator[tuple[int, str]]:
    """2 and 6. agent.core → anything but itself and the standard library's pure part."""
    if module.inside("agent.core"):
        for line, name in module.imports():
            top = name.partition(".")[0]
            own = within(name, "agent.core")
            if not own and (top in IMPURE or top not in sys.stdlib_module_names):
                yield line, name


def an_engine_stands_alone(module: Source) -> Iterator[tuple[int, str]]:
    """3. an engine → core, session, another engine; nobody imports an engine module but the registry, by name."""
    for line, name in module.imports():
        engine = next((engine for engine in ENGINE_MODULES if within(name, engine)), None)
        if engine and not module.inside(engine):
            yield line, name
    if module.inside("agent.engines") and module.name != "agent.engines.registry":
        forbidden = ("agent.core", "agent.settings", *(f"agent.{part}" for part in SHELL))
        for line, name in module.imports():
            if any(within(name, one) for one in forbidden):
                yield line, name


ASKS_THE_REGISTRY = ("transport.app", "transport.doctor", "transport.trials", "transport.demo")
"""The composition root; `netra doctor`, whose work is to try each engine; the demo, whose person has a voice."""


def the_wire_does_not_think(module: Source) -> Iterator[tuple[int, str]]:
    """4. transport → agent.core or an engine. Benches measure parts one by one, so they may reach them."""
    if module.inside("transport") and not module.inside("transport.bench"):
        for line, name in module.imports():
            registry = within(name, "agent.engines.registry") and not module.inside(*ASKS_THE_REGISTRY)
            if registry or within(name, "agent.core"):
                yield line, name


CARRIERS = ("transport.webrtc", "transport.websocket", "transport.mqtt", "transport.wyoming", "transport.rest")


def carriers_do_not_meet(module: Source) -> Iterator[tuple[int, str]]:
    """5. webrtc ↔ websocket ↔ mqtt ↔ wyoming ↔ rest."""
    if module.inside(*CARRIERS):
        for line, name in module.imports():
            if any(within(name, other) and not module.inside(other) for other in CARRIERS):
                yield line, name


REACHES_INSIDE = ("transport.inside_aiortc", "transport.short_way", "agent.engines.vlm_packed")
"""Each says in its docstring what it uses of a library's insides; a test of its own fails when they move."""


def private_names_stay_private(module: Source) -> Iterator[tuple[int, str]]:
    """7. another object's private names. A module may use those that it defines itself."""
    if module.inside(*REACHES_INSIDE):
        return
    own = set(private_names_defined(module.tree))
    for node in ast.walk(module.tree):
        match node:
            case ast.Attribute(value=value, attr=name) if private(name) and name not in own:
                if ast.unparse(value) not in ("self", "cls", "os"):  # os._exit is public
                    yield node.lineno, f"{ast.unparse(node)}"
            case ast.ImportFrom():
                yield from ((node.lineno, alias.name) for alias in node.names if private(alias.name))


def private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__")) and name != "_"


def private_names_defined(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name, ctx=ast.Store()):
                yield name


READS_THE_ENVIRONMENT = ("agent.settings", "transport.__main__")


def clocks_and_tasks_have_owners(module: Source) -> Iterator[tuple[int, str]]:
    """8. clock or environment reads outside clock, settings, __main__; tasks outside a TaskGroup or an own thread."""
    clock = module.name == "agent.clock"
    if not clock:
        yield from ((line, name) for line, name in module.imports() if within(name, "time"))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            text = ast.unparse(node)
            if text in ("os.environ", "os.getenv", "os.environb") and module.name not in READS_THE_ENVIRONMENT:
                yield node.lineno, text
            if text.startswith(("datetime.", "date.")) and node.attr in ("now", "utcnow", "today") and not clock:
                yield node.lineno, text
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, verb = ast.unparse(node.func.value), node.func.attr
            loop = owner in ("asyncio", "loop", "self._loop") or owner.endswith(("_loop()", ".loop"))
            default_executor = verb == "run_in_executor" and ast.unparse(node.args[0]) == "None"
            loose = verb in ("create_task", "ensure_future", "to_thread") or default_executor
            if loop and (loose or (verb == "time" and not clock)):
                yield node.lineno, ast.unparse(node.func)


RULES: tuple[Rule, ...] = (
    the_mind_knows_no_outside,
    the_core_is_pure,
    an_engine_stands_alone,
    the_wire_does_not_think,
    carriers_do_not_meet,
    private_names_stay_private,
    clocks_and_tasks_have_owners,
)


# --- the tests ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return read_all()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_module_breaks(rule: Rule, sources: list[Source]) -> None:
    assert [f"{module.name}:{line} {what}" for module in sources for line, what in rule(module)] == []


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (the_mind_knows_no_outside, "agent.session", "from transport.web import app"),
        (the_mind_knows_no_outside, "agent.session", "import tests.virtual"),
        (the_core_is_pure, "agent.core.turn", "import asyncio"),
        (the_core_is_pure, "agent.core.turn", "import numpy as np"),
        (the_core_is_pure, "agent.core.turn", "from agent import metrics"),
        (the_core_is_pure, "agent.core.turn", "from ..recorder import Recorder"),
        (an_engine_stands_alone, "agent.engines.silero", "from agent.core.gate import Gate"),
        (an_engine_stands_alone, "agent.engines.silero", "from agent.engines.zxing import ZxingReader"),
        (an_engine_stands_alone, "agent.engines.silero", "from agent.engines import zxing"),
        (an_engine_stands_alone, "agent.hearing", "import agent.engines.silero"),
        (an_engine_stands_alone, "transport.web", 'importlib.import_module("agent.engines.silero")'),
        (the_wire_does_not_think, "transport.webrtc", "from agent.core import turn"),
        (the_wire_does_not_think, "transport.webrtc", "from agent.engines import registry"),
        (carriers_do_not_meet, "transport.websocket", "from transport import webrtc"),
        (private_names_stay_private, "agent.session", "line._track.stop()"),
        (private_names_stay_private, "agent.session", "from agent.clock import _loop"),
        (clocks_and_tasks_have_owners, "agent.session", "import time"),
        (clocks_and_tasks_have_owners, "agent.session", "from time import monotonic"),
        (clocks_and_tasks_have_owners, "agent.session", "when = datetime.now()"),
        (clocks_and_tasks_have_owners, "agent.session", "asyncio.get_running_loop().time()"),
        (clocks_and_tasks_have_owners, "transport.web", "home = os.environ['HOME']"),
        (clocks_and_tasks_have_owners, "transport.web", "asyncio.create_task(work())"),
        (clocks_and_tasks_have_owners, "transport.web", "asyncio.get_running_loop().create_task(work())"),
        (clocks_and_tasks_have_owners, "transport.web", "await asyncio.to_thread(work)"),
        (clocks_and_tasks_have_owners, "transport.web", "await loop.run_in_executor(None, work)"),
    ],
)
def test_the_rule_notices(rule: Rule, name: str, text: str) -> None:
    assert list(rule(Source(name, ast.parse(text))))


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (the_core_is_pure, "agent.core.turn", "from agent.core.events import Event\nfrom dataclasses import dataclass"),
        (an_engine_stands_alone, "agent.engines.silero", "from agent.engines.protocols import VoiceStream"),
        (the_wire_does_not_think, "transport.app", "from agent.engines.registry import Engines"),
        (private_names_stay_private, "agent.ports", "class A:\n def f(self, b: A):\n  self._x = 1\n  return b._x"),
        (clocks_and_tasks_have_owners, "agent.session", "group.create_task(work())"),
        (clocks_and_tasks_have_owners, "agent.session", "await loop.run_in_executor(self._thread, work)"),
    ],
)
def test_the_rule_lets_pass(rule: Rule, name: str, text: str) -> None:
    assert list(rule(Source(name, ast.parse(text)))) == []
