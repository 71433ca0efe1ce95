"""Whether the bot does its work: updates come in, and the file can be worked on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from bot.clock import Clock
from bot.storage.database import Database
from bot.storage.errors import StorageError
from bot.storage.figures import answers

_SILENCE_SECONDS: Final = 120.0
"""A poll takes half a minute; four that go wrong in a row are no accident."""
_FILE_SECONDS: Final = 5.0
_FRESH_SECONDS: Final = 5.0
"""So long an answer is given again: nobody keeps the file busy by asking."""


class Health:
    """Looks, at most every few seconds however often it is asked."""

    def __init__(
        self, database: Database, clock: Clock, silence: Callable[[], float | None], refused: Callable[[], bool]
    ) -> None:
        self._database = database
        self._clock = clock
        self._silence = silence
        self._refused = refused
        self._looked: tuple[float, list[str]] | None = None
        self._looking = asyncio.Lock()

    async def problems(self) -> list[str]:
        """What keeps the bot from its work, a line each for its administrator; nothing where nothing does."""
        async with self._looking:
            ticks = self._clock.ticks()
            if self._looked is None or ticks - self._looked[0] >= _FRESH_SECONDS:
                self._looked = (ticks, await self._look())
            return self._looked[1]

    async def _look(self) -> list[str]:
        problems: list[str] = []
        try:
            await asyncio.wait_for(self._database.run(answers), _FILE_SECONDS)
        except TimeoutError:
            problems.append(f"the database does not answer within {_FILE_SECONDS:.0f} seconds")
        except StorageError as failure:
            problems.append(f"the database cannot be worked on: {failure}")
        if self._database.trouble is not None:
            problems.append(f"the database cannot be written: {self._database.trouble}")
        silence = self._silence()
        if silence is not None and silence > _SILENCE_SECONDS:
            problems.append(f"no answer from Telegram for {silence:.0f} seconds")
        if self._refused():
            problems.append("Telegram does not take the token")
        return problems
