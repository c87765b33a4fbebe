"""The page in Indonesian: by the choice on it, by what the agent was told, remembered, and without an English word."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import ALLOWED, DENIED, DEVICES, Launch, opened, until
from .person import captions, delta, talk
from .stub import StubServer

pytestmark = pytest.mark.browser

VISIBLE = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const parent = node.parentElement;
    if (text && !parent.closest('script, style, option, .words') && parent.checkVisibility()) texts.push(text);
  }
  const labels = [...document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')].flatMap((node) =>
    ['aria-label', 'title', 'placeholder', 'alt'].map((name) => node.getAttribute(name)).filter(Boolean));
  return [...texts, ...labels];
}"""


def sentences(page: Page, code: str) -> set[str]:
    """Every sentence of a dictionary that needs nothing filled in."""
    flat = "(d) => Object.values(d).flatMap((v) => typeof v === 'object' ? flat(v) : typeof v === 'string' ? [v] : [])"
    module = f"import(new URL('say/{code}.js', document.baseURI))"
    read = f"async () => {{ const flat = {flat}; return flat((await {module}).default); }}"
    found = set(page.evaluate(read))
    assert len(found) > 60
    return found


def choose(page: Page, code: str) -> None:
    page.select_option("#language", code)
    expect(page.locator("html")).to_have_attribute("lang", code)


def test_the_whole_page_is_in_the_language_that_was_chosen(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        english = sentences(page, "en") - sentences(page, "id")
        choose(page, "id")
        assert set(page.evaluate(VISIBLE)) & english == set()
        expect(page.get_by_role("button", name="Bicara")).to_be_visible()
        talk(page, stub)
        page.locator("#timeline summary").click()
        stub.send(
            {"type": "netra.state", "state": "speaking"},
            {"type": "netra.timings", "response_id": "r1", "stages": {"endpoint": 10, "sound_out": 300}},
            delta("Sekarang jam 4."),
            {"type": "netra.picture", "response_id": "r1", "picture": "p", "verdict": "dark", "age_ms": 2300},
            {"type": "response.done", "response": {"id": "r1", "status": "cancelled"}},
            {"type": "output_audio_buffer.started"},
            {"type": "output_audio_buffer.cleared"},
        )
        expect(page.locator("#log")).to_contain_text("gelap")
        expect(page.locator("#story")).to_contain_text("Netra dipotong")
        assert set(page.evaluate(VISIBLE)) & english == set()
        assert page.evaluate(VISIBLE), "nothing was looked at"


def test_a_refused_device_is_explained_in_the_language_that_was_chosen(launch: Launch, stub: StubServer) -> None:
    with opened(launch(DENIED), stub.url) as page:
        choose(page, "id")
        page.click("#talk")
        expect(page.get_by_role("alert")).to_contain_text("mikrofon")
        expect(page.get_by_role("alert")).not_to_contain_text("allowed")


def test_the_choice_is_told_to_the_server_and_remembered(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        choose(page, "id")
        talk(page, stub)
        assert stub.wait_for("netra.language")["language"] == "id"
        stub.send({"type": "netra.language", "language": "en"}, delta("Masih yang lama."))  # before it heard the choice
        expect(page.locator("#log")).to_contain_text("Masih")
        assert page.get_attribute("html", "lang") == "id"
        stub.send({"type": "netra.language", "language": "id"})
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", "id")
        assert page.input_value("#language") == "id"
        choose(page, "en")
        expect(page.get_by_role("button", name="Talk")).to_be_visible()


def test_the_page_follows_a_change_by_voice_and_marks_what_was_said(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        stub.send(delta("Hello."), {"type": "response.done", "response": {"id": "r1", "status": "completed"}})
        stub.send({"type": "netra.language", "language": "id"}, delta("Baik.", "r2", "a2"))
        until(page, "document.documentElement.lang === 'id'")
        expect(page.locator("#stop")).to_have_text("Berhenti")
        expect(page.locator("#log .words").nth(1)).to_have_attribute("lang", "id")
        assert page.locator("#log .words").nth(0).get_attribute("lang") == "en"
        assert captions(page) == ["Hello.", "Baik."]
        assert not [event for event in stub.received if event["type"] == "netra.language"]  # it knows already
        stub.send({"type": "netra.language", "language": "tlh"})
        page.wait_for_timeout(200)
        assert page.get_attribute("html", "lang") == "id"
