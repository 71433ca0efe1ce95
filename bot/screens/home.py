"""Home, before and after an account is connected, and the help."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from bot.accounts import KEY_UNREADABLE, Scope
from bot.conversation.form import home_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.locales import Texts, say
from bot.rights import Right, may
from bot.screens.buttons import (
    AddName,
    ChooseLanguage,
    ConnectAccount,
    OpenAccount,
    ShowBoards,
    ShowClientLinks,
    ShowHelp,
    ShowHistory,
    ShowNames,
    ShowQuickActions,
)
from bot.screens.commands import COMMANDS

LANGUAGE_NAMES: Final = {"ru": "Русский", "kk": "Қазақша", "en": "English"}


def welcome(t: Texts, unfinished: list[Button]) -> Screen:
    """Home of somebody who has not connected an account."""
    return Screen(
        t.lines(
            "<b>Sender names of your SMS</b>",
            "",
            "Register names at SMSC, send documents, watch what the operators say: from your phone.",
            "",
            "First connect your SMSC account. Your key is encrypted, and the message with it is deleted.",
        ),
        (
            (Button(t.label("Connect an account"), ConnectAccount(), Style.PRIMARY),),
            *((button,) for button in unfinished),
            (Button(t.label("Help"), ShowHelp()), language_button(t)),
        ),
    )


def guest_screen(t: Texts, unfinished: list[Button]) -> Screen:
    """Home of somebody who was let in to a client's form alone."""
    text = t.lines(
        "<b>Form for a sender name</b>",
        "",
        "Here you fill in the form that you were sent. The link that you got opens it again, and shows how it stands.",
    )
    return Screen(text, (*((button,) for button in unfinished), (language_button(t),)))


def home_screen(t: Texts, scope: Scope, unfinished: list[Button]) -> Screen:
    """Home of somebody who has."""
    lines = [t("<b>Sender names</b>"), t("Account: <b>{account}</b>", account=scope.account.title)]
    if scope.account.paused == KEY_UNREADABLE:
        lines.append(t("⚠️ Paused: the stored key cannot be read. Open the account to connect it again."))
    elif scope.account.paused:
        lines.append(t("⚠️ Paused: SMSC refused the key. Open the account to connect it again."))
    rows: list[Row] = [(button,) for button in unfinished]
    rows += [
        (
            Button(t.label("What needs you"), ShowBoards()),
            *((Button(t.label("Client links"), ShowClientLinks()),) if may(scope.role, Right.PREPARE) else ()),
        ),
        (
            Button(t.label("My names"), ShowNames()),
            *((Button(t.label("Add a name"), AddName(), Style.PRIMARY),) if may(scope.role, Right.PREPARE) else ()),
        ),
        (Button(t.label("Account"), OpenAccount()), Button(t.label("History"), ShowHistory())),
        (Button(t.label("Help"), ShowHelp()), language_button(t)),
    ]
    return Screen(t.lines(*lines), tuple(rows))


def help_screen(t: Texts, *, connected: bool) -> Screen:
    """Help: what one can do; without an account, that one is needed, and where its key is found."""
    commands = [Markup("/{} – {}").format(name, t(told)) for name, told in COMMANDS]
    kept = (
        say("A form that you leave is kept: it waits for you at home."),
        say("Nothing is sent to SMSC before you have seen a summary and tapped the button under it."),
    )
    if connected:
        text = t.lines("<b>What you can do here</b>", "", *commands, "", *kept)
        return Screen(text, ((Button(t.label("Quick actions"), ShowQuickActions()), home_button(t)),))
    text = t.lines(
        "<b>Two things to begin with</b>",
        "",
        "1. You need an account at SMSC. It is opened on its site, not here.",
        "2. Connect it with an API key: in the SMSC cabinet, under the settings of the API, make a key and send it to"
        " me. Login and password work as well. What you send is encrypted, and the message with it is deleted.",
        "",
        "<b>What you can do then</b>",
        "",
        *commands,
        "",
        *kept,
    )
    connect = Button(t.label("Connect an account"), ConnectAccount(), Style.PRIMARY)
    return Screen(text, ((connect,), (home_button(t),)))


def language_button(t: Texts) -> Button:
    """The way to the other languages."""
    return Button(f"🌐 {LANGUAGE_NAMES[t.language]}", ChooseLanguage())
