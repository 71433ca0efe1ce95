"""Companies that a person keeps: data and documents, sealed; which names were registered with each; when to remind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.storage import outbox
from bot.storage.transaction import Transaction

TABLES: Final = frozenset({"companies"})
"""What `of` looks at."""
REMINDER: Final = "company_documents"
"""The kind of notice that tells of documents that end soon; each person has one at most, for the next that does."""


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company, sealed for `company:<user_id>:<id>`; `due` (epoch seconds): the next reminder about a document."""

    id: int
    user_id: int
    sealed: bytes
    due: float | None = None


@dataclass(frozen=True, slots=True)
class UseRow:
    """A name that was registered with a company, or changed to it last."""

    account_id: int
    subclient: str
    name: str
    sms_id: int | None


def of(tx: Transaction, user_id: int) -> list[CompanyRow]:
    """A person's companies, oldest first."""
    rows = tx.execute(
        "SELECT id, user_id, sealed, due FROM companies WHERE user_id = ? ORDER BY created, id", (user_id,)
    )
    return [CompanyRow(*row) for row in rows]


def save(tx: Transaction, company: CompanyRow, now: float) -> None:
    """Writes a company, new or not; whatever is the next reminder is to be told then."""
    tx.execute(
        "INSERT INTO companies (id, user_id, sealed, due, created) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, due = excluded.due WHERE user_id = excluded.user_id",
        (company.id, company.user_id, company.sealed, company.due, now),
    )
    remind(tx, company.user_id, now)


def delete(tx: Transaction, user_id: int, company_id: int, now: float) -> None:
    """Deletes a company; what was registered with it stays."""
    tx.execute("DELETE FROM companies WHERE id = ? AND user_id = ?", (company_id, user_id))
    remind(tx, user_id, now)


def remind(tx: Transaction, user_id: int, now: float) -> None:
    """Has the next reminder told when it is due, and no other one."""
    (due,) = tx.execute("SELECT min(due) FROM companies WHERE user_id = ?", (user_id,)).fetchone()
    put_off(tx, user_id, due, now)


def put_off(tx: Transaction, user_id: int, due: float | None, now: float) -> None:
    """Has the reminder told at a time (epoch seconds), whatever was to be before; None: there is none.

    The new one is written before the old ones go: one of them may be told just now, and is struck off by its number,
    as all are that say the same.
    """
    kept = outbox.put(tx, user_id, REMINDER, f'{{"due":{due}}}', due, now) if due is not None else 0
    outbox.drop_others(tx, user_id, REMINDER, kept)


def uses(tx: Transaction, user_id: int, company_id: int) -> list[UseRow]:
    """The names that SMSC took with this company and with no other one since; deleted ones are not among them."""
    rows = tx.execute(
        "SELECT account_id, subclient, name, sms_id FROM (SELECT account_id, subclient, name, sms_id, company,"
        " row_number() OVER (PARTITION BY account_id, subclient, name ORDER BY id DESC) AS age FROM operations"
        " WHERE user_id = ? AND state = 'done' AND (company IS NOT NULL OR command = 'del'))"
        " WHERE age = 1 AND company = ? AND account_id IN (SELECT account_id FROM account_people WHERE user_id = ?)"
        " ORDER BY account_id, subclient, name",
        (user_id, company_id, user_id),
    )
    return [UseRow(*row) for row in rows]


def of_name(tx: Transaction, user_id: int, account_id: int, subclient: str, name: str) -> int | None:
    """The company that a name was registered with, or changed to last; None where none of them was."""
    row = tx.execute(
        "SELECT company FROM operations WHERE user_id = ? AND account_id = ? AND subclient = ? AND name = ?"
        " AND company IN (SELECT id FROM companies WHERE user_id = operations.user_id)"
        " AND state IN ('awaits', 'planned', 'sent', 'unknown', 'done', 'unclear') ORDER BY id DESC LIMIT 1",
        (user_id, account_id, subclient, name),
    ).fetchone()
    return int(row[0]) if row else None


def forget_all(tx: Transaction, user_id: int) -> None:
    """Every company of a person."""
    tx.execute("DELETE FROM companies WHERE user_id = ?", (user_id,))
