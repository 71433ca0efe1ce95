"""The watch when SMSC answers oddly, in part, or not at all: nobody is alarmed for nothing, and nothing is missed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, Forms, SmscSandbox
from bot.senders.looks import Newest, Since, Whole
from bot.storage.watch import WatchRow
from bot.watch.pace import Pace, looks
from bot.watch.service import Service
from tests.faults import Faults
from tests.person import Person
from tests.running import InProcess, goes_by
from tests.watching import PERIOD, by_day, looks_go_by, named, sees_in_time


@pytest.fixture
def clock() -> SandboxClock:
    return by_day()


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return {**settings, "WATCH_SECONDS": str(PERIOD)}


@pytest.fixture
async def connected(bot: InProcess, aigerim: Person, clock: SandboxClock) -> Person:
    """A person with the demo account, whose names were listed once."""
    await aigerim.connects(DEMO.apikey)
    await aigerim.writes("/senders")
    await aigerim.sees("My names: 8 names")
    await aigerim.looks()
    return aigerim


async def _only_news(person: Person, smsc: SmscSandbox, clock: SandboxClock) -> None:
    """A change is told, and it is all that was told."""
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    await sees_in_time(clock, person, "AruanaShop", "Active now")
    told = [each["text"] for each in person.fresh(await person.state())]
    assert len(told) == 1, told


FORMS = {
    "ids as texts": Forms(ids="string"),
    "operators as an array": Forms(operators="array"),
    "operators as an object": Forms(operators="object"),
    "an active key": Forms(activity="active"),
    "dates and comments": Forms(dates="last_date", comments="cmt"),
    "no ids": Forms(ids="absent"),
}


async def test_names_in_another_form_are_no_news(connected: Person, smsc: SmscSandbox, clock: SandboxClock) -> None:
    for form in FORMS.values():
        smsc.forms = form
        await looks_go_by(smsc, clock, 1)
    smsc.forms = Forms()
    await looks_go_by(smsc, clock, 1)
    await _only_news(connected, smsc, clock)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("get", when="after", kind="damage", damage="row"),
        Fault("get", when="after", kind="damage", damage="null"),
        Fault("get", when="after", kind="damage", damage="broken off"),
        Fault("get", when="after", kind="damage", damage="quote"),
        Fault("get", when="after", kind="half"),
        Fault("get", when="after", kind="html"),
        Fault("get", when="after", kind="charset"),
        Fault("get", when="before", kind="error", error=9),
        Fault("get", when="before", kind="error", error=4),
        Fault("get", when="before", kind="error", error=77),
    ],
    ids=lambda fault: fault.damage if fault.kind == "damage" else f"{fault.kind} {fault.error}",
)
async def test_an_odd_answer_alarms_nobody_and_loses_nothing(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, fault: Fault
) -> None:
    smsc.fault(replace(fault, times=4))
    await looks_go_by(smsc, clock, 2)
    smsc.clear_faults()
    clock.advance(700)  # a block is over
    await _only_news(connected, smsc, clock)


async def test_names_that_come_twice_and_in_another_order_are_no_news(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = type(smsc.world).list_names

    def odd(self: Any, *args: Any) -> Any:
        names = listed(self, *args)
        return [*reversed(names), *names[:2]]

    with monkeypatch.context() as patch:
        patch.setattr(type(smsc.world), "list_names", odd)
        await looks_go_by(smsc, clock, 2)
    await _only_news(connected, smsc, clock)


async def test_codes_that_nobody_knows_are_told_as_they_came(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    number = named(smsc, "Aruana").id
    for code in ("на рассмотрении", "-1", "<b>&1"):
        before = named(smsc, "Aruana").operators["mega_step"].code
        smsc.world.decide_operator(number, "mega_step", code, clock.now())
        await sees_in_time(clock, connected, "Aruana", f"→ {code}")
        assert before != code


async def test_a_fault_at_any_await_of_a_look_costs_nobody_anything(
    connected: Person,
    smsc: SmscSandbox,
    clock: SandboxClock,
    faults: Faults,
) -> None:
    number, nth = named(smsc, "Aruana").id, 0
    while True:
        nth += 1
        faults.arm("Watch.", nth)
        smsc.world.decide_operator(number, "mega_step", f"code {nth}.", clock.now())
        await sees_in_time(clock, connected, "Aruana", f"→ code {nth}.")
        if faults.armed:
            break
    faults.armed = False
    assert nth > 4, faults.seams


async def test_a_clock_that_is_set_makes_nobody_wait_and_asks_for_no_more(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, bot: InProcess
) -> None:
    await looks_go_by(smsc, clock, 1)
    for seconds in (-86_400.0, 2 * 86_400.0, -3_600.0):
        bot.set_clock(seconds)
        asked, began = len(smsc.requests), clock.ticks()
        await looks_go_by(smsc, clock, 3)
        assert 1.5 * PERIOD < clock.ticks() - began < 12 * PERIOD
        assert len(smsc.requests) - asked < 12
    await _only_news(connected, smsc, clock)


async def test_after_a_stop_of_days_the_names_are_not_all_looked_at_at_once(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, bot: InProcess
) -> None:
    for login in ("aigerim", "daniyar"):
        await connected.writes(f"/user {login}")
        await connected.sees("From now on")
        await connected.writes("/senders")
        await connected.sees("My names: 2 names" if login == "aigerim" else "My names: 1 name")
    await looks_go_by(smsc, clock, 6)
    await bot.stop()
    clock.advance(5 * 86_400)
    asked = len(smsc.requests)
    await bot.start()
    await connected.writes("/help")
    await connected.sees("What you can do here")
    assert len(smsc.requests) == asked
    await looks_go_by(smsc, clock, 3)


async def test_a_subclient_that_smsc_does_not_know_is_told_of_once_and_asked_for_ever_less(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await connected.writes("/user aigerim")
    await connected.sees("From now on")
    await connected.writes("/senders")
    await connected.sees("My names: 2 names")
    await connected.looks()
    smsc.world.accounts[DEMO.login].subclients.remove("aigerim")
    for _ in range(3):
        await goes_by(clock, 3_600)
    await sees_in_time(clock, connected, "SMSC does not give me the names of this subclient", "aigerim", step=600)
    refused = sum(each.fields.get("user") == "aigerim" for each in smsc.requests)
    for _ in range(24):
        await goes_by(clock, 3_600)
    assert sum(each.fields.get("user") == "aigerim" for each in smsc.requests) - refused <= 10
    told = [each["text"] for each in connected.fresh(await connected.state())]
    assert sum("SMSC does not give me" in each for each in told) == 1


@pytest.mark.parametrize(
    ("total", "since_whole", "moved", "kinds"),
    [
        (8, 300, 30, (Whole,)),  # a short list is asked for as a whole, whether anything moved or not
        (8, 300, 0, (Whole,)),
        (500, 300, 0, (Newest, Since)),
        (500, 300, 30, (Since,)),
        (500, 5 * 3_600, 30, (Whole,)),
        (5_000, 5 * 3_600, 30, (Since,)),
        (5_000, 25 * 3_600, 30, (Whole,)),
    ],
)
def test_how_names_are_looked_at_goes_by_how_many_there_are(
    total: int, since_whole: int, moved: int, kinds: tuple[type, ...]
) -> None:
    now = 1_800_000_000.0
    row = WatchRow(1, "", asked=now - 300, whole=now - since_whole, moved=now - moved * 86_400)
    assert tuple(map(type, looks(row, now, total=total, doubted=False))) == kinds


def test_ten_thousand_accounts_are_not_asked_for_at_once_after_a_restart() -> None:
    now, pace, chance = 1_800_000_000.0, Pace(300.0), random.Random(1)  # noqa: S311  # made-up times
    late = [
        WatchRow(each, "", next=now - 60 * each, asked=now - 90_000, moved=now - 8 * 86_400) for each in range(10_000)
    ]
    first = Counter(int(pace.first(each, now, chance.random()) // 60) for each in late)
    assert max(first.values()) < 230  # an hour's worth is 167 a minute
    assert max(first) == 59


def test_whoever_waits_for_a_look_waits_once() -> None:
    service = Service()
    for key in ((1, ""), (2, ""), (1, ""), (3, "")):
        service.waiting[key] = None
    watched = {(1, ""), (3, "")}
    assert [service.follows(watched) for _ in range(3)] == [(1, ""), (3, ""), None]


async def test_a_persons_request_goes_first_and_the_look_comes_after_it(
    connected: Person, smsc: SmscSandbox, turning: SandboxClock
) -> None:
    await looks_go_by(smsc, turning, 1)
    smsc.fault(Fault("balance", kind="timeout", seconds=3600))
    await connected.writes("/account")
    await asyncio.sleep(0.3)  # it is at SMSC, which does not answer
    asked = sum(each.command == "get" for each in smsc.requests)
    for _ in range(3 * 12):
        await goes_by(turning, PERIOD / 12)
    assert sum(each.command == "get" for each in smsc.requests) == asked
    turning.advance(3600)
    await looks_go_by(smsc, turning, 1)
