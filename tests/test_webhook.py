"""Updates that Telegram brings by HTTP: nothing is acknowledged before it is in the file, and nothing else gets in."""

from __future__ import annotations

import asyncio
import random
import socket
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import orjson
import pytest

from bot.listening import CannotListen
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO
from bot.settings import GivenSettings
from bot.telegram import webhook
from bot.telegram.webhook import SECRET_HEADER
from tests.kept import rows
from tests.person import Person
from tests.running import InProcess, comes, free_port

UNKNOWN_KIND = b'{"update_id":5,"something_new":{"a":1}}'
ODD = b'{"update_id":6,"message":NaN}'


@pytest.fixture
def hooked(settings: dict[str, str]) -> dict[str, str]:
    """The settings of a bot that updates are brought to."""
    where = f"127.0.0.1:{free_port()}"
    return {**settings, "WEBHOOK_URL": f"http://{where}/updates", "WEBHOOK_LISTEN": where}


@pytest.fixture
async def listening(hooked: dict[str, str], clock: SandboxClock, telegram: TelegramSandbox) -> AsyncIterator[InProcess]:
    bot = InProcess(hooked, clock)
    await bot.start()
    await comes(lambda: telegram.world.webhook)
    yield bot
    await bot.stop()


class Knocks:
    """Somebody who knows the secret and sends something to the webhook."""

    def __init__(self, http: httpx.AsyncClient, url: str, secret: str) -> None:
        self.http, self.url, self.secret = http, url, secret

    async def with_(self, body: bytes | AsyncIterator[bytes]) -> int:
        answer = await self.http.post(self.url, content=body, headers={SECRET_HEADER: self.secret})
        return answer.status_code


@pytest.fixture
async def knocks(listening: InProcess, hooked: dict[str, str]) -> AsyncIterator[Knocks]:
    settings = GivenSettings.model_validate({key.lower(): value for key, value in hooked.items()})
    hook = settings.hook()
    assert hook is not None
    async with httpx.AsyncClient(timeout=60) as http:
        yield Knocks(http, hook.url, hook.secret)


async def slowly(body: bytes, pause: float) -> AsyncIterator[bytes]:
    yield body[:1]
    await asyncio.sleep(pause)
    yield body[1:]


async def test_the_bot_is_used_as_always(listening: InProcess, aigerim: Person, telegram: TelegramSandbox) -> None:
    await aigerim.connects(DEMO.apikey)
    await aigerim.writes("/senders")
    await aigerim.sees("My names")
    called = {call.method for call in telegram.world.calls}
    assert "setWebhook" in called
    assert "getUpdates" not in called


