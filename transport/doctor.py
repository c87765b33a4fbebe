"""``netra doctor``: what is installed, which engines each profile would use and why, and how each did when tried.

Knows the table of profiles and which packages an engine comes from. Looks packages up by name without importing them;
engines are tried by ``transport.trials``. Does not install or change anything.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

from rich.console import Console
from rich.table import Table

from agent.engines.registry import PLACES, Kind
from agent.engines.weights import find
from agent.errors import EngineMissing
from agent.settings import PROFILES, Settings, load
from transport.models import catalogue
from transport.trials import Trial, run_trials

PACKAGES: tuple[tuple[str, str], ...] = (
    ("aiortc", "the line: sound, camera and events over WebRTC"),
    ("av", "Opus, VP8 and H.264"),
    ("starlette", "the page and the calls"),
    ("uvicorn", "the HTTP server"),
    ("numpy", "sound and pictures"),
    ("pydantic", "settings"),
    ("onnxruntime", "runs Silero and the text reader"),
    ("opencv-python-headless", "faces, quality, colours"),
    ("silero-vad", "voice detection (its model file)"),
    ("webrtcvad-wheels", "voice detection"),
    ("pocketsphinx", "recognition without downloads"),
    ("espeakng-loader", "eSpeak NG, the voice (GPL, in its own process)"),
    ("rapidocr", "reading text"),
    ("zxing-cpp", "bar codes and QR codes"),
    ("httpx", "language models on a server (setting thinking.brain)"),
    ("aiomqtt", "a broker for the house (setting mqtt.on)"),
    ("faster-whisper", "recognition of profiles above embedded"),
    ("transformers", "vision-language models"),
    ("torch", "neural engines"),
    ("kokoro", "a neural voice"),
)
"""Packages whose version explains a fault: name on PyPI, what Netra uses it for."""

SOURCES: dict[str, tuple[str, ...]] = {
    "silero": ("silero-vad", "onnxruntime"),
    "webrtcvad": ("webrtcvad-wheels",),
    "both": ("silero-vad", "onnxruntime", "webrtcvad-wheels"),
    "sphinx": ("pocketsphinx",),
    "espeak": ("espeakng-loader",),
    "rapidocr": ("rapidocr", "onnxruntime", "opencv-python-headless"),
    "zxing": ("zxing-cpp",),
    "file": (),
    "haar": ("opencv-python-headless",),
    "rules": (),
    "server": ("httpx",),
    "voice": ("numpy",),
    "smart_turn": ("onnxruntime",),
    "whisper": ("faster-whisper",),
    "vlm": ("transformers", "torch"),
    "kokoro": ("kokoro", "torch"),
    "siglip": ("transformers", "torch"),
}
"""Engine → the packages it comes from."""

EXTRAS = {"whisper": "whisper", "kokoro": "kokoro", "siglip": "neural", "vlm": "vlm"}
"""Engine → the extra of the package netra that brings what it needs."""

OFF = "off"
"""A task that a profile may leave undone."""
UNDONE: dict[Kind, str] = {
    "matcher": "nothing is remembered of what was seen (setting sight.memory)",
    "products": "product numbers are read out, not named (setting sight.products_file)",
}

EMBEDDED: dict[Kind, str] = {
    "vad": "silero",
    "recognizer": "sphinx",
    "turn_end": "voice",
    "brain": "rules",
    "text": "rapidocr",
    "codes": "zxing",
    "products": OFF,
    "faces": "haar",
    "synthesizer": "espeak",
    "matcher": OFF,
}
LARGER: dict[Kind, str] = {"recognizer": "whisper", "brain": "vlm", "synthesizer": "kokoro", "matcher": "siglip"}
REMOTE: dict[Kind, str] = {"recognizer": "server", "brain": "server", "synthesizer": "server"}

WISHES: dict[str, dict[Kind, str]] = {
    "embedded": EMBEDDED,
    "laptop": EMBEDDED | LARGER,
    "gpu": EMBEDDED | LARGER,
    "cluster": EMBEDDED | REMOTE,
}
"""Profile → kind → engine, from the design's table of profiles."""


@dataclass(frozen=True, slots=True)
class Package:
    """``version``: None when it is not installed."""

    name: str
    version: str | None
    used_for: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Which engine a profile wants for one task, and which it would use (None: there is none). ``why``: a sentence."""

    kind: str
    wanted: str
    used: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """``selectable``: this version of Netra takes the profile's name. ``complete``: everything it wants is here."""

    profile: str
    selectable: bool
    complete: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """``healthy``: every engine of the examined profile did its task."""

    netra: str
    python: str
    platform: str
    profile: str
    packages: tuple[Package, ...]
    plans: tuple[Plan, ...]
    trials: tuple[Trial, ...]

    @property
    def healthy(self) -> bool:
        return all(trial.passed for trial in self.trials if trial.in_profile)


async def examine(profile: str, settings: Settings) -> Diagnosis:
    """Look at this machine and try every engine. Takes some seconds; the first time longer, while models are built."""
    chosen = chosen_engines(settings)
    return Diagnosis(
        netra=version("netra") or "not installed as a package",
        python=f"{platform.python_implementation()} {platform.python_version()}",
        platform=platform.platform(),
        profile=profile,
        packages=tuple(Package(name, version(name), used_for) for name, used_for in PACKAGES),
        plans=tuple(
            plan(name, chosen if name == profile else wishes, weights(name, settings))
            for name, wishes in WISHES.items()
        ),
        trials=await run_trials(settings, chosen),
    )


