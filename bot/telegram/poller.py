"""Long polling. Updates are acknowledged only after they are in the file, and each is taken apart on its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError, TelegramRetryAfter, TelegramUnauthorizedError

from bot.clock import Clock
from bot.leaving import Leaving
from bot.supervision import BACKOFF, rest
from bot.telegram.batch import LIKELY_MOST, Arrived
from bot.telegram.inbox import Inbox
from bot.telegram.refusals import TokenRefused
from bot.telegram.session import GetRawUpdates

log = structlog.get_logger(__name__)

_POLL_SECONDS: Final = 25
_LONGEST_PAUSE: Final = 30.0
"""Seconds beyond which the pauses between polls do not grow: people wait."""
_OFFSET_MOST: Final = 2**64 - 1
_TRIED_MOST: Final = 1000


class StoppedByTelegram(Leaving):
    """Polling cannot go on; the text is one line for the administrator."""


class Poller:
    """Fetches updates into the inbox until it is cancelled."""

    def __init__(self, bot: Bot, inbox: Inbox, clock: Clock, update_types: Sequence[str]) -> None:
        self._bot = bot
        self._inbox = inbox
        self._clock = clock
        self._update_types = list(update_types)
        self._heard = clock.ticks()
        self._proven = False
        self._newest: int | None = None
        self._tried: set[int] = set()

    @property
    def silence(self) -> float:
        """Seconds since Telegram answered, or since the start where it has not yet."""
        return self._clock.ticks() - self._heard

    async def run(self) -> None:
        """Takes up what a former run left, then polls.

        Raises:
            StoppedByTelegram: another process polls with the token.
            TokenRefused: it is wrong.
        """
        await self._inbox.take_up()
        offset: int | None = None
        failures = 0
        while True:
            try:
                offset = await self._round(offset)
            except TelegramConflictError:
                # Whoever polls last ends the poll of the other: the one that has worked before goes on polling, so
                # that it is the newcomer who is ended, and leaves.
                if not self._proven:
                    raise StoppedByTelegram(
                        "BOT_TOKEN: another process already polls with this token; stop it first"
                    ) from None
                log.warning("another process tried to poll with this token")
                await rest(self._clock, BACKOFF.after(1))
            except TelegramUnauthorizedError:
                raise TokenRefused from None
            except TelegramRetryAfter as asked:
                await self._clock.sleep(asked.retry_after)
            except Exception as failure:  # noqa: BLE001  # whatever it is, nobody is served while nothing is fetched
                log.warning("polling failed", why=f"{type(failure).__name__}: {failure}")
                if offset in self._tried:  # Telegram may not take it
                    offset = None
                failures += 1
                await rest(self._clock, min(BACKOFF.after(failures), _LONGEST_PAUSE))
            else:
                failures, self._proven = 0, True
                self._heard = self._clock.ticks()

    async def _round(self, offset: int | None) -> int | None:
        """One poll; gives the offset of the next."""
        at_once = offset in self._tried
        batch = await self._fetch(offset, 0 if at_once else _POLL_SECONDS)
        new = await self._inbox.receive(batch)
        likely = [each.number for each in batch if each.number is not None and each.likely]
        if likely:
            self._newest = max(likely)
            return self._newest + 1
        # After an empty answer everything is acknowledged, and no offset is needed: Telegram may begin to count anew
        # after a quiet week, and numbers below the last one would never come.
        if not batch:
            return None
        if not new:  # nothing but what cannot be acknowledged, again and again: Telegram drops it after a day
            await rest(self._clock, BACKOFF.after(2))
        return self._guessed(batch)

    def _guessed(self, batch: Sequence[Arrived]) -> int | None:
        """An offset beyond updates without a number that Telegram gives; tried once, and without waiting.

        Those with none at all follow the newest that had one. Where Telegram does not take the offset they come again,
        together with whatever is new, and are known by what they say.
        """
        told = [each.number for each in batch if each.number is not None and each.number >= LIKELY_MOST]
        if told:
            offset = max(told) + 1
        elif self._newest is not None:
            self._newest += len(batch)
            offset = self._newest + 1
        else:
            return None
        if offset in self._tried or offset > _OFFSET_MOST or len(self._tried) > _TRIED_MOST:
            return None
        self._tried.add(offset)
        return offset

    async def _fetch(self, offset: int | None, seconds: int) -> list[Arrived]:
        method = GetRawUpdates(offset=offset, timeout=seconds, limit=100, allowed_updates=self._update_types)
        return await self._bot(method, request_timeout=seconds + 10)
