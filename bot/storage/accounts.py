"""SMSC accounts that people brought. The key or password is sealed before it comes here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.storage import client_links, names, operations
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
    """The accounts that a person may act for: those that they brought, then those that they were invited to."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM accounts WHERE id IN (SELECT account_id FROM account_people WHERE user_id = ?)"  # noqa: S608
        " ORDER BY user_id != ?, created, id",
        (user_id, user_id),
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


def asks(tx: Transaction, account_id: int) -> bool:
    """Whether paid requests and deletions of an account wait for an owner, whoever has them sent."""
    row = tx.execute("SELECT asks FROM accounts WHERE id = ?", (account_id,)).fetchone()
    return row is None or bool(row[0])


def set_asks(tx: Transaction, account_id: int, *, asks: bool) -> None:
    """Whether they do from now on."""
    tx.execute("UPDATE accounts SET asks = ? WHERE id = ?", (int(asks), account_id))


def forget(tx: Transaction, account_id: int) -> None:
    """The account, its key and its cached names. The journal of what was done stays."""
    operations.cancel_planned(tx, account_id)
    client_links.call_off_all(tx, account_id)
    names.forget(tx, account_id)
    tx.execute("DELETE FROM accounts WHERE id = ?", (account_id,))


def forget_all(tx: Transaction, user_id: int) -> None:
    """A person's accounts, their keys and their cached names."""
    for (account_id,) in tx.execute("SELECT id FROM accounts WHERE user_id = ?", (user_id,)).fetchall():
        forget(tx, account_id)
