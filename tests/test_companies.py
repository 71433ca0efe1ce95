"""Companies that are kept: made of a form, chosen with one tap, changed, told of before a document ends."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

from bot.companies import CompanyDocument, moment, today
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import SmscSandbox
from tests.papers import PDF, pdf
from tests.person import Person
from tests.running import InProcess, comes
from tests.stories import OTHER_KEY

UKRAINE = """ТОВ «Ромашка»
32855961
romashka.example
info@romashka.example
Київ, вул. Хрещатик, 1
Доставка квітів
Стан замовлення"""
"""The company form of Ukraine, a line a field."""
FIELDS = dict(zip(("fio", "inn", "site", "email", "address", "desc", "subj"), UKRAINE.splitlines(), strict=True))


async def fills_in_for_ukraine(person: Person, name: str) -> None:
    """The form for a new name, up to the question that comes after the tariff of Ukraine."""
    await person.writes(f"/add {name}")
    await person.sees("What is the name for?")
    await person.taps("Skip")
    await person.taps("Ukraine")
    await person.taps("Done")
    await person.sees("Ukraine: which tariff?")
    await person.taps("lower tariff")
    await person.taps("Done")


async def keeps_a_company(person: Person, called: str) -> None:
    """A name is registered, and its receipt has the company kept."""
    await fills_in_for_ukraine(person, "ROSE01")
    await person.sees("What you will need")
    await person.taps("Go on")
    await person.sees("legal name of the company")
    await person.writes(UKRAINE)
    await person.skips_to("Documents for the operators")
    await person.sends_file("certificate.pdf", PDF, caption="Certificate")
    await person.sees("1. certificate.pdf")
    await person.taps("Done")
    await person.skips_to("check and send", "certificate.pdf")
    await person.taps("Register it")
    await person.sees_somewhere("The application for ROSE01 is sent")
    await person.taps("Keep the company")
    await person.sees("What shall the company be called here?")
    await person.writes(called)
    await person.sees(f"🏢 {called}", "Ukraine: 7 of 7 fields", "Certificate: certificate.pdf")


async def test_a_company_is_kept_from_a_receipt_and_fills_in_the_next_form_with_one_tap(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    await keeps_a_company(connected, "Romashka")
    await fills_in_for_ukraine(connected, "ROSE02")
    await connected.sees("Which company is the name for?")
    await connected.taps("Romashka")
    await connected.skips_to("check and send", "For company: Romashka", "32855961", "certificate.pdf")
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for ROSE02 is sent")
    first, second = (each for each in smsc.requests if each.command == "add")
    assert first.fields.items() >= FIELDS.items()
    assert second.fields == {**first.fields, "sender": "ROSE02", "cmt": "ROSE02"}
    assert second.files == first.files
    await connected.writes("/companies")
    await connected.taps("Romashka")
    await connected.sees("Used by: ROSE01, ROSE02")


async def test_what_changed_of_a_company_is_planned_and_sent_for_each_of_its_names(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    await keeps_a_company(connected, "Romashka")
    await connected.taps("✎ Ukraine")
    await connected.sees("check and save", "Address: Київ")
    await connected.taps("Correct")
    await connected.taps("✎ Address")
    await connected.writes("Львів, пл. Ринок, 1")
    await connected.taps("Save")
    await connected.sees("Львів, пл. Ринок, 1", "SMSC does not know of it yet")
    await connected.taps("Change 1 name…")
    await connected.sees("To be changed: 1 name", "ROSE01", "Address: Львів, пл. Ринок, 1", "nothing is paid")
    assert not [each for each in smsc.requests if each.command == "chg"]
    await connected.taps("Change 1 name")
    await connected.sees_somewhere("SMSC took: 1", "Did not go through: 0")
    await connected.writes("/companies")
    await connected.taps("Romashka")
    await connected.taps("Add a document")
    await connected.sees("Company: Romashka", "Send the file")
    await connected.sends_file("domain.pdf", PDF)
    await connected.sees("This file is kept already: certificate.pdf")
    await connected.sends_file("domain.pdf", pdf(3_000))
    await connected.sees("What is it?")
    await connected.taps("Domain")
    await connected.sees("How shall it be described")
    await connected.taps("Skip")
    await connected.writes("01.01.2001")
    await connected.sees("01.01.2001 is over already")
    await connected.writes("31.12.2099")
    await connected.sees("Domain: domain.pdf · valid until 31.12.2099")
    await connected.taps("Change 1 name…")
    text = await connected.sees("1 document goes that a name does not have yet:", "domain.pdf")
    assert "The company's data" not in text
    await connected.taps("Change 1 name")
    await connected.sees_somewhere("SMSC took: 1", "Did not go through: 0")
    data, paper = (each for each in smsc.requests if each.command == "chg")
    changed = {**FIELDS, "address": "Львів, пл. Ринок, 1"}
    assert {key: data.fields[key] for key in FIELDS} == changed
    assert not data.files
    assert "ua_reg" not in data.fields
    assert [name for _, name, _ in paper.files] == ["domain.pdf"]
    assert paper.fields["doc_info"] == "Domain"
    assert FIELDS.keys().isdisjoint(paper.fields)
    await connected.writes("/companies")
    await connected.taps("Romashka")
    await connected.taps("Change 1 name…")
    await connected.sees("There is nothing to send.", "ROSE01: SMSC has all of it already.")


async def test_a_name_is_registered_for_another_account_as_it_was_for_the_first(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    await connected.connects(OTHER_KEY)
    await connected.writes("/account")
    await connected.taps("○ ")
    await fills_in_for_ukraine(connected, "ROSE01")
    await connected.taps("Go on")
    await connected.sees("legal name of the company")
    await connected.writes(UKRAINE)
    await connected.skips_to("check and send")
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for ROSE01 is sent")
    await connected.writes("ROSE01")
    await connected.taps("Same for others")
    await connected.sees("For which subclients or accounts?")
    await connected.taps("#2")
    await connected.taps("Done")
    await connected.skips_to("check and send", "#2", "32855961")
    await connected.taps("Show the plan")
    await connected.sees("the plan", "1 name", "#2: ROSE01")
    await connected.taps("Register 1 name")
    await connected.sees_somewhere("SMSC took: 1")
    await connected.taps("Keep the company")
    await connected.taps("Use “ТОВ «Ромашка»”")
    await connected.sees("🏢 ТОВ «Ромашка»", "Ukraine: 7 of 7 fields")
    await connected.writes("/companies")
    await connected.taps("ТОВ")
    await connected.sees("Used by: ROSE01")
    await connected.taps("Change 1 name…")
    await connected.sees("There is nothing to send.")
    first, second = (each for each in smsc.requests if each.command == "add")
    assert second.fields["apikey"] == OTHER_KEY != first.fields["apikey"]
    assert second.fields == {**first.fields, "apikey": OTHER_KEY}


ZONE = 300
"""Minutes that the person's clock is ahead of Greenwich."""


