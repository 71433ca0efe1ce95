"""Many requests that were asked for at once: what was asked, and a row for each.

    offered ──▶ going ◀──▶ stopped ──▶ awaits an owner's word ──▶ going; or stopped again
       └──▶ awaits an owner's word ──▶ going; or offered again

A row has the key under which its request is planned, so that it is planned once whoever plans it again; how it stands
is what the journal says under that key, and is kept nowhere else. The same holds for what takes its place afterwards,
where it did not go through and was mended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.storage.transaction import Transaction

_KEPT_MOST: Final = 20
"""Of each person so many are kept that nothing is sent of; the oldest go."""


class BatchState(StrEnum):
    """Whether it was only shown, awaits an owner's word, is being sent, or was stopped, as one is that is through."""

    OFFERED = "offered"
    AWAITS = "awaits"
    GOING = "going"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """What was asked for, sealed for `batch:<user_id>:<id>`; `approved`: an owner of the account said yes to it."""

    id: int
    user_id: int
    account_id: int
    state: BatchState
    sealed: bytes
    approved: bool = False


@dataclass(frozen=True, slots=True)
class NewRowRecord:
    """A row under its `key`; where there is a `why` it is not sent. It is sealed for `batch_row:<id>:<number>`.

    `account_id`: the account that it is for; None: the one of all.
    """

    number: int
    line: int
    subclient: str
    key: str | None
    name: str
    why: str | None
    sealed: bytes | None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class RowRecord:
    """A row with what the journal says of its request, None where it was not planned yet; `asked`: when it was.

    `mended`: what the journal says of what took its place.
    """

    number: int
    line: int
    subclient: str
    key: str | None
    name: str
    why: str | None
    sealed: bytes | None
    operation: int | None
    state: str | None
    answer: str | None
    account_id: int | None = None
    asked: float | None = None
    mended: str | None = None


def offer(tx: Transaction, batch: BatchRecord, now: float) -> None:
    """Keeps what was asked for; or what is asked for now, of one that was not begun."""
    tx.execute(
        "INSERT INTO batches (id, user_id, account_id, state, sealed, created) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed"
        " WHERE user_id = excluded.user_id AND state = 'offered'",
        (batch.id, batch.user_id, batch.account_id, batch.state.value, batch.sealed, now),
    )
    tx.execute(
        "DELETE FROM batches WHERE id IN (SELECT id FROM batches WHERE user_id = ? AND state NOT IN ('awaits', 'going')"
        " ORDER BY created DESC, id DESC LIMIT -1 OFFSET ?)",
        (batch.user_id, _KEPT_MOST),
    )


def begin(
    tx: Transaction, batch_id: int, user_id: int, rows: Sequence[NewRowRecord], state: BatchState = BatchState.GOING
) -> bool:
    """It is sent from now on, or awaits an owner's word; False where that was said before, or there is no such."""
    begun = tx.execute(
        "UPDATE batches SET state = ? WHERE id = ? AND user_id = ? AND state = 'offered'",
        (state.value, batch_id, user_id),
    )
    if begun.rowcount != 1:
        return False
    tx.execute("DELETE FROM batch_rows WHERE batch_id = ?", (batch_id,))  # those that an owner refused
    tx.executemany(
        "INSERT INTO batch_rows (batch_id, number, line, subclient, key, name, why, sealed, account_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                batch_id,
                each.number,
                each.line,
                each.subclient,
                each.key,
                each.name,
                each.why,
                each.sealed,
                each.account_id,
            )
            for each in rows
        ],
    )
    return True


def move(tx: Transaction, batch_id: int, user_id: int, state: BatchState) -> bool:
    """Stops it, or goes on with it; False where it is so already, or was never begun."""
    moved = tx.execute(
        "UPDATE batches SET state = ? WHERE id = ? AND user_id = ? AND state NOT IN ('offered', 'awaits', ?)",
        (state.value, batch_id, user_id, state.value),
    )
    return moved.rowcount == 1


def approve(tx: Transaction, batch_id: int) -> bool:
    """An owner said yes: it is sent from now on; False where it does not await that."""
    approved = tx.execute(
        "UPDATE batches SET state = 'going', approved = 1 WHERE id = ? AND state = 'awaits'", (batch_id,)
    )
    return approved.rowcount == 1


def await_word(tx: Transaction, batch_id: int, user_id: int) -> bool:
    """What is left of one that was stopped awaits an owner's word; False where it was not stopped."""
    waits = tx.execute(
        "UPDATE batches SET state = 'awaits' WHERE id = ? AND user_id = ? AND state = 'stopped'", (batch_id, user_id)
    )
    return waits.rowcount == 1


def offer_again(tx: Transaction, batch_id: int) -> bool:
    """It awaits no word any more; False where it did not await one.

    It is a plan again of which nothing is sent; where a part of it was sent, it is stopped.
    """
    begun = tx.execute(f"{_ROWS} WHERE batch_id = ? AND operations.id IS NOT NULL LIMIT 1", (batch_id,)).fetchone()
    again = tx.execute(
        "UPDATE batches SET state = ? WHERE id = ? AND state = 'awaits'",
        ("stopped" if begun else "offered", batch_id),
    )
    return again.rowcount == 1


