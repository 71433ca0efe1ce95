"""What the functions of this package are handed. Everything above hands it on, and knows nothing of what is in it."""

from __future__ import annotations

import functools
import re
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

_READS: Final = re.compile(r"\s*(?:SELECT|PRAGMA|SAVEPOINT|RELEASE|EXPLAIN|WITH)\b", re.IGNORECASE)
_WRITES: Final = re.compile(
    r"\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE
)
ANY_TABLE: Final = "*"
"""What a statement may have written whose table is not to be seen in it."""


class Transaction:
    """A transaction that is open: what is read in it is of one moment, what is written is kept together or not at all.

    Given by `Database.run` for as long as the work takes. Its methods are for the modules of `bot.storage` alone.
    """

    __slots__ = ("_connection", "written")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.written: set[str] = set()
        """The tables that were written in it."""

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        """Runs a statement; gives its rows, and how many it changed."""
        self.written.update(tables_written(statement))
        return self._connection.execute(statement, parameters)

    def executemany(self, statement: str, parameters: Iterable[Sequence[object]]) -> sqlite3.Cursor:
        """Runs a statement once for each of these parameters."""
        self.written.update(tables_written(statement))
        return self._connection.executemany(statement, parameters)


_STATEMENTS_MOST: Final = 1024
"""Statements that are kept taken apart; the program has some hundred, more come of those with a place a value."""


@functools.lru_cache(maxsize=_STATEMENTS_MOST)
def tables_written(statement: str) -> frozenset[str]:
    """The tables that a statement may write; none where it only reads."""
    writes = _WRITES.findall(statement)
    if writes:
        return frozenset(each.lower() for each in writes if each.lower() != "set")  # ON CONFLICT … DO UPDATE SET
    return frozenset() if _READS.match(statement) else frozenset({ANY_TABLE})
