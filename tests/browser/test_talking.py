"""Talking, showing and stopping: what the page does with microphone, camera, sound and words."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import ALLOWED, DEVICES, Launch, opened, until
from .person import captions, delta, shown, talk
from .stub import StubServer

pytestmark = pytest.mark.browser


def test_the_first_tap_brings_microphone_and_camera(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        page.click("#talk")
        shown(page, "listening")
        expect(page.get_by_role("status")).to_contain_text("Microphone on, camera on.")
        expect(page.get_by_role("button", name="Mute")).to_be_visible()
        assert stub.wait_for("netra.camera")["on"] is True
        until(page, "document.querySelector('#preview').videoWidth > 0")


def test_mute_unmute_and_camera_tell_the_server_and_switch_the_tracks(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        page.get_by_role("button", name="Mute").click()
        shown(page, "muted")
        assert stub.wait_for("netra.mute")["on"] is True
        page.get_by_role("button", name="Unmute").click()
        assert stub.wait_for("netra.mute", 2)["on"] is False
        shown(page, "listening")
        camera = page.get_by_role("button", name="Camera")
        expect(camera).to_have_attribute("aria-pressed", "true")
        camera.click()
        assert stub.wait_for("netra.camera", 2)["on"] is False
        expect(camera).to_have_attribute("aria-pressed", "false")
        expect(page.get_by_role("status")).to_contain_text("camera off")
        assert page.evaluate("document.querySelector('#preview').srcObject") is None
        camera.click()
        assert stub.wait_for("netra.camera", 3)["on"] is True


def test_push_to_talk_is_heard_while_it_is_held_and_then_sent(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url + "/?ns=0&ec=0") as page:
        page.get_by_role("button", name="Settings").click()
        page.get_by_role("checkbox", name="Push to talk").check()
        page.get_by_role("button", name="Talk").click()
        asked = stub.wait_for("session.update")
        assert asked["session"]["audio"]["input"]["turn_detection"] is None
        button = page.get_by_role("button", name="Hold to talk")
        expect(button).to_be_visible()
        page.wait_for_timeout(300)
        stub.loudness.clear()
        page.wait_for_timeout(1500)
        assert max(stub.loudness) < 50
        button.hover()
        page.mouse.down()
        expect(page.get_by_role("button", name="Let go to send")).to_be_visible()
        page.wait_for_timeout(400)  # a shorter press would hold
        stub.wait_for_sound()
        page.mouse.up()
        stub.wait_for("input_audio_buffer.commit")
        expect(button).to_be_visible()
        page.locator("body").press("Space", delay=500)
        stub.wait_for("input_audio_buffer.commit", 2)
        for press in (
            lambda: page.locator("body").press("Space"),
            lambda: page.locator("#talk").click(),
            lambda: page.locator("#talk").evaluate("button => button.click()"),  # as a screen reader clicks
        ):
            before = sum(event["type"] == "input_audio_buffer.commit" for event in stub.received)
            press()
            latched = page.get_by_role("button", name="Tap to send")
            expect(latched).to_be_visible(timeout=5_000)  # on a busy machine a short press may last, and hold
            page.wait_for_timeout(400)
            expect(latched).to_be_visible()
            press()
            stub.wait_for("input_audio_buffer.commit", before + 1)
            expect(button).to_be_visible()
        page.get_by_role("checkbox", name="Push to talk").uncheck()
        detection = stub.wait_for("session.update", 2)["session"]["audio"]["input"]["turn_detection"]
        assert detection["type"] == "semantic_vad"
        expect(page.get_by_role("button", name="Mute")).to_be_visible()


def test_strict_turns_are_told_to_the_server_and_remembered(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        page.get_by_role("button", name="Settings").click()
        choice = page.get_by_role("checkbox", name="Take turns strictly")
        choice.check()
        assert stub.wait_for("netra.half_duplex")["on"] is True
        choice.uncheck()
        assert stub.wait_for("netra.half_duplex", 2)["on"] is False
        choice.check()
        page.reload()
        page.get_by_role("button", name="Settings").click()
        expect(choice).to_be_checked()
        page.click("#talk")
        assert stub.wait_for("netra.half_duplex", 4)["on"] is True


def test_the_timeline_of_the_session_is_drawn_and_told(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        page.get_by_text("Timeline", exact=True).click()
        stub.send(
            {"type": "input_audio_buffer.speech_started", "audio_start_ms": 0, "item_id": "u1"},
            {"type": "netra.turn", "kind": "guess"},
            {"type": "input_audio_buffer.speech_stopped", "audio_end_ms": 900, "item_id": "u1"},
            {"type": "netra.turn", "kind": "guess_used"},
            {"type": "output_audio_buffer.started", "response_id": "r1"},
            {"type": "netra.turn", "kind": "duck"},
        )
        expect(page.locator("#story li").first).to_contain_text("the voice was lowered")
        expect(page.locator("#story")).to_contain_text("You spoke for")
        expect(page.locator(".lane.netra rect.lowered")).to_have_count(1)
        first = "document.querySelector('#story li').textContent"
        until(page, f"/^[2-9] s ago: /.test({first})")  # how long ago goes on while nothing happens
        expect(page.locator(".lane.guess rect.used")).to_have_count(1)
        page.get_by_text("Timeline", exact=True).press("Enter")
        expect(page.locator("#lanes")).to_be_hidden()


def test_the_microphone_is_heard_and_a_muted_one_is_not(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url + "/?ns=0&ec=0") as page:
        talk(page, stub)
        stub.wait_for_sound()
        page.get_by_role("button", name="Mute").click()
        page.wait_for_timeout(500)
        stub.loudness.clear()
        page.wait_for_timeout(1500)  # Chromium's fake microphone beeps every second
        assert len(stub.loudness) > 40
        assert max(stub.loudness) < 50


def test_the_voice_is_played_and_its_level_seen(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        stub.send({"type": "netra.state", "state": "speaking"})
        stub.tone(True)
        until(page, "Number(document.querySelector('#talk').style.getPropertyValue('--level')) > 0.2")
        assert page.evaluate("document.querySelector('#voice').paused") is False
        stub.tone(False)
        until(page, "Number(document.querySelector('#talk').style.getPropertyValue('--level')) < 0.05")


def test_talk_after_typing_adds_the_microphone_to_the_same_call(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url + "/?ns=0&ec=0") as page:
        page.fill("#text", "hello")
        page.keyboard.press("Enter")
        stub.wait_for("response.create")
        shown(page, "ready")
        page.get_by_role("button", name="Talk").click()
        shown(page, "listening")
        stub.wait_for_sound()
        stub.wait_for_pictures(1)
        assert stub.calls == [None]


def test_a_call_that_was_ended_while_devices_were_asked_for_stays_ended(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        page.evaluate(
            """() => { const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async (wanted) => {
              await new Promise((go) => setTimeout(go, 500));
              window.given = await ask(wanted);
              return window.given;
            }; }"""
        )
        page.click("#talk")
        shown(page, "connecting")
        page.get_by_role("button", name="End call").click()
        until(page, "window.given?.getTracks().every((track) => track.readyState === 'ended')")
        shown(page, "idle")
        assert stub.calls == []


def test_the_always_open_eye_is_small_and_the_still_is_whole(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        until(page, "document.querySelector('#preview').videoWidth > 640")
        stub.send({"type": "netra.still.wanted", "request": "s1", "max_side": 1600})
        begin = stub.wait_for("netra.still.begin")
        assert (begin["request"], begin["mime"]) == ("s1", "image/jpeg")
        stub.wait_for("netra.still.chunk", begin["chunks"])
        width, height = stub.still_size("s1")
        assert max(width, height) == 1600
        assert max(stub.wait_for_pictures(1)[-1]) <= 640


def test_a_still_that_cannot_be_taken_is_refused_with_the_reason(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        page.get_by_role("button", name="Camera").click()
        stub.send({"type": "netra.still.wanted", "request": "s1", "max_side": 1600})
        assert "off" in stub.wait_for("netra.still.failed")["reason"]


def test_stop_and_escape_silence_the_page_at_once(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        for press, count in ((lambda: page.click("#stop"), 1), (lambda: page.keyboard.press("Escape"), 2)):
            press()
            assert page.evaluate("document.querySelector('#voice').muted") is True
            stub.wait_for("response.cancel", count)
            stub.wait_for("output_audio_buffer.clear", count)
            stub.wait_for("netra.stop", count)
            stub.send({"type": "output_audio_buffer.started", "response_id": "r2"})
            until(page, "!document.querySelector('#voice').muted")


def test_a_cleared_buffer_mutes_for_a_quarter_of_a_second(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        page.evaluate(
            """() => { const voice = document.querySelector('#voice'); window.silence = [];
            voice.onvolumechange = () => window.silence.push([voice.muted, performance.now()]); }"""
        )
        stub.send({"type": "output_audio_buffer.cleared", "response_id": "r1"})
        until(page, "window.silence.length === 2")
        (muted, begun), (still, ended) = page.evaluate("window.silence")
        assert (muted, still) == (True, False)
        assert 200 <= ended - begun <= 600


def test_captions_show_words_as_they_come_and_cuts_where_they_were_heard(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        log = page.get_by_role("log")
        stub.send({"type": "netra.heard", "item_id": "u1", "text": "read the"})
        expect(log).to_contain_text("read the")
        said = "conversation.item.input_audio_transcription.completed"
        stub.send({"type": said, "item_id": "u1", "transcript": "Read the text."})
        stub.send(delta("It says: "), delta("please ring."))
        expect(log).to_contain_text("It says: please ring.")
        heard = {"id": "a1", "role": "assistant", "status": "incomplete"}
        part = {"type": "output_audio", "transcript": "It says: please"}
        response = {"id": "r1", "status": "cancelled", "output": [{**heard, "content": [part]}]}
        stub.send({"type": "response.done", "response": response})
        expect(log).to_contain_text("Cut off here")
        assert captions(page) == ["Read the text.", "It says: please"]


def test_delays_are_shown_by_stage(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        stages = {"endpoint": 301, "final_text": 322, "first_words": 338, "first_sound": 391, "sound_out": 412}
        stub.send({"type": "netra.timings", "response_id": "r1", "stages": stages})
        expect(page.get_by_role("heading", name="Delay of the last turn: 412 ms")).to_be_visible()
        assert page.locator("#stages td").all_inner_texts() == ["301", "322", "338", "391", "412"]


def test_ending_the_call_gives_the_devices_back_and_keeps_the_captions(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        stub.send(delta("Goodbye."))
        expect(page.get_by_role("log")).to_contain_text("Goodbye.")
        page.get_by_role("button", name="End call").click()
        shown(page, "idle")
        assert captions(page) == ["Goodbye."]
        assert page.evaluate("document.querySelector('#preview').srcObject") is None
        expect(page.get_by_role("button", name="Talk")).to_be_visible()
        page.wait_for_timeout(300)
        assert stub.hangups == ["rtc_1?end=1"]


PHONE = """
const settled = [];
MediaStreamTrack.prototype.getCapabilities = function () {
  return this.kind === "video" ? { torch: true, zoom: { min: 1, max: 8, step: 0.5 } } : {};
};
MediaStreamTrack.prototype.applyConstraints = async function (wanted) { settled.push(wanted.advanced[0]); };
window.settled = settled;
"""


def test_light_and_zoom_are_there_where_the_camera_has_them(launch: Launch, stub: StubServer) -> None:
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        talk(page, stub)
        expect(page.get_by_role("button", name="Light")).to_be_hidden()
    with opened(launch(ALLOWED, DEVICES), stub.url) as page:
        page.add_init_script(PHONE)
        page.reload()
        talk(page, stub)
        light = page.get_by_role("button", name="Light")
        light.click()
        expect(light).to_have_attribute("aria-pressed", "true")
        page.get_by_role("slider", name="Zoom").fill("3")
        assert page.evaluate("settled") == [{"torch": True}, {"zoom": 3}]
        light.press("Enter")
        expect(light).to_have_attribute("aria-pressed", "false")
        page.get_by_role("button", name="Camera").click()
        expect(light).to_be_hidden()


def test_the_page_can_be_installed(launch: Launch, stub: StubServer) -> None:
    with opened(launch(), stub.url) as page:
        manifest = page.evaluate(
            "(async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json())()"
        )
        assert manifest["display"] == "standalone"
        for icon in manifest["icons"]:
            assert page.evaluate(f"(async () => (await fetch('{icon['src']}')).status)()") == 200
