"""Updates that Telegram brings by HTTP. Each is answered with 200 only after it is in the file.

Telegram ─▶ POST <path of WEBHOOK_URL> ─▶ secret, size, time ─▶ inbox ─▶ 200
                                           401     413   408    503: nothing can be stored just now, or too many at once

Telegram brings again whatever was not answered with 2xx (Bot API, setWebhook); the inbox knows what it has.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Sequence
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
from aiogram.methods import SetWebhook
from aiohttp import web

from bot.clock import Clock
from bot.listening import CannotListen, listening
from bot.settings import Hook
from bot.storage.errors import StorageHeldUpError
from bot.supervision import Supervisor, rest
from bot.telegram.batch import Arrived, read
from bot.telegram.inbox import Inbox
from bot.telegram.refusals import TokenRefused

log = structlog.get_logger(__name__)

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name
BODY_MOST: Final = 1024 * 1024
"""Bytes of an update; Telegram's are a few thousand."""
READ_SECONDS: Final = 10.0
STORE_SECONDS: Final = 20.0
"""Together below the 60 s after which Telegram gives a delivery up."""
AT_ONCE: Final = 100
"""Deliveries that are looked at together; of Telegram come at most as many as `_CONNECTIONS`."""
_CONNECTIONS: Final = 40
_PAUSES_MOST: Final = 6


class Webhook:
    """Takes updates in until it is cancelled."""

    def __init__(
        self, bot: Bot, inbox: Inbox, clock: Clock, supervisor: Supervisor, hook: Hook, update_types: Sequence[str]
    ) -> None:
        self._bot = bot
        self._inbox = inbox
        self._clock = clock
        self._supervisor = supervisor
        self._hook = hook
        self._update_types = list(update_types)
        self._reading = 0
        self._storing: set[asyncio.Task[int]] = set()

    async def run(self) -> None:
        """Takes up what a former run left, listens, and tells Telegram where.

        Raises:
            CannotListen: the port is taken, or Telegram does not take the address.
            TokenRefused: nor the token.
        """
        await self._inbox.take_up()
        app = web.Application(client_max_size=BODY_MOST)
        app.router.add_post(self._hook.path, self._take)
        async with listening(self._hook.listen, app, STORE_SECONDS):
            await self._announced()
            await asyncio.Event().wait()

    async def _announced(self) -> None:
        failures = 0
        method = SetWebhook(
            url=self._hook.url,
            secret_token=self._hook.secret,
            max_connections=_CONNECTIONS,
            allowed_updates=self._update_types,
        )
        while True:
            try:
                await self._bot(method)
            except TelegramUnauthorizedError:
                raise TokenRefused from None
            except TelegramAPIError as failure:
                if "bad webhook" in str(failure).lower():  # Bot API, setWebhook: it names what is wrong
                    raise CannotListen(f"WEBHOOK_URL: Telegram does not take it ({failure.message})") from None
                log.warning("Telegram was not told of the webhook", why=type(failure).__name__)
                failures += 1
                await rest(self._clock, min(failures, _PAUSES_MOST))
            else:
                return

    async def _take(self, request: web.Request) -> web.Response:
        """One update."""
        told = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(told.encode(errors="replace"), self._hook.secret.encode()):
            return web.Response(status=401)
        if self._reading + len(self._storing) >= AT_ONCE:
            return web.Response(status=503)
        self._reading += 1
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        finally:
            self._reading -= 1
        arrived = read(body)
        if arrived.update is None and arrived.number is None:
            return web.Response(status=400)
        return web.Response(status=await self._stored(arrived))

    async def _stored(self, arrived: Arrived) -> int:
        """200 when the update is in the file. What takes too long goes on beside: what gets stored is handled, too."""
        storing = self._supervisor.asked("an update is stored", lambda: self._store(arrived), otherwise=503)
        self._storing.add(storing)
        storing.add_done_callback(self._storing.discard)
        done, _ = await asyncio.wait({storing}, timeout=STORE_SECONDS)
        return storing.result() if done and not storing.cancelled() else 503

    async def _store(self, arrived: Arrived) -> int:
        try:
            await self._inbox.receive([arrived])
        except StorageHeldUpError as failure:
            log.warning("an update cannot be stored now", why=str(failure))
            return 503
        return 200
