"""Calls to the Bot API: JSON bodies instead of forms, waits where Telegram says so, repeats what may be repeated.

HTTP is pyreqwest's, which is Rust's reqwest: a third of what a call costs in aiohttp (docs/decisions/0037-http.md).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from math import ceil
from pathlib import Path
from time import perf_counter
from typing import Any, Final, cast

import aiogram
import certifi
import orjson
import structlog
from aiogram import Bot
from aiogram.client.session.base import BaseSession
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
from aiogram.types import InputFile
from pydantic import TypeAdapter
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import PyreqwestError
from pyreqwest.multipart import FormBuilder, PartBuilder
from pyreqwest.proxy import ProxyBuilder
from pyreqwest.request import RequestBuilder

from bot.backoff import Backoff
from bot.meter import Meter
from bot.points import Reached
from bot.telegram.batch import Arrived, arrived, cut_off, read
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
_HEADERS: Final = {"User-Agent": f"aiogram/{aiogram.__version__}", "Accept-Encoding": "identity"}
"""Nothing compressed is asked for, and what comes so is not unpacked: it may swell to any size."""
_CONNECTIONS_MOST: Final = 100
_IDLE: Final = timedelta(seconds=15)
"""So long a connection is kept that nobody uses; as aiohttp does."""
_NAMES_BY_THE_PROXY: Final = {"socks5": "socks5h", "socks4": "socks4a"}
"""Proxies that look names up themselves: where Telegram is blocked, the network may lie about them."""
_CHUNK: Final = 65536
_ANSWER_MOST: Final = 16 * 1024 * 1024
"""Bytes of the longest answer that is read; a hundred updates are a few hundred thousand."""


@cache
def _reader(returning: Any) -> TypeAdapter[Any]:
    """The reader of a kind of result, built once: aiogram builds the class `Response[…]` anew for every answer."""
    return TypeAdapter(returning)


class GetRawUpdates(TelegramMethod[list[Arrived]]):
    """`getUpdates` whose answer is only cut into its updates: one that nobody can read must not stop the others."""

    __returning__ = list[Arrived]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class JsonSession(BaseSession):
    """aiogram's session with JSON bodies wherever no file is sent (a quarter of the cost of a form)."""

    def __init__(self, api_url: str, proxy: str | None) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_url), json_loads=orjson.loads)
        self._client = _client(proxy)

    async def close(self) -> None:
        """Closes the connections, for good: what is still on its way when the bot has stopped opens none anew."""
        await self._client.close()

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """One call; `timeout` in seconds.

        Raises:
            TelegramNetworkError: no answer; the message carries no URL.
            TelegramAPIError: Telegram's refusal, by kind.
        """
        call = self._client.post(self.api.api_url(token=bot.token, method=method.__api_method__))
        call = call.timeout(timedelta(seconds=self.timeout if timeout is None else timeout))
        try:
            status, content, whole = await _answer(await self._with_body(call, bot, method))
        except TimeoutError:
            raise TelegramNetworkError(method=method, message="no answer in time") from None
        except PyreqwestError as failure:
            raise TelegramNetworkError(method=method, message=type(failure).__name__) from None
        if not whole and not isinstance(method, GetRawUpdates):
            raise TelegramNetworkError(method=method, message="too long")
        if isinstance(method, GetRawUpdates) and status == HTTPStatus.OK:
            with suppress(ValueError):
                updates = arrived(content) if whole else [read(each) for each in cut_off(content)]
                return cast("TelegramType", updates)
        if status == HTTPStatus.OK:
            with suppress(
                ValueError, LookupError, TypeError
            ):  # pydantic's are ValueErrors; aiogram tells what is wrong
                return cast("TelegramType", _result(bot, method, content))
        response: Response[TelegramType] = self.check_response(
            bot=bot, method=method, status_code=status, content=content.decode(errors="replace")
        )
        return cast("TelegramType", response.result)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = _CHUNK,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """What lies at an address, in pieces; `timeout` in seconds for all of it.

        Raises:
            TimeoutError: it takes longer.
            PyreqwestError: it cannot be had: a redirect is not followed, and what is compressed is not unpacked.
        """
        call = self._client.get(url).headers(headers or {}).error_for_status(raise_for_status)
        async with call.timeout(timedelta(seconds=timeout)).build_streamed() as answer:
            if answer.status != HTTPStatus.OK or answer.get_header("Content-Encoding") not in {None, "identity"}:
                raise PyreqwestError("not what lies there")
            while (chunk := await answer.body_reader.read(chunk_size)) is not None:
                yield bytes(chunk)

    async def date_at(self, url: str, seconds: float) -> str:
        """The `Date` header of what lies at an address; "" where there is none, or no answer in so many seconds."""
        try:
            answer = await self._client.head(url).timeout(timedelta(seconds=seconds)).build().send()
        except PyreqwestError:
            return ""
        return answer.get_header("Date") or ""

    async def _with_body(self, call: RequestBuilder, bot: Bot, method: TelegramMethod[Any]) -> RequestBuilder:
        files: dict[str, InputFile] = {}
        body: Mapping[str, Any]
        if isinstance(method, Call):
            body = method.body
        else:
            body = {
                key: prepared
                for key, value in method.model_dump(warnings=False, exclude_none=True).items()
                if (prepared := self.prepare_value(value, bot=bot, files=files, _dumps_json=False)) is not None
            }
        if not files:
            return call.header("Content-Type", "application/json").body_bytes(orjson.dumps(body))
        form = FormBuilder()
        for key, value in body.items():
            form = form.text(key, value if isinstance(value, str) else orjson.dumps(value).decode())
        for key, file in files.items():
            content = b"".join([chunk async for chunk in file.read(bot)])
            form = form.part(key, PartBuilder.from_bytes(content).file_name(file.filename or key))
        return call.multipart(form)

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


class Told(BaseRequestMiddleware):
    """Tells an observer before a call goes out, and when it was granted. Registered last, where there is one."""

    def __init__(self, reached: Reached) -> None:
        self._reached = reached

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Passes the call on."""
        self._reached(f"before-telegram-{method.__api_method__}")
        answer = await make_request(bot, method)
        self._reached(f"after-telegram-{method.__api_method__}")
        return answer


def _client(proxy: str | None) -> Client:
    """The connections. What the environment says of proxies is not heeded.

    Certificates: those of the system, and certifi's, which aiogram's own session takes.
    """
    made = (
        ClientBuilder()
        .default_headers(_HEADERS)
        .gzip(False)
        .brotli(False)
        .zstd(False)
        .deflate(False)
        .follow_redirects(False)
        .max_connections(_CONNECTIONS_MOST)
        .pool_idle_timeout(_IDLE)
        .add_root_certificate_pem(Path(certifi.where()).read_bytes())
    )
    if proxy is None:
        return made.no_proxy().build()
    scheme, _, rest = proxy.partition("://")
    scheme = _NAMES_BY_THE_PROXY.get(scheme.lower(), scheme)
    return made.proxy(ProxyBuilder.all(f"{scheme}://{rest}")).build()


async def _answer(call: RequestBuilder) -> tuple[int, bytes, bool]:
    """The status and the body, up to a size, and whether that is all of it."""
    body = bytearray()
    async with call.build_streamed() as answer:
        while (chunk := await answer.body_reader.read_chunk()) is not None:
            body += chunk
            if len(body) > _ANSWER_MOST:
                return answer.status, bytes(body), False
        return answer.status, bytes(body), True
