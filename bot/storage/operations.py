"""The journal: a row for every changing request, written before it is made and completed after.

awaits     prepared by somebody who may not have it sent by themselves: an owner of the account is asked
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

from bot.storage.transaction import Transaction


class OperationState(StrEnum):
    """Where a changing request stands."""

    AWAITS = "awaits"
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
        return self not in _OPEN


_OPEN: Final = frozenset({OperationState.AWAITS, OperationState.PLANNED, OperationState.SENT, OperationState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One changing request. `sealed` holds what is sent; times in epoch seconds.

    Open are `what` it asks for (`bot.senders.state.What`), SMSC's number of the name, where it is known, and of the
    document that it brings the file, its description and, once it was sent, its SHA-256: they are a part of the name's
    state. `company`: the one that its data and documents were taken from.
    """

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
    what: str = ""
    sms_id: int | None = None
    file: str | None = None
    description: str | None = None
    sha256: str | None = None
    company: int | None = None

    @property
    def waits_for_date(self) -> bool:
        """Whether `not_before` is a date that a person chose; else it is a wait that began at `changed`."""
        return self.state is OperationState.PLANNED and self.answer is None


@dataclass(frozen=True, slots=True)
class DeedRow:
    """What a request that was or is being made asks for of a name: see `OperationRow`."""

    name: str
    sms_id: int | None
    what: str
    state: OperationState
    changed: float
    file: str | None
    description: str | None
    sha256: str | None = None


_COLUMNS: Final = (
    "id, key, user_id, account_id, subclient, command, name, sealed, after, state, not_before, attempts, answer,"
    " created, changed, what, sms_id, file, description, sha256, company"
)


def _row(row: sqlite3.Row) -> OperationRow:
    known = dict(row)
    try:
        known["state"] = OperationState(known["state"])
    except ValueError:  # nobody knows any more where it stood
        known |= {"state": OperationState.UNCLEAR, "answer": '{"why":"unreadable"}'}
    return OperationRow(**known)


def plan(tx: Transaction, row: OperationRow) -> int:
    """Writes an intent, once a key: the id of the new row, or of the one that was there."""
    tx.execute(
        "INSERT OR IGNORE INTO operations (key, user_id, account_id, subclient, command, name, sealed, after, state,"
        " not_before, attempts, created, changed, what, sms_id, file, description, company)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)",
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
            row.what,
            row.sms_id,
            row.file,
            row.description,
            row.company,
        ),
    )
    (found,) = tx.execute("SELECT id FROM operations WHERE key = ?", (row.key,)).fetchone()
    return int(found)


def open_of(tx: Transaction, user_id: int) -> int:
    """How many requests of a person are not over; found among what is open, and not among all that they ever asked."""
    (found,) = tx.execute(
        "SELECT count(*) FROM operations WHERE +user_id = ? AND state IN ('awaits', 'planned', 'sent', 'unknown')",
        (user_id,),
    ).fetchone()
    return int(found)


def of_key(tx: Transaction, user_id: int, key: str) -> int | None:
    """The id of what a person planned under this key, None where there is no such."""
    found = tx.execute("SELECT id FROM operations WHERE key = ? AND user_id = ?", (key, user_id)).fetchone()
    return int(found[0]) if found else None


def load(tx: Transaction, operation_id: int) -> OperationRow | None:
    """The row, None where there is none."""
    row = tx.execute(
        f"SELECT {_COLUMNS} FROM operations WHERE id = ?",  # noqa: S608  # fixed words
        (operation_id,),
    ).fetchone()
    return _row(row) if row else None


