"""A name's story as a picture in words: a strip for the name, for each operator and for each document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot.accounts import Scope
from bot.exports.strips import MOST, Part, Strip, Strips, Tone
from bot.locales import Phrase, Texts, say, verbatim
from bot.screens.accounts import whose
from bot.screens.changes import code_told, status_told
from bot.screens.exports import stamp
from bot.screens.names import ACTIVATIONS
from bot.screens.programmes import operator_label
from bot.senders.known import KnownName
from bot.senders.state import Activation
from bot.smsc import Catalogue, Document, DocumentStatus, OperatorStatus
from bot.watch.changes import ActivationChanged, Appeared, Change, DocumentChanged, OperatorChanged, Seen, Vanished
from bot.watch.codes import Meaning, Meanings
from bot.watch.events import Event

EVENTS_MOST: Final = 2000
"""Events that a picture is made of, the newest ones."""
_BEFORE, _BEFORE_LEAST = 0.08, timedelta(minutes=1)
"""How much of the scale shows what was before the first change: such a part of the rest, and at least so long."""
_LABEL: Final = say("Name at SMSC")
_ACTIVATION: Final = ("name", "")
_ACTIVATIONS: Final = {
    Activation.ACTIVE: Tone.GOOD,
    Activation.LISTED: Tone.WAITING,
    Activation.UNKNOWN: Tone.PLAIN,
}
_MEANINGS: Final = {
    Meaning.APPROVED: Tone.GOOD,
    Meaning.REJECTED: Tone.BAD,
    Meaning.REVIEW: Tone.WAITING,
    Meaning.FILED: Tone.WAITING,
}
_DOCUMENTS: Final = {
    DocumentStatus.ADMITTED: Tone.GOOD,
    DocumentStatus.REJECTED: Tone.BAD,
    DocumentStatus.UNDER_REVIEW: Tone.WAITING,
}

_State = OperatorStatus | Document | Activation | None
"""What holds; None: it is not in the list."""
_Key = tuple[str, str]
"""Which strip: of what, and the change's key."""


@dataclass(slots=True)
class _Lane:
    label: Phrase
    parts: list[Part] = field(default_factory=list)


def name_strips(
    t: Texts,
    scope: Scope,
    known: KnownName,
    events: Iterable[Event],
    catalogue: Catalogue,
    meanings: Meanings,
    zone: tzinfo,
    *,
    as_of: float,
) -> Strips | None:
    """What is to be drawn of a name's events, in any order; None: its lists showed no change yet.

    What never changed has a strip, too, from when it was first seen. The times are those of a zone, which is named.
    """
    changed = [
        (each.at, each.what)
        for each in sorted(events, key=lambda each: each.id)
        if isinstance(each.what, Appeared | Vanished | ActivationChanged | OperatorChanged | DocumentChanged)
    ]
    if not changed:
        return None
    moments = [at for at, _ in changed]
    first, end = datetime.fromtimestamp(min(moments), zone), datetime.fromtimestamp(max(as_of, *moments), zone)
    start = first - max((end - first) * _BEFORE, _BEFORE_LEAST)
    lanes = _Lanes(t, catalogue, meanings, start)
    for at, change in changed:
        lanes.add(datetime.fromtimestamp(at, zone), change)
    lanes.complete(known)
    return Strips(
        title=known.title,
        under=f"{t.label(whose(scope))} · {stamp(end.timestamp(), zone)}",
        strips=tuple(_chosen(lanes.strips())),
        start=start,
        end=end,
        more=lambda count: t.n("… and {count} more", "… and {count} more", count).unescape(),
    )


def _chosen(strips: list[Strip]) -> list[Strip]:
    """The strips as they come; of too many, those that changed last before the others."""
    if len(strips) <= MOST:
        return strips
    latest = sorted(strips[1:], key=lambda each: each.parts[-1].start, reverse=True)
    kept = [each for each in strips if each is strips[0] or any(each is other for other in latest[: MOST - 1])]
    return [*kept, *latest[MOST - 1 :]]


