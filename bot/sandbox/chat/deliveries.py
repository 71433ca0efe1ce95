"""Updates brought to a webhook, as Telegram does: one by one, again and again until the answer is 2xx.

Source: Bot API, setWebhook (`secret_token` comes back in a header; what is not answered with 2xx is brought again).
"""

from __future__ import annotations

import asyncio
import json
from typing import Final

import aiohttp

from bot.sandbox.chat.records import Pending
from bot.sandbox.chat.world import World

_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_AGAIN_SECONDS: Final = 0.2
_ANSWER_SECONDS: Final = 60.0


class Deliveries:
    """Brings what waits to the webhook for as long as there is one."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def run(self) -> None:
        """Until it is cancelled."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS)) as session:
            while True:
                rung = self._world.bell.next_ring()
                waiting = self._world.next_delivery()
                if waiting is None:
                    await rung
                elif await self._brought(session, waiting):
                    self._world.delivered(waiting)
                else:
                    await asyncio.sleep(_AGAIN_SECONDS)

    async def _brought(self, session: aiohttp.ClientSession, waiting: Pending) -> bool:
        headers = {_HEADER: self._world.webhook_secret, "Content-Type": "application/json"}
        try:
            async with session.post(self._world.webhook, data=_bytes(waiting), headers=headers) as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError):
            return False


def _bytes(waiting: Pending) -> bytes:
    return waiting.body if isinstance(waiting.body, bytes) else json.dumps(waiting.body).encode()
