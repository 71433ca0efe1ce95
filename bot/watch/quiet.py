"""How a person wants to be told: quiet hours in their own zone, the digest of the morning."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Final, Self

from bot.smsc.calendar import zone_of
from bot.storage import notifications as table
from bot.storage.database import Database
from bot.storage.notifications import NotificationsRow
from bot.storage.unit_of_work import Write

HOURS: Final = 24
_WEST: Final = -12 * 60
_EAST: Final = 14 * 60
_QUARTER: Final = 15
_WORD: Final = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-(-?[0-9]{1,3})-([01])")
_OFFSET: Final = re.compile(r"(?:utc|gmt)?\s*([+\-−–]?)\s*([0-9]{1,2})(?:[:.]([0-9]{2}))?", re.IGNORECASE)
_ZONE: Final = 300
"""Kazakhstan and Tajikistan."""


def is_zone(minutes: int) -> bool:
    """Whether clocks somewhere are so many minutes ahead of Greenwich."""
    return _WEST <= minutes <= _EAST and minutes % _QUARTER == 0


def zone_in(text: str) -> int | None:
    """The minutes east of Greenwich that a person typed: `+5`, `UTC+5:30`, `-3`; None where it is no zone."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        return None
    sign, hours, minutes = found.groups()
    east = int(hours) * 60 + int(minutes or 0)
    zone = east if sign in {"", "+"} else -east
    return zone if int(minutes or 0) < 60 and is_zone(zone) else None


def zone_told(minutes: int) -> str:
    """A zone as it is written: `UTC+5`, `UTC−3:30`."""
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes >= 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


@dataclass(frozen=True, slots=True)
class Preferences:
    """Quiet from one full hour until another (the same: never), `zone` minutes east of Greenwich.

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
        in_bounds = quiet_from < HOURS and quiet_until < HOURS and is_zone(zone)
        return cls(quiet_from, quiet_until, zone, bool(digest)) if in_bounds else None

    @property
    def clocks(self) -> timezone:
        """The zone as clocks go by it."""
        return timezone(timedelta(minutes=self.zone))

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

    def evening(self, now: float) -> float:
        """When the quiet hours began, or last did."""
        hours = (self.quiet_until - self.quiet_from) % HOURS
        return self.morning(now) - hours * 3600.0 if self.is_quiet(now) else now

    def _local(self, now: float) -> datetime:
        return datetime.fromtimestamp(now, self.clocks)


USUAL: Final = Preferences()
"""What holds for whoever chose nothing."""
NEVER_QUIET: Final = Preferences(0, 0)
"""The same where people wait before the screen for what comes: in the demo."""


def preferences(row: NotificationsRow | None, service: str, usual: Preferences = USUAL) -> Preferences:
    """What a person chose; until they did, what is usual, in the zone of most people of their service."""
    if row is None:
        return replace(usual, zone=int(zone_of(service).utcoffset(None).total_seconds()) // 60)
    return Preferences(row.quiet_from, row.quiet_until, row.zone, row.digest)


class Notifications:
    """How people want to be told, kept in the file."""

    def __init__(self, database: Database, usual: Preferences = USUAL) -> None:
        self._database = database
        self._usual = usual

    async def load(self, user_id: int, service: str) -> Preferences:
        """What a person chose, or what holds until they do."""
        return preferences(await self._database.run(lambda tx: table.load(tx, user_id)), service, self._usual)

    async def has_chosen(self, user_id: int) -> bool:
        """Whether a person chose anything yet."""
        return await self._database.run(lambda tx: table.load(tx, user_id)) is not None

    @staticmethod
    def saving(user_id: int, chosen: Preferences) -> Write:
        """What is to be written when a person chose."""
        row = NotificationsRow(user_id, chosen.quiet_from, chosen.quiet_until, chosen.zone, chosen.digest)
        return lambda tx: table.save(tx, row)
