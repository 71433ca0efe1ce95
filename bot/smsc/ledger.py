"""What the limits keep where a restart finds it: marks of requests, waits, and which logins are one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Identity:
    """Who SMSC counts requests for: a login, or a key's fingerprint, at a service."""

    service: str
    who: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A request that counts, as the ledger keeps it; of a try, `who` is the person and `kind` TRY."""

    id: int
    service: str
    who: str
    kind: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """What is held back, as the ledger keeps it: a kind of request of a login, or (BLOCKED) a service."""

    service: str
    who: str
    kind: str


TRY: Final = "try"
BLOCKED: Final = "blocked"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a former run left: marks with their age, waits with what is left of them, and who is who."""

    marks: Sequence[tuple[Mark, float]] = ()
    waits: Sequence[tuple[Wait, float]] = ()
    logins: Mapping[Identity, Identity] = field(default_factory=dict)


class Ledger(Protocol):
    """Keeps the marks where a restart finds them."""

    async def begin(self, marks: Sequence[Mark]) -> None:
        """Requests go out; when this returns, their marks are kept.

        Raises:
            NotSent: they could not be; then nothing may go out.
        """

    def note(self, mark: Mark) -> None:
        """A try that was not taken for one was refused just now."""

    def end(self, answered: Sequence[int], dropped: Sequence[int]) -> None:
        """Marks of requests that were answered just now, and marks that do not count any more."""

    def hold(self, wait: Wait, seconds: float) -> None:
        """Something is held back from now on for so long; 0: not any more."""

    def join(self, one: Identity, same: Identity) -> None:
        """`one` is counted as `same`."""


class NoLedger:
    """Keeps nothing: for a client that lives shorter than a minute."""

    async def begin(self, marks: Sequence[Mark]) -> None:
        """Nothing."""

    def note(self, mark: Mark) -> None:
        """Nothing."""

    def end(self, answered: Sequence[int], dropped: Sequence[int]) -> None:
        """Nothing."""

    def hold(self, wait: Wait, seconds: float) -> None:
        """Nothing."""

    def join(self, one: Identity, same: Identity) -> None:
        """Nothing."""
