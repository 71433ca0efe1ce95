"""How a person wants to be told: quiet hours in their own zone, the digest of the morning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Self

from bot.storage import notifications as table
from bot.storage.database import Database
from bot.storage.notifications import NotificationsRow
from bot.storage.unit_of_work import Write

HOURS: Final = 24
ZONES: Final = tuple(range(2, 13))
"""Hours east of Greenwich: from Kyiv to Kamchatka."""
_WORD: Final = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{1,2})-([01])")
_ZONES_OF: Final = {"ru": 3, "ua": 2}
_ZONE: Final = 5
"""Kazakhstan and Tajikistan."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """Quiet from one full hour until another (the same: never), `zone` hours east of Greenwich.

    In quiet hours messages come without a sound. `digest`: what is not urgent comes together, when they end.
    """

    quiet_from: int = 22
    quiet_until: int = 8
    zone: int = _ZONE
    digest: bool = False

    @property
    def word(self) -> str:
        """All of it in one short word, for a button."""
        return f"{self.quiet_from}-{self.quiet_until}-{self.zone}-{int(self.digest)}"

    @classmethod
    def of_word(cls, word: str) -> Self | None:
        """What a button says; None where it is no such thing."""
        found = _WORD.fullmatch(word)
        if found is None:
            return None
        quiet_from, quiet_until, zone, digest = map(int, found.groups())
        in_bounds = quiet_from < HOURS and quiet_until < HOURS and zone in ZONES
        return cls(quiet_from, quiet_until, zone, bool(digest)) if in_bounds else None

    @property
    def has_quiet(self) -> bool:
        """Whether there are quiet hours."""
        return self.quiet_from != self.quiet_until

    def is_quiet(self, now: float) -> bool:
        """Whether it is a quiet hour."""
        hour = self._local(now).hour
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until

    def morning(self, now: float) -> float:
        """When the next digest comes."""
        local = self._local(now)
        today = local.replace(hour=self.quiet_until % HOURS, minute=0, second=0, microsecond=0)
        return (today if today > local else today + timedelta(days=1)).timestamp()

    def _local(self, now: float) -> datetime:
        return datetime.fromtimestamp(now, UTC).astimezone(timezone(timedelta(hours=self.zone)))


def preferences(row: NotificationsRow | None, service: str) -> Preferences:
    """What a person chose; until they did, the zone is that of most people of their service."""
    if row is None:
        return Preferences(zone=_ZONES_OF.get(service.rpartition(".")[2], _ZONE))
    return Preferences(row.quiet_from, row.quiet_until, row.zone, row.digest)


class Notifications:
    """How people want to be told, kept in the file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, user_id: int, service: str) -> Preferences:
        """What a person chose, or what holds until they do."""
        return preferences(await self._database.run(lambda tx: table.load(tx, user_id)), service)

    @staticmethod
    def saving(user_id: int, chosen: Preferences) -> Write:
        """What is to be written when a person chose."""
        row = NotificationsRow(user_id, chosen.quiet_from, chosen.quiet_until, chosen.zone, chosen.digest)
        return lambda tx: table.save(tx, row)
