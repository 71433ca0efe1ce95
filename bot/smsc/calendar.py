"""Almaty's time: SMSC's days and calendar months are counted in it.

Its day decides what `from_date` takes in (U), its month what a fee is taken for (B).
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

ALMATY: Final = timezone(timedelta(hours=5), "Almaty")
"""All of Kazakhstan has one time since 1 March 2024; older tables of time zones have another one for Almaty."""


def in_almaty(at: float) -> datetime:
    """A moment (epoch seconds) as the clocks of Almaty show it."""
    return datetime.fromtimestamp(at, ALMATY)
