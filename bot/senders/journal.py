"""The journal of changing requests: every intent, every end, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, Final

import orjson
import structlog

from bot.accounts import Scope
from bot.ceilings import Ceiling, Ceilings, EnoughError
from bot.clock import Clock
from bot.rights import Act, NotAllowedError, Right, Role, may, waits
from bot.senders import kept
from bot.senders.batch import NOTICE_KIND as MANY_KIND
from bot.senders.operation import APPROVAL_KIND, NOTICE_KIND, PROGRESS_KIND, Answered, Consent, Operation, Request
from bot.senders.operation_rows import OperationRows, Private, UnreadableError
from bot.smsc import Command, SenderName
from bot.storage import accounts as accounts_table
from bot.storage import approvals as approvals_table
from bot.storage import batches as batches_table
from bot.storage import events as events_table
from bot.storage import locks as locks_table
from bot.storage import members as members_table
from bot.storage import names as names_table
from bot.storage import operations as table
from bot.storage import outbox as outbox_table
from bot.storage.database import Database
from bot.storage.errors import held_up
from bot.storage.events import CONSENT, EventRow
from bot.storage.operations import OperationRow, OperationState
from bot.storage.transaction import Transaction
from bot.supervision import insisted
from bot.vault import Vault

log = structlog.get_logger(__name__)

_WRITE_TRIES: Final = 3
"""So often an end is written that fails for a reason of its own; where the file is held up, until it goes."""
_LOOKED_THROUGH: Final = 50
"""Requests for a name, the newest ones, that are looked through for what it was given."""
_NEVER_SENT: Final = frozenset({OperationState.PLANNED, OperationState.CANCELLED, OperationState.NOT_DONE})


class Journal:
    """What was asked of SMSC and what became of it; reading it changes nothing."""

    def __init__(
        self, database: Database, vault: Vault, clock: Clock, paid: frozenset[str], ceilings: Ceilings
    ) -> None:
        """`paid` are the flags of a request that cost something, or may."""
        self._database = database
        self._paid = paid
        self._ceilings = ceilings
        self._rows = OperationRows(vault)
        self._clock = clock

    # For people

    async def load(self, operation_id: int, user_id: int) -> Operation | None:
        """An operation of an account that this person may act for, as they follow it; None where there is no such.

        Of several that were planned together it is the first that is not done; when all are, the one that did more than
        bring a document, if any did.
        """

        def read(tx: Transaction) -> list[OperationRow]:
            rows = table.chain(tx, operation_id)
            return rows if rows and _may_see(tx, rows[0], user_id) else []

        rows = await self._database.run(read)
        if not rows:
            return None
        chain = [self._rows.shown(row) for row in rows]
        told = next((each for each in chain if each.state is not OperationState.DONE), None)
        if told is None:
            told = next((each for each in reversed(chain) if not each.only_document), chain[-1])
        states = [each.state for each in chain]
        return replace(
            told,
            done=states.count(OperationState.DONE),
            count=len(chain),
            sent=sum(each not in _NEVER_SENT for each in states),
            documents=sum(each.document is not None for each in chain),
            last=chain[-1].id,
            can_go_on=told.can_go_on and told.user_id == user_id,
            mine=told.user_id == user_id,
        )

    async def newest(self, user_id: int, command: Command, name: str, scope: Scope | None) -> Operation | None:
        """The newest request of this kind about a name: for this scope, else for any other of this person."""
        account_id, subclient = (scope.account.id, scope.subclient) if scope is not None else (0, "")
        row = await self._database.run(lambda tx: table.newest(tx, user_id, command.value, name, account_id, subclient))
        return self._rows.shown(row) if row is not None else None

    async def draft_of(self, operation_id: int, user_id: int) -> Mapping[str, Any] | None:
        """The form that a refused operation came from, to go on with."""
        row = await self._database.run(lambda tx: table.load(tx, operation_id))
        if row is None or row.user_id != user_id:
            return None
        try:
            return self._rows.private(row).draft
        except UnreadableError:
            return None

    async def history(
        self,
        scope: Scope,
        *,
        name: str | None = None,
        sms_id: int | None = None,
        limit: int,
        offset: int = 0,
    ) -> list[Operation]:
        """What was done for this account and subclient, by whomever, newest first; of one name, see `table.history`."""
        rows = await self._database.run(
            lambda tx: table.history(tx, scope.account.id, scope.subclient, name, sms_id, limit, offset)
        )
        return [self._rows.shown(row) for row in rows]

    async def comment_sent(self, scope: Scope, name: str, sms_id: int | None) -> str | None:
        """The comment that a name was last given from here, as SMSC took it: SMSC's list need not tell it."""
        for each in await self.history(scope, name=name, sms_id=sms_id, limit=_LOOKED_THROUGH):
            comment = each.values.get("cmt")
            if each.state is OperationState.DONE and isinstance(comment, str) and comment:
                return comment
        return None

    async def documents_gone(self, user_id: int) -> frozenset[str]:
        """The files of a person that Telegram had no more when they were to be sent, by its id of each."""
        rows = await self._database.run(lambda tx: table.without_document(tx, user_id, _LOOKED_THROUGH))
        return frozenset(file.file_id for row in rows if (file := self._rows.shown(row).document) is not None)

    # For whoever makes the requests

    async def plan(
        self,
        scope: Scope,
        user_id: int,
        key: str,
        requests: Sequence[Request],
        *,
        approved: bool | None = None,
        counted: bool = False,
    ) -> list[OperationRow]:
        """Writes the intents, see `Operations.plan`; gives all that were planned together.

        What this person may not have sent by themselves awaits an owner's word, and the owners are asked. `approved`:
        it is a part of something that an owner said yes to (True), or of something that needed no such word (False).
        `counted`: it is a part of something whose requests were all counted when that was begun.

        Raises:
            NotAllowedError: they may not even prepare it; or, of such a part, not have it sent (any more).
            EnoughError: as many of their requests wait as may.
        """
        now, account_id = self._clock.now(), scope.account.id
        rows = [self._rows.sealed(scope, user_id, f"{user_id}:{key}:{n}", each, now) for n, each in enumerate(requests)]

        def write(tx: Transaction) -> list[OperationRow]:
            before = table.of_key(tx, user_id, f"{key}:0")  # up to version 0.2.0 the person was not in it
            if before is not None:
                return table.chain(tx, before)
            if not counted:
                self.check_room(tx, user_id, len(requests))
            awaits = approved is not True and self.awaits(tx, account_id, user_id, requests)
            if awaits and approved is False:
                raise NotAllowedError(Role.PREPARE)
            state = OperationState.AWAITS if awaits else OperationState.PLANNED
            ids: list[int] = []
            for row, request in zip(rows, requests, strict=True):
                if request.consent is not None:
                    events_table.put(tx, [_consent_event(row, request.consent)])
                ids.append(table.plan(tx, replace(row, after=ids[-1] if ids else None, state=state)))
            if awaits:
                ask_owners(tx, account_id, approvals_table.put(tx, account_id, user_id, now, operation_id=ids[0]))
            return table.chain(tx, ids[-1])

        try:
            return await self._database.run(write)
        except (NotAllowedError, EnoughError):
            raise
        except Exception as failure:
            if held_up(failure):
                raise
            # It may be in the file all the same, to be sent: whoever is told of a failure must be told the truth.
            log.warning("planned once more", why=f"{type(failure).__name__}: {failure}")
            return await self._database.run(write)

    def check_room(self, tx: Transaction, user_id: int, more: int) -> None:
        """Whether so many more requests of a person may wait.

        Raises:
            EnoughError: no.
        """
        self._ceilings.check(Ceiling.REQUESTS, table.open_of(tx, user_id) + batches_table.left_of(tx, user_id) + more)

    def awaits(self, tx: Transaction, account_id: int, user_id: int, requests: Iterable[Request]) -> bool:
        """Whether any of these awaits an owner's word, as the roles are now.

        Raises:
            NotAllowedError: this person may not have anything sent for the account, nor prepare it.
        """
        found = members_table.role(tx, account_id, user_id)
        role = Role(found) if found is not None else None
        if role is None or not may(role, Right.PREPARE):
            raise NotAllowedError(role)
        asks = accounts_table.asks(tx, account_id)
        return any(waits(role, act_of(each, self._paid), asks=asks) for each in requests)

    def shown(self, row: OperationRow) -> Operation:
        """An operation as a person may see it, by itself."""
        return self._rows.shown(row)

    def private(self, row: OperationRow) -> Private:
        """What is sealed of it.

        Raises:
            UnreadableError: it was altered, or is of another shape.
        """
        return self._rows.private(row)

    async def unfinished(self) -> list[OperationRow]:
        """What a former run of the process left; what was on its way then is to be looked up."""
        now = self._clock.now()
        return await self._database.run(lambda tx: table.unfinished(tx, now))

    async def planned_for(self, account_id: int) -> list[OperationRow]:
        """What is planned for an account."""
        return await self._database.run(lambda tx: table.planned_for(tx, account_id))

    async def row(self, operation_id: int) -> OperationRow | None:
        """An operation as it stands."""
        return await self._database.run(lambda tx: table.load(tx, operation_id))

    async def chain(self, row: OperationRow) -> list[OperationRow]:
        """All that were planned together with it, in their order."""
        return await self._database.run(lambda tx: table.chain(tx, row.id))

    async def begin(self, row: OperationRow, sha256: str | None = None) -> bool:
        """The request goes out, with a document of this SHA-256; False where it was called off, or may not any more."""
        now = self._clock.now()

        def write(tx: Transaction) -> bool:
            role = members_table.role(tx, row.account_id, row.user_id)
            allowed = role is not None and may(Role(role), Right.PREPARE)
            return allowed and not _is_kept(tx, row) and table.begin(tx, row.id, now, sha256)

        return await self._database.run(write)

    async def is_kept(self, row: OperationRow) -> bool:
        """Whether it would delete a name that is locked: such a request does not begin."""
        return await self._database.run(lambda tx: _is_kept(tx, row))

    async def cancel(self, operation_id: int, user_id: int) -> Sequence[int]:
        """Calls off what was not sent yet, of it and of all that go together with it; gives the ids of these."""
        now = self._clock.now()

        def write(tx: Transaction) -> Sequence[int]:
            called_off = table.cancel(tx, operation_id, user_id, now)
            approvals_table.withdraw(tx, now, operations=called_off)
            return called_off

        return await self._database.run(write)

    async def end(self, row: OperationRow, state: OperationState, answer: Answered) -> None:
        """The request came to an end; where that is not DONE, the ones after it are called off."""
        now = self._clock.now()
        told = orjson.dumps(answer).decode()
        comment = self._rows.comment(row)

        def write(tx: Transaction) -> None:
            if not table.move(tx, row.id, state, now, answer=told):
                return
            if state is OperationState.DONE:
                _bring_up_to_date(tx, row, comment, answer)
                kept.rederive(tx, row.account_id, row.subclient, row.name)
            else:
                table.cancel_following(tx, row.id, now)
            if state is not OperationState.DONE or table.following(tx, row.id) is None:
                _status_notice(tx, row)

        tries = count(1)
        # What SMSC answered is known here and nowhere else.
        await insisted(
            self._clock,
            lambda: self._database.run(write),
            lambda failure: held_up(failure) or next(tries) < _WRITE_TRIES,
        )

    async def move(
        self,
        row: OperationRow,
        state: OperationState,
        *,
        not_before: float,
        attempts: int,
        answer: Answered | None,
        notice: bool,
    ) -> None:
        """The request is not over: where it stands, and when it is taken up again; `notice`: the person is told."""
        now = self._clock.now()
        told = orjson.dumps(answer).decode() if answer is not None else None

        def write(tx: Transaction) -> None:
            moved = table.move(tx, row.id, state, now, not_before=not_before, attempts=attempts, answer=told)
            if moved and notice:
                _status_notice(tx, row)

        await self._database.run(write)

    async def tell_progress(self, user_id: int, last: int) -> None:
        """The notice of how many of the requests are done that end with `last`."""
        await self._database.run(lambda tx: _notice(tx, user_id, last, PROGRESS_KIND))


