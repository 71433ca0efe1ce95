"""What changed of a name: a pure function of what was known and what a list says now.

Applying the changes to the old gives the new. The order in a list, a name that stands in it twice and ids that are
texts are no changes; what a list does not tell stays as it was known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

import orjson

from bot.senders.state import Activation
from bot.smsc import Document, DocumentStatus, OperatorStatus

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """What lists say of a name.

    Operators stand by their programme's flag (else by their name), documents by their `fid` (else by the file's name);
    `details` are keys that nobody has documented, with their values as they came.
    """

    name: str
    number: int | None = None
    activation: Activation = Activation.UNKNOWN
    operators: Mapping[str, OperatorStatus] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        name: str,
        number: int | None,
        activation: Activation,
        operators: Iterable[OperatorStatus],
        documents: Iterable[Document],
        details: Iterable[tuple[str, str]],
    ) -> Seen:
        """The parts of a row, each found again by a key of its own, in whatever order they came."""
        return cls(
            name,
            number,
            activation,
            _keyed((each.flag or each.operator, each) for each in operators),
            _keyed((f"#{each.fid}" if each.fid is not None else each.name, each) for each in documents),
            _keyed(details),
        )


@dataclass(frozen=True, slots=True)
class Appeared:
    """A name is in the list that was not there before."""

    seen: Seen


@dataclass(frozen=True, slots=True)
class Vanished:
    """A name is in the list no more."""

    seen: Seen


@dataclass(frozen=True, slots=True)
class Titled:
    """SMSC's number or the spelling of a name is another one."""

    before: tuple[str, int | None]
    after: tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class ActivationChanged:
    """A name is activated, or not any more."""

    before: Activation
    after: Activation


@dataclass(frozen=True, slots=True)
class OperatorChanged:
    """An operator's code is another one; None: the list has no row of this operator."""

    key: str
    before: OperatorStatus | None
    after: OperatorStatus | None


@dataclass(frozen=True, slots=True)
class DocumentChanged:
    """A document is new, has another status or comment, or is gone."""

    key: str
    before: Document | None
    after: Document | None

    @property
    def verdict(self) -> DocumentStatus | None:
        """The status that it has now and did not have before."""
        if self.after is None or (self.before is not None and self.before.status_code == self.after.status_code):
            return None
        return self.after.status


@dataclass(frozen=True, slots=True)
class DetailChanged:
    """A key that nobody has documented has another value, as it came."""

    key: str
    before: str | None
    after: str | None


Change = Appeared | Vanished | Titled | ActivationChanged | OperatorChanged | DocumentChanged | DetailChanged


def changes(before: Seen | None, after: Seen | None) -> tuple[Change, ...]:
    """What is to be done to `before` to make it `after`; None: the name is not in the list."""
    if before is None:
        return (Appeared(after),) if after is not None else ()
    if after is None:
        return (Vanished(before),)
    found: list[Change] = []
    if (before.name, before.number) != (after.name, after.number):
        found.append(Titled((before.name, before.number), (after.name, after.number)))
    if before.activation is not after.activation:
        found.append(ActivationChanged(before.activation, after.activation))
    found += [OperatorChanged(*each) for each in _differing(before.operators, after.operators)]
    found += [DocumentChanged(*each) for each in _differing(before.documents, after.documents)]
    found += [DetailChanged(*each) for each in _differing(before.details, after.details)]
    return tuple(found)


def applied(seen: Seen | None, found: Iterable[Change]) -> Seen | None:
    """What a name is after these changes."""
    for each in found:
        seen = _after(seen, each)
    return seen


def completed(before: Seen | None, after: Seen) -> Seen:
    """What a list says, and where it does not tell, what was known."""
    if before is None:
        return after
    number = after.number if after.number is not None else before.number
    activation = before.activation if after.activation is Activation.UNKNOWN else after.activation
    return replace(after, number=number, activation=activation)


