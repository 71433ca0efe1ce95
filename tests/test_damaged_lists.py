"""What a person sees of a list that came damaged: every row that can be read, and how many can't."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import Fault, SmscSandbox
from bot.senders.readback import outcome
from bot.smsc import Command, Document, OperatorStatus, SenderName
from bot.storage.operations import OperationState
from tests.person import Person
from tests.reached import made
from tests.stories import fills_in

DONE, NOT_DONE, UNCLEAR = OperationState.DONE, OperationState.NOT_DONE, OperationState.UNCLEAR


@pytest.mark.parametrize("damage", ["quote", "byte", "notice", "wrapped"])
async def test_a_list_that_is_odd_is_read_whole(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, damage: Any
) -> None:
    smsc.fault(Fault("get", when="after", kind="damage", damage=damage, times=0))
    clock.advance(61)
    await connected.writes("/senders")
    text = await connected.sees("My names: 8 names")
    assert "could not be read" not in text
    await connected.taps("Sale")
    assert ("TOO" if damage == "quote" else "Sale") in await connected.sees("Sale")


async def test_a_row_that_cannot_be_read_is_told_and_what_was_known_stays(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    smsc.fault(Fault("get", when="after", kind="damage", damage="row", times=2))
    clock.advance(61)
    await connected.writes("/senders")
    await connected.sees("My names: 8 names", "1 row could not be read")
    assert any("Sale" in each for each in connected.labels())
    clock.advance(61)
    await connected.writes("/help")
    await connected.sees("What you can do here")
    await connected.writes("/senders")
    assert "could not be read" not in await connected.sees("My names: 8 names")


async def test_a_list_that_breaks_off_says_so(connected: Person, smsc: SmscSandbox, clock: SandboxClock) -> None:
    smsc.fault(Fault("get", when="after", kind="damage", damage="broken off", times=2))
    clock.advance(61)
    await connected.writes("/senders")
    await connected.sees("The list broke off", "1 row could not be read")
    await connected.shows("AruanaShop")


async def test_a_name_behind_an_unreadable_row_is_not_told_as_not_registered(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    await fills_in(connected, "LILY2026")
    smsc.fault(Fault("add", when="after", kind="drop"))
    smsc.fault(Fault("get", when="after", kind="damage", damage="row", times=0))
    await connected.taps("Register it")
    await connected.sees_somewhere("does not show whether it went through")
    assert made(smsc, "add") == 1


async def test_a_name_behind_an_unreadable_row_is_not_told_as_deleted(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    await connected.writes("/delete Sale")
    await connected.sees("Delete Sale at SMSC?")
    smsc.fault(Fault("del", when="before", kind="drop"))
    smsc.fault(Fault("get", when="after", kind="damage", damage="row", times=0))
    await connected.taps("Delete for good")
    await connected.sees_somewhere("does not show whether it went through")


FILE = Document("a.pdf", "1", "0")
PARUS = SenderName(1, "PARUS", "first", documents=(FILE,), operators=(OperatorStatus("MTS", "1", "mts_step"),))
DAMAGED = SenderName(1, "PARUS", "f�", whole=False)


@pytest.mark.parametrize(
    ("command", "listed", "values", "document", "complete", "state"),
    [
        (Command.ADD, (), {}, None, True, NOT_DONE),
        (Command.ADD, (), {}, None, False, UNCLEAR),
        (Command.ADD, (PARUS,), {}, None, False, DONE),
        (Command.DEL, (), {}, None, True, DONE),
        (Command.DEL, (), {}, None, False, UNCLEAR),
        (Command.DEL, (PARUS,), {}, None, False, NOT_DONE),
        (Command.CHG, (), {"cmt": "first"}, None, False, UNCLEAR),
        (Command.CHG, (PARUS,), {"cmt": "first"}, None, False, DONE),
        (Command.CHG, (PARUS,), {"cmt": "other"}, None, True, NOT_DONE),
        (Command.CHG, (DAMAGED,), {"cmt": "first"}, None, True, UNCLEAR),
        (Command.CHG, (PARUS,), {}, "a.pdf", True, DONE),
        (Command.CHG, (DAMAGED,), {}, "a.pdf", True, UNCLEAR),
        (Command.ADD, (DAMAGED,), {}, "a.pdf", True, UNCLEAR),
        (Command.CHECK_CODE, (), {}, None, False, UNCLEAR),
    ],
)
def test_absence_proves_nothing_where_rows_were_left_out(
    command: Command,
    listed: tuple[SenderName, ...],
    values: Mapping[str, Any],
    document: str | None,
    complete: bool,
    state: OperationState,
) -> None:
    assert outcome(command, "PARUS", values, document, listed, (), 0, complete=complete) is state
