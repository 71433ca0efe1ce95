"""Answers of a Bot API server that means no good (compressed, endless, elsewhere): each is a lost one, and no more."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiohttp import web

from bot.sandbox.site import listen
from bot.telegram.session import JsonSession

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
SOUND = b'{"ok": true, "result": {"id": 1, "is_bot": true, "first_name": "x"}}'


async def compressed(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=gzip.compress(SOUND), headers={"Content-Encoding": "gzip"})


async def elsewhere(request: web.Request) -> web.StreamResponse:
    return (
        web.Response(body=SOUND)
        if "moved" in request.path
        else web.Response(status=307, headers={"Location": "/moved"})
    )


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 1_000_000)


@pytest.fixture
async def asking() -> AsyncIterator[Callable[[Answer], Awaitable[Bot]]]:
    runners: list[web.AppRunner] = []
    bots: list[Bot] = []

    async def ask(answer: Answer) -> Bot:
        site = web.Application()
        site.router.add_post("/{rest:.*}", answer)
        runner, url = await listen(site, "127.0.0.1", 0)
        runners.append(runner)
        bots.append(Bot("123456:ABCDEFGHIJK", JsonSession(url, None)))
        return bots[-1]

    yield ask
    for bot in bots:
        await bot.session.close()
    for runner in runners:
        await runner.cleanup()


@pytest.mark.parametrize("answer", [compressed, elsewhere, endless])
async def test_a_hostile_answer_of_telegram_is_a_lost_one(
    asking: Callable[[Answer], Awaitable[Bot]], answer: Answer
) -> None:
    bot = await asking(answer)
    with pytest.raises(TelegramNetworkError):
        await bot.get_me()


async def test_nothing_compressed_is_asked_for(asking: Callable[[Answer], Awaitable[Bot]]) -> None:
    seen: list[str] = []

    async def sound(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers["Accept-Encoding"])
        return web.Response(body=SOUND)

    await (await asking(sound)).get_me()
    assert seen == ["identity"]


async def test_what_is_still_asked_when_the_bot_has_stopped_opens_no_connection_anew(
    asking: Callable[[Answer], Awaitable[Bot]],
) -> None:
    asked: list[str] = []

    async def sound(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.Response(body=SOUND)

    bot = await asking(sound)
    await bot.session.close()
    with pytest.raises(TelegramNetworkError):
        await bot.get_me()
    assert not asked


@pytest.mark.parametrize("scheme", ["socks5", "SOCKS5"])
async def test_names_are_looked_up_by_the_proxy_and_not_by_the_network_here(scheme: str) -> None:
    """Where Telegram is blocked, the network may lie about its address."""
    said: list[bytes] = []

    async def socks5(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """RFC 1928 and 1929, up to the request; then Telegram's answer, whoever was asked for."""
        await reader.readexactly(1 + 1 + 1)
        writer.write(b"\x05\x02")
        said.append(await reader.readexactly(1 + 1 + len("user") + 1 + len("p@ss")))
        writer.write(b"\x01\x00")
        said.append(await reader.readexactly(4 + 1 + len("api.telegram.example") + 2))
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(SOUND), SOUND))
        writer.close()

    async with await asyncio.start_server(socks5, "127.0.0.1", 0) as server:
        proxy = f"{scheme}://user:p%40ss@127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with Bot("123456:ABCDEFGHIJK", JsonSession("http://api.telegram.example:81", proxy)) as bot:
            assert (await bot.get_me()).id == 1
    assert said == [b"\x01\x04user\x04p@ss", b"\x05\x01\x00\x03\x14api.telegram.example\x00Q"]
