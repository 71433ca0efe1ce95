"""A change of keys that is really killed: each try is a process that SIGKILL ends before its n-th statement.

    python -m tests.rotation DATABASE NEW_KEY,OLD_KEY STEP

prints how many statements a whole change takes, and after how many of the tries the file did not open whole.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from contextlib import closing
from itertools import count
from pathlib import Path

from bot import __main__ as command_line
from bot.storage import database, sealed
from bot.vault import Vault, VaultError, read_key


def whole(path: Path, vault: Vault) -> int:
    """How many values open; -1 where one does not, or the file is damaged."""
    found = 0
    with closing(database.connect(path)) as db:
        if db.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            return -1
        for column in sealed.SEALED:
            fields = ", ".join((column.name, *column.parts))
            for value, *parts in db.execute(
                f"SELECT {fields} FROM {column.table} WHERE {column.name} IS NOT NULL"  # noqa: S608  # fixed words
            ).fetchall():
                try:
                    vault.open(bytes(value), column.place.format(*parts))
                except VaultError:
                    return -1
                found += 1
    return found


def killed(point: int) -> bool:
    """Changes the keys in a process that is killed before its n-th statement; whether it came to that."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    numbers = count(1)

    def traced(_statement: str) -> None:
        if next(numbers) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    opened = database.connect

    def connect(path: Path) -> sqlite3.Connection:
        connection = opened(path)
        connection.set_trace_callback(traced)
        return connection

    vars(sealed)["connect"] = connect
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os._exit(command_line.main(["rotate-keys"]))


def main(path: Path, keys: str, step: int) -> None:
    """Kills again and again, at points that are `step` statements apart, until a change comes to its end."""
    os.environ["DATABASE_PATH"], os.environ["SECRET_KEYS"] = str(path), keys
    vault = Vault([read_key(each) for each in keys.split(",")])
    before, damaged, kills = whole(path, vault), 0, 0
    for point in count(1, step):
        if not killed(point):
            break
        kills += 1
        damaged += whole(path, vault) != before
    sys.stdout.write(f"{kills} kills, {damaged} damaged, {before} values\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
