"""A sender name as the product sees it: SMSC's answer, and its state in parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
import structlog

from bot.senders.state import (
    Activation,
    Deed,
    NameState,
    SeenDocument,
    SeenOperator,
    Stage,
    What,
    bits,
    life,
    sent_with,
)
from bot.smsc import Document, OperatorStatus, SenderName
from bot.storage.names import NameRow
from bot.storage.operations import DeedRow, OperationState

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name in the list of an account and subclient.

    `ref` is our own number of it (for buttons), `id` is SMSC's, None where SMSC did not give one. `extra` holds what
    SMSC answered beside the documented fields, as it came. `twin`: another name of the list is spelled exactly so.
    `locked`: it is not deleted before somebody unlocks it here; `muted`: whoever looks
    is told only what is urgent of it.
    """

    ref: int
    name: str
    id: int | None
    comment: str | None
    state: NameState
    extra: tuple[tuple[str, str], ...] = ()
    twin: bool = False
    locked: bool = False
    muted: bool = False

    @property
    def title(self) -> str:
        """What it is called where it must not be taken for another: `LILY`, or `LILY #24608` beside another LILY."""
        return f"{self.name} #{self.id}" if self.twin and self.id is not None else self.name


def activations(everything: Sequence[SenderName], active: Sequence[SenderName]) -> list[Activation]:
    """What the two lists say of each name of the full one.

    By SMSC's number where both lists give it, else by the spelling; where that is shared and does not tell which of
    them is meant, it is not known.
    """
    numbers = {each.id for each in active if each.id is not None}
    unnumbered: dict[str, int] = {}
    for each in active:
        if each.id is None:
            unnumbered[each.name] = unnumbered.get(each.name, 0) + 1
    spelled: dict[str, int] = {}
    for each in everything:
        spelled[each.name] = spelled.get(each.name, 0) + 1
    by_name = {each.name for each in active}

    def of(listed: SenderName) -> Activation:
        if listed.id in numbers and listed.id is not None:
            return Activation.ACTIVE
        count = unnumbered.get(listed.name, 0) if listed.id is not None else int(listed.name in by_name)
        if not count:
            return Activation.LISTED
        return Activation.ACTIVE if spelled[listed.name] <= max(count, 1) else Activation.UNKNOWN

    return [of(each) for each in everything]


def deed_of(row: DeedRow) -> Deed:
    """What the journal says was asked for."""
    stages = {OperationState.DONE: Stage.DONE, OperationState.UNCLEAR: Stage.UNCLEAR}
    return Deed(
        What(row.what or What.CHANGE),
        stages.get(row.state, Stage.UNDER_WAY),
        row.changed,
        row.file,
        row.description,
        row.sha256,
    )


def to_row(
    listed: SenderName,
    activation: Activation,
    before: NameRow | None,
    deeds: Collection[DeedRow],
    now: float | None,
    place: int,
) -> NameRow:
    """A listed name, for the file.

    Args:
        listed: the row of the list.
        activation: what the lists say of it.
        before: how it stands in the file, None where it is new.
        deeds: of all names of its spelling.
        now: when the list was asked for, None where the name was in no list yet.
        place: where in the list it stands.
    """
    before = readable(before) if before is not None else None
    listed = listed if listed.whole or before is None else _completed(listed, before)
    body = orjson.dumps(
        {
            "comment": listed.comment,
            "operators": [[each.operator, each.code, each.flag] for each in listed.operators],
            "documents": [[each.name, each.fid, each.status_code, each.comment] for each in listed.documents],
            "extra": listed.extra,
        }
    ).decode()
    same = before is not None and before.body == body and before.activation == activation and before.since != _NEVER
    if same and before is not None and not deeds:
        return replace(before, sms_id=listed.id, name=listed.name, place=place)
    since = before.since if same and before is not None else _since(listed, activation, before, now)
    ref = before.ref if before is not None else 0
    return derived(NameRow(listed.name, listed.id, activation.value, 0, since, body, ref, False, place), deeds, now)


def _completed(listed: SenderName, before: NameRow) -> SenderName:
    """A row that could be read in part only: what it lacks is as it was known before."""
    body = orjson.loads(before.body)
    return replace(
        listed,
        comment=listed.comment or body["comment"],
        operators=listed.operators or tuple(OperatorStatus(*each) for each in body["operators"]),
        documents=listed.documents or tuple(Document(*each) for each in body["documents"]),
    )


