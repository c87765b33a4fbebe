"""Offers as they come from browsers, made fit for aiortc before it sees them.

Knows SDP lines. Does not know what will be negotiated.
"""

from __future__ import annotations

from transport.limits import BadOffer, TooLarge

MAX_SECTIONS = {"audio": 1, "video": 1, "application": 1}


def clean_offer(offer: str, max_bytes: int) -> str:
    """The offer without candidates that can't be used. Raises BadOffer or TooLarge.

    Names ending in ``.local`` can't be looked up here, TCP is not spoken, and ``end-of-candidates`` would make an offer
    whose candidates all fall away hang: the client's own checks tell its address.
    """
    if len(offer) > max_bytes:
        raise TooLarge(f"The offer has {len(offer)} characters; {max_bytes} are taken.", code="offer_too_large")
    lines = offer.replace("\r\n", "\n").strip().split("\n")
    if lines[0] != "v=0":
        raise BadOffer("The body is not an SDP offer: it has to begin with v=0.")
    sections = [line[2:].split(" ", 1)[0] for line in lines if line.startswith("m=")]
    if "audio" not in sections:
        raise BadOffer("The offer has no audio: add an audio track or transceiver before making it.")
    for kind in set(sections):
        if sections.count(kind) > MAX_SECTIONS.get(kind, 0):
            raise BadOffer(f"The offer has {sections.count(kind)} sections of kind {kind:.20}: too many.")
    return "\r\n".join(line for line in lines if not _useless(line)) + "\r\n"


def _useless(line: str) -> bool:
    if line == "a=end-of-candidates":
        return True
    if not line.startswith("a=candidate:"):
        return False
    fields = line.split(" ")
    return len(fields) < 8 or fields[2].lower() != "udp" or fields[4].lower().endswith(".local")
