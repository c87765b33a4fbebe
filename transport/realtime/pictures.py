"""Pictures in items: data URLs to bytes and size, with what is wrong with them said in words.

Reads headers only; pixels are made elsewhere. Knows three formats. Does not know what is in a picture.
"""

from __future__ import annotations

import binascii
import io
import re
from base64 import b64decode
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from transport.realtime.shapes import WrongShape

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_DATA_URL = re.compile(r"data:(image/[a-z+.-]+);base64,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that a client shows; ``pixels``: how many it has."""

    type: str
    data: bytes
    pixels: int


def shown(url: object, where: str) -> Shown:
    """The picture of a data URL. Raises WrongShape, naming ``where``."""
    if not isinstance(url, str) or (match := _DATA_URL.match(url[:64])) is None:
        raise WrongShape(where, "send the picture itself as data:image/jpeg;base64,… (or PNG, WebP)")
    kind = match[1].lower().replace("image/jpg", "image/jpeg")
    if kind not in FORMATS:
        raise WrongShape(where, f"{kind} is none of {', '.join(FORMATS)}")
    if len(url) > MAX_BYTES * 4 // 3 + 128:
        raise WrongShape(where, f"the picture is larger than {MAX_BYTES // 1024 // 1024} MB")
    try:
        data = b64decode(url[match.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise WrongShape(where, "the picture is not valid base64") from error
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[kind]]) as header:
            width, height = header.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise WrongShape(where, "the picture has far too many pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise WrongShape(where, f"this is no {kind}") from error
    if width * height > MAX_PIXELS:
        raise WrongShape(where, f"{width}x{height} is more than {MAX_PIXELS // 1_000_000} million pixels")
    return Shown(kind, data, width * height)
