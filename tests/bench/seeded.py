"""A database as it is after a while: people with an account each, names, and history; made before the bot starts.

Nothing moved at SMSC for a month, so that the watch looks at each account once an hour, by turns. It is written by the
bot's own functions, so that a new table or column needs no change here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from bot.accounts import Account, Accounts
from bot.people import People
from bot.sandbox.smsc import Account as SmscAccount
from bot.sandbox.smsc import SmscSandbox
from bot.settings import Settings
from bot.smsc import Command, KeyAuth
from bot.storage import operations, watch
from bot.storage.database import Database
from bot.storage.operations import OperationRow, OperationState
from bot.storage.transaction import Transaction
from bot.vault import Vault
from tests.bench.api import TOKEN
from tests.running import KEY

FIRST: Final = 1000
"""The first person's number; the others follow."""
_HOUR: Final = 3_600.0
_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Seed:
    """So many people with an account each, each account with so many names; so many requests in the history of all."""

    people: int
    names: int = 1
    history: int = 0


async def seed(path: Path, smsc: SmscSandbox, what: Seed) -> None:
    """Makes the file; SMSC's stand-in knows the accounts and the names."""
    settings = Settings.model_validate(
        {"bot_token": TOKEN, "smsc_hosts": smsc.url, "secret_keys": KEY, "database_path": str(path)}
    )
    vault = Vault(settings.keys())
    database = Database.open(path)
    try:
        accounts = Accounts(database, vault, settings.services(), time.time)
        everybody = People(database, vault, time.time)
        for number in range(FIRST, FIRST + what.people):
            login, key = f"client{what.names}-{number}", f"KEY{what.names:07}{number:022}"
            if login not in smsc.world.accounts:
                smsc.world.add_account(SmscAccount(login, f"password-{number}", key))
                smsc.world.add_names(login, (f"NAME{each}" for each in range(what.names)))
            account = Account(number, number, accounts.services[0], None, None)
            await accounts.connect(account, KeyAuth(SecretStr(key)))
            person = replace(await everybody.load(number), account_id=number, hint="en", keyboard_message=1)
            await database.run(everybody.saving(person))
        await database.run(lambda db: _history(db, vault, what))
        await database.run(_watched)
    finally:
        await database.close()


def _watched(db: Transaction) -> None:
    """Every account was looked at within the last hour."""
    now = time.time()
    watch.admit(db, now, most=100)
    rows = watch.in_use(db)
    ago = {each.account_id: _HOUR * number / len(rows) for number, each in enumerate(rows)}
    watch.save(
        db,
        (
            replace(
                each,
                since=now - ago[each.account_id],
                next=now - ago[each.account_id] + _HOUR,
                asked=now - ago[each.account_id],
                whole=now - ago[each.account_id],
                moved=now - 30 * _DAY,
            )
            for each in rows
        ),
    )


def _history(db: Transaction, vault: Vault, what: Seed) -> None:
    """Requests that are done since long, of everybody by turns."""
    sealed, long_ago = vault.seal(b"{}", "bench"), time.time() - 400 * _DAY
    for number in range(what.history):
        person = FIRST + number % what.people
        operations.plan(
            db,
            OperationRow(
                id=0,
                key=f"bench:{number}",
                user_id=person,
                account_id=person,
                subclient="",
                command=Command.ADD.value,
                name=f"OLD{number % 997}",
                sealed=sealed,
                after=None,
                state=OperationState.DONE,
                not_before=0.0,
                attempts=1,
                answer=None,
                created=long_ago + number,
                changed=long_ago + number,
                what="add",
            ),
        )
