"""Whose names are watched and when next, what a list lost and no second one has confirmed, and what was pushed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class WatchRow:
    """An account and subclient that is watched; times in epoch seconds, 0: never.

    host          the service that the account is at
    service, who  whose names they are, as SMSC's limits count them; None: not known yet
    since, next   when it was written, and when it is looked at next
    asked         when SMSC was asked last, and answered
    whole         when it gave the whole list last
    moved         when anything changed last
    failures      how many looks failed one after another
    refused       how many of them SMSC refused
    """

    account_id: int
    subclient: str
    host: str = ""
    service: str | None = None
    who: str | None = None
    since: float = 0.0
    next: float = 0.0
    asked: float = 0.0
    whole: float = 0.0
    moved: float = 0.0
    failures: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """A name of which a list lost something at `since`; `body` is how it stood before, as JSON."""

    ref: int
    since: float
    body: str


@dataclass(frozen=True, slots=True)
class PushRow:
    """The newest message to a person about a name: which events it tells (`first` … `last`), its id (0: none), when."""

    first: int
    last: int
    message_id: int
    at: float


_WATCH: Final = (
    "account_id, subclient, (SELECT service FROM accounts WHERE id = account_id), service, who, since, next, asked,"
    " whole, moved, failures, refused"
)


_LISTED: Final = (
    "SELECT account_id, subclient, ?, ?, 0, 0, ?, 0 FROM listings WHERE account_id IN (SELECT id FROM accounts)"
)
_NEVER: Final = math.inf
"""When a list is looked at that whoever brought the key has no room for: it begins when there is some."""


def admit(tx: Transaction, now: float, most: int) -> dict[int, list[tuple[int, str]]]:
    """Has each account watched, and each subclient whose names were ever listed: of one person `most` such lists.

    Gives those for which there is no room that have just come up, by whose they are: the account, and the subclient.
    """
    for lists in ("SELECT id, '', ?, ?, 0, 0, ?, 0 FROM accounts", _LISTED):
        tx.execute(
            "INSERT OR IGNORE INTO watches (account_id, subclient, since, next, asked, whole, moved, failures) "
            + lists,
            (now, _NEVER, now),
        )
    beyond: dict[int, list[tuple[int, str]]] = {}
    waiting = tx.execute(
        "SELECT user_id, account_id, subclient, watches.since FROM watches JOIN accounts ON accounts.id = account_id"
        " WHERE next = ? ORDER BY watches.since, subclient != '', account_id, subclient",
        (_NEVER,),
    ).fetchall()
    room = {user_id: most - _watched(tx, user_id) for user_id in {each[0] for each in waiting}}
    for user_id, account_id, subclient, since in waiting:
        if room[user_id] > 0:
            room[user_id] -= 1
            tx.execute(
                "UPDATE watches SET next = ? WHERE account_id = ? AND subclient = ?", (now, account_id, subclient)
            )
        elif since == now:
            beyond.setdefault(user_id, []).append((account_id, subclient))
    return beyond


def _watched(tx: Transaction, user_id: int) -> int:
    """How many lists of those whose keys a person brought are watched."""
    (found,) = tx.execute(
        "SELECT count(*) FROM watches JOIN accounts ON accounts.id = account_id WHERE next != ? AND user_id = ?",
        (_NEVER, user_id),
    ).fetchone()
    return int(found)


def in_use(tx: Transaction) -> list[WatchRow]:
    """Everything that is watched: not the lists of an account that is paused."""
    rows = tx.execute(
        f"SELECT {_WATCH} FROM watches WHERE next != ?"  # noqa: S608  # fixed words
        " AND account_id IN (SELECT id FROM accounts WHERE paused IS NULL)",
        (_NEVER,),
    )
    return [WatchRow(*row) for row in rows]


def load(tx: Transaction, account_id: int, subclient: str) -> WatchRow | None:
    """The watch of an account and subclient, None where there is none."""
    row = tx.execute(
        f"SELECT {_WATCH} FROM watches WHERE account_id = ? AND subclient = ?",  # noqa: S608  # fixed words
        (account_id, subclient),
    ).fetchone()
    return WatchRow(*row) if row else None


def save(tx: Transaction, rows: Iterable[WatchRow]) -> None:
    """Watches as they are now; of an account that is gone nothing is kept."""
    tx.executemany(
        "INSERT OR REPLACE INTO watches (account_id, subclient, service, who, since, next, asked, whole, moved,"
        " failures, refused) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
        " WHERE EXISTS (SELECT 1 FROM accounts WHERE id = ?)",
        (
            (
                each.account_id,
                each.subclient,
                each.service,
                each.who,
                each.since,
                each.next,
                each.asked,
                each.whole,
                each.moved,
                each.failures,
                each.refused,
                each.account_id,
            )
            for each in rows
        ),
    )


def put_off(tx: Transaction, row: WatchRow, now: float, until: float) -> None:
    """It could not be looked at: when it is next, and how many looks failed one after another, or were refused."""
    tx.execute(
        "UPDATE watches SET since = ?, next = ?, failures = ?, refused = ? WHERE account_id = ? AND subclient = ?",
        (now, until, row.failures, row.refused, row.account_id, row.subclient),
    )


def moved(tx: Transaction, account_id: int, subclient: str, now: float) -> None:
    """Something changed: from now on it is looked at often."""
    tx.execute(
        "UPDATE watches SET moved = ? WHERE account_id = ? AND subclient = ?",
        (now, account_id, subclient),
    )


def doubts(tx: Transaction, account_id: int, subclient: str) -> list[DoubtRow]:
    """What a list lost, and no second one has confirmed."""
    rows = tx.execute(
        "SELECT ref, since, body FROM doubts WHERE account_id = ? AND subclient = ?", (account_id, subclient)
    )
    return [DoubtRow(*row) for row in rows]


def doubted(tx: Transaction, account_id: int, subclient: str) -> bool:
    """Whether a list lost anything that no second one has confirmed."""
    found = tx.execute("SELECT 1 FROM doubts WHERE account_id = ? AND subclient = ? LIMIT 1", (account_id, subclient))
    return found.fetchone() is not None


def doubt(tx: Transaction, account_id: int, subclient: str, rows: Iterable[DoubtRow], cleared: Iterable[int]) -> None:
    """New and changed doubts; the refs of those that are cleared up."""
    tx.executemany(
        "DELETE FROM doubts WHERE account_id = ? AND subclient = ? AND ref = ?",
        ((account_id, subclient, each) for each in cleared),
    )
    tx.executemany(
        "INSERT OR REPLACE INTO doubts (account_id, subclient, ref, since, body) VALUES (?, ?, ?, ?, ?)",
        ((account_id, subclient, each.ref, each.since, each.body) for each in rows),
    )


def push(
    tx: Transaction, user_id: int, account_id: int, subclient: str, name: str, sms_id: int | None
) -> PushRow | None:
    """The newest message to a person about a name."""
    row = tx.execute(
        "SELECT first, last, message_id, at FROM pushes"
        " WHERE user_id = ? AND account_id = ? AND subclient = ? AND name = ? AND sms_id = ?",
        (user_id, account_id, subclient, name, sms_id or 0),
    ).fetchone()
    return PushRow(*row) if row else None


def last_pushed(tx: Transaction, user_id: int, since: float) -> float:
    """When a person was told last of any name, `since` some time; 0: not since then."""
    (at,) = tx.execute("SELECT MAX(at) FROM pushes WHERE user_id = ? AND at >= ?", (user_id, since)).fetchone()
    return float(at or 0.0)


def pushed(
    tx: Transaction, user_id: int, account_id: int, subclient: str, name: str, sms_id: int | None, row: PushRow
) -> None:
    """A person was told of a name; of an account that they have nothing to do with any more nothing is kept."""
    tx.execute(
        "INSERT OR REPLACE INTO pushes (user_id, account_id, subclient, name, sms_id, first, last, message_id, at)"
        " SELECT user_id, account_id, ?, ?, ?, ?, ?, ?, ? FROM account_people WHERE user_id = ? AND account_id = ?",
        (subclient, name, sms_id or 0, row.first, row.last, row.message_id, row.at, user_id, account_id),
    )
