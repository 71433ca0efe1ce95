"""Before an account is connected: a key is known wherever it turns up, and what was asked for is done afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from tests.images import page, saved
from tests.papers import PDF
from tests.person import Person
from tests.running import InProcess
from tests.stories import OTHER_KEY, PURPOSE, fills_in


def all_texts(person: Person) -> str:
    return "\n".join(str(each["text"]) for each in person.seen["messages"])


@pytest.mark.parametrize("before", [None, "/start", "/connect", "/help"])
async def test_a_key_that_is_sent_early_is_taken_and_its_message_deleted(
    bot: InProcess, aigerim: Person, before: str | None
) -> None:
    if before is not None:
        await aigerim.writes(before)
        await aigerim.sees_one_of("First connect", "Send the API key", "Two things to begin with")
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees_somewhere("Connected")
    await aigerim.state()
    assert DEMO.apikey not in all_texts(aigerim)


async def test_a_key_that_comes_before_the_service_asks_for_the_service_alone(
    settings: dict[str, str], aigerim: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    bot = InProcess({**settings, "SMSC_HOSTS": f"smsc.kz,smsc.ru,{smsc.url}"}, clock)
    await bot.start()
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees("Where is your account?")
    assert DEMO.apikey not in all_texts(aigerim)
    await aigerim.taps("127.0.0.1")
    await aigerim.sees_somewhere("Connected")
    await bot.stop()


@pytest.fixture
async def with_several(settings: dict[str, str], smsc: SmscSandbox, clock: SandboxClock) -> AsyncIterator[InProcess]:
    """A bot that offers several services, among them the stand-in."""
    bot = InProcess({**settings, "SMSC_HOSTS": f"smsc.kz,smsc.ru,smscentre.com,{smsc.url}"}, clock)
    await bot.start()
    yield bot
    await bot.stop()


async def test_a_service_that_is_named_with_the_command_or_in_the_form_is_chosen(
    with_several: InProcess, aigerim: Person, smsc: SmscSandbox
) -> None:
    for named in ("smsc.kz", "kz", "https://smsc.kz/", "www.SMSC.kz", "«smsc.kz»", "smsc kz"):
        await aigerim.writes(f"/connect {named}")
        await aigerim.sees("Send the API key of your account at smsc.kz")
        await aigerim.writes("/cancel")
        await aigerim.sees("Cancelled")
    for unclear, told in (("smsc", "Where is your account?"), ("sms.example", "That service is not on offer here.")):
        await aigerim.writes(f"/connect {unclear}")
        await aigerim.sees(told, "Where is your account?")
    await aigerim.writes("ru")
    await aigerim.sees("Send the API key of your account at smsc.ru")
    await aigerim.writes("https://smscentre.com/")
    await aigerim.sees("Send the API key of your account at smscentre.com")
    await aigerim.writes(f"{smsc.url}/sys/balance.php?apikey={DEMO.apikey}")
    await aigerim.sees_somewhere("Connected: 127.0.0.1")
    assert [each.fields["apikey"] for each in smsc.requests if each.command == "balance"] == [DEMO.apikey]


@pytest.mark.parametrize("opening", ["/connect {pair}", "/connect"])
async def test_a_login_with_its_password_in_one_word_is_no_key(
    bot: InProcess, aigerim: Person, smsc: SmscSandbox, opening: str
) -> None:
    pair = f"{DEMO.login}:{DEMO.password}"
    await aigerim.writes(opening.format(pair=pair))
    if opening == "/connect":
        await aigerim.sees("Send the API key")
        await aigerim.writes(pair)
    await aigerim.sees_somewhere("Connected")
    await aigerim.state()
    assert DEMO.password not in all_texts(aigerim)
    assert not [each for each in smsc.requests if "apikey" in each.fields]


async def test_what_looks_like_a_key_is_asked_about_and_never_searched_for(
    connected: Person, bot: InProcess, smsc: SmscSandbox, settings: dict[str, str]
) -> None:
    key = "other-key-0123456789abcdef"
    await connected.writes(key)
    text = await connected.sees("Is this an API key?")
    assert key not in text
    assert sum(each.command == "balance" for each in smsc.requests) == 1, "nothing is sent to SMSC by itself"
    await connected.taps("It is a key")
    await connected.sees("error 2")
    await connected.state()
    assert key not in all_texts(connected)
    await bot.stop()
    kept = b"".join(each.read_bytes() for each in Path(settings["DATABASE_PATH"]).parent.glob("bot.sqlite3*"))
    assert key.encode() not in kept


async def test_a_long_word_that_is_no_key_stays_in_the_chat_and_goes_nowhere(
    connected: Person, smsc: SmscSandbox
) -> None:
    await connected.writes("Superlongname123")
    await connected.sees("Is this an API key?", "up to 11 letters and digits")
    await connected.taps("It is not")
    await connected.sees("Account:")
    assert "Superlongname123" in all_texts(connected)
    assert not any("Connect an account" in each for each in connected.labels())
    await connected.writes("Romashka")
    await connected.sees("Nothing matches")
    assert sum(each.command == "balance" for each in smsc.requests) == 1


async def test_a_second_account_of_one_service_is_told_from_the_first(connected: Person) -> None:
    await connected.connects(OTHER_KEY)
    await connected.sees("#2")
    await connected.writes("/account")
    await connected.sees("Name: 127.0.0.1", "#2")
    await fills_in(connected, "LILY2026")
    await connected.sees("Account: 127.0.0.1", "#2", "check and send")


async def test_what_cannot_be_a_key_is_not_sent_to_smsc(bot: InProcess, aigerim: Person, smsc: SmscSandbox) -> None:
    await aigerim.writes("/connect")
    await aigerim.sees("Send the API key")
    for text in ("Парус", "Parus"):
        await aigerim.writes(text)
        await aigerim.sees("That is no API key")
    assert not smsc.requests


async def test_what_was_searched_for_is_not_in_the_file(
    connected: Person, bot: InProcess, settings: dict[str, str]
) -> None:
    await connected.writes("Somethingprivate")
    await connected.sees("Search: “Somethingprivate”")
    await bot.stop()
    kept = b"".join(each.read_bytes() for each in Path(settings["DATABASE_PATH"]).parent.glob("bot.sqlite3*"))
    assert b"Somethingprivate" not in kept


async def test_a_password_with_a_slash_is_a_password(bot: InProcess, aigerim: Person) -> None:
    await aigerim.writes("/connect")
    await aigerim.taps("Login and password")
    await aigerim.sees("What is the login")
    await aigerim.writes("demo")
    await aigerim.sees("Send the password")
    await aigerim.writes("/Secret123")
    await aigerim.sees("Send the password", "error 2")
    await aigerim.state()
    assert "/Secret123" not in all_texts(aigerim)


async def test_a_password_is_never_taken_for_a_code(connected: Person, smsc: SmscSandbox) -> None:
    await connected.writes("/confirm 77000003344")
    await connected.sees("check and send")
    await connected.taps("Send the code")
    await connected.sees("Which code came")
    await connected.writes("/connect")
    await connected.taps("Login and password")
    await connected.sees("What is the login")
    await connected.writes("demo")
    await connected.sees("Send the password")
    await connected.writes("code 2024")
    await connected.sees("one word without spaces")
    await connected.writes("Barcode2024")
    await connected.sees("error 2")
    assert not [each for each in smsc.requests if each.command == "check_code"]


async def test_a_photo_where_a_key_is_asked_stays_in_the_chat(bot: InProcess, aigerim: Person) -> None:
    await aigerim.writes("/connect")
    await aigerim.sees("Send the API key")
    await aigerim.sends_file("a.jpg", saved(page(size=(900, 1200)), "JPEG"), photo=True)
    await aigerim.sees("Kept: I go on with it", "Send the API key")
    await aigerim.state()
    assert any(each.get("photo") for each in aigerim.seen["messages"])


async def test_a_deep_link_is_followed_when_the_account_is_there(bot: InProcess, aigerim: Person) -> None:
    await aigerim.writes("/start add_LILY2026")
    await aigerim.sees("For this an SMSC account is needed")
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees_somewhere("Connected")
    await aigerim.sees(PURPOSE)


async def test_a_word_is_looked_up_when_the_account_is_there(bot: InProcess, aigerim: Person) -> None:
    await aigerim.writes("Aruana")
    await aigerim.sees("For this an SMSC account is needed")
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees("Aruana", "SMSC ID")


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_file_is_taken_when_the_account_is_there(bot: InProcess, aigerim: Person, restarted: bool) -> None:
    await aigerim.sends_file("a.pdf", PDF)
    await aigerim.sees("For this an SMSC account is needed")
    if restarted:
        await bot.stop()
        await bot.start()
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees("For which name?", "Got it: a.pdf")
    assert sum("Connected" in each["text"] for each in aigerim.seen["messages"]) == 1


async def test_several_photos_sent_before_connecting_are_all_taken_up(bot: InProcess, aigerim: Person) -> None:
    for number in range(3):
        await aigerim.sends_file(f"{number}.pdf", PDF)
        await aigerim.sees_one_of("For this an SMSC account is needed", "Kept: I go on with it")
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees("For which name?", "Documents: 3")


async def test_a_deferred_request_is_forgotten_when_the_connection_is_called_off(
    bot: InProcess, aigerim: Person
) -> None:
    await aigerim.writes("/add")
    await aigerim.sees("For this an SMSC account is needed")
    await aigerim.taps("✕ Cancel")
    await aigerim.sees("Cancelled")
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees("Connected")


async def test_smsc_down_keeps_the_deferred_request(bot: InProcess, aigerim: Person, smsc: SmscSandbox) -> None:
    await aigerim.writes("/add LILY2026")
    await aigerim.sees("For this an SMSC account is needed")
    smsc.fault(Fault("balance", "before", "drop", 1))
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees("SMSC")
    await aigerim.taps("Try again")
    await aigerim.sees(PURPOSE)


async def test_the_bot_follows_telegrams_language_until_one_is_chosen(bot: InProcess, aigerim: Person) -> None:
    await aigerim.writes("/start")
    await aigerim.sees("First connect")
    body = {"id": aigerim.id, "first_name": "Aigerim", "language_code": "kk"}
    await aigerim.http.post(f"{aigerim.url}/chat/users", json=body)
    await aigerim.writes("/start")
    await aigerim.sees("SMSC аккаунтын қосыңыз")
    await aigerim.writes("/language")
    await aigerim.taps("Русский")
    await aigerim.sees("Сначала подключите")
    await aigerim.http.post(f"{aigerim.url}/chat/users", json={**body, "language_code": "en"})
    await aigerim.writes("/start")
    await aigerim.sees("Сначала подключите")