class _Lanes:
    """The strips while they grow, change by change."""

    def __init__(self, t: Texts, catalogue: Catalogue, meanings: Meanings, start: datetime) -> None:
        self._t = t
        self._catalogue = catalogue
        self._meanings = meanings
        self._start = start
        self._lanes: dict[_Key, _Lane] = {_ACTIVATION: _Lane(_LABEL)}

    def add(self, at: datetime, change: Change) -> None:
        """What changed at a moment."""
        match change:
            case Appeared(seen):
                for key, state in _states(seen).items():
                    self._put(key, at, None, state)
            case Vanished():
                for key in self._lanes:
                    self._put(key, at, None, None)
            case ActivationChanged(before, after):
                self._put(_ACTIVATION, at, before, after)
            case OperatorChanged(key, was, becomes):
                self._put(("operator", key), at, was, becomes)
            case DocumentChanged(key, earlier, later):
                self._put(("document", key), at, earlier, later)

    def complete(self, known: KnownName) -> None:
        """What a name has and what never changed, from when it was seen first."""
        state = known.state
        operators, documents = [each.status for each in state.operators], [each.document for each in state.documents]
        seen = Seen.of(known.name, known.id, state.activation, operators, documents, ())
        since = [state.since, *(each.since for each in state.operators), *(each.since for each in state.documents)]
        for (key, each), at in zip(_states(seen).items(), since, strict=True):
            if key not in self._lanes or not self._lanes[key].parts:
                since_then = datetime.fromtimestamp(at, self._start.tzinfo) if at else self._start
                self._put(key, since_then, None, each)

    def strips(self) -> list[Strip]:
        """The name's own, the operators', the documents'."""
        order = ("name", "operator", "document")
        lanes = sorted(self._lanes.items(), key=lambda each: order.index(each[0][0]))
        return [Strip(self._t.label(lane.label), tuple(lane.parts)) for _, lane in lanes if lane.parts]

    def _put(self, key: _Key, at: datetime, before: _State, after: _State) -> None:
        lane = self._lanes.setdefault(key, _Lane(self._label(after or before, key)))
        if not lane.parts and before is not None:
            lane.parts.append(self._part(self._start, before))
        if lane.parts:
            at = max(at, lane.parts[-1].start)  # a clock that jumped back
        part = self._part(at, after)
        if before is Activation.ACTIVE and after is Activation.LISTED:
            part = Part(at, part.told, Tone.BAD)
        if not lane.parts or (lane.parts[-1].told, lane.parts[-1].tone) != (part.told, part.tone):
            lane.parts.append(part)

    def _label(self, state: _State, key: _Key) -> Phrase:
        match state:
            case OperatorStatus():
                return operator_label(state, self._catalogue)
            case Document():
                return verbatim(state.name)
        return verbatim(key[1])

    def _part(self, at: datetime, state: _State) -> Part:
        match state:
            case None:
                return Part(at, self._t.label(say("not listed")), Tone.GONE)
            case Activation():
                return Part(at, self._t.label(ACTIVATIONS[state]), _ACTIVATIONS[state])
            case OperatorStatus(code=code):
                tone = _MEANINGS.get(self._meanings[code], Tone.PLAIN) if code in self._meanings else Tone.PLAIN
                return Part(at, self._t.label(code_told(code, self._meanings)), tone)
            case Document(status=status):
                known = _DOCUMENTS.get(status, Tone.PLAIN) if status is not None else Tone.PLAIN
                return Part(at, self._t.label(status_told(state)), known)


def _states(seen: Seen) -> dict[_Key, _State]:
    """What a list says of a name, by strip, in the list's order."""
    return {
        _ACTIVATION: seen.activation,
        **{("operator", key): each for key, each in seen.operators.items()},
        **{("document", key): each for key, each in seen.documents.items()},
    }
