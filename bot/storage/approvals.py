"""What waits for an owner's word: a request that somebody prepared, or many, and how an owner decided.

    waiting ──▶ approved: it is sent from then on
            ├─▶ refused, with a word or without
            └─▶ withdrawn: by whoever prepared it, or because they may not any more

What is to be sent stands in the journal (`operations`, in the state `awaits`) or in the batch, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.storage.transaction import Transaction

WAITING: Final = "waiting"
APPROVED: Final = "approved"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A request (the first of those that go together) or a batch that waits, or waited.

    `user_id` prepared it; `decided_by` decided at `changed` (epoch seconds); `word` is sealed for `approval:<id>`.
    """

    id: int
    account_id: int
    user_id: int
    operation_id: int | None
    batch_id: int | None
    state: str
    decided_by: int | None
    word: bytes | None
    created: float
    changed: float


_COLUMNS: Final = "id, account_id, user_id, operation_id, batch_id, state, decided_by, word, created, changed"


def put(
    tx: Transaction,
    account_id: int,
    user_id: int,
    now: float,
    *,
    operation_id: int | None = None,
    batch_id: int | None = None,
) -> int:
    """Something waits from now on; its id."""
    row = tx.execute(
        "INSERT INTO approvals (account_id, user_id, operation_id, batch_id, state, created, changed)"
        " VALUES (?, ?, ?, ?, 'waiting', ?, ?)",
        (account_id, user_id, operation_id, batch_id, now, now),
    )
    return int(row.lastrowid or 0)


def load(tx: Transaction, approval_id: int) -> ApprovalRow | None:
    """What waits or waited under this number."""
    row = tx.execute(
        f"SELECT {_COLUMNS} FROM approvals WHERE id = ?",  # noqa: S608  # fixed words
        (approval_id,),
    ).fetchone()
    return ApprovalRow(*row) if row else None


def waiting(tx: Transaction, account_id: int) -> list[ApprovalRow]:
    """What waits for an account's owners, oldest first."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM approvals WHERE account_id = ? AND state = 'waiting' ORDER BY id",  # noqa: S608
        (account_id,),
    )
    return [ApprovalRow(*row) for row in rows]


def decide(tx: Transaction, approval_id: int, state: str, by: int, word: bytes | None, now: float) -> bool:
    """An owner's decision; False where there is one already, or it was withdrawn."""
    decided = tx.execute(
        "UPDATE approvals SET state = ?, decided_by = ?, word = ?, changed = ? WHERE id = ? AND state = 'waiting'",
        (state, by, word, now, approval_id),
    )
    return decided.rowcount == 1


def withdraw(tx: Transaction, now: float, *, operations: Iterable[int] = (), batch_id: int | None = None) -> None:
    """It waits no more: none of these requests does, or this batch does not."""
    tx.executemany(
        "UPDATE approvals SET state = 'withdrawn', changed = ? WHERE operation_id = ? AND state = 'waiting'",
        [(now, each) for each in operations],
    )
    tx.execute(
        "UPDATE approvals SET state = 'withdrawn', changed = ? WHERE batch_id = ? AND state = 'waiting'",
        (now, batch_id),
    )


def withdraw_of(tx: Transaction, account_id: int, user_id: int, now: float) -> None:
    """Nothing waits any more of what a person prepared for an account."""
    tx.execute(
        "UPDATE approvals SET state = 'withdrawn', changed = ? WHERE account_id = ? AND user_id = ?"
        " AND state = 'waiting'",
        (now, account_id, user_id),
    )


def forget_all(tx: Transaction, user_id: int) -> None:
    """What a person prepared; what they decided stays, without them."""
    tx.execute("DELETE FROM approvals WHERE user_id = ?", (user_id,))
    tx.execute("UPDATE approvals SET decided_by = 0, word = NULL WHERE decided_by = ?", (user_id,))
