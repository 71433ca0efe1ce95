"""Everything from Telegram comes in here: stored, acknowledged, handled, struck off.

What handling an update changed in the file is committed together with striking it off, so that after a crash an update
is either done, or done again from the same state. Bodies are sealed: an update may carry an API key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any, Final

import structlog

from bot import logs, trace
from bot.clock import Clock
from bot.meter import Meter
from bot.storage import inbox as table
from bot.storage import outbox as outbox_table
from bot.storage import set_aside as aside_table
from bot.storage.database import Database
from bot.storage.errors import held_up
from bot.storage.transaction import Transaction
from bot.storage.unit_of_work import UnitOfWork, Write
from bot.supervision import insisted, stopped
from bot.telegram.batch import Arrived, chat_of, dumped, read
from bot.telegram.chat_queues import ChatQueues
from bot.telegram.floods import Floods, LookAhead
from bot.telegram.inputs import carries_secret, is_private
from bot.trace import Trace
from bot.vault import Vault, VaultError

log = structlog.get_logger(__name__)

GIVEN_UP: Final = "given_up"
"""The kind of notice that tells a person that an update of theirs could not be handled."""

_ATTEMPTS: Final = 3
"""So many times an update that was left unfinished is begun again."""
_ALBUM_SECONDS: Final = 1.0
"""An album comes as several updates; so long after the last of them it is taken to be complete."""
_HOUR: Final = 3600.0
_ASIDE_MOST: Final = 64 * 1024
"""Bytes that are kept of an update that is set aside."""
_WRITE_TRIES: Final = 3
"""So often what an update changed is written where that fails for a reason of its own; where the file is held up,
until it goes."""


Handle = Callable[[Sequence[dict[str, Any]], UnitOfWork], Awaitable[Sequence[tuple[dict[str, Any], str]]]]
"""Handles an update, or the updates of one album together; gives those that it did not understand, and why."""
Acknowledge = Callable[[str], Awaitable[None]]
DeleteSecret = Callable[[int, int], Awaitable[None]]
"""Deletes a message (chat, message) that holds a key, beside the queue."""


class Inbox:
    """The way in."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        clock: Clock,
        queues: ChatQueues,
        handle: Handle,
        acknowledge: Acknowledge,
        delete_secret: DeleteSecret,
        look_ahead: LookAhead,
        news: asyncio.Event,
        meter: Meter,
        waiting_most: int,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._queues = queues
        self._handle = handle
        self._acknowledge = acknowledge
        self._delete_secret = delete_secret
        self._news = news
        self._meter = meter
        self._floods = Floods(clock, queues, look_ahead, waiting_most)
        self._in_hand: dict[int, float] = {}
        """What waits in a queue or is handled, with the ticks when it came: all that is in the inbox, unless an answer
        of the file was lost."""
        self._albums: dict[tuple[int, str], list[dict[str, Any]]] = {}
        self._queries: dict[int, int] = {}
        self._tidied = (clock.now(), clock.ticks())

    @property
    def waiting(self) -> int:
        """Updates that wait in a queue or are handled."""
        return len(self._in_hand)

    async def receive(self, batch: Sequence[Arrived]) -> bool:
        """Stores a batch; when this returns, Telegram may forget it. Whether anything in it was new.

        What is no update, or cannot be stored for a reason of its own, is set aside.

        Raises:
            StorageHeldUpError: nothing can be stored just now. Then the batch must not be acknowledged.
        """
        try:
            news = await self._database.run(lambda tx: [self._keep(tx, each) for each in batch])
        except Exception as failure:
            if held_up(failure):
                raise
            log.warning("a batch is stored one by one", why=f"{type(failure).__name__}: {failure}")
            news = [await self._keep_alone(each) for each in batch]
        passed_over: list[dict[str, Any]] = []
        for each, new in zip(batch, news, strict=True):
            if not new:
                continue
            if each.update is None or each.why is not None:
                self._news.set()
                continue
            if each.key in self._in_hand:  # brought twice at a time, by webhook: the other one is in its queue
                continue
            self._in_hand[each.key] = self._clock.ticks()
            if self._floods.has(each.update):
                self._at_once(each.numbered)
                passed_over += self._floods.keep_last(each.numbered, lambda last: self._live([last]))
            else:
                self._enqueue(each.key, each.numbered)
        if passed_over:
            self._queues.beside(lambda: self._pass_over(passed_over))
        return any(news)

    def _keep(self, tx: Transaction, each: Arrived) -> bool:
        """Stores an update, or sets aside what is none; False where it came before, and is in hand or handled."""
        now = self._clock.now()
        if each.update is None or each.why is not None:
            return self._set_aside(tx, each, each.why or "no update")
        body = self._vault.seal(each.raw, f"update:{each.key}")
        waiting = table.Waiting(each.key, chat_of(each.update), body, 0)
        if table.receive(tx, waiting, self._vault.fingerprint(each.raw), now):
            return True
        # Stored before, and never put into a queue: whoever stored it did not learn that it was.
        return each.key not in self._in_hand and table.waits(tx, each.key)

    async def _keep_alone(self, each: Arrived) -> bool:
        try:
            return await self._database.run(lambda tx: self._keep(tx, each))
        except Exception as failure:
            if held_up(failure):
                raise
            why = f"cannot be stored: {type(failure).__name__}: {failure}"
        try:
            await self._database.run(lambda tx: self._set_aside(tx, each, why))
        except Exception as failure:
            if held_up(failure):
                raise
            log.exception("an update is passed over", update_id=each.number, why=why)
        return False

    def _set_aside(self, tx: Transaction, each: Arrived, why: str) -> bool:
        """Sets an update aside, and has the person told whose it is; False where just that was set aside before."""
        raw = each.raw[:_ASIDE_MOST]
        digest = self._vault.fingerprint(each.raw)
        place = f"aside:{digest}"
        chat_id = chat_of(each.update) if each.update is not None else 0
        odd = aside_table.SetAside(aside_table.UPDATE, digest, chat_id, place, self._vault.seal(raw, place), why)
        if not aside_table.put(tx, odd, self._clock.now()):
            return False
        log.warning("an update is set aside", update_id=each.number, why=why)
        if each.update is not None:
            _notices_given_up([each.update]).write(tx)
        return True

    def _not_understood(self, update: dict[str, Any], why: str) -> UnitOfWork:
        """Sets aside an update that the models of aiogram do not take."""
        odd = Arrived(dumped(update), update["update_id"], update)

        return UnitOfWork([lambda tx: self._set_aside(tx, odd, why)], tells=True)

    async def take_up(self) -> None:
        """What a former run of the process left unfinished. Where it fails it may be called again."""
        again: list[tuple[int, dict[str, Any]]] = []
        given_up: list[int] = []
        unit_of_work = UnitOfWork(tells=True)
        for waiting in await self._database.run(table.take_up):
            try:
                each = read(self._vault.open(waiting.body, f"update:{waiting.update_id}"))
                if each.update is None or each.why is not None:
                    raise VaultError(each.why or "no update")
            except VaultError as failure:
                log.error("update cannot be opened", update_id=waiting.update_id, why=str(failure))
                given_up.append(waiting.update_id)
                unit_of_work.writes += [self._unreadable(waiting, str(failure)), *_notice_given_up(waiting.chat_id)]
                continue
            if waiting.attempts >= _ATTEMPTS:
                log.error("update given up", update_id=waiting.update_id, attempts=waiting.attempts)
                given_up.append(waiting.update_id)
                unit_of_work.take_over(_notices_given_up([each.update]))
            else:
                again.append((waiting.update_id, {**each.update, "update_id": waiting.update_id}))
        if given_up:
            await self._strike_off(given_up, unit_of_work)
        for update_id, update in again:
            self._in_hand[update_id] = self._clock.ticks()
            self._enqueue(update_id, update, again=True)

    def _unreadable(self, waiting: table.Waiting, why: str) -> Write:
        """Sets aside an update that was stored and cannot be opened any more, as it lies in the file."""
        odd = aside_table.SetAside(
            aside_table.UPDATE,
            self._vault.fingerprint(waiting.body),
            waiting.chat_id,
            f"update:{waiting.update_id}",
            waiting.body,
            why,
        )
        return lambda tx: aside_table.put(tx, odd, self._clock.now())

    async def tidy(self) -> None:
        """Forgets, every hour, the ids that are old enough, by the time that has really passed."""
        while True:
            await self._clock.sleep(_HOUR)
            now, running = self._clock.now(), self._clock.ticks()
            since = running - self._tidied[1]
            set_by = now - self._tidied[0] - since

            def work(tx: Transaction, now: float = now, since: float = since, set_by: float = set_by) -> None:
                if abs(set_by) > _HOUR:
                    table.clock_was_set(tx, set_by, now, since)
                table.forget_seen(tx, now)

            await self._database.run(work)
            self._tidied = (now, running)

    def _enqueue(self, update_id: int, update: dict[str, Any], *, again: bool = False) -> None:
        """Puts an update into its queue; `again`: a former run of the process began it, or was about to."""
        self._at_once(update)
        queue, group = chat_of(update), _album(update)
        if "inline_query" in update:  # whoever types in another chat does not wait here, nor keeps anything waiting
            self._queries[queue] = update_id
            self._queues.put(("inline", queue), lambda: self._answer(queue, update, again=again))
        elif group is None:
            self._floods.put(queue, update, lambda: self._live([update], again=again))
        else:
            key = (queue, group)
            self._albums.setdefault(key, []).append(update)
            if len(self._albums[key]) == 1:
                self._floods.put(queue, update, lambda: self._gather(key, again=again))

    def _at_once(self, update: dict[str, Any]) -> None:
        """What no update waits with. The taps of a chat are acknowledged one after another, in a queue of their own."""
        callback = update.get("callback_query")
        if isinstance(callback, dict) and "id" in callback:
            self._queues.put(("tap", chat_of(update)), lambda: self._acknowledge(str(callback["id"])))
        message = update.get("message") or update.get("edited_message")
        if isinstance(message, dict) and is_private(message) and carries_secret(message):
            chat_id, message_id = message["chat"]["id"], message["message_id"]
            self._queues.beside(lambda: self._delete_secret(chat_id, message_id))

    async def _pass_over(self, updates: Sequence[dict[str, Any]]) -> None:
        """Strikes off what was in the midst of a flood, and has each person told."""
        await self._strike_off([each["update_id"] for each in updates], self._floods.passed_over(updates))
        for each in updates:
            self._tell(Trace(each["update_id"], outcome="passed over"))

    # Handling

    async def _answer(self, person: int, query: dict[str, Any], *, again: bool) -> None:
        """Handles an inline query where it is still what the person asks; each letter typed makes a new one."""
        if self._queries.get(person) == query["update_id"]:
            await self._live([query], again=again)
        else:
            await self._strike_off([query["update_id"]], UnitOfWork())
            self._tell(Trace(query["update_id"], "inline_query", outcome="out of date"))
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
        unit_of_work, begun = UnitOfWork(), self._clock.ticks()
        waited = begun - self._in_hand.get(ids[0], begun)
        doing = Trace(ids[0])
        with trace.followed(doing):
            try:
                for odd, why in await self._handle(updates, unit_of_work):
                    doing.outcome = "odd"
                    unit_of_work.take_over(self._not_understood(odd, why))
            except BaseException as failure:
                if stopped(failure):
                    if again:  # the bot was stopped, and did not die of it
                        await self._count(ids, -1)
                    raise
                log.exception("update failed", update_id=ids[0])
                doing.outcome = trace.FAILED
                unit_of_work.take_over(_notices_given_up(updates))
            await self._strike_off(ids, unit_of_work, otherwise=_notices_given_up(updates))
        self._tell(doing, waited, self._clock.ticks() - begun)

    def _tell(self, doing: Trace, waited: float = 0.0, took: float = 0.0) -> None:
        """The one line of an update, and its place in the metrics."""
        self._meter.update(doing.kind, doing.outcome, waited, took)
        logs.update_handled(
            update_id=doing.update_id,
            kind=doing.kind,
            did=", ".join(doing.did),
            outcome=doing.outcome,
            waited_ms=round(waited * 1000, 1),
            took_ms=round(took * 1000, 1),
            telegram=doing.telegram,
            smsc=doing.smsc,
        )

    async def _count(self, update_ids: Sequence[int], by: int) -> None:
        try:
            await self._database.run(lambda tx: table.count(tx, update_ids, by))
        except Exception as failure:  # noqa: BLE001  # an attempt too many does less harm than an update left lying
            log.error("cannot write", why=f"{type(failure).__name__}: {failure}", update_id=update_ids[0])

    async def _strike_off(
        self, update_ids: Sequence[int], unit_of_work: UnitOfWork, otherwise: UnitOfWork | None = None
    ) -> None:
        """Writes what updates changed, and that they are handled: in one piece, whenever the file can be written.

        `otherwise` is written where that fails for a reason of its own.
        """

        def work(tx: Transaction) -> None:
            if table.strike_off(tx, update_ids):  # else it was written before, and only the answer was lost
                unit_of_work.write(tx)

        tries = count(1)
        try:
            await insisted(
                self._clock,
                lambda: self._database.run(work),
                lambda failure: held_up(failure) or next(tries) < _WRITE_TRIES,
            )
        except Exception:
            if otherwise is None:
                raise
            log.exception("an update changed nothing", update_id=update_ids[0])
            await self._strike_off(update_ids, otherwise)
        else:
            for each in update_ids:
                self._in_hand.pop(each, None)
            if unit_of_work.tells:
                self._news.set()


def _notices_given_up(updates: Sequence[dict[str, Any]]) -> UnitOfWork:
    """A notice for each of those whose messages and taps could not be handled."""
    said = (each for each in updates if each.keys() & {"message", "edited_message", "callback_query"})
    return UnitOfWork(
        [write for chat_id in {chat_of(each) for each in said} for write in _notice_given_up(chat_id)], tells=True
    )


def _notice_given_up(chat_id: int) -> list[Write]:
    """A notice for a person in their private chat; in groups nothing is said by itself."""
    return [lambda tx: outbox_table.put(tx, chat_id, GIVEN_UP, "{}")] if chat_id > 0 else []


def _album(update: dict[str, Any]) -> str | None:
    message = update.get("message")
    group = message.get("media_group_id") if isinstance(message, dict) else None
    return str(group) if group else None
