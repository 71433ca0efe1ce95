"""First in, first out: of the changing requests that SMSC counts for one login, the oldest is sent before the next.

A place is the number of the request in the journal, so the line is the same after a restart. Whoever waits for SMSC's
limits keeps the place, and so does the rest of a chain, since its numbers follow one another. Whoever waits for
something of their own (a date, a file, an answer that was lost) is not in the line and holds nobody up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.smsc import Identity

Held = TypeVar("Held")
"""Why whoever is first is not sent yet, and until when."""


@dataclass(slots=True, eq=False)
class _Place(Generic[Held]):
    login: Identity
    held: Held | None = None
    told: Held | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Turns(Generic[Held]):
    """Who may be sent next, login by login. `same` gives one value for logins that turned out to be one."""

    def __init__(self, same: Callable[[Identity], Identity]) -> None:
        self._same = same
        self._coming: set[int] = set()
        self._standing: dict[int, _Place[Held]] = {}

    def come(self, place: int) -> None:
        """A request is there, and its login is not looked up yet: until it is, nobody behind it is sent."""
        if place not in self._standing:
            self._coming.add(place)

    def stand(self, place: int, login: Identity) -> None:
        """A request stands in the line of this login."""
        self._coming.discard(place)
        self._standing.setdefault(place, _Place(login)).held = None
        self._stir()

    def hold(self, place: int, held: Held) -> None:
        """A request in the line has to wait; whoever stands behind it is told why."""
        if place in self._standing:
            self._standing[place].held = held
            self._stir()

    def leave(self, place: int) -> None:
        """A request is out of the line: sent, called off, or waiting for something of its own."""
        self._coming.discard(place)
        self._standing.pop(place, None)
        self._stir()

    async def turn(self, place: int) -> Held | None:
        """Waits until it is this one's turn (None), or whoever is first is held up: what by, once each time."""
        mine = self._standing[place]
        while (head := self._head(place)) != place or min(self._coming, default=place) < place:
            held = self._standing[head].held
            if held is not None and held is not mine.told and head != place:
                mine.told = held
                return held
            mine.news.clear()
            await mine.news.wait()
        return None

    def _head(self, place: int) -> int:
        login = self._same(self._standing[place].login)
        return min(each for each, other in self._standing.items() if self._same(other.login) == login)

    def _stir(self) -> None:
        """Something changed: whoever is first in a line looks again, and whoever was not told why it stands still."""
        heads: dict[Identity, int] = {}
        for place, each in self._standing.items():
            login = self._same(each.login)
            heads[login] = min(place, heads.get(login, place))
        for place, each in self._standing.items():
            head = heads[self._same(each.login)]
            held = self._standing[head].held
            if place == head or (held is not None and held is not each.told):
                each.news.set()
