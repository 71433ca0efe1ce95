"""What became of requests: in whose account they are gone on with, what calling off means, what the receipt says."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.reading.codes import code_in
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from bot.storage.database import Database
from tests.images import heic
from tests.papers import PDF
from tests.person import Person
from tests.reached import made, sent
from tests.running import InProcess, late_in_the_month
from tests.stories import OTHER_KEY, begins, code_is_sent, comes_in, fills_in, invites


def logins(smsc: SmscSandbox, *commands: str) -> list[str]:
    """For whom requests were made."""
    return [str(each.login) for each in smsc.requests if each.command in commands]


async def anywhere(person: Person, label: str) -> tuple[int, str]:
    """A button under any message: what stands above may be tapped long after."""

    def found(state: dict[str, Any]) -> tuple[int, str] | None:
        for message in reversed(state["messages"]):
            for row in message["inline"] or ():
                for button in row:
                    if label in button["text"]:
                        return message["id"], button["callback_data"]
        return None

    button: tuple[int, str] = await person.until(found, label)
    return button


async def sends_documents(person: Person, count: int) -> None:
    """Sends so many documents to the form that asks for them."""
    for number in range(count):
        await person.sends_file(f"{number}.pdf", PDF)
        await person.sees(f"{number + 1}. {number}.pdf")
    await person.taps("Done")


async def gathers(person: Person, count: int) -> None:
    """As `sends_documents`, up to the form's summary."""
    await sends_documents(person, count)
    await person.sees("check and send")


async def documents(person: Person, name: str, count: int) -> None:
    """A form with documents for a name, at its summary."""
    await person.writes(f"/document {name}")
    await person.sees(f"Send the document for {name}")
    await gathers(person, count)


async def lily_with_documents(person: Person, count: int) -> None:
    """The form for a new name with documents, at its summary."""
    await begins(person, "LILY2026")
    await person.taps("Skip")
    await person.sees("To which countries")
    await person.taps("Only Kazakhstan")
    await person.skips_to("Documents for the operators")
    await gathers(person, count)


# Whose it is


async def test_a_form_of_another_account_goes_back_to_that_account(connected: Person, smsc: SmscSandbox) -> None:
    await fills_in(connected, "LILY2026")
    smsc.fault(Fault("add", "before", "error", 1, error=1))
    await connected.taps("Register it")
    await connected.sees_somewhere("SMSC refused it")
    button = await anywhere(connected, "Back to the form")
    await connected.connects(OTHER_KEY)
    await connected.taps_data(*button)
    await connected.sees("This belongs to", "LILY2026", "In use now:")
    await connected.taps("Switch and go on")
    await connected.sees("check and send", "LILY2026")
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for LILY2026 is sent")
    assert logins(smsc, "add") == ["demo", "demo"]


async def test_documents_of_another_account_go_to_no_name_of_this_one(connected: Person, smsc: SmscSandbox) -> None:
    smsc.world.add_names("other", ["Aruana"])
    await documents(connected, "Aruana", 1)
    smsc.fault(Fault("chg", "before", "error", 1, error=1))
    await connected.taps("Send them")
    await connected.sees_somewhere("SMSC refused it")
    button = await anywhere(connected, "Back to the form")
    await connected.connects(OTHER_KEY)
    await connected.taps_data(*button)
    await connected.sees("This belongs to", "Aruana")
    await connected.taps("Switch and go on")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for Aruana are at SMSC: 0.pdf")
    assert logins(smsc, "chg") == ["demo", "demo"]


async def test_a_form_of_a_subclient_goes_back_to_that_subclient(connected: Person, smsc: SmscSandbox) -> None:
    await connected.writes("/user aigerim")
    await connected.sees("From now on for the subclient aigerim")
    await fills_in(connected, "LILY2026")
    smsc.fault(Fault("add", "before", "error", 1, error=1))
    await connected.taps("Register it")
    await connected.sees_somewhere("SMSC refused it")
    button = await anywhere(connected, "Back to the form")
    await connected.writes("/user")
    await connected.taps("Main account")
    await connected.sees("From now on for the main account")
    await connected.taps_data(*button)
    await connected.sees("This belongs to", "aigerim")
    await connected.taps("Switch and go on")
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for LILY2026 is sent")
    users = [each.fields.get("user") for each in smsc.requests if each.command == "add"]
    assert users == ["aigerim", "aigerim"]


