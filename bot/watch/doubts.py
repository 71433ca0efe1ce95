"""A loss is believed when a second list confirms it: a list may be half a list, and nobody is alarmed for nothing.

What came to a name (a code, a status, a document) is believed at once. That a name vanished, is active no more, or has
no row of an operator or a document any more is a loss. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from bot.clock import age
from bot.senders.state import Activation
from bot.watch.changes import Change, Seen, changes, completed

T = TypeVar("T")

CONFIRMED_AFTER: Final = 60.0
"""A second list has to be at least so many seconds younger than the first."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A list that was asked for at `since` lost something of a name that stood like `seen`: it had it as `listed`."""

    seen: Seen
    listed: Seen | None
    since: float


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of a name from now on, what of that is new, and what is not believed yet."""

    seen: Seen | None
    changes: tuple[Change, ...]
    doubt: Doubt | None


def judged(before: Seen | None, after: Seen | None, doubt: Doubt | None, asked: float) -> Judged:
    """What a list that was `asked` for at this time (epoch seconds) makes of a name.

    Args:
        before: how it stood, where there is no `doubt`; None: in no list.
        after: how this list has it; None: it has not.
        doubt: what a former list lost.
        asked: when this list was asked for.
    """
    known = doubt.seen if doubt is not None else before
    if known is None:
        return Judged(after, changes(None, after), None)
    new = completed(known, after) if after is not None else None
    late = doubt is not None and age(asked, doubt.since) >= CONFIRMED_AFTER
    if doubt is not None and late and doubt.listed is None and new is None:
        return Judged(None, changes(known, None), None)
    kept = _without_losses(known, new, [doubt.listed] if doubt is not None and late else [known])
    since = doubt.since if doubt is not None and not late and doubt.listed == new else asked
    return Judged(kept, changes(known, kept), Doubt(kept, new, since) if kept != new else None)


def _without_losses(known: Seen, new: Seen | None, former: Sequence[Seen | None]) -> Seen:
    """What the list says, without what it lost and what one of the `former` ones did not lose."""
    if new is None:
        return known
    had = [each for each in former if each is not None]
    active = known.activation is Activation.ACTIVE and any(each.activation is Activation.ACTIVE for each in had)
    return replace(
        new,
        activation=Activation.ACTIVE if active else new.activation,
        operators=_kept(known.operators, new.operators, [each.operators for each in had]),
        documents=_kept(known.documents, new.documents, [each.documents for each in had]),
    )


def _kept(known: Mapping[str, T], new: Mapping[str, T], former: Sequence[Mapping[str, T]]) -> dict[str, T]:
    lost = {key: each for key, each in known.items() if key not in new and any(key in parts for parts in former)}
    return {**lost, **new}
