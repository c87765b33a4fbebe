"""Settings of the house: the broker, what is told to it and what may be asked by it, and the things in the house."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from agent.house.things import Thing, folded, plain_topic

MOST_THINGS = 100


class Mqtt(BaseModel):
    """A broker to tell what happens here, to take commands from, and to act on the house through."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: bool = Field(
        False, description="Connect to a broker. Needs the package aiomqtt: .venv/bin/pip install -e '.[mqtt]'."
    )
    host: str = Field("127.0.0.1", description="The broker's address.")
    port: int = Field(0, ge=0, le=65_535, description="Its port; 0 takes 1883, with TLS 8883.")
    protocol: Literal["5", "3.1.1"] = Field("5", description="Version of MQTT.")
    username: str = Field("", description="Name to log in with; empty: none.")
    password: SecretStr = Field(SecretStr(""), description="Its password; best given as NETRA_MQTT__PASSWORD.")
    tls: bool = Field(False, description="Encrypt, and check the broker's certificate.")
    ca_file: Path | None = Field(None, description="Certificate authority of the broker; unset: the system's.")
    cert_file: Path | None = Field(None, description="Our own certificate, where the broker wants one.")
    key_file: Path | None = Field(None, description="Its key; unset: in cert_file.")
    topic: str = Field("netra", description="All topics of this server begin with it. Another one for each server.")
    name: str = Field("Netra", description="Name of the device in Home Assistant.")
    discovery: bool = Field(True, description="Tell Home Assistant which entities there are.")
    discovery_prefix: str = Field("homeassistant", description="Home Assistant's prefix of discovery.")
    transcripts: bool = Field(True, description="Publish what is said on both sides; never kept by the broker.")
    snapshot: bool = Field(False, description="Publish the picture that an answer was taken from.")
    look: bool = Field(False, description="Let commands look through the camera of whoever is talking with Netra.")
    confirm_words: tuple[str, ...] = Field(
        ("lock", "door", "garage", "gate", "valve", "alarm"),
        description="Names and topics with these words open something: that is only done after a yes.",
    )
    confirm_s: float = Field(20.0, ge=3, le=120, description="Seconds in which the yes must come.")
    commands_per_minute: int = Field(60, ge=1, le=6000, description="Commands carried out; more are dropped.")
    ask_timeout_s: float = Field(30.0, ge=1, le=600, description="Longest time for the answer to a question.")
    retry_max_s: float = Field(60.0, ge=1, le=3600, description="Longest wait before the next try to connect.")
    keepalive_s: int = Field(30, ge=5, le=3600, description="Seconds of silence after which the broker is asked.")
    things: tuple[Thing, ...] = Field(
        (), max_length=MOST_THINGS, description="What can be asked about and acted on: see docs/mqtt.md."
    )

    @field_validator("topic", "discovery_prefix")
    @classmethod
    def _plain(cls, topic: str) -> str:
        return plain_topic(topic)

    @field_validator("host")
    @classmethod
    def _some_host(cls, host: str) -> str:
        if not host.strip() or "/" in host:
            raise ValueError("write the broker's address alone, without mqtt:// and path")
        return host.strip()

    @model_validator(mode="after")
    def _whole(self) -> Mqtt:
        if self.key_file is not None and self.cert_file is None:
            raise ValueError("key_file needs cert_file")
        if (self.ca_file or self.cert_file) and not self.tls:
            raise ValueError("ca_file and cert_file need tls = true")
        if self.password.get_secret_value() and not self.username:
            raise ValueError("a password needs a username")
        for thing in self.things:
            for topic in (thing.command_topic, thing.state_topic):
                if topic == self.topic or topic.startswith(f"{self.topic}/"):
                    raise ValueError(f"{thing.name!r}: {topic!r} is our own topic: Netra would talk with itself")
        seen: set[tuple[str, str, str]] = set()
        for thing in self.things:
            key = (folded(thing.name), folded(thing.room), thing.kind)
            if key in seen:
                raise ValueError(f"two things are called {thing.called!r}: give each its own name or room")
            seen.add(key)
        return self

    @property
    def known(self) -> tuple[Thing, ...]:
        """The things that can be reached: none while there is no broker."""
        return self.things if self.on else ()
