"""What people say that operators' status codes mean, each for themselves; SMSC documents none."""

from __future__ import annotations

from bot.storage.transaction import Transaction


def meanings(tx: Transaction, user_id: int, service: str) -> dict[str, str]:
    """What each code means to a person at a service."""
    rows = tx.execute("SELECT code, meaning FROM code_meanings WHERE user_id = ? AND service = ?", (user_id, service))
    return {str(row[0]): str(row[1]) for row in rows}


def put(tx: Transaction, user_id: int, service: str, code: str, meaning: str) -> None:
    """A code means this from now on."""
    tx.execute(
        "INSERT OR REPLACE INTO code_meanings (user_id, service, code, meaning) VALUES (?, ?, ?, ?)",
        (user_id, service, code, meaning),
    )


def remove(tx: Transaction, user_id: int, service: str, code: str) -> None:
    """Nobody knows what a code means any more."""
    tx.execute("DELETE FROM code_meanings WHERE user_id = ? AND service = ? AND code = ?", (user_id, service, code))


def forget_all(tx: Transaction, user_id: int) -> None:
    """Everything that a person said."""
    tx.execute("DELETE FROM code_meanings WHERE user_id = ?", (user_id,))
