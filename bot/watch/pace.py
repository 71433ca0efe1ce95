"""When the names of an account are looked at next, and how. Pure: times in, times out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.backoff import Backoff
from bot.clock import age, left
from bot.senders.looks import How, Newest, Since, Whole
from bot.smsc.calendar import in_almaty
from bot.storage.watch import WatchRow

_DAY: Final = 86_400.0
AWAITED_SECONDS: Final = 7 * _DAY
"""Something is waited for as long as anything moved within this time: what one did oneself moves it as well."""
_SLOWER: Final = ((1 * _DAY, 1.0), (3 * _DAY, 3.0), (7 * _DAY, 6.0))
_SLOWEST: Final = 12.0
"""Of so long nothing moved: so many times the shortest period. 5 minutes become 15, 30 and 60."""
WHOLE_SECONDS: Final = _DAY
"""A long list is looked at as a whole once a day: nothing shorter tells that a name vanished."""
NEWEST: Final = 100
"""So many of the newest names are looked at while something is waited for; whoever has no more is seen as a whole."""
_MIDDLING: Final = 1_000
_MIDDLING_SECONDS: Final = _DAY / 6
"""A list of up to so many names is looked at as a whole so often: an answer of some hundred kilobytes."""
_LATE_LEAST: Final = 900.0
CONFIRM_SECONDS: Final = 90.0
"""What a list lost is looked for in a second one after so long."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`least`: the shortest period, in seconds."""

    least: float

    def period(self, row: WatchRow, now: float) -> float:
        """Seconds between two looks; the longer, the longer nothing moved."""
        quiet = now - row.moved  # below zero where the clock was set back: it moved just now, for all that is known
        return self.least * next((times for until, times in _SLOWER if quiet < until), _SLOWEST)

    def first(self, row: WatchRow, now: float, chance: float) -> float:
        """Seconds until the first look after a start: as planned; what is overdue is spread, by chance (0 to 1).

        So a restart after a long while asks for everybody's names over a period of theirs, not at once.
        """
        planned = left(now, row.next, row.since)
        return planned if planned > 0 else chance * (self.period(row, now) if row.asked else self.least)

    @property
    def late(self) -> float:
        """Seconds after which a look that did not go well is late by more than is usual."""
        return max(_LATE_LEAST, 3.0 * self.least)

    def after_failure(self, row: WatchRow) -> float:
        """Seconds until the next look after so many that failed one after another."""
        return Backoff.doubling(self.least, self.least * _SLOWEST).after(row.failures)

    def after_refusal(self, row: WatchRow) -> float:
        """Seconds until the next look after so many in a row that SMSC refused; in the end it is asked once a day."""
        return Backoff.doubling(self.least, _DAY).after(row.refused)

    def again(self, period: float, *, doubted: bool) -> float:
        """Seconds until the next look after one that went well; sooner where a list lost something."""
        return min(period, max(CONFIRM_SECONDS, self.least)) if doubted else period


def looks(row: WatchRow, now: float, *, total: int, doubted: bool, known: str | None = None) -> tuple[How, ...]:
    """What is looked at, one after another.

    `from_date` tells of operators alone, and of nothing that is waited for from a moderator: activation and documents.
    A short list is therefore looked at as a whole each time, which is two short requests. Of a longer one the newest
    names are looked at as they are while something is waited for, else one request asks what operators say; what only
    the whole list tells of it is found when that has its turn, the sooner the shorter it is.

    Args:
        row: the watch.
        now: epoch seconds.
        total: how many names are known.
        doubted: a list lost something that is to be confirmed.
        known: the answers that the names were made of.
    """
    if doubted or age(now, row.whole) >= whole_after(total):
        return (Whole(known),)
    since = Since((in_almaty(min(now, row.asked or now)) - timedelta(days=1)).date())
    if now - row.moved >= AWAITED_SECONDS:
        return (since,)
    return (Newest(NEWEST), since)


def whole_after(total: int) -> float:
    """Seconds after which a list of so many names is looked at as a whole again; 0: each time."""
    if total <= NEWEST:
        return 0.0
    return _MIDDLING_SECONDS if total <= _MIDDLING else WHOLE_SECONDS
