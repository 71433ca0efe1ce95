"""Growing pauses: whatever fails is tried again after a while, and after ever longer ones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import Self


@dataclass(frozen=True, slots=True)
class Backoff:
    """The pauses between the tries of one thing, in seconds: after its first failure, after its second and so on."""

    pauses: tuple[float, ...]

    @classmethod
    def doubling(cls, first: float, longest: float) -> Self:
        """Each pause is twice as long as the one before it, up to the `longest`."""
        growing = takewhile(lambda pause: pause < longest, (first * 2.0**n for n in range(64)))
        return cls((*growing, longest))

    def after(self, failures: int) -> float:
        """Seconds until the next try after so many failures in a row (1: the first). The last pause stays."""
        return self.pauses[min(max(failures, 1), len(self.pauses)) - 1]

    def used_up(self, failures: int) -> bool:
        """Whether each pause was made once: what is not tried for ever is given up then."""
        return failures > len(self.pauses)
