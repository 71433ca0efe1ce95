"""Changing requests: the intent is written first, then the request is made, then its answer is written.

    plan ──▶ PLANNED ──▶ SENT ──▶ DONE / REFUSED
                ▲           │
                │           └──▶ UNKNOWN ──look──▶ DONE / NOT_DONE / UNCLEAR
                └── SMSC's limits, a host that cannot be reached: later, nothing was sent

An operation survives a crash in every state: one that was planned is sent at the next start, one that was on its way is
looked up. No request is made twice: only what certainly was not sent goes back to PLANNED.

Requests of one login are sent in the order in which they were asked for (turns.py).

Whatever else goes wrong on the way (a fault of ours, a row that cannot be read) is a state as well: what was not sent
is tried again after growing pauses or ends, what may have been sent is looked up, and the person is told of it.

Requests that are planned together are a chain: each is sent when the one before it is DONE, never otherwise. Whatever
ends one of them in another way, or calls it off, calls off the rest in the same transaction.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Final

import structlog

from bot.accounts import (
    KEY_REFUSED,
    KEY_UNREADABLE,
    AccountGoneError,
    Accounts,
    KeyUnreadableError,
    Scope,
)
from bot.backoff import Backoff
from bot.clock import Clock, age, left
from bot.fetch import Fetch, FetchError
from bot.rights import Right, may
from bot.senders.journal import Journal
from bot.senders.listing import Listings
from bot.senders.operation import WAITS, Answered, Request
from bot.senders.operation_rows import UnreadableError, command_of, waits_for_key
from bot.senders.readback import read_back
from bot.senders.running import Running
from bot.senders.turns import Turns
from bot.senders.uploads import uploaded
from bot.smsc import (
    AnswerLost,
    Command,
    ErrorKind,
    MustWait,
    NotSent,
    ParameterError,
    Refused,
    SmscClient,
    SmscError,
    WaitReason,
)
from bot.storage.errors import held_up
from bot.storage.operations import OperationRow, OperationState
from bot.supervision import BACKOFF, Supervisor, rest, stopped

_SEND_AGAIN: Final = Backoff((5.0, 15.0, 30.0, 60.0, 120.0))
_LOOK_AGAIN: Final = Backoff.doubling(5.0, 1800.0)
_LOOKS_IN_VAIN: Final = 56
"""So many looks take a day; no clock tells how long that was."""
_LOOKS_AT_CUT: Final = 6
"""How often a list that broke off is asked for again, before a person has to look."""
_PAUSED_LOOK: Final = 24 * 3600.0
_DRAIN_SECONDS: Final = 10.0
_PROGRESS_EVERY: Final = 2.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Why the first in a line is not sent yet, and until when (ticks)."""

    answer: Answered
    until: float


Uploading = Callable[[int, str], AbstractAsyncContextManager[object]]
"""Shows a person that a file of what is `about` a request is on its way, for as long as it is."""


