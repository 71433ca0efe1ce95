"""The machine's clock is set, back or forward, while the bot runs or between two runs: nothing waits for it."""

from __future__ import annotations

import math

import pytest

from bot.clock import Reading, age, due, left
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from tests.kept import holds
from tests.person import Person
from tests.running import InProcess, comes
from tests.stories import fills_in

HOUR = 3600.0


def asked(smsc: SmscSandbox, command: str) -> int:
    return sum(each.command == command for each in smsc.requests)


@pytest.mark.parametrize(
    ("now", "at", "seconds"), [(10.0, 4.0, 6.0), (10.0, 10.0, 0.0), (10.0, 11.0, math.inf), (0.0, 3600.0, math.inf)]
)
def test_what_comes_from_the_future_is_as_old_as_can_be(now: float, at: float, seconds: float) -> None:
    assert age(now, at) == seconds


@pytest.mark.parametrize(
    ("now", "until", "since", "seconds"),
    [
        (100.0, 160.0, 100.0, 60.0),
        (130.0, 160.0, 100.0, 30.0),
        (161.0, 160.0, 100.0, 0.0),
        (100.0 - HOUR, 160.0, 100.0, 60.0),
        (100.0 + HOUR, 160.0, 100.0, 0.0),
        (100.0, 0.0, 50.0, 0.0),
    ],
)
def test_no_wait_is_longer_than_it_was_meant(now: float, until: float, since: float, seconds: float) -> None:
    assert left(now, until, since) == seconds


@pytest.mark.parametrize("set_by", [-HOUR, 0.0, 24 * HOUR])
@pytest.mark.parametrize(("noted", "ticks"), [(995.0, 55.0), (1_000.0, 60.0), (1_020.0, 80.0)])
def test_a_wait_is_over_in_time_though_the_clock_was_set_before_it_was_looked_at(
    noted: float, ticks: float, set_by: float
) -> None:
    before, present = Reading(1_000.0, 60.0), Reading(1_030.0 + set_by, 90.0)
    assert due(noted + 8 * HOUR, noted, before, present) == ticks + 8 * HOUR


def test_a_wait_of_a_former_run_is_never_longer_than_it_was_meant() -> None:
    start = Reading(1_000_000.0, 0.0)
    assert due(1_000_000.0 + HOUR, 1_000_000.0 - HOUR, start, start) == HOUR
    assert due(2_000_000.0 + HOUR, 2_000_000.0, start, start) == HOUR
    assert due(0.0, 0.0, start, start) == 0.0


async def registers(person: Person, name: str) -> None:
    await fills_in(person, name)
    await person.taps("Register it")


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("seconds", [-HOUR, -300 * 24 * HOUR])
async def test_a_request_that_waits_a_minute_waits_a_minute_when_the_clock_is_set_back(
    bot: InProcess, connected: Person, smsc: SmscSandbox, clock: SandboxClock, seconds: float, restarted: bool
) -> None:
    smsc.fault(Fault("add", kind="error", error=9))
    await registers(connected, "LILY")
    await connected.sees("It goes on at")
    if restarted:
        await bot.stop()
    bot.set_clock(seconds)
    if restarted:
        await bot.start()
        await is_up(connected)
    clock.advance(62)
    await connected.sees_somewhere("The application for LILY is sent")


@pytest.mark.parametrize("seconds", [-HOUR, -HOUR + 60, HOUR])
async def test_an_old_list_is_not_shown_as_fresh_when_the_clock_is_set(
    bot: InProcess, connected: Person, smsc: SmscSandbox, clock: SandboxClock, seconds: float
) -> None:
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    smsc.world.add_names(DEMO.login, ["TULIP"])
    clock.advance(HOUR - 50)
    bot.set_clock(seconds)
    await connected.writes("/senders")
    await connected.sees("My names: 9 names")


@pytest.mark.parametrize("seconds", [-HOUR, HOUR])
async def test_a_list_that_came_just_now_is_not_asked_for_again_when_the_clock_is_set(
    bot: InProcess, connected: Person, smsc: SmscSandbox, clock: SandboxClock, seconds: float
) -> None:
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    lists = asked(smsc, "get")
    bot.set_clock(seconds)
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    assert asked(smsc, "get") == lists


async def code_is_sent(person: Person, told: str) -> None:
    await person.writes("/confirm 77000003344")
    await person.sees("check and send")
    await person.taps("Send the code")
    await person.sees(told)


async def is_reminded(person: Person) -> None:
    await code_is_sent(person, "A code is on its way")
    await code_is_sent(person, "was sent to 77000003344 already")
    await person.taps("Remind me")
    await person.sees("I will write to you at")
    await is_up(person)


