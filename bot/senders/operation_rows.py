"""Operations as rows: what of one is sealed in the file, and what of it a person may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
import structlog

from bot.accounts import PAUSED_FOR_KEY, Scope
from bot.senders.operation import NAMED_BY, Answered, DocumentRef, Operation, Request
from bot.senders.state import What
from bot.smsc import Command
from bot.storage.operations import OperationRow, OperationState
from bot.vault import Vault, VaultError

_SECRET_VALUES: Final = frozenset({"code"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Private:
    """What of an operation is sealed in the file."""

    values: Mapping[str, Any]
    document: DocumentRef | None
    draft: Mapping[str, Any] | None
    documents_before: int | None


class UnreadableError(Exception):
    """What was stored of an operation cannot be read: altered, moved from another row, of another shape."""


class OperationRows:
    """Seals operations into rows, and opens them again."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def sealed(self, scope: Scope, user_id: int, key: str, request: Request, now: float) -> OperationRow:
        """The row of a request that is planned; `key` tells it from every other."""
        private = Private(request.values, request.document, request.draft, request.documents_before)
        document, number = request.document, request.values.get("id")
        return OperationRow(
            id=0,
            key=key,
            user_id=user_id,
            account_id=scope.account.id,
            subclient=scope.subclient,
            command=request.command.value,
            name=request.name,
            sealed=self._vault.seal(orjson.dumps(private), f"operation:{key}"),
            after=None,
            state=OperationState.PLANNED,
            not_before=request.not_before,
            attempts=0,
            answer=None,
            created=now,
            changed=now,
            what=_what(request).value,
            sms_id=int(number) if number is not None else None,
            file=document.name if document is not None else None,
            description=document.description if document is not None else None,
            company=request.company,
        )

    def private(self, row: OperationRow) -> Private:
        """What is sealed of it.

        Raises:
            UnreadableError: it was altered, or is of another shape.
        """
        try:
            plain = self._vault.open_json(row.sealed, f"operation:{row.key}")
            document = DocumentRef(**plain["document"]) if plain["document"] else None
            draft = None if plain["draft"] is None else dict(plain["draft"])
            before = plain["documents_before"]
            private = Private(dict(plain["values"]), document, draft, None if before is None else int(before))
        except (VaultError, TypeError, ValueError, LookupError) as failure:
            raise UnreadableError(f"{type(failure).__name__}: {failure}") from None
        return private

    def comment(self, row: OperationRow) -> str | None:
        """The comment that goes along with it; None where there is none that can be read."""
        try:
            return self.private(row).values.get("cmt")
        except UnreadableError:
            return None

    def shown(self, row: OperationRow) -> Operation:
        """The operation; of one that cannot be read, what can be."""
        try:
            command, private = command_of(row), self.private(row)
        except UnreadableError as failure:
            log.warning("operation cannot be read", operation=row.id, why=str(failure))
            command, private = Command.GET, Private({}, None, None, 0)  # which no operation is: "a request"
        return Operation(
            row.id,
            row.user_id,
            row.account_id,
            row.subclient,
            command,
            row.name,
            {key: "•••" if key in _SECRET_VALUES else value for key, value in private.values.items()},
            private.document,
            private.draft is not None,
            row.after,
            row.state,
            row.not_before,
            row.attempts,
            answered(row),
            row.created,
            row.changed,
            row.sms_id,
            company=row.company,
            sha256=row.sha256,
        )


def _what(request: Request) -> What:
    match request.command:
        case Command.CHG if request.document is not None and not request.values.keys() - NAMED_BY:
            return What.DOCUMENT
        case Command.CHG:
            return What.CHANGE
        case Command.DEL:
            return What.DELETE
        case other:
            return What(other.value)


def command_of(row: OperationRow) -> Command:
    """Which command it is.

    Raises:
        UnreadableError: there is no such.
    """
    try:
        return Command(row.command)
    except ValueError:
        raise UnreadableError("no such command") from None


def answered(row: OperationRow) -> Answered:
    """How SMSC answered, as far as the row says."""
    if not row.answer:
        return Answered()
    try:
        return Answered(**orjson.loads(row.answer))
    except (TypeError, ValueError):
        return Answered(why="unreadable")


def waits_for_key(row: OperationRow) -> bool:
    """Whether it waits for an account to have a key that works."""
    return answered(row).why in PAUSED_FOR_KEY
