"""The command menu behind the menu button: by the kind of chat, in the language of Telegram or the one chosen here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButtonCommands,
)

from bot.locales import LANGUAGES, Catalogues, Phrase, Texts
from bot.supervision import Job, Supervisor

_TRIES: Final = 8

Commands = Sequence[tuple[str, Phrase]]


class Menu:
    """Tells Telegram the menus, beside everything else: a menu that is late keeps nothing from working."""

    def __init__(
        self, bot: Bot, catalogues: Catalogues, supervisor: Supervisor, *, private: Commands, groups: Commands
    ) -> None:
        self._bot = bot
        self._catalogues = catalogues
        self._supervisor = supervisor
        self._private = private
        self._groups = groups
        self._newest: dict[int, asyncio.Task[None]] = {}

    def announce(self) -> None:
        """The menus of all chats, in each language, beside everything else."""
        self._supervisor.keep("menu", self._announce, _TRIES)

    def speak(self, chat_id: int, language: str) -> None:
        """One chat's menu in the language that was chosen there, whatever Telegram's own is."""
        self._replace(chat_id, lambda: self._speak(chat_id, language))

    def forget(self, chat_id: int) -> None:
        """One chat's menu follows Telegram's language again."""
        self._replace(chat_id, lambda: self._forget(chat_id))

    def _replace(self, chat_id: int, job: Job) -> None:
        """Does this for a chat, and breaks off what is still tried for it from before."""
        former = self._newest.get(chat_id)
        if former is not None:
            former.cancel()
        task = self._newest[chat_id] = self._supervisor.keep("menu of a chat", job, _TRIES)
        task.add_done_callback(lambda done: self._newest.pop(chat_id) if self._newest.get(chat_id) is done else None)

    async def _announce(self) -> None:
        await self._bot.set_chat_menu_button(menu_button=MenuButtonCommands())
        for language in (*LANGUAGES, None):
            t = self._catalogues.pick(language)
            private, groups = _bot_commands(t, self._private), _bot_commands(t, self._groups)
            await self._bot.set_my_commands(private, BotCommandScopeAllPrivateChats(), language_code=language)
            await self._bot.set_my_commands(groups, BotCommandScopeAllGroupChats(), language_code=language)

    async def _speak(self, chat_id: int, language: str) -> None:
        commands = _bot_commands(self._catalogues[language], self._private)
        await self._bot.set_my_commands(commands, BotCommandScopeChat(chat_id=chat_id))

    async def _forget(self, chat_id: int) -> None:
        await self._bot.delete_my_commands(BotCommandScopeChat(chat_id=chat_id))


def _bot_commands(t: Texts, commands: Commands) -> list[BotCommand]:
    return [BotCommand(command=name, description=_sentence(t.label(told))) for name, told in commands]


def _sentence(told: str) -> str:
    return told[:1].upper() + told[1:]
