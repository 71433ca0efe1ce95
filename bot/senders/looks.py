"""Lists as SMSC is asked for them, and as they are written: for people and for the watch alike.

Whatever is written goes past one witness in the same transaction, so that no change is missed or seen twice, whoever
asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.clock import Clock
from bot.recent import Recent
from bot.senders import kept
from bot.senders.kept import Fetched, Witness, unwatched
from bot.senders.known import KnownName
from bot.senders.logins import Logins
from bot.smsc import Access, Answer, SenderName, SmscClient
from bot.smsc.catalogue import LIST_MAX
from bot.storage.database import Database
from bot.storage.names import Gaps

ScopeKey = tuple[int, str]
"""An account, by its id, and a subclient of it (empty: none)."""
_CAME_MOST: Final = 50_000
"""Lists of which it is remembered when they were asked for."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole list, and the whole one of the activated names."""


@dataclass(frozen=True, slots=True)
class Newest:
    """So many of the newest names, and which of them are activated."""

    count: int


@dataclass(frozen=True, slots=True)
class Since:
    """The names whose status changed at any operator since a day: all that one short request can tell (seed)."""

    day: date


How = Whole | Newest | Since


@dataclass(frozen=True, slots=True)
class Asked:
    """When a list was asked for: as the machine's time was then, and by the clock that never jumps."""

    at: float
    ticks: float


class Looks:
    """Asks, and writes what came. `most`: how many names one request asks for."""

    def __init__(
        self,
        client: SmscClient,
        database: Database,
        clock: Clock,
        most: int = LIST_MAX,
        witness: Witness = unwatched,
        noticed: Callable[[], None] = lambda: None,
    ) -> None:
        """`witness` sees every list that is written; `noticed` is called after that."""
        self.logins = Logins(client, database)
        self._client = client
        self._database = database
        self._clock = clock
        self._most = most
        self._witness = witness
        self._noticed = noticed
        self._came: Recent[ScopeKey, Asked] = Recent(_CAME_MOST)

    def now(self) -> Asked:
        """The present moment."""
        return Asked(self._clock.now(), self._clock.ticks())

    def came(self, key: ScopeKey) -> Asked | None:
        """When the whole list was asked for last since the process began."""
        return self._came.get(key)

    async def look(self, access: Access, how: How, scopes: Sequence[ScopeKey]) -> None:
        """The watch looks at a list, once for all of whom these are the names, and what is known of them is brought up.

        It asks for another count than people do, so that its requests and theirs are not identical ones (error 9).

        Raises:
            SmscError: it could not be had. A refused key pauses nobody here.
        """
        await self.logins.place(access)
        asked, most = self.now(), max(1, self._most - 1)
        if isinstance(how, Whole):
            fetched = await self.whole(access, most)
            for each in scopes:
                await self.keep_whole(each, fetched, asked)
            return
        active: Sequence[SenderName] | None = None
        if isinstance(how, Newest):
            some = (await self._client.names(access, everything=True, count=how.count)).names
            listed = await self._client.names(access, everything=False, count=how.count)
            active = listed.names if listed.complete else None
        else:
            some = (await self._client.names(access, everything=True, from_date=how.day, count=most)).names
        for each in scopes if some else ():
            await self.keep_part(each, some, asked, active)

    async def whole(self, access: Access, most: int | None = None) -> Fetched:
        """All names straight from SMSC, and the activated ones.

        Raises:
            SmscError: they could not be had.
        """
        everything = await self._all(access, most or self._most, everything=True)
        active = await self._all(access, most or self._most, everything=False)
        await self.logins.seen(access, everything.names)
        return Fetched(everything.names, active.names, gaps(everything), gaps(active))

    async def keep_whole(self, key: ScopeKey, fetched: Fetched, asked: Asked) -> None:
        """Writes the whole list."""
        await self._database.run(lambda tx: kept.replace(tx, *key, fetched, asked.at, self._witness))
        self._came.put(key, asked)
        self._noticed()

    async def keep_part(
        self, key: ScopeKey, some: Sequence[SenderName], asked: Asked, active: Sequence[SenderName] | None = None
    ) -> list[KnownName]:
        """Writes a part of the list; gives its names in the order given."""
        names = await self._database.run(lambda tx: kept.merge(tx, *key, some, asked.at, self._witness, active))
        self._noticed()
        return names

    async def _all(self, access: Access, most: int, *, everything: bool) -> Answer:
        """The whole list, in as many requests as it takes (`cnt`, `prev_id`: seed).

        Where the rest cannot be asked for (SMSC gave no numbers, or the same names again), the list is cut.
        """
        whole = page = await self._client.names(access, everything=everything, count=most)
        before: int | None = None
        while not page.cut and page.names and len(page.names) + page.left_out >= most:
            last = page.names[-1].id
            if last is None or (before is not None and last >= before):
                return replace(whole, cut=True)
            before = last
            page = await self._client.names(access, everything=everything, count=most, before_id=before)
            whole = Answer(
                names=whole.names + page.names, left_out=whole.left_out + page.left_out, cut=whole.cut or page.cut
            )
        return whole


def gaps(listed: Answer) -> Gaps:
    """What a list lacks."""
    return Gaps(listed.left_out, listed.cut)
