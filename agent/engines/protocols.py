"""What each engine must give. Weights are shared, streams are cheap and belong to one session.

Knows shapes and promises only. Nobody imports an engine module except the registry, by name; an engine
imports nothing of the core, the session or another engine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from agent.audio import Pcm
from agent.picture import Picture, Pixels
from agent.wishes import ToolResult, Wishes

# --- hearing ---------------------------------------------------------------------------------------------


class VoiceStream(Protocol):
    """The voice detector of one line. Called inline on the event loop: it must take well under a millisecond."""

    def probability(self, window: Pcm) -> float:
        """How likely ``window`` (exactly ``window_samples`` at 16 kHz) holds speech, 0..1. Keeps state."""
        ...

    def reset(self) -> None:
        """Forget what was heard (a new line, a long gap)."""
        ...


class VoiceDetector(Protocol):
    """Shared voice activity detector."""

    name: str
    window_samples: int

    def stream(self) -> VoiceStream: ...


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word and where it was said, in samples at HEARING_RATE from the utterance's first."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recogniser believes was said so far, or in the end (``final``).

    ``text``: for people and intents alike; with capitals and punctuation where the recogniser knows them.
    ``confidence``: 0..1, the recogniser's own.
    ``coverage``: 0..1, how well the recogniser's vocabulary covers the sound (low: speech from outside what it
    knows, or no speech at all); 1.0 for open-vocabulary recognisers. ``alternatives``: other readings, best first.
    ``words``: with their times, from recognisers that know them.
    """

    text: str
    final: bool = False
    confidence: float = 1.0
    coverage: float = 1.0
    alternatives: tuple[str, ...] = ()
    words: tuple[TimedWord, ...] = ()


class RecognitionStream(Protocol):
    """Recognition of one line. One utterance at a time: feed*, then finish or drop."""

    async def feed(self, pcm: Pcm) -> Transcript | None:
        """Take 16 kHz sound; a Transcript when the words so far changed, else None."""
        ...

    async def finish(self) -> Transcript:
        """The utterance ended: its final transcript. The stream is then ready for the next one."""
        ...

    async def drop(self) -> None:
        """Forget the utterance in progress."""
        ...

    async def close(self) -> None: ...


@runtime_checkable
class LanguageListener(Protocol):
    """A RecognitionStream that hears better when it knows the language."""

    def expect(self, language: str) -> None:
        """The conversation is in this language now (a code): likely what is heard, not certainly."""
        ...


class Recognizer(Protocol):
    """Shared speech recogniser."""

    name: str

    def stream(self) -> RecognitionStream: ...

    async def close(self) -> None: ...


class EndOfTurn(Protocol):
    """Shared judge of how a voice ends, whatever its words."""

    name: str
    window_s: float
    """How much of the utterance, up to its last sound, is wanted."""

    def finality(self, pcm: Pcm) -> float:
        """How much ``pcm`` (16 kHz, at most ``window_s``, ending with the last sound of speech) sounds like the end of
        a turn, 0..1; 0.5 when it can't be told. Takes milliseconds: called on a thread of its own.
        """
        ...


# --- speaking --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WordMark:
    """A word (or punctuation-joined run of words) and the sample at which it has been said completely.

    ``end_char`` is the offset in the clause's text just after the word; ``end_sample`` counts from the clause's
    first sample at the engine's ``sample_rate``. Both never decrease within a clause.
    """

    end_char: int
    end_sample: int


