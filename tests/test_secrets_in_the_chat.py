"""Keys and passwords in the chat: known in any dress and place, deleted first, asked bare at SMSC, never repeated."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.papers import PDF
from tests.person import Person
from tests.running import InProcess
from tests.stories import OTHER_KEY, PURPOSE, begins

KEY = DEMO.apikey
UNASKED = "Is this an API key? I deleted your message"


async def gone(person: Person, secret: str = OTHER_KEY) -> None:
    """Waits until a secret is nowhere in the chat: in no text, caption or button."""

    def nowhere(state: dict[str, Any]) -> bool | None:
        return None if secret in str(state["messages"]) else True

    await person.until(nowhere, "the secret gone")


@pytest.mark.parametrize(
    "text",
    [f"`{KEY}`", f"{KEY[:7]}\u200b{KEY[7:]}", f"apikey: {KEY}", f"Мой ключ – «{KEY}».", f"/connect {KEY}",
     f"https://smsc.kz/sys/balance.php?apikey={KEY}&fmt=3", f"{KEY[:15]}\n{KEY[15:]}"],
)  # fmt: skip
@pytest.mark.parametrize("before", ["/start", "/connect"])
async def test_a_key_in_any_dress_is_asked_bare_at_smsc(
    bot: InProcess, aigerim: Person, smsc: SmscSandbox, before: str, text: str
) -> None:
    await aigerim.writes(before)
    await aigerim.sees_one_of("First connect", "Send the API key")
    await aigerim.writes(text)
    await aigerim.sees_somewhere("Connected")
    assert {each.fields["apikey"] for each in smsc.requests} == {KEY}
    await gone(aigerim, KEY)


async def test_a_key_is_deleted_and_never_repeated_whatever_the_chat_shows(
    connected: Person, smsc: SmscSandbox
) -> None:
    asked = len(smsc.requests)

    async def sent(text: str) -> None:
        await connected.writes(text)
        await connected.sees(UNASKED)
        await gone(connected)
        await connected.taps("It is not")
        await connected.sees("Account:")

    await sent(f"`{OTHER_KEY}`")
    await sent(f"/senders {OTHER_KEY}")
    await sent(f"/add {OTHER_KEY}")
    for opening, question in (
        ("/add", "What you will need"),
        ("/add LILY2026", PURPOSE),
        ("/confirm", "Which number"),
        ("/user", "For which subclient?"),
        ("/document", "For which name?"),
        ("/language", "Choose a language"),
    ):
        await connected.writes(opening)
        await connected.sees(question)
        await sent(f"apikey = {OTHER_KEY}")
        await sent(f"вот {OTHER_KEY[:9]}\u200b{OTHER_KEY[9:]} спасибо")
    assert all(OTHER_KEY not in str(each.fields) for each in smsc.requests[asked:])


async def test_a_key_sent_beside_a_form_is_connected_and_the_form_goes_on(connected: Person, smsc: SmscSandbox) -> None:
    await begins(connected, "LILY2026")
    await connected.writes(f"мой ключ {OTHER_KEY}")
    await connected.sees(UNASKED)
    await connected.taps("It is a key")
    await connected.sees_somewhere("Connected")
    assert [each.fields["apikey"] for each in smsc.requests if each.command == "balance"] == [KEY, OTHER_KEY]


async def test_a_key_under_a_file_and_in_an_edited_message_is_deleted(connected: Person) -> None:
    await connected.sends_file("a.pdf", PDF, caption=f"apikey: {OTHER_KEY}")
    await connected.sees(UNASKED, "Send the file again without it")
    await gone(connected)
    sent = await connected.writes("Aruana")
    await connected.sees("SMSC ID")
    await connected.writes("/help")
    await connected.sees("What you can do here")
    await connected.edits(sent["message_id"], f"`{OTHER_KEY}`")
    await connected.sees(UNASKED)
    await gone(connected)


async def test_a_login_and_a_password_in_one_message_connect(
    bot: InProcess, aigerim: Person, smsc: SmscSandbox
) -> None:
    await aigerim.writes(f"Логин: {DEMO.login}\nПароль: {DEMO.password}")
    await aigerim.sees_somewhere("Connected", f"{DEMO.login}@")
    await gone(aigerim, DEMO.password)
    assert {each.fields["psw"] for each in smsc.requests} == {DEMO.password}


async def test_a_key_in_the_field_of_another_chat_finds_nothing(connected: Person, telegram: TelegramSandbox) -> None:
    answer = await connected.http.post(f"{telegram.url}/chat/inline", json={"user": connected.id, "query": OTHER_KEY})
    assert answer.json()["results"] == []
