"""`/metrics` and `/health` over HTTP, at an address of their own that nobody outside reaches."""

from __future__ import annotations

import asyncio
from typing import Final

import orjson
from aiohttp import web

from bot.listening import listening
from bot.monitoring.health import Health
from bot.monitoring.prometheus import Prometheus
from bot.monitoring.readings import Sources, read
from bot.settings import Address

_STOP_SECONDS: Final = 1.0


class Endpoint:
    """Answers until it is cancelled."""

    def __init__(self, address: Address, meter: Prometheus, health: Health, sources: Sources) -> None:
        self._address = address
        self._meter = meter
        self._health = health
        self._sources = sources

    async def run(self) -> None:
        """Listens.

        Raises:
            CannotListen: the port is taken.
        """
        app = web.Application()
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/health", self._healthy)
        async with listening(self._address, app, _STOP_SECONDS):
            await asyncio.Event().wait()

    async def _metrics(self, request: web.Request) -> web.Response:
        body, content_type = self._meter.page(await read(self._sources), request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    async def _healthy(self, _request: web.Request) -> web.Response:
        problems = await self._health.problems()
        body = {"status": "failing" if problems else "ok", "problems": problems}
        return web.Response(body=orjson.dumps(body), status=503 if problems else 200, content_type="application/json")
