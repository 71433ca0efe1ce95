"""The bot with a task beside it that watches the event loop: how long nobody else was served, at most.

`python -m tests.bench.watched FILE`: the settings as always; the longest stretch in seconds is in the file at the end.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import suppress
from pathlib import Path

import uvloop

from bot import app
from bot.settings import Settings

_TICK = 0.001


class Watcher:
    """Wakes every millisecond, and notes by how much it was late."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(_TICK)
            self.longest = max(self.longest, time.perf_counter() - begun - _TICK)


async def main() -> float:
    """Runs the bot to its end; gives the longest stretch, in seconds."""
    watcher, stop = Watcher(), app.stop_on_signals()
    running = asyncio.create_task(app.run(Settings.read(), stop=stop))
    await asyncio.sleep(5)  # the start is not what is measured
    watching = asyncio.create_task(watcher.run())
    await stop.wait()
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    await running
    return watcher.longest


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(str(uvloop.run(main())), encoding="utf-8")
