"""Faults of the tests' own, at the n-th call of some work that leaves the program (file, SMSC, Telegram, download)."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.backoff import Backoff
from bot.senders import operations
from bot.smsc import SmscClient
from bot.storage.database import Database
from bot.telegram.session import JsonSession


class UnforeseenError(Exception):
    """Nothing in the program knows it."""


@dataclass
class Faults:
    """Counts what leaves the program while it is `armed`, of the tasks that are meant, and fails the n-th."""

    work: str = ""
    nth: int = 0
    count: int = 0
    armed: bool = False
    seams: list[str] = field(default_factory=list)

    def arm(self, work: str, nth: int) -> None:
        """From now on the n-th call of this work fails, once."""
        self.work, self.nth, self.count, self.armed = work, nth, 0, True

    def passes(self, seam: str) -> None:
        """One more call; raises where it is the one."""
        if not self.armed or not any(each.startswith(self.work) for each in _work()):
            return
        self.count += 1
        if self.count == self.nth:
            self.armed = False
            self.seams.append(seam)
            raise UnforeseenError(f"{seam}, call {self.nth} of {self.work}")


def _work() -> set[str]:
    """The functions that the present task is in: they tell whose work it is."""
    return {frame.f_code.co_qualname for frame, _ in traceback.walk_stack(None)}


def counted_faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Counts the calls, and lets one of them fail, for as long as the patch lasts."""
    counted = Faults()

    def counting(owner: Any, name: str, seam: str) -> None:
        original = getattr(owner, name)

        async def call(*args: Any, **more: Any) -> Any:
            counted.passes(seam)
            return await original(*args, **more)

        monkeypatch.setattr(owner, name, call)

    counting(Database, "run", "file")
    counting(SmscClient, "call", "SMSC")
    counting(JsonSession, "make_request", "Telegram")
    streaming = JsonSession.stream_content

    async def stream(*args: Any, **more: Any) -> Any:
        counted.passes("download")
        async for chunk in streaming(*args, **more):
            yield chunk

    monkeypatch.setattr(JsonSession, "stream_content", stream)
    monkeypatch.setattr(operations, "_LOOK_AGAIN", Backoff.doubling(1.0, 1800.0))
    return counted
