"""Asking for help with aiming: understood with its target, and not without a camera."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from agent.skills.aim import aim, target_in
from agent.skills.skill import Answer, GuideTo, Manner, Situation
from agent.skills.understand import Understanding
from tests.agent.skills.test_looking_skills import Known


def ask(eyes: Known, **arguments: str) -> Answer:
    return asyncio.run(aim(Situation(eyes, datetime(2025, 3, 4), 0, Manner()), arguments))


def test_it_begins_to_guide_when_there_is_a_camera() -> None:
    assert ask(Known(), target="face").effects == (GuideTo("face"),)
    without = ask(Known(trouble="no_camera"))
    assert without.kind == "correction"
    assert not without.effects


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ("help me aim", "anything"),
        ("help me aim at the sign", "text"),
        ("guide me to the bar code please", "code"),
        ("help me aim the camera at the page", "page"),
        ("guide my hand to the face", "face"),
        ("guide me to this page", "page"),
    ],
)
def test_it_is_asked_for_in_a_few_ways(said: str, target: str, trained: Path) -> None:
    intent = Understanding(cache_dir=trained).understand(said, typed=True)
    assert intent is not None
    assert intent.skill == "aim"
    assert intent.arguments.get("target", "anything") == target_in(said) == target
