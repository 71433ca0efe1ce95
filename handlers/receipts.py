"""What became of a changing request: on its way, waiting, looked for, done, refused.

sent ─▶ "Sending…" ─▶ receipt (stays in the chat)
          └▶ the answer was lost ─▶ "Looking whether it went through" ─▶ receipt
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from markupsafe import Markup

from bot.accounts import Accounts, Scope
from bot.conversation.flow import Draft
from bot.conversation.form import home_button, resume_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.conversation.tap import Tap, tap
from bot.locales import Phrase, Texts, moment, say
from bot.senders.listing import Listings
from bot.senders.operations import NOTICE_KIND, PROGRESS_KIND, Operation, Operations, Request
from bot.smsc import Command
from bot.smsc.catalogue import CODE_AGAIN_HOURS
from bot.storage.operations import OperationState
from bot.telegram.forms import Forms
from bot.telegram.routes import Routes
from bot.telegram.talk import Talk
from handlers.words import reason, waiting

routes: Final = Routes()

_PATIENCE: Final = 0.3
"""Seconds: what is over sooner is told as a receipt at once, without a "Sending…" before it."""
_FORMS_MOST: Final = 2

_DONE: Final[Mapping[Command, Phrase]] = {
    Command.ADD: say("✅ <b>{name}</b> is registered at SMSC. Now the moderator and the operators decide."),
    Command.CHG: say("✅ <b>{name}</b> is changed at SMSC."),
    Command.DEL: say("✅ <b>{name}</b> is deleted at SMSC."),
    Command.SEND_CODE: say("✅ A code is on its way to <b>{name}</b>."),
    Command.CHECK_CODE: say("✅ <b>{name}</b> is confirmed."),
}

_WHAT: Final[Mapping[Command, Phrase]] = {
    Command.ADD: say("Registering <b>{name}</b>"),
    Command.CHG: say("Changing <b>{name}</b>"),
    Command.DEL: say("Deleting <b>{name}</b>"),
    Command.SEND_CODE: say("A code for <b>{name}</b>"),
    Command.CHECK_CODE: say("Confirming <b>{name}</b>"),
}


async def send(
    talk: Talk, t: Texts, scope: Scope, operations: Operations, draft: Draft, requests: Sequence[Request]
) -> Screen | None:
    """Plans the requests of a form, and shows how it goes; None where the receipt comes at once by itself."""
    return await send_as(talk, t, scope, operations, draft.tag, requests)


async def send_as(
    talk: Talk, t: Texts, scope: Scope, operations: Operations, key: str, requests: Sequence[Request]
) -> Screen | None:
    """As `send`, for what has no form; `key` makes a second tap harmless."""
    operation_id = await operations.plan(scope, talk.person.user_id, key, requests)
    talk.about = f"op:{operation_id}"
    talk.person = replace(talk.person, about=talk.about)
    if await operations.settled(operation_id, _PATIENCE):
        return None
    operation = await operations.load(operation_id, talk.person.user_id)
    return operation_screen(t, operation, None) if operation is not None else None


@routes.notice(NOTICE_KIND)
async def notice(
    talk: Talk,
    t: Texts,
    body: Mapping[str, Any],
    operations: Operations,
    listings: Listings,
    accounts: Accounts,
    forms: Forms,
) -> Screen | None:
    """Draws what the outbox has to tell of an operation: as it stands now."""
    operation = await operations.load(int(body["operation"]), talk.person.user_id)
    if operation is None:
        return None
    scope = await accounts.scope(talk.person)
    screen = operation_screen(t, operation, await _ref(operation, scope, listings))
    asks_code = operation.command is Command.SEND_CODE and operation.state is OperationState.DONE
    if asks_code and talk.person.open is None and _is_of(operation, scope):
        return (await forms.begin(talk, "code", {"number": operation.name})).with_note(screen.text)
    talk.about = f"op:{operation.id}"
    if screen.lasting and talk.person.open is None:  # what was set aside for it can be gone on with
        waiting_forms = [(resume_button(t, *each),) for each in forms.unfinished(talk)]
        screen = replace(screen, rows=(*screen.rows, *waiting_forms[:_FORMS_MOST]))
    return screen


@routes.notice(PROGRESS_KIND)
async def progress(talk: Talk, t: Texts, body: Mapping[str, Any], operations: Operations) -> Screen | None:
    """How far several requests are, where the receipt did not come in the meantime, or the person went elsewhere."""
    operation = await operations.load(int(body["operation"]), talk.person.user_id)
    about = f"op:{body['operation']}"
    if operation is None or operation.state.over or talk.person.about != about:
        return None
    talk.about = about
    return operation_screen(t, operation, None)


@routes.tap("op")
async def look(
    talk: Talk, t: Texts, tap: Tap, operations: Operations, accounts: Accounts, listings: Listings
) -> Screen:
    """How an operation stands now; calls it off where that is asked and still possible."""
    number = tap.number(0)
    if number is not None and tap.word(1) == "cancel":
        await operations.cancel(number, talk.person.user_id)
    operation = await operations.load(number, talk.person.user_id) if number is not None else None
    if operation is None:
        return Screen(t("There is no such request any more."), ((home_button(t),),))
    talk.about = f"op:{operation.id}"
    scope = await accounts.scope(talk.person)
    return replace(operation_screen(t, operation, await _ref(operation, scope, listings)), lasting=False)


@routes.tap("again")
async def again(
    talk: Talk, t: Texts, tap: Tap, operations: Operations, forms: Forms, new_id: Callable[[], int]
) -> Screen:
    """Goes on with the form of a request that was not accepted; its answers are all there."""
    number = tap.number(0)
    draft = await operations.draft_of(number, talk.person.user_id) if number is not None else None
    if draft is None:
        return Screen(t("There is no such request any more."), ((home_button(t),),))
    return await forms.take_up(talk, Draft.from_json(draft))


def operation_screen(t: Texts, operation: Operation, ref: int | None) -> Screen:
    """An operation as it stands; what is over is a receipt that stays. `ref` is the name's number in the list."""
    what = t(_WHAT.get(operation.command, say("A request for <b>{name}</b>")), name=operation.name)
    stay: tuple[Row, ...] = ((home_button(t),),)
    match operation.state:
        case OperationState.PLANNED if operation.not_before > 0:
            lines = [what, t(""), t("⏳ {why}", why=waiting(operation))]
            stay = ((Button(t.label("Call it off"), tap("op", operation.id, "cancel")), home_button(t)),)
        case OperationState.PLANNED | OperationState.SENT:
            lines = [what, t(""), t(_sending(operation))]
        case OperationState.UNKNOWN:
            lines = [
                what,
                t(""),
                t(
                    "🔎 SMSC's answer was lost on the way. I am checking whether it went through, and"
                    " will tell you here."
                ),
                t("Please do not send it a second time."),
            ]
            if operation.attempts:
                lines.append(t("The next look is at {time}.", time=moment(operation.not_before)))
        case OperationState.DONE:
            return _receipt(t, operation, ref)
        case _:
            return _not_done(t, operation, what)
    return Screen(t.lines(*lines), stay)


