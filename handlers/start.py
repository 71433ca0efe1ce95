"""Home, help, language: where everything begins and where every way leads back to.

/start ─▶ no account: what the bot does ─▶ [Connect an account]
          an account:  whose, and the six things one does ─▶ …
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from markupsafe import Markup

from bot.accounts import KEY_UNREADABLE, Accounts, Scope
from bot.conversation.form import home_button, resume_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.conversation.tap import Tap, tap
from bot.locales import LANGUAGES, Catalogues, Texts, say
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.menu import Menu
from bot.telegram.reply_keyboard import ReplyKeyboard
from bot.telegram.routes import Routes
from handlers.commands import COMMANDS

routes: Final = Routes()

LANGUAGE_NAMES: Final = {"ru": "Русский", "kk": "Қазақша", "en": "English"}
_LANGUAGE_WORDS: Final = {
    **dict.fromkeys(("русский", "по-русски", "rus", "russian", "орысша", "орыс"), "ru"),
    **dict.fromkeys(("қазақша", "қазақ", "казахский", "казакша", "по-казахски", "kaz", "kz", "kazakh"), "kk"),
    **dict.fromkeys(("english", "английский", "по-английски", "eng", "ағылшынша"), "en"),
}
"""What people call the languages, beside their codes and own names."""


@routes.command("start", "home")
@routes.tap("home")
@routes.payload("home")
async def home(chat: ChatContext, t: Texts, accounts: Accounts, forms: Forms) -> Screen:
    """The first screen."""
    scope = await accounts.scope(chat.person)
    unfinished = [resume_button(t, flow, draft) for flow, draft in forms.unfinished(chat)]
    return welcome(t, unfinished) if scope is None else home_screen(t, scope, unfinished)


@routes.command("help")
@routes.payload("help")
@routes.tap("help")
async def help_(chat: ChatContext, t: Texts, accounts: Accounts) -> Screen:
    """What the bot can do, in few words; to somebody without an account, what matters first."""
    return help_screen(t, connected=await accounts.scope(chat.person) is not None)


@routes.command("cancel")
async def cancel(chat: ChatContext, forms: Forms) -> Screen:
    """Calls the open form off."""
    return await forms.cancel(chat)


@routes.command("language")
@routes.tap("language")
async def language(
    chat: ChatContext,
    t: Texts,
    tap: Tap,
    word: str,
    catalogues: Catalogues,
    accounts: Accounts,
    forms: Forms,
    bar: ReplyKeyboard,
    menu: Menu,
) -> Screen:
    """The choice of a language; with one chosen, the open form or home in it, and so are the bar and the menu."""
    chosen = tap.word(0) or language_of(word)
    if chosen not in LANGUAGES:
        screen = language_screen(t)
        return screen.with_note(t("I do not speak “{language}” yet.", language=word)) if word else screen
    chat.person = replace(chat.person, language=chosen)
    chat.t = catalogues[chosen]
    menu.speak(chat.person.user_id, chosen)
    if chat.person.bar:
        await bar.show(chat)
    chat.at_hand = {**chat.at_hand, "t": chat.t}
    return await forms.reopened(chat) or await home(chat, chat.t, accounts, forms)


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
            (Button(t.label("Connect an account"), tap("connect"), Style.PRIMARY),),
            *((button,) for button in unfinished),
            (Button(t.label("Help"), tap("help")), _language_button(t)),
        ),
    )


def home_screen(t: Texts, scope: Scope, unfinished: list[Button]) -> Screen:
    """Home of somebody who has."""
    lines = [t("<b>Sender names</b>"), t("Account: <b>{account}</b>", account=scope.account.title)]
    if scope.account.paused == KEY_UNREADABLE:
        lines.append(t("⚠️ Paused: the stored key cannot be read. Open the account to connect it again."))
    elif scope.account.paused:
        lines.append(t("⚠️ Paused: SMSC refused the key. Open the account to connect it again."))
    rows: list[Row] = [(button,) for button in unfinished]
    rows += [
        (Button(t.label("My names"), tap("names")), Button(t.label("Add a name"), tap("add"), Style.PRIMARY)),
        (Button(t.label("Account"), tap("account")), Button(t.label("History"), tap("history"))),
        (Button(t.label("Help"), tap("help")), _language_button(t)),
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
        return Screen(text, ((Button(t.label("Quick actions"), tap("bar")), home_button(t)),))
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
    connect = Button(t.label("Connect an account"), tap("connect"), Style.PRIMARY)
    return Screen(text, ((connect,), (home_button(t),)))


def language_of(word: str) -> str:
    """The language that a word means: its code, or its own name; empty where it is none of ours."""
    meant = word.strip().casefold()
    return meant if meant in LANGUAGES else _LANGUAGE_WORDS.get(meant, "")


def language_screen(t: Texts) -> Screen:
    """The languages, each in its own name."""
    rows = tuple((Button(LANGUAGE_NAMES[each], tap("language", each)),) for each in LANGUAGES)
    return Screen(t("Choose a language."), (*rows, (home_button(t),)))


def _language_button(t: Texts) -> Button:
    return Button(f"🌐 {LANGUAGE_NAMES[t.language]}", tap("language"))