def _may_see(tx: Transaction, row: OperationRow, user_id: int) -> bool:
    """Whether somebody may know of a request: one of the account's people, or whoever made it, of one that is gone."""
    if members_table.role(tx, row.account_id, user_id) is not None:
        return True
    return row.user_id == user_id and accounts_table.load(tx, row.account_id) is None


def act_of(request: Request, paid: frozenset[str]) -> Act:
    """What a request does, as far as it matters who may have it sent; `paid` are the flags that cost something."""
    match request.command:
        case Command.DEL:
            return Act.DELETION
        case Command.CHECK_CODE:
            return Act.CODE
    return Act.PAID if any(value is True and flag in paid for flag, value in request.values.items()) else Act.PLAIN


def ask_owners(tx: Transaction, account_id: int, approval: int) -> None:
    """The notices that ask an account's owners about what a colleague prepared."""
    told = orjson.dumps({"approval": approval}).decode()
    for each in members_table.people(tx, account_id):
        if may(Role(each.role), Right.DECIDE):
            outbox_table.put(tx, each.user_id, APPROVAL_KIND, told)


def _consent_event(row: OperationRow, consent: Consent) -> EventRow:
    told = {
        "who": row.user_id,
        "operators": consent.operators,
        "month": consent.month,
        "wording": consent.wording,
    }
    body = orjson.dumps(told).decode()
    return EventRow(row.account_id, row.subclient, row.name, row.sms_id, CONSENT, consent.at, news=False, body=body)


