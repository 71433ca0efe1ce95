"""A request as the limits see it, and the numbers that they keep."""

from __future__ import annotations

from dataclasses import dataclass

from bot.smsc.catalogue import ADDS_A_MINUTE, BALANCES_A_MINUTE, LISTS_A_MINUTE, Command
from bot.smsc.errors import BLOCKED_SECONDS
from bot.smsc.ledger import Identity


@dataclass(frozen=True, slots=True)
class Trial:
    """A key or password that SMSC has not accepted: `who` tries it, a customer or a stranger."""

    who: str
    customer: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """A request as the limits see it.

    `service` is the host that may block; `counts` are those it is counted for, each with what tells a list from another
    one; `credential` is a fingerprint of what lets it in.
    """

    command: Command
    service: str
    counts: tuple[tuple[Identity, str], ...]
    credential: str
    trial: Trial | None = None


@dataclass(frozen=True, slots=True)
class LimitNumbers:
    """The numbers that are kept; times in seconds.

    SMSC's own (B) are three identical lists, five adds and ten balances a minute, and fewer than 15 requests at once.
    The window is a second longer than a minute: their clock is not ours. How many errors 2 block an address is not
    known: `tries` of them are risked in `tries_window`, for all people together, and `tries_person` for each.
    """

    window: float = 61.0
    lists: int = LISTS_A_MINUTE
    lists_apart: float = 20.0
    adds: int = ADDS_A_MINUTE
    balances: int = BALANCES_A_MINUTE
    at_once: int = 2
    busy: float = 5.0
    blocked: float = BLOCKED_SECONDS
    probe: float = 30.0
    tries: int = 8
    tries_person: int = 3
    tries_window: float = 900.0

    @property
    def tries_strangers(self) -> int:
        """How many of the tries are for people without an account; the rest is kept for customers."""
        return max(1, self.tries * 2 // 3)
