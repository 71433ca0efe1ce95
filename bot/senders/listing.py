"""Lists of sender names: fetched within SMSC's limits, kept in the file, paged and searched from there."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.accounts import KEY_REFUSED, Account, Accounts, Scope
from bot.clock import Clock, age
from bot.senders.known import KnownName, NameState, from_row, to_row
from bot.smsc import Access, Answer, AnswerLost, Balance, ErrorKind, Loss, Refused, SenderName, SmscClient, SmscError
from bot.smsc.catalogue import LIST_MAX
from bot.storage import names as table
from bot.storage.database import Database
from bot.storage.names import Gaps

PAGE: Final = 8
FRESH_SECONDS: Final = 20.0
"""Identical lists are asked for at least so far apart (error 9 comes at the fourth within a minute)."""
PATIENCE: Final = 1.0
"""Seconds that anybody waits for a list that is known already: then the known one is shown, and the new one comes in
beside it."""

Beside = Callable[[Callable[[], Awaitable[None]]], None]
"""Runs a job beside everything else, supervised."""


@dataclass(frozen=True, slots=True)
class NamesPage:
    """A page of the list.

    `total` counts what fits the filter and the search, `counts` all names by state. `fetched` is when SMSC gave the
    list (epoch seconds; None: never), `problem` why it could not give it now, or not at once: then the page is what was
    known before. `lacks` tells what of the list could not be read.
    """

    names: tuple[KnownName, ...]
    number: int
    total: int
    counts: Mapping[NameState, int]
    state: NameState | None
    search: str
    fetched: float | None
    problem: SmscError | None
    lacks: Gaps = Gaps()  # noqa: RUF009  # frozen

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class Fetched:
    """The names straight from SMSC, and which of them are activated.

    `lacks`: a name that is not among `names` may be there all the same; `active_lacks`: so may an activated one.
    """

    names: tuple[SenderName, ...]
    active: frozenset[str]
    lacks: Gaps
    active_lacks: Gaps


@dataclass(frozen=True, slots=True)
class Changes:
    """The names whose status changed, newest change first; `lacks` tells what of the list could not be read."""

    names: tuple[KnownName, ...]
    lacks: Gaps


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
        beside: Beside,
        most: int = LIST_MAX,
    ) -> None:
        """`most` is how many names one request asks for; fetches that nobody waits for any more go on `beside`."""
        self._most = most
        self._client = client
        self._accounts = accounts
        self._database = database
        self._clock = clock
        self._beside = beside
        self._under_way: dict[tuple[int, str], _Fetching] = {}
        self._began = clock.ticks()
        self._came: dict[tuple[int, str], tuple[float, float]] = {}

    async def balance(self, access: Access) -> Balance:
        """Checks a key by asking for the balance.

        Raises:
            SmscError: whatever SMSC or the way there answered.
        """
        return await self._client.balance(access)

    async def page(
        self, scope: Scope, *, state: NameState | None = None, search: str = "", number: int = 0
    ) -> NamesPage:
        """A page of the list, fetched anew where it is older than SMSC's limits ask for."""
        came, problem = await self._refreshed(scope)
        if not came:
            problem = AnswerLost(Loss.TIMEOUT)
        account_id, subclient = scope.account.id, scope.subclient
        fetched, counts, lacks = await self._database.run(
            lambda db: (
                table.fetched(db, account_id, subclient),
                table.counts(db, account_id, subclient),
                table.gaps(db, account_id, subclient),
            )
        )
        total, rows = await self._database.run(
            lambda db: table.page(
                db,
                account_id,
                subclient,
                state=state.value if state else None,
                search=search,
                limit=PAGE,
                offset=number * PAGE,
            )
        )
        return NamesPage(
            tuple(map(from_row, rows)),
            number,
            total,
            {NameState(each): count for each, count in counts.items()},
            state,
            search,
            fetched or None,
            problem,
            lacks,
        )

    async def by_ref(self, scope: Scope, ref: int) -> KnownName | None:
        """The name with our number `ref`, if it belongs to this scope."""
        row = await self._database.run(lambda db: table.by_ref(db, scope.account.id, scope.subclient, ref))
        return from_row(row) if row else None

    async def by_name(self, scope: Scope, name: str) -> KnownName | None:
        """The name as spelled; else the one that differs in upper and lower case only."""
        row = await self._database.run(lambda db: table.by_name(db, scope.account.id, scope.subclient, name))
        return from_row(row) if row else None

    async def refresh(self, scope: Scope) -> SmscError | None:
        """Fetches the list where it is due; several who ask at once share one fetch. Returns what went wrong.

        A list that is known is not waited for longer than `PATIENCE`; the fetch goes on.
        """
        _, problem = await self._refreshed(scope)
        return problem

    async def outdated(self, scope: Scope) -> bool:
        """Whether something was changed at SMSC since the list was fetched."""
        return not await self._database.run(lambda db: table.fetched(db, scope.account.id, scope.subclient))

    async def fetch(self, scope: Scope) -> Fetched:
        """All names straight from SMSC, and which of them are activated; the file is brought up to date as well.

        Raises:
            SmscError: it could not be had.
        """
        access = await self._accounts.access(scope)
        everything = await self._all(access, everything=True)
        activated = await self._all(access, everything=False)
        active = frozenset(each.name for each in activated.names)
        fetched = Fetched(everything.names, active, _gaps(everything), _gaps(activated))
        account_id, subclient = scope.account.id, scope.subclient
        now = self._clock.now()
        ticks = self._clock.ticks()

        def write(db: sqlite3.Connection) -> None:
            known = table.states(db, account_id, subclient) if fetched.active_lacks else {}
            still = {name for name, state in known.items() if state == NameState.ACTIVE}
            rows = [to_row(each, active=each.name in active or each.name in still) for each in fetched.names]
            table.replace(db, account_id, subclient, rows, now, fetched.lacks)

        await self._database.run(write)
        self._came[account_id, subclient] = (now, ticks)
        return fetched

    async def changed_since(self, scope: Scope, day: date) -> Changes:
        """The names whose status changed at any operator since that day (`from_date`, seed).

        Raises:
            SmscError: it could not be had.
        """
        access = await self._accounts.access(scope)
        listed = await self._client.names(access, everything=True, from_date=day)
        await self.refresh(scope)
        known = [await self.by_name(scope, each.name) for each in listed.names]
        return Changes(tuple(each for each in known if each is not None), _gaps(listed))

    async def by_word(self, scope: Scope, word: str) -> KnownName | None:
        """The name that a word means: its spelling, or SMSC's number of it."""
        await self.refresh(scope)
        named = await self.by_name(scope, word)
        if named is not None or not (word.isascii() and word.isdigit() and len(word) < 19):
            return named
        return await self.by_id(scope, int(word))

    async def by_id(self, scope: Scope, number: int) -> KnownName | None:
        """The name that SMSC has under this number."""
        await self.refresh(scope)
        row = await self._database.run(lambda db: table.by_number(db, scope.account.id, scope.subclient, number))
        return from_row(row) if row else None

    async def likely(self, scope: Scope, most: int = PAGE) -> tuple[KnownName, ...]:
        """The names that a document is most likely for: those that need one or wait, then the last used."""
        await self.refresh(scope)
        rows = await self._database.run(lambda db: table.likely(db, scope.account.id, scope.subclient, most))
        return tuple(map(from_row, rows))

    async def active_letters(self, scope: Scope, most: int) -> tuple[str, ...]:
        """Active names of letters, which a confirmation code may come from."""
        await self.refresh(scope)
        _, rows = await self._database.run(
            lambda db: table.page(
                db, scope.account.id, scope.subclient, state=NameState.ACTIVE.value, search="", limit=100, offset=0
            )
        )
        return tuple(row.name for row in rows if not row.name.isdigit() and "@" not in row.name)[:most]

    async def taken(self, scope: Scope) -> frozenset[str]:
        """The names of the list in lower case, as far as it is known."""
        return await self._database.run(lambda db: table.folded(db, scope.account.id, scope.subclient))

    async def subclients(self, account: Account) -> tuple[str, ...]:
        """The subclients whose names were listed before."""
        return await self._database.run(lambda db: table.subclients(db, account.id))

    async def _all(self, access: Access, *, everything: bool) -> Answer:
        """The whole list, in as many requests as it takes (`cnt`, `prev_id`: seed)."""
        whole = page = await self._client.names(access, everything=everything, count=self._most)
        while not page.cut and page.names and len(page.names) + page.left_out >= self._most:
            before = page.names[-1].id
            if before is None:
                break
            page = await self._client.names(access, everything=everything, count=self._most, before_id=before)
            whole = Answer(
                names=whole.names + page.names, left_out=whole.left_out + page.left_out, cut=whole.cut or page.cut
            )
        return whole

    async def _refreshed(self, scope: Scope) -> tuple[bool, SmscError | None]:
        """As `refresh`; whether the fetch is over, and what went wrong."""
        key = (scope.account.id, scope.subclient)
        fetched = await self._database.run(lambda db: table.fetched(db, *key))
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

    def _age(self, key: tuple[int, str], fetched: float) -> float:
        """Seconds since the list that the file has from `fetched` came, whatever the clock was set to meanwhile."""
        now, ticks = self._came.get(key, (0.0, 0.0))
        if now == fetched:
            return self._clock.ticks() - ticks
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
        if scope.account.paused:
            return Refused.of(2)
        try:
            await self.fetch(scope)
        except Refused as refused:
            if refused.kind is ErrorKind.AUTHORISATION:
                await self._accounts.pause(scope.account.id, KEY_REFUSED)
            return refused
        except SmscError as problem:
            return problem
        return None


def _gaps(listed: Answer) -> Gaps:
    return Gaps(listed.left_out, listed.cut)
