"""The administrator is told of what needs a hand: once, and once more when it is over, over restarts too.

It goes through the outbox, in one transaction with the note that it was told. Where nothing can be written (a full
disk is one of the things to be told of) it is told at once, and noted as soon as there is room.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import orjson
import structlog

from bot.clock import Clock, age
from bot.conversation.step import Json
from bot.monitoring.readings import Sources, read
from bot.monitoring.troubles import Key, Trouble, TroubleKind, seen
from bot.storage import alerts as table
from bot.storage import outbox as outbox_table
from bot.storage.database import Database
from bot.storage.errors import StorageError
from bot.storage.transaction import Transaction

log = structlog.get_logger(__name__)

ALERT: Final = "alert"
"""The kind of notice that tells of something that needs a hand."""
ALERT_OVER: Final = "alert_over"
"""The kind of notice that tells that it is over."""
_LOOK_SECONDS: Final = 60.0

TellAtOnce = Callable[[int, str, str], Awaitable[None]]
"""Tells a notice (chat, kind, body) beside the outbox; raises where that does not go."""


class Alerts:
    """Looks every minute, until it is cancelled."""

    def __init__(
        self,
        chat_id: int,
        sources: Sources,
        clock: Clock,
        noticed: Callable[[], None],
        tell_at_once: TellAtOnce,
    ) -> None:
        self._chat_id = chat_id
        self._sources = sources
        self._database = sources.database
        self._clock = clock
        self._noticed = noticed
        self._tell_at_once = tell_at_once
        self._unwritten: dict[Key, float] = {}
        """What was told and could not be written down, and since when it stands."""

    async def run(self) -> None:
        """Looks, and tells."""
        while True:
            await self._look()
            await self._clock.sleep(_LOOK_SECONDS)

    async def _look(self) -> None:
        now = await read(self._sources)
        try:
            standing = dict(await self._database.run(table.standing))
        except StorageError as failure:
            log.warning("what stands cannot be read", why=str(failure))
            standing = {}
        standing = {**standing, **self._unwritten}
        troubles = {each.key: each for each in seen(now, standing)}
        for key, trouble in troubles.items():
            if key not in standing or key in self._unwritten:
                await self._begins(trouble)
        for key in standing.keys() - troubles.keys():
            await self._ends(key, standing[key])

    async def _begins(self, trouble: Trouble) -> None:
        now = self._clock.now()
        since = self._unwritten.get(trouble.key)
        body = _body(trouble.what, trouble.about, now if since is None else since, trouble.told)

        def write(tx: Transaction) -> None:
            begins = table.begin(tx, *trouble.key, now if since is None else since)
            if begins and since is None and trouble.what is not TroubleKind.TOKEN:  # nobody can be told of that now
                outbox_table.put(tx, self._chat_id, ALERT, body)

        try:
            await self._database.run(write)
        except StorageError:
            if since is None:
                await self._at_once(trouble, body, now)
        else:
            self._unwritten.pop(trouble.key, None)
            if since is None:
                log.warning("needs a hand", what=trouble.what.value, about=trouble.about)
                self._noticed()

    async def _at_once(self, trouble: Trouble, body: str, now: float) -> None:
        log.error("needs a hand", what=trouble.what.value, about=trouble.about)
        try:
            await self._tell_at_once(self._chat_id, ALERT, body)
        except Exception as failure:  # noqa: BLE001  # Telegram cannot be reached, either: in a minute again
            log.warning("the administrator is not told", why=type(failure).__name__)
        else:
            self._unwritten[trouble.key] = now

    async def _ends(self, key: Key, since: float) -> None:
        lasted = int(age(self._clock.now(), since)) if since <= self._clock.now() else 0
        body = _body(key[0], key[1], since, {"lasted": lasted})
        known = key in self._unwritten

        def write(tx: Transaction) -> None:
            if table.end(tx, *key) or known:
                outbox_table.put(tx, self._chat_id, ALERT_OVER, body)

        try:
            await self._database.run(write)
        except StorageError as failure:
            log.warning("that it is over is told later", why=str(failure))
            return
        self._unwritten.pop(key, None)
        log.info("needs a hand no more", what=key[0], about=key[1])
        self._noticed()


async def token_refused(database: Database, clock: Clock) -> None:
    """Telegram takes the token no more, and the bot stops: the administrator is told of it by the next that works."""
    now = clock.now()
    try:
        await database.run(lambda tx: table.begin(tx, TroubleKind.TOKEN.value, "", now))
    except StorageError as failure:
        log.warning("not written down", why=str(failure))


def _body(what: str, about: str, since: float, told: Mapping[str, Json]) -> str:
    """What a notice says; `since` tells one time of trouble from another of the same kind."""
    return orjson.dumps({"what": str(what), "about": about, "since": since, **told}).decode()
