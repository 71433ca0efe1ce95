"""The stand-ins' clock: real time plus an offset, so that hours and days can be skipped."""

from __future__ import annotations

import asyncio
import contextlib
import time


class SandboxClock:
    """Real time that can be turned forward; who sleeps on it wakes when his hour has come."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._set_by = 0.0
        self._sleepers: set[asyncio.Future[None]] = set()

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self._offset + self._set_by

    def set_by(self, seconds: float) -> None:
        """Somebody sets the clock, forward or back; no time passes."""
        self._set_by += seconds

    def ticks(self) -> float:
        """Seconds that pass, by themselves or because the clock was turned forward."""
        return time.monotonic() + self._offset

    def advance(self, seconds: float) -> None:
        """Turns the clock forward.

        Raises:
            ValueError: it was to be turned back.

        """
        if not seconds >= 0:
            raise ValueError("the clock can't be turned back")
        self._offset += seconds
        for each in self._sleepers:
            if not each.done():
                each.set_result(None)

    @property
    def asleep(self) -> int:
        """How many sleep on this clock just now."""
        return len(self._sleepers)

    async def sleep(self, seconds: float) -> None:
        """Lets `seconds` pass; a turn of the clock counts."""
        until = self.ticks() + seconds
        while (left := until - self.ticks()) > 0:
            turned: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._sleepers.add(turned)
            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await turned
            finally:
                self._sleepers.discard(turned)
