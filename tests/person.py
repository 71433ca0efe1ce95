"""A person with a phone: writes, taps, sends files and reads, through the Telegram stand-in's chat API.

What a person waits for must come after what they did last: only messages that are new or were changed since then are
accepted, so no test passes by what stood in the chat before. Where it is not the person who acts (the clock is turned,
SMSC decides, the bot starts again), `looks` says that only what comes from now on counts.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
import httpx

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.chat.chat_api import ChatApi
from bot.sandbox.chat.errors import ChatError

_DONE, _GONE = 200, 404
PATIENCE = 60.0
"""Seconds until a test gives up on the bot; no assertion depends on how fast it is."""


class Aiohttp(httpx.AsyncBaseTransport):
    """Lets aiohttp carry what an httpx client asks: a third of the cost of httpx's own way, and people ask a lot."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        asked = self._session.request(
            request.method,
            str(request.url),
            data=io.BytesIO(body) if body else None,
            headers=request.headers.multi_items(),
            allow_redirects=False,
        )
        async with asked as answer:
            return httpx.Response(answer.status, headers=list(answer.headers.items()), content=await answer.read())


class Phones(httpx.AsyncClient):
    """The way over HTTP that people take to the Telegram stand-in, and a shorter one to those `near`, in this process.

    What a person does most, and each look at the chat, goes the short way: HTTP would be most of what a test costs,
    and what is tested is on the other side of the stand-in, where the bot is.
    """

    def __init__(self, session: aiohttp.ClientSession, near: Sequence[TelegramSandbox]) -> None:
        super().__init__(transport=Aiohttp(session))
        self._near = near

    def near(self, url: str) -> ChatApi | None:
        """The people's side of the stand-in with this address, if it is in this process."""
        return next((each.people for each in self._near if each.url == url), None)


@asynccontextmanager
async def phones(*near: TelegramSandbox) -> AsyncIterator[httpx.AsyncClient]:
    """The way that people take to the Telegram stand-in."""
    waiting = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(auto_decompress=False, timeout=waiting) as session:
        yield Phones(session, near)


