"""For every hand and eye: by keyboard, on a small phone, in large text, without motion, by ear."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import ALLOWED, DEVICES, Launch, opened, until
from .person import delta, shown, talk
from .stub import StubServer

pytestmark = pytest.mark.browser

SMALL = {"width": 320, "height": 640}
TYPICAL = {"width": 390, "height": 844}


def test_short_sounds_mark_the_line_and_can_be_switched_off_for_good(launch: Launch, stub: StubServer) -> None:
    count = """() => { window.notes = 0; const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...at) { window.notes += 1; return start.apply(this, at); }; }"""
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        page.evaluate(count)
        talk(page, stub)
        assert page.evaluate("window.notes") == 2
        stub.drop()
        until(page, "window.notes === 6")  # lost, and open again
        page.get_by_role("button", name="Settings").click()
        for name in ("The line is lost", "The line opens"):
            page.get_by_role("checkbox", name=name).uncheck()
        stub.drop()
        stub.wait_for("netra.hello", 3)
        assert page.evaluate("window.notes") == 6
        page.reload()
        page.get_by_role("button", name="Settings").click()
        expect(page.get_by_role("checkbox", name="The line is lost")).not_to_be_checked()
        expect(page.get_by_role("checkbox", name="Something fails")).to_be_checked()


def test_by_keyboard_alone_in_the_order_of_the_page(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        page.keyboard.press("Tab")
        expect(page.locator("#talk")).to_be_focused()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        shown(page, "listening")
        expect(page.locator("#talk")).to_be_focused()
        order = []
        for _ in range(8):
            page.keyboard.press("Tab")
            order.append(page.evaluate("document.activeElement.id"))
        assert order == ["stop", "camera", "end", "mode", "settings-open", "text", "send", "log"]
        page.locator("#text").focus()
        page.keyboard.type("read the text")
        page.keyboard.press("Enter")
        stub.wait_for("response.create")
        expect(page.locator("#text")).to_be_focused()
        expect(page.locator("#text")).to_have_value("")
        page.keyboard.press("Escape")
        stub.wait_for("response.cancel")


def test_nothing_moves_the_focus_but_the_person(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        page.locator("#text").focus()
        stub.send({"type": "netra.state", "state": "speaking"}, {"type": "error", "error": {"message": "Oh."}})
        shown(page, "speaking")
        stub.drop()
        shown(page, "listening")
        expect(page.locator("#text")).to_be_focused()


@pytest.mark.parametrize("text_size", [100, 200])
def test_a_small_phone_scrolls_one_way_only(text_size: int, launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, viewport=SMALL) as page:
        page.evaluate("size => document.documentElement.style.fontSize = `${size}%`", text_size)
        talk(page, stub)
        long = "Donaudampfschifffahrtsgesellschaftskapitaen " * 4
        stages = {"endpoint": 300, "final_text": 320, "first_words": 333, "first_sound": 390, "sound_out": 412}
        stub.send(delta(long), {"type": "netra.timings", "response_id": "r1", "stages": stages})
        expect(page.get_by_role("log")).to_contain_text("Donau")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        overflowing = page.evaluate(
            """() => [...document.querySelectorAll('button, input, p, h2, #state, #devices, th, td')]
            .filter(e => e.offsetParent && getComputedStyle(e).display !== 'inline')
            .filter(e => e.scrollWidth > e.clientWidth + 1)
            .map(e => e.id || e.className || e.textContent)"""
        )
        assert overflowing == []


TARGETS = "button, input[type=text], input[type=range], select, label.choice, summary, a[href]"


def small_targets(page: Page) -> list[str]:
    """What can be pressed and is smaller than 48 by 48 pixels."""
    found = page.evaluate(
        """targets => [...document.querySelectorAll(targets)].filter(e => e.checkVisibility())
        .map(e => [e.id || e.textContent, e.getBoundingClientRect()])
        .filter(([_, box]) => box.width < 48 || box.height < 48).map(([name]) => name)""",
        TARGETS,
    )
    return list(found)


@pytest.mark.parametrize("size", [SMALL, TYPICAL], ids=["320", "390"])
@pytest.mark.parametrize("kept", [None, {"output": "reader"}], ids=["first visit", "settings"])
def test_the_first_question_and_the_settings_have_large_targets_and_fit(
    size: dict[str, int], kept: dict[str, object] | None, launch: Launch, stub: StubServer
) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, kept, viewport=size) as page:
        if kept:
            stub.offers = {"voices": ["en-us", "en-gb"], "person": "Anna"}
            talk(page, stub)
            page.get_by_role("button", name="Settings").click()
            expect(page.get_by_role("combobox", name="Voice")).to_be_visible()
            expect(page.get_by_role("button", name="Ask Anna")).to_be_visible()
        assert small_targets(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("size", [SMALL, TYPICAL], ids=["320", "390"])
@pytest.mark.parametrize("language", ["en", "id"])
def test_the_settings_fit_in_large_text(size: dict[str, int], language: str, launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, viewport=size) as page:
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        stub.offers = {"voices": ["en-us", "en-gb"]}
        talk(page, stub)
        stub.send({"type": "netra.language", "language": language})
        until(page, f"document.documentElement.lang === '{language}'")
        page.click("#settings-open")
        expect(page.locator("#rate")).to_be_visible()
        assert small_targets(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("size", [SMALL, TYPICAL], ids=["320", "390"])
def test_large_targets_and_captions_on_the_first_screen(size: dict[str, int], launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, viewport=size) as page:
        talk(page, stub)
        stub.send(delta("Words on the first screen."))
        assert small_targets(page) == []
        main = page.locator("#talk").bounding_box()
        assert main is not None
        assert main["height"] >= 0.3 * size["height"]
        expect(page.locator("#log .words").last).to_be_in_viewport()


def test_reduced_motion_and_forced_colours_keep_the_state_readable(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, reduced_motion="reduce", forced_colors="active") as page:
        talk(page, stub)
        assert page.evaluate("getComputedStyle(document.querySelector('.ring')).display") == "none"
        assert page.evaluate("getComputedStyle(document.querySelector('.talk')).transitionDuration") == "0s"
        expect(page.locator("#shape")).to_have_attribute("href", "#shape-listening")
        expect(page.get_by_role("status")).to_contain_text("Listening")
