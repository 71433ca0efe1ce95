"""Calls to the Bot API: JSON bodies instead of forms, waits where Telegram says so, repeats what may be repeated."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from math import ceil
from time import perf_counter
from typing import Any, Final, cast

import aiohttp
import orjson
import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods.base import Response, TelegramMethod, TelegramType
from pydantic import TypeAdapter

from bot.backoff import Backoff
from bot.meter import Meter
from bot.telegram.batch import cut, cut_off
from bot.telegram.calls import Call
from bot.telegram.holds import Holds
from bot.telegram.refusals import Meaning, meaning

log = structlog.get_logger(__name__)

_LONGEST_WAIT: Final = 600.0
_WAITS: Final = {
    "answerCallbackQuery": 10.0,
    "answerInlineQuery": 10.0,
    "deleteMessage": 60.0,
    "editMessageText": 1.0,
    "sendChatAction": 0.0,
    "sendDocument": 60.0,
    "sendMessage": 1.0,
    "sendRichMessage": 1.0,
}
"""How many seconds a call waits for its turn; longer, and it is refused at once, to be made later or never."""
_BACKOFF: Final = Backoff((0.5, 1.0, 2.0, 4.0))
_HARMLESS_TWICE: Final = frozenset(
    {
        "answerCallbackQuery",
        "answerInlineQuery",
        "deleteMessage",
        "deleteMyCommands",
        "deleteWebhook",
        "editMessageText",
        "getFile",
        "getMe",
        "sendChatAction",
        "setChatMenuButton",
        "setMessageReaction",
        "setMyCommands",
    }
)
"""What leaves everything as it is when it is done once more. Whatever is not named here may have been done already."""


_RESULTS: Final[dict[type[Exception], str]] = {
    TelegramRetryAfter: "429",
    TelegramEntityTooLarge: "413",
    TelegramNetworkError: "unreachable",
    TelegramServerError: "5xx",
    TelegramUnauthorizedError: "401",
    TelegramForbiddenError: "403",
    TelegramNotFound: "404",
    TelegramConflictError: "409",
    TelegramBadRequest: "400",
}
"""How a call that failed is called in the metrics: the more special kinds first."""
_NO_WORD: Final = frozenset({"unreachable", "5xx", "cancelled", "other"})
"""Results that say nothing of the token."""
_PLAIN: Final = {"Accept-Encoding": "identity"}
_ANSWER_MOST: Final = 16 * 1024 * 1024
"""Bytes of the longest answer that is read; a hundred updates are a few hundred thousand."""


@cache
def _reader(returning: Any) -> TypeAdapter[Any]:
    """The reader of a kind of result, built once: aiogram builds the class `Response[…]` anew for every answer."""
    return TypeAdapter(returning)


class GetRawUpdates(TelegramMethod[list[bytes]]):
    """`getUpdates` whose answer is only cut into its updates: one that nobody can read must not stop the others."""

    __returning__ = list[bytes]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class JsonSession(AiohttpSession):
    """aiogram's session with JSON bodies wherever no file is sent (a quarter of the cost of a form)."""

    def __init__(self, api_url: str, proxy: str | None) -> None:
        super().__init__(proxy=proxy, api=TelegramAPIServer.from_base(api_url), json_loads=orjson.loads)
        self._over = False

    async def create_session(self) -> aiohttp.ClientSession:
        """The connections; none are opened anew for what is still on its way when the bot has stopped.

        Raises:
            ClientConnectionError: the session was closed.
        """
        if self._over:
            raise aiohttp.ClientConnectionError("the bot has stopped")
        session = await super().create_session()
        self._over = False  # aiogram closes a session of former settings before it opens one
        return session

    async def close(self) -> None:
        """Closes the connections, for good.

        Not as aiogram does: it sleeps for a quarter of a second after it, which aiohttp needed in former times.
        """
        self._over = True
        if self._session is not None:
            await self._session.close()

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """One call; `timeout` in seconds.

        Raises:
            TelegramNetworkError: no answer; the message carries no URL.
            TelegramAPIError: Telegram's refusal, by kind.
        """
        files: dict[str, Any] = {}
        if isinstance(method, Call):
            body = method.body
        else:
            body = {
                key: prepared
                for key, value in method.model_dump(warnings=False, exclude_none=True).items()
                if (prepared := self.prepare_value(value, bot=bot, files=files, _dumps_json=False)) is not None
            }
        try:
            session = await self.create_session()
            async with session.post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                data=self.build_form_data(bot, method) if files else orjson.dumps(body),
                headers=_PLAIN if files else _PLAIN | {"Content-Type": "application/json"},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=self.timeout if timeout is None else timeout),
            ) as answer:
                content, whole = await _body(answer)
                if not whole and not isinstance(method, GetRawUpdates):
                    raise aiohttp.ClientPayloadError("too long")
        except TimeoutError:
            raise TelegramNetworkError(method=method, message="no answer in time") from None
        except aiohttp.ClientError as failure:
            raise TelegramNetworkError(method=method, message=type(failure).__name__) from None
        if isinstance(method, GetRawUpdates) and answer.status == HTTPStatus.OK:
            with suppress(ValueError):
                return cast("TelegramType", cut(content) if whole else cut_off(content))
        if answer.status == HTTPStatus.OK:
            with suppress(
                ValueError, LookupError, TypeError
            ):  # pydantic's are ValueErrors; aiogram tells what is wrong
                return cast("TelegramType", _result(bot, method, content))
        response: Response[TelegramType] = self.check_response(
            bot=bot, method=method, status_code=answer.status, content=content.decode(errors="replace")
        )
        return cast("TelegramType", response.result)

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """The answer, read. A page of the web server in front of Telegram is a failure of Telegram like any other.

        Raises:
            TelegramServerError, TelegramNetworkError: it is not an answer of the Bot API.
            TelegramAPIError: Telegram's refusal, by kind.
        """
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError:  # holds the whole page: it goes no further
            kind = TelegramServerError if status_code >= 500 else TelegramNetworkError
            raise kind(method=method, message=f"HTTP {status_code}, not an answer of the Bot API") from None


