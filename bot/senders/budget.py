"""The ledger of SMSC's limits, in the file: what counts outlives the process.

A mark is committed before its request goes out, together with whatever else is written at that moment. That it was
answered is written behind it, and nobody waits for that: a mark that was left open counts from the next start on.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.clock import Clock, left
from bot.smsc import Identity, Kept, Mark, NotSent, Wait
from bot.storage import limits as table
from bot.storage.database import Database
from bot.storage.errors import StorageError
from bot.storage.transaction import Transaction


class Budget:
    """Keeps what `Limits` counts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def kept(self) -> Kept:
        """What a former run left."""
        now = self._clock.now()

        def read(tx: Transaction) -> Kept:
            table.settle(tx, now)
            return Kept(
                [(Mark(*row), now - answered) for row, answered in table.marks(tx)],
                [(Wait(*row), left(now, until, since)) for row, since, until in table.waits(tx)],
                {Identity(*one): Identity(*same) for one, same in table.logins(tx)},
            )

        return await self._database.run(read)

    async def begin(self, marks: Sequence[Mark]) -> None:
        """Requests go out.

        Raises:
            NotSent: their marks could not be written.
        """
        if not marks:
            return
        try:
            await self._database.run(lambda tx: table.put(tx, map(_row, marks)))
        except StorageError as failure:
            raise NotSent(f"it cannot be written down: {failure}") from None

    def note(self, mark: Mark) -> None:
        """A request was refused just now."""
        now = self._clock.now()
        self._database.soon(lambda tx: table.put(tx, [_row(mark)], now))

    def end(self, answered: Sequence[int], dropped: Sequence[int]) -> None:
        """Requests were answered just now; marks that count no more."""
        if not answered and not dropped:
            return
        now = self._clock.now()

        def write(tx: Transaction) -> None:
            table.answer(tx, answered, now)
            table.drop(tx, dropped)

        self._database.soon(write)

    def hold(self, wait: Wait, seconds: float) -> None:
        """Something is held back from now on for so long."""
        now = self._clock.now()
        self._database.soon(lambda tx: table.hold(tx, (wait.service, wait.who, wait.kind), now, now + seconds))

    def join(self, one: Identity, same: Identity) -> None:
        """`one` is counted as `same`."""
        self._database.soon(lambda tx: table.join(tx, (one.service, one.who), (same.service, same.who)))


def _row(mark: Mark) -> table.MarkRow:
    return (mark.id, mark.service, mark.who, mark.kind, mark.signature)