def reminders(settings: dict[str, str]) -> list[float]:
    """When the bot is to tell of documents that end."""
    with closing(sqlite3.connect(settings["DATABASE_PATH"])) as db:
        return [row[0] for row in db.execute("SELECT not_before FROM outbox WHERE kind = 'company_documents'")]


async def test_before_documents_end_the_person_is_told_once_together_by_day_and_over_restarts(
    connected: Person, bot: InProcess, settings: dict[str, str], turning: SandboxClock
) -> None:
    ends = today(turning.now(), ZONE) + timedelta(days=40)
    for called in ("Romashka", "Parus"):
        await connected.writes("/companies")
        await connected.taps("New company")
        await connected.writes(called)
        await connected.taps("Add a document")
        await connected.sends_file(f"{called}.pdf", PDF, caption="Certificate")
        await connected.taps("Contract")
        await connected.taps("Use “Certificate”")
        await connected.writes(f"{ends:%d.%m.%Y}")
        await connected.sees(f"Certificate: {called}.pdf · valid until {ends:%d.%m.%Y}")
    month = moment(ends - timedelta(days=30), ZONE)
    assert reminders(settings) == [month]
    await bot.stop()
    turning.advance(month + 13 * 3600 - turning.now())  # eleven at night
    await bot.start()
    morning = month + 22 * 3600
    await comes(lambda: reminders(settings) == [morning])
    turning.advance(morning + 60 - turning.now())
    text = await connected.sees_somewhere("2 documents end soon", "29 days left")
    assert "Parus, Parus.pdf: valid until" in text
    assert "Romashka, Romashka.pdf: valid until" in text
    week = moment(ends - timedelta(days=7), ZONE)
    await comes(lambda: reminders(settings) == [week])
    await connected.taps("Parus")
    await connected.taps("Delete…")
    await connected.sees("Delete Parus here", "At SMSC nothing changes.")
    await connected.taps("Delete it")
    await connected.sees("Deleted here: Parus")
    turning.advance(week + 60 - turning.now())
    await connected.sees_somewhere("1 document ends soon", "Romashka.pdf", "7 days left")
    await comes(lambda: reminders(settings) == [])


