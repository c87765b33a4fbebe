"""A whole conversation with the real server in a real Chromium: spoken to, shown a picture, interrupted, cut off.

The one place where page, wire, WebRTC, mind and engines meet. Times are loose on purpose: what is right is tested
here, how fast it is by `netra bench`.
"""

from __future__ import annotations

import asyncio
import base64
import io
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Page, expect

from agent.audio import FRAME_SAMPLES
from agent.engines.registry import build
from agent.settings import load

from .conftest import Launch, fake_devices, opened, until
from .person import shown
from .scene import Line, sign, write_schedule, write_view

pytestmark = [pytest.mark.browser, pytest.mark.net]

ROOT = Path(__file__).parents[2]
PLAIN = "?ec=0&ns=0&agc=0"
"""With echo cancelling on, Chromium wipes out speech over the first seconds of the agent's voice."""
READY_WITHIN_S = 90
"""The first start on a machine builds the recogniser's language model."""
RATE = 16_000
COLOUR, HELP, STOP = "What colour is this?", "What can you do?", "Wait, what time is it?"
SAID = (Line(3.5, COLOUR), Line(8.5, HELP), Line(12.5, STOP))


@dataclass
class Server:
    """`netra serve` in a process of its own, on a port that stays the same when it is started again."""

    port: int
    process: subprocess.Popen[str] | None = None
    log: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "transport", "serve", "--port", str(self.port)],
            cwd=ROOT,
            env={**os.environ, "NETRA_SERVER__LINGER_S": "60"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        until_s = time.monotonic() + READY_WITHIN_S
        while not self.healthy():
            assert self.process.poll() is None, "netra serve ended: " + "".join(self.log[-40:])
            assert time.monotonic() < until_s, "netra serve is not ready: " + "".join(self.log[-40:])
            time.sleep(0.2)

    def stop(self) -> float:
        """Seconds until it was gone."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.terminate()
        self.process.wait(20)
        return time.monotonic() - begun

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def hang_up(self, call: str) -> None:
        request = urllib.request.Request(f"{self.url}{call}/hangup", method="POST")
        with urllib.request.urlopen(request, timeout=5):
            pass

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            self.log.extend(process.stdout)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Server(port)
    server.start()
    yield server
    server.stop()


@dataclass(frozen=True)
class Scene:
    flags: tuple[str, ...]
    ends: dict[str, float]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A person who asks three things, the last one over the second answer, before a blue sign."""
    folder = tmp_path_factory.mktemp("scene")
    ends = write_schedule(folder / "said.wav", SAID, 40)
    write_view(folder / "view.mjpeg", sign("#1c3fae", "MAIN\nENTRANCE"))
    return Scene(tuple(fake_devices(folder / "said.wav", folder / "view.mjpeg")), ends)


@pytest.fixture(scope="module")
def silent_scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("silent")
    write_schedule(folder / "said.wav", (), 60)
    write_view(folder / "view.mjpeg", sign("#b3202a", "PULL"))
    return Scene(tuple(fake_devices(folder / "said.wav", folder / "view.mjpeg")), {})


# --- the page's ears: a recording of what came back, on the page's own clock from the moment it had the microphone

RECORD = """() => {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    window.begun ??= performance.now();
    return stream;
  };
  window.pieces = [];
  const record = (track) => {
    window.recorder = new MediaRecorder(new MediaStream([track]), { mimeType: 'audio/webm;codecs=opus' });
    window.recorder.ondataavailable = (event) => window.pieces.push(event.data);
    window.recorder.onstart = () => { window.recording = performance.now() - window.begun; };
    window.recorder.start();
  };
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) {
      super(...given);
      this.addEventListener('track', ({ track }) => window.recorder ?? record(track));
    }
  };
}"""
TAKE = """async () => {
  await new Promise((done) => { window.recorder.onstop = done; window.recorder.stop(); });
  const bytes = new Uint8Array(await new Blob(window.pieces).arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return [window.recording / 1000, btoa(text)];
}"""


@dataclass(frozen=True)
class Recording:
    """``sound`` at 16 kHz, -1..1, begun ``at_s`` after the page got the microphone."""

    at_s: float
    sound: npt.NDArray[np.float32]

    def level(self, start_s: float, end_s: float) -> float:
        """RMS in dB of full scale between two times on the page's clock."""
        part = self.sound[max(0, int((start_s - self.at_s) * RATE)) : max(1, int((end_s - self.at_s) * RATE))]
        return float(10 * np.log10(np.mean(np.square(part)) + 1e-12)) if len(part) else -120.0

    def loud(self, start_s: float, end_s: float, over_db: float = -45.0) -> float:
        """Seconds between two times in which there is a voice."""
        steps = np.arange(start_s, end_s, 0.05)
        return 0.05 * sum(self.level(at, at + 0.05) > over_db for at in steps)


def recording(page: Page) -> Recording:
    at_s, webm = page.evaluate(TAKE)
    with av.open(io.BytesIO(base64.b64decode(webm))) as container:
        to_mono = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        frames = [out for frame in container.decode(audio=0) for out in to_mono.resample(frame)]
    return Recording(at_s, np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32))


