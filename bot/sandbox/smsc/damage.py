"""Damages that a hand-written writer of JSON makes, to be done to an answer on demand.

Each befalls the first row of a list (or the whole of another answer); the rest stays as it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Damage = Literal["quote", "byte", "row", "null", "notice", "wrapped", "broken off"]

_FIRST: Final = re.compile(r'("sender": ")([^"]*)(")')
_NOTICE: Final = (
    b"<br />\n<b>Notice</b>:  Undefined index: flag in <b>/var/www/sys/senders.php</b> on line <b>501</b><br />\n"
)


def damaged(text: str, damage: Damage) -> bytes:
    """An answer with the damage done to it.

    `quote`: quotes in a comment that nothing escapes. `byte`: a comment cut in the middle of a letter. `row`: a name
    that breaks off, and its row with it. `null`: null in the place of a row. `notice`: what PHP prints before it.
    `wrapped`: within an object. `broken off`: it ends in the middle of its last row.
    """
    return _DONE[damage](text)


def _commented(text: str, comment: bytes) -> bytes:
    found = _FIRST.search(text)
    place = found.end() if found else 1
    return text[:place].encode() + b', "cmt": "' + comment + b'"' + text[place:].encode()


def _row(text: str) -> bytes:
    found = _FIRST.search(text)
    return (
        text.encode() if found is None else text[: found.end(2) - 1].encode() + b"\xd0" + text[found.end() :].encode()
    )


_DONE: Final[Mapping[str, Callable[[str], bytes]]] = {
    "quote": lambda text: _commented(text, b'TOO "Romashka", {x}: "y"'),
    "byte": lambda text: _commented(text, b"\xd0\xa2\xd0"),
    "row": _row,
    "null": lambda text: text.replace("[", "[null, ", 1).encode(),
    "notice": lambda text: _NOTICE + text.encode(),
    "wrapped": lambda text: b'{"senders": ' + text.encode() + b"}",
    "broken off": lambda text: text[: text.rfind('"sender"') + 12].encode(),
}

DAMAGES: Final[tuple[str, ...]] = get_args(Damage)
