"""What counts as another server's address, for every kind of server alike."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from agent.engines.speech_server_settings import VoiceServer, WordServer
from agent.settings import load
from agent.thinking.settings import ChatServer

KINDS = (ChatServer, WordServer, VoiceServer)


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_is_http_with_a_host_and_keeps_no_slash(kind: type[ChatServer | WordServer | VoiceServer]) -> None:
    assert kind(url="https://example.org:8000/v1/").url == "https://example.org:8000/v1"
    assert kind().url == ""
    for wrong in ("example.org/v1", "ftp://example.org", "http://", "//example.org"):
        with pytest.raises(ValidationError, match="must be an address such as"):
            kind(url=wrong)


def test_from_the_environment_it_is_text_as_it_stands() -> None:
    found = load(environ={"NETRA_THINKING__SERVER__URL": "http://127.0.0.1:8000/v1/"})
    assert found.thinking.server.url == "http://127.0.0.1:8000/v1"
