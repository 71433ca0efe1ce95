"""A port that the bot listens on: for updates that Telegram brings, and for whoever watches over the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.leaving import Leaving
from bot.settings import Address


class CannotListen(Leaving):
    """Nothing can come in; the text is one line for the administrator, with the name of the setting."""


@asynccontextmanager
async def listening(address: Address, app: web.Application, patience: float) -> AsyncIterator[None]:
    """Listens while the body of the `async with` runs; requests that are on their way then have `patience` seconds.

    Raises:
        CannotListen: the port is taken, or the address is none of this machine.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=patience)
    await runner.setup()
    try:
        await web.TCPSite(runner, address.host, address.port).start()
    except OSError as failure:
        await runner.cleanup()
        raise CannotListen(f"{address.setting}: cannot listen there ({failure.strerror or failure})") from None
    try:
        yield
    finally:
        await runner.cleanup()
