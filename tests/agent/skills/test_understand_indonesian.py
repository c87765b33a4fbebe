"""Typed Indonesian is understood by its own bank, English stays as it was, and talk from outside is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.language.indonesian import SENTENCES
from agent.language.saying import speaking
from agent.person.settings import Person
from agent.skills.bank import OUTSIDE, Bank
from agent.skills.catalogue import SKILLS
from agent.skills.house_bank import bank_for
from agent.skills.indonesian_slots import duration_seconds, quoted_after, thing_in, thing_shown, words_in, words_of
from agent.skills.tongues import IN_INDONESIAN
from agent.skills.understand import Understanding
from agent.skills.understand_languages import Understandings, language_asked


@pytest.fixture(scope="module")
def english(trained: Path) -> Understanding:
    return Understanding(cache_dir=trained)


@pytest.fixture(scope="module")
def both(english: Understanding, trained: Path) -> Understandings:
    """Trained once from the whole bank."""
    indonesian = Understanding(cache_dir=trained, tongue=IN_INDONESIAN)
    return Understandings({"en": english, "id": indonesian})


def typed(both: Understandings, text: str) -> str | None:
    intent = both.understand(text, typed=True)
    return None if intent is None else intent.skill


WRITTEN_APART = {
    "describe": (
        "coba lihat di depan saya ada apa", "kamu lihat apa di meja ini", "gambarkan sekeliling saya dong",
        "Apa saja yang ada di hadapan saya?", "ini benda apa ya",
    ),
    "read_text": (
        "tolong bacakan label obat ini", "apa tulisan di papan itu", "bacain surat ini dong", "isi kertas ini apa",
        "Bacakan menu ini untuk saya.",
    ),
    "colour": (
        "baju saya warnanya apa ya", "kaus ini warna apa", "Apakah celana ini hitam atau biru?", "warna sepatu ini apa",
    ),
    "match": ("apa kaus kaki ini sepasang", "celana dan baju ini serasi tidak", "dua ini cocok nggak"),
    "time": ("jam brp skrg", "sekarang pukul berapa ya", "Jam berapa sekarang?", "tolong kasih tahu jam"),
    "date": ("hari ini hari apa", "sekarang tanggal berapa", "Tanggal berapa hari ini?"),
    "set_timer": ("nyalakan timer 10 menit", "ingatkan saya 20 menit lagi", "tolong setel timer setengah jam"),
    "timer_left": ("timernya masih berapa lama", "sisa waktunya berapa", "berapa menit lagi timernya"),
    "cancel_timer": ("batalkan timernya dong", "hapus timer itu"),
    "repeat": ("ulangi sekali lagi dong", "tadi kamu bilang apa", "tolong ulang lagi"),
    "slower": ("ngomongnya pelan-pelan dong", "bicara lebih lambat", "kamu terlalu cepat"),
    "faster": ("tolong bicara lebih cepat", "agak cepat dong"),
    "louder": ("suaranya kurang keras", "besarkan suaramu"),
    "quieter": ("kecilkan suaranya", "suaramu terlalu keras"),
    "stop": ("sudah diam", "stop netra", "cukup"),
    "pause": ("tunggu sebentar", "bentar ya"),
    "resume": ("lanjutkan", "teruskan bacanya", "oke lanjut"),
    "spell": ("eja namanya", "tolong eja kata itu"),
    "digits": ("sebutkan angkanya satu per satu", "bacakan nomornya pelan-pelan"),
    "scan_code": ("pindai barcode ini", "ini produk apa", "ada kode qr tidak"),
    "scan_along": ("pindai terus barangnya", "kabari kalau kamu lihat kode"),
    "light_from": ("jendelanya di sebelah mana", "cahayanya dari arah mana"),
    "light_tone": ("bunyikan cahayanya dong", "tolong perdengarkan cahaya"),
    "light": ("di sini terang tidak", "apakah lampunya menyala", "seberapa gelap ruangan ini"),
    "people": ("ada orang di depan saya", "berapa orang di ruangan ini", "Apakah ada seseorang di sini?"),
    "find_seen": ("di mana kacamata saya", "kunci saya tadi di mana"),
    "watch_for": ("kasih tahu kalau kamu lihat pintu keluar", "tolong cari tulisan toilet"),
    "live": ("tolong kabari saya apa yang berubah", "ceritakan terus sambil jalan ya"),
    "read_before": ("tadi kamu baca apa", "apa yang kamu baca sebelum ini"),
    "compare_before": ("apa masih sama seperti tadi", "coba bandingkan ini dengan yang tadi"),
    "remember_this": ("tolong ingat label ini", "ingat yang kamu lihat"),
    "remembered": ("apa saja yang kamu ingat", "tadi saya minta kamu ingat apa"),
    "forget": ("lupakan yang tadi", "hapus semua yang kamu lihat"),
    "teach": ("ini tas hitam saya", "oke ini botol saya"),
    "which_of_mine": ("barang saya yang mana ini", "yang mana dari benda saya ini"),
    "affirm": ("ya", "Ya.", "iya"),
    "deny": ("tidak", "Tidak.", "jangan"),
    "help": ("kamu bisa apa saja", "saya butuh bantuan"),
    "greet": ("selamat pagi netra", "halo"),
    "thanks": ("makasih ya", "terima kasih banyak"),
    "who_are_you": ("kamu ini siapa", "siapa yang membuat kamu"),
    "speak_language": ("tolong bicara bahasa inggris", "ganti ke bahasa indonesia", "pakai bahasa Inggris"),
    "unsupported": (
        "besok hujan tidak di bandung", "putar lagu dangdut", "telepon ibu saya", "siapa orang yang di depan saya",
        "apakah sekarang aman untuk menyeberang", "bolehkah saya menyeberang jalan ini", "ceritakan lelucon",
    ),
}  # fmt: skip
"""Not in the bank in these words, but by the same hand."""


def test_most_requests_that_were_written_apart_are_understood_and_hardly_any_wrongly(both: Understandings) -> None:
    told = {text: (typed(both, text), skill) for skill, texts in WRITTEN_APART.items() for text in texts}
    wrong = {text: got for text, (got, skill) in told.items() if got not in (skill, None)}
    lost = [text for text, (got, _) in told.items() if got is None]
    assert len(wrong) <= 0.04 * len(told), wrong
    assert len(lost) <= 0.06 * len(told), lost


@pytest.mark.parametrize("text", [
    "kemarin saya pergi ke pasar sama ibu", "dia bilang mobilnya rusak", "besok kita makan di warung itu",
    "jangan lupa jemur baju dulu", "katanya jam tujuh dia baru pulang dari kantor", "tim itu menang tiga kosong", "",
])  # fmt: skip
def test_talk_from_outside_is_not_answered(both: Understandings, text: str) -> None:
    assert typed(both, text) is None


def test_a_person_is_asked_for_in_indonesian(english: Understanding, tmp_path: Path) -> None:
    person = Person(name="Anna", link="tel:+62812")
    bank = bank_for((), IN_INDONESIAN.phrases, person=person, language="id")
    both = Understandings({"en": english, "id": Understanding(bank, cache_dir=tmp_path, tongue=IN_INDONESIAN)})
    for text in ("minta bantuan seseorang", "hubungi Anna", "tolong panggilkan anna", "saya mau bicara dengan manusia"):
        assert typed(both, text) == "ask_person", text
    assert typed(both, "telepon ibu saya") == "unsupported"
    assert (typed(both, "ya"), typed(both, "Tidak")) == ("affirm", "deny")


def test_what_and_who_somebody_is_are_different_questions(both: Understandings) -> None:
    for text, wanted in (("apa ini", "describe"), ("ini apa?", "describe"), ("siapa kamu", "who_are_you")):
        assert typed(both, text) == wanted, text
    for text in ("siapa ini", "siapa itu?", "berapa umurnya"):
        intent = both.understand(text, typed=True)
        assert intent is not None
        assert (intent.skill, dict(intent.arguments)) == ("unsupported", {"topic": "who_is_this"}), text


def test_questions_whether_it_is_safe_are_always_refused(both: Understandings) -> None:
    for text in ("apakah aman menyeberang", "boleh saya menyeberang sekarang", "aman nggak nyeberang", "jalannya aman"):
        intent = both.understand(text, typed=True)
        assert intent is None or dict(intent.arguments) == {"topic": "safety"}, text


def test_english_is_understood_as_before(english: Understanding, both: Understandings) -> None:
    for text in english_requests():
        for is_typed in (False, True):
            alone = english.understand(text, typed=is_typed)
            if alone is not None and alone.skill != "unsupported":
                assert both.understand(text, typed=is_typed) == alone, text


def test_english_is_understood_while_indonesian_is_spoken(english: Understanding, both: Understandings) -> None:
    """A word that both know ("stop", "halo") is Indonesian then; what is said in English is English."""
    with speaking("id"):
        told = [(text, english.understand(text), both.understand(text)) for text in english_requests()]
    other = [text for text, alone, here in told if alone is not None and (here is None or here.skill != alone.skill)]
    assert len(other) <= 0.01 * len(told), other


def english_requests() -> list[str]:
    phrases = Bank.load().phrases(seed=3, per_intent=12, skills=[skill.name for skill in SKILLS])
    return [one.text for one in phrases if language_asked(one.text) is None]


def outside() -> Iterator[str]:
    yield from (one.text for one in Bank.load().phrases(seed=4, per_intent=40, skills=(OUTSIDE,)))


def test_english_talk_from_outside_means_nothing_in_indonesian_either(
    english: Understanding, both: Understandings
) -> None:
    for text in outside():
        if english.understand(text, typed=True) is None:
            assert both.understand(text, typed=True) is None, text


def test_the_example_of_every_skill_is_understood_as_that_skill(both: Understandings) -> None:
    with speaking("id"):
        for skill in SKILLS:
            assert typed(both, SENTENCES[skill.examples[0]]) == skill.name


def test_every_skill_has_indonesian_phrases() -> None:
    assert set(Bank.load(IN_INDONESIAN.phrases).skills) == {"backchannel", *(skill.name for skill in SKILLS)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("speak indonesian", "id"),
        ("Please speak English.", "en"),
        ("can you switch to indonesian please", "id"),
        ("talk to me in indonesian from now on", "id"),
        ("change the language to english", "en"),
        ("indonesian please", "id"),
        ("english", None),
        ("say good morning in indonesian", None),
        ("translate this to english", None),
        ("i speak english at home", None),
    ],
)
def test_a_language_is_asked_for_in_english_word_for_word(both: Understandings, text: str, code: str | None) -> None:
    assert language_asked(text) == code
    if code is not None:
        for spoken in ("en", "id"):
            with speaking(spoken):
                intent = both.understand(text, coverage=0.4)
                assert intent is not None
                assert dict(intent.arguments) == {"language": code}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("lima menit", 300),
        ("satu setengah jam", 5400),
        ("sejam setengah", 5400),
        ("setengah jam", 1800),
        ("seperempat jam", 900),
        ("semenit", 60),
        ("dua puluh lima detik", 25),
        ("lima menit tiga puluh detik", 330),
        ("sejam lima menit", 3900),
        ("dua belas menit", 720),
        ("seratus dua puluh detik", 120),
        ("2,5 jam", 9000),
        ("20 menit", 1200),
        ("1 jam 30 menit", 5400),
        ("1:30", 90),
        ("pasang timer", None),
        ("jam berapa", None),
        ("tiga hari", None),
        ("lima puluh jam", None),
    ],
)
def test_lengths_of_time(text: str, seconds: int | None) -> None:
    assert duration_seconds(text) == seconds


def test_words_are_made_one() -> None:
    assert words_of("Apakah Anda nggak lihat, sih?") == ["apa", "kamu", "tidak", "lihat", "sih"]
    assert words_of("abu-abu dimana") == ["abu", "abu", "di", "mana"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kabari saya kalau kamu lihat kata keluar", "keluar"),
        ("tolong cari tulisan Pintu Keluar dong", "Pintu Keluar"),
        ("kasih tahu kalau ada peron 4", "peron 4"),
        ("cari kata itu", ""),
        ("kabari saya", ""),
    ],
)
def test_what_is_looked_for(text: str, words: str) -> None:
    assert words_in(text) == words


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("di mana kunci saya", "kunci saya"),
        ("dimana saya taruh kacamata saya tadi?", "kacamata saya"),
        ("kunci saya ada di mana", "kunci saya"),
        ("tolong carikan dompet saya", "dompet saya"),
        ("di mana", ""),
    ],
)
def test_which_thing_is_looked_for(text: str, thing: str) -> None:
    assert thing_in(text) == thing


@pytest.mark.parametrize(
    ("text", "thing"),
    [("ini map biru saya", "map biru"), ("nah, ini kunci saya ya", "kunci"), ("ini ibu saya", "ibu"), ("ini", "")],
)
def test_which_thing_is_shown(text: str, thing: str) -> None:
    assert thing_shown(text) == thing


def test_what_changes_is_no_word_to_look_for() -> None:
    assert words_in("kabari saya kalau ada yang berubah") == ""


def test_after_which_words() -> None:
    assert quoted_after("apa katamu setelah kata peron") == "peron"
    assert quoted_after("apa katamu setelah itu") == ""
