"""Numbers of goods and books, brought to one form: the 13 digits of an EAN, their check digit right.

Knows EAN-13, EAN-8, UPC-A, UPC-E, ISBN-10 and ISBN-13 as they are scanned and as lists write them. Does not know what a
number stands for. Pure. Check digits and the long form of UPC-E are those of the GS1 General Specifications.

Leading zeros mean nothing: a UPC-A is an EAN with a zero before it, an EAN-8 one with five, and no two of them meet.
"""

from __future__ import annotations

LONG = 13
BOOKS = ("978", "979")
_GAPS = str.maketrans("", "", " -\u00a0\u2010\u2011\u2013'")


def scanned(text: str, kind: str) -> str | None:
    """What a scanner read, its ``kind`` as ``Code.format`` names it; None when it is no such number."""
    digits = text.strip()
    if kind == "UPCE" and len(digits) == 8:
        digits = upc_e_expanded(digits) or ""
    return _long(digits) if len(digits) in (8, 12, 13) else None


def written(text: str) -> str | None:
    """What somebody wrote into a list; None when it is no number of one product, or may be two.

    Gaps and hyphens are left out. A UPC-A whose zero at the front was lost in a spreadsheet is taken, and a GTIN-14
    that begins with a zero; the number of a carton is not. Eight digits that are both an EAN-8 and a UPC-E are nothing.
    """
    digits = text.strip().translate(_GAPS).upper()
    match len(digits):
        case 8:
            readings = {_long(digits), _long(upc_e_expanded(digits) or "")} - {None}
            return readings.pop() if len(readings) == 1 else None
        case 10:
            return isbn_13(digits)
        case 11 | 12 | 13:
            return _long(digits)
        case 14 if digits[0] == "0":
            return _long(digits[1:])
        case _:
            return None


def is_book(number: str) -> bool:
    """Whether these 13 digits are an ISBN."""
    return number.startswith(BOOKS)


def upc_e_expanded(digits: str) -> str | None:
    """The UPC-A of a UPC-E of 8 digits (system, six, check); None when it is none."""
    if len(digits) != 8 or not _are_digits(digits) or digits[0] not in "01":
        return None
    system, six, check = digits[0], digits[1:7], digits[7]
    match six[5]:
        case "0" | "1" | "2":
            body = f"{six[:2]}{six[5]}0000{six[2:5]}"
        case "3":
            body = f"{six[:3]}00000{six[3:5]}"
        case "4":
            body = f"{six[:4]}00000{six[4]}"
        case _:
            body = f"{six[:5]}0000{six[5]}"
    return f"{system}{body}{check}"


def isbn_13(ten: str) -> str | None:
    """The 13 digits of an ISBN of ten; None when its check digit is wrong."""
    if len(ten) != 10 or not _are_digits(ten[:9]) or ten[9] not in "0123456789X":
        return None
    values = [int(digit) for digit in ten[:9]] + [10 if ten[9] == "X" else int(ten[9])]
    if sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True)) % 11:
        return None
    body = f"978{ten[:9]}"
    return f"{body}{_check_digit(body)}"


def _long(digits: str) -> str | None:
    if not _are_digits(digits) or not 8 <= len(digits) <= LONG or not int(digits):
        return None
    whole = digits.zfill(LONG)
    return whole if _check_digit(whole[:-1]) == whole[-1] else None


def _check_digit(body: str) -> str:
    """Of the digits before it: from the right, every other one counts three times."""
    return str(-(3 * sum(map(int, body[::-2])) + sum(map(int, body[-2::-2]))) % 10)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
