"""A conversation for tests: says what people do in milliseconds, and keeps what the core answered."""

from __future__ import annotations

from typing import TypeVar

from agent.core import commands as c
from agent.core import events as e
from agent.core.endpoint import EndpointSettings
from agent.core.states import State
from agent.core.turn import TurnCore, TurnSettings

ROOMY = TurnSettings(endpoint=EndpointSettings(complete_ms=360, heard_ms=360, voice_ms=100))
"""Time for a guess between the last words and the end of the turn."""

C = TypeVar("C", bound=c.Command)


class Talk:
    """Time stands at ``ms`` until something is said to pass; deadlines on the way are ticked when they are due."""

    def __init__(self, settings: TurnSettings | None = None, *, attached: bool = True) -> None:
        self.core = TurnCore(settings or ROOMY)
        self.us = 0
        self.all: list[c.Command] = []
        self.step: list[c.Command] = []
        self._at = 0
        if attached:
            self.tell(e.LineAttached())

    @property
    def state(self) -> State:
        return self.core.state

    def tell(self, *events: e.Event) -> list[c.Command]:
        """Facts at this instant; their commands."""
        self.step = []
        for event in events:
            self.core.receive(event, self.us)
            self._keep()
        return self.step

    def wait(self, ms: float) -> list[c.Command]:
        """Time passes; the commands of the deadlines on the way."""
        self.step, until = [], self.us + int(ms * 1000)
        while (due := self.core.deadline()) is not None and due <= until:
            assert due >= self.us, "a deadline in the past"
            self.us = due
            self.core.tick(due)
            self._keep()
        self.us = until
        return self.step

    def rest(self) -> list[c.Command]:
        """Nothing happens any more but deadlines."""
        self.step = []
        for _ in range(50):
            if (due := self.core.deadline()) is None:
                return self.step
            self.us = due
            self.core.tick(due)
            self._keep()
        raise AssertionError(f"deadlines without end in {self.state}")

    def got(self, kind: type[C]) -> list[C]:
        """All commands of a kind since the beginning."""
        return [command for command in self.all if isinstance(command, kind)]

    # --- what people do -----------------------------------------------------------------------------------------

    def speak(self, ms: int, text: str = "") -> list[c.Command]:
        """The user makes ``ms`` of sound, the words so far are known from 400 ms on; it is not over yet."""
        step = self.tell(e.SpeechLikely(self._sample()))
        start = self._sample()
        step += self.wait(96) + self.tell(e.SpeechStarted(self._sample(), max(0, start - 4_800)))
        spoken = 96
        while spoken < ms:
            spoken = min(ms, spoken + 100)
            step += self.wait(min(100, ms)) + self.tell(e.SpeechLasted(spoken * 16))
            if text and spoken >= 400:
                step += self.tell(e.PartialHeard(text))
        self.step = step
        return step

    def fall_silent(self) -> list[c.Command]:
        """The sound is over, and silence is certain 192 ms later."""
        end = self._sample()
        step = self.wait(192) + self.tell(e.SpeechStopped(self._sample(), end))
        self.step = step
        return step

    def words(self, text: str, coverage: float = 1.0) -> list[c.Command]:
        """The last words are known, 60 ms after the silence."""
        step = self.wait(60) + self.tell(e.FinalHeard(text, coverage))
        self.step = step
        return step

    def utter(self, text: str, ms: int = 800, coverage: float = 1.0) -> list[c.Command]:
        """One utterance from the first sound to its words."""
        step = self.speak(ms, text) + self.fall_silent() + self.words(text, coverage)
        self.step = step
        return step

    def ask(self, text: str = "read the text") -> int:
        """A spoken question, and the wait after it; the reply's turn. State: THINKING."""
        self.utter(text)
        self.wait(1_000)
        assert self.state is State.THINKING, self.state
        return self.got(c.StartReply)[-1].turn

    def answer(self, turn: int, *words: str, ms: int = 500) -> None:
        """The reply's sound: ``ms`` for each word, all given at once."""
        ends = [(f"{word} ", (at + 1) * ms * 24) for at, word in enumerate(words)]
        self.tell(e.Voiced(turn, tuple(ends), ends[-1][1]), e.ReplyWritten(turn))

    def play(self, turn: int, ms: int, *, drained: bool = False) -> list[c.Command]:
        """``ms`` of the reply have left for the listener in all."""
        return self.tell(e.SoundPlayed(turn, ms * 24, drained))

    def _sample(self) -> int:
        return self.us * 16 // 1000

    def _keep(self) -> None:
        got = self.core.commands()
        self.all += got
        self.step += got


def kinds(commands: list[c.Command]) -> list[str]:
    """Their names, without what is only shown."""
    return [type(one).__name__ for one in commands if not type(one).__name__.startswith(("Show", "Ignore"))]


def speaking(*words: str) -> tuple[Talk, int]:
    """A conversation in which a reply of these words sounds, and 300 ms of it were played."""
    talk = Talk()
    turn = talk.ask()
    talk.answer(turn, *(words or ("one", "two", "three", "four")))
    talk.play(turn, 300)
    assert talk.state is State.SPEAKING
    return talk, turn


def reached(state: State) -> Talk:
    """A conversation in this state."""
    talk = Talk()
    match state:
        case State.LISTENING:
            talk.speak(500, "read the")
        case State.PAUSING:
            talk.speak(500, "read the")
            talk.fall_silent()
        case State.GUESSING:
            talk.utter("read the text")
        case State.THINKING:
            talk.ask()
        case State.SPEAKING:
            talk, _ = speaking()
        case State.OVERLAP:
            talk, _ = speaking()
            talk.speak(300)
        case _:
            pass
    assert talk.state is state
    return talk
