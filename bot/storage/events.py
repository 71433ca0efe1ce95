"""What happened to sender names, as facts: rows that are added, and never changed.

asked      a changing request was written down (the journal writes it by itself)
answered   how it ended, or that its answer was lost (the same)
else       what a list of SMSC showed: see `bot.watch.changes`
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.storage.transaction import Transaction

ASKED: Final = "asked"
ANSWERED: Final = "answered"


@dataclass(frozen=True, slots=True)
class EventRow:
    """A fact about a name of an account and subclient; `at` in epoch seconds, `body` is JSON.

    `news`: its person is to be told.
    """

    account_id: int
    subclient: str
    name: str
    sms_id: int | None
    kind: str
    at: float
    news: bool
    body: str
    id: int = 0


_COLUMNS: Final = "account_id, subclient, name, sms_id, kind, at, news, body, id"
_OF_NAME: Final = (
    "account_id = ? AND subclient = ? AND (CASE WHEN ? IS NULL THEN name = ?"
    " ELSE sms_id = ? OR (sms_id IS NULL AND name = ?) END)"
)
"""With SMSC's number of a name, what is known of it under another spelling belongs to it, and of its twins nothing."""


def put(tx: Transaction, rows: Iterable[EventRow]) -> None:
    """What happened just now, in order."""
    tx.executemany(
        "INSERT INTO events (account_id, subclient, name, sms_id, kind, at, news, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (each.account_id, each.subclient, each.name, each.sms_id, each.kind, each.at, int(each.news), each.body)
            for each in rows
        ),
    )


def of_name(
    tx: Transaction,
    account_id: int,
    subclient: str,
    name: str,
    sms_id: int | None,
    *,
    limit: int,
    offset: int = 0,
) -> list[EventRow]:
    """The events of a name, newest first."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM events WHERE {_OF_NAME} ORDER BY id DESC LIMIT ? OFFSET ?",  # noqa: S608  # fixed words
        (account_id, subclient, sms_id, name, sms_id, name, limit, offset),
    )
    return [_row(each) for each in rows]


def count(tx: Transaction, account_id: int, subclient: str, name: str, sms_id: int | None) -> int:
    """How many events of a name there are."""
    (found,) = tx.execute(
        f"SELECT count(*) FROM events WHERE {_OF_NAME}",  # noqa: S608  # fixed words
        (account_id, subclient, sms_id, name, sms_id, name),
    ).fetchone()
    return int(found)


def news(tx: Transaction, account_id: int, subclient: str, name: str, sms_id: int | None, after: int) -> list[EventRow]:
    """What is to be told of a name, later than the event `after`, oldest first."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM events WHERE {_OF_NAME} AND news = 1 AND id > ? ORDER BY id",  # noqa: S608
        (account_id, subclient, sms_id, name, sms_id, name, after),
    )
    return [_row(each) for each in rows]


def untold(tx: Transaction, user_id: int) -> list[EventRow]:
    """What is to be told to a person of any name of theirs, and no message told yet, oldest first."""
    rows = tx.execute(
        "SELECT account_id, subclient, name, sms_id, kind, at, news, body, events.id FROM events"
        " JOIN accounts ON accounts.id = account_id WHERE user_id = ? AND news = 1"
        " AND events.id > COALESCE((SELECT MAX(last) FROM pushes WHERE pushes.account_id = events.account_id"
        " AND pushes.subclient = events.subclient AND pushes.name = events.name"
        " AND (events.sms_id IS NULL OR pushes.sms_id = events.sms_id)), 0) ORDER BY events.id",
        (user_id,),
    )
    return [_row(each) for each in rows]


def between(tx: Transaction, account_id: int, subclient: str, first: int, last: int) -> list[EventRow]:
    """What is to be told of all names of an account and subclient, from one event to another."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM events WHERE account_id = ? AND subclient = ? AND news = 1"  # noqa: S608
        " AND id BETWEEN ? AND ? ORDER BY id",
        (account_id, subclient, first, last),
    )
    return [_row(each) for each in rows]


def scope_of(tx: Transaction, event: int, user_id: int) -> tuple[int, str] | None:
    """The account of this person, and the subclient, that an event belongs to."""
    row = tx.execute(
        "SELECT account_id, subclient FROM events JOIN accounts ON accounts.id = account_id"
        " WHERE events.id = ? AND user_id = ?",
        (event, user_id),
    ).fetchone()
    return (int(row[0]), str(row[1])) if row else None


def last(tx: Transaction) -> int:
    """The id of the newest event."""
    (found,) = tx.execute("SELECT COALESCE(MAX(id), 0) FROM events").fetchone()
    return int(found)


def _row(row: Sequence[Any]) -> EventRow:
    account_id, subclient, name, sms_id, kind, at, news, body, number = row
    return EventRow(account_id, subclient, name, sms_id, kind, at, bool(news), body, number)
