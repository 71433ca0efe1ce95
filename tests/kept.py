"""What stands in the bot's file, read beside the bot."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping


def rows(settings: Mapping[str, str], table: str) -> int:
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        count: int = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
    db.close()
    return count


def holds(settings: dict[str, str]) -> list[str]:
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        found = [row[0] for row in db.execute("SELECT place FROM holds")]
    db.close()
    return found


def done(settings: dict[str, str], name: str) -> bool:
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        found = db.execute("SELECT count(*) FROM operations WHERE name = ? AND state = 'done'", (name,)).fetchone()[0]
    db.close()
    return bool(found)


def parked(settings: dict[str, str]) -> int:
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        count: int = db.execute("SELECT count(*) FROM outbox WHERE parked IS NOT NULL").fetchone()[0]
    db.close()
    return count


def wait_many(settings: Mapping[str, str], user_id: int, count: int) -> None:
    """So many requests of a person wait, as if they had asked for them."""
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        db.execute(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)"
            " INSERT INTO operations (key, user_id, account_id, subclient, command, name, state, attempts, not_before,"
            " answer, sealed, created, changed)"
            " SELECT 'k' || n, ?, 1, '', 'add', 'N' || n, 'awaits', 0, 0, '', x'', 0, 0 FROM numbers",
            (count, user_id),
        )
    db.close()
