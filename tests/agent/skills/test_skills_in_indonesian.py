"""The skills' answers in Indonesian: whole sentences of one language, whatever is found."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import datetime

import pytest

from agent.engines.protocols import Box, Code, Product, Said, TextLine
from agent.errors import EngineFailed
from agent.house.things import Thing
from agent.language.saying import speaking
from agent.person.settings import Person
from agent.sight.own_things import Taught
from agent.sight.quality import ADVICE
from agent.sight.recall import Recalled
from agent.skills.ask_person import ask_person, called, not_called
from agent.skills.catalogue import SKILLS
from agent.skills.find_seen import told
from agent.skills.house import house_ask, house_do
from agent.skills.skill import (
    Answer,
    Brightness,
    CallPerson,
    ColourPart,
    Kept,
    Manner,
    Pending,
    Situation,
    Skill,
    Timer,
)
from agent.skills.understand_languages import SPEAK_LANGUAGE
from agent.watching import Sighting, _Teller
from tests.agent.house.test_house_skills import FakeHouse
from tests.agent.skills.test_looking_skills import SOMEWHERE, THREE, Known
from tests.drawn import thing

BY_NAME = {skill.name: skill for skill in SKILLS}
ENGLISH = re.compile(
    r"\b(?:the|is|are|was|and|or|of|it|it's|your|you|can't|i'm|with|say|there|that|this|not|now|more|left|right|on|off|"
    r"in|to|from|says|perhaps|ago|about|text|code|light)\b",
    re.IGNORECASE,
)
OWN_WORDS = re.compile(r"speak English|sight\.memory|\bteks\b|\bkode\b")


def answer(skill: Skill, eyes: Known | None = None, **more: object) -> Answer:
    arguments = more.pop("arguments", {})
    at = datetime(2026, 3, 4, 16, 38, 5)
    manner = Manner(language="id")
    situation = Situation(eyes or Known(), at, 1_000_000, manner, skills=SKILLS, **more)  # type: ignore[arg-type]
    return asyncio.run(skill(situation, arguments))  # type: ignore[arg-type]


def english_in(given: Answer) -> list[str]:
    return ENGLISH.findall(OWN_WORDS.sub("", f"{given.text} {given.brief} {given.more}"))


LINES = (TextLine("KELUAR", SOMEWHERE, 0.99), TextLine("peron 4", Box(10, 80, 400, 40), 0.5))
EAN = Code("4006381333931", "EAN13", True, SOMEWHERE)
SEEN = [
    Known(),
    Known(
        lines=LINES,
        found=(EAN,),
        boxes=THREE,
        bright=Brightness(10, "left"),
    ),
    Known(found=(replace(EAN, item=Product("4006381333931", "Pensil", "Stabilo", "6 x 1,5 l")),)),
    Known(found=(replace(EAN, unnamed="not_in_list"),)),
    Known(found=(replace(EAN, unnamed="list_broken"),)),
    Known(found=(replace(EAN, text="9780141439518", unnamed="not_in_list"),)),
    Known(found=(replace(EAN, text="9780141439518", item=Product("9780141439518", "Laskar", "Hirata")),)),
    Known(lines=LINES[1:], boxes=THREE[:1], bright=Brightness(1, "above"), parts=()),
    Known(parts=(ColourPart("dark blue", 0.65, (20, 30, 90)), ColourPart("white", 0.3, (250, 250, 250)))),
    Known(pixels=thing((200, 30, 30)), bright=Brightness(90, "right")),
    Known(broken=EngineFailed("mesinnya rusak")),
    *(Known(trouble=trouble) for trouble in ADVICE),
]


class InView(Known):
    """Eyes whose camera is on."""

    def in_view(self) -> tuple[str, ...]:
        return ("a",)


MAP = Taught("map biru", ())
KEPT = (
    Kept(-200_000_000, LINES, (ColourPart("blue", 1.0, (0, 0, 255)),), faces=2, pinned=True),
    Kept(-90_000_000, (TextLine("MASUK 12", SOMEWHERE, 0.99),), pinned=True),
)


@pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.name)
def test_no_english_is_left_in_an_answer(skill: Skill) -> None:
    arguments = {"language": "en"} if skill.name == SPEAK_LANGUAGE else {}
    situations: list[dict[str, object]] = [
        {},
        {"history": (Said("user", "halo"), Said("agent", "Halo."))},
        {"timers": (Timer(1, 300, 61_000_000),)},
        {"timers": (Timer(1, 300, 61_000_000), Timer(2, 60, 31_000_000))},
        {"seen": KEPT, "taught": (MAP,), "looking": True},
        {"last": Answer("Tertulis: Kamar 12.", more="Itu saja: 1 baris.", skill="read_text"), "unheard": "sisanya"},
    ]
    for eyes in SEEN:
        for more in situations:
            given = answer(skill, eyes, arguments=arguments, **more)
            if skill.name != SPEAK_LANGUAGE:
                assert english_in(given) == [], (skill.name, given)


CODES = [
    "https://contoh.id/a", "WIFI:S:rumah;P:rahasia1;;", "WIFI:S:rumah;;", "tel:+62812",
    "MECARD:N:Budi;TEL:0812;EMAIL:a@b.id;;",
    "BEGIN:VCARD\nFN:Siti\nEND:VCARD", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Rapat\nEND:VEVENT",
    "otpauth://totp/a?secret=b",
    "BCD\n002\n1\nSCT\n\nBudi\nDE00", "mailto:a@b.id", "MATMSG:TO:a@b.id;;", "smsto:0812:halo", "geo:1,2",
    "bitcoin:abc",
    "Halo dunia",
    "lihat https://contoh.id", "123456789", "...",
]  # fmt: skip


@pytest.mark.parametrize("payload", CODES)
def test_codes_are_explained_in_indonesian(payload: str) -> None:
    given = answer(BY_NAME["scan_code"], Known(found=(Code(payload, "QRCode", False, SOMEWHERE),)))
    assert english_in(replace(given, more=given.more.replace(payload, ""))) == []
    assert "kode QR" in f"{given.text} {given.brief}"


@pytest.mark.parametrize("topic", [
    "weather", "news", "music", "person", "call_or_message", "translate", "knowledge", "navigation", "who_is_this",
    "safety", "joke_or_story", "arithmetic", "smart_home", "shopping", "alarm", "other",
])  # fmt: skip
def test_refusals_are_indonesian(topic: str) -> None:
    given = answer(BY_NAME["unsupported"], arguments={"topic": topic})
    assert given.kind == "refusal"
    assert english_in(given) == []


def test_some_answers_word_for_word() -> None:
    assert answer(BY_NAME["time"]).text == "Sekarang jam 4 lewat 38 menit sore."
    assert answer(BY_NAME["date"]).text == "Hari ini Rabu, 4 Maret 2026."
    assert answer(BY_NAME["set_timer"], arguments={"seconds": 330}).text == "Timer dipasang 5 menit 30 detik."
    assert answer(BY_NAME["people"], Known(boxes=THREE)).text == "3 orang: 2 di kiri dan 1 di kanan."
    assert answer(BY_NAME["colour"]).text == "Warnanya biru."
    assert answer(BY_NAME["read_text"], Known(lines=LINES)).text == (
        "Tertulis: KELUAR, mungkin peron 4. Saya tidak yakin dengan kata-kata setelah kata mungkin."
    )
    help_said = answer(BY_NAME["help"]).text
    assert '"Apa yang kamu lihat?"' in help_said
    assert "Nyalakan kamera" in help_said


def test_what_was_read_in_indonesian_is_spelled_with_its_doubt() -> None:
    read = answer(BY_NAME["read_text"], Known(lines=LINES))
    spelled = answer(BY_NAME["spell"], last=read)
    assert spelled.text.startswith("Saya tidak yakin waktu membacanya. K, E, L, U, A, R, koma.")
    unsure = answer(BY_NAME["read_text"], Known(lines=(TextLine("Dosis 25 mg", SOMEWHERE, 0.75),)))
    assert answer(BY_NAME["digits"], last=unsure).text == "Saya tidak yakin waktu membacanya. 2 5 mg."


def test_an_answer_in_another_language_than_before_can_still_be_spelled() -> None:
    last = Answer("It says: Gate B7. There is more.", more="Exit.", skill="read_text")
    assert answer(BY_NAME["spell"], last=last).text == "G, A, T, E. B, 7, titik. E, X, I, T."


def test_where_something_was_seen() -> None:
    with speaking("id"):
        found = Recalled("a", 125_000_000, True, ("cangkir", "buku"))
        assert (
            told("kunci saya", found) == "Saya melihat kunci saya sekitar 2 menit yang lalu, di dekat cangkir dan buku."
        )
        assert told("kunci saya", replace(found, sure=False)).endswith("Saya tidak yakin.")


def test_what_was_before_and_what_is_taught_word_for_word() -> None:
    read = answer(BY_NAME["read_before"], seen=KEPT).text
    assert read == "Sekitar 2 menit yang lalu saya membaca: MASUK 12. Itu yang tadi; mungkin sudah berubah."
    compared = answer(BY_NAME["compare_before"], Known(lines=LINES), seen=KEPT[1:]).text
    assert compared.startswith("Dibandingkan dengan sekitar 2 menit yang lalu: teksnya berbeda: sebelumnya tertulis")
    assert answer(BY_NAME["teach"], arguments={"thing": "map biru saya"}).text.startswith("Pegang map biru di tengah")
    assert answer(BY_NAME["teach"], arguments={"thing": "ibu"}).kind == "refusal"
    assert answer(BY_NAME["find_seen"], arguments={"thing": "map biru saya"}, taught=(MAP,)).text.startswith(
        "Saya tidak menemukan map biru saya di gambar."
    )


@pytest.mark.parametrize("person", [
    Person(name="Siti", link="tel:+62812"), Person(link="tel:+62812"),
    Person(webhook="https://contoh.id/a", picture=True),
])  # fmt: skip
def test_a_person_is_asked_in_indonesian(person: Person) -> None:
    situation = Situation(InView(), datetime(2026, 3, 4), 0, Manner(language="id"), person=person)
    with speaking("id"):
        asked = asyncio.run(ask_person.run(situation))
        for given in (asked, called(situation, Pending(1, (), "", 9), CallPerson())):
            assert english_in(given) == []
            assert (person.name or "seseorang") in given.text
    no = asyncio.run(ask_person(replace(situation, person=None), {}))
    assert (english_in(no), not_called(CallPerson()).text) == ([], "All right, I ask nobody.")


def test_what_is_looked_out_for() -> None:
    with speaking("id"):
        teller = _Teller("keluar")
        assert teller.told(Sighting("di kiri", "KELUAR", True), 0, may_speak=True) == "Saya melihat keluar, di kiri."
        moved = teller.told(Sighting("di tengah", "KELUAR", True), 60_000_000, may_speak=True)
        assert moved == "Keluar, sekarang di tengah."


def test_the_house_is_answered_in_indonesian() -> None:
    lamp = Thing(name="lampu", room="dapur", kind="light", command_topic="a/set", state_topic="a")
    door = Thing(name="pintu depan", kind="lock", command_topic="b/set", state_topic="b")
    warm = Thing(name="suhu", room="kamar", kind="sensor", state_topic="c", unit="°C")
    house = FakeHouse(things=(lamp, door, warm), told={"a": "on", "b": "unlocked", "c": "21.5 degrees"})
    on = answer(house_do, arguments={"verb": "on", "thing": "lampu dapur"}, house=house)
    assert on.text == "Menyalakan lampu di dapur."
    unlock = answer(house_do, arguments={"verb": "unlock", "thing": "pintu depan"}, house=house)
    assert unlock.text == "Apakah saya perlu membuka kunci pintu depan?"
    asked = answer(house_ask, arguments={"thing": "lampu dapur", "state": "on"}, house=house)
    assert asked.text == "Ya, lampu di dapur menyala."
    assert answer(house_ask, arguments={"thing": "suhu kamar"}, house=house).text == "Suhu di kamar 21,5 derajat."
