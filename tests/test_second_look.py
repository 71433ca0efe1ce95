"""What is looked at before a name is sent, a reason in place of a comment, what will be needed, consent to a fee."""

from __future__ import annotations

import pytest

from bot.registration import consent
from bot.registration.facts import RegistrationFacts
from bot.registration.second_look import hints, resembles
from bot.sandbox.smsc import SmscSandbox
from bot.senders.listed import Taken
from bot.smsc import look_alikes, seed_catalogue
from tests.papers import PDF
from tests.person import Person
from tests.scenario import asked, plays, says, sends, taps
from tests.stories import PURPOSE

DECEMBER = 1_796_100_000.0
FACTS = RegistrationFacts(seed_catalogue(), DECEMBER, taken=Taken(frozenset({"PAR0S", "LILY", "rose"})))
RUSSIA = {"countries": ["RU"], "programmes_RU": ["mts_step", "tele2"]}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("PARUS", "ТОО «Парус»"),
        ("Romashka", "ТОВ «Ромашка»"),
        ("ARUANA.KZ", "aruana.kz"),
        ("AruanaShop", "https://www.aruana.com/shop"),
        ("RK", "ООО «Ромашка Киев»"),
        ("BTK-Online", "BTK"),
    ],
)
def test_a_name_is_like_what_shows_whose_it_is(name: str, other: str) -> None:
    assert resembles(name, other)


@pytest.mark.parametrize(("name", "other"), [("PARUS", "ТОВ «Ромашка»"), ("LILY", "www.rose.com"), ("COM", "rose.com")])
def test_a_name_is_not_like_what_shows_something_else(name: str, other: str) -> None:
    assert not resembles(name, other)


@pytest.mark.parametrize(
    ("one", "other"), [("PAROS", "PAR0S"), ("Ilona", "llona"), ("comet", "cornet"), ("LILY", "lily")]
)
def test_names_that_are_easily_taken_for_one_another_look_alike(one: str, other: str) -> None:
    assert look_alikes(one, ["tulip", one, other]) == [other]
    assert look_alikes(other, [one]) == [one]


@pytest.mark.parametrize(
    ("name", "answers", "steps"),
    [
        ("PARUS", {}, []),
        ("PAROS", {}, ["name"]),
        ("PARUS", {"fio": "ТОВ «Ромашка»"}, ["name"]),
        ("PARUS", {"fio": "ТОВ «Ромашка»", "site": "parus.ua"}, []),
        ("PARUS", {"documents": [{"description": "Свидетельство на знак «Ромашка»"}]}, ["name"]),
        ("PARUS", {"documents": [{"description": "Свидетельство на товарный знак"}]}, []),
        ("PARUS", RUSSIA, ["documents"]),
        ("PARUS", {**RUSSIA, "documents": [{"description": None}]}, []),
        ("PAROS", {**RUSSIA, "by_site": "rose.by"}, ["name", "name", "documents"]),
        ("77011234567", RUSSIA, []),
    ],
)
def test_what_is_to_be_looked_at_once_more(name: str, answers: dict[str, object], steps: list[str]) -> None:
    assert [each.step for each in hints(name, {"name": name, **answers}, FACTS)] == steps
    assert not [each for each in hints(name, RUSSIA, FACTS, documents=1) if each.step == "documents"]


def test_consent_is_for_these_operators_and_this_month() -> None:
    agreed = consent.agreed(RUSSIA, FACTS)
    assert (agreed["flags"], agreed["month"]) == (["mts_step"], "2026-12")
    assert consent.holds(agreed, RUSSIA, FACTS)
    assert not consent.holds(agreed, {**RUSSIA, "programmes_RU": ["mts_step", "bee_step"]}, FACTS)
    assert not consent.holds(agreed, {**RUSSIA, "when": DECEMBER + 40 * 86_400}, FACTS)
    assert not consent.holds("agreed", RUSSIA, FACTS)


async def test_a_paid_name_is_looked_at_agreed_to_and_its_consent_is_in_the_timeline(
    connected: Person, smsc: SmscSandbox
) -> None:
    await plays(
        connected,
        smsc,
        (
            says("/add ARUANA2", sees=PURPOSE, buttons=["Trademark", "Sub-brand", "Skip"]),
            taps("Trademark", sees="It is our registered trademark", buttons=["Copy it", "Product"]),
            taps("Company name", sees="It is the name of our company", buttons=["Take this text"]),
            taps("Take this text", sees="To which countries"),
            taps("Russia", sees="To which countries"),
            taps("Ukraine", sees="To which countries"),
            taps("Done", sees="which operators"),
            taps("MTS", sees="which operators"),
            taps("Done", sees="which tariff"),
            taps("lower tariff", sees="which tariff"),
            taps("Done", sees=[]),
        ),
    )
    if "nearly over" in await connected.sees_one_of("nearly over", "What you will need"):
        await connected.taps("At once")
    await connected.sees("What you will need", "Ukraine, 7 fields", "Company", "A monthly fee: MTS")
    await connected.taps("Don't show it again")
    await connected.sees("legal name")
    await connected.writes(
        "ТОВ «Ромашка»\n32855961\nromashka.ua\ninfo@romashka.ua\nКиїв, Хрещатик 1\nКвіти\nЗамовлення"
    )
    await connected.skips_to("Documents for the operators")
    await connected.taps("Skip")
    await connected.sees("The fee of MTS is taken in full", "Do you agree")
    await connected.writes("yes")
    await connected.sees("Please tap one of the buttons", "The fee of MTS")
    await plays(
        connected,
        smsc,
        (
            taps(
                "I agree to the fee",
                sees=[
                    "check and send",
                    "Fee: agreed to",
                    "ARUANA2 is not like ТОВ «Ромашка»",
                    "There is no document",
                ],
                buttons=["✎ Documents"],
            ),
            taps("✎ Correct…", sees="What do you want to correct"),
            taps("✎ Russia", sees="which operators"),
            taps("Билайн paid", sees="which operators"),
            taps("Done", sees="The fee of MTS, "),
            taps("I agree to the fee", sees="check and send"),
            taps("✎ Documents", sees="Documents for the operators"),
            sends("sign.pdf", PDF, sees="1. sign.pdf"),
            taps("Done", sees=["check and send", "sign.pdf"]),
            taps(
                "Register it", sees="is sent", reaches=asked("add", "sign.pdf", mts_step="1", bee_step="1", ua_reg="1")
            ),
            taps("Open the card", sees="ARUANA2"),
            taps("Timeline", sees=["agreed to the fee: you; MTS, ", "The fee of MTS, ", "application"]),
        ),
    )
    await connected.writes("/add ARUANA3")
    await connected.taps("Skip")
    await connected.taps("Ukraine")
    await connected.taps("Done")
    await connected.taps("lower tariff")
    await connected.taps("Done")
    await connected.sees("legal name")
