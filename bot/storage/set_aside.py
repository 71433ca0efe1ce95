"""What nobody can read: odd updates, rows that were altered. Kept sealed, so that somebody may look at it; bounded."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.storage.errors import told_in_our_words
from bot.storage.transaction import Transaction

UPDATE: Final = "update"
DRAFTS: Final = "drafts"
_MOST: Final = 1000
"""So many of a kind are kept; the oldest go."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something that was set aside. `body` is sealed for `place`; `digest` tells it from all others."""

    kind: str
    digest: str
    chat_id: int
    place: str
    body: bytes
    why: str


@dataclass(frozen=True, slots=True)
class Told:
    """What an administrator may know of something that was set aside: nothing of what is in it.

    `at` in epoch seconds, `size` in bytes as it is sealed; `chat_id` 0: nobody knows whose it is.
    """

    number: int
    at: float
    kind: str
    chat_id: int
    size: int
    why: str


def put(tx: Transaction, odd: SetAside, now: float) -> bool:
    """Sets something aside; False where just that was set aside before."""
    added = tx.execute(
        "INSERT OR IGNORE INTO set_aside (kind, digest, chat_id, place, body, why, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (odd.kind, odd.digest, odd.chat_id, odd.place, odd.body, odd.why, now),
    )
    if added.rowcount != 1:
        return False
    tx.execute(
        "DELETE FROM set_aside WHERE kind = ? AND id <="
        " (SELECT id FROM set_aside WHERE kind = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (odd.kind, odd.kind, _MOST),
    )
    return True


def everything(tx: Transaction) -> list[tuple[int, float, SetAside]]:
    """All that was set aside, oldest first: its number, when, and what."""
    rows = tx.execute("SELECT id, at, kind, digest, chat_id, place, body, why FROM set_aside ORDER BY id")
    return [(row[0], row[1], SetAside(*row[2:])) for row in rows]


def forget_all(tx: Transaction, chat_id: int) -> None:
    """What came from a chat."""
    tx.execute("DELETE FROM set_aside WHERE chat_id = ?", (chat_id,))


@told_in_our_words()
def overview(path: Path) -> list[Told]:
    """What was set aside, oldest first; the file is only read, whoever works on it.

    Raises:
        StorageError: it is no database of the bot, or cannot be read.
    """
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
        return [
            Told(*row)
            for row in db.execute("SELECT id, at, kind, chat_id, length(body), why FROM set_aside ORDER BY id")
        ]
