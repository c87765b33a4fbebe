"""The names of all topics, below one root. Knows names only."""

from __future__ import annotations

from dataclasses import dataclass

COMMANDS = ("ask", "say", "look", "stop")
SETTINGS = ("rate", "volume", "detail", "listening", "looking")
ONLINE, OFFLINE = "online", "offline"


@dataclass(frozen=True, slots=True)
class Topics:
    """``root``: setting mqtt.topic. ``birth``: where Home Assistant says that it has started."""

    root: str
    discovery_prefix: str = "homeassistant"

    @property
    def available(self) -> str:
        return f"{self.root}/available"

    @property
    def state(self) -> str:
        return f"{self.root}/state"

    @property
    def sessions(self) -> str:
        return f"{self.root}/sessions"

    @property
    def transcript(self) -> str:
        return f"{self.root}/transcript"

    @property
    def reply(self) -> str:
        return f"{self.root}/reply"

    @property
    def event(self) -> str:
        return f"{self.root}/event"

    @property
    def snapshot(self) -> str:
        return f"{self.root}/snapshot"

    @property
    def node(self) -> str:
        """The root as an id: letters, digits, underscores."""
        return "".join(char if char.isascii() and char.isalnum() else "_" for char in self.root)

    @property
    def discovery(self) -> str:
        return f"{self.discovery_prefix}/device/{self.node}/config"

    @property
    def birth(self) -> str:
        return f"{self.discovery_prefix}/status"

    def command(self, name: str) -> str:
        """Where this command is taken."""
        return f"{self.root}/{name}"

    def set(self, name: str) -> str:
        """Where a setting is changed."""
        return f"{self.root}/{name}/set"

    def shown(self, name: str) -> str:
        """Where a setting's value is told."""
        return f"{self.root}/{name}/state"

    @property
    def taken(self) -> dict[str, str]:
        """Topic of each command and setting, to its name."""
        commands = {self.command(name): name for name in COMMANDS}
        return commands | {self.set(name): name for name in SETTINGS}
