"""Where text is cut for the voice, and that nothing of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.clauses import Clauses, ClauseSettings

SHORT_FIRST = ClauseSettings()
SENTENCES = ClauseSettings(first_most_words=0)


def cut(text: str, settings: ClauseSettings = SHORT_FIRST, step: int = 1000) -> list[str]:
    clauses = Clauses(settings)
    parts = [clause for at in range(0, len(text), step) for clause in clauses.push(text[at : at + step])]
    return parts + clauses.flush()


def test_the_first_clause_is_short_and_the_others_are_sentences() -> None:
    text = "There is a red mug, and behind it a plate, a knife and a fork. The table is white, I think."
    assert cut(text) == [
        "There is a red mug, ",
        "and behind it a plate, a knife and a fork. ",
        "The table is white, I think.",
    ]


def test_the_first_clause_ends_before_a_joining_word() -> None:
    assert cut("A wooden table with a cup stands there.")[0] == "A wooden table "


def test_the_first_clause_ends_after_some_words_where_nothing_invites_it() -> None:
    assert cut("One two three four five six seven eight nine.")[0] == "One two three four five six seven "


def test_a_short_answer_stays_whole() -> None:
    assert cut("It's twenty to five.") == ["It's twenty to five."]


def test_a_clause_is_given_as_soon_as_the_next_word_begins() -> None:
    clauses = Clauses()
    assert clauses.push("It is dark here. ") == []
    assert clauses.push("T") == ["It is dark here. "]


@pytest.mark.parametrize(
    "text",
    [
        "It costs 3.5 or 1,000 at 10:30 today.",
        "Dr. Smith and Mrs. Jones met J. S. Bach.",
        "Fruit, e.g. apples, i.e. the red ones.",
        "See https://example.com/a?b=1.2 for this.",
        "At 5 p.m. today",
        "1. Milk and bread",
        "version 2.0.1 works",
    ],
)
def test_dots_inside_a_sentence_do_not_end_it(text: str) -> None:
    assert cut(text, SENTENCES) == [text]


def test_an_abbreviation_may_end_a_sentence_before_a_capital() -> None:
    assert cut("It opens at 5 p.m. Then it closes.", SENTENCES) == ["It opens at 5 p.m. ", "Then it closes."]


def test_a_number_may_end_a_sentence() -> None:
    assert cut("It's twenty to 5. What else?", SENTENCES) == ["It's twenty to 5. ", "What else?"]


def test_lines_are_clauses() -> None:
    assert cut("Milk\nBread\n\nEggs", SENTENCES) == ["Milk\n", "Bread\n\n", "Eggs"]


def test_closing_quotes_belong_to_their_sentence() -> None:
    assert cut('He said "Stop!" Then he left (at last.) Good.', SENTENCES) == [
        'He said "Stop!" ', "Then he left (at last.) ", "Good.",
    ]  # fmt: skip


def test_a_long_sentence_is_cut_at_a_comma_or_between_words() -> None:
    settings = ClauseSettings(first_most_words=0, longest=40)
    assert cut("one two three four, five six seven eight nine ten", settings)[0] == "one two three four, "
    assert max(map(len, cut("word " * 100, settings))) <= 40


def test_a_long_word_is_never_broken() -> None:
    url = "https://example.com/" + "a" * 400
    assert url + " " in cut(f"See {url} there.", SENTENCES)


def test_white_space_before_a_long_word_is_no_clause() -> None:
    assert cut("\r" + "0" * 30 + " end.", ClauseSettings(longest=20)) == ["\r" + "0" * 30 + " ", "end."]


def test_a_new_text_has_a_first_clause_again() -> None:
    clauses = Clauses()
    text = "Here is one thing, and here is another."
    first = [*clauses.push(text), *clauses.flush()]
    assert [*clauses.push(text), *clauses.flush()] == first == ["Here is one thing, ", "and here is another."]


@pytest.mark.parametrize("wrong", [{"first_words": 0}, {"first_most_words": 1}, {"longest": 5}])
def test_impossible_settings_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        ClauseSettings(**wrong)


texts = st.text(st.one_of(st.sampled_from(list(" \n.,!?;:—\"')(Ia1 and Dr e.g.😀")), st.characters()), max_size=400)


@given(texts, st.integers(1, 50), st.sampled_from([ClauseSettings(), SENTENCES, ClauseSettings(longest=20)]))
def test_all_clauses_joined_are_the_text_however_it_streams(text: str, step: int, settings: ClauseSettings) -> None:
    parts = cut(text, settings, step)
    assert "".join(parts) == text
    assert all(part.strip() for part in parts[:-1])
    assert len(parts) < 2 or all(part[-1].isspace() for part in parts[:-1])


@given(texts, st.integers(1, 9))
def test_sentences_do_not_depend_on_how_the_text_streams(text: str, step: int) -> None:
    assert cut(text, SENTENCES, step) == cut(text, SENTENCES)
