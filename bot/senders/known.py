"""A sender name as the product sees it: SMSC's answer, and one state that a person can act on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from bot.smsc import Document, DocumentStatus, OperatorStatus, SenderName
from bot.storage.names import NameRow


class NameState(StrEnum):
    """What a person has to know of a name at a glance.

    SMSC documents no state of a name as such. ACTIVE: it is in the list of activated names. NEEDS_YOU: one of its
    documents was rejected (`fstatus` 1). WAITING: it is in the full list only.
    """

    ACTIVE = "active"
    WAITING = "waiting"
    NEEDS_YOU = "needs_you"


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name in the list of an account and subclient.

    `ref` is our own number of it (for buttons), `id` is SMSC's, None where SMSC did not give one. `extra` holds what
    SMSC answered beside the documented fields, as it came.
    """

    ref: int
    name: str
    id: int | None
    state: NameState
    comment: str | None
    operators: tuple[OperatorStatus, ...]
    documents: tuple[Document, ...]
    extra: tuple[tuple[str, str], ...]


def state_of(listed: SenderName, *, active: bool) -> NameState:
    """The state of a name that was listed; `active` says whether it is among the activated ones."""
    if any(document.status is DocumentStatus.REJECTED for document in listed.documents):
        return NameState.NEEDS_YOU
    return NameState.ACTIVE if active else NameState.WAITING


def to_row(listed: SenderName, *, active: bool) -> NameRow:
    """A listed name, for the file."""
    body: dict[str, Any] = {
        "comment": listed.comment,
        "operators": [[each.operator, each.code, each.flag] for each in listed.operators],
        "documents": [[each.name, each.fid, each.status_code, each.comment] for each in listed.documents],
        "extra": listed.extra,
    }
    return NameRow(listed.name, listed.id, state_of(listed, active=active).value, orjson.dumps(body).decode())


def from_row(row: NameRow) -> KnownName:
    """A name out of the file."""
    body = orjson.loads(row.body)
    return KnownName(
        row.ref,
        row.name,
        row.sms_id,
        NameState(row.state),
        body["comment"],
        tuple(OperatorStatus(*each) for each in body["operators"]),
        tuple(Document(*each) for each in body["documents"]),
        tuple((key, value) for key, value in body["extra"]),
    )