def transcript(sound: npt.NDArray[np.float32]) -> str:
    """What the project's own recogniser makes of it."""
    heard: list[str] = []

    async def recognise() -> None:
        recognizer = build("recognizer", "sphinx", load())
        stream = recognizer.stream()
        try:
            pcm = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
            for at in range(0, len(pcm), FRAME_SAMPLES):
                await stream.feed(pcm[at : at + FRAME_SAMPLES])
            heard.append((await stream.finish()).text)
        finally:
            await stream.close()
            await recognizer.close()

    thread = threading.Thread(target=lambda: asyncio.run(recognise()))  # Playwright owns this thread's loop
    thread.start()
    thread.join(60)
    assert heard, "the recogniser gave no words"
    return heard[0]


def page_time(page: Page) -> float:
    return float(page.evaluate("(performance.now() - window.begun) / 1000"))


def captions(page: Page, who: str) -> list[str]:
    return page.locator(f"#log .{who} .words").all_inner_texts()


def ask(page: Page, text: str) -> str:
    """Type a line; the caption of the answer, once it has settled."""
    before = page.locator("#log .agent").count()
    page.fill("#text", text)
    page.keyboard.press("Enter")
    answer = page.locator("#log .agent").nth(before)
    expect(answer).to_have_attribute("data-mark", "")
    return answer.locator(".words").inner_text()


# --- the conversation


def test_a_person_talks_shows_and_interrupts(server: Server, scene: Scene, launch: Launch) -> None:
    with opened(launch(*scene.flags), server.url + "/" + PLAIN) as page:
        page.evaluate(RECORD)
        page.get_by_role("button", name="Talk").click()
        shown(page, "listening")

        log = page.get_by_role("log")
        expect(log).to_contain_text(re.compile("blue", re.I))
        expect(page.locator("#delay-total")).to_have_text(re.compile(r"^\d+ ms$"))

        shown(page, "speaking")
        page.wait_for_timeout(max(0, (scene.ends[STOP] - page_time(page)) * 1000))
        expect(log).to_contain_text("Cut off here")
        expect(log.locator(".user").nth(2)).to_contain_text(re.compile("time", re.I))
        expect(log.locator(".agent").nth(2)).to_have_attribute("data-mark", "")

        said, answered = captions(page, "user"), captions(page, "agent")
        assert "colo" in said[0].lower()
        assert "what can" in said[1].lower()
        assert re.search(r"\d|o'clock|past|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve", answered[2])
        sound = recording(page)

    # the first answer: heard after the question, at the level of a voice, as long as its words need
    answer_s = sound.loud(scene.ends[COLOUR], SAID[1].at_s)
    words = len(answered[0].split())
    assert 0.15 * words < answer_s < 0.8 * words + 1, f"{answer_s:.1f} s for {answered[0]!r}"
    assert sound.level(scene.ends[COLOUR] + 0.6, scene.ends[COLOUR] + 1.6) > -40
    # nobody speaks before being asked
    assert sound.loud(sound.at_s, SAID[0].at_s) == 0
    # the words that came back are those of the captions
    part = sound.sound[int((scene.ends[HELP] - sound.at_s) * RATE) : int((SAID[2].at_s - sound.at_s) * RATE)]
    assert "what do you see" in answered[1].lower()
    assert "what do you see" in transcript(part)
    # the second answer is going on when the person speaks, and is silent before the person has ended
    assert sound.loud(SAID[2].at_s - 2, SAID[2].at_s) > 0.5
    assert sound.loud(SAID[2].at_s + 1.0, scene.ends[STOP]) < 0.2


