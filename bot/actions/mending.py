"""Mends a name of many that did not go through: its form, filled in as it was."""

from __future__ import annotations

from typing import Final

from bot.actions.planning import lines_in_batch, why
from bot.conversation.step import Answers
from bot.screens.batches import RowTold
from bot.senders.batch import Batch, BatchRow
from bot.telegram.chat_context import ChatContext
from bot.telegram.services import Services

MENDS: Final = "mends"
"""Under this a draft for a new name knows which row of many it mends: the batch and the row's number; no step's key."""


def to_mend(batch: Batch) -> list[RowTold]:
    """The names that did not go through and can be mended one by one; each by its number, from 1, with why."""
    return [RowTold(each.number + 1, each.name, why(each)) for each in batch.mendable]


async def mended(chat: ChatContext, batch_id: int, number: int, services: Services) -> tuple[BatchRow, Answers] | None:
    """A name that did not go through, and what it was to be registered with; its account and subclient are in use then.

    None where there is no such any more.
    """
    batch = await services.batches.load(batch_id, chat.person.user_id)
    row = next((each for each in batch.mendable if each.number == number), None) if batch is not None else None
    if batch is None or row is None:
        return None
    there = await services.accounts.scope_for(chat.person.user_id, row.account_id or batch.account_id, row.subclient)
    if there is None:
        return None
    chat.changes.person = chat.person.acting_for(there.account.id, row.subclient)
    chat.changes.scope = there
    lines, answers = lines_in_batch(batch.content), dict(batch.content["answers"])
    comment = lines[row.line].comment or answers.get("comment")
    return row, {**answers, **({"comment": comment} if comment else {})}
