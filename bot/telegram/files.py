"""Downloads from Telegram: never more than was allowed, and errors that do not carry the bot's token."""

from __future__ import annotations

import aiohttp
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramNotFound

from bot.senders.operations import FetchError


class FileTooLargeError(Exception):
    """More bytes came than were allowed; the rest was not read."""


async def download(bot: Bot, file_id: str, most: int) -> bytes:
    """The content of a file, at most `most` bytes, in memory.

    Raises:
        FileTooLargeError: it is larger, whatever size was announced.
        FetchError: Telegram does not have it (final), or not now.
    """
    try:
        file = await bot.get_file(file_id)
    except (TelegramBadRequest, TelegramNotFound) as refused:
        if "too big" in str(refused):
            raise FileTooLargeError from None
        raise FetchError(final=True) from None
    except TelegramAPIError:
        raise FetchError(final=False) from None
    if file.file_size is not None and file.file_size > most:
        raise FileTooLargeError
    if not file.file_path:
        raise FetchError(final=False)
    url = bot.session.api.file_url(bot.token, file.file_path)
    content = bytearray()
    try:
        async for chunk in bot.session.stream_content(url, timeout=60):
            content += chunk
            if len(content) > most:
                raise FileTooLargeError
    except aiohttp.ClientResponseError as failure:
        raise FetchError(final=failure.status in {400, 404, 410}) from None
    except (aiohttp.ClientError, TimeoutError):
        raise FetchError(final=False) from None
    return bytes(content)
