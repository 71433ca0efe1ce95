"""What an update costs beside bare aiogram, and how that grows: `make bench`, some minutes, no network.

Prints the table, and writes it into docs/measured.md between its marks. The load, Telegram and SMSC are played by this
process; each bot is a process of its own. Bursts alternate; processor time is the operating system's.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from bot.sandbox.smsc import SmscSandbox
from tests.bench.api import STEPS, BotApi, Step
from tests.bench.bots import Running, bare_aiogram, this_bot
from tests.bench.figures import Ratio, at, of_all
from tests.bench.seeded import FIRST, Seed, seed
from tests.running import ROOT

PEOPLE: Final = 50
A_SECOND: Final = 100
TAPS: Final = 1000
USERS: Final = (10, 100, 1_000, 10_000)
NAMES: Final = (10, 1_000, 15_000)
HISTORY: Final = (100, 10_000, 1_000_000)
SEARCHING: Final[Sequence[Step]] = (("text", "/senders"), ("text", "NAME149"))
LISTING: Final[Sequence[Step]] = (("text", "/senders"),)
MEASURED: Final = ROOT / "docs" / "measured.md"
BEGIN, END = "<!-- make bench -->\n", "<!-- end of make bench -->\n"
Row = tuple[str, str]


@dataclass(slots=True)
class Bot:
    """A bot that runs, the Bot API that it talks to, and what its bursts took."""

    api: BotApi
    running: Running
    people: range
    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)

    async def burst(self, seconds: float) -> None:
        """A closed loop for some seconds: what an update took, and how many there were."""
        before = self.running.cpu
        took = await self.api.closed_loop(self.people, seconds)
        updates = self.api.updates
        self.cpu.append((self.running.cpu - before) * 1000 / updates)
        self.rate.append(updates / took)
        self.calls.append(self.api.calls.total() / updates)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where bots are started: a folder for each, one SMSC for all."""

    folder: Path
    smsc: SmscSandbox
    rounds: int
    seconds: float
    _numbers: Iterator[int] = field(default_factory=count)

    @asynccontextmanager
    async def bare(self) -> AsyncIterator[Bot]:
        """Bare aiogram."""
        async with BotApi() as api, bare_aiogram(api, self._new()) as running:
            yield Bot(api, running, range(FIRST, FIRST + PEOPLE))

    @asynccontextmanager
    async def ours(
        self, what: Seed, steps: Sequence[Step] = STEPS, code: Path = ROOT, *, webhook: bool = False
    ) -> AsyncIterator[Bot]:
        """The project's bot, on a file with so many people, names and so much history."""
        folder = self._new()
        await seed(folder / "bot.sqlite3", self.smsc, what)
        async with BotApi(steps) as api, this_bot(api, self.smsc.url, folder, code, webhook=webhook) as running:
            yield Bot(api, running, range(FIRST, FIRST + min(PEOPLE, what.people)))

    async def alternating(self, bots: Sequence[Bot]) -> None:
        """Bursts of each by turns; the first of each is not counted."""
        for bot in bots:
            await bot.api.closed_loop(bot.people, self.seconds / 2)
        for _ in range(self.rounds):
            for bot in bots:
                await bot.burst(self.seconds)

    def _new(self) -> Path:
        folder = self.folder / str(next(self._numbers))
        folder.mkdir()
        return folder


async def starts(bench: Bench) -> AsyncIterator[Row]:
    """From the start of the process to the first poll, by turns."""
    ours, bare = [], []
    for _ in range(bench.rounds):
        async with bench.ours(Seed(1)) as bot:
            ours.append(bot.running.start)
        async with bench.bare() as other:
            bare.append(other.running.start)
    yield "start to the first poll, s", f"{of_all(ours)}; bare {of_all(bare)}: {Ratio.of(ours, bare)}"


async def updates(bench: Bench, against: Path | None) -> AsyncIterator[Row]:
    """The workload, side by side; then the time to an answer, and what it takes when nothing happens."""
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(bench.ours(Seed(1_000)))
        bare = await stack.enter_async_context(bench.bare())
        bots = [ours, bare]
        if against is not None:
            bots.append(await stack.enter_async_context(bench.ours(Seed(1_000), code=against)))
        await bench.alternating(bots)
        yield (
            "processor time an update, ms",
            f"{of_all(ours.cpu)}; bare {of_all(bare.cpu)}: {Ratio.of(ours.cpu, bare.cpu)}",
        )
        if against is not None:
            other = bots[2].cpu
            yield "… the other checkout, ms", f"{of_all(other)}; this one beside it: {Ratio.of(ours.cpu, other)}"
        yield "updates a second", f"{of_all(ours.rate, 0)}; bare {of_all(bare.rate, 0)}"
        yield "calls an update", f"{of_all(ours.calls)}; bare {of_all(bare.calls)}"
        for bot, name in ((ours, "this bot"), (bare, "bare")):
            await bot.api.open_loop(bot.people, A_SECOND, 3 * bench.seconds)
            taps, answers = bot.api.acknowledged, bot.api.waits
            yield (
                f"{A_SECOND} updates a second, {name}, ms",
                f"a tap acknowledged {_times(taps)}; a screen {_times(answers)}",
            )
        took = await ours.api.taps_at_once(range(FIRST, FIRST + TAPS))
        yield f"{TAPS} taps at one moment, all acknowledged, s", f"{took:.2f}"
        before, begun = ours.running.cpu, time.perf_counter()
        await asyncio.sleep(5 * bench.seconds)
        yield "idle, % of a core", f"{(ours.running.cpu - before) / (time.perf_counter() - begun) * 100:.2f}"


