"""Every sentence that Netra says has its Indonesian, with the same slots. What lacks one is named, with its place.

The source is walked: sentences with slots are made by ``say``, those without may also stand as they are, because the
skill's door and the reply's translate them. An f-string with words of its own can't be translated and is named, too.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from agent.core.floor import TurnSettings
from agent.language.indonesian import SENTENCES
from agent.skills.catalogue import SKILLS

ROOT = Path(__file__).parents[3]
SILENT = {
    "app_arguments", "bank", "catalogue", "effects", "house_bank", "house_words", "indonesian_orders", "plain_orders",
    "indonesian_slots", "naming", "skill", "tongues", "understand", "understand_languages", "understand_model",
    "understand_slots", "understand_training", "wording",
}  # fmt: skip
"""Modules of the skills' room that say nothing."""
OTHERS = (
    "aiming", "consequences", "core/reply", "engines/rules", "given_eyes", "house/acting", "live/by_ear",
    "live/callouts", "live/eye", "live/scan", "live/sought", "live/teaching", "oneshot", "person/calling", "sight/aim",
    "sight/moves", "sight/quality", "speaking", "thinking/routed", "timers", "watching",
)  # fmt: skip
"""Modules of other rooms that do."""
FOR_MODELS = re.compile(r"^It is \{?|language model\.$")
QUIET = {"skill", "WrongArguments", "re.compile", "log.warning", "log.exception"}
"""Calls whose strings nobody hears."""
NO_SENTENCE = re.compile(r"http://|data:image|\{picture\.id\}/|_OFFLINE|_MODEL|_HELP|the \{(?:asking|doing)\.")
"""f-strings that are no sentence, that ``tables`` holds as they are put together, or that show what to say in English
about a house whose things have English names.
"""
SENTENCE = re.compile(r"^[A-Z][^<>|]*[a-z][.?!]$", re.DOTALL)
WORDS = re.compile(r"[A-Za-z]{2,}")


def sources() -> Iterator[tuple[str, str, ast.Module]]:
    """Path, dotted name and tree of every module that speaks."""
    paths = [path for path in sorted((ROOT / "agent/skills").glob("*.py")) if path.stem not in {*SILENT, "__init__"}]
    for path in [*paths, *(ROOT / "agent" / f"{name}.py" for name in OTHERS)]:
        relative = path.relative_to(ROOT)
        yield str(relative), ".".join(relative.with_suffix("").parts), ast.parse(path.read_text(encoding="utf-8"))


def literals(node: ast.expr, module: str) -> Iterator[str]:
    """The strings that an argument of ``say`` may be; constants of the module by name."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from literals(body, module)
            yield from literals(other, module)
        case ast.Name(id=name) if name.isupper():
            found = getattr(importlib.import_module(module), name)
            yield from [found] if isinstance(found, str) else []
        case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call():
            return  # a word of a table, see ``tables``
        case _:
            raise AssertionError(f"{module}:{node.lineno}: say() wants a sentence as it stands")


def called(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def plain_parts(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes of what may be said: no docstrings, errors, logging, nor examples of a skill (``tables`` has those)."""
    quiet: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            quiet.add(id(node.value))
        elif isinstance(node, ast.Raise | ast.Assert) or (
            isinstance(node, ast.Call) and ast.unparse(node.func) in QUIET
        ):
            quiet.update(id(inner) for inner in ast.walk(node))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("_"):
            quiet.update(id(inner) for inner in ast.walk(node))  # a part: ``tables`` holds what is put together of it
        elif isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
            quiet.update(id(inner) for one in node.decorator_list for inner in ast.walk(one))
    return (node for node in ast.walk(tree) if id(node) not in quiet)


@cache
def found() -> dict[str, str]:
    """Sentence → where it stands."""
    said: dict[str, str] = {}
    for path, module, tree in sources():
        for node in plain_parts(tree):
            match node:
                case ast.Call(args=[first, *_]) if called(node, "say", "in_every_language", "broken"):
                    for text in literals(first, module):
                        said.setdefault(text, f"{path}:{node.lineno}")
                case ast.Constant(value=str(text)) if SENTENCE.match(text) and not FOR_MODELS.search(text):
                    said.setdefault(text, f"{path}:{node.lineno}")
    for text, where in tables():
        said.setdefault(text, where)
    said.pop("", None)
    return said


