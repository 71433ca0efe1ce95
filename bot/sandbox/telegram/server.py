"""The stand-in as a server: one port for the Bot API, the people's side and the chat page."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.sandbox.telegram.bot_api import BotApi
from bot.sandbox.telegram.chat_api import ChatApi
from bot.sandbox.telegram.world import World

DEMO_TOKEN: Final = "4200000001:A-made-up-token-for-the-stand-in"  # noqa: S105
_PAGE = Path(__file__).parent / "page"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'self'; connect-src 'self' http://127.0.0.1:* http://localhost:* https:; "
    "img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


class TelegramSandbox:
    """A running stand-in."""

    def __init__(self, runner: web.AppRunner, world: World, url: str) -> None:
        self._runner = runner
        self.world = world
        self.token = world.token
        self.url = url

    @classmethod
    async def start(
        cls,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        token: str = DEMO_TOKEN,
        username: str = "SenderNamesBot",
        desk: Mapping[str, str] | None = None,
    ) -> TelegramSandbox:
        """Opens the port; 0 takes any free one."""
        world = World(token, username)
        bot_api = BotApi(world)
        chat_api = ChatApi(world, bot_api.methods, desk)
        application = web.Application(client_max_size=2**30)
        application.add_routes([*bot_api.routes(), *chat_api.routes()])
        application.add_routes([web.get("/", _page), web.get("/page/{name}", _page)])
        runner = web.AppRunner(application, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        taken = runner.addresses[0][1]
        return cls(runner, world, f"http://{host}:{taken}")

    async def close(self) -> None:
        """Ends long polls at once and frees the port."""
        self.world.close()
        await self._runner.cleanup()


async def _page(request: web.Request) -> web.Response:
    name = request.match_info.get("name", "index.html")
    path = _PAGE / name
    if path.parent != _PAGE or path.suffix not in _TYPES or not await asyncio.to_thread(path.is_file):
        raise web.HTTPNotFound
    body = await asyncio.to_thread(path.read_bytes)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": _POLICY}
    return web.Response(body=body, content_type=_TYPES[path.suffix], charset="utf-8", headers=headers)


async def serve(port: int) -> None:
    """The stand-in alone, until cancelled."""
    sandbox = await TelegramSandbox.start(port=port)
    try:
        sys.stdout.write(f"{sandbox.url}/\nBOT_TOKEN={sandbox.token} TELEGRAM_API_URL={sandbox.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
    finally:
        await sandbox.close()
