"""Growing pauses."""

from __future__ import annotations

from bot.backoff import Backoff


def test_pauses_grow_and_the_last_one_stays() -> None:
    backoff = Backoff((0.5, 2.0))
    assert [backoff.after(failures) for failures in (0, 1, 2, 3, 1000)] == [0.5, 0.5, 2.0, 2.0, 2.0]
    assert [backoff.used_up(failures) for failures in (1, 2, 3)] == [False, False, True]


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff.doubling(5.0, 1800.0)
    assert [backoff.after(n + 1) for n in range(60)] == [min(5.0 * 2**n, 1800.0) for n in range(60)]
    assert Backoff.doubling(60.0, 60.0).pauses == (60.0,)
