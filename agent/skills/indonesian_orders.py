"""Indonesian orders that are known by their words alone, mostly about a page, and where to read from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.skills.naming import named_by
from agent.skills.plain_orders import by_phrase, ordered

ORDERS = by_phrase({
    ("unsupported", "who_is_this"): ("siapa ini", "siapa itu", "ini siapa", "berapa umurnya"),
    ("describe", None): ("apa ini", "apa itu", "ini apa", "itu apa"),
    ("resume", None): ("lanjut", "berikutnya", "bagian berikutnya", "selanjutnya", "sisanya"),
    ("read_text", None): ("baca halaman berikutnya",),
    ("turn_page", "back"): ("kembali", "bagian sebelumnya", "sebelumnya", "mundur"),
    ("turn_page", "headings"): ("judul", "apa saja judulnya", "baca judulnya", "sebutkan judulnya"),
    ("turn_page", "heading"): ("judul berikutnya",),
    ("turn_page", "total"): (
        "berapa totalnya", "totalnya berapa", "berapa jumlahnya", "baca totalnya", "berapa total belanjanya", "total",
        "totalnya", "berapa total", "total belanjanya berapa", "berapa jumlah totalnya", "jumlahnya berapa",
        "berapa yang harus dibayar",
    ),
    ("turn_page", "start"): (
        "dari awal", "mulai dari awal", "baca dari awal", "ulangi dari awal", "kembali ke awal",
    ),
})  # fmt: skip
_POLITE = frozenset(("tolong", "dong", "ya", "sekarang", "netra", "oke", "dan", "terima", "kasih", "coba"))
_FROM = re.compile(
    r"\b(?:baca|bacakan|membaca|mulai|lanjutkan|lanjut)\b.*?\b(?:dari|mulai)\s+(?:(?:kata|baris|judul|bagian)\s+)*(.+)$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s+(?:tolong|dong|ya|sekarang|netra|terima kasih)$", re.IGNORECASE)


def command(words: Sequence[str]) -> tuple[str, dict[str, str]] | None:
    """See ``plain_orders.command``."""
    return ordered(words, ORDERS, _POLITE)


def place_in(text: str) -> str:
    """Where "baca dari kata komposisi ya" begins: "komposisi"."""
    return named_by(_FROM, _AFTER, text)