async def test_a_card_of_another_account_is_one_tap_away(connected: Person, smsc: SmscSandbox) -> None:
    smsc.world.add_names("other", ["Parus"])
    await connected.writes("Aruana")
    await connected.sees("SMSC ID")
    card = await anywhere(connected, "Change")
    await connected.connects(OTHER_KEY)
    await connected.taps_data(*card)
    await connected.sees("That name belongs to", "which is not in use now")
    await connected.taps("Switch and open it")
    await connected.sees("In use now:", "Aruana", "SMSC ID")
    await connected.taps("Send a document")
    await connected.sees("Send the document for Aruana")


async def test_what_smsc_gets_is_shown_with_the_account_and_subclient_that_it_is_for(connected: Person) -> None:
    await connected.writes("/user aigerim")
    await connected.sees("From now on for the subclient aigerim")
    await connected.writes("/document")
    await connected.sees("For which name?")
    await connected.sends_file("IMG_1.HEIC", heic())
    await connected.sees_somewhere("this is what SMSC gets.", "Account: 127.0.0.1", "· aigerim")


async def test_a_reminder_of_another_account_sends_the_code_from_that_one(
    connected: Person, smsc: SmscSandbox, bot: InProcess
) -> None:
    await code_is_sent(connected)
    await connected.writes("/confirm 77000003344")
    await connected.sees("check and send")
    await connected.taps("Send the code")
    await connected.sees("8 hours")
    await connected.taps("Remind me")
    await connected.sees("I will write")
    await connected.connects(OTHER_KEY)
    await bot.stop()
    bot.clock.advance(8 * 3600 + 60)
    await bot.start()
    await connected.sees_somewhere("A code can be sent to 77000003344 again now", "Account:")
    await connected.taps("Send the code")
    await connected.sees("This belongs to", "77000003344")
    await connected.taps("Switch and go on")
    await connected.sees("check and send", "77000003344")
    await connected.taps("Send the code")
    await connected.sees_somewhere("A code is on its way")
    assert logins(smsc, "add", "send_code") == ["demo", "demo"]


async def test_a_reminder_can_be_followed_while_an_account_is_in_use_in_which_one_may_only_look(
    connected: Person, smsc: SmscSandbox, bot: InProcess
) -> None:
    await code_is_sent(connected)
    await connected.writes("/confirm 77000003344")
    await connected.sees("check and send")
    await connected.taps("Send the code")
    await connected.sees("8 hours")
    await connected.taps("Remind me")
    await connected.sees("I will write")
    other = await Person.arrive(connected.http, connected.url, "Daniyar")
    await other.connects(OTHER_KEY)
    await comes_in(connected, await invites(other, "may look"))
    bot.clock.advance(8 * 3600 + 60)
    await connected.sees_somewhere("A code can be sent to 77000003344 again now", "Account:")
    await connected.taps("Send the code")
    await connected.sees("This belongs to", "77000003344")
    await connected.taps("Switch and go on")
    await connected.sees("check and send", "77000003344")


async def test_a_code_of_another_account_is_entered_there(connected: Person, smsc: SmscSandbox) -> None:
    await code_is_sent(connected)
    await connected.writes("0000")
    await connected.sees("Confirming 77000003344", "error 11")
    await connected.writes("/confirm 77000003344")
    await connected.taps("Send the code")
    button = await anywhere(connected, "Enter the code")
    await connected.connects(OTHER_KEY)
    await connected.taps_data(*button)
    await connected.sees("This belongs to")
    await connected.taps("Switch and go on")
    await connected.sees("Which code came to 77000003344")
    await connected.writes(smsc.world.sms[0].text)
    await connected.sees_somewhere("77000003344 is confirmed")
    assert logins(smsc, "check_code") == ["demo", "demo"]


