"""How each person wants to be told of what changed, and the names that they do not want to be told of."""

from __future__ import annotations

from dataclasses import dataclass

from bot.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class NotificationsRow:
    """Quiet hours, from one full hour until another (the same: none), in a zone so many minutes east of Greenwich.

    `digest`: what is not urgent is told in the morning, together.
    """

    user_id: int
    quiet_from: int
    quiet_until: int
    zone: int
    digest: bool


def load(tx: Transaction, user_id: int) -> NotificationsRow | None:
    """What a person chose, None where they chose nothing."""
    row = tx.execute(
        "SELECT user_id, quiet_from, quiet_until, zone, digest FROM notifications WHERE user_id = ?", (user_id,)
    ).fetchone()
    return NotificationsRow(row[0], row[1], row[2], row[3], bool(row[4])) if row else None


def save(tx: Transaction, row: NotificationsRow) -> None:
    """What a person chose."""
    tx.execute(
        "INSERT OR REPLACE INTO notifications (user_id, quiet_from, quiet_until, zone, digest) VALUES (?, ?, ?, ?, ?)",
        (row.user_id, row.quiet_from, row.quiet_until, row.zone, int(row.digest)),
    )


def forget_all(tx: Transaction, user_id: int) -> None:
    """How a person wanted to be told; their mutes go with what ties them to the accounts."""
    tx.execute("DELETE FROM notifications WHERE user_id = ?", (user_id,))


def mute(tx: Transaction, user_id: int, account_id: int, subclient: str, name: str, sms_id: int | None) -> None:
    """What changes of a name is not told to a person from now on, where it is not urgent."""
    tx.execute(
        "INSERT OR IGNORE INTO mutes (user_id, account_id, subclient, name, sms_id)"
        " SELECT user_id, account_id, ?, ?, ? FROM account_people WHERE user_id = ? AND account_id = ?",
        (subclient, name, sms_id or 0, user_id, account_id),
    )


def unmute(tx: Transaction, user_id: int, account_id: int, subclient: str, name: str, sms_id: int | None) -> None:
    """It is told again."""
    tx.execute(
        "DELETE FROM mutes WHERE user_id = ? AND account_id = ? AND subclient = ? AND name = ? AND sms_id = ?",
        (user_id, account_id, subclient, name, sms_id or 0),
    )


def muted(tx: Transaction, user_id: int, account_id: int, subclient: str) -> frozenset[tuple[str, int]]:
    """The names that a person is not told of: spelling, and SMSC's number (0: not known)."""
    rows = tx.execute(
        "SELECT name, sms_id FROM mutes WHERE user_id = ? AND account_id = ? AND subclient = ?",
        (user_id, account_id, subclient),
    )
    return frozenset((str(row[0]), int(row[1])) for row in rows)
