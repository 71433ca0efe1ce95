"""The code that SMSC sent to a number: asked for, or found in the SMS, and checked.

[Enter the code], a code or its SMS while one is awaited ─▶ checked ─▶ receipt
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.accounts import Accounts, Scope
from bot.actions.codes import awaited, sent_by
from bot.actions.conversations import CODE
from bot.actions.resuming import go_on
from bot.actions.sending import send
from bot.clock import Clock
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.inputs import Input, TextInput
from bot.conversation.screen import Screen
from bot.conversation.step import Answers, Json, Problem, Step
from bot.locales import Phrase, Texts, say, say_n, verbatim
from bot.reading.codes import code_asked_for, code_in, is_sms_about
from bot.rights import Right
from bot.screens.buttons import EnterCode, Way
from bot.senders.operation import Request
from bot.senders.operations import Operations
from bot.smsc import Command, ErrorKind
from bot.storage.operations import OperationState
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import Routes

routes: Final = Routes()


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """The number, and how many codes were wrong since the last one was sent."""

    number: str
    tries: int


def _ask_code(_answers: Answers, facts: CodeFacts) -> Phrase:
    if facts.tries:
        return say(
            "Which code came to {number}? Type it, or paste the whole SMS. {tries}",
            number=facts.number,
            tries=say_n("{count} code was wrong so far.", "{count} codes were wrong so far.", facts.tries),
        )
    return say("Which code came to {number}? Type it, or paste the whole SMS.", number=facts.number)


def _read_code(received: Input, _answers: Answers, _facts: CodeFacts) -> Json | Problem:
    code = code_asked_for(received.text if isinstance(received, TextInput) else "")
    if code.candidates:
        return Problem(say("Which of these is the code?"), code.candidates)
    return code.value or Problem(say("There is no code in this. It is a number of 4 to 8 digits."))


FLOW: Final = Flow[CodeFacts](
    name=CODE,
    version=1,
    title=say("The code"),
    send=say("Check it"),
    summary=False,
    about=lambda answers: str(answers.get("number") or ""),
    steps=(
        Step(key="code", label=say("Code"), ask=_ask_code, example=verbatim("4821"), read=_read_code, secret=False),
    ),
)


@routes.button(EnterCode)
async def enter(
    chat: ChatContext, t: Texts, button: EnterCode, operations: Operations, accounts: Accounts, forms: Forms
) -> Screen:
    """Asks for the code that was sent to a number; what counts is one's role there, not here."""
    meant = await sent_by(chat, button.number, button.operation, operations, accounts)
    return await go_on(chat, t, meant, Way.ENTER, accounts, operations, forms)


async def facts(chat: ChatContext, draft: Draft, scope: Scope, operations: Operations) -> CodeFacts:
    """The number, and the wrong codes so far."""
    number = str(draft.answers.get("number", ""))
    tries = 0
    for each in await operations.journal.history(scope, name=number, limit=50):
        if each.command is Command.SEND_CODE and each.state is OperationState.DONE:
            break
        wrong = each.answer.error_kind is ErrorKind.WRONG_CODE
        tries += each.command is Command.CHECK_CODE and wrong
    return CodeFacts(number, tries)


async def finish(
    chat: ChatContext, t: Texts, draft: Draft, answers: Answers, facts: CodeFacts, scope: Scope, operations: Operations
) -> Screen | None:
    """Plans the check."""
    request = Request(Command.CHECK_CODE, facts.number, {"sender": facts.number, "code": answers["code"]})
    return await send(chat, t, scope, operations, draft, [request])


routes.conversation(FLOW, facts=facts, finish=finish, needs=Right.PREPARE)


@routes.interrupt(TextInput)
async def sms(
    chat: ChatContext, received: TextInput, scope: Scope, operations: Operations, clock: Clock, forms: Forms
) -> Screen | None:
    """The SMS with an awaited code while another form is open: it is no answer to that form.

    Only what was forwarded, or is clearly the SMS as a whole; whatever else is typed is the form's.
    """
    if chat.person.open == CODE or not code_in(received.text) or await forms.asks_secret(chat):
        return None
    operation = await awaited(chat, scope, operations, clock)
    if operation is None:
        return None
    site = str(operation.values.get("site_name") or "")
    if not (received.forwarded or is_sms_about(received.text, operation.name, site)):
        return None
    return await forms.begin(chat, CODE, {"number": operation.name}, received=received)
