"""How long SMSC and operators take, from what was seen alone; and the letter when it is too long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from bot.senders.state import Activation
from bot.smsc import OperatorStatus
from bot.storage.operations import OperationState
from bot.watch.changes import ActivationChanged, Appeared, Change, OperatorChanged, Seen, Vanished
from bot.watch.events import Asked, Ended, Event
from bot.watch.waits import ACTIVATION, ENOUGH_CASES, LONG_SECONDS, Usual, Waits, is_long, usual
from tests.person import Person
from tests.stories import registers
from tests.watching import PERIOD, by_day, sees_in_time

DAY = 86_400.0


@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=60))
def test_half_took_no_longer_than_the_median_and_nine_of_ten_no_longer_than_the_ninetieth(seconds: list[float]) -> None:
    known = Usual.of(seconds)
    assert known is not None
    assert known.cases == len(seconds)
    assert {known.median, known.ninetieth} <= set(seconds)
    for bound, percent in ((known.median, 50), (known.ninetieth, 90)):
        assert sum(each <= bound for each in seconds) * 100 >= percent * len(seconds)
        assert sum(each < bound for each in seconds) * 100 < percent * len(seconds)


def test_of_no_case_nothing_is_said() -> None:
    assert Usual.of([]) is None
    assert usual([[]]) == {}


def test_a_week_is_long_until_five_cases_are_known() -> None:
    few, enough = Usual(DAY, DAY, ENOUGH_CASES - 1), Usual(DAY, 2 * DAY, ENOUGH_CASES)
    assert not is_long(3 * DAY, few)
    assert is_long(LONG_SECONDS + 1, few)
    assert is_long(LONG_SECONDS + 1, None)
    assert not is_long(2 * DAY, enough)
    assert is_long(2 * DAY + 1, enough)


def _waits(*events: tuple[float, Asked | Ended | Change]) -> Waits:
    return Waits.of([Event(number, at * DAY, what) for number, (at, what) in enumerate(events)])


def _operator(before: str | None, after: str | None) -> OperatorChanged:
    one, other = (OperatorStatus("MTS", each, "mts_step") if each else None for each in (before, after))
    return OperatorChanged("mts_step", one, other)


ADDED = Ended(1, "add", OperationState.DONE)
SEEN = Seen.of("LILY", 7, Activation.LISTED, [OperatorStatus("MTS", "0", "mts_step")], (), ())
ACTIVATED = ActivationChanged(Activation.LISTED, Activation.ACTIVE)


def test_a_case_goes_from_the_application_to_the_activation_and_to_the_first_answer_of_an_operator() -> None:
    waits = _waits(
        (0, Asked(1, "add")), (1, ADDED), (2, _operator(None, "0")), (4, _operator("0", "3")), (5, ACTIVATED)
    )
    assert waits.over == [("mts_step", 3 * DAY), (ACTIVATION, 4 * DAY)]
    assert waits.since == {}


def test_what_is_not_answered_yet_waits_on() -> None:
    assert _waits((1, ADDED), (2, _operator(None, "0"))).since == {ACTIVATION: DAY, "mts_step": DAY}
    assert _waits((3, Appeared(SEEN))).since == {ACTIVATION: 3 * DAY, "mts_step": 3 * DAY}


def test_a_later_code_an_application_that_was_refused_and_a_name_of_the_first_list_are_no_cases() -> None:
    assert _waits((1, ADDED), (2, _operator("0", "3")), (9, _operator("3", "5"))).over == [("mts_step", DAY)]
    assert _waits((1, Ended(1, "add", OperationState.REFUSED))).since == {}
    first = _waits((5, _operator("0", "3")), (6, ACTIVATED))
    assert (first.over, first.since) == ([], {})


def test_a_name_that_is_deleted_and_registered_again_begins_anew() -> None:
    for end in (Ended(2, "delete", OperationState.DONE), Vanished(SEEN)):
        waits = _waits((1, ADDED), (2, ACTIVATED), (5, end), (10, ADDED), (12, ACTIVATED))
        assert waits.over == [(ACTIVATION, DAY), (ACTIVATION, 2 * DAY)]


@pytest.fixture
def clock() -> SandboxClock:
    return by_day()


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return {**settings, "WATCH_SECONDS": str(PERIOD)}


async def test_a_name_that_waits_too_long_has_a_letter_ready_to_be_copied(
    connected: Person, clock: SandboxClock
) -> None:
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    await connected.taps("AruanaShop")
    await connected.taps("How long")
    await connected.sees("AruanaShop: how long it takes", "waits for less than a minute", "no case is known yet")
    clock.advance(8 * DAY)
    await connected.taps("AruanaShop")
    await connected.taps("How long")
    await connected.sees("waits for 8 days", "it is time to ask SMSC")
    await connected.taps("Letter to SMSC")
    await connected.sees("the status of the sender name AruanaShop?", "SMSC ID:", "No answer from SMSC's activation")
    await connected.shows("Copy the letter")


async def test_how_long_others_waited_is_known_from_what_was_seen(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await registers(connected, "Lily24")
    await connected.sees("SMSC took it")
    clock.advance(2 * DAY)
    smsc.world.decide(max(smsc.world.accounts[DEMO.login].names), "activate", clock.now())
    await connected.looks()
    await sees_in_time(clock, connected, "Lily24", "Active now")
    await connected.taps("Open the card")
    await connected.taps("How long")
    await connected.sees(
        "SMSC's activation", "usually 2 days; nine of ten within 2 days (1 case)", "more than a week as long"
    )
