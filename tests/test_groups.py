"""Groups: nothing of an account is shown there, and every way leads into the private chat."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO
from tests.person import PATIENCE, Person, newest
from tests.stories import asks_for_a_name


@dataclass
class Group:
    """A group with one member, and the bot."""

    person: Person
    id: int

    async def hears(self, text: str, **more: Any) -> None:
        await self.person.writes(text, chat=self.id, **more)

    async def state(self, after: int = -1) -> dict[str, Any]:
        """What the group shows, as soon as it is newer than this version."""
        params = {"user": self.person.id, "chat": self.id, "version": after}
        answer = await self.person.http.get(f"{self.person.url}/chat/wait", params=params)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    async def told(self) -> list[dict[str, Any]]:
        """What the bot said, when all that was sent is handled."""
        await self.person.writes("/nothing")
        await self.person.sees("There is no command /nothing")
        await self.person.writes("/start")
        await self.person.sees("Account:")
        return [each for each in (await self.state())["messages"] if each["from"]["is_bot"]]

    async def link(self) -> str:
        """The address on the button of the bot's one message."""
        state = await self.state()
        async with asyncio.timeout(PATIENCE):
            while not any(each["from"]["is_bot"] for each in state["messages"]):
                state = await self.state(after=state["version"])
        said = [each for each in state["messages"] if each["from"]["is_bot"]]
        [[button]] = said[-1]["inline"]
        return str(button["url"])


@pytest.fixture
async def group(connected: Person) -> Group:
    body = {"title": "Shop", "members": [connected.id]}
    answer = await connected.http.post(f"{connected.url}/chat/groups", json=body)
    return Group(connected, answer.raise_for_status().json()["id"])


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("/senders", "senders"),
        ("/add@SenderNamesBot", "add"),
        ("/document Aruana", "document"),
        ("/confirm", "confirm"),
        ("/account", "account"),
        ("/help", "help"),
        ("/start", "home"),
        ("/delete Aruana", "home"),
        ("/nonsense", "home"),
        ("@SenderNamesBot what about Aruana?", "home"),
    ],
)
async def test_what_is_asked_in_a_group_goes_on_in_private(group: Group, text: str, payload: str) -> None:
    await group.hears(text)
    assert await group.link() == f"https://t.me/SenderNamesBot?start={payload}"
    state = await group.state()
    assert "go on in private" in newest(state)
    answered = next(each for each in state["messages"] if each["from"]["is_bot"])
    assert answered["reply_to"] == state["messages"][0]["id"]
    shown = str([(each["text"], each["inline"]) for each in state["messages"] if each["from"]["is_bot"]])
    assert not any(secret in shown for secret in ("Aruana", DEMO.login, DEMO.apikey, "127.0.0.1"))
    await group.person.writes(f"/start {payload}")
    await group.person.sees_one_of("My names", "What you will", "For which name?", "Which number", "Account", "do here")


async def test_a_reply_to_the_bot_in_a_group_is_answered(group: Group) -> None:
    await group.hears("/start")
    await group.link()
    first = (await group.state())["messages"][-1]["id"]
    await group.hears("And Aruana?", reply_to=first)
    assert len(await group.told()) == 2


@pytest.mark.parametrize("text", ["hello everybody", "/add@SomeOtherBot", "a/b"])
async def test_what_is_not_said_to_the_bot_is_not_answered(group: Group, telegram: TelegramSandbox, text: str) -> None:
    telegram.world.chats[group.id].bot_status = "administrator"  # hears everything
    await group.hears(text)
    assert await group.told() == []


async def test_after_a_rename_the_new_name_is_obeyed_and_the_link_leads_there(
    group: Group, telegram: TelegramSandbox
) -> None:
    await group.person.http.post(f"{group.person.url}/chat/rename", json={"username": "NamesOfShopsBot"})
    await group.hears("/add@NamesOfShopsBot")
    assert await group.link() == "https://t.me/NamesOfShopsBot?start=add"
    telegram.world.chats[group.id].bot_status = "administrator"  # hears everything
    await group.hears("/add@SenderNamesBot")
    await group.hears("/add@SomeOtherBot")
    await group.hears("@SomeOtherBot what about Aruana?")
    assert len(await group.told()) == 1


async def test_in_private_a_command_for_another_bot_is_left_alone_and_the_form_goes_on(connected: Person) -> None:
    await connected.writes("/help@SomeOtherBot")
    await connected.sees("That command is for @SomeOtherBot")
    await asks_for_a_name(connected)
    await connected.writes("/delete@SomeOtherBot Aruana")
    await connected.sees("That command is for @SomeOtherBot", "Which name?")


async def test_in_private_the_present_name_is_obeyed_and_the_former_one(connected: Person) -> None:
    await connected.writes("/help@sendernamesbot")
    await connected.sees("What you can do")
    await connected.http.post(f"{connected.url}/chat/rename", json={"username": "NamesOfShopsBot"})
    await connected.writes("/account@NamesOfShopsBot")
    await connected.sees("Account")
    await connected.writes("/help@SenderNamesBot")
    await connected.sees("What you can do")


async def test_strange_names_do_not_make_the_bot_ask_telegram_each_time(
    group: Group, telegram: TelegramSandbox
) -> None:
    telegram.world.chats[group.id].bot_status = "administrator"  # hears everything
    before = sum(each.method == "getMe" for each in telegram.world.calls)
    for number in range(20):
        await group.hears(f"/add@Other{number}Bot")
        await group.hears("/add@TheSameBot")
    assert await group.told() == []
    assert 0 < sum(each.method == "getMe" for each in telegram.world.calls) - before <= 5


async def test_a_group_that_became_a_supergroup_gets_its_line(group: Group, telegram: TelegramSandbox) -> None:
    world = telegram.world
    world.says(world.users[group.person.id], world.chats[group.id], world.person_text("/senders"))
    group.id = world.upgrade(group.id).id
    assert await group.link() == "https://t.me/SenderNamesBot?start=senders"


async def test_a_card_that_is_put_into_a_group_is_not_answered(group: Group) -> None:
    await group.person.writes("/senders")
    await group.person.sees("My names")
    asked = await group.person.http.post(
        f"{group.person.url}/chat/inline", json={"user": group.person.id, "query": "aruanam"}
    )
    [result] = asked.json()["results"]
    chosen = {"user": group.person.id, "chat": group.id, "result_id": result["id"]}
    await group.person.http.post(f"{group.person.url}/chat/inline/choose", json=chosen)
    assert await group.told() == []
    [card] = (await group.state())["messages"]
    assert card["via"] == "SenderNamesBot"
    assert "AruanaMed" in card["text"]
    assert not card["inline"]


async def test_a_button_in_somebody_elses_hands_does_nothing_for_them(group: Group) -> None:
    stranger = await Person.arrive(group.person.http, group.person.url, "Stranger")
    await group.person.writes("Aruana")
    await group.person.sees("SMSC ID")
    message, data = await group.person.button("Delete")
    await stranger.writes("/start")
    await stranger.sees("First connect")
    await stranger.taps_data(message, data)
    text = await stranger.sees("For this an SMSC account is needed")
    assert "Aruana" not in text
