"""A name is locked against deletion, or unlocked, by a person; its timeline tells who did it and when.

That a locked name is not deleted is checked where the request goes out (`operations.py`): whatever asked for it.
"""

from __future__ import annotations

import orjson

from bot.accounts import Scope
from bot.senders.known import KnownName
from bot.storage import events as events_table
from bot.storage import locks as table
from bot.storage.events import LOCK, EventRow
from bot.storage.transaction import Transaction
from bot.storage.unit_of_work import Write


def turning(scope: Scope, known: KnownName, user_id: int, now: float, *, on: bool) -> Write:
    """What is to be written when a person locks a name, or unlocks it; what is so already is no event."""
    account_id, subclient, name, sms_id = scope.account.id, scope.subclient, known.name, known.id
    body = orjson.dumps({"who": user_id, "on": on}).decode()

    def write(tx: Transaction) -> None:
        if (table.lock if on else table.unlock)(tx, account_id, subclient, name, sms_id):
            event = EventRow(account_id, subclient, name, sms_id, LOCK, now, news=False, body=body)
            events_table.put(tx, [event])

    return write
