"""What colleagues prepared and may not have sent by themselves: an owner sees it, and approves or refuses it.

prepared ─▶ written down, nothing is sent ─▶ each owner is asked ─▶ approved: sent, as whoever prepared it
                                                               └─▶ refused, with a word ─▶ called off

An owner says yes to what they saw, and to nothing else: what is shown has a mark, made of the requests, of whose
account it is, of how the name stands and, where it costs something, of the month that is paid for. The yes carries that
mark. Where it is another one by then, the owner sees the request anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

import orjson

from bot.clock import Clock
from bot.rights import Act, Right, Role, may
from bot.senders.batches import Batches
from bot.senders.journal import act_of
from bot.senders.operation import Operation, Request
from bot.senders.operation_rows import UnreadableError, command_of
from bot.senders.operations import Operations
from bot.smsc.calendar import zone_of
from bot.storage import accounts as accounts_table
from bot.storage import approvals as table
from bot.storage import batches as batches_table
from bot.storage import members as members_table
from bot.storage import names as names_table
from bot.storage import operations as operations_table
from bot.storage import outbox as outbox_table
from bot.storage.approvals import ApprovalRow
from bot.storage.database import Database
from bot.storage.operations import OperationRow
from bot.storage.transaction import Transaction
from bot.vault import Vault, VaultError

DECIDED: Final = "decided"
"""The kind of notice that tells whoever prepared something how an owner decided."""
_MARK: Final = 12


class Outcome(Enum):
    """What came of an owner's yes or no."""

    DONE = "it was theirs to decide, and is decided"
    CHANGED = "it is not what they saw any more: they are to look again"
    DECIDED = "somebody decided before"
    WITHDRAWN = "whoever prepared it called it off, or may not have it sent any more"
    NOT_ALLOWED = "they are no owner of the account"
    GONE = "there is no such"


@dataclass(frozen=True, slots=True)
class Subclients:
    """Names of a batch, by the subclient that they are for."""

    subclient: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that a colleague prepared, as an owner sees it.

    by          who prepared it
    operations  the requests that go together; of a batch, none
    batch       the names of a batch that are to be registered
    mark        tells what was shown from what it is by the time of a yes
    paid        whether any of it costs something, or may; `flags`: what is asked for with each name of a batch
    decided_by  the owner who decided, None: nobody yet; `word`: what they said
    """

    id: int
    account_id: int
    by: int
    state: str
    operations: tuple[Operation, ...]
    batch: tuple[Subclients, ...]
    batch_id: int | None
    mark: str
    paid: bool
    created: float
    changed: float
    decided_by: int | None = None
    word: str = ""
    flags: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it still waits."""
        return self.state == table.WAITING


