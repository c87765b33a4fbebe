"""Indonesian words as the understanding wants them, and what is named in them: durations, quoted words, things.

The counterpart of ``understand_slots`` and of what the skills find in English words. Does not know intents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.skills.naming import named_by
from agent.skills.understand_slots import LONGEST_SECONDS

_SPELLING = {
    **dict.fromkeys(("anda", "kau", "engkau", "lu", "lo", "elo", "loe", "kmu", "km"), "kamu"),
    **dict.fromkeys(("gak", "ga", "nggak", "ngga", "enggak", "engga", "tak", "tdk", "ndak", "kagak", "gk"), "tidak"),
    **dict.fromkeys(("liat", "ngeliat", "lihatlah", "ngelihat", "lht"), "lihat"),
    **dict.fromkeys(("kasi", "kasihin"), "kasih"),
    **dict.fromkeys(("tau", "taunya"), "tahu"),
    **dict.fromkeys(("ok", "okay", "okey", "okeh"), "oke"),
    **dict.fromkeys(("makasi", "mksh", "thx", "tks"), "makasih"),
    **dict.fromkeys(("brp", "brapa"), "berapa"),
    **dict.fromkeys(("gmn", "gmana"), "gimana"),
    **dict.fromkeys(("ku", "gue", "gua", "gw"), "saya"),
    "yg": "yang", "dg": "dengan", "dgn": "dengan", "utk": "untuk", "krn": "karena", "jg": "juga", "sdh": "sudah",
    "udah": "sudah", "udh": "sudah", "aja": "saja", "skrg": "sekarang", "skg": "sekarang", "tlg": "tolong",
    "bhs": "bahasa", "dimana": "di mana", "dmn": "di mana", "dmana": "di mana", "kemana": "ke mana", "blm": "belum",
    "apasih": "apa sih", "apaan": "apa", "brkn": "berikan", "mnt": "menit", "dtk": "detik", "wa": "whatsapp",
    "sebrapa": "seberapa", "teks2": "teks", "dah": "dah", "kacamataku": "kacamata saya", "kunciku": "kunci saya",
    "hpku": "hp saya", "dompetku": "dompet saya", "tasku": "tas saya", "depanku": "depan saya", "wadah": "wadah",
}  # fmt: skip
YES_OR_NO = {
    **dict.fromkeys(("ya", "iya", "ya tolong", "ya boleh", "ya silakan", "boleh", "silakan", "tentu"), "affirm"),
    **dict.fromkeys(("tidak", "jangan", "tidak usah", "tidak perlu", "tidak mau", "tidak terima kasih"), "deny"),
}
"""Answers that are a yes or a no word for word: "ya" ends and begins so many sentences that a bank doubts it alone."""
_ASKING = re.compile(r"^(apa|siapa|berapa|di ?mana|bagaimana|kapan|bisa|boleh|ada|perlu|seberapa)kah$")
"""-kah only makes a question of a word."""
_ONES = {
    "nol": 0, "kosong": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9, "sepuluh": 10, "sebelas": 11,
}  # fmt: skip
_UNITS = {
    **dict.fromkeys(("detik", "dtk", "s"), 1),
    **dict.fromkeys(("menit", "mnt", "min", "m"), 60),
    **dict.fromkeys(("jam", "j", "h"), 3600),
}
_ONE_OF = {"sedetik": 1, "semenit": 60, "sejam": 3600}
_WORD = re.compile(r"\d+(?:[.,]\d+)?|[a-z]+(?:-[a-z]+)*")


def words_of(text: str) -> list[str]:
    """Lower-case words, spelling made one ("nggak" is "tidak", "Anda" is "kamu"), digits kept, punctuation dropped."""
    found: list[str] = []
    for token in _WORD.findall(text.lower()):
        for part in token.split("-"):
            word = found_in[1] if (found_in := _ASKING.match(part)) else part
            found += _SPELLING.get(word, word).split()
    return found


def spell_numbers(words: Sequence[str]) -> list[str]:
    """Digits as one of a few words, for the classifier."""
    names = {str(value): word for word, value in _ONES.items() if value}
    return [names.get(word, "sepuluh") if word[0].isdigit() else word for word in words]


def duration_seconds(text: str) -> int | None:
    """The length of time named in ``text``, 1 s to 24 h; None when there is none or it is out of bounds.

    "satu setengah jam" is 5400, "lima menit tiga puluh detik" 330, "setengah jam" 1800, "1:30" 90.
    """
    clock = re.search(r"\b(\d{1,2}):(\d\d)(?::(\d\d))?\b", text)
    if clock:
        parts = [int(part) for part in clock.groups() if part]
        total = float(parts[-1] + 60 * parts[-2] + (3600 * parts[0] if len(parts) == 3 else 0))
    else:
        total = _sum(re.findall(r"\d+(?:[.,]\d+)?|[a-z]+", text.lower()))
    return round(total) if 1 <= total <= LONGEST_SECONDS else None


def _sum(words: Sequence[str]) -> float:
    total, last_unit, at = 0.0, 0, 0
    while at < len(words):
        if words[at] in _ONE_OF:
            last_unit = _ONE_OF[words[at]]
            total, at = total + last_unit, at + 1
        else:
            amount, after = _amount(words, at)
            if amount is None or after >= len(words) or words[after] not in _UNITS:
                at += 1 if amount is None else max(1, after - at)
                continue
            last_unit = _UNITS[words[after]]
            total, at = total + amount * last_unit, after + 1
        if at < len(words) and words[at] == "setengah" and not _has_unit(words, at + 1):
            total, at = total + last_unit / 2, at + 1  # "sejam setengah"
    return total


def _has_unit(words: Sequence[str], at: int) -> bool:
    return at < len(words) and words[at] in _UNITS


def _amount(words: Sequence[str], at: int) -> tuple[float | None, int]:
    """A number starting at ``at`` and the index after it; (None, at) when there is none."""
    word = words[at]
    if word in ("setengah", "seperempat"):
        return (0.5 if word == "setengah" else 0.25), at + 1
    if word[0].isdigit():
        number, at = float(word.replace(",", ".")), at + 1
    else:
        whole, after = number_at(words, at)
        if whole is None:
            return None, at
        number, at = float(whole), after
    if at < len(words) and words[at] in ("setengah", "seperempat"):
        number, at = number + (0.5 if words[at] == "setengah" else 0.25), at + 1
    return number, at


def number_at(words: Sequence[str], at: int) -> tuple[int | None, int]:
    """0 to 999 in words: "seratus dua puluh lima" is one number."""
    total, start = 0, at
    if at < len(words) and words[at] == "seratus":
        total, at = 100, at + 1
    elif at + 1 < len(words) and words[at + 1] == "ratus" and words[at] in _ONES:
        total, at = 100 * _ONES[words[at]], at + 2
    if at < len(words) and words[at] in _ONES:
        ones, after = _ONES[words[at]], words[at + 1] if at + 1 < len(words) else ""
        if after == "belas":
            return total + 10 + ones, at + 2
        if after == "puluh":
            total, at = total + 10 * ones, at + 2
            if at < len(words) and 1 <= _ONES.get(words[at], 0) <= 9:
                return total + _ONES[words[at]], at + 1
            return total, at
        return total + ones, at + 1
    return (total, at) if at > start else (None, start)


_AFTER_WORD = re.compile(
    r"\b(?:setelah|sesudah|habis)\s+(?:kata\s+|tulisan\s+)?(.+?)(?:\s+apa.*|\s+kamu.*)?[\s.?!]*$", re.I
)
_SOUGHT = re.compile(
    r"\b(?:(?:kalau|jika|begitu|saat|ketika)\s+(?:kamu\s+|anda\s+)?"
    r"(?:lihat|liat|melihat|ada|ketemu|temukan|menemukan|terlihat)|mencari|carikan|cariin|cari|nyari|temukan|awasi|pantau|"
    r"di\s*mana)\s+(?:(?:kata|tulisan|papan|tanda|yang|bertuliskan|sebuah|teks)\s+)*(.+)",
    re.I,
)
_THING = re.compile(
    r"\b(?:di\s*mana|mana|cari|carikan|cariin|temukan|lihat|liat|melihat|taruh|menaruh|letakkan|simpan|tinggalkan|parkir)"
    r"\s+(?:(?:ya|tadi|saya|aku|terakhir|kamu|letakkan|taruh|menaruh|simpan|tinggalkan|parkir|lihat|melihat)\s+)*(.+)",
    re.I,
)
_SHOWN = re.compile(r"\b(?:ini|itu)\s+(?:adalah\s+|namanya\s+)?(.+)", re.I)
_OWN = re.compile(r"\s+(?:milik\s+)?(?:saya|aku|kami|punyaku|milikku)$", re.I)
_FIRST = re.compile(r"^(.+?)\s+(?:ada\s+|tadi\s+|saya\s+taruh\s+)?di\s*mana\b", re.I)
_TAIL = re.compile(r"\s+(?:tolong|dong|ya|sekarang|netra|terima kasih|tadi|di mana|deh|sih|nih|lagi)$", re.I)
_NOTHING = frozenset({
    "itu", "ini", "kata", "tulisan", "sesuatu", "apa", "tanda", "papan", "kata itu", "tulisan itu", "berubah",
})  # fmt: skip


def quoted_after(text: str) -> str:
    """The words quoted in "apa katamu setelah kata peron", "" for "… setelah itu"."""
    return _named(_AFTER_WORD, text)


def words_in(text: str) -> str:
    """What is looked for in "kabari saya kalau kamu lihat kata keluar": "keluar"; "" when nothing is named."""
    return _named(_SOUGHT, text)


def thing_shown(text: str) -> str:
    """What is named in "ini map biru saya": "map biru"; "" when nothing is."""
    return _OWN.sub("", _named(_SHOWN, text))


def thing_in(text: str) -> str:
    """What is looked for in "di mana saya taruh kunci saya": "kunci saya"; "" when nothing is named."""
    return _named(_FIRST, text) or _named(_THING, text)


def _named(pattern: re.Pattern[str], text: str) -> str:
    words = named_by(pattern, _TAIL, text)
    return "" if words.lower() in _NOTHING else words
