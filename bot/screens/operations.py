"""A changing request as it stands: on its way, waiting, looked for, done, refused; one that is of another account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from bot.accounts import KEY_REFUSED, KEY_UNREADABLE, Scope
from bot.conversation.callback import Callback
from bot.conversation.form import home_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.locales import Phrase, Texts, moment, say, say_n, verbatim
from bot.screens.accounts import whose
from bot.screens.buttons import (
    BackToForm,
    EnterCode,
    GoOnThere,
    KeepCompany,
    OpenAccount,
    OpenCard,
    RemindOfCode,
    ShowNames,
    ShowOperation,
    Way,
)
from bot.screens.files import documents_told
from bot.screens.problems import REASONS, reason, waiting
from bot.senders.operation import Operation
from bot.smsc import Catalogue, Command, ErrorKind
from bot.smsc.errors import CODE_AGAIN_SECONDS
from bot.storage.operations import OperationState

_DONE: Final[Mapping[Command, Phrase]] = {
    Command.ADD: say("📨 The application for <b>{name}</b> is sent, and SMSC took it. The moderator decides now."),
    Command.CHG: say("📨 The change of <b>{name}</b> is sent, and SMSC took it."),
    Command.DEL: say("✅ <b>{name}</b> is deleted at SMSC."),
    Command.SEND_CODE: say("📨 A code is on its way to <b>{name}</b>: SMSC took the request. Wait for the SMS."),
    Command.CHECK_CODE: say("✅ SMSC took the code: <b>{name}</b> is confirmed. Its card says when it is active."),
}
_NUMBER_ADDED: Final = say(
    "📨 <b>{name}</b> is in your list at SMSC. It becomes active when it is confirmed by a code."
)
_WITH_OPERATORS: Final = say("The moderator and the operators decide now; their answers are on the card.")

_WHAT: Final[Mapping[Command, Phrase]] = {
    Command.ADD: say("Application for <b>{name}</b>"),
    Command.CHG: say("Changing <b>{name}</b>"),
    Command.DEL: say("Deleting <b>{name}</b>"),
    Command.SEND_CODE: say("A code for <b>{name}</b>"),
    Command.CHECK_CODE: say("Confirming <b>{name}</b>"),
}

_WAITS_FOR_KEY: Final = {
    KEY_REFUSED: say(
        "The account is paused: SMSC refused its key (error 2). It is sent by itself as soon as the account is"
        " connected again."
    ),
    KEY_UNREADABLE: say(
        "The account is paused: its key, as it is stored here, cannot be read any more. The request is sent by itself"
        " as soon as the account is connected again."
    ),
}


def elsewhere_screen(
    t: Texts, operation: Operation, made_for: Scope, in_use: Scope | None, way: Way, *, here: Callback | None = None
) -> Screen:
    """What is to be gone on with belongs to another account or subclient. `here` goes on in the one in use."""
    lines = [t("This belongs to <b>{account}</b>: <b>{name}</b>.", account=whose(made_for), name=operation.name)]
    if in_use is not None:
        lines.append(t("In use now: <b>{account}</b>.", account=whose(in_use)))
    rows: list[Row] = [(Button(t.label("Switch and go on"), GoOnThere(operation.id, way), Style.PRIMARY),)]
    if here is not None:
        rows.append((Button(t.label("Go on here"), here),))
    return Screen(t.lines(*lines), (*rows, (home_button(t),)))


def forgotten_screen(t: Texts) -> Screen:
    """What is to be gone on with was done for an account that is not there any more."""
    return Screen(t(REASONS["account_gone"]), ((Button(t.label("Account"), OpenAccount()), home_button(t)),))


def no_such(t: Texts) -> Screen:
    """A request that is not in the journal."""
    return Screen(t("There is no such request any more."), ((home_button(t),),))


def operation_screen(t: Texts, operation: Operation, ref: int | None) -> Screen:
    """An operation as it stands; what is over is a receipt that stays. `ref` is the name's number in the list."""
    what = t(what_it_asks(operation), name=operation.name)
    stay: tuple[Row, ...] = ((home_button(t),),)
    match operation.state:
        case OperationState.AWAITS:
            lines = [
                what,
                t(""),
                t("🖐 It waits for an owner of the account. Nothing is sent before they say yes; I will tell you here."),
                *_others(t, operation),
            ]
            off = Button(t.label("Call it off"), ShowOperation(operation.id, "cancel"))
            return Screen(t.lines(*lines), ((*((off,) if operation.mine else ()), home_button(t)),), lasting=True)
        case OperationState.PLANNED if operation.waits_for_key:
            lines = [
                what,
                t(""),
                t("⏸ {why}", why=_WAITS_FOR_KEY[operation.answer.why or KEY_REFUSED]),
                *_rest(t, operation),
            ]
            rows: tuple[Row, ...] = (
                (Button(t.label("Account"), OpenAccount(), Style.PRIMARY),),
                (Button(t.label("Call it off"), ShowOperation(operation.id, "cancel")), home_button(t)),
            )
            return Screen(t.lines(*lines), rows, lasting=True)
        case OperationState.PLANNED if operation.not_before > 0:
            lines = [what, t(""), t("⏳ {why}", why=waiting(operation)), *_rest(t, operation)]
            stay = ((Button(t.label("Call it off"), ShowOperation(operation.id, "cancel")), home_button(t)),)
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


def what_it_asks(operation: Operation) -> Phrase:
    """What a request is for, with room for the `name`."""
    if operation.only_document:
        return say("Documents for <b>{name}</b>")
    return _WHAT.get(operation.command, say("A request for <b>{name}</b>"))


