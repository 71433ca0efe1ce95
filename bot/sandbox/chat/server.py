"""The stand-in as a web server: the Bot API, the chat API and the chat page on one port."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

from aiohttp import web

from bot.sandbox.chat.bot_api import BotApi
from bot.sandbox.chat.chat_api import ChatApi
from bot.sandbox.chat.deliveries import Deliveries
from bot.sandbox.chat.world import World
from bot.sandbox.site import listen

DEMO_TOKEN: Final = "700001:stand-in-token-0123456789abcdef"  # noqa: S105  # opens nothing but the stand-in
PAGE: Final = Path(__file__).with_name("page")
_BODY_MOST: Final = 64 * 1024 * 1024


class TelegramSandbox:
    """A running stand-in; everything it knows is in memory.

    `url` is the Bot API's base and the page's address; `people` is what the page and tests ask for.
    """

    def __init__(self, world: World, desk: Mapping[str, str] | None) -> None:
        self.world = world
        self.people = ChatApi(world)
        self.url = ""
        self._desk = dict(desk or {})
        self._runner: web.AppRunner | None = None
        self._delivering: asyncio.Task[None] | None = None

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @classmethod
    async def start(
        cls,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        token: str = DEMO_TOKEN,
        username: str = "SenderNamesBot",
        desk: Mapping[str, str] | None = None,
    ) -> Self:
        """Starts to listen; port 0 is a free one. `desk` is what the page is told of the SMSC stand-in."""
        sandbox = cls(World(token, username), desk)
        app = web.Application(client_max_size=_BODY_MOST)
        bot_api = BotApi(sandbox.world)
        app.router.add_route("*", "/bot{token}/{method}", bot_api.call)
        app.router.add_get("/file/bot{token}/{path:.+}", bot_api.download)
        app.add_routes(sandbox.people.routes())
        app.router.add_get("/config.json", sandbox._config)
        app.router.add_get("/", sandbox._index)
        app.router.add_static("/page", PAGE)
        sandbox._runner, sandbox.url = await listen(app, host, port)
        sandbox._delivering = asyncio.create_task(Deliveries(sandbox.world).run())
        return sandbox

    async def close(self) -> None:
        """Ends every wait and stops listening."""
        self.world.close()
        if self._delivering is not None:
            self._delivering.cancel()
            await asyncio.gather(self._delivering, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    async def _config(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(self._desk)

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-store"})


async def serve(port: int) -> None:
    """Runs alone until it is cancelled; prints the page's address and the settings of a bot first."""
    sandbox = await TelegramSandbox.start(port=port)
    sys.stdout.write(f"BOT_TOKEN={sandbox.token} TELEGRAM_API_URL={sandbox.url}\nThe chat page: {sandbox.url}\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await sandbox.close()
