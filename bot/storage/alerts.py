"""What needs the administrator's hand, for as long as it does: each is told once, over restarts too."""

from __future__ import annotations

from collections.abc import Mapping

from bot.storage.transaction import Transaction


def standing(tx: Transaction) -> Mapping[tuple[str, str], float]:
    """What is not over: which kind of thing, and what it is about; with the time (epoch seconds) when it began."""
    return {(row[0], row[1]): row[2] for row in tx.execute("SELECT kind, about, since FROM alerts")}


def begin(tx: Transaction, kind: str, about: str, now: float) -> bool:
    """It began; False where it stands already."""
    row = tx.execute("INSERT OR IGNORE INTO alerts (kind, about, since) VALUES (?, ?, ?)", (kind, about, now))
    return row.rowcount == 1


def end(tx: Transaction, kind: str, about: str) -> bool:
    """It is over; False where it did not stand."""
    return tx.execute("DELETE FROM alerts WHERE kind = ? AND about = ?", (kind, about)).rowcount == 1
