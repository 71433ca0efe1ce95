"""Sender names as SMSC last listed them. `ref` is our own number of a name: it stays as long as the name is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_BEHIND: Final = 10_000_000
"""Places from here on are those of names that the list may have lost."""


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name of one account and subclient; `body` is the rest of what SMSC says of it, as JSON."""

    name: str
    sms_id: int | None
    state: str
    body: str
    ref: int = 0


def fetched(db: sqlite3.Connection, account_id: int, subclient: str) -> float | None:
    """When the list was last fetched (epoch seconds), None: never."""
    row = db.execute(
        "SELECT fetched FROM listings WHERE account_id = ? AND subclient = ?", (account_id, subclient)
    ).fetchone()
    return float(row[0]) if row else None


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a list lacks: so many rows could not be read; it broke off before its end."""

    left_out: int = 0
    cut: bool = False

    def __bool__(self) -> bool:
        """Whether it lacks anything: then a name that is not in it may be there all the same."""
        return self.left_out > 0 or self.cut


def gaps(db: sqlite3.Connection, account_id: int, subclient: str) -> Gaps:
    """What the list lacked when it was last fetched."""
    row = db.execute(
        "SELECT left_out, cut FROM listings WHERE account_id = ? AND subclient = ?", (account_id, subclient)
    ).fetchone()
    return Gaps(int(row[0]), bool(row[1])) if row else Gaps()


def states(db: sqlite3.Connection, account_id: int, subclient: str) -> dict[str, str]:
    """The state of each name as it was last known."""
    rows = db.execute("SELECT name, state FROM names WHERE account_id = ? AND subclient = ?", (account_id, subclient))
    return {str(name): str(state) for name, state in rows}


def replace(
    db: sqlite3.Connection, account_id: int, subclient: str, listed: Sequence[NameRow], now: float, lacks: Gaps
) -> None:
    """The list as SMSC has it now: what is new comes in, what is gone goes, the rest keeps its `ref`.

    Where the list lacks something, what is not in it stays as it was known before, behind the rest.
    """
    db.execute("CREATE TEMP TABLE IF NOT EXISTS listed (name TEXT PRIMARY KEY) WITHOUT ROWID")
    db.execute("DELETE FROM listed")
    db.executemany("INSERT OR IGNORE INTO listed VALUES (?)", ((row.name,) for row in listed))
    absent = "account_id = ? AND subclient = ? AND name NOT IN (SELECT name FROM listed)"
    if lacks:
        db.execute(
            f"UPDATE names SET place = place + ? WHERE {absent} AND place < ?",  # noqa: S608  # fixed words
            (_BEHIND, account_id, subclient, _BEHIND),
        )
    else:
        db.execute(f"DELETE FROM names WHERE {absent}", (account_id, subclient))  # noqa: S608  # fixed words
    _upsert(db, account_id, subclient, enumerate(listed))
    db.execute(
        "INSERT OR REPLACE INTO listings (account_id, subclient, fetched, left_out, cut) VALUES (?, ?, ?, ?, ?)",
        (account_id, subclient, now, lacks.left_out, int(lacks.cut)),
    )


def put_first(db: sqlite3.Connection, account_id: int, subclient: str, row: NameRow) -> None:
    """A name that was just registered, before the list is fetched again."""
    (first,) = db.execute(
        "SELECT COALESCE(MIN(place), 0) FROM names WHERE account_id = ? AND subclient = ?",
        (account_id, subclient),
    ).fetchone()
    _upsert(db, account_id, subclient, [(first - 1, row)])


def remove(db: sqlite3.Connection, account_id: int, subclient: str, name: str) -> None:
    """A name that was just deleted."""
    db.execute("DELETE FROM names WHERE account_id = ? AND subclient = ? AND name = ?", (account_id, subclient, name))


def outdate(db: sqlite3.Connection, account_id: int, subclient: str) -> None:
    """Something was changed at SMSC: the list is to be fetched anew before it is believed again."""
    db.execute("UPDATE listings SET fetched = 0 WHERE account_id = ? AND subclient = ?", (account_id, subclient))


def page(
    db: sqlite3.Connection,
    account_id: int,
    subclient: str,
    *,
    state: str | None,
    search: str,
    limit: int,
    offset: int,
) -> tuple[int, list[NameRow]]:
    """How many names fit, and the `limit` of them from `offset`.

    `search` is any part of a name, upper and lower case alike.
    """
    where = "account_id = ? AND subclient = ? AND (? IS NULL OR state = ?) AND (? = '' OR instr(folded, ?) > 0)"
    given = (account_id, subclient, state, state, search.casefold(), search.casefold())
    (count,) = db.execute(f"SELECT count(*) FROM names WHERE {where}", given).fetchone()  # noqa: S608
    rows = db.execute(
        f"SELECT name, sms_id, state, body, ref FROM names WHERE {where} ORDER BY place LIMIT ? OFFSET ?",  # noqa: S608
        (*given, limit, offset),
    )
    return int(count), [NameRow(*row) for row in rows]


def counts(db: sqlite3.Connection, account_id: int, subclient: str) -> dict[str, int]:
    """How many names are in each state."""
    rows = db.execute(
        "SELECT state, count(*) FROM names WHERE account_id = ? AND subclient = ? GROUP BY state",
        (account_id, subclient),
    )
    return {str(state): int(count) for state, count in rows}


def by_ref(db: sqlite3.Connection, account_id: int, subclient: str, ref: int) -> NameRow | None:
    """The name with our number, if it is one of this account and subclient."""
    row = db.execute(
        "SELECT name, sms_id, state, body, ref FROM names WHERE ref = ? AND account_id = ? AND subclient = ?",
        (ref, account_id, subclient),
    ).fetchone()
    return NameRow(*row) if row else None


def by_name(db: sqlite3.Connection, account_id: int, subclient: str, name: str) -> NameRow | None:
    """The name spelled exactly so; where there is none, the one that differs in upper and lower case only."""
    row = db.execute(
        "SELECT name, sms_id, state, body, ref FROM names WHERE account_id = ? AND subclient = ?"
        " AND (name = ? OR folded = ?) ORDER BY name = ? DESC LIMIT 1",
        (account_id, subclient, name, name.casefold(), name),
    ).fetchone()
    return NameRow(*row) if row else None


def _upsert(db: sqlite3.Connection, account_id: int, subclient: str, placed: Iterable[tuple[int, NameRow]]) -> None:
    db.executemany(
        "INSERT INTO names (account_id, subclient, name, folded, sms_id, state, place, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id, subclient, name) DO UPDATE SET"
        " sms_id = excluded.sms_id, state = excluded.state, place = excluded.place, body = excluded.body"
        " WHERE sms_id IS NOT excluded.sms_id OR state != excluded.state OR place != excluded.place"
        " OR body != excluded.body",
        (
            (account_id, subclient, row.name, row.name.casefold(), row.sms_id, row.state, place, row.body)
            for place, row in placed
        ),
    )


def by_number(db: sqlite3.Connection, account_id: int, subclient: str, sms_id: int) -> NameRow | None:
    """The name with SMSC's number."""
    row = db.execute(
        "SELECT name, sms_id, state, body, ref FROM names WHERE account_id = ? AND subclient = ? AND sms_id = ?",
        (account_id, subclient, sms_id),
    ).fetchone()
    return NameRow(*row) if row else None


