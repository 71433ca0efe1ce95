"""Until when Telegram wants no more calls, by place: a chat, a method, everything."""

from __future__ import annotations

from bot.storage.transaction import Transaction


def load(tx: Transaction, now: float) -> list[tuple[str, float, float]]:
    """The holds that are not over: place, until when (epoch seconds), and for how many seconds they were asked."""
    rows = tx.execute("SELECT place, until, asked FROM holds WHERE until > ?", (now,))
    return [(row[0], row[1], row[2]) for row in rows]


def put(tx: Transaction, place: str, until: float, asked: float, now: float) -> None:
    """A hold; those that are over go."""
    tx.execute("DELETE FROM holds WHERE until <= ?", (now,))
    tx.execute("INSERT OR REPLACE INTO holds (place, until, asked) VALUES (?, ?, ?)", (place, until, asked))
