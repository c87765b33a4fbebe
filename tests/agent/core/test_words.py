"""The word lists the core decides by."""

from __future__ import annotations

import pytest

from agent.core.words import is_backchannel, is_stop, plain


def test_plain_keeps_words_only() -> None:
    assert plain("  Stop!  What's THAT, uh-huh? ") == "stop what's that uh-huh"


@pytest.mark.parametrize("text", ["uh-huh", "Uh huh.", "okay right", "i see", "oh i see okay", "mm-hmm", "iya"])
def test_listening(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize("text", ["", "i", "it", "i see a cup", "okay stop", "what", "see", "no"])
def test_not_only_listening(text: str) -> None:
    assert not is_backchannel(text)


@pytest.mark.parametrize(
    "text", ["stop", "Stop.", "okay stop", "no no stop", "please be quiet", "stop what is that", "could you be quiet"]
)
def test_orders_to_be_silent(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize("text", ["", "the bus stop", "what is this stop", "okay", "be", "don't"])
def test_no_orders_to_be_silent(text: str) -> None:
    assert not is_stop(text)
