"""SMSC's limits, kept for all people together and over restarts: strangers' wrong keys, one login used in many ways."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from tests.person import Person
from tests.running import InProcess, running_fast
from tests.stories import fills_in

WRONG = "wrong-key-{:02}-0123456789abcdef"


def refused(smsc: SmscSandbox) -> int:
    return sum(each.error == 2 for each in smsc.requests)


async def arrives(person: Person, telegram: TelegramSandbox, name: str) -> Person:
    return await Person.arrive(person.http, telegram.url, name)


async def tries(person: Person, key: str) -> str:
    await person.writes("/connect")
    if "Go on?" in await person.sees_one_of("Send the API key", "Go on?"):
        await person.taps("Start over")
        await person.sees("Send the API key")
    await person.writes(key)
    return await person.sees_one_of("error 2", "The next try is at", "the next try is at", "Connected")


async def test_strangers_wait_before_smsc_blocks_the_server_and_customers_do_not(
    bot: InProcess, connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox, clock: SandboxClock
) -> None:
    for number in range(6):
        stranger = await arrives(connected, telegram, f"Stranger{number}")
        for again in range(2):
            await tries(stranger, WRONG.format(number * 2 + again))
        if number == 2:
            await bot.stop()
            await bot.start()
    assert refused(smsc) == 5
    assert "SMSC refused several keys here lately" in (await tries(stranger, DEMO.apikey))
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    await connected.writes("/account")
    await connected.sees("Balance")
    clock.advance(15 * 60)
    await stranger.taps("Try")
    await stranger.sees("Connected")
    assert not [each for each in smsc.requests if each.error == 4]


async def test_one_person_has_three_tries_and_the_clock_gives_no_more(
    bot: InProcess, connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox, clock: SandboxClock
) -> None:
    stranger = await arrives(connected, telegram, "Stranger")
    for number in range(3):
        assert "error 2" in await tries(stranger, WRONG.format(number))
    bot.set_clock(3600)
    assert "Too many keys were refused" in await tries(stranger, WRONG.format(4))
    await bot.stop()
    bot.set_clock(-7200)
    await bot.start()
    assert "Too many keys were refused" in await tries(stranger, WRONG.format(5))
    assert refused(smsc) == 3
    clock.advance(15 * 60)
    assert "error 2" in await tries(stranger, WRONG.format(6))


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_blocked_server_is_told_as_that_wherever_one_meets_it(
    bot: InProcess, connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox, restarted: bool
) -> None:
    blocked = ("SMSC blocks this server for a while. It goes on at",)
    stranger = await arrives(connected, telegram, "Stranger")
    smsc.fault(Fault("get", kind="error", error=4))
    await connected.writes("/senders")
    await connected.sees(*blocked)
    asked = len(smsc.requests)
    if restarted:
        await bot.stop()
        await bot.start()
    await connected.writes("/senders")
    await connected.sees(*blocked)
    await connected.writes("/account")
    await connected.sees("Access: API key", *blocked)
    await fills_in(connected, "LILY")
    await connected.taps("Register it")
    await connected.sees("Application for LILY", *blocked)
    await stranger.writes("/connect")
    await stranger.sees("Send the API key")
    await stranger.writes("some-good-key-0123456789")
    await stranger.sees(*blocked)
    assert len(smsc.requests) == asked


async def connects_by_login(person: Person) -> None:
    await person.writes("/connect")
    await person.sees("Send the API key")
    await person.taps("Login and password")
    await person.sees("What is the login")
    await person.writes(DEMO.login)
    await person.sees("Send the password")
    await person.writes(DEMO.password)
    await person.sees("Connected")


@pytest.mark.parametrize("lists", [10, pytest.param(743, marks=pytest.mark.long)])
async def test_one_login_used_by_five_people_in_two_ways_never_provokes_error_9(
    bot: InProcess, connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox, clock: SandboxClock, lists: int
) -> None:
    """The long form: `python -m pytest -m long tests/test_limits.py`."""
    people = [connected, *[await arrives(connected, telegram, f"Colleague{number}") for number in range(4)]]
    for person in people[1:3]:
        await person.connects(DEMO.apikey)
    for person in people[3:]:
        await connects_by_login(person)
    async with running_fast(clock, 1):
        turn = 0
        while turn < 4 or sum(each.command == "get" for each in smsc.requests) < lists:
            turn += 1
            for person in people:
                await person.writes("/senders")
                await person.sees("My names")
                clock.advance(5)
            if turn % 2:
                await bot.stop()
                await bot.start()
    assert not [each for each in smsc.requests if each.error == 9]
    assert [each for each in smsc.requests if each.command == "get"]


async def test_three_wrong_keys_then_after_a_quarter_of_an_hour_the_right_one(
    bot: InProcess, aigerim: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    for number in range(3):
        assert "error 2" in await tries(aigerim, WRONG.format(number))
    assert "Too many keys were refused" in await tries(aigerim, DEMO.apikey)
    assert refused(smsc) == 3
    clock.advance(15 * 60)
    await aigerim.taps("Try")
    await aigerim.sees("Connected")
    assert len(smsc.requests) - refused(smsc) >= 1


async def test_ten_strangers_at_the_same_moment_get_no_server_blocked(
    bot: InProcess, connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox, clock: SandboxClock
) -> None:
    strangers = [await arrives(connected, telegram, f"Stranger{number}") for number in range(10)]
    await asyncio.gather(*(tries(each, WRONG.format(number)) for number, each in enumerate(strangers)))
    assert refused(smsc) == 5
    assert not [each for each in smsc.requests if each.error == 4]
    await connected.writes("/account")
    await connected.sees("Balance")


async def test_a_person_whose_tries_never_reached_smsc_still_has_them_all(
    bot: InProcess, aigerim: Person, smsc: SmscSandbox, settings: dict[str, str]
) -> None:
    await smsc.close()
    for number in range(4):
        await aigerim.writes("/connect")
        if "Go on?" in await aigerim.sees_one_of("Send the API key", "Go on?"):
            await aigerim.taps("Start over")
            await aigerim.sees("Send the API key")
        await aigerim.writes(WRONG.format(number))
        await aigerim.sees("cannot be reached")
