"""A core under watch: every invariant is looked at after every step. For tests and for the laboratory."""

from __future__ import annotations

from agent.core import commands as c
from agent.core import events as e
from agent.core.states import State
from agent.core.turn import TurnCore, TurnSettings
from tests.agent.core.walk import inner


class Watched:
    """Feed it with ``step``; what does not hold raises AssertionError."""

    def __init__(self, settings: TurnSettings | None = None) -> None:
        self.core = TurnCore(settings)
        self.now = 0
        self.last = 0
        """The highest turn so far."""
        self.alive: int | None = None
        self.started: set[int] = set()
        self.over: set[int] = set()
        self.ended: set[int] = set()
        self.guesses: set[int] = set()
        self.released: set[int] = set()
        self.ducked: int | None = None
        self.held = False
        self.spoken: dict[int, str] = {}
        self.script: list[tuple[e.Event | None, int]] = []
        self.commands: list[c.Command] = []

    def step(self, event: e.Event | None, now: int) -> list[c.Command]:
        """A fact, or a tick (None); its commands."""
        self.now = max(now, self.now)
        self.script.append((event, now))
        reply = inner(self.core).reply
        if event is None:
            self.core.tick(now)
        else:
            if isinstance(event, e.Voiced) and reply is not None and reply.turn == event.turn:
                said = "".join(text for text, _ in event.words)
                self.spoken[event.turn] = self.spoken.get(event.turn, "") + said
            self.core.receive(event, now)
        commands = self.core.commands()
        for command in commands:
            self.look_at(command)
        self.commands += commands
        self.look_at_the_record()
        return commands

    def look_at(self, command: c.Command) -> None:
        match command:
            case c.StartReply(turn=turn) | c.SayAloud(turn=turn):
                assert self.alive is None, "one reply at a time"
                assert turn > self.last, "turn ids only rise"
                self.started.add(turn)
                self.alive = self.last = turn
                if isinstance(command, c.StartReply) and command.guess:
                    self.guesses.add(turn)
            case c.ReleaseReply(turn=turn):
                assert turn in self.guesses - self.released - self.over
                self.released.add(turn)
            case c.CancelReply(turn=turn):
                assert turn in self.started, "only what lives is cancelled"
                assert turn not in self.over, "once"
                self._is_over(turn)
                self.ducked = None
                self.held = False
            case c.EndReply(turn=turn, status=status, heard=heard):
                assert turn not in self.ended
                assert turn not in self.guesses - self.released or status == "failed", "a guess leaves no trace"
                assert self.ducked is None, "a reply never ends lowered"
                assert self.spoken.get(turn, "").strip().startswith(heard), "heard is a prefix of what was spoken"
                assert (status == "completed") == (turn not in self.over)
                self._is_over(turn)
                self.ended.add(turn)
                remembered = [line.text for line in self.core.context.lines if not hasattr(line, "picture")]
                assert all(remembered), "an empty line is nothing to remember"
            case c.Duck(turn=turn):
                assert self.ducked is None
                assert turn not in self.over
                self.ducked = turn
            case c.Unduck(turn=turn):
                assert self.ducked == turn
                self.ducked, self.held = None, False
            case c.Hold(turn=turn):
                assert self.ducked == turn
                assert not self.held
                self.held = True
            case c.Unhold(turn=turn):
                assert self.ducked == turn
                assert self.held
                self.held = False
            case c.ShowSpeech(turn=turn, started=True):
                assert turn > self.last
                self.last = turn
            case _:
                pass

    def _is_over(self, turn: int) -> None:
        self.over.add(turn)
        if self.alive == turn:
            self.alive = None

    def look_at_the_record(self) -> None:
        floor, state = inner(self.core), self.core.state
        due = self.core.deadline()
        assert due is None or due >= self.now
        assert (floor.user is not None) == (state in _WITH_USER)
        if floor.reply is None or state not in (State.LISTENING, State.PAUSING):
            assert (floor.reply is not None) == (state in _WITH_REPLY)
            assert (floor.reply is not None and floor.reply.guess) == (state is State.GUESSING)
        else:
            assert floor.reply.guess, "while the user may go on, a reply is a guess"
            assert floor.reply.question is not None
        assert (floor.overlap is not None) == (state is State.OVERLAP)
        assert (floor.overlap is not None and not floor.overlap.quiet) == (self.ducked is not None)
        if state not in (State.IDLE, State.CLOSED) and not floor.settings.push:
            assert due is not None, f"nothing will ever end {state}"

    def comes_to_rest(self) -> None:
        """When nothing comes any more, the deadlines lead to silence, in bounded time and few steps."""
        self.step(e.TurnsChanged(), self.now)  # who pushes to talk may well wait for ever
        began = self.now
        for _ in range(60):
            due = self.core.deadline()
            if due is None:
                break
            self.step(None, due)
        assert self.core.deadline() is None, f"deadlines without end in {self.core.state}"
        assert self.core.state in (State.IDLE, State.CLOSED)
        assert self.now - began < 600_000_000


_WITH_USER = (State.LISTENING, State.PAUSING, State.GUESSING)
_WITH_REPLY = (State.GUESSING, State.THINKING, State.SPEAKING, State.OVERLAP)
