"""A sealed word that tells at the start whether the keys still fit the file."""

from __future__ import annotations

import sqlite3


def sealed(db: sqlite3.Connection) -> bytes | None:
    """The sealed word, None in a new file."""
    row = db.execute("SELECT sealed FROM vault_check WHERE id = 1").fetchone()
    return bytes(row[0]) if row else None


def put(db: sqlite3.Connection, word: bytes) -> None:
    """Stores the word, sealed with the key in use."""
    db.execute("INSERT OR REPLACE INTO vault_check (id, sealed) VALUES (1, ?)", (word,))
