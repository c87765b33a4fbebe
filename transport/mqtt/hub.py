"""Between the sessions and the broker: what they tell goes out, what is ordered is done.

Knows sessions by their id, the state of each, and the settings of the house. Does not know the connection. Whatever
comes from the broker is bounded here: so many orders a minute, so many questions at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from typing import assert_never

from agent import ports
from agent.house.settings import Mqtt
from agent.picture import Picture
from agent.skills.skill import Answer, Manner
from transport.mqtt.asking import Answered
from transport.mqtt.events import found, overall, packed, told
from transport.mqtt.household import Readings
from transport.mqtt.orders import Ask, BadOrder, Order, SayAloud, SetDetail, SetNumber, SetSwitch, Stop, order
from transport.mqtt.outbox import Outbox
from transport.mqtt.parts import LiveSession
from transport.mqtt.snapshot import Snapshots
from transport.mqtt.topics import Topics

HOUSE = "house"
"""The id of the house's own session."""
NO_LOOKING = "Looking is switched off."
NOBODY = "Nobody is here whose camera I could look through."
MOST_AT_ONCE = 20
"""Orders that may come in one breath."""
log = logging.getLogger(__name__)


class Hub:
    """``ask`` puts a question to the house's own conversation, ``hush`` stops it; ``greet`` tells everything anew."""

    def __init__(
        self,
        settings: Mqtt,
        topics: Topics,
        outbox: Outbox,
        readings: Readings,
        manner: Manner,
        clock: Callable[[], int],
        pool: Executor,
    ) -> None:
        self._settings, self._topics, self._outbox, self._readings = settings, topics, outbox, readings
        self._taken: Mapping[str, str] = topics.taken
        self._orders = _Allowance(settings.commands_per_minute, clock)
        self._manner = manner
        self._listening = self._looking = True
        self._live: dict[str, LiveSession] = {}
        self._states: dict[str, ports.ShownState] = {}
        self._snapshots = Snapshots(pool, lambda jpeg: outbox.put_event(topics.snapshot, jpeg))
        self.ask: Callable[[Ask], None] = lambda _: None
        self.hush: Callable[[], None] = lambda: None
        self._show_state()
        self._show_settings()

    # --- sessions -----------------------------------------------------------------------------------------------

    def onlooker(self, session_id: str) -> Watch:
        """For a session that is about to begin."""
        return Watch(self, session_id)

    @contextmanager
    def joined(self, session: LiveSession) -> Iterator[None]:
        """This session is live for as long as the scope lasts."""
        self._live[session.id] = session
        session.adjust(replace(self._manner, language=session.manner.language))
        self._show_state()
        try:
            yield
        finally:
            del self._live[session.id]
            self._states.pop(session.id, None)
            self._show_state()

    def show(self, session_id: str, report: ports.Report) -> None:
        if isinstance(report, ports.StateShown):
            self._state(session_id, report.state)
        elif isinstance(report, ports.PictureUsed) and session_id != HOUSE:
            self._snap(self._live.get(session_id), report.picture)
        if session_id != HOUSE:  # its own words are told by ``answered``
            for topic, payload in told(self._topics, session_id, report, transcripts=self._settings.transcripts):
                self._outbox.put_event(topic, payload)

    def given(self, session_id: str, answer: Answer) -> None:
        for topic, payload in found(self._topics, session_id, answer, transcripts=self._settings.transcripts):
            self._outbox.put_event(topic, payload)

    def answered(self, done: Answered) -> None:
        """What the house's own conversation says."""
        fields = {"session": HOUSE, "text": done.text, "status": done.status}
        if done.ask is None:
            for session in self._live.values():
                session.announce(done.text)
        else:
            fields |= {"question": done.ask.text} | ({"id": done.ask.id} if done.ask.id else {})
        self._outbox.put_event(self._topics.reply, packed(**fields))

    async def picture(self) -> Picture | str:
        """What the camera of the session that came last shows now; else a sentence that says why there is none."""
        if not self._settings.look or not self._looking:
            return NO_LOOKING
        advice = NOBODY
        for session in reversed(list(self._live.values())):
            look = await session.eyes.look("scene")
            if look.picture is not None and look.problem != "old":
                if self._settings.snapshot:
                    self._snapshots.take(look.picture)
                return look.picture
            advice = look.advice
        return advice

    # --- from the broker ------------------------------------------------------------------------------------------

    def receive(self, topic: str, payload: bytes, retained: bool) -> None:
        """A message. Never raises; a command that the broker had kept is not carried out."""
        if topic == self._topics.birth:
            if payload == b"online":
                self._outbox.again()
            return
        name = self._taken.get(topic)
        if name is None:
            self._readings.take(topic, payload)
            return
        if retained:
            log.info("MQTT: a kept message on %s is not carried out", topic)
            return
        if not self._orders.one_more():
            return
        try:
            self._carry_out(order(name, payload))
        except BadOrder as bad:
            self._refuse(name, bad)

    def _carry_out(self, order: Order) -> None:
        match order:
            case Ask():
                self.ask(order)
            case SayAloud(text=text):
                for session in self._live.values():
                    session.announce(text)
            case Stop():
                self.hush()
                for session in self._live.values():
                    session.stop(everything=True)
            case SetNumber(name=name, value=value):
                self._adjust(**{name: value})
            case SetDetail(detail=detail):
                self._adjust(detail=detail)
            case SetSwitch(name="listening", on=on):
                self._listening = on
                for session in self._live.values():
                    session.mute(not on)
                self._show_settings()
            case SetSwitch(on=on):
                self._looking = on
                for session in self._live.values():
                    session.look(on)
                self._show_settings()
            case _:
                assert_never(order)

    def _refuse(self, name: str, bad: BadOrder) -> None:
        log.info("MQTT: %s not carried out: %s", name, bad)
        if name in ("ask", "look"):
            fields = {"session": HOUSE, "text": str(bad), "status": "refused"} | ({"id": bad.id} if bad.id else {})
            self._outbox.put_event(self._topics.reply, packed(**fields))
        self._show_settings()

    # --- inside -----------------------------------------------------------------------------------------------------

    def _state(self, session_id: str, state: ports.ShownState) -> None:
        if session_id not in self._live:
            return
        began = self._states.get(session_id, "idle") == "idle" and state == "listening"
        self._states[session_id] = state
        if began:  # a new line begins with everything on
            if not self._listening:
                self._live[session_id].mute(True)
            if not self._looking:
                self._live[session_id].look(False)
        self._show_state()

    def _adjust(self, **changes: float | str) -> None:
        self._manner = replace(self._manner, **changes)  # type: ignore[arg-type]
        for session in self._live.values():
            session.adjust(replace(session.manner, **changes))  # type: ignore[arg-type]
        self._show_settings()

    def _show_state(self) -> None:
        self._outbox.put_state(self._topics.state, overall(self._states))
        self._outbox.put_state(self._topics.sessions, str(len(self._live)))

    def _show_settings(self) -> None:
        manner, switch = self._manner, {True: "ON", False: "OFF"}
        for name, value in (
            ("rate", f"{manner.rate:g}"),
            ("volume", f"{manner.volume:g}"),
            ("detail", manner.detail),
            ("listening", switch[self._listening]),
            ("looking", switch[self._looking]),
        ):
            self._outbox.put_state(self._topics.shown(name), value)

    def _snap(self, session: LiveSession | None, picture_id: str) -> None:
        if self._settings.snapshot and session is not None:
            picture = session.eyes.picture(picture_id)
            if picture is not None:
                self._snapshots.take(picture)


class Watch:
    """``agent.onlooker.Onlooker`` of one session."""

    def __init__(self, hub: Hub, session_id: str) -> None:
        self._hub, self._id = hub, session_id

    def show(self, report: ports.Report) -> None:
        self._hub.show(self._id, report)

    def given(self, answer: Answer) -> None:
        self._hub.given(self._id, answer)


class _Allowance:
    """So many orders a minute, some of them at once."""

    def __init__(self, per_minute: int, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._each_us = 60_000_000 // per_minute
        self._most_us = self._each_us * min(per_minute, MOST_AT_ONCE)
        self._saved_us, self._at_us = self._most_us, clock()
        self._dropped = 0

    def one_more(self) -> bool:
        """Whether another one may be carried out now."""
        now = self._clock()
        self._saved_us = min(self._most_us, self._saved_us + now - self._at_us)
        self._at_us = now
        if self._saved_us < self._each_us:
            self._dropped += 1
            return False
        self._saved_us -= self._each_us
        if self._dropped:
            log.warning("MQTT: %d commands came too fast and were dropped", self._dropped)
            self._dropped = 0
        return True
