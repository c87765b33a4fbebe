"""What the laboratory found, each as the least script that showed it: it must not come back."""

from __future__ import annotations

import pytest

from tests.lab.checks import violations
from tests.lab.script import BREAKS, NEVER, Engines, Reply, Say, Script, Step
from tests.lab.stage import play


def test_what_was_heard_is_exact_when_a_deadline_cuts_the_reply() -> None:
    """The voice hangs: the reply is given up by a deadline, up to 100 ms after the last report of the speaker."""
    run = play(Script((Step(Say("what is q1")),), engines=Engines(voice="hangs")))
    assert violations(run) == []
