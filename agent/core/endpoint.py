"""When a pause is the end of the turn: how long to wait after the last sound, from everything that is known by then.

The words so far, how sure the recogniser is of them, how the voice fell, what was asked before, and this speaker's own
pauses. Pure arithmetic. Does not know sound or clocks. Being wrong is cheap both ways: a turn that ends too early is
joined to what follows, one that ends too late costs half a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.core.asked import Wanted, ends_in_number, is_answer
from agent.core.words import HESITATIONS, phrase_list, plain, word_list

Eagerness: TypeAlias = Literal["low", "medium", "high", "auto"]
LONGEST_MS: dict[Eagerness, int] = {"low": 8_000, "medium": 4_000, "high": 2_000, "auto": 4_000}
"""The longest wait of each eagerness, as OpenAI's semantic_vad has it."""
FACTORS: dict[Eagerness, float] = {"low": 1.8, "medium": 1.0, "high": 0.75, "auto": 1.0}

OPEN_ENDED = word_list(
    """a an the my your his her its our their some any and or but so because if when while to of for from with in
    on at by about into than as does is are was were am be can could would should will what's who's where's i
    i'm it's that's there's"""
)
"""Words that English sentences rarely end with: after them the speaker goes on."""

ASKED_THINGS = word_list("what which whose")
"""Question words that a longer sentence rarely ends with ("can you tell me what")."""

OPEN_SENTENCES = word_list(
    """what who where when how why which please what's is are can could would will do does tell read set find show
    this that these those hey netra"""
) | phrase_list(
    """is this, is that, is it, is there, are there, can you, could you, would you, will you, do you, tell me, show
    me, i want, i need, i want to know, i would like to know, i'd like to know, can you tell me, could you tell
    me, do you see, please read, how bright, how dark, how loud, turn the volume, could you turn the volume, hey
    netra, what about, how about, how many, how much, what colour, what color, what kind, set a timer, set
    timer, read me"""
)
"""Whole turns so far that call for more, though their last word could end another sentence."""

ARTICLES = word_list("the a an")
"""They sound like much else: "that", "it", "me"."""

CLOSING_PAIRS = phrase_list(
    """light on, lights on, lamp on, still on, it on, go on, carry on, hold on, now on, think so, believe so, hope so,
    guess so, you can, you could, coming in, close by, guess what, so what, or what, say what, for what, you what,
    know what, do what, see what"""
)
"""Last two words of whole sentences whose last word alone calls for more."""

ASKING = word_list("what who where when how why which whose what's who's where's")
SUBJECTS = word_list("i it this that he she we they you there these those")
DETERMINERS = word_list("the my your his her our their this that today's")
TO_BE = word_list("is are was were am be")
STRANDED = word_list("at for of from about to in on with like")
"""Prepositions that a question may end with: "what am i looking at", "what is this for"."""

