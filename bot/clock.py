"""Time and chance, handed in from outside so that tests need no waiting and no luck.

The machine's time may be set, forward or back, at any moment. Two clocks keep that from doing harm: `ticks` never jumps
and measures whatever begins and ends inside the process; `now` is for what is kept in the file or shown to a person,
and is compared only by `age` and `left`.
"""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from dataclasses import dataclass
from typing import Final, Protocol, Self

_ON_ITS_WAY_SECONDS: Final = 120.0
"""So long what was noted may take until it lies in the file: the screen that tells of it goes to Telegram before."""


class Clock(Protocol):
    """What the bot asks of time."""

    def now(self) -> float:
        """Seconds since the epoch, as the machine has them just now; may jump."""

    def ticks(self) -> float:
        """Seconds since some moment before the process began; they only go on."""

    async def sleep(self, seconds: float) -> None:
        """Lets `seconds` pass."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def ticks(self) -> float:
        """Seconds that only go on."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Lets `seconds` pass."""
        await asyncio.sleep(seconds)


def age(now: float, at: float) -> float:
    """Seconds since `at`; without end where `at` lies ahead: the clock was set, and nobody knows how old it is."""
    return now - at if at <= now else math.inf


def left(now: float, until: float, since: float) -> float:
    """Seconds until `until`, of a wait that was noted at `since`: never longer than it was meant to be.

    Not for a date that a person chose: that stays where the calendar has it.
    """
    return max(0.0, min(until - now, until - since))


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks as they stood at one moment."""

    now: float
    ticks: float

    @classmethod
    def of(cls, clock: Clock) -> Self:
        """As they stand at this moment."""
        return cls(clock.now(), clock.ticks())


def due(until: float, since: float, before: Reading, present: Reading) -> float:
    """The ticks at which a wait is over that was noted at `since`: seen at `present`, and not yet at `before`.

    The clock may have been set between the two; a wait that was noted before that is measured by the clock as it was.
    """
    noted = before.ticks + since - before.now
    if before.ticks - _ON_ITS_WAY_SECONDS <= noted <= present.ticks:
        return noted + until - since
    return present.ticks + left(present.now, until, since)


def chance() -> float:
    """A number from 0 up to 1, evenly: spreads what would otherwise come at once."""
    return secrets.randbelow(2**32) / 2**32


def new_tag() -> str:
    """A short random word: tells one draft's buttons from another's."""
    return secrets.token_hex(4)


def new_id() -> int:
    """A random number that nobody can guess from its neighbours; fits a column and a button."""
    return secrets.randbelow(2**53 - 1) + 1
