"""A server on loopback that writes down every request and answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Received:
    """A request: where each parameter stood, and the files by their field."""

    method: str
    path: str
    query: str
    fields: dict[str, str]
    files: dict[str, tuple[str, bytes, str]]
    headers: dict[str, str]


Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


def says(body: str | bytes, *, status: int = 200, content_type: str = JSON) -> Reply:
    """Answers with a body."""

    async def reply(_request: web.Request) -> web.StreamResponse:
        content = body.encode() if isinstance(body, str) else body
        return web.Response(status=status, body=content, headers={"Content-Type": content_type})

    return reply


def drops() -> Reply:
    """Closes the connection without a word."""

    async def reply(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    return reply


def hangs() -> Reply:
    """Never answers."""

    async def reply(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    return reply


def cut(body: bytes) -> Reply:
    """Promises a whole body, sends this beginning of it and closes the connection."""

    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": JSON})
        response.content_length = len(body) * 2
        await response.prepare(request)
        await response.write(body)
        assert request.transport is not None
        request.transport.close()
        return response

    return reply


def redirects(to: str) -> Reply:
    """Sends elsewhere, body and all."""

    async def reply(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": to})

    return reply


@dataclass
class Recorder:
    """The server; `replies` are used up in order, the last one stays."""

    replies: list[Reply] = field(default_factory=lambda: [says("OK")])
    received: list[Received] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def last(self) -> Received:
        return self.received[-1]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        fields: dict[str, str] = {}
        files: dict[str, tuple[str, bytes, str]] = {}
        for name, value in (await request.post()).items():
            assert name not in fields, f"{name} came twice"
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.file.read(), value.content_type)
                value.file.close()
            else:
                assert isinstance(value, str)
                fields[name] = value
        headers = {key.lower(): value for key, value in request.headers.items()}
        self.received.append(Received(request.method, request.path, request.query_string, fields, files, headers))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return await reply(request)
