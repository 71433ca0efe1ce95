"""What will be needed is told before the first question, to whoever wants to be told."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.registration.company_fields import remembered
from bot.registration.consent import month
from bot.registration.facts import RegistrationFacts, in_english
from bot.registration.needed import told_first
from bot.registration.programmes import WHEN, countries_of
from bot.smsc import Service, seed_catalogue
from tests.person import Person
from tests.stories import PURPOSE

CATALOGUE = seed_catalogue()
FIRST = told_first(countries_of(CATALOGUE))


async def test_what_will_be_needed_is_told_before_the_first_question_and_no_more_to_who_knows(
    connected: Person,
) -> None:
    await connected.writes("/add")
    text = await connected.sees("What you will need: the name", "Documents, if you have them")
    assert "fields" not in text
    await connected.taps("Ukraine")
    await connected.sees("Ukraine, 7 fields: Company")
    await connected.taps("Begin")
    await connected.sees("Which name?", "step 1")
    await connected.writes("/start")
    await connected.sees("Account:")
    assert not [each for each in connected.labels() if each.startswith("▶")], "nothing was said yet"
    await connected.writes("/add")
    await connected.taps("Ukraine")
    await connected.taps("Begin")
    await connected.writes("LILY2026")
    await connected.sees(PURPOSE)
    await connected.taps("Skip")
    await connected.taps("Ukraine")
    await connected.taps("Done")
    await connected.taps("lower tariff")
    await connected.taps("Done")
    await connected.sees("legal name")  # it was told at first
    await connected.writes("/cancel")
    await connected.sees("Cancelled")
    # Whoever answers the question before it is asked is past it; whoever wants it no more is heard at once.
    await connected.writes("/add")
    await connected.sees("What you will need")
    await connected.writes("Лилия")
    await connected.sees("Which name?", "How about this?")
    await connected.writes("/cancel")
    await connected.sees("Cancelled")
    await connected.writes("/add")
    await connected.taps("Don't show it again")
    await connected.sees("Which name?")
    await connected.writes("/cancel")
    await connected.sees("Cancelled")
    await connected.writes("/add")
    await connected.sees("Which name?", "step 1")


async def test_several_names_sent_where_it_is_told_what_will_be_needed_are_a_plan(connected: Person) -> None:
    await connected.writes("/add")
    await connected.sees("What you will need")
    await connected.writes("ROSE01, ROSE02")
    await connected.sees("the plan", "2 names")


def told(facts: RegistrationFacts) -> str:
    return in_english(FIRST.ask({}, facts))


@pytest.mark.parametrize(
    ("service", "parts"),
    [
        ("smsc.kz", ["<b>Kazakhstan</b>: nothing more, and no fee."]),
        ("smsc.ru", ["<b>Russia</b>: the choice of operators. Free: СберМобайл", "A monthly fee: MTS, "]),
        ("smsc.ua", ["<b>Ukraine</b>, 7 fields: Company · "]),
        ("smsc.tj", ["<b>Tajikistan</b>: nothing more"]),
        ("smscentre.com", ["a sentence on what it is for.\n\nDocuments"]),
        ("sms.example", ["a sentence on what it is for.\n\nDocuments"]),
    ],
)
def test_what_is_told_first_is_for_the_country_of_the_account(service: str, parts: list[str]) -> None:
    text = told(RegistrationFacts(CATALOGUE, 0.0, home=Service.parse(service).country))
    assert all(part in text for part in parts), text


def test_what_is_told_first_is_for_the_operators_of_last_time() -> None:
    answers = {"name": "LILY", "countries": ["RU"], "programmes_RU": ["mts_step"]}
    profile = remembered({}, CATALOGUE, answers)
    text = told(RegistrationFacts(CATALOGUE, 0.0, profile, home="KZ"))
    assert "Russia" in text
    assert "A monthly fee: MTS." in text
    profile = remembered(profile, CATALOGUE, {"name": "ROSE"})
    assert "Kazakhstan" in told(RegistrationFacts(CATALOGUE, 0.0, profile, home="KZ"))


@pytest.mark.parametrize(("service", "moment"), [("smsc.kz", "+05:00"), ("smsc.ru", "+03:00"), ("smsc.ua", "+02:00")])
def test_a_paid_name_for_the_1st_goes_on_the_1st_of_its_own_service_and_not_in_the_month_before(
    service: str, moment: str
) -> None:
    """Of smsc.ru it went at ten in the evening of the last day in Moscow, and its month was paid in full."""
    late = datetime.fromisoformat(f"2026-11-30T23:30:00{moment}").timestamp()
    facts = RegistrationFacts(CATALOGUE, late, home=Service.parse(service).country)
    first, at_once = WHEN.choices({}, facts)
    assert first.value == datetime.fromisoformat(f"2026-12-01T00:05:00{moment}").timestamp()
    assert month({"when": first.value}, facts) == "2026-12"
    assert month({"when": at_once.value}, facts) == "2026-11"
