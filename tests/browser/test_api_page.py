"""The page of the API in a real Chromium: drawn from the document alone, usable by everyone, and able to try a call."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

pytest.importorskip("axe_playwright_python", reason="axe is not installed: .venv/bin/pip install -e '.[test]'")

from axe_playwright_python.sync_playwright import Axe

from agent.engines import fakes
from agent.engines.registry import Engines
from agent.settings import load
from tests.transport.loopback import serving
from transport.app import one_shot_means
from transport.rest.rooms import Rooms

from .conftest import Launch, opened
from .test_accessibility import RULES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """The API over fake engines, in a thread of its own."""
    sight = fakes.FakeTextReader(), fakes.FakeCodeReader(), fakes.FakeFaceFinder()
    voice, brain = fakes.FakeSynthesizer(), fakes.FakeBrain()
    means = one_shot_means(
        Engines(fakes.FakeDetector(), fakes.FakeRecognizer(), voice, brain, *sight), load(environ={})
    )
    rooms, ready = Rooms(means, lambda: False), threading.Event()
    told: dict[str, object] = {}

    async def main() -> None:
        told["stop"], told["loop"] = asyncio.Event(), asyncio.get_running_loop()
        async with serving(more=rooms.routes, body_limits=rooms.body_limits) as server:
            told["url"] = server.url
            ready.set()
            await told["stop"].wait()  # type: ignore[attr-defined]

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    assert ready.wait(10)
    yield str(told["url"])
    told["loop"].call_soon_threadsafe(told["stop"].set)  # type: ignore[attr-defined]
    thread.join(10)
    means.close()


def test_every_operation_is_drawn_and_the_page_is_accessible(launch: Launch, api: str) -> None:
    with opened(launch(), f"{api}/docs", viewport={"width": 320, "height": 800}) as page:
        page.wait_for_selector("#operations[aria-busy=false]")
        drawn = page.locator("h2 code").all_inner_texts()
        assert {"/v1/chat/completions", "/v1/audio/speech", "/v1/look", "/ready"} <= set(drawn)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()


def test_a_call_can_be_tried(launch: Launch, api: str) -> None:
    with opened(launch(), f"{api}/docs") as page:
        page.wait_for_selector("#operations[aria-busy=false]")
        page.click("text=Send GET /v1/models")
        page.wait_for_selector("pre:has-text('netra-fake')")
        page.fill("#api-v1-chat-completions-application-json-body", '{"messages": [{"role": "user", "content": "hi"}]}')
        page.click("text=Send POST /v1/chat/completions")
        page.wait_for_selector("pre:has-text('You said hi.')")
        page.click("text=Send POST /v1/audio/speech")
        page.wait_for_selector("pre audio")


def test_a_refusal_is_shown(launch: Launch, api: str) -> None:
    with opened(launch(), f"{api}/docs") as page:
        page.wait_for_selector("#operations[aria-busy=false]")
        page.fill("#api-v1-audio-speech-application-json-body", "{}")
        page.click("text=Send POST /v1/audio/speech")
        page.wait_for_selector("pre:has-text('missing_required_parameter')")
