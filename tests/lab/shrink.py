"""The least of a script that still breaks the same rule: steps are left out, then pauses and engines made plain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace

from tests.lab import script as s

TRIES = 600


def shrink(script: s.Script, breaks: Callable[[s.Script], bool], tries: int = TRIES) -> s.Script:
    """``breaks`` says whether a script still breaks the rule; it is asked ``tries`` times at most."""
    left = tries
    again = True
    while again and left > 0:
        again = False
        for smaller in _smaller(script):
            left -= 1
            if left < 0:
                break
            if breaks(smaller):
                script, again = smaller, True
                break
    return script


def _smaller(script: s.Script) -> Iterator[s.Script]:
    """Simpler scripts, the boldest first."""
    if script.world:
        yield replace(script, world=())
    for track in ("person", "world"):
        steps: tuple[s.Step, ...] = getattr(script, track)
        size = len(steps) // 2
        while size >= 1:
            for start in range(0, len(steps), size):
                yield replace(script, **{track: steps[:start] + steps[start + size :]})
            size //= 2
    if script.settings:
        yield replace(script, settings=())
    for one in fields(s.Engines):
        if getattr(script.engines, one.name) != one.default:
            yield replace(script, engines=replace(script.engines, **{one.name: one.default}))
    for track in ("person", "world"):
        steps = getattr(script, track)
        for at, step in enumerate(steps):
            for plainer in _plainer(step):
                yield replace(script, **{track: (*steps[:at], plainer, *steps[at + 1 :])})


def _plainer(step: s.Step) -> Iterator[s.Step]:
    if step.cue != "then":
        yield replace(step, cue="then")
    for pause in (0, step.pause_ms // 2, round(step.pause_ms, -2), round(step.pause_ms, -1)):
        if pause < step.pause_ms:
            yield replace(step, pause_ms=pause)
    what = step.what
    if isinstance(what, s.Say | s.Type):
        if what.reply != s.Reply():
            yield replace(step, what=replace(what, reply=s.Reply()))
            for one in fields(s.Reply):
                if getattr(what.reply, one.name) != one.default:
                    yield replace(step, what=replace(what, reply=replace(what.reply, **{one.name: one.default})))
        words = what.text.split()
        for at, word in enumerate(words):
            if len(words) > 1:
                yield replace(step, what=replace(what, text=" ".join(words[:at] + words[at + 1 :])))
            if "|" in word:
                words_plain = [*words[:at], word.partition("|")[0], *words[at + 1 :]]
                yield replace(step, what=replace(what, text=" ".join(words_plain)))
