"""The bot, running: inside the test with the real dispatcher, or as a process of its own. Both over real HTTP."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Self

import pytest

from bot import app
from bot.__main__ import main
from bot.points import Reached, nobody
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import SmscSandbox
from bot.settings import GivenSettings, Settings
from bot.smsc import Catalogue, Timeouts, seed_catalogue
from bot.smsc.calendar import in_almaty

ROOT = Path(__file__).parents[1]
_BOT = (sys.executable, "-m", "bot")
PATIENT = Timeouts(connect=5, read=5, change=3)
SHORT = Timeouts(connect=5, read=5, change=0.3)
"""For tests in which SMSC does not answer to a change: it is not waited for long."""
_MOMENT = 0.005
"""Seconds: a few ways to a stand-in and back, or into the file."""
_MOMENTS = 4
"""How many of them a turn of the clock waits for those who woke, at most."""
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def environment(smsc: SmscSandbox, telegram: TelegramSandbox, folder: Path) -> dict[str, str]:
    """The settings that point a bot at the stand-ins."""
    return {
        "BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url,
        "SMSC_HOSTS": smsc.url,
        "DATABASE_PATH": str(folder / "bot.sqlite3"),
        "SECRET_KEYS": KEY,
        "LOG_LEVEL": "INFO",
        "WATCH_SECONDS": "0",  # tests of the watch say how often
    }


class QuickClock(SandboxClock):
    """A clock that goes so many times as fast as the machine's; processes that are handed the same one agree on it.

    By it, it was `at` when the machine's clock said `began`.
    """

    def __init__(self, times: float, at: float, began: float) -> None:
        super().__init__()
        self._times, self._at, self._began = times, at, began

    def __reduce__(self) -> tuple[type[Self], tuple[float, float, float]]:
        return type(self), (self._times, self._at, self._began)

    def now(self) -> float:
        return self._at + (time.time() - self._began) * self._times

    def ticks(self) -> float:
        return time.monotonic() * self._times

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._times)


@dataclass
class Machine:
    """The bot's own clock: the common one, and what its administrator set it ahead (below zero: back)."""

    clock: SandboxClock
    ahead: float = 0.0

    def now(self) -> float:
        return self.clock.now() + self.ahead

    def ticks(self) -> float:
        return self.clock.ticks()

    async def sleep(self, seconds: float) -> None:
        await self.clock.sleep(seconds)


@dataclass
class InProcess:
    """The bot inside the test: the clock can be turned, SMSC's answers are waited for but briefly."""

    values: Mapping[str, str]
    clock: SandboxClock
    catalogue: Catalogue = field(default_factory=seed_catalogue)
    names_at_once: int = 15_000
    timeouts: Timeouts = PATIENT
    ahead: float = 0.0
    reached: Reached = nobody
    _machine: Machine | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        settings = GivenSettings.model_validate({key.lower(): value for key, value in self.values.items()})
        self._machine = Machine(self.clock, self.ahead)
        world = app.World(self._machine, self.catalogue, self.timeouts, self.names_at_once, self.reached)
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(app.run(settings, world, self._stop))

    @property
    def runs(self) -> bool:
        """Whether it has not ended by itself."""
        return self._task is not None and not self._task.done()

    def set_clock(self, seconds: float) -> None:
        """Sets the clock of the bot's machine ahead, or back; no time passes."""
        self.ahead += seconds
        if self._machine is not None:
            self._machine.ahead = self.ahead

    async def finished(self) -> None:
        """Waits until it leaves by itself; raises its reason."""
        assert self._task is not None
        await asyncio.wait_for(self._task, 60)

    async def stop(self) -> None:
        self._stop.set()
        if self._task is not None:
            await self.ended()

    async def ended(self) -> None:
        """Waits until it ends by itself; raises the reason."""
        assert self._task is not None
        ending, self._task = self._task, None
        await ending


