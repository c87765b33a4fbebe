"""The person is told once, at the address that is set and nowhere else, and how it went is said."""

from __future__ import annotations

import asyncio
import base64
import socket
from typing import Any

import cv2
import numpy as np
import pytest

from agent import ports
from agent.person.calling import Calling
from agent.person.settings import Person
from agent.picture import Picture
from agent.skills.skill import CallPerson, Look, Purpose
from tests.agent.person.hook import Hook, hook

HELP = CallPerson()


class Eyes:
    """See one picture, or none."""

    def __init__(self, picture: Picture | None = None) -> None:
        self._picture = picture
        self.looks = 0

    async def look(self, purpose: Purpose) -> Look:
        self.looks += 1
        return Look(self._picture, "" if self._picture else "no_camera")


async def said_by(person: Person, act: CallPerson, eyes: Eyes) -> tuple[list[str], list[ports.Report]]:
    said: list[str] = []
    shown: list[ports.Report] = []
    async with asyncio.TaskGroup() as group:
        Calling(person, eyes, said.append, shown.append, lambda: group).call(act)
    return said, shown


def ask(act: CallPerson = HELP, eyes: Eyes | None = None, **how: Any) -> tuple[list[str], Hook]:
    more = {"timeout_s": how.pop("timeout_s")} if "timeout_s" in how else {}

    async def main() -> tuple[list[str], Hook]:
        async with hook(**how) as there:
            person = Person(name="Anna", webhook=there.url, picture=True, **more)  # type: ignore[arg-type]
            said, shown = await said_by(person, act, eyes or Eyes())
            assert shown == []
            return said, there

    return asyncio.run(main())


def test_the_webhook_is_told_and_the_person_hears_of_it() -> None:
    eyes = Eyes()
    said, there = ask(eyes=eyes)
    assert said == ["I have asked Anna for help."]
    assert there.asked == ["POST /help?to=anna HTTP/1.1"]
    (body,) = there.told
    assert (body["type"], sorted(body)) == ("help", ["at", "text", "type"])
    assert eyes.looks == 0


def test_the_picture_goes_only_when_it_is_asked_for() -> None:
    pixels = np.full((900, 1600, 3), (200, 30, 30), np.uint8)
    said, there = ask(CallPerson(picture=True), Eyes(Picture("p", pixels, 0)))
    assert said == ["The picture was sent to Anna."]
    kind, _, data = there.told[0]["picture"].partition(",")
    assert kind == "data:image/jpeg;base64"
    seen = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
    assert seen is not None
    assert seen.shape[:2] == (720, 1280)
    assert seen[300, 300, 2] > 150


def test_without_a_picture_nothing_is_sent() -> None:
    said, there = ask(CallPerson(picture=True))
    assert said == ["There was no picture to send. I sent nothing more to Anna."]
    assert there.told == []


@pytest.mark.parametrize("status", [302, 307, 403, 500])
def test_a_refusal_is_said_and_neither_followed_nor_tried_again(status: int) -> None:
    async def main() -> tuple[list[str], Hook, Hook]:
        async with hook() as other, hook(status=status, headers=f"Location: {other.url}") as there:
            said, _ = await said_by(Person(webhook=there.url), CallPerson(), Eyes())  # type: ignore[arg-type]
            return said, there, other

    said, there, other = asyncio.run(main())
    assert said == ["I couldn't ask a person: the other side refused it. Call in another way."]
    assert (len(there.told), len(other.told)) == (1, 0)


def test_silence_is_given_up_in_time() -> None:
    said, there = ask(status=None, timeout_s=1)
    assert said == ["I couldn't reach Anna: there was no answer in time. Ask me to try again, or call in another way."]
    assert len(there.told) == 1


def test_nobody_at_the_address_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    person = Person(name="Anna", webhook=f"http://127.0.0.1:{port}/x")  # type: ignore[arg-type]
    said, _ = asyncio.run(said_by(person, CallPerson(), Eyes()))
    assert said == ["I couldn't reach Anna. Ask me to try again, or call in another way."]


def test_a_link_is_offered_and_nothing_is_sent() -> None:
    said, shown = asyncio.run(said_by(Person(name="Anna", link="tel:+4930123"), CallPerson(), Eyes()))
    assert (said, shown) == ([], [ports.PersonOffered("Anna", "tel:+4930123")])


def test_without_a_person_nothing_happens() -> None:
    assert asyncio.run(said_by(Person(), CallPerson(), Eyes())) == ([], [])
