"""A line that is lost, refused or busy: said at once, taken up again without a tap, with nothing of it forgotten."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import ALLOWED, DEVICES, Launch, opened
from .person import captions, delta, shown, talk, typed
from .stub import StubServer

pytestmark = pytest.mark.browser


def test_a_closed_line_comes_back_by_itself_and_keeps_the_conversation(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        stub.send(delta("First answer."), {"type": "response.done", "response": {"id": "r1", "status": "completed"}})
        expect(page.get_by_role("log")).to_contain_text("First answer.")
        stub.answer_calls(False)
        stub.history = [
            {"role": "assistant", "text": "First answer.", "interrupted": False},
            {"role": "assistant", "text": "Said meanwhile.", "interrupted": False},
        ]
        stub.drop()
        shown(page, "lost")
        expect(page.get_by_role("status")).to_contain_text("Line lost")
        expect(page.get_by_role("alert")).to_contain_text("Reconnecting by itself")
        page.fill("#text", "are you there")
        page.keyboard.press("Enter")
        expect(page.get_by_role("log")).to_contain_text("Waiting for the line")
        stub.answer_calls(True)
        shown(page, "listening")
        stub.wait_for("response.create")
        assert stub.calls[0] is None
        assert set(stub.calls[1:]) == {"sess_1"}
        assert typed(stub) == ["are you there"]
        assert captions(page) == ["First answer.", "Said meanwhile.", "are you there"]
        assert page.locator("#problems .problem").count() == 0


def test_a_silent_line_is_noticed_and_taken_up_again(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        stub.pongs = False
        shown(page, "lost")  # within how long: tests/frontend/pulse.test.mjs
        stub.pongs = True
        shown(page, "listening")
        assert stub.calls[0] is None
        assert set(stub.calls[1:]) == {"sess_1"}


def test_a_busy_server_says_so_and_is_tried_again(launch: Launch, stub: StubServer) -> None:
    stub.refusal = (503, "Twelve people are talking already.")
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        page.click("#talk")
        expect(page.get_by_role("alert")).to_contain_text("Twelve people are talking already.")
        stub.refusal = None
        shown(page, "listening")
        expect(page.get_by_role("alert")).not_to_contain_text("Twelve")


def test_a_refusal_for_good_ends_the_trying(launch: Launch, stub: StubServer) -> None:
    stub.refusal = (403, "This page is not allowed to call.")
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        page.click("#talk")
        expect(page.get_by_role("alert")).to_contain_text("not allowed to call")
        shown(page, "idle")
        page.wait_for_timeout(800)
        assert len(stub.calls) == 1


def test_mute_survives_a_lost_line(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        page.click("#talk")
        stub.wait_for("netra.mute")
        stub.drop()
        assert stub.wait_for("netra.mute", 2)["on"] is True
        shown(page, "muted")


def test_a_reloaded_page_comes_back_into_its_session(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        stub.history = [{"role": "assistant", "text": "Before the reload.", "interrupted": False}]
        page.reload()
        page.click("#talk")
        expect(page.get_by_role("log")).to_contain_text("Before the reload.")
        assert stub.calls == [None, "sess_1"]
        assert "rtc_1?" in stub.hangups  # a late beacon of the page before may stand in front of it