@dataclass
class Process:
    """The bot as a process of its own, as `make run` starts it: `async with`, so that a failed test leaves none.

    It is forked from a process that has loaded the program once, for to load it takes seconds of a processor; `whole`:
    the true command line, with everything it loads. `clock`: the machine's, unless it is to be another one.
    """

    values: Mapping[str, str]
    log: Path
    whole: bool = False
    clock: QuickClock | None = None
    _program: Program | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self.stop(signal.SIGKILL)

    @property
    def pid(self) -> int:
        assert self._program is not None
        return self._program.pid

    async def start(self, **more: str) -> None:
        """Starts it, with more settings for this time."""
        start = Program.whole if self.whole else partial(Program.forked, clock=self.clock)
        values = {**self.values, **more}
        self._program = await asyncio.to_thread(start, ("run",), values, self.log.parent, self.log, self.log)

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self._program is not None
        return await self._program.end(how)

    async def wait(self) -> int:
        assert self._program is not None
        return await self._program.end()

    async def gone(self) -> None:
        """Waits until it has ended by itself, however long that takes."""
        assert self._program is not None
        while not self._program.over:  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(0.01)

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Program:
    """`python -m bot …`, begun; what it says goes to the ends of two files."""

    pid: int
    _wait: Callable[[float], int | None]
    """Gives the exit status, or None when so many seconds were too few."""

    @classmethod
    def forked(
        cls,
        arguments: Sequence[str],
        values: Mapping[str, str],
        folder: Path,
        out: Path,
        err: Path,
        clock: QuickClock | None = None,
    ) -> Self:
        given = (arguments, {**_plain(), **values}, folder, out, err, clock)
        process = _LOADED.Process(target=_run, args=given, daemon=True)
        process.start()
        assert process.pid is not None

        def wait(seconds: float) -> int | None:
            process.join(seconds)
            return process.exitcode

        return cls(process.pid, wait)

    @classmethod
    def whole(cls, arguments: Sequence[str], values: Mapping[str, str], folder: Path, out: Path, err: Path) -> Self:
        with out.open("ab") as told, err.open("ab") as failed:
            process = subprocess.Popen(
                (*_BOT, *arguments), cwd=folder, env={**_plain(), **values}, stdout=told, stderr=failed
            )

        def wait(seconds: float) -> int | None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
            return process.returncode

        return cls(process.pid, wait)

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._wait(0) is not None

    async def end(self, how: signal.Signals | None = None) -> int:
        """Waits until it has ended, by a signal if need be; gives its exit status."""
        if how is not None and not self.over:
            os.kill(self.pid, how)
        status = await asyncio.to_thread(self._wait, 60)
        assert status is not None, "it does not end"
        return status


_FILES_MOST = 256
_LOADED = multiprocessing.get_context("forkserver")
_LOADED.set_forkserver_preload(
    ["conftest", "bot.app", "bot.logs", "bot.sandbox.chat", "bot.sandbox.smsc", "pytest", "uvloop"]
)


def _run(
    arguments: Sequence[str], values: Mapping[str, str], folder: Path, out: Path, err: Path, clock: QuickClock | None
) -> None:
    if clock is not None:
        real = app.World.real
        pytest.MonkeyPatch().setattr(app.World, "real", lambda settings: replace(real(settings), clock=clock))
    os.environ.clear()
    os.environ.update(values)
    os.chdir(folder)
    for number, path in ((1, out), (2, err)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, number)
        os.close(file)
    for number in range(3, _FILES_MOST):
        with suppress(OSError):  # what holds this process to the one it was forked from is not for its own children
            os.set_inheritable(number, False)
    sys.exit(main(arguments))


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        return int(each.getsockname()[1])


async def goes_by(clock: SandboxClock, seconds: float) -> None:
    """Turns the clock, and lets those whose time has come do their work: most often they sleep again in a moment."""
    asleep = clock.asleep
    clock.advance(seconds)
    for _ in range(_MOMENTS):
        await asyncio.sleep(_MOMENT)
        if clock.asleep >= asleep:
            return


@asynccontextmanager
async def running_fast(clock: SandboxClock, seconds: float = 5) -> AsyncIterator[None]:
    """While the clock of the bot and SMSC runs fast, so many seconds at a time: who waits for minutes waits moments."""

    async def turned() -> None:
        while True:
            await goes_by(clock, seconds)

    task = asyncio.create_task(turned())
    try:
        yield
    finally:
        task.cancel()


async def comes(true: Callable[[], object], clock: SandboxClock | None = None) -> None:
    """Waits until something is so; a `clock` runs fast meanwhile: what waits for a minute waits for a moment."""
    async with asyncio.timeout(60):
        while not true():  # in the file, or at the stand-in: nothing tells of it
            if clock is not None:
                await goes_by(clock, 5)
            else:
                await asyncio.sleep(_MOMENT)


def late_in_the_month(clock: SandboxClock) -> None:
    """Turns the clock into the last days of a month, whatever day it is in Almaty."""
    today = in_almaty(clock.now())
    clock.advance(timedelta(days=(25 - today.day) % 28).total_seconds())


async def command(*arguments: str, values: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Runs `python -m bot …` to its end: exit status, standard output, standard error."""
    with tempfile.TemporaryDirectory() as elsewhere:
        folder = Path(elsewhere)
        out, err = folder / "out", folder / "err"
        program = await asyncio.to_thread(Program.forked, arguments, values or {}, folder, out, err)
        return await program.end(), out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")


def _plain() -> dict[str, str]:
    """The environment without settings of the bot that somebody may have set; a `.env` lies elsewhere, too."""
    plain = {key: value for key, value in os.environ.items() if key.lower() not in Settings.model_fields}
    return {**plain, "PYTHONPATH": str(ROOT)}
