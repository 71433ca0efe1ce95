"""Lists of sender names: fetched within SMSC's limits, kept in the file, paged and searched from there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from bot.accounts import KEY_REFUSED, Account, Accounts, Scope
from bot.clock import Clock, age
from bot.senders import kept
from bot.senders.kept import Fetched
from bot.senders.known import KnownName
from bot.senders.listed import (
    PAGE,
    ByRef,
    Changes,
    Found,
    Lookup,
    Names,
    NamesPage,
    NotHad,
    NotListed,
    OfAnother,
    Several,
    Taken,
)
from bot.senders.logins import Relation
from bot.senders.looks import Looks, gaps
from bot.senders.state import Filter
from bot.smsc import Access, AnswerLost, Balance, ErrorKind, Loss, Refused, SmscClient, SmscError
from bot.storage import names as table
from bot.storage.at_hand import AtHand
from bot.storage.database import Database
from bot.storage.names import Gaps, NameRow
from bot.storage.transaction import Transaction

FRESH_SECONDS: Final = 20.0
"""Identical lists are asked for at least so far apart (error 9 comes at the fourth within a minute)."""
OLD_SECONDS: Final = 120.0
"""A list of so long ago is asked for anew before a card is shown; whoever goes from card to card waits for none."""
_TAKEN_AT_HAND: Final = 100
"""Lists whose spellings are kept in memory: up to 15 000 names each."""
PATIENCE: Final = 1.0
"""Seconds that anybody waits for a list that is known already: then the known one is shown, and the new one comes in
beside it."""

_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_NUMBERED: Final = re.compile(r"(.+?)\s*#\s*([0-9]{1,18})")
"""A name with SMSC's number of it: what tells two of one spelling apart."""

T = TypeVar("T")
Beside = Callable[[Callable[[], Awaitable[None]]], None]
"""Runs a job beside everything else, supervised."""


@dataclass(slots=True)
class _Fetching:
    """A fetch that goes on since `began` (seconds of the loop's clock), and what went wrong when it is over."""

    began: float
    over: asyncio.Event = field(default_factory=asyncio.Event)
    problem: SmscError | None = None


