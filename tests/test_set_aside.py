"""An unrelated thing while a form is open destroys nothing; the quick actions; nothing is left behind."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

import handlers
from bot.registration.parameters import further
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO, SmscSandbox
from bot.screens.commands import COMMANDS, SAME_AS
from bot.smsc import Command, seed_catalogue
from tests.images import page, saved
from tests.papers import PDF
from tests.person import Person
from tests.reached import sent
from tests.running import InProcess
from tests.stories import PURPOSE, asks_for_a_name, begins, code_is_sent


def quick_actions(person: Person) -> list[str]:
    """The labels of the reply keyboard, as the newest state has them."""
    keyboard = person.seen["reply_keyboard"]
    return [each["text"] for row in keyboard["keyboard"] for each in row] if keyboard else []


async def test_photos_sent_one_after_another_all_go_with_the_name(connected: Person, smsc: SmscSandbox) -> None:
    for number in range(3):
        await connected.sends_file(f"{number}.pdf", PDF)
    await connected.sees("For which name?", "Documents: 3")
    await connected.writes("Aruana")
    await connected.sees("1. 0.pdf", "2. 1.pdf", "3. 2.pdf")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for Aruana are at SMSC: 3 documents")
    assert [name for name, _ in sent(smsc)] == ["0.pdf", "1.pdf", "2.pdf"]


async def test_a_file_sent_too_early_is_kept_for_its_question(connected: Person) -> None:
    await begins(connected, "LILY2026")
    await connected.sends_file("photo.webp", saved(page(), "WEBP"))
    await connected.sees(PURPOSE, "Documents: 1")
    await connected.writes("Flowers")
    await connected.sees("To which countries")
    await connected.taps("Only Kazakhstan")
    await connected.skips_to("Anything more?", "1. photo.jpg")


async def test_a_file_sent_later_is_added_to_the_form_that_waits_for_a_name(connected: Person) -> None:
    await connected.sends_file("a.pdf", PDF)
    await connected.sees("For which name?", "Documents: 1")
    await connected.writes("/start")
    await connected.sees("Sender names")
    await connected.sends_file("b.pdf", PDF)
    await connected.sees("For which name?", "Documents: 2")
    await connected.writes("Aruana")
    await connected.sees("Anything more for Aruana?", "1. a.pdf", "2. b.pdf")


async def test_a_file_sent_at_the_summary_is_added_to_it(connected: Person) -> None:
    await connected.writes("/document Aruana")
    await connected.sends_file("a.pdf", PDF)
    await connected.taps("Done")
    await connected.sees("check and send", "a.pdf")
    await connected.sends_file("b.pdf", PDF)
    await connected.sees("check and send", "a.pdf", "b.pdf", "Documents: 2")


async def test_a_contact_sets_a_form_aside_that_cannot_use_it(connected: Person) -> None:
    await connected.writes("/document")
    await connected.sees("For which name?")
    await connected.writes("Aruana")
    await connected.sees("Send the document for")
    await connected.shares_contact("+77015550022")
    await connected.sees("Confirm 77015550022 as a sender name?")
    await connected.taps("▶ Aruana: Send documents")
    await connected.sees("Send the document for", "step 2 of 2")


async def test_a_file_sets_a_form_aside_that_cannot_use_it(connected: Person) -> None:
    await connected.writes("/confirm 77015550022")
    await connected.sees("check and send")
    await connected.sends_file("a.pdf", PDF)
    await connected.sees("For which name?")
    await connected.taps("Confirm a number")
    await connected.sees("check and send", "77015550022")


async def test_a_command_sets_a_form_aside_and_offers_to_go_on(connected: Person) -> None:
    await begins(connected, "LILY2026")
    await connected.writes("/senders")
    await connected.sees("My names")
    await connected.taps("▶ LILY2026: Add a name")
    await connected.sees(PURPOSE)


async def test_a_forwarded_sms_is_checked_though_another_form_is_open(connected: Person, smsc: SmscSandbox) -> None:
    await code_is_sent(connected)
    await begins(connected, "LILY2026")
    await connected.writes(smsc.world.sms[0].text, forward_from="SMSC.KZ")
    await connected.sees_somewhere("77000003344 is confirmed")
    await connected.taps("▶ LILY2026: Add a name")
    await connected.sees(PURPOSE)


async def test_digits_are_an_answer_to_the_form_that_is_open(connected: Person, smsc: SmscSandbox) -> None:
    await code_is_sent(connected)
    await begins(connected, "LILY2026")
    await connected.writes("4821")
    await connected.sees("To which countries")
    assert not [each for each in smsc.requests if each.command == "check_code"]


async def test_the_bar_comes_with_the_first_account_and_its_buttons_are_commands(connected: Person) -> None:
    await connected.state()
    assert quick_actions(connected) == ["My names", "Add a name", "Send documents", "📱 My own number"]
    await connected.writes("Add a name")
    await connected.sees("What you will need")
    await connected.until(
        lambda state: None if any(each["text"] == "Add a name" for each in state["messages"]) else True,
        "the press is taken away",
    )
    await connected.writes("My names")
    await connected.sees("My names:")
    await connected.connects(DEMO.apikey)
    assert sum("Quick actions are below" in each["text"] for each in connected.seen["messages"]) == 1


async def test_the_bar_is_hidden_and_shown_again_and_a_restart_changes_nothing(
    connected: Person, bot: InProcess
) -> None:
    await connected.writes("Hide these buttons")
    await connected.sees("The quick actions are hidden. /bar brings them back.")
    await connected.until(lambda state: True if state["reply_keyboard"] is None else None, "no keyboard")
    await bot.stop()
    await bot.start()
    await connected.connects(DEMO.apikey)
    assert quick_actions(connected) == []
    await connected.writes("/help")
    await connected.taps("Quick actions")
    await connected.until(lambda state: True if state["reply_keyboard"] else None, "the keyboard")
    await connected.sees("Sender names")


async def test_the_bar_speaks_the_language_that_was_chosen_and_an_old_one_still_works(connected: Person) -> None:
    await connected.writes("/language")
    await connected.taps("Қазақша")
    await connected.until(lambda _state: True if "Атауларым" in quick_actions(connected) else None, "a Kazakh keyboard")
    await connected.writes("Add a name")
    await connected.sees("Не қажет болады")


async def test_the_language_is_kept_over_a_restart(connected: Person, bot: InProcess) -> None:
    await connected.writes("/language")
    await connected.taps("Русский")
    await connected.sees("Имена отправителей")
    await bot.stop()
    await bot.start()
    await connected.writes("/help")
    await connected.sees("/senders – ")
    assert "Главная" in str(connected.labels())


async def test_one_living_message_and_the_bar_are_all_that_is_left_of_a_walk(connected: Person) -> None:
    for text in ("/senders", "/account", "/help", "/add", "/cancel", "/history", "/start"):
        await connected.writes(text)
    parts = ("Quick actions", "Connected", "Sender names")

    def left(state: dict[str, Any]) -> bool | None:
        mine = [each["text"] for each in state["messages"] if each["from"]["is_bot"]]
        return (len(mine) == 3 and all(part in told for part, told in zip(parts, mine, strict=True))) or None

    await connected.until(left, "the keyboard, the receipt of the connection, and the living message alone")


async def test_a_list_that_is_asked_for_again_comes_again_below_the_question(connected: Person) -> None:
    def one_list(state: dict[str, Any]) -> bool | None:
        return True if sum("My names:" in each["text"] for each in state["messages"]) == 1 else None

    for said in ("/senders", "/senders", "arua", "arua"):
        asked = await connected.writes(said)
        await connected.sees("My names")
        assert connected.seen["messages"][-1]["id"] > asked["message_id"]
        await connected.until(one_list, "the former list taken away")


@pytest.mark.parametrize("language", ["ru", "kk", "en", "de"])
async def test_the_command_menu_is_in_the_persons_language_and_short_in_groups(
    bot: InProcess, http: httpx.AsyncClient, telegram: TelegramSandbox, language: str
) -> None:
    person = await Person.arrive(http, telegram.url, language=language)
    menu = await person.until(lambda state: state["commands"] or None, "the menu")
    told = {each["command"]: each["description"] for each in menu}
    assert list(told) == [name for name, _ in COMMANDS]
    assert told.keys() == handlers.routes(seed_catalogue()).commands.keys() - SAME_AS.keys()
    words = {"ru": "Удалить имя", "kk": "Атауды жою", "en": "Delete a name", "de": "Удалить имя"}
    assert told["delete"] == words[language]
    await person.writes("/help")
    help_ = await person.sees("/senders")
    assert all(f"/{each} – " in help_ for each in told)
    group = await http.post(f"{telegram.url}/chat/groups", json={"title": "Shop", "members": [person.id]})
    chat = group.raise_for_status().json()["id"]
    answer = await http.get(f"{telegram.url}/chat/state", params={"user": person.id, "chat": chat})
    assert [each["command"] for each in answer.json()["commands"]] == ["start"]


async def test_a_half_filled_form_is_kept_when_another_name_is_begun(connected: Person) -> None:
    await connected.writes("/document Aruana")
    await connected.sends_file("a.pdf", PDF, caption="Certificate")
    await connected.sees("1. a.pdf")
    await connected.writes("/document Sale")
    await connected.sees("Send the document for Sale")
    await connected.sends_file("b.pdf", PDF)
    await connected.sees("Anything more for Sale?", "1. b.pdf")
    await connected.writes("/start")
    await connected.sees("Account:")
    await connected.shows("▶ Sale: Send documents")
    await connected.taps("▶ Aruana: Send documents")
    await connected.sees("Anything more for Aruana?", "1. a.pdf", "Certificate")
    await connected.taps("✕ Cancel")
    await connected.sees("Cancelled")
    await connected.taps("▶ Sale: Send documents")
    await connected.sees("Anything more for Sale?", "1. b.pdf")


async def test_a_file_sent_unprompted_does_not_join_an_old_form_for_a_name(connected: Person) -> None:
    await connected.writes("/document Aruana")
    await connected.sends_file("a.pdf", PDF)
    await connected.taps("Done")
    await connected.sees("check and send")
    await connected.writes("/senders")
    await connected.taps("Sale")
    await connected.sees("Sale", "SMSC ID")
    await connected.sends_file("for-sale.pdf", PDF)
    await connected.sees("For which name?", "for-sale.pdf")
    await connected.writes("Sale")
    text = await connected.sees("Anything more for Sale?", "1. for-sale.pdf")
    assert "a.pdf," not in text.replace("for-sale.pdf,", "")


async def test_a_new_name_is_not_lost_behind_a_form_that_waits(connected: Person) -> None:
    await begins(connected, "ROSE2026")
    await connected.writes("/start")
    await connected.sees("Account:")
    await connected.writes("TULIP2026")
    await connected.taps("Add TULIP2026")
    await connected.sees("step 2", PURPOSE)
    await connected.writes("Tulips")
    await connected.sees("To which countries")
    await connected.writes("/start")
    await connected.shows("▶ TULIP2026: Add a name")
    await connected.taps("▶ ROSE2026: Add a name")
    await connected.sees("step 2", PURPOSE)


async def test_a_number_is_not_lost_behind_a_form_that_waits(connected: Person) -> None:
    await connected.writes("/confirm 77000003344")
    await connected.sees("77000003344")
    await connected.shares_contact("+77015550022")
    await connected.taps("Confirm it")
    text = await connected.sees("Confirm a number", "77015550022")
    assert "77000003344" not in text


async def test_back_twice_is_back_once(connected: Person) -> None:
    await connected.writes("/add LILY2026")
    await connected.writes("Flowers")
    await connected.sees("step 3")
    message, data = await connected.button("← Back")
    await connected.taps_data(message, data)
    await connected.sees("step 2")
    await connected.taps_data(message, data)
    await connected.writes("/start")
    await connected.sees("Account:")
    await connected.taps("▶ LILY2026: Add a name")
    await connected.sees("step 2")


async def test_hiding_the_bar_leaves_the_form_where_it_was(connected: Person) -> None:
    await begins(connected, "LILY2026")
    await connected.writes("Hide these buttons")
    await connected.sees("The quick actions are hidden", PURPOSE)
    await connected.writes("Flowers")
    await connected.sees("To which countries")


@pytest.mark.usefixtures("fast")
async def test_what_was_refused_among_several_files_is_told(connected: Person) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for Aruana")
    await connected.sends_album([("a.pdf", PDF), ("b.txt", b"hello"), ("c.pdf", PDF)])
    await connected.sees("⚠️ b.txt: SMSC does not take", "1. a.pdf", "2. c.pdf")


async def test_a_name_that_is_not_in_the_list_is_told_at_once(connected: Person) -> None:
    await connected.sends_file("a.pdf", PDF)
    await connected.sees("For which name?")
    await connected.writes("Nosuch")
    await connected.sees("For which name?", "“Nosuch” is not in the list that SMSC gave")
    await connected.writes("aruana")
    await connected.sees("Anything more for Aruana?")
    await connected.writes("/document Nosuch")
    await connected.sees("“Nosuch” is not in the list that SMSC gave")


async def test_a_long_summary_keeps_what_it_costs_and_every_document(connected: Person, bot: InProcess) -> None:
    bot.clock.advance(0)
    await begins(connected, "LILY2026")
    await connected.writes("'" * 500)
    await connected.taps("Russia")
    await connected.shows("☑ Russia")
    await connected.taps("Done")
    await connected.sees("Russia: which operators?")
    await connected.taps("MTS paid")
    await connected.shows("☑ MTS paid")
    await connected.taps("Done")
    text = await connected.skips_to_one_of("nearly over", "Documents for the operators")
    if "nearly over" in text:
        await connected.taps("At once")
        await connected.skips_to("Documents for the operators")
    for number in range(10):
        await connected.sends_file(f"{number}.pdf", PDF, caption=f"{number} " + "&" * 240)
        await connected.sees(f"{number + 1}. {number}.pdf")
    await connected.taps("Done")
    await connected.sees("Do you agree to pay it?")
    await connected.taps("I agree to the fee")
    await connected.sees("check and send", "• 0.pdf", "• 9.pdf", "💰 Paid: MTS", "whole calendar month")


@pytest.mark.parametrize("word", ["kk", "KK", "kz", "қазақша", "Казахский"])
async def test_a_language_that_is_named_with_the_command_is_taken(connected: Person, word: str) -> None:
    await connected.writes(f"/language {word}")
    await connected.sees("Жіберуші атаулары")


async def test_a_language_that_nobody_here_speaks_is_told_and_asked_for(connected: Person) -> None:
    await connected.writes("/language Klingon")
    await connected.sees("I do not speak “Klingon” yet.", "Choose a language.")


async def test_a_language_that_is_chosen_in_a_form_goes_on_with_the_form(connected: Person) -> None:
    await asks_for_a_name(connected)
    for tapped, question in (("Русский", "Какое имя"), ("English", "Which name?")):
        await connected.writes("/language")
        await connected.sees_one_of("Choose a language.", "Выберите язык")
        await connected.taps(tapped)
        await connected.sees(question)
    await connected.writes("/language")
    await connected.sees("Choose a language.")
    await connected.writes("LILY2026")
    await connected.sees(PURPOSE)


async def test_a_form_that_stays_with_the_account_of_before_is_told_of(connected: Person) -> None:
    await connected.writes("/add LILY2026")
    await connected.sees("What is the name for?")
    await connected.writes("Flower shop")
    await connected.sees("To which countries")
    await connected.writes("/user aigerim")
    await connected.sees("From now on for the subclient aigerim", "waits where you began it: LILY2026.")
    await connected.writes("/user")
    await connected.taps("Main account")
    text = await connected.sees("From now on for the main account")
    assert "waits where" not in text
    await connected.taps("▶ LILY2026")
    await connected.sees("To which countries")


async def test_help_in_a_form_leaves_it_open(connected: Person) -> None:
    await begins(connected, "LILY2026")
    await connected.writes("/help")
    await connected.sees("/senders")
    await connected.taps("▶ LILY2026")
    await connected.sees(PURPOSE)
    await connected.writes("/help")
    await connected.sees("/senders")
    await connected.writes("Flower shop")
    await connected.sees("To which countries")


async def test_a_command_that_is_none_leaves_the_form_open_and_may_be_a_button(connected: Person) -> None:
    await begins(connected, "LILY2026")
    await connected.writes("/nonsense")
    await connected.sees("There is no command /nonsense.", PURPOSE)
    await connected.writes("/skip")
    await connected.sees("To which countries")
    await connected.writes("/назад")
    await connected.sees(PURPOSE)


async def test_help_without_an_account_begins_with_what_matters_then(bot: InProcess, aigerim: Person) -> None:
    await aigerim.writes("/help")
    await aigerim.sees("You need an account at SMSC", "an API key", "/add – ")
    await aigerim.taps("Connect an account")
    await aigerim.sees("Send the API key")


async def test_the_sending_button_of_a_long_summary_stays_in_sight(connected: Person, smsc: SmscSandbox) -> None:
    await connected.writes("/add LILY2026")
    await connected.sees(PURPOSE, "step 2")
    await connected.taps("Skip")
    await connected.sees("To which countries")
    assert connected.labels()[0] == "Only Kazakhstan"
    await connected.taps("☐ Belarus")
    await connected.shows("☑ Belarus")
    await connected.taps("Done")
    await connected.sees("Belarus: which tariff?", "step 4")
    await connected.taps("☐ lower tariff")
    await connected.shows("☑ lower tariff")
    await connected.taps("Done")
    await connected.sees("What you will need")
    await connected.taps("Go on")
    steps = 12 + sum(not row.quiet for row in further(seed_catalogue(), Command.ADD))
    await connected.sees("What is the name of the company?", f"step 5 of {steps}")
    await connected.writes("ООО «Ромашка»\n100582333\nМинск, пр. Независимости, 1\n7. Торговля\n1\nЗаказ готов\na.by")
    await connected.skips_to("Documents for the operators", f"step {steps} of {steps}")
    await connected.taps("Skip")
    await connected.sees("Comment: LILY2026", "Field of business: 7", "it decides what each message costs there")
    assert connected.labels() == ["Register it", "✎ Name", "✎ Documents", "✎ Correct…", "← Back", "✕ Cancel"]
    await connected.taps("✎ Correct…")
    await connected.sees("What do you want to correct?")
    await connected.taps("✎ Comment")
    await connected.sees(PURPOSE)
    await connected.writes("Flowers")
    await connected.sees("check and send", "Comment: Flowers")
    await connected.taps("Register it")
    await connected.sees_somewhere("LILY2026")
    [added] = [each for each in smsc.requests if each.command == "add"]
    assert added.fields["cmt"] == "Flowers"


async def test_done_stays_above_the_documents_that_can_be_taken_out(connected: Person) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for Aruana")
    for number in (1, 2, 3):
        await connected.sends_file(f"{number}.pdf", PDF)
        await connected.sees(f"{number}. {number}.pdf")
    assert connected.labels() == ["Done", "✕ Take out…", "← Back", "✕ Cancel"]
    await connected.taps("✕ Take out…")
    await connected.sees("What do you want to take out?")
    await connected.taps("✕ 2.pdf")
    text = await connected.sees("1. 1.pdf", "2. 3.pdf")
    assert "2.pdf" not in text