def _sending(operation: Operation) -> Phrase:
    if operation.count == 1:
        return say("⏳ Sending to SMSC…")
    return say("⏳ Sending to SMSC: {done} of {count} done…", done=operation.done, count=operation.count)


def _receipt(t: Texts, operation: Operation, ref: int | None) -> Screen:
    lines: list[Markup] = [t(_DONE.get(operation.command, say("✅ Done: <b>{name}</b>.")), name=operation.name)]
    if operation.answer.id is not None:
        lines.append(t("SMSC ID: <code>{id}</code>", id=operation.answer.id))
    if operation.document is not None:
        lines.append(t("Document: {name}", name=operation.document.name))
    rows: list[Row] = []
    if operation.command is Command.SEND_CODE:
        rows.append((Button(t.label("Enter the code"), tap("code", operation.name), Style.PRIMARY),))
    if ref is not None:
        rows.append((Button(t.label("Open the card"), tap("card", ref), Style.PRIMARY),))
    rows.append((Button(t.label("My names"), tap("names")), home_button(t)))
    return Screen(t.lines(*lines), tuple(rows), lasting=True)


def _not_done(t: Texts, operation: Operation, what: Markup) -> Screen:
    why = reason(operation.answer)
    match operation.state:
        case OperationState.REFUSED:
            told = [t("❌ SMSC refused it, nothing was changed.")]
        case OperationState.NOT_DONE:
            told = [t("❌ It did not go through: nothing was changed at SMSC.")]
        case OperationState.CANCELLED:
            told = [t("Called off. Nothing was sent to SMSC.")]
        case _:
            told = [
                t("❓ SMSC's answer was lost, and its list does not show whether it went through."),
                t("Look at the name before you send it again, so that nothing is paid twice."),
            ]
    rows: list[Row] = []
    if operation.command is Command.SEND_CODE and operation.answer.error == 10:
        again = operation.changed + CODE_AGAIN_HOURS * 3600.0
        told.append(t("You can ask for the next one after {time}.", time=moment(again)))
    if operation.command is Command.CHECK_CODE:
        rows.append((Button(t.label("Enter the code"), tap("code", operation.name), Style.PRIMARY),))
    if operation.command is Command.SEND_CODE and operation.answer.error == 10:
        rows.append((Button(t.label("Enter the code"), tap("code", operation.name), Style.PRIMARY),))
        rows.append((Button(t.label("Remind me"), tap("remind", operation.name)),))
    if operation.can_go_on:
        rows.append((Button(t.label("Back to the form"), tap("again", operation.id)),))
    rows.append((Button(t.label("My names"), tap("names")), home_button(t)))
    return Screen(t.lines(what, "", *told, why), tuple(rows), lasting=True)


def _is_of(operation: Operation, scope: Scope | None) -> bool:
    return scope is not None and (operation.account_id, operation.subclient) == (scope.account.id, scope.subclient)


async def _ref(operation: Operation, scope: Scope | None, listings: Listings) -> int | None:
    if operation.state is not OperationState.DONE or operation.command is Command.DEL:
        return None
    if scope is None or not _is_of(operation, scope):
        return None
    known = await listings.by_name(scope, operation.name)
    return known.ref if known is not None else None