def tables() -> Iterator[tuple[str, str]]:
    """What is looked up by a variable: words of tables and answers that are put together when a module is read."""
    from agent.consequences import UNHEARD
    from agent.sight.colours import NAMED
    from agent.sight.moves import WAYS
    from agent.sight.quality import ADVICE
    from agent.skills.code_words import UNNAMED, UNNAMED_BOOK
    from agent.skills.describe import NAMING
    from agent.skills.house import WORDS as VERBS
    from agent.skills.light import LEVELS
    from agent.skills.light_from import DARK, PLACES
    from agent.skills.manner import FASTER, SLOWER
    from agent.skills.picture_words import ARROWS
    from agent.skills.spell import SIGNS
    from agent.skills.unsupported import ANSWERS
    from agent.thinking.honesty import SAFETY_WORDS

    yield from ((text, "agent/consequences.py: UNHEARD") for text in UNHEARD.values())
    yield from ((way, "agent/sight/moves.py: WAYS") for way in WAYS.values())
    yield from ((name, "agent/sight/colours.py: NAMED") for name, _ in NAMED)
    yield from ((text, "agent/sight/quality.py: ADVICE") for text in ADVICE.values())
    yield from ((text, "agent/skills/code_words.py") for text in (*UNNAMED.values(), *UNNAMED_BOOK.values()))
    yield NAMING, "agent/skills/describe.py: NAMING"
    yield from ((text, "agent/skills/house.py: WORDS") for pair in VERBS.values() for text in pair)
    yield from ((text, "agent/skills/light.py: LEVELS") for _, text in LEVELS)
    yield from ((text, "agent/skills/light_from.py") for text in (DARK, *PLACES.values()))
    yield from ((text, "agent/skills/picture_words.py: ARROWS") for text in ARROWS.values())
    yield from ((text, "agent/skills/spell.py: SIGNS") for text in SIGNS.values())
    for topic, answer in ANSWERS.items():
        for text in (answer.text, answer.brief, answer.more):
            yield text, f"agent/skills/unsupported.py: {topic}"
    yield SAFETY_WORDS, "agent/thinking/honesty.py: SAFETY_WORDS"
    yield TurnSettings().prompt, "agent/core/floor.py: prompt"
    for skill in SKILLS:
        for example in skill.examples[:1]:
            yield example, f"the first example of the skill {skill.name}"
    yield from ((word, "agent/skills/wording.py: joined") for word in ("and", "or"))
    yield from ((word, "agent/skills/describe.py: _codes") for word in ("QR code", "bar code", "code"))
    yield from ((text, "agent/skills/manner.py") for text in (*SLOWER, *FASTER))


def test_every_sentence_has_its_indonesian() -> None:
    assert {text: where for text, where in found().items() if text not in SENTENCES} == {}


def test_a_translation_has_the_slots_of_its_sentence() -> None:
    slots = re.compile(r"\{(\w*)\}")
    other = {text for text, said in SENTENCES.items() if sorted(slots.findall(text)) != sorted(slots.findall(said))}
    assert other == set()


def test_no_translation_is_left_of_a_sentence_that_nobody_says() -> None:
    assert set(SENTENCES) - set(found()) == set()


def test_no_sentence_is_put_together_where_it_cannot_be_translated() -> None:
    """Words in an f-string outside ``say`` are English in every language."""
    strangers = []
    for path, _, tree in sources():
        if path.startswith(("agent/skills", "agent/live", "agent/person")):
            for node in plain_parts(tree):
                if isinstance(node, ast.JoinedStr):
                    words = [part.value for part in node.values if isinstance(part, ast.Constant)]
                    text = ast.unparse(node)
                    if any(WORDS.search(str(word)) for word in words) and not NO_SENTENCE.search(text):
                        strangers.append(f"{path}:{node.lineno}: {text}")
    assert strangers == []


def test_the_sentences_about_safety_never_say_that_something_is_safe() -> None:
    for text, said in SENTENCES.items():
        if "safe" in text:
            assert "aman" in said
            assert re.search(r"\btidak (?:bisa|pernah)\b", said)