async def test_a_request_of_a_forgotten_account_says_that_it_was_forgotten(
    connected: Person, smsc: SmscSandbox
) -> None:
    await fills_in(connected, "LILY2026")
    smsc.fault(Fault("add", "before", "error", 1, error=1))
    await connected.taps("Register it")
    await connected.sees_somewhere("SMSC refused it")
    button = await anywhere(connected, "Back to the form")
    await connected.connects(OTHER_KEY)
    await connected.writes("/account")
    await connected.sees("Service")
    await connected.taps("○")
    await connected.sees("871.62")
    await connected.taps("Forget account")
    await connected.sees("Its key and the cached list")
    await connected.taps("Forget account")
    await connected.sees("are deleted here")
    await connected.taps_data(*button)
    await connected.sees("The account was disconnected in the meantime.")


async def test_old_buttons_with_a_number_alone_ask_before_they_act_for_another_account(
    connected: Person, smsc: SmscSandbox
) -> None:
    await code_is_sent(connected)
    await connected.connects(OTHER_KEY)
    message, _ = await anywhere(connected, "Home")
    for data in ("code:77000003344", "confirm:77000003344", "resend:77000003344"):
        await connected.writes("/help")
        await connected.sees("What you can do")
        await connected.taps_data(message, data)
        await connected.sees("This belongs to", "77000003344")
    await connected.taps_data(message, "code:77000009999")
    await connected.sees("There is no such request any more.")
    await connected.taps_data(message, "confirm:77000003344")
    await connected.sees("This belongs to")
    await connected.taps("Go on here")
    await connected.sees("check and send", "it is added first")
    assert logins(smsc, "add", "send_code") == ["demo"]


# Calling off, and several requests


async def test_called_off_means_that_nothing_more_is_sent_after_a_restart_either(
    connected: Person, smsc: SmscSandbox, bot: InProcess
) -> None:
    await documents(connected, "Aruana", 2)
    smsc.fault(Fault("chg", "before", "error", 1, error=9))
    await connected.taps("Send them")
    await connected.sees("It is request 1 of 2")
    await connected.taps("Call it off")
    await connected.sees("Called off. Nothing was sent to SMSC.")
    before = made(smsc, "chg")
    await bot.stop()
    bot.clock.advance(3600)
    await bot.start()
    await connected.writes("/history")
    await connected.sees("0.pdf: called off", "1.pdf: called off")
    assert made(smsc, "chg") == before


async def test_a_code_is_not_sent_when_adding_its_number_was_called_off(
    connected: Person, smsc: SmscSandbox, bot: InProcess
) -> None:
    await connected.shares_contact("+77015550099")
    await connected.taps("Confirm it")
    await connected.sees("it is added first")
    smsc.fault(Fault("add", "before", "error", 1, error=9))
    await connected.taps("Send the code")
    await connected.taps("Call it off")
    await connected.sees("Called off")
    await bot.stop()
    bot.clock.advance(3600)
    await bot.start()
    await connected.writes("/history")
    await connected.sees("send a code 77015550099: called off")
    assert made(smsc, "send_code") == 0
    assert made(smsc, "add") == 1


async def test_what_was_called_off_by_a_former_version_is_not_sent_at_the_start(
    connected: Person, smsc: SmscSandbox, bot: InProcess, settings: dict[str, str]
) -> None:
    await documents(connected, "Aruana", 3)
    smsc.fault(Fault("chg", "before", "error", 1, error=9))
    await connected.taps("Send them")
    await connected.sees("It is request 1 of 3")
    await bot.stop()
    await in_the_file(settings, "UPDATE operations SET state = 'cancelled' WHERE after IS NULL AND state = 'planned'")
    before = made(smsc, "chg")
    bot.clock.advance(3600)
    await bot.start()
    await connected.writes("/history")
    await connected.sees("2.pdf: called off", "1.pdf: called off")
    assert made(smsc, "chg") == before


async def in_the_file(settings: dict[str, str], statement: str) -> None:
    """Changes the file while the bot stands still."""
    database = Database.open(Path(settings["DATABASE_PATH"]))
    await database.run(lambda db: db.execute(statement).rowcount)
    await database.close()


async def test_calling_off_halfway_says_what_was_sent(connected: Person, smsc: SmscSandbox) -> None:
    await lily_with_documents(connected, 2)
    smsc.fault(Fault("chg", "before", "error", 1, error=9))
    await connected.taps("Register it")
    await connected.sees("Documents for LILY2026", "It is request 2 of 2")
    await connected.taps("Call it off")
    await connected.sees("Called off. 1 of 2 requests had gone to SMSC before; nothing more is sent.")
    assert made(smsc, "add") == 1