def likely(db: sqlite3.Connection, account_id: int, subclient: str, most: int) -> list[NameRow]:
    """Names that need somebody first, then those that wait, then the rest; each the last used first, then as listed."""
    rows = db.execute(
        "WITH used AS (SELECT name, MAX(created) AS at FROM operations WHERE account_id = ? AND subclient = ?"
        " GROUP BY name) SELECT name, sms_id, state, body, ref FROM names LEFT JOIN used USING (name)"
        " WHERE account_id = ? AND subclient = ?"
        " ORDER BY CASE state WHEN 'needs_you' THEN 0 WHEN 'waiting' THEN 1 ELSE 2 END, used.at DESC NULLS LAST, place"
        " LIMIT ?",
        (account_id, subclient, account_id, subclient, most),
    )
    return [NameRow(*row) for row in rows]


def folded(db: sqlite3.Connection, account_id: int, subclient: str) -> frozenset[str]:
    """All names in lower case."""
    rows = db.execute("SELECT folded FROM names WHERE account_id = ? AND subclient = ?", (account_id, subclient))
    return frozenset(row[0] for row in rows)


def subclients(db: sqlite3.Connection, account_id: int) -> tuple[str, ...]:
    """The subclients whose names were ever listed, the last used first."""
    rows = db.execute(
        "SELECT subclient FROM listings WHERE account_id = ? AND subclient != '' ORDER BY fetched DESC LIMIT 12",
        (account_id,),
    )
    return tuple(row[0] for row in rows)
