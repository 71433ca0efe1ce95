"""Home, help, language: where everything begins and where every way leads back to.

/start ─▶ no account: what the bot does ─▶ [Connect an account]
          an account:  whose, and the six things one does ─▶ …
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.accounts import Accounts
from bot.actions.home import home
from bot.conversation.form import home_button
from bot.conversation.form_buttons import GoHome
from bot.conversation.screen import Button, Screen
from bot.locales import LANGUAGES, Catalogues, Texts
from bot.screens.buttons import ChooseLanguage, ShowHelp
from bot.screens.home import LANGUAGE_NAMES, help_screen
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.menu import Menu
from bot.telegram.reply_keyboard import ReplyKeyboard
from bot.telegram.routes import HOME_LINK, Role, Routes

routes: Final = Routes()
routes.role(Role.HOME, guests=True)(home)
routes.command("start", "home", guests=True)(home)
routes.button(GoHome, guests=True)(home)
routes.deep_link(HOME_LINK, guests=True)(home)
_LANGUAGE_WORDS: Final = {
    **dict.fromkeys(("русский", "по-русски", "rus", "russian", "орысша", "орыс"), "ru"),
    **dict.fromkeys(("қазақша", "қазақ", "казахский", "казакша", "по-казахски", "kaz", "kz", "kazakh"), "kk"),
    **dict.fromkeys(("english", "английский", "по-английски", "eng", "ағылшынша"), "en"),
}
"""What people call the languages, beside their codes and own names."""


@routes.role(Role.HELP)
@routes.command("help")
@routes.deep_link("help")
@routes.button(ShowHelp)
async def help_(chat: ChatContext, t: Texts, accounts: Accounts, forms: Forms) -> Screen:
    """What the bot can do, in few words; to somebody without an account, what matters first. A form stays open."""
    return forms.beside(chat, help_screen(t, connected=await accounts.scope(chat.person) is not None))


@routes.role(Role.UNKNOWN_COMMAND)
async def unknown_command(chat: ChatContext, t: Texts, accounts: Accounts, forms: Forms, word: str) -> Screen:
    """A command that nobody has: says so, above the form that was open, or at home."""
    screen = await forms.reopened(chat) or await home(chat, t, accounts, forms)
    return screen.with_note(t("There is no command /{name}.", name=word))


@routes.command("cancel", guests=True)
async def cancel(chat: ChatContext, forms: Forms) -> Screen:
    """Calls the open form off."""
    return await forms.cancel(chat)


@routes.command("language", guests=True)
@routes.button(ChooseLanguage, guests=True)
async def language(
    chat: ChatContext,
    t: Texts,
    catalogues: Catalogues,
    accounts: Accounts,
    forms: Forms,
    keyboard: ReplyKeyboard,
    menu: Menu,
    word: str = "",
    button: ChooseLanguage | None = None,
) -> Screen:
    """The choice of a language; with one chosen, the open form or home in it, as quick actions and menu are."""
    chosen = button.code if button is not None else language_of(word)
    if chosen not in LANGUAGES:
        screen = forms.beside(chat, language_screen(t))
        return screen.with_note(t("I do not speak “{language}” yet.", language=word)) if word else screen
    before = chat.person.language
    chat.changes.person = replace(chat.person, language=chosen)
    chat.changes.t = catalogues[chosen]
    menu.speak(chat.person.user_id, chosen)
    if chat.person.keyboard_message and chosen != before:
        await keyboard.show(chat)
    return await forms.reopened(chat) or await home(chat, chat.t, accounts, forms)


def language_of(word: str) -> str:
    """The language that a word means: its code, or its own name; empty where it is none of ours."""
    meant = word.strip().casefold()
    return meant if meant in LANGUAGES else _LANGUAGE_WORDS.get(meant, "")


def language_screen(t: Texts) -> Screen:
    """The languages, each in its own name."""
    rows = tuple((Button(LANGUAGE_NAMES[each], ChooseLanguage(each)),) for each in LANGUAGES)
    return Screen(t("Choose a language."), (*rows, (home_button(t),)))
