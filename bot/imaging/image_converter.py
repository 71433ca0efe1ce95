"""Where pictures and scans are worked on: in processes of their own, few at a time, each bounded in time and memory."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import Any, Final

import orjson
import structlog

from bot.imaging.job_queue import JobQueue, Turn
from bot.imaging.jobs import (
    FAILURES,
    MERE_LOOKS,
    ArchiveFlaw,
    ArchiveFlawError,
    Done,
    Doubt,
    Made,
    NotSmallEnoughError,
    PictureError,
    Told,
    TooComplexError,
    TooManyPixelsError,
    Work,
)

log = structlog.get_logger(__name__)
Spent = Callable[[int, float], Awaitable[None]]
"""Hears how many seconds were spent on a person's file."""
_PLACES: Final = 2
"""Processes at a time: while one is at long work, another is free for the small files of others."""
_GLANCE: Final = 0.5
"""Seconds after which somebody at work looks whether others wait."""
_HELD_MOST: Final = 160 * 1024 * 1024
"""Bytes of people's files that are held in memory at a time."""
_SMALL, _LEFT_FOR_SMALL = 4 * 1024 * 1024, 32 * 1024 * 1024
"""Bytes of a small file, and how many are kept free for such: only large ones wait for large ones."""
_ROOT: Final = Path(__file__).parents[2]
_AT_ONCE: Final = 64 * 1024
_FAILURES: Final[Mapping[str, type[Exception]]] = {each.__name__: each for each in FAILURES}
_OUT_OF_TIME: Final = -getattr(Signals, "SIGXCPU", 0)


@dataclass(frozen=True, slots=True)
class Budgets:
    """Seconds that one job may take.

    `turn`: by the clock, before what takes longer makes room for others; the shorter the more of them wait, but not
    shorter than `shortest`. `look`, `work`: of a processor, for a mere
    look and for anything else. `patience`: how many times as long by the clock.
    """

    turn: float = 8.0
    shortest: float = 2.0
    look: int = 5
    work: int = 60
    patience: float = 3.0

    def turn_beside(self, waiting: int) -> float:
        """How long a turn is while so many others wait for theirs."""
        return min(self.turn, max(self.shortest, self.turn / (1 + waiting)))

    def of(self, work: Work) -> int:
        """Seconds of a processor that are spent on such work."""
        return self.look if work in MERE_LOOKS else self.work


async def _nobody_hears(_person: int, _seconds: float) -> None:
    pass


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work
    contents: Sequence[bytes]
    most: int
    told: Told


class _TurnOverError(Exception):
    """A job that did not end within its turn."""


