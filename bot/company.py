"""The fields of the company forms for Ukraine and Belarus: what each means, and whether a value can be right. Pure.

Sources: the fields and ranges are the seed's; the check digits are those of the registers (ЕДРПОУ of 8 digits,
ИНН of 10 or 12 in its Ukrainian and Russian forms, УНП of 9).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

_DIGITS: Final = re.compile(r"\d+")


def edrpou_is_right(code: str) -> bool:
    """Whether 8 digits can be an ЕДРПОУ code: the last one checks the others."""
    if len(code) != 8 or not _DIGITS.fullmatch(code):
        return False
    base = (1, 2, 3, 4, 5, 6, 7)
    turned = (7, 1, 2, 3, 4, 5, 6)
    weights = turned if 30_000_000 <= int(code) <= 60_000_000 else base
    rest = _weighed(code, weights) % 11
    if rest == 10:
        rest = _weighed(code, [weight + 2 for weight in weights]) % 11 % 10
    return rest == int(code[7])


def inn_is_right(code: str) -> bool:
    """Whether 10 or 12 digits can be an ИНН: a Ukrainian one (10), or a Russian one (10 or 12)."""
    if not _DIGITS.fullmatch(code):
        return False
    if len(code) == 10:
        ukrainian = _weighed(code, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10
        russian = _weighed(code, (2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
        return int(code[9]) in {ukrainian, russian}
    if len(code) == 12:
        first = _weighed(code, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
        second = _weighed(code, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
        return (first, second) == (int(code[10]), int(code[11]))
    return False


def unp_is_right(code: str) -> bool:
    """Whether 9 digits can be an УНП of an organisation: the last one checks the others."""
    if len(code) != 9 or not _DIGITS.fullmatch(code):
        return False
    rest = _weighed(code, (29, 23, 19, 17, 13, 7, 5, 3)) % 11
    return rest < 10 and rest == int(code[8])


def site_is_right(text: str) -> bool:
    """Whether a text is a web address: a domain with a dot, with or without its scheme and path."""
    if re.search(r"\s", text):
        return False
    try:
        host = urlsplit(text if "://" in text else f"https://{text}").hostname or ""
    except ValueError:  # brackets that are no address
        return False
    labels = host.split(".")
    return len(labels) > 1 and all(labels) and len(text) <= 255 and bool(re.search(r"[^\W\d_]", labels[-1]))


def email_is_right(text: str) -> bool:
    """Whether a text can be an e-mail address."""
    return bool(re.fullmatch(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]+\.[^@\s<>,;:\".\d][^@\s<>,;:\".]*", text))


def _weighed(code: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(code, weights, strict=False))
