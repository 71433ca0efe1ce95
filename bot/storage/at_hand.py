"""What is read often and seldom written, kept at hand in memory for as long as its tables stay as they are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from bot.storage.database import Database, Work

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class AtHand(Generic[K, V]):
    """Reads by key. Whatever is committed to one of the tables, by whomever, is read anew the next time.

    Args:
        database: where they are read.
        tables: all that the reading looks at; none of them may lose rows by another (`ON DELETE CASCADE`).
        most: so many keys are kept; the one that was asked for least recently makes room.
    """

    def __init__(self, database: Database, tables: frozenset[str], most: int) -> None:
        self._database = database
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._writes = 0
        database.tell_of_writes(tables, self._written)

    async def get(self, key: K, read: Work[V]) -> V:
        """What `read` gives for the key. Raises whatever it raises; then nothing is kept."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        writes = self._writes
        value = await self._database.run(read)
        if writes == self._writes:  # else it may be of before
            self._kept[key] = value
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value

    def _written(self) -> None:
        self._writes += 1
        self._kept.clear()
