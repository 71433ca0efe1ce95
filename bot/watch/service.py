"""How a service fares: when it is left alone, how many looks at it go on at a time, and who waits for a turn. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Final

from bot.backoff import Backoff
from bot.senders.looks import ScopeKey

_AT_ONCE: Final = 4
"""Looks at one service at a time."""
_DOWN_AFTER: Final = 3
"""So many looks in a row that get no answer, and the service is left alone."""
_DOWN: Final = Backoff.doubling(30.0, 900.0)
_REFUSALS_MOST: Final = 2
"""So many refused keys of a service in `_REFUSALS_SECONDS`, and the rest of what SMSC bears is left to people."""
_REFUSALS_SECONDS: Final = 900.0


@dataclass(slots=True)
class Service:
    """How a service fares; times by the clock that never jumps."""

    failures: int = 0
    until: float = 0.0
    looking: int = 0
    waiting: dict[ScopeKey, None] = field(default_factory=dict)
    """Whose turn comes when a look has ended, in order, each once."""
    refusals: deque[float] = field(default_factory=deque)

    @property
    def most(self) -> int:
        """How many looks at a time it is worth."""
        return _AT_ONCE if self.failures < _DOWN_AFTER else 1

    def follows(self, watched: Container[ScopeKey]) -> ScopeKey | None:
        """Who is next in the line, and leaves it; whoever is not watched any more is passed over."""
        while self.waiting:
            following = next(iter(self.waiting))
            del self.waiting[following]
            if following in watched:
                return following
        return None

    def silent(self, ticks: float) -> None:
        """It gave no answer."""
        self.failures += 1
        if self.failures >= _DOWN_AFTER:
            self.leave_alone(ticks + _DOWN.after(self.failures - _DOWN_AFTER + 1))

    def answered(self) -> None:
        """It gave an answer, whatever it says."""
        self.failures = 0

    def leave_alone(self, until: float) -> None:
        """Nothing is asked of it for a while."""
        self.until = max(self.until, until)

    def refused(self, ticks: float) -> None:
        """It refused a key."""
        self.refusals.append(ticks)
        while self.refusals and self.refusals[0] <= ticks - _REFUSALS_SECONDS:
            self.refusals.popleft()
        if len(self.refusals) >= _REFUSALS_MOST:
            self.leave_alone(self.refusals[0] + _REFUSALS_SECONDS)