def _others(t: Texts, operation: Operation) -> list[Markup]:
    """How many requests go together with it."""
    if operation.count == 1:
        return []
    return [t(say_n("{count} request goes together.", "{count} requests go together.", operation.count))]


def _rest(t: Texts, operation: Operation) -> list[Markup]:
    """Of several requests: the place of the one that waits, and that the others wait for it."""
    if operation.count == 1:
        return []
    return [
        t(
            "It is request {number} of {count}; the others follow it by themselves.",
            number=operation.done + 1,
            count=operation.count,
        )
    ]


def _sending(operation: Operation) -> Phrase:
    if operation.count == 1:
        return say("⏳ Sending to SMSC…")
    return say("⏳ Sending to SMSC: {done} of {count} done…", done=operation.done, count=operation.count)


def _receipt(t: Texts, operation: Operation, ref: int | None) -> Screen:
    lines = _done(t, operation)
    number = operation.answer.id if operation.answer.id is not None else operation.values.get("id")
    if number is not None:  # of two names with one spelling it tells which
        lines.append(t("SMSC ID: <code>{id}</code>", id=number))
    rows: list[Row] = []
    if operation.command is Command.SEND_CODE:
        rows.append((enter_button(t, operation, Style.PRIMARY),))
    if ref is not None:
        rows.append((Button(t.label("Open the card"), OpenCard(ref), Style.PRIMARY),))
    rows.append((Button(t.label("My names"), ShowNames()), home_button(t)))
    return Screen(t.lines(*lines), tuple(rows), lasting=True)


def _done(t: Texts, operation: Operation) -> list[Markup]:
    """What was done, with the document that went along, or how many did."""
    count, file = operation.documents, operation.document
    brought = verbatim(file.name) if file is not None and count <= 1 else documents_told(count)
    if operation.only_document:
        told = say(
            "📨 Documents for <b>{name}</b> are at SMSC: {documents}. The moderator looks at them now.",
            name=operation.name,
            documents=brought,
        )
        return [t(told)]
    number = operation.command is Command.ADD and operation.name.isdigit()
    phrase = _NUMBER_ADDED if number else _DONE.get(operation.command, say("SMSC took it: <b>{name}</b>."))
    done = t(phrase, name=operation.name)
    if operation.command is Command.CHG and any(value is True for value in operation.values.values()):
        done = t.lines(done, _WITH_OPERATORS)
    if file is None and not count:
        return [done]
    return [
        done,
        t("Document: {name}", name=brought) if count <= 1 else t("Sent with it: {documents}.", documents=brought),
    ]


def _not_done(t: Texts, operation: Operation, what: Markup) -> Screen:
    why = reason(operation.answer)
    match operation.state:
        case OperationState.REFUSED:
            told = [t("❌ SMSC refused it, nothing was changed.")]
        case OperationState.NOT_DONE:
            told = [t("❌ It did not go through: nothing was changed at SMSC.")]
        case OperationState.CANCELLED if operation.sent:
            told = [
                t(
                    "Called off. {sent} of {count} requests had gone to SMSC before; nothing more is sent.",
                    sent=operation.sent,
                    count=operation.count,
                )
            ]
        case OperationState.CANCELLED:
            told = [t("Called off. Nothing was sent to SMSC.")]
        case _:
            told = [
                t("❓ SMSC's answer was lost, and its list does not show whether it went through."),
                t("Look at the name before you send it again, so that nothing is paid twice."),
            ]
    if operation.count > 1 and operation.state is not OperationState.CANCELLED:
        told.append(
            t(
                "Done before it: {done} of {count}. What was to follow it is called off.",
                count=operation.count,
                done=operation.done,
            )
        )
    no_code = operation.command is Command.SEND_CODE
    asked_too_soon = no_code and operation.answer.error_kind is ErrorKind.CODE_ALREADY_SENT
    rows: list[Row] = []
    if asked_too_soon:
        again = operation.changed + CODE_AGAIN_SECONDS
        told.append(t("You can ask for the next code after {time}.", time=moment(again)))
    if asked_too_soon or operation.command is Command.CHECK_CODE:
        rows.append((enter_button(t, operation, Style.PRIMARY),))
    if asked_too_soon:
        rows.append((remind_button(t, operation),))
    if operation.can_go_on:
        rows.append((Button(t.label("Back to the form"), BackToForm(operation.id)),))
    rows.append((Button(t.label("My names"), ShowNames()), home_button(t)))
    return Screen(t.lines(what, "", *told, why), tuple(rows), lasting=True)


def company_rows(t: Texts, operation: Operation, catalogue: Catalogue) -> tuple[Row, ...]:
    """What a receipt offers first: to keep the company whose data or documents went along, where it is not kept yet."""
    if operation.state is not OperationState.DONE or operation.company is not None or not operation.can_go_on:
        return ()
    brought = operation.command is Command.ADD and operation.document is not None
    if not brought and catalogue.company_fields.keys().isdisjoint(operation.values):
        return ()
    return ((Button(t.label("🏢 Keep the company"), KeepCompany(operation.id)),),)


def enter_button(t: Texts, operation: Operation, style: Style = Style.PLAIN) -> Button:
    """The way to the form for the code that was sent to a number."""
    return Button(t.label("Enter the code"), EnterCode(operation.name, operation.id), style)


def remind_button(t: Texts, operation: Operation) -> Button:
    """The promise of a message when the next code may be sent to a number."""
    return Button(t.label("Remind me"), RemindOfCode(operation.name, operation.id))
