"""The journal: a row for every changing request, written before it is made and completed after.

planned    written down, nothing sent
sent       on its way: after a crash nobody knows whether it arrived
unknown    the answer was lost: SMSC is asked what became of it
done       SMSC accepted it
refused    SMSC answered with an error, nothing was changed
not_done   it certainly never took effect
unclear    SMSC does not tell what became of it; a person has to look
cancelled  called off before it was sent
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class OperationState(StrEnum):
    """Where a changing request stands."""

    PLANNED = "planned"
    SENT = "sent"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"
    NOT_DONE = "not_done"
    UNCLEAR = "unclear"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self not in {OperationState.PLANNED, OperationState.SENT, OperationState.UNKNOWN}


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One changing request. `sealed` holds what is sent; times in epoch seconds."""

    id: int
    key: str
    user_id: int
    account_id: int
    subclient: str
    command: str
    name: str
    sealed: bytes
    after: int | None
    state: OperationState
    not_before: float
    attempts: int
    answer: str | None
    created: float
    changed: float


_COLUMNS: Final = (
    "id, key, user_id, account_id, subclient, command, name, sealed, after, state, not_before, attempts, answer,"
    " created, changed"
)


def _row(row: sqlite3.Row) -> OperationRow:
    known = dict(row)
    return OperationRow(**{**known, "state": OperationState(known["state"])})


def plan(db: sqlite3.Connection, row: OperationRow) -> int:
    """Writes an intent, once a key: the id of the new row, or of the one that was there."""
    db.execute(
        "INSERT OR IGNORE INTO operations (key, user_id, account_id, subclient, command, name, sealed, after, state,"
        " not_before, attempts, created, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
        (
            row.key,
            row.user_id,
            row.account_id,
            row.subclient,
            row.command,
            row.name,
            row.sealed,
            row.after,
            row.state.value,
            row.not_before,
            row.created,
            row.changed,
        ),
    )
    (found,) = db.execute("SELECT id FROM operations WHERE key = ?", (row.key,)).fetchone()
    return int(found)


def load(db: sqlite3.Connection, operation_id: int) -> OperationRow | None:
    """The row, None where there is none."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM operations WHERE id = ?",  # noqa: S608  # fixed words
        (operation_id,),
    ).fetchone()
    return _row(row) if row else None


def unfinished(db: sqlite3.Connection) -> list[OperationRow]:
    """What a former run of the process left open, oldest first; what was on its way is unknown now."""
    db.execute("UPDATE operations SET state = 'unknown', not_before = 0 WHERE state = 'sent'")
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM operations WHERE state IN ('planned', 'unknown') ORDER BY id"  # noqa: S608
    )
    return [_row(row) for row in rows]


def move(
    db: sqlite3.Connection,
    operation_id: int,
    state: OperationState,
    now: float,
    *,
    not_before: float = 0.0,
    attempts: int = 0,
    answer: str | None = None,
) -> None:
    """The next state of a request, and when it is taken up again."""
    db.execute(
        "UPDATE operations SET state = ?, not_before = ?, attempts = ?, answer = COALESCE(?, answer), changed = ?"
        " WHERE id = ?",
        (state.value, not_before, attempts, answer, now, operation_id),
    )


def cancel(db: sqlite3.Connection, operation_id: int, user_id: int, now: float) -> bool:
    """Calls off a request of this person that was not sent yet; False where it is too late."""
    done = db.execute(
        "UPDATE operations SET state = 'cancelled', changed = ? WHERE id = ? AND user_id = ? AND state = 'planned'",
        (now, operation_id, user_id),
    )
    return done.rowcount == 1


def history(
    db: sqlite3.Connection, user_id: int, account_id: int, subclient: str, name: str | None, limit: int, offset: int
) -> list[OperationRow]:
    """What a person did for an account and subclient, newest first; of one sender name, where it is given."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM operations WHERE user_id = ? AND account_id = ? AND subclient = ?"  # noqa: S608
        " AND (? IS NULL OR name = ?) ORDER BY id DESC LIMIT ? OFFSET ?",
        (user_id, account_id, subclient, name, name, limit, offset),
    )
    return [_row(row) for row in rows]


def following(db: sqlite3.Connection, operation_id: int) -> int | None:
    """The request that is to be sent when this one is done, None where there is none."""
    row = db.execute("SELECT id FROM operations WHERE after = ? AND state = 'planned'", (operation_id,)).fetchone()
    return int(row[0]) if row else None


@dataclass(frozen=True, slots=True)
class Chain:
    """Requests that are sent one after another: how many are done, how many they are, and the last one's id."""

    done: int
    count: int
    last: int


def chain(db: sqlite3.Connection, operation_id: int) -> Chain:
    """The requests that were planned together with this one."""
    done, count, last = db.execute(
        "WITH RECURSIVE before (id, after) AS (SELECT id, after FROM operations WHERE id = ? UNION"
        " SELECT operations.id, operations.after FROM operations JOIN before ON operations.id = before.after),"
        " later (id) AS (SELECT ? UNION SELECT operations.id FROM operations JOIN later ON operations.after = later.id)"
        " SELECT COALESCE(SUM(state = 'done'), 0), COUNT(*), MAX(id) FROM operations"
        " WHERE id IN (SELECT id FROM before UNION SELECT id FROM later)",
        (operation_id, operation_id),
    ).fetchone()
    return Chain(done, count, last)


def cancel_following(db: sqlite3.Connection, operation_id: int, now: float) -> None:
    """Calls off whatever was to be sent after this one."""
    db.execute(
        "WITH RECURSIVE later (id) AS (SELECT ? UNION SELECT operations.id FROM operations JOIN later"
        " ON operations.after = later.id) UPDATE operations SET state = 'cancelled', changed = ?"
        " WHERE id IN (SELECT id FROM later) AND id != ? AND state = 'planned'",
        (operation_id, now, operation_id),
    )