def planned_for(tx: Transaction, account_id: int) -> list[OperationRow]:
    """What is still to be sent for an account."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM operations WHERE account_id = ? AND state = 'planned' ORDER BY id",  # noqa: S608
        (account_id,),
    )
    return [_row(row) for row in rows]


_CHAIN: Final = (
    "WITH RECURSIVE before (id, after) AS (SELECT id, after FROM operations WHERE id = ? UNION"
    " SELECT operations.id, operations.after FROM operations JOIN before ON operations.id = before.after),"
    " later (id) AS (SELECT ? UNION SELECT operations.id FROM operations JOIN later ON operations.after = later.id),"
    " chain (id) AS (SELECT id FROM before UNION SELECT id FROM later) "
)
"""The ids of the requests that are sent one after another with one of them; its id goes in twice."""


def unfinished(tx: Transaction, now: float) -> list[OperationRow]:
    """What a former run of the process left open, oldest first; what was on its way is unknown now.

    What was to follow a request that came to another end than `done` is called off: it is never sent.
    """
    tx.execute("UPDATE operations SET state = 'unknown', not_before = 0 WHERE state = 'sent'")
    tx.execute(
        "WITH RECURSIVE stuck (id) AS (SELECT id FROM operations WHERE state = 'planned' AND after IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM operations AS before WHERE before.id = operations.after"
        " AND before.state IN ('planned', 'unknown', 'done'))"
        " UNION SELECT operations.id FROM operations JOIN stuck ON operations.after = stuck.id)"
        " UPDATE operations SET state = 'cancelled', changed = ? WHERE id IN (SELECT id FROM stuck)"
        " AND state = 'planned'",
        (now,),
    )
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM operations WHERE state IN ('planned', 'unknown') ORDER BY id"  # noqa: S608
    )
    return [_row(row) for row in rows]


def move(
    tx: Transaction,
    operation_id: int,
    state: OperationState,
    now: float,
    *,
    not_before: float = 0.0,
    attempts: int = 0,
    answer: str | None = None,
) -> bool:
    """The next state of a request, and when it is taken up again; False where it is over, and stays as it is."""
    moved = tx.execute(
        "UPDATE operations SET state = ?, not_before = ?, attempts = ?, answer = COALESCE(?, answer), changed = ?"
        " WHERE id = ? AND state IN ('planned', 'sent', 'unknown')",
        (state.value, not_before, attempts, answer, now, operation_id),
    )
    return moved.rowcount == 1


def numbered(tx: Transaction, operation_id: int, sms_id: int) -> None:
    """The number that SMSC gave to the name, where it was not known before."""
    tx.execute("UPDATE operations SET sms_id = COALESCE(sms_id, ?) WHERE id = ?", (sms_id, operation_id))


def deeds(tx: Transaction, account_id: int, subclient: str, name: str | None = None) -> list[DeedRow]:
    """What was or may have been done, or is on its way, for an account and subclient (for one name), oldest first."""
    rows = tx.execute(
        "SELECT name, sms_id, what, state, changed, file, description, sha256 FROM operations"
        " WHERE account_id = ? AND subclient = ? AND (? IS NULL OR name = ?)"
        " AND state IN ('planned', 'sent', 'unknown', 'done', 'unclear') ORDER BY changed, id",
        (account_id, subclient, name, name),
    )
    return [DeedRow(row[0], row[1], row[2] or "", OperationState(row[3]), *row[4:]) for row in rows]


def begin(tx: Transaction, operation_id: int, now: float, sha256: str | None = None) -> bool:
    """The request is on its way from here on, with a document of this SHA-256; False where it was called off before."""
    begun = tx.execute(
        "UPDATE operations SET state = 'sent', not_before = 0, attempts = 0, changed = ?, sha256 = ?"
        " WHERE id = ? AND state = 'planned'",
        (now, sha256, operation_id),
    )
    return begun.rowcount == 1


def cancel(tx: Transaction, operation_id: int, user_id: int, now: float) -> list[int]:
    """Calls off whatever was not sent yet of this person's requests that go together; their ids."""
    rows = tx.execute(
        f"{_CHAIN}UPDATE operations SET state = 'cancelled', changed = ?"  # noqa: S608  # fixed words
        " WHERE id IN (SELECT id FROM chain) AND user_id = ? AND state IN ('awaits', 'planned') RETURNING id",
        (operation_id, operation_id, now, user_id),
    )
    return [int(row[0]) for row in rows.fetchall()]


def history(
    tx: Transaction,
    account_id: int,
    subclient: str,
    name: str | None,
    sms_id: int | None,
    limit: int,
    offset: int,
) -> list[OperationRow]:
    """What was done for an account and subclient, newest first; of one sender name, where it is given.

    With SMSC's number of it, requests for another name of the same spelling are left out.
    """
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM operations WHERE account_id = ? AND subclient = ?"  # noqa: S608
        " AND (? IS NULL OR name = ?) AND (? IS NULL OR sms_id IS NULL OR sms_id = ?)"
        " ORDER BY id DESC LIMIT ? OFFSET ?",
        (account_id, subclient, name, name, sms_id, sms_id, limit, offset),
    )
    return [_row(row) for row in rows]


def following(tx: Transaction, operation_id: int) -> int | None:
    """The request that is to be sent when this one is done, None where there is none."""
    row = tx.execute("SELECT id FROM operations WHERE after = ? AND state = 'planned'", (operation_id,)).fetchone()
    return int(row[0]) if row else None


