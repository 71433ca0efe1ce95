"""One row of SMSC's catalogue is one parameter: asked, shown, sent, told in the history, and in the table of coverage.

Each row here is made up and stands alone: nothing else in the project knows of it, and its words have no translation.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

import pytest

from bot.conversation.callback import MisdeclaredError
from bot.locales import LANGUAGES, Catalogues
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from bot.screens import parameters
from bot.smsc import Catalogue, Command, FormKey, Programme, seed_catalogue
from bot.smsc.catalogue import Kind, Parameter, company_field, flag
from bot.smsc.words import Words
from handlers import add
from tests.parameters import rows, sample
from tests.person import Person
from tests.running import InProcess
from tests.stories import begins

FILED = frozenset({Command.ADD, Command.CHG})


@dataclass(frozen=True)
class Trial:
    """A row, and what a person does with it: how it is answered, how it stands in the chat, how it reaches SMSC."""

    catalogue: Catalogue
    name: str
    answers: Callable[[Person], Awaitable[None]]
    told: str
    sent: str
    place: str


async def chooses_the_operator(person: Person) -> None:
    await to_the_countries(person)
    await person.taps("☐ Kazakhstan")
    await person.taps("Done")
    await person.sees("Kazakhstan: which operators?")
    await person.taps("Kcell free")
    await person.taps("Done")
    await to_the_summary(person)


async def fills_in_the_company(person: Person) -> None:
    await to_the_countries(person)
    await person.taps("Ukraine")
    await person.taps("Done")
    await person.sees("Ukraine: which tariff?")
    await person.taps("lower tariff")
    await person.taps("Done")
    await person.sees("What you will need")
    await person.taps("Go on")
    for row in SEED.forms[FormKey.UA].fields:
        await person.sees(row.words.question)
        await person.writes(sample(row))
    await person.sees("Who runs the company?", "Example: Olena")
    await person.writes("x")
    await person.sees("This takes 2 to 255 characters.")
    await person.writes("Olena Koval")
    await to_the_summary(person)


async def reads_the_signboard(person: Person) -> None:
    await to_the_countries(person)
    await person.taps("Only Kazakhstan")
    await person.skips_to("What is on the signboard?", "Example: Romashka")
    await person.writes("Romashka")
    await to_the_summary(person)


async def reads_the_signboard_in_the_end(person: Person) -> None:
    await to_the_countries(person)
    await person.taps("Only Kazakhstan")
    await to_the_summary(person)
    await person.sees("Signboard: none")
    await person.taps("Correct")
    await person.taps("✎ Signboard")
    await person.sees("What is on the signboard?", "Example: Romashka")
    await person.writes("Romashka")


async def says_how_many(person: Person) -> None:
    await to_the_countries(person)
    await person.taps("Only Kazakhstan")
    await person.skips_to("What shall be sent as made_up_number?")
    await person.writes("1001")
    await person.sees("This takes a whole number from 1 to 1000.")
    await person.writes("12")
    await to_the_summary(person)


async def asks_for_haste(person: Person) -> None:
    await to_the_countries(person)
    await person.taps("Only Kazakhstan")
    await person.skips_to("Shall it be looked at first?")
    await person.taps("yes")
    await to_the_summary(person)


async def to_the_countries(person: Person) -> None:
    await begins(person, "ROMASHKA")
    await person.taps("Skip")
    await person.sees("To which countries")


async def to_the_summary(person: Person) -> None:
    await person.skips_to("Documents for the operators")
    await person.taps("Skip")


SEED = seed_catalogue()
SIGNBOARD = Parameter(
    "made_up_text", Kind.TEXT, FILED, words=Words("Signboard", "What is on the signboard?", "Romashka")
)
TRIALS = {
    "a flag of an operator": Trial(
        SEED.with_programme(Programme("made_up_step", "Kcell", "KZ", paid=False)),
        "made_up_step",
        chooses_the_operator,
        "Kazakhstan: Kcell free",
        "1",
        "Countries → Kazakhstan → Kcell free",
    ),
    "a flag": Trial(
        SEED.with_parameter(flag("made_up_flag", FILED, words=Words("Urgent", "Shall it be looked at first?"))),
        "made_up_flag",
        asks_for_haste,
        "Urgent: yes",
        "1",
        "Urgent",
    ),
    "a company field": Trial(
        SEED.with_field(
            FormKey.UA, company_field("made_up_field", Words("Director", "Who runs the company?", "Olena"))
        ),
        "made_up_field",
        fills_in_the_company,
        "Director: Olena Koval",
        "Olena Koval",
        "the company form (UA) → Director",
    ),
    "a text": Trial(
        SEED.with_parameter(SIGNBOARD),
        "made_up_text",
        reads_the_signboard,
        "Signboard: Romashka",
        "Romashka",
        "Signboard",
    ),
    "a text that few have a use for": Trial(
        SEED.with_parameter(replace(SIGNBOARD, quiet=True)),
        "made_up_text",
        reads_the_signboard_in_the_end,
        "Signboard: Romashka",
        "Romashka",
        "summary → [✎ Signboard]",
    ),
    "a number without any words": Trial(
        SEED.with_parameter(Parameter("made_up_number", Kind.INTEGER, FILED, 1, 1000)),
        "made_up_number",
        says_how_many,
        "made_up_number: 12",
        "12",
        "made_up_number",
    ),
}


@pytest.fixture(params=TRIALS)
def trial(request: pytest.FixtureRequest) -> Trial:
    """One row after the other."""
    return TRIALS[request.param]


@pytest.fixture
async def knowing(trial: Trial, settings: dict[str, str], clock: SandboxClock) -> AsyncIterator[InProcess]:
    """The bot with a catalogue that has one row more."""
    running = InProcess(settings, clock, trial.catalogue)
    await running.start()
    yield running
    await running.stop()


@pytest.mark.usefixtures("knowing")
async def test_a_row_is_asked_shown_sent_and_told_in_the_history(
    trial: Trial, aigerim: Person, smsc: SmscSandbox
) -> None:
    await aigerim.connects(DEMO.apikey)
    await trial.answers(aigerim)
    await aigerim.sees("check and send", trial.told)
    await aigerim.taps("Register it")
    await aigerim.sees("The application for ROMASHKA is sent")
    [request] = [each for each in smsc.requests if each.command == "add"]
    assert request.fields[trial.name] == trial.sent
    await aigerim.writes("/history")
    await aigerim.sees("History", "add ROMASHKA")
    await aigerim.taps("1. ✅ ROMASHKA")
    await aigerim.sees("The application for ROMASHKA is sent", trial.told)


def test_a_row_that_is_called_as_a_step_stops_the_start() -> None:
    taken = SEED.with_parameter(Parameter("countries", Kind.TEXT, FILED))
    with pytest.raises(MisdeclaredError, match="'add': more than one step has the key countries"):
        add.flow(taken)


def test_words_that_nobody_translated_are_shown_as_they_stand() -> None:
    for t in map(Catalogues.load("en").__getitem__, LANGUAGES):
        assert t.label(parameters.label(SIGNBOARD)) == "Signboard"
        assert t(parameters.question(SIGNBOARD)) == "What is on the signboard?"


def test_a_row_is_in_the_table_of_coverage(trial: Trial) -> None:
    places = {(row.command, row.name): row.place for row in rows(trial.catalogue)}
    assert {name for name in places if name not in {(row.command, row.name) for row in rows(SEED)}} == {
        ("add", trial.name),
        ("chg", trial.name),
    }
    assert places["add", trial.name].endswith(trial.place)
