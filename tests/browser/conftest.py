"""A real Chromium with a fake microphone and a fake camera, and pages in it. Skips where Chromium is not installed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: .venv/bin/pip install -e '.[test]'")

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from .stub import PATIENCE_S, StubServer

#: Plain headless Chromium, silent about itself, that may talk WebRTC to 127.0.0.1.
QUIET = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
]
ALLOWED = "--use-fake-ui-for-media-stream"
DEVICES = "--use-fake-device-for-media-stream"
DENIED = "--deny-permission-prompts"

ANSWERED: Mapping[str, object] = MappingProxyType({"output": "voice"})
"""Settings of a person who was asked before how answers should come."""

Launch = Callable[..., Browser]


def chromium_path() -> str | None:
    """NETRA_CHROMIUM, or what the PATH has."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("NETRA_CHROMIUM") or next((found for name in names if (found := shutil.which(name))), None)


def fake_devices(sound: Path | None = None, sight: Path | None = None) -> list[str]:
    """Flags for a microphone that plays a WAV once and a camera that shows an MJPEG in a loop."""
    flags = [ALLOWED, DEVICES]
    if sound:
        flags.append(f"--use-file-for-fake-audio-capture={sound}%noloop")
    if sight:
        flags.append(f"--use-file-for-fake-video-capture={sight}")
    return flags


# Playwright keeps an event loop running in this thread: module scope, so that it is gone before other modules' tests.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def launch(playwright: Playwright) -> Iterator[Launch]:
    """`launch(*flags)`: a browser; the same flags give the same one."""
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed (or name it in NETRA_CHROMIUM)")
    browsers: dict[tuple[str, ...], Browser] = {}

    def start(*flags: str) -> Browser:
        if flags not in browsers:
            browsers[flags] = playwright.chromium.launch(
                executable_path=path, args=[*QUIET, *flags], ignore_default_args=["--mute-audio"]
            )
        return browsers[flags]

    yield start
    for browser in browsers.values():
        browser.close()


@pytest.fixture(scope="module")
def stub_server() -> Iterator[StubServer]:
    server = StubServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def stub(stub_server: StubServer) -> StubServer:
    stub_server.reset()
    stub_server.answer_calls(True)
    return stub_server


class Complaints(list[str]):
    """What a page complained about: errors of scripts, of the content policy, of the console."""

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("console", lambda line: self.append(line.text) if line.type == "error" else None)


@contextmanager
def opened(
    browser: Browser,
    url: str,
    kept: Mapping[str, object] | None = ANSWERED,
    **context: object,
) -> Iterator[Page]:
    """A page in a fresh context; at the end it must have complained about nothing but a server that is away.

    ``kept``: settings that were chosen before; None: the first visit.
    """
    if kept is not None:
        origin = "/".join(url.split("/")[:3])
        settings = [{"name": "netra.settings", "value": json.dumps(dict(kept))}]
        context["storage_state"] = {"cookies": [], "origins": [{"origin": origin, "localStorage": settings}]}
    with_context: BrowserContext = browser.new_context(**context)  # type: ignore[arg-type]
    page = with_context.new_page()
    complaints = Complaints()
    complaints.watch(page)
    page.set_default_timeout(PATIENCE_S * 1000)
    expect.set_options(timeout=PATIENCE_S * 1000)
    page.goto(url)
    try:
        yield page
    finally:
        with_context.close()
    assert [line for line in complaints if "Failed to load resource" not in line] == []


def until(page: Page, condition: str, timeout_s: float = PATIENCE_S) -> None:
    """Wait for a JavaScript condition. Playwright's own wait evaluates text inside the page: the policy forbids it."""
    for _ in range(int(timeout_s / 0.05)):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {condition}")