class Listings:
    """What is known of the names of every account and subclient."""

    def __init__(
        self,
        client: SmscClient,
        accounts: Accounts,
        database: Database,
        clock: Clock,
        looks: Looks,
        beside: Beside,
    ) -> None:
        """Fetches that nobody waits for any more go on `beside`."""
        self._client = client
        self._looks = looks
        self._logins = looks.logins
        self._accounts = accounts
        self._database = database
        self._taken: AtHand[tuple[int, str], Taken] = AtHand(database, table.TABLES, _TAKEN_AT_HAND)
        self._clock = clock
        self._beside = beside
        self._under_way: dict[tuple[int, str], _Fetching] = {}
        self._began = clock.ticks()

    async def balance(self, access: Access) -> Balance:
        """Checks a key by asking for the balance.

        Raises:
            SmscError: whatever SMSC or the way there answered.
        """
        return await self._client.balance(access)

    async def balance_of(self, scope: Scope) -> Balance:
        """The balance of an account that is connected.

        Raises:
            SmscError: whatever SMSC or the way there answered. A refused key pauses the account.
        """
        access = await self._accounts.access(scope)
        return await self._pausing(scope, self._client.balance(access))

    async def place(self, access: Access) -> None:
        """Finds out which login a key stands for, where that is not known yet, so that its requests are counted right.

        Raises:
            Refused: SMSC does not let it in.
        """
        await self._logins.place(access)

    async def relation(self, access: Access, account: Account) -> Relation:
        """Whether this key or login is of that account, as far as their lists of names tell."""
        identity = await self._accounts.identity(account)
        return await self._logins.relation(access.identity, identity) if identity is not None else Relation.UNKNOWN

    async def page(
        self, scope: Scope, *, filter_: Filter | None = None, search: str = "", number: int = 0
    ) -> NamesPage:
        """A page of the list, fetched anew where it is older than SMSC's limits ask for."""
        problem = await self.refresh(scope)
        account_id, subclient = scope.account.id, scope.subclient

        def read(tx: Transaction) -> NamesPage:
            listing = table.listing(tx, account_id, subclient)
            counts = table.counts(tx, account_id, subclient)
            total, rows = table.page(
                tx,
                account_id,
                subclient,
                filters=filter_.bit if filter_ else 0,
                search=search,
                limit=PAGE,
                offset=number * PAGE,
            )
            return NamesPage(
                tuple(kept.known(tx, account_id, subclient, rows)),
                number,
                total,
                sum(counts.values()),
                {each: sum(count for bits, count in counts.items() if bits & each.bit) for each in Filter},
                filter_,
                search,
                listing.listed if listing else None,
                problem,
                listing.lacks if listing else Gaps(),
            )

        return await self._database.run(read)

    async def initials(self, scope: Scope) -> tuple[str, ...]:
        """The characters that the names which are known begin with, in upper case, in order."""
        found = await self._database.run(lambda tx: table.initials(tx, scope.account.id, scope.subclient))
        return tuple(each.upper() for each in found)

    async def by_ref(self, scope: Scope, ref: int | None) -> ByRef:
        """The name with our number `ref`, as it is known; a name leaves the file only with a list that lacks it."""
        account_id, subclient, user_id = scope.account.id, scope.subclient, scope.user_id

        def read(tx: Transaction) -> Found | tuple[float | None, tuple[int, str] | None]:
            as_of = _as_of(tx, account_id, subclient)
            row = table.by_ref(tx, account_id, subclient, ref) if ref is not None else None
            if row is not None:
                return Found(kept.known(tx, account_id, subclient, [row], user_id)[0], as_of)
            return as_of, table.scope_of(tx, user_id, ref) if ref is not None else None

        found = await self._database.run(read)
        if isinstance(found, Found):
            return found
        as_of, other = found
        there = await self._accounts.scope_for(user_id, *other) if other is not None else None
        if ref is None or there is None:
            return NotListed(as_of)
        return OfAnother(there, ref)

    async def at_hand(self, scope: Scope, name: str, sms_id: int | None = None) -> KnownName | None:
        """The one name of this spelling (of SMSC's number, where it is given) in what is known; nothing is asked."""
        account_id, subclient = scope.account.id, scope.subclient

        def read(tx: Transaction) -> KnownName | None:
            rows = table.by_name(tx, account_id, subclient, name)
            if sms_id is not None:
                rows = [each for each in rows if each.sms_id in {None, sms_id}]
            return kept.known(tx, account_id, subclient, rows, scope.user_id)[0] if len(rows) == 1 else None

        return await self._database.run(read)

    async def refresh(self, scope: Scope) -> SmscError | None:
        """Fetches the list where it is due; several who ask at once share one fetch. Returns why it is not to be had.

        A list that is known is not waited for longer than `PATIENCE`; the fetch goes on.
        """
        came, problem = await self._refreshed(scope)
        return problem if came else AnswerLost(Loss.TIMEOUT)

    async def never_came(self, scope: Scope) -> bool:
        """Whether SMSC has never given the list."""
        return await self._database.run(lambda tx: table.listing(tx, scope.account.id, scope.subclient)) is None

    async def outdated(self, scope: Scope) -> bool:
        """Whether something was changed at SMSC since the list was fetched."""
        return not await self._database.run(lambda tx: table.fetched(tx, scope.account.id, scope.subclient))

    async def old(self, scope: Scope) -> bool:
        """Whether the moderator may well have decided since the list was fetched."""
        key = (scope.account.id, scope.subclient)
        fetched = await self._database.run(lambda tx: table.fetched(tx, *key))
        return not fetched or self._age(key, fetched) >= OLD_SECONDS

    async def fetch(self, scope: Scope) -> Fetched:
        """All names straight from SMSC, and the activated ones; the file is brought up to date as well.

        Raises:
            SmscError: it could not be had.
        """
        access = await self._accounts.access(scope)
        await self._pausing(scope, self._logins.place(access))
        asked = self._looks.now()
        fetched = await self._pausing(scope, self._looks.whole(access))
        await self._looks.keep_whole((scope.account.id, scope.subclient), fetched, asked)
        return fetched

    async def changed_since(self, scope: Scope, day: date) -> Changes:
        """The names whose status changed at any operator since that day (`from_date`, seed).

        Raises:
            SmscError: it could not be had.
        """
        access = await self._accounts.access(scope)
        asked = self._looks.now()
        listed = await self._pausing(scope, self._client.names(access, everything=True, from_date=day))
        await self.refresh(scope)  # for whether they are activated; what could not be had is shown as not known
        names = await self._looks.keep_part((scope.account.id, scope.subclient), listed.names, asked)
        return Changes(tuple(names), gaps(listed))

    async def by_word(self, scope: Scope, word: str) -> Lookup:
        """The name that a word means: its spelling, SMSC's number of it, or both: `LILY #24608`."""
        problem = await self.refresh(scope)
        account_id, subclient = scope.account.id, scope.subclient
        name, number = parts(word)

        def read(tx: Transaction) -> Lookup:
            rows = table.by_name(tx, account_id, subclient, word)
            if not rows and number is not None:
                row = table.by_number(tx, account_id, subclient, number)
                rows = [row] if row is not None and row.name.casefold() == name.casefold() else []
            if not rows and _NUMBER.fullmatch(word):
                row = table.by_number(tx, account_id, subclient, int(word))
                rows = [row] if row is not None else []
            return _looked_up(tx, scope, rows, problem)

        return await self._database.run(read)

    async def by_id(self, scope: Scope, number: int) -> Lookup:
        """The name that SMSC has under this number."""
        problem = await self.refresh(scope)
        account_id, subclient = scope.account.id, scope.subclient

        def read(tx: Transaction) -> Lookup:
            row = table.by_number(tx, account_id, subclient, number)
            return _looked_up(tx, scope, [row] if row is not None else [], problem)

        return await self._database.run(read)

    async def likely(self, scope: Scope, most: int = PAGE) -> Names:
        """The names that a document is most likely for: that need one, that are not activated, then the last used."""
        order = (Filter.NEEDS_YOU.bit, Filter.NOT_ACTIVE.bit)
        return await self._some(scope, lambda tx: table.likely(tx, scope.account.id, scope.subclient, order, most))

    async def active_letters(self, scope: Scope, most: int) -> Names:
        """Activated names of letters, which a confirmation code may come from."""

        def read(tx: Transaction) -> list[NameRow]:
            _, rows = table.page(
                tx, scope.account.id, scope.subclient, filters=Filter.ACTIVE.bit, search="", limit=100, offset=0
            )
            return [row for row in rows if not row.name.isdigit() and "@" not in row.name][:most]

        return await self._some(scope, read)

    async def taken(self, scope: Scope) -> Taken:
        """The names of the list as they are spelled, as far as it is known; nothing is asked."""
        account_id, subclient = scope.account.id, scope.subclient
        return await self._taken.get(
            (account_id, subclient),
            lambda tx: Taken(table.spelled(tx, account_id, subclient), _as_of(tx, account_id, subclient)),
        )

    async def _some(self, scope: Scope, rows: Callable[[Transaction], Sequence[NameRow]]) -> Names:
        problem = await self.refresh(scope)
        account_id, subclient = scope.account.id, scope.subclient

        def read(tx: Transaction) -> Names:
            names = tuple(kept.known(tx, account_id, subclient, rows(tx)))
            return Names(names, _as_of(tx, account_id, subclient), problem)

        return await self._database.run(read)

    async def subclients(self, account: Account) -> tuple[str, ...]:
        """The subclients whose names were listed before."""
        return await self._database.run(lambda tx: table.subclients(tx, account.id))

    async def _refreshed(self, scope: Scope) -> tuple[bool, SmscError | None]:
        """As `refresh`; whether the fetch is over, and what went wrong."""
        key = (scope.account.id, scope.subclient)
        fetched = await self._database.run(lambda tx: table.fetched(tx, *key))
        if fetched is not None and self._age(key, fetched) < FRESH_SECONDS:
            return True, None
        now = asyncio.get_running_loop().time()
        fetching = self._under_way.get(key)
        if fetching is None:
            fetching = self._under_way[key] = _Fetching(now)
            self._beside(lambda: self._fetch_for(scope, fetching))
        try:
            async with asyncio.timeout(None if fetched is None else max(0.0, fetching.began + PATIENCE - now)):
                await fetching.over.wait()
        except TimeoutError:
            return False, None
        return True, fetching.problem

    async def _pausing(self, scope: Scope, asking: Awaitable[T]) -> T:
        """Asks SMSC; where it refuses the key, the account is paused, so that it is not asked with that one again."""
        try:
            return await asking
        except Refused as refused:
            if refused.kind is ErrorKind.AUTHORISATION:
                await self._accounts.pause(scope.account.id, KEY_REFUSED, seen_by=scope.user_id)
            raise

    def _age(self, key: tuple[int, str], fetched: float) -> float:
        """Seconds since the list that the file has from `fetched` came, whatever the clock was set to meanwhile."""
        came = self._looks.came(key)
        if came is not None and came.at == fetched:
            return self._clock.ticks() - came.ticks
        return max(age(self._clock.now(), fetched), self._clock.ticks() - self._began)

    async def _fetch_for(self, scope: Scope, fetching: _Fetching) -> None:
        """Fetches the list for all who wait."""
        fetching.problem = AnswerLost(Loss.DROPPED)  # unless something better is known in the end
        try:
            fetching.problem = await self._fetch(scope)
        finally:
            del self._under_way[scope.account.id, scope.subclient]
            fetching.over.set()

    async def _fetch(self, scope: Scope) -> SmscError | None:
        try:
            await self.fetch(scope)
        except SmscError as problem:
            return problem
        return None


def parts(title: str) -> tuple[str, int | None]:
    """The spelling, and SMSC's number where it stands behind it: see `KnownName.title`."""
    both = _NUMBERED.fullmatch(title)
    return (both[1], int(both[2])) if both is not None else (title, None)


def _as_of(tx: Transaction, account_id: int, subclient: str) -> float | None:
    listing = table.listing(tx, account_id, subclient)
    return listing.listed if listing is not None else None


def _looked_up(tx: Transaction, scope: Scope, rows: Sequence[NameRow], problem: SmscError | None) -> Lookup:
    """What was found, or what that nothing was found means."""
    account_id, subclient = scope.account.id, scope.subclient
    names, as_of = kept.known(tx, account_id, subclient, rows, scope.user_id), _as_of(tx, account_id, subclient)
    if len(names) > 1:
        return Several(tuple(names))
    if names:
        return Found(names[0], as_of, problem)
    lacks = table.gaps(tx, account_id, subclient)
    return NotHad(problem, as_of, lacks) if problem is not None or lacks else NotListed(as_of)
