"""The person of the tests takes for an answer only what came after what they did."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.sandbox.chat import TelegramSandbox
from tests import person
from tests.person import Person

WAYS: dict[str, Callable[[Person], Awaitable[Any]]] = {
    "sees": lambda aigerim: aigerim.sees("Connected"),
    "sees_one_of": lambda aigerim: aigerim.sees_one_of("Connected", "Refused"),
    "sees_somewhere": lambda aigerim: aigerim.sees_somewhere("Connected"),
    "shows": lambda aigerim: aigerim.shows("Delete"),
    "button": lambda aigerim: aigerim.button("Delete"),
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers here but the test: what is not there at the first look never comes."""
    monkeypatch.setattr(person, "PATIENCE", 0.0)


@pytest.fixture
def says(telegram: TelegramSandbox, aigerim: Person) -> Callable[..., Awaitable[int]]:
    """The test in the place of the bot: says a text with a button, or edits what it said."""

    async def say(text: str, edited: int | None = None) -> int:
        markup = {"inline_keyboard": [[{"text": "Delete", "callback_data": "x"}]]}
        body = {"chat_id": aigerim.id, "text": text, "reply_markup": markup}
        method = "sendMessage" if edited is None else "editMessageText"
        more = {} if edited is None else {"message_id": edited}
        answer = await aigerim.http.post(f"{telegram.url}/bot{telegram.token}/{method}", json={**body, **more})
        return int(answer.raise_for_status().json()["result"]["message_id"])

    return say


async def begins_a_tap(telegram: TelegramSandbox, aigerim: Person, message: int) -> asyncio.Task[Any]:
    """Taps, and comes back when the tap waits for the bot's answer."""
    waiting = len(telegram.world.callbacks)
    tap = asyncio.create_task(aigerim.taps_data(message, "x"))
    await telegram.world.until(lambda: len(telegram.world.callbacks) > waiting, 60)
    return tap


async def answers_taps(telegram: TelegramSandbox, aigerim: Person) -> None:
    for question in telegram.world.callbacks:
        body = {"callback_query_id": question}
        await aigerim.http.post(f"{telegram.url}/bot{telegram.token}/answerCallbackQuery", json=body)


@pytest.mark.parametrize("way", WAYS)
async def test_what_stood_there_before_is_no_answer(
    aigerim: Person, says: Callable[..., Awaitable[int]], way: str
) -> None:
    await aigerim.writes("/start")
    message = await says("Connected")
    await WAYS[way](aigerim)
    await WAYS[way](aigerim)  # one answer may be looked at twice
    await aigerim.writes("/start")
    with pytest.raises(AssertionError, match="from before"):
        await WAYS[way](aigerim)
    await says("Connected: again", edited=message)
    await WAYS[way](aigerim)
    await aigerim.looks()
    with pytest.raises(AssertionError, match="never saw"):
        await WAYS[way](aigerim)
    await says("Connected")
    await WAYS[way](aigerim)


@pytest.mark.parametrize("what", ["writes", "edits", "taps", "sends_file", "sends_album", "sends_other", "contact"])
async def test_whatever_a_person_does_asks_for_a_new_answer(
    telegram: TelegramSandbox, aigerim: Person, says: Callable[..., Awaitable[int]], what: str
) -> None:
    sent = await aigerim.writes("/start")
    message = await says("Connected")
    await aigerim.sees("Connected")
    match what:
        case "writes":
            await aigerim.writes("/start")
        case "edits":
            await aigerim.edits(sent["message_id"], "/help")
        case "taps":
            tap = await begins_a_tap(telegram, aigerim, message)
            await answers_taps(telegram, aigerim)
            await tap
        case "sends_file":
            await aigerim.sends_file("a.pdf", b"%PDF")
        case "sends_album":
            await aigerim.sends_album([("a.pdf", b"%PDF"), ("b.pdf", b"%PDF")])
        case "sends_other":
            await aigerim.sends_other("sticker")
        case "contact":
            await aigerim.shares_contact("+77011234567")
    with pytest.raises(AssertionError, match="from before"):
        await aigerim.sees("Connected")


async def test_of_actions_at_once_each_may_be_the_one_that_is_answered(
    telegram: TelegramSandbox, aigerim: Person, says: Callable[..., Awaitable[int]]
) -> None:
    await aigerim.writes("/start")
    message = await says("Not yet")
    first = await begins_a_tap(telegram, aigerim, message)
    await says("Connected")
    second = await begins_a_tap(telegram, aigerim, message)
    await answers_taps(telegram, aigerim)
    await asyncio.gather(first, second)
    await aigerim.sees("Connected")
    await aigerim.writes("/start")
    with pytest.raises(AssertionError, match="from before"):
        await aigerim.sees("Connected")


async def test_the_second_person_s_messages_are_not_the_first_one_s(
    telegram: TelegramSandbox, aigerim: Person, says: Callable[..., Awaitable[int]]
) -> None:
    other = await Person.arrive(aigerim.http, telegram.url, "Daniyar")
    await aigerim.writes("/start")
    await says("Connected")
    await other.writes("/start")
    await aigerim.sees("Connected")
    with pytest.raises(AssertionError, match="never saw"):
        await other.sees("Connected")
