"""Settings of the person who can be asked for help."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from agent.house.things import folded

LONGEST = 1000
MOST_WORDS = 4
_NUMBER = re.compile(r"\+?[0-9()./-]{2,40}")


class Person(BaseModel):
    """Somebody to ask for help: by a link that the page offers, or by a webhook. Off while both are empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("", description='What the person is called: "call Anna" is then understood. Empty: a person.')
    link: str = Field(
        "",
        description='Offered on the page after a yes, and opened only by whoever presses it: "tel:…" or "https://…".',
    )
    webhook: SecretStr = Field(
        SecretStr(""),
        description="Address that is told by a POST with JSON after a yes; https, or http on this machine. Best given "
        "as NETRA_PERSON__WEBHOOK, as such an address is a key.",
    )
    picture: bool = Field(
        False, description="Whether the camera's picture may follow to the webhook, after a second yes of its own."
    )
    timeout_s: float = Field(10.0, ge=1, le=60, description="Seconds in which the webhook must answer.")
    confirm_s: float = Field(20.0, ge=3, le=120, description="Seconds in which the yes must come.")

    @field_validator("name")
    @classmethod
    def _speakable(cls, name: str) -> str:
        name = " ".join(name.split())
        words = folded(name).split()
        if name and (not any(char.isalpha() for char in "".join(words)) or len(words) > MOST_WORDS):
            raise ValueError(f"{name!r} can't be said: {MOST_WORDS} words at most, with letters a to z")
        return name

    @field_validator("link")
    @classmethod
    def _openable(cls, link: str) -> str:
        link = link.strip()
        if not link:
            return link
        if link.startswith("tel:"):
            if not _NUMBER.fullmatch(link.removeprefix("tel:")):
                raise ValueError("write a telephone link like tel:+4930123456")
            return link
        if not _web(link, ("https",)):
            raise ValueError("write a link that begins with tel: or https://")
        return link

    @field_validator("webhook")
    @classmethod
    def _safe(cls, webhook: SecretStr) -> SecretStr:
        address = webhook.get_secret_value().strip()
        if address and not _web(address, ("https", "http")):
            raise ValueError("write an address that begins with https://")
        if address.startswith("http://") and not _here(urlsplit(address).hostname or ""):
            raise ValueError("https is needed: http would show the picture and the address to everyone on the way")
        return SecretStr(address)

    @model_validator(mode="after")
    def _one_way(self) -> Person:
        hook = bool(self.webhook.get_secret_value())
        if self.link and hook:
            raise ValueError("give a link or a webhook, not both")
        if self.name and not self.on:
            raise ValueError("a person needs a link or a webhook")
        if self.picture and not hook:
            raise ValueError("a picture needs a webhook")
        return self

    @property
    def on(self) -> bool:
        """Whether anybody can be asked."""
        return bool(self.link or self.webhook.get_secret_value())

    @property
    def called(self) -> str:
        return self.name or "a person"


def _web(address: str, schemes: tuple[str, ...]) -> bool:
    if len(address) > LONGEST or re.search(r"[\s\x00-\x20\x7f]", address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
