"""The list, the card and what is said where a name is not there, or nobody knows whether it is."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from bot.accounts import Account, Scope
from bot.locales import Catalogues
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from bot.sandbox.smsc.records import ADMITTED, REJECTED, Name
from bot.senders import kept
from bot.senders.operation import Answered, Operation
from bot.smsc import Command, SenderName, Service
from bot.storage import names as names_table
from bot.storage.database import connect
from bot.storage.migrations import MIGRATIONS
from bot.storage.operations import OperationState
from bot.storage.transaction import Transaction
from handlers.history import history_screen
from tests.papers import PDF
from tests.person import Person


def name_of(smsc: SmscSandbox, name: str) -> Name:
    return next(each for each in smsc.world.accounts[DEMO.login].names.values() if each.name == name)


def wants(smsc: SmscSandbox, command: str) -> list[dict[str, Any]]:
    return [dict(each.fields) for each in smsc.requests if each.command == command]


async def filtered(person: Person, label: str) -> list[str]:
    """The names that a filter of the list shows."""
    await person.writes("/senders")
    await person.sees("My names")
    await person.taps(label)
    await person.shows(f"• {label}")
    await person.state()
    return [each for each in person.labels() if each[0] in "✅⏳❔📨"]


@pytest.fixture
async def doubtful(connected: Person, smsc: SmscSandbox) -> Name:
    """An active name with one rejected document, as the list has it."""
    name = name_of(smsc, "ARUANA.KZ")
    document = smsc.world.attach(name, "scan.png", b"x")
    document.status, document.comment = REJECTED, "Too dark"
    return name


async def test_an_active_name_with_a_rejected_document_is_active_and_needs_somebody(
    connected: Person, doubtful: Name
) -> None:
    assert "✅❗ ARUANA.KZ" in await filtered(connected, "Active")
    assert "✅❗ ARUANA.KZ" in await filtered(connected, "Needs you")
    await connected.taps("ARUANA.KZ")
    await connected.sees("✅ active", "❗ needs you", "certificate.pdf: approved", "scan.png: rejected", "Too dark")


async def test_a_document_that_is_looked_at_or_was_admitted_ends_the_need(
    connected: Person, doubtful: Name, smsc: SmscSandbox
) -> None:
    assert "✅❗ ARUANA.KZ" in await filtered(connected, "Needs you")
    await connected.writes("/document ARUANA.KZ")
    await connected.sees("Send the document for ARUANA.KZ")
    await connected.sends_file("better.pdf", PDF)
    await connected.sees("better.pdf")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for ARUANA.KZ are at SMSC: better.pdf")
    assert not [each for each in await filtered(connected, "Needs you") if "ARUANA.KZ" in each]
    smsc.world.decide_document(doubtful.documents[-1].fid, ADMITTED)
    smsc.clock.advance(60)
    assert "✅ ARUANA.KZ" in await filtered(connected, "Active")
    await connected.taps("ARUANA.KZ")
    text = await connected.sees("scan.png: rejected", "better.pdf: approved", "better.pdf was sent after it")
    assert "needs you" not in text
    smsc.world.decide_document(doubtful.documents[-1].fid, REJECTED, "Still dark")
    smsc.clock.advance(60)
    assert "✅❗ ARUANA.KZ" in await filtered(connected, "Needs you")


async def test_a_refused_name_is_not_activated_and_no_more_is_claimed(connected: Person) -> None:
    assert "⏳ Sale" in await filtered(connected, "Not active")
    await connected.taps("Sale")
    text = await connected.sees("⏳ not activated, listed so since", "does not tell whether a moderator")
    assert "waiting" not in text


@pytest.mark.parametrize("command", ["change", "delete"])
async def test_a_list_that_cannot_be_had_is_not_told_as_a_missing_name(
    connected: Person, smsc: SmscSandbox, command: str
) -> None:
    smsc.world.add_names(DEMO.login, ["SECOND"])
    smsc.fault(Fault("get", "before", "500", 50))
    await connected.writes(f"/{command} SECOND")
    text = await connected.sees("could not be had", "I do not know whether “SECOND” is in it", "Try again")
    assert "any more" not in text
    smsc.clear_faults()
    smsc.clock.advance(60)
    await connected.taps("Try again")
    await connected.sees("The name: SECOND" if command == "change" else "Delete SECOND at SMSC?")
    smsc.clock.advance(60)
    await connected.writes(f"/{command} THIRD")
    await connected.sees("“THIRD” is not in the list that SMSC gave at")


@pytest.mark.parametrize("word", ["/start n_24601", "/document SECOND", "/confirm 77015550099"])
async def test_every_way_to_a_name_says_that_the_list_could_not_be_had(
    connected: Person, smsc: SmscSandbox, word: str
) -> None:
    smsc.fault(Fault("get", "before", "error", 50, error=9))
    await connected.writes(word)
    text = await connected.sees_one_of("could not be had", "Send the document for SECOND", "is not known")
    assert "is not in" not in text


async def test_what_was_known_before_is_used_where_the_list_cannot_be_had(connected: Person, smsc: SmscSandbox) -> None:
    await connected.writes("/senders")
    await connected.sees("My names")
    smsc.clock.advance(60)
    smsc.fault(Fault("get", "before", "500", 50))
    await connected.writes("/delete Aruana")
    await connected.sees("Delete Aruana at SMSC?")


async def test_a_document_goes_by_the_spelling_where_the_list_cannot_be_had(
    connected: Person, smsc: SmscSandbox
) -> None:
    smsc.world.add_names(DEMO.login, ["SECOND"])
    smsc.fault(Fault("get", "before", "500", 50))
    await connected.writes("/document SECOND")
    await connected.sees("Send the document for SECOND")
    await connected.sends_file("a.pdf", PDF)
    await connected.sees("a.pdf")
    await connected.taps("Done")
    await connected.sees("check and send", "Whether the name is in SMSC's list is not known")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for SECOND are at SMSC: a.pdf")
    assert [each.get("sender") for each in wants(smsc, "chg")] == ["SECOND"]


async def test_two_names_of_one_spelling_have_a_card_each_and_the_one_that_is_meant_is_deleted(
    connected: Person, smsc: SmscSandbox
) -> None:
    first, second = smsc.world.add_names(DEMO.login, ["TWIN", "TWIN"])
    smsc.world.name(first).state = "waiting"
    await connected.writes("/senders TWIN")
    await connected.shows(f"✅ TWIN #{second}")
    await connected.shows(f"⏳ TWIN #{first}")
    await connected.writes("/delete TWIN")
    await connected.sees("Several names fit “TWIN”")
    await connected.taps(f"TWIN #{first}")
    await connected.sees(f"Delete TWIN #{first} at SMSC?", "not activated")
    await connected.taps("Delete for good")
    await connected.sees_somewhere("TWIN is deleted at SMSC")
    assert [each.get("id") for each in wants(smsc, "del")] == [str(first)]
    assert second in smsc.world.accounts[DEMO.login].names
    await connected.writes(f"/change TWIN #{second}")
    await connected.sees("The name: TWIN")


async def test_names_that_differ_in_case_alone_are_two(connected: Person, smsc: SmscSandbox) -> None:
    _, lower = smsc.world.add_names(DEMO.login, ["LILY", "lily"])
    await connected.writes("/delete lily")
    await connected.sees("Delete lily at SMSC?")
    await connected.taps("Delete for good")
    await connected.sees_somewhere("lily is deleted")
    assert [each.get("id") for each in wants(smsc, "del")] == [str(lower)]
    await connected.writes("/delete LiLy")
    await connected.sees("Delete LILY at SMSC?")


async def test_a_number_is_not_added_on_the_guess_that_it_is_not_there(connected: Person, smsc: SmscSandbox) -> None:
    smsc.fault(Fault("get", "before", "500", 50))
    await connected.writes("/confirm 77000003344")
    await connected.sees("check and send", "Whether the number is in your list is not known")
    await connected.taps("Send the code")
    await connected.sees("Which code came to 77000003344?")
    assert not wants(smsc, "add")


async def test_a_number_that_was_confirmed_says_so_and_is_not_asked_again(connected: Person, smsc: SmscSandbox) -> None:
    await connected.writes("/confirm 77000003344")
    await connected.taps("Send the code")
    await connected.sees("Which code came to 77000003344?")
    smsc.fault(Fault("get", "before", "500", 50))
    await connected.writes(smsc.world.sms[-1].text)
    await connected.sees_somewhere("SMSC took the code: 77000003344 is confirmed")
    await connected.taps("Open the card")
    await connected.sees("77000003344", "confirmed by a code", "check of the code: SMSC took it")
    assert not [each for each in connected.labels() if "Confirm" in each]


async def test_the_list_is_drawn_below_what_was_typed(connected: Person) -> None:
    def only_the_last_message(state: dict[str, Any]) -> bool | None:
        lists = [each["id"] for each in state["messages"] if each["from"]["is_bot"] and "My names" in each["text"]]
        return True if lists == [max(each["id"] for each in state["messages"])] else None

    for word in ("/senders", "/senders", "/senders Aruana", "/senders Aruana"):
        await connected.writes(word)
        await connected.sees("My names")
        await connected.until(only_the_last_message, "the list below, and nowhere else")


async def test_a_page_is_asked_for_and_a_letter_jumps(connected: Person, smsc: SmscSandbox) -> None:
    smsc.world.add_names(DEMO.login, [f"ROSE{n:03}" for n in range(300)])
    await connected.writes("/senders")
    await connected.taps("1/39")
    await connected.sees("page 1 of 39", "Tap a page")
    await connected.taps("39")
    await connected.shows("39/39")
    await connected.taps("39/39")
    await connected.sees("page 39 of 39")
    await connected.taps("A")
    text = await connected.sees("They begin with “A”", "308 names")
    assert "Search" not in text


async def test_the_card_has_no_loud_way_to_lose_the_name(connected: Person) -> None:
    await connected.writes("/senders Aruana")
    await connected.taps("✅ Aruana")
    await connected.sees("SMSC ID")
    state = await connected.state()
    buttons = [each for row in state["messages"][-1]["inline"] for each in row]
    delete = next(each for each in buttons if "Delete" in each["text"])
    assert not delete.get("style")


def test_rows_of_the_history_can_be_told_apart() -> None:
    done = Operation(
        1, 1, 1, "", Command.CHG, "PARUS", {}, None, True, None, OperationState.DONE, 0.0, 0, Answered(), 1.0, 1.0
    )
    scope = Scope(Account(1, 1, Service.parse("smsc.kz"), "demo", None))
    texts = Catalogues.load("en")["en"]
    screen = history_screen(texts, scope, [done] * 5, 0, more=False, name=None, ref=None)
    labels = [each.label for row in screen.rows for each in row]
    assert len(labels) == len(set(labels))


async def test_a_receipt_says_for_which_subclient_it_was_after_switching_away(
    connected: Person, smsc: SmscSandbox
) -> None:
    await connected.writes("/user aigerim")
    await connected.sees("From now on for the subclient aigerim")
    await connected.writes("/delete Aigerim")
    await connected.taps("Delete for good")
    await connected.sees_somewhere("Aigerim is deleted at SMSC", "Account:", "aigerim")


async def test_both_of_two_names_of_one_spelling_can_be_deleted(connected: Person, smsc: SmscSandbox) -> None:
    ids = smsc.world.add_names(DEMO.login, ["TWIN", "TWIN"])
    for number in ids:
        await connected.writes(f"/delete {number}")
        await connected.sees("Delete TWIN")
        await connected.taps("Delete for good")
        await connected.sees_somewhere("TWIN is deleted at SMSC")
        smsc.clock.advance(60)
    assert [each.get("id") for each in wants(smsc, "del")] == [str(number) for number in ids]


async def test_inline_mode_says_that_there_is_no_list(connected: Person, smsc: SmscSandbox) -> None:
    smsc.fault(Fault("get", "before", "500", 50))
    answer = await connected.http.post(f"{connected.url}/chat/inline", json={"user": connected.id, "query": "aruana"})
    assert "SMSC's list cannot be had now" in answer.text
    smsc.clear_faults()
    smsc.clock.advance(60)
    answer = await connected.http.post(f"{connected.url}/chat/inline", json={"user": connected.id, "query": "aruana"})
    assert "cannot be had" not in answer.text
    assert "Aruana" in answer.text


async def test_a_subclient_is_not_called_unknown_because_the_limit_is_used_up(
    connected: Person, smsc: SmscSandbox
) -> None:
    smsc.fault(Fault("get", "before", "error", 50, error=9))
    await connected.writes("/user aigerim")
    text = await connected.sees("aigerim")
    assert "does not know this subclient" not in text


async def test_a_file_of_before_keeps_its_names_under_their_buttons(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "old.sqlite3")) as db:
        MIGRATIONS.apply(sqlite_utils.Database(db, execute_plugins=False), stop_before="m010_names_in_parts")
        for ref, state in enumerate(("active", "waiting", "needs_you"), 1):
            db.execute(
                "INSERT INTO names (ref, account_id, subclient, name, folded, sms_id, state, place, body)"
                " VALUES (?, 1, '', ?, ?, ?, ?, ?, ?)",
                (ref, state, state, ref, state, ref, '{"comment":null,"operators":[],"documents":[],"extra":[]}'),
            )
        db.execute("INSERT INTO listings (account_id, subclient, fetched) VALUES (1, '', 5.0)")
        MIGRATIONS.apply(sqlite_utils.Database(db, execute_plugins=False))
        listed = [SenderName(2, "waiting"), SenderName(1, "active"), SenderName(7, "active")]
        kept.replace(Transaction(db), 1, "", kept.Fetched(listed, listed[1:2]), 9.0)
        rows = names_table.everything(Transaction(db), 1, "")
    assert [(each.ref, each.sms_id, each.activation) for each in rows[:2]] == [(2, 2, "listed"), (1, 1, "active")]
    assert [(each.name, each.sms_id, each.activation) for each in rows[2:]] == [("active", 7, "listed")]
