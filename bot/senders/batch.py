"""Many requests that were asked for at once, as values: how each of them stands, and how they stand together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from bot.senders.operation import Answered, Request
from bot.storage.batches import BatchState
from bot.storage.operations import OperationState

NOTICE_KIND: Final = "many"


class Trouble(StrEnum):
    """Why a row is not sent.

    It is no name, stands there twice, is in the list (with other capitals), its comment is too long, nobody acted for
    its subclient yet, its account is gone or closed to this person, or what was kept of it cannot be read any more. Of
    a name that is to be changed: it is not in the list, there is nothing to be changed, or a newer
    change took the place of this one.
    """

    SPELLING = "spelling"
    TWICE = "twice"
    TAKEN = "taken"
    ALIKE = "alike"
    COMMENT = "comment"
    SUBCLIENT = "subclient"
    UNREADABLE = "unreadable"
    ACCOUNT = "account"
    MISSING = "missing"
    SAME = "same"
    REPLACED = "replaced"
    OWNER = "owner"


_NOT_BY_A_FORM: Final = frozenset({Trouble.SUBCLIENT, Trouble.TWICE, Trouble.TAKEN})
"""What another spelling or comment does not mend."""


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row as it is written down. `line` is its place in what was typed; without `requests` there is a trouble.

    `account_id`: the account that it is for; None: the one of the batch. `mends`: the row of a former batch whose place
    it takes, as `reference` writes it; empty: none's.
    """

    line: int
    subclient: str
    name: str
    requests: Sequence[Request] = ()
    trouble: Trouble | None = None
    account_id: int | None = None
    mends: str = ""


def reference(batch_id: int, number: int) -> str:
    """A row as a table names it; no program that opens the table takes it for a day or a number."""
    return f"r{batch_id}-{number}"


def referred(text: str) -> tuple[int, int] | None:
    """The batch and the row's number that a table names; None where it names none."""
    found = _REFERENCE.fullmatch(text.strip())
    return (int(found[1]), int(found[2])) if found else None


_REFERENCE: Final = re.compile(r"r([0-9]{1,18})-([0-9]{1,6})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A row as it stands. `state` None: it is not sent, and why says `trouble`, or nothing: its turn is yet to come.

    `mended`: the state of what took its place; None: nothing did.
    """

    number: int
    line: int
    subclient: str
    name: str
    trouble: Trouble | None
    state: OperationState | None
    answer: Answered
    account_id: int | None = None
    mended: OperationState | None = None

    @property
    def resent(self) -> bool:
        """Whether it did not go through and was mended, and what took its place did, or is on its way."""
        if self.mended is None or self.state is OperationState.DONE:
            return False
        return self.mended is OperationState.DONE or not self.mended.over

    @property
    def left(self) -> bool:
        """Whether it is still to be sent, or its answer is still to come."""
        return self.trouble is None and not self.awaits and (self.state is None or not self.state.over)

    @property
    def awaits(self) -> bool:
        """Whether an owner of another account is asked about it."""
        return self.state is OperationState.AWAITS

    @property
    def failed(self) -> bool:
        """Whether it is over and nothing was registered by it, as far as is known."""
        over = not self.left and not self.awaits and not self.resent
        return over and self.state is not OperationState.DONE

    @property
    def mendable(self) -> bool:
        """Whether a form can send it otherwise: nothing of it is at SMSC for certain, and its subclient is known."""
        ended = self.state in {None, OperationState.REFUSED, OperationState.NOT_DONE, OperationState.CANCELLED}
        return self.failed and ended and self.trouble not in _NOT_BY_A_FORM


@dataclass(frozen=True, slots=True)
class Batch:
    """Many rows together.

    `content` is what was asked for, as it was typed and chosen; `rows` are there when it was begun. `until` (epoch
    seconds): nothing of it is sent before, None where nothing holds it.
    """

    id: int
    user_id: int
    account_id: int
    state: BatchState
    content: Mapping[str, Any]
    rows: tuple[BatchRow, ...] = ()
    until: float | None = None

    @property
    def about(self) -> str:
        """What a screen that follows it is about."""
        return f"many:{self.id}"

    @property
    def company(self) -> int | None:
        """The company whose names it changes; None: it registers names."""
        return self.content.get("company")

    @property
    def left(self) -> int:
        """How many rows are still to be sent."""
        return sum(each.left for each in self.rows)

    @property
    def awaited(self) -> int:
        """How many rows wait for an owner of another account."""
        return sum(each.awaits for each in self.rows)

    @property
    def done(self) -> int:
        """How many rows SMSC took."""
        return sum(each.state is OperationState.DONE for each in self.rows)

    @property
    def resent(self) -> int:
        """How many rows did not go through, and were sent anew, mended."""
        return sum(each.resent for each in self.rows)

    @property
    def taken(self) -> int:
        """How many rows SMSC took in the end, by themselves or mended."""
        return sum(OperationState.DONE in {each.state, each.mended} for each in self.rows)

    @property
    def failed(self) -> tuple[BatchRow, ...]:
        """The rows that did not go through, or could not be sent."""
        return tuple(each for each in self.rows if each.failed)

    @property
    def mendable(self) -> tuple[BatchRow, ...]:
        """Those of them that can be mended one by one."""
        return tuple(each for each in self.rows if each.mendable) if self.company is None else ()

    @property
    def over(self) -> bool:
        """Whether every row came to its end."""
        return self.state is not BatchState.OFFERED and not self.left and not self.awaited
