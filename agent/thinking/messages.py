"""A question as chat messages: instructions, what was said and heard, facts as quoted data, pictures, the question.

Pure. What others wrote (signs, codes, tool results) goes in as JSON strings and is named as quoted: it can't pass for
the user's words or for an instruction. Does not know servers or templates; pictures are what the caller made of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from agent.engines.protocols import Question, Said, Sight
from agent.thinking.instructions import HIDDEN, NO_PICTURE, SEEN_BADLY, instructions

Message: TypeAlias = dict[str, Any]

BLOCK = 8
"""The beginning of a long conversation is dropped so many lines at a time: what a server has cached stays of use."""
BEGUN = "(The conversation begins.)"
CUT_OFF = "(I interrupted you there.) "
LONGEST_QUOTE = 6_000
"""Letters of quoted data; the rest is cut, and said to be."""


def messages(
    question: Question,
    *,
    own: str = "",
    lines: int = 40,
    tools: bool = True,
    pictures: Sequence[Any] = (),
    sights: Sequence[Sight] = (),
    advice: str = "",
) -> list[Message]:
    """The whole request. ``pictures``: content parts of the last message, in the order of ``sights``."""
    told: list[Message] = [{"role": "system", "content": instructions(own, question.wishes, tools=tools)}]
    told += conversation(question.history, lines)
    told.append({"role": "user", "content": _asked(question, pictures, sights, advice)})
    if question.results:
        told.append(_called(question))
        told += [result(one.call_id, one.name, one.output) for one in question.results]
    return _alternating(told)


def conversation(history: Sequence[Said], lines: int) -> list[Message]:
    """The last lines, at most ``lines``; of the agent's only what was heard."""
    start = max(0, len(history) - lines)
    start += -start % BLOCK if start else 0
    told: list[Message] = []
    cut_off = False
    for said in history[start:]:
        user = said.who == "user"
        told.append(
            {"role": "user" if user else "assistant", "content": (CUT_OFF if user and cut_off else "") + said.text}
        )
        cut_off = said.interrupted
    return told


def result(call_id: str, tool: str, words: str) -> Message:
    """What a tool answered, as quoted data."""
    return {"role": "tool", "tool_call_id": call_id, "content": quoted(tool, words)}


def quoted(source: str, words: str) -> str:
    """``words`` of others, that can't get out of their quotes, nor be taken for a template's own marks."""
    cut = {"cut": True} if len(words) > LONGEST_QUOTE else {}
    text = json.dumps({"from": source, "quoted": words[:LONGEST_QUOTE]} | cut, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("[/", "[\\u002f").replace("[INST", "\\u005bINST")


def call(call_id: str, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A tool call as the assistant made it."""
    text = json.dumps(arguments, ensure_ascii=False)
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": text}}


def _called(question: Question) -> Message:
    calls = [call(one.call_id, one.name, {}) for one in question.results]
    return {"role": "assistant", "content": "", "tool_calls": calls}


def _asked(question: Question, pictures: Sequence[Any], sights: Sequence[Sight], advice: str) -> str | list[Any]:
    notes = [*question.facts]
    notes += [SEEN_BADLY.format(problem=one.problem, advice=one.advice) for one in sights if one.problem]
    notes += [HIDDEN[one.hidden] for one in sights if one.hidden and not one.problem]
    if not pictures and advice:
        notes.append(NO_PICTURE.format(advice=advice))
    before = f"Facts of the moment, not said by the user: {quoted('netra', ' '.join(notes))}\n" if notes else ""
    last = question.history[-1] if question.history else None
    cut_off = CUT_OFF if last is not None and last.interrupted else ""
    text = before + cut_off + question.text
    if not pictures:
        return text
    return [*pictures, {"type": "text", "text": text}]


def _alternating(told: Sequence[Message]) -> list[Message]:
    """Many templates refuse two lines of one speaker in a row, and a conversation that the assistant begins."""
    kept: list[Message] = []
    for one in told:
        last = kept[-1] if kept else None
        if last is not None and last["role"] == "system" and one["role"] == "assistant":
            kept.append({"role": "user", "content": BEGUN})
        elif last is not None and one["role"] in ("user", "assistant") and last["role"] == one["role"]:
            if "tool_calls" in one:
                kept[-1] = {**last, "tool_calls": one["tool_calls"]}
            else:
                kept[-1] = {**last, "content": _joined(last["content"], one["content"])}
            continue
        kept.append(one)
    return kept


def _joined(first: str | list[Any], second: str | list[Any]) -> str | list[Any]:
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n{second}".strip()
    parts = [[{"type": "text", "text": one}] if isinstance(one, str) else one for one in (first, second)]
    return [*parts[0], *parts[1]]
