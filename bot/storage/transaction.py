"""What the functions of this package are handed. Everything above hands it on, and knows nothing of what is in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence


class Transaction:
    """A transaction that is open: what is read in it is of one moment, what is written is kept together or not at all.

    Given by `Database.run` for as long as the work takes. Its methods are for the modules of `bot.storage` alone.
    """

    __slots__ = ("_connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        """Runs a statement; gives its rows, and how many it changed."""
        return self._connection.execute(statement, parameters)

    def executemany(self, statement: str, parameters: Iterable[Sequence[object]]) -> sqlite3.Cursor:
        """Runs a statement once for each of these parameters."""
        return self._connection.executemany(statement, parameters)