class Operations:
    """Makes changing requests, one supervised task each. What was asked, and what became of it: `journal`."""

    def __init__(
        self,
        *,
        client: SmscClient,
        accounts: Accounts,
        listings: Listings,
        journal: Journal,
        clock: Clock,
        fetch: Fetch,
        uploading: Uploading,
        supervisor: Supervisor,
        news: asyncio.Event,
        changed: Callable[[int, str], None] = lambda _account_id, _subclient: None,
    ) -> None:
        self._client = client
        self._accounts = accounts
        self._listings = listings
        self.journal: Final = journal
        self._clock = clock
        self._fetch = fetch
        self._uploading = uploading
        self._news = news
        self._changed = changed
        self._running = Running(clock)
        self._turns: Turns[_Held] = Turns(client.limits.counted_as)
        self._sending: set[int] = set()
        self._progress_told: dict[int, float] = {}
        self._supervisor = supervisor
        self._open = False

    async def take_up(self) -> None:
        """Takes up what a former run of the process left; from then on, what is planned is sent."""
        rows = await self.journal.unfinished()
        left = {each.id for each in rows}
        self._open = True
        for row in rows:
            if row.after not in left:  # else it is started when that one is done
                self._start(row.id)

    async def drain(self) -> None:
        """The end: what is on its way may end, what waits is left to the next start."""
        self._open = False
        tasks = self._running.tasks
        for key, task in tasks.items():
            if key not in self._sending:
                task.cancel()
        on_their_way = [task for key, task in tasks.items() if key in self._sending]
        if on_their_way:
            _, late = await asyncio.wait(on_their_way, timeout=_DRAIN_SECONDS)
            for task in late:
                task.cancel()

    async def plan(
        self,
        scope: Scope,
        user_id: int,
        key: str,
        requests: Sequence[Request],
        *,
        approved: bool | None = None,
        counted: bool = False,
    ) -> int:
        """Writes the intents, each to be sent after the one before it is done; gives the last one's id.

        Where this person may not have them sent by themselves, an owner of the account is asked first. `approved` and
        `counted`: see `Journal.plan`.

        `key` makes it harmless to plan the same twice: a second tap, or an update that is handled again. It is one of
        this person's: that of another is never meant.
        """
        planned = await self.journal.plan(scope, user_id, key, requests, approved=approved, counted=counted)
        if planned[0].state is OperationState.AWAITS:
            self._news.set()
            return planned[-1].id
        self._take_up(planned)
        return planned[-1].id

    async def approved(self, operation_id: int) -> None:
        """An owner said yes to what was prepared: it is sent."""
        row = await self.journal.row(operation_id)
        if row is not None:
            self._take_up(await self.journal.chain(row))

    def _take_up(self, planned: Sequence[OperationRow]) -> None:
        if len(planned) > 1:
            self._progress_told[planned[-1].id] = self._clock.ticks()
        for each in planned:
            if not each.state.over:
                self._running.expect(each.id)
        self._start(planned[0].id)

    async def settled(self, operation_id: int, seconds: float) -> bool:
        """Whether it is over, waiting for that at most so long."""
        return await self._running.settled(operation_id, seconds)

    async def cancel(self, operation_id: int, user_id: int) -> bool:
        """Calls off what was not sent yet, of it and of all that go together with it; False where it is too late."""
        called_off = await self.journal.cancel(operation_id, user_id)
        for each in called_off:
            self._running.cancel(each)
            self._progress_told.pop(each, None)
        return bool(called_off)

    # The life of an operation

    def _start(self, operation_id: int) -> None:
        if self._open:
            self._running.start(operation_id, lambda: self._begun(operation_id))
        else:
            self._running.expect(operation_id)

    def _begun(self, operation_id: int) -> asyncio.Task[None]:
        self._turns.come(operation_id)
        return self._supervisor.once("operation", lambda: self._live(operation_id))

    async def _live(self, operation_id: int) -> None:
        """Brings an operation to its end, whatever goes wrong on the way."""
        failures = 0
        try:
            while True:
                try:
                    if await self._step(operation_id):
                        return
                    failures = 0
                except BaseException as failure:
                    if stopped(failure):
                        raise
                    failures += 1
                    why = f"{type(failure).__name__}: {failure}"
                    log.error("operation held up", operation=operation_id, why=why, exc_info=not held_up(failure))
                    if not await self._put_off(operation_id, failure):
                        self._turns.leave(operation_id)
                        await rest(self._clock, BACKOFF.after(failures))
        finally:
            self._turns.leave(operation_id)

    async def _step(self, operation_id: int) -> bool:
        """What is to be done next; whether that was the last of it."""
        self._turns.come(operation_id)
        row = await self.journal.row(operation_id)
        if row is None:
            self._running.forget(operation_id)
            return True
        if row.state.over:
            await self._follow(row)
            return True
        if row.state is not OperationState.PLANNED:
            self._turns.leave(row.id)
        if (pause := self._pause(row)) > 0:
            await self._running.sleep(operation_id, min(pause, 3600.0))
        else:
            await (self._send(row) if row.state is OperationState.PLANNED else self._look(row))
        return False

    async def _put_off(self, operation_id: int, failure: BaseException) -> bool:
        """Writes down where an operation stands after a failure that nobody foresaw; whether it could be written.

        What was not sent goes back to the queue, and after so many tries comes to an end; what may have been is looked
        up, for a day at most.
        """
        if held_up(failure):
            return False
        try:
            row = await self.journal.row(operation_id)
            if row is None or row.state.over:
                return False
            sent = row.state is not OperationState.PLANNED
            final = next((why for kind, why in _FINAL.items() if isinstance(failure, kind)), None)
            if final is not None:
                await self._end(row, OperationState.UNCLEAR if sent else OperationState.NOT_DONE, Answered(why=final))
            elif sent:
                await self._look_again(row, "trouble")
            else:
                await self._unsent(row, "trouble", final=False)
        except BaseException as second:
            if stopped(second):
                raise
            log.error("operation not put off", operation=operation_id, why=f"{type(second).__name__}: {second}")
            return False
        return True

    def _pause(self, row: OperationRow) -> float:
        """Seconds until it may be taken up. A date is the calendar's; every other wait passes whatever the clock says.

        Whoever waits for a date is not in the line.
        """
        now = self._clock.now()
        if row.waits_for_date:
            pause = row.not_before - now
            if pause > 0:
                self._turns.leave(row.id)
            return pause
        until = self._running.until(row.id)
        if until is None:
            until = self._running.wait(row.id, 0.0 if waits_for_key(row) else left(now, row.not_before, row.changed))
        return until - self._clock.ticks()

    async def _send(self, row: OperationRow) -> None:
        account = await self._accounts.load(row.account_id)
        if account is None:
            await self._end(row, OperationState.NOT_DONE, Answered(why="account_gone"))
            return
        if not may(await self._accounts.role(row.account_id, row.user_id), Right.PREPARE):
            await self._end(row, OperationState.NOT_DONE, Answered(why="not_allowed"))
            return
        if account.paused is not None:
            await self._paused(row, account.paused)
            return
        if await self.journal.is_kept(row):
            await self._end(row, OperationState.NOT_DONE, Answered(why="locked"))
            return
        command, private = command_of(row), self.journal.private(row)
        try:
            access = await self._accounts.access(Scope(account, row.subclient))
        except Refused:  # paused meanwhile
            await self._paused(row, KEY_REFUSED)
            return
        except KeyUnreadableError:
            await self._paused(row, KEY_UNREADABLE)
            return
        self._turns.stand(row.id, access.identity)
        held = await self._turns.turn(row.id)
        if held is not None:
            until = self._clock.now() + held.until - self._clock.ticks()
            await self._later(row, until, held.answer, row.attempts)
            return
        if command is Command.ADD:
            try:
                await self._listings.place(access)
            except Refused as refused:
                await self._refused(row, refused)
                return
        held_back = self._client.earliest(access, command)
        if held_back is not None:
            await self._later(row, held_back.until, Answered(why=WAITS[held_back.why]))
            return
        try:
            upload = await uploaded(private.document, self._fetch)
        except FetchError as failure:
            self._turns.leave(row.id)
            if failure.wait:
                until = self._clock.now() + failure.wait
                await self._later(row, until, Answered(why="document_waits"), attempts=row.attempts)
            else:
                at_last = failure.final or _SEND_AGAIN.used_up(row.attempts + 1)
                await self._unsent(row, "document_gone" if at_last else "document_waits", final=failure.final)
            return
        self._sending.add(row.id)
        try:
            sha256 = hashlib.sha256(upload.content).hexdigest() if upload is not None else None
            if not await self.journal.begin(row, sha256):
                return  # called off, or locked meanwhile
            async with self._uploading(row.user_id, await self._about(row)) if upload is not None else nullcontext():
                answer = await self._client.call(access, command, private.values, upload)
        except MustWait as wait:
            await self._later(row, wait.until, Answered(why=WAITS[wait.why]))
        except ParameterError as wrong:
            log.error("a form let a wrong value through", operation=row.id, why=str(wrong))
            await self._end(row, OperationState.NOT_DONE, Answered(why="wrong_value"))
        except NotSent:
            await self._unsent(row, "unreachable", final=False)
        except Refused as refused:
            await self._refused(row, refused)
        except AnswerLost as lost:
            log.warning("answer lost", operation=row.id, command=row.command, why=str(lost))
            await self._unknown(row, 0)
        else:
            await self._end(row, OperationState.DONE, Answered(id=answer.id))
        finally:
            self._sending.discard(row.id)

    async def _paused(self, row: OperationRow, why: str) -> None:
        """The account has no key that works: it is sent when there is another one, and holds nobody up until then."""
        self._turns.leave(row.id)
        answer = Answered(why=why)
        told = waits_for_key(row)
        until = self._clock.now() + _PAUSED_LOOK
        await self._move(row, OperationState.PLANNED, not_before=until, attempts=0, answer=answer, notice=not told)

    async def resume(self, account_id: int) -> None:
        """An account has a key that works: what waited for one goes on."""
        rows = await self.journal.planned_for(account_id)
        for row in rows:
            if waits_for_key(row):
                self._running.wake(row.id)

    async def _refused(self, row: OperationRow, refused: Refused) -> None:
        answer = Answered(error=refused.number, text=refused.text)
        if refused.kind is ErrorKind.ADDRESS_BLOCKED:
            answer = Answered(why=WAITS[WaitReason.BLOCKED])
        if refused.kind.wait is not None and refused.until is not None:
            await self._later(row, refused.until, answer)
        else:
            if refused.kind is ErrorKind.AUTHORISATION:
                await self._accounts.pause(row.account_id, KEY_REFUSED, seen_by=row.user_id)
            await self._end(row, OperationState.REFUSED, answer)

    async def _unsent(self, row: OperationRow, why: str, *, final: bool) -> None:
        if final or _SEND_AGAIN.used_up(row.attempts + 1):
            await self._end(row, OperationState.NOT_DONE, Answered(why=why))
            return
        pause = _SEND_AGAIN.after(row.attempts + 1)
        await self._later(row, self._clock.now() + pause, Answered(why=why), attempts=row.attempts + 1)

    async def _look(self, row: OperationRow) -> None:
        account = await self._accounts.load(row.account_id)
        if account is None:
            await self._end(row, OperationState.UNCLEAR, Answered(why="account_gone"))
            return
        command, private = command_of(row), self.journal.private(row)
        try:
            fetched = await self._listings.fetch(Scope(account, row.subclient))
        except MustWait as wait:
            await self._move(row, OperationState.UNKNOWN, not_before=wait.until, attempts=row.attempts)
            return
        except SmscError as problem:
            log.info("look failed", operation=row.id, why=str(problem))
            unreadable = isinstance(problem, KeyUnreadableError)
            await self._look_again(row, KEY_UNREADABLE if unreadable else account.paused or "unreachable")
            return
        state, number = read_back(command, row.name, private, fetched)
        if state is OperationState.UNCLEAR and fetched.lacks.cut and row.attempts < _LOOKS_AT_CUT:
            await self._unknown(row, row.attempts + 1)
            return
        await self._end(row, state, Answered(id=number))

    async def _look_again(self, row: OperationRow, why: str) -> None:
        """Puts off a look that failed, for growing pauses; after a day of them it is given up."""
        if row.attempts >= _LOOKS_IN_VAIN:
            await self._end(row, OperationState.UNCLEAR, Answered(why=why))
        else:
            await self._unknown(row, row.attempts + 1 if row.state is OperationState.UNKNOWN else 0)

    async def _unknown(self, row: OperationRow, attempts: int) -> None:
        pause = _LOOK_AGAIN.after(attempts + 1)
        await self._move(
            row,
            OperationState.UNKNOWN,
            not_before=self._clock.now() + pause,
            attempts=attempts,
            notice=attempts == 0,
        )

    async def _about(self, row: OperationRow) -> str:
        """What a screen that follows the operation is about (`Operation.about`)."""
        chain = await self.journal.chain(row)
        return f"op:{chain[-1].id}"

    async def _later(self, row: OperationRow, until: float, answer: Answered, attempts: int = 0) -> None:
        """Puts off a request until SMSC takes it; it keeps its place in the line."""
        self._turns.hold(row.id, _Held(answer, self._clock.ticks() + until - self._clock.now()))
        await self._move(row, OperationState.PLANNED, not_before=until, attempts=attempts, answer=answer, notice=True)

    async def _end(self, row: OperationRow, state: OperationState, answer: Answered) -> None:
        await self.journal.end(row, state, answer)
        if state is OperationState.DONE:
            self._changed(row.account_id, row.subclient)

    async def _follow(self, row: OperationRow) -> None:
        """What comes after a request that is over: the next one is sent where it is done, else the person is told."""
        chain = await self.journal.chain(row)
        follower = next((each for each in chain if each.after == row.id and not each.state.over), None)
        if row.state is OperationState.DONE and follower is not None:
            self._start(follower.id)
            await self._tell_progress(row, chain)
        else:
            self._progress_told.pop(chain[-1].id, None)
            self._news.set()
        for each in chain:
            if each.state.over:
                self._running.forget(each.id)

    async def _tell_progress(self, row: OperationRow, chain: Sequence[OperationRow]) -> None:
        """Tells how many of the requests are done, where the last word about it is old enough."""
        ticks, last = self._clock.ticks(), chain[-1].id
        if age(ticks, self._progress_told.get(last, -math.inf)) < _PROGRESS_EVERY:
            return
        self._progress_told[last] = ticks
        await self.journal.tell_progress(row.user_id, last)
        self._news.set()

    async def _move(
        self,
        row: OperationRow,
        state: OperationState,
        *,
        not_before: float,
        attempts: int,
        answer: Answered | None = None,
        notice: bool = False,
    ) -> None:
        """The request is not over: where it stands, and when it is taken up again."""
        self._running.wait(row.id, not_before - self._clock.now())
        await self.journal.move(row, state, not_before=not_before, attempts=attempts, answer=answer, notice=notice)
        if notice:
            self._news.set()


_FINAL: Final[Mapping[type[Exception], str]] = {AccountGoneError: "account_gone", UnreadableError: "unreadable"}
"""What no later try would mend."""
