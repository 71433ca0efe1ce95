"""Time and chance, handed in from outside so that tests need no waiting and no luck."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """What the bot asks of time."""

    def now(self) -> float:
        """Seconds since the epoch."""

    async def sleep(self, seconds: float) -> None:
        """Lets `seconds` pass."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Lets `seconds` pass."""
        await asyncio.sleep(seconds)


def new_tag() -> str:
    """A short random word: tells one draft's buttons from another's."""
    return secrets.token_hex(4)


def new_id() -> int:
    """A random number that nobody can guess from its neighbours; fits SQLite and a button."""
    return secrets.randbelow(2**53 - 1) + 1