async def is_up(person: Person) -> None:
    """What was said before is written down, and looked at."""
    await person.writes("/help")
    await person.sees("What you can do")


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("seconds", [-HOUR, -365 * 24 * HOUR])
async def test_a_reminder_comes_after_eight_hours_when_the_clock_is_set_back(
    bot: InProcess, connected: Person, clock: SandboxClock, seconds: float, restarted: bool
) -> None:
    await is_reminded(connected)
    if restarted:
        await bot.stop()
    bot.set_clock(seconds)
    if restarted:
        await bot.start()
        await is_up(connected)
    clock.advance(8 * HOUR - 120)
    await connected.writes("/help")
    await connected.sees("What you can do here")
    clock.advance(121)
    await connected.sees_somewhere("A code can be sent to 77000003344 again now")


async def test_a_reminder_does_not_come_early_when_the_clock_is_set_ahead(
    bot: InProcess, connected: Person, clock: SandboxClock
) -> None:
    await is_reminded(connected)
    bot.set_clock(24 * HOUR)
    clock.advance(HOUR)
    await connected.writes("/help")
    await connected.sees("What you can do here")
    assert not [each for each in connected.seen["messages"] if "again now" in each["text"]]
    clock.advance(7 * HOUR)
    await connected.sees_somewhere("A code can be sent to 77000003344 again now")


@pytest.mark.parametrize("seconds", [-HOUR, -365 * 24 * HOUR])
async def test_the_next_code_may_be_sent_after_eight_hours_whatever_the_clock_says(
    bot: InProcess, connected: Person, clock: SandboxClock, seconds: float
) -> None:
    await code_is_sent(connected, "A code is on its way")
    bot.set_clock(seconds)
    await code_is_sent(connected, "was sent to 77000003344 already")
    await connected.taps("Remind me")
    await connected.sees("I will write to you at")
    clock.advance(8 * HOUR + 1)
    await connected.sees_somewhere("A code can be sent to 77000003344 again now")


async def test_a_code_typed_after_the_clock_was_set_back_is_still_the_code(
    bot: InProcess, connected: Person, smsc: SmscSandbox
) -> None:
    await code_is_sent(connected, "A code is on its way")
    await connected.writes("/help")
    await connected.sees("What you can do here")
    bot.set_clock(-HOUR)
    await connected.writes(smsc.world.sms[0].text)
    await connected.sees_somewhere("77000003344 is confirmed")


async def test_who_stands_behind_a_request_that_waits_goes_right_after_it_when_the_clock_is_set_back(
    bot: InProcess, connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    smsc.fault(Fault("add", kind="error", error=9))
    await registers(connected, "LILY")
    await connected.sees("It goes on at")
    bot.set_clock(-HOUR)
    await registers(connected, "ROSE")
    await connected.sees("Application for ROSE", "It goes on at")
    clock.advance(62)
    await connected.sees_somewhere("The application for LILY is sent")
    clock.advance(62)
    await connected.sees_somewhere("The application for ROSE is sent")


@pytest.mark.parametrize("seconds", [-HOUR, 48 * HOUR])
async def test_a_look_is_not_given_up_because_the_clock_was_set(
    bot: InProcess, connected: Person, smsc: SmscSandbox, clock: SandboxClock, seconds: float
) -> None:
    smsc.fault(Fault("add", when="after", kind="drop"))
    smsc.fault(Fault("get", kind="500", times=0))
    await registers(connected, "LILY")
    await connected.sees("SMSC's answer was lost")
    bot.set_clock(seconds)
    lists = asked(smsc, "get")
    clock.advance(30)
    await connected.until(lambda _state: True if asked(smsc, "get") > lists else None, "a look that fails")
    smsc.clear_faults()
    clock.advance(120)
    await connected.sees_somewhere("The application for LILY is sent")


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("seconds", [-HOUR, -365 * 24 * HOUR])
async def test_a_chat_that_telegram_holds_back_is_written_to_in_time_when_the_clock_is_set_back(
    bot: InProcess,
    connected: Person,
    telegram: TelegramSandbox,
    clock: SandboxClock,
    settings: dict[str, str],
    seconds: float,
    restarted: bool,
) -> None:
    other = await Person.arrive(connected.http, telegram.url, "Bolat")
    telegram.world.hold(connected.id, 700)
    await connected.writes("/help")
    await comes(lambda: holds(settings))
    if restarted:
        await bot.stop()
    bot.set_clock(seconds)
    if restarted:
        await bot.start()
    await is_up(other)
    telegram.world.holds.clear()
    clock.advance(701)
    await connected.sees("What you can do here")
