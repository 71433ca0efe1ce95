"""How one is told: quietly at night, in the morning together, not of a name; what needs somebody comes anyway."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from bot.watch.notebook import NIGHT_SECONDS
from bot.watch.quiet import Preferences
from tests.person import Person
from tests.running import InProcess
from tests.watching import PERIOD, by_day, looks_go_by, message, named, sees_in_time, until


@pytest.fixture
def clock() -> SandboxClock:
    return by_day()


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return {**settings, "WATCH_SECONDS": str(PERIOD)}


@pytest.fixture
async def connected(bot: InProcess, aigerim: Person) -> Person:
    """A person with the demo account, whose names were listed once."""
    await aigerim.connects(DEMO.apikey)
    await aigerim.writes("/senders")
    await aigerim.sees("My names: 8 names")
    return aigerim


@pytest.mark.parametrize(("hour", "silent"), [(12, False), (23, True), (3, True)])
async def test_at_night_messages_come_without_a_sound_but_what_needs_somebody_has_one(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock, hour: int, silent: bool
) -> None:
    until(clock, hour)
    await looks_go_by(smsc, clock, 1)
    await connected.looks()
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    await sees_in_time(clock, connected, "AruanaShop", "Active now")
    assert (await message(connected, "AruanaShop\n"))["silent"] is silent
    smsc.world.decide_document(named(smsc, "ARUANA.KZ").documents[0].fid, 1, "Blurred")
    await sees_in_time(clock, connected, "ARUANA.KZ", "rejected")
    assert (await message(connected, "ARUANA.KZ\n"))["silent"] is False
    if hour != 23:
        return
    await connected.looks()  # what else the night brings comes together, without a sound
    smsc.world.decide(named(smsc, "Sale").id, "activate", clock.now())
    smsc.world.decide_operator(named(smsc, "Aruana").id, "mega_step", "5", clock.now())
    await looks_go_by(smsc, clock, 1)
    assert connected.fresh(await connected.state()) == []
    clock.advance(NIGHT_SECONDS)
    text = await sees_in_time(clock, connected, "What changed tonight")
    assert "Sale: ✅ Active now" in text
    assert "1 → 5" in text
    assert (await message(connected, "What changed tonight"))["silent"] is True


async def test_in_the_morning_what_was_not_urgent_comes_together(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    until(clock, 12)
    await looks_go_by(smsc, clock, 1)
    await connected.writes("/notifications")
    await connected.sees("Quiet hours: 22:00–08:00", "UTC+5", "Everything comes as it happens")
    await connected.taps("In the morning")
    await connected.sees("comes together in the morning, at 08:00")
    await connected.looks()
    smsc.world.decide(named(smsc, "AruanaShop").id, "activate", clock.now())
    smsc.world.decide_operator(named(smsc, "Aruana").id, "mega_step", "5", clock.now())
    smsc.world.decide_document(named(smsc, "ARUANA.KZ").documents[0].fid, 1, "Blurred")
    await sees_in_time(clock, connected, "ARUANA.KZ", "rejected")
    await looks_go_by(smsc, clock, 1)
    assert len(connected.fresh(await connected.state())) == 1
    until(clock, 8)
    text = await sees_in_time(clock, connected, "What changed since the last morning")
    assert "AruanaShop: ✅ Active now" in text
    assert "1 → 5" in text
    assert "ARUANA.KZ" not in text


async def test_of_a_name_that_is_muted_only_what_needs_somebody_is_told(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    number = named(smsc, "ARUANA.KZ")
    await connected.looks()
    smsc.world.decide_operator(number.id, "bee_step", "4", clock.now())
    await sees_in_time(clock, connected, "3 → 4")
    await connected.taps("Mute")
    await connected.sees("I tell only what needs you")
    await connected.looks()
    smsc.world.decide_operator(number.id, "bee_step", "5", clock.now())
    await looks_go_by(smsc, clock, 2)
    assert connected.fresh(await connected.state()) == []
    smsc.world.decide_document(number.documents[0].fid, 1, "Blurred")
    await sees_in_time(clock, connected, "ARUANA.KZ", "rejected")
    await connected.taps_data(*await _tell_again(connected))
    await connected.sees_somewhere("I tell everything that changes")
    await connected.looks()
    smsc.world.decide_operator(number.id, "bee_step", "7", clock.now())
    assert "4" not in await sees_in_time(clock, connected, "5 → 7")


async def _tell_again(person: Person) -> tuple[int, str]:
    for each in reversed((await person.state())["messages"]):
        for row in each["inline"]:
            for button in row:
                if "Unmute" in button["text"]:
                    return each["id"], button["callback_data"]
    raise AssertionError("no such button")


@pytest.mark.parametrize("word", ["", "22-8-5", "24-8-5-0", "22-8-99-0", "22-8-5-2", "a-b-c-d", "22-8-5-0-1"])
def test_a_button_that_was_forged_chooses_nothing(word: str) -> None:
    assert Preferences.of_word(word) is None


@pytest.mark.parametrize("chosen", [Preferences(), Preferences(9, 9, 120, digest=True), Preferences(0, 23, 720)])
def test_what_is_chosen_is_read_back_from_its_button(chosen: Preferences) -> None:
    assert Preferences.of_word(chosen.word) == chosen


def test_the_quiet_hours_that_go_on_have_a_beginning() -> None:
    late = datetime(2026, 12, 1, 23, 30, tzinfo=UTC).timestamp()
    for now in (late, late + 3 * 3_600):
        assert Preferences(22, 8, 0).evening(now) == late - 5_400
    assert Preferences(22, 8, 0).evening(late + 12 * 3_600) == late + 12 * 3_600


def test_quiet_hours_may_lie_within_a_day_or_reach_over_midnight() -> None:
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC).timestamp()
    assert Preferences(11, 13, 0).is_quiet(noon)
    assert not Preferences(12, 12, 0).is_quiet(noon)
    assert Preferences(22, 13, 0).is_quiet(noon)
    assert not Preferences(22, 8, 0).is_quiet(noon)
    assert Preferences(22, 8, 0).morning(noon) == noon + 20 * 3600
