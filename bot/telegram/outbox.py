"""What is told without being asked: notices wait in the file until Telegram has them."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Final

import orjson
import structlog

from bot.clock import Clock
from bot.conversation.form import home_button
from bot.conversation.screen import Screen
from bot.locales import Texts
from bot.storage import outbox as table
from bot.storage.database import Database
from bot.storage.outbox import Notice
from bot.telegram.front import Front
from bot.telegram.inbox import GIVEN_UP, Unit
from bot.telegram.lanes import Lanes
from bot.telegram.panel import BlockedError, NotShownError
from bot.telegram.routes import Routes

log = structlog.get_logger(__name__)

routes: Final = Routes()

_PAUSES: Final = (1.0, 5.0, 15.0, 60.0, 300.0)
_TRIES: Final = 50
_LOOK_SECONDS: Final = 30.0
"""How often the file is looked into, for what an update put there to be told later."""


@routes.notice(GIVEN_UP)
async def given_up(t: Texts) -> Screen:
    """An update that never came to its end: whoever sent it is told."""
    return Screen(t("I could not finish with what you sent. Please send it again."), ((home_button(t),),), lasting=True)


class Outbox:
    """Delivers notices, each in its chat's lane."""

    def __init__(self, database: Database, clock: Clock, front: Front, lanes: Lanes) -> None:
        self._database = database
        self._clock = clock
        self._front = front
        self._lanes = lanes
        self._something = asyncio.Event()
        self._under_way: set[int] = set()

    def wake(self) -> None:
        """Something was put in."""
        self._something.set()

    async def run(self) -> None:
        """Delivers until it is cancelled; starts with what a former run left."""
        self._something.set()
        while True:
            try:
                next_due = await self._round()
            except sqlite3.Error as failure:  # disk full, locked: it goes on when it can
                log.error("cannot read", why=str(failure))
                next_due = _LOOK_SECONDS
            await self._woken(min(next_due, _LOOK_SECONDS))

    async def _woken(self, seconds: float) -> None:
        """Until something is put in, at most so long."""
        waiting = {asyncio.ensure_future(self._something.wait()), asyncio.ensure_future(self._clock.sleep(seconds))}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()

    async def _round(self) -> float:
        """Puts what is due into the lanes; seconds until something else is."""
        self._something.clear()
        now = self._clock.now()
        pauses: list[float] = []
        for notice in await self._database.run(table.waiting):
            if notice.id in self._under_way:
                continue
            if notice.not_before > now:
                pauses.append(notice.not_before - now)
                continue
            self._under_way.add(notice.id)
            self._lanes.put(notice.chat_id, lambda notice=notice: self._deliver(notice))  # type: ignore[misc]
        return min(pauses, default=_LOOK_SECONDS)

    async def _deliver(self, notice: Notice) -> None:
        try:
            unit = await self._told(notice)
            await self._database.run(lambda db: _all(db, unit))
        except sqlite3.Error as failure:
            log.error("cannot write", why=str(failure), notice=notice.id)
        finally:
            self._under_way.discard(notice.id)
            self.wake()

    async def _told(self, notice: Notice) -> Unit:
        """Tells it, unless what came before it in the lane made it useless. Gives what that changes in the file."""
        unit = Unit()
        if await self._database.run(lambda db: table.load(db, notice.id)) is None:
            return unit
        try:
            if notice.kind in (table.PASSING, table.LASTING):
                await self._front.deliver_drawn(notice.chat_id, notice.body, unit)
            else:
                await self._front.deliver(notice.chat_id, notice.kind, orjson.loads(notice.body), unit)
        except NotShownError as failure:
            return self._later(notice, failure.wait)
        except BlockedError:
            log.info("not delivered: blocked by the person", chat_id=notice.chat_id)
        except Exception:
            log.exception("notice failed", kind=notice.kind, notice=notice.id)
            return self._later(notice, 0.0)
        unit.add(lambda db: table.strike_off(db, notice.id))
        return unit

    def _later(self, notice: Notice, wait: float) -> Unit:
        """It is told later, in `wait` seconds at the earliest; after so many tries no more."""
        pause = _PAUSES[min(notice.attempts, len(_PAUSES) - 1)]
        until = self._clock.now() + max(pause, wait)
        if notice.attempts < _TRIES:
            return Unit([lambda db: table.postpone(db, notice.id, until)])
        log.error("notice given up", kind=notice.kind, notice=notice.id)
        return Unit([lambda db: table.strike_off(db, notice.id)])


def _all(db: sqlite3.Connection, unit: Unit) -> None:
    for work in unit.works:
        work(db)
