"""What watching 10 000 accounts costs: processor time and memory, beside the same bot that does not watch.

Run with `make watch-benchmark`. It prints a table; it is not a test. The bot is a process of its own, the stand-ins are
in this one. The accounts are quiet (nothing moved for ten days), a part of them is busy (something moved today).
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import psutil
from pydantic import SecretStr

from bot.accounts import Account, Accounts
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import Account as SmscAccount
from bot.sandbox.smsc import LimitNumbers, SmscSandbox
from bot.senders import kept
from bot.senders.kept import Fetched
from bot.smsc import OperatorStatus, PasswordAuth, SenderName, Service
from bot.storage import watch
from bot.storage.database import Database
from bot.storage.watch import WatchRow
from bot.vault import Vault, read_key
from tests.running import KEY, Process, environment

ACCOUNTS: Final = 10_000
NAMES: Final = 3
WARM_SECONDS: Final = 20.0
SECONDS: Final = 120.0
LEAST: Final = 300.0
_DAY: Final = 86_400.0


async def seeded(path: Path, smsc: SmscSandbox, busy: float) -> None:
    """A file with the accounts, each listed once; a share of them is `busy`. Their looks are spread."""
    vault, now = Vault([read_key(KEY)]), time.time()
    database = Database.open(path)
    accounts = Accounts(database, vault, (Service.parse(smsc.url),), lambda: now)
    chance = random.Random(1)  # noqa: S311  # made-up times
    listed = [
        SenderName(number, f"NAME{number}", None, None, (OperatorStatus("MTS", "3", "mts_step"),))
        for number in range(1, NAMES + 1)
    ]
    service = accounts.services[0]
    for number in range(1, ACCOUNTS + 1):
        login = f"client{number}"
        if login not in smsc.world.accounts:
            smsc.world.add_account(SmscAccount(login, "secret", f"key-{number}"))
            smsc.world.add_names(login, [f"NAME{each}" for each in range(1, NAMES + 1)])
        account = Account(number, number, service, login, login)
        await accounts.connect(account, PasswordAuth(login, SecretStr("secret")))
        moved = now if chance.random() < busy else now - 10 * _DAY
        period = LEAST if moved == now else 12 * LEAST
        row = WatchRow(
            number,
            "",
            service=service.counts_as,
            who=f"login:{login}",
            since=now,
            next=now + chance.random() * period,
            asked=now,
            whole=now - chance.random() * _DAY,
            moved=moved,
        )
        await database.run(lambda tx, n=number: kept.replace(tx, n, "", Fetched(listed, listed), now))  # type: ignore[misc]
        await database.run(lambda tx, each=row: watch.save(tx, [each]))  # type: ignore[misc]
    await database.close()


async def measured(smsc: SmscSandbox, telegram: TelegramSandbox, folder: Path, least: str) -> tuple[float, float, int]:
    """Share of a core, resident megabytes, and requests to SMSC, of the bot for a while."""
    values = {**environment(smsc, telegram, folder), "WATCH_SECONDS": least, "LOG_LEVEL": "WARNING"}
    async with Process(values, folder / "log") as bot:
        process = psutil.Process(bot.pid)
        await asyncio.sleep(WARM_SECONDS)
        before, asked, began = sum(process.cpu_times()[:2]), len(smsc.requests), time.perf_counter()
        await asyncio.sleep(SECONDS)
        cpu = sum(process.cpu_times()[:2]) - before
        share = cpu / (time.perf_counter() - began)
        return share, process.memory_info().rss / 1024 / 1024, len(smsc.requests) - asked


async def main() -> int:
    smsc, telegram = await SmscSandbox.start(), await TelegramSandbox.start()
    smsc.world.limits = LimitNumbers(lists=10_000, at_once=1000)
    lines = [f"{'':<34} {'of a core':>10} {'memory':>10} {'requests/s':>11}"]
    for told, busy, least in (
        ("not watched", 0.0, "0"),
        ("10 000 quiet accounts", 0.0, str(int(LEAST))),
        ("of them 10 % busy", 0.1, str(int(LEAST))),
        ("all busy", 1.0, str(int(LEAST))),
    ):
        with tempfile.TemporaryDirectory() as folder:
            await seeded(Path(folder) / "bot.sqlite3", smsc, busy)
            share, memory, requests = await measured(smsc, telegram, Path(folder), least)
        lines.append(f"{told:<34} {share * 100:9.1f} % {memory:7.0f} MB {requests / SECONDS:11.1f}")
        sys.stdout.write(lines[-1] + "\n")
        sys.stdout.flush()
    await telegram.close()
    await smsc.close()
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