def test_a_document_is_told_of_at_ten_by_the_persons_clock_and_what_is_past_is_passed_over() -> None:
    ends = date(2027, 3, 31)
    document = CompanyDocument(1, {"file_id": "f", "name": "a.pdf"}, ends=ends)
    month, week = moment(date(2027, 3, 1), ZONE), moment(date(2027, 3, 24), ZONE)
    assert datetime.fromtimestamp(month, UTC) == datetime(2027, 3, 1, 5, tzinfo=UTC)
    assert document.due(ZONE) == month
    assert document.passed(month - 1, ZONE) == document
    assert document.passed(month, ZONE).due(ZONE) == week
    late = document.passed(week + 1, ZONE)
    assert late.due(ZONE) is None
    assert CompanyDocument.from_json(late.to_json()) == late
    assert not document.is_over(moment(ends, ZONE), ZONE)
    assert document.is_over(moment(ends + timedelta(days=1), ZONE), ZONE)
    assert document.for_form(1, moment(ends + timedelta(days=1), ZONE))["ended"] is None, "somewhere the day goes on"
    assert document.for_form(1, moment(ends + timedelta(days=2), ZONE))["ended"] == "31.03.2027"


async def test_a_document_that_telegram_has_no_more_is_told_of_left_out_and_asked_for_again(
    connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox, fast: None
) -> None:
    await keeps_a_company(connected, "Romashka")
    telegram.world.files.clear()
    await fills_in_for_ukraine(connected, "ROSE02")
    await connected.taps("Romashka")
    await connected.skips_to("check and send", "certificate.pdf")
    await connected.taps("Register it")
    await connected.sees_somewhere("ROSE02", "nothing was changed at SMSC")
    await connected.writes("/companies")
    await connected.taps("Romashka")
    await connected.sees("certificate.pdf", "Telegram has it no more: send it again", "Used by: ROSE01")
    await fills_in_for_ukraine(connected, "ROSE03")
    await connected.writes("roma")
    await connected.sees("Documents for the operators")
    await connected.writes("/companies")
    await connected.taps("Romashka")
    await connected.taps("📎 1. certificate.pdf")
    await connected.taps("Show it")
    await connected.sees("Telegram does not give me this file just now")
    await connected.taps("Another file")
    await connected.sends_file("anew.pdf", PDF)
    await connected.taps("Trademark")
    await connected.taps("Skip")
    await connected.taps("It does not end")
    text = await connected.sees("Documents: 1", "Trademark: anew.pdf")
    assert "no more" not in text
    await connected.writes("ROSE01")
    await connected.taps("Company")
    await connected.sees("🏢 Romashka")
    await connected.taps("✎ Rename")
    await connected.writes("Camomile")
    await connected.sees("🏢 Camomile", "Used by: ROSE01")
