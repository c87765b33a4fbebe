"""Offers: what is taken out before aiortc sees them, and what is refused."""

from __future__ import annotations

import pytest

from transport.limits import BadOffer, TooLarge
from transport.sdp import clean_offer

HEAD = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"


@pytest.mark.parametrize(
    "line",
    [
        "a=candidate:1 1 udp 2113937151 3a6f0c9e-1b1b-4a5e-9f0e-1c2d3e4f5a6b.local 50000 typ host generation 0",
        "a=candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active",
        "a=candidate:broken",
        "a=end-of-candidates",
    ],
)
def test_what_can_not_be_reached_is_taken_out(line: str) -> None:
    assert line not in clean_offer(HEAD + AUDIO + line + "\r\n", 10_000)


def test_a_candidate_that_can_be_reached_stays() -> None:
    line = "a=candidate:1 1 UDP 2113937151 192.0.2.1 50000 typ host"
    assert line in clean_offer(HEAD + AUDIO + line + "\n", 10_000).split("\r\n")


VIDEO, TEXT = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n", "m=text 9 x 1\r\n"


@pytest.mark.parametrize("offer", ["", "hello", "{}", HEAD, HEAD + VIDEO, HEAD + 2 * AUDIO, HEAD + AUDIO + TEXT])
def test_an_offer_without_sound_or_with_too_much_is_refused(offer: str) -> None:
    with pytest.raises(BadOffer):
        clean_offer(offer, 10_000)


def test_a_huge_offer_is_refused_by_its_size() -> None:
    with pytest.raises(TooLarge):
        clean_offer(HEAD + AUDIO + "a=x\r\n" * 5_000, 10_000)
