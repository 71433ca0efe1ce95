"""Edited messages: what was typed wrong is mended where it was typed, and nothing is taken twice."""

from __future__ import annotations

from typing import Any

from aiogram.enums import ContentType

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import SmscSandbox
from bot.telegram.inputs import SENT, SERVICE
from tests.images import BLURRED, SHARP, heic, page, saved
from tests.papers import PDF
from tests.person import Person, newest
from tests.reached import sent
from tests.running import InProcess
from tests.stories import PURPOSE, asks_for_a_name, begins


async def test_a_name_that_was_mistyped_is_mended_by_an_edit(connected: Person, smsc: SmscSandbox) -> None:
    await asks_for_a_name(connected)
    typed = await connected.writes("LILLY2026")
    await connected.sees(PURPOSE)
    await connected.writes("Flowers")
    await connected.sees("To which countries")
    await connected.edits(typed["message_id"], "LILY2026")
    await connected.sees("To which countries")
    await connected.taps("Only Kazakhstan")
    await connected.skips_to("Documents for the operators")
    await connected.taps("Skip")
    await connected.sees("check and send", "Name: LILY2026", "Comment: Flowers")
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for LILY2026 is sent")
    assert [each.fields["sender"] for each in smsc.requests if each.command == "add"] == ["LILY2026"]


async def test_an_edit_that_cannot_be_right_is_asked_again(connected: Person) -> None:
    await asks_for_a_name(connected)
    typed = await connected.writes("LILY2026")
    await connected.sees(PURPOSE)
    await connected.edits(typed["message_id"], "LILY2026-AND-MORE")
    await connected.sees("Which name?", "It is too long")
    await connected.edits(typed["message_id"], "LILY")
    await connected.sees(PURPOSE)


async def test_an_answer_that_was_refused_is_mended_by_an_edit(connected: Person) -> None:
    await asks_for_a_name(connected)
    typed = await connected.writes("LILY2026-AND-MORE")
    await connected.sees("It is too long")
    await connected.edits(typed["message_id"], "LILY2026")
    await connected.sees(PURPOSE)


async def test_an_edit_that_changes_nothing_says_nothing(connected: Person, telegram: TelegramSandbox) -> None:
    await connected.writes("/add")
    typed = await connected.writes("LILY2026")
    await connected.sees(PURPOSE)
    await connected.writes("Flowers")
    await connected.sees("To which countries")
    shown = newest(connected.seen)
    await connected.edits(typed["message_id"], "LILY2026")
    await nothing_happens(connected, telegram, shown)


async def test_an_edit_of_an_old_message_is_no_answer_to_a_later_question(
    connected: Person, telegram: TelegramSandbox
) -> None:
    old = await connected.writes("Aruana")
    await connected.sees("SMSC ID")
    await begins(connected, "LILY2026")
    shown = newest(connected.seen)
    await connected.edits(old["message_id"], "Aruana, please")
    await nothing_happens(connected, telegram, shown)


async def test_a_location_that_moves_is_answered_once(connected: Person, telegram: TelegramSandbox) -> None:
    sent_there = await connected.sends_other("location")
    await connected.sees("I cannot do anything with that")
    shown = newest(connected.seen)
    message = next(each for each in connected.seen["messages"] if each["id"] == sent_there["message_id"])
    moved = {
        "message_id": message["id"],
        "from": message["from"],
        "chat": {"id": connected.id, "type": "private"},
        "date": message["date"],
        "edit_date": message["date"] + 5,
        "location": {"latitude": 43.25, "longitude": 76.9, "live_period": 900},
    }
    for _ in range(3):
        await connected.http.post(f"{connected.url}/chat/update", json={"edited_message": moved})
    await nothing_happens(connected, telegram, shown)


