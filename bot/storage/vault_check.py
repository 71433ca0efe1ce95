"""A sealed word that tells whether the keys fit a file: at the start, and before a copy is put in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.storage.transaction import Transaction

PLACE: Final = "vault_check"


def fits(tx: Transaction, opened: Callable[[bytes, str], bytes]) -> bool:
    """Opens the word; False where there is none, as in a new file.

    Raises whatever `opened` raises where the keys do not fit.
    """
    row = tx.execute("SELECT sealed FROM vault_check WHERE id = 1").fetchone()
    if row is None:
        return False
    opened(bytes(row[0]), PLACE)
    return True


def put(tx: Transaction, word: bytes) -> None:
    """Stores the word, sealed with the key in use."""
    tx.execute("INSERT OR REPLACE INTO vault_check (id, sealed) VALUES (1, ?)", (word,))
