"""Tokens become words that can be spoken, the same ones however they are cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.thinking import plain
from agent.thinking.honesty import SAFETY_WORDS, Guard, forbidden
from agent.thinking.plain import Plain


def spoken(*tokens: str) -> str:
    plain = Plain()
    words = [word for token in tokens for word in plain.push(token)]
    return " ".join([*words, *plain.flush()])


@pytest.mark.parametrize(("raw", "words"), [
    ("Hello there.", "Hello there."),
    ("It is **very** _dark_ here.", "It is very _dark_ here."),
    ("# Title\n- one\n- two\n* three", "Title one two three"),
    ("<think>The user wants...\nlots</think>\nYes, it is.", "Yes, it is."),
    ("<think>never ends", ""),
    ("See [the page](https://example.org/x) now", "See the page now"),
    ("```python\nx = 1\n```", "x = 1"),
    ("3 * 4 is 12, and a-b stays", "3  4 is 12, and a-b stays".replace("  ", " ")),
    ("Saya melihat dua cangkir.", "Saya melihat dua cangkir."),
    ("a < b and <b", "a < b and <b"),
])  # fmt: skip
def test_what_is_no_speech_is_left_out(raw: str, words: str) -> None:
    assert spoken(raw) == words
    assert spoken(*raw) == words  # letter by letter


@given(
    st.lists(st.sampled_from(["It ", "is", " **b", "ig**", "\n- ", "<thi", "nk>no", "</think>", " a [l", "](u)", "."]))
)
def test_words_do_not_depend_on_how_the_text_was_cut(tokens: list[str]) -> None:
    whole = "".join(tokens)
    assert spoken(*tokens) == spoken(*whole)


def test_words_come_as_soon_as_they_are_whole() -> None:
    plain = Plain()
    assert list(plain.push("The cu")) == ["The"]
    assert list(plain.push("p is")) == ["cup"]
    assert list(plain.flush()) == ["is"]
    assert "".join(Plain().push("写" * 60)) == "写" * 60


MARKED = ["a ", "words ", " b", "\n", "- ", "**", "`", "[x", "](http://a.b/c)", "<think>", "</think>", "> ", "[", "_"]


@given(st.lists(st.sampled_from(MARKED), min_size=20, max_size=60), st.integers(10, 20))
@settings(max_examples=30, deadline=None)
def test_letting_go_of_what_was_given_changes_no_word(tokens: list[str], times: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plain, "KEPT", 10**9)
        wanted = spoken(*tokens * times)
    assert spoken(*tokens * times) == wanted


def test_a_long_answer_costs_no_more_for_each_word(monkeypatch: pytest.MonkeyPatch) -> None:
    cleaned, read = plain._cleaned, []

    def counted(raw: str) -> str:
        read.append(len(raw))
        return cleaned(raw)

    monkeypatch.setattr(plain, "_cleaned", counted)
    assert len(spoken(*["word "] * 3_000).split()) == 3_000
    assert max(read) < 3 * plain.KEPT


@pytest.mark.parametrize(("text", "topic"), [
    ("is it safe to cross", "safety"), ("can I cross now", "safety"), ("should we walk over", "safety"),
    ("is the road clear", "safety"), ("is it okay to step off here", "safety"),
    ("who is this", "who_is_this"), ("who's that man", "who_is_this"), ("do you recognise her", "who_is_this"),
    ("apakah aman untuk menyeberang", "safety"), ("bolehkah saya menyeberang sekarang?", "safety"),
    ("apa jalannya sudah aman", "safety"), ("siapa orang ini", "who_is_this"), ("siapa ini?", "who_is_this"),
    ("apa kamu mengenali wajah ini", "who_is_this"), ("siapa yang menulis buku ini", None),
    ("siapa itu soekarno", None), ("apa yang ada di jalan", None),
    ("who wrote this book", None), ("what is on the road", None), ("can i cross the t", "safety"), ("hello", None),
])  # fmt: skip
def test_what_no_model_may_answer_is_known_by_its_words(text: str, topic: str | None) -> None:
    assert forbidden(text) == topic


def guarded(text: str) -> tuple[str, bool]:
    guard = Guard()
    words = [out for word in text.split() for out in guard.push(word)]
    return " ".join([*words, *guard.flush()]), guard.fell


@pytest.mark.parametrize("text", [
    "The light is green. It is safe to cross.", "Yes, you can cross now.", "It looks clear to walk, go.",
    "Okay to cross.", "You may safely cross.", "It's fine for you to cross.",
    "Lampunya hijau. Aman untuk menyeberang.", "Ya, Anda boleh menyeberang.",
    "Sekarang aman menyeberang, silakan.", "Silakan menyeberang sekarang.",
])  # fmt: skip
def test_a_model_that_says_it_is_safe_is_stopped_before_it_has_said_so(text: str) -> None:
    said, fell = guarded(text)
    assert fell
    assert said.endswith(SAFETY_WORDS)
    unsaid = ("cross", "walk", "safe", "clear", "aman", "nyeberang")
    assert not any(word in said.removesuffix(SAFETY_WORDS) for word in unsaid)


@pytest.mark.parametrize("text", [
    "Saya tidak tahu apakah aman untuk menyeberang.", "Jangan menyeberang di sini.",
    "Ini tidak aman untuk menyeberang.", "Saya bisa membaca teks itu, dan pintu itu boleh dibuka.",
    "I can't say whether it is safe to cross.", "It is not safe to cross here.", "Never cross now.",
    "The glass is clear. You can see two cups.", "The safe is open and it is fine.", "You",
])  # fmt: skip
def test_honest_sentences_pass_as_they_are(text: str) -> None:
    assert guarded(text) == (text, False)