async def by_webhook(bench: Bench) -> AsyncIterator[Row]:
    """The same workload, brought to the bot."""
    async with bench.ours(Seed(PEOPLE)) as polling, bench.ours(Seed(PEOPLE), webhook=True) as hooked:
        await bench.alternating([polling, hooked])
    told = f"{of_all(hooked.cpu)}; polling {of_all(polling.cpu)}: {Ratio.of(hooked.cpu, polling.cpu)}"
    yield "processor time an update by webhook, ms", told


async def many_names(bench: Bench) -> Row:
    """How long the loop serves nobody else while 15 000 names are fetched, read, kept, paged and searched."""
    folder = bench.folder / "held"
    folder.mkdir()
    await seed(folder / "bot.sqlite3", bench.smsc, Seed(1, names=NAMES[-1]))
    async with BotApi(SEARCHING) as api, this_bot(api, bench.smsc.url, folder, watched=True):
        await asyncio.sleep(6)  # what is watched is not the start
        await api.closed_loop(range(FIRST, FIRST + 1), 4 * bench.seconds)
        first, *later = (each * 1000 for each in api.waits)
    held = float((folder / "held").read_text(encoding="utf-8")) * 1000
    told = (
        f"first screen {first:.0f} ms, the {len(later)} after it {of_all(later, 0)} ms; the loop held for {held:.0f} ms"
    )
    return "15 000 names", told


async def memory(bench: Bench) -> AsyncIterator[Row]:
    """After everybody walked through the conversation once, and saw the list of their names."""
    async with bench.ours(Seed(1_000, names=10), (*STEPS, *LISTING)) as ours, bench.bare() as bare:
        for bot in (ours, bare):
            await bot.api.walk_once(range(FIRST, FIRST + 1_000))
        sizes = [bot.running.memory / 2**20 for bot in (ours, bare)]
    yield (
        "memory after 1 000 people, 10 000 names, MB",
        f"{sizes[0]:.0f}; bare {sizes[1]:.0f}: {sizes[0] / sizes[1]:.2f} ×",
    )


async def curve(
    bench: Bench, title: str, sizes: Sequence[int], of: Callable[[int], Seed], steps: Sequence[Step]
) -> Row:
    """Processor time an update as something grows; all sizes side by side, each told beside the smallest."""
    async with AsyncExitStack() as stack:
        bots = [await stack.enter_async_context(bench.ours(of(size), steps)) for size in sizes]
        await bench.alternating(bots)
    told = ", ".join(
        f"{size:,}: {statistics.median(bot.cpu):.2f}".replace(",", " ") for size, bot in zip(sizes, bots, strict=True)
    )
    return title, f"{told}; most beside least: {Ratio.of(bots[-1].cpu, bots[0].cpu)}"


async def rows(bench: Bench, against: Path | None, *, short: bool) -> AsyncIterator[Row]:
    """The whole table."""
    async for row in updates(bench, against):
        yield row
    if short:
        return
    async for row in starts(bench):
        yield row
    async for row in memory(bench):
        yield row
    async for row in by_webhook(bench):
        yield row
    yield await many_names(bench)
    yield await curve(bench, "ms an update, by people in the file", USERS, Seed, STEPS)
    yield await curve(bench, "ms an update, by history", HISTORY, lambda size: Seed(PEOPLE, history=size), STEPS)
    yield await curve(bench, "ms a /senders, by names", NAMES, lambda size: Seed(2, names=size), LISTING)


async def main(rounds: int, seconds: float, against: Path | None, *, short: bool) -> None:
    """Runs it all."""
    smsc = await SmscSandbox.start()
    told: list[str] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            async for what, figure in rows(Bench(Path(folder), smsc, rounds, seconds), against, short=short):
                told.append(f"{what:<48}{figure}\n")
                sys.stdout.write(told[-1])
                sys.stdout.flush()
    finally:
        await smsc.close()
    if not short:
        _write("".join(told))


def _times(seconds: Sequence[float]) -> str:
    return f"p50 {at(seconds, 50) * 1000:.1f}, p99 {at(seconds, 99) * 1000:.1f}"


def _write(table: str) -> None:
    before, rest = MEASURED.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    MEASURED.write_text(f"{before}{BEGIN}```\n{table}```\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rounds", type=int, default=7, help="bursts of each that count")
    parser.add_argument("--seconds", type=float, default=3.0, help="of a burst")
    parser.add_argument("--against", type=Path, help="another checkout of this project, measured beside this one")
    parser.add_argument("--short", action="store_true", help="an update's cost alone; nothing is written")
    options = parser.parse_args()
    asyncio.run(main(options.rounds, options.seconds, options.against, short=options.short))
