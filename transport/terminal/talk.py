"""``netra talk``: the whole agent in this process, over a device, with no network at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from agent.errors import first_of
from agent.ports import Conversation
from agent.settings import Settings
from transport.app import build_engines, conversation
from transport.terminal.desk import Desk
from transport.terminal.devices import Device
from transport.terminal.views import View


async def talk(
    settings: Settings,
    device: Device,
    view: View,
    lines: AsyncIterator[str],
    progress: Callable[[str], None],
    ready: Callable[[], None],
) -> None:
    """Until the device has no more sound, or the lines end. Raises NetraError."""
    try:
        engines = await build_engines(settings, progress)
        try:
            ready()
            async with conversation("talk", engines, settings) as session:
                await hold(session, device, view, lines)
        finally:
            await engines.close()
    except BaseExceptionGroup as failures:
        raise first_of(failures) from None


async def hold(session: Conversation, device: Device, view: View, lines: AsyncIterator[str]) -> None:
    """Talk with a running session. An empty line silences it."""
    desk = Desk(device, view)
    async with asyncio.TaskGroup() as group:
        carrying = group.create_task(desk.run(session))
        typing = group.create_task(_type(session, lines, desk.started))
        typing.add_done_callback(lambda _: carrying.cancel())
        carrying.add_done_callback(lambda _: typing.cancel())


async def _type(session: Conversation, lines: AsyncIterator[str], started: asyncio.Event) -> None:
    await started.wait()
    async for line in lines:
        if line.strip():
            session.say(line)
        else:
            session.stop(everything=True)
