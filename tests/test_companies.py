"""Companies that are kept: made of a form, chosen with one tap, changed, told of before a document ends."""

from __future__ import annotations

from bot.sandbox.smsc import SmscSandbox
from tests.papers import PDF, pdf
from tests.person import Person
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
    await connected.sees("To be changed: 1 name", "ROSE01", "nothing is paid")
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
    text = await connected.sees("Documents that they do not have yet: 1.")
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
    first, second = (each for each in smsc.requests if each.command == "add")
    assert second.fields["apikey"] == OTHER_KEY != first.fields["apikey"]
    assert second.fields == {**first.fields, "apikey": OTHER_KEY}
