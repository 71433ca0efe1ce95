"""Whole ways through the bot, a row for each thing that a person does. A new test begins here: see tests/README.md."""

from __future__ import annotations

import pytest

from bot.sandbox.smsc import SmscSandbox
from tests import person
from tests.papers import PDF
from tests.person import Person
from tests.scenario import Row, asked, plays, says, sends, taps
from tests.stories import PURPOSE

SCENARIOS = {
    "a name with a document": (
        says("/add LILY2026", sees=PURPOSE, buttons=["Skip", "Cancel"]),
        says("Flowers", sees="To which countries"),
        taps("Only Kazakhstan", sees="Documents for the operators"),
        sends("lease.pdf", PDF, sees="1. lease.pdf", buttons=["Done"]),
        taps("Done", sees=["check and send", "LILY2026", "Flowers", "lease.pdf"], buttons=["Register it"]),
        taps(
            "Register it",
            sees="The application for LILY2026 is sent",
            reaches=asked("add", "lease.pdf", sender="LILY2026", cmt="Flowers"),
        ),
    ),
    "a name is deleted": (
        says("/delete Sale", sees="Delete Sale at SMSC?", buttons=["Keep it"]),
        taps("Delete for good", sees="Sale is deleted at SMSC", reaches=asked("del")),
    ),
    "a document for a name": (
        says("/document Aruana", sees="Send the document for Aruana"),
        sends("domain.pdf", PDF, sees="1. domain.pdf"),
        taps("Done", sees="check and send"),
        taps("Send them", sees="Documents for Aruana are at SMSC", reaches=asked("chg", "domain.pdf")),
    ),
    "a number gets its code": (
        says("/confirm 77000003344", sees="check and send"),
        taps("Send the code", sees="Which code came", reaches=asked("send_code", sender="77000003344")),
    ),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_a_whole_way_through_the_bot(connected: Person, smsc: SmscSandbox, scenario: str) -> None:
    await plays(connected, smsc, SCENARIOS[scenario])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (says("/delete Sale", sees="Delete Sale at SMSC?", reaches=asked("del")), "row 1, says '/delete Sale'"),
        (says("/help", sees="What you can do", buttons=["No such button"]), "row 1: says '/help'"),
    ],
)
async def test_a_scenario_that_is_not_so_fails_and_names_the_row(
    connected: Person, smsc: SmscSandbox, monkeypatch: pytest.MonkeyPatch, row: Row, told: str
) -> None:
    monkeypatch.setattr(person, "PATIENCE", 0.2)
    with pytest.raises(AssertionError) as failed:
        await plays(connected, smsc, [row])
    assert told in f"{failed.value} {getattr(failed.value, '__notes__', '')}"
