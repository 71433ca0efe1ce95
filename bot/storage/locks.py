"""Names that are not deleted before somebody unlocks them, of an account and subclient.

A name is known by its spelling and SMSC's number of it (0: not known). Where one of two numbers is not known, the
spelling decides: rather one name too many is kept than one too few.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from bot.storage.transaction import Transaction


def lock(tx: Transaction, account_id: int, subclient: str, name: str, sms_id: int | None) -> bool:
    """It is locked from now on; False where it was."""
    if holds(tx, account_id, subclient, name, sms_id):
        return False
    tx.execute(
        "INSERT INTO locks (account_id, subclient, name, sms_id) VALUES (?, ?, ?, ?)",
        (account_id, subclient, name, sms_id or 0),
    )
    return True


def unlock(tx: Transaction, account_id: int, subclient: str, name: str, sms_id: int | None) -> bool:
    """It is not locked any more; False where it was not."""
    gone = tx.execute(f"DELETE FROM locks WHERE {_ITS}", (account_id, subclient, sms_id, name, sms_id))  # noqa: S608
    return gone.rowcount > 0


def holds(tx: Transaction, account_id: int, subclient: str, name: str, sms_id: int | None) -> bool:
    """Whether a name is locked."""
    given = (account_id, subclient, sms_id, name, sms_id)
    return tx.execute(f"SELECT 1 FROM locks WHERE {_ITS}", given).fetchone() is not None  # noqa: S608  # fixed words


def everything(tx: Transaction, account_id: int, subclient: str) -> frozenset[tuple[str, int]]:
    """The names that are locked: spelling, and SMSC's number (0: not known)."""
    rows = tx.execute("SELECT name, sms_id FROM locks WHERE account_id = ? AND subclient = ?", (account_id, subclient))
    return frozenset((str(row[0]), int(row[1])) for row in rows)


def is_among(kept: Collection[tuple[str, int]], name: str, sms_id: int | None) -> bool:
    """Whether a name is one of those that `everything` gave."""
    return any(number == sms_id if number and sms_id is not None else spelled == name for spelled, number in kept)


_ITS: Final = "account_id = ? AND subclient = ? AND (sms_id = ? OR (name = ? AND (sms_id = 0 OR ? IS NULL)))"
