"""Indonesian orders that are known by their words alone, mostly about a page, and where to read from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.skills.plain_orders import Order, ordered

ORDERS: dict[str, Order] = {
    "siapa ini": ("unsupported", "who_is_this"), "siapa itu": ("unsupported", "who_is_this"),
    "ini siapa": ("unsupported", "who_is_this"), "berapa umurnya": ("unsupported", "who_is_this"),
    "apa ini": ("describe", None), "apa itu": ("describe", None), "ini apa": ("describe", None),
    "itu apa": ("describe", None), "lanjut": ("resume", None), "berikutnya": ("resume", None),
    "bagian berikutnya": ("resume", None),
    "selanjutnya": ("resume", None), "sisanya": ("resume", None), "baca halaman berikutnya": ("read_text", None),
    "kembali": ("turn_page", "back"), "bagian sebelumnya": ("turn_page", "back"),
    "sebelumnya": ("turn_page", "back"), "mundur": ("turn_page", "back"),
    "judul": ("turn_page", "headings"), "apa saja judulnya": ("turn_page", "headings"),
    "baca judulnya": ("turn_page", "headings"), "sebutkan judulnya": ("turn_page", "headings"),
    "judul berikutnya": ("turn_page", "heading"), "berapa totalnya": ("turn_page", "total"),
    "totalnya berapa": ("turn_page", "total"), "berapa jumlahnya": ("turn_page", "total"),
    "baca totalnya": ("turn_page", "total"), "berapa total belanjanya": ("turn_page", "total"),
    "total": ("turn_page", "total"), "totalnya": ("turn_page", "total"), "berapa total": ("turn_page", "total"),
    "total belanjanya berapa": ("turn_page", "total"), "berapa jumlah totalnya": ("turn_page", "total"),
    "jumlahnya berapa": ("turn_page", "total"), "berapa yang harus dibayar": ("turn_page", "total"),
    "dari awal": ("turn_page", "start"), "mulai dari awal": ("turn_page", "start"),
    "baca dari awal": ("turn_page", "start"), "ulangi dari awal": ("turn_page", "start"),
    "kembali ke awal": ("turn_page", "start"),
}  # fmt: skip
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
    found = _FROM.search(" ".join(text.split()).rstrip(" .?!"))
    if found is None:
        return ""
    words = found[1].strip(" \"'\u201c\u201d")
    while (shorter := _AFTER.sub("", words)) != words:
        words = shorter
    return words
