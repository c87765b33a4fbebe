"""One conversation before a vision-language model: the pictures it keeps, what is fed already, what comes next.

Reads along while the user speaks: each kept picture is encoded once, words so far are fed and rolled back as they
change. Too many pictures make a second prefix in idle time, from what was encoded; it takes over when it is whole.
On the model's thread only, but for ``wish`` and ``saw``. Pictures are prepared here; encoded they are by who takes the
steps, with those of other conversations. Does not know when to speak.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2

from agent.clock import stopwatch_us
from agent.engines.protocols import Question, Sight
from agent.engines.vlm_cache import Prefix
from agent.engines.vlm_model import IMAGE, Pixelled, Prompt, Vision, VlmModel
from agent.picture import Picture
from agent.thinking.messages import Message, messages
from agent.thinking.settings import Telling, Vlm

BACKLOG = 2
"""Pictures that may wait to be encoded: of more, the oldest are stale and go."""
SLACK = 4
"""So many pictures above the limit are fed while the second prefix is being made."""
ANY_WORD = " and"


@dataclass(eq=False, slots=True)
class Look:
    """A picture that is to be encoded before the next step; ``took_us``: its part of the pass."""

    model: VlmModel
    picture: Pixelled
    vision: Vision | None = None
    took_us: float = 0.0

    @staticmethod
    def each(looks: Sequence[Look]) -> float:
        """Encode them in one pass. Gives how long it took, microseconds."""
        model, began = looks[0].model, stopwatch_us()
        visions = model.vision_of_each([one.picture for one in looks])
        model.settle()
        took_us = stopwatch_us() - began
        for one, vision in zip(looks, visions, strict=True):
            one.vision, one.took_us = vision, took_us / len(looks)
        return took_us


LEAST_TEXT = 400
"""Letters of a question that are never cut."""


class Talk:
    """Of one conversation. ``tools``: schemas for the template."""

    def __init__(self, model: VlmModel, options: Vlm, telling: Telling, tools: Sequence[Any]) -> None:
        self._model, self._options, self._telling, self._tools = model, options, telling, tools
        self.prefix = Prefix(model)
        self.frames: list[Vision] = []
        self.encoded = 0
        self._ids: dict[str, Vision] = {}
        self._lock = threading.Lock()
        self._new: list[Picture] = []
        self._looked: tuple[str, Look] | None = None
        self._wish: Question | None = None
        self._stale = False

    # --- told from the event loop ------------------------------------------------------------------------------

    def saw(self, picture: Picture) -> None:
        """A picture is kept; it will be encoded when there is time."""
        with self._lock:
            self._new.append(picture)
            del self._new[:-BACKLOG]

    def forget(self) -> None:
        """Nothing that was seen counts any more. What is fed of it is rolled back with the next prompt."""
        with self._lock:
            self._new.clear()
            self._stale = True

    def wish(self, question: Question) -> None:
        """What is known of the next question so far: its words may still change."""
        with self._lock:
            self._wish = question

    # --- on the model's thread -----------------------------------------------------------------------------------

    def read_along(self) -> Iterator[object]:
        """Feed all that is known now, in steps."""
        while True:
            yield from self._encode_new()
            with self._lock:
                question, self._wish = self._wish, None
            if question is not None:
                prompt = self.prompt(question)
                longer = self.prompt(replace(question, text=question.text + ANY_WORD))
                yield from self.prefix.follow(prompt, _alike(prompt, longer))
            with self._lock:
                if not self._new and self._wish is None:
                    return

    def tidy(self, question: Question) -> Iterator[object]:
        """With too many pictures: a second prefix with the newer half, that takes over when it is whole."""
        yield from self._encode_new()
        if len(self.frames) <= self._options.frames:
            return
        kept = self.frames[-max(1, self._options.frames // 2) :]
        prompt, count = self.prompt(question, kept), len(self.frames)
        coming = self.prefix.fork(self.prefix.shared(prompt))
        yield from coming.follow(prompt)
        self.prefix, self.frames = coming, kept + self.frames[count:]
        self._ids = {name: vision for name, vision in self._ids.items() if vision in self.frames}

    def look(self, sights: Sequence[Sight]) -> Iterator[object]:
        """Have these pictures in view, newest last, after all that wait."""
        yield from self._encode_new()
        for sight in sights:
            self.saw(sight.picture)
            yield from self._encode_new()

    def prompt(self, question: Question, frames: Sequence[Vision] | None = None, after: Sequence[Message] = (),
               sights: Sequence[Sight] = (), advice: str = "", *, answer: bool = True) -> Prompt:  # fmt: skip
        """The whole prompt within the budget: pictures go first, then lines of the conversation, then the middle of a
        question that is longer than all of it. ``after``: what the model and its tools said since."""
        shown = list(self.frames if frames is None else frames)
        lines = self._telling.history_lines
        while True:
            told = messages(
                question, own=self._telling.instructions, lines=lines, tools=bool(self._tools),
                pictures=[IMAGE] * len(shown), sights=sights, advice="" if shown else advice,
            )  # fmt: skip
            made = self._model.prompt([*told, *after], shown, self._tools, answer=answer)
            room = self._options.context_tokens - self._options.max_tokens
            if len(made) <= room or (not shown and not lines and len(question.text) <= LEAST_TEXT):
                return made
            if len(shown) > 1 or (shown and not lines):
                del shown[0]
            elif lines:
                lines //= 2
            else:
                half = max(LEAST_TEXT, len(question.text) // 2) // 2
                question = replace(question, text=f"{question.text[:half]} … {question.text[3 - half :]}")

    def _encode_new(self) -> Iterator[object]:
        while True:
            with self._lock:
                if self._stale:
                    self.frames, self._ids, self._stale = [], {}, False
                if not self._new:
                    return
                picture = self._new[0]
            vision = self._ids.get(picture.id)
            if vision is None:
                look = self._look_at(picture)
                if look.vision is None:
                    yield look
                if look.vision is None:  # nobody gathers
                    Look.each([look])
                vision = look.vision
            with self._lock:
                if self._new and self._new[0] is picture:
                    del self._new[0]
            if picture.id in self._ids:
                continue
            assert vision is not None
            self.encoded, self._looked = self.encoded + 1, None
            self._ids[picture.id] = vision
            self.frames.append(vision)
            if len(self.frames) > self._options.frames + SLACK:  # nobody had time to tidy
                self.frames = self.frames[-self._options.frames :]
                self._ids = {name: one for name, one in self._ids.items() if one in self.frames}
            yield None

    def _look_at(self, picture: Picture) -> Look:
        """Prepared once, whoever takes the steps: who begins a reply goes on where reading along was left."""
        if self._looked is None or self._looked[0] != picture.id:
            pixels = _sized(picture, self._options.picture_side)
            self._looked = picture.id, Look(self._model, self._model.pixelled(pixels))
        return self._looked[1]


def _alike(first: Prompt, second: Prompt) -> int:
    """How many places two prompts share."""
    for at, (one, other) in enumerate(zip(first.keys, second.keys, strict=False)):
        if one != other:
            return at
    return min(len(first), len(second))


def _sized(picture: Picture, side: int) -> Any:
    longer = max(picture.width, picture.height)
    if longer <= side:
        return picture.pixels
    size = (max(1, picture.width * side // longer), max(1, picture.height * side // longer))
    return cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA)
