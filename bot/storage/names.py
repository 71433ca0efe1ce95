"""Sender names as SMSC last listed them. `ref` is our own number of a name: it stays as long as the name is there.

What makes a name is SMSC's number of it, else its spelling: two rows of one spelling and two numbers are two names.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.storage.transaction import Transaction

TABLES: Final = frozenset({"names", "listings"})
"""What a list can be changed by."""
BEHIND: Final = 10_000_000
"""Places from here on are those of names that the list may have lost."""


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name of one account and subclient.

    `body` is what SMSC says of it and `since` when it said so first, both as JSON. `filters` is a number whose bits say
    which filters show the name; it is derived from all the rest and from the journal (`bot.senders.state`). `twin`:
    another name here is spelled exactly so. `place`: where in SMSC's order.
    """

    name: str
    sms_id: int | None
    activation: str
    filters: int
    since: str
    body: str
    ref: int = 0
    twin: bool = False
    place: int = 0


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a list lacks: so many rows could not be read; it broke off before its end."""

    left_out: int = 0
    cut: bool = False

    def __bool__(self) -> bool:
        """Whether it lacks anything: then a name that is not in it may be there all the same."""
        return self.left_out > 0 or self.cut


@dataclass(frozen=True, slots=True)
class Listing:
    """When the list of an account and subclient was fetched (epoch seconds), and what it lacked.

    `fetched` is 0 where something was changed at SMSC since, `listed` stays. `answers` tells which answers the names
    were made of; None where anything else has written them since.
    """

    fetched: float
    listed: float | None
    lacks: Gaps = Gaps()  # frozen
    answers: str | None = None


_COLUMNS: Final = (
    "name, sms_id, activation, filters, since, body, ref,"
    " EXISTS (SELECT 1 FROM names AS other WHERE other.account_id = names.account_id"
    " AND other.subclient = names.subclient AND other.name = names.name AND other.ref != names.ref), place"
)


def _row(row: Sequence[Any]) -> NameRow:
    found = NameRow(*row)
    return dataclasses.replace(found, twin=bool(found.twin))


def listing(tx: Transaction, account_id: int, subclient: str) -> Listing | None:
    """When the list was fetched, None: never."""
    row = tx.execute(
        "SELECT fetched, listed, left_out, cut, answers FROM listings WHERE account_id = ? AND subclient = ?",
        (account_id, subclient),
    ).fetchone()
    return Listing(float(row[0]), row[1], Gaps(int(row[2]), bool(row[3])), row[4]) if row else None


def gaps(tx: Transaction, account_id: int, subclient: str) -> Gaps:
    """What the list lacked when it was last fetched."""
    found = listing(tx, account_id, subclient)
    return found.lacks if found is not None else Gaps()


def fetched(tx: Transaction, account_id: int, subclient: str) -> float | None:
    """As `Listing.fetched`, None: never."""
    found = listing(tx, account_id, subclient)
    return found.fetched if found is not None else None


def everything(tx: Transaction, account_id: int, subclient: str) -> list[NameRow]:
    """All names, in SMSC's order; `twin` is left out."""
    rows = tx.execute(
        "SELECT name, sms_id, activation, filters, since, body, ref, 0, place FROM names"
        " WHERE account_id = ? AND subclient = ? ORDER BY place",
        (account_id, subclient),
    )
    return [_row(row) for row in rows]


def replace(
    tx: Transaction,
    account_id: int,
    subclient: str,
    rows: Iterable[NameRow],
    gone: Iterable[int],
    now: float,
    lacks: Gaps,
    answers: str | None = None,
) -> None:
    """The list as SMSC has it now: the rows that are new or changed, and the refs of those that are gone.

    `answers`: as in `Listing`.
    """
    tx.executemany("DELETE FROM names WHERE ref = ?", ((ref,) for ref in gone))
    put(tx, account_id, subclient, rows)
    tx.execute(
        "INSERT OR REPLACE INTO listings (account_id, subclient, fetched, listed, left_out, cut, answers)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (account_id, subclient, now, now, lacks.left_out, int(lacks.cut), answers),
    )


