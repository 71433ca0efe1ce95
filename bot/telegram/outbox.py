"""What is told without being asked: notices wait in the file until Telegram has them."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Final

import orjson
import structlog

from bot.clock import Clock
from bot.storage import outbox as table
from bot.storage.database import Database
from bot.storage.outbox import Notice
from bot.telegram.front import Front
from bot.telegram.inbox import Unit
from bot.telegram.lanes import Lanes
from bot.telegram.panel import BlockedError, NotShownError, from_json

log = structlog.get_logger(__name__)

_PAUSES: Final = (1.0, 5.0, 15.0, 60.0, 300.0)
_TRIES: Final = 50
_LOOK_SECONDS: Final = 30.0
"""How often the file is looked into, for what an update put there to be told later."""


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
            next_due = await self._round()
            try:
                async with asyncio.timeout(min(next_due, _LOOK_SECONDS)):
                    await self._something.wait()
            except TimeoutError:
                continue

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
        unit = Unit()
        try:
            if notice.kind == "drawn":
                await self._front.deliver_drawn(notice.chat_id, from_json(notice.body), unit)
            else:
                await self._front.deliver(notice.chat_id, notice.kind, orjson.loads(notice.body), unit)
        except NotShownError:
            pause = _PAUSES[min(notice.attempts, len(_PAUSES) - 1)]
            until = self._clock.now() + pause
            if notice.attempts < _TRIES:
                unit.works = [lambda db: table.postpone(db, notice.id, until)]
            else:
                unit.works = [lambda db: table.strike_off(db, notice.id)]
        except BlockedError:
            log.info("not delivered: blocked by the person", chat_id=notice.chat_id)
            unit.add(lambda db: table.strike_off(db, notice.id))
        except Exception:
            log.exception("notice failed", kind=notice.kind, notice=notice.id)
            unit.works = [lambda db: table.strike_off(db, notice.id)]
        else:
            unit.add(lambda db: table.strike_off(db, notice.id))
        try:
            await self._database.run(lambda db: _all(db, unit))
        except sqlite3.Error as failure:
            log.error("cannot write", why=str(failure), notice=notice.id)
        finally:
            self._under_way.discard(notice.id)
            self.wake()


def _all(db: sqlite3.Connection, unit: Unit) -> None:
    for work in unit.works:
        work(db)
