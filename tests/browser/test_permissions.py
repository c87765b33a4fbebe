"""Without a microphone or a camera: the page says in words why, and goes on with what there is."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import ALLOWED, DENIED, DEVICES, Launch, opened
from .person import captions, shown, typed
from .stub import StubServer

pytestmark = pytest.mark.browser


def test_typing_needs_no_microphone_and_no_permission(launch: Launch, stub: StubServer) -> None:
    with opened(launch(DENIED, DEVICES), stub.url) as page:
        page.fill("#text", "What time is it?")
        page.keyboard.press("Enter")
        stub.wait_for("response.create")
        assert typed(stub) == ["What time is it?"]
        shown(page, "ready")
        assert captions(page) == ["What time is it?"]
        assert page.locator("#problems .problem").count() == 0


@pytest.mark.parametrize(("flags", "words"), [((DENIED, DEVICES), "not allowed"), ((), "No microphone was found")])
def test_a_missing_microphone_is_explained_and_typing_goes_on(
    flags: tuple[str, ...], words: str, launch: Launch, stub: StubServer
) -> None:
    with opened(launch(*flags), stub.url) as page:
        page.click("#talk")
        expect(page.get_by_role("alert")).to_contain_text(words)
        expect(page.get_by_role("alert")).to_contain_text("You can type meanwhile")
        shown(page, "ready")
        page.fill("#text", "hello")
        page.keyboard.press("Enter")
        stub.wait_for("response.create")
        assert typed(stub) == ["hello"]
        expect(page.get_by_role("button", name="Talk")).to_be_enabled()


def test_a_refused_camera_leaves_the_microphone(launch: Launch, stub: StubServer) -> None:
    """Chromium can't be told to refuse one device only: the page's own request is refused instead."""
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        page.evaluate(
            """() => { const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = (wanted) => wanted.video
              ? Promise.reject(new DOMException('no', 'NotAllowedError')) : ask(wanted); }"""
        )
        page.click("#talk")
        shown(page, "listening")
        expect(page.get_by_role("alert")).to_contain_text("The camera was not allowed")
        expect(page.get_by_role("status")).to_contain_text("Microphone on, no camera.")


def test_an_insecure_address_is_explained(launch: Launch, stub: StubServer) -> None:
    port = stub.url.rsplit(":", 1)[1]
    browser = launch(ALLOWED, DEVICES, "--host-resolver-rules=MAP netra.test 127.0.0.1")
    with opened(browser, f"http://netra.test:{port}") as page:
        page.click("#talk")
        expect(page.get_by_role("alert")).to_contain_text("only to secure pages")
        shown(page, "ready")
