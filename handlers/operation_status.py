"""What became of a changing request: on its way, waiting, looked for, done, refused.

sent ─▶ "Sending…" ─▶ receipt (stays in the chat) ─▶ [Enter the code] [Back to the form] …
          │                                               └▶ of another account: [Switch and go on]
          ├▶ planned for later ─▶ [Call it off]: of several, all that were not sent
          └▶ the answer was lost ─▶ "Looking whether it went through" ─▶ receipt
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.accounts import Accounts, Scope
from bot.actions.conversations import CODE
from bot.actions.resuming import go_on, scope_of, whose_line
from bot.conversation.form import resume_button
from bot.conversation.screen import Screen
from bot.locales import Texts, say
from bot.screens.accounts import whose
from bot.screens.buttons import BackToForm, GoOnThere, ShowOperation, Way
from bot.screens.operations import company_rows, no_such, operation_screen
from bot.screens.parameters import sent
from bot.senders.listing import Listings
from bot.senders.operation import NOTICE_KIND, PROGRESS_KIND, Operation
from bot.senders.operations import Operations
from bot.smsc import Catalogue, Command, ErrorKind
from bot.storage.operations import OperationState
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import Routes

routes: Final = Routes()
_FORMS_MOST: Final = 2


@routes.notice(NOTICE_KIND, quiet=True)
async def notice(
    chat: ChatContext,
    t: Texts,
    body: Mapping[str, Any],
    operations: Operations,
    listings: Listings,
    accounts: Accounts,
    catalogue: Catalogue,
    forms: Forms,
) -> Screen | None:
    """Draws what the outbox has to tell of an operation: as it stands now.

    That it goes on later is told where the request is on the screen, and never instead of what is in use there.
    """
    operation = await operations.journal.load(int(body["operation"]), chat.person.user_id)
    if operation is None:
        return None
    still_to_send = operation.state in {OperationState.PLANNED, OperationState.SENT}
    if still_to_send and chat.person.about != operation.about and not operation.waits_for_key:
        return None
    scope = await accounts.scope(chat.person)
    screen = operation_screen(t, operation, await _ref(operation, scope, listings))
    screen = await _told_whose(chat, screen, operation, scope, accounts)
    sent = operation.command is Command.SEND_CODE and operation.state is OperationState.DONE
    wrong = operation.command is Command.CHECK_CODE and operation.answer.error_kind is ErrorKind.WRONG_CODE
    asks_code = sent or wrong
    if asks_code and chat.person.open is None and not chat.among_others and operation.belongs_to(scope):
        return (await forms.begin(chat, CODE, {"number": operation.name})).with_note(screen.text)
    screen = replace(screen, rows=(*company_rows(t, operation, catalogue), *screen.rows))
    chat.changes.about = operation.about
    if screen.lasting and chat.person.open is None:  # what was set aside for it can be gone on with
        waiting_forms = [(resume_button(t, *each),) for each in forms.unfinished(chat)]
        screen = replace(screen, rows=(*screen.rows, *waiting_forms[:_FORMS_MOST]))
    return screen


@routes.notice(PROGRESS_KIND)
async def progress(chat: ChatContext, t: Texts, body: Mapping[str, Any], operations: Operations) -> Screen | None:
    """How far several requests are, where the receipt did not come in the meantime, or the person went elsewhere."""
    operation = await operations.journal.load(int(body["operation"]), chat.person.user_id)
    if operation is None or operation.state.over or chat.person.about != operation.about:
        return None
    chat.changes.about = operation.about
    return operation_screen(t, operation, None)


@routes.button(ShowOperation)
async def look(
    chat: ChatContext,
    t: Texts,
    button: ShowOperation,
    operations: Operations,
    accounts: Accounts,
    listings: Listings,
    catalogue: Catalogue,
) -> Screen:
    """How an operation stands now, and what it carries; calls it off where that is asked and still possible."""
    if button.then == "cancel":
        await operations.cancel(button.operation, chat.person.user_id)
    operation = await operations.journal.load(button.operation, chat.person.user_id)
    if operation is None:
        return no_such(t)
    chat.changes.about = operation.about
    scope = await accounts.scope(chat.person)
    screen = operation_screen(t, operation, await _ref(operation, scope, listings))
    carried = sent(t, catalogue, operation.command, operation.values)
    screen = replace(screen, text=t.lines(screen.text, "", *carried)) if carried else screen
    screen = replace(screen, rows=(*company_rows(t, operation, catalogue), *screen.rows))
    return replace(await _told_whose(chat, screen, operation, scope, accounts), lasting=False)


@routes.button(BackToForm)
async def again(
    chat: ChatContext, t: Texts, button: BackToForm, operations: Operations, accounts: Accounts, forms: Forms
) -> Screen:
    """Goes on with the form of a request that was not accepted; its answers are all there."""
    operation = await operations.journal.load(button.operation, chat.person.user_id)
    return await go_on(chat, t, operation, Way.FORM, accounts, operations, forms)


@routes.button(GoOnThere)
async def there(
    chat: ChatContext, t: Texts, button: GoOnThere, operations: Operations, accounts: Accounts, forms: Forms
) -> Screen:
    """Puts the account and subclient of an operation in use, and goes on there."""
    operation = await operations.journal.load(button.operation, chat.person.user_id)
    scope = await scope_of(operation, chat.person.user_id, accounts) if operation is not None else None
    if scope is not None:
        chat.changes.person = chat.person.acting_for(scope.account.id, scope.subclient)
        chat.changes.scope = scope
        chat.changes.note = say("In use now: <b>{account}</b>.", account=whose(scope))
    return await go_on(chat, t, operation, button.way, accounts, operations, forms)


async def _told_whose(
    chat: ChatContext, screen: Screen, operation: Operation, in_use: Scope | None, accounts: Accounts
) -> Screen:
    """The screen with a line that says whose the operation is: as it was made, whatever is in use now."""
    t, made_for = chat.t, await scope_of(operation, chat.person.user_id, accounts)
    line = await whose_line(t, made_for, in_use, accounts) if made_for is not None else None
    return screen if line is None else replace(screen, text=t.lines(screen.text, "", line))


async def _ref(operation: Operation, scope: Scope | None, listings: Listings) -> int | None:
    if operation.state is not OperationState.DONE or operation.command is Command.DEL:
        return None
    if scope is None or not operation.belongs_to(scope):
        return None
    known = await listings.at_hand(scope, operation.name, operation.sms_id or operation.answer.id)
    return known.ref if known is not None else None
