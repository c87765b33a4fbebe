"""What no model may say: that it is safe to cross, and who somebody is. Questions for it go to the skill that refuses
in words; a model that says so anyway is corrected before it has finished the phrase.

Pure. Knows English and Indonesian phrases: the instructions hold the rule in every language, this is the net under
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from agent.language.saying import say

ASKS_SAFETY = re.compile(
    r"\b(?:(?:is it|am i|are we|would it be|is this|is that) (?:\w+ )?(?:safe|okay|ok|clear)\b"
    r".*\b(?:cross|walk|go|step|drive)"
    r"|(?:can|may|should|could) (?:i|we) (?:\w+ )?(?:cross|walk over|step off)\b"
    r"|(?:is the (?:road|street|way) (?:clear|safe|free))"
    r"|\baman\w* .*\b(?:me)?(?:nyeberang|lewat|lintas\w*|jalan|langkah|maju)"
    r"|\b(?:boleh|bisa|sudah boleh|sudah bisa)(?:kah)? (?:saya |aku |kita )?(?:me)?nyeberang"
    r"|\bjalan\w*(?: ini| di depan)? (?:sudah )?(?:aman|kosong|sepi|bebas)\b)",
    re.IGNORECASE,
)
ASKS_WHO = re.compile(
    r"\b(?:who(?:'s| is| are)\s(?:this|that|these|those|he|she|they|in (?:the|this) (?:picture|photo)|"
    r"(?:the|this|that) (?:man|woman|person|guy|girl|boy|lady))\b"
    r"|(?:do you )?(?:recogni[sz]e|identify) (?:him|her|them|this (?:man|woman|person)|(?:his|her|their) face)"
    r"|\bsiapa(?:kah)? (?:(?:orang|dia|pria|wanita|laki-laki|perempuan|mereka|yang (?:di|ada|berdiri|duduk))\b"
    r"|(?:ini|itu)[\s?.!]*$)"
    r"|\b(?:orang|pria|wanita|laki-laki|perempuan) (?:ini|itu) siapa\b|\bdia siapa\b"
    r"|\b(?:kenal|kenali|mengenali?) (?:dia|orang|wajah))",
    re.IGNORECASE,
)
TRAFFIC = re.compile(
    r"\b(?:cross|road|street|traffic|cars?|walk|step|kerb|curb|stairs?|train|platform"
    r"|(?:me)?nyeberang|jalan|lalu lintas|mobil|motor|kendaraan|tangga|trotoar|kereta|peron)\b",
    re.IGNORECASE,
)
"""What makes a question about safety one of the way, which no model answers."""
SAYS_SAFE = re.compile(
    r"\b(?:(?:safe|clear|okay|ok|fine) (?:for you )?to (?:cross|walk|go|step|drive)\b"
    r"|(?:you|we) (?:can|may|could) (?:now )?(?:safely )?cross\b|\bcross now\b"
    r"|\baman(?: untuk| buat)?(?: anda| kamu)? (?:di|me)?(?:nyeberang\w*|seberangi|lewati|lewat|jalan|langkah|maju)\b"
    r"|\b(?:silakan|boleh|bisa|dapat)(?: anda| kamu)?(?: sekarang)? menyeberang\b|\bmenyeberanglah\b)",
    re.IGNORECASE,
)
MAY_BECOME = re.compile(
    r"\b(?:(?:safe|clear|okay|ok|fine)(?: for(?: you)?)?(?: to)?"
    r"|(?:you|we)(?: (?:can|may|could)(?: now)?(?: safely)?)?|cross"
    r"|aman(?: untuk| buat)?(?: anda| kamu)?|(?:silakan|boleh|bisa|dapat)(?: anda| kamu)?(?: sekarang)?)$",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\b(?:not|never|cannot|whether|if|unless|nobody|tidak|bukan|jangan|belum|apakah|kalau|jika)\b|n't\b", re.IGNORECASE
)
SAFETY_WORDS = "I can't judge whether it is safe. Please rely on your cane or your dog, and on your ears."
SENTENCE_END = re.compile(r"[.!?](?:\s|$)")


def forbidden(text: str) -> Literal["safety", "who_is_this"] | None:
    """The topic of a question that only the skill may answer."""
    if ASKS_SAFETY.search(text):
        return "safety"
    return "who_is_this" if ASKS_WHO.search(text) else None


class Guard:
    """Over one reply's words. What it lets through never says that it is safe to cross; ``fell`` when it had to stop
    it, and the reply is over then.
    """

    def __init__(self) -> None:
        self.fell = False
        self._sentence = ""
        self._held: list[str] = []

    def push(self, word: str) -> Iterator[str]:
        """Words that may be said now."""
        if self.fell:
            return
        self._held.append(word)
        tail = " ".join(self._held)
        bare = re.sub(r"[^\w' ]", "", tail)
        if SAYS_SAFE.search(bare) and not DENIED.search(self._sentence):
            self.fell = True
            self._held.clear()
            yield say(SAFETY_WORDS)
        elif not MAY_BECOME.search(bare):
            yield from self._pass()

    def flush(self) -> Iterator[str]:
        """The reply is whole."""
        if not self.fell:
            yield from self._pass()

    def _pass(self) -> Iterator[str]:
        for word in self._held:
            self._sentence = "" if SENTENCE_END.search(word) else f"{self._sentence} {word}"
            yield word
        self._held.clear()
