"""Both bots as processes of their own, and what the operating system says of them.

`this_bot` and `bare_aiogram` start one; `Running` tells processor time in seconds, and resident bytes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.api import TOKEN, BotApi
from tests.running import KEY, ROOT

_START_MOST = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        return int(each.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Running:
    """A bot that polls; `start` is how long it took to its first poll, in seconds."""

    process: psutil.Process
    start: float

    @property
    def cpu(self) -> float:
        """Seconds of processor time, user and system."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    @property
    def memory(self) -> int:
        """Resident bytes."""
        return int(self.process.memory_info().rss)


@asynccontextmanager
async def this_bot(
    api: BotApi, smsc_url: str, folder: Path, code: Path = ROOT, *, webhook: bool = False, watched: bool = False
) -> AsyncIterator[Running]:
    """The project's bot, as `make run` starts it, on the database that lies in `folder`; `code` is its checkout.

    `webhook`: updates are brought to it. `watched`: beside a task that notes the longest hold of its loop in `held`.
    """
    values = {
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api.url,
        "SMSC_HOSTS": smsc_url,
        "DATABASE_PATH": str(folder / "bot.sqlite3"),
        "SECRET_KEYS": KEY,
        "LOG_LEVEL": "WARNING",
    }
    if webhook:
        where = f"127.0.0.1:{free_port()}"
        values |= {"WEBHOOK_URL": f"http://{where}/updates", "WEBHOOK_LISTEN": where}
    watching = ("-m", "tests.bench.watched", str(folder / "held"))
    how = watching if watched else ("-m", "bot", "run")
    async with _running((sys.executable, *how), values, folder, code, api) as running:
        yield running


@asynccontextmanager
async def bare_aiogram(api: BotApi, folder: Path) -> AsyncIterator[Running]:
    """The bot of `bare.py`."""
    arguments = (sys.executable, "-m", "tests.bench.bare", api.url, TOKEN)
    async with _running(arguments, {}, folder, ROOT, api) as running:
        yield running


@asynccontextmanager
async def _running(
    arguments: Sequence[str], values: Mapping[str, str], folder: Path, code: Path, api: BotApi
) -> AsyncIterator[Running]:
    plain = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR", "LANG") if key in os.environ}
    environment = {**plain, "PYTHONPATH": str(code), **values}
    api.polled.clear()
    begun = time.perf_counter()
    with (folder / "bot.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(*arguments, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        async with asyncio.timeout(_START_MOST):
            await api.polled.wait()
        yield Running(psutil.Process(process.pid), time.perf_counter() - begun)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 20)
            except TimeoutError:
                process.kill()
                await process.wait()
