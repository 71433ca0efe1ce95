"""The bot to compare with: plain aiogram handlers with magic filters, the conversation in aiogram's memory.

`python -m tests.bench.bare URL TOKEN`
"""

from __future__ import annotations

import asyncio
import sys

import uvloop
from aiogram import Bot, Dispatcher, F
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message


class Form(StatesGroup):
    """The steps."""

    name = State()
    comment = State()
    countries = State()
    documents = State()


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    """A button a row."""
    rows = [[InlineKeyboardButton(text=label, callback_data=label.lower())] for label in labels]
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def add(message: Message, state: FSMContext) -> None:
    """Asks for the name."""
    await state.set_state(Form.name)
    await message.answer("Which name?", reply_markup=keyboard("Cancel"))


async def name(message: Message, state: FSMContext) -> None:
    """Asks what it is for."""
    await state.update_data(name=message.text)
    await state.set_state(Form.comment)
    await message.answer("What is the name for?", reply_markup=keyboard("Skip", "Cancel"))


async def comment(message: Message, state: FSMContext) -> None:
    """Asks for the countries."""
    await state.update_data(comment=message.text)
    await state.set_state(Form.countries)
    await message.answer("To which countries?", reply_markup=keyboard("Only Kazakhstan", "Others too", "Cancel"))


async def countries(query: CallbackQuery, state: FSMContext) -> None:
    """Asks for documents."""
    await state.update_data(countries="kz")
    await state.set_state(Form.documents)
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.edit_text("Documents for the operators", reply_markup=keyboard("Skip", "Cancel"))


async def cancel(query: CallbackQuery, state: FSMContext) -> None:
    """Forgets everything."""
    await state.clear()
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.edit_text("Cancelled.", reply_markup=keyboard("Add a name", "My names"))


async def main(url: str, token: str) -> None:
    """Polls until it is stopped."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    bot = Bot(token, session, DefaultBotProperties(parse_mode="HTML"))
    dispatcher = Dispatcher()
    dispatcher.message.register(add, Command("add"))
    dispatcher.message.register(name, Form.name, F.text)
    dispatcher.message.register(comment, Form.comment, F.text)
    dispatcher.callback_query.register(countries, Form.countries, F.data == "only kazakhstan")
    dispatcher.callback_query.register(cancel, F.data == "cancel")
    await dispatcher.start_polling(bot, handle_signals=False)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:3]))
