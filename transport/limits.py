"""What one caller may ask of the server, and how it is told no: stable codes, HTTP statuses, sentences.

Knows numbers only. Nothing here is read from the environment: the composition root hands the numbers in.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.errors import LineError


@dataclass(frozen=True, slots=True)
class Limits:
    """``linger_s``: how long a session without a line waits for its client. ``heartbeat_s``: a client that said hello
    and then nothing for so long is gone. ``connect_s``: from the answer to a working line. ``idle_s``: a WebSocket of
    which nothing is heard for so long is closed. ``attempts``: wrong keys of one address in ``attempts_s``, and four
    times as many connections. ``secrets``: client secrets that live at a time.
    """

    max_sessions: int = 16
    max_body_bytes: int = 256 * 1024
    max_offer_bytes: int = 64 * 1024
    linger_s: float = 120.0
    heartbeat_s: float = 10.0
    connect_s: float = 20.0
    close_s: float = 1.0
    idle_s: float = 900.0
    max_message_bytes: int = 16 * 1024 * 1024
    attempts: int = 30
    attempts_s: float = 60.0
    secrets: int = 1000


class Refused(LineError):
    """A request that is not carried out. ``status``: HTTP. ``code`` and the sentence go to the client, and ``param``,
    the part of the request that is wrong, where one is.
    """

    status = 400

    def __init__(
        self, message: str, *, code: str = "", status: int = 0, retry_after_s: int = 0, param: str | None = None
    ) -> None:
        super().__init__(message.encode("utf-8", "replace").decode())  # it may quote what no response can carry
        self.code = code or type(self).code
        self.status = status or type(self).status
        self.retry_after_s = retry_after_s
        self.param = param


class BadOffer(Refused):
    code = "invalid_offer"


class TooLarge(Refused):
    code = "too_large"
    status = 413


class NotAllowed(Refused):
    """No key, a wrong one, or one that does not open this."""

    code = "invalid_api_key"
    status = 401


class TooMany(Refused):
    code = "rate_limit_exceeded"
    status = 429


class Busy(Refused):
    code = "too_many_sessions"
    status = 503
