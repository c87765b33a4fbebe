"""What a skill is: a typed async function over a Situation that gives an Answer, described by a JSON schema.

Skills read the situation and never change it: what is to change is returned as Effects, which the session carries out
only when the answer is really given (a guessed reply that is thrown away leaves no trace).
Does not know who routes to skills: the offline brain does, and a language model may call them as tools.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeAlias, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from agent.engines.protocols import Box, Code, Said, TextLine
from agent.house.things import Thing
from agent.language.saying import say, speaking
from agent.person.settings import Person
from agent.picture import Picture
from agent.sight.own_things import Known, Taught
from agent.sight.recall import Recalled
from agent.skills.effects import Act as Act
from agent.skills.effects import ActConfirmed as ActConfirmed
from agent.skills.effects import AskFirst as AskFirst
from agent.skills.effects import CallPerson as CallPerson
from agent.skills.effects import CancelTimers as CancelTimers
from agent.skills.effects import ChangeManner as ChangeManner
from agent.skills.effects import ColourPart as ColourPart
from agent.skills.effects import Deed as Deed
from agent.skills.effects import Detail as Detail
from agent.skills.effects import Effect as Effect
from agent.skills.effects import Forget as Forget
from agent.skills.effects import GuideTo as GuideTo
from agent.skills.effects import HearLight as HearLight
from agent.skills.effects import Hush as Hush
from agent.skills.effects import Keep as Keep
from agent.skills.effects import Kept as Kept
from agent.skills.effects import LookAlong as LookAlong
from agent.skills.effects import Manner as Manner
from agent.skills.effects import ScanAlong as ScanAlong
from agent.skills.effects import StartTimer as StartTimer
from agent.skills.effects import StopWatching as StopWatching
from agent.skills.effects import Target as Target
from agent.skills.effects import Teach as Teach
from agent.skills.effects import WatchFor as WatchFor
from agent.skills.printed import Page

Purpose: TypeAlias = Literal["scene", "text", "code", "colour", "light", "people"]


# --- what a skill may know -----------------------------------------------------------------------------------


Hidden: TypeAlias = Literal["", "covered", "glare"]


@dataclass(frozen=True, slots=True)
class Look:
    """A picture to answer from, or why there is none.

    ``problem``: "" when the picture is good enough for the purpose, else a stable word ("no_camera", "no_picture",
    "dark", "bright", "blurred", "empty", "covered", "part_covered", "black", "moving", "old"); ``advice``: a sentence
    with one action to make. ``age_us``: how old the picture was when it was chosen; ``hidden``: why a part of it
    can't be seen; the rest can be answered from.
    """

    picture: Picture | None
    problem: str = ""
    advice: str = ""
    age_us: int = 0
    hidden: Hidden = ""


@dataclass(frozen=True, slots=True)
class Brightness:
    """``level`` 0..100 of the whole picture; ``side`` where the light comes from, "" when it is even. ``source``: where
    the brightest large place is, a window or a lamp perhaps, "" where nothing stands out.
    """

    level: int
    side: Literal["", "left", "right", "above", "below"] = ""
    source: Literal["", "left", "right", "above", "below", "ahead"] = ""


class Eyes(Protocol):
    """The session's sight. Every method may take some hundred milliseconds and never blocks the event loop."""

    def in_view(self) -> tuple[str, ...]:
        """Ids of the pictures that are fresh, oldest first; empty: nothing can be seen, or not yet."""
        ...

    async def look(self, purpose: Purpose) -> Look:
        """The best picture for this purpose now; asks for a full-resolution still where detail matters."""
        ...

    async def text(self, picture: Picture) -> tuple[TextLine, ...]: ...

    async def codes(self, picture: Picture) -> tuple[Code, ...]:
        """Codes that two looks agree on (retail numbers), or one (others)."""
        ...

    async def faces(self, picture: Picture) -> tuple[Box, ...]: ...

    async def colours(self, picture: Picture) -> tuple[ColourPart, ...]:
        """Colours of what is held in the middle, largest share first."""
        ...

    async def light(self, picture: Picture) -> Brightness: ...

    @property
    def remembers(self) -> bool:
        """Whether ``recall`` has a memory to look into."""
        ...

    async def recall(self, thing: str) -> Recalled | None:
        """Where ``thing`` was seen last; None: it was not, as far as is remembered."""
        ...

    async def known(self, picture: Picture, things: Sequence[Taught]) -> tuple[Known, ...]:
        """Which of these things are in the picture, the surest first; only those that were known again for certain."""
        ...


@dataclass(frozen=True, slots=True)
class Timer:
    """``ends_us`` on the session's clock; ``seconds`` as it was set."""

    id: int
    seconds: int
    ends_us: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a thing in the house last told, in words; ``at_us``: when it arrived here, on the session's clock."""

    text: str
    at_us: int


