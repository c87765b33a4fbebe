"""The composition root: settings → engines → sessions → calls → a server that ends at once when asked.

The only part of transport that asks for engines. Knows how the parts are put together; does nothing itself.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, TypeVar

import cv2
import uvicorn
from aiortc import RTCIceServer

from agent.engines.protocols import Voice
from agent.engines.registry import Engines
from agent.errors import LineError, first_of
from agent.oneshot import OneShot
from agent.onlooker import Household, Onlooker
from agent.reciting import Reciter
from agent.recorder import NoRecorder, Recorder
from agent.session import Session
from agent.settings import Settings
from agent.skills.catalogue import SKILLS, skills_for
from agent.transcribing import Transcriber
from agent.voicing import fitting
from transport.access import Door
from transport.calls import Calls
from transport.housekeeping import check, told_to_the_house
from transport.keys import Keys
from transport.limits import Limits
from transport.means import Means
from transport.realtime.adapter import Offers
from transport.rest.rooms import Rooms
from transport.web import create_app, is_loopback
from transport.webrtc import Reach
from transport.wyoming.listener import listening

T = TypeVar("T")


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the app's are the only ones."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(settings: Settings) -> socket.socket:
    """The listening socket. Raises LineError with what to do when the port is taken or the address is not ours."""
    return _bound(settings.server.host, settings.server.port, "--port")


def listen_for_wyoming(settings: Settings) -> socket.socket | None:
    """The same for Wyoming's clients; None where it is switched off."""
    wyoming = settings.wyoming
    return _bound(wyoming.host, wyoming.port, "wyoming.port") if wyoming.on else None


def _bound(host: str, port: int, option: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named: asyncio asks before TCP_NODELAY
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise LineError(_cannot_listen(host, port, option, error)) from error
    return listener


def _cannot_listen(host: str, port: int, option: str, error: Exception) -> str:
    if isinstance(error, PermissionError):
        return f"Port {port} needs more rights than you have. Choose one above 1023: {option} 8787"
    if isinstance(error, socket.gaierror) or getattr(error, "errno", 0) == 99:
        return f"{host!r} is not an address of this machine. Choose one: {option.replace('port', 'host')} 127.0.0.1"
    return f"Port {port} on {host} is taken by another program. End it, or choose another port: {option} {port + 1}"


async def build_engines(settings: Settings, progress: Callable[[str], None], *, warm: bool = True) -> Engines:
    """All engines, built in a thread of their own. ``warm``: with all that they would load late.

    Raises EngineMissing with what to install.
    """
    loop = asyncio.get_running_loop()
    built: asyncio.Future[Engines] = loop.create_future()

    def deliver(engines: Engines | None, error: BaseException | None) -> None:
        if not built.done() and error is not None:
            built.set_exception(error)
        elif not built.done() and engines is not None:
            built.set_result(engines)

    def work() -> None:
        engines: Engines | None = None
        failure: BaseException | None = None
        try:
            cv2.setNumThreads(1)  # of the whole process: many sessions share the cores, and sound comes first
            engines = Engines.build(settings, lambda text: _call_soon(loop, progress, text))
        except Exception as error:  # the border: whatever breaks in the thread is raised to the caller
            failure = error
        _call_soon(loop, deliver, engines, failure)

    threading.Thread(target=work, name="engines", daemon=True).start()
    engines = await built
    if not warm:
        if engines.products is not None:
            await engines.products.summary()  # its file may be missing, or take a while the first time
        return engines
    await engines.warm()
    gc.collect()
    gc.freeze()  # what lives as long as the server is not looked through again: that stopped the sound for tens of ms
    return engines


def _call_soon(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *arguments: object) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call, *arguments)


@asynccontextmanager
async def conversation(
    session_id: str,
    engines: Engines,
    settings: Settings,
    house: Household | None = None,
    onlooker: Onlooker | None = None,
) -> AsyncIterator[Session]:
    """A running session for as long as the scope lasts."""
    record = settings.record
    recorder = (
        Recorder.open(record.directory, session_id, settings, consent=record.sound_and_pictures)
        if record.on
        else NoRecorder()
    )
    skills = skills_for(settings.mqtt.known, person=settings.person.on)
    session = Session(session_id, engines, settings, skills, recorder, onlooker, house)
    async with asyncio.TaskGroup() as group:
        group.create_task(session.run(), name=f"session {session_id}")
        try:
            yield session
        finally:
            session.close()


