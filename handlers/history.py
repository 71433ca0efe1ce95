"""What was done, when, with what answer: the journal, newest first. Nothing in it can be changed from here.

/history ─▶ [request] ─▶ as it stands          [‹] 2/5 [›]
card ─▶ [History] ─▶ the same, of one name     /history PARUS
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.accounts import Scope
from bot.colleagues import Colleagues
from bot.conversation.form import clipped, home_button
from bot.conversation.screen import Button, Row, Screen
from bot.locales import Phrase, Texts, moment, say
from bot.screens.accounts import whose
from bot.screens.buttons import OpenCard, ShowHistory, ShowOperation
from bot.screens.colleagues import named
from bot.screens.lookups import unfound
from bot.screens.problems import reason
from bot.senders.listed import PAGE, Found
from bot.senders.listing import Listings, parts
from bot.senders.operation import Operation
from bot.senders.operations import Operations
from bot.smsc import Command
from bot.storage.operations import OperationState
from bot.telegram.chat_context import ChatContext
from bot.telegram.routes import Routes

routes: Final = Routes()
_NEWEST: Final = ShowHistory()

_COMMANDS: Final[Mapping[Command, Phrase]] = {
    Command.ADD: say("add"),
    Command.CHG: say("change"),
    Command.DEL: say("delete"),
    Command.SEND_CODE: say("send a code"),
    Command.CHECK_CODE: say("check a code"),
}
_STATES: Final[Mapping[OperationState, Phrase]] = {
    OperationState.AWAITS: say("waiting for an owner"),
    OperationState.PLANNED: say("waiting to be sent"),
    OperationState.SENT: say("on its way"),
    OperationState.UNKNOWN: say("answer lost, being looked up"),
    OperationState.DONE: say("SMSC took it"),
    OperationState.REFUSED: say("refused"),
    OperationState.NOT_DONE: say("did not go through"),
    OperationState.UNCLEAR: say("unclear whether it went through"),
    OperationState.CANCELLED: say("called off"),
}
_DOCUMENT: Final = say("document for")
_PAGES_MOST: Final = 100_000
_MARKS: Final = {
    OperationState.DONE: "✅",
    OperationState.AWAITS: "🖐",
    OperationState.PLANNED: "⏳",
    OperationState.SENT: "⏳",
}


@routes.command("history")
@routes.button(ShowHistory)
async def history(
    chat: ChatContext,
    t: Texts,
    scope: Scope,
    operations: Operations,
    listings: Listings,
    colleagues: Colleagues,
    word: str = "",
    button: ShowHistory = _NEWEST,
) -> Screen:
    """A page of the journal: of one name where a button or a word says so."""
    name, sms_id = parts(word) if word else (None, None)
    ref = button.ref
    if ref is not None:
        looked = await listings.by_ref(scope, ref)
        if not isinstance(looked, Found):
            return unfound(t, looked)
        name, sms_id = looked.known.name, looked.known.id
    number = min(button.page, _PAGES_MOST)
    rows = await operations.journal.history(scope, name=name, sms_id=sms_id, limit=PAGE + 1, offset=number * PAGE)
    shown, who = rows[:PAGE], dict[int, str]()
    if any(each.user_id != scope.user_id for each in shown):
        who = {each.user_id: await colleagues.name(each.user_id) for each in shown}
    return history_screen(t, scope, shown, number, more=len(rows) > PAGE, name=name, ref=ref, who=who)


def history_screen(
    t: Texts,
    scope: Scope,
    rows: list[Operation],
    number: int,
    *,
    more: bool,
    name: str | None,
    ref: int | None,
    who: Mapping[int, str] | None = None,
) -> Screen:
    """The journal as a person reads it. `who` asked for it, by their ids, where that was not this person alone."""
    lines = [t("<b>History</b> of what you did: {account}", account=whose(scope))]
    if who:
        lines = [t("<b>History</b> of what was done: {account}", account=whose(scope))]
    if name is not None:
        lines.append(t("Name: <b>{name}</b>", name=name))
    lines.append(t(""))
    if not rows:
        lines.append(t("Nothing was done yet.") if number == 0 else t("There is nothing more."))
    buttons: list[Row] = []
    for place, each in enumerate(rows, number * PAGE + 1):
        what = _DOCUMENT if each.only_document else _COMMANDS.get(each.command, say("a request"))
        told = {
            "place": place,
            "mark": _MARKS.get(each.state, "❗"),
            "time": moment(each.created),
            "what": what,
            "name": each.name,
            "state": _STATES[each.state],
        }
        if each.document is None:
            lines.append(t("{place}. {mark} {time}: {what} <b>{name}</b>: {state}", **told))
        else:
            lines.append(
                t("{place}. {mark} {time}: {what} <b>{name}</b>, {file}: {state}", file=each.document.name, **told)
            )
        if who:
            by = say("you") if each.user_id == scope.user_id else named(who.get(each.user_id, ""))
            lines.append(t("   👤 {name}", name=by))
        why = reason(each.answer)
        if why is not None and each.state is not OperationState.DONE:
            lines.append(t("   {why}", why=why))
        subject = each.document.name if each.only_document and each.document is not None else each.name
        label = f"{place}. {_MARKS.get(each.state, '❗')} {subject}"
        buttons.append((Button(clipped(label), ShowOperation(each.id)),))
    turns: Row = ()
    if number:
        turns = (*turns, Button("‹", ShowHistory(number - 1, ref)))
    if more:
        turns = (*turns, Button("›", ShowHistory(number + 1, ref)))
    back: Row = (Button(clipped(f"‹ {name}"), OpenCard(ref)),) if name is not None and ref is not None else ()
    return Screen(t.lines(*lines), (*buttons, turns, (*back, home_button(t))))
