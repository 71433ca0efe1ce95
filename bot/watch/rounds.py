"""The looks: each account and subclient in use in its turn, spread evenly, within SMSC's limits and after people.

One look serves everybody who has the same names. What fails stays with its account: it is looked at again after growing
pauses. What fails for a whole service (it is down, it blocks this address) makes the watch leave that service alone,
and then try with one account at a time. A key that is refused pauses its account, and its people are told once.
"""

from __future__ import annotations

import asyncio
import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import orjson
import structlog

from bot.accounts import KEY_REFUSED, AccountGoneError, Accounts, KeyUnreadableError, Scope
from bot.clock import Clock
from bot.senders.looks import How, Looks, ScopeKey, Whole
from bot.smsc import Access, AnswerLost, ErrorKind, Identity, Limits, Loss, MustWait, NotSent, Refused, WaitReason
from bot.storage import events as events_table
from bot.storage import members as members_table
from bot.storage import names as names_table
from bot.storage import outbox as outbox_table
from bot.storage import watch as table
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from bot.storage.watch import WatchRow
from bot.supervision import Supervisor, either
from bot.watch.pace import Pace, looks
from bot.watch.service import Service

log = structlog.get_logger(__name__)

UNKNOWN: Final = "watch_unknown"
"""The kind of notice that tells that SMSC does not give a subclient's names."""
BEYOND: Final = "watch_beyond"
"""The kind of notice that tells a person that lists are not watched: they have as many watched as one may have."""
_TOLD_AFTER: Final = 3
"""So many refusals in a row, and the person is told; they are told once."""
SOON_SECONDS: Final = 20.0
"""After a change of one's own the names are looked at so soon."""
_NEWCOMERS_SECONDS: Final = 60.0
"""How often the file is looked into for accounts and subclients that are new, or not paused any more."""
_FORGET_SECONDS: Final = 3600.0
"""How often what happened very long ago is looked for, to be forgotten."""
_PEOPLE_FIRST_SECONDS: Final = 5.0
"""A login that a person's request is under way for is looked at so much later."""
_SILENT: Final = frozenset({Loss.DROPPED, Loss.TIMEOUT, Loss.SERVER, Loss.STATUS, Loss.EMPTY})
"""Answers that were lost because of the service, not of the account."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How the watch keeps up.

    watched  accounts and subclients that are watched
    overdue  those of them whose look should have gone well long ago
    seconds  how long ago the most overdue look should have gone well
    """

    watched: int
    overdue: int
    seconds: float


