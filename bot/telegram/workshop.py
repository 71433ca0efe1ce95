"""Where pictures and scans are worked on: in a process of its own, one job at a time, so that memory stays bounded."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import orjson
import structlog

from bot.darkroom import FAILURES
from bot.pictures import Made, NotSmallEnoughError, PictureError, Told, TooManyPixelsError

log = structlog.get_logger(__name__)

_SECONDS: Final = 180.0
_ROOT: Final = Path(__file__).parents[2]
_FAILURES: Final = {each.__name__: each for each in FAILURES}


class Workshop:
    """Makes documents off the event loop, see `bot.darkroom`."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()

    async def make(self, work: str, contents: Sequence[bytes], most: int, told: Told) -> Made:
        """As `made_of` (`pictures`) or `shrunk` (`scan`) of `bot.pictures`; waits for its turn.

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
                return Made(await out.readexactly(said["size"]), said["made"], said["pages"])
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
