"""What is sent unprompted finds its purpose."""

from __future__ import annotations

import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.papers import PDF
from tests.person import Person
from tests.running import InProcess
from tests.stories import PURPOSE, begins


async def test_a_known_name_opens_its_card_and_a_new_one_offers_to_add_it(connected: Person) -> None:
    await connected.writes("aruana")
    await connected.sees("Aruana", "active", "SMSC ID")
    await connected.writes("LILY2026")
    await connected.sees("Nothing matches")
    await connected.taps("Add LILY2026")
    await connected.sees(PURPOSE)


async def test_a_file_offers_the_names_that_wait_first_and_the_last_used_next(connected: Person) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for Aruana")
    await connected.sends_file("a.pdf", PDF)
    await connected.sees("1. a.pdf")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for Aruana are at SMSC: a.pdf")
    await connected.sends_file("b.pdf", PDF)
    await connected.sees("For which name?")
    names = [label for label in connected.labels() if label[0] in "✅⏳❗"]
    marks = [label[0] for label in names]
    assert marks == sorted(marks, key="❗⏳✅".index), "those that need somebody or wait come first"
    assert next(label for label in names if label[0] == "✅") == "✅ Aruana", "the last used one comes next"


async def test_a_number_or_a_contact_offers_to_confirm_it(connected: Person) -> None:
    await connected.writes("+7 701 555 00 11")
    await connected.sees("Confirm 77015550011 as a sender name?")
    await connected.shares_contact("+77015550022")
    await connected.sees("Confirm 77015550022 as a sender name?")


async def test_a_code_that_is_awaited_is_found_in_a_forwarded_sms(connected: Person, smsc: SmscSandbox) -> None:
    await connected.writes("/confirm 77000003344")
    await connected.sees("check and send")
    await connected.taps("Send the code")
    await connected.sees("A code is on its way", "Which code came")
    await connected.writes("/start")
    await connected.sees("Sender names")
    await connected.writes(smsc.world.sms[0].text, forward_from="SMSC.KZ")
    await connected.sees_somewhere("77000003344 is confirmed")


async def test_a_number_that_is_not_in_the_list_is_added_and_then_confirmed(
    connected: Person, smsc: SmscSandbox
) -> None:
    await connected.shares_contact("+77015550099")
    await connected.taps("Confirm it")
    await connected.sees("it is added first, then the code is sent")
    await connected.taps("Send the code")
    await connected.sees("A code is on its way to 77015550099", "Which code came")
    await connected.writes(smsc.world.sms[0].text)
    await connected.sees_somewhere("77015550099 is confirmed")
    told = [each.command for each in smsc.requests if each.command not in {"get", "balance"}]
    assert told == ["add", "send_code", "check_code"]


async def test_a_code_sent_within_eight_hours_can_be_reminded_of(
    connected: Person, smsc: SmscSandbox, bot: InProcess
) -> None:
    for _ in range(2):
        await connected.writes("/confirm 77000003344")
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


async def test_deep_links(connected: Person, smsc: SmscSandbox) -> None:
    for payload, told in (("add", "What you will need"), ("confirm", "Which number"), ("document", "For which name?")):
        await connected.writes(f"/start {payload}")
        await connected.sees(told)
    number = next(each.id for each in smsc.world.accounts[DEMO.login].names.values() if each.name == "Aruana")
    await connected.writes(f"/start n_{number}")
    await connected.sees("Aruana", f"SMSC ID: {number}")
    await connected.writes("/start n_1")
    await connected.sees("is not in the list that SMSC gave")


async def test_the_first_minute(
    settings: dict[str, str], clock: SandboxClock, smsc: SmscSandbox, aigerim: Person
) -> None:
    """From /start to a connected account in at most 4 taps or messages, to a sent application in at most 8 more."""
    bot = InProcess({**settings, "SMSC_HOSTS": f"smsc.kz,smsc.ru,{smsc.url}"}, clock)
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
    await aigerim.sees("Send the API key")
    await does(aigerim.writes(DEMO.apikey))
    await aigerim.sees("Connected")
    assert steps <= 4
    steps = 0
    await does(aigerim.taps("Add a name"))
    await aigerim.sees("What you will need")
    await does(aigerim.writes("LILY2026"))
    await aigerim.sees(PURPOSE)
    for label in ("Skip", "Only Kazakhstan", "Skip"):
        await does(aigerim.taps(label))
    await aigerim.sees("check and send")
    await does(aigerim.taps("Register it"))
    await aigerim.sees_somewhere("The application for LILY2026 is sent")
    assert steps <= 8
    await bot.stop()