@pytest.mark.parametrize("secret", [None, "wrong", "é", "a" * 5000])
async def test_nobody_gets_in_without_the_secret(knocks: Knocks, secret: str | None) -> None:
    headers = [] if secret is None else [(SECRET_HEADER.encode(), secret.encode())]
    answer = await knocks.http.post(knocks.url, content=UNKNOWN_KIND, headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize("odd", [b"", b"hello", b"null", b"[1]", b"\xff\xfe", b'{"update_id"'])
async def test_what_is_no_update_is_refused(knocks: Knocks, odd: bytes) -> None:
    assert await knocks.with_(odd) == 400


@pytest.mark.parametrize("strange", [UNKNOWN_KIND, ODD, b'{"update_id":7,"message":{"text":"\\ud800"}}'])
async def test_what_nobody_understands_is_taken_and_the_next_is_answered(
    knocks: Knocks, aigerim: Person, strange: bytes
) -> None:
    assert await knocks.with_(strange) == 200
    await aigerim.writes("/start")
    await aigerim.sees("First connect")


async def test_two_megabytes_are_not_read(knocks: Knocks) -> None:
    body = b'{"update_id":8,"message":"' + b"a" * 2_000_000 + b'"}'
    assert await knocks.with_(body) == 413
    assert await knocks.with_(slowly(body, 0)) == 413


async def test_a_body_that_does_not_come_is_not_waited_for(knocks: Knocks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "READ_SECONDS", 0.1)
    assert await knocks.with_(slowly(UNKNOWN_KIND, 0.5)) == 408


async def test_too_many_at_once_are_put_off(
    knocks: Knocks, aigerim: Person, monkeypatch: pytest.MonkeyPatch, telegram: TelegramSandbox
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(webhook, "AT_ONCE", 0)
        assert await knocks.with_(UNKNOWN_KIND) == 503
        await aigerim.writes("/start")
        assert telegram.world.pending == 1
    await aigerim.sees("First connect")


async def test_what_cannot_be_stored_is_not_acknowledged_and_answered_once_later(
    knocks: Knocks,
    aigerim: Person,
    hooked: dict[str, str],
    telegram: TelegramSandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook, "STORE_SECONDS", 0.1)
    other = sqlite3.connect(Path(hooked["DATABASE_PATH"]), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        assert await knocks.with_(UNKNOWN_KIND) == 503
        await aigerim.writes("/start")
        await asyncio.sleep(0.5)  # it is brought, and brought again, and never acknowledged
        assert telegram.world.pending == 1
    finally:
        other.rollback()
        other.close()
    await aigerim.sees("First connect")
    await comes(lambda: not telegram.world.pending)
    welcomes = [call for call in telegram.world.calls if "First connect" in str(call.params.get("text"))]
    assert len(welcomes) == 1


async def test_a_port_that_is_taken_is_told_in_one_line(hooked: dict[str, str], clock: SandboxClock) -> None:
    host, port = hooked["WEBHOOK_LISTEN"].split(":")
    with socket.socket() as taken:
        taken.bind((host, int(port)))
        taken.listen()
        bot = InProcess(hooked, clock)
        await bot.start()
        with pytest.raises(CannotListen, match=r"^WEBHOOK_LISTEN: cannot listen there"):
            await bot.finished()


async def test_an_address_that_telegram_does_not_take_is_told_in_one_line(
    hooked: dict[str, str], clock: SandboxClock, http: httpx.AsyncClient, telegram: TelegramSandbox
) -> None:
    refusal = "Bad Request: bad webhook: HTTPS url must be provided for webhook"
    fault = {"method": "setWebhook", "kind": "400", "description": refusal}
    (await http.post(f"{telegram.url}/chat/faults", json=fault)).raise_for_status()
    bot = InProcess(hooked, clock)
    await bot.start()
    with pytest.raises(CannotListen, match=r"^WEBHOOK_URL: Telegram does not take it"):
        await bot.finished()


async def test_whoever_goes_back_to_polling_is_served(
    listening: InProcess, settings: dict[str, str], clock: SandboxClock, aigerim: Person, telegram: TelegramSandbox
) -> None:
    await listening.stop()
    bot = InProcess(settings, clock)
    await bot.start()
    await aigerim.writes("/start")
    await aigerim.sees("First connect")
    assert not telegram.world.webhook
    await bot.stop()


def asks_for_help(update_id: int, person: int) -> bytes:
    """A message as Telegram brings it."""
    who = {"id": person, "first_name": "Aigerim", "language_code": "en"}
    message = {
        "message_id": update_id,
        "date": 1_764_576_000,
        "chat": {**who, "type": "private"},
        "from": {**who, "is_bot": False},
        "text": "/help",
    }
    return orjson.dumps({"update_id": update_id, "message": message})


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.long)])
async def test_updates_brought_two_to_five_times_by_eight_workers_over_a_restart_have_one_effect_each(
    knocks: Knocks, listening: InProcess, telegram: TelegramSandbox, count: int
) -> None:
    people = [
        (await knocks.http.post(f"{telegram.url}/chat/users", json={"first_name": "Aigerim"})).json()["id"]
        for _ in range(count // 4)
    ]
    for each in people:
        telegram.world.chats[each].opened = True
    updates = [asks_for_help(10_000 + number, people[number % len(people)]) for number in range(count)]
    chance = random.Random(1)  # noqa: S311  # nothing secret depends on it

    async def bring(some: Sequence[bytes]) -> None:
        """Eight workers bring each of them two to five times, as Telegram does: again where it was not taken."""
        left = [each for each in some for _ in range(chance.randint(2, 5))]
        chance.shuffle(left)

        async def work() -> None:
            while left:
                body = left.pop()
                try:
                    taken = await knocks.with_(body) == 200
                except httpx.TransportError:  # nobody listens: the bot is being started again
                    taken = False
                    await asyncio.sleep(0.01)
                if not taken:
                    left.append(body)

        await asyncio.gather(*(work() for _ in range(8)))

    async def restart() -> None:
        await listening.stop()
        await listening.start()

    await bring(updates[: count // 2])
    await asyncio.gather(bring(updates), restart())
    await comes(lambda: not rows(listening.values, "inbox"))
    answered = Counter(int(each.params["chat_id"]) for each in telegram.world.calls if each.method == "sendMessage")
    assert answered == dict.fromkeys(people, 4)
