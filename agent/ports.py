"""What the outside must give the mind (a Line) and what the mind tells it (Reports).

Knows promises only: no protocol, no codec, no engine. Transport implements the Protocols; the session uses them.
A session outlives its line: lines come and go, at most one at a time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from agent.audio import AudioFrame, Pcm
from agent.page_reports import EyePaced as EyePaced
from agent.page_reports import LanguageShown as LanguageShown
from agent.page_reports import LightLevel as LightLevel
from agent.page_reports import MannerChanged as MannerChanged
from agent.page_reports import Noticed as Noticed
from agent.page_reports import PersonOffered as PersonOffered
from agent.page_reports import QuestionAsked as QuestionAsked
from agent.picture import Picture
from agent.wishes import Wishes


class Microphone(Protocol):
    def frames(self) -> AsyncIterator[AudioFrame]:
        """20 ms frames in order, until the line closes. Bounded: when the reader lags, the oldest are dropped."""
        ...


class Camera(Protocol):
    def pictures(self) -> AsyncIterator[Picture]:
        """The always-open eye, about two a second (or as ``EyePaced``), until the line closes. The newest wins."""
        ...

    async def still(self, *, max_side: int, timeout_s: float) -> Picture | None:
        """A sharp full-resolution picture taken now; None when none came in time or the camera is off."""
        ...


@dataclass(frozen=True, slots=True)
class Played:
    """How much of this turn's sound has left for the listener: ``samples`` at SPEAKING_RATE, never decreasing.

    ``drained``: everything queued was played and ``end`` had been called.
    """

    turn: int
    samples: int
    drained: bool = False


class Speaker(Protocol):
    """One voice towards the listener. Turns never overlap: the session clears one before it plays the next."""

    async def play(self, turn: int, pcm: Pcm) -> None:
        """Queue sound at SPEAKING_RATE; waits while more than a few seconds are queued."""
        ...

    def end(self, turn: int) -> None:
        """No more sound will come for this turn."""
        ...

    def duck(self, on: bool) -> None:
        """Lower the voice (about -18 dB, faded over 20 ms) or bring it back."""
        ...

    def hold(self, on: bool) -> None:
        """Fall silent (5 ms fade) and keep the rest, or go on from the same sample."""
        ...

    def clear(self) -> None:
        """Fall silent (5 ms fade) and forget what is queued. ``hold`` and ``duck`` are lifted."""
        ...

    def position(self) -> Played | None:
        """Where the playout is at this moment; None when no turn's sound is queued or playing."""
        ...

    def played(self) -> AsyncIterator[Played]:
        """Reports about every 100 ms while sound plays, and at once when it is held, cleared or drained."""
        ...


class Monitor(Protocol):
    """What really leaves for the listener, in real time: with it a line tells the agent's own voice from others'."""

    def taken(self) -> Iterable[tuple[int, Pcm]]:
        """What left since the last call, as (position of the first sample, sound at SPEAKING_RATE): silence included,
        of what nobody took only the last second. Positions count all samples in real time, those skipped too.
        """
        ...


# --- what the mind tells -------------------------------------------------------------------------------------

ShownState: TypeAlias = Literal["idle", "listening", "thinking", "speaking", "muted"]


@dataclass(frozen=True, slots=True)
class StateShown:
    """What a person should be told the agent is doing."""

    state: ShownState


@dataclass(frozen=True, slots=True)
class UserSpeechStarted:
    """``at_ms``: position on the line's sound since it opened, pre-roll included."""

    turn: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class UserSpeechStopped:
    turn: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class UserHeard:
    """Words so far of what the user is saying in this turn; later reports replace earlier ones."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class UserSaid:
    """The user's turn is over. Empty ``text``: nothing was understood as words and nothing will be answered."""

    turn: int
    text: str
    typed: bool = False


@dataclass(frozen=True, slots=True)
class ReplyStarted:
    """``ask``: the app's number for what it asked, 0 when nobody asked. ``turn`` is negative for a reply beside the
    conversation.
    """

    turn: int
    ask: int = 0


@dataclass(frozen=True, slots=True)
class ReplyText:
    """The next words of the reply, as they are given to the voice."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class ReplyWords:
    """Words with the sample of the reply (at SPEAKING_RATE) at which each has been said; just before their sound."""

    turn: int
    words: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """The app is to run its tool; it answers by ``Directions.answer_tool``."""

    turn: int
    call_id: str
    name: str
    arguments: str
    """A JSON object."""


@dataclass(frozen=True, slots=True)
class ReplySoundStarted:
    """The first sample has left for the listener."""

    turn: int


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """``heard``: the part that was played, a prefix of all its ReplyText. ``cancelled``: it was spoken over or
    stopped.
    """

    turn: int
    status: Literal["completed", "cancelled", "failed"]
    heard: str
    played_ms: int
    reason: str = ""
    """Why it was cancelled: "spoken_over", "stopped", "replaced", ...; "" for one that was not."""


@dataclass(frozen=True, slots=True)
class TurnTimed:
    """Stages of one turn in milliseconds from the end of the user's speech (or from the typed text):
    ``endpoint`` turn declared over, ``final_text``, ``first_words`` of the brain, ``first_sound`` synthesised,
    ``sound_out``.
    """

    turn: int
    stages: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PictureUsed:
    """The picture an answer was taken from. ``verdict``: "ok" or what is wrong with it."""

    turn: int
    picture: str
    verdict: str
    age_ms: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What a turn went through unseen: ``guess`` an answer was begun in a pause, ``guess_used``; ``cancel`` of it or of
    a reply; ``duck``, ``hold`` the voice was lowered, held; ``back`` it went on as before.
    """

    kind: Literal["guess", "guess_used", "cancel", "duck", "hold", "back"]


