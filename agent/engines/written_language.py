"""Which language a text is written in, as far as its script and its small words tell. Pure text, no model."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_SCRIPTS = (
    ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CJK", "zh"), ("DEVANAGARI", "hi"), ("CYRILLIC", "ru"),
    ("ARABIC", "ar"), ("THAI", "th"), ("GREEK", "el"), ("HEBREW", "he"),
)  # fmt: skip

SMALL_WORDS = {
    "en": """the a an and or but of to in on at is are was were it this that with for you i he she they we my your not
        do does did have has what where when how there can will would please yes here about""",
    "id": """yang dan di ke dari ini itu untuk dengan tidak ada saya aku kamu anda apa bisa akan sudah belum juga atau
        pada adalah kami kita mereka dia bagaimana dimana kapan sebuah oleh karena lagi sekarang selamat terima kasih
        hari pagi malam bukan mau tolong""",
    "es": """el la los las un una y o de del que en es son con para por no se su lo al pero como más muy qué cómo está
        esto hay usted yo tú gracias buenos""",
    "fr": """le la les un une et ou de des du que qui en est sont avec pour par ne pas se sur je tu il elle nous
        vous ce cette mais comme plus très où être avez c'est bonjour merci""",
    "it": """il lo la gli le un una e o di del della che in è sono con per non si su io tu lui lei noi voi questo questa
        ma come più molto dove quando ciao grazie""",
    "pt": """o a os as um uma e ou de do da que em é são com para por não se no na eu você ele ela nós isto isso mas
        como mais muito onde quando obrigado está""",
    "de": """der die das ein eine und oder von zu im in ist sind mit für auf nicht ich du er sie wir ihr es den dem aber
        wie mehr sehr wo wann bitte danke auch haben""",
    "nl": """de het een en of van naar in is zijn met voor op niet ik jij hij zij wij dit dat maar hoe meer heel waar
        wanneer ook hebben""",
}


def written_in(text: str, usual: str) -> str:
    """The language code; ``usual`` where nothing speaks clearly against it."""
    for character in text:
        if character.isalpha() and not character.isascii():
            name = unicodedata.name(character, "")
            for script, code in _SCRIPTS:
                if name.startswith(script):
                    return "ja" if code == "zh" and _has_kana(text) else code
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower())
    hits = {code: sum(word in _known(code) for word in words) for code in SMALL_WORDS}
    best = max(hits, key=lambda code: (hits[code], code == usual.partition("-")[0]))
    own = hits.get(usual.partition("-")[0], 0)
    sure = hits[best] >= 2 and hits[best] >= 2 * own + 1 and sum(count == hits[best] for count in hits.values()) == 1
    return best if sure else usual


@cache
def _known(code: str) -> frozenset[str]:
    return frozenset(SMALL_WORDS[code].split())


def _has_kana(text: str) -> bool:
    return any("\u3040" <= character <= "\u30ff" for character in text)
