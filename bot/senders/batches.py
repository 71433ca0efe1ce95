"""Sends many requests that were asked for at once: one after another, in order, over restarts, each once.

    offered ─▶ begun ─▶ the first row that is not over ─▶ SMSC may take one now? ─▶ planned in the journal ─▶ over ─┐
                             ▲    └▶ in the list meanwhile ─▶ not sent, and said     └▶ not yet: waits                │
                             └────────────────────────────────────────────────────────────────────────────────────────┘

A row is planned under a key that follows from the batch and its number, so it is sent once whatever happens between
writing it down and its answer. None is planned before it may go at once: what a person asks for meanwhile stands in
front of all rows that are left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

import orjson
import structlog

from bot.accounts import AccountGoneError, Accounts, KeyUnreadableError, Scope
from bot.clock import Clock
from bot.rights import NotAllowedError
from bot.senders.batch import NOTICE_KIND, Batch, BatchRow, NewRow, Trouble, referred
from bot.senders.journal import ask_owners
from bot.senders.listing import Listings
from bot.senders.operation import Answered, Consent, DocumentRef, Request
from bot.senders.operations import Operations
from bot.smsc import Command, Refused, SmscClient
from bot.storage import approvals as approvals_table
from bot.storage import batches as table
from bot.storage import outbox as outbox_table
from bot.storage.batches import BatchRecord, BatchState, NewRowRecord, RowRecord
from bot.storage.database import Database
from bot.storage.operations import OperationState
from bot.storage.transaction import Transaction
from bot.supervision import Supervisor
from bot.vault import Vault, VaultError

log = structlog.get_logger(__name__)

_SETTLED_SECONDS: Final = 30.0
"""So long the end of a request is waited for, before one looks whether it was stopped."""
_LOOK_SECONDS: Final = 1.0
_LONGEST_SECONDS: Final = 3600.0


class Batches:
    """What was asked for many names at once: kept, sent row by row, stopped and gone on with."""

    def __init__(
        self,
        *,
        client: SmscClient,
        accounts: Accounts,
        listings: Listings,
        operations: Operations,
        database: Database,
        vault: Vault,
        clock: Clock,
        supervisor: Supervisor,
        news: asyncio.Event,
    ) -> None:
        self._client = client
        self._accounts = accounts
        self._listings = listings
        self._operations = operations
        self._database = database
        self._vault = vault
        self._clock = clock
        self._supervisor = supervisor
        self._news = news
        self._running: set[int] = set()
        self._asked: set[int] = set()
        self._until: dict[int, float] = {}

    # For people

    async def offer(self, batch_id: int, scope: Scope, user_id: int, content: Mapping[str, Any]) -> None:
        """Keeps what is asked for, or what it was changed to; nothing is sent."""
        sealed = self._vault.seal(orjson.dumps(content), _place(user_id, batch_id))
        record, now = BatchRecord(batch_id, user_id, scope.account.id, BatchState.OFFERED, sealed), self._clock.now()
        await self._database.run(lambda tx: table.offer(tx, record, now))

    async def load(self, batch_id: int, user_id: int) -> Batch | None:
        """A batch of this person as it stands; None where there is no such, or it cannot be read."""

        def read(tx: Transaction) -> tuple[BatchRecord | None, list[RowRecord]]:
            return table.load(tx, batch_id), table.rows(tx, batch_id)

        record, rows = await self._database.run(read)
        if record is None or record.user_id != user_id:
            return None
        content = self._content(record)
        if not content:
            return None
        until = self._until.get(batch_id)
        left = None if until is None else self._clock.now() + until - self._clock.ticks()
        shown = tuple(map(_shown, rows))
        return Batch(record.id, user_id, record.account_id, record.state, content, shown, left)

    async def begin(self, batch_id: int, user_id: int, rows: Sequence[NewRow], instead_of: Sequence[int] = ()) -> None:
        """Has these rows sent; once, however often it is asked for. What is left of others is not sent any more.

        Where this person may not have them sent by themselves, an owner of the account is asked about all of them. A
        row for another account that needs such a word waits for that account's owner when its turn comes, as a single
        request does.

        Raises:
            NotAllowedError: they may not even prepare them.
            EnoughError: with these, more of their requests would wait than may.
        """
        now = self._clock.now()

        def write(tx: Transaction) -> BatchState | None:
            record = table.load(tx, batch_id)
            if record is None:
                return None
            awaits, closed = self._awaits(tx, record, [(_account_of(each, record), each.requests) for each in rows])
            ready = [_without(each, record, closed) for each in rows]
            written = [self._written(batch_id, user_id, number, each) for number, each in enumerate(ready)]
            state = BatchState.AWAITS if awaits else BatchState.GOING
            if not table.begin(tx, batch_id, user_id, written, state):
                return None
            for row, kept in zip(rows, written, strict=True):
                if kept.key is not None and (former := referred(row.mends)) is not None:
                    table.mend(tx, user_id, *former, kept.key)
            for each in instead_of:
                table.give_up_rest(tx, each, Trouble.REPLACED.value)
            self._operations.journal.check_room(tx, user_id, 0)
            if awaits:
                self._ask_owners(tx, record, now)
            return state

        self._taken_up(batch_id, await self._database.run(write))

    def _awaits(
        self, tx: Transaction, record: BatchRecord, asked: Iterable[tuple[int, Sequence[Request]]]
    ) -> tuple[bool, set[int]]:
        """Whether an owner of a batch's account is to be asked; and which other accounts are closed to its person.

        `asked`: what is to be sent, each with the account that it is for.

        Raises:
            NotAllowedError: they may not prepare anything for the account of the batch.
        """
        by_account: dict[int, list[Request]] = {}
        for account_id, requests in asked:
            by_account.setdefault(account_id, []).extend(requests)
        own = by_account.pop(record.account_id, None)
        closed = set[int]()
        for account_id in by_account:
            try:
                self._operations.journal.awaits(tx, account_id, record.user_id, ())
            except NotAllowedError:
                closed.add(account_id)
        return own is not None and self._operations.journal.awaits(tx, record.account_id, record.user_id, own), closed

    @staticmethod
    def _ask_owners(tx: Transaction, record: BatchRecord, now: float) -> None:
        approval = approvals_table.put(tx, record.account_id, record.user_id, now, batch_id=record.id)
        ask_owners(tx, record.account_id, approval)

    def approved(self, batch_id: int) -> None:
        """An owner said yes: its rows are sent."""
        self._start(batch_id)

    async def of_company(self, user_id: int, company_id: int) -> Sequence[BatchRecord]:
        """What was begun to change the names of a company, newest first."""
        begun = await self._database.run(lambda tx: table.begun(tx, user_id))
        return [each for each in begun if self._content(each).get("company") == company_id]

    async def stop(self, batch_id: int, user_id: int) -> None:
        """Nothing more of it is planned; what is on its way is not called back.

        One that awaits an owner's word is a plan again.
        """
        now = self._clock.now()

        def write(tx: Transaction) -> None:
            record = table.load(tx, batch_id)
            if record is not None and record.user_id == user_id and table.offer_again(tx, batch_id):
                approvals_table.withdraw(tx, now, batch_id=batch_id)
            table.move(tx, batch_id, user_id, BatchState.STOPPED)

        await self._database.run(write)

    async def go_on(self, batch_id: int, user_id: int) -> None:
        """Sends what is left of one that was stopped; where that needs an owner's word by now, one is asked.

        Raises:
            NotAllowedError: they may not even prepare it any more.
        """
        now = self._clock.now()

        def write(tx: Transaction) -> BatchState | None:
            record = table.load(tx, batch_id)
            if record is None or record.user_id != user_id or record.state is not BatchState.STOPPED:
                return None
            left = [each for each in table.rows(tx, batch_id) if each.why is None and each.state is None]
            asked = [(each.account_id or record.account_id, self.requests(batch_id, each)) for each in left]
            awaits, _ = self._awaits(tx, record, asked)
            if awaits and not record.approved:
                if not table.await_word(tx, batch_id, user_id):
                    return None
                self._ask_owners(tx, record, now)
                return BatchState.AWAITS
            return BatchState.GOING if table.move(tx, batch_id, user_id, BatchState.GOING) else None

        self._taken_up(batch_id, await self._database.run(write))

    def _taken_up(self, batch_id: int, state: BatchState | None) -> None:
        if state is BatchState.GOING:
            self._start(batch_id)
        elif state is BatchState.AWAITS:
            self._news.set()

    async def mend(self, user_id: int, batch_id: int, number: int, key: str) -> None:
        """What this person has planned under a key takes the place of a row that did not go through."""
        await self._database.run(lambda tx: table.mend(tx, user_id, batch_id, number, f"{user_id}:{key}"))

    def minutes(self, count: int) -> int:
        """How many minutes so many rows take, when nothing else is sent."""
        return max(1, -(-count // self._client.limits.numbers.adds))

    # Sending

    async def take_up(self) -> None:
        """Goes on with what a former run of the process left."""
        for each in await self._database.run(table.going):
            self._start(each)

    def _start(self, batch_id: int) -> None:
        self._asked.add(batch_id)
        if batch_id not in self._running:
            self._running.add(batch_id)
            self._supervisor.keep("many names", lambda: self._run(batch_id))

    async def _run(self, batch_id: int) -> None:
        """Sends row after row, until it is through or stopped; once more where it was asked to go on meanwhile.

        What it runs into comes out: it is called again after a while, and goes on where it stood.
        """
        again = True
        while again:
            self._asked.discard(batch_id)
            await self._run_through(batch_id)
            again = batch_id in self._asked
        self._running.discard(batch_id)

    async def _run_through(self, batch_id: int) -> None:
        record = await self._database.run(lambda tx: table.load(tx, batch_id))
        while record is not None and record.state is BatchState.GOING:
            row = await self._database.run(lambda tx: table.next_row(tx, batch_id))
            if row is None:  # through: the next start need not look at it
                await self.stop(batch_id, record.user_id)
                if any(each.state == OperationState.AWAITS for each in await self._rows(batch_id)):
                    await self._tell(record)
                return
            account = await self._accounts.load(row.account_id or record.account_id)
            if row.operation is not None:
                await self._ended(row.operation)
            elif account is None:
                await self._give_up(record, row, Trouble.ACCOUNT)
            elif not await self._sent(record, row, Scope(account, row.subclient)):
                await self.stop(batch_id, record.user_id)
                await self._tell(record)
            record = await self._database.run(lambda tx: table.load(tx, batch_id))

    async def _sent(self, record: BatchRecord, row: RowRecord, scope: Scope) -> bool:
        """Plans a row as soon as it may go, and waits a moment for its end; False where the account cannot be used."""
        try:
            access = await self._accounts.access(scope)
        except (Refused, KeyUnreadableError, AccountGoneError):
            return False
        requests = self.requests(record.id, row)
        held = self._client.earliest(access, requests[0].command if requests else Command.ADD)
        if held is not None:
            await self._wait(record, held.until - self._clock.now())
            return True
        if requests and (early := requests[0].not_before - self._clock.now()) > 0:  # a day that was chosen
            await self._wait(record, min(early, _LONGEST_SECONDS))
            return True
        changes = bool(requests) and requests[0].command is Command.CHG
        trouble = await (self._missing(row, scope) if changes else self._in_the_list(row, scope))
        if trouble is None and requests:
            key = (row.key or "").partition(":")[2]
            elsewhere = scope.account.id != record.account_id  # its owners are asked about each by itself
            try:
                approved = None if elsewhere else record.approved
                await self._operations.plan(scope, record.user_id, key, requests, approved=approved, counted=True)
            except NotAllowedError:  # another role, or none, since it was begun
                if not elsewhere:
                    return False
                await self._give_up(record, row, Trouble.OWNER)
        else:
            await self._give_up(record, row, trouble or Trouble.UNREADABLE)
        return True

    async def _rows(self, batch_id: int) -> Sequence[RowRecord]:
        return await self._database.run(lambda tx: table.rows(tx, batch_id))

    async def _give_up(self, record: BatchRecord, row: RowRecord, why: Trouble) -> None:
        """A row is not sent after all, and who looks is told."""
        await self._database.run(lambda tx: table.give_up(tx, record.id, row.number, why.value))
        await self._tell(record)

    async def _wait(self, record: BatchRecord, seconds: float) -> None:
        """Lets the time pass for which SMSC takes none; who looks meanwhile is told how long."""
        self._until[record.id] = self._clock.ticks() + seconds
        try:
            await self._clock.sleep(max(0.0, seconds))
        finally:
            self._until.pop(record.id, None)

    async def _in_the_list(self, row: RowRecord, scope: Scope) -> Trouble | None:
        """Why a name needs no sending any more: it came into the list after the plan was shown."""
        names = (await self._listings.taken(scope)).names
        if row.name in names:
            return Trouble.TAKEN
        return Trouble.ALIKE if row.name.casefold() in {each.casefold() for each in names} else None

    async def _missing(self, row: RowRecord, scope: Scope) -> Trouble | None:
        """Why a name cannot be changed any more: it went from the list after the plan was shown."""
        taken = await self._listings.taken(scope)
        return Trouble.MISSING if taken.as_of is not None and row.name not in taken.names else None

    async def _ended(self, operation_id: int) -> None:
        """Waits for the end of a request; returns before it where that takes long."""
        if await self._operations.settled(operation_id, _SETTLED_SECONDS):
            row = await self._operations.journal.row(operation_id)
            if row is not None and not row.state.over:  # it is not taken up yet
                await self._clock.sleep(_LOOK_SECONDS)

    async def _tell(self, record: BatchRecord) -> None:
        body = orjson.dumps({"batch": record.id}).decode()
        await self._database.run(lambda tx: outbox_table.put(tx, record.user_id, NOTICE_KIND, body))
        self._news.set()

    # What is in the file

    def _content(self, record: BatchRecord) -> Mapping[str, Any]:
        """What was asked for; nothing where it cannot be read any more."""
        try:
            return dict(self._vault.open_json(record.sealed, _place(record.user_id, record.id)))
        except (VaultError, TypeError, ValueError) as failure:
            log.warning("a batch cannot be read", batch=record.id, why=str(failure))
            return {}

    def _written(self, batch_id: int, user_id: int, number: int, row: NewRow) -> NewRowRecord:
        key = f"{user_id}:many-{batch_id}-{number}"
        if row.trouble is not None:
            return NewRowRecord(
                number, row.line, row.subclient, key, row.name, row.trouble.value, None, row.account_id
            )
        plain = orjson.dumps([_kept(each) for each in row.requests])
        sealed = self._vault.seal(plain, _row_place(batch_id, number))
        return NewRowRecord(
            number,
            row.line,
            row.subclient,
            key,
            row.name,
            None,
            sealed,
            row.account_id,
        )

    def requests(self, batch_id: int, row: RowRecord) -> list[Request]:
        """What a row sends; nothing where it is not sent, or where it cannot be read any more."""
        try:
            if row.sealed is None:
                return []
            kept = self._vault.open_json(row.sealed, _row_place(batch_id, row.number))
            return [_request(row.name, each) for each in kept]
        except (VaultError, TypeError, ValueError, LookupError) as failure:
            log.warning("a row cannot be read", batch=batch_id, row=row.number, why=type(failure).__name__)
            return []


def _account_of(row: NewRow, record: BatchRecord) -> int:
    return row.account_id or record.account_id


def _without(row: NewRow, record: BatchRecord, accounts: set[int]) -> NewRow:
    """The row; where it is for one of these accounts, as one that is not sent."""
    if row.trouble is not None or _account_of(row, record) not in accounts:
        return row
    return replace(row, requests=(), trouble=Trouble.OWNER)


def _shown(row: RowRecord) -> BatchRow:
    state = OperationState(row.state) if row.state in set(OperationState) else None
    if row.state is not None and state is None:
        state = OperationState.UNCLEAR
    try:
        answer = Answered(**orjson.loads(row.answer)) if row.answer else Answered()
    except (TypeError, ValueError):
        answer = Answered(why="unreadable")
    trouble = Trouble(row.why) if row.why is not None else None
    mended = OperationState(row.mended) if row.mended in set(OperationState) else None
    return BatchRow(row.number, row.line, row.subclient, row.name, trouble, state, answer, row.account_id, mended)


def _kept(request: Request) -> dict[str, Any]:
    document = asdict(request.document) if request.document is not None else None
    consent = asdict(request.consent) if request.consent is not None else None
    return {
        "command": request.command.value,
        "values": dict(request.values),
        "document": document,
        "not_before": request.not_before,
        "documents_before": request.documents_before,
        "company": request.company,
        "consent": consent,
    }


def _request(name: str, kept: Mapping[str, Any]) -> Request:
    document = DocumentRef(**kept["document"]) if kept["document"] is not None else None
    agreed = kept.get("consent")  # plans of version 0.4.0 have none
    return Request(
        Command(kept["command"]),
        name,
        kept["values"],
        document,
        None,
        float(kept["not_before"]),
        kept["documents_before"],
        kept.get("company"),
        Consent(**{**agreed, "operators": tuple(agreed["operators"])}) if agreed is not None else None,
    )


def _place(user_id: int, batch_id: int) -> str:
    return f"batch:{user_id}:{batch_id}"


def _row_place(batch_id: int, number: int) -> str:
    return f"batch_row:{batch_id}:{number}"
