"""How things stand at this moment, gathered from the parts of the program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot.smsc import Limits
from bot.storage.database import Database
from bot.storage.errors import StorageError
from bot.storage.figures import Figures, Room, figures, room
from bot.watch.rounds import Lag, Watch

_FILE_SECONDS: Final = 5.0
"""How long the file is waited for; what it has to say is left out then."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the readings come from.

    waiting  updates that wait or are handled
    queues   chats that have something to do
    silence  seconds since Telegram answered the last poll; None where it brings updates by itself
    overdue  seconds since the oldest notice should have been told
    refused  whether Telegram does not take the token
    watch    None where nothing is watched
    """

    database: Database
    limits: Limits
    services: tuple[str, ...]
    waiting: Callable[[], int]
    queues: Callable[[], int]
    silence: Callable[[], float | None]
    overdue: Callable[[], float]
    refused: Callable[[], bool]
    watch: Watch | None


@dataclass(frozen=True, slots=True)
class Readings:
    """What they say; None where it could not be had."""

    waiting: int
    queues: int
    silence: float | None
    overdue: float
    lag: Lag | None
    refused: bool = False
    trouble: str | None = None
    blocked: dict[str, bool] = field(default_factory=dict)
    figures: Figures | None = None
    room: Room | None = None


async def read(sources: Sources) -> Readings:
    """The readings now. The file is waited for only so long."""
    rows: Figures | None = None
    space: Room | None = None
    try:
        rows = await asyncio.wait_for(sources.database.run(figures), _FILE_SECONDS)
    except (StorageError, TimeoutError):
        rows = None
    try:
        space = await asyncio.to_thread(room, sources.database.path)
    except OSError:
        space = None
    blocked = sources.limits.blocked()
    return Readings(
        waiting=sources.waiting(),
        queues=sources.queues(),
        silence=sources.silence(),
        overdue=sources.overdue(),
        lag=sources.watch.lag() if sources.watch is not None else None,
        refused=sources.refused(),
        trouble=sources.database.trouble,
        blocked={each: each in blocked for each in sources.services},
        figures=rows,
        room=space,
    )
