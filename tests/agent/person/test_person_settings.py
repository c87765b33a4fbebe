"""Who can be asked for help: off by default, one safe way, and every fault is said."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from agent.errors import SettingsError
from agent.person.settings import Person
from agent.settings import load


def test_nobody_can_be_asked_unless_somebody_is_named() -> None:
    assert not load(environ={}).person.on


@pytest.mark.parametrize(
    "given",
    [
        {"name": "Anna", "link": "tel:+49 30 123".replace(" ", "")},
        {"link": "https://meet.example/anna"},
        {"name": "Anna", "webhook": "https://hooks.example/a/b?c=d"},
        {"webhook": "http://127.0.0.1:8123/api/webhook/x", "picture": True},
        {"webhook": "http://localhost:8123/x"},
        {"webhook": "http://[::1]:8123/x"},
    ],
)
def test_a_link_or_a_webhook_will_do(given: dict[str, Any]) -> None:
    assert Person(**given).on


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"link": "javascript:alert(1)"}, "tel: or https"),
        ({"link": "http://meet.example/anna"}, "tel: or https"),
        ({"link": "https://"}, "tel: or https"),
        ({"link": "https://a b"}, "tel: or https"),
        ({"link": "tel:anna"}, "telephone"),
        ({"link": "tel:+1;phone-context=x\nhttps://y"}, "telephone"),
        ({"webhook": "ftp://hooks.example/x"}, "https://"),
        ({"webhook": "http://hooks.example/x"}, "https is needed"),
        ({"webhook": "http://127.0.0.1.example/x"}, "https is needed"),
        ({"webhook": "https://x", "link": "tel:112"}, "not both"),
        ({"name": "Anna"}, "needs a link or a webhook"),
        ({"link": "tel:112", "picture": True}, "needs a webhook"),
        ({"name": "日本", "link": "tel:112"}, "can't be said"),
        ({"name": "one two three four five", "link": "tel:112"}, "can't be said"),
    ],
)
def test_what_is_unsafe_or_makes_no_sense_is_a_fault(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Person(**given)


def test_the_webhook_is_a_secret_and_comes_from_the_environment() -> None:
    settings = load(environ={"NETRA_PERSON__WEBHOOK": "https://hooks.example/secret"})
    assert settings.person.on
    assert "secret" not in repr(settings.person)
    with pytest.raises(SettingsError) as error:
        load(environ={"NETRA_PERSON__WEBHOOK": "http://hooks.example/secret"})
    assert "person.webhook" in str(error.value)
    assert "secret" not in str(error.value)
