"""The demo: the bot, the SMSC stand-in and a chat page, in one process, with no token and no account."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import webbrowser
from contextlib import AsyncExitStack
from pathlib import Path

from bot import app, logs
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, QUICK, SmscSandbox
from bot.settings import WATCH_LEAST, GivenSettings
from bot.smsc import Timeouts, seed_catalogue
from bot.vault import generate_key
from bot.watch.quiet import NEVER_QUIET


async def run(port: int, *, browser: bool) -> None:
    """Serves the chat page on `port` (0: any free one) until Ctrl-C; everything it kept is gone then."""
    stop = app.stop_on_signals()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sender-names-demo-"))
        clock = SandboxClock()
        smsc = await SmscSandbox.start(clock=clock)
        smsc.world.pace = QUICK
        stack.push_async_callback(smsc.close)
        desk = {"desk_url": smsc.url, "login": DEMO.login, "apikey": DEMO.apikey}
        telegram = await TelegramSandbox.start(port=port, desk=desk)
        stack.push_async_callback(telegram.close)
        settings = GivenSettings.model_validate(
            {
                "bot_token": telegram.token,
                "telegram_api_url": telegram.url,
                "smsc_hosts": smsc.url,
                "database_path": Path(folder) / "demo.sqlite3",
                "secret_keys": generate_key(),
                "log_level": "WARNING",
                "watch_seconds": WATCH_LEAST,
            }
        )
        logs.set_up(settings.log_level, settings.log_format, (telegram.token, *settings.secrets()))
        world = app.World(clock, seed_catalogue(), Timeouts(read=8.0, change=8.0), usual=NEVER_QUIET)
        told = (
            f"The chat page:  {telegram.url}",
            f"SMSC stand-in:  {smsc.url}   login={DEMO.login} psw={DEMO.password} apikey={DEMO.apikey}",
            "Everything is kept in memory; Ctrl-C ends it.",
        )
        sys.stdout.write("\n".join(told) + "\n")
        sys.stdout.flush()
        if browser:
            await asyncio.to_thread(_open, telegram.url)
        await app.run(settings, world, stop)


def _open(url: str) -> None:
    """Opens the page where there is a browser that has a screen; elsewhere the printed address has to do."""
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return
    if not isinstance(found, webbrowser.GenericBrowser) or isinstance(found, webbrowser.BackgroundBrowser):
        found.open(url)
