"""What is going on right now, in three small records. Pure, and without rules of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.core.events import Announced
from agent.core.ledger import Ledger
from agent.core.own_words import LATE_SAMPLES
from agent.core.question import Question, then_spoken


@dataclass(slots=True)
class UserTurn:
    """``settled``: words of utterances that stopped. ``partial``: of the one in progress, ``samples`` long so far.
    ``stopped``: lengths of the utterances whose words are still to come, oldest first. ``carried``: the question
    before, when the user went on before a word of its answer was heard. ``at``: the last known position on the
    microphone's axis. ``silent_since``: when the last sound ended, microseconds. ``presumed``: nobody said that it
    ended. ``paused``: the voice is silent now, for however long. ``level``: see SpeechLasted, the loudest.
    ``echoed``: words of the agent that may have come back through the microphone meanwhile.
    ``over``: it began over a reply. ``finality``: see FinalHeard, of the last utterance. ``committed``: the client said
    that the turn is over. ``typed``: what was typed meanwhile; ``ask``: an app wants a reply to the turn, see
    ReplyWanted.
    """

    turn: int
    carried: Question | None = None
    settled: list[str] = field(default_factory=list)
    partial: str = ""
    coverage: float = 1.0
    alternatives: tuple[str, ...] = ()
    samples: int = 0
    stopped: list[int] = field(default_factory=list)
    at: int = 0
    silent_since: int = 0
    presumed: bool = False
    paused: bool = False
    echoed: str = ""
    level: float | None = None
    over: bool = False
    finality: float | None = None
    committed: bool = False
    typed: list[Question] = field(default_factory=list)
    ask: int = 0

    @property
    def text(self) -> str:
        """The user's own words of this turn."""
        return " ".join(part for part in (*self.settled, self.partial) if part)

    @property
    def question(self) -> Question | None:
        """What to answer: the user's words after all that was asked before and meanwhile. None: nothing was asked."""
        own = Question(self.text, self.coverage, self.alternatives) if self.text else None
        return then_spoken(self.carried.parts if self.carried else (), self.typed, own, self.ask)

    def settle(self, text: str, coverage: float = 1.0, alternatives: tuple[str, ...] = ()) -> None:
        """The oldest utterance whose words were still to come has these."""
        self.partial = ""
        del self.stopped[:1]
        if text:
            self.coverage = min(self.coverage, coverage)
            self.alternatives = alternatives if not self.settled else ()
            self.settled.append(text)


@dataclass(slots=True)
class Reply:
    """``question``: what it answers; None for what the agent says by itself: what was ``announced``, or an apology.
    ``written``: all its sound was given to the speaker; ``drained``: and the speaker said that all of it was played.
    ``failed``: it broke while it was still a guess. ``understood``: see Understood; None: nobody said so.
    """

    turn: int
    question: Question | None
    announced: Announced | None = None
    guess: bool = False
    written: bool = False
    drained: bool = False
    failed: bool = False
    understood: float | None = None
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def over(self) -> bool:
        """Everything it had to say was played, or there was nothing to say."""
        ledger = self.ledger
        return self.written and (self.drained or ledger.played >= ledger.voiced)

    def unanswered(self, delay: int) -> tuple[Question, ...]:
        """What was asked, while no word of the answer was heard (or shown, where it has no sound)."""
        ledger = self.ledger
        begun = ledger.heard(delay) or (ledger.text and not ledger.voiced)
        return () if self.question is None or begun else self.question.parts


@dataclass(slots=True)
class Overlap:
    """A sound over the reply. ``open``: confirmed speech goes on, ``samples`` long so far. ``stopped``: lengths of the
    utterances whose words are still to come, oldest first. ``held``: the reply is silent meanwhile. ``quiet``: it must
    not cut the reply, and ``said``, its words, wait for the end. ``ledger``: of the reply under it, of which
    ``played_from`` samples had left when the speech began.
    """

    quiet: bool = False
    open: bool = False
    stopped: list[int] = field(default_factory=list)
    held: bool = False
    text: str = ""
    samples: int = 0
    level: float | None = None
    ledger: Ledger | None = None
    played_from: int = 0
    start: int = 0
    end: int = 0
    silent_since: int = 0
    said: list[str] = field(default_factory=list)

    @property
    def echoed(self) -> str:
        """Words of the agent that may have come back through the microphone meanwhile."""
        return "" if self.ledger is None else self.ledger.around(self.played_from - LATE_SAMPLES, self.ledger.played)

    @property
    def undecided(self) -> bool:
        """Speech was confirmed and it is not known yet what it meant."""
        return self.open or bool(self.stopped) or bool(self.said)
