"""Before any test is read: aiogram is loaded as the bot loads it."""

from __future__ import annotations

from bot.aiogram_types import load

load()
