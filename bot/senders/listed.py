"""What a list tells of names: a page, a name that was looked up, or why nobody knows. Values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.accounts import Scope
from bot.senders.known import KnownName
from bot.senders.state import Filter
from bot.smsc import SmscError
from bot.storage.names import Gaps

PAGE: Final = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A name is known. `problem`: why the list could not be had anew, where it could not; then it is as of `as_of`."""

    known: KnownName
    as_of: float | None
    problem: SmscError | None = None


@dataclass(frozen=True, slots=True)
class Several:
    """Several names are meant alike: they are spelled so, or differ from it in upper and lower case only."""

    names: tuple[KnownName, ...]


@dataclass(frozen=True, slots=True)
class NotListed:
    """Certainly not in the list that SMSC gave at `as_of` (epoch seconds); None: where that is not known any more."""

    as_of: float | None


@dataclass(frozen=True, slots=True)
class NotHad:
    """Nobody knows: the list could not be had (`problem`), or not as a whole (`lacks`).

    What was known of it `as_of` does not have the name.
    """

    problem: SmscError | None
    as_of: float | None
    lacks: Gaps = Gaps()  # noqa: RUF009  # frozen


@dataclass(frozen=True, slots=True)
class OfAnother:
    """The name is one of another account or subclient of the same person: `ref` is its number there."""

    scope: Scope
    ref: int


Lookup = Found | Several | NotListed | NotHad
"""What a word is in the list. Three things are told apart: known, certainly not there, and not to be had."""
ByRef = Found | NotListed | OfAnother


@dataclass(frozen=True, slots=True)
class Names:
    """Some names, as of `as_of`; `problem`: why the list could not be had anew."""

    names: tuple[KnownName, ...]
    as_of: float | None
    problem: SmscError | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The names of a list as they are spelled, and when SMSC gave it; what was added elsewhere since is not in it."""

    names: frozenset[str] = frozenset()
    as_of: float | None = None


@dataclass(frozen=True, slots=True)
class NamesPage:
    """A page of the list.

    `total` counts what fits the filter and the search, `everything` all names, `counts` those of each filter. `fetched`
    is when SMSC gave the list (epoch seconds; None: never), `problem` why it could not give it now, or not at once:
    then the page is what was known before. `lacks` tells what of the list could not be read.
    """

    names: tuple[KnownName, ...]
    number: int
    total: int
    everything: int
    counts: Mapping[Filter, int]
    filter: Filter | None
    search: str
    fetched: float | None
    problem: SmscError | None
    lacks: Gaps = Gaps()  # noqa: RUF009  # frozen

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class Changes:
    """The names whose status changed, newest change first; `lacks` tells what of the list could not be read."""

    names: tuple[KnownName, ...]
    lacks: Gaps
