"""Everything from Telegram comes in here: stored, acknowledged, handled, struck off.

What handling an update changed in the file is committed together with striking it off, so that after a crash an update
is either done, or done again from the same state. Bodies are sealed: an update may carry an API key.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import structlog

from bot.clock import Clock
from bot.storage import inbox as table
from bot.storage.database import Database
from bot.telegram.lanes import Lanes
from bot.vault import Vault, VaultError

log = structlog.get_logger(__name__)

_ATTEMPTS: Final = 3
_ALBUM_SECONDS: Final = 1.0
"""An album comes as several updates; so long after the last of them it is taken to be complete."""
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
        told: Callable[[], None],
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._lanes = lanes
        self._handle = handle
        self._acknowledge = acknowledge
        self._told = told
        self._albums: dict[tuple[int, str], list[dict[str, Any]]] = {}

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
        for update_id in fresh:
            self._enqueue(update_id, arrived[update_id])

    async def take_up(self) -> None:
        """What a former run of the process left unfinished, and forgets ids that are old enough."""
        now = self._clock.now()
        await self._database.run(lambda db: table.forget_seen(db, now))
        for waiting in await self._database.run(table.take_up):
            if waiting.attempts > _ATTEMPTS:
                log.error("update given up", update_id=waiting.update_id, attempts=waiting.attempts)
                await self._strike_off([waiting.update_id], Unit())
                continue
            try:
                plain = self._vault.open(waiting.body, f"update:{waiting.update_id}")
            except VaultError as failure:
                log.error("update cannot be opened", update_id=waiting.update_id, why=str(failure))
                continue
            self._enqueue(waiting.update_id, orjson.loads(plain))

    def _enqueue(self, update_id: int, update: dict[str, Any]) -> None:
        callback = update.get("callback_query")
        if isinstance(callback, dict) and "id" in callback:
            self._lanes.beside(lambda: self._acknowledge(str(callback["id"])))
        group = _album(update)
        if group is None:
            self._lanes.put(lane_of(update), lambda: self._live([update]))
            return
        key = (lane_of(update), group)
        self._albums.setdefault(key, []).append(update)
        if len(self._albums[key]) == 1:
            self._lanes.put(key[0], lambda: self._gather(key))

    async def _gather(self, key: tuple[int, str]) -> None:
        """Handles an album when it is complete; what was sent after it waits for it."""
        known = 0
        while known < len(self._albums[key]):
            known = len(self._albums[key])
            await self._clock.sleep(_ALBUM_SECONDS)
        await self._live(self._albums.pop(key))

    async def _live(self, updates: Sequence[dict[str, Any]]) -> None:
        unit = Unit()
        try:
            await self._handle(updates, unit)
        except Exception:
            log.exception("update failed", update_id=updates[0]["update_id"])
        await self._strike_off([each["update_id"] for each in updates], unit)

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
