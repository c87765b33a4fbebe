"""The phrase bank: what people may say, grown from one small template file for each skill.

Knows the template language and how to draw sentences from it evenly. Does not know how the sentences sound,
who hears them, or what a skill does.

The language, one template a line::

    # a comment
    {soon} = now | right now | at the moment       a named list, usable below in the same file
    @bare                                           no polite words around the templates of this file
    @share 0.5                                      half the usual number of sentences for the templates below
    @largest 4000                                   templates with more sentences count as having so many
    -> topic=weather                                arguments of the templates below ("->" alone: none)
    [{please}] (tell me|say) the time [{soon}]      (a|b) alternatives, [x] may be missing, {name} a list

``shared.phrases`` holds the lists that every file may use; ``{lead}`` and ``{tail}`` of it are put around
sentences by chance. Fills of lists named in ``SLOTS`` are told with the sentence.
"""

from __future__ import annotations

import hashlib
import math
import random
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, assert_never

SHARED = "shared"
OUTSIDE = "outside"
"""Name of the file whose sentences are talk that is not meant for the agent."""

SLOTS = ("duration",)
SENTENCES_PER_INTENT = 600
LEAD_CHANCE, TAIL_CHANCE, OPTION_CHANCE = 0.22, 0.18, 0.4
_TOKEN = re.compile(r"\s*(\{\w+\}|[()\[\]|]|[^\s()\[\]|{}]+)")
_ARGUMENT = re.compile(r"(\w+)=(\S+)")


class PhraseError(ValueError):
    """A phrase file that can't be read: says file, line and reason."""


@dataclass(frozen=True, slots=True)
class Word:
    text: str


@dataclass(frozen=True, slots=True)
class Sequenced:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    part: Node


@dataclass(frozen=True, slots=True)
class Ref:
    name: str
    choice: Node


