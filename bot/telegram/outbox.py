"""What is told without being asked: notices wait in the file until Telegram has them."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
import structlog

from bot.backoff import Backoff
from bot.clock import Clock, Reading, due
from bot.conversation.form import home_button
from bot.conversation.screen import Button, Screen
from bot.locales import Texts, say, say_n
from bot.people import FORMS_LOST
from bot.screens.buttons import ShowHistory
from bot.storage import outbox as table
from bot.storage.database import Database
from bot.storage.errors import held_up
from bot.storage.outbox import Notice
from bot.storage.unit_of_work import UnitOfWork
from bot.supervision import BACKOFF, either, insisted, rest, stopped
from bot.telegram.chat_queues import ChatQueues
from bot.telegram.drawn import from_json
from bot.telegram.floods import FLOODED
from bot.telegram.holds import Holds
from bot.telegram.inbox import GIVEN_UP
from bot.telegram.notices import Notices
from bot.telegram.panel import BlockedError, NotShownError
from bot.telegram.routes import Routes

log = structlog.get_logger(__name__)

routes: Final = Routes()

LOST: Final = "lost"
"""The kind of notice that stands for one that cannot be read, or never could be shown."""
_BACKOFF: Final = Backoff((1.0, 5.0, 15.0, 60.0, 300.0))
_APART_MOST: Final = 10
"""Things that are told to a chat one by one; if more are due at once, they are told together."""
_TRIES: Final = 8
"""So often a notice is tried that fails for a reason of ours."""
_LOOK_SECONDS: Final = 30.0
"""How often the file is looked into, for what an update put there to be told later."""


@routes.notice(GIVEN_UP)
async def given_up(t: Texts) -> Screen:
    """An update that never came to its end: whoever sent it is told."""
    return given_up_screen(t)


def given_up_screen(t: Texts) -> Screen:
    """That something was not finished, and what to do."""
    return Screen(t("I could not finish with what you sent. Please send it again."), ((home_button(t),),), lasting=True)


@routes.notice(FLOODED)
async def flooded(t: Texts, body: Mapping[str, Any]) -> Screen:
    """More came at once than is read: whoever sent it is told what was."""
    return flooded_screen(t, int(body.get("files", 0)))


def flooded_screen(t: Texts, files: int) -> Screen:
    """What of a flood was not read, `files` of it, and what to do."""
    told = [
        t(
            "⚠️ That was more at once than I can read. I took what came first and your last message or tap; nothing in"
            " between was read or done."
        )
    ]
    if files:
        told.append(t(say_n("{count} file was among it.", "{count} files were among it.", files)))
    return Screen(t.lines(*told, say("Please send or tap again what is missing.")), ((home_button(t),),), lasting=True)


@routes.notice(LOST)
async def lost(t: Texts) -> Screen:
    """A notice that nobody can read any more: whoever it was for is told where to look."""
    return lost_screen(t)


def lost_screen(t: Texts) -> Screen:
    """That something was to be told, and where it stands."""
    text = t.lines(
        "There is something that I had to tell you and cannot read any more.",
        "What became of your requests stands in the history.",
    )
    return Screen(text, ((Button(t.label("History"), ShowHistory()), home_button(t)),), lasting=True)


@routes.notice(FORMS_LOST)
async def forms_lost(t: Texts) -> Screen:
    """What somebody had begun cannot be read any more: they are told what is left."""
    return forms_lost_screen(t)


def forms_lost_screen(t: Texts) -> Screen:
    """That unfinished forms are gone, and what is as it was."""
    text = t.lines(
        "What you had begun to fill in cannot be read any more. Please begin it anew.",
        "Your accounts and what was sent are as they were.",
    )
    return Screen(text, ((home_button(t),),), lasting=True)


class Outbox:
    """Delivers notices, each in its chat's queue.

    Those of one chat keep their order: where one cannot be told, those after it wait. Whoever puts something in sets
    `news`, so that it is looked at once.
    """

    def __init__(
        self, database: Database, clock: Clock, notices: Notices, queues: ChatQueues, holds: Holds, news: asyncio.Event
    ) -> None:
        self._database = database
        self._clock = clock
        self._notices = notices
        self._queues = queues
        self._holds = holds
        self._news = news
        self._under_way: set[int] = set()
        self._stuck: dict[int, tuple[float, int]] = {}
        self._due: dict[int, float] = {}
        """The ticks from which on a notice is told: set when it is first seen, whatever the clock says later."""
        self._before = self._read = Reading.of(clock)
        """The clock at the last look and at this one. What a former run left is measured by the clock at the start."""

    @property
    def overdue(self) -> float:
        """Seconds since the oldest of what is still to be told should have been."""
        return max(0.0, self._clock.ticks() - min(self._due.values(), default=math.inf))

    async def run(self) -> None:
        """Delivers until it is cancelled; starts with what a former run left."""
        self._news.set()
        while True:
            begun = self._clock.ticks()
            next_due = await self._round()
            pause = begun + next_due - self._clock.ticks()
            await either(self._news.wait(), self._clock.sleep(min(pause, _LOOK_SECONDS)))
            self._before, self._read = self._read, Reading.of(self._clock)

    async def _round(self) -> float:
        """Puts what is due into the queues; seconds until something else is."""
        self._news.clear()
        waiting = await self._database.run(table.waiting)
        self._due = {
            each.id: self._due.get(each.id, due(each.not_before, each.since, self._before, self._read))
            for each in waiting
        }
        ticks = self._clock.ticks()
        pauses: list[float] = []
        ready: dict[int, list[Notice]] = {}
        for notice in waiting:
            if notice.id in self._under_way:
                continue
            pause = max(self._due[notice.id] - ticks, self._wait(notice.chat_id))
            if pause > 0:
                pauses.append(pause)
                continue
            ready.setdefault(notice.chat_id, []).append(notice)
        for chat_id, notices in ready.items():
            apart = await self._folded(chat_id, notices)
            for notice in apart:
                self._under_way.add(notice.id)
                self._queues.put(chat_id, lambda notice=notice: self._deliver(notice))  # type: ignore[misc]
        return min(pauses, default=_LOOK_SECONDS)

    async def _folded(self, chat_id: int, notices: Sequence[Notice]) -> Sequence[Notice]:
        """What is told one by one; where that would be very much, the rest is told together."""
        receipts = [each for each in notices if each.kind not in (table.PASSING, table.RETURNED)]
        if len(receipts) <= _APART_MOST:
            return notices
        now = self._clock.now()
        await self._database.run(lambda tx: table.fold(tx, chat_id, receipts, now))
        self._news.set()
        return [each for each in notices if each.kind == table.PASSING]

    def _wait(self, chat_id: int) -> float:
        """Seconds until anything may be told in a chat: Telegram holds it back, or could not be reached."""
        until, _ = self._stuck.get(chat_id, (-math.inf, 0))
        return max(self._holds.chat_left(chat_id), until - self._clock.ticks())

    async def _deliver(self, notice: Notice) -> None:
        try:
            if self._wait(notice.chat_id) > 0:  # what came before it could not be told
                return
            unit_of_work = await self._told(notice)
            # It was told: that is written whenever the file can be written, so that it is not told twice.
            await insisted(self._clock, lambda: self._database.run(unit_of_work.write), held_up)
        except BaseException as failure:
            if stopped(failure):
                raise
            log.exception("notice failed", kind=notice.kind, notice=notice.id)
            await rest(self._clock, BACKOFF.after(notice.attempts + 1))
        finally:
            self._under_way.discard(notice.id)
            self._news.set()

    async def _told(self, notice: Notice) -> UnitOfWork:
        """Tells it, unless what came before it in the queue made it useless. Gives what that changes in the file."""
        later = {each for each, until in self._due.items() if until > self._clock.ticks()}
        if await self._database.run(lambda tx: table.load(tx, notice.id, later)) is None:
            return UnitOfWork([lambda tx: table.strike_off(tx, notice.id)])
        if not self._readable(notice):
            log.error("notice cannot be read", kind=notice.kind, notice=notice.id)
            return _given_up(notice)
        unit_of_work, now = UnitOfWork(), self._clock.now()
        try:
            await self._tell(notice, unit_of_work, now)
        except NotShownError as failure:
            self._held(notice.chat_id, failure)
            return UnitOfWork()
        except BlockedError as blocked:
            log.info("not delivered: blocked by the person", chat_id=notice.chat_id)
            if blocked.for_good or notice.kind in (table.PASSING, table.RETURNED):
                unit_of_work.add(lambda tx: table.strike_off(tx, notice.id))
            else:
                unit_of_work.add(lambda tx: table.park(tx, notice.id, now))
        except BaseException as failure:
            if stopped(failure):
                raise
            log.exception("notice failed", kind=notice.kind, notice=notice.id)
            return self._later(notice)
        else:
            unit_of_work.add(lambda tx: table.strike_off(tx, notice.id))
        self._stuck.pop(notice.chat_id, None)
        return unit_of_work

    async def _tell(self, notice: Notice, unit_of_work: UnitOfWork, now: float) -> None:
        """The notice drawn and shown; what that changes goes into the unit of work.

        Raises:
            NotShownError: Telegram could not be reached.
            BlockedError: the person does not want to hear from the bot.
        """
        chat_id, body = notice.chat_id, notice.body
        if notice.kind == table.RETURNED:
            parked = await self._database.run(lambda tx: table.parked(tx, chat_id, now))
            await self._notices.deliver_parked(chat_id, parked, unit_of_work, held=body == table.HELD)
            unit_of_work.add(lambda tx: table.strike_off(tx, *(each.id for each in parked)))
        elif notice.kind in (table.PASSING, table.LASTING):
            await self._notices.deliver_drawn(chat_id, body, unit_of_work)
        else:
            await self._notices.deliver(chat_id, notice.kind, body, unit_of_work)

    def _readable(self, notice: Notice) -> bool:
        if notice.kind == table.RETURNED:
            return True
        try:
            if notice.kind in (table.PASSING, table.LASTING):
                from_json(notice.body)
                return True
            return self._notices.tells(notice.kind) and isinstance(orjson.loads(notice.body), dict)
        except (TypeError, ValueError, LookupError):
            return False

    def _held(self, chat_id: int, failure: NotShownError) -> None:
        """Nothing can be told in a chat for now. However long that lasts, nothing is given up."""
        _, failures = self._stuck.get(chat_id, (0.0, 0))
        failures += 1
        pause = 0.0 if failure.wait > 0 else _BACKOFF.after(failures)
        self._stuck[chat_id] = (self._clock.ticks() + pause, failures)

    def _later(self, notice: Notice) -> UnitOfWork:
        """The notice put off; after so many tries given up."""
        pause = _BACKOFF.after(notice.attempts + 1)
        now = self._clock.now()
        if notice.attempts < _TRIES:
            self._due[notice.id] = self._clock.ticks() + pause
            return UnitOfWork([lambda tx: table.postpone(tx, notice.id, now + pause, now)])
        log.error("notice given up", kind=notice.kind, notice=notice.id)
        return _given_up(notice)


def _given_up(notice: Notice) -> UnitOfWork:
    """The notice is told no more; that there was one is."""
    unit_of_work = UnitOfWork([lambda tx: table.strike_off(tx, notice.id)])
    if notice.kind != LOST:
        unit_of_work.add(lambda tx: table.put(tx, notice.chat_id, LOST, "{}"))
    return unit_of_work