def _is_kept(tx: Transaction, row: OperationRow) -> bool:
    deletes = row.command == Command.DEL
    return deletes and locks_table.holds(tx, row.account_id, row.subclient, row.name, row.sms_id)


def _status_notice(tx: Transaction, row: OperationRow) -> None:
    """The notice of how a request stands; of one of many, of how they all stand."""
    batch = batches_table.of_key(tx, row.key)
    if batch is None:
        _notice(tx, row.user_id, row.id)
    else:
        outbox_table.put(tx, row.user_id, MANY_KIND, orjson.dumps({"batch": batch}).decode())


def _notice(tx: Transaction, user_id: int, operation_id: int, kind: str = NOTICE_KIND) -> None:
    if user_id:  # else whoever asked for it is forgotten
        outbox_table.put(tx, user_id, kind, orjson.dumps({"operation": operation_id}).decode())


def _bring_up_to_date(tx: Transaction, row: OperationRow, comment: str | None, answer: Answered | None) -> None:
    """What the list will say, before it is fetched again."""
    if answer is not None and answer.id is not None:
        table.numbered(tx, row.id, answer.id)
    if row.command == Command.ADD:
        added = SenderName(id=answer.id if answer else None, name=row.name, comment=comment)
        kept.put_first(tx, row.account_id, row.subclient, added)
    elif row.command == Command.DEL:
        names_table.remove(tx, row.account_id, row.subclient, row.name, row.sms_id)
    names_table.outdate(tx, row.account_id, row.subclient)
