"""What needs the administrator's hand, seen in the readings. Pure: how things stand in, what is wrong out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.conversation.step import Json
from bot.monitoring.readings import Readings
from bot.storage.figures import ROOM_LEAST

Key = tuple[str, str]
"""Which kind of trouble, and what it is about where that is not the whole bot."""

_MEGABYTE: Final = 1024 * 1024
DISK_ENOUGH: Final = 2 * ROOM_LEAST
"""Free bytes from which on there is room again."""
_LATE_SHARE: Final = 10
"""The watch lags where one in so many is late: a single account that cannot be looked at is its person's trouble."""


class TroubleKind(StrEnum):
    """The kinds of trouble."""

    TOKEN = "token"  # noqa: S105  # the kind's name
    DISK = "disk"
    FILE = "file"
    BLOCKED = "blocked"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that needs a hand: `told` is what its screen is drawn from beside kind and subject."""

    what: TroubleKind
    about: str = ""
    told: Mapping[str, Json] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What tells it from others."""
        return self.what.value, self.about


def seen(now: Readings, standing: Collection[Key]) -> list[Trouble]:
    """What is wrong; `standing` is what was wrong before, which is over only when things are clearly better.

    Of the disk nothing is over where it could not be looked at.
    """
    troubles = [Trouble(TroubleKind.TOKEN)] if now.refused else []
    if now.room is None and (TroubleKind.DISK, "") in standing:
        troubles.append(Trouble(TroubleKind.DISK))
    elif now.room is not None and now.room.free < (DISK_ENOUGH if (TroubleKind.DISK, "") in standing else ROOM_LEAST):
        troubles.append(Trouble(TroubleKind.DISK, told={"free": now.room.free // _MEGABYTE}))
    elif now.trouble is not None:
        troubles.append(Trouble(TroubleKind.FILE, told={"why": now.trouble}))
    troubles += [Trouble(TroubleKind.BLOCKED, service) for service, blocked in now.blocked.items() if blocked]
    lag = now.lag
    if lag is not None:
        few = 0 if (TroubleKind.WATCH, "") in standing else lag.watched / _LATE_SHARE
        if lag.overdue > 0 and lag.overdue >= few:
            told = {"overdue": lag.overdue, "watched": lag.watched, "seconds": int(lag.seconds)}
            troubles.append(Trouble(TroubleKind.WATCH, told=told))
    return troubles
