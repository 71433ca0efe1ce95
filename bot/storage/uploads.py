"""Files that people sent in the last day: how large each was, how long it was worked on; not what is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Upload:
    """A file.

    `key` is the message that brought it, with Telegram's number of the file; `at` is in epoch seconds; it was worked on
    for so many `seconds`.
    """

    key: str
    at: float
    bytes: int
    seconds: float = 0.0


def since(tx: Transaction, user_id: int, at: float, now: float) -> list[Upload]:
    """What a person sent since then, oldest first. What lies ahead, for the clock was set back, is from now."""
    tx.execute("UPDATE uploads SET at = ? WHERE user_id = ? AND at > ?", (now, user_id, now))
    rows = tx.execute(
        "SELECT key, at, bytes, seconds FROM uploads WHERE user_id = ? AND at >= ? ORDER BY at, key", (user_id, at)
    )
    return [Upload(*row) for row in rows]


def put(tx: Transaction, user_id: int, uploads: Iterable[Upload], past: float) -> None:
    """Counts files, where they are not counted yet; forgets everybody's from before `past`."""
    tx.execute("DELETE FROM uploads WHERE at < ?", (past,))
    tx.executemany(
        "INSERT OR IGNORE INTO uploads (user_id, key, at, bytes, seconds) VALUES (?, ?, ?, ?, ?)",
        [(user_id, each.key, each.at, each.bytes, each.seconds) for each in uploads],
    )


def measured(tx: Transaction, user_id: int, key: str, size: int) -> None:
    """How large a file is in truth."""
    tx.execute("UPDATE uploads SET bytes = ? WHERE user_id = ? AND key = ?", (size, user_id, key))


def worked(tx: Transaction, user_id: int, seconds: float) -> None:
    """Work on the person's newest file took so long."""
    tx.execute(
        "UPDATE uploads SET seconds = seconds + ? WHERE rowid ="
        " (SELECT rowid FROM uploads WHERE user_id = ? ORDER BY at DESC, key DESC LIMIT 1)",
        (seconds, user_id),
    )


def forget_all(tx: Transaction, user_id: int) -> None:
    """What a person sent."""
    tx.execute("DELETE FROM uploads WHERE user_id = ?", (user_id,))
