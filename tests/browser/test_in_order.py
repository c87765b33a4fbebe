"""The page as it is met without seeing it: the tree that a screen reader reads, and everything done by keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import ALLOWED, DEVICES, Launch, opened
from .person import delta, shown, typed
from .stub import StubServer

pytestmark = pytest.mark.browser

FIRST_VISIT = """\
- banner:
  - heading "Netra" [level=1]
  - status: Not started
- main:
  - region "How should Netra answer?":
    - heading "How should Netra answer?" [level=2]
    - button "Agent voice Netra speaks its answers. Captions show them too.":
      - strong: Agent voice
      - text: Netra speaks its answers. Captions show them too.
    - button "My screen reader reads Netra is silent and writes. Also for reading along without sound.":
      - strong: My screen reader reads
      - text: Netra is silent and writes. Also for reading along without sound.
    - paragraph: "You can change this at any time: with the button Voice, or in the settings."
    - text: Language
    - combobox "Language":
      - option "English" [selected]
      - option "Bahasa Indonesia"
  - region "Call":
    - button "Talk"
    - paragraph: Press Talk, or type below.
    - button "Stop"
    - button "Camera"
    - button "End call" [disabled]
    - button "Agent voice" [pressed]: Voice
    - button "Settings"
  - alert
  - text: Type instead of talking
  - textbox "Type instead of talking"
  - button "Send"
  - region "Conversation":
    - heading "Conversation" [level=2]
    - log "Conversation":
      - paragraph: "Try: “What do you see?”, “Read the text”, “What colour is this?”, “What time is it?”"
  - group: Timeline
- contentinfo:"""

IN_A_CALL = """\
- banner:
  - heading "Netra" [level=1]
  - status: Listening Microphone on, camera on.
- main:
  - region "Call":
    - button "Mute"
    - paragraph: Speak when you like.
    - button "Stop"
    - button "Camera" [pressed]
    - button "Ask Anna"
    - button "End call"
    - button "Agent voice" [pressed]: Voice
    - button "Settings" [expanded]
    - region "Settings":
      - heading "Settings" [level=2]
      - group "Language":"""

AFTER_SETTINGS = """\
      - paragraph: Kept in this browser only.
      - button "Forget my settings"
      - button "Close settings"
  - alert
  - text: Type instead of talking
  - textbox "Type instead of talking"
  - button "Send"
  - figure
  - region "Conversation":
    - heading "Conversation" [level=2]
    - log "Conversation":
      - article:
        - text: Netra
        - paragraph: Blue.
  - group: Timeline
- contentinfo:"""

SETTINGS = [
    'combobox "Language"', 'radio "Agent voice: Netra speaks"',
    'radio "My screen reader reads', 'slider "Speed"', 'slider "Volume"',
    'combobox "Voice"', 'radio "Brief"', 'radio "Normal"', 'radio "Detailed"', 'checkbox "Push to talk',
    'checkbox "Take turns strictly', 'checkbox "The line opens', 'checkbox "Your turn was heard"',
    'checkbox "An answer takes longer"', 'checkbox "The line is lost"', 'checkbox "Something fails"',
    'checkbox "Vibrate', 'button "Forget my settings"', 'button "Close settings"',
]  # fmt: skip


def test_the_first_visit_is_read_in_order(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, kept=None) as page:
        assert page.locator("body").aria_snapshot().startswith(FIRST_VISIT)


def test_a_call_with_its_settings_is_read_in_order(launch: Launch, stub: StubServer) -> None:
    stub.offers = {"person": "Anna", "voices": ["en-us", "en-gb"]}
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        page.click("#talk")
        shown(page, "listening")
        stub.send(delta("Blue."), {"type": "response.done", "response": {"id": "r1", "status": "completed"}})
        expect(page.get_by_role("log")).to_contain_text("Blue.")
        page.click("#settings-open")
        tree = page.locator("body").aria_snapshot()
        assert tree.startswith(IN_A_CALL)
        assert AFTER_SETTINGS in tree
        places = [tree.index(name) for name in SETTINGS]
        assert places == sorted(places)


# --- by keys alone


def tab_to(page: Page, selector: str, most: int = 40) -> None:
    """Press Tab until this has the focus; where the focus is can be seen all the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(f"document.activeElement === document.body || {outline} === 'solid'")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def back_to(page: Page, selector: str, most: int = 40) -> None:
    for _ in range(most):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Shift+Tab never comes to {selector}")


def test_everything_can_be_done_by_keys_alone(launch: Launch, stub: StubServer) -> None:
    stub.offers = {"person": "Anna", "voices": ["en-us", "en-gb"]}
    with opened(launch(ALLOWED, DEVICES), stub.url, kept=None) as page:
        press = page.keyboard.press
        tab_to(page, "#first-reader")
        press("Enter")
        expect(page.locator("#talk")).to_be_focused()  # what was pressed is gone
        press("Enter")
        shown(page, "listening")
        press("Space")
        shown(page, "muted")
        press("Enter")
        shown(page, "listening")

        tab_to(page, "#stop")
        press("Enter")
        stub.wait_for("netra.stop")
        tab_to(page, "#camera")
        press("Space")
        expect(page.locator("#camera")).to_have_attribute("aria-pressed", "false")
        press("Space")
        expect(page.locator("#camera")).to_have_attribute("aria-pressed", "true")

        tab_to(page, "#person")
        press("Enter")
        stub.wait_for("response.create")
        stub.send({"type": "netra.question", "text": "Do you want to call Anna?", "within_s": 60})
        stub.send({"type": "response.done", "response": {"id": "r1", "status": "completed"}})
        tab_to(page, "#asked button")
        press("Enter")
        stub.wait_for("response.create", 2)
        assert typed(stub) == ["Ask a person for help.", "Yes"]
        stub.send({"type": "netra.question", "text": "", "within_s": 0})
        expect(page.locator("#talk")).to_be_focused()
        stub.send({"type": "netra.person", "name": "Anna", "link": "tel:+4930123"})
        tab_to(page, "#offer a")

        back_to(page, "#mode")
        press("Enter")
        expect(page.locator("#mode")).to_have_attribute("aria-pressed", "true")
        tab_to(page, "#settings-open")
        press("Enter")
        tab_to(page, "input[name=output]")
        press("ArrowDown")
        expect(page.locator("#mode")).to_have_attribute("aria-pressed", "false")
        tab_to(page, "#rate")
        press("ArrowRight")
        assert stub.wait_for("session.update", 4)["session"]["audio"]["output"]["speed"] == 1.05
        expect(page.locator("#rate")).to_be_focused()
        tab_to(page, "#voice-name")
        press("ArrowDown")
        tab_to(page, "input[name=detail]")
        press("ArrowUp")
        assert stub.wait_for("netra.manner")["detail"] == "brief"
        tab_to(page, "#strict")
        press("Space")
        assert stub.wait_for("netra.half_duplex")["on"] is True
        tab_to(page, "#settings .ends button:last-child")
        press("Enter")
        expect(page.locator("#settings-open")).to_be_focused()

        tab_to(page, "#text")
        page.keyboard.type("what time is it")
        press("Enter")
        stub.wait_for("response.create", 3)
        tab_to(page, "#log")
        tab_to(page, "summary")
        press("Enter")
        expect(page.locator("#lanes")).to_be_visible()
        press("Escape")
        stub.wait_for("netra.stop", 2)
        back_to(page, "#end")
        press("Enter")
        shown(page, "idle")
