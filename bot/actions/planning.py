"""Makes a plan of many names, shows it, and has it carried out; shows how it goes."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.accounts import Scope
from bot.actions.inspection import content_of
from bot.conversation.inputs import FileInput
from bot.conversation.screen import Screen
from bot.locales import Phrase, Texts, say
from bot.reading.rows import Line, lines_of
from bot.reading.tables import TABLE_MOST, TableFlaw, cells_in
from bot.registration.facts import RegistrationFacts
from bot.registration.plans import ROWS_MOST, Plan, Row, planned, requests_of_row, trouble_words
from bot.screens.batches import PlanTold, RowTold, batch_screen, gone_screen, plan_screen
from bot.screens.problems import reason
from bot.senders.batch import Batch, BatchRow, NewRow
from bot.storage.batches import BatchState
from bot.storage.operations import OperationState
from bot.telegram.chat_context import ChatContext
from bot.telegram.services import Services

_LINES_MOST: Final = 2 * ROWS_MOST
"""Lines that are kept of what was sent; the rest is counted."""


async def offered(
    chat: ChatContext, t: Texts, scope: Scope, lines: Sequence[Line], services: Services, more: int = 0
) -> Screen:
    """The plan of what was sent just now, `more` lines of which were not read; it is kept, and nothing is sent."""
    batch_id = services.new_id()
    kept = [[each.name, each.comment, each.subclient] for each in lines[:_LINES_MOST]]
    content = {"lines": kept, "more": more + len(lines) - len(kept), "subclients": [scope.subclient], "answers": {}}
    await services.batches.offer(batch_id, scope, chat.person.user_id, content)
    return await shown(chat, t, batch_id, services)


async def offered_table(
    chat: ChatContext, t: Texts, scope: Scope, file: FileInput, services: Services
) -> Screen | Phrase:
    """The plan of the table in a file; or why there is none."""
    if file.size is not None and file.size > TABLE_MOST:
        return _FLAWS[TableFlaw.LARGE]
    content = await content_of(chat, file, services)
    if isinstance(content, Phrase):
        return content
    cells = await asyncio.to_thread(cells_in, content, file.name)
    if isinstance(cells, TableFlaw):
        return _FLAWS[cells]
    lines = lines_of(cells.rows)
    return await offered(chat, t, scope, lines, services, cells.more) if lines else _FLAWS[TableFlaw.EMPTY]


def is_table(file: FileInput) -> bool:
    """Whether a file is called as tables are; they are no documents that SMSC takes."""
    return file.name.lower().endswith((".csv", ".tsv", ".xlsx", ".xls"))


_FLAWS: Final[Mapping[TableFlaw, Phrase]] = {
    TableFlaw.LARGE: say("This table is too large. A plan has at most {most} names; send it in parts.", most=ROWS_MOST),
    TableFlaw.BROKEN: say("This table cannot be read. Save it as XLSX or CSV, without a password, and send that."),
    TableFlaw.EMPTY: say("No names were found in this table. They stand in a column with the title “Name”."),
}


async def shown(chat: ChatContext, t: Texts, batch_id: int, services: Services) -> Screen:
    """A plan as it would be carried out now; one that was begun, as it stands."""
    batch = await services.batches.load(batch_id, chat.person.user_id)
    if batch is None:
        return gone_screen(t)
    if batch.state is not BatchState.OFFERED:
        return await followed(chat, t, batch, services)
    plan, _facts = await _planned(chat, batch, services)
    if plan is None:
        return gone_screen(t)
    return plan_screen(t, _told(batch, plan, services))


async def begun(chat: ChatContext, t: Texts, batch_id: int, services: Services) -> Screen:
    """Has a plan carried out, as it stands now; what it says is what is sent."""
    batch = await services.batches.load(batch_id, chat.person.user_id)
    if batch is None:
        return gone_screen(t)
    if batch.state is BatchState.OFFERED:
        plan, facts = await _planned(chat, batch, services)
        if plan is None or not plan.sent:
            return await shown(chat, t, batch_id, services)
        answers = batch.content["answers"]
        rows = [
            NewRow(
                row.line,
                row.subclient,
                row.name,
                requests_of_row(row, answers, facts, t) if row.trouble is None else (),
                row.trouble,
            )
            for row in plan.rows
        ]
        await services.batches.begin(batch_id, chat.person.user_id, rows)
    return await shown(chat, t, batch_id, services)


async def followed(chat: ChatContext, t: Texts, batch: Batch, services: Services) -> Screen:
    """How a batch that was begun stands; the panel is about it from now on."""
    chat.changes.about = batch.about
    now = services.clock.now()
    through = max(now, batch.until or 0.0) + 60.0 * (services.batches.minutes(batch.left) - 1)
    return batch_screen(t, batch, [RowTold(each.line + 1, each.name, why(each)) for each in batch.failed], through)


def why(row: BatchRow) -> Phrase:
    """Why a row did not go through."""
    if row.trouble is not None:
        return trouble_words(row.trouble, row.name)
    if row.state is OperationState.UNCLEAR:
        return say("SMSC's answer was lost, and its list does not show whether it went through.")
    return reason(row.answer) or say("It did not go through: nothing was changed at SMSC.")


async def _planned(chat: ChatContext, batch: Batch, services: Services) -> tuple[Plan | None, RegistrationFacts]:
    """The plan of a batch by what the lists say now; None where its account is gone."""
    facts = RegistrationFacts(services.catalogue, services.clock.now(), chat.person.company)
    account = await services.accounts.load(batch.account_id)
    if account is None:
        return None, facts
    lines, subclients = _lines(batch.content), batch.content["subclients"]
    if chat.scope is not None and chat.scope.account.id == account.id:
        await services.listings.refresh(chat.scope)
    known = {"", *subclients, *await services.listings.subclients(account)}
    taken = {each: await services.listings.taken(Scope(account, each)) for each in known}
    return planned(lines, subclients, taken, batch.content["answers"], facts), facts


def _lines(content: Mapping[str, Any]) -> list[Line]:
    return [Line(*each) for each in content["lines"]]


def _told(batch: Batch, plan: Plan, services: Services) -> PlanTold:
    def row_told(row: Row, told: Phrase) -> RowTold:
        return RowTold(row.line + 1, row.name, told)

    return PlanTold(
        batch=batch.id,
        send=[each.name for each in plan.sent],
        cannot=[row_told(each, trouble_words(each.trouble, each.name)) for each in plan.rows if each.trouble],
        doubtful=[row_told(each, each.doubt) for each in plan.sent if each.doubt is not None],
        costs=plan.costs,
        fees=plan.fees,
        minutes=services.batches.minutes(len(plan.sent)),
        left_out=plan.left_out + batch.content["more"],
        most=ROWS_MOST,
    )


def failed_rows(t: Texts, batch: Batch) -> bytes:
    """What did not go through as a table that is read again: a name, its comment, its subclient, and why."""
    lines = _lines(batch.content)
    titles = [t.label("Name"), t.label("Comment"), t.label("Subclient"), t.label("Why")]
    rows = [[each.name, lines[each.line].comment, each.subclient, t.label(why(each))] for each in batch.failed]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(
        [[_plain(each) for each in row] for row in (titles, *rows)]
    )
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV Injection)."""
    return f"'{cell}" if cell.lstrip(" \"'")[:1] in set("=+-@\t\r＝＋－＠") else cell