async def test_what_is_planned_for_the_first_says_so_and_can_be_called_off(
    connected: Person, smsc: SmscSandbox, bot: InProcess
) -> None:
    late_in_the_month(bot.clock)
    await begins(connected, "ROSE")
    await connected.taps("Skip")
    await connected.sees("To which countries")
    await connected.taps("Russia")
    await connected.taps("Done")
    await connected.sees("which operators")
    await connected.taps("paid")
    await connected.shows("☑")
    await connected.taps("Done")
    await connected.sees("nearly over")
    await connected.taps("On the 1st")
    await connected.skips_to("Documents for the operators")
    await sends_documents(connected, 2)
    await connected.sees("Do you agree to pay it?")
    await connected.taps("I agree to the fee")
    await connected.sees("check and send")
    await connected.taps("Register it")
    await connected.sees("Application for ROSE", "It is planned. It goes on at", "It is request 1 of 2")
    await connected.taps("Call it off")
    await connected.sees("Called off. Nothing was sent to SMSC.")
    await bot.stop()
    bot.clock.advance(40 * 24 * 3600)
    await bot.start()
    await connected.writes("/history")
    await connected.sees("add ROSE", "called off")
    assert made(smsc, "add") == 0


async def test_the_receipt_of_several_documents_says_how_many(connected: Person, smsc: SmscSandbox) -> None:
    await documents(connected, "Aruana", 3)
    await connected.taps("Send them")
    told = await connected.sees_somewhere("Documents for Aruana are at SMSC: 3 documents.")
    assert "is changed" not in told
    await connected.writes("/history Aruana")
    await connected.sees("document for Aruana, 0.pdf: SMSC took it", "2.pdf: SMSC took it")


async def test_the_receipt_of_a_new_name_with_documents_says_that_it_is_registered(
    connected: Person, smsc: SmscSandbox
) -> None:
    await lily_with_documents(connected, 2)
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for LILY2026 is sent", "SMSC ID", "Sent with it: 2 documents.")
    assert [name for name, _ in sent(smsc)] == ["0.pdf", "1.pdf"]


async def test_while_several_requests_are_sent_it_says_how_many_are_done(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await lily_with_documents(connected, 2)
    smsc.fault(Fault("add", "before", "error", 1, error=9))
    smsc.fault(Fault("chg", "before", "timeout", 1))
    await connected.taps("Register it")
    await connected.sees("It goes on by itself")
    clock.advance(3600)
    await connected.sees("Sending to SMSC: 1 of 2 done")


async def test_a_document_that_is_refused_says_what_became_of_the_others(connected: Person, smsc: SmscSandbox) -> None:
    await lily_with_documents(connected, 3)
    smsc.fault(Fault("chg", "before", "error", 1, error=5))
    await connected.taps("Register it")
    await connected.sees_somewhere("Documents for LILY2026", "SMSC refused it", "Done before it: 1 of 3.")
    await connected.writes("/history")
    await connected.sees("add LILY2026, 0.pdf: SMSC took it", "1.pdf: refused", "2.pdf: called off")


# Where the answer appears, and what the card knows


async def test_the_answer_to_a_code_that_was_typed_stands_below_it(connected: Person) -> None:
    await code_is_sent(connected)
    typed = await connected.writes("0000")
    await connected.sees("Confirming 77000003344", "error 11")

    def below(state: dict[str, Any]) -> bool | None:
        texts = {each["id"]: each["text"] for each in state["messages"] if each["from"]["is_bot"]}
        asked = [key for key, text in texts.items() if "Which code came" in text]
        told = [key for key, text in texts.items() if "error 11" in text]
        return True if told and asked == told and min(told) > typed["message_id"] else None

    await connected.until(below, "the answer below with the question anew, and no question above")


async def test_a_receipt_after_a_tap_takes_the_place_of_the_screen(connected: Person) -> None:
    await fills_in(connected, "LILY2026")
    message, _ = await connected.button("Register it")
    await connected.taps("Register it")
    await connected.until(
        lambda state: next(
            (True for each in state["messages"] if each["id"] == message and "The application for" in each["text"]),
            None,
        ),
        "the receipt in the same message",
    )


async def test_the_card_after_a_receipt_has_the_change_or_says_that_it_has_not(
    connected: Person, bot: InProcess
) -> None:
    await documents(connected, "Aruana", 1)
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for Aruana are at SMSC")
    await connected.taps("Open the card")
    await connected.sees("Aruana", "Your newest change is not in this yet")
    bot.clock.advance(61)
    await connected.taps("Try again")
    assert "not in this yet" not in await connected.sees("Aruana", "0.pdf: under review")


# The code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4821", "4821"),
        (" 48 21 ", "4821"),
        ("123-456", "123456"),
        ("4821.", "4821"),
        ("Код подтверждения: 4821. smsc.kz", "4821"),
        ("4821 – код подтверждения", "4821"),
        ("Растау коды: 4821", "4821"),
        ("Құпия сан 4821", "4821"),
        ("Заказ 20261, код 9911", "9911"),
        ("LILY2026", None),
        ("code LILY2026", None),
        ("Barcode2024x", None),
        ("Цветы 2026", None),
        ("8 701 123 45 67", None),
        ("код", None),
    ],
)
def test_a_code_is_bare_digits_or_stands_near_its_word(text: str, code: str | None) -> None:
    assert code_in(text).value == code


