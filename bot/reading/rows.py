"""Several names in one text, a row each, as people paste them out of a letter or a table.

PARUS⏎LILY⏎                    ─▶ PARUS | LILY
PARUS, LILY и TULIP            ─▶ PARUS | LILY | TULIP
PARUS; Цветы в Алматы⏎LILY     ─▶ PARUS, with a comment | LILY
PARUS; LILY; TULIP             ─▶ PARUS | LILY | TULIP: a line alone, of single words, holds names
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.reading.dress import bare, unmarked
from bot.reading.names import several_in, without_bullet

_COMMENT: Final = re.compile(r"[;\t]")
_WORD: Final = re.compile(r"[^\W_]+")
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
_TITLES_WITHIN: Final = 10
"""Rows of a sheet among which that of the titles is."""


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
    """The lines of a table's sheets, between which there is a row without a cell.

    The columns are found by their titles, what stands above these is none of it, and of several sheets those that have
    titles count. Without any, the first sheet has names, then comments.
    """
    sheets: list[list[Sequence[str]]] = [[]]
    for each in rows:
        if each:
            sheets[-1].append(each)
        else:
            sheets.append([])
    titled = [(sheet, found) for sheet in sheets if (found := _titles(sheet)) is not None]
    if not titled:
        return _lines(sheets[0], {"name": [0], "comment": [1]})
    return tuple(line for sheet, (place, columns) in titled for line in _lines(sheet[place + 1 :], columns))


def _lines(rows: Sequence[Sequence[str]], columns: Mapping[str, Sequence[int]]) -> tuple[Line, ...]:
    def cell(row: Sequence[str], column: str) -> str:
        """What stands in the first of these columns that has anything."""
        return next((row[each] for each in columns.get(column, ()) if each < len(row) and row[each]), "")

    return tuple(
        Line(name, " ".join(cell(row, "comment").split()), cell(row, "subclient") or None, cell(row, "mends"))
        for row in rows
        if bare(name := cell(row, "name"))
    )


def _titles(sheet: Sequence[Sequence[str]]) -> tuple[int, Mapping[str, Sequence[int]]] | None:
    """Which row has the titles, and where its columns are; None where none of the first rows has one for the names.

    A single word may be a name: below the first row there must be two titles.
    """
    for place, row in enumerate(sheet[:_TITLES_WITHIN]):
        found = _columns(row)
        if "name" in found and (place == 0 or len(found) > 1):
            return place, found
    return None


def _columns(row: Sequence[str]) -> dict[str, list[int]]:
    """Where the columns are whose titles these cells are; of two for the same, the one that says more comes first."""
    told = [" ".join(_WORD.findall(each.casefold())) for each in row]
    places = sorted(range(len(told)), key=lambda each: -len(told[each].split()))
    return {
        column: found
        for column, words in _TITLES.items()
        if (found := [each for each in places if told[each] in words or told[each] in map(_in_cp1251, words)])
    }


def _in_cp1251(title: str) -> str:
    """A title as Excel leaves it where it has no Kazakh letters."""
    return " ".join(_WORD.findall(title.encode("cp1251", "replace").decode("cp1251")))


def is_list(lines: tuple[Line, ...]) -> bool:
    """Whether rows look like names rather than like sentences: most of them are a single word."""
    words = sum(len(each.name.split()) == 1 for each in lines)
    return len(lines) > 1 and 2 * words > len(lines)


def _row(text: str) -> list[Line]:
    """The names of one row, each with the comment that stands behind them."""
    names, *comment = _COMMENT.split(text, maxsplit=1)
    told = " ".join(comment[0].split()) if comment else ""
    return [Line(name, told) for each in unmarked(names).split(",") if bare(name := without_bullet(each).strip())]
