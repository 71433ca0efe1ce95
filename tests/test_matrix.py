"""Every kind of message in every state of every conversation gets a useful answer: no exception, no silence.

The states are those of the screen catalogue. For each of them nineteen people have a form that is in it, written to the
file as the bot writes it; then each of them sends another kind of message to the running bot.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot.accounts import Account, Accounts
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.people import People
from bot.people import Person as Kept
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from bot.smsc import KeyAuth, Service
from bot.storage.database import Database
from bot.vault import Vault, read_key
from handlers import screen_catalogue
from tests.papers import PDF
from tests.person import Person
from tests.running import KEY, InProcess, running_fast

KINDS = (
    "text",
    "number",
    "command",
    "file",
    "photo",
    "contact",
    "sticker",
    "voice",
    "location",
    "venue",
    "poll",
    "dice",
    "video",
    "audio",
    "animation",
    "video_note",
    "edited",
    "forwarded",
    "album",
)


def each_question_once() -> dict[str, tuple[Flow[Any], Draft]]:
    """The states by their titles; a question that several forms ask in the same words is tried in the first of them."""
    states: dict[str, tuple[Flow[Any], Draft]] = {}
    tried = set[tuple[object, ...]]()
    for title, flow, draft in screen_catalogue.states():
        key = title.partition(": ")[2].partition(",")[0]
        step = next((each for each in flow.steps if each.key == key), None)
        question = (title,) if step is None else (step.key, str(step.label), step.takes, step.many)
        if question not in tried:
            tried.add(question)
            states[title] = (flow, draft)
    return states


STATES = each_question_once()
PLACES = {
    "home": "/start",
    "the list": "/senders",
    "a card": "Aruana",
    "a word that is no name": "LILY2026",
    "a number": "+77015550011",
    "the history": "/history",
    "the account": "/account",
    "the languages": "/language",
    "help": "/help",
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8ffff3f0005fe02fea7a5d8"
    "0b0000000049454e44ae426082"
)


@pytest.fixture
async def crowd(
    settings: dict[str, str], http: httpx.AsyncClient, telegram: TelegramSandbox, smsc: SmscSandbox
) -> dict[str, Person]:
    """A person for each kind of message; each has connected the same account of SMSC."""
    smsc.world.limits = type(smsc.world.limits)(lists=1000, adds=1000, balances=1000)
    people = {kind: await Person.arrive(http, telegram.url, kind.title()) for kind in KINDS}
    database, vault = Database.open(Path(settings["DATABASE_PATH"])), Vault([read_key(KEY)])
    service = Service.parse(smsc.url)
    accounts, kept = Accounts(database, vault, (service,), lambda: 0.0), People(database, vault, lambda: 0.0)
    for person in people.values():
        await accounts.connect(Account(person.id, person.id, service, None, None), KeyAuth(SecretStr(DEMO.apikey)))
        await database.run(kept.saving(Kept(person.id, "en", person.id, keyboard_message=0)))
    await database.close()
    return people


@pytest.fixture
async def running(settings: dict[str, str], clock: SandboxClock, crowd: dict[str, Person]) -> AsyncIterator[InProcess]:
    """The bot, not started yet; its clock runs fast, for an album is waited for."""
    del crowd
    bot = InProcess(settings, clock)
    async with running_fast(clock):
        yield bot
    await bot.stop()


@pytest.mark.parametrize("state", STATES)
async def test_every_kind_of_message_in_every_state_of_every_conversation(
    settings: dict[str, str],
    crowd: dict[str, Person],
    running: InProcess,
    telegram: TelegramSandbox,
    smsc: SmscSandbox,
    capsys: pytest.CaptureFixture[str],
    state: str,
) -> None:
    flow, draft = STATES[state]
    await put(settings, crowd, flow, draft)
    await running.start()
    await asyncio.gather(*(answered(person, telegram, kind) for kind, person in crowd.items()))
    assert "handler failed" not in capsys.readouterr().out
    assert not [each for each in smsc.requests if each.command in {"add", "chg", "del", "send_code"}]


@pytest.mark.parametrize("place", PLACES)
async def test_every_kind_of_message_where_no_form_is_open(
    crowd: dict[str, Person],
    running: InProcess,
    telegram: TelegramSandbox,
    smsc: SmscSandbox,
    capsys: pytest.CaptureFixture[str],
    place: str,
) -> None:
    await running.start()

    async def goes_there_and_sends(kind: str, person: Person) -> None:
        await person.writes(PLACES[place])
        await person.until(lambda state: True if state["messages"][-1]["from"]["is_bot"] else None, place)
        await answered(person, telegram, kind)

    await asyncio.gather(*(goes_there_and_sends(kind, person) for kind, person in crowd.items()))
    assert "handler failed" not in capsys.readouterr().out
    assert not [each for each in smsc.requests if each.command in {"add", "chg", "del", "send_code"}]


async def put(settings: dict[str, str], crowd: dict[str, Person], flow: Flow[Any], draft: Draft) -> None:
    """Writes it into the file that all of them have this form open."""
    database, vault = Database.open(Path(settings["DATABASE_PATH"])), Vault([read_key(KEY)])
    kept = People(database, vault, lambda: 0.0)
    for person in crowd.values():
        await database.run(kept.saving(Kept(person.id, "en", person.id, keyboard_message=0).with_draft(flow, draft)))
    await database.close()


async def answered(person: Person, telegram: TelegramSandbox, kind: str) -> None:
    """Sends a thing of this kind, and waits for an answer that says something."""
    await sends(person, telegram, kind)

    def told(state: dict[str, Any]) -> str | None:
        newest = state["messages"][-1] if state["messages"] else None  # a message with a secret is taken away
        return str(newest["text"]) if newest and newest["from"]["is_bot"] and newest["inline"] else None

    text = await person.until(told, f"an answer to {kind}")
    assert text.strip()
    assert "Something went wrong" not in text


async def sends(person: Person, telegram: TelegramSandbox, kind: str) -> None:
    """Sends a thing of this kind."""
    match kind:
        case "text":
            await person.writes("what is this?")
        case "number":
            await person.writes("4821")
        case "command":
            await person.writes("/nonsense")
        case "file":
            await person.sends_file("a.pdf", PDF)
        case "photo":
            await person.sends_file("a.png", PNG, photo=True)
        case "contact":
            await person.shares_contact("+77015550011")
        case "forwarded":
            await person.writes("Код: 123", forward_from="SMS")
        case "edited":
            sent = await person.writes("half")
            await person.http.post(
                f"{telegram.url}/chat/edit",
                json={"user": person.id, "message_id": sent["message_id"], "text": "whole"},
            )
        case "album":
            await person.http.post(
                f"{telegram.url}/chat/album",
                data={"user": str(person.id), "as": "photo"},
                files=[("file", ("1.png", PNG)), ("file", ("2.png", PNG))],
            )
        case _:
            await person.sends_other(kind)
