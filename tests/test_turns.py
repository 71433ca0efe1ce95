"""First in, first out: requests of one login go in the order they were asked for, and waiting displaces nobody."""

from __future__ import annotations

import asyncio
import random

import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from bot.senders.turns import Turns
from bot.smsc import Identity
from tests.person import Person
from tests.running import InProcess, late_in_the_month, running_fast
from tests.stories import PURPOSE, begins, registers

KEY, LOGIN = Identity("smsc.kz", "key:0123"), Identity("smsc.kz", "login:demo")


async def asks_for(person: Person, name: str) -> None:
    """Fills in the shortest form and sends it."""
    await registers(person, name)
    await person.sees_one_of(f"The application for {name} is sent", f"Application for {name}")


def added(smsc: SmscSandbox) -> list[str]:
    return [each.fields["sender"] for each in smsc.requests if each.command == "add"]


async def until(person: Person, reached: object, what: str) -> None:
    await person.until(lambda _state: True if reached() else None, what)  # type: ignore[operator]


async def test_twelve_adds_of_two_people_arrive_in_the_order_they_were_asked_for(
    connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox, clock: SandboxClock
) -> None:
    other = await Person.arrive(connected.http, telegram.url, "Daniyar")
    await other.connects(DEMO.apikey)
    names = [f"LILY{number:02}" for number in range(12)]
    for number, name in enumerate(names):
        await asks_for((connected, other)[number % 2], name)
    await until(connected, lambda: len(added(smsc)) == 5, "5 adds")
    async with running_fast(clock):  # the next one may not have begun to wait for its minute yet
        await until(connected, lambda: len(added(smsc)) == 12, "12 adds")
    assert added(smsc) == names
    assert not [each for each in smsc.requests if each.error == 9]


async def test_what_waits_keeps_its_place_over_a_restart_and_what_is_called_off_frees_it(
    bot: InProcess, connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    names = [f"ROSE{number}" for number in range(8)]
    for name in names[:6]:
        await asks_for(connected, name)
    await connected.sees("It goes on at")
    await connected.taps("Call it off")
    await connected.sees("Called off")
    for name in names[6:]:
        await asks_for(connected, name)
        await connected.sees("It goes on at")
    await bot.stop()
    await bot.start()
    async with running_fast(clock):
        await until(connected, lambda: len(added(smsc)) == 7, "the rest")
    assert added(smsc) == [*names[:5], *names[6:]]


async def test_a_request_for_the_first_of_the_month_holds_nobody_up(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    late_in_the_month(clock)
    await begins(connected, "ROSE")
    await connected.taps("Skip")
    await connected.sees("To which countries")
    await connected.taps("Russia")
    await connected.taps("Done")
    await connected.sees("which operators")
    await connected.taps("paid")
    await connected.shows("☑")
    await connected.taps("Done")
    await connected.sees("nearly over")
    await connected.taps("On the 1st")
    await connected.skips_to("Documents for the operators")
    await connected.taps("Skip")
    await connected.sees("Do you agree to pay it?")
    await connected.taps("I agree to the fee")
    await connected.sees("check and send")
    await connected.taps("Register it")
    await connected.sees("Application for ROSE", "It goes on at")
    await asks_for(connected, "LILY")
    await connected.sees_somewhere("The application for LILY is sent")
    assert added(smsc) == ["LILY"]


async def shown_since(person: Person, call: int) -> list[str]:
    """The texts that the bot sent or edited after this call."""
    answer = await person.http.get(f"{person.url}/chat/calls", params={"since": call})
    return [each["params"].get("text", "") for each in answer.json() if "text" in each["params"]]


async def last_call(person: Person) -> int:
    answer = await person.http.get(f"{person.url}/chat/calls")
    return int(answer.json()[-1]["n"])


@pytest.mark.parametrize("form", [True, False])
async def test_that_it_goes_on_later_never_takes_the_screen_in_use_away(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, form: bool
) -> None:
    smsc.fault(Fault("add", kind="error", error=9, times=2))
    await asks_for(connected, "LILY")
    await connected.sees("Application for LILY", "It goes on at")
    await connected.writes("/add NEXT" if form else "/help")
    await connected.sees(PURPOSE if form else "What you can do here")
    since = await last_call(connected)
    clock.advance(62)
    await until(connected, lambda: len(added(smsc)) == 2, "the second try")
    async with running_fast(clock):
        await connected.sees_somewhere("The application for LILY is sent")
    assert not [each for each in await shown_since(connected, since) if "It goes on at" in each]
    if form:
        await connected.sees(PURPOSE)


class TestTheLine:
    """The order itself, without a bot around it."""

    async def test_any_mixture_of_coming_and_leaving_is_served_in_order(self) -> None:
        chance = random.Random(7)  # noqa: S311  # no secret
        for _ in range(50):
            turns: Turns[str] = Turns(lambda login: login)
            places = list(range(12))
            for each in places:
                turns.come(each)
            served: list[int] = []

            async def serve(place: int, turns: Turns[str] = turns, served: list[int] = served) -> None:
                for _ in range(chance.randrange(4)):
                    await asyncio.sleep(0)
                if chance.random() < 0.2:
                    turns.leave(place)
                    return
                turns.stand(place, Identity("smsc.kz", f"login:{place % 2}"))
                while await turns.turn(place) is not None:
                    pass
                served.append(place)
                if chance.random() < 0.3:
                    turns.hold(place, "later")
                    await asyncio.sleep(0)
                turns.leave(place)

            await asyncio.gather(*(serve(each) for each in chance.sample(places, len(places))))
            for login in (0, 1):
                of_login = [each for each in served if each % 2 == login]
                assert of_login == sorted(of_login)

    async def test_who_stands_behind_is_told_once_why(self) -> None:
        turns: Turns[str] = Turns(lambda login: login)
        for each in (1, 2):
            turns.stand(each, LOGIN)
        assert await turns.turn(1) is None
        turns.hold(1, "until four")
        assert await turns.turn(2) == "until four"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await turns.turn(2)
        turns.leave(1)
        assert await turns.turn(2) is None

    async def test_logins_that_turn_out_to_be_one_stand_in_one_line(self) -> None:
        one: dict[Identity, Identity] = {}
        turns: Turns[str] = Turns(lambda login: one.get(login, login))
        turns.stand(1, KEY)
        turns.stand(2, LOGIN)
        assert await turns.turn(2) is None
        one[KEY] = LOGIN
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await turns.turn(2)
