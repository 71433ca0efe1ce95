"""What is sent out of the blue finds its purpose; every kind of message in every state gets an answer."""

from __future__ import annotations

import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.person import Person, newest
from tests.running import InProcess

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
STATES = {
    "home": ("/start",),
    "names": ("/senders",),
    "connect": ("/connect",),
    "add": ("/add",),
    "add, comment": ("/add LILY2026",),
    "change": ("/change Aruana",),
    "document": ("/document",),
    "document, files": ("/document Aruana",),
    "confirm": ("/confirm",),
    "subclient": ("/user",),
    "history": ("/history",),
    "account": ("/account",),
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8ffff3f0005fe02fea7a5d8"
    "0b0000000049454e44ae426082"
)


async def test_a_known_name_opens_its_card_and_a_new_one_offers_to_add_it(connected: Person) -> None:
    await connected.writes("aruana")
    await connected.sees("Aruana", "active", "SMSC's number of it")
    await connected.writes("LILY2026")
    await connected.sees("Nothing matches")
    await connected.taps("Add LILY2026")
    await connected.sees("What is the name for?")


async def test_a_number_or_a_contact_offers_to_confirm_it(connected: Person) -> None:
    await connected.writes("+7 701 555 00 11")
    await connected.sees("Confirm 77015550011 as a sender name?")
    await connected.shares_contact("+77015550022")
    await connected.sees("Confirm 77015550022 as a sender name?")


async def test_a_code_that_is_awaited_is_found_in_a_forwarded_sms(connected: Person, smsc: SmscSandbox) -> None:
    await connected.writes("/confirm 77000003344")
    await connected.sees("shall the code come")
    await connected.taps("Skip")
    await connected.sees("Which site")
    await connected.taps("Skip")
    await connected.sees("check and send")
    await connected.taps("Send the code")
    await connected.sees("A code is on its way", "The code from the SMS")
    await connected.writes("/start")
    await connected.sees("Sender names")
    await connected.writes(smsc.world.sms[0].text, forward_from="SMSC.KZ")
    await connected.sees_somewhere("77000003344 is confirmed")


async def test_a_number_that_is_not_in_the_list_is_added_and_then_confirmed(
    connected: Person, smsc: SmscSandbox
) -> None:
    await connected.shares_contact("+77015550099")
    await connected.taps("Confirm it")
    await connected.sees("shall the code come")
    await connected.taps("Skip")
    await connected.sees("Which site")
    await connected.taps("Skip")
    await connected.sees("it is added first, then the code is sent")
    await connected.taps("Send the code")
    await connected.sees("A code is on its way to 77015550099", "The code from the SMS")
    await connected.writes(smsc.world.sms[0].text)
    await connected.sees_somewhere("77015550099 is confirmed")
    told = [each.command for each in smsc.requests if each.command not in {"get", "balance"}]
    assert told == ["add", "send_code", "check_code"]


async def test_a_code_sent_within_eight_hours_can_be_reminded_of(
    connected: Person, smsc: SmscSandbox, bot: InProcess
) -> None:
    for _ in range(2):
        await connected.writes("/confirm 77000003344")
        await connected.sees("shall the code come")
        await connected.taps("Skip")
        await connected.sees("Which site")
        await connected.taps("Skip")
        await connected.sees("check and send")
        await connected.taps("Send the code")
        await connected.sees_one_of("A code is on its way", "was sent to 77000003344 already")
    await connected.sees("was sent to 77000003344 already", "8 hours")
    await connected.taps("Remind me")
    await connected.sees("I will write to you")
    assert sum(each.command == "send_code" for each in smsc.requests) == 1
    await bot.stop()
    bot.clock.advance(8 * 3600 + 60)
    await bot.start()
    await connected.sees_somewhere("A code can be sent to 77000003344 again now")


async def test_inline_mode_finds_names_and_tells_nothing_of_the_account(
    connected: Person, aigerim: Person, telegram: TelegramSandbox
) -> None:
    await connected.writes("/senders")
    await connected.sees("My names")
    answer = await connected.http.post(f"{telegram.url}/chat/inline", json={"user": connected.id, "query": "aru"})
    found = answer.json()
    assert found["is_personal"]
    assert not found["cache_time"]
    assert any("Aruana" in each["title"] for each in found["results"])
    told = str(found["results"])
    assert DEMO.login not in told
    assert "127.0.0.1" not in told
    stranger = await Person.arrive(connected.http, telegram.url, "Stranger")
    answer = await connected.http.post(f"{telegram.url}/chat/inline", json={"user": stranger.id, "query": "aru"})
    assert answer.json()["results"] == []


async def test_deep_links(connected: Person) -> None:
    for payload, told in (("add", "Which name?"), ("confirm", "Which number"), ("document", "For which name?")):
        await connected.writes(f"/start {payload}")
        await connected.sees(told)
    await connected.writes("/senders")
    await connected.sees("My names")
    _, data = await connected.button("Aruana")
    await connected.writes(f"/start n_{data.split(':')[1]}")
    await connected.sees("SMSC's number of it")


async def test_the_first_minute(
    values: dict[str, str], turning: SandboxClock, smsc: SmscSandbox, aigerim: Person
) -> None:
    """From /start to a connected account in at most 4 taps or messages, to a sent application in at most 8 more."""
    bot = InProcess({**values, "SMSC_HOSTS": f"smsc.kz,smsc.ru,{smsc.url}"}, turning)
    await bot.start()
    steps = 0

    async def does(act: object) -> None:
        nonlocal steps
        steps += 1
        await act  # type: ignore[misc]  # a coroutine of the person

    await aigerim.writes("/start")
    await aigerim.sees("First connect")
    await does(aigerim.taps("Connect an account"))
    await aigerim.sees("Where is your account?")
    await does(aigerim.taps("127.0.0.1"))
    await does(aigerim.taps("API key"))
    await aigerim.sees("Send the API key")
    await does(aigerim.writes(DEMO.apikey))
    await aigerim.sees("Connected")
    assert steps <= 4
    steps = 0
    await does(aigerim.taps("Add a name"))
    await aigerim.sees("Which name?")
    await does(aigerim.writes("LILY2026"))
    await aigerim.sees("What is the name for?")
    for _ in range(3):
        await does(aigerim.taps("Skip"))
    await aigerim.sees("check and send")
    await does(aigerim.taps("Register it"))
    await aigerim.sees_somewhere("LILY2026 is registered")
    assert steps <= 8
    await bot.stop()


@pytest.mark.parametrize("state", STATES)
async def test_every_kind_of_message_in_every_state_gets_an_answer(
    connected: Person, telegram: TelegramSandbox, smsc: SmscSandbox, state: str
) -> None:
    for kind in KINDS:
        for text in STATES[state]:
            await connected.writes(text)
        await connected.until(
            lambda now: True if now["messages"][-1]["from"]["is_bot"] else None, f"an answer: {state}"
        )
        await sends(connected, telegram, kind)

        def answered(now: dict[str, object]) -> str | None:
            messages = now["messages"]
            assert isinstance(messages, list)
            return newest(now) if messages[-1]["from"]["is_bot"] else None

        told = await connected.until(answered, f"an answer to {kind} in {state}")
        assert told.strip()
        assert "Something went wrong" not in told
    assert not [each for each in smsc.requests if each.command in {"add", "chg", "del", "send_code"}]


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
            await person.sends_file("a.pdf", b"%PDF-1.7\n1")
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
