"""What happened to sender names, as facts: rows that are added, and never changed.

asked      a changing request was written down (the journal writes it by itself)
answered   how it ended, or that its answer was lost (the same)
consent    a person agreed to a fee before the request that causes it was written down
lock       a person locked the name against deletion, or unlocked it
else       what a list of SMSC showed: see `bot.watch.changes`
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.storage.transaction import Transaction

ASKED: Final = "asked"
ANSWERED: Final = "answered"
CONSENT: Final = "consent"
LOCK: Final = "lock"


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
KEPT_SECONDS: Final = 3 * 365 * 86_400.0
"""What happened so long ago is forgotten."""
_FORGOTTEN_AT_ONCE: Final = 1_000
_RECENT_EVENTS: Final = 200_000
"""Of so many of the newest events those are looked for that tell how long anything takes."""


def _of_name(account_id: int, subclient: str, name: str, sms_id: int | None) -> tuple[str, tuple[object, ...]]:
    """Which events are a name's, with what goes into the statement; each part of it has an index.

    With SMSC's number of a name, what is known of it under another spelling belongs to it, and of its twins nothing.
    """
    if sms_id is None:
        return "account_id = ? AND subclient = ? AND name = ?", (account_id, subclient, name)
    either = (
        "id IN (SELECT id FROM events WHERE account_id = ? AND subclient = ? AND sms_id = ? UNION ALL"
        " SELECT id FROM events WHERE account_id = ? AND subclient = ? AND name = ? AND sms_id IS NULL)"
    )
    return either, (account_id, subclient, sms_id, account_id, subclient, name)


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


def forget_old(tx: Transaction, now: float) -> int:
    """Forgets what happened too long ago, the oldest first and not very much at once; gives how many events.

    Only the oldest rows are looked at: their numbers grow with time.
    """
    found = tx.execute(
        "DELETE FROM events WHERE at < ? AND id IN (SELECT id FROM events ORDER BY id LIMIT ?)",
        (now - KEPT_SECONDS, _FORGOTTEN_AT_ONCE),
    )
    return int(found.rowcount)


def first(tx: Transaction) -> int:
    """The id of the oldest event; 0: there is none. It is 1 as long as nothing was forgotten."""
    (found,) = tx.execute("SELECT COALESCE(MIN(id), 0) FROM events").fetchone()
    return int(found)


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
    where, given = _of_name(account_id, subclient, name, sms_id)
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM events WHERE {where} ORDER BY id DESC LIMIT ? OFFSET ?",  # noqa: S608  # fixed words
        (*given, limit, offset),
    )
    return [_row(each) for each in rows]


def newest(tx: Transaction, account_id: int, subclient: str, *, limit: int) -> list[EventRow]:
    """The events of all names of an account and subclient, newest first."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM events WHERE account_id = ? AND subclient = ? ORDER BY id DESC LIMIT ?",  # noqa: S608
        (account_id, subclient, limit),
    )
    return [_row(each) for each in rows]


def count_all(tx: Transaction, account_id: int, subclient: str) -> int:
    """How many events of all names of an account and subclient there are."""
    (found,) = tx.execute(
        "SELECT count(*) FROM events WHERE account_id = ? AND subclient = ?", (account_id, subclient)
    ).fetchone()
    return int(found)


def decided(tx: Transaction, service: str, most: int) -> list[tuple[int, str, str, int | None]]:
    """The names at a service of which an operator or SMSC decided anything last: account, subclient, name, number.

    What several people connected is one name.
    """
    rows = tx.execute(
        "SELECT account_id, subclient, name, sms_id FROM events JOIN accounts ON accounts.id = account_id"
        " WHERE service = ? AND news = 1 AND kind IN ('activation', 'operator')"
        " AND events.id > (SELECT COALESCE(MAX(id), 0) FROM events) - ? ORDER BY events.id DESC LIMIT ?",
        (service, _RECENT_EVENTS, 4 * most),
    )
    found: dict[object, tuple[int, str, str, int | None]] = {}
    for account_id, subclient, name, sms_id in rows:
        key = sms_id if sms_id is not None else (account_id, subclient, name)
        found.setdefault(key, (account_id, subclient, name, sms_id))
    return list(found.values())[:most]


def count(tx: Transaction, account_id: int, subclient: str, name: str, sms_id: int | None) -> int:
    """How many events of a name there are."""
    where, given = _of_name(account_id, subclient, name, sms_id)
    (found,) = tx.execute(f"SELECT count(*) FROM events WHERE {where}", given).fetchone()  # noqa: S608  # fixed words
    return int(found)


def news(tx: Transaction, account_id: int, subclient: str, name: str, sms_id: int | None, after: int) -> list[EventRow]:
    """What is to be told of a name, later than the event `after`, oldest first."""
    where, given = _of_name(account_id, subclient, name, sms_id)
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM events WHERE {where} AND news = 1 AND id > ? ORDER BY id",  # noqa: S608
        (*given, after),
    )
    return [_row(each) for each in rows]


def untold(tx: Transaction, user_id: int, after: int) -> list[EventRow]:
    """What is to be told to a person of any name of theirs, and no message told yet, oldest first.

    Only what happened later than the event `after`, and than they came in.
    """
    rows = tx.execute(
        "SELECT events.account_id, subclient, name, sms_id, kind, at, news, body, events.id FROM account_people"
        " JOIN events ON events.account_id = account_people.account_id WHERE account_people.user_id = ?"
        " AND news = 1 AND events.id > MAX(?, after_event)"
        " AND events.id > COALESCE((SELECT MAX(last) FROM pushes WHERE pushes.user_id = account_people.user_id"
        " AND pushes.account_id = events.account_id"
        " AND pushes.subclient = events.subclient AND pushes.name = events.name"
        " AND (events.sms_id IS NULL OR pushes.sms_id = events.sms_id)), 0) ORDER BY events.id",
        (user_id, after),
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
    """The account and subclient that an event belongs to, where this person may act for it."""
    row = tx.execute(
        "SELECT account_id, subclient FROM events"
        " WHERE events.id = ? AND account_id IN (SELECT account_id FROM account_people WHERE user_id = ?)",
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


def forget_person(tx: Transaction, user_id: int) -> None:
    """A person is nobody any more in what they agreed to, locked and unlocked for accounts of others."""
    tx.execute(
        "UPDATE events SET body = json_set(body, '$.who', 0) WHERE kind IN (?, ?) AND json_extract(body, '$.who') = ?",
        (CONSENT, LOCK, user_id),
    )
