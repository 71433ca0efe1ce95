"""What is still to be told to a chat: written together with what it tells, struck off when Telegram has it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

PASSING: Final = "drawn"
"""A screen that could not be shown when it was drawn; a newer one makes it useless."""
LASTING: Final = "drawn_lasting"
"""The same for a receipt: it is shown, whatever came after it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell: `kind` names the screen, `body` (JSON) what it is drawn from."""

    id: int
    chat_id: int
    kind: str
    body: str
    not_before: float
    attempts: int


def put(db: sqlite3.Connection, chat_id: int, kind: str, body: str, not_before: float = 0.0) -> int:
    """A new notice; its id."""
    row = db.execute(
        "INSERT INTO outbox (chat_id, kind, body, not_before, attempts) VALUES (?, ?, ?, ?, 0)",
        (chat_id, kind, body, not_before),
    )
    return int(row.lastrowid or 0)


def waiting(db: sqlite3.Connection) -> list[Notice]:
    """All that is still to be told, oldest first."""
    rows = db.execute("SELECT id, chat_id, kind, body, not_before, attempts FROM outbox ORDER BY id")
    return [Notice(*row) for row in rows]


def load(db: sqlite3.Connection, notice_id: int) -> Notice | None:
    """The notice, None where it is told or of no use any more."""
    row = db.execute(
        "SELECT id, chat_id, kind, body, not_before, attempts FROM outbox WHERE id = ?", (notice_id,)
    ).fetchone()
    return Notice(*row) if row else None


def drop_passing(db: sqlite3.Connection, chat_id: int) -> None:
    """A newer screen was shown in the chat: one that was drawn before it must not come over it."""
    db.execute("DELETE FROM outbox WHERE chat_id = ? AND kind = ?", (chat_id, PASSING))


def strike_off(db: sqlite3.Connection, notice_id: int) -> None:
    """It was told."""
    db.execute("DELETE FROM outbox WHERE id = ?", (notice_id,))


def postpone(db: sqlite3.Connection, notice_id: int, not_before: float) -> None:
    """It could not be told now; once more at `not_before` (epoch seconds)."""
    db.execute("UPDATE outbox SET not_before = ?, attempts = attempts + 1 WHERE id = ?", (not_before, notice_id))
