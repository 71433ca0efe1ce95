"""The visit from end to end: this machine first, then what lies elsewhere; each part is told as soon as it is known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import aiogram_types
from bot.clock import Clock
from bot.doctor.findings import Finding, State, drawn, wrong
from bot.settings import Settings, SettingsError


def visit(write: Callable[[str], object], clock: Clock) -> int:
    """Looks at everything and writes what was found; gives how many things are wrong."""
    try:
        settings = Settings.read()
    except SettingsError as failure:
        todo = "mend it in the environment or in .env, and look again"
        return _told(write, [wrong("settings", each, todo) for each in failure.lines])
    aiogram_types.load()  # it takes a second: a wrong setting is told at once
    from bot.doctor.here import settings_findings, storage_findings
    from bot.doctor.there import elsewhere

    count = _told(write, [*settings_findings(settings, Path(".env")), *storage_findings(settings)])
    return count + _told(write, asyncio.run(elsewhere(settings, clock)))


def _told(write: Callable[[str], object], findings: Sequence[Finding]) -> int:
    write(drawn(findings))
    return sum(each.state is State.WRONG for each in findings)
