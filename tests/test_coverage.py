"""Every command and parameter of the API, reached from the chat, seen at SMSC with the right value; docs/coverage.md.

The table is written by this test (`make coverage`) and held by it: a row says where a person reaches the parameter, and
the walk below has to make it arrive. Where the client sets one by itself, the row says why.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from bot.registration.parameters import further
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Forms, SmscSandbox
from bot.screens import parameters
from bot.screens.programmes import programme_label
from bot.smsc import Catalogue, Command, seed_catalogue
from bot.smsc.catalogue import SENDERS, Kind, Parameter, Setter
from tests.papers import PDF
from tests.parameters import ENGLISH, countries, rows, sample
from tests.person import Person
from tests.running import ROOT, InProcess, running_fast
from tests.stories import PURPOSE, begins, fills_in

TABLE = ROOT / "docs" / "coverage.md"


ROWS = rows(seed_catalogue())
NOT_FOR_CHANGE = {
    ("chg", "mail"): "the API document has it for adding an e-mail address",
    ("chg", "name"): "the API document has it beside `mail`",
}


def drawn() -> str:
    """The table as docs/coverage.md has it."""
    lines = [
        "# Coverage of the API",
        "",
        "Each command and parameter of the API document, and where a person reaches it in the chat. Written and",
        "held by `tests/test_coverage.py`, which walks there and sees the value arrive at the SMSC stand-in",
        "(`make coverage`).",
        "",
        "| command | parameter | where |",
        "|---|---|---|",
        *(f"| `{row.command}` | `{row.name}` | {row.place} |" for row in ROWS),
        *(f"| `{key[0]}` | `{key[1]}` | not sent: {why} |" for key, why in NOT_FOR_CHANGE.items()),
        "| `balance` | `cur` | /account and /connect: the client asks for the currency (`balance.php`) |",
    ]
    return "\n".join(lines) + "\n"


def test_the_table_has_no_gap() -> None:
    told = {(row.command, row.name) for row in ROWS} | set(NOT_FOR_CHANGE)
    catalogue = seed_catalogue()
    wanted = {
        (command.value, row.name)
        for command in SENDERS
        for row in catalogue.of(command)
        if row.who_sets is Setter.PERSON
    }
    assert wanted <= told, f"no place in the chat: {sorted(wanted - told)}"


def test_the_document_is_what_the_table_says() -> None:
    if os.environ.get("WRITE_COVERAGE"):
        TABLE.write_text(drawn(), encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == drawn(), "run `make coverage`"


@pytest.fixture
async def small(settings: dict[str, str], clock: SandboxClock) -> AsyncIterator[InProcess]:
    """A bot that asks for fifty names a request, on a clock that runs fast."""
    running = InProcess(settings, clock, names_at_once=50)
    await running.start()
    async with running_fast(clock):
        yield running
    await running.stop()


async def registers(
    person: Person, command: Command, comment: str, document: tuple[str, str] | None, catalogue: Catalogue
) -> None:
    """Answers a registration with everything that the catalogue has."""
    await person.sees_one_of(PURPOSE, "A new comment?")
    await person.writes(comment)
    await chooses(person, "To which countries", list(countries(catalogue)))
    for country, own in countries(catalogue).items():
        await chooses(person, f"{country}: which", [ENGLISH.label(programme_label(each)) for each in own])
    if "nearly over" in await person.sees_one_of("nearly over", "What you will need"):
        await person.taps("At once")
    await person.sees("What you will need")
    await person.taps("Go on")
    await person.sees("legal name")
    if "All as last time" in person.labels():
        await person.taps("All as last time")
    else:
        for company in catalogue.forms.values():
            await person.sees(ENGLISH(parameters.question(company.fields[0])))
            await person.writes("\n".join(map(sample, company.fields)))
    for row in further(catalogue, command):
        if not row.quiet:
            await answers(person, row)
    await person.sees("Documents for the operators")
    if document is None:
        await person.taps("Skip")
    else:
        await person.sends_file(document[0], PDF)
        await person.sees(f"1. {document[0]}")
        await person.writes(document[1])
        await person.sees(document[1])
        await person.taps("Done")
    await person.sees("Do you agree to pay it?")
    await person.taps("I agree to the fee")
    await person.sees("check and send")
    for row in further(catalogue, command):
        if row.quiet:
            await person.taps("Correct")
            await person.taps(f"✎ {ENGLISH.label(parameters.label(row))}")
            await answers(person, row)
            await person.sees("check and send")


async def answers(person: Person, row: Parameter) -> None:
    """Answers the question that a row is."""
    await person.sees(ENGLISH(parameters.question(row)))
    await (person.taps("yes") if row.kind is Kind.FLAG else person.writes(sample(row)))


async def chooses(person: Person, question: str, labels: Sequence[str]) -> None:
    """Ticks each of these answers of a question."""
    await person.sees(question)
    for label in labels:
        await person.taps(f"☐ {label}")
        await person.shows(f"☑ {label}")
    await person.taps("Done")


async def confirms(person: Person, smsc: SmscSandbox, number: str, site: str | None) -> None:
    await person.shares_contact(f"+{number}")
    await person.taps("Confirm it")
    await person.sees("check and send", number)
    if site is not None:
        await person.taps("✎ Code sent from")
        await person.sees("shall the code come")
        await person.taps(site)
        await person.sees("check and send", site)
    await person.taps("✎ Site in the text")
    await person.sees("Which site")
    await person.writes("romashka.example")
    await person.sees("check and send", "romashka.example")
    await person.taps("Send the code")
    await person.sees("A code is on its way", "Which code came")
    await person.writes("0000")
    await person.sees(f"Confirming {number}", "error 11", "Which code came", "1 code was wrong so far")
    await person.writes(smsc.world.sms[-1].text if smsc.world.sms[-1].to == number else smsc.world.sms[0].text)
    await person.sees_somewhere(f"{number} is confirmed")


async def deletes(person: Person, word: str) -> None:
    await person.writes(f"/delete {word}")
    await person.sees(f"Delete {word} at SMSC?")
    await person.taps("Delete for good")
    await person.sees_somewhere(f"{word} is deleted at SMSC")


async def test_every_parameter_arrives_from_the_chat(small: InProcess, aigerim: Person, smsc: SmscSandbox) -> None:
    person = aigerim
    await person.connects(DEMO.apikey)
    await person.writes("/senders")
    await person.sees("My names")
    await person.taps("Recent changes")
    await person.sees("Since which day?")
    await person.writes("01.11.2026")
    await person.sees("Changed since 01.11.2026")

    await person.writes("/add LILY2026")
    catalogue = seed_catalogue()
    await registers(person, Command.ADD, "Flowers & more", ("certificate.pdf", "Trademark certificate"), catalogue)
    await person.taps("Register it")
    await person.sees_somewhere("The application for LILY2026 is sent")

    await person.writes("/add info@romashka.example")
    await person.sees("Whose e-mail address is it?")
    await person.writes("Айгерим")
    await person.sees(PURPOSE)
    await person.skips_to("check and send")
    await person.taps("Register it")
    await person.sees_somewhere("The application for info@romashka.example is sent")

    await person.writes("/change Aruana")
    await registers(person, Command.CHG, "New comment", None, catalogue)
    await person.taps("Change it")
    await person.sees_somewhere("The change of Aruana is sent")
    await person.writes("/document Aruana")
    await person.sees("Send the document for")
    await person.sends_file("domain.pdf", PDF)
    await person.sees("1. domain.pdf")
    await person.writes("Domain")
    await person.sees("domain.pdf", "Domain")
    await person.taps("Done")
    await person.taps("Send them")
    await person.until(lambda _: True if seen(smsc, "chg", "doc_info", "Domain") else None, "the document at SMSC")

    await confirms(person, smsc, "77000003344", "Aruana")
    await deletes(person, "AruanaShop")

    smsc.forms = Forms(ids="absent")
    small.clock.advance(61)  # the list that is known, with its ids, is too old now
    await deletes(person, "ARUANA.KZ")
    await person.writes("/change Aruana")
    await person.sees("A new comment?")
    await person.writes("By name")
    await person.sees("To which countries")
    await person.taps("Leave as it is")
    await person.skips_to("check and send")
    await person.taps("Change it")
    await person.until(lambda _: True if seen(smsc, "chg", "sender", "Aruana") else None, "the change by name")
    smsc.forms = Forms()

    smsc.world.add_names(DEMO.login, [f"BULK{number}" for number in range(120)], owner="daniyar")
    await person.writes("/user daniyar")
    await person.sees("From now on for the subclient daniyar")
    await person.writes("/senders")
    await person.sees_somewhere("My names: 12")
    await person.writes("/user aigerim")
    await person.sees("From now on for the subclient aigerim")
    await fills_in(person, "SUBLILY")
    await person.taps("Register it")
    await person.sees_somewhere("The application for SUBLILY is sent")
    await person.writes("/change SUBLILY")
    await person.sees("A new comment?")
    await person.writes("Changed")
    await person.sees("To which countries")
    await person.taps("Leave as it is")
    await person.skips_to("check and send")
    await person.taps("Change it")
    await person.sees_somewhere("The change of SUBLILY")
    await begins(person, "77015550011")
    await person.skips_to("check and send")
    await person.taps("Register it")
    await person.sees_somewhere("77015550011 is in your list")
    await confirms(person, smsc, "77015550011", None)
    await deletes(person, "SUBLILY")

    await person.writes("/connect")
    await person.taps("Login and password")
    await person.writes(DEMO.login)
    await person.sees("Send the password")
    await person.writes(DEMO.password)
    await person.sees("Connected")
    await person.writes("/senders")
    await person.sees("My names")

    missing = [row for row in ROWS if not seen(smsc, row.command, row.name, row.value)]
    assert not missing, "\n".join(map(str, missing))
    assert all(each.method == "POST" and not each.query for each in smsc.requests)
    assert not [each for each in smsc.requests if each.error == 9]
    balances = [each for each in smsc.requests if each.command == "balance"]
    assert balances
    assert all(each.fields["cur"] == "1" for each in balances)


def seen(smsc: SmscSandbox, command: str, name: str, value: str | None) -> Any:
    """Whether a parameter arrived with this value, or with any."""
    return any(
        name in each.fields and value in (None, each.fields[name]) for each in smsc.requests if each.command == command
    )
