"""A person's own time: quiet hours are theirs, wherever they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.watch.quiet import Preferences, is_zone, zone_in, zone_told
from tests.person import Person

ZONES = st.integers(-800, 900).filter(is_zone)


@given(ZONES)
def test_a_zone_is_read_as_it_is_written_and_a_button_carries_it(zone: int) -> None:
    assert zone_in(zone_told(zone)) == zone
    chosen = Preferences(zone=zone)
    assert Preferences.of_word(chosen.word) == chosen
    assert len(chosen.word) <= 16


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("+5", 300),
        ("5", 300),
        ("UTC+5:30", 330),
        ("gmt -3", -180),
        ("UTC+15", None),
        ("+5:20", None),
        ("Almaty?", None),
    ],
)
def test_an_offset_that_is_typed(typed: str, zone: int | None) -> None:
    assert zone_in(typed) == zone


@given(ZONES, st.integers(0, 2_000_000_000))
def test_the_morning_is_the_next_full_hour_at_which_it_is_quiet_no_more(zone: int, now: int) -> None:
    wanted = Preferences(zone=zone)
    morning = wanted.morning(now)
    assert 0 < morning - now <= 86_400
    assert (morning + zone * 60) % 86_400 == wanted.quiet_until * 3_600
    assert not wanted.is_quiet(morning)
    assert wanted.is_quiet(morning - 1)


async def test_a_city_or_an_offset_sets_the_time_that_quiet_hours_are_in(connected: Person) -> None:
    await connected.writes("/notifications")
    await connected.sees("Your time: UTC+5", "choose your time zone if it is another")
    await connected.taps("Time zone")
    await connected.sees("What is your time zone?", "Now it is UTC+5")
    await connected.taps("Moscow, Minsk +3")
    await connected.sees("Your time: UTC+3")
    await connected.taps("Time zone")
    await connected.sees("Now it is UTC+3")
    await connected.writes("half past")
    await connected.sees("A time zone looks like")
    await connected.writes("+5:30")
    await connected.sees("Your time: UTC+5:30")
    await connected.taps("21:00")
    await connected.sees("Quiet hours: 21:00–09:00", "Your time: UTC+5:30")
    await connected.writes("/notifications")
    assert "if it is another" not in await connected.sees("Your time: UTC+5:30")


async def test_a_name_is_muted_from_its_card(connected: Person) -> None:
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    await connected.taps("AruanaShop")
    await connected.taps("Mute")
    await connected.sees("AruanaShop: from now on I tell only what needs you")
    await connected.taps("Unmute")
    await connected.sees("AruanaShop: from now on I tell everything that changes")