async def test_what_stands_under_a_file_is_mended_and_the_file_is_not_taken_twice(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for Aruana")
    plain = await connected.sends_file("a.pdf", PDF, caption="Certficate")
    await connected.sees("1. a.pdf", "Certficate")
    picture = await connected.sends_file("IMG_1.HEIC", heic(), caption="Domain")
    await connected.sees("2. IMG_1.jpg", "Domain")
    pages = [(f"{number}.jpg", saved(page(size=(900, 1200)), "JPEG")) for number in range(2)]
    album = await connected.sends_album(pages, photo=True, caption="Pages")
    await connected.sees("3. Aruana-3.pdf", "Pages")
    await connected.edits(plain["message_id"], "Certificate")
    await connected.sees("1. a.pdf", ": Certificate", "Domain")
    await connected.edits(picture["message_id"], "Certificate of the domain")
    await connected.sees("2. IMG_1.jpg", "Certificate of the domain")
    await connected.edits(album[0]["message_id"], "Both pages")
    await connected.sees("3. Aruana-3.pdf", "Both pages")
    await connected.taps("Done")
    await connected.sees("check and send")
    await connected.edits(plain["message_id"], "Trademark certificate")
    await connected.sees("check and send", "Trademark certificate")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for Aruana are at SMSC")
    assert [name for name, _ in sent(smsc)] == ["a.pdf", "IMG_1.jpg", "Aruana-3.pdf"]
    told = [each.fields["doc_info"] for each in smsc.requests if each.command == "chg"]
    assert told == ["Trademark certificate", "Certificate of the domain", "Both pages"]


async def test_a_blurred_photo_is_mended_by_an_edit_though_something_was_sent_after_it(
    connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox
) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for Aruana")
    photo = await connected.sends_file("x.jpg", BLURRED, photo=True, caption="Certficate")
    await connected.sees("This looks blurred", "Certficate")
    await connected.sends_other("voice")
    await connected.sees("A file or a photo is needed here")
    await connected.edits(photo["message_id"], "Certificate")
    await connected.sees("This looks blurred", ": Certificate")
    entry = telegram.world.chats[connected.id].entries[photo["message_id"]]
    edited = {**entry.message, "photo": telegram.world.add_photo(SHARP), "edit_date": entry.message["date"] + 5}
    await connected.http.post(f"{connected.url}/chat/update", json={"edited_message": edited})
    await connected.sees("1. Aruana-1.jpg")
    await connected.taps("Done")
    await connected.sees("check and send", "Aruana-1.jpg")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for Aruana are at SMSC")
    assert [content for _, content in sent(smsc)] == [SHARP]


async def test_what_stands_under_a_file_is_mended_while_the_files_are_corrected(connected: Person) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for Aruana")
    plain = await connected.sends_file("a.pdf", PDF, caption="Certficate")
    await connected.sees("1. a.pdf", "Certficate")
    await connected.taps("Done")
    await connected.sees("check and send")
    await connected.taps("✎ Documents")
    await connected.sees("Anything more")
    await connected.edits(plain["message_id"], "Certificate")
    await connected.sees("Anything more", ": Certificate")
    await connected.taps("Done")
    await connected.sees("check and send", ": Certificate")


async def test_an_edited_answer_is_known_after_a_restart(connected: Person, bot: InProcess) -> None:
    await asks_for_a_name(connected)
    typed = await connected.writes("LILLY2026")
    await connected.sees(PURPOSE)
    await bot.stop()
    await connected.edits(typed["message_id"], "LILY2026")
    await bot.start()
    await connected.writes("Flowers")
    await connected.sees("To which countries")
    await connected.taps("Only Kazakhstan")
    await connected.skips_to("Documents for the operators")
    await connected.taps("Skip")
    await connected.sees("check and send", "Name: LILY2026")


def test_every_kind_of_message_is_either_a_persons_or_telegrams_own() -> None:
    assert {each.value for each in ContentType} == SENT | SERVICE
    assert not SENT & SERVICE


async def test_what_telegram_tells_by_itself_is_no_message_of_a_person(
    connected: Person, telegram: TelegramSandbox
) -> None:
    await begins(connected, "LILY2026")
    shown, message = newest(connected.seen), connected.seen["messages"][-1]
    chat = {"id": connected.id, "type": "private"}
    inner = {"message_id": message["id"], "chat": chat, "date": message["date"], "text": "…"}
    pinned = {"message_id": 900_000, "from": {"id": connected.id, "is_bot": False, "first_name": "A"}, "chat": chat}
    pinned |= {"date": message["date"], "pinned_message": inner}
    await connected.http.post(f"{connected.url}/chat/update", json={"message": pinned})
    await nothing_happens(connected, telegram, shown)


async def nothing_happens(person: Person, telegram: TelegramSandbox, shown: str) -> None:
    """What came before is read and handled, and the chat is as it was."""
    await person.until(lambda _state: None if telegram.world.pending else True, "the update is taken")
    before = [each["id"] for each in person.seen["messages"] if each["from"]["is_bot"]]
    await person.writes("/nothing")
    await person.sees("There is no command /nothing.")

    def between(state: dict[str, Any]) -> list[str]:
        return [each["text"] for each in state["messages"] if each["from"]["is_bot"] and each["id"] not in before]

    assert len(between(person.seen)) == 1, between(person.seen)
    calls = (await person.http.get(f"{person.url}/chat/calls")).json()
    told = [each["params"]["text"] for each in calls if each["method"] in {"sendMessage", "editMessageText"}]
    assert "There is no command /nothing." in told[-1]
    plain = told[-2].replace("<b>", "").replace("</b>", "").replace("<i>", "").replace("</i>", "")
    assert plain.startswith(shown[:20]), told[-2]
