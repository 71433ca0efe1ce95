"""Troubles of Telegram, made at its stand-in, and what the bot called there."""

from __future__ import annotations

from typing import Any

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.chat.errors import Json
from tests.person import Person


async def trouble(telegram: TelegramSandbox, person: Person, method: str, kind: str, **more: Any) -> None:
    answer = await person.http.post(f"{telegram.url}/chat/faults", json={"method": method, "kind": kind, **more})
    answer.raise_for_status()


def calls(telegram: TelegramSandbox, method: str) -> list[Json]:
    return [each.params for each in telegram.world.calls if each.method == method]


async def post(person: Person, what: str, **body: Any) -> Any:
    answer = await person.http.post(f"{person.url}/chat/{what}", json=body)
    return answer.raise_for_status().json()
