"""Single values of an answer: whole numbers and texts, in whatever dress they come."""

from __future__ import annotations

import re
from typing import Any

import orjson


class UnexpectedError(Exception):
    """None of the known forms."""


def whole_number(value: Any) -> int | None:
    """A whole number that SMSC takes back (at most 18 digits), or a text of digits that is one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value < 10**18 else None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value.strip()):
        return int(value)
    return None


def is_flat(value: Any) -> bool:
    """Whether a value has no others inside it."""
    return not isinstance(value, dict | list)


def is_scalar(value: Any) -> bool:
    """Whether a value can be a name: a text that is not empty, or a number."""
    return bool(value) and isinstance(value, str | int | float) and not isinstance(value, bool)


def as_text(value: Any) -> str:
    """A JSON value as it came: texts as they are, the rest as compact JSON, null as nothing."""
    if isinstance(value, str):
        return value
    try:
        return "" if value is None else orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # nested too deeply to be written again
        raise UnexpectedError from None
