"""Several names in one text, a row each, as people paste them out of a letter or a table.

PARUS⏎LILY⏎                    ─▶ PARUS | LILY
PARUS, LILY и TULIP            ─▶ PARUS | LILY | TULIP
PARUS; Цветы в Алматы⏎LILY     ─▶ PARUS, with a comment | LILY
PARUS; LILY; TULIP             ─▶ PARUS | LILY | TULIP: a line alone, of single words, holds names
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.reading.dress import bare, unmarked
from bot.reading.names import several_in, without_bullet

_COMMENT: Final = re.compile(r"[;\t]")
_WORD: Final = re.compile(r"\w+")
_TITLES: Final = {
    "name": frozenset(
        (
            *("name", "names", "sender", "sender name", "sender id", "имя", "имена", "имя отправителя", "отправитель"),
            *("название", "атау", "атауы", "жіберуші", "жіберуші атауы"),
        )
    ),
    "comment": frozenset(
        (
            *("comment", "comments", "description", "комментарий", "комментарии", "описание", "для чего"),
            *("түсініктеме", "пікір", "сипаттама"),
        )
    ),
    "mends": frozenset(("row", "строка", "жол")),
    "subclient": frozenset(
        ("subclient", "client", "login", "user", "субклиент", "клиент", "логин", "логин субклиента", "субклиент логині")
    ),
}
"""How people call the columns, in the three languages."""


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in a row: a name as it was typed, the comment beside it, and the subclient, where one is named.

    `mends`: the row of former times whose place it takes, as the table that was mended names it.
    """

    name: str
    comment: str = ""
    subclient: str | None = None
    mends: str = ""


def lines_in(text: str) -> tuple[Line, ...]:
    """The rows of a text, in their order; of a text that holds no list, whatever its lines are."""
    rows = [each for each in text.splitlines() if bare(each)]
    if len(rows) == 1:
        names = several_in(rows[0])
        alone = all(len(each.split()) == 1 for each in names)
        return tuple(map(Line, names)) if alone or not _COMMENT.search(rows[0]) else tuple(_row(rows[0]))
    return tuple(line for row in rows for line in _row(row))


def lines_of(rows: Sequence[Sequence[str]]) -> tuple[Line, ...]:
    """The lines of a table: its columns are found by their titles; without these, names come first, then comments."""
    found = _columns(rows[0]) if rows else {}
    places = found or {"name": 0, "comment": 1}

    def cell(row: Sequence[str], column: str) -> str:
        place = places.get(column)
        return row[place] if place is not None and place < len(row) else ""

    return tuple(
        Line(name, " ".join(cell(row, "comment").split()), cell(row, "subclient") or None, cell(row, "mends"))
        for row in (rows[1:] if found else rows)
        if bare(name := cell(row, "name"))
    )


def _columns(titles: Sequence[str]) -> dict[str, int]:
    """Where the columns are; nothing where none of these cells is the title of the names."""
    found: dict[str, int] = {}
    for place, each in enumerate(titles):
        told = " ".join(_WORD.findall(each.casefold()))
        for column, words in _TITLES.items():
            if told in words:
                found.setdefault(column, place)
    return found if "name" in found else {}


def is_list(lines: tuple[Line, ...]) -> bool:
    """Whether rows look like names rather than like sentences: most of them are a single word."""
    words = sum(len(each.name.split()) == 1 for each in lines)
    return len(lines) > 1 and 2 * words > len(lines)


def _row(text: str) -> list[Line]:
    """The names of one row, each with the comment that stands behind them."""
    names, *comment = _COMMENT.split(text, maxsplit=1)
    told = " ".join(comment[0].split()) if comment else ""
    return [Line(name, told) for each in unmarked(names).split(",") if bare(name := without_bullet(each).strip())]
