"""Until when Telegram wants no more calls, by place: a chat, a method, everything."""

from __future__ import annotations

import sqlite3


def load(db: sqlite3.Connection, now: float) -> list[tuple[str, float, float]]:
    """The holds that are not over: place, until when (epoch seconds), and for how many seconds they were asked."""
    rows = db.execute("SELECT place, until, asked FROM holds WHERE until > ?", (now,))
    return [(row[0], row[1], row[2]) for row in rows]


def put(db: sqlite3.Connection, place: str, until: float, asked: float, now: float) -> None:
    """A hold; those that are over go."""
    db.execute("DELETE FROM holds WHERE until <= ?", (now,))
    db.execute("INSERT OR REPLACE INTO holds (place, until, asked) VALUES (?, ?, ?)", (place, until, asked))
