"""Engines by kind and name, imported on first use. The only place that names engine modules.

Knows where each engine lives and what it is built from. Does not know sessions: one set of engines serves them all.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from agent.audio import Pcm
from agent.engines import kokoro_place, whisper_place
from agent.engines.protocols import (
    Brain,
    CodeReader,
    EndOfTurn,
    FaceFinder,
    PictureMatcher,
    ProductList,
    Recognizer,
    Synthesizer,
    TextReader,
    VoiceDetector,
)
from agent.engines.worker import Worker
from agent.errors import EngineMissing
from agent.language.saying import ENGLISH, INDONESIAN
from agent.person.phrases import name_words as person_words
from agent.settings import Settings, secret
from agent.skills.app import AppReplies
from agent.skills.bank import OUTSIDE
from agent.skills.catalogue import tools_for
from agent.skills.house_bank import INDONESIAN as INDONESIAN_HOUSE
from agent.skills.house_bank import bank_for, name_words
from agent.skills.tongues import IN_INDONESIAN
from agent.skills.understand import Understanding
from agent.skills.understand_languages import Understandings
from agent.thinking.routed import RoutedBrain
from agent.thinking.settings import Vlm

Kind: TypeAlias = Literal[
    "vad", "recognizer", "turn_end", "synthesizer", "brain", "text", "codes", "products", "faces", "matcher"
]

PLACES: dict[Kind, dict[str, str]] = {
    "vad": {
        "silero": "agent.engines.silero:SileroDetector",
        "webrtcvad": "agent.engines.webrtc_vad:WebrtcDetector",
        "both": "agent.engines.staged_vad:StagedDetector",
    },
    "recognizer": {
        "sphinx": "agent.engines.hosted:HostedRecognizer",
        "whisper": "agent.engines.hosted:HostedRecognizer",
        "server": "agent.engines.word_server:ServerRecognizer",
    },
    "turn_end": {
        "voice": "agent.engines.voice_end:VoiceEnd",
        "smart_turn": "agent.engines.smart_turn:SmartTurn",
    },
    "synthesizer": {
        "espeak": "agent.engines.espeak:EspeakSynthesizer",
        "kokoro": "agent.engines.voice_by_language:VoiceByLanguage",
        "server": "agent.engines.voice_server:ServerSynthesizer",
    },
    "brain": {
        "rules": "agent.engines.rules:RuleBrain",
        "server": "agent.engines.chat_server:ChatServerBrain",
        "vlm": "agent.engines.vlm:VlmBrain",
    },
    "text": {"rapidocr": "agent.engines.rapid:RapidReader"},
    "codes": {"zxing": "agent.engines.zxing:ZxingReader"},
    "products": {"file": "agent.engines.product_file:ProductFile"},
    "faces": {"haar": "agent.engines.haar:HaarFinder"},
    "matcher": {"siglip": "agent.engines.siglip:SiglipMatcher"},
}


def named(kind: Kind, name: str) -> Callable[..., Any]:
    """What makes this engine. Raises ImportError, KeyError."""
    module, _, member = PLACES[kind][name].partition(":")
    made: Callable[..., Any] = getattr(importlib.import_module(module), member)
    return made


def build(kind: Kind, name: str, settings: Settings | None = None) -> Any:
    """A new engine. Raises EngineMissing with what to install."""
    if name not in PLACES[kind]:
        raise EngineMissing(f"There is no {kind} engine {name!r}. Choose one of: {', '.join(PLACES[kind])}.")
    try:
        factory = named(kind, name)
    except ImportError as error:
        missing = error.name or str(error)
        how = ".venv/bin/pip install -e '.[vlm]'" if name == "vlm" else "run `make install`"
        raise EngineMissing(f"The {kind} engine {name!r} needs the package {missing!r}: {how}.") from error
    settings = settings or Settings()
    engine = factory(**_options(kind, name, settings))
    return engine if kind != "brain" or name == "rules" else routed(engine, settings)


def routed(model: Brain, settings: Settings) -> RoutedBrain:
    """A language model with the rules before it and below it."""
    understanding = _understanding(settings)
    rules: Brain = build("brain", "rules", settings)
    small = settings.thinking.vlm.small_model if model.name == "vlm" else ""
    smaller = None
    if small:
        vlm = _at_its_place(settings, small).model_copy(update={"small_model": ""})
        tools = tools_for(settings.mqtt.known, person=settings.person.on)
        smaller = named("brain", "vlm")(vlm, settings.thinking.telling, tools)
    return RoutedBrain(understanding, rules, model, settings.thinking.telling, smaller)


def _understanding(settings: Settings) -> Understandings:
    things, kept = settings.mqtt.known, settings.cache_dir
    theirs = bank_for(things, IN_INDONESIAN.phrases, INDONESIAN_HOUSE, settings.person, INDONESIAN)
    return Understandings({
        ENGLISH: Understanding(bank_for(things, person=settings.person), cache_dir=kept, things=things),
        INDONESIAN: Understanding(theirs, cache_dir=kept, things=things, tongue=IN_INDONESIAN),
    })  # fmt: skip


def _options(kind: Kind, name: str, settings: Settings) -> dict[str, Any]:
    match kind, name:
        case "vad", "both":
            return {"first": build("vad", "webrtcvad", settings), "second": build("vad", "silero", settings)}
        case "recognizer", "sphinx":
            things = settings.mqtt.known
            phrases = bank_for(things, person=settings.person).phrases()
            options = {
                "sentences": [phrase.text for phrase in phrases if phrase.skill != OUTSIDE],
                "outside": [phrase.text for phrase in phrases if phrase.skill == OUTSIDE],
                "cache_dir": settings.cache_dir,
                "decoders": settings.hearing.decoders,
                "names": [*name_words(things), *person_words(settings.person.name)],
            }
            _require("pocketsphinx", kind, name)
            return {"name": name, "place": "agent.engines.sphinx:SphinxRecognizer", "options": options}
        case "recognizer", "whisper":
            return whisper_place.options(settings.hearing.whisper, settings.cache_dir, lambda: _expected(settings))
        case (("recognizer" | "synthesizer"), "server"):
            other = settings.hearing.server if kind == "recognizer" else settings.speaking.server
            other.needed("hearing.server" if kind == "recognizer" else "speaking.server")
            return {
                "server": other,
                "key": secret(other.key_variable),
                "instead": build(kind, "sphinx" if kind == "recognizer" else "espeak", settings),
            }
        case "synthesizer", "kokoro":
            voice = kokoro_place.hosted(settings.speaking.kokoro, settings.cache_dir)
            by_text = settings.speaking.kokoro.by_text
            rest = build("synthesizer", "espeak", settings)
            return {"first": voice, "other": rest, "languages": voice.languages, "by_text": by_text}
        case "matcher", "siglip":
            sight = settings.sight
            return {"model": sight.memory_model, "cache_dir": settings.cache_dir, "device": sight.memory_device}
        case "products", "file":
            if settings.sight.products_file is None:
                raise EngineMissing("There is no list of products: sight.products_file is not set.")
            return {"file": settings.sight.products_file, "cache_dir": settings.cache_dir}
        case "turn_end", "smart_turn":
            return {"file": settings.hearing.smart_turn_file}
        case "brain", "rules":
            understanding = _understanding(settings)
            return {"understanding": understanding, "app": AppReplies(understanding)}
        case "brain", "vlm":
            telling, tools = settings.thinking.telling, tools_for(settings.mqtt.known, person=settings.person.on)
            return {"options": _at_its_place(settings, settings.thinking.vlm.model), "telling": telling, "tools": tools}
        case "brain", "server":
            server = settings.thinking.server
            return {
                "server": server,
                "telling": settings.thinking.telling,
                "tools": tools_for(settings.mqtt.known, person=settings.person.on),
                "key": secret(server.key_variable),
            }
        case _:
            return {}


def _at_its_place(settings: Settings, name: str) -> Vlm:
    """The options with this model: its folder, where `netra models` put it; else as it is named."""
    place = settings.cache_dir / "models" / name
    return settings.thinking.vlm.model_copy(update={"model": str(place) if name and place.is_dir() else name})


def _expected(settings: Settings) -> list[str]:
    """Names and phrases that a recogniser of all words is told to expect."""
    things = settings.mqtt.known
    spoken = [
        (one.skill, one.text) for one in bank_for(things, person=settings.person).phrases() if one.skill != OUTSIDE
    ]
    names = [*name_words(things), *person_words(settings.person.name)]
    return whisper_place.hints(["Netra", *names], spoken)


def _require(package: str, kind: Kind, name: str) -> None:
    """An engine that is imported in a child process says here that its package is missing."""
    if importlib.util.find_spec(package) is None:
        raise EngineMissing(f"The {kind} engine {name!r} needs the package {package!r}: run `make install`.")


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """A judge of voices, and the thread it works on."""

    engine: EndOfTurn
    worker: Worker

    async def __call__(self, pcm: Pcm) -> float:
        """See EndOfTurn. Raises EngineError."""
        return await self.worker.run(self.engine.finality, pcm)


@dataclass(frozen=True, slots=True)
class Engines:
    """One of each, shared by all sessions."""

    vad: VoiceDetector
    recognizer: Recognizer
    synthesizer: Synthesizer
    brain: Brain
    text: TextReader
    codes: CodeReader
    faces: FaceFinder
    pixels: Worker | None = None
    """Work on pixels that is no engine's; None does it where it is called."""
    turn_end: TurnEnd | None = None
    """How the voice ends is judged; None: by the words alone."""
    matcher: PictureMatcher | None = None
    """Finds again what was seen; None: nothing is remembered."""
    products: ProductList | None = None
    """Names products by their numbers; None: there is no list."""

    @classmethod
    def build(cls, settings: Settings, progress: Callable[[str], None] = lambda _: None) -> Engines:
        """All engines of these settings; ``progress`` is told what is being prepared. May take seconds at first."""

        def one(kind: Kind, name: str) -> Any:
            progress(f"{kind}: {name}")
            return build(kind, name, settings)

        return cls(
            vad=one("vad", settings.hearing.vad),
            recognizer=one("recognizer", settings.hearing.recognizer),
            synthesizer=one("synthesizer", settings.speaking.synthesizer),
            brain=one("brain", settings.thinking.brain),
            text=one("text", settings.sight.text),
            codes=one("codes", settings.sight.codes),
            faces=one("faces", settings.sight.faces),
            pixels=Worker("pixels"),
            turn_end=None
            if settings.hearing.end_of_turn == "words"
            else TurnEnd(one("turn_end", settings.hearing.end_of_turn), Worker("turn end")),
            matcher=None if settings.sight.memory == "off" else one("matcher", settings.sight.memory),
            products=None if settings.sight.products_file is None else one("products", "file"),
        )

    def _parts(self) -> tuple[Any, ...]:
        always = (self.recognizer, self.synthesizer, self.brain, self.text, self.codes, self.faces)
        return (*always, *(part for part in (self.matcher, self.products) if part is not None))

    async def warm(self) -> None:
        """Load what engines load late, so that the first question does not wait for it."""
        async with asyncio.TaskGroup() as group:
            for engine in self._parts():
                warm = getattr(engine, "warm", None) or getattr(engine, "start", None)
                if warm is not None:
                    group.create_task(warm())

    async def close(self) -> None:
        for engine in self._parts():
            await engine.close()
        for worker in (self.pixels, self.turn_end.worker if self.turn_end is not None else None):
            if worker is not None:
                await worker.close()
