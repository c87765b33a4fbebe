"""What a person does and sees on the page, for the tests that drive it."""

from __future__ import annotations

from playwright.sync_api import Page

from .stub import PATIENCE_S, StubServer


def shown(page: Page, state: str, timeout_s: float = PATIENCE_S) -> None:
    page.wait_for_selector(f"body[data-shown={state}]", timeout=timeout_s * 1000)


def talk(page: Page, stub: StubServer) -> None:
    page.click("#talk")
    shown(page, "listening")
    stub.wait_for("netra.camera")


def delta(text: str, response: str = "r1", item: str = "a1") -> dict[str, object]:
    kind = "response.output_audio_transcript.delta"
    return {"type": kind, "response_id": response, "item_id": item, "delta": text}


def captions(page: Page) -> list[str]:
    return page.locator("#log .words").all_inner_texts()


def typed(stub: StubServer) -> list[str]:
    creates = [event for event in stub.received if event["type"] == "conversation.item.create"]
    return [event["item"]["content"][0]["text"] for event in creates]
