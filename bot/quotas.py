"""How many files a person may send in an hour, how much in a day, and how long theirs may be worked on.

The counts stand in the file: a restart takes none back. An update that is handled again counts once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from bot.storage import uploads as table
from bot.storage.database import Database
from bot.storage.uploads import Upload

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR


class Quota(Enum):
    """What there is a limit of."""

    FILES = "files in an hour"
    BYTES = "bytes in a day"
    WORK = "seconds of work in an hour"


@dataclass(frozen=True, slots=True)
class Allowance:
    """The limits of one person."""

    files_an_hour: int
    bytes_a_day: int
    seconds_an_hour: float = 300.0


@dataclass(frozen=True, slots=True)
class UsedUp:
    """A limit is reached; `again` (epoch seconds) is when it is worth to try once more."""

    quota: Quota
    again: float


class Quotas:
    """Counts the files of people."""

    def __init__(self, database: Database, now: Callable[[], float], allowance: Allowance) -> None:
        self.allowance = allowance
        self._database = database
        self._now = now
        self._deleted: dict[int, list[Upload]] = {}

    async def take(self, person: int, files: Sequence[tuple[str, int]]) -> UsedUp | None:
        """Counts files, each by its key (see `Upload`) and its size, or says why they are too many.

        To be asked before they are fetched; `measured` tells later how large they were.
        """
        now = self._now()
        before = await self._of_the_day(person)
        counted = {each.key for each in before}
        new = [Upload(key, now, size) for key, size in files if key not in counted]
        if not new:
            return None
        of_the_hour = [(each.at, 1.0) for each in before]
        again = _again(of_the_hour, self.allowance.files_an_hour - len(new), HOUR, now)
        if again is not None:
            return UsedUp(Quota.FILES, again)
        sizes = [(each.at, float(each.bytes)) for each in before]
        again = _again(sizes, self.allowance.bytes_a_day - sum(each.bytes for each in new), DAY, now)
        if again is not None:
            return UsedUp(Quota.BYTES, again)
        await self._database.run(lambda tx: table.put(tx, person, new, now - DAY))
        return None

    async def measured(self, person: int, key: str, size: int) -> None:
        """How large a file was in truth."""
        await self._database.run(lambda tx: table.measured(tx, person, key, size))

    async def worked(self, person: int, seconds: float) -> None:
        """The person's newest file was worked on for so long."""
        await self._database.run(lambda tx: table.worked(tx, person, seconds))

    async def worked_out(self, person: int) -> UsedUp | None:
        """Whether so much work was done for the person that others would have to wait for more."""
        took = [(each.at, each.seconds) for each in await self._of_the_day(person)]
        again = _again(took, self.allowance.seconds_an_hour, HOUR, self._now())
        return UsedUp(Quota.WORK, again) if again is not None else None

    async def keep(self, person: int) -> None:
        """What is deleted from the file together with a person counts on, in memory alone."""
        self._deleted[person] = await self._of_the_day(person)

    async def _of_the_day(self, person: int) -> list[Upload]:
        """What was sent within a day. Where the clock was set back, what lies ahead is as if it were sent just now."""
        now = self._now()
        past = now - DAY
        rows = await self._database.run(lambda tx: table.since(tx, person, past, now))
        deleted = [replace(each, at=min(each.at, now)) for each in self._deleted.pop(person, ()) if each.at >= past]
        if deleted:
            self._deleted[person] = deleted
        return sorted({*deleted, *rows}, key=lambda each: each.at)


def _again(uses: Sequence[tuple[float, float]], most: float, period: float, now: float) -> float | None:
    """When what was used of late comes down to `most`; None where it is no more. `uses`: times and amounts, by time."""
    late = [(at, amount) for at, amount in uses if now - at < period]
    used = sum(amount for _, amount in late)
    if used <= most:
        return None
    for at, amount in late:
        used -= amount
        if used <= most:
            return at + period
    return now + period