async def serve(
    settings: Settings,
    listener: socket.socket,
    *,
    progress: Callable[[str], None] = lambda _: None,
    ready: Callable[[str], None] = lambda _: None,
    stop: asyncio.Event | None = None,
    wyoming: socket.socket | None = None,
) -> None:
    """Serve until ``stop`` is set, or, without one, until SIGINT or SIGTERM; then end all calls and return at once.

    Raises EngineMissing when a part of the profile is not installed, SettingsError when one of MQTT can't be read.
    """
    if stop is None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        check(settings)
        engines = await _unless(stop, build_engines(settings, progress))
        if engines is None:
            return
        try:
            await _serve(settings, listener, wyoming, engines, ready, stop)
        finally:
            await engines.close()
    except BaseExceptionGroup as group:
        raise first_of(group) from None
    finally:
        listener.close()


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of ``work``; None when ``stop`` was set before."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work)
        watching = group.create_task(_cancel_when(stop, task))
        task.add_done_callback(lambda _: watching.cancel())
    return None if task.cancelled() else task.result()


async def _cancel_when(stop: asyncio.Event, work: asyncio.Task[Any]) -> None:
    await stop.wait()
    work.cancel()


async def _serve(
    settings: Settings,
    listener: socket.socket,
    wyoming: socket.socket | None,
    engines: Engines,
    ready: Callable[[str], None],
    stop: asyncio.Event,
) -> None:
    reach = Reach(
        tuple(RTCIceServer(**server) for server in settings.webrtc.ice_servers), settings.webrtc.addresses or None
    )
    limits = Limits(
        max_sessions=settings.server.max_sessions,
        linger_s=settings.server.linger_s,
        heartbeat_s=settings.webrtc.heartbeat_timeout_s,
        idle_s=settings.access.idle_timeout_s,
        max_message_bytes=settings.access.max_message_bytes,
        attempts=settings.access.attempts_per_minute,
    )
    door = Door(keys_of(settings), limits)

    def talk(
        session_id: str, house: Household | None = None, onlooker: Onlooker | None = None
    ) -> AbstractAsyncContextManager[Session]:
        return conversation(session_id, engines, settings, house, onlooker)

    async with (
        told_to_the_house(settings, talk) as new,
        Calls(new, limits=limits, reach=reach, profile=settings.profile, offers=offers(engines, settings)) as calls,
    ):
        means = one_shot_means(engines, settings)
        rooms = Rooms(means, lambda: calls.full)
        web = create_app(
            calls,
            host=settings.server.host,
            allowed_hosts=settings.server.allowed_hosts,
            allowed_origins=settings.access.allowed_origins,
            door=door,
            more=rooms.routes,
            body_limits=rooms.body_limits,
        )
        config = uvicorn.Config(
            web,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
            ws_max_size=limits.max_message_bytes,
            ssl_certfile=settings.server.certificate,
            ssl_keyfile=settings.server.private_key,
        )
        server = _Server(config)
        async with AsyncExitStack() as rest, asyncio.TaskGroup() as group:
            rest.callback(means.close)
            if wyoming is not None:
                await rest.enter_async_context(listening(means, wyoming, settings.wyoming))
            serving = group.create_task(server.serve(sockets=[listener]))
            serving.add_done_callback(lambda _: stop.set())
            ready(address(settings, listener))
            await stop.wait()
            server.should_exit = server.force_exit = True


def keys_of(settings: Settings) -> Keys | None:
    """The server's keys; None: it is open to all who reach it."""
    needed = settings.access.required == "always"
    if settings.access.required == "auto":
        needed = not is_loopback(settings.server.host)
    return Keys(settings.access.keys_file) if needed else None


def first_key(settings: Settings) -> str | None:
    """Made at the first start that needs one, to be shown this once; None: there are keys, or none is needed.

    Raises SettingsError when it can't be kept.
    """
    keys = keys_of(settings)
    return keys.make("user", "made at the first start") if keys is not None and not len(keys) else None


def offers(engines: Engines, settings: Settings) -> Offers:
    """What the page lets a person choose from."""
    person = settings.person.called if settings.person.on else ""
    return Offers(fitting(engines.synthesizer.voices(), settings.speaking.language), person)


def one_shot_means(engines: Engines, settings: Settings) -> Means:
    """What answers single questions: HTTP and Wyoming ask it."""
    speaking, hearing = settings.speaking, settings.hearing
    return Means(
        OneShot(engines, settings, SKILLS),
        Transcriber(engines.vad, engines.recognizer, hearing.gate, max_utterance_s=hearing.max_utterance_s),
        Reciter(engines.synthesizer, Voice(speaking.voice, speaking.rate, speaking.language), speaking.clauses),
        settings.rest,
        max_side=settings.sight.camera.still_max_side,
    )


def address(settings: Settings, listener: socket.socket) -> str:
    """Where a browser on this machine finds the page."""
    port = listener.getsockname()[1]
    host = settings.server.host
    shown = "localhost" if host in ("127.0.0.1", "::1", "0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"{'http' if settings.server.certificate is None else 'https'}://{shown}:{port}"
