"""Calls to the Bot API: JSON bodies instead of forms, waits where Telegram says so, repeats what may be repeated."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

import aiohttp
import orjson
import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import SendMediaGroup, SendMessage
from aiogram.methods.base import Response, TelegramMethod, TelegramType

log = structlog.get_logger(__name__)

_LONGEST_WAIT: Final = 600
_PAUSES: Final = (0.5, 1.0, 2.0, 4.0)


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates` whose answer is left as it came: one update that aiogram cannot read must not stop the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class JsonSession(AiohttpSession):
    """aiogram's session with JSON bodies wherever no file is sent (a quarter of the cost of a form)."""

    def __init__(self, api_url: str, proxy: str | None) -> None:
        super().__init__(proxy=proxy, api=TelegramAPIServer.from_base(api_url), json_loads=orjson.loads)

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """One call; `timeout` in seconds.

        Raises:
            TelegramNetworkError: no answer; the message carries no URL.
            TelegramAPIError: Telegram's refusal, by kind.
        """
        files: dict[str, Any] = {}
        body = {
            key: prepared
            for key, value in method.model_dump(warnings=False, exclude_none=True).items()
            if (prepared := self.prepare_value(value, bot=bot, files=files, _dumps_json=False)) is not None
        }
        if files:
            return await super().make_request(bot, method, timeout)
        session = await self.create_session()
        try:
            async with session.post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                data=orjson.dumps(body),
                headers={"Content-Type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=self.timeout if timeout is None else timeout),
            ) as answer:
                content = await answer.text()
        except TimeoutError:
            raise TelegramNetworkError(method=method, message="no answer in time") from None
        except aiohttp.ClientError as failure:
            raise TelegramNetworkError(method=method, message=type(failure).__name__) from None
        response: Response[TelegramType] = self.check_response(
            bot=bot, method=method, status_code=answer.status, content=content
        )
        return cast("TelegramType", response.result)


class Patience(BaseRequestMiddleware):
    """Waits as long as Telegram asks (429), and repeats after 5xx and lost connections what may be repeated.

    A message that may have arrived is not sent again from here: its owner (the panel, the outbox) decides.
    """

    def __init__(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._sleep = sleep

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Passes the call on until it ends."""
        if method.__api_method__ == "getUpdates":  # the poller has a patience of its own
            return await make_request(bot, method)
        repeatable = not isinstance(method, SendMessage | SendMediaGroup)
        for pause in _PAUSES:
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as asked:
                log.warning("telegram asks to wait", method=method.__api_method__, seconds=asked.retry_after)
                await self._sleep(min(asked.retry_after, _LONGEST_WAIT))
            except (TelegramServerError, TelegramNetworkError):
                if not repeatable:
                    raise
                await self._sleep(pause)
        return await make_request(bot, method)
