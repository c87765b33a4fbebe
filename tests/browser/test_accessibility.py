"""WCAG 2.2 AA, checked by axe in every state that the page can be in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("axe_playwright_python", reason="axe is not installed: .venv/bin/pip install -e '.[test]'")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .conftest import ALLOWED, DENIED, DEVICES, Launch, opened
from .person import shown
from .stub import StubServer

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
PHONE = {"width": 390, "height": 844}
SMALL = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 800}


def talk(page: Page, stub: StubServer) -> None:
    page.click("#talk")
    shown(page, "listening")
    stub.wait_for("netra.camera")
    stub.send(
        {"type": "netra.heard", "item_id": "u1", "text": "what colour is this"},
        {"type": "netra.picture", "response_id": "r1", "picture": "p1", "verdict": "ok", "age_ms": 900},
        {"type": "response.output_audio_transcript.delta", "response_id": "r1", "item_id": "a1", "delta": "Blue."},
        {"type": "response.done", "response": {"id": "r1", "status": "cancelled", "output": []}},
        {"type": "netra.timings", "response_id": "r1", "stages": {"endpoint": 300, "sound_out": 410}},
        {"type": "netra.notice", "code": "dark", "text": "It is too dark: turn on a light."},
    )


def in_state(state: str) -> Callable[[Page, StubServer], None]:
    def reach(page: Page, stub: StubServer) -> None:
        talk(page, stub)
        stub.send({"type": "netra.state", "state": state})
        shown(page, state)

    return reach


def with_timeline(page: Page, stub: StubServer) -> None:
    in_state("speaking")(page, stub)
    stub.send(
        {"type": "netra.turn", "kind": "guess"},
        {"type": "netra.turn", "kind": "guess_used"},
        {"type": "output_audio_buffer.started", "response_id": "r1"},
        {"type": "netra.turn", "kind": "duck"},
    )
    page.get_by_text("Timeline", exact=True).click()
    page.wait_for_selector(".lane.netra .lowered", state="attached")


def with_settings(page: Page, stub: StubServer) -> None:
    stub.offers = {"voices": ["en-us", "en-gb"], "person": "Anna"}
    in_state("listening")(page, stub)
    page.click("#settings-open")
    page.wait_for_selector("#settings")


def in_indonesian(page: Page, stub: StubServer) -> None:
    with_settings(page, stub)
    stub.send(
        {"type": "netra.language", "language": "id"},
        {"type": "netra.question", "text": "Apakah Anda mau menghubungi Anna?", "within_s": 60},
        {"type": "netra.person", "name": "Anna", "link": "tel:+4930123"},
    )
    page.wait_for_selector("#settings-open >> text=Pengaturan")
    page.wait_for_selector("#offer a >> text=Hubungi Anna")


def reading(page: Page, stub: StubServer) -> None:
    page.click("#mode")
    in_state("listening")(page, stub)


def push_to_talk(page: Page, stub: StubServer) -> None:
    page.click("#settings-open")
    page.check("#hold")
    page.click("#settings-open")
    page.click("#talk")
    shown(page, "muted")
    stub.wait_for("session.update")
    page.click("#talk")
    page.wait_for_selector("#talk >> text=Tap to send")


def asking_a_person(page: Page, stub: StubServer) -> None:
    stub.offers = {"person": "Anna"}
    in_state("listening")(page, stub)
    stub.send(
        {"type": "netra.question", "text": "Do you want to call Anna?", "within_s": 60},
        {"type": "netra.person", "name": "Anna", "link": "tel:+4930123"},
    )
    page.wait_for_selector("#offer a")
    page.wait_for_selector("#asked button")


def camera_off(page: Page, stub: StubServer) -> None:
    talk(page, stub)
    page.click("#camera")
    page.wait_for_selector("#camera[aria-pressed=false]")


def connecting(page: Page, stub: StubServer) -> None:
    stub.answer_calls(False)
    page.click("#talk")
    shown(page, "connecting")


def muted(page: Page, stub: StubServer) -> None:
    talk(page, stub)
    page.click("#talk")
    shown(page, "muted")


def lost(page: Page, stub: StubServer) -> None:
    talk(page, stub)
    stub.answer_calls(False)
    stub.drop()
    shown(page, "lost")
    page.fill("#text", "are you there")
    page.keyboard.press("Enter")


def refused(page: Page, stub: StubServer) -> None:
    stub.refusal = (403, "This page is not allowed to call.")
    page.click("#talk")
    page.wait_for_selector("#problems >> text=not allowed to call")


def without_microphone(page: Page, stub: StubServer) -> None:
    page.click("#talk")
    page.wait_for_selector("#problems .problem")
    shown(page, "ready")


ORDINARY = (ALLOWED, DEVICES)
STATES: dict[str, tuple[tuple[str, ...], Callable[[Page, StubServer], None]]] = {
    "idle": (ORDINARY, lambda page, stub: shown(page, "idle")),
    "connecting": (ORDINARY, connecting),
    "listening": (ORDINARY, in_state("listening")),
    "camera off": (ORDINARY, camera_off),
    "reading": (ORDINARY, reading),
    "settings": (ORDINARY, with_settings),
    "in Indonesian": (ORDINARY, in_indonesian),
    "push to talk": (ORDINARY, push_to_talk),
    "asking a person": (ORDINARY, asking_a_person),
    "thinking": (ORDINARY, in_state("thinking")),
    "speaking": (ORDINARY, in_state("speaking")),
    "timeline": (ORDINARY, with_timeline),
    "muted": (ORDINARY, muted),
    "lost": (ORDINARY, lost),
    "refused": (ORDINARY, refused),
    "denied": ((DENIED, DEVICES), without_microphone),
    "no devices": ((), without_microphone),
}


@pytest.mark.parametrize("state", STATES)
def test_no_violation_in_any_state(state: str, launch: Launch, stub: StubServer) -> None:
    flags, reach = STATES[state]
    with opened(launch(*flags), stub.url, viewport=PHONE, color_scheme="light") as page:
        reach(page, stub)
        looked_at(page)


def test_no_violation_at_the_first_visit(launch: Launch, stub: StubServer) -> None:
    with opened(launch(*ORDINARY), stub.url, None, viewport=PHONE, color_scheme="light") as page:
        page.wait_for_selector("#first")
        looked_at(page)


def looked_at(page: Page) -> None:
    """By day on a phone, by night on a desk, in large text on a small phone, in forced colours without motion."""
    clean(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(DESKTOP)
    clean(page)
    page.set_viewport_size(SMALL)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    clean(page)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.emulate_media(color_scheme="light", forced_colors="active", reduced_motion="reduce")
    clean(page)


def clean(page: Page) -> None:
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