class Approvals:
    """Shows owners what waits for them, and does as they say."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        clock: Clock,
        operations: Operations,
        batches: Batches,
        paid: frozenset[str],
        news: asyncio.Event,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._operations = operations
        self._batches = batches
        self._paid = paid
        self._news = news

    async def load(self, approval_id: int, user_id: int) -> Waiting | None:
        """What waits or waited, for an owner or whoever prepared it; None where there is no such for them."""

        def read(tx: Transaction) -> Waiting | None:
            row = table.load(tx, approval_id)
            if row is None or not (row.user_id == user_id or _decides(tx, row, user_id)):
                return None
            return self._waiting(tx, row)

        return await self._database.run(read)

    async def waiting(self, account_id: int) -> list[Waiting]:
        """What waits for an account's owners, oldest first."""

        def read(tx: Transaction) -> list[Waiting]:
            return [self._waiting(tx, each) for each in table.waiting(tx, account_id)]

        return await self._database.run(read)

    async def approve(self, approval_id: int, user_id: int, mark: str) -> Outcome:
        """An owner says yes to what has this mark; it is sent."""
        now = self._clock.now()

        def write(tx: Transaction) -> tuple[Outcome, ApprovalRow | None]:
            row = table.load(tx, approval_id)
            trouble = _trouble(tx, row, user_id)
            if trouble is not None or row is None:
                return trouble or Outcome.GONE, None
            if self._waiting(tx, row).mark != mark:
                return Outcome.CHANGED, None
            role = members_table.role(tx, row.account_id, row.user_id)
            if role is None or not may(Role(role), Right.PREPARE):
                table.withdraw_of(tx, row.account_id, row.user_id, now)
                return Outcome.WITHDRAWN, None
            if row.operation_id is not None:
                there = operations_table.approve(tx, row.operation_id, now) > 0
            else:
                there = row.batch_id is not None and batches_table.approve(tx, row.batch_id)
            if not there:
                return Outcome.WITHDRAWN, None
            self._decided(tx, row, table.APPROVED, user_id, None, now)
            return Outcome.DONE, row

        outcome, row = await self._database.run(write)
        self._news.set()
        if row is not None and row.operation_id is not None:
            await self._operations.approved(row.operation_id)
        elif row is not None and row.batch_id is not None:
            self._batches.approved(row.batch_id)
        return outcome

    async def refuse(self, approval_id: int, user_id: int, word: str) -> Outcome:
        """An owner says no, with a word or without; nothing is sent."""
        now = self._clock.now()
        sealed = self._vault.seal(word.encode(), _place(approval_id)) if word else None

        def write(tx: Transaction) -> Outcome:
            row = table.load(tx, approval_id)
            trouble = _trouble(tx, row, user_id)
            if trouble is not None or row is None:
                return trouble or Outcome.GONE
            self._decided(tx, row, table.REFUSED, user_id, sealed, now)
            if row.operation_id is not None:
                operations_table.cancel(tx, row.operation_id, row.user_id, now)
            elif row.batch_id is not None:
                batches_table.offer_again(tx, row.batch_id)
            return Outcome.DONE

        outcome = await self._database.run(write)
        self._news.set()
        return outcome

    def _decided(self, tx: Transaction, row: ApprovalRow, state: str, by: int, word: bytes | None, now: float) -> None:
        table.decide(tx, row.id, state, by, word, now)
        outbox_table.put(tx, row.user_id, DECIDED, orjson.dumps({"approval": row.id}).decode())

    # What is shown

    def _waiting(self, tx: Transaction, row: ApprovalRow) -> Waiting:
        chain = operations_table.chain(tx, row.operation_id) if row.operation_id is not None else []
        batch = [
            each
            for each in (batches_table.rows(tx, row.batch_id) if row.batch_id is not None else ())
            if each.why is None and each.account_id in (None, row.account_id)
            if each.asked is None or each.asked >= row.created  # a part of it may have been sent before
        ]
        by_subclient: dict[str, list[str]] = {}
        for each in batch:
            by_subclient.setdefault(each.subclient, []).append(each.name)
        requests = [self._request(each) for each in chain]
        if row.batch_id is not None:
            requests += [each for one in batch for each in self._batches.requests(row.batch_id, one)]
        flags = {key for each in requests if each is not None for key, value in each.values.items() if value is True}
        paid = any(each is not None and act_of(each, self._paid) is Act.PAID for each in requests)
        return Waiting(
            row.id,
            row.account_id,
            row.user_id,
            row.state,
            tuple(self._operations.journal.shown(each) for each in chain),
            tuple(Subclients(subclient, tuple(names)) for subclient, names in by_subclient.items()),
            row.batch_id,
            self._mark(tx, row, chain, requests, paid=paid),
            paid,
            row.created,
            row.changed,
            row.decided_by,
            self._word(row),
            tuple(sorted(flags)),
        )

    def _mark(
        self,
        tx: Transaction,
        row: ApprovalRow,
        chain: Sequence[OperationRow],
        requests: Sequence[Request | None],
        *,
        paid: bool,
    ) -> str:
        """What an owner says yes to, as a short word."""
        account = accounts_table.load(tx, row.account_id)
        stands = [
            (known.sms_id, known.activation, known.body)
            for each in chain
            for known in names_table.by_name(tx, each.account_id, each.subclient, each.name)
        ]
        zone = zone_of(account.service if account is not None else "")
        month = datetime.fromtimestamp(self._clock.now(), zone).strftime("%Y-%m") if paid else ""
        whose = (account.service, account.login) if account is not None else None
        seen = [[_seen(each) for each in requests], stands, month, whose]
        return self._vault.fingerprint(orjson.dumps(seen))[:_MARK]

    def _request(self, row: OperationRow) -> Request | None:
        """A request as it would be made; None where it cannot be read any more."""
        try:
            private = self._operations.journal.private(row)
            return Request(command_of(row), row.name, private.values, private.document, None, row.not_before)
        except UnreadableError:
            return None

    def _word(self, row: ApprovalRow) -> str:
        try:
            return self._vault.open(row.word, _place(row.id)).decode() if row.word else ""
        except (VaultError, UnicodeDecodeError):
            return ""


def _seen(request: Request | None) -> object:
    if request is None:
        return None
    document = request.document
    file = (document.name, document.size, document.description) if document is not None else None
    return [request.command.value, request.name, dict(request.values), file, request.not_before]


def _decides(tx: Transaction, row: ApprovalRow, user_id: int) -> bool:
    role = members_table.role(tx, row.account_id, user_id)
    return role is not None and may(Role(role), Right.DECIDE)


def _trouble(tx: Transaction, row: ApprovalRow | None, user_id: int) -> Outcome | None:
    """Why somebody cannot decide about it; None: they can."""
    if row is None:
        return Outcome.GONE
    if not _decides(tx, row, user_id):
        return Outcome.NOT_ALLOWED
    if row.state == table.WITHDRAWN:
        return Outcome.WITHDRAWN
    return None if row.state == table.WAITING else Outcome.DECIDED


def _place(approval_id: int) -> str:
    return f"approval:{approval_id}"
