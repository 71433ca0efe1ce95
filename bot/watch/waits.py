"""How long SMSC and operators take, from events alone. Pure.

A case is a name whose beginning was seen: from when SMSC took its application (else from when it appeared in the list)
to its activation; and for an operator, from then (or from when the operator's row appeared) to its first other code.
What was in the list before the watch began has no beginning, and is no case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from bot.senders.state import Activation, What
from bot.storage.operations import OperationState
from bot.watch.changes import ActivationChanged, Appeared, OperatorChanged, Vanished
from bot.watch.events import Ended, Event

ACTIVATION: Final = ""
"""Stands for SMSC's own decision where operators stand by their keys (a programme's flag, else the operator's name)."""
ENOUGH_CASES: Final = 5
LONG_SECONDS: Final = 7 * 86_400.0
"""So long is long where fewer than `ENOUGH_CASES` are known."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How many seconds it took: half of the cases at most `median`, nine of ten at most `ninetieth`."""

    median: float
    ninetieth: float
    cases: int

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Usual | None:
        """Of so many cases; None where there is none."""
        known = sorted(seconds)
        return cls(_percentile(known, 50), _percentile(known, 90), len(known)) if known else None


def _percentile(known: Sequence[float], percent: int) -> float:
    """The least of them that so many of a hundred do not exceed (nearest rank)."""
    return known[max(0, ceil(len(known) * percent / 100) - 1)]


def is_long(waited: float, usual: Usual | None) -> bool:
    """Whether it is time to ask: longer than nine of ten took, or than a week where too little is known."""
    if usual is None or usual.cases < ENOUGH_CASES:
        return waited > LONG_SECONDS
    return waited > usual.ninetieth


@dataclass(slots=True)
class Waits:
    """What a name waited for, and waits for still: by operator, and `ACTIVATION`."""

    over: list[tuple[str, float]] = field(default_factory=list)
    """Of whom, and how long it took in seconds."""
    since: dict[str, float] = field(default_factory=dict)
    """Of whom it still waits, and since when (epoch seconds)."""
    _begun: float | None = None
    _answered: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, events: Iterable[Event]) -> Waits:
        """Of the events of one name, oldest first."""
        waits = cls()
        for each in events:
            waits._take(each)
        return waits

    def _take(self, event: Event) -> None:
        match event.what:
            case Ended(what=What.ADD, state=OperationState.DONE):
                self._begin(event.at)
            case Ended(what=What.DELETE, state=OperationState.DONE) | Vanished():
                self.since.clear()
                self._answered.clear()
                self._begun = None
            case Appeared(seen):
                if seen.activation is Activation.LISTED and self._begun is None:
                    self._begin(event.at)
                for key in seen.operators:
                    self._ask(key, event.at)
            case ActivationChanged(_, Activation.ACTIVE):
                self._answer(ACTIVATION, event.at)
            case OperatorChanged(key, None, _):
                self._ask(key, event.at)
            case OperatorChanged(key, before, after) if before is not None and after is not None:
                if before.code != after.code:
                    self._answer(key, event.at)
            case OperatorChanged(key, _, None):
                self.since.pop(key, None)

    def _begin(self, at: float) -> None:
        self._begun = at
        self._answered.discard(ACTIVATION)
        self.since[ACTIVATION] = at

    def _ask(self, key: str, at: float) -> None:
        if key not in self._answered:
            self.since.setdefault(key, self._begun if self._begun is not None else at)

    def _answer(self, key: str, at: float) -> None:
        begun = self.since.pop(key, None if key in self._answered else self._begun)
        self._answered.add(key)
        if begun is not None and at >= begun:
            self.over.append((key, at - begun))


def usual(names: Iterable[Sequence[Event]]) -> Mapping[str, Usual]:
    """How long each takes, of the events of many names."""
    seconds: dict[str, list[float]] = {}
    for events in names:
        for who, took in Waits.of(events).over:
            seconds.setdefault(who, []).append(took)
    return {who: known for who, some in seconds.items() if (known := Usual.of(some)) is not None}
