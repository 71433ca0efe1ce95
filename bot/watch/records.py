"""What the file has of names and of what happened to them, to be taken out; nothing is asked of SMSC."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

from bot.accounts import Accounts, Scope
from bot.senders import kept
from bot.senders.known import KnownName, from_row
from bot.senders.looks import ScopeKey
from bot.storage import events as events_table
from bot.storage import names as names_table
from bot.storage.database import Database
from bot.storage.events import EventRow
from bot.storage.names import Gaps, Listing, NameRow
from bot.storage.operations import DeedRow
from bot.storage.transaction import Transaction
from bot.watch.events import Event, Story, Subject, readable

EVENTS_MOST: Final = 50_000
"""Events of an account and subclient that are taken out, the newest ones."""
_AT_ONCE: Final = 5_000
"""Events that are read in one go: others want to read and write meanwhile."""
_STORY_MOST: Final = 60
"""Events of one name that a page may have room for."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Records:
    """An account and subclient as the file has it: its names in the order of SMSC's list, its events newest first.

    `listing`: when SMSC gave the list; None: never. `cut`: there are older events.
    """

    scope: Scope
    listing: Listing | None
    rows: Sequence[NameRow]
    deeds: Mapping[str, Sequence[DeedRow]]
    happened: Sequence[EventRow]
    cut: bool

    @property
    def as_of(self) -> float | None:
        """When SMSC gave the list, in epoch seconds."""
        return self.listing.listed if self.listing is not None else None

    @property
    def lacks(self) -> Gaps:
        """What of the list could not be read."""
        return self.listing.lacks if self.listing is not None else Gaps()

    def names(self) -> Iterator[KnownName]:
        """The names. Of a long list that takes a second: it is work for a thread."""
        spelled = Counter(each.name for each in self.rows)
        for each in self.rows:
            row = replace(each, twin=spelled[each.name] > 1)
            yield from_row(row, self.deeds.get(each.name, ()), self.as_of)

    def events(self) -> Iterator[tuple[EventRow, Event]]:
        """What happened, each with whose name it is; what was altered is left out."""
        for row in self.happened:
            for event in readable([row]):
                yield row, event


class Archive:
    """Reads records, and has files made of them."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts
        self._one_at_a_time = asyncio.Lock()

    async def scopes(self, user_id: int) -> list[Scope]:
        """Every account of a person with each subclient whose names are known here."""
        accounts = {each.id: each for each in await self._accounts.of(user_id)}
        found = await self._database.run(lambda tx: names_table.scopes(tx, user_id))
        return [Scope(accounts[account_id], subclient) for account_id, subclient in found if account_id in accounts]

    async def records(self, scope: Scope) -> Records:
        """All that is known of an account and subclient."""
        key = (scope.account.id, scope.subclient)
        happened = await self._happened(key)

        def read(tx: Transaction) -> Records:
            rows, deeds = names_table.everything(tx, *key), kept.deeds_of(tx, *key)
            cut = len(happened) > EVENTS_MOST
            return Records(scope, names_table.listing(tx, *key), rows, deeds, happened[:EVENTS_MOST], cut)

        return await self._database.run(read)

    async def _happened(self, key: ScopeKey) -> list[EventRow]:
        """The newest events, and one more where there are more."""
        found = list[EventRow]()
        while len(found) <= EVENTS_MOST:
            before = found[-1].id if found else None
            some = await self._database.run(partial(events_table.newest, key=key, before=before, limit=_AT_ONCE))
            found += some
            if len(some) < _AT_ONCE:
                break
        return found

    async def story(self, scope: Scope, known: KnownName) -> Story:
        """The newest events of a name, and how many there are."""
        subject = Subject((scope.account.id, scope.subclient), known.name, known.id)

        def read(tx: Transaction) -> Story:
            whose = (*subject.scope, subject.name, subject.number)
            rows = events_table.of_name(tx, *whose, limit=_STORY_MOST)
            return Story(readable(rows), events_table.count(tx, *whose))

        return await self._database.run(read)

    async def made(self, make: Callable[[], T]) -> T:
        """What a work of the processor gives: it is done beside the loop, one such work at a time."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(make)
