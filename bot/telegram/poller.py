"""Long polling. Updates are acknowledged only after they are in the file, and each is taken apart on its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError, TelegramRetryAfter, TelegramUnauthorizedError

from bot.clock import Clock
from bot.leaving import Leaving
from bot.telegram.inbox import Inbox
from bot.telegram.session import GetRawUpdates

log = structlog.get_logger(__name__)

_POLL_SECONDS: Final = 25
_PAUSES: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class StoppedByTelegram(Leaving):  # a reason to leave, not a fault of ours
    """Polling cannot go on; the text is one line for the administrator."""


class Poller:
    """Fetches updates into the inbox until it is cancelled."""

    def __init__(self, bot: Bot, inbox: Inbox, clock: Clock, update_types: Sequence[str]) -> None:
        self._bot = bot
        self._inbox = inbox
        self._clock = clock
        self._update_types = list(update_types)

    async def run(self) -> None:
        """Polls.

        Raises:
            StoppedByTelegram: the token is wrong, or another process polls with it.
        """
        offset: int | None = None
        failures = 0
        proven = False
        while True:
            try:
                updates = await self._fetch(offset)
                await self._inbox.receive([each for each in updates if _numbered(each)])
            except TelegramConflictError:
                # Whoever polls last ends the poll of the other: the one that has worked before goes on polling, so
                # that it is the newcomer who is ended, and leaves.
                if not proven:
                    raise StoppedByTelegram(
                        "BOT_TOKEN: another process already polls with this token; stop it first"
                    ) from None
                log.warning("another process tried to poll with this token")
                await self._clock.sleep(_PAUSES[0])
            except TelegramUnauthorizedError:
                raise StoppedByTelegram("BOT_TOKEN: Telegram does not know this token") from None
            except TelegramRetryAfter as asked:
                await self._clock.sleep(asked.retry_after)
            except Exception as failure:  # noqa: BLE001  # whatever it is, nobody is served while nothing is fetched
                log.warning("polling failed", why=f"{type(failure).__name__}: {failure}")
                await self._clock.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
                failures += 1
            else:
                failures, proven = 0, True
                # After an empty answer everything is acknowledged, and no offset is needed: Telegram may begin
                # to count anew after a quiet week, and numbers below the last one would never come.
                numbers = [each["update_id"] for each in updates if _numbered(each)]
                offset = max(numbers) + 1 if numbers else None

    async def _fetch(self, offset: int | None) -> list[dict[str, Any]]:
        method = GetRawUpdates(offset=offset, timeout=_POLL_SECONDS, limit=100, allowed_updates=self._update_types)
        return await self._bot(method, request_timeout=_POLL_SECONDS + 10)


def _numbered(update: dict[str, Any]) -> bool:
    return isinstance(update.get("update_id"), int)
