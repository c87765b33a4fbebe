"""A house whose things have Indonesian names: what is typed about them is understood, and "jangan" does nothing."""

from __future__ import annotations

import pytest

from agent.house.things import Thing
from agent.skills.house_bank import INDONESIAN, bank_for, called_in_indonesian
from agent.skills.house_words import certain, named, state_in, verb_in
from agent.skills.tongues import IN_INDONESIAN
from agent.skills.understand import Understanding

THINGS = tuple(
    Thing.model_validate(one)
    for one in (
        {"name": "lampu", "room": "dapur", "kind": "light", "command_topic": "h/1", "state_topic": "s/1"},
        {"name": "lampu", "room": "kamar", "kind": "light", "command_topic": "h/2", "state_topic": "s/2"},
        {"name": "kipas angin", "kind": "switch", "command_topic": "h/4", "state_topic": "s/4"},
        {"name": "pintu depan", "kind": "lock", "command_topic": "h/5", "state_topic": "s/5"},
        {"name": "gorden", "kind": "cover", "command_topic": "h/7", "state_topic": "s/7"},
        {"name": "alarm rumah", "kind": "alarm", "command_topic": "h/8", "state_topic": "s/8"},
        {"name": "suhu", "room": "kamar", "kind": "sensor", "state_topic": "s/10", "unit": "°C"},
    )
)


@pytest.fixture(scope="module")
def understanding(tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    bank = bank_for(THINGS, IN_INDONESIAN.phrases, INDONESIAN)
    return Understanding(bank, cache_dir=tmp_path_factory.mktemp("u"), things=THINGS, tongue=IN_INDONESIAN)


@pytest.mark.parametrize(
    ("text", "skill", "verb", "called"),
    [
        ("nyalakan lampu dapur", "house_do", "on", "lampu in the dapur"),
        ("tolong matikan lampu di kamar", "house_do", "off", "lampu in the kamar"),
        ("matikan kipas angin", "house_do", "off", "kipas angin"),
        ("kunci pintu depan", "house_do", "lock", "pintu depan"),
        ("buka kunci pintu depan", "house_do", "unlock", "pintu depan"),
        ("tutup gorden", "house_do", "close", "gorden"),
        ("aktifkan alarm rumah", "house_do", "on", "alarm rumah"),
        ("apakah lampu dapur menyala", "house_ask", None, "lampu in the dapur"),
        ("apa pintu depan terkunci", "house_ask", None, "pintu depan"),
        ("berapa suhu kamar", "house_ask", None, "suhu in the kamar"),
    ],
)
def test_what_is_typed_about_the_house(
    understanding: Understanding, text: str, skill: str, verb: str | None, called: str
) -> None:
    intent = understanding.understand(text, typed=True)
    assert intent is not None
    assert (intent.skill, intent.arguments.get("verb")) == (skill, verb)
    [thing] = named(intent.arguments["thing"], THINGS)
    assert thing.called == called
    assert certain(intent.arguments["thing"], thing)


def test_all_lights() -> None:
    assert {thing.room for thing in named("matikan semua lampu", THINGS)} == {"dapur", "kamar"}


@pytest.mark.parametrize("text", ["jangan matikan lampu dapur", "jangan buka kunci pintu depan"])
def test_what_must_not_be_done_is_no_deed(understanding: Understanding, text: str) -> None:
    assert verb_in(text) is None
    intent = understanding.understand(text, typed=True)
    assert intent is None or "verb" not in intent.arguments


def test_states() -> None:
    assert [state_in(text) for text in ("masih menyala", "sudah mati", "terkunci", "tertutup")] == [
        "on", "off", "locked", "closed",
    ]  # fmt: skip


def test_names_with_their_rooms() -> None:
    assert list(called_in_indonesian(THINGS[0])) == ["lampu", "lampu dapur", "lampu di dapur"]


def test_without_things_it_is_the_plain_bank() -> None:
    assert bank_for((), IN_INDONESIAN.phrases, INDONESIAN).digest != bank_for(()).digest
