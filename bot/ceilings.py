"""How much of a kind one person may have at a time. What would be more is refused in words, and nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ceiling(StrEnum):
    """What there is a ceiling of; each is a field of `Ceilings`."""

    ACCOUNTS = "accounts"
    DRAFTS = "drafts"
    REQUESTS = "requests"
    LINKS = "links"


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The most that one person may have at a time.

    accounts  that they connected
    drafts    unfinished forms
    requests  that were asked for and are not over, rows of a plan among them
    links     by which clients fill in forms, open
    lists     of names that are watched: of each account its own, and each subclient's
    """

    accounts: int = 20
    drafts: int = 50
    requests: int = 2000
    links: int = 100
    lists: int = 1000

    def check(self, kept: Ceiling, count: int) -> None:
        """Refuses `count` of a kind where they are more than there may be.

        Raises:
            EnoughError: they are.
        """
        most: int = getattr(self, kept)
        if count > most:
            raise EnoughError(kept, most)


class EnoughError(Exception):
    """A person has as much of a kind as one may have; nothing was added to it."""

    def __init__(self, kept: Ceiling, most: int) -> None:
        super().__init__(f"{most} {kept}")
        self.kept = kept
        self.most = most