def stop_of(tx: Transaction, account_id: int, user_id: int) -> None:
    """Stops whatever a person has going for an account; what awaits an owner's word does so no more."""
    found = tx.execute(
        "SELECT id FROM batches WHERE account_id = ? AND user_id = ? AND state = 'awaits'", (account_id, user_id)
    )
    for (batch_id,) in found.fetchall():
        offer_again(tx, batch_id)
    tx.execute(
        "UPDATE batches SET state = 'stopped' WHERE account_id = ? AND user_id = ? AND state = 'going'",
        (account_id, user_id),
    )


def load(tx: Transaction, batch_id: int) -> BatchRecord | None:
    """What was asked for, None where it is gone."""
    row = tx.execute(
        "SELECT id, user_id, account_id, state, sealed, approved FROM batches WHERE id = ?", (batch_id,)
    ).fetchone()
    return BatchRecord(row[0], row[1], row[2], BatchState(row[3]), row[4], bool(row[5])) if row else None


def going(tx: Transaction) -> list[int]:
    """Those that are being sent, oldest first."""
    rows = tx.execute("SELECT id FROM batches WHERE state = 'going' ORDER BY created, id")
    return [int(row[0]) for row in rows]


def left_of(tx: Transaction, user_id: int) -> int:
    """How many rows of a person's plans are still to be asked for."""
    (found,) = tx.execute(
        "SELECT count(*) FROM batches JOIN batch_rows ON batch_rows.batch_id = batches.id"
        " LEFT JOIN operations ON operations.key = batch_rows.key || ':0'"
        " WHERE batches.user_id = ? AND batches.state IN ('awaits', 'going') AND why IS NULL AND operations.id IS NULL",
        (user_id,),
    ).fetchone()
    return int(found)


_ROWS: Final = (
    "SELECT batch_rows.number, line, batch_rows.subclient, batch_rows.key, batch_rows.name, why, batch_rows.sealed,"
    " operations.id, operations.state, operations.answer, batch_rows.account_id, operations.created,"
    " later.state FROM batch_rows"
    " LEFT JOIN operations ON operations.key = batch_rows.key || ':0'"
    " LEFT JOIN operations AS later ON later.key = batch_rows.mended_by || ':0'"
)


def rows(tx: Transaction, batch_id: int) -> list[RowRecord]:
    """All rows as they stand, in their order."""
    found = tx.execute(f"{_ROWS} WHERE batch_id = ? ORDER BY batch_rows.number", (batch_id,))
    return [RowRecord(*row) for row in found]


def next_row(tx: Transaction, batch_id: int) -> RowRecord | None:
    """The first row that is not over; None where there is none, or it was stopped."""
    found = tx.execute(
        f"{_ROWS} JOIN batches ON batches.id = batch_id WHERE batch_id = ? AND batches.state = 'going' AND why IS NULL"
        " AND (operations.state IS NULL OR operations.state IN ('planned', 'sent', 'unknown'))"
        " ORDER BY batch_rows.number LIMIT 1",
        (batch_id,),
    ).fetchone()
    return RowRecord(*found) if found else None


def mend(tx: Transaction, user_id: int, batch_id: int, number: int, key: str) -> None:
    """What is planned under this key takes a row's place; of one that took another's, that one's, too."""
    tx.execute(
        "UPDATE batch_rows SET mended_by = ?1 WHERE (batch_id = ?2 AND number = ?3 OR mended_by ="
        " (SELECT key FROM batch_rows WHERE batch_id = ?2 AND number = ?3))"
        " AND batch_id IN (SELECT id FROM batches WHERE user_id = ?4)",
        (key, batch_id, number, user_id),
    )


def give_up(tx: Transaction, batch_id: int, number: int, why: str) -> None:
    """A row is not sent after all."""
    tx.execute("UPDATE batch_rows SET why = ? WHERE batch_id = ? AND number = ?", (why, batch_id, number))


def give_up_rest(tx: Transaction, batch_id: int, why: str) -> None:
    """Whatever was not planned yet is not sent any more."""
    tx.execute(
        "UPDATE batch_rows SET why = ? WHERE batch_id = ? AND why IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM operations WHERE operations.key = batch_rows.key || ':0')",
        (why, batch_id),
    )


def begun(tx: Transaction, user_id: int) -> list[BatchRecord]:
    """What a person had sent, newest first, through or not."""
    rows = tx.execute(
        "SELECT id, user_id, account_id, state, sealed FROM batches WHERE user_id = ? AND state != 'offered'"
        " ORDER BY created DESC, id DESC",
        (user_id,),
    )
    return [BatchRecord(row[0], row[1], row[2], BatchState(row[3]), row[4]) for row in rows]


def of_key(tx: Transaction, key: str) -> int | None:
    """Which one a request belongs to, by the key that it is planned under; None where it was asked for by itself."""
    found = tx.execute("SELECT batch_id FROM batch_rows WHERE key = ?", (key.rpartition(":")[0],)).fetchone()
    return int(found[0]) if found else None


def forget_all(tx: Transaction, user_id: int) -> None:
    """Everything that a person ever asked for."""
    tx.execute("DELETE FROM batches WHERE user_id = ?", (user_id,))
