"""Small word lists the core decides by: backchannels, hesitations, words that stop.

Pure text, English and Indonesian. Does not know what the words are an answer to.
"""

from __future__ import annotations

import re

_NOT_WORD = re.compile(r"[^\w'\- ]+")


def word_list(text: str) -> frozenset[str]:
    """Words separated by white space."""
    return frozenset(text.split())


def phrase_list(text: str) -> frozenset[str]:
    """Phrases separated by commas, with single spaces inside."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


HESITATIONS = word_list("um uh uhm umm er erm eh hmm anu")

BACKCHANNELS = word_list(
    """uh-huh uhhuh uh huh mm-hmm mmhmm mhm mm hmm hm mmm okay ok right alright yeah yes yep yup aha ah oh sure good
    great cool nice fine true exactly interesting understood gotcha wow iya ya he-eh oke baik"""
)
"""Said while listening; on their own they do not take the turn from someone who speaks."""

BACKCHANNEL_PAIRS = phrase_list("i see, i know, i understand, got it, all right, of course, makes sense")

STOPS = phrase_list(
    """stop, be quiet, keep quiet, quiet, be silent, shut up, silence, mute, enough, that's enough, no more, wait,
    pause, cancel, hold on, hang on, hold it, one moment, one second, diam, berhenti, cukup, tunggu"""
)
"""An order to be silent begins with one of these, after words of ``BEFORE_STOP``."""

BEFORE_STOP = BACKCHANNELS | HESITATIONS | word_list("no nope hey please netra now just can could you tolong")


def plain(text: str) -> str:
    """Lower case, no punctuation, single spaces."""
    return " ".join(_NOT_WORD.sub(" ", text.lower()).split())


def is_backchannel(text: str) -> bool:
    """Only words of listening: "uh-huh", "okay right". Empty text is none."""
    words = plain(text).split()
    at = 0
    while at < len(words):
        if words[at] in BACKCHANNELS:
            at += 1
        elif " ".join(words[at : at + 2]) in BACKCHANNEL_PAIRS:
            at += 2
        else:
            return False
    return bool(words)


def is_stop(text: str) -> bool:
    """A plain order to be silent, or one that begins with it ("okay stop", "stop, what is that")."""
    words = plain(text).split()
    for at, word in enumerate(words):
        if word in STOPS or " ".join(words[at : at + 2]) in STOPS:
            return True
        if word not in BEFORE_STOP:
            break
    return False
