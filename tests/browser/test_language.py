"""The page in Indonesian: by the choice on it, by what the agent was told, remembered, and without an English word."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import ALLOWED, DENIED, DEVICES, Launch, opened, until
from .person import captions, delta, talk, typed
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
    if page.locator("#settings").is_hidden():
        page.click("#settings-open")
    page.select_option("#language", code)
    expect(page.locator("#language")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", code)


def test_the_whole_page_is_in_the_language_that_was_chosen(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        english = sentences(page, "en") - sentences(page, "id")
        choose(page, "id")
        assert set(page.evaluate(VISIBLE)) & english == set()
        expect(page.get_by_role("button", name="Bicara", exact=True)).to_be_visible()
        stub.offers = {"person": "a person", "voices": ["en-us", "id"]}
        talk(page, stub)
        expect(page.locator("#person")).to_have_text("Minta bantuan seseorang")
        stub.send(
            {"type": "netra.question", "text": "Apakah Anda mau menghubungi seseorang?", "within_s": 60},
            {"type": "netra.person", "name": "a person", "link": "tel:+62812"},
        )
        expect(page.get_by_role("link", name="Hubungi seseorang")).to_be_visible()
        expect(page.locator("#asked button").first).to_have_text("Ya")
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


def test_the_first_question_is_asked_in_the_language_that_is_chosen_there(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, kept=None) as page:
        page.locator("#first-language").focus()
        page.get_by_role("combobox", name="Language").select_option("id")
        expect(page.get_by_role("region", name="Bagaimana Netra sebaiknya menjawab?")).to_be_visible()
        expect(page.locator("#first-language")).to_be_focused()
        assert set(page.evaluate(VISIBLE)) & (sentences(page, "en") - sentences(page, "id")) == set()
        page.get_by_role("button", name="Pembaca layar saya membacakan").click()
        expect(page.get_by_role("button", name="Suara Netra")).to_have_attribute("aria-pressed", "false")
        page.get_by_role("button", name="Pengaturan", exact=True).click()
        assert page.input_value("#language") == "id"


def test_another_language_changes_no_setting_and_moves_no_focus(launch: Launch, stub: StubServer) -> None:
    stub.offers = {"voices": ["en-us", "en-gb"], "person": "Anna"}
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        page.click("#settings-open")
        page.get_by_role("radio", name="Brief").check()
        page.get_by_role("combobox", name="Voice").select_option("en-gb")
        page.get_by_role("slider", name="Speed").fill("1.5")
        page.locator("#language").focus()
        choose(page, "id")
        expect(page.locator("#language")).to_be_focused()
        expect(page.get_by_role("radio", name="Singkat")).to_be_checked()
        expect(page.get_by_role("combobox", name="Suara")).to_have_value("en-gb")
        expect(page.get_by_role("slider", name="Kecepatan")).to_have_attribute("aria-valuetext", "1,5 kali")
        assert page.locator("#voice-name option").first.text_content() == "Seperti di server"
        stub.send({"type": "netra.question", "text": "Apakah Anda mau menghubungi Anna?", "within_s": 60})
        page.locator("#asked button").first.focus()
        stub.send({"type": "netra.language", "language": "id"}, {"type": "netra.language", "language": "en"})
        expect(page.locator("#asked button").first).to_have_text("Yes")
        expect(page.locator("#asked button").first).to_be_focused()
        stub.send({"type": "netra.language", "language": "id"})
        page.get_by_role("button", name="Ya", exact=True).click()
        stub.wait_for("response.create")
        assert typed(stub) == ["Ya"]


def test_forgetting_the_settings_forgets_the_language(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        stub.send({"type": "netra.language", "language": "en"})
        choose(page, "id")
        assert stub.wait_for("netra.language")["language"] == "id"
        stub.send({"type": "netra.language", "language": "id"})
        page.get_by_role("button", name="Lupakan pengaturan saya").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert stub.wait_for("netra.language", 2)["language"] == "en"
        stub.send({"type": "netra.language", "language": "en"})
        expect(page.get_by_role("status")).to_contain_text("Your settings are forgotten.")
        assert page.evaluate("localStorage.getItem('netra.language')") is None
        page.reload()
        assert page.get_attribute("html", "lang") == "en"


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
        expect(page.get_by_role("button", name="Talk", exact=True)).to_be_visible()


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
