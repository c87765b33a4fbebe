"""What a code says, in words. Links are named and never followed, secrets are not said aloud unasked.

Knows the common payloads of QR codes. Does not know products: there is no list of them on this profile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from agent.engines.protocols import Code
from agent.skills.picture_words import ended, plain, shortened
from agent.skills.wording import joined

NO_LIST = "I have no list of products on this profile, so I can't name it."
WORDS = 40
_FIELD = re.compile(r"(?<!\\);")


@dataclass(frozen=True, slots=True)
class Explained:
    """``text``: a sentence; ``brief``: its core; ``more``: what is said only when asked."""

    text: str
    brief: str
    more: str = ""


def digits(number: str) -> str:
    """Digits one by one in groups of four, a longer last one: "9 7 8 0, 8 0 4 8, 1 6 6 3 2"."""
    cut = [number[at : at + 4] for at in range(0, len(number), 4)]
    if len(cut) > 1 and len(cut[-1]) == 1:
        cut[-2:] = [cut[-2] + cut[-1]]
    return ", ".join(" ".join(group) for group in cut)


def explain(code: Code) -> Explained:
    """What the code holds, for the ear."""
    return _product(code) if code.product else _payload(code)


def _product(code: Code) -> Explained:
    number = code.text
    if len(number) == 13 and number.startswith("0"):
        number = number[1:]  # a UPC: the twelve digits that are printed
    said = digits(number)
    if len(number) == 13 and number.startswith(("978", "979")):
        unnamed = NO_LIST.replace("products", "books")
        return Explained(f"A book. Its number is {said}.", f"A book: {said}.", unnamed)
    return Explained(f"A product code: {said}. {NO_LIST}", f"Product code {said}.", NO_LIST)


def _payload(code: Code) -> Explained:
    raw = code.text.strip()
    kind = "QR code" if "QR" in code.format else "code"
    upper = raw.upper()
    if upper.startswith(("HTTP://", "HTTPS://", "WWW.")):
        return _link(kind, raw)
    if upper.startswith("WIFI:"):
        return _wifi(kind, _fields(raw[5:]))
    if upper.startswith("MECARD:"):
        card = _fields(raw[7:])
        return _contact(kind, plain(card.get("N", "")), card.get("TEL", ""), card.get("EMAIL", ""))
    if upper.startswith("BEGIN:VCARD"):
        card = _lines(raw)
        name = plain(card.get("FN", card.get("N", "").replace(";", " ")))
        return _contact(kind, name, card.get("TEL", ""), card.get("EMAIL", ""))
    if "BEGIN:VEVENT" in upper:
        title = plain(_lines(raw).get("SUMMARY", ""))
        named = f" named {title}" if title else ""
        return Explained(f"A {kind} with a calendar entry{named}.", f"A calendar entry{named}.", _all(raw))
    if upper.startswith("OTPAUTH:"):
        said = f"A {kind} with a secret for two-step login. I don't say it aloud."
        return Explained(said, "A secret for two-step login.")
    if upper.startswith("BCD") and "\n" in raw:
        lines = raw.splitlines()
        name = plain(lines[5]) if len(lines) > 5 else ""
        return Explained(f"A {kind} with a bank payment to {name or 'someone'}.", "A bank payment.", _all(raw))
    return _scheme(kind, raw) or _words(kind, raw)


def _scheme(kind: str, raw: str) -> Explained | None:
    scheme, colon, rest = raw.partition(":")
    if not colon:
        return None
    target = plain(unquote(rest.split("?")[0]))
    match scheme.lower():
        case "tel":
            return Explained(f"A {kind} with a phone number: {_phone(target)}.", f"A phone number: {_phone(target)}.")
        case "mailto":
            return Explained(f"A {kind} with a mail address: {target}.", f"A mail address: {target}.")
        case "matmsg":
            to = plain(_fields(rest).get("TO", ""))
            return Explained(f"A {kind} with a mail to {to}.", f"A mail to {to}.", _all(raw))
        case "sms" | "smsto":
            number = _phone(target.split(":")[0])
            return Explained(f"A {kind} with a text message to {number}.", f"A text message to {number}.", _all(raw))
        case "geo":
            return Explained(f"A {kind} with a place on the map: {target}.", "A place on the map.")
        case "bitcoin" | "ethereum" | "litecoin" | "upi":
            return Explained(f"A {kind} with a payment in {scheme.lower()}.", "A payment.", _all(raw))
        case _:
            return None


def _link(kind: str, raw: str) -> Explained:
    address = raw.split()[0]
    try:
        host = plain(urlsplit(address if "://" in address else f"http://{address}").hostname or "")
    except ValueError:  # brackets that are no address
        host = ""
    host = host.removeprefix("www.") or "an unreadable address"
    more = f"The whole address is {plain(raw)}"
    return Explained(f"A {kind} with a link to {host}. I don't open links.", f"A link to {host}.", more)


def _wifi(kind: str, fields: dict[str, str]) -> Explained:
    name, secret = plain(fields.get("S", "")), plain(fields.get("P", ""))
    more = f"The password is {' '.join(secret)}" if secret else "It has no password."
    text = f"A {kind} with the Wi-Fi network {name}. Say more for the password."
    return Explained(text, f"Wi-Fi network {name}.", more)


def _contact(kind: str, name: str, phone: str, mail: str) -> Explained:
    parts = [f"the phone number {_phone(plain(phone))}"] if phone else []
    parts += [f"the mail address {plain(mail)}"] if mail else []
    holds = f", with {joined(parts)}" if parts else ""
    return Explained(f"A {kind} with a contact: {name or 'no name'}{holds}.", f"A contact: {name or 'no name'}.")


def _words(kind: str, raw: str) -> Explained:
    text = plain(raw)
    if not any(char.isalnum() for char in text):
        return Explained(f"A {kind} that holds nothing that can be said.", f"An unreadable {kind}.")
    said = digits(text) if text.isdigit() and len(text) > 4 else text
    short = shortened(said, WORDS)
    rest = "" if short == said else f"All of it: {said}"
    links = re.findall(r"https?://\S+", raw)
    note = " There is a link in it, which I don't open." if links else ""
    return Explained(f"A {kind} that says: {ended(short)}{note}", ended(f"It says: {shortened(said, 12)}"), rest)


def _all(raw: str) -> str:
    return f"It holds: {plain(raw)}"


def _phone(number: str) -> str:
    only = re.sub(r"[^\d+]", "", number)
    groups = re.findall(r"\d{1,3}", only)
    return ("plus " if only.startswith("+") else "") + ", ".join(" ".join(group) for group in groups)


def _fields(text: str) -> dict[str, str]:
    """``K:value;`` pairs with backslash escapes, as MECARD and WIFI have them."""
    pairs = (field.partition(":") for field in _FIELD.split(text))
    return {key.strip().upper(): re.sub(r"\\(.)", r"\1", value) for key, colon, value in pairs if colon}


def _lines(text: str) -> dict[str, str]:
    """``KEY;parameters:value`` lines of a vCard or a calendar; the first of each key."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            found.setdefault(key.split(";")[0].strip().upper(), value.strip())
    return found
