"""How long a name has waited, and how long that usually takes at its service, read out of the events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.clock import Clock
from bot.senders.looks import ScopeKey
from bot.storage import events as table
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from bot.watch.events import Event, Subject, readable
from bot.watch.waits import Usual, Waits, usual

_NAMES_MOST: Final = 1_000
"""Names of a service that tell how long anything takes: those that were decided last."""
_AT_ONCE: Final = 50
"""Names that are read at once: others have their turn in between."""
_EVENTS_MOST: Final = 500
"""Events of a name that are looked at."""
_FRESH_SECONDS: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class _Known:
    usual: Mapping[str, Usual]
    ticks: float


class HowLong:
    """Reads them; what is usual at a service is found out once an hour."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def waits(self, subject: Subject) -> Waits:
        """What a name waits for."""
        return Waits.of(await self._database.run(lambda tx: _events(tx, subject)))

    async def usual(self, service: str) -> Mapping[str, Usual]:
        """How long each takes at a service; of all who are connected to it."""
        known = self._known.get(service)
        now = self._clock.ticks()
        if known is None or now - known.ticks >= _FRESH_SECONDS:
            known = self._known[service] = _Known(usual(await self._of_service(service)), now)
        return known.usual

    async def _of_service(self, service: str) -> list[list[Event]]:
        names = await self._database.run(lambda tx: table.decided(tx, service, _NAMES_MOST))
        found: list[list[Event]] = []
        for some in _parted([Subject((each[0], each[1]), each[2], each[3]) for each in names]):
            found += await self._database.run(partial(_all_events, some))
        return found


def _parted(names: list[Subject]) -> Iterator[list[Subject]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]


def _all_events(names: list[Subject], tx: Transaction) -> list[list[Event]]:
    return [_events(tx, each) for each in names]


def _events(tx: Transaction, subject: Subject) -> list[Event]:
    """The newest events of a name, oldest first."""
    scope: ScopeKey = subject.scope
    rows = table.of_name(tx, *scope, subject.name, subject.number, limit=_EVENTS_MOST)
    return list(reversed(readable(rows)))
