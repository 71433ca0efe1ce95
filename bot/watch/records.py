"""What the file has of names and of what happened to them, to be taken out; nothing is asked of SMSC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.accounts import Accounts, Scope
from bot.senders import kept
from bot.senders.known import KnownName, from_row
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
_STORY_MOST: Final = 60
"""Events of one name that a page may have room for."""


@dataclass(frozen=True, slots=True)
class Known:
    """How much is known of an account and subclient: names, events, and as of when.

    `listing`: when SMSC gave the list; None: never.
    """

    scope: Scope
    names: int
    events: int
    listing: Listing | None

    @property
    def as_of(self) -> float | None:
        """When SMSC gave the list, in epoch seconds."""
        return self.listing.listed if self.listing is not None else None

    @property
    def lacks(self) -> Gaps:
        """What of the list could not be read."""
        return self.listing.lacks if self.listing is not None else Gaps()

    @property
    def cut(self) -> bool:
        """Whether older events are left out."""
        return self.events > EVENTS_MOST


@dataclass(frozen=True, slots=True)
class Records:
    """An account and subclient as the file has it: its names in the order of SMSC's list, its events newest first."""

    scope: Scope
    listing: Listing | None
    rows: Sequence[NameRow]
    deeds: Mapping[str, Sequence[DeedRow]]
    happened: Sequence[EventRow]

    @property
    def as_of(self) -> float | None:
        """When SMSC gave the list, in epoch seconds."""
        return self.listing.listed if self.listing is not None else None

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
    """Looks up what there is."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts

    async def scopes(self, user_id: int) -> list[Scope]:
        """Every account of a person with each subclient whose names are known here."""
        found = await self._database.run(lambda tx: names_table.scopes(tx, user_id))
        scopes = [await self._accounts.scope_for(user_id, *each) for each in found]
        return [each for each in scopes if each is not None]

    async def known(self, scope: Scope) -> Known:
        """How much is known of an account and subclient."""
        key = (scope.account.id, scope.subclient)

        def read(tx: Transaction) -> Known:
            names = sum(names_table.counts(tx, *key).values())
            return Known(scope, names, events_table.count_all(tx, *key), names_table.listing(tx, *key))

        return await self._database.run(read)

    async def story(self, scope: Scope, known: KnownName, most: int = _STORY_MOST) -> Story:
        """The newest events of a name, at most so many, and how many there are."""
        subject = Subject((scope.account.id, scope.subclient), known.name, known.id)

        def read(tx: Transaction) -> Story:
            whose = (*subject.scope, subject.name, subject.number)
            rows = events_table.of_name(tx, *whose, limit=most)
            return Story(readable(rows), events_table.count(tx, *whose))

        return await self._database.run(read)


def records(tx: Transaction, scope: Scope) -> Records:
    """All of an account and subclient that is taken out."""
    key = (scope.account.id, scope.subclient)
    rows, deeds = names_table.everything(tx, *key), kept.deeds_of(tx, *key)
    return Records(scope, names_table.listing(tx, *key), rows, deeds, events_table.newest(tx, *key, limit=EVENTS_MOST))