@dataclass
class Person:
    """One user of the stand-in, in the private chat with the bot unless `chat` says otherwise."""

    http: httpx.AsyncClient
    url: str
    id: int
    since: int = 0
    """The version of the chat before the last thing they did; what is newer came after it."""
    seen: dict[str, Any] = field(default_factory=dict)
    _under_way: int = 0

    @classmethod
    async def arrive(cls, http: httpx.AsyncClient, url: str, name: str = "Aigerim", language: str = "en") -> Self:
        answer = await http.post(f"{url}/chat/users", json={"first_name": name, "language_code": language})
        return cls(http, url, answer.raise_for_status().json()["id"])

    # Doing

    async def writes(self, text: str, **more: Any) -> Any:
        return await self._post("send", {"text": text, **more})

    async def edits(self, message_id: int, text: str) -> Any:
        """Edits the text of a message of theirs, or what stands under a file."""
        return await self._post("edit", {"message_id": message_id, "text": text})

    async def sends_file(self, name: str, content: bytes, *, photo: bool = False, **more: str) -> Any:
        data = {"as": "photo" if photo else "document", **more}
        return await self._acts("file", data=data, files=[("file", (name, content))])

    async def shares_contact(self, phone: str) -> Any:
        return await self._post("contact", {"phone": phone, "own": True})

    async def sends_album(self, files: Sequence[tuple[str, bytes]], *, photo: bool = False, **more: str) -> Any:
        data = {"as": "photo" if photo else "document", **more}
        return await self._acts("album", data=data, files=[("file", each) for each in files])

    async def sends_other(self, kind: str) -> Any:
        return await self._post("other", {"kind": kind})

    async def taps(self, label: str) -> Any:
        """Taps the newest button whose label has these words in it.

        A button that was drawn anew under the thumb is looked for again.
        """
        while True:
            message, data = await self.button(label)
            answer = await self._post("tap", {"message_id": message, "data": data}, expected=(_DONE, _GONE))
            if "error" not in answer:
                return answer

    async def taps_data(self, message_id: int, data: str) -> Any:
        """Taps a button that may be old, or forged."""
        return await self._post("tap", {"message_id": message_id, "data": data, "force": True})

    # Reading

    async def state(self, after: int | None = None) -> dict[str, Any]:
        """What the chat shows; `after`: as soon as it is newer than this version, or a moment later."""
        known, seconds = (-1, 0.0) if after is None else (after, 0.1)
        near = self._near()
        if near is not None:
            await asyncio.sleep(0)  # others get their turn, as they do with HTTP
            self.seen = _copied(await near.waits(self.id, None, known, seconds))
            return self.seen
        asked: dict[str, Any] = {"user": self.id, "version": known, "seconds": seconds}
        answer = await self.http.get(f"{self.url}/chat/wait", params=asked)
        self.seen = answer.raise_for_status().json()
        return self.seen

    async def looks(self) -> dict[str, Any]:
        """Takes in what the chat shows; only what comes from now on is waited for. Gives the chat's state."""
        state = await self.state()
        self.since = state["version"]
        return state

    def fresh(self, state: dict[str, Any]) -> list[dict[str, Any]]:
        """The bot's messages that are new or changed since the last action, oldest first."""
        return [each for each in state["messages"] if each["from"]["is_bot"] and each["changed"] > self.since]

    async def button(self, label: str) -> tuple[int, str]:
        """The message and the data of a button with these words, under the newest message that has buttons."""

        def found(state: dict[str, Any]) -> tuple[int, str] | None:
            newest = next((each for each in reversed(state["messages"]) if each["inline"]), None)
            if newest is None or newest not in self.fresh(state):
                return None
            buttons = [each for row in newest["inline"] for each in row if label in each["text"]]
            data = [(newest["id"], each["callback_data"]) for each in buttons if each.get("callback_data")]
            return data[0] if data else None

        button: tuple[int, str] = await self.until(found, f"a button “{label}”")
        return button

    async def shows(self, label: str) -> None:
        """Waits until a button has these words."""

        def found(state: dict[str, Any]) -> bool | None:
            rows = [row for message in self.fresh(state) for row in message["inline"]]
            return True if any(label in each["text"] for row in rows for each in row) else None

        await self.until(found, f"a button “{label}”")

    async def sees(self, *parts: str) -> str:
        """Waits until the newest message of the bot has all these parts; gives its text."""
        return await self._sees_newest(lambda text: all(part in text for part in parts), f"{parts}")

    async def sees_one_of(self, *parts: str) -> str:
        """Waits until the newest message of the bot has one of these parts; gives its text."""
        return await self._sees_newest(lambda text: any(part in text for part in parts), f"one of {parts}")

    async def skips_to(self, *parts: str) -> str:
        """Skips one question after the other until the one with all these parts is asked; gives its text."""
        return await self._skips(lambda text: all(part in text for part in parts), f"{parts}")

    async def skips_to_one_of(self, *parts: str) -> str:
        """Skips one question after the other until one with one of these parts is asked; gives its text."""
        return await self._skips(lambda text: any(part in text for part in parts), f"one of {parts}")

    async def _skips(self, wanted: Callable[[str], bool], what: str) -> str:
        def found(state: dict[str, Any]) -> str | None:
            said = [each for each in state["messages"] if each["from"]["is_bot"]]
            if not said or said[-1]["changed"] <= self.since:
                return None
            text: str = said[-1]["text"]
            can_be_skipped = any(each["text"] == "Skip" for row in said[-1]["inline"] for each in row)
            return text if can_be_skipped or wanted(text) else None

        while True:
            text: str = await self.until(found, f"{what}, or a question that can be skipped")
            if wanted(text):
                return text
            await self.taps("Skip")

    async def _sees_newest(self, wanted: Callable[[str], bool], what: str) -> str:
        def found(state: dict[str, Any]) -> str | None:
            said = [each for each in state["messages"] if each["from"]["is_bot"]]
            return said[-1]["text"] if said and said[-1]["changed"] > self.since and wanted(said[-1]["text"]) else None

        text: str = await self.until(found, what)
        return text

    async def sees_somewhere(self, *parts: str) -> str:
        """As `sees`, in any message of the bot."""

        def found(state: dict[str, Any]) -> str | None:
            texts = [each["text"] for each in self.fresh(state)]
            return next((text for text in texts if all(part in text for part in parts)), None)

        text: str = await self.until(found, f"{parts} somewhere")
        return text

    async def until(self, found: Any, what: str) -> Any:
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        state = await self.state()
        while (result := found(state)) is None:
            if loop.time() > end:
                shown = "\n---\n".join(_drawn(each, self.since) for each in state["messages"][-4:])
                raise AssertionError(f"never saw {what}; the chat is:\n{shown}")
            state = await self.state(after=state["version"])
        return result

    def labels(self) -> list[str]:
        """The labels of the newest keyboard that was seen."""
        for message in reversed(self.seen["messages"]):
            if message.get("inline"):
                return [each["text"] for row in message["inline"] for each in row]
        return []

    # Ways that many tests begin with

    async def connects(self, apikey: str, service: str | None = None) -> None:
        await self.writes("/connect")
        if service is not None:
            await self.taps(service)
        await self.sees("Send the API key")
        await self.writes(apikey)
        await self.sees("Connected")

    async def _post(self, what: str, body: dict[str, Any], expected: Sequence[int] = (_DONE,)) -> Any:
        return await self._acts(what, json=body, expected=expected)

    async def _acts(self, what: str, *, expected: Sequence[int] = (_DONE,), **sent: Any) -> Any:
        """Does something, and notes the version of the chat before it.

        Of actions at once it is the first that counts: each may be the one that is answered. What happens in a
        group (`chat`) leaves the person's own chat as it is.
        """
        body = sent["json"] if "json" in sent else sent["data"]
        first = not self._under_way and "chat" not in body
        if first and self.seen:
            self.since = max(self.since, self.seen["version"])
        body["user"] = self.id
        self._under_way += 1
        try:
            status, told = await self._answer(what, sent)
        finally:
            self._under_way -= 1
        assert status in expected, told
        if first and status == _DONE:
            self.since = (told[0] if isinstance(told, list) else told)["before"]
        return told

    async def _answer(self, what: str, sent: dict[str, Any]) -> tuple[int, Any]:
        near = self._near()
        if near is None:
            answer = await self.http.post(f"{self.url}/chat/{what}", **sent)
            return answer.status_code, answer.json()
        await asyncio.sleep(0)  # others get their turn, as they do with HTTP
        try:
            if "json" in sent:
                return _DONE, _copied(await near.does(what, _copied(sent["json"])))
            return _DONE, near.sends(what, sent["data"], [file for _, file in sent["files"]])
        except ChatError as wrong:
            return wrong.status, {"error": str(wrong)}

    def _near(self) -> ChatApi | None:
        return self.http.near(self.url) if isinstance(self.http, Phones) else None


def _copied(value: Any) -> Any:
    """The same as it would come over HTTP: nobody else's."""
    return json.loads(json.dumps(value))


def newest(state: dict[str, Any]) -> str:
    """The text of the bot's newest message."""
    texts = [each["text"] for each in state["messages"] if each["from"]["is_bot"]]
    return texts[-1] if texts else ""


def _drawn(message: dict[str, Any], since: int) -> str:
    rows = [" ".join(f"[{each['text']}]" for each in row) for row in message.get("inline") or ()]
    who = ("bot" if message["from"]["is_bot"] else "person") + (" (from before)" if message["changed"] <= since else "")
    return f"{who}: {message.get('text')}\n" + "\n".join(rows)
