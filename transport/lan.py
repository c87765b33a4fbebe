"""``netra serve --lan``: what a phone in the same network needs to find the page: addresses, HTTPS, a QR code."""

from __future__ import annotations

import io
import ipaddress
import socket
from collections.abc import Iterable

import ifaddr
import segno

from agent.clock import local_time
from agent.errors import SettingsError
from agent.settings import Settings
from transport import certificate

EVERYWHERE = "0.0.0.0"


def addresses() -> list[str]:
    """This machine's IPv4 addresses that others in its network reach, the likeliest first.

    Raises SettingsError when there is none.
    """
    found = likeliest(
        ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str) and ip.is_IPv4
    )
    if not found:
        raise SettingsError("This machine is in no network that a phone could share: connect it, then try again.")
    return found


def likeliest(found: Iterable[str]) -> list[str]:
    """Without loopback and addresses nobody gave out (169.254); home networks before all others."""
    usable = [ip for ip in map(ipaddress.IPv4Address, dict.fromkeys(found)) if not (ip.is_loopback or ip.is_link_local)]
    homes = [ipaddress.IPv4Network(net) for net in ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12")]

    def rank(ip: ipaddress.IPv4Address) -> int:
        return next((at for at, net in enumerate(homes) if ip in net), len(homes))

    return [str(ip) for ip in sorted(usable, key=rank)]


def names(found: Iterable[str]) -> list[str]:
    """What a certificate for these addresses has to name."""
    return [*found, "127.0.0.1", "localhost", socket.gethostname().lower()]


def qr(address: str) -> str:
    """A QR code of lines of text, for a camera pointed at the terminal."""
    drawn = io.StringIO()
    segno.make(address, error="l", micro=False).terminal(out=drawn, compact=True)
    return drawn.getvalue()


def invitation(settings: Settings, port: int, key: str | None) -> str:
    """What is shown for a phone: addresses, a QR code of the likeliest, and what its browser will say. ``key``: made
    just now, None: the user has one.
    """
    host = settings.server.host
    found = addresses() if host == EVERYWHERE else [host]
    pages = [f"https://{address}:{port}/" for address in found]
    file = settings.server.certificate
    lines = [qr(pages[0] + (f"#key={key}" if key else "")), "On a phone in this network: " + " or ".join(pages)]
    if key is None:
        lines.append("It asks for your key; `netra key make` makes another one.")
    if file is not None and file.parent == settings.access.keys_file.parent:
        lines.append(
            "The phone's browser will warn once, because this machine vouches for itself. Go on if the certificate's "
            f"SHA-256 fingerprint is {certificate.fingerprint(file)}."
        )
    return "\n".join(lines)


def open_to_the_network(settings: Settings, host: str | None = None) -> Settings:
    """These settings for phones in the same network: all addresses, over HTTPS with a certificate of our own, unless
    one is set. Raises SettingsError.
    """
    server = settings.server
    if server.certificate is None:
        found = addresses() if host is None else [host]
        folder = settings.access.keys_file.parent
        own = certificate.own_certificate(folder, names(found), local_time())
        server = server.model_copy(update={"certificate": own.file, "private_key": own.key})
    server = server.model_copy(update={"host": host or EVERYWHERE})
    return settings.model_copy(update={"server": server})


def checked_certificate(settings: Settings) -> Settings:
    """Raises SettingsError when the server could not use its certificate."""
    server = settings.server
    if server.certificate is not None and server.private_key is not None:
        certificate.checked(server.certificate, server.private_key)
    elif server.certificate is not None or server.private_key is not None:
        raise SettingsError("server.certificate and server.private_key belong together: give both or none.")
    return settings
