"""Which pictures are kept: each reason by example, and what holds for any stream of glances."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.core.sampler import Glance, Sampler, SamplerSettings, Seen

SECOND = 1_000_000


def glance(at: float, name: str = "", *, change: float = 0.0, sharpness: float = 1.0, verdict: str = "") -> Glance:
    return Glance(name or f"at {at}", round(at * SECOND), change, sharpness, verdict)


def reasons(*glances: Glance) -> list[str]:
    sampler = Sampler()
    return [sampler.receive(each).kept for each in glances]


def test_the_first_usable_picture_is_kept_and_the_same_again_is_not() -> None:
    assert reasons(glance(0, verdict="dark"), glance(0.5), glance(1), glance(1.5)) == ["", "first", "", ""]


def test_another_scene_is_kept_but_not_in_a_rush() -> None:
    stream = glance(0), glance(0.2, change=0.5), glance(0.5, change=0.5), glance(1, change=0.05)
    assert reasons(*stream) == ["first", "", "changed", ""]


def test_the_same_scene_is_kept_again_when_the_last_has_aged() -> None:
    assert reasons(glance(0), glance(2.9), glance(3.0), glance(3.5)) == ["first", "", "aged", ""]


def test_a_sharper_picture_takes_the_place_of_the_one_before() -> None:
    sampler = Sampler()
    sampler.receive(glance(0, "soft"))
    assert sampler.receive(glance(0.5, "sharp", sharpness=1.2)).kept == "sharper"
    assert sampler.kept(SECOND) == ("sharp",)


def test_a_question_keeps_the_next_usable_picture_taken_after_it_and_only_that() -> None:
    sampler = Sampler()
    sampler.receive(glance(0))
    sampler.ask(SECOND)
    stream = glance(0.9), glance(1.2, verdict="blurred"), glance(1.5), glance(2)
    assert [sampler.receive(each).kept for each in stream] == ["", "", "asked", ""]


def test_an_unusable_picture_is_told_with_its_verdict() -> None:
    assert Sampler().receive(glance(1, "a", verdict="dark")) == Seen("a", "", "dark", SECOND)


def test_a_picture_that_comes_late_is_not_kept() -> None:
    assert reasons(glance(2), glance(1, change=1.0), glance(2, change=1.0)) == ["first", "", ""]


def test_old_pictures_are_forgotten_even_when_no_new_one_comes() -> None:
    sampler = Sampler()
    sampler.receive(glance(0, "a"))
    assert sampler.kept(10 * SECOND) == ("a",)
    assert sampler.kept(10 * SECOND + 1) == ()


def test_after_clear_everything_is_new_and_no_question_is_open() -> None:
    sampler = Sampler()
    sampler.receive(glance(5))
    sampler.ask(6 * SECOND)
    sampler.clear()
    assert sampler.kept(5 * SECOND) == ()
    assert sampler.receive(glance(1)).kept == "first"
    assert sampler.receive(glance(6)).kept == "aged"


glances = st.lists(
    st.tuples(
        st.integers(-300_000, 2_000_000),  # to the picture before, microseconds
        st.floats(0, 1),
        st.floats(0, 5),
        st.sampled_from(["", "", "", "dark", "blurred"]),
        st.booleans(),  # a question just before it
    ),
    max_size=60,
)


@given(glances, st.integers(1, 5))
def test_whatever_comes_few_fresh_usable_pictures_are_held_in_order(
    stream: list[tuple[int, float, float, str, bool]], keep_max: int
) -> None:
    settings = SamplerSettings(keep_max=keep_max)
    sampler, now, seen = Sampler(settings), 0, dict[str, Glance]()
    newest, asked, last_kept = -1, False, None
    for number, (step, change, sharpness, verdict, question) in enumerate(stream):
        at = max(0, now + step)
        if question:
            sampler.ask(now)
            asked = True
        now = max(now, at)
        each = Glance(f"p{number}", at, change, sharpness, verdict)
        seen[each.picture] = each
        told = sampler.receive(each)
        assert (told.picture, told.verdict, told.at_us) == (each.picture, verdict, at)
        if told.kept:
            assert not verdict
            assert at > newest
        elif not verdict and at > newest and not asked:
            assert last_kept is not None, "the first usable picture is always kept"
            assert at - last_kept < settings.refresh_us or change >= settings.changed
        if told.kept == "changed":
            assert last_kept is not None
            assert at - last_kept >= settings.gap_us
        asked = asked and told.kept != "asked"
        if told.kept:
            last_kept = at
        newest = max(newest, at)
        held = [seen[name] for name in sampler.kept(now)]
        assert len(held) <= keep_max
        assert all(now - one.at_us <= settings.max_age_us and not one.verdict for one in held)
        assert [one.at_us for one in held] == sorted({one.at_us for one in held})


@given(glances)
def test_the_same_stream_gives_the_same_decisions(stream: list[tuple[int, float, float, str, bool]]) -> None:
    def run() -> list[Seen]:
        sampler, now, told = Sampler(), 0, []
        for number, (step, change, sharpness, verdict, question) in enumerate(stream):
            if question:
                sampler.ask(now)
            now = max(0, now + step)
            told.append(sampler.receive(Glance(f"p{number}", now, change, sharpness, verdict)))
        return told

    assert run() == run()
