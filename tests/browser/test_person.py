"""A person to ask: a button where there is one, a yes or a no by hand, and a link that is never opened by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import ALLOWED, DEVICES, Launch, opened
from .person import talk, typed
from .stub import StubServer

pytestmark = pytest.mark.browser


def test_without_a_person_there_is_no_button(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        expect(page.locator("#person")).to_be_hidden()


def test_the_person_is_asked_for_consented_to_and_offered(launch: Launch, stub: StubServer) -> None:
    stub.offers = {"person": "Anna"}
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        expect(page.locator("#person")).to_be_hidden()
        talk(page, stub)
        page.get_by_role("button", name="Ask Anna").click()
        stub.wait_for("response.create")
        assert typed(stub) == ["Ask a person for help."]
        stub.send({"type": "netra.question", "text": "Do you want to call Anna?", "within_s": 20})
        question = page.get_by_role("group", name="Do you want to call Anna?")
        question.get_by_role("button", name="Yes").click()
        stub.send({"type": "response.done", "response": {"id": "r1", "status": "completed"}})
        stub.wait_for("response.create", 2)
        assert typed(stub)[1] == "Yes"
        stub.send(
            {"type": "netra.question", "text": "", "within_s": 0},
            {"type": "netra.person", "name": "Anna", "link": "https://meet.example/anna"},
        )
        link = page.get_by_role("link", name="Call Anna")
        expect(link).to_have_attribute("href", "https://meet.example/anna")
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        expect(question).to_be_hidden()
        expect(page.get_by_role("status")).to_contain_text("Nothing happens before you press it.")
        assert len(page.context.pages) == 1
        page.get_by_role("button", name="End call").click()
        expect(link).to_be_hidden()


def test_a_link_of_another_kind_is_not_offered(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        stub.send({"type": "netra.person", "name": "Eve", "link": "javascript:alert(1)"})
        stub.send({"type": "netra.question", "text": "Should I?", "within_s": 20})
        expect(page.get_by_role("group", name="Should I?")).to_be_visible()
        expect(page.locator("#offer")).to_be_hidden()
        assert page.locator("#offer a").count() == 0
