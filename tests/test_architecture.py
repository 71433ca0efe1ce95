"""The drawings of docs/architecture.md are what the code is. `make drawings` draws them anew."""

from __future__ import annotations

import os

import pytest

from bot.sandbox.chat import TelegramSandbox
from tests.drawings import PAGE, Way, drawn, packages, put
from tests.kept import rows
from tests.person import Person
from tests.running import comes
from tests.stories import asks_for_a_name

DRAW = "WRITE_DRAWINGS" in os.environ


def assert_drawn(name: str, drawing: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    if DRAW:
        page = put(page, name, drawing)
        PAGE.write_text(page, encoding="utf-8")
    assert drawn(page, name) == drawing, "make drawings brings docs/architecture.md up to date"


def test_the_drawing_of_the_packages_is_what_they_import() -> None:
    assert_drawn("packages", packages())


async def test_the_way_of_an_update_is_the_one_that_it_takes(
    connected: Person, telegram: TelegramSandbox, settings: dict[str, str]
) -> None:
    await asks_for_a_name(connected)
    await comes(lambda: rows(settings, "inbox") == 0)  # what came before is over, and does not stand in the drawing
    with Way() as way:
        await connected.writes("PARUS")
        await connected.sees("What is the name for?")
    assert_drawn("an update", str(way))


@pytest.mark.parametrize("changed", ["bot.app", "an update"])
def test_a_drawing_that_is_not_so_any_more_is_seen(changed: str) -> None:
    page = "<!-- an update -->\n```text\nbot/old.py\n```\n<!-- end -->"
    assert drawn(page, "an update") != changed
    assert drawn(put(page, "an update", "bot/new.py\n"), "an update") == "bot/new.py\n"