class House(Protocol):
    """The things around, as far as they are known here."""

    @property
    def things(self) -> tuple[Thing, ...]: ...

    @property
    def reachable(self) -> bool:
        """Whether commands would arrive now."""
        ...

    @property
    def asks_first(self) -> bool:
        """Whether somebody is there whose yes counts. Where not, what needs a yes is not done."""
        ...

    @property
    def confirm_words(self) -> tuple[str, ...]: ...

    @property
    def confirm_s(self) -> float: ...

    def reading(self, thing: Thing) -> Reading | None: ...


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that waits for a yes, until ``until_us``; not ``alive``: something else was said in between."""

    number: int
    acts: tuple[Deed, ...]
    question: str
    until_us: int
    alive: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a skill says. ``text`` at once; ``brief`` instead of it when the user wants it short; ``more`` when
    asked for more.

    ``kind``: "answer"; "correction" (the picture does not allow one: one action to make); "refusal" (cannot, and
    what would make it possible).
    """

    text: str
    brief: str = ""
    more: str = ""
    kind: Literal["answer", "correction", "refusal"] = "answer"
    effects: tuple[Effect, ...] = ()
    keeps: bool = True
    """False: "repeat" and "more" after it still refer to the answer before."""
    page: Page | None = None
    """What was read, when it was a page: "next", "back" and the like go about it."""
    skill: str = field(default="", compare=False)
    """Whose answer it is; filled in by the Skill."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a skill may look at. ``now`` is local time; ``now_us`` the session's clock."""

    eyes: Eyes
    now: datetime
    now_us: int
    manner: Manner
    timers: tuple[Timer, ...] = ()
    history: tuple[Said, ...] = ()
    last: Answer | None = None
    unheard: str = ""
    """What was left of the last reply when it was cut off: "go on" says it."""
    profile: str = "embedded"
    skills: tuple[Skill, ...] = ()
    house: House | None = None
    pending: Pending | None = None
    person: Person | None = None
    """Who can be asked for help, if anybody."""
    looking: bool = False
    """Whether something is looked out for, told along or being taught."""
    tones: bool = False
    """Whether the client has a tone for the light."""
    seen: tuple[Kept, ...] = ()
    """What was looked at before, oldest first; what the user had pinned among it."""
    taught: tuple[Taught, ...] = ()
    """The user's things that can be known again."""
    page: Page | None = None
    """The page that was read last, as far as that is not long ago."""


# --- the skill -----------------------------------------------------------------------------------------------

P = ParamSpec("P")
Run: TypeAlias = Callable[Concatenate[Situation, ...], Awaitable[Answer]]


class WrongArguments(ValueError):
    """The arguments do not fit the skill's schema; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Skill:
    """``name``; ``description`` for a language model; ``run(situation, **arguments)``; ``examples`` for "help"."""

    name: str
    description: str
    run: Run
    examples: tuple[str, ...] = ()
    model: type[BaseModel] = field(default=BaseModel, repr=False)

    @property
    def schema(self) -> dict[str, Any]:
        """The tool as OpenAI Realtime writes it: type, name, description, JSON schema of the parameters."""
        parameters = self.model.model_json_schema()
        parameters.pop("title", None)
        for prop in parameters.get("properties", {}).values():
            prop.pop("title", None)
        parameters.setdefault("properties", {})
        return {"type": "function", "name": self.name, "description": self.description, "parameters": parameters}

    async def __call__(self, situation: Situation, arguments: dict[str, Any]) -> Answer:
        """Run with checked arguments in the language of the manner; an answer that changes it is in the new one. Raises
        WrongArguments.
        """
        try:
            checked = self.model.model_validate(arguments)
        except ValidationError as error:
            raise WrongArguments(f"{self.name}: {error}") from error
        given = {name: getattr(checked, name) for name in type(checked).model_fields}
        with speaking(situation.manner.language):
            answer = replace(await self.run(situation, **given), skill=self.name)
        changed = (effect.manner.language for effect in answer.effects if isinstance(effect, ChangeManner))
        with speaking(next(changed, situation.manner.language)):
            return translated(answer)


def translated(answer: Answer) -> Answer:
    """Texts that are whole English sentences in the language spoken now. Those with slots were made by ``say``."""
    return replace(answer, text=say(answer.text), brief=say(answer.brief), more=say(answer.more))


def skill(*examples: str) -> Callable[[Callable[Concatenate[Situation, P], Awaitable[Answer]]], Skill]:
    """Make a Skill of ``async def name(situation, typed arguments) -> Answer``; the docstring is its description."""

    def make(function: Callable[Concatenate[Situation, P], Awaitable[Answer]]) -> Skill:
        hints = get_type_hints(function, include_extras=True)
        fields: dict[str, Any] = {
            name: (hints[name], ... if parameter.default is inspect.Parameter.empty else parameter.default)
            for name, parameter in list(inspect.signature(function).parameters.items())[1:]
        }
        name = function.__name__
        model = create_model(name, __config__=ConfigDict(extra="forbid"), **fields)
        return Skill(name, inspect.cleandoc(function.__doc__ or ""), function, examples, model)

    return make
