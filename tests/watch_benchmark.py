"""What watching 10 000 accounts costs, how a restart goes with them, and how soon a person sees what happened.

Run with `make watch-benchmark`; `python -m tests.watch_benchmark --short` has a fifteenth of the accounts, looks at
them fifteen times as often, and measures for a shorter time. It prints tables; it is not a test. The bot is a process
of its own, the stand-ins are in this one. The accounts are quiet (nothing moved for ten days), a part of them is busy
(something moved today); all of them were looked at before, and nothing moves meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psutil
from pydantic import SecretStr

from bot.accounts import Account, Accounts, Scope
from bot.clock import SystemClock
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO, LimitNumbers, SmscSandbox
from bot.sandbox.smsc import Account as SmscAccount
from bot.sandbox.smsc.wire import Listed, compose
from bot.senders.budget import Budget
from bot.senders.kept import Fetched
from bot.senders.looks import Looks
from bot.senders.state import Activation
from bot.smsc import Limits, OperatorStatus, PasswordAuth, Service, SmscClient, answers, seed_catalogue
from bot.smsc.catalogue import Command
from bot.storage import events, notifications, watch
from bot.storage.database import Database, connect
from bot.storage.events import EventRow
from bot.storage.notifications import NotificationsRow
from bot.storage.transaction import Transaction
from bot.storage.watch import WatchRow
from bot.vault import Vault, read_key
from bot.watch.changes import ActivationChanged, Change, OperatorChanged, kind_of, to_json
from tests.person import Person, phones
from tests.running import KEY, Process, environment

NAMES: Final = 3
SHORTEST: Final = 20
"""Seconds between two looks where it is measured how soon a change is told."""
EVENTS: Final = 1_000
OTHER_EVENTS: Final = 100_000
_TOGETHER: Final = 200
_DAY: Final = 86_400.0


@dataclass(frozen=True)
class Size:
    """How much is measured.

    accounts        how many are watched
    least           the shortest period between two looks, in seconds
    warm, measured  seconds that are waited before anything is measured, and that it is measured
    changes         how many changes are told
    """

    accounts: int = 10_000
    least: float = 300.0
    warm: float = 330.0
    measured: float = 120.0
    changes: int = 20


SHORT: Final = Size(660, 20.0, 25.0, 30.0, 4)


async def seeded(path: Path, smsc: SmscSandbox, accounts_most: int) -> None:
    """A file with the accounts, each as it is after its whole list was looked at."""
    catalogue, clock, vault = seed_catalogue(), SystemClock(), Vault([read_key(KEY)])
    database = Database.open(path)
    accounts = Accounts(database, vault, (Service.parse(smsc.url),), clock.now)
    limits = Limits(clock, ledger=Budget(database, clock))
    async with SmscClient(catalogue=catalogue, limits=limits) as client:
        looks = Looks(client, database, clock)

        async def add(number: int) -> None:
            login = f"client{number}"
            world_account = smsc.world.add_account(SmscAccount(login, "secret", f"key-{number}"))
            for each in smsc.world.add_names(login, [f"NAME{place}" for place in range(NAMES)]):
                smsc.world.file_with(smsc.world.name(each), {"mts_step": "3"}, clock.now())
            account = Account(number, number, accounts.services[0], login, login)
            await accounts.connect(account, PasswordAuth(login, SecretStr("secret")))
            listed = Listed(list(reversed(world_account.names.values())), operators=True, files=True)
            body = compose(listed, 3, smsc.forms).encode()
            names = answers.read(Command.GET, body, catalogue=catalogue).names
            await looks.logins.seen(await accounts.access(Scope(account)), names)
            await looks.keep_whole((number, ""), Fetched(names, names), looks.now())

        for first in range(1, accounts_most + 1, _TOGETHER):
            await asyncio.gather(*(add(number) for number in range(first, min(first + _TOGETHER, accounts_most + 1))))
    await database.close()


@contextmanager
def opened(path: Path) -> Iterator[Transaction]:
    """A transaction in a file, beside the bot that runs or may run on it."""
    with closing(connect(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield Transaction(connection)
        connection.execute("COMMIT")


def planned(path: Path, smsc: SmscSandbox, busy: float, size: Size) -> None:
    """Spreads the looks, as they are while the bot runs; a share of the accounts is `busy`."""
    now, chance = time.time(), random.Random(1)  # noqa: S311  # made-up times
    rows = []
    for number in range(1, size.accounts + 1):
        moved = now if chance.random() < busy else now - 10 * _DAY
        period = size.least if moved == now else 12 * size.least
        due, service = now + chance.random() * period, Service.parse(smsc.url).counts_as
        rows.append(
            WatchRow(number, "", "", service, f"login:client{number}", now, due, due - period, due - period, moved)
        )
    with opened(path) as tx:
        watch.save(tx, rows)


def looks_at(smsc: SmscSandbox, since: int) -> list[float]:
    """When the watch looked: each look asks for all names once."""
    return [each.at for each in smsc.requests[since:] if each.fields.get("all") == "1"]


@dataclass(frozen=True)
class Cost:
    """Processor time, memory and requests of the bot over some seconds."""

    seconds: float
    cpu: float
    memory: float
    looks: int
    requests: int

    def line(self, title: str, idle: float) -> str:
        """A row of the table; `idle`: the share of a core that the same bot takes when it does not watch."""
        share = self.cpu / self.seconds
        a_look = f"{(share - idle) * self.seconds / self.looks * 1000:9.2f} ms" if self.looks else f"{'':>12}"
        rates = f"{self.looks / self.seconds:8.1f} {self.requests / self.seconds:11.1f}"
        return f"{title:<26} {share * 100:9.1f} % {a_look} {self.memory:7.0f} MB {rates}"


async def cost(bot: Process, smsc: SmscSandbox, size: Size) -> Cost:
    """What the bot costs for a while; it runs already."""
    process = psutil.Process(bot.pid)
    await asyncio.sleep(size.warm)
    before, asked, began = sum(process.cpu_times()[:2]), len(smsc.requests), time.perf_counter()
    await asyncio.sleep(size.measured)
    cpu = sum(process.cpu_times()[:2]) - before
    seconds = time.perf_counter() - began
    looked = len(looks_at(smsc, asked))
    return Cost(seconds, cpu, process.memory_info().rss / 1024 / 1024, looked, len(smsc.requests) - asked)


async def restarted(values: dict[str, str], folder: Path, smsc: SmscSandbox, size: Size) -> str:
    """How many requests went out in any second after the bot was started again."""
    del smsc.requests[:]
    async with Process(values, folder / "log"):
        await asyncio.sleep(size.measured)
    seconds = Counter(int(each.at) for each in smsc.requests)
    return f"at most {max(seconds.values(), default=0):3} requests in a second, {len(smsc.requests):5} in all"


async def told(values: dict[str, str], folder: Path, smsc: SmscSandbox, telegram: TelegramSandbox, count: int) -> str:
    """How long it took from a change at SMSC until the person saw it, over some changes at odd moments."""
    chance = random.Random(1)  # noqa: S311  # made-up times
    async with Process({**values, "WATCH_SECONDS": str(SHORTEST)}, folder / "log"), phones() as http:
        person = await Person.arrive(http, telegram.url)
        await person.connects(DEMO.apikey)
        await person.writes("/senders")
        await person.sees("My names")
        with opened(Path(values["DATABASE_PATH"])) as tx:
            notifications.save(tx, NotificationsRow(person.id, 0, 0, 0, digest=False))  # no quiet hours
        name = next(each for each in smsc.world.accounts[DEMO.login].names.values() if each.operators)
        flag, took = next(iter(name.operators)), []
        await asyncio.sleep(4 * SHORTEST)  # who is new is taken up once a minute, and looked at once
        for number in range(count):
            await asyncio.sleep(chance.random() * SHORTEST)
            await person.looks()
            smsc.world.decide_operator(name.id, flag, str(10 + number), smsc.clock.now())
            began = time.perf_counter()
            await person.sees(name.name, f"→ {10 + number}")
            took.append(time.perf_counter() - began)
    return f"at most {max(took):4.1f} s, least {min(took):4.1f} s ({count} changes, a look every {SHORTEST} s)"


def many_events(name: str, sms_id: int | None, account_id: int, count: int) -> list[EventRow]:
    """What happened to a name, over and over."""
    changes: list[Change] = [
        OperatorChanged("mts_step", OperatorStatus("MTS", "3", "mts_step"), OperatorStatus("MTS", "5", "mts_step")),
        ActivationChanged(Activation.LISTED, Activation.ACTIVE),
    ]
    some = [changes[number % len(changes)] for number in range(count)]
    now = time.time() - count
    return [
        EventRow(account_id, "", name, sms_id, kind_of(each), now + place, False, to_json(each))
        for place, each in enumerate(some)
    ]


async def timeline(values: dict[str, str], folder: Path, smsc: SmscSandbox, telegram: TelegramSandbox) -> list[str]:
    """How long a person waits for the timeline of a name with many events, and for pages of it."""
    async with Process({**values, "WATCH_SECONDS": "0"}, folder / "log"), phones() as http:
        person = await Person.arrive(http, telegram.url)
        await person.connects(DEMO.apikey)
        await person.writes("/senders")
        await person.sees("My names")
        path = Path(values["DATABASE_PATH"])
        name = next(each for each in smsc.world.accounts[DEMO.login].names.values() if each.operators)
        with opened(path) as tx:
            (account_id,) = tx.execute("SELECT max(id) FROM accounts WHERE user_id = ?", (person.id,)).fetchone()
            for number in range(OTHER_EVENTS // EVENTS):
                events.put(tx, many_events("NAME0", None, number + 1, EVENTS))
            events.put(tx, many_events(name.name, name.id, account_id, EVENTS))
        await person.writes(name.name)
        await person.shows("Timeline")
        took = []
        for _ in range(10):
            began = time.perf_counter()
            await person.taps("Timeline")
            await person.sees(name.name, "what happened, newest first")
            took.append((time.perf_counter() - began) * 1000)
            await person.taps(f"‹ {name.name}")
            await person.shows("Timeline")
    return [f"the first time {took[0]:5.1f} ms, after that {min(took[1:]):5.1f} to {max(took[1:]):5.1f} ms"]


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="measure each row for a shorter time")
    parser.add_argument("--only", choices=("cost", "restart", "told", "timeline"), help="one of the tables")
    given = parser.parse_args()
    size = SHORT if given.short else Size()
    smsc, telegram = await SmscSandbox.start(), await TelegramSandbox.start()
    smsc.world.limits = replace(LimitNumbers(), lists=10_000, at_once=1000)

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    with tempfile.TemporaryDirectory() as seed:
        await seeded(Path(seed) / "bot.sqlite3", smsc, size.accounts)

        @contextmanager
        def copied(busy: float) -> Iterator[tuple[Path, dict[str, str]]]:
            with tempfile.TemporaryDirectory() as text:
                folder = Path(text)
                shutil.copy(Path(seed) / "bot.sqlite3", folder)
                planned(folder / "bot.sqlite3", smsc, busy, size)
                values = environment(smsc, telegram, folder)
                yield folder, {**values, "WATCH_SECONDS": str(int(size.least)), "LOG_LEVEL": "WARNING"}

        if given.only in {None, "cost"}:
            say(f"{'':<26} {'of a core':>11} {'a look':>12} {'memory':>10} {'looks/s':>8} {'requests/s':>11}")
            idle = 0.0
            for title, busy, watched in (
                ("not watched", 0.0, False),
                (f"{size.accounts} quiet accounts", 0.0, True),
                ("of them 10 % busy", 0.1, True),
                ("all busy", 1.0, True),
            ):
                with copied(busy) as (folder, values):
                    how = {} if watched else {"WATCH_SECONDS": "0"}
                    async with Process({**values, **how}, folder / "log") as bot:
                        found = await cost(bot, smsc, size)
                idle = idle if watched else found.cpu / found.seconds
                say(found.line(title, idle))
        if given.only in {None, "restart"}:
            for title, late in (("started again at once", 0.0), ("after a day", _DAY)):
                with copied(1.0) as (folder, values):
                    with opened(folder / "bot.sqlite3") as tx:
                        tx.execute(
                            "UPDATE watches SET since = since - ?, next = next - ?, asked = asked - ?", [late] * 3
                        )
                    say(f"{title:<26} {await restarted(values, folder, smsc, size)}")
        if given.only in {None, "told"}:
            with copied(0.0) as (folder, values):
                say(f"{'a change is told after':<26} {await told(values, folder, smsc, telegram, size.changes)}")
        if given.only in {None, "timeline"}:
            with copied(0.0) as (folder, values):
                for line in await timeline(values, folder, smsc, telegram):
                    say(f"{'timeline of 1 000 events':<26} {line}")
    await telegram.close()
    await smsc.close()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
