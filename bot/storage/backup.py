"""A copy of the file while it is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def backup(source: sqlite3.Connection, target: Path) -> None:
    """Writes a copy that is consistent, whatever is being written meanwhile.

    Raises:
        FileExistsError: `target` is there already; it is not overwritten.
    """
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
