"""A certificate of our own, addresses, the QR code, and a server that speaks HTTPS with them."""

from __future__ import annotations

import os
import re
import ssl
import stat
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zxingcpp
from cryptography import x509

from agent.errors import SettingsError
from agent.settings import load
from transport import lan
from transport.certificate import DAYS, checked, fingerprint, own_certificate

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
NAMES = ["192.168.1.20", "127.0.0.1", "localhost", "here"]


def test_it_names_all_addresses_for_ninety_days_and_its_key_is_ours_only(tmp_path: Path) -> None:
    made = own_certificate(tmp_path / "state", NAMES, NOW)
    read = x509.load_pem_x509_certificate(made.file.read_bytes())
    names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(ip) for ip in names.get_values_for_type(x509.IPAddress)} == {"192.168.1.20", "127.0.0.1"}
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "here"]
    assert made.until - NOW == timedelta(days=DAYS)
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    assert made.fingerprint == fingerprint(made.file)
    assert re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", made.fingerprint)
    checked(made.file, made.key)


def test_it_is_used_again_until_it_ends_or_an_address_is_new(tmp_path: Path) -> None:
    made = own_certificate(tmp_path, NAMES, NOW)
    assert own_certificate(tmp_path, NAMES[:2], NOW + timedelta(days=80)) == made
    assert own_certificate(tmp_path, [*NAMES, "10.0.0.5"], NOW).fingerprint != made.fingerprint
    made = own_certificate(tmp_path, NAMES, NOW)
    assert own_certificate(tmp_path, NAMES, NOW + timedelta(days=84)).fingerprint != made.fingerprint


@pytest.mark.parametrize("which", ["lan-certificate.pem", "lan-key.pem"])
def test_a_broken_one_is_made_anew(which: str, tmp_path: Path) -> None:
    made = own_certificate(tmp_path, NAMES, NOW)
    (tmp_path / which).write_text("nonsense")
    again = own_certificate(tmp_path, NAMES, NOW)
    assert again.fingerprint != made.fingerprint
    checked(again.file, again.key)


def test_what_cannot_be_used_is_told(tmp_path: Path) -> None:
    made = own_certificate(tmp_path, NAMES, NOW)
    other = own_certificate(tmp_path / "other", NAMES, NOW)
    with pytest.raises(SettingsError, match="no certificate and its private key"):
        checked(made.file, other.key)
    with pytest.raises(SettingsError, match="is not there"):
        checked(tmp_path / "none.pem", made.key)
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="can't be kept"):
        own_certificate(tmp_path / "file" / "state", NAMES, NOW)
    with pytest.raises(SettingsError, match="belong together"):
        lan.checked_certificate(load(environ={"NETRA_SERVER__CERTIFICATE": str(made.file)}))


def test_home_networks_come_first_and_addresses_that_lead_nowhere_not_at_all() -> None:
    found = ["127.0.0.1", "169.254.3.4", "203.0.113.7", "10.8.0.2", "172.17.0.1", "192.168.178.20", "10.8.0.2"]
    assert lan.likeliest(found) == ["192.168.178.20", "10.8.0.2", "172.17.0.1", "203.0.113.7"]


def test_the_code_is_read_back_from_the_terminal() -> None:
    import numpy as np

    address = "https://192.168.178.20:8787/#key=nk_" + "x" * 32
    lines = re.sub(r"\x1b\[[0-9;]*m", "", lan.qr(address)).splitlines()
    halves = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    rows = [[halves[mark][half] for mark in line] for line in lines for half in (0, 1)]
    width = max(map(len, rows))
    pixels = np.array([row + [1] * (width - len(row)) for row in rows], np.uint8) * 255
    large = np.pad(pixels, 4, constant_values=255).repeat(8, axis=0).repeat(8, axis=1)
    texts = [found.text for image in (large, 255 - large) for found in zxingcpp.read_barcodes(image)]
    assert address in texts


@pytest.mark.net
def test_the_server_invites_phones_and_speaks_https(tmp_path: Path) -> None:
    environment = {**os.environ, "NETRA_ACCESS__KEYS_FILE": str(tmp_path / "keys.json")}
    process = subprocess.Popen(
        [sys.executable, "-m", "transport", "serve", "--lan", "--host", "127.0.0.1", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        printed: list[str] = []
        for line in process.stdout:
            printed.append(line)
            if "Netra is ready" in line:
                break
        text = "".join(printed)
        address = re.search(r"On a phone in this network: (https://127\.0\.0\.1:\d+/)", text)
        assert address is not None, text
        assert fingerprint(tmp_path / "lan-certificate.pem") in text.replace("\n", "")
        trusting = ssl.create_default_context(cafile=str(tmp_path / "lan-certificate.pem"))
        with urllib.request.urlopen(address[1] + "health", timeout=20, context=trusting) as answer:
            assert answer.status == 200
        with urllib.request.urlopen(address[1], timeout=20, context=trusting) as answer:
            assert b"<title>Netra</title>" in answer.read()
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
