"""A conversation: the only driver of the core. One inbox, one timer, one scope for each reply.

Facts come in by ``tell`` in one order, the core decides, its commands are carried out here. Knows which part does
what; does not decide when anyone speaks, and knows no protocol. A session outlives its lines.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import assert_never

from agent import clock, ports
from agent.audio import HEARING_RATE, SPEAKING_RATE, samples_to_us
from agent.consequences import Consequences
from agent.core import commands as c
from agent.core import events as e
from agent.core.sampler import Seen
from agent.core.states import USER_SPEAKS, State
from agent.core.turn import TurnCore
from agent.directions import Directions
from agent.echo.own_voice import OwnVoice
from agent.engines.protocols import Question
from agent.engines.registry import Engines
from agent.hearing import Hearing
from agent.language.saying import LANGUAGES, follow
from agent.line_over import LineOver, leave_when
from agent.metrics import Counts, TurnMarks
from agent.onlooker import Household, Onlooker
from agent.reading_along import ReadingAlong
from agent.recorder import NoRecorder, Recorder
from agent.remembering import questions, remembered, said
from agent.replies import LiveReply, Ways
from agent.seeing import Seeing, recalling
from agent.settings import Settings
from agent.showing import shown
from agent.sight.facts import SeeingEngines
from agent.skills.manner import CAMERA_OFF, STOPPED_LOOKING
from agent.skills.skill import Answer, Manner, Situation, Skill
from agent.speaking import Means, voice_for
from agent.turn_wishes import gate_like, turns_like


class Session:
    """Implements ``ports.Conversation``. Run ``run`` in a task of its own; it ends after ``close``."""

    def __init__(
        self,
        session_id: str,
        engines: Engines,
        settings: Settings,
        skills: tuple[Skill, ...],
        recorder: Recorder | NoRecorder,
        onlooker: Onlooker | None = None,
        house: Household | None = None,
    ) -> None:
        self._id = session_id
        self._engines, self._settings, self._skills = engines, settings, skills
        self._core = TurnCore(settings.turn)
        self._gate, self._own_voice = settings.hearing.gate, settings.hearing.own_voice
        self._half_duplex = self._own_voice == "half_duplex"
        self._inbox: asyncio.Queue[e.Event] = asyncio.Queue()
        self._line: ports.Line | None = None
        self._replaced: asyncio.Event | None = None
        self._hearing: Hearing | None = None
        self._muted = False
        self._reply: LiveReply | None = None
        self._group: asyncio.TaskGroup | None = None
        self._left: ports.Played | None = None
        self._recorder, self._onlooker = recorder, onlooker
        sight = SeeingEngines(engines.text, engines.codes, engines.faces, engines.pixels, engines.products)
        self._seeing = Seeing(sight, settings.sight.camera, clock.now_us, self._seen, recalling(engines, settings))
        group = lambda: self._group  # noqa: E731
        self._after = Consequences(
            Manner(settings.speaking.rate, language=settings.speaking.language), house, self.announce, group,
            self._seeing, lambda: self._core.state is State.IDLE, self._show, settings.person, settings.sight,
            getattr(engines.recognizer, "languages", ("en",)),
        )  # fmt: skip
        self._means = Means(
            engines.brain, engines.synthesizer, {skill.name: skill for skill in skills}, self._situation,
            lambda: voice_for(settings.speaking, self.manner),
            settings.speaking.clauses, settings.speaking.filler_ms, session_id,
        )  # fmt: skip
        self._directions = Directions(self.tell, self._show, group, self._means, self._seeing)
        wishes = lambda: self._directions.wishes  # noqa: E731
        self._along = ReadingAlong(engines.brain, session_id, self._situation, wishes, group)
        self._marks = TurnMarks(0, 0, 0)
        speaker = lambda: self._line.speaker if self._line else None  # noqa: E731
        self._ways = Ways(self.tell, self._show, speaker, self._given, self._directions.called)
        self.counts = Counts()

    # --- ports.Conversation ------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        return self._id

    @property
    def directions(self) -> Directions:
        return self._directions

    async def attend(self, line: ports.Line) -> None:
        """Carry this line until its microphone ends or another line replaces it."""
        if self._replaced is not None:
            self._replaced.set()
        replaced = self._replaced = asyncio.Event()
        if self._line is not None:
            self.tell(e.LineLost())
        turn_end = self._engines.turn_end
        hearing = Hearing(
            self._engines.vad, self._engines.recognizer.stream(), self._gate, self._hear, judge=turn_end,
            judged_s=turn_end.engine.window_s if turn_end is not None else 0.0,
            max_utterance_s=self._settings.hearing.max_utterance_s, keep=self._recorder.hear,
            own_voice=OwnVoice(line.monitor, cancels=self._own_voice != "off", half_duplex=self._half_duplex),
        )  # fmt: skip
        self._line, self._hearing, self._muted = line, hearing, False
        self._after.acting.forget()
        self._after.tones = False
        self.tell(e.Muted(False))
        self.tell(e.LineAttached())
        self._after.tell_language()
        self._after.eye_pace.new_line()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen(hearing, line))
                group.create_task(self._seeing.watch(line.camera))
                group.create_task(self._follow(line.speaker))
                group.create_task(leave_when(replaced))
        except* LineOver:
            pass
        finally:
            if self._line is line:
                self._line = self._hearing = self._replaced = None
                self.tell(e.LineLost())

    def say(self, text: str) -> None:
        if text := " ".join(text.split()):
            now = clock.now_us()
            self._marks = TurnMarks(now, now, now)
            self.tell(e.TextTyped(text))

    def stop(self, *, everything: bool = False) -> None:
        self.tell(e.StopPressed())
        if everything and self._after.watching.stop():
            self.announce(STOPPED_LOOKING)

    def mute(self, on: bool) -> None:
        self._muted = on
        if self._hearing is not None:
            self._hearing.mute(on)
        self.tell(e.Muted(on))

    def tones(self, on: bool) -> None:
        self._after.tones = on

    def half_duplex(self, on: bool) -> None:
        self._half_duplex = on
        if self._hearing is not None:
            self._hearing.half_duplex(on)

    def turn_detection(self, wish: ports.TurnDetection) -> None:
        self._gate = gate_like(self._settings.hearing.gate, wish)
        if self._hearing is not None:
            self._hearing.judge_by(self._gate)
        self.tell(turns_like(self._settings.turn, wish))

    def commit(self) -> None:
        if self._hearing is not None:
            self._hearing.settle()
        self.tell(e.Committed())

    def clear(self) -> None:
        if self._hearing is not None:
            self._hearing.forget()
        self.tell(e.Cleared())

    def truncate(self, turn: int, played_ms: int) -> None:
        self.tell(e.Truncated(turn, max(0, played_ms) * SPEAKING_RATE // 1000))

    def look(self, on: bool) -> None:
        self._seeing.switched(on)
        if not on and self._after.watching.stop():
            self.announce(CAMERA_OFF)

    def set_speed(self, speed: float) -> None:
        """Speech rate from now on, held to 0.5..3.0."""
        self.adjust(replace(self.manner, rate=min(3.0, max(0.5, speed))))

    def speak_in(self, language: str) -> None:
        self.adjust(replace(self.manner, language=language if language in LANGUAGES else self.manner.language))

    @property
    def eyes(self) -> Seeing:
        """What this session sees, for who may look along."""
        return self._seeing

    def announce(self, text: str, until_us: int | None = None) -> None:
        """Say this, word for word, as soon as nobody is speaking; by then or not at all."""
        self.tell(e.Announced(" ".join(text.split()), until_us))

    def adjust(self, manner: Manner) -> None:
        """Speak like this from now on."""
        self._after.manner = manner

    @property
    def manner(self) -> Manner:
        return self._after.manner

    def history(self) -> tuple[ports.Remembered, ...]:
        return remembered(self._core.context.lines)

    # --- the driver --------------------------------------------------------------------------------------------

    def tell(self, event: e.Event) -> None:
        """Put a fact into the inbox. The core takes them one at a time, in this order."""
        self._inbox.put_nowait(event)

    def close(self) -> None:
        """End the conversation; ``run`` returns soon after."""
        self.tell(e.Closed())

    async def run(self) -> None:
        """Drive the core until the session is closed."""
        follow(lambda: self._after.manner.language)
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                while self._core.state is not State.CLOSED:
                    await self._step()
                self._after.end()
        finally:
            self._group = None
            self._along.close()
            self._recorder.close()

    async def _step(self) -> None:
        """Wait for the next fact or deadline, let the core decide, do what it says."""
        event: e.Event | None = None
        deadline = self._core.deadline()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(None if deadline is None else deadline / 1_000_000):
                event = await self._inbox.get()
        now = clock.now_us()
        if event is not None:
            self._receive_playout(event, now)
            self._receive(event, now)
        elif deadline is not None and deadline <= now:
            self._receive_playout(None, now)
            self._core.tick(now)
            self._recorder.ticked(now)
            self._carry_out(now)

    def _receive_playout(self, event: e.Event | None, now: int) -> None:
        """Before the core decides over a reply it knows exactly how much of it was played."""
        if self._line is not None and not isinstance(event, e.SoundPlayed | e.Voiced):
            at = self._line.speaker.position() or self._left  # what drained just now may still wait in the inbox
            if at is not None and at.samples and self._reply is not None and at.turn == self._reply.turn:
                self._receive(e.SoundPlayed(at.turn, at.samples, at.drained), now)

    def _receive(self, event: e.Event, now: int) -> None:
        if isinstance(event, e.SoundPlayed) and self._reply is not None and event.turn == self._reply.turn:
            self._reply.played(event.samples)
        if isinstance(event, e.ReplyWanted) and self._core.state not in USER_SPEAKS:
            self._marks = TurnMarks(now, now, now)
        self._core.receive(event, now)
        self._recorder.received(event, now)
        self._carry_out(now)

    def _carry_out(self, now: int) -> None:
        commands = self._core.commands()
        self._recorder.commanded(commands, now)
        for command in commands:
            self._do(command)

    def _do(self, command: c.Command) -> None:
        speaker = self._line.speaker if self._line is not None else None
        match command:
            case c.StartReply(turn=turn, guess=guess):
                self._start(turn, questions(command, self._core.context.lines), guess=guess, ask=command.ask)
            case c.SayAloud(turn=turn, text=text):
                self._start(turn, text, guess=False)
            case c.ReleaseReply():
                self._mark_endpoint()
                self.counts.guesses_used += 1
                if self._reply is not None:
                    self._directions.taken(self._reply.ask)
                    self._reply.release(self._marks)
            case c.CancelReply(reason=reason):
                self.counts.interruptions += reason == "spoken_over"
                if self._reply is not None:
                    self._reply.cancel()
                    if self._reply.heard_of and speaker is not None:
                        speaker.clear()
            case c.EndReply():
                self._reply = None
            case c.Duck():
                if speaker is not None:
                    speaker.duck(True)
            case c.Hold() | c.Unhold():
                if speaker is not None:
                    speaker.hold(isinstance(command, c.Hold))
            case c.Unduck():
                self.counts.false_alarms += 1
                if speaker is not None:
                    speaker.hold(False)
                    speaker.duck(False)
            case c.DropUtterance():
                if self._hearing is not None:
                    self._hearing.drop()
            case c.ShowState() | c.ShowSpeech() | c.ShowHeard() | c.ShowSaid() | c.Ignore():
                pass
            case _:
                assert_never(command)
        if (report := shown(command)) is not None:
            self._show(report)

    def _start(self, turn: int, say: tuple[Question, ...] | str, *, guess: bool, ask: int = 0) -> None:
        """Answer these questions, or say this text word for word."""
        assert self._group is not None
        wishes = self._directions.wishes_for(ask)
        if not isinstance(say, str):
            say = self._directions.directed(say, ask)
            if not guess:
                self._directions.taken(ask)
        self._reply = LiveReply(turn, self._means, self._ways, guess=guess, ask=ask, aloud=wishes.aloud)
        self.counts.replies += 1
        self.counts.guesses += guess
        if not guess and not isinstance(say, str):
            self._mark_endpoint()
        self._reply.start(self._group, say, None if isinstance(say, str) else self._marks)

    # --- what the parts tell and ask -----------------------------------------------------------------------------

    def _hear(self, event: e.Event) -> None:
        """A fact from the microphone; the marks of the turn's delay are taken on the way."""
        now = clock.now_us()
        if isinstance(event, e.SpeechStopped):
            self._marks = TurnMarks(now - samples_to_us(event.at - event.end, HEARING_RATE), now, now)
            self._seeing.expect()
        elif isinstance(event, e.FinalHeard):
            self._marks = replace(self._marks, final_us=now)
        self._along.heard(event)
        self.tell(event)

    def _mark_endpoint(self) -> None:
        self._marks = replace(self._marks, endpoint_us=max(self._marks.ended_us, clock.now_us()))

    async def _listen(self, hearing: Hearing, line: ports.Line) -> None:
        await hearing.listen(line.microphone)
        raise LineOver

    async def _follow(self, speaker: ports.Speaker) -> None:
        async for at in speaker.played():
            self._left = at
            self.tell(e.SoundPlayed(at.turn, at.samples, at.drained))

    def _seen(self, seen: Seen) -> None:
        if seen.kept:
            self.tell(e.PictureSeen(seen.picture))
        if seen.kept and (picture := self._seeing.picture(seen.picture)) is not None:
            self._along.saw(picture, seen.kept)
            self._recorder.see(picture)

    def _show(self, report: ports.Report) -> None:
        self._along.shown(report)
        if isinstance(report, ports.LanguageShown) and self._hearing is not None:
            self._hearing.expect(report.code)
        if self._line is not None:
            self._line.display.show(report)
        if self._onlooker is not None:
            self._onlooker.show(report)

    def _given(self, answer: Answer) -> None:
        self._after.given(answer)
        if self._onlooker is not None:
            self._onlooker.given(answer)

    def _situation(self) -> Situation:
        return Situation(
            eyes=self._seeing,
            now=clock.local_time(),
            now_us=clock.now_us(),
            manner=self._after.manner,
            timers=self._after.timers.running,
            history=said(self._core.context.lines),
            last=self._after.last,
            unheard=self._core.context.unheard,
            profile=self._settings.profile,
            skills=self._skills,
            house=self._after.acting.house,
            pending=self._after.acting.pending, looking=self._after.watching.active, person=self._after.person,
            seen=self._after.seen.all, taught=self._after.things.all, page=self._after.page, tones=self._after.tones,
        )  # fmt: skip
