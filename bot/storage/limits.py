"""What SMSC counts, so that a restart forgets nothing: requests that count, what is held back, which logins are one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.storage.transaction import Transaction

MarkRow = tuple[int, str, str, str, str]
"""A request that counts: id, service, whose, kind, what tells it from others."""
WaitRow = tuple[str, str, str]
"""What is held back: service, whose, kind."""
LoginRow = tuple[str, str]
"""A service, and a login or a key's fingerprint there."""


def marks(tx: Transaction) -> list[tuple[MarkRow, float]]:
    """Every mark after `settle`, and when its request was answered (epoch seconds)."""
    rows = tx.execute("SELECT id, service, who, kind, signature, answered FROM limit_marks ORDER BY id")
    return [((row[0], row[1], row[2], row[3], row[4]), row[5]) for row in rows]


def settle(tx: Transaction, now: float) -> None:
    """Begins a run: what was on its way may have arrived until now, and what lies ahead begins now.

    Written down, so that a further restart does not prolong it.
    """
    tx.execute("UPDATE limit_marks SET answered = ? WHERE answered IS NULL OR answered > ?", (now, now))
    tx.execute("UPDATE limit_waits SET until = ? + until - since, since = ? WHERE since > ?", (now, now, now))


def put(tx: Transaction, rows: Iterable[MarkRow], answered: float | None = None) -> None:
    """Requests go out, or were answered already."""
    tx.executemany(
        "INSERT OR REPLACE INTO limit_marks (id, service, who, kind, signature, answered) VALUES (?, ?, ?, ?, ?, ?)",
        ((*row, answered) for row in rows),
    )


def answer(tx: Transaction, ids: Sequence[int], now: float) -> None:
    """These were answered."""
    tx.executemany("UPDATE limit_marks SET answered = ? WHERE id = ?", ((now, each) for each in ids))


def drop(tx: Transaction, ids: Sequence[int]) -> None:
    """These count no more."""
    tx.executemany("DELETE FROM limit_marks WHERE id = ?", ((each,) for each in ids))


def waits(tx: Transaction) -> list[tuple[WaitRow, float, float]]:
    """What is held back, since when and until when (epoch seconds)."""
    rows = tx.execute("SELECT service, who, kind, since, until FROM limit_waits")
    return [((row[0], row[1], row[2]), row[3], row[4]) for row in rows]


def hold(tx: Transaction, row: WaitRow, since: float, until: float) -> None:
    """Something is held back; with `until` not after `since`, it is not any more."""
    tx.execute("DELETE FROM limit_waits WHERE service = ? AND who = ? AND kind = ?", row)
    if until > since:
        tx.execute(
            "INSERT INTO limit_waits (service, who, kind, since, until) VALUES (?, ?, ?, ?, ?)", (*row, since, until)
        )


def logins(tx: Transaction) -> list[tuple[LoginRow, LoginRow]]:
    """Each login or key that was compared with the others, and which one it is counted as."""
    rows = tx.execute("SELECT service, who, same_service, same_who FROM limit_logins")
    return [((row[0], row[1]), (row[2], row[3])) for row in rows]


def join(tx: Transaction, one: LoginRow, same: LoginRow) -> None:
    """`one` is counted as `same` from now on."""
    tx.execute(
        "INSERT OR REPLACE INTO limit_logins (service, who, same_service, same_who) VALUES (?, ?, ?, ?)", (*one, *same)
    )


def listed(tx: Transaction, one: LoginRow, prints: Sequence[int]) -> list[LoginRow]:
    """Keeps the fingerprints of what a login lists; gives the others that list some of the same."""
    tx.execute("DELETE FROM limit_names WHERE service = ? AND who = ?", one)
    tx.executemany(
        "INSERT OR IGNORE INTO limit_names (service, who, fingerprint) VALUES (?, ?, ?)",
        ((*one, each) for each in prints),
    )
    rows = tx.execute(
        "SELECT DISTINCT other.service, other.who FROM limit_names AS mine"
        " JOIN limit_names AS other USING (fingerprint)"
        " WHERE mine.service = ? AND mine.who = ? AND (other.service, other.who) != (mine.service, mine.who)",
        one,
    )
    return [(row[0], row[1]) for row in rows]


def prints(tx: Transaction, one: LoginRow) -> frozenset[int]:
    """The fingerprints of what a login listed last."""
    rows = tx.execute("SELECT fingerprint FROM limit_names WHERE service = ? AND who = ?", one)
    return frozenset(row[0] for row in rows)


def forget(tx: Transaction, one: LoginRow) -> None:
    """What a login listed, and that it was there, unless others are counted as it."""
    tx.execute("DELETE FROM limit_names WHERE service = ? AND who = ?", one)
    tx.execute(
        "DELETE FROM limit_logins WHERE service = ? AND who = ? AND NOT EXISTS (SELECT 1 FROM limit_logins AS other"
        " WHERE (other.same_service, other.same_who) = (limit_logins.service, limit_logins.who)"
        " AND (other.service, other.who) != (limit_logins.service, limit_logins.who))",
        one,
    )