Report: TypeAlias = (
    StateShown
    | UserSpeechStarted
    | UserSpeechStopped
    | UserHeard
    | UserSaid
    | ReplyStarted
    | ReplyText
    | ReplyWords
    | ToolCalled
    | ReplySoundStarted
    | ReplyEnded
    | TurnTimed
    | PictureUsed
    | Noticed
    | MannerChanged
    | QuestionAsked
    | PersonOffered
    | LanguageShown
    | LightLevel
    | EyePaced
    | Moved
)


class Display(Protocol):
    def show(self, report: Report) -> None:
        """Take a report; never blocks, never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """One connection of one person. Each part ends by itself when the connection is gone. ``monitor`` None: what is
    played is not known in time, as where the client is sent sound ahead.
    """

    microphone: Microphone
    camera: Camera
    speaker: Speaker
    display: Display
    monitor: Monitor | None = None


@dataclass(frozen=True, slots=True)
class TurnDetection:
    """How turns are taken in a conversation. ``by`` voice: silence ends a turn; push: ``commit`` does.

    ``silence_ms``: wait always this long, None: decide by meaning with this ``eagerness``. ``threshold`` 0..1 and
    ``preroll_ms``: when sound counts as speech, None: as set for the house. ``answers``: a turn is answered by itself;
    ``interrupts``: speech over a reply may cut it; ``prompt_ms``: silence after which the agent speaks up, None: as
    set.
    """

    by: Literal["voice", "push"] = "voice"
    eagerness: Literal["low", "medium", "high", "auto"] = "auto"
    silence_ms: int | None = None
    threshold: float | None = None
    preroll_ms: int | None = None
    answers: bool = True
    interrupts: bool = True
    prompt_ms: int | None = None


class Directions(Protocol):
    """What an app may ask of a conversation beyond what a person does. All calls return at once."""

    def wish(self, wishes: Wishes) -> None:
        """For all replies from now on."""
        ...

    def respond(self, ask: int, wishes: Wishes, text: str = "") -> None:
        """Reply with these wishes: to ``text``, which was brought along, or else to what was said last. While the user
        is speaking it waits, and answers ``text`` and what they say, in this order.
        """
        ...

    def respond_aside(self, ask: int, wishes: Wishes, text: str, history: tuple[Remembered, ...] | None) -> None:
        """A reply in text beside the conversation, which it does not change. ``history`` None: the conversation's."""
        ...

    def bring(self, who: Literal["user", "agent"], text: str, after: int | None = None) -> int:
        """Put a line into the conversation; gives its number. ``after``: the number or turn of the line before it, 0
        for none, None for the last.
        """
        ...

    def forget(self, number: int) -> None:
        """Take the line of this turn or number out of the conversation."""
        ...

    def answer_tool(self, call_id: str, output: str) -> None:
        """What the app's tool answered."""
        ...

    def see(self, picture: Picture) -> None:
        """The app shows this: skills look at it."""
        ...


class Conversation(Protocol):
    """What transport may ask of a session. All calls return at once; what follows is told by Reports."""

    @property
    def id(self) -> str: ...

    @property
    def directions(self) -> Directions: ...

    async def attend(self, line: Line) -> None:
        """Carry this line until it closes (its microphone's frames end) or another line replaces it."""
        ...

    def say(self, text: str) -> None:
        """The user typed this."""
        ...

    def stop(self, *, everything: bool = False) -> None:
        """Silence now: cancel the reply. ``everything``: what is looked out for or told along ends too."""
        ...

    def half_duplex(self, on: bool) -> None:
        """Hear nothing while the agent speaks: for a loudspeaker that drowns who speaks over it. Without effect on a
        line that has no monitor.
        """
        ...

    def tones(self, on: bool) -> None:
        """Whether the line's client makes ``LightLevel`` a tone. Until it says so, levels are spoken."""
        ...

    def mute(self, on: bool) -> None:
        """Stop listening, or listen again."""
        ...

    def speak_in(self, language: str) -> None:
        """Go on in this language: a code of ``agent.language``; others change nothing."""
        ...

    def look(self, on: bool) -> None:
        """The user switched the camera on or off."""
        ...

    def turn_detection(self, wish: TurnDetection) -> None:
        """Take turns like this from now on. Values out of bounds are held to them."""
        ...

    def commit(self) -> None:
        """What was said since the last commit or clear is the user's turn, and it is over."""
        ...

    def clear(self) -> None:
        """Forget what was said since the last commit or clear."""
        ...

    def truncate(self, turn: int, played_ms: int) -> None:
        """The listener heard only the first ``played_ms`` of this reply: no more of it is remembered."""
        ...

    def history(self) -> tuple[Remembered, ...]:
        """The conversation so far, oldest first, for a page that comes back after a lost line."""
        ...


@dataclass(frozen=True, slots=True)
class Remembered:
    """One line of the conversation: agent lines hold what was heard only."""

    turn: int
    who: Literal["user", "agent"]
    text: str
    interrupted: bool = False
