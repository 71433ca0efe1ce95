"""What the functions of this package are handed. Everything above hands it on, and knows nothing of what is in it."""

from __future__ import annotations

import functools
import re
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

_READS: Final = re.compile(r"\s*(?:SELECT|PRAGMA|SAVEPOINT|RELEASE|EXPLAIN|WITH)\b", re.IGNORECASE)
_WRITES: Final = re.compile(
    r"\b(INSERT|REPLACE|UPDATE|DELETE)(?:\s+OR\s+\w+)?(?:\s+INTO|\s+FROM)?\s+\"?(\w+)", re.IGNORECASE
)


class Change(NamedTuple):
    """What was done to a table: `insert`, `replace`, `update` or `delete`."""

    verb: str
    table: str


ANYTHING: Final = Change("*", "*")
"""What a statement may have written whose table is not to be seen in it."""


class Transaction:
    """A transaction that is open: what is read in it is of one moment, what is written is kept together or not at all.

    Given by `Database.run` for as long as the work takes. Its methods are for the modules of `bot.storage` alone.
    """

    __slots__ = ("_connection", "changes")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.changes: set[Change] = set()
        """What was written in it."""

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        """Runs a statement; gives its rows, and how many it changed."""
        self.changes.update(changes_of(statement))
        return self._connection.execute(statement, parameters)

    def executemany(self, statement: str, parameters: Iterable[Sequence[object]]) -> sqlite3.Cursor:
        """Runs a statement once for each of these parameters."""
        self.changes.update(changes_of(statement))
        return self._connection.executemany(statement, parameters)


_STATEMENTS_MOST: Final = 1024
"""Statements that are kept taken apart; the program has some hundred, more come of those with a place a value."""


@functools.lru_cache(maxsize=_STATEMENTS_MOST)
def changes_of(statement: str) -> frozenset[Change]:
    """What a statement may write; nothing where it only reads."""
    writes = _WRITES.findall(statement)
    if writes:  # ON CONFLICT … DO UPDATE SET names no table
        return frozenset(Change(verb.lower(), table.lower()) for verb, table in writes if table.lower() != "set")
    return frozenset() if _READS.match(statement) else frozenset({ANYTHING})
