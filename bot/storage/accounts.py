"""SMSC accounts that people brought. The key or password is sealed before it comes here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.storage import names, operations
from bot.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account; `login` is None where an API key is used; `paused` says why it is not used for now."""

    id: int
    user_id: int
    service: str
    login: str | None
    secret: bytes
    label: str | None
    paused: str | None


TABLES: Final = frozenset({"accounts"})
"""What an account can be changed by."""
_COLUMNS = "id, user_id, service, login, secret, label, paused"


def of(tx: Transaction, user_id: int) -> list[AccountRow]:
    """A person's accounts, oldest first."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM accounts WHERE user_id = ? ORDER BY created, id",  # noqa: S608  # fixed words
        (user_id,),
    )
    return [AccountRow(*row) for row in rows]


def load(tx: Transaction, account_id: int) -> AccountRow | None:
    """The account, None where it is gone."""
    row = tx.execute(
        f"SELECT {_COLUMNS} FROM accounts WHERE id = ?",  # noqa: S608  # fixed words
        (account_id,),
    ).fetchone()
    return AccountRow(*row) if row else None


def add(tx: Transaction, account: AccountRow, now: float) -> None:
    """A new account, or one of the same person that has a new key; its number and its age stay."""
    tx.execute(
        f"INSERT INTO accounts ({_COLUMNS}, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  # fixed words
        " ON CONFLICT (id) DO UPDATE SET service = excluded.service, login = excluded.login, secret = excluded.secret,"
        " label = excluded.label, paused = excluded.paused"
        " WHERE user_id = excluded.user_id",
        (
            account.id,
            account.user_id,
            account.service,
            account.login,
            account.secret,
            account.label,
            account.paused,
            now,
        ),
    )


def pause(tx: Transaction, account_id: int, why: str | None) -> None:
    """Stops using an account, or (None) goes on using it."""
    tx.execute("UPDATE accounts SET paused = ? WHERE id = ?", (why, account_id))


def rename(tx: Transaction, account_id: int, label: str | None) -> None:
    """The label that its person gave it."""
    tx.execute("UPDATE accounts SET label = ? WHERE id = ?", (label, account_id))


def forget(tx: Transaction, account_id: int) -> None:
    """The account, its key and its cached names. The journal of what was done stays."""
    operations.cancel_planned(tx, account_id)
    names.forget(tx, account_id)
    tx.execute("DELETE FROM accounts WHERE id = ?", (account_id,))


def forget_all(tx: Transaction, user_id: int) -> None:
    """A person's accounts, their keys and their cached names."""
    for each in of(tx, user_id):
        names.forget(tx, each.id)
    tx.execute("DELETE FROM accounts WHERE user_id = ?", (user_id,))