def again(tx: Transaction, account_id: int, subclient: str, answers: str, asked: float, now: float) -> None:
    """The same answers came again to what was asked then; a list that was asked for later, by `now`, stays as it is.

    So does one whose names were written by anything else since.
    """
    tx.execute(
        "UPDATE listings SET fetched = ?1, listed = ?1 WHERE account_id = ?2 AND subclient = ?3 AND answers = ?4"
        " AND fetched NOT BETWEEN ?1 AND ?5",
        (asked, account_id, subclient, answers, now),
    )


def put(tx: Transaction, account_id: int, subclient: str, rows: Iterable[NameRow]) -> None:
    """Names that are new (`ref` 0) or changed."""
    fresh, changed = list[NameRow](), list[NameRow]()
    for each in rows:
        (changed if each.ref else fresh).append(each)
    tx.executemany(
        "UPDATE names SET name = ?, folded = ?, sms_id = ?, activation = ?, filters = ?, since = ?, body = ?, place = ?"
        " WHERE ref = ?",
        ((*_values(each), each.ref) for each in changed),
    )
    tx.executemany(
        "INSERT INTO names (name, folded, sms_id, activation, filters, since, body, place, account_id, subclient)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((*_values(each), account_id, subclient) for each in fresh),
    )
    if fresh or changed:
        _written(tx, account_id, subclient)


def _written(tx: Transaction, account_id: int, subclient: str) -> None:
    """Names were written: whatever answers they were made of, they may not be any more."""
    tx.execute(
        "UPDATE listings SET answers = NULL WHERE account_id = ? AND subclient = ? AND answers IS NOT NULL",
        (account_id, subclient),
    )


def _values(row: NameRow) -> tuple[object, ...]:
    folded = row.name.casefold()
    return row.name, folded, row.sms_id, row.activation, row.filters, row.since, row.body, row.place


def first_place(tx: Transaction, account_id: int, subclient: str) -> int:
    """A place before all others."""
    (first,) = tx.execute(
        "SELECT COALESCE(MIN(place), 0) FROM names WHERE account_id = ? AND subclient = ?",
        (account_id, subclient),
    ).fetchone()
    return int(first) - 1


def remove(tx: Transaction, account_id: int, subclient: str, name: str, sms_id: int | None) -> None:
    """A name that was just deleted, by SMSC's number of it where that is known."""
    tx.execute(
        "DELETE FROM names WHERE account_id = ? AND subclient = ?"
        " AND CASE WHEN ? IS NULL OR sms_id IS NULL THEN name = ? ELSE sms_id = ? END",
        (account_id, subclient, sms_id, name, sms_id),
    )
    _written(tx, account_id, subclient)


def outdate(tx: Transaction, account_id: int, subclient: str) -> None:
    """Something was changed at SMSC: the list is to be fetched anew before it is believed again."""
    tx.execute(
        "UPDATE listings SET fetched = 0, answers = NULL WHERE account_id = ? AND subclient = ?",
        (account_id, subclient),
    )


def page(
    tx: Transaction,
    account_id: int,
    subclient: str,
    *,
    filters: int,
    search: str,
    limit: int,
    offset: int,
) -> tuple[int, list[NameRow]]:
    """How many names fit, and the `limit` of them from `offset`.

    `filters` is 0 for all, else a filter's bit. `search` is any part of a name, upper and lower case alike; with a `^`
    before it, its beginning.
    """
    word = search.removeprefix("^").casefold()
    where = (
        "account_id = ? AND subclient = ? AND (? = 0 OR filters & ? != 0)"
        " AND (? = '' OR CASE WHEN ? THEN substr(folded, 1, length(?)) = ? ELSE instr(folded, ?) > 0 END)"
    )
    values = (account_id, subclient, filters, filters, word, search.startswith("^"), word, word, word)
    (count,) = tx.execute(f"SELECT count(*) FROM names WHERE {where}", values).fetchone()  # noqa: S608
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM names WHERE {where} ORDER BY place LIMIT ? OFFSET ?",  # noqa: S608
        (*values, limit, offset),
    )
    return int(count), [_row(row) for row in rows]


def counts(tx: Transaction, account_id: int, subclient: str) -> dict[int, int]:
    """How many names have each combination of filters."""
    rows = tx.execute(
        "SELECT filters, count(*) FROM names WHERE account_id = ? AND subclient = ? GROUP BY filters",
        (account_id, subclient),
    )
    return {int(filters): int(count) for filters, count in rows}


