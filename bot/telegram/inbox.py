"""Everything from Telegram comes in here: stored, acknowledged, handled, struck off.

What handling an update changed in the file is committed together with striking it off, so that after a crash an update
is either done, or done again from the same state. Bodies are sealed: an update may carry an API key.
"""

from __future__ import annotations

import asyncio
import math
import sqlite3
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import structlog

from bot.clock import Clock
from bot.storage import inbox as table
from bot.storage import outbox as outbox_table
from bot.storage.database import Database
from bot.telegram.given import carries_secret, is_private
from bot.telegram.lanes import Job, Lanes
from bot.vault import Vault, VaultError

log = structlog.get_logger(__name__)

GIVEN_UP: Final = "given_up"
"""The kind of notice that tells a person that an update of theirs could not be handled."""
FLOODED: Final = "flooded"
"""The kind of notice that tells a person that they send faster than anybody reads."""

_ATTEMPTS: Final = 3
"""So many times an update that was left unfinished is begun again."""
_ALBUM_SECONDS: Final = 1.0
"""An album comes as several updates; so long after the last of them it is taken to be complete."""
_QUEUE_MOST: Final = 30
"""Updates of one chat that wait at once; of what comes on top only the last is kept."""
_FILES_MOST: Final = 100
"""The same where it is a file: nobody sends one by holding down a key."""
_FLOOD_PAUSE: Final = 0.2
"""Seconds between two updates of a chat that floods: the time is the others'."""
_FLOOD_LASTS: Final = 10.0
"""Seconds for which a chat counts as flooding."""
_FLOOD_QUIET: Final = 600.0
"""Seconds without a flood after which a new one is told of again."""
_COMMIT_PAUSES: Final = (0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(slots=True)
class Unit:
    """What handling one update changes in the file; committed together when it is handled.

    `tells`: something was put into the outbox, which is to look at once.
    """

    works: list[Callable[[sqlite3.Connection], None]] = field(default_factory=list)
    tells: bool = False

    def add(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """One more change."""
        self.works.append(work)


Handle = Callable[[Sequence[dict[str, Any]], Unit], Awaitable[None]]
"""Handles an update, or the updates of one album together."""
Acknowledge = Callable[[str], Awaitable[None]]
Hurry = Callable[[int, int], Awaitable[None]]
"""Deletes a message (chat, message) that holds a key, beside the queue."""
LookAhead = Callable[[int, Callable[[], Sequence[dict[str, Any]]]], Awaitable[None]]
"""Deletes what waits in a chat and will be read as a key or a password; takes what waits, when it looks."""


class Inbox:
    """The way in."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        clock: Clock,
        lanes: Lanes,
        handle: Handle,
        acknowledge: Acknowledge,
        hurry: Hurry,
        look_ahead: LookAhead,
        told: Callable[[], None],
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._lanes = lanes
        self._handle = handle
        self._acknowledge = acknowledge
        self._hurry = hurry
        self._look_ahead = look_ahead
        self._told = told
        self._queued: dict[int, deque[dict[str, Any]]] = {}
        self._looking: set[int] = set()
        self._last: dict[int, dict[str, Any]] = {}
        self._floods: dict[int, float] = {}
        self._albums: dict[tuple[int, str], list[dict[str, Any]]] = {}
        self._queries: dict[int, int] = {}

    async def receive(self, updates: Sequence[dict[str, Any]]) -> None:
        """Stores a batch; when this returns, Telegram may forget it.

        Raises:
            sqlite3.Error: it could not be stored. Then it must not be acknowledged.
        """
        arrived = {update["update_id"]: update for update in updates}
        waiting = [
            table.Waiting(update_id, lane_of(update), self._sealed(update_id, update), 0)
            for update_id, update in arrived.items()
        ]
        now = self._clock.now()
        fresh = await self._database.run(lambda db: table.receive(db, waiting, now))
        passed_over: list[dict[str, Any]] = []
        for update_id in fresh:
            update = arrived[update_id]
            if self._floods_by(update):
                passed_over += self._keep_last(update_id, update)
            else:
                self._enqueue(update_id, update)
        if passed_over:
            self._lanes.beside(lambda: self._pass_over(passed_over))

    async def take_up(self) -> None:
        """What a former run of the process left unfinished, and forgets ids that are old enough."""
        now = self._clock.now()
        await self._database.run(lambda db: table.forget_seen(db, now))
        given_up: list[dict[str, Any]] = []
        for waiting in await self._database.run(table.take_up):
            try:
                update = orjson.loads(self._vault.open(waiting.body, f"update:{waiting.update_id}"))
            except VaultError as failure:
                log.error("update cannot be opened", update_id=waiting.update_id, why=str(failure))
                continue
            if waiting.attempts >= _ATTEMPTS:
                log.error("update given up", update_id=waiting.update_id, attempts=waiting.attempts)
                given_up.append(update)
            else:
                self._enqueue(waiting.update_id, update, again=True)
        if given_up:
            await self._strike_off([each["update_id"] for each in given_up], _told_of(given_up))

    def _enqueue(self, update_id: int, update: dict[str, Any], *, again: bool = False) -> None:
        """Puts an update into its lane; `again`: a former run of the process began it, or was about to."""
        self._at_once(update)
        lane, group = lane_of(update), _album(update)
        if "inline_query" in update:  # whoever types in another chat does not wait here, nor keeps anything waiting
            self._queries[lane] = update_id
            self._lanes.put(("inline", lane), lambda: self._answer(lane, update, again=again))
        elif group is None:
            self._put(lane, update, lambda: self._live([update], again=again))
        else:
            key = (lane, group)
            self._albums.setdefault(key, []).append(update)
            if len(self._albums[key]) == 1:
                self._put(lane, update, lambda: self._gather(key, again=again))

    def _at_once(self, update: dict[str, Any]) -> None:
        """What no update waits with. The taps of a chat are acknowledged one after another, in a lane of their own."""
        callback = update.get("callback_query")
        if isinstance(callback, dict) and "id" in callback:
            self._lanes.put(("tap", lane_of(update)), lambda: self._acknowledge(str(callback["id"])))
        message = update.get("message") or update.get("edited_message")
        if isinstance(message, dict) and is_private(message) and carries_secret(message):
            chat_id, message_id = message["chat"]["id"], message["message_id"]
            self._lanes.beside(lambda: self._hurry(chat_id, message_id))

    # Floods

    def _put(self, lane: int, update: dict[str, Any], job: Job) -> None:
        """Puts a job into a chat's lane; until it is done, its update is among those that wait there."""
        waiting = self._queued.setdefault(lane, deque())
        waiting.append(update)

        async def counted() -> None:
            try:
                if self._clock.ticks() - self._floods.get(lane, -math.inf) < _FLOOD_LASTS:
                    await self._clock.sleep(_FLOOD_PAUSE)
                await job()
            finally:
                waiting.popleft()
                if not waiting:
                    del self._queued[lane]
                self._look(lane)

        self._lanes.put(lane, counted)
        self._look(lane)

    def _look(self, lane: int) -> None:
        """Has what waits in a private chat looked at; what is handled at once needs no look."""
        if lane <= 0 or lane in self._looking or len(self._queued.get(lane, ())) < 2:
            return
        self._looking.add(lane)

        def waiting() -> Sequence[dict[str, Any]]:
            self._looking.discard(lane)  # what comes from now on is looked at again
            return tuple(self._queued.get(lane, ()))

        async def look() -> None:
            try:
                await self._look_ahead(lane, waiting)
            finally:
                self._looking.discard(lane)

        self._lanes.beside(look)

    def _floods_by(self, update: dict[str, Any]) -> bool:
        """Whether more waits in the update's chat than a person can mean."""
        said = update.get("message") or update.get("edited_message") or update.get("callback_query")
        lane = lane_of(update)
        if not isinstance(said, dict) or lane == 0:
            return False
        return len(self._queued.get(lane, ())) >= (_FILES_MOST if _brings(said) else _QUEUE_MOST)

    def _keep_last(self, update_id: int, update: dict[str, Any]) -> list[dict[str, Any]]:
        """Keeps the update as the last one of its flood; gives the one that it takes the place of."""
        self._at_once(update)
        lane = lane_of(update)
        before = self._last.get(lane)
        self._last[lane] = update
        if before is None:
            self._put(lane, update, lambda: self._live([self._last.pop(lane)]))
            return []
        waiting = self._queued[lane]
        waiting[waiting.index(before)] = update
        self._look(lane)
        return [before]

    async def _pass_over(self, updates: Sequence[dict[str, Any]]) -> None:
        """Strikes off what was in between, and has each person told, once a flood."""
        unit, now, ticks = Unit(tells=True), self._clock.now(), self._clock.ticks()
        files = Counter(lane_of(each) for each in updates if _brings(each.get("message")))
        for chat_id in {lane_of(each) for each in updates}:
            new = ticks - self._floods.get(chat_id, -math.inf) >= _FLOOD_QUIET
            self._floods[chat_id] = ticks
            if chat_id > 0:
                unit.add(_flooded(chat_id, files[chat_id], now, new=new))
        self._floods = {each: at for each, at in self._floods.items() if ticks - at < _FLOOD_QUIET}
        await self._strike_off([each["update_id"] for each in updates], unit)

    # Handling

    async def _answer(self, person: int, query: dict[str, Any], *, again: bool) -> None:
        """Handles an inline query where it is still what the person asks; each letter typed makes a new one."""
        if self._queries.get(person) == query["update_id"]:
            await self._live([query], again=again)
        else:
            await self._strike_off([query["update_id"]], Unit())
        if self._queries.get(person) == query["update_id"]:
            del self._queries[person]

    async def _gather(self, key: tuple[int, str], *, again: bool) -> None:
        """Handles an album when it is complete; what was sent after it waits for it."""
        known = 0
        while known < len(self._albums[key]):
            known = len(self._albums[key])
            await self._clock.sleep(_ALBUM_SECONDS)
        await self._live(self._albums.pop(key), again=again)

    async def _live(self, updates: Sequence[dict[str, Any]], *, again: bool = False) -> None:
        """Handles updates. What is begun `again` is counted: it may be what the process dies of."""
        ids = [each["update_id"] for each in updates]
        if again:
            await self._count(ids, 1)
        unit = Unit()
        try:
            await self._handle(updates, unit)
        except asyncio.CancelledError:
            if again:  # the bot was stopped, and did not die of it
                await self._count(ids, -1)
            raise
        except Exception:
            log.exception("update failed", update_id=ids[0])
            unit.works += _told_of(updates).works
            unit.tells = True
        await self._strike_off(ids, unit)

    async def _count(self, update_ids: Sequence[int], by: int) -> None:
        try:
            await self._database.run(lambda db: table.count(db, update_ids, by))
        except sqlite3.Error as failure:  # an attempt too many does less harm than an update that is left lying
            log.error("cannot write", why=str(failure), update_id=update_ids[0])

    async def _strike_off(self, update_ids: Sequence[int], unit: Unit) -> None:
        def work(db: sqlite3.Connection) -> None:
            for change in unit.works:
                change(db)
            for each in update_ids:
                table.strike_off(db, each)

        attempt = 0
        while True:
            try:
                await self._database.run(work)
            except sqlite3.OperationalError as failure:  # disk full, locked: it goes on when it can
                log.error("cannot write", why=str(failure), update_id=update_ids[0])
                await self._clock.sleep(_COMMIT_PAUSES[min(attempt, len(_COMMIT_PAUSES) - 1)])
                attempt += 1
            else:
                if unit.tells:
                    self._told()
                return

    def _sealed(self, update_id: int, update: dict[str, Any]) -> bytes:
        return self._vault.seal(orjson.dumps(update), f"update:{update_id}")


def _told_of(updates: Sequence[dict[str, Any]]) -> Unit:
    """Has those told, once each, whose messages and taps could not be handled."""
    said = (each for each in updates if each.keys() & {"message", "edited_message", "callback_query"})
    unit = Unit(tells=True)
    for chat_id in {lane_of(each) for each in said}:
        if chat_id > 0:  # a private chat; in groups nothing is said by itself
            unit.add(lambda db, chat_id=chat_id: _put(db, chat_id, GIVEN_UP))  # type: ignore[misc]
    return unit


def _flooded(chat_id: int, files: int, now: float, *, new: bool) -> Callable[[sqlite3.Connection], None]:
    return lambda db: outbox_table.flooded(db, chat_id, FLOODED, files, now, new=new)


def _brings(said: object) -> bool:
    """Whether a message brings a file."""
    return isinstance(said, dict) and bool(said.keys() & {"document", "photo", "media_group_id"})


def _put(db: sqlite3.Connection, chat_id: int, kind: str) -> None:
    outbox_table.put(db, chat_id, kind, "{}")


def _album(update: dict[str, Any]) -> str | None:
    message = update.get("message")
    group = message.get("media_group_id") if isinstance(message, dict) else None
    return str(group) if group else None


def lane_of(update: dict[str, Any]) -> int:
    """Which chat's lane an update belongs to: the chat it comes from, else the person, else none (0)."""
    for key, event in update.items():
        if key == "update_id" or not isinstance(event, dict):
            continue
        message = event.get("message")
        holder = message if isinstance(message, dict) else event
        for place in (holder.get("chat"), event.get("from"), event.get("user")):
            if isinstance(place, dict) and isinstance(place.get("id"), int):
                return int(place["id"])
    return 0
