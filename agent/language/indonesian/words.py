"""Numbers, times and lengths of time in Indonesian, under the names of ``agent.skills.wording``."""

from __future__ import annotations

import re
from datetime import date, datetime

WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli"),
    *("Agustus", "September", "Oktober", "November", "Desember"),
)
THINGS = {
    "hour": "jam", "minute": "menit", "second": "detik", "line": "baris", "timer": "timer",
    "thing": "hal", "code": "kode", "QR code": "kode QR", "bar code": "kode batang",
}  # fmt: skip
"""What is counted. Indonesian has one form for one and for many."""

STATES = {
    "on": "menyala", "off": "mati", "open": "terbuka", "opening": "sedang membuka", "closed": "tertutup",
    "closing": "sedang menutup", "locked": "terkunci", "unlocked": "tidak terkunci", "jammed": "macet",
    "armed": "aktif", "disarmed": "tidak aktif", "arming": "sedang diaktifkan", "about to go off": "akan berbunyi",
    "going off": "sedang berbunyi",
}  # fmt: skip
UNITS = {
    "degrees": "derajat", "percent": "persen", "lux": "lux", "watts": "watt", "kilowatts": "kilowatt",
    "watt hours": "watt jam", "kilowatt hours": "kilowatt jam", "volts": "volt", "amperes": "ampere",
    "hectopascals": "hektopascal", "millimetres": "milimeter", "parts per million": "bagian per juta",
    "micrograms per cubic metre": "mikrogram per meter kubik", "metres a second": "meter per detik",
    "kilometres an hour": "kilometer per jam",
}  # fmt: skip
"""Of ``agent.house.things``."""
AMOUNTS = {
    "litre": "liter", "millilitre": "mililiter", "centilitre": "sentiliter", "gram": "gram", "kilogram": "kilogram",
    "milligram": "miligram", "ounce": "ons", "fluid ounce": "ons cair", "pound": "pon",
}  # fmt: skip
"""Of ``agent.skills.product_words``."""
_MEASURED = re.compile(r"(minus )?(\d+)(?:\.(\d+))?(?: (.+))?")


def cardinal(number: int) -> str:
    """In digits: Indonesian is written so, and eSpeak says the e of "4" right and that of "empat" wrong."""
    return str(number)


def counted(number: int, thing: str) -> str:
    """ "2 menit"."""
    return f"{number} {THINGS.get(thing, thing)}"


def amount(whole: int, part: str, unit: str) -> str:
    """ "1 liter", "1,5 liter"."""
    return f"{whole},{part} {AMOUNTS[unit]}" if part else f"{whole} {AMOUNTS[unit]}"


def state(told: str) -> str:
    """ "menyala", "21,5 derajat"; words that somebody set for a thing stay as they are."""
    if (measured := _MEASURED.fullmatch(told)) is None:
        return STATES.get(told, told)
    minus, whole, part, unit = measured.groups()
    number = f"{minus or ''}{whole}" + (f",{part}" if part else "")
    return f"{number} {UNITS.get(unit, unit)}" if unit else number


def duration(seconds: int) -> str:
    """A length of time, exact: "1 jam 5 menit 30 detik"."""
    minutes, left = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [counted(n, unit) for n, unit in ((hours, "hour"), (minutes, "minute"), (left, "second")) if n]
    return " ".join(parts) or "0 detik"


def rough_duration(seconds: int) -> str:
    """As much of a length of time as one wants to hear: no seconds above five minutes."""
    return duration(seconds) if seconds <= 300 else f"sekitar {duration(round(seconds / 60) * 60)}"


def greeting(hour: int) -> str:
    return f"Selamat {part_of_day(hour)}."


def part_of_day(hour: int) -> str:
    """Pagi until eleven, siang until three, sore until dusk."""
    if hour < 4 or hour >= 18:
        return "malam"
    if hour < 11:
        return "pagi"
    return "siang" if hour < 15 else "sore"


def clock(moment: datetime) -> str:
    """The time as it is said: "jam 4 lewat 38 menit", "jam 5 kurang seperempat", "jam setengah 10"."""
    hour, minute = moment.hour, moment.minute
    if minute == 0 and hour in (0, 12):
        return "tengah hari" if hour == 12 else "tengah malam"
    this, following = hour % 12 or 12, (hour + 1) % 12 or 12
    match minute:
        case 0:
            return f"jam {this}"
        case 15:
            return f"jam {this} lewat seperempat"
        case 30:
            return f"jam setengah {following}"
        case 45:
            return f"jam {following} kurang seperempat"
        case _ if minute > 45:
            return f"jam {following} kurang {60 - minute} menit"
        case _:
            return f"jam {this} lewat {minute} menit"


def day(moment: date) -> str:
    """ "Selasa, 4 Maret"."""
    return f"{WEEKDAYS[moment.weekday()]}, {moment.day} {MONTHS[moment.month - 1]}"
