"""How answers come, and what a person has chosen: asked once, remembered, told to the server, changed by words too."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import ALLOWED, DEVICES, Launch, opened, until
from .person import delta, shown, talk
from .stub import StubServer

pytestmark = pytest.mark.browser

MANNER = {"rate": 1.0, "volume": 1.0, "detail": "normal", "voice": ""}


def kept(page: Page) -> dict[str, Any]:
    return dict(json.loads(page.evaluate("localStorage.getItem('netra.settings')") or "{}"))


def written(text: str, response: str = "r1", item: str = "a1") -> dict[str, object]:
    return {"type": "response.output_text.delta", "response_id": response, "item_id": item, "delta": text}


def updates(stub: StubServer) -> list[dict[str, Any]]:
    return [event["session"] for event in stub.received if event["type"] == "session.update"]


def open_settings(page: Page) -> None:
    page.get_by_role("button", name="Settings", exact=True).click()


def test_the_first_visit_asks_once_how_answers_should_come(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, kept=None) as page:
        question = page.get_by_role("region", name="How should Netra answer?")
        expect(question).to_be_visible()
        page.get_by_role("button", name="My screen reader reads").click()
        expect(question).to_be_hidden()
        expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
        page.reload()
        expect(page.get_by_role("button", name="Agent voice")).to_have_attribute("aria-pressed", "false")
        expect(question).to_be_hidden()
        talk(page, stub)
        assert updates(stub)[0]["output_modalities"] == ["text"]


def test_who_talks_without_answering_hears_the_agent_and_is_not_asked_again(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, kept=None) as page:
        talk(page, stub)
        assert updates(stub)[0]["output_modalities"] == ["audio"]
        expect(page.locator("#first")).to_be_hidden()
        expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")
        page.get_by_role("button", name="End call").click()
        expect(page.locator("#first")).to_be_hidden()
        assert kept(page)["output"] == "voice"


def test_never_both_a_voice_and_a_live_log(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        mode, log = page.get_by_role("button", name="Agent voice"), page.get_by_role("log")
        stub.send({"type": "netra.state", "state": "speaking"}, delta("A long answer that is being said"))
        shown(page, "speaking")
        mode.click()
        stub.wait_for("response.cancel")
        assert stub.wait_for("session.update", 2)["session"] == {"type": "realtime", "output_modalities": ["text"]}
        expect(log).to_have_attribute("aria-live", "polite")
        stub.send({"type": "output_audio_buffer.started", "response_id": "r2"})  # what should not come stays silent
        expect(page.get_by_role("status")).to_contain_text("Agent voice off")
        page.wait_for_timeout(1200)
        assert page.evaluate("document.querySelector('#voice').muted") is True
        mode.click()
        assert stub.wait_for("session.update", 3)["session"] == {"type": "realtime", "output_modalities": ["audio"]}
        expect(log).to_have_attribute("aria-live", "off")
        assert page.evaluate("document.querySelector('#voice').muted") is False


def test_a_screen_reader_gets_whole_sentences_a_second_apart(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, kept={"output": "reader"}) as page:
        talk(page, stub)
        page.evaluate(
            """() => { window.said = [];
            new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => {
              const line = node.matches?.('.agent') && node.querySelector('.words');
              const words = node.closest?.('.agent .words') ? node : line;
              if (words) window.said.push([words.textContent, performance.now()]);
            }))).observe(document.querySelector('#log'), { childList: true, subtree: true }); }"""
        )
        stub.send(written("It says: Main"), written(" entrance. Please ring"), written(" the bell. Thank you."))
        stub.send({"type": "response.done", "response": {"id": "r1", "status": "completed"}})
        until(page, "window.said.length === 3")
        said = page.evaluate("window.said")
        assert [text for text, _ in said] == ["It says: Main entrance. ", "Please ring the bell. ", "Thank you."]
        times = [at for _, at in said]
        assert all(later - earlier >= 950 for earlier, later in itertools.pairwise(times)), times
        stub.send({"type": "netra.heard", "item_id": "u1", "text": "hello"})
        expect(page.locator("#log .user")).to_have_attribute("aria-live", "off")


def test_stop_ends_what_is_still_to_be_read(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, kept={"output": "reader"}) as page:
        talk(page, stub)
        stub.send(written("One thing. Another thing. A third. A fourth. A fifth."))
        stub.send({"type": "response.done", "response": {"id": "r1", "status": "completed"}})
        answer = page.locator("#log .agent")
        expect(answer).to_contain_text("One thing.")
        page.keyboard.press("Escape")
        expect(answer).to_have_attribute("aria-live", "off")
        expect(answer.locator(".words")).to_have_text("One thing. Another thing. A third. A fourth. A fifth.")


def test_a_press_that_was_on_when_the_line_was_lost_is_forgotten(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, kept={"output": "voice", "hold": True}) as page:
        page.click("#talk")
        shown(page, "muted")
        stub.wait_for("session.update")
        page.click("#talk")
        expect(page.get_by_role("button", name="Tap to send")).to_be_visible()
        stub.drop()
        stub.wait_for("netra.hello", 2)
        expect(page.get_by_role("button", name="Hold to talk")).to_be_visible()
        expect(page.locator("#hint")).to_have_text("Hold it while you speak, or press it shortly.")
        page.wait_for_timeout(500)
        assert not any(event["type"] == "input_audio_buffer.commit" for event in stub.received)


def test_settings_are_told_remembered_and_forgotten(launch: Launch, stub: StubServer) -> None:
    stub.offers = {"manner": MANNER, "voices": ["en-us", "en-gb"]}
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        open_settings(page)
        page.get_by_role("slider", name="Speed").fill("1.5")
        assert stub.wait_for("session.update", 2)["session"]["audio"]["output"] == {"speed": 1.5}
        expect(page.get_by_role("slider", name="Speed")).to_have_attribute("aria-valuetext", "1.5 times")
        page.get_by_role("combobox", name="Voice").select_option("en-gb")
        assert stub.wait_for("session.update", 3)["session"]["audio"]["output"] == {"voice": "en-gb"}
        page.get_by_role("radio", name="Brief").check()
        assert stub.wait_for("netra.manner")["detail"] == "brief"
        page.get_by_role("slider", name="Volume").fill("0.5")
        assert stub.wait_for("netra.manner", 2)["volume"] == 0.5
        page.get_by_role("checkbox", name="Vibrate").uncheck()
        stub.received.clear()
        page.reload()
        page.click("#talk")
        session = stub.wait_for("session.update")["session"]
        assert session["audio"]["output"] == {"speed": 1.5, "voice": "en-gb"}
        assert {"volume": 0.5, "detail": "brief"}.items() <= stub.wait_for("netra.manner").items()
        open_settings(page)
        expect(page.get_by_role("radio", name="Brief")).to_be_checked()
        expect(page.get_by_role("combobox", name="Voice")).to_have_value("en-gb")
        expect(page.get_by_role("checkbox", name="Vibrate")).not_to_be_checked()
        page.get_by_role("button", name="Forget my settings").click()
        expect(page.get_by_role("status")).to_contain_text("Your settings are forgotten.")
        assert page.evaluate("localStorage.getItem('netra.settings')") is None
        expect(page.get_by_role("checkbox", name="Vibrate")).to_be_checked()
        page.get_by_role("button", name="Close settings").click()
        expect(page.get_by_role("button", name="Settings", exact=True)).to_be_focused()
        expect(page.locator("#settings")).to_be_hidden()
        page.get_by_role("button", name="End call").click()
        expect(page.locator("#first")).to_be_visible()


def test_faster_said_aloud_moves_the_slider_and_is_remembered(launch: Launch, stub: StubServer) -> None:
    stub.offers = {"manner": MANNER}
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        open_settings(page)
        expect(page.get_by_role("slider", name="Speed")).to_have_value("1")
        stub.send({"type": "netra.manner", **MANNER, "rate": 1.25})
        expect(page.get_by_role("slider", name="Speed")).to_have_value("1.25")
        assert (kept(page)["rate"], kept(page)["detail"]) == (1.25, None)


def test_signs_are_heard_and_felt_as_chosen(launch: Launch, stub: StubServer) -> None:
    watch = """() => { window.notes = []; window.buzzes = 0; const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...at) {
          window.notes.push(this.frequency.value); return start.apply(this, at); };
        navigator.vibrate = () => { window.buzzes += 1; return true; }; }"""
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        page.evaluate(watch)
        talk(page, stub)
        stub.send({"type": "netra.state", "state": "thinking"}, {"type": "netra.state", "state": "idle"})
        page.wait_for_timeout(1000)
        assert len(page.evaluate("window.notes")) == 2  # the line opened; a quick answer needs no sign
        stub.send({"type": "netra.state", "state": "thinking"})
        until(page, "window.notes.length === 4")
        assert page.evaluate("window.buzzes") == 2
        open_settings(page)
        for name in ("Vibrate", "An answer takes longer"):
            page.get_by_role("checkbox", name=name).uncheck()
        page.get_by_role("checkbox", name="Your turn was heard").check()
        stub.send({"type": "netra.state", "state": "idle"}, {"type": "netra.state", "state": "thinking"})
        until(page, "window.notes.length === 5")
        page.wait_for_timeout(1000)
        assert len(page.evaluate("window.notes")) == 5
        assert page.evaluate("window.buzzes") == 2
