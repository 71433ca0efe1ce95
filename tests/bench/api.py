"""A Bot API server on loopback, and people who walk a conversation of five steps through it.

What comes in: the bot's calls, JSON or forms. What goes out: updates, by long polling as many as wait, in order; or to
the bot's webhook, as many at once as it said. A step of a person is over when the bot sent or edited a message in their
chat; a tap is acknowledged when it was answered.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal, Self

import aiohttp
import orjson
from aiohttp import web

TOKEN: Final = "4200:BENCHBENCHBENCHBENCHBENCHBENCHBENCHB"
Step = tuple[Literal["text", "tap"], str]
"""What is typed, or how the label ends of the button that is tapped."""
STEPS: Final[Sequence[Step]] = (
    ("text", "/add"),
    ("text", "PARUS{n}"),
    ("text", "Flowers for offices"),
    ("tap", "Only Kazakhstan"),
    ("tap", "Cancel"),
)
"""The conversation of the workload."""
_SHOWS: Final = frozenset({"sendMessage", "editMessageText"})
_AT_ONCE: Final = 100
_SETTLED_MOST: Final = 120.0


@dataclass(slots=True)
class Walker:
    """A person: where they are in the conversation, and how long the bot took."""

    number: int
    step: int = 0
    walks: int = 0
    last: Mapping[str, Any] = field(default_factory=dict)
    sent: float = 0.0
    took: list[float] = field(default_factory=list)


class BotApi:
    """The server. `async with BotApi() as api`, then `api.url`."""

    def __init__(self, steps: Sequence[Step] = STEPS) -> None:
        self.steps = steps
        self.calls: Counter[str] = Counter()
        self.updates = 0
        self.polled = asyncio.Event()
        self.acknowledged: list[float] = []
        self._walkers: dict[int, Walker] = {}
        self._waiting: list[dict[str, Any]] = []
        self._come = asyncio.Event()
        self._moved = asyncio.Event()
        self._taps: dict[str, float] = {}
        self._message_id = 1000
        self._update_id = 1
        self._on = False
        self._after: Callable[[Walker], None] = self._next
        self._runner: web.AppRunner | None = None
        self._bringing: aiohttp.ClientSession | None = None
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._hook: Mapping[str, Any] = {}
        self._brought: set[asyncio.Task[None]] = set()
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_post("/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_failure: object) -> None:
        if self._bringing is not None:
            await self._bringing.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def closed_loop(self, people: range, seconds: float) -> float:
        """Everybody does the next thing as soon as the last one was answered; gives the seconds it took."""
        self._reset()
        self._on, self._after = True, self._next
        begun = time.perf_counter()
        for number in people:
            self._say(self._walker(number))
        await asyncio.sleep(seconds)
        self._on = False
        took = time.perf_counter() - begun
        await self._settled()
        return took

    async def walk_once(self, people: range) -> None:
        """Everybody goes through the conversation once, from its beginning."""
        self._reset()
        self._after = lambda walker: self._say(walker) if walker.step else None
        for number in people:
            self._say(self._walker(number))
        await self._settled()

    async def open_loop(self, people: range, a_second: int, seconds: float) -> None:
        """So many updates a second come, whatever the bot does; a person who still waits is passed over."""
        self._reset()
        self._after = lambda _walker: None
        idle = [self._walker(number) for number in people]
        random.shuffle(idle)
        begun, sent = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            while sent < (time.perf_counter() - begun) * a_second:
                walker = next((each for each in idle if not each.sent), None)
                if walker is not None:
                    idle.remove(walker)
                    idle.append(walker)
                    self._say(walker)
                sent += 1
            await asyncio.sleep(0.002)
        await self._settled()

    async def taps_at_once(self, people: range) -> float:
        """Everybody, who stands at a button, taps it at the same moment; gives the seconds until the last answer."""
        self._reset()
        self._after = lambda _walker: None
        await asyncio.gather(*(self._to_a_button(self._walker(number)) for number in people))
        self._reset()
        for number in people:
            self._say(self._walker(number))
        begun = time.perf_counter()
        await self._until(lambda: len(self.acknowledged) == len(people))
        took = time.perf_counter() - begun
        await self._settled()
        return took

    @property
    def waits(self) -> list[float]:
        """How long each step took, in seconds."""
        return [took for walker in self._walkers.values() for took in walker.took]

    # Inside

    def _walker(self, number: int) -> Walker:
        return self._walkers.setdefault(number, Walker(number))

    def _reset(self) -> None:
        self.calls.clear()
        self.acknowledged.clear()
        self.updates = 0
        for walker in self._walkers.values():
            walker.took.clear()

    async def _settled(self) -> None:
        """Waits until everything that was said is answered."""
        await self._until(lambda: not any(walker.sent for walker in self._walkers.values()))
        await asyncio.sleep(0.2)  # what the bot writes down after its answer

    async def _to_a_button(self, walker: Walker) -> None:
        while self.steps[walker.step][0] != "tap":
            self._say(walker)
            await self._until(partial(_is_idle, walker))

    async def _until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(_SETTLED_MOST):
            while not true():
                self._moved.clear()
                await self._moved.wait()

    def _next(self, walker: Walker) -> None:
        if self._on:
            self._say(walker)

    def _say(self, walker: Walker) -> None:
        kind, words = self.steps[walker.step]
        walker.sent = time.perf_counter()
        if kind == "text":
            self._put({"message": self._message(walker, words.format(n=walker.number % 90_000 + 10_000))})
        else:
            query = f"{walker.number}-{self._update_id}"
            self._taps[query] = walker.sent
            self._put(
                {
                    "callback_query": {
                        "id": query,
                        "from": _person(walker),
                        "chat_instance": "1",
                        "message": walker.last["message"],
                        "data": _button(walker, words),
                    }
                }
            )

    def _message(self, walker: Walker, text: str) -> dict[str, Any]:
        self._message_id += 1
        message: dict[str, Any] = {
            "message_id": self._message_id,
            "from": _person(walker),
            "chat": _chat(walker),
            "date": int(time.time()),
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        return message

    def _put(self, update: dict[str, Any]) -> None:
        self._update_id += 1
        self.updates += 1
        numbered = {"update_id": self._update_id, **update}
        if self._hook:
            task = asyncio.create_task(self._bring(numbered))
            self._brought.add(task)
            task.add_done_callback(self._brought.discard)
            return
        self._waiting.append(numbered)
        self._come.set()

    async def _bring(self, update: dict[str, Any]) -> None:
        if self._bringing is None:
            self._bringing = aiohttp.ClientSession()
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._hook["secret_token"], "Content-Type": "application/json"}
        async with (
            self._at_once,
            self._bringing.post(self._hook["url"], data=orjson.dumps(update), headers=headers) as answer,
        ):
            answer.raise_for_status()

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.content_type == "application/json":
            body = orjson.loads(await request.read() or b"{}")
        else:
            body = {key: _loaded(value) for key, value in (await request.post()).items()}
        if method == "getUpdates":
            return _answer(await self._updates(int(body.get("offset") or 0), float(body.get("timeout") or 0)))
        self.calls[method] += 1
        if method == "setWebhook":
            self._hook, self._at_once = body, asyncio.Semaphore(int(body.get("max_connections") or _AT_ONCE))
            self.polled.set()
        if method == "getMe":
            return _answer({"id": 4200, "is_bot": True, "first_name": "Bench", "username": "bench_bot"})
        if method == "answerCallbackQuery":
            sent = self._taps.pop(str(body["callback_query_id"]), None)
            if sent is not None:
                self.acknowledged.append(time.perf_counter() - sent)
                self._moved.set()
            return _answer(result=True)
        if method in _SHOWS:
            return _answer(self._shown(method, body))
        return _answer(result=True)

    def _shown(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        walker = self._walkers[int(body["chat_id"])]
        if method == "sendMessage":
            self._message_id += 1
        message = {
            "message_id": self._message_id if method == "sendMessage" else int(body["message_id"]),
            "from": {"id": 4200, "is_bot": True, "first_name": "Bench", "username": "bench_bot"},
            "chat": _chat(walker),
            "date": int(time.time()),
            "text": body["text"],
        }
        markup = body.get("reply_markup") or {}
        if "inline_keyboard" in markup:
            message["reply_markup"] = markup
            buttons = {each["text"]: each.get("callback_data", "") for row in markup["inline_keyboard"] for each in row}
            walker.last = {"message": message, "buttons": buttons}
        if walker.sent:
            walker.took.append(time.perf_counter() - walker.sent)
            walker.sent = 0.0
            self._moved.set()
            walker.step = (walker.step + 1) % len(self.steps)
            self._after(walker)
        return message

    async def _updates(self, offset: int, timeout: float) -> list[dict[str, Any]]:
        self.polled.set()
        self._waiting = [each for each in self._waiting if each["update_id"] >= offset]
        if not self._waiting and timeout:
            self._come.clear()
            try:
                await asyncio.wait_for(self._come.wait(), timeout)
            except TimeoutError:
                return []
        return self._waiting[:_AT_ONCE]


def _is_idle(walker: Walker) -> bool:
    return not walker.sent


def _person(walker: Walker) -> dict[str, Any]:
    return {"id": walker.number, "is_bot": False, "first_name": f"P{walker.number}", "language_code": "en"}


def _chat(walker: Walker) -> dict[str, Any]:
    return {"id": walker.number, "type": "private", "first_name": f"P{walker.number}"}


def _button(walker: Walker, label: str) -> str:
    """What the button says whose label ends so.

    Raises:
        LookupError: the bot shows no such button: it is not the conversation that is measured.
    """
    for shown, data in walker.last["buttons"].items():
        if shown.endswith(label):
            return str(data)
    raise LookupError(f"no button {label!r} among {sorted(walker.last['buttons'])}")


def _loaded(value: Any) -> Any:
    """A field of a form: objects come as JSON, the rest as text."""
    if isinstance(value, str) and value[:1] in "{[":
        return orjson.loads(value)
    return value


def _answer(result: Any) -> web.Response:
    return web.Response(body=orjson.dumps({"ok": True, "result": result}), content_type="application/json")
