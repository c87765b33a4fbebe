"""@openai/agents-realtime, unmodified, in Chromium over WebRTC: one conversation with everything a client does."""

from __future__ import annotations

import asyncio
import json
import shutil
from typing import Any

import pytest

from tests.clients.events import accept
from tests.clients.scripts import HERE, environment, picture_url
from tests.clients.server import staged

pytest.importorskip("playwright", reason="playwright is not installed: .venv/bin/pip install -e '.[test]'")

ORIGIN = "http://localhost:1"
"""The app's own page, from elsewhere: allowed by configuration. Its files are given by the test."""
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required",
         "--disable-features=LocalNetworkAccessChecks"]  # fmt: skip


@pytest.mark.browser
@pytest.mark.clients
@pytest.mark.net
def test_a_whole_conversation() -> None:
    from playwright.async_api import Route, async_playwright

    sdk = environment("node", "node_modules", "@openai/agents-realtime/dist/bundle/openai-realtime-agents.mjs")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("Chromium is not installed")
    files = {path.name: path for path in sdk.parent.iterdir()} | {
        "sdk.mjs": sdk, "conversation.mjs": HERE / "conversation.mjs", "page.mjs": HERE / "agents_page.mjs",
    }  # fmt: skip
    told: dict[str, list[Any]] = {"event": [], "error": [], "console": []}

    async def give(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name in files:
            text = files[name].read_text(encoding="utf-8")
            await route.fulfill(body=text, content_type="text/javascript")
        else:
            await route.fulfill(body='<script type="module" src="/page.mjs"></script>', content_type="text/html")

    def tell(line: str) -> None:
        for name, value in json.loads(line).items():
            told.setdefault(name, []).append(value)

    async def scene() -> None:
        async with (
            staged("what is the weather in Paris", "what can you do for me", allowed_origins=[ORIGIN]) as stage,
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            page = await browser.new_page()
            page.on("console", lambda message: told["console"].append(message.text))
            await page.expose_function("tell", tell)
            await page.route(f"{ORIGIN}/**", give)
            await page.goto(f"{ORIGIN}/")
            await page.wait_for_function("() => Boolean(window.play)")
            url = f"http://{stage.address}/v1/realtime/calls"
            try:
                await page.evaluate("([url, picture]) => window.play(url, picture)", [url, picture_url(640, 480)])
            finally:
                await browser.close()
                kinds = [event["type"] for event in told["event"]][-30:]
            assert told["error"] == [], kinds
            accept("agents-js (Chromium)", told["event"])
            kinds = [event["type"] for event in told["event"]]
            assert {"output_audio_buffer.started", "output_audio_buffer.cleared"} <= set(kinds)
            assert "response.output_audio.delta" not in kinds
            assert told["tool"][0]["name"] == "get_weather"
            assert told["cut"][0]["same"]
            assert len(told["kept"][0]) < 60
            assert "red" in told["seen"][0].lower()
            assert told["again"][0]

    asyncio.run(scene())
