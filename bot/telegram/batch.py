"""An answer of getUpdates, cut into its updates before any of them is parsed: one that is odd costs nobody but itself.

body ─▶ all of it is sound: its updates
     └▶ else elements, as bytes ─▶ each on its own: an update that can be stored, or why not
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import orjson

_BEGINNING: Final = re.compile(rb'"result"\s*:\s*\[')
_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{},]', re.DOTALL)
"""Whole strings, and what stands between values; a quotation mark alone begins a string that never ends."""
_UPDATE: Final = re.compile(rb'\{\s*"update_id"\s*:')
"""Where an update begins. Inside a string the quotation marks would be escaped: no text that people send looks so."""
_NUMBER: Final = re.compile(rb'"update_id"\s*:\s*(-?\d{1,40})\s*[,}]')
_CLOSED_BY: Final = {ord("["): ord("]"), ord("{"): ord("}")}
_QUOTE, _COMMA, _END = b'",]'
_LOOKED_THROUGH_MOST: Final = 1_000_000
"""Bytes of an answer that are looked through for the ends of broken elements: for each of them it is the whole rest."""
LIKELY_MOST: Final = 2**53
"""Telegram's numbers are below this: a larger one is stored under one of our own, and no offset is made of it."""
_CHAT_MOST: Final = 2**63


@dataclass(frozen=True, slots=True)
class Arrived:
    """An update as it came.

    raw      its bytes
    number   Telegram's number of it, whatever that is worth; None: it has none
    update   what it says; None where it says nothing (null, a number, a list)
    why      it cannot be taken as an update; None: it can
    """

    raw: bytes
    number: int | None
    update: dict[str, Any] | None
    why: str | None = None

    @property
    def key(self) -> int:
        """What it is stored under: Telegram's number, else one of our own, below zero, that follows from its bytes."""
        if self.likely and self.number is not None:
            return self.number
        return -1 - int.from_bytes(hashlib.sha256(self.raw).digest()[:7], "big")

    @property
    def numbered(self) -> dict[str, Any]:
        """What it says, with the number that it is stored under."""
        return {**(self.update or {}), "update_id": self.key}

    @property
    def likely(self) -> bool:
        """Whether Telegram would give such a number: an offset may follow from it."""
        return self.number is not None and 0 <= self.number < LIKELY_MOST


def arrived(body: bytes) -> list[Arrived]:
    """The updates of an answer, and what else stands among them.

    Raises:
        ValueError: there is no list.
    """
    try:
        updates = orjson.loads(body)["result"]
        if all(type(each["update_id"]) is int and each["update_id"] >= 0 for each in updates):
            return [Arrived(orjson.dumps(each), each["update_id"], each) for each in updates]
    except (ValueError, LookupError, TypeError):  # something is odd: which of them, is found out
        pass
    return [read(each) for each in cut(body)]


def cut(body: bytes) -> list[bytes]:
    """The elements of the answer's list, each as it came; one that is broken ends where the next update begins.

    Raises:
        ValueError: there is no list.
    """
    beginning = _BEGINNING.search(body)
    if beginning is None:
        raise ValueError("no list of updates")
    elements: list[bytes] = []
    at, more, looked_through = beginning.end(), True, 0
    while more:
        end, more, whole = _element(body, at)
        element = body[at:end].strip()
        if not whole or not _well_formed(element):
            looked_through += end - at
            if looked_through > _LOOKED_THROUGH_MOST:
                return elements + _cut_roughly(body, at)
            following = _UPDATE.search(body, at + 1, end)
            if following is not None:
                element, end, more = body[at : following.start()].rstrip(b", \t\r\n"), following.start() - 1, True
        if element:
            elements.append(element)
        at = end + 1
        if not more and (following := _UPDATE.search(body, at)) is not None:  # a bracket too many was no end
            at, more = following.start(), True
    return elements


def _cut_roughly(body: bytes, at: int) -> list[bytes]:
    """The rest of an answer with very many broken elements: cut wherever an update begins, in one pass."""
    starts = [at, *(each.start() for each in _UPDATE.finditer(body, at + 1))]
    last = _element(body, starts[-1])[0]
    pieces = (body[start:end].strip(b", \t\r\n") for start, end in pairwise([*starts, last]))
    return [each for each in pieces if each]


def cut_off(body: bytes) -> list[bytes]:
    """As `cut`, for an answer whose end is missing: the update that lacks its end comes again in the next answer.

    Where it is the only one, nothing but itself made the answer too long: it is given as far as it came.
    """
    elements = cut(body)
    return elements[:-1] or elements


def read(raw: bytes) -> Arrived:
    """One element: an update, or what can be said of something that is none."""
    try:
        update: Any = orjson.loads(raw)
        why = None if isinstance(update, dict) else "no object"
    except ValueError as failure:
        update, why = _loosely(raw), f"no JSON: {failure}"
    told = update if isinstance(update, dict) else None
    number = _number(told, raw)
    if why is None and number is None:
        why = "no number"
    elif why is None and number is not None and number < 0:
        why = "a number below zero"
    return Arrived(raw, number, told, why)


def chat_of(update: dict[str, Any]) -> int:
    """The chat that an update comes from, else the person, else none (0)."""
    for key, event in update.items():
        if key == "update_id" or not isinstance(event, dict):
            continue
        message = event.get("message")
        holder = message if isinstance(message, dict) else event
        for place in (holder.get("chat"), event.get("from"), event.get("user")):
            number = _whole(place.get("id")) if isinstance(place, dict) else None
            if number is not None and abs(number) < _CHAT_MOST:
                return number
    return 0


def dumped(update: dict[str, Any]) -> bytes:
    """An update as bytes again, to be set aside."""
    try:
        return orjson.dumps(update)
    except TypeError:  # too deep
        return repr(update.keys()).encode()


def _element(body: bytes, at: int) -> tuple[int, bool, bool]:
    """Where the element that begins at `at` ends, whether another follows it, and whether its brackets fit."""
    closing: list[int] = []
    for token in _TOKEN.finditer(body, at):
        what = body[token.start()]
        if what == _QUOTE:
            if token.end() - token.start() == 1:
                break
        elif what in _CLOSED_BY:
            closing.append(_CLOSED_BY[what])
        elif what == _COMMA:
            if not closing:
                return token.start(), True, True
        elif not closing:
            if what == _END:
                return token.start(), False, True
            break
        elif closing.pop() != what:
            break
    return len(body), False, False


def _well_formed(element: bytes) -> bool:
    """Whether it is one value, though perhaps one that no update has in it: NaN, half a character, 1 000 levels."""
    try:
        orjson.loads(element)
    except ValueError:
        try:
            json.loads(element.decode(errors="replace"), strict=False)
        except RecursionError:
            return True
        except ValueError:
            return False
    return True


def _loosely(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode(errors="replace"), strict=False)
    except (ValueError, RecursionError):
        return None


def _number(update: dict[str, Any] | None, raw: bytes) -> int | None:
    told = update.get("update_id") if update is not None else None
    number = _whole(told)
    if number is not None:
        return number
    found = _NUMBER.search(raw) if update is None or isinstance(told, float) else None  # 2^64 is read as a float
    return int(found[1]) if found is not None else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
