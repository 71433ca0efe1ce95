"""Who talks to the bot: a row a person, written whenever an update changed it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.storage import (
    accounts,
    approvals,
    batches,
    client_links,
    codes,
    companies,
    events,
    members,
    notifications,
    operations,
    outbox,
    set_aside,
    uploads,
)
from bot.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as the file has them; `drafts` is sealed."""

    user_id: int
    language: str | None
    account_id: int | None
    subclient: str | None
    panel: int | None
    about: str | None
    open: str | None
    drafts: bytes | None
    bar: int | None


def load(tx: Transaction, user_id: int) -> PersonRow | None:
    """The person's row, None where there is none yet."""
    row = tx.execute(
        "SELECT user_id, language, account_id, subclient, panel, about, open, drafts, bar FROM people"
        " WHERE user_id = ?",
        (user_id,),
    ).fetchone()
    return PersonRow(*row) if row else None


def save(tx: Transaction, person: PersonRow, now: float) -> None:
    """Writes the row, new or not."""
    tx.execute(
        "INSERT OR REPLACE INTO people (user_id, language, account_id, subclient, panel, about, open, drafts, bar,"
        " updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            person.user_id,
            person.language,
            person.account_id,
            person.subclient,
            person.panel,
            person.about,
            person.open,
            person.drafts,
            person.bar,
            now,
        ),
    )


def living(tx: Transaction, user_id: int, panel: int | None) -> None:
    """Which message lives in the person's chat now; nothing else of them is written."""
    tx.execute("UPDATE people SET panel = ? WHERE user_id = ?", (panel, user_id))


def forget(tx: Transaction, user_id: int) -> None:
    """Everything about a person: accounts and keys, names, history, drafts, what was still to be told."""
    accounts.forget_all(tx, user_id)
    operations.forget_all(tx, user_id)
    events.forget_person(tx, user_id)
    batches.forget_all(tx, user_id)
    companies.forget_all(tx, user_id)
    outbox.forget_all(tx, user_id)
    set_aside.forget_all(tx, user_id)
    uploads.forget_all(tx, user_id)
    notifications.forget_all(tx, user_id)
    codes.forget_all(tx, user_id)
    members.forget_all(tx, user_id)
    client_links.forget_all(tx, user_id)
    approvals.forget_all(tx, user_id)
    tx.execute("DELETE FROM people WHERE user_id = ?", (user_id,))
