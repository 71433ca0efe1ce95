"""Companies that are kept: made of a form, chosen with one tap, changed, told of before a document ends."""

from __future__ import annotations

from bot.sandbox.smsc import SmscSandbox
from tests.papers import PDF
from tests.person import Person

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
