"""A stand-in for Telegram: its Bot API, the people on the other side of it, and a chat page to be one of them."""

from __future__ import annotations

from bot.sandbox.telegram.server import DEMO_TOKEN, TelegramSandbox, serve

__all__ = ["DEMO_TOKEN", "TelegramSandbox", "serve"]
