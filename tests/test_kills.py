"""The process is killed at a named point and started again, the story finished: the books agree (`tests/kills.py`)."""

from __future__ import annotations

import random

import pytest

from tests.kills import POINTS, Story, at_a_point, kill, passed, stage
from tests.running import Process

FEW = (
    "an update is stored, not acknowledged",
    "the answer is there, and not written",
)
"""Those of each run of the suite; the others are tried by `make chaos`."""


@pytest.mark.parametrize(
    "done",
    [pytest.param(each, marks=() if each in FEW else pytest.mark.long, id=POINTS[each]) for each in POINTS],
)
async def test_after_a_kill_at_a_named_point_the_story_is_finished_and_the_books_agree(done: str) -> None:
    async with stage(times=40) as on:
        settings = {**on.values, "KILL_AT": POINTS[done]}
        async with Process(settings, on.folder / "log", clock=on.clock) as process:
            killed, wrong = await kill(process, await Story.begin(on, 0), at_a_point, random.Random(0))  # noqa: S311
    assert killed
    assert wrong == []


async def test_a_story_comes_past_every_named_point() -> None:
    assert set(POINTS.values()) <= (await passed()).keys()