def folded(found: Iterable[Change]) -> tuple[Change, ...]:
    """Changes that came one after another, as one step each: `3 → 5 → 7` is `3 → 7`, and there and back is nothing."""
    steps: dict[tuple[type[Change], str], Change] = {}
    for each in found:
        key = (type(each), getattr(each, "key", ""))
        if isinstance(each, Appeared | Vanished):
            steps = {} if isinstance(each, Vanished) else steps
            steps[key] = each
            continue
        first = steps.pop(key, None)
        step = each if first is None else replace(each, before=getattr(first, "before", None))  # type: ignore[arg-type]
        if step.before != step.after:
            steps[key] = step
    return tuple(steps.values())


KINDS: Final[Mapping[str, type[Change]]] = {
    "appeared": Appeared,
    "vanished": Vanished,
    "titled": Titled,
    "activation": ActivationChanged,
    "operator": OperatorChanged,
    "document": DocumentChanged,
    "detail": DetailChanged,
}
"""The changes as events name them."""
_NAMES: Final = {kind: name for name, kind in KINDS.items()}


def kind_of(change: Change) -> str:
    """What an event calls this change."""
    return _NAMES[type(change)]


def to_json(change: Change | Seen) -> str:
    """A change, or what is known of a name, as the file keeps it."""
    return orjson.dumps(change).decode()


def from_json(kind: str, body: str) -> Change | None:
    """A change out of the file, None where it cannot be read."""
    made = KINDS.get(kind)
    try:
        plain = orjson.loads(body)
        if made in {Appeared, Vanished}:
            return made(_seen(plain["seen"]))
        if made is None:
            return None
        if made is Titled:
            before, after = plain["before"], plain["after"]
            return Titled((str(before[0]), before[1]), (str(after[0]), after[1]))
        if made is ActivationChanged:
            return ActivationChanged(Activation(plain["before"]), Activation(plain["after"]))
        part = {"operator": OperatorStatus, "document": Document}.get(kind)
        pair = [
            value if value is None or part is None else part(**value) for value in (plain["before"], plain["after"])
        ]
        return made(plain["key"], *pair)
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def seen_from_json(body: str) -> Seen:
    """What was known of a name, out of the file.

    Raises:
        ValueError: it cannot be read.
    """
    try:
        return _seen(orjson.loads(body))
    except (TypeError, LookupError, AttributeError) as failure:
        raise ValueError(f"{type(failure).__name__}: {failure}") from None


def _seen(plain: Mapping[str, Any]) -> Seen:
    return Seen(
        plain["name"],
        plain["number"],
        Activation(plain["activation"]),
        {key: OperatorStatus(**each) for key, each in plain["operators"].items()},
        {key: Document(**each) for key, each in plain["documents"].items()},
        dict(plain["details"]),
    )


def _keyed(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """By key; what has the key of another one stands behind it, so that nothing is hidden."""
    found: dict[str, T] = {}
    for key, each in pairs:
        place, number = key, 1
        while place in found:
            number += 1
            place = f"{key} ({number})"
        found[place] = each
    return found


def _differing(before: Mapping[str, T], after: Mapping[str, T]) -> list[tuple[str, T | None, T | None]]:
    keys: Sequence[str] = [*before, *(key for key in after if key not in before)]
    return [(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def _with(parts: Mapping[str, T], key: str, value: T | None) -> Mapping[str, T]:
    rest = {each: part for each, part in parts.items() if each != key}
    return rest if value is None else {**rest, key: value}


def _after(seen: Seen | None, change: Change) -> Seen | None:
    match change:
        case Appeared(new):
            return new
        case Vanished():
            return None
    if seen is None:
        return None
    match change:
        case Titled(after=(name, number)):
            return replace(seen, name=name, number=number)
        case ActivationChanged(after=activation):
            return replace(seen, activation=activation)
        case OperatorChanged(key, _, operator):
            return replace(seen, operators=_with(seen.operators, key, operator))
        case DocumentChanged(key, _, document):
            return replace(seen, documents=_with(seen.documents, key, document))
        case DetailChanged(key, _, value):
            return replace(seen, details=_with(seen.details, key, value))
    return seen
