"""The writes that belong together: what handling one update changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.storage.transaction import Transaction

Write = Callable[[Transaction], object]
"""Something to be written; what it gives is of no interest."""


@dataclass(slots=True)
class UnitOfWork:
    """What handling one update changes: writes that are committed together, with the update struck off.

    `tells`: something was put into the outbox, which is to look at once.
    """

    writes: list[Write] = field(default_factory=list)
    tells: bool = False

    def add(self, write: Write) -> None:
        """One more write, after those before it."""
        self.writes.append(write)

    def take_over(self, other: UnitOfWork) -> None:
        """All that another one holds, after what this one holds."""
        self.writes += other.writes
        self.tells = self.tells or other.tells

    def write(self, tx: Transaction) -> None:
        """Writes everything, in the order in which it came in."""
        for each in self.writes:
            each(tx)
