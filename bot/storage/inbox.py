"""Updates that wait for being handled. An update is stored, acknowledged, handled, struck off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.storage.transaction import Transaction

SEEN_KEPT_SECONDS: Final = 48 * 3600.0
"""Telegram keeps updates for 24 h and may number them anew after a quiet week: twice that is remembered."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that is not handled yet, and the chat whose queue it waits in; `body` is sealed."""

    update_id: int
    chat_id: int
    body: bytes
    attempts: int


def receive(tx: Transaction, each: Waiting, digest: str, now: float) -> bool:
    """Stores an update; False where it came before. `digest` is a number for what it says.

    Telegram brings an update again within a day; a week after the last one it may give its number to another. Where the
    clock was set in between, what it says tells whether it is the same.
    """
    new = tx.execute(
        "INSERT INTO seen (update_id, at, digest) VALUES (?, ?, ?) ON CONFLICT (update_id) DO UPDATE"
        " SET at = excluded.at, digest = excluded.digest"
        " WHERE abs(excluded.at - at) >= ? AND digest IS NOT excluded.digest",
        (each.update_id, now, digest, SEEN_KEPT_SECONDS),
    )
    if new.rowcount != 1:
        return False
    tx.execute(
        "INSERT OR REPLACE INTO inbox (update_id, lane, body, received, attempts) VALUES (?, ?, ?, ?, 0)",
        (each.update_id, each.chat_id, each.body, now),
    )
    return True


def take_up(tx: Transaction) -> list[Waiting]:
    """What was left unfinished, in the order of arrival."""
    rows = tx.execute("SELECT update_id, lane, body, attempts FROM inbox ORDER BY received, update_id")
    return [Waiting(*row) for row in rows]


def count(tx: Transaction, update_ids: Iterable[int], by: int = 1) -> None:
    """One more attempt begins at these updates; -1: it was broken off by no fault of theirs."""
    tx.executemany("UPDATE inbox SET attempts = attempts + ? WHERE update_id = ?", [(by, each) for each in update_ids])


def waits(tx: Transaction, update_id: int) -> bool:
    """Whether an update is stored and not handled yet."""
    return tx.execute("SELECT 1 FROM inbox WHERE update_id = ?", (update_id,)).fetchone() is not None


def strike_off(tx: Transaction, update_ids: Iterable[int]) -> bool:
    """The updates are handled; False where they were struck off before."""
    return tx.executemany("DELETE FROM inbox WHERE update_id = ?", [(each,) for each in update_ids]).rowcount > 0


def forget_all(tx: Transaction, chat_id: int) -> None:
    """Drops what waits in a chat's queue; for when no bot runs that could be in the midst of it."""
    tx.execute("DELETE FROM inbox WHERE lane = ?", (chat_id,))


def forget_seen(tx: Transaction, now: float) -> None:
    """Drops the ids that are old enough never to come again."""
    tx.execute("DELETE FROM seen WHERE abs(? - at) > ?", (now, SEEN_KEPT_SECONDS))


def clock_was_set(tx: Transaction, by: float, now: float, since: float) -> None:
    """The times of the ids, put right: the clock was set `by` so many seconds within the last `since` seconds.

    What was written in that time stays, for nobody knows by which clock.
    """
    tx.execute("UPDATE seen SET at = at + ? WHERE at NOT BETWEEN ? AND ?", (by, now - since, now))
