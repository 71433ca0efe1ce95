"""What the board shows, read as little as it takes: names that stand out, and what was seen of them before.

A board is an account and subclient of a person. Its number stays, so that a button can say which one is meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class BoardRow:
    """An account and subclient, and the person's looks at it.

    seen, seen_at          the newest event that the last look showed, and when that was; 0: never
    before, before_at      the same of the look before: what is new since then is shown
    """

    id: int
    account_id: int
    subclient: str
    before: int = 0
    before_at: float = 0.0
    seen: int = 0
    seen_at: float = 0.0


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A name that stands out; `rejected`: a document of it was. `since`: when a list said first that it stands so."""

    board: int
    ref: int
    name: str
    sms_id: int | None
    activation: str
    rejected: bool
    since: float | None


@dataclass(frozen=True, slots=True)
class GoneRow:
    """A name that vanished from its list, and when (epoch seconds)."""

    board: int
    name: str
    sms_id: int | None
    at: float


_COLUMNS: Final = "id, account_id, subclient, before, before_at, seen, seen_at"
_MINE: Final = "boards.user_id = ? AND (? = 0 OR boards.id = ?)"
_NAMES: Final = "names.account_id = boards.account_id AND names.subclient = boards.subclient"
_EVENTS: Final = "events.account_id = boards.account_id AND events.subclient = boards.subclient AND events.news = 1"
NEEDS_YOU: Final = 4
"""The bit of the filter that shows names of which a document was rejected (`bot.senders.state.Filter`)."""
_SINCE: Final = "CASE WHEN json_valid(since) THEN json_extract(since, '$.activation') END"
_STANDING: Final = (
    f"boards.id, ref, names.name, names.sms_id, activation, filters & {NEEDS_YOU}, {_SINCE} FROM boards"
    f" JOIN names ON {_NAMES}"
)
_DIGITS: Final = "names.name NOT GLOB '*[^0-9]*' AND names.name != ''"


def boards(tx: Transaction, user_id: int) -> list[BoardRow]:
    """The accounts that a person may act for, and their subclients that were ever listed; a new one gets its number."""
    tx.execute(
        "INSERT OR IGNORE INTO boards (user_id, account_id, subclient) SELECT user_id, account_id, ''"
        " FROM account_people WHERE user_id = ?",
        (user_id,),
    )
    tx.execute(
        "INSERT OR IGNORE INTO boards (user_id, account_id, subclient) SELECT user_id, account_id, subclient"
        " FROM account_people JOIN listings USING (account_id) WHERE user_id = ?",
        (user_id,),
    )
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM boards WHERE {_MINE} ORDER BY account_id, subclient",  # noqa: S608  # fixed words
        (user_id, 0, 0),
    )
    return [BoardRow(*row) for row in rows]


def looked(tx: Transaction, row: BoardRow) -> None:
    """What a look showed; of an account that is gone nothing is kept."""
    tx.execute(
        "UPDATE boards SET before = ?, before_at = ?, seen = ?, seen_at = ? WHERE id = ?",
        (row.before, row.before_at, row.seen, row.seen_at, row.id),
    )


def counts(tx: Transaction, user_id: int, board: int = 0) -> dict[int, tuple[int, int]]:
    """How many names each board has, and how many of them are not active; of one board, or (0) of all."""
    rows = tx.execute(
        "SELECT boards.id, count(*), sum(activation != 'active')"  # noqa: S608  # fixed words
        f" FROM boards JOIN names ON {_NAMES} WHERE {_MINE} GROUP BY boards.id",
        (user_id, board, board),
    )
    return {int(row[0]): (int(row[1]), int(row[2])) for row in rows}


def needing(tx: Transaction, user_id: int, board: int = 0) -> list[StandingRow]:
    """The names of which a document was rejected, and the numbers that are not active."""
    rows = tx.execute(
        f"SELECT {_STANDING} WHERE {_MINE}"  # fixed words
        f" AND (filters & {NEEDS_YOU} != 0 OR activation != 'active' AND {_DIGITS})",
        (user_id, board, board),
    )
    return [_row(each) for each in rows]


