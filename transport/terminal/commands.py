"""``netra talk`` and ``netra call`` put together: which device, which view, and how they end.

Knows options. Does not know sound or the wire.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from agent.errors import LineError
from agent.settings import Settings
from transport.sound_in import decode_sound
from transport.terminal import soundcard
from transport.terminal.call import Wish, call
from transport.terminal.devices import Device, FileDevice, Saved
from transport.terminal.keyboard import typed
from transport.terminal.talk import talk
from transport.terminal.views import JsonView, LiveView, PlainView, View

LONGEST_FILE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Choices:
    """The options that both commands have."""

    file: Path | None = None
    save: Path | None = None
    microphone: str | None = None
    speaker: str | None = None
    headphones: bool = False
    plain: bool = False
    as_json: bool = False


def run_talk(settings: Settings, choices: Choices, out: Console, err: Console) -> None:
    """Raises NetraError."""
    device = _device(choices)
    with ExitStack() as stack:
        status = stack.enter_context(err.status("Preparing"))
        view = _view(choices, out)

        def ready() -> None:
            status.stop()
            _start(view, stack, device, "Talk, or type a line and press Enter. Enter alone silences. Ctrl-C ends it.")

        def progress(text: str) -> None:
            status.update(f"Preparing {text}")

        _run(talk(settings, device, view, typed(sys.stdin, view.typing), progress, ready))


def run_call(wish: Wish, choices: Choices, out: Console) -> None:
    """Raises NetraError."""
    device = _device(choices)
    with ExitStack() as stack:
        view = _view(choices, out)
        _start(view, stack, device, "Calling. Talk, or type a line and press Enter. Ctrl-C ends it.")
        _run(call(wish, device, view, typed(sys.stdin, view.typing)))


def list_devices(out: Console) -> None:
    """Raises LineError where there are none."""
    out.print(soundcard.listed(soundcard.load()), markup=False, highlight=False)


def _device(choices: Choices) -> Device:
    device: Device
    if choices.file is not None:
        try:
            data = choices.file.read_bytes()
        except OSError as error:
            raise LineError(f"{choices.file} cannot be read: {error.strerror}.") from error
        device = FileDevice(decode_sound(data, max_s=LONGEST_FILE_S).pcm)
    else:
        device = soundcard.SoundCard(
            soundcard.load(),
            microphone=choices.microphone,
            speaker=choices.speaker,
            headphones=choices.headphones,
        )
    return Saved(device, choices.save) if choices.save is not None else device


def _view(choices: Choices, out: Console) -> View:
    if choices.as_json:
        return JsonView()
    return PlainView(out) if choices.plain or not out.is_terminal else LiveView(out)


def _start(view: View, stack: ExitStack, device: Device, hint: str) -> None:
    if isinstance(view, LiveView):
        stack.enter_context(view)
    if isinstance(view, JsonView):
        return
    view.notice(hint)
    if not device.apart:
        view.notice("Without headphones nothing is heard while Netra speaks; with them say so: --headphones.")


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Ctrl-C is the ordinary end."""
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        return
