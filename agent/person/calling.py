"""The person is asked: a link is offered, or the webhook is told once, and how that went is said.

Knows HTTP and the one address that is set: no other is ever asked, and no redirection followed. Does not know who
said yes: whoever calls this does.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable
from typing import Any, Protocol

import cv2
import httpx

from agent import clock, ports
from agent.errors import NetraError
from agent.language.saying import say
from agent.person.settings import Person
from agent.picture import Picture
from agent.skills.ask_person import name_of
from agent.skills.skill import CallPerson, Look, Purpose

SIDE = 1280
QUALITY = 85
WISH = "Somebody who talks with Netra asks for your help."
SEEN = "This is what the camera sees now."
log = logging.getLogger(__name__)


class Looking(Protocol):
    """The part of a session's eyes that is needed here."""

    async def look(self, purpose: Purpose) -> Look: ...


class NoPicture(NetraError):
    """The camera gave none."""


class Calling:
    """Of one session. ``announce``: words to say when nobody speaks; ``show``: the person's line; ``group``: the
    session's scope while it runs.
    """

    def __init__(
        self,
        person: Person,
        eyes: Looking,
        announce: Callable[[str], None],
        show: Callable[[ports.Report], None],
        group: Callable[[], asyncio.TaskGroup | None],
    ) -> None:
        self._person, self._eyes = person, eyes
        self._announce, self._show, self._group = announce, show, group

    def call(self, act: CallPerson) -> None:
        """Returns at once. Without a person nothing happens."""
        if self._person.link:
            self._show(ports.PersonOffered(name_of(self._person), self._person.link))
        elif self._person.on and (group := self._group()) is not None:
            group.create_task(self._tell(act), name="asking a person")

    async def _tell(self, act: CallPerson) -> None:
        """The border of asking: whatever goes wrong is said, and ends nothing else."""
        who = name_of(self._person)
        try:
            at = clock.local_time().isoformat("T", "seconds")
            body: dict[str, Any] = {"type": "help", "text": say(WISH), "at": at}
            if act.picture:
                body |= {"type": "picture", "text": say(SEEN), "picture": await self._picture()}
            status = await self._post(body)
        except NoPicture:
            said = say("There was no picture to send. I sent nothing more to {person}.", person=who)
        except TimeoutError:
            said = say(
                "I couldn't reach {person}: there was no answer in time. Ask me to try again, or call in another way.",
                person=who,
            )
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            log.warning("the webhook of the person could not be reached: %s", type(error).__name__)
            said = say("I couldn't reach {person}. Ask me to try again, or call in another way.", person=who)
        else:
            if 200 <= status < 300:
                said = say(
                    "The picture was sent to {person}." if act.picture else "I have asked {person} for help.",
                    person=who,
                )
            else:
                log.warning("the webhook of the person answered %d", status)
                said = say("I couldn't ask {person}: the other side refused it. Call in another way.", person=who)
        self._announce(said[:1].upper() + said[1:])

    async def _post(self, body: dict[str, Any]) -> int:
        """The status of the answer, of which nothing more is read."""
        address = self._person.webhook.get_secret_value()
        limit = self._person.timeout_s
        async with (
            asyncio.timeout(limit),
            httpx.AsyncClient(timeout=limit, trust_env=False) as client,
            client.stream("POST", address, json=body, follow_redirects=False) as answer,
        ):
            return answer.status_code

    async def _picture(self) -> str:
        """What the camera sees now, as a data URL. Raises NoPicture."""
        look = await self._eyes.look("scene")
        if look.picture is None:
            raise NoPicture("the camera gave no picture")
        return f"data:image/jpeg;base64,{base64.b64encode(_jpeg(look.picture)).decode()}"


def _jpeg(picture: Picture) -> bytes:
    pixels, longer = picture.pixels, max(picture.width, picture.height)
    if longer > SIDE:
        size = (max(1, picture.width * SIDE // longer), max(1, picture.height * SIDE // longer))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    return bytes(cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes())
