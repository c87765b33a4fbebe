"""The light as a tone on the real page: it rises with what the camera sees, and is silent when it has to be."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from .conftest import ALLOWED, DEVICES, Launch, opened, until
from .person import shown, talk
from .stub import StubServer

pytestmark = pytest.mark.browser

LISTEN_IN = """() => {
  window.tones = [];
  const Oscillator = window.OscillatorNode, Gain = window.GainNode;
  window.OscillatorNode = class extends Oscillator {
    constructor(...all) { super(...all); window.tones.push({ source: this }); }
  };
  window.GainNode = class extends Gain { constructor(...all) { super(...all); window.tones.at(-1).gain = this; } };
  performance.now = () => 0;
}"""
"""Keeps the oscillators that the page makes, with their volume. The page's clock stands still: nothing ends because the
server said no more.
"""
LOUD, SILENT = (f"(window.tones.at(-1)?.gain.gain.value ?? 0) {sign} 0.01" for sign in (">", "<"))
SEEN = """() => {
  const video = document.querySelector("#preview"), canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 64, height: 48 });
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0, 64, 48);
  const { data } = pen.getImageData(0, 0, 64, 48);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum += 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
  return sum / (data.length / 4) / 2.55;
}"""
"""How bright the preview is, 0..100, measured apart from the page's own way."""
ON = {"type": "netra.light", "on": True, "level": 3}


def begun(page: Page, stub: StubServer) -> None:
    talk(page, stub)
    page.evaluate(LISTEN_IN)
    stub.send({"type": "netra.state", "state": "idle"}, ON)


def test_the_tone_is_as_high_as_the_cameras_picture_is_bright(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        begun(page, stub)
        assert stub.wait_for("netra.light")["on"] is True
        until(page, LOUD)
        page.wait_for_timeout(300)
        level, pitch = page.evaluate(SEEN), page.evaluate("window.tones.at(-1).source.frequency.value")
        assert abs(pitch - 300 * 2 ** (2.6 * level / 100)) < 0.08 * pitch
        assert pitch > 1.2 * 300 * 2 ** (2.6 * 3 / 100), "what the page sees comes before the server's level"


@pytest.mark.parametrize("how", ["listening", "speaking", "off", "camera", "lost"])
def test_it_is_silent_at_once(launch: Launch, stub: StubServer, how: str) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        begun(page, stub)
        until(page, LOUD)
        match how:
            case "off":
                stub.send({"type": "netra.light", "on": False, "level": None})
            case "camera":
                page.click("#camera")
            case "lost":
                stub.answer_calls(False)
                stub.drop()
                shown(page, "lost")
            case _:
                stub.send({"type": "netra.state", "state": how})
        until(page, SILENT)


def test_switched_off_among_the_short_sounds_the_server_is_told_and_nothing_sounds(
    launch: Launch, stub: StubServer
) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        begun(page, stub)
        until(page, LOUD)
        page.get_by_role("button", name="Settings", exact=True).click()
        page.get_by_label("The light as a tone").uncheck()
        assert stub.wait_for("netra.light", 2)["on"] is False
        until(page, SILENT)


def test_with_my_screen_reader_reads_the_tone_is_still_there(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url, kept={"output": "reader"}) as page:
        begun(page, stub)
        until(page, LOUD)