Node: TypeAlias = Word | Sequenced | Choice | Maybe | Ref


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence of the bank. ``arguments`` are those of its template, ``slots`` the fills of ``SLOTS``."""

    text: str
    skill: str
    arguments: tuple[tuple[str, str], ...] = ()
    slots: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """Skill and fixed arguments as one name: ``unsupported topic=weather``."""
        return " ".join([self.skill, *(f"{name}={value}" for name, value in self.arguments)])


@dataclass(frozen=True, slots=True)
class Template:
    node: Node
    skill: str
    arguments: tuple[tuple[str, str], ...]
    bare: bool
    share: float
    largest: float


class _Parser:
    """Recursive descent over one line."""

    def __init__(self, line: str, lists: Mapping[str, Node]) -> None:
        self._tokens = _TOKEN.findall(line)
        self._at = 0
        self._lists = lists

    def parse(self) -> Node:
        node = self._choice()
        if self._at != len(self._tokens):
            raise PhraseError(f"unexpected {self._tokens[self._at]!r}")
        return node

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _choice(self) -> Node:
        options = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while (token := self._peek()) and token not in ("|", ")", "]"):
            self._at += 1
            match token:
                case "(":
                    parts.append(self._closed(")"))
                case "[":
                    parts.append(Maybe(self._closed("]")))
                case _ if token.startswith("{"):
                    name = token[1:-1]
                    if name not in self._lists:
                        raise PhraseError(f"no list named {name!r}")
                    parts.append(Ref(name, self._lists[name]))
                case _:
                    parts.append(Word(token))
        return parts[0] if len(parts) == 1 else Sequenced(tuple(parts))

    def _closed(self, end: str) -> Node:
        node = self._choice()
        if self._peek() != end:
            raise PhraseError(f"missing {end!r}")
        self._at += 1
        return node


def parse(text: str, skill: str, lists: dict[str, Node]) -> Iterator[Template]:
    """Templates of one file; its named lists are added to ``lists``. Raises PhraseError with the line number."""
    arguments: tuple[tuple[str, str], ...] = ()
    bare, share, largest = False, 1.0, math.inf
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("#", 1)[0].strip()
        try:
            if not line:
                continue
            if line.startswith("->"):
                arguments = tuple(_ARGUMENT.findall(line))
            elif line.startswith("@bare"):
                bare = True
            elif line.startswith("@share"):
                share = float(line.split()[1])
            elif line.startswith("@largest"):
                largest = float(line.split()[1])
            elif named := re.match(r"\{(\w+)\}\s*=\s*(.*)", line):
                lists[named[1]] = _Parser(named[2], lists).parse()
            else:
                yield Template(_Parser(line, lists).parse(), skill, arguments, bare, share, largest)
        except (PhraseError, ValueError, IndexError) as error:
            raise PhraseError(f"{skill}.phrases line {number}: {error}") from error


def count(node: Node) -> int:
    """How many sentences a template can make (the same words made twice count twice)."""
    match node:
        case Word():
            return 1
        case Sequenced(parts):
            total = 1
            for part in parts:
                total *= count(part)
            return total
        case Choice(options):
            return sum(count(option) for option in options)
        case Maybe(part):
            return 1 + count(part)
        case Ref(choice=choice):
            return count(choice)
    assert_never(node)


def draw(node: Node, chance: random.Random, slots: list[tuple[str, str]]) -> list[str]:
    """One sentence of a template as words; fills of ``SLOTS`` are added to ``slots``."""
    match node:
        case Word(text):
            return [text]
        case Sequenced(parts):
            return [word for part in parts for word in draw(part, chance, slots)]
        case Choice(options):
            return draw(chance.choice(options), chance, slots)
        case Maybe(part):
            return draw(part, chance, slots) if chance.random() < OPTION_CHANCE else []
        case Ref(name, choice):
            words = draw(choice, chance, slots)
            if name in SLOTS:
                slots.append((name, " ".join(words)))
            return words
    assert_never(node)


def collect(node: Node, found: set[str]) -> None:
    """Add every word under ``node`` to ``found``."""
    match node:
        case Word(text):
            found.add(text)
        case Sequenced(parts) | Choice(parts):
            for part in parts:
                collect(part, found)
        case Maybe(part) | Ref(choice=part):
            collect(part, found)
        case _:
            assert_never(node)


class Bank:
    """All templates of a folder.

    ``phrases(seed)`` draws the same sentences for the same files and seed on every machine.
    """

    def __init__(
        self,
        templates: Sequence[Template],
        lists: Mapping[str, Node],
        digest: str,
        leave_out: Callable[[Phrase], bool] = lambda _: False,
    ) -> None:
        self._templates = tuple(templates)
        self._lists = lists
        self._leave_out = leave_out
        self.digest = digest

    @classmethod
    def load(
        cls,
        folder: Path | None = None,
        more: Sequence[tuple[str, str]] = (),
        leave_out: Callable[[Phrase], bool] = lambda _: False,
    ) -> Bank:
        """Read ``*.phrases`` (the ones beside this module by default). Raises PhraseError.

        ``more``: texts like those of files, each with its skill; ``leave_out``: sentences that now mean something
        else. It must follow from ``more``.
        """
        folder = Path(__file__).parent if folder is None else folder
        sources = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.phrases"))}
        lists: dict[str, Node] = {}
        for stray in parse(sources.pop(SHARED, ""), SHARED, lists):
            raise PhraseError(f"{SHARED}.phrases holds lists only, not {stray.node}")
        templates: list[Template] = []
        for skill, text in sources.items():
            templates += parse(text, skill, dict(lists))
        for skill, text in more:
            templates += parse(text, skill, dict(lists))
        drawn = (LEAD_CHANCE, TAIL_CHANCE, OPTION_CHANCE)
        digest = hashlib.sha256(repr((templates, sorted(lists.items()), drawn)).encode()).hexdigest()[:16]
        return cls(templates, lists, digest, leave_out)

    @property
    def skills(self) -> tuple[str, ...]:
        return tuple(sorted({template.skill for template in self._templates} - {OUTSIDE}))

    @property
    def words(self) -> frozenset[str]:
        """Every word a template can make."""
        found: set[str] = set()
        for template in self._templates:
            collect(template.node, found)
        for choice in self._lists.values():
            collect(choice, found)
        return frozenset(found)

    def phrases(
        self, seed: int = 1, per_intent: int = SENTENCES_PER_INTENT, skills: Collection[str] | None = None
    ) -> tuple[Phrase, ...]:
        """Distinct sentences, about ``per_intent`` for each intent (skill and fixed arguments), fewer where the
        templates make fewer. Every template is drawn at least once; the larger ones more often. ``skills``: only
        these."""
        groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[Template]] = {}
        for template in self._templates:
            if skills is not None and template.skill not in skills:
                continue
            groups.setdefault((template.skill, template.arguments), []).append(template)
        chosen: list[Phrase] = []
        for key, templates in groups.items():
            chosen += self._draw_group(templates, random.Random(f"{seed} {key}"), per_intent)
        return tuple(chosen)

    def _draw_group(self, templates: list[Template], chance: random.Random, per_intent: int) -> list[Phrase]:
        # Square root of the size: long templates must not drown the short ones that people use most.
        weights = [min(count(template.node), template.largest) ** 0.5 * template.share for template in templates]
        wanted = round(per_intent * max(template.share for template in templates))
        found: dict[str, Phrase] = {}
        for template in templates:
            phrase = self._draw(template, chance, plain=True)
            found[phrase.text] = phrase
        for _ in range(wanted * 4):
            if len(found) >= wanted:
                break
            phrase = self._draw(chance.choices(templates, weights)[0], chance, plain=False)
            found.setdefault(phrase.text, phrase)
        return [phrase for phrase in found.values() if not self._leave_out(phrase)]

    def _draw(self, template: Template, chance: random.Random, *, plain: bool) -> Phrase:
        slots: list[tuple[str, str]] = []
        words = draw(template.node, chance, slots)
        if not plain and not template.bare:
            if chance.random() < LEAD_CHANCE:
                words = draw(self._lists["lead"], chance, []) + words
            if chance.random() < TAIL_CHANCE:
                words = words + draw(self._lists["tail"], chance, [])
        text = " ".join(words).replace(" '", "'")
        return Phrase(text, template.skill, template.arguments, tuple(slots))
