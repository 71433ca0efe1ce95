"""The machine's clock is set, back or forward, while the bot runs or between two runs: nothing waits for it."""

from __future__ import annotations

import math

import pytest

from bot.clock import age, left
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from tests.person import Person
from tests.running import InProcess

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


async def registers(person: Person, name: str) -> None:
    await person.writes(f"/add {name}")
    await person.sees("What is the name for?")
    await person.taps("Skip")
    await person.taps("Only Kazakhstan")
    await person.taps("Skip")
    await person.taps("Register it")


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("seconds", [-HOUR, -300 * 24 * HOUR])
async def test_a_request_that_waits_a_minute_waits_a_minute_when_the_clock_is_set_back(
    bot: InProcess, connected: Person, smsc: SmscSandbox, turning: SandboxClock, seconds: float, restarted: bool
) -> None:
    smsc.fault(Fault("add", kind="error", error=9))
    await registers(connected, "LILY")
    await connected.sees("It goes on at")
    if restarted:
        await bot.stop()
    bot.set_clock(seconds)
    if restarted:
        await bot.start()
        await connected.writes("/help")
        await connected.sees("What you can do here")
    turning.advance(62)
    await connected.sees_somewhere("The application for LILY is sent")


@pytest.mark.parametrize("seconds", [-HOUR, -HOUR + 60, HOUR])
async def test_an_old_list_is_not_shown_as_fresh_when_the_clock_is_set(
    bot: InProcess, connected: Person, smsc: SmscSandbox, turning: SandboxClock, seconds: float
) -> None:
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    smsc.world.add_names(DEMO.login, ["TULIP"])
    turning.advance(HOUR - 50)
    bot.set_clock(seconds)
    await connected.writes("/senders")
    await connected.sees("My names: 9 names")


@pytest.mark.parametrize("seconds", [-HOUR, HOUR])
async def test_a_list_that_came_just_now_is_not_asked_for_again_when_the_clock_is_set(
    bot: InProcess, connected: Person, smsc: SmscSandbox, turning: SandboxClock, seconds: float
) -> None:
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    lists = asked(smsc, "get")
    bot.set_clock(seconds)
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    assert asked(smsc, "get") == lists
