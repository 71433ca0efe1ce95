"""What the stand-in keeps: chats, messages, files, what waits for an answer. Values, and nothing of their rules."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

from bot.sandbox.chat.errors import Json


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the stand-in's disk, so to say."""

    file_id: str
    unique_id: str
    kind: str
    content: bytes
    name: str
    mime: str
    path: str
    told_size: int | None
    width: int = 0
    height: int = 0


@dataclass(slots=True)
class Entry:
    """A message with what the bot is not told."""

    message: Json
    at: float
    had_keyboard: bool = False
    reactions: list[str] = field(default_factory=list)
    changed: int = 0
    silent: bool = False


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's) or a group."""

    id: int
    title: str | None = None
    members: set[int] = field(default_factory=set)
    entries: dict[int, Entry] = field(default_factory=dict)
    keyboard: Json | None = None
    force_reply: Json | None = None
    action: tuple[str, float] | None = None
    menu_button: Json | None = None
    pinned: list[int] = field(default_factory=list)
    opened: bool = False
    topics: set[int] = field(default_factory=set)
    bot_status: str = "member"
    version: int = 0

    @property
    def private(self) -> bool:
        """Whether it is a person's chat with the bot."""
        return self.id > 0


@dataclass(slots=True)
class Question:
    """A callback or inline query waiting for the bot's answer."""

    id: str
    user: int
    at: float
    answer: asyncio.Future[Json]


@dataclass(slots=True)
class Call:
    """A Bot API call as the log keeps it."""

    n: int
    at: float
    method: str
    params: Json
    ok: bool | None = None
    error: str | None = None

    def json(self) -> Json:
        """The call for the chat API."""
        return {
            "n": self.n,
            "at": self.at,
            "method": self.method,
            "params": self.params,
            "ok": self.ok,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class Pending:
    """An update that the bot has not confirmed yet."""

    id: int
    body: Json | bytes
    at: float
    again: bool = False


class Bell:
    """Wakes everyone who waits."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wakes them."""
        for each in self._waiting:
            if not each.done():
                each.set_result(None)

    def next_ring(self) -> asyncio.Future[None]:
        """Done when the bell rings the next time, from this very moment on."""
        rung: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(rung)
        rung.add_done_callback(self._waiting.discard)
        return rung

    async def wait(self, seconds: float) -> None:
        """Until the bell rings, at most so long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.next_ring(), max(0.0, seconds))
