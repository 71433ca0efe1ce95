"""Lists as SMSC is asked for them, and as they are written: for people and for the watch alike.

Whatever is written goes past one witness in the same transaction, so that no change is missed or seen twice, whoever
asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from bot.clock import Clock, new_tag
from bot.recent import Recent
from bot.senders import kept
from bot.senders.kept import Fetched, Witness, unwatched
from bot.senders.known import KnownName
from bot.senders.logins import Logins
from bot.smsc import Access, Answer, SenderName, SmscClient
from bot.smsc.catalogue import LIST_MAX
from bot.storage import names as names_table
from bot.storage.database import Database
from bot.storage.names import Gaps
from bot.storage.transaction import Transaction
from bot.storage.unit_of_work import Write

ScopeKey = tuple[int, str]
"""An account, by its id, and a subclient of it (empty: none)."""
_CAME_MOST: Final = 50_000
"""Lists of which it is remembered when they were asked for."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole list, and the whole one of the activated names. `known`: the answers that it was made of last."""

    known: str | None = None


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
        self._process = new_tag()
        """Answers that a former process read are read anew: it may have been of another version."""

    def now(self) -> Asked:
        """The present moment."""
        return Asked(self._clock.now(), self._clock.ticks())

    def came(self, key: ScopeKey) -> Asked | None:
        """When the whole list was asked for last since the process began."""
        return self._came.get(key)

    async def look(self, access: Access, how: How, scopes: Sequence[ScopeKey]) -> Write | None:
        """The watch looks at a list, once for all of whom these are the names, and what is known of them is brought up.

        It asks for another count than people do, so that its requests and theirs are not identical ones (error 9).
        Gives what is still to be written of it.

        Raises:
            SmscError: it could not be had. A refused key pauses nobody here.
        """
        await self.logins.place(access)
        asked, most = self.now(), max(1, self._most - 1)
        if isinstance(how, Whole):
            fetched = await self.whole(access, most, how.known)
            if fetched.answers is not None and fetched.answers == how.known:
                for each in scopes:
                    self._came.put(each, asked)
                return partial(self._again, scopes, how.known, asked.at)
            for each in scopes:
                await self.keep_whole(each, fetched, asked)
            return None
        active: Sequence[SenderName] | None = None
        if isinstance(how, Newest):
            some = (await self._client.names(access, everything=True, count=how.count)).names
            listed = await self._client.names(access, everything=False, count=how.count)
            active = listed.names if listed.complete else None
        else:
            some = (await self._client.names(access, everything=True, from_date=how.day, count=most)).names
        for each in scopes if some else ():
            await self.keep_part(each, some, asked, active)
        return None

    def _again(self, scopes: Sequence[ScopeKey], answers: str, asked: float, tx: Transaction) -> None:
        """The same answers came; what was written meanwhile is of a later moment, and stays."""
        for each in scopes:
            names_table.again(tx, *each, answers, asked, self._clock.now())

    async def whole(self, access: Access, most: int | None = None, known: str | None = None) -> Fetched:
        """All names straight from SMSC, and the activated ones; no names where just the `known` answers came again.

        Raises:
            SmscError: they could not be had.
        """
        process, _, digests = (known or "").partition(" ")
        first, _, second = digests.partition(" ") if process == self._process else ("", "", "")
        everything = await self._all(access, most or self._most, everything=True, known=first)
        active = await self._all(access, most or self._most, everything=False, known=second)
        answers = f"{self._process} {everything.digest} {active.digest}"
        if everything.unread is not None and active.unread is not None:
            return Fetched((), (), answers=answers)
        everything, active = await _read(everything), await _read(active)
        await self.logins.seen(access, everything.names)
        certain = everything.digest and active.digest and everything.complete and active.complete
        return Fetched(everything.names, active.names, gaps(everything), gaps(active), answers if certain else None)

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

    async def _all(self, access: Access, most: int, *, everything: bool, known: str = "") -> Answer:
        """The whole list, in as many requests as it takes (`cnt`, `prev_id`: seed).

        Where the rest cannot be asked for (SMSC gave no numbers, or the same names again), the list is cut. It has a
        digest, and may be `known` by it, where one request was enough.
        """
        whole = page = await self._client.names(access, everything=everything, count=most, known=known)
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


async def _read(answer: Answer) -> Answer:
    """The answer with what it says; one that was known by its digest is as long as the whole list."""
    return answer if answer.unread is None else await asyncio.to_thread(answer.unread)


def gaps(listed: Answer) -> Gaps:
    """What a list lacks."""
    return Gaps(listed.left_out, listed.cut)
