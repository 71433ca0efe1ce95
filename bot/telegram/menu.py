"""The command menu behind the menu button: by the kind of chat, in the language of Telegram or the one chosen here."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButtonCommands,
)

from bot.locales import LANGUAGES, Catalogues, Phrase, Texts
from bot.telegram.lanes import Lanes

log = structlog.get_logger(__name__)

Commands = Sequence[tuple[str, Phrase]]


class Menu:
    """Tells Telegram the menus; what fails here keeps nothing from working."""

    def __init__(self, bot: Bot, catalogues: Catalogues, lanes: Lanes, *, private: Commands, groups: Commands) -> None:
        self._bot = bot
        self._catalogues = catalogues
        self._lanes = lanes
        self._private = private
        self._groups = groups

    def announce(self) -> None:
        """The menus of all chats, in each language, beside everything else."""
        self._lanes.beside(self._announce)

    def speak(self, chat_id: int, language: str) -> None:
        """One chat's menu in the language that was chosen there, whatever Telegram's own is."""
        self._lanes.beside(lambda: self._speak(chat_id, language))

    def forget(self, chat_id: int) -> None:
        """One chat's menu follows Telegram's language again."""
        self._lanes.beside(lambda: self._forget(chat_id))

    async def _announce(self) -> None:
        try:
            await self._bot.set_chat_menu_button(menu_button=MenuButtonCommands())
            for language in (*LANGUAGES, None):
                t = self._catalogues.pick(language)
                private, groups = _told(t, self._private), _told(t, self._groups)
                await self._bot.set_my_commands(private, BotCommandScopeAllPrivateChats(), language_code=language)
                await self._bot.set_my_commands(groups, BotCommandScopeAllGroupChats(), language_code=language)
        except TelegramAPIError as failure:
            log.warning("command menu not set", why=type(failure).__name__)

    async def _speak(self, chat_id: int, language: str) -> None:
        try:
            await self._bot.set_my_commands(
                _told(self._catalogues[language], self._private), BotCommandScopeChat(chat_id=chat_id)
            )
        except TelegramAPIError as failure:
            log.warning("command menu of a chat not set", why=type(failure).__name__)

    async def _forget(self, chat_id: int) -> None:
        try:
            await self._bot.delete_my_commands(BotCommandScopeChat(chat_id=chat_id))
        except TelegramAPIError as failure:
            log.warning("command menu of a chat not forgotten", why=type(failure).__name__)


def _told(t: Texts, commands: Commands) -> list[BotCommand]:
    return [BotCommand(command=name, description=_sentence(t.label(told))) for name, told in commands]


def _sentence(told: str) -> str:
    return told[:1].upper() + told[1:]
