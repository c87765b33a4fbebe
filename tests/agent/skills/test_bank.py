"""The phrase bank draws evenly, repeatably, and says where a template is wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from agent.skills.bank import OUTSIDE, Bank, PhraseError, Word, count, parse
from agent.skills.catalogue import SKILLS
from agent.skills.understand_languages import SPEAK_LANGUAGE
from agent.skills.understand_slots import duration_seconds

LEADS = "{lead} = hey\n{tail} = please\n"


def small(folder: Path, **files: str) -> Bank:
    for name, text in {"shared": LEADS, **files}.items():
        folder.joinpath(f"{name}.phrases").write_text(text, encoding="utf-8")
    return Bank.load(folder)


def test_alternatives_options_and_lists_are_drawn(tmp_path: Path) -> None:
    bank = small(tmp_path, time="@bare\n{now} = now | today\n(what|which) time [is it] [{now}]  # a comment\n")
    found = {phrase.text for phrase in bank.phrases(per_intent=100)}
    assert found == {
        f"{first} time{middle}{last}"
        for first in ("what", "which")
        for middle in ("", " is it")
        for last in ("", " now", " today")
    }


def test_arguments_hold_until_the_next_ones(tmp_path: Path) -> None:
    bank = small(tmp_path, ask="@bare\n-> topic=weather\nrain\n-> topic=news\nheadlines\n->\nanything\n")
    assert {phrase.text: phrase.label for phrase in bank.phrases()} == {
        "rain": "ask topic=weather",
        "headlines": "ask topic=news",
        "anything": "ask",
    }


def test_fills_of_slots_are_told(tmp_path: Path) -> None:
    bank = small(tmp_path, set="@bare\n{duration} = five minutes\nwait {duration}\n")
    assert [(phrase.text, phrase.slots) for phrase in bank.phrases()] == [
        ("wait five minutes", (("duration", "five minutes"),))
    ]


def test_polite_words_go_around_only_where_they_may(tmp_path: Path) -> None:
    bank = small(tmp_path, polite="what time is it\n", curt="@bare\nstop\n")
    found = {phrase.text for phrase in bank.phrases()}
    assert {"what time is it", "hey what time is it", "what time is it please"} <= found
    assert "hey stop" not in found


def test_the_count_of_a_template_is_what_it_can_make() -> None:
    (template,) = parse("(a|b) [c] (d|e [f])", "x", {})
    assert count(template.node) == 2 * 2 * 3
    assert count(Word("a")) == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [("what (time", "missing '\\)'"), ("what time)", "unexpected '\\)'"), ("{never} ever", "no list named 'never'")],
)
def test_a_wrong_template_is_told_with_file_and_line(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(PhraseError, match=f"time.phrases line 2: {reason}"):
        small(tmp_path, time=f"what time is it\n{line}\n")


def test_shared_lists_may_not_hold_templates(tmp_path: Path) -> None:
    with pytest.raises(PhraseError, match="lists only"):
        small(tmp_path, shared=LEADS + "hello\n")


class TestTheBank:
    """What the files of this repository give."""

    bank = Bank.load()
    phrases = bank.phrases()

    def test_draws_the_same_again(self) -> None:
        assert Bank.load().phrases() == self.phrases

    def test_another_seed_draws_other_sentences(self) -> None:
        assert self.bank.phrases(seed=2) != self.phrases

    def test_has_a_file_for_each_skill_and_the_sounds_of_a_listener(self) -> None:
        assert set(self.bank.skills) == {"backchannel", *(skill.name for skill in SKILLS)} - {SPEAK_LANGUAGE}

    def test_gives_each_intent_its_share(self) -> None:
        sizes = Counter(phrase.label for phrase in self.phrases if phrase.skill != OUTSIDE)
        assert max(sizes.values()) <= 1000
        by_its_words = {label for label in sizes if label.startswith("turn_page ")}  # not left to the classifier
        assert min(size for label, size in sizes.items() if label not in by_its_words) >= 100

    def test_has_thousands_of_sentences_and_a_thousand_words(self) -> None:
        inside = [phrase for phrase in self.phrases if phrase.skill != OUTSIDE]
        assert len(inside) > 10_000
        assert len({word for phrase in inside for word in phrase.text.split()}) > 1000

    def test_every_duration_is_one_that_can_be_told_in_seconds(self) -> None:
        fills = {fill for phrase in self.phrases for name, fill in phrase.slots if name == "duration"}
        assert len(fills) > 50
        assert [fill for fill in fills if duration_seconds(fill) is None] == []
