"""What the tests of the client are given in place of time and of SMSC's two hosts."""

from __future__ import annotations

from dataclasses import dataclass

from bot.smsc import Service


@dataclass
class HandClock:
    """Time stands still, but for a sleep, which takes just its seconds."""

    at: float = 1_700_000_000.0

    def now(self) -> float:
        return self.at

    def ticks(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


@dataclass(frozen=True, slots=True)
class TwoHosts(Service):
    """A service on loopback that has a backup host all the same."""

    backup: str = ""

    @property
    def backup_url(self) -> str:
        return self.backup