def initials(tx: Transaction, account_id: int, subclient: str) -> list[str]:
    """The first characters of all names, in lower case, in order."""
    rows = tx.execute(
        "SELECT DISTINCT substr(folded, 1, 1) FROM names WHERE account_id = ? AND subclient = ? ORDER BY 1",
        (account_id, subclient),
    )
    return [str(row[0]) for row in rows]


def by_ref(tx: Transaction, account_id: int, subclient: str, ref: int) -> NameRow | None:
    """The name with our number, if it is one of this account and subclient."""
    row = tx.execute(
        f"SELECT {_COLUMNS} FROM names WHERE ref = ? AND account_id = ? AND subclient = ?",  # noqa: S608
        (ref, account_id, subclient),
    ).fetchone()
    return _row(row) if row else None


def scope_of(tx: Transaction, user_id: int, ref: int) -> tuple[int, str] | None:
    """The account and subclient that a person may act for and that have the name with our number."""
    row = tx.execute(
        "SELECT account_id, subclient FROM names"
        " WHERE ref = ? AND account_id IN (SELECT account_id FROM account_people WHERE user_id = ?)",
        (ref, user_id),
    ).fetchone()
    return (int(row[0]), str(row[1])) if row else None


def by_name(tx: Transaction, account_id: int, subclient: str, name: str) -> list[NameRow]:
    """The names spelled exactly so; where there is none, those that differ in upper and lower case only."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM names WHERE account_id = ? AND subclient = ? AND folded = ?"  # noqa: S608
        " ORDER BY place",
        (account_id, subclient, name.casefold()),
    )
    found = [_row(row) for row in rows]
    return [each for each in found if each.name == name] or found


def by_number(tx: Transaction, account_id: int, subclient: str, sms_id: int) -> NameRow | None:
    """The name with SMSC's number."""
    row = tx.execute(
        f"SELECT {_COLUMNS} FROM names WHERE account_id = ? AND subclient = ? AND sms_id = ?",  # noqa: S608
        (account_id, subclient, sms_id),
    ).fetchone()
    return _row(row) if row else None


def likely(tx: Transaction, account_id: int, subclient: str, order: Sequence[int], most: int) -> list[NameRow]:
    """Names with the first of these filters, then with the next, then the rest; each the last used first."""
    ranks = ", ".join("filters & ? = 0" for _ in order)
    rows = tx.execute(
        "WITH used AS (SELECT name AS used_name, MAX(created) AS at FROM operations"  # noqa: S608  # fixed words
        f" WHERE account_id = ? AND subclient = ? GROUP BY name) SELECT {_COLUMNS} FROM names"
        " LEFT JOIN used ON used_name = name WHERE account_id = ? AND subclient = ?"
        f" ORDER BY {ranks}, used.at DESC NULLS LAST, place LIMIT ?",
        (account_id, subclient, account_id, subclient, *order, most),
    )
    return [_row(row) for row in rows]


def spelled(tx: Transaction, account_id: int, subclient: str) -> frozenset[str]:
    """All names, as they are spelled."""
    rows = tx.execute("SELECT name FROM names WHERE account_id = ? AND subclient = ?", (account_id, subclient))
    return frozenset(row[0] for row in rows)


def subclients(tx: Transaction, account_id: int) -> tuple[str, ...]:
    """The subclients whose names were ever listed, the last used first."""
    rows = tx.execute(
        "SELECT subclient FROM listings WHERE account_id = ? AND subclient != '' ORDER BY fetched DESC, subclient",
        (account_id,),
    )
    return tuple(row[0] for row in rows)


def scopes(tx: Transaction, user_id: int) -> list[tuple[int, str]]:
    """The accounts that a person may act for with each subclient whose names were ever listed."""
    rows = tx.execute(
        "SELECT account_id, subclient FROM listings"
        " WHERE account_id IN (SELECT account_id FROM account_people WHERE user_id = ?) ORDER BY account_id, subclient",
        (user_id,),
    )
    return [(int(row[0]), str(row[1])) for row in rows]


def forget(tx: Transaction, account_id: int) -> None:
    """All names of an account, and when they were listed."""
    tx.execute("DELETE FROM names WHERE account_id = ?", (account_id,))
    tx.execute("DELETE FROM listings WHERE account_id = ?", (account_id,))
