"""What comes before the program is put together: the token is tried, the file is opened, the keys are tried on it."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.backoff import Backoff
from bot.clock import Clock
from bot.leaving import Leaving
from bot.points import Reached
from bot.storage import vault_check
from bot.storage.database import Database
from bot.storage.errors import StorageError, StorageInUseError, busy
from bot.supervision import insisted
from bot.telegram.refusals import TokenRefused
from bot.vault import Vault, VaultError

log = structlog.get_logger(__name__)

_INTRODUCTION: Final = Backoff((0.5, 1.0, 2.0, 4.0))
_VAULT_WORD: Final = b"the keys fit"


class CannotStart(Leaving):
    """The bot cannot start; the text is one line for the administrator."""


async def introduce(bot: Bot, clock: Clock) -> str:
    """The bot's user name; proves that the token is right before anything is made or opened for it."""
    failures = 0
    while True:
        try:
            me = await bot.get_me()
        except TelegramUnauthorizedError:
            raise TokenRefused from None
        except TelegramRetryAfter as asked:
            await clock.sleep(asked.retry_after)
        except (TelegramNetworkError, TelegramServerError) as failure:
            failures += 1
            if _INTRODUCTION.used_up(failures):
                raise CannotStart(f"TELEGRAM_API_URL: cannot be reached ({failure.message})") from None
            await clock.sleep(_INTRODUCTION.after(failures))
        except TelegramAPIError as failure:
            raise CannotStart(f"TELEGRAM_API_URL: {failure.message}") from None
        else:
            return me.username or str(me.id)


async def poll_instead_of_webhook(bot: Bot) -> None:
    """Takes away a webhook of former settings, which would bring the updates elsewhere."""
    try:
        await bot.delete_webhook()
    except TelegramAPIError as failure:
        raise CannotStart(f"TELEGRAM_API_URL: {failure.message}") from None


async def open_file(path: Path, clock: Clock, reached: Reached) -> Database:
    """The file, when nobody else holds it any more."""
    try:
        database = await insisted(clock, lambda: _opened(path, reached), busy)
    except (OSError, StorageError) as failure:
        whose = f"; the bot runs as user {os.geteuid()}" if isinstance(failure, PermissionError) else ""
        raise CannotStart(f"DATABASE_PATH: {path} cannot be used ({failure}{whose})") from None
    if database.readable_by_others():
        log.warning("the database can be read by others than its owner", path=str(path))
    return database


async def _opened(path: Path, reached: Reached) -> Database:
    opening = asyncio.ensure_future(asyncio.to_thread(Database.open, path, reached))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:  # a thread is not broken off: what it opens is closed again
        with suppress(StorageError, OSError, StorageInUseError):
            await (await opening).close()
        raise


async def check_vault(database: Database, vault: Vault) -> None:
    """Tries the keys on the file; a new one gets the word that they are tried on from then on.

    Raises:
        CannotStart: they do not fit.
    """
    try:
        if not await database.run(lambda db: vault_check.fits(db, vault.open)):
            word = vault.seal(_VAULT_WORD, vault_check.PLACE)
            await database.run(lambda db: vault_check.put(db, word))
    except VaultError as failure:
        raise CannotStart(f"SECRET_KEYS: do not fit {database.path} ({failure})") from None
