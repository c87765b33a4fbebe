"""Reading along with one conversation: what is new is given to its talk, and work to the model's thread. On the event
loop only; all returns at once. Does not know what is said or seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from agent.engines.protocols import Question
from agent.engines.vlm_talk import Talk
from agent.engines.vlm_thread import Job, Stepper, Urgency
from agent.errors import EngineError
from agent.picture import Picture


class Attention:
    """Reads along with one conversation. All methods return at once; on the event loop only."""

    def __init__(self, talk: Talk, stepper: Stepper, forget: Callable[[], object]) -> None:
        self._talk, self._stepper, self._forget = talk, stepper, forget
        self._job: Job | None = None

    def saw(self, picture: Picture, question: Question) -> None:
        """A picture was kept; ``question``: what is known of the next one."""
        self._talk.saw(picture)
        self._start(question, Urgency.IDLE)

    def heard(self, question: Question) -> None:
        """The user speaks: these words so far."""
        self._start(question, Urgency.READING)

    def settled(self, question: Question) -> None:
        """A reply is over."""
        self._start(question, Urgency.IDLE)

    def rest(self) -> None:
        """A reply begins: what is fed stays, nothing more is."""
        if self._job is not None:
            self._stepper.cancel(self._job)
            self._job = None

    def close(self) -> None:
        """The conversation is over."""
        self.rest()
        self._forget()

    def _start(self, question: Question, urgency: Urgency) -> None:
        self._talk.wish(question)
        job = self._job
        if job is not None and not job.ended:
            job.urgency = min(job.urgency, urgency)
            return
        self._job = Job(self._steps(question, urgency), urgency, lambda _: None)
        try:
            self._stepper.submit(self._job)
        except EngineError:  # too much waits: reading along is a luxury
            self._job = None

    def _steps(self, question: Question, urgency: Urgency) -> Iterator[object]:
        yield from self._talk.read_along()
        if urgency is Urgency.IDLE:
            yield from self._talk.tidy(question)
            yield from self._talk.read_along()
