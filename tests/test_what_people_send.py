"""What people send is understood in the chat, or refused with the reason: a story for each kind of answer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.images import page, saved
from tests.papers import PDF
from tests.person import Person, newest
from tests.running import InProcess
from tests.stories import PURPOSE, asks_for_a_name, begins


async def test_a_number_is_taken_in_any_dress_and_asked_about_where_it_is_doubtful(
    connected: Person, smsc: SmscSandbox
) -> None:
    for typed, shown in (
        ("\u202a+7 701 555\u201100\u201111\u202c", "Number: 77015550011"),
        ("8 701 555 00 12", "Number: 77015550012"),
        ("+84 912 345 678", "Number: 84912345678"),
    ):
        await connected.writes("/confirm")
        await connected.sees("Which number")
        await connected.writes(typed)
        await connected.sees("check and send", shown)
        await connected.writes("/cancel")
        await connected.sees("Cancelled")
    await connected.writes("/confirm")
    await connected.sees("Which number")
    await connected.writes("701 555 00 13")
    await connected.sees("The country code is missing.", "Which number")
    await connected.taps("Use “77015550013”")
    await connected.sees("check and send", "Number: 77015550013")
    assert not [each for each in smsc.requests if each.command in {"add", "send_code"}]


@pytest.mark.parametrize("phone", ["", "call me", "1" * 60])
async def test_a_contact_passes_the_check_of_a_typed_number(
    connected: Person, telegram: TelegramSandbox, capsys: pytest.CaptureFixture[str], phone: str
) -> None:
    await connected.shares_contact(phone)
    text = await connected.sees("⚠️")
    assert "Confirm" not in text
    await asks_for_a_name(connected)
    await connected.shares_contact(phone)
    await connected.sees("Which name?", "⚠️")
    assert "handler failed" not in capsys.readouterr().out


async def test_a_code_is_taken_in_any_dress_and_of_two_it_is_asked_which(connected: Person, smsc: SmscSandbox) -> None:
    await connected.writes("/confirm 77000003344")
    await connected.sees("check and send")
    await connected.taps("Send the code")
    await connected.sees("Which code came")
    code = smsc.world.sms[0].text.split(": ")[1].split(".")[0]
    await connected.writes(f"{code} или 9999")
    await connected.sees("Which of these is the code?")
    await connected.taps(f"Use “{code}”")
    await connected.sees_somewhere("77000003344 is confirmed")


async def test_an_address_of_three_lines_is_one_answer(connected: Person) -> None:
    await begins(connected, "LILY2026")
    await connected.taps("Skip")
    await connected.sees("To which countries")
    await connected.taps("Ukraine")
    await connected.shows("☑ Ukraine")
    await connected.taps("Done")
    await connected.sees("which tariff")
    await connected.taps("lower tariff")
    await connected.shows("☑ lower tariff")
    await connected.taps("Done")
    await connected.sees("What you will need")
    await connected.taps("Go on")
    await connected.sees("legal name")
    await connected.writes("ТОВ «Ромашка»\nЄДРПОУ 32855961\nhttps://romashka.example\ninfo@romashka.example")
    await connected.sees("Taken:", "Tax number: 32855961", "E-mail: info@romashka.example", "actual address")
    await connected.writes("Київ\nвул. Хрещатик, 1\nофіс 5")
    await connected.sees("Taken as one answer. Address: Київ вул. Хрещатик, 1 офіс 5", "Which services")


async def at_the_documents(person: Person) -> None:
    await person.writes("/document Aruana")
    await person.sees("Send the document for Aruana")
    await person.sends_file("a.pdf", PDF)
    await person.sees("1. a.pdf")
    await person.writes("Trademark certificate")
    await person.sees("a.pdf", "Trademark certificate")


@pytest.mark.parametrize("word", ["Done", "готово!", "Дайын"])
async def test_a_word_on_a_button_is_that_button_in_any_language(connected: Person, word: str) -> None:
    await at_the_documents(connected)
    await connected.writes(word)
    await connected.sees("check and send", "Trademark certificate")


async def test_a_description_is_never_overwritten_in_silence(connected: Person) -> None:
    await at_the_documents(connected)
    await connected.writes("ещё одно?")
    await connected.sees("Text typed here describes the last file", "Trademark certificate")
    await connected.writes("Certificate of the domain")
    await connected.sees("described already: “Trademark certificate”")
    await connected.taps("Take the new text")
    await connected.sees("a.pdf", "Certificate of the domain")


@pytest.mark.parametrize("typed", ["Ukraine, Russia", "россия и украина", "Russia\nUkraine"])
async def test_several_boxes_can_be_named_at_once(connected: Person, typed: str) -> None:
    await connected.writes("/add LILY2026")
    await connected.sees("What is the name for?")
    await connected.taps("Skip")
    await connected.sees("To which countries")
    await connected.writes(typed)
    await connected.shows("Done")
    assert connected.labels()[:3] == ["☑ Russia", "☑ Ukraine", "☐ Belarus"]
    await connected.writes("Russia, Mars")
    await connected.sees("Please tap one of the buttons.")


async def test_a_button_of_any_screen_can_be_typed(connected: Person) -> None:
    await begins(connected, "LILY2026")
    await connected.writes("skip")
    await connected.sees("To which countries")
    await connected.writes("назад")
    await connected.sees(PURPOSE)
    await connected.writes("Cancel")
    await connected.sees("Cancelled. Nothing was sent")
    await connected.writes("History")
    await connected.sees("History")
    await connected.writes("🏠 home")
    await connected.sees("Account:")


@pytest.mark.parametrize(
    "text",
    [
        "привет",
        "как узнать, одобрили ли имя?",
        "сәлем",
        "Hello!",
        "help",
        "?",
        "сколько стоит",
        "қанша тұрады",
        "how much",
    ],
)
async def test_a_greeting_or_a_question_gets_help(connected: Person, text: str) -> None:
    await connected.writes(text)
    await connected.sees("/senders", "/add")
    await asks_for_a_name(connected)
    await connected.writes("SALEM")
    await connected.sees(PURPOSE)


@pytest.mark.parametrize("text", ["помощь", "көмек", "help", "сколько стоит", "какие документы нужны?"])
async def test_a_call_for_help_where_a_file_is_due_is_told_where_help_is(connected: Person, text: str) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for Aruana")
    await connected.writes(text)
    await connected.sees("A file or a photo is needed here.", "/help", "Send the document for Aruana")
    await connected.writes("/add LILY2026")
    await connected.taps("Skip")
    await connected.sees("To which countries")
    await connected.writes(text)
    await connected.sees("Please tap one of the buttons.", "/help", "To which countries")


async def test_what_is_said_where_a_number_or_a_code_is_due_is_told_where_help_is(connected: Person) -> None:
    await connected.writes("/confirm")
    await connected.sees("Which number")
    await connected.writes("код не приходит")
    await connected.sees("That is no answer to this.", "/help", "Which number")
    await connected.writes("77000003344")
    await connected.taps("Send the code")
    await connected.sees("Which code came")
    for text in ("код келмейді", "не приходит смс", "the code does not come, why"):
        await connected.writes(text)
        await connected.sees("That is no answer to this.", "/help", "Which code came")


async def test_a_number_with_an_extension_is_told_that_it_gets_no_code(connected: Person) -> None:
    await connected.writes("+7 701 555-00-11 доб. 5")
    await connected.sees("A code cannot be sent to an extension.")


async def test_a_question_where_a_key_is_due_is_told_where_help_is(bot: InProcess, aigerim: Person) -> None:
    await aigerim.writes("/connect")
    await aigerim.sees("Send the API key")
    for text in ("помощь", "где взять ключ?"):
        await aigerim.writes(text)
        await aigerim.sees("That is no answer to this.", "/help", "Send the API key")


async def test_a_greeting_before_there_is_an_account_gets_help(bot: InProcess, aigerim: Person) -> None:
    await aigerim.writes("сәлем")
    await aigerim.sees("/connect")
    await aigerim.writes("Как начать?")
    await aigerim.sees("/connect")


async def test_a_question_where_an_answer_is_due_is_not_sent_to_the_moderator(connected: Person) -> None:
    await begins(connected, "LILY2026")
    await connected.writes("как узнать, одобрили ли имя?")
    await connected.sees("Is this the answer?", "/help", PURPOSE)
    await connected.writes("Flower shop")
    await connected.sees("To which countries")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("Tūran", ["Turan"]),
        ("Şeker", ["Sheker", "Seker"]),
        ("Цветы у дома", ["TsvetyUDoma"]),
        ("Мир & Ко", ["Mir Ko", "MirKo"]),
        ("Kaspi™", ["Kaspi"]),
        ("имя PARAFIT", ["PARAFIT"]),
        ("PARAFIT или PARACENTR", ["PARAFIT"]),
        ("ТОО «Ромашка»", ["TOORomashka"]),
        ("Łódź", ["Lodz"]),
        ("Ағайын", ["Agayyn"]),
        ("@kaspi", ["kaspi"]),
        ("https://kaspi.kz", ["kaspi", "kaspi.kz"]),
        ("«Kaspi»", ["Kaspi"]),
    ],
)
async def test_a_name_in_another_dress_is_offered_as_it_would_be_sent(
    connected: Person, typed: str, offered: list[str]
) -> None:
    await asks_for_a_name(connected)
    await connected.writes(typed)
    await connected.sees("Which name?", "⚠️")
    assert [each for each in connected.labels() if each.startswith("Use")] == [f"Use “{each}”" for each in offered]
    await connected.writes("/cancel")
    await connected.sees("Cancelled")
    await connected.writes(typed)
    await connected.shows(f"Add {offered[0]}")


async def test_a_typed_cancel_forgets_what_was_deferred(bot: InProcess, aigerim: Person) -> None:
    await aigerim.writes("/add LILY2026")
    await aigerim.sees("For this an SMSC account is needed")
    await aigerim.writes("/cancel")
    await aigerim.sees("Cancelled")
    await aigerim.writes(DEMO.apikey)
    await aigerim.sees_somewhere("Connected")
    state: dict[str, Any] = await aigerim.state()
    assert PURPOSE not in newest(state)


async def test_a_static_sticker_of_no_set_is_a_picture(connected: Person) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for Aruana")
    as_sticker: dict[str, Any] = {"as": "sticker"}
    await connected.sends_file("scan.webp", saved(page(size=(900, 1200)), "WEBP"), **as_sticker)
    await connected.sees("1. sticker.jpg")
    await connected.sends_other("sticker")
    await connected.sees("A file or a photo is needed here")


@pytest.mark.parametrize("word", ["да", "yes", "нет"])
async def test_yes_to_the_question_of_a_deletion_is_told_to_have_done_nothing(
    connected: Person, smsc: SmscSandbox, word: str
) -> None:
    await connected.writes("/delete Sale")
    await connected.sees("Delete Sale at SMSC?")
    await connected.writes(word)
    await connected.sees(f"I did nothing with “{word}”", "answered by its button")
    assert not [each for each in smsc.requests if each.command == "del"]


async def test_an_address_in_quotes_is_found_in_the_list(connected: Person) -> None:
    await connected.writes("«info@aruana.kz»")
    await connected.sees("info@aruana.kz", "SMSC ID")


@pytest.mark.parametrize("text", ["Аруана", "когда одобрят Aruana?", "почему отклонили «ARUANA»", "Aruana қашан"])
async def test_a_question_about_a_name_and_its_cyrillic_spelling_show_its_card(connected: Person, text: str) -> None:
    await connected.writes(text)
    await connected.sees("Aruana", "SMSC ID")
