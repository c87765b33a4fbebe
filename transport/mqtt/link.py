"""The connection to the broker: made again whenever it ends, later each time, until it holds.

Knows aiomqtt, TLS and waiting. Does not know what messages mean: they are handed to ``receive``, and what is to be
sent is taken from the outbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
import ssl
from collections.abc import Callable, Sequence
from typing import Any

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from agent.clock import now_us
from agent.errors import SettingsError, first_of
from agent.house.settings import Mqtt
from transport.mqtt.outbox import Outbox, Post

FIRST_WAIT_S = 1.0
STEADY_S = 30.0
"""A connection that held so long was a good one: the next wait is the first again."""
CONNECT_S = 5.0
SEND_S = 5.0
"""A message that is not acknowledged in this time: the connection counts as broken."""
GOODBYE_S = 1.0
MAX_WAITING = 256
"""Messages from the broker that wait to be looked at; the oldest give way."""
MAX_PACKET = 262_144
"""Bytes of a message that the broker may send us (MQTT 5 only)."""
REFUSED = 128
"""Answers to a subscription from here on say no."""
log = logging.getLogger(__name__)


class NewestQueue(asyncio.Queue[aiomqtt.Message]):
    """A full one forgets the oldest message instead of refusing the newest."""

    def put_nowait(self, item: aiomqtt.Message) -> None:
        if self.full():
            self.get_nowait()
        super().put_nowait(item)


class Link:
    """``commands`` and ``states``: topics to subscribe to; retained messages come for ``states`` only. ``goodbye``: the
    last will, and the last word. Raises SettingsError when a certificate can't be read.
    """

    def __init__(
        self,
        settings: Mqtt,
        outbox: Outbox,
        receive: Callable[[str, bytes, bool], None],
        *,
        commands: Sequence[str],
        states: Sequence[str],
        goodbye: Post,
    ) -> None:
        self._settings = settings
        self._outbox = outbox
        self._receive = receive
        self._commands, self._states = tuple(commands), tuple(states)
        self._goodbye = goodbye
        self._tls = tls_context(settings) if settings.tls else None
        self._port = settings.port or (8883 if settings.tls else 1883)
        self._complained = ""

    @property
    def broker(self) -> str:
        """For people: address and port."""
        return f"{self._settings.host}:{self._port}"

    async def run(self) -> None:
        """Until cancelled; then the goodbye is sent, if there is somebody to send it to."""
        attempt = 0
        while True:
            opened_us = now_us()
            try:
                await self._connected()
            except Exception as failure:  # the link's border: whatever happens to a connection, the server goes on
                self._complain(failure)
            finally:
                self._outbox.closed()
            attempt = 0 if now_us() - opened_us > STEADY_S * 1_000_000 else attempt + 1
            await asyncio.sleep(wait_s(attempt, self._settings.retry_max_s, random.random()))

    async def _connected(self) -> None:
        await self._reach()
        async with self._client() as client:
            await self._subscribe(client)
            self._outbox.opened()
            self._complained = ""
            log.info("MQTT: connected to %s", self.broker)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._read(client))
                    group.create_task(self._write(client))
            except asyncio.CancelledError:
                self._outbox.closed()
                with contextlib.suppress(aiomqtt.MqttError, TimeoutError):
                    async with asyncio.timeout(GOODBYE_S):
                        await self._send(client, self._goodbye)
                raise

    async def _reach(self) -> None:
        """See whether a broker we trust listens there. aiomqtt would wait for that in a thread that can't be ended, and
        leave the socket open when the certificate is wrong.
        """
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(self._settings.host, self._port, ssl=self._tls)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _client(self) -> aiomqtt.Client:
        settings, five = self._settings, self._settings.protocol == "5"
        properties = None
        if five:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.MaximumPacketSize = MAX_PACKET
        return aiomqtt.Client(
            settings.host,
            self._port,
            username=settings.username or None,
            password=settings.password.get_secret_value() or None,
            identifier=f"netra-{secrets.token_hex(6)}",
            protocol=aiomqtt.ProtocolVersion.V5 if five else aiomqtt.ProtocolVersion.V311,
            will=aiomqtt.Will(self._goodbye.topic, self._goodbye.payload, self._goodbye.qos, self._goodbye.retain),
            keepalive=settings.keepalive_s,
            tls_context=self._tls,
            timeout=SEND_S,
            queue_type=NewestQueue,
            max_queued_incoming_messages=MAX_WAITING,
            properties=properties,
        )

    async def _subscribe(self, client: aiomqtt.Client) -> None:
        """Commands that the broker has kept are old news: MQTT 5 leaves them out, before that ``receive`` is told."""
        if self._settings.protocol == "5":
            news = SubscribeOptions(qos=1, noLocal=True, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
            kept = SubscribeOptions(qos=1)
            topics: list[Any] = [(topic, news) for topic in self._commands]
            topics += [(topic, kept) for topic in self._states]
        else:
            topics = [(topic, 1) for topic in (*self._commands, *self._states)]
        answers: Sequence[Any] = await client.subscribe(topics)
        codes = [getattr(answer, "value", answer) for answer in answers]
        refused = [topic for (topic, _), code in zip(topics, codes, strict=False) if code >= REFUSED]
        if refused:
            log.warning("MQTT: the broker does not let us read %s: check its access list", ", ".join(refused))

    async def _read(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            payload = message.payload if isinstance(message.payload, bytes) else b""
            self._receive(str(message.topic), payload, message.retain)

    async def _write(self, client: aiomqtt.Client) -> None:
        me = asyncio.current_task()
        while me is None or not me.cancelling():  # aiomqtt's wait_for may swallow a cancel in Python 3.11
            post = await self._outbox.next()
            try:
                await self._send(client, post)
            except BaseException:
                if post.failed is not None:
                    post.failed()
                raise

    async def _send(self, client: aiomqtt.Client, post: Post) -> None:
        await client.publish(post.topic, post.payload, qos=post.qos, retain=post.retain)

    def _complain(self, failure: Exception) -> None:
        """Once for each reason, not at each try."""
        error = first_of(failure) if isinstance(failure, ExceptionGroup) else failure
        why = str(error) or type(error).__name__
        level = logging.INFO if why == self._complained else logging.WARNING
        self._complained = why
        expected = isinstance(error, aiomqtt.MqttError | OSError | TimeoutError)
        log.log(
            level,
            "MQTT: no connection to %s (%s): trying again",
            self.broker,
            why,
            exc_info=None if expected else error,
        )


def wait_s(attempt: int, most_s: float, chance: float) -> float:
    """Seconds before try number ``attempt`` (1 is the first after a failure): doubled each time, a third by ``chance``
    (0..1), so that not all clients of a broker come back at once.
    """
    longest = min(most_s, FIRST_WAIT_S * 2 ** min(max(attempt, 1) - 1, 16))
    return float(longest * (2 / 3 + chance / 3))


def tls_context(settings: Mqtt) -> ssl.SSLContext:
    """Checks the broker's certificate and name. Raises SettingsError."""
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        if settings.cert_file is not None:
            context.load_cert_chain(settings.cert_file, settings.key_file)
    except (OSError, ssl.SSLError) as error:
        files = ", ".join(str(file) for file in (settings.ca_file, settings.cert_file, settings.key_file) if file)
        raise SettingsError(f"mqtt: these certificates can't be read: {files} ({error})") from error
    return context
