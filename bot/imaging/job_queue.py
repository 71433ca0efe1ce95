"""Whose work is next where there are fewer places than people: nobody waits long behind another's long work.

    a short turn   everybody's first; in any place
    a long turn    what did not end within a short one; in every place but one, so that a short turn is always near

Of those who wait, the one goes next whose work took least in the last minutes, then the one who came first: a second
job of one person comes after the first ones of others. One person has one place at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Final

_REMEMBERED: Final = 600.0
"""Seconds for which it counts what a person's work took."""


@dataclass(eq=False, slots=True)
class Turn:
    """A person's turn: waiting, then at work. `long`: it is a long one, or became one."""

    person: int
    number: int
    long: bool


class JobQueue:
    """Gives the turns. `now` is any clock that only runs forwards."""

    def __init__(self, most: int, now: Callable[[], float]) -> None:
        self._most = most
        self._now = now
        self._numbers = count()
        self._waiting: list[Turn] = []
        self._at_work: list[Turn] = []
        self._took: dict[int, tuple[float, float]] = {}
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def turn(self, person: int, *, long: bool) -> AsyncIterator[Turn]:
        """Waits for a person's turn; it is theirs for as long as the context is open."""
        mine = Turn(person, next(self._numbers), long)
        async with self._changed:
            self._waiting.append(mine)
            try:
                await self._changed.wait_for(lambda: self._next() is mine)
            finally:
                self._waiting.remove(mine)
                self._changed.notify_all()
            self._at_work.append(mine)
        began = self._now()
        try:
            yield mine
        finally:
            self._at_work.remove(mine)
            self._count(person, self._now() - began)
            async with self._changed:
                self._changed.notify_all()

    @property
    def waiting(self) -> int:
        """How many people wait for a short turn."""
        return len({each.person for each in self._waiting if not each.long})

    def lengthened(self, turn: Turn) -> bool:
        """Makes a short turn a long one where there is a place for one just now; whether it is."""
        turn.long = turn.long or self._has_room(long=True)
        return turn.long

    def _next(self) -> Turn | None:
        busy = {each.person for each in self._at_work}
        ready = [each for each in self._waiting if each.person not in busy and self._has_room(long=each.long)]
        full = len(self._at_work) >= self._most
        return None if full else min(ready, key=lambda each: (self._taken(each.person), each.number), default=None)

    def _has_room(self, *, long: bool) -> bool:
        return not long or sum(each.long for each in self._at_work) < max(1, self._most - 1)

    def _taken(self, person: int) -> float:
        return self._took.get(person, (0.0, 0.0))[0]

    def _count(self, person: int, seconds: float) -> None:
        now = self._now()
        self._took = {each: took for each, took in self._took.items() if now - took[1] < _REMEMBERED}
        self._took[person] = (self._taken(person) + seconds, now)
