"""A database as it is after a while: people with an account each, names, and history; made before the bot starts.

It is written by the bot's own functions, so that a new table or column needs no change here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from bot.accounts import Account, Accounts
from bot.people import People
from bot.sandbox.smsc import Account as SmscAccount
from bot.sandbox.smsc import SmscSandbox
from bot.settings import Settings
from bot.smsc import KeyAuth
from bot.storage.database import Database
from bot.vault import Vault
from tests.running import KEY

FIRST = 1000
"""The first person's number; the others follow."""
_SERVICE = 0


def _keys(people: range) -> Iterator[tuple[int, str]]:
    for number in people:
        yield number, f"KEY{number:029}"


async def seed(path: Path, smsc: SmscSandbox, people: range) -> None:
    """Makes the file, with an account connected for each of these people, which SMSC's stand-in knows."""
    settings = Settings.model_validate(
        {
            "bot_token": "4200:BENCHBENCHBENCHBENCHBENCHBENCHBENCHB",
            "smsc_hosts": smsc.url,
            "secret_keys": KEY,
            "database_path": str(path),
        }
    )
    vault = Vault(settings.keys())
    database = Database.open(path)
    try:
        accounts = Accounts(database, vault, settings.services(), time.time)
        everybody = People(database, vault, time.time)
        for number, key in _keys(people):
            login = f"client{number}"
            smsc.world.add_account(SmscAccount(login, f"password-{number}", key))
            account = Account(number, number, accounts.services[_SERVICE], None, None)
            await accounts.connect(account, KeyAuth(SecretStr(key)))
            person = replace(await everybody.load(number), account_id=number, hint="en", bar=1)
            await database.run(everybody.saving(person))
    finally:
        await database.close()
