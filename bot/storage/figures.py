"""How much there is of what: figures for whoever watches over the bot, and never what stands in a row."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.storage.database import beside
from bot.storage.transaction import Transaction

ROOM_LEAST: Final = 256 * 1024 * 1024
"""Free bytes below which there is little left for a database that grows."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows of a kind.

    notices, parked  what is still to be told, and what waits for people who blocked the bot
    operations       requests that are planned, on their way or looked up, by their state
    people, accounts, paused  those that are known; accounts whose key SMSC refused
    set_aside        what nobody could read
    """

    notices: int
    parked: int
    operations: dict[str, int]
    people: int
    accounts: int
    paused: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes: of the database, of the log beside it (`-wal`), and what is free on their disk."""

    database: int
    log: int
    free: int


def figures(tx: Transaction) -> Figures:
    """The figures as they are now."""
    states = tx.execute(
        "SELECT state, count(*) FROM operations WHERE state IN ('planned', 'sent', 'unknown') GROUP BY 1"
    )
    return Figures(
        notices=_count(tx, "outbox WHERE parked IS NULL"),
        parked=_count(tx, "outbox WHERE parked IS NOT NULL"),
        operations={"planned": 0, "sent": 0, "unknown": 0} | {str(row[0]): int(row[1]) for row in states},
        people=_count(tx, "people"),
        accounts=_count(tx, "accounts"),
        paused=_count(tx, "accounts WHERE paused IS NOT NULL"),
        set_aside=_count(tx, "set_aside"),
    )


def answers(tx: Transaction) -> bool:
    """Whether the file can be read: a look at next to nothing."""
    return tx.execute("SELECT 1 FROM vault_check LIMIT 1").fetchone() is not None


def room(path: Path) -> Room:
    """How large the file is, and how much room it has.

    Raises:
        OSError: the disk is not there.
    """
    log = beside(path)[0]
    return Room(_size(path), _size(log), shutil.disk_usage(path.parent).free)


def _count(tx: Transaction, where: str) -> int:
    (count,) = tx.execute(f"SELECT count(*) FROM {where}").fetchone()  # noqa: S608  # fixed words
    return int(count)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
