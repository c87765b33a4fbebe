"""A certificate of our own, for a server that phones in the same network reach: without HTTPS they give no microphone.

Signed by itself, for 90 days, naming this machine's addresses; kept and used again while it fits. Knows files and
X.509; does not know the server.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from agent.errors import SettingsError

DAYS = 90
RENEWED_BEFORE = timedelta(days=7)
"""It is made anew when less than this is left of it."""
BACKDATED = timedelta(hours=12)
"""Phones' clocks are wrong."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """``fingerprint``: SHA-256 as browsers show it, to compare by eye."""

    file: Path
    key: Path
    fingerprint: str
    until: datetime


def own_certificate(folder: Path, names: Sequence[str], now: datetime) -> Certificate:
    """The one in ``folder``, or a new one where it is missing, about to end, or does not name all of ``names`` (host
    names and IP addresses). Raises SettingsError when it can't be kept.
    """
    file, key = folder / "lan-certificate.pem", folder / "lan-key.pem"
    known = _known(file, key)
    if known is None or known.not_valid_after_utc - now < RENEWED_BEFORE or not set(names) <= _names(known):
        try:
            known = _make(file, key, names, now)
        except OSError as error:
            raise SettingsError(
                f"The certificate can't be kept in {folder} ({error.strerror}): make the folder writable, or give a "
                "certificate of yours (server.certificate, server.private_key)."
            ) from None
    return Certificate(file, key, _shown(known), known.not_valid_after_utc)


def fingerprint(file: Path) -> str:
    """Of a certificate in PEM."""
    return _shown(x509.load_pem_x509_certificate(file.read_bytes()))


def _shown(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def checked(file: Path, key: Path) -> None:
    """Whether a server can use this pair. Raises SettingsError with what is wrong."""
    for path in (file, key):
        if not path.is_file():
            raise SettingsError(f"{path} is not there: server.certificate and server.private_key are PEM files.")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file, key)
    except (ssl.SSLError, OSError) as error:
        raise SettingsError(f"{file} and {key} are no certificate and its private key in PEM: {error}.") from None


def _known(file: Path, key: Path) -> x509.Certificate | None:
    try:
        checked(file, key)
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (SettingsError, ValueError, OSError):
        return None


def _names(certificate: x509.Certificate) -> set[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    return {*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))}


def _make(file: Path, key: Path, names: Sequence[str], now: datetime) -> x509.Certificate:
    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Netra on this network")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_named(name) for name in dict.fromkeys(names)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        os.fchmod(handle, 0o600)
        stream.write(pem)
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return made


def _named(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
