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


Handle = Callable[[dict[str, Any], Unit], Awaitable[None]]
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
                await self._strike_off(waiting.update_id, Unit())
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
        self._lanes.put(lane_of(update), lambda: self._live(update_id, update))

    async def _live(self, update_id: int, update: dict[str, Any]) -> None:
        unit = Unit()
        try:
            await self._handle(update, unit)
        except Exception:
            log.exception("update failed", update_id=update_id)
        await self._strike_off(update_id, unit)

    async def _strike_off(self, update_id: int, unit: Unit) -> None:
        def work(db: sqlite3.Connection) -> None:
            for change in unit.works:
                change(db)
            table.strike_off(db, update_id)

        attempt = 0
        while True:
            try:
                await self._database.run(work)
            except sqlite3.OperationalError as failure:  # disk full, locked: it goes on when it can
                log.error("cannot write", why=str(failure), update_id=update_id)
                await self._clock.sleep(_COMMIT_PAUSES[min(attempt, len(_COMMIT_PAUSES) - 1)])
                attempt += 1
            else:
                if unit.tells:
                    self._told()
                return

    def _sealed(self, update_id: int, update: dict[str, Any]) -> bytes:
        return self._vault.seal(orjson.dumps(update), f"update:{update_id}")


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
