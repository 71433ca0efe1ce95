"""Downloads from Telegram: never more than was allowed, and errors that do not carry the bot's token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from pyreqwest.exceptions import PyreqwestError

from bot.backoff import Backoff
from bot.fetch import FetchError, FileTooLargeError
from bot.telegram.refusals import Meaning, meaning

_BACKOFF: Final = Backoff((0.5, 2.0))
_TOTAL_SECONDS: Final = 60
"""A file that takes longer is not waited for: a byte a second is no answer, nor would it be one the next time."""


class TooSlowError(FetchError):
    """The file did not come in the time that there is for one."""

    def __init__(self) -> None:
        super().__init__(final=False)


async def download(bot: Bot, file_id: str, most: int, sleep: Callable[[float], Awaitable[None]]) -> bytes:
    """The content of a file, at most `most` bytes, in memory. What may pass is tried again a few times.

    Raises:
        FileTooLargeError: it is larger, whatever size was announced.
        FetchError: Telegram does not have it (final), or not now.
    """
    failures = 0
    while True:
        try:
            return await _downloaded(bot, file_id, most)
        except FetchError as failure:
            failures += 1
            if failure.final or failure.wait or isinstance(failure, TooSlowError) or _BACKOFF.used_up(failures):
                raise
            await sleep(_BACKOFF.after(failures))


async def _downloaded(bot: Bot, file_id: str, most: int) -> bytes:
    try:
        file = await bot.get_file(file_id)
    except TelegramAPIError as refused:
        told = meaning(refused)
        if told is Meaning.TOO_BIG:
            raise FileTooLargeError from None
        wait = refused.retry_after if isinstance(refused, TelegramRetryAfter) else 0.0
        raise FetchError(final=told is not Meaning.PASSES, wait=wait) from None
    if not file.file_path:
        raise FetchError(final=False)
    url = bot.session.api.file_url(bot.token, file.file_path)
    content = bytearray()
    try:
        async for chunk in bot.session.stream_content(url, timeout=_TOTAL_SECONDS):
            content += chunk
            if len(content) > most:
                raise FileTooLargeError(len(content))
    except TimeoutError:
        raise TooSlowError from None
    except PyreqwestError:  # also 404: a path is good for an hour (Bot API, getFile), the id for ever
        raise FetchError(final=False) from None
    return bytes(content)
