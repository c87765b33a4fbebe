"""Passwords, TLS, the last will, and how long the link waits: against a real mosquitto."""

from __future__ import annotations

import asyncio
import logging
import ssl
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agent.clock import now_us
from agent.errors import SettingsError
from agent.house.settings import Mqtt
from tests.transport.mqtt.broker import broker, until, watching
from tests.transport.mqtt.home import at_home
from transport.mqtt.link import Link, tls_context, wait_s
from transport.mqtt.outbox import Outbox, Post

pytestmark = pytest.mark.net
ROOT = Path(__file__).parents[3]


def with_password(folder: Path) -> str:
    passwords = folder / "passwords"
    passwords.write_text("house:secret\n", encoding="utf-8")
    subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True, capture_output=True)
    return f"allow_anonymous false\npassword_file {passwords}"


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime(2020, 1, 1, tzinfo=timezone.utc)  # noqa: UP017
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem"


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_password_lets_in_and_a_wrong_one_is_told_once(
    tmp_path: Path, protocol: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with broker(tmp_path, with_password(tmp_path)) as one:
            login: dict[str, Any] = {"username": "house", "password": "secret"}
            async with watching(one.port, **login) as watcher:
                async with at_home(one.port, protocol=protocol, **login):
                    await watcher.on("netra/available", "online")
                await watcher.on("netra/available", "offline")
                async with at_home(one.port, protocol=protocol, username="house", password="wrong"):
                    await until(lambda: "no connection" in caplog.text)
                    await asyncio.sleep(1.5)  # at least one more try
        assert caplog.text.count("no connection") == 1
        assert "wrong" not in caplog.text

    with caplog.at_level(logging.WARNING):
        asyncio.run(main())


def test_tls_checks_who_the_broker_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        cert = certificate(tmp_path)
        lines = f"allow_anonymous true\ncertfile {cert}\nkeyfile {tmp_path / 'key.pem'}"
        async with broker(tmp_path, lines) as one:
            ours = ssl.create_default_context(cafile=cert)
            async with watching(one.port, tls_context=ours) as watcher:
                async with at_home(one.port, tls=True, ca_file=cert):
                    await watcher.on("netra/available", "online")
                watcher.seen.clear()
                async with at_home(one.port, tls=True):
                    await until(lambda: "certificate verify failed" in caplog.text)
                assert "online" not in watcher.all("netra/available")

    with caplog.at_level(logging.WARNING):
        asyncio.run(main())


def test_a_certificate_that_is_none_is_told_before_anything_starts(tmp_path: Path) -> None:
    wrong = tmp_path / "ca.pem"
    wrong.write_text("no certificate", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"ca\.pem"):
        tls_context(Mqtt(tls=True, ca_file=wrong))


LONELY = """
import asyncio, sys
from contextlib import asynccontextmanager
from agent.house.settings import Mqtt
from agent.skills.skill import Manner
from transport.mqtt.service import on_mqtt

@asynccontextmanager
async def nobody(*_):
    await asyncio.Event().wait()
    yield

async def main():
    async with on_mqtt(Mqtt(on=True, port=int(sys.argv[1])), Manner(), nobody):
        await asyncio.Event().wait()

asyncio.run(main())
"""


def test_a_killed_server_is_told_by_its_last_will(tmp_path: Path) -> None:
    async def main() -> None:
        async with broker(tmp_path) as one, watching(one.port) as watcher:
            child = await asyncio.create_subprocess_exec(sys.executable, "-c", LONELY, str(one.port), cwd=ROOT)
            try:
                await watcher.on("netra/available", "online")
            finally:
                child.kill()
                await child.wait()
            await watcher.on("netra/available", "offline")

    asyncio.run(main())


def test_no_broker_holds_nobody_up(tmp_path: Path) -> None:
    """With nothing on the port the scope opens and closes at once, and the link goes on trying."""

    async def main() -> float:
        async with broker(tmp_path) as one:
            port = one.port
        begun = now_us()
        async with at_home(port) as home:
            async with home.talk() as (session, _):
                session.say("hello")
            assert not home.mqtt.house.reachable
        return (now_us() - begun) / 1e6

    assert asyncio.run(main()) < 3.0


def test_a_broker_that_says_nothing_is_left_after_a_while(caplog: pytest.LogCaptureFixture) -> None:
    """Something listens and never answers: a try ends by itself and can be ended at any time."""

    async def main() -> None:
        silent: list[asyncio.StreamWriter] = []
        server = await asyncio.start_server(lambda _, writer: silent.append(writer), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        outbox = Outbox(now_us)
        link = Link(Mqtt(on=True, port=port), outbox, lambda *_: None, commands=(), states=(), goodbye=Post("a", "b"))
        async with server, asyncio.TaskGroup() as group:
            running = group.create_task(link.run())
            await until(lambda: "timed out" in caplog.text)
            running.cancel()
            for writer in silent:
                writer.close()

    with caplog.at_level(logging.WARNING):
        asyncio.run(main())


def test_waits_grow_to_the_longest_and_are_not_all_the_same() -> None:
    assert [wait_s(attempt, 60, 1.0) for attempt in (0, 1, 2, 3, 4, 7, 100)] == [1, 1, 2, 4, 8, 60, 60]
    assert wait_s(100, 60, 0.0) == pytest.approx(40)
