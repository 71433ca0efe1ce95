"""Where pictures and scans are worked on: in a process of its own, one job at a time, so that memory stays bounded."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import orjson
import structlog

from bot.darkroom import FAILURES
from bot.pictures import Done, Made, NotSmallEnoughError, PictureError, Told, TooManyPixelsError

log = structlog.get_logger(__name__)

_SECONDS: Final = 180.0
_HELD_MOST: Final = 128 * 1024 * 1024
"""Bytes of people's files that are held in memory at a time."""
_ROOT: Final = Path(__file__).parents[2]
_FAILURES: Final = {each.__name__: each for each in FAILURES}


class Workshop:
    """Makes documents off the event loop, see `bot.darkroom`."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()
        self._left = _HELD_MOST
        self._freed = asyncio.Condition()

    @asynccontextmanager
    async def holding(self, size: int) -> AsyncIterator[None]:
        """While files of so many bytes are in memory: who would hold more than is left waits until others are done."""
        async with self._freed:
            await self._freed.wait_for(lambda: self._left >= size)
            self._left -= size
        try:
            yield
        finally:
            async with self._freed:
                self._left += size
                self._freed.notify_all()

    async def make(self, work: str, contents: Sequence[bytes], most: int, told: Told) -> Made:
        """As `made_of` (`pictures`), `shrunk` (`scan`) or `checked` (`check`) of `bot.pictures`; waits for its turn.

        Raises:
            PictureError, LockedError, NotSmallEnoughError: as there.
            TooManyPixelsError: as there, or it took more memory or time than is spent here.
        """
        async with self._one:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot.darkroom",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=_poor_environment(),
                start_new_session=True,
            )
            try:
                async with asyncio.timeout(_SECONDS):
                    order = {"work": work, "most": most, "sizes": [len(each) for each in contents]}
                    giving = asyncio.create_task(_give(process, order, contents))
                    try:
                        return await _hear(process, told)
                    finally:
                        giving.cancel()
            except TimeoutError:
                raise TooManyPixelsError from None
            finally:
                if process.returncode is None:
                    process.kill()
                await process.wait()


async def _give(process: asyncio.subprocess.Process, order: dict[str, Any], contents: Sequence[bytes]) -> None:
    given = process.stdin
    if given is None:
        return
    try:
        given.write(orjson.dumps(order) + b"\n")
        for each in contents:
            given.write(each)
            await given.drain()
        given.close()
    except ConnectionError:
        log.debug("the darkroom hung up")  # why is told on the other way


async def _hear(process: asyncio.subprocess.Process, told: Told) -> Made:
    out = process.stdout
    try:
        while out is not None and (line := await out.readline()):
            said = orjson.loads(line)
            if "page" in said:
                told(said["page"], said["of"])
            elif "made" in said:
                content, done = await out.readexactly(said["size"]), tuple(map(Done, said["done"]))
                return Made(content, said["made"], said["pages"], done, said["source"])
            else:
                failure = _FAILURES[said["failed"]]
                raise NotSmallEnoughError(said["fits"]) if failure is NotSmallEnoughError else failure
    except asyncio.IncompleteReadError:
        pass
    status = await process.wait()
    log.warning("the darkroom died over a file", status=status)
    raise TooManyPixelsError if status < 0 else PictureError("it could not be worked on")


def _poor_environment() -> dict[str, str]:
    """Nothing of the bot's settings: no token and no key lies beside a codec."""
    kept = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR") if key in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT)}
