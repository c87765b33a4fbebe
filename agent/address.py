"""Addresses of other servers in settings: what counts as one. Asks nobody."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator


def _is_an_address(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError('must be an address such as "http://127.0.0.1:8000/v1"')
    return url.rstrip("/")


Address: TypeAlias = Annotated[str, AfterValidator(_is_an_address)]
"""An http or https address up to the version, without a slash at its end; "" where there is none."""
