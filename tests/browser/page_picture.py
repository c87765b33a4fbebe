"""The picture of the page in the README: ``python -m tests.browser.page_picture [FILE]``.

The real server and a real Chromium, on a desktop and on a phone: somebody asks aloud, a sign is before the camera, and
the page is photographed in the middle of it. Needs Chromium; takes half a minute.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import Page, Playwright, async_playwright

from tests.browser.conftest import QUIET, chromium_path, fake_devices
from tests.browser.scene import Line, write_schedule, write_view
from transport.demo.pictures import printed_sign
from transport.running import server

FILE = Path(__file__).parents[2] / "docs" / "images" / "page.png"
SAID = (Line(4.0, "Is anybody there?"), Line(10.0, "Read the text."))
SCALE, GAP, BETWEEN = 1.5, 24, (120, 122, 132)


@dataclass(frozen=True)
class Screen:
    """``heard``: words of the conversation after which it is photographed, in this state."""

    width: int
    height: int
    heard: str
    state: str


DESKTOP = Screen(1280, 800, "It says", "speaking")
PHONE = Screen(390, 800, "It says", "listening")


async def photographed(driver: Playwright, url: str, screen: Screen, flags: list[str]) -> Image.Image:
    """What this screen shows of the conversation."""
    browser = await driver.chromium.launch(
        executable_path=chromium_path(), args=[*QUIET, *flags], ignore_default_args=["--mute-audio"]
    )
    kept = [{"name": "netra.settings", "value": json.dumps({"output": "voice"})}]
    context = await browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        device_scale_factor=SCALE,
        color_scheme="light",
        storage_state={"cookies": [], "origins": [{"origin": url, "localStorage": kept}]},  # type: ignore[typeddict-item]
    )
    page: Page = await context.new_page()
    await page.goto(f"{url}/?ec=0&ns=0&agc=0")
    await page.click("#talk")
    await page.wait_for_selector(f"#log >> text={screen.heard}", timeout=40_000)
    await page.wait_for_selector(f"body[data-shown={screen.state}]", timeout=20_000)
    await page.wait_for_timeout(400)
    shot = await page.screenshot()
    await browser.close()
    return Image.open(io.BytesIO(shot)).convert("RGB")


def side_by_side(*pictures: Image.Image) -> Image.Image:
    """Next to each other, the tops level."""
    gap = round(GAP * SCALE)
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
    whole = Image.new("RGB", (width, max(picture.height for picture in pictures)), BETWEEN)
    at = 0
    for picture in pictures:
        whole.paste(picture, (at, 0))
        at += picture.width + gap
    return whole


async def make(file: Path) -> None:
    """Draw it anew."""
    with tempfile.TemporaryDirectory() as folder:
        sound, sight = Path(folder) / "said.wav", Path(folder) / "view.mjpeg"
        write_schedule(sound, SAID, 40)
        write_view(sight, Image.fromarray(printed_sign()))
        async with server() as running, async_playwright() as driver:
            url = running.url.rstrip("/")
            flags = fake_devices(sound, sight)
            screens = [await photographed(driver, url, screen, flags) for screen in (DESKTOP, PHONE)]
    whole = side_by_side(*screens)
    whole = whole.resize((round(whole.width / SCALE), round(whole.height / SCALE)), Image.Resampling.LANCZOS)
    whole.quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE))