def derived(row: NameRow, deeds: Iterable[DeedRow], listed: float | None) -> NameRow:
    """The row with the filters that its parts ask for. Whatever writes a name or the journal ends here."""
    row = readable(row)
    return replace(row, filters=bits(state_of(row, deeds, listed).filters))


def from_row(row: NameRow, deeds: Iterable[DeedRow], listed: float | None) -> KnownName:
    """A name out of the file; `deeds` of all names of its spelling, `listed`: when SMSC gave the list."""
    row = readable(row)
    body = orjson.loads(row.body)
    extra = tuple((key, value) for key, value in body["extra"])
    return KnownName(row.ref, row.name, row.sms_id, body["comment"], state_of(row, deeds, listed), extra, row.twin)


def readable(row: NameRow) -> NameRow:
    """The row; of one that was altered, what can be read of it. The rest is as if it had been in no list yet."""
    try:
        Activation(row.activation)
        _read_body(row.body)
        _read_since(row.since)
    except _UNREADABLE:
        log.warning("a name cannot be read", ref=row.ref)
    else:
        return row
    activation = row.activation if row.activation in set(Activation) else Activation.UNKNOWN.value
    body, since = row.body, row.since
    try:
        _read_body(body)
    except _UNREADABLE:
        body = _UNTOLD
    try:
        _read_since(since)
    except _UNREADABLE:
        since = _NEVER
    return replace(row, activation=activation, body=body, since=since)


def _read_body(text: str) -> None:
    body = orjson.loads(text)
    _ = (
        body["comment"],
        [OperatorStatus(*each) for each in body["operators"]],
        [Document(*each) for each in body["documents"]],
        [(key, value) for key, value in body["extra"]],
    )


def _read_since(text: str) -> None:
    since = orjson.loads(text)
    _ = since.get("activation"), dict(since.get("operators", {}))
    _ = [(first, last) for first, last in since.get("documents", {}).values()]


def state_of(row: NameRow, deeds: Iterable[DeedRow], listed: float | None) -> NameState:
    """The parts of a name's state, out of its row and the journal."""
    body, since = orjson.loads(row.body), orjson.loads(row.since)
    own = [deed_of(each) for each in deeds if None in {each.sms_id, row.sms_id} or each.sms_id == row.sms_id]
    alive = life(own)
    operators = tuple(
        SeenOperator(OperatorStatus(*each), since.get("operators", {}).get(each[2] or each[0]))
        for each in body["operators"]
    )
    times = since.get("documents", {})
    documents = [
        SeenDocument(Document(*each), *times.get(_document_key(each[0], each[1]), (0.0, 0.0)))
        for each in body["documents"]
    ]
    words = sent_with(documents, alive, lambda deed: deed.description)
    hashes = sent_with(documents, alive, lambda deed: deed.sha256)
    return NameState(
        Activation(row.activation),
        since.get("activation"),
        listed if row.since != _NEVER else None,
        operators,
        tuple(
            replace(each, description=words.get(place), sha256=hashes.get(place))
            for place, each in enumerate(documents)
        ),
        alive,
    )


_NEVER: Final = "{}"
"""`since` of a name that was in no list yet."""
_UNTOLD: Final = '{"comment":null,"operators":[],"documents":[],"extra":[]}'
_UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError)


def _since(listed: SenderName, activation: Activation, before: NameRow | None, now: float | None) -> str:
    """Since when the lists say what this one says: what they said before keeps its time."""
    if now is None:
        return _NEVER
    body: dict[str, Any] = orjson.loads(before.body) if before is not None else {}
    times: dict[str, Any] = orjson.loads(before.since) if before is not None else {}
    codes = {flag or operator: code for operator, code, flag in body.get("operators", ())}
    statuses = {_document_key(name, fid): status for name, fid, status, _ in body.get("documents", ())}
    known_codes, known_documents = times.get("operators", {}), times.get("documents", {})
    operators = {
        key: known_codes.get(key, now) if codes.get(key) == each.code else now
        for each in listed.operators
        for key in (each.flag or each.operator,)
    }
    documents = {
        key: [
            known_documents.get(key, (now, now))[0],
            known_documents.get(key, (now, now))[1] if statuses.get(key) == each.status_code else now,
        ]
        for each in listed.documents
        for key in (_document_key(each.name, each.fid),)
    }
    same = before is not None and before.activation == activation
    found = {
        "activation": times.get("activation", now) if same else now,
        "operators": operators,
        "documents": documents,
    }
    return orjson.dumps(found).decode()


def _document_key(name: str, fid: str | None) -> str:
    return f"#{fid}" if fid is not None else name
