"""Picture files of the usual formats to pixels, with bombs and lies refused in words.

Knows formats and limits: sizes are read from the header before anything is unpacked. Slow: for a worker thread.
"""

from __future__ import annotations

import hashlib
import io
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from agent.picture import Picture
from transport.limits import Refused

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP")
KNOWN = "jpeg, png, webp, gif, avif or bmp"
MAX_PIXELS, MAX_SIDE, MIN_SIDE = 40_000_000, 30_000, 16
TYPES = {"jpg": "JPEG", "jpeg": "JPEG", "pjpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "avif": "AVIF",
         "bmp": "BMP", "x-ms-bmp": "BMP"}  # fmt: skip


def decode_picture(data: bytes, *, said: str = "", max_side: int) -> Picture:
    """The (first) picture, upright, on white where it is transparent, longer side at most ``max_side``.

    ``said``: the media type that it came with. Its id is made of its bytes: the same file has the same id.
    Raises Refused: empty, not a known format, not what it says it is, broken, too large, too small.
    """
    if not data:
        raise Refused("The picture is empty.", code="empty_image")
    kind = said.partition(";")[0].strip().lower()
    if kind and not kind.startswith(("image/", "application/octet-stream", "binary/")):
        raise Refused(f"{kind:.60} is not a picture.", code="wrong_type", status=415)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the file's oddities; its size is judged below
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _check(image, kind)
                pixels = _upright(image, max_side)
    except Image.DecompressionBombError:
        raise _too_large("far too many pixels") from None
    except UnidentifiedImageError:
        raise _unknown(data) from None
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        MemoryError,
        OverflowError,
        IndexError,
        TypeError,
        KeyError,
    ) as e:
        raise Refused(f"The picture is broken: {str(e)[:100] or 'it cannot be decoded'}.", code="bad_image") from None
    return Picture(f"pic_{hashlib.sha256(data).hexdigest()[:16]}", np.asarray(pixels, np.uint8), 0, "upload")


def _check(image: Image.Image, kind: str) -> None:
    claimed = TYPES.get(kind.removeprefix("image/"))
    if claimed is not None and claimed != image.format:
        message = f"The picture says it is {kind:.30}, but it is {str(image.format).lower()}: send it as what it is."
        raise Refused(message, code="wrong_type", status=415)
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise _too_large(f"{width} by {height} pixels")
    if min(width, height) < MIN_SIDE:
        message = f"The picture has {width} by {height} pixels: nothing can be made out. Send a larger one."
        raise Refused(message, code="image_too_small")


def _upright(image: Image.Image, max_side: int) -> Image.Image:
    image.draft("RGB", (2 * max_side, 2 * max_side))  # a large jpeg is unpacked at a half, a quarter or an eighth
    turned = ImageOps.exif_transpose(image)
    turned.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        clear = turned.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    if turned.mode.startswith("I;16"):  # 16 bits of grey: convert("RGB") would cut it off at 255
        return Image.fromarray((np.asarray(turned, np.uint16) >> 8).astype(np.uint8)).convert("RGB")
    return turned.convert("RGB")


def _too_large(what: str) -> Refused:
    message = f"The picture is too large: {what}. Send at most {MAX_PIXELS // 1_000_000} million, {MAX_SIDE} a side."
    return Refused(message, code="image_too_large", status=413)


def _unknown(data: bytes) -> Refused:
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
        message = f"HEIC pictures are not read here. Save it as a jpeg, or send {KNOWN}."
        return Refused(message, code="unsupported_image", status=415)
    return Refused(f"This is not a picture that I can read. Send {KNOWN}.", code="unsupported_image", status=415)