def test_typed_lines_are_answered_from_the_camera(server: Server, silent_scene: Scene, launch: Launch) -> None:
    with opened(launch(*silent_scene.flags), server.url + "/" + PLAIN) as page:
        page.get_by_role("button", name="Talk").click()
        shown(page, "listening")
        until(page, "document.querySelector('#preview').videoWidth > 0")
        page.wait_for_timeout(1500)
        assert "red" in ask(page, "What colour is this?").lower()
        assert "PULL" in ask(page, "Read the text.").upper()
        page.get_by_role("button", name="Camera").click()
        assert "camera" in ask(page, "What colour is this?").lower()


def test_stop_silences_an_answer_and_the_next_one_is_heard(server: Server, silent_scene: Scene, launch: Launch) -> None:
    with opened(launch(*silent_scene.flags), server.url + "/" + PLAIN) as page:
        page.evaluate(RECORD)
        page.get_by_role("button", name="Talk").click()
        shown(page, "listening")
        page.fill("#text", HELP)
        page.keyboard.press("Enter")
        shown(page, "speaking")
        page.wait_for_timeout(1500)
        page.keyboard.press("Escape")
        stopped_s = page_time(page)
        expect(page.locator("#log .agent").first).to_have_attribute("data-mark", "interrupted")
        shown(page, "listening")
        page.wait_for_timeout(1000)
        asked_s = page_time(page)
        ask(page, "What time is it?")
        sound = recording(page)
    assert sound.loud(stopped_s - 1, stopped_s) > 0.4
    assert sound.loud(stopped_s + 0.4, asked_s) == 0
    assert sound.loud(asked_s, asked_s + 20) > 0.5


def test_typing_without_a_microphone_is_answered_aloud(server: Server, launch: Launch) -> None:
    with opened(launch(), server.url) as page:
        assert ask(page, "What time is it?")
        shown(page, "ready")


def test_a_line_that_died_comes_back_into_the_same_session(server: Server, silent_scene: Scene, launch: Launch) -> None:
    places: list[str] = []
    with opened(launch(*silent_scene.flags), server.url + "/" + PLAIN) as page:
        page.on("response", lambda answer: places.append(answer.headers["location"]) if answer.status == 201 else None)
        page.get_by_role("button", name="Talk").click()
        shown(page, "listening")
        session = page.evaluate("sessionStorage.getItem('netra.session')")
        first = ask(page, "What time is it?")
        server.hang_up(places[-1])
        shown(page, "lost")
        shown(page, "listening")
        assert len(places) == 2
        assert page.evaluate("sessionStorage.getItem('netra.session')") == session
        assert captions(page, "agent") == [first]
        assert ask(page, "Repeat that.")
        assert captions(page, "user") == ["What time is it?", "Repeat that."]


def test_a_server_that_ends_ends_at_once_and_is_found_when_it_is_back(
    server: Server, silent_scene: Scene, launch: Launch
) -> None:
    with opened(launch(*silent_scene.flags), server.url + "/" + PLAIN) as page:
        page.get_by_role("button", name="Talk").click()
        shown(page, "listening")
        first = ask(page, "What time is it?")
        assert server.stop() < 8
        shown(page, "lost")
        page.fill("#text", "What is the date?")
        page.keyboard.press("Enter")
        server.start()
        shown(page, "listening")
        expect(page.locator("#log .agent").nth(1)).to_have_attribute("data-mark", "")
        assert captions(page, "agent")[0] == first
        assert captions(page, "user") == ["What time is it?", "What is the date?"]
