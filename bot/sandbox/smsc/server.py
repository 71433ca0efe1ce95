"""The stand-in as a web server: SMSC's endpoints, the desk, and faults on demand."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.sandbox.clock import SandboxClock
from bot.sandbox.faults import WAYS, halfway, spoilt
from bot.sandbox.site import listen
from bot.sandbox.smsc.api import Request, command_of, perform
from bot.sandbox.smsc.damage import damaged
from bot.sandbox.smsc.demo import DEMO
from bot.sandbox.smsc.desk import Desk
from bot.sandbox.smsc.records import Refusal
from bot.sandbox.smsc.state import SandboxState
from bot.sandbox.smsc.wire import Failed, compose, content_type, decode, encode
from bot.smsc.errors import ErrorKind

if TYPE_CHECKING:
    from bot.sandbox.smsc.forms import Fault
    from bot.sandbox.smsc.wire import Received, Reply

_BODY_MOST: Final = 16 * 1024 * 1024
_REQUESTS_KEPT: Final = 50_000
_UNDONE: Final = '{\n"result": "Технические работы"\n}'
"""What a spoilt answer is made of when the deed was not done."""


class SmscSandbox(SandboxState):
    """A running stand-in, which listens at `url`; what it knows is gone when it is closed."""

    def __init__(self, clock: SandboxClock) -> None:
        super().__init__(clock)
        self.url = ""
        self._at_once: Counter[str] = Counter()
        self._runner: web.AppRunner | None = None

    @classmethod
    async def start(cls, *, port: int = 0, host: str = "127.0.0.1", clock: SandboxClock | None = None) -> SmscSandbox:
        """Starts to listen; port 0 is a free one."""
        sandbox = cls(clock or SandboxClock())
        app = web.Application(client_max_size=_BODY_MOST)
        for path in ("/sys/senders.php", "/sys/balance.php"):
            app.router.add_get(path, sandbox._answer, allow_head=False)
            app.router.add_post(path, sandbox._answer)
        app.add_routes(Desk(sandbox).routes())
        sandbox._runner, sandbox.url = await listen(app, host, port)
        return sandbox

    async def close(self) -> None:
        """Stops to listen; what hangs is cut off."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        query = request.raw_path.partition("?")[2].encode("utf-8", "surrogateescape")
        kind, come = request.headers.get("Content-Type", ""), b""
        if any(each.when == "upload" for each in self.faults):
            come = await halfway(request)
            received = decode(query, kind, come)
            seen = self._request(request, received)
            fault = self._take_fault(seen, "upload")
            if fault is not None:
                self._noted(seen)
                return await self._spoilt(request, received, seen, fault, _UNDONE)
        received = decode(query, kind, come + await request.read())
        account = self.world.account_of(received.fields)
        login = account.login if account is not None else ""
        seen = self._noted(self._request(request, received, login))
        self._at_once[login] += 1
        try:
            if self.latency > 0:
                await asyncio.sleep(self.latency)
            return await self._replied(request, received, seen, login)
        finally:
            self._at_once[login] -= 1
            if not self._at_once[login]:
                del self._at_once[login]

    def _noted(self, seen: Request) -> Request:
        if len(self.requests) >= _REQUESTS_KEPT:
            del self.requests[: _REQUESTS_KEPT // 2]
        self.requests.append(seen)
        return seen

    def _request(self, request: web.Request, received: Received, login: str = "") -> Request:
        return Request(
            command_of(request.path, received.fields),
            received.fields,
            received.query,
            request.method,
            [(each.part, each.name, each.content) for each in received.files],
            self.clock.now(),
            login or received.fields.get("login", ""),
        )

    async def _replied(self, request: web.Request, received: Received, seen: Request, login: str) -> web.StreamResponse:
        if login and self._at_once[login] >= self.world.limits.at_once:
            return self._said(Failed(ErrorKind.TOO_OFTEN.number), received, seen)
        fault = self._take_fault(seen, "before")
        if fault is not None and fault.only_late:
            await self.clock.sleep(fault.seconds)
        elif fault is not None:
            return await self._spoilt(request, received, seen, fault, _UNDONE)
        reply = self._done(request, received, seen.command)
        fault = self._take_fault(seen, "after")
        if fault is not None:
            return await self._spoilt(request, received, seen, fault, compose(reply, received.fmt, self.forms))
        return self._said(reply, received, seen)

    def _done(self, request: web.Request, received: Received, command: str) -> Reply:
        now = self.clock.now()
        self.world.settle(now)
        try:
            blocking = self.forms.blocking == "on"
            account = self.world.admit(received.fields, request.remote or "", now, blocking=blocking)
        except Refusal as refusal:
            return Failed(refusal.number)
        return perform(self.world, command, received, account, now, self.forms)

    def _said(self, reply: Reply, received: Received, seen: Request) -> web.Response:
        seen.error = int(reply.number) if isinstance(reply, Failed) else None
        return _response(compose(reply, received.fmt, self.forms), received)

    def _take_fault(self, seen: Request, when: str) -> Fault | None:
        for place, each in enumerate(self.faults):
            if each.command in {None, seen.command} and each.login in {"", seen.login} and each.when == when:
                if each.times == 1:
                    del self.faults[place]
                elif each.times > 1:
                    self.faults[place] = replace(each, times=each.times - 1)
                return each
        return None

    async def _spoilt(
        self, request: web.Request, received: Received, seen: Request, fault: Fault, text: str
    ) -> web.StreamResponse:
        """The answer as the fault leaves it; `text` is what it would have been."""
        match fault.kind:
            case "error":
                return self._said(Failed(fault.error), received, seen)
            case "charset":
                other = "windows-1251" if received.charset == "utf-8" else "utf-8"
                return _response(text, received, written_in=other)
            case "damage":
                headers = {"Content-Type": content_type(received.fmt, received.charset)}
                return web.Response(body=damaged(text, fault.damage), headers=headers)
        answer = _response(text, received)
        return await spoilt(request, answer, WAYS[fault.kind], fault.seconds, self.clock.sleep)


def _response(text: str, received: Received, *, written_in: str | None = None) -> web.Response:
    headers = {"Content-Type": content_type(received.fmt, received.charset)}
    return web.Response(body=encode(text, written_in or received.charset), headers=headers)


async def serve(port: int) -> None:
    """Runs alone until it is cancelled; the first line tells how to get in, the second where."""
    sandbox = await SmscSandbox.start(port=port)
    try:
        sys.stdout.write(f"login={DEMO.login} psw={DEMO.password} apikey={DEMO.apikey}\n{sandbox.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
    finally:
        await sandbox.close()
