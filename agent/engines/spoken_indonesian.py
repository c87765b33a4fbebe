"""Indonesian text as it is read aloud, where eSpeak's Indonesian voice spells units and abbreviations instead.

Every white-space separated word stays one, so that the words of the text that was given are found again in the sound.
"""

from __future__ import annotations

import re

UNITS = {
    "mg": "miligram", "mcg": "mikrogram", "g": "gram", "gr": "gram", "kg": "kilogram",
    "ml": "mililiter", "cl": "sentiliter", "l": "liter", "lt": "liter",
    "mm": "milimeter", "cm": "sentimeter", "m": "meter", "km": "kilometer", "m²": "meter persegi",
    "km/jam": "kilometer per jam", "m/s": "meter per detik", "°c": "derajat Celsius", "°": "derajat",
    "kkal": "kilokalori", "kcal": "kilokalori", "w": "watt", "kwh": "kilowatt jam", "v": "volt",
    "mah": "miliampere jam", "gb": "gigabita", "mb": "megabita", "jt": "juta", "rb": "ribu",
}  # fmt: skip
ABBREVIATIONS = {
    "dr.": "dokter", "jl.": "jalan", "jln.": "jalan", "no.": "nomor", "hal.": "halaman", "tgl.": "tanggal",
    "dll.": "dan lain-lain", "dsb.": "dan sebagainya", "dst.": "dan seterusnya", "dkk.": "dan kawan-kawan",
    "kec.": "kecamatan", "kab.": "kabupaten", "prov.": "provinsi", "telp.": "telepon", "tlp.": "telepon",
    "exp.": "kedaluwarsa", "hrg.": "harga", "wi-fi": "wai fai",
}  # fmt: skip
_NUMBER = r"\d+(?:[.,]\d+)*"
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_MEASURED = re.compile(rf"(?<![\w.,])({_NUMBER})(\s?)({_UNIT})(?![\w/²])", re.IGNORECASE)
_MONEY = re.compile(rf"\b(?:Rp|IDR)\.?(\s?)({_NUMBER})(?!\w)", re.IGNORECASE)
_SHORT = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(one) for one in sorted(ABBREVIATIONS, key=len, reverse=True)) + r")(?!\w)",
    re.IGNORECASE,
)
_TOGETHER = "\u00a0"
"""Holds the words of a replacement together; eSpeak takes it for a space."""


def spoken(text: str) -> str:
    """The same number of white-space separated words. Never raises."""
    text = _MONEY.sub(lambda m: f"{m[2]}{m[1] or _TOGETHER}rupiah", text)
    text = _MEASURED.sub(lambda m: f"{m[1]}{m[2] or _TOGETHER}{_one(UNITS[m[3].lower()])}", text)
    return _SHORT.sub(lambda m: _one(ABBREVIATIONS[m[0].lower()]), text)


def _one(words: str) -> str:
    return words.replace(" ", _TOGETHER)
