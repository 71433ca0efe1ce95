"""Updates that wait for being handled. An update is stored, acknowledged, handled, struck off."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SEEN_KEPT_SECONDS: Final = 48 * 3600.0
"""Telegram keeps updates for 24 h and may number them anew after a quiet week: twice that is remembered."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that is not handled yet; `body` is sealed."""

    update_id: int
    lane: int
    body: bytes
    attempts: int


def receive(db: sqlite3.Connection, arrived: Iterable[Waiting], now: float) -> list[int]:
    """Stores the updates that were never seen, and returns their ids; the others are dropped."""
    fresh = []
    for each in arrived:
        new = db.execute("INSERT OR IGNORE INTO seen (update_id, at) VALUES (?, ?)", (each.update_id, now))
        if new.rowcount == 1:
            db.execute(
                "INSERT OR REPLACE INTO inbox (update_id, lane, body, received, attempts) VALUES (?, ?, ?, ?, 0)",
                (each.update_id, each.lane, each.body, now),
            )
            fresh.append(each.update_id)
    return fresh


def take_up(db: sqlite3.Connection) -> list[Waiting]:
    """What was left unfinished, in the order of arrival."""
    rows = db.execute("SELECT update_id, lane, body, attempts FROM inbox ORDER BY received, update_id")
    return [Waiting(*row) for row in rows]


def count(db: sqlite3.Connection, update_ids: Iterable[int], by: int = 1) -> None:
    """One more attempt begins at these updates; -1: it was broken off by no fault of theirs."""
    db.executemany("UPDATE inbox SET attempts = attempts + ? WHERE update_id = ?", [(by, each) for each in update_ids])


def strike_off(db: sqlite3.Connection, update_id: int) -> None:
    """The update is handled."""
    db.execute("DELETE FROM inbox WHERE update_id = ?", (update_id,))


def forget_seen(db: sqlite3.Connection, now: float) -> None:
    """Drops the ids that are old enough never to come again."""
    db.execute("DELETE FROM seen WHERE at < ?", (now - SEEN_KEPT_SECONDS,))
