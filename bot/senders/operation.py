"""A changing request as a value: what is to be sent, how SMSC answered, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.accounts import PAUSED_FOR_KEY, Scope
from bot.smsc import Command, ErrorKind, WaitReason
from bot.storage.operations import OperationState

NOTICE_KIND: Final = "operation"
PROGRESS_KIND: Final = "progress"
APPROVAL_KIND: Final = "approval"
"""The kind of notice that asks an owner about what a colleague prepared."""
NAMED_BY: Final = frozenset({"id", "sender"})
"""How a request names the sender name it is about."""


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """A file that lies at Telegram and goes with a request; fetched only when it is sent."""

    file_id: str
    name: str
    size: int
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """That a person agreed to fees: whose, from which month on (`2026-12`), in which words, and when."""

    operators: tuple[str, ...]
    month: str
    wording: str
    at: float


@dataclass(frozen=True, slots=True)
class Request:
    """A changing request to be made.

    `draft` is the form it came from, so that a person can go on with it if SMSC refuses. `not_before` (epoch seconds)
    is when it may be sent at the earliest. `documents_before`: how many documents the name has; None: unknown.
    `company`: which of the person's companies it was made with; None: with none of them.
    `consent`: to the fees that it causes; it is kept in the name's timeline.
    """

    command: Command
    name: str
    values: Mapping[str, Any]
    document: DocumentRef | None = None
    draft: Mapping[str, Any] | None = None
    not_before: float = 0.0
    documents_before: int | None = 0
    company: int | None = None
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """How SMSC answered, or why it never came to that.

    `error` is SMSC's number (None: none); `why` is one of ours: `unreachable`, `limits`, `blocked`, `refused` (too many
    keys were, so that the next ones wait), `document_gone`, `account_gone`, `not_allowed`, `locked`, `key_refused`,
    `key_unreadable`, `unreadable`, `trouble`.
    """

    id: int | None = None
    error: int | None = None
    text: str | None = None
    why: str | None = None

    @property
    def error_kind(self) -> ErrorKind | None:
        """What is known of SMSC's error; None where SMSC answered with none."""
        return ErrorKind.of(self.error) if self.error is not None else None


@dataclass(frozen=True, slots=True)
class Operation:
    """A changing request as a person may see it; nothing secret is in it.

    `can_go_on`: the form it came from is kept, so that a refusal can be mended. `done` of `count`: how far the requests
    are that were planned together with it; `sent` counts those that went to SMSC, `documents` the files they bring, and
    `last` is the id of the last of them. `mine`: whoever looks asked for it. Times in epoch seconds.
    """

    id: int
    user_id: int
    account_id: int
    subclient: str
    command: Command
    name: str
    values: Mapping[str, Any]
    document: DocumentRef | None
    can_go_on: bool
    after: int | None
    state: OperationState
    not_before: float
    attempts: int
    answer: Answered
    created: float
    changed: float
    sms_id: int | None = None
    done: int = 0
    count: int = 1
    sent: int = 0
    documents: int = 0
    last: int = 0
    mine: bool = True
    company: int | None = None
    sha256: str | None = None

    @property
    def about(self) -> str:
        """What a screen that follows it is about; the same for all that were planned together."""
        return f"op:{self.last or self.id}"

    @property
    def waits_for_key(self) -> bool:
        """Whether it is sent when its account has a key that works."""
        return self.state is OperationState.PLANNED and self.answer.why in PAUSED_FOR_KEY

    @property
    def only_document(self) -> bool:
        """Whether it brings a document and changes nothing else."""
        return self.command is Command.CHG and self.document is not None and not self.values.keys() - NAMED_BY

    def belongs_to(self, scope: Scope | None) -> bool:
        """Whether it was made for this account and subclient."""
        return scope is not None and (self.account_id, self.subclient) == (scope.account.id, scope.subclient)


WAITS: Final[Mapping[WaitReason, str]] = {
    WaitReason.LIMITS: "limits",
    WaitReason.BUSY: "limits",
    WaitReason.BLOCKED: "blocked",
    WaitReason.REFUSED_YOURS: "refused",
    WaitReason.REFUSED_OTHERS: "refused",
}
"""Why a request waits, as `Answered` keeps it."""