async def test_a_new_email_address_offers_to_add_it(connected: Person) -> None:
    await connected.writes("box@romashka.example")
    await connected.sees("Nothing matches")
    await connected.taps("Add box@romashka.example")
    await connected.sees("Whose e-mail address is it?")


async def test_a_word_that_cannot_be_a_name_says_why_and_offers_what_could(connected: Person) -> None:
    await connected.writes("Ромашка")
    await connected.sees("“Ромашка” cannot be a name.", "It takes Latin letters")
    await connected.taps("Add Romashka")
    await connected.sees(PURPOSE)
    await connected.writes("/cancel")
    await connected.sees("Cancelled")
    await connected.writes("arua")
    assert "cannot be a name" not in await connected.sees("Search: “arua”")


async def test_a_card_from_inline_mode_in_the_private_chat_opens_the_name(connected: Person) -> None:
    await connected.writes("/senders")
    await connected.sees("My names")
    answer = await connected.http.post(f"{connected.url}/chat/inline", json={"user": connected.id, "query": "aruanam"})
    [found] = answer.json()["results"]
    await connected.http.post(
        f"{connected.url}/chat/inline/choose", json={"user": connected.id, "result_id": found["id"]}
    )
    await connected.sees("AruanaMed", "SMSC ID")


async def test_the_command_menu_speaks_the_language_that_was_chosen(connected: Person) -> None:
    await connected.writes("/language")
    await connected.taps("Қазақша")
    await connected.until(
        lambda state: state["commands"][0]["description"] == "Атауларыңыз және олардың күйі" or None, "a Kazakh menu"
    )
    await connected.writes("/account")
    await connected.taps("Деректерімді жою")
    await connected.taps("Бәрін жою")
    await connected.until(
        lambda state: state["commands"][0]["description"] == "Your names and what became of them" or None,
        "Telegram's own",
    )


async def test_a_number_that_is_confirmed_already_is_shown_and_not_asked_about(connected: Person) -> None:
    await connected.shares_contact("+77000001122")
    await connected.sees("77000001122", "active", "SMSC ID")


@pytest.mark.parametrize("text", ["77015550011 and 77015550012", "77015550011, 77015550012"])
async def test_of_several_numbers_the_first_is_offered(connected: Person, text: str) -> None:
    await connected.writes(text)
    await connected.sees("One number is taken at a time. Shall it be the first one?")
    await connected.shows("Confirm 77015550011")


@pytest.mark.parametrize("text", ["8 701 555 00 11 Aigerim", "Айгерим +7 701 555-00-11"])
async def test_a_number_with_a_persons_name_beside_it_is_read(connected: Person, text: str) -> None:
    await connected.writes(text)
    await connected.sees("Confirm 77015550011 as a sender name?")


async def test_digits_that_are_no_code_just_now_are_not_said_to_be_no_name(connected: Person) -> None:
    await connected.writes("(0000)")
    assert "cannot be a name" not in await connected.sees("No code is awaited just now", "Nothing matches")


@pytest.mark.parametrize("text", ["отмена", "Нет", "да", "иә", "Болдырмау", "Продолжить", "cancel", "Пропустить"])
async def test_what_one_says_to_a_form_is_no_name_while_none_is_open(connected: Person, text: str) -> None:
    await connected.writes(text)
    await connected.sees("What you can do here")


async def test_the_letters_that_cannot_be_taken_stand_as_they_were_written(connected: Person) -> None:
    await connected.writes("Қазақстан")
    await connected.sees("not Қазақстан.")


async def test_a_form_goes_on_in_the_language_that_was_chosen_in_its_midst(connected: Person) -> None:
    await begins(connected, "LILY2026")
    await connected.writes("/language ru")
    await connected.sees("шаг 2")
    await connected.writes("Цветы в Алматы")
    await connected.sees("В какие страны")


@pytest.mark.parametrize("way", ["types its name", "taps it"])
async def test_a_card_opened_from_a_list_that_stood_there_for_hours_shows_what_smsc_says_now(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, way: str
) -> None:
    await connected.writes("/senders")
    await connected.shows("✅ Aruana")
    clock.advance(7200)
    name = next(each for each in smsc.world.accounts[DEMO.login].names.values() if each.name == "Aruana")
    smsc.world.decide(name.id, "reject", clock.now(), "A common word")
    await (connected.writes("Aruana") if way == "types its name" else connected.taps("✅ Aruana"))
    await connected.sees("Aruana", "not activated")