@dataclass(frozen=True, slots=True)
class SpeechChunk:
    """A piece of synthesised sound (any length) with the words that end inside or before it."""

    pcm: Pcm
    words: tuple[WordMark, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """How to speak. ``rate``: 0.5..3.0, 1.0 is normal (about 170 words a minute). ``name``: the engine's own."""

    name: str = ""
    rate: float = 1.0
    language: str = "en"


class Synthesizer(Protocol):
    """Shared speech synthesiser. Closing the iterator early stops the work at once."""

    name: str
    sample_rate: int

    def speak(self, text: str, voice: Voice) -> AsyncIterator[SpeechChunk]: ...

    def voices(self) -> Sequence[str]: ...

    async def close(self) -> None: ...


# --- seeing ----------------------------------------------------------------------------------------------


Side: TypeAlias = Literal["left", "right", "top", "bottom"]
"""Of a picture."""
Loss: TypeAlias = Side | Literal["covered", "glare"]
"""Where or why letters of a line are missing: at the edge of the picture, behind a thing, in a reflection."""


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels: left, top, width, height in the picture given."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text in reading order. ``confidence`` 0..1. ``cut``: why letters of it are missing, if any are.
    ``text`` empty: something like print that is too small to be read.
    """

    text: str
    box: Box
    confidence: float
    cut: tuple[Loss, ...] = ()


class TextReader(Protocol):
    name: str

    async def read(self, pixels: Pixels, *, max_side: int) -> tuple[TextLine, ...]:
        """Lines in reading order; the picture is scaled so that its longer side is at most ``max_side``."""
        ...

    async def places(self, pixels: Pixels, *, max_side: int) -> tuple[Box, ...]:
        """Where something looks like print, readable or not."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Product:
    """What a list says of a number (13 digits, see ``agent.sight.product_numbers``). ``brand`` is a book's author."""

    number: str
    name: str
    brand: str = ""
    size: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A bar code or QR code. ``format``: "QRCode", "EAN13", "EAN8", "UPCA", ...; ``product``: a retail number.

    ``item``: what the list of products says of it; None: nothing, and ``unnamed`` says why.
    """

    text: str
    format: str
    product: bool
    box: Box
    item: Product | None = None
    unnamed: Literal["no_list", "not_in_list", "list_broken"] = "no_list"


class CodeReader(Protocol):
    name: str

    async def read(self, pixels: Pixels, *, fast: bool = False) -> tuple[Code, ...]: ...

    async def close(self) -> None: ...


class ProductList(Protocol):
    """Shared: what numbers of goods and books stand for. A list that is not on this machine may be slow: its callers
    wait for it no longer than for another look.
    """

    name: str

    async def find(self, number: str) -> Product | None:
        """What stands under exactly this number, 13 digits; None: it is not in the list. Never a likely one."""
        ...

    async def summary(self) -> str:
        """How much it knows, as the end of a sentence that begins with its name. Raises EngineError."""
        ...

    async def close(self) -> None: ...


class FaceFinder(Protocol):
    name: str

    async def find(self, pixels: Pixels, *, fast: bool = False) -> tuple[Box, ...]:
        """Boxes of faces, largest first. Says that there is a face, never whose. ``fast``: upright ones only."""
        ...

    async def close(self) -> None: ...


class PictureMatcher(Protocol):
    """Shared: pictures and words as vectors of one space, of length one, shape (d,)."""

    name: str
    scale: float
    """By how much a cosine counts in a choice between words (softmax of scale x cosine)."""

    async def picture(self, pixels: Pixels) -> npt.NDArray[np.float32]: ...

    async def words(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """One row for each text: the name of a thing, without "a photo of"."""
        ...

    async def close(self) -> None: ...


# --- thinking --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the conversation as the brain may know it. ``who``: "user" or "agent". Agent lines hold only
    what was heard; ``interrupted`` when the rest was cut off. ``pictures``: ids that were in view."""

    who: str
    text: str
    interrupted: bool = False
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """A picture that a brain may look at. ``problem``: "" or what is wrong with it (see ``Look``), with ``advice``;
    ``hidden``: why a part of it can't be seen, "" where all can."""

    picture: Picture
    age_us: int = 0
    problem: str = ""
    advice: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What a brain sees when it looks: oldest first; ``advice`` says why there is nothing."""

    sights: tuple[Sight, ...] = ()
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a brain is to answer: the user's words and the conversation before them."""

    text: str
    coverage: float = 1.0
    typed: bool = False
    alternatives: tuple[str, ...] = ()
    history: tuple[Said, ...] = ()
    wishes: Wishes = field(default_factory=Wishes)
    results: tuple[ToolResult, ...] = ()
    """What the app's tools answered since the last reply; ``text`` is then what was asked before."""
    shown: bool = False
    """A picture was shown with it."""
    facts: tuple[str, ...] = ()
    """What is so at the moment, as sentences: the time, timers that run."""
    look: Callable[[], Awaitable[View]] | None = field(default=None, compare=False)
    """Takes some hundred milliseconds, as ``Eyes.look`` does. None: there are no eyes."""
    awaited: bool = False
    """A skill's question waits for a yes."""
    last_skill: str = ""
    """Whose the last answer was; "" for a brain's own words."""
    session: str = ""
    """Whose conversation it is, for a brain that reads along."""
    in_view: tuple[str, ...] = ()
    """Pictures that are fresh; none: nothing that was seen before counts."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words to say aloud; whole words of any number, the speaker cuts clauses. ``lasts``: an answer, to which "repeat"
    refers.
    """

    text: str
    lasts: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Run this skill and say (or hand back) what it answers."""

    skill: str
    arguments: dict[str, Any] = field(default_factory=dict)
    confidence: float | None = None
    """How sure it is that this was wanted, 0..1; None: not said."""
    heard: Callable[[str], None] | None = field(default=None, compare=False)
    """Set: it is asked for the brain's own use. This is given the answer's words before the next thought is asked for,
    and they are not said; what the answer changes takes effect all the same.
    """


@dataclass(frozen=True, slots=True)
class CallTool:
    """Have the app run its tool; what it answers comes with a later question."""

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict)


Thought: TypeAlias = Text | Call | CallTool


class Brain(Protocol):
    """Shared. Yields what to say and which skills to run, in order. Closing the iterator stops it at once."""

    name: str

    def reply(self, question: Question) -> AsyncIterator[Thought]: ...

    async def close(self) -> None: ...