BEFORE_STRANDED = word_list("this that it these made you we")


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """Waits in milliseconds, counted from the last sound of speech."""

    complete_ms: int = 220
    """After words that can end a sentence and are understood: about when the recogniser's last word is there."""
    heard_ms: int = 275
    """After words that can end a sentence, when nobody says how well they are understood. Of 28 real recordings one has
    a pause shorter than this and longer than complete_ms, and what is heard of speech outside its phrases is half wrong
    however much the recogniser believes it."""
    unsure_ms: int = 520
    """After words that could end a sentence and are understood in part: a timer without its time; and where the
    recogniser is torn over the last word between one that ends the sentence and one that calls for more ("read
    that", "read the"), or, where they are not surely understood, ``open_readings`` of its other readings call for
    more."""
    incomplete_ms: int = 900
    """After words that call for more ("read the")."""
    hesitant_ms: int = 1_400
    """After "um", and between the digits of a number that was asked for."""
    wordless_ms: int = 500
    """After sound in which no word was found."""
    voice_ms: int = 150
    """A voice that surely ended shortens the wait by so much, one that surely goes on lengthens it."""
    sure_coverage: float = 0.6
    """Words believed less than this (see Transcript.coverage) are not answered by what was guessed from them."""
    least_coverage: float = 0.15
    """Words believed less than this are as good as none."""
    open_readings: int = 2
    """Of 28 real recordings, ended where a sentence did, one has so many readings that call for more; "what is", heard
    as "what is she", has three."""
    sure_understood: float = 0.75
    """Words that are understood with this confidence are all that was to be said."""
    half_understood: float = 0.6
    """Words that are understood with at most this confidence lack something. Between the two nobody knows."""
    patience_ms: int = 500
    """What this speaker's own pauses, learned on the way, may add at most."""
    eagerness: Eagerness = "auto"
    """low waits 1.8 times as long and 8 s at most, medium and auto 4 s at most, high three quarters and 2 s at most."""
    silence_ms: int | None = None
    """Always wait this long, whatever was said; none: decide by meaning."""
    least_ms: int = 200
    """No wait is shorter, unless silence_ms says so."""
    final_timeout_ms: int = 2_000
    """How long to wait for the recogniser's last word before the partial words are taken."""

    def __post_init__(self) -> None:
        waits = ("complete_ms", "heard_ms", "unsure_ms", "incomplete_ms", "hesitant_ms", "wordless_ms", "least_ms")
        for name in (*waits, "voice_ms", "patience_ms", "final_timeout_ms", "silence_ms"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 10_000:
                raise ValueError(f"{name} must be 0..10000 milliseconds, not {value}")
        if self.open_readings < 1:
            raise ValueError(f"open_readings must be at least 1, not {self.open_readings}")
        for name in ("sure_coverage", "least_coverage", "sure_understood", "half_understood"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must be 0..1, not {getattr(self, name)}")
        if self.eagerness not in LONGEST_MS:
            raise ValueError(f"eagerness must be one of {', '.join(LONGEST_MS)}, not {self.eagerness!r}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known at a pause. ``finality``: see FinalHeard. ``wanted``: what the agent had asked for.
    ``patience_ms``: see Patience. ``understood``: see Understood, None while nobody said so. ``alternatives``: the
    recogniser's other readings, and ``coverage``: see Transcript.
    """

    text: str
    finality: float | None = None
    wanted: Wanted = "nothing"
    patience_ms: int = 0
    understood: float | None = None
    alternatives: tuple[str, ...] = ()
    coverage: float = 1.0


def is_whole(text: str) -> bool:
    """Whether a sentence can end here: "read the text" can, "read the" and "I want to um" cannot."""
    words = plain(text).split()
    if len(words) > 1 and words[-1] == "please":
        del words[-1]
    if not words or words[-1] in HESITATIONS or " ".join(words) in OPEN_SENTENCES:
        return False
    return words[-1] not in OPEN_ENDED | ASKED_THINGS or _closes(words)


def _closes(words: list[str]) -> bool:
    """ "tell me what this is", "what am i looking at", "is the light on": an open-ended word that closes after all."""
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if f"{before} {last}" in CLOSING_PAIRS:
        return len(words) > 2 or last in ASKED_THINGS or before not in ("it", "you")
    asked = next((at for at, word in enumerate(words[:-1]) if word in ASKING), None)
    if asked is None:
        return False
    if last == "i":
        return before in TO_BE
    if last in TO_BE:
        return before in SUBJECTS or (words[asked + 1] in DETERMINERS and asked + 2 < len(words) - 1)
    return last in STRANDED and (before.endswith("ing") or before in BEFORE_STRANDED)


def is_torn(text: str, alternatives: Sequence[str]) -> bool:
    """Whether the last word may be an article or one that ends the sentence: "read the" and "read that" sound alike."""
    *before, last = plain(text).split() or [""]
    if not before:
        return False
    others = [other.split() for other in map(plain, alternatives)]
    lasts = {last, *(words[-1] for words in others if words[:-1] == before)}
    return bool(lasts & ARTICLES) and any(is_whole(" ".join([*before, word])) for word in lasts)


def whole_ms(settings: EndpointSettings, evidence: Evidence) -> int:
    """The wait after words that can end a sentence: who understands them knows better than who heard them."""
    understood = evidence.understood
    if understood is not None and understood >= settings.sure_understood:
        return settings.complete_ms
    if evidence.coverage < settings.least_coverage:
        return settings.wordless_ms
    lacking = understood is not None and understood <= settings.half_understood
    others_open = sum(not is_whole(other) for other in evidence.alternatives)
    return settings.unsure_ms if lacking or others_open >= settings.open_readings else settings.heard_ms


def wait_ms(settings: EndpointSettings, evidence: Evidence) -> int:
    """Milliseconds of silence that end the turn now."""
    if settings.silence_ms is not None:
        return settings.silence_ms
    words = plain(evidence.text).split()
    wait, movable = settings.incomplete_ms, True
    if not words:
        wait, movable = settings.wordless_ms, False
    elif evidence.wanted == "yes_no" and is_answer(evidence.text):
        wait, movable = settings.least_ms, False
    elif words[-1] in HESITATIONS or (evidence.wanted == "number" and ends_in_number(evidence.text)):
        wait, movable = settings.hesitant_ms, False
    elif is_torn(evidence.text, evidence.alternatives):
        wait = settings.unsure_ms
    elif is_whole(evidence.text):
        wait = whole_ms(settings, evidence)
        wait = max(wait, min(evidence.patience_ms, wait + settings.patience_ms))
    if movable and evidence.finality is not None:
        wait += round((0.5 - min(1.0, max(0.0, evidence.finality))) * 2 * settings.voice_ms)
    wait = round(wait * FACTORS[settings.eagerness])
    return max(settings.least_ms, min(wait, LONGEST_MS[settings.eagerness]))
