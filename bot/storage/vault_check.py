"""A sealed word that tells whether the keys fit a file: at the start, and before a copy is put in its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final

PLACE: Final = "vault_check"


def fits(db: sqlite3.Connection, opened: Callable[[bytes, str], bytes]) -> bool:
    """Opens the word; False where there is none, as in a new file.

    Raises whatever `opened` raises where the keys do not fit.
    """
    row = db.execute("SELECT sealed FROM vault_check WHERE id = 1").fetchone()
    if row is None:
        return False
    opened(bytes(row[0]), PLACE)
    return True


def put(db: sqlite3.Connection, word: bytes) -> None:
    """Stores the word, sealed with the key in use."""
    db.execute("INSERT OR REPLACE INTO vault_check (id, sealed) VALUES (1, ?)", (word,))
