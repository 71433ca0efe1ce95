"""Where pictures are worked on: in a thread of its own, one job at a time, so that memory stays bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.pictures import Made, made_of


class Workshop:
    """Makes documents of pictures off the event loop."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()

    async def make(self, pages: Sequence[bytes], most: int) -> Made:
        """As `bot.pictures.made_of`; waits for its turn."""
        async with self._one:
            return await asyncio.to_thread(made_of, pages, most)