def changed(tx: Transaction, user_id: int, over: float, board: int = 0) -> list[StandingRow]:
    """The names of which there are news since the look before; none where there was no such look.

    A look that was before `over` (epoch seconds) is over: then it is the look before.
    """
    return _with_events(
        tx,
        "events.id > CASE WHEN boards.seen_at > ? THEN boards.before ELSE boards.seen END"
        " AND CASE WHEN boards.seen_at > ? THEN boards.before_at ELSE boards.seen_at END > 0",
        user_id,
        board,
        over,
        over,
    )


def lost(tx: Transaction, user_id: int, board: int = 0) -> list[StandingRow]:
    """The names that were active once and are not any more."""
    rows = _with_events(tx, "events.kind = 'activation' AND instr(body, '\"before\":\"active\"') > 0", user_id, board)
    return [each for each in rows if each.activation == "listed"]


def _with_events(tx: Transaction, which: str, user_id: int, board: int, *given: object) -> list[StandingRow]:
    """The names with such news; by SMSC's number where the event has it, else by the spelling."""
    rows = tx.execute(
        "WITH told AS (SELECT DISTINCT boards.id AS board, events.name, events.sms_id FROM boards"  # noqa: S608
        f" JOIN events ON {_EVENTS} AND {which} WHERE {_MINE})"
        f" SELECT {_STANDING} JOIN told ON told.board = boards.id AND names.sms_id = told.sms_id"
        f" UNION ALL SELECT {_STANDING} JOIN told ON told.board = boards.id AND told.sms_id IS NULL"
        " AND names.name = told.name",
        (*given, user_id, board, board),
    )
    return [_row(each) for each in rows]


def waiting(tx: Transaction, board: int, without: Iterable[int], *, limit: int, offset: int) -> list[StandingRow]:
    """Names of a board that are not active, those that wait longest first, without some of them by their refs."""
    rows = tx.execute(
        f"SELECT {_STANDING} WHERE boards.id = ? AND activation != 'active'"  # noqa: S608  # fixed words
        f" AND ref NOT IN (SELECT value FROM json_each(?)) ORDER BY {_SINCE} NULLS LAST, sms_id NULLS LAST, ref"
        " LIMIT ? OFFSET ?",
        (board, json.dumps(sorted(without)), limit, offset),
    )
    return [_row(each) for each in rows]


def gone(tx: Transaction, user_id: int, since: float, board: int = 0) -> list[GoneRow]:
    """The names that vanished since a time, and are not there again."""
    rows = tx.execute(
        "SELECT boards.id, events.name, events.sms_id, events.at"  # noqa: S608  # fixed words
        f" FROM boards JOIN events ON {_EVENTS} AND events.kind = 'vanished' AND events.at > ?"
        f" WHERE {_MINE} AND NOT EXISTS (SELECT 1 FROM names WHERE {_NAMES} AND names.name = events.name)"
        f" AND NOT EXISTS (SELECT 1 FROM names WHERE {_NAMES} AND names.sms_id = events.sms_id) ORDER BY events.id",
        (since, user_id, board, board),
    )
    found = {(row[0], row[1], row[2]): GoneRow(*row) for row in rows}
    return list(found.values())


def confirmed(tx: Transaction, user_id: int, board: int = 0) -> frozenset[tuple[int, str]]:
    """The numbers of which SMSC took the code, and that were not deleted since: board and number."""
    rows: Sequence[tuple[int, str, str]] = tx.execute(
        "SELECT boards.id, name, what FROM boards"  # noqa: S608  # fixed words
        " JOIN operations ON operations.account_id = boards.account_id AND operations.subclient = boards.subclient"
        f" WHERE {_MINE} AND what IN ('check_code', 'delete') AND state = 'done' ORDER BY changed, operations.id",
        (user_id, board, board),
    ).fetchall()
    last = {(place, name): what for place, name, what in rows}
    return frozenset(each for each, what in last.items() if what == "check_code")


def _row(row: Sequence[Any]) -> StandingRow:
    board, ref, name, sms_id, activation, rejected, since = row
    at = float(since) if isinstance(since, int | float) else None
    return StandingRow(board, ref, name, sms_id, activation, bool(rejected), at)