async def test_a_known_name_with_digits_opens_its_card_though_a_code_is_awaited(
    connected: Person, smsc: SmscSandbox
) -> None:
    smsc.world.add_names(DEMO.login, ["LILY2026"])
    await code_is_sent(connected)
    await connected.writes("/start")
    await connected.sees("Sender names")
    await connected.writes("LILY2026")
    await connected.sees("LILY2026", "active")
    assert made(smsc, "check_code") == 0


async def test_a_comment_with_the_word_code_is_the_forms_answer(connected: Person, smsc: SmscSandbox) -> None:
    await code_is_sent(connected)
    await begins(connected, "LILY2026")
    await connected.writes("Promo code 12345 for our clients")
    await connected.sees("To which countries")
    assert made(smsc, "check_code") == 0


async def test_a_whole_sms_that_was_pasted_is_checked_though_another_form_is_open(
    connected: Person, smsc: SmscSandbox
) -> None:
    await code_is_sent(connected)
    await begins(connected, "LILY2026")
    await connected.writes(smsc.world.sms[0].text)
    await connected.sees_somewhere("77000003344 is confirmed")


async def test_a_password_with_a_code_in_it_goes_nowhere_else(connected: Person, smsc: SmscSandbox) -> None:
    await code_is_sent(connected)
    await connected.writes("/connect")
    await connected.taps("Login and password")
    await connected.sees("What is the login")
    await connected.writes("demo")
    await connected.sees("Send the password")
    await connected.writes("code 4821", forward_from="Notes")
    await connected.until(
        lambda state: True if not any("4821" in each["text"] for each in state["messages"]) else None,
        "the password taken away",
    )
    assert made(smsc, "check_code") == 0


async def test_a_number_as_kazakhstan_writes_it_is_read_at_once(connected: Person, smsc: SmscSandbox) -> None:
    await connected.writes("/confirm")
    await connected.sees("Which number")
    await connected.writes("8 700 000 33 44")
    await connected.sees("check and send", "Number: 77000003344", "I read 8 700 000 33 44 as +77000003344.")
    await connected.taps("Send the code")
    await connected.sees("A code is on its way to 77000003344")
    await connected.writes("/confirm 8 (701) 555-00-22")
    await connected.sees("check and send", "Number: 77015550022", "as +77015550022")


async def test_a_reminder_that_is_asked_for_twice_comes_once(connected: Person, bot: InProcess) -> None:
    await code_is_sent(connected)
    await connected.writes("/confirm 77000003344")
    await connected.sees("check and send")
    await connected.taps("Send the code")
    await connected.sees("8 hours")
    button = await connected.button("Remind me")
    await asyncio.gather(connected.taps_data(*button), connected.taps_data(*button))
    await connected.sees("I will write")
    await bot.stop()
    bot.clock.advance(8 * 3600 + 60)
    await bot.start()
    await connected.sees_somewhere("again now")
    await connected.writes("/help")
    await connected.sees("What you can do")
    texts = [each["text"] for each in connected.seen["messages"]]
    assert sum("can be sent to" in each for each in texts) == 1
