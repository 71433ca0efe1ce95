"""Many names at once: planned, sent within SMSC's limits, each once whatever happens, mended and sent again."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from bot.reading.rows import Line, is_list, lines_in
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.person import Person
from tests.running import Process, comes, running_fast

TWELVE = """ROSE01; Цветы в Алматы
ROSE02, ROSE03
«ROSE04»
- ROSE05
6. ROSE06
Роза 7
ROSE08-IS-TOO-LONG
AruanaShop
ROSE10
rose10
ROSE12"""
"""Twelve names: two that cannot be, one that is there already, one twice."""
GOOD = ("ROSE01", "ROSE02", "ROSE03", "ROSE04", "ROSE05", "ROSE06", "ROSE10", "ROSE12")


def added(smsc: SmscSandbox) -> list[str]:
    """The names of the requests to add one, in the order in which they came."""
    return [each.fields["sender"] for each in smsc.requests if each.fields.get("add")]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("PARUS\nLILY\n\n", [Line("PARUS"), Line("LILY")]),
        ("PARUS, LILY и TULIP", [Line("PARUS"), Line("LILY"), Line("TULIP")]),
        ("PARUS; LILY; TULIP", [Line("PARUS"), Line("LILY"), Line("TULIP")]),
        ("PARUS; Цветы, подарки\nLILY", [Line("PARUS", "Цветы, подарки"), Line("LILY")]),
        ("1. PARUS\n2) LILY\n— TULIP", [Line("PARUS"), Line("LILY"), Line("TULIP")]),
        ("PARUS\tЦветы в Алматы\nLILY\tДоставка", [Line("PARUS", "Цветы в Алматы"), Line("LILY", "Доставка")]),
    ],
)
def test_several_names_are_read_a_row_each(text: str, lines: list[Line]) -> None:
    assert lines_in(text) == tuple(lines)
    assert is_list(lines_in(text))


@pytest.mark.parametrize("text", ["PARUS", "Добрый день, хочу узнать про имя", "Мы продаём цветы в Алматы; дорого"])
def test_a_sentence_is_no_list_of_names(text: str) -> None:
    assert not is_list(lines_in(text))


async def test_twelve_names_are_planned_first_and_sent_after_one_tap(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    await connected.writes(TWELVE)
    text = await connected.sees("the plan", "8 names")
    assert "7. Роза 7" in text or "Роза 7" in text
    assert "It is in your list already." in text
    assert "It stands above already." in text or "with other capitals" in text
    assert "Registering costs nothing" in text
    assert "about 2 minutes" in text
    assert not added(smsc)
    await connected.taps("Register 8 names")
    text = await connected.sees_somewhere("SMSC took: 8", "Did not go through: 4")
    assert added(smsc) == list(GOOD)
    assert "AruanaShop: It is in your list already." in text


async def test_stopped_nothing_more_goes_until_it_goes_on(
    connected: Person, smsc: SmscSandbox, turning: SandboxClock
) -> None:
    await connected.writes(TWELVE)
    await connected.taps("Register 8 names")
    await connected.sees("SMSC took: 5")
    await connected.taps("Stop")
    await connected.sees("Stopped")
    turning.advance(300)
    await connected.taps("Account")
    await connected.sees("Balance")
    assert added(smsc) == list(GOOD[:5])
    await connected.writes(TWELVE)  # what was sent is there, and a plan of the rest is another one
    await connected.sees("the plan", "3 names")
    async with running_fast(turning):
        await connected.taps("Register 3 names")
        await connected.sees_somewhere("SMSC took: 3")
    assert Counter(added(smsc)) == Counter(GOOD)


async def test_what_smsc_refuses_is_had_as_a_file(connected: Person, smsc: SmscSandbox, fast: None) -> None:
    await connected.writes("ROSE01\nРоза2; =HYPERLINK()")
    await connected.taps("Register 1 name")
    await connected.sees_somewhere("SMSC took: 1", "Did not go through: 1")
    await connected.taps("as a file")
    state = await connected.until(
        lambda seen: seen if any(each.get("document") for each in seen["messages"]) else None, ""
    )
    assert state


async def test_a_plan_that_is_killed_midway_is_finished_and_each_name_is_sent_once(
    aigerim: Person,
    smsc: SmscSandbox,
    telegram: TelegramSandbox,
    values: dict[str, str],
    tmp_path: Path,
    turning: SandboxClock,
) -> None:
    async with Process(values, tmp_path / "log") as bot:
        await aigerim.connects(DEMO.apikey)
        await aigerim.writes("ROSE01, ROSE02, ROSE03, ROSE04")
        await aigerim.taps("Register 4 names")
        await comes(lambda: added(smsc))
        await bot.stop(signal.SIGKILL)
        sent = len(added(smsc))
        await bot.start()
        await aigerim.sees_somewhere("SMSC took: 4")
        assert sent <= 4
    assert Counter(added(smsc)) == Counter(("ROSE01", "ROSE02", "ROSE03", "ROSE04"))
