"""A brain on a vision-language model in this process, through transformers. It has seen before the question is over.

Weights are shared; each conversation has its own prefix. Everything of the model happens on its own thread in steps:
the event loop never waits, a reply ends within one token. A model that can't be fed in pieces is asked plainly. Does
not know sessions: who wants to be read along with says so by ``attention``.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from typing import Any

import numpy as np
import torch
from transformers import DynamicCache, StoppingCriteriaList

from agent.clock import stopwatch_us
from agent.engines.gathering import Company
from agent.engines.protocols import Call, CallTool, Question, Text, Thought, View
from agent.engines.turns import closed
from agent.engines.vlm_attention import Attention
from agent.engines.vlm_cache import Next, Prefix
from agent.engines.vlm_generating import Cancelled, Told
from agent.engines.vlm_loading import load
from agent.engines.vlm_model import IMAGE, Prompt, VlmModel
from agent.engines.vlm_pace import Pace
from agent.engines.vlm_talk import Look, Talk
from agent.engines.vlm_thread import Job, Stepper, Urgency
from agent.engines.vlm_writing import Calls, Letters, choose
from agent.errors import EngineBusy, EngineError, EngineMissing
from agent.thinking.messages import Message, call, result
from agent.thinking.plain import Plain
from agent.thinking.settings import Telling, Vlm

UNREADABLE = "Nothing was done: there is no such tool, or its arguments could not be read."
SIDE_BY_SIDE = 16
"""Answers that are written, and pictures that are encoded, in one pass at most."""
CLAUSE_TOKENS, TOKEN_US = 10, 250_000
"""Of a first clause, which the listener waits for; and how much speech a further token is."""
DONE_BEFORE = "That was done already in this reply. It was not done twice."


class VlmBrain:
    """``tools``: the skills' schemas as Realtime writes them. The model is loaded by ``warm`` or the first reply,
    unless one is given that is ``loaded``.
    """

    name = "vlm"

    def __init__(
        self,
        options: Vlm,
        telling: Telling,
        tools: Sequence[Mapping[str, Any]] = (),
        *,
        loaded: VlmModel | None = None,
    ) -> None:
        if not options.model:
            raise EngineMissing(
                "The brain 'vlm' needs a model: set thinking.vlm.model to a folder with one, or to a name that was "
                "downloaded before."
            )
        self._options, self._telling = options, telling
        self._known = {tool["name"] for tool in tools}
        self._tools = [
            {"type": "function", "function": {key: tool[key] for key in ("name", "description", "parameters")}}
            for tool in tools
        ]
        self._stepper = Stepper("vision-language model", torch.inference_mode, self._together, self._most)
        self._looking = Company(SIDE_BY_SIDE)
        self._loaded = loaded
        self._model: VlmModel | None = None
        self._plain = self._apart = self._looks_apart = ""
        self._talks: dict[str, tuple[Talk, Attention]] = {}

    # --- Brain ---------------------------------------------------------------------------------------------------

    async def reply(self, question: Question) -> AsyncIterator[Thought]:
        """See Brain. Raises EngineMissing, EngineFailed, EngineBusy when others' first words would make it late."""
        await self.warm()
        self._admit()
        talk, attention = self._talks.get(question.session) or (self._talk(), None)
        if attention is not None:
            attention.rest()
        if not question.in_view:
            talk.forget()
        read = bool(question.in_view and talk.frames) and not question.shown
        view = await question.look() if question.look is not None and not read else View()
        after: list[Message] = []
        done: set[str] = set()
        for left in range(self._telling.rounds, -1, -1):
            calls, plain, said = Calls(), Plain(), ""
            async with aclosing(self._pieces(talk, question, view, after)) as pieces:
                async for piece in pieces:
                    for text in calls.push(piece):
                        for word in plain.push(text):
                            said += f"{word} "
                            yield Text(word, lasts=True)
            for word in [*(word for text in calls.flush() for word in plain.push(text)), *plain.flush()]:
                said += f"{word} "
                yield Text(word, lasts=True)
            if not calls.calls or not left:
                break
            made = [call(f"call_{at}", name, arguments or {}) for at, (name, arguments) in enumerate(calls.calls)]
            after.append({"role": "assistant", "content": said.strip(), "tool_calls": made})
            theirs = False
            for at, (name, arguments) in enumerate(calls.calls):
                words: list[str] = []
                same = f"{name} {arguments}"
                if arguments is not None and any(tool.name == name for tool in question.wishes.tools):
                    theirs = True
                    yield CallTool(name, arguments)
                    continue
                if arguments is None or name not in self._known:
                    words.append(UNREADABLE)
                elif same in done:
                    words.append(DONE_BEFORE)
                else:
                    done.add(same)
                    yield Call(name, arguments, heard=words.append)
                after.append(result(f"call_{at}", name, words[0] if words else UNREADABLE))
            if theirs:
                return

    async def warm(self) -> None:
        """Load the model and find out whether it can be fed in pieces."""
        if self._model is None:
            await self._done(self._load())

    async def check(self) -> str:
        """What is loaded and how it works. Raises EngineMissing, EngineFailed."""
        await self.warm()
        assert self._model is not None
        how = f"asked plainly: {self._plain}" if self._plain else "reads along while the user speaks"
        if not self._plain:
            how += f"; answers one by one: {self._apart}" if self._apart else f"; {SIDE_BY_SIDE} answers in one pass"
        if self._looks_apart:
            how += f"; pictures one by one: {self._looks_apart}"
        tools = "calls skills" if self._model_tools() else "its template has no tools"
        return f"{self._options.model} on {self._model.device} in {str(self._model.dtype)[6:]}: {how}; {tools}"

    @property
    def waiting(self) -> int:
        """Jobs that the model's thread has not ended."""
        return self._stepper.waiting

    @property
    def model(self) -> VlmModel:
        """The loaded model. Only its own thread may compute with it while there are conversations."""
        assert self._model is not None, "warm first"
        return self._model

    def talk(self, session: str) -> Talk:
        """The conversation that is read along with."""
        return self._talks[session][0]

    @contextmanager
    def held(self) -> Iterator[None]:
        """The thread is kept from its next step meanwhile."""
        with self._stepper.held():
            yield None

    def attention(self, session: str) -> Attention | None:
        """Reading along with this conversation until it is closed; None where the model can't."""
        if self._model is None or self._plain or not self._options.read_along:
            return None
        talk = self._talk()
        made = Attention(talk, self._stepper, lambda: self._talks.pop(session, None))
        self._talks[session] = talk, made
        return made

    async def close(self) -> None:
        await closed(self._stepper.close)
        self._talks.clear()

    # --- inside --------------------------------------------------------------------------------------------------

    def _admit(self) -> None:
        """Too many wait already: who asks now is told at once, instead of making everybody late."""
        wait_s, most_s = self._stepper.ahead_us / 1e6, self._options.wait_s
        if most_s and wait_s > most_s:
            raise EngineBusy(
                f"The vision-language model is busy: the first words of others take {wait_s:.1f} s more, and "
                f"thinking.vlm.wait_s is {most_s:g}."
            )

    def _talk(self) -> Talk:
        assert self._model is not None
        return Talk(self._model, self._options, self._telling, self._model_tools())

    def _model_tools(self) -> list[Any]:
        assert self._model is not None
        return self._tools if self._options.tools and self._model.takes_tools else []

    def _load(self) -> Iterator[object]:
        if self._model is not None:
            return
        torch.set_num_threads(self._options.threads or max(1, (os.cpu_count() or 2) - 1))
        options = self._options
        model = self._loaded or VlmModel(*load(options.model, options.device, options.precision))
        self._plain = "" if self._options.read_along else "thinking.vlm.read_along is off"
        self._looks_apart = _why_looks_apart(model) if options.side_by_side else "thinking.vlm.side_by_side is off"
        yield None
        if not self._plain:
            self._plain = _why_plain(model)
        if not self._plain:
            yield None
            self._apart = _why_apart(model) if options.side_by_side else "thinking.vlm.side_by_side is off"
            yield None
            yield from _tried(model, options.picture_side)
        self._model = model

    def _most(self, wish: object) -> int:
        """So many of the kind in one pass."""
        if isinstance(wish, Look):
            return 1 if self._looks_apart else self._looking.most
        return 1 if self._apart else SIDE_BY_SIDE

    def _together(self, wishes: Sequence[object]) -> None:
        if looks := [one for one in wishes if isinstance(one, Look)]:
            self._looking.took(len(looks), Look.each(looks))
        if nexts := [one for one in wishes if isinstance(one, Next)]:
            Prefix.answer_each(nexts)

    async def _pieces(
        self, talk: Talk, question: Question, view: View, after: Sequence[Message]
    ) -> AsyncGenerator[str, None]:
        """The answer's text as it is made; leaving it stops the model within one token."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str | EngineError | None] = asyncio.Queue()

        def tell(item: str | EngineError | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(queue.put_nowait, item)

        job = Job(iter(()), Urgency.FIRST, tell, left_us=self.model.pace.first_us)
        write = self._write_plainly if self._plain else self._write
        job.steps = write(job, talk, question, view, after, tell)
        self._stepper.submit(job)
        try:
            while (item := await queue.get()) is not None:
                if isinstance(item, EngineError):
                    raise item
                yield item
        finally:
            self._stepper.cancel(job)

    def _write(self, job: Job, talk: Talk, question: Question, view: View, after: Sequence[Message],
               tell: Callable[[str], None]) -> Iterator[object]:  # fmt: skip
        pace, asked_us, prefix = self.model.pace, job.due_us, talk.prefix
        own: list[float] = []
        yield from timed(talk.look(view.sights), own.append)
        prompt = talk.prompt(question, after=after, sights=view.sights, advice=view.advice)
        job.left_us = pace.place_us * (len(prompt) - prefix.shared(prompt))
        job.due_us = asked_us + round(job.left_us)
        for _ in timed(prefix.follow(prompt), own.append):
            job.left_us = pace.place_us * (len(prompt) - len(prefix.keys))
            yield None
        pace.began(sum(own))
        yield from self._tokens(job, prefix, prompt, tell)

    def _tokens(self, job: Job, prefix: Prefix, prompt: Prompt, tell: Callable[[str], None]) -> Iterator[object]:
        assert self._model is not None
        letters, begun_us = Letters(self._model.tokenizer), 0
        for place in range(self._options.max_tokens):
            assert prefix.logits is not None
            token = choose(prefix.logits, self._options.temperature)
            if token in self._model.ends:
                return
            if text := letters.push(token):
                tell(text)
                job.urgency = Urgency.NEXT
                begun_us = begun_us or stopwatch_us()
                job.due_us = begun_us + max(0, place - CLAUSE_TOKENS) * TOKEN_US
            yield Next(prefix, token, place, prompt)

    def _write_plainly(self, job: Job, talk: Talk, question: Question, view: View, after: Sequence[Message],
                       tell: Callable[[str], None]) -> Iterator[object]:  # fmt: skip
        """From scratch, by the model's own generation: for models whose cache can't be fed in pieces."""
        assert self._model is not None
        talk.frames = []
        yield from talk.look(view.sights)
        prompt = talk.prompt(question, after=after, sights=view.sights, advice=view.advice)
        yield None
        self._model.model.generate(
            **self._model.scratch(prompt), max_new_tokens=self._options.max_tokens,
            do_sample=self._options.temperature > 0, temperature=self._options.temperature or None,
            streamer=Told(Letters(self._model.tokenizer), self._model.ends, tell),
            stopping_criteria=StoppingCriteriaList([Cancelled(job)]),
        )  # fmt: skip

    async def _done(self, steps: Iterator[object]) -> None:
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()

        def end(error: EngineError | None) -> None:
            if not ended.done():
                ended.set_exception(error) if error is not None else ended.set_result(None)

        def told(error: EngineError | None) -> None:
            loop.call_soon_threadsafe(end, error)

        job = Job(steps, Urgency.IDLE, told)
        self._stepper.submit(job)
        try:
            await ended
        finally:
            self._stepper.cancel(job)


def timed(steps: Iterator[object], took: Callable[[float], object]) -> Iterator[object]:
    """The same steps; ``took`` is told how long each was at work, microseconds, and what it wanted done."""
    while True:
        began = stopwatch_us()
        try:
            wish = next(steps)
        except StopIteration:
            return
        finally:
            took(stopwatch_us() - began)
        yield wish
        if isinstance(wish, Look):
            took(wish.took_us)


def _seen(model: VlmModel, height: int, width: int) -> Prompt:
    """A prompt with a picture of noise."""
    noise = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
    told: list[Message] = [
        {"role": "system", "content": "You see."},
        {"role": "user", "content": [IMAGE, {"type": "text", "text": "What is it, and where?"}]},
    ]
    return model.prompt(told, [model.vision(noise)])


def _found(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # the border to a model that is not ours: whatever it raises is the finding
        return f"{type(error).__name__}: {str(error)[:120]}"


def _why_plain(model: VlmModel) -> str:
    """ "" when the model can be fed in pieces with roll-backs; else why not. Tried, not believed."""
    return _found(lambda: model.exact(_seen(model, 96, 128), DynamicCache()))


def _why_apart(model: VlmModel) -> str:
    """ "" when several conversations can be answered in one pass; else why not. Tried as well."""
    return _found(lambda: model.packs(_seen(model, 96, 128), [DynamicCache() for _ in range(4)]))


def _why_looks_apart(model: VlmModel) -> str:
    """ "" when pictures can be encoded in one pass; else why not. Tried as well."""
    noise = np.random.default_rng(2).integers(0, 255, (128, 128, 3), dtype=np.uint8)
    return _found(lambda: model.gathers([noise[:96], noise[:, :72]]))


def _tried(model: VlmModel, side: int) -> Iterator[object]:
    """The first computation of a size is slow, and what one costs must be known before anybody asks."""
    for _ in range(2):
        model.pace = Pace()  # what the first round took is forgotten
        prompt = _seen(model, side * 3 // 4, side)
        model.settle()
        yield None
        own: list[float] = []
        yield from timed(Prefix(model).follow(prompt), own.append)
        model.pace.began(sum(own))