class Watch:
    """Looks at everybody's names, for as long as it runs. `chance` gives numbers from 0 to 1.

    Of one person `most` lists are watched.
    """

    def __init__(
        self,
        *,
        looks: Looks,
        limits: Limits,
        accounts: Accounts,
        database: Database,
        clock: Clock,
        supervisor: Supervisor,
        pace: Pace,
        chance: Callable[[], float],
        noticed: Callable[[], None],
        most: int,
    ) -> None:
        self._most = most
        self._looks = looks
        self._limits = limits
        self._accounts = accounts
        self._database = database
        self._clock = clock
        self._supervisor = supervisor
        self._pace = pace
        self._chance = chance
        self._noticed = noticed
        self._rows: dict[ScopeKey, WatchRow] = {}
        self._due: dict[ScopeKey, float] = {}
        self._promised: dict[ScopeKey, float] = {}
        """When each is to be looked at, as long as that has not gone well: whatever it is put off for."""
        self._line: list[tuple[float, ScopeKey]] = []
        self._looking: set[ScopeKey] = set()
        self._services: dict[str, Service] = {}
        self._same: dict[Identity, set[ScopeKey]] = {}
        self._read = self._forgot = -math.inf
        self._hurried: set[ScopeKey] = set()
        self._news = asyncio.Event()

    def soon(self, account_id: int, subclient: str) -> None:
        """Somebody changed something at SMSC: what comes of it is looked for soon, and often from now on."""
        key, now = (account_id, subclient), self._clock.now()
        self._database.soon(lambda tx: table.moved(tx, account_id, subclient, now))
        if key in self._looking:
            self._hurried.add(key)
        elif key not in self._rows:
            self._read = -math.inf
        elif (due := self._clock.ticks() + self._soon) < self._due.get(key, math.inf):
            self._plan(key, due)
        self._news.set()

    def lag(self) -> Lag:
        """How late the looks are."""
        ticks = self._clock.ticks()
        late = [ticks - self._promised.get(key, ticks) for key in self._rows]
        return Lag(len(late), sum(each > self._pace.late for each in late), max(0.0, max(late, default=0.0)))

    @property
    def _soon(self) -> float:
        return min(SOON_SECONDS, self._pace.least)

    async def run(self) -> None:
        """Looks, until it is cancelled."""
        while True:
            self._news.clear()
            ticks = self._clock.ticks()
            if ticks >= self._read + _NEWCOMERS_SECONDS:
                await self._take_up()
                ticks = self._read = self._clock.ticks()
            self._start(ticks)
            pause = min(self._read + _NEWCOMERS_SECONDS, self._line[0][0] if self._line else ticks + 3600.0) - ticks
            await either(self._news.wait(), self._clock.sleep(max(pause, 0.0)))

    async def _take_up(self) -> None:
        """Takes up who is new since the last time; what is overdue is spread over a period of its own."""
        now, ticks = self._clock.now(), self._clock.ticks()
        if ticks >= self._forgot + _FORGET_SECONDS:
            self._forgot = ticks
            await self._database.run(lambda tx: events_table.forget_old(tx, now))

        def admitted(tx: Transaction) -> list[WatchRow]:
            for user_id, ((account_id, subclient), *others) in table.admit(tx, now, self._most).items():
                told = {"account": account_id, "subclient": subclient, "others": len(others)}
                outbox_table.put(tx, user_id, BEYOND, orjson.dumps(told).decode())
                self._noticed()
            return table.in_use(tx)

        rows = {(each.account_id, each.subclient): each for each in await self._database.run(admitted)}
        for key in self._rows.keys() - rows.keys():
            del self._rows[key]
            self._due.pop(key, None)
        self._promised = {key: at for key, at in self._promised.items() if key in self._rows}
        for key, row in rows.items():
            if key in self._rows:
                continue
            self._rows[key] = row
            if row.service is not None and row.who is not None:
                self._same.setdefault(self._limits.counted_as(Identity(row.service, row.who)), set()).add(key)
            pause = self._pace.first(row, now, self._chance())
            self._promised[key] = ticks + pause
            self._plan(key, ticks + pause)

    def _plan(self, key: ScopeKey, due: float) -> None:
        self._due[key] = due
        heapq.heappush(self._line, (due, key))

    def _start(self, ticks: float) -> None:
        """Begins the looks that are due, as many as their service bears."""
        while self._line and self._line[0][0] <= ticks:
            due, key = heapq.heappop(self._line)
            row = self._rows.get(key)
            if row is None or self._due.get(key) != due:
                continue  # it was planned anew, or is not watched any more
            service = self._services.setdefault(row.host, Service())
            del self._due[key]
            if service.until > ticks:
                self._plan(key, service.until + self._chance() * self._pace.least)
            elif service.looking >= service.most:
                service.waiting[key] = None
            else:
                self._begin(key, service)

    def _begin(self, key: ScopeKey, service: Service) -> None:
        service.looking += 1
        self._looking.add(key)
        self._due.pop(key, None)  # it may have been planned anew while it waited
        service.waiting.pop(key, None)
        self._supervisor.once("watch", lambda: self._look(key, service))

    async def _look(self, key: ScopeKey, service: Service) -> None:
        """One look; whatever comes of it, there is a next one, unless the account is gone or paused."""
        pause: float | None = self._pace.least
        try:
            pause = await self._looked(key, service)
        finally:
            service.looking -= 1
            self._looking.discard(key)
            if key in self._hurried and pause is not None:
                pause = min(pause, self._soon)
            self._hurried.discard(key)
            if pause is not None and key in self._rows and key not in self._due:
                self._plan(key, self._clock.ticks() + pause)
            while service.looking < service.most and (following := service.follows(self._rows)) is not None:
                if service.until > self._clock.ticks():
                    self._plan(following, service.until + self._chance() * self._pace.least)
                else:
                    self._begin(following, service)
            self._news.set()

    async def _looked(self, key: ScopeKey, service: Service) -> float | None:
        """Seconds until the next look; None: there is none."""
        account = await self._accounts.load(key[0])
        if account is None or account.paused is not None:
            self._rows.pop(key, None)
            return None
        try:
            access = await self._accounts.access(Scope(account, key[1]))
            if self._limits.is_busy(access.identity):
                return _PEOPLE_FIRST_SECONDS * (1.0 + self._chance())
            return await self._asked(key, access, service)
        except (AccountGoneError, KeyUnreadableError):
            self._rows.pop(key, None)
            return None
        except MustWait as wait:
            return self._held(wait, service)
        except (NotSent, AnswerLost) as failure:
            if isinstance(failure, NotSent) or failure.how in _SILENT:
                service.silent(self._clock.ticks())
            return await self._failed(key, str(failure))
        except Refused as refused:
            return await self._refused(key, refused, service)

    async def _asked(self, key: ScopeKey, access: Access, service: Service) -> float:
        """Looks, for everybody who has the same names; gives the seconds until the next look."""
        now = self._clock.now()
        scopes = self._group(key, access.owner)
        wanted = await self._database.run(lambda tx: _wanted(tx, scopes, now))
        unwritten = [await self._looks.look(access, how, scopes) for how in wanted]
        service.answered()
        whole = any(isinstance(each, Whole) for each in wanted)
        chance, asked, now = self._chance(), now, self._clock.now()

        def write(tx: Transaction) -> float:
            for each_write in filter(None, unwritten):
                each_write(tx)
            rows = [each for each in (table.load(tx, *scope) for scope in scopes) if each is not None]
            period = min((self._pace.period(each, now) for each in rows), default=self._pace.least)
            doubted = any(table.doubted(tx, *scope) for scope in scopes)
            pause = self._pace.again(period, doubted=doubted) * (0.9 + 0.1 * chance)  # a period at most
            looked = [
                replace(
                    each,
                    service=access.owner.service if (each.account_id, each.subclient) == key else each.service,
                    who=access.owner.who if (each.account_id, each.subclient) == key else each.who,
                    since=now,
                    next=now + pause,
                    asked=asked,
                    whole=asked if whole else each.whole,
                    moved=min(each.moved, now),  # the clock may have been set back since
                    failures=0,
                    refused=0,
                )
                for each in rows
            ]
            table.save(tx, looked)
            return pause

        pause = await self._database.run(write)
        if key in self._rows:
            self._rows[key] = replace(self._rows[key], failures=0, refused=0)
        for scope in scopes:
            self._promised[scope] = self._clock.ticks() + pause
        for scope in scopes[1:]:
            if scope not in self._looking:
                service.waiting.pop(scope, None)
                self._plan(scope, self._clock.ticks() + pause)
        return pause

    def _group(self, key: ScopeKey, owner: Identity) -> Sequence[ScopeKey]:
        """Everybody known to have the same names, this one first."""
        same = self._same.setdefault(self._limits.counted_as(owner), set())
        same.add(key)
        same &= self._rows.keys()
        same.add(key)
        return [key, *(each for each in same if each != key)]

    def _held(self, wait: MustWait, service: Service) -> float:
        """SMSC's limits do not let it look now: nothing was asked."""
        pause = max(wait.until - self._clock.now(), 1.0)
        if wait.why is WaitReason.BLOCKED:
            service.leave_alone(self._clock.ticks() + pause)
        return pause + self._chance() * min(self._pace.least, pause)

    async def _refused(self, key: ScopeKey, refused: Refused, service: Service) -> float | None:
        ticks = self._clock.ticks()
        service.answered()
        if refused.kind is ErrorKind.AUTHORISATION:
            service.refused(ticks)
            await self._pause(key)
            return None
        if refused.kind is ErrorKind.ADDRESS_BLOCKED and refused.until is not None:
            service.leave_alone(ticks + refused.until - self._clock.now())
        lasting = refused.kind not in {ErrorKind.ADDRESS_BLOCKED, ErrorKind.TOO_OFTEN}
        return await self._failed(key, str(refused), refused=lasting)

    async def _pause(self, key: ScopeKey) -> None:
        """SMSC refused the key: nothing more is asked with it until the person brings another one."""
        for each in [each for each in self._rows if each[0] == key[0]]:
            del self._rows[each]
        await self._accounts.pause(key[0], KEY_REFUSED)
        self._noticed()

    async def _failed(self, key: ScopeKey, why: str, *, refused: bool = False) -> float:
        """Puts the next look off; `refused`: SMSC will say the same again, so it is asked ever less, down to daily."""
        row = self._rows.get(key)
        if row is None:
            return self._pace.least
        self._rows[key] = row = replace(row, failures=row.failures + 1, refused=row.refused + refused)
        log.info("not looked at", account=key[0], why=why, failures=row.failures)
        pause = self._pace.after_refusal(row) if refused else self._pace.after_failure(row)
        pause, now = pause * (0.9 + 0.2 * self._chance()), self._clock.now()
        tells = refused and row.refused == _TOLD_AFTER and bool(key[1])

        def write(tx: Transaction) -> None:
            table.put_off(tx, row, now, now + pause)
            told = orjson.dumps({"account": key[0], "subclient": key[1]}).decode()
            for each in members_table.people(tx, key[0]) if tells else ():
                outbox_table.put(tx, each.user_id, UNKNOWN, told)

        await self._database.run(write)
        if tells:
            self._noticed()
        return pause


def _wanted(tx: Transaction, scopes: Sequence[ScopeKey], now: float) -> tuple[How, ...]:
    """What is looked at for all of whom these are the names: as much as the one needs who needs most."""
    rows = [each for each in (table.load(tx, *scope) for scope in scopes) if each is not None]
    lists = [names_table.listing(tx, *scope) for scope in scopes]
    if not rows or None in lists:
        return (Whole(),)
    row = replace(
        rows[0],
        moved=max(each.moved for each in rows),
        whole=min(each.whole for each in rows),
        asked=min(each.asked for each in rows),
    )
    total = max(sum(names_table.counts(tx, *scope).values()) for scope in scopes)
    doubted = any(table.doubted(tx, *scope) for scope in scopes)
    made_of = {each.answers for each in lists if each is not None and not doubted}
    return looks(row, now, total=total, doubted=doubted, known=made_of.pop() if len(made_of) == 1 else None)
