"""What a code says, in words. Links are named and never followed, secrets are not said aloud unasked.

Knows the common payloads of QR codes, and says of a product what a list told; does not look it up, and guesses no name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from agent.engines.protocols import Code
from agent.language.saying import say
from agent.sight.product_numbers import is_book, scanned
from agent.skills.picture_words import ended, plain, shortened
from agent.skills.product_words import product_said
from agent.skills.wording import joined

UNNAMED = {
    "no_list": "I have no list of products, so I can't name it.",
    "not_in_list": "It is not in my list of products, so I can't name it.",
    "list_broken": "I can't look it up in my list of products right now.",
}
UNNAMED_BOOK = {
    "no_list": "I have no list of books, so I can't name it.",
    "not_in_list": "It is not in my list, so I can't name it.",
    "list_broken": "I can't look it up in my list right now.",
}
"""Why a number has no name, by ``Code.unnamed``."""
LINK_INSIDE = "There is a link in it, which I don't open."
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
    said = digits(printed(code))
    if code.item is not None:
        text, brief = product_said(code.item)
        return Explained(text, brief, say("Its number is {number}.", number=said))
    if (number := scanned(code.text, code.format)) is not None and is_book(number):
        why = say(UNNAMED_BOOK[code.unnamed])
        text = say("A book. Its number is {number}.", number=said)
        brief = say("A book: {number}.", number=said)
        return Explained(text if code.unnamed == "no_list" else f"{text} {why}", brief, why)
    why = say(UNNAMED[code.unnamed])
    text = f"{say('A product code: {number}.', number=said)} {why}"
    return Explained(text, say("Product code {number}.", number=said), why)


def printed(code: Code) -> str:
    """The digits as they stand below the bars: of a UPC, twelve."""
    number = code.text
    return number[1:] if len(number) == 13 and number.startswith("0") else number


def _payload(code: Code) -> Explained:
    raw = code.text.strip()
    kind = say("QR code") if "QR" in code.format else say("code")
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
        entry = say("a calendar entry named {title}", title=title) if title else say("a calendar entry")
        return _with(kind, entry, more=_all(raw))
    if upper.startswith("OTPAUTH:"):
        return _with(kind, say("a secret for two-step login"), then=say("I don't say it aloud."))
    if upper.startswith("BCD") and "\n" in raw:
        lines = raw.splitlines()
        name = plain(lines[5]) if len(lines) > 5 else ""
        payment = say("a bank payment to {name}", name=name or say("someone"))
        return _with(kind, payment, say("a bank payment"), more=_all(raw))
    return _scheme(kind, raw) or _words(kind, raw)


def _with(kind: str, what: str, brief: str = "", *, then: str = "", more: str = "") -> Explained:
    """ "A QR code with a phone number." ``then``: a sentence after it."""
    text = say("A {kind} with {what}.", kind=kind, what=what)
    short = brief or what
    return Explained(f"{text} {then}".strip(), f"{short[:1].upper()}{short[1:]}.", more)


def _scheme(kind: str, raw: str) -> Explained | None:
    scheme, colon, rest = raw.partition(":")
    if not colon:
        return None
    target = plain(unquote(rest.split("?")[0]))
    match scheme.lower():
        case "tel":
            return _with(kind, say("a phone number: {number}", number=_phone(target)))
        case "mailto":
            return _with(kind, say("a mail address: {address}", address=target))
        case "matmsg":
            to = plain(_fields(rest).get("TO", ""))
            return _with(kind, say("a mail to {name}", name=to), more=_all(raw))
        case "sms" | "smsto":
            number = _phone(target.split(":")[0])
            return _with(kind, say("a text message to {number}", number=number), more=_all(raw))
        case "geo":
            return _with(kind, say("a place on the map: {place}", place=target), say("a place on the map"))
        case "bitcoin" | "ethereum" | "litecoin" | "upi":
            payment = say("a payment in {currency}", currency=scheme.lower())
            return _with(kind, payment, say("a payment"), more=_all(raw))
        case _:
            return None


def _link(kind: str, raw: str) -> Explained:
    address = raw.split()[0]
    try:
        host = plain(urlsplit(address if "://" in address else f"http://{address}").hostname or "")
    except ValueError:  # brackets that are no address
        host = ""
    host = host.removeprefix("www.") or say("an unreadable address")
    more = say("The whole address is {address}", address=plain(raw))
    return _with(kind, say("a link to {host}", host=host), then=say("I don't open links."), more=more)


def _wifi(kind: str, fields: dict[str, str]) -> Explained:
    name, secret = plain(fields.get("S", "")), plain(fields.get("P", ""))
    more = say("The password is {password}", password=" ".join(secret)) if secret else say("It has no password.")
    network, short = say("the Wi-Fi network {name}", name=name), say("Wi-Fi network {name}", name=name)
    return _with(kind, network, short, then=say("Say more for the password."), more=more)


def _contact(kind: str, name: str, phone: str, mail: str) -> Explained:
    parts = [say("the phone number {number}", number=_phone(plain(phone)))] if phone else []
    parts += [say("the mail address {address}", address=plain(mail))] if mail else []
    contact = say("a contact: {name}", name=name or say("no name"))
    holds = say("{contact}, with {parts}", contact=contact, parts=joined(parts)) if parts else contact
    return _with(kind, holds, contact)


def _words(kind: str, raw: str) -> Explained:
    text = plain(raw)
    if not any(char.isalnum() for char in text):
        text = say("A {kind} that holds nothing that can be said.", kind=kind)
        return Explained(text, say("An unreadable {kind}.", kind=kind))
    said = digits(text) if text.isdigit() and len(text) > 4 else text
    short = shortened(said, WORDS)
    rest = "" if short == said else say("All of it: {text}", text=said)
    links = re.findall(r"https?://\S+", raw)
    note = f" {say(LINK_INSIDE)}" if links else ""
    text = say("A {kind} that says: {text}", kind=kind, text=ended(short))
    return Explained(f"{text}{note}", ended(f"{say('It says:')} {shortened(said, 12)}"), rest)


def _all(raw: str) -> str:
    return say("It holds: {text}", text=plain(raw))


def _phone(number: str) -> str:
    only = re.sub(r"[^\d+]", "", number)
    groups = re.findall(r"\d{1,3}", only)
    return (f"{say('plus')} " if only.startswith("+") else "") + ", ".join(" ".join(group) for group in groups)


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