def chain(tx: Transaction, operation_id: int) -> list[OperationRow]:
    """The requests that were planned together with this one and are sent one after another, in that order."""
    rows = tx.execute(
        f"{_CHAIN}SELECT {_COLUMNS} FROM operations WHERE id IN (SELECT id FROM chain) ORDER BY id",  # noqa: S608
        (operation_id, operation_id),
    )
    return [_row(row) for row in rows]


def cancel_following(tx: Transaction, operation_id: int, now: float) -> list[int]:
    """Calls off whatever was to be sent after this one; their ids."""
    rows = tx.execute(
        "WITH RECURSIVE later (id) AS (SELECT ? UNION SELECT operations.id FROM operations JOIN later"
        " ON operations.after = later.id) UPDATE operations SET state = 'cancelled', changed = ?"
        " WHERE id IN (SELECT id FROM later) AND id != ? AND state = 'planned' RETURNING id",
        (operation_id, now, operation_id),
    )
    return [int(row[0]) for row in rows.fetchall()]


def newest(
    tx: Transaction, user_id: int, command: str, name: str, account_id: int, subclient: str
) -> OperationRow | None:
    """A person's newest request of a kind about a name: of this account and subclient, else of any other."""
    row = tx.execute(
        f"SELECT {_COLUMNS} FROM operations WHERE user_id = ? AND command = ? AND name = ?"  # noqa: S608
        " ORDER BY account_id = ? AND subclient = ? DESC, id DESC LIMIT 1",
        (user_id, command, name, account_id, subclient),
    ).fetchone()
    return _row(row) if row else None


def made_with(tx: Transaction, user_id: int, operation_id: int, company: int) -> None:
    """A company is made of an earlier request of its person: that one's name uses it."""
    tx.execute(
        "UPDATE operations SET company = ? WHERE id = ? AND user_id = ? AND company IS NULL",
        (company, operation_id, user_id),
    )


def all_made_with(tx: Transaction, user_id: int, batch_id: int, company: int) -> None:
    """A company is made of names that were planned together: those of letters use it."""
    tx.execute(
        "UPDATE operations SET company = ? WHERE user_id = ? AND company IS NULL AND command = 'add'"
        " AND name GLOB '*[^0-9]*' AND instr(name, '@') = 0"
        " AND key IN (SELECT key || ':0' FROM batch_rows WHERE batch_id = ?)",
        (company, user_id, batch_id),
    )


def without_document(tx: Transaction, user_id: int, most: int) -> list[OperationRow]:
    """A person's newest requests that were not sent since Telegram had their document no more, `most` at most."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM operations WHERE user_id = ? AND state = 'not_done'"  # noqa: S608
        " AND CASE WHEN json_valid(answer) THEN json_extract(answer, '$.why') = 'document_gone' END"
        " ORDER BY id DESC LIMIT ?",
        (user_id, most),
    )
    return [_row(row) for row in rows]


def approve(tx: Transaction, operation_id: int, now: float) -> int:
    """What was prepared is to be sent from now on, it and all that go together with it; how many requests."""
    approved = tx.execute(
        f"{_CHAIN}UPDATE operations SET state = 'planned', changed = ?"  # noqa: S608  # fixed words
        " WHERE id IN (SELECT id FROM chain) AND state = 'awaits' RETURNING id",
        (operation_id, operation_id, now),
    )
    return len(approved.fetchall())


def cancel_planned(tx: Transaction, account_id: int) -> None:
    """Calls off whatever was not sent yet for an account; what was stays in the journal."""
    tx.execute(
        "UPDATE operations SET state = 'cancelled' WHERE account_id = ? AND state IN ('awaits', 'planned')",
        (account_id,),
    )


def cancel_planned_of(tx: Transaction, account_id: int, user_id: int, now: float) -> int:
    """Calls off whatever was not sent yet for an account of what this person had asked for; how many requests."""
    called_off = tx.execute(
        "UPDATE operations SET state = 'cancelled', changed = ? WHERE account_id = ? AND user_id = ?"
        " AND state IN ('awaits', 'planned')",
        (now, account_id, user_id),
    )
    return called_off.rowcount


def forget_all(tx: Transaction, user_id: int) -> None:
    """Everything that a person ever asked for; what they did for an account of somebody else is nobody's there."""
    there = "WHERE user_id = ? AND account_id IN (SELECT id FROM accounts)"
    tx.execute(f"UPDATE operations SET state = 'cancelled' {there} AND state IN ('awaits', 'planned')", (user_id,))  # noqa: S608
    tx.execute(f"UPDATE operations SET user_id = 0 {there}", (user_id,))  # noqa: S608  # fixed words
    tx.execute("DELETE FROM operations WHERE user_id = ?", (user_id,))
