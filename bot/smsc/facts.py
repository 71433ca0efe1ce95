"""What SMSC tells: names, documents, operators' words, balances. Values, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

Extra = tuple[tuple[str, str], ...]
"""Keys that are not documented, with their values as they came; nested ones as compact JSON."""


class DocumentStatus(StrEnum):
    """The status of a document for operators, `fstatus` (seed)."""

    UNDER_REVIEW = "0"
    REJECTED = "1"
    ADMITTED = "2"


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a name: file, id (`fid`), status as it came, the administrator's comment."""

    name: str
    fid: str | None
    status_code: str
    comment: str | None = None

    @property
    def status(self) -> DocumentStatus | None:
        """The status, None where the code is not documented."""
        return next((each for each in DocumentStatus if each.value == self.status_code), None)


@dataclass(frozen=True, slots=True)
class OperatorStatus:
    """What an operator says of a name: the code as it came, and the programme's flag if known.

    `operator` is the operator's name, or what stood in its place.
    """

    operator: str
    code: str
    flag: str | None = None


@dataclass(frozen=True, slots=True)
class SenderName:
    """A name in a list. `active` and `changed` are known only where the answer says so (U).

    `whole` is False where a part of the row could not be read as it was meant: then what it lacks proves nothing.
    """

    id: int | None
    name: str
    comment: str | None = None
    active: bool | None = None
    operators: tuple[OperatorStatus, ...] = ()
    documents: tuple[Document, ...] = ()
    changed: str | None = None
    extra: Extra = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Balance:
    """The money of an account; `credit` is what it may owe (C)."""

    amount: Decimal
    currency: str | None = None
    credit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command was answered with: the new id of `add`, the names of `get`, the balance.

    `left_out` counts the rows of a list that could not be read; `cut`: the list breaks off before its end. `digest`
    tells the body from any other one; an answer that is known by it was not read, and is by `unread`.
    """

    id: int | None = None
    names: tuple[SenderName, ...] = ()
    balance: Balance | None = None
    extra: Extra = ()
    left_out: int = 0
    cut: bool = False
    digest: str = field(default="", compare=False)
    unread: Callable[[], Answer] | None = field(default=None, compare=False, repr=False)

    @property
    def complete(self) -> bool:
        """Whether a name that is not in this list is certainly not there."""
        return not self.left_out and not self.cut