def chosen_engines(settings: Settings) -> dict[Kind, str]:
    """What these settings ask for, which may differ from the profile's table."""
    return {
        "vad": settings.hearing.vad,
        "recognizer": settings.hearing.recognizer,
        "brain": settings.thinking.brain,
        "text": settings.sight.text,
        "codes": settings.sight.codes,
        "products": OFF if settings.sight.products_file is None else "file",
        "faces": settings.sight.faces,
        "synthesizer": settings.speaking.synthesizer,
        "matcher": settings.sight.memory,
    }


def version(package: str) -> str | None:
    """The installed version of a package by its name on PyPI; None when it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def weights(profile: str, settings: Settings) -> dict[Kind, str]:
    """Task → what to do, for each neural engine of this profile whose weights are not on this machine."""
    if profile not in PROFILES:
        return {}
    own = settings if profile == settings.profile else load(profile, environ={})
    models = {
        "recognizer": ("whisper", own.hearing.recognizer, own.hearing.whisper.model),
        "brain": ("vlm", own.thinking.brain, own.thinking.vlm.model),
        "synthesizer": ("kokoro", own.speaking.synthesizer, own.speaking.kokoro.model),
        "matcher": ("siglip", own.sight.memory, own.sight.memory_model),
    }
    missing: dict[Kind, str] = {}
    for kind, (engine, chosen, name) in models.items():
        known = catalogue.named(name)
        repositories = (name,) if known is None else (known.repository, name)
        if chosen != engine:
            continue
        try:
            find(name, settings.cache_dir, repositories, (), engine)
        except EngineMissing:
            how = f"netra models pull {name}" if known is not None else "put them there, or correct the setting"
            missing[kind] = f"its weights {name!r} are not here: {how}"  # type: ignore[index]
    return missing


def plan(profile: str, wishes: dict[Kind, str], without: Mapping[Kind, str] | None = None) -> Plan:
    """``without``: task → which weights are missing and what to do."""
    without = without or {}
    choices = tuple(choose(kind, wanted, without.get(kind, "")) for kind, wanted in wishes.items())
    complete = all(choice.used == choice.wanted and choice.kind not in without for choice in choices)
    return Plan(profile, profile in PROFILES, complete, choices)


def choose(kind: Kind, wanted: str, without: str = "") -> Choice:
    """The engine for one task: the wanted one, or the embedded profile's where this version lacks it, or none.
    ``without``: which weights it lacks and what to do.
    """
    if wanted == OFF:
        return Choice(kind, OFF, OFF, UNDONE[kind])
    if wanted not in PLACES[kind]:
        instead = choose(kind, EMBEDDED[kind])
        why = f"{wanted} comes with a later version of Netra; until then {EMBEDDED[kind]}: {instead.why}"
        return Choice(kind, wanted, instead.used, why)
    missing = [package for package in SOURCES.get(wanted, ()) if version(package) is None]
    if missing and wanted in EXTRAS:
        instead = choose(kind, EMBEDDED[kind])
        missed = f"{' and '.join(missing)} missing: .venv/bin/pip install -e '.[{EXTRAS[wanted]}]'"
        missed += f"; {without}" if without else ""
        why = f"{missed}; until then {instead.used}: {instead.why}"
        return Choice(kind, wanted, instead.used, why)
    if missing:
        return Choice(kind, wanted, None, f"{' and '.join(missing)} missing: run `make install`")
    found = ", ".join(f"{package} {version(package)}" for package in SOURCES.get(wanted, ()))
    why = f"{found} installed" if found else "part of Netra"
    return Choice(kind, wanted, wanted, f"{why}; {without}" if without else why)


def to_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """For programs. Keys: netra, python, platform, profile, healthy, packages, plans, trials; as in the dataclasses."""
    return {**asdict(diagnosis), "healthy": diagnosis.healthy}


def render(diagnosis: Diagnosis, console: Console) -> None:
    """For people: packages, plans, trials, and one closing sentence."""
    console.print(f"Netra {diagnosis.netra} · {diagnosis.python} · {diagnosis.platform}", highlight=False)

    packages = Table("package", "version", "for", title="Installed", title_justify="left")
    for package in diagnosis.packages:
        packages.add_row(package.name, package.version or "-", package.used_for)
    console.print(packages)

    plans = Table("profile", "task", "engine", "why", title="What each profile would use", title_justify="left")
    for one in diagnosis.plans:
        name = one.profile if one.selectable else f"{one.profile} (a later version)"
        for choice in one.choices:
            plans.add_row(
                name, choice.kind, choice.used or "none", _plain(choice.why), end_section=choice is one.choices[-1]
            )
            name = ""
    console.print(plans)

    trials = Table("", "engine", "ready", "task", "what came out", title="Self-test", title_justify="left")
    for trial in diagnosis.trials:
        mark = "[green]ok[/]" if trial.passed else "[red]failed[/]" if trial.in_profile else "[yellow]failed[/]"
        engine = f"{trial.kind}: {trial.engine}" + (" *" if trial.in_profile else "")
        trials.add_row(mark, engine, f"{trial.prepare_ms} ms", f"{trial.run_ms} ms", _plain(trial.detail))
    console.print(trials)
    console.print(f"* used by the profile {diagnosis.profile}", highlight=False)

    broken = [f"{trial.kind} ({trial.engine})" for trial in diagnosis.trials if trial.in_profile and not trial.passed]
    if broken:
        end = f"[red]Not ready:[/] {', '.join(broken)} failed. What to do is in the table above."
    else:
        end = "[green]Ready:[/] every engine of this profile works. `make run` starts Netra."
    console.print(end, highlight=False)


def _plain(text: str) -> str:
    """Without rich's markup: an engine's words may hold brackets."""
    return text.replace("[", r"\[")