class ImageConverter:
    """Makes documents off the event loop, in workers (`bot.imaging.worker`); whose are made first: `job_queue`."""

    def __init__(self, budgets: Budgets | None = None, spent: Spent = _nobody_hears) -> None:
        self._budgets = budgets or Budgets()
        self._spent = spent
        self._places = JobQueue(_PLACES, time.monotonic)
        self._left = _HELD_MOST
        self._freed = asyncio.Condition()
        self._missing_logged = False

    @asynccontextmanager
    async def holding(self, size: int) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
        """While files of so many bytes are in memory: who would hold more than is left waits until others are done.

        Gives what is to be told how many they are in truth, once they are there: the rest is free for others then.
        """
        held = size

        async def in_truth(size: int) -> None:
            nonlocal held
            async with self._freed:
                self._left += held - size
                held = size
                self._freed.notify_all()

        kept_free = 0 if size <= _SMALL else _LEFT_FOR_SMALL
        async with self._freed:
            await self._freed.wait_for(lambda: self._left - size >= kept_free)
            self._left -= size
        try:
            yield in_truth
        finally:
            self._left += held
            async with self._freed:
                self._freed.notify_all()

    async def make(self, person: int, work: Work, contents: Sequence[bytes], most: int, told: Told) -> Made:
        """Does work in this person's turn; what each work is, `bot.imaging.worker.__main__` says.

        What takes longer than a turn begins anew in a long one, unless there is room for it to go on.

        Raises:
            PictureError, LockedError, TooManyPagesError, NotSmallEnoughError: as there.
            TooComplexError: as there, or it took more time than is spent here.
            TooManyPixelsError: as there, or it took more memory than is spent here.
        """
        job = _Job(work, contents, most, told)
        try:
            return await self._in_turn(person, job, long=False)
        except _TurnOverError:
            return await self._in_turn(person, job, long=True)

    async def _in_turn(self, person: int, job: _Job, *, long: bool) -> Made:
        async with self._places.turn(person, long=long) as turn:
            began = time.monotonic()
            try:
                return await self._worked_on(job, turn)
            finally:
                await self._spent(person, time.monotonic() - began)

    async def _worked_on(self, job: _Job, turn: Turn) -> Made:
        seconds = self._budgets.of(job.work)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bot.imaging.worker", str(os.getpid()), str(seconds)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=poor_environment(),
            start_new_session=True,
        )
        giving = asyncio.create_task(_give(process, job))
        hearing = asyncio.create_task(self._hear(process, job))
        try:
            began = time.monotonic()
            while (left := began + self._turn() - time.monotonic()) > 0 and not hearing.done():
                await asyncio.wait({hearing}, timeout=min(left, _GLANCE))
            if not hearing.done() and not self._places.lengthened(turn):
                raise _TurnOverError
            await asyncio.wait({hearing}, timeout=seconds * self._budgets.patience)
            if not hearing.done():
                raise TooComplexError
            return hearing.result()
        finally:
            giving.cancel()
            hearing.cancel()
            await asyncio.wait({giving, hearing})
            await process_ended(process)

    def _turn(self) -> float:
        return self._budgets.turn_beside(self._places.waiting)

    async def _hear(self, process: asyncio.subprocess.Process, job: _Job) -> Made:
        """What the process says; whatever it is, no more is believed or held than the work can give."""
        out, largest = process.stdout, max(job.most, sum(map(len, job.contents)))
        try:
            while out is not None and (line := await out.readline()):
                said = orjson.loads(line)
                if "missing" in said:
                    self._warn(said["missing"])
                elif "page" in said:
                    job.told(said["page"], said["of"])
                elif "made" in said:
                    content, done = await out.readexactly(min(said["size"], largest)), tuple(map(Done, said["done"]))
                    doubts = tuple((int(page), Doubt(why)) for page, why in said["doubts"])
                    return Made(content, said["made"], said["pages"], done, said["source"], doubts)
                else:
                    raise _failure(said)
        except (asyncio.IncompleteReadError, ValueError, KeyError, TypeError):
            log.warning("the image worker said what cannot be understood")
            await process_ended(process)
        status = await process.wait()
        log.warning("the image worker died over a file", status=status)
        if status == _OUT_OF_TIME:
            raise TooComplexError
        raise TooManyPixelsError if status < 0 else PictureError("it could not be worked on")

    def _warn(self, missing: Sequence[str]) -> None:
        """Says once what this system does not give; docs/decisions/0012-confinement.md tells what that means."""
        if missing and not self._missing_logged:
            self._missing_logged = True
            log.warning("files are worked on with less confinement than there could be", missing=missing)


def _failure(said: Mapping[str, Any]) -> Exception:
    """Why nothing was made."""
    match said["failed"]:
        case "NotSmallEnoughError":
            return NotSmallEnoughError(said["fits"])
        case "ArchiveFlawError":
            return ArchiveFlawError(ArchiveFlaw(said["flaw"]))
        case name:
            return _FAILURES[name]()


async def process_ended(process: asyncio.subprocess.Process) -> None:
    """Ends a process. What it still had to say is read and forgotten: nobody hears of its end before that."""
    with suppress(ProcessLookupError):
        process.kill()
    while process.stdout is not None and await process.stdout.read(_AT_ONCE):
        pass
    await process.wait()


async def hand_over(process: asyncio.subprocess.Process, *pieces: bytes) -> None:
    """Gives a process all that it is to read. Where it hung up, nobody is told here: why, its answer or its end says.

    uvloop closes the way to a process that has ended, and what is written then is no `ConnectionError`.
    """
    received = process.stdin
    if received is None:
        return
    try:
        for each in pieces:
            if received.is_closing():
                raise BrokenPipeError
            received.write(each)
            await received.drain()
        received.close()
    except ConnectionError:
        log.debug("a process hung up")


async def _give(process: asyncio.subprocess.Process, job: _Job) -> None:
    order: dict[str, Any] = {"work": job.work, "most": job.most, "sizes": [len(each) for each in job.contents]}
    await hand_over(process, orjson.dumps(order) + b"\n", *job.contents)


def poor_environment() -> dict[str, str]:
    """Nothing of the bot's settings: no token and no key lies beside a codec."""
    kept = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR") if key in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT)}