def _result(bot: Bot, method: TelegramMethod[Any], content: bytes) -> Any:
    """The result in an answer that grants what was asked.

    Raises:
        ValueError, LookupError, TypeError: it is no such answer.
    """
    told = orjson.loads(content)
    if told["ok"] is not True:
        raise ValueError("refused")
    return _reader(method.__returning__).validate_python(told["result"], context={"bot": bot})


class InTopic(BaseRequestMiddleware):
    """What was for a topic that is deleted or closed goes to the chat itself."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Passes the call on, once more without the topic where that is gone."""
        try:
            return await make_request(bot, method)
        except TelegramBadRequest as refused:
            if getattr(method, "message_thread_id", None) is None or meaning(refused) is not Meaning.TOPIC_GONE:
                raise
        if isinstance(method, Call):
            return await make_request(bot, method.outside_topics())
        return await make_request(bot, method.model_copy(update={"message_thread_id": None}))


class Patience(BaseRequestMiddleware):
    """Waits as long as Telegram asks (429), and repeats after 5xx and lost connections what is harmless to repeat.

    A message that may have arrived is not sent again from here: its owner (the panel, the outbox) decides. So does it
    where a call would have to wait for long: what is to be shown is not waited with, since something newer may come.
    """

    def __init__(self, sleep: Callable[[float], Awaitable[None]], holds: Holds) -> None:
        self._sleep = sleep
        self._holds = holds

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Passes the call on until it ends.

        Raises:
            TelegramRetryAfter: Telegram wants it later than anybody waits for it here.
        """
        name = method.__api_method__
        if name == "getUpdates":  # the poller has a patience of its own
            return await make_request(bot, method)
        longest = _WAITS.get(name, _LONGEST_WAIT)
        failures = 0
        while True:
            left = self._holds.left(method)
            if left > longest:
                raise TelegramRetryAfter(method=method, message="held back", retry_after=ceil(left))
            if left > 0:
                await self._sleep(left)
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as asked:
                failures += 1
                await self._holds.begin(method, asked.retry_after)
                if _BACKOFF.used_up(failures) or asked.retry_after > longest:
                    raise
            except TelegramEntityTooLarge:
                raise
            except (TelegramServerError, TelegramNetworkError):
                failures += 1
                if _BACKOFF.used_up(failures) or name not in _HARMLESS_TWICE:
                    raise
                await self._sleep(_BACKOFF.after(failures))


class Measured(BaseRequestMiddleware):
    """Tells the meter of every call that goes out, and how it ended. Registered last: each try of a call counts.

    `refused`: Telegram did not take the token, the last time that it said anything.
    """

    def __init__(self, meter: Meter) -> None:
        self.refused = False
        self._meter = meter

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Passes the call on."""
        began, result = perf_counter(), "cancelled"
        try:
            answer = await make_request(bot, method)
            result = "ok"
        except Exception as failure:
            result = next((name for kind, name in _RESULTS.items() if isinstance(failure, kind)), "other")
            raise
        else:
            return answer
        finally:
            if result not in _NO_WORD:
                self.refused = result == "401"
            self._meter.telegram(method.__api_method__, result, perf_counter() - began)


async def _body(answer: aiohttp.ClientResponse) -> tuple[bytes, bool]:
    """The body, up to a size, and whether that is all of it; only as plain bytes: a compressed one may swell to any.

    Raises:
        aiohttp.ClientPayloadError: it is compressed.
    """
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise aiohttp.ClientPayloadError("compressed")
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > _ANSWER_MOST:
            return bytes(body), False
    return bytes(body), True
