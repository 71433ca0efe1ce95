"""Almaty's time, and that of each service: days and calendar months are counted in it.

The day decides what `from_date` takes in (U), the month what a fee is taken for (B).
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

ALMATY: Final = timezone(timedelta(hours=5), "Almaty")
"""All of Kazakhstan has one time since 1 March 2024; older tables of time zones have another one for Almaty."""


def in_almaty(at: float) -> datetime:
    """A moment (epoch seconds) as the clocks of Almaty show it."""
    return datetime.fromtimestamp(at, ALMATY)


_ZONES: Final = {"RU": timezone(timedelta(hours=3), "Moscow"), "UA": timezone(timedelta(hours=2), "Kyiv")}
"""Kyiv's is that of winter: in summer the 1st comes an hour late, and never a month too early."""


def zone_of(service: str) -> timezone:
    """The zone that a service (`smsc.ru`, or its country alone; empty: nobody knows) counts its months in (U)."""
    return _ZONES.get(service.rpartition(".")[2].upper(), ALMATY)
