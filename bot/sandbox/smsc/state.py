"""What the stand-in knows: its world, its time, what it was asked, and how it answers next. Nothing of HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.smsc.demo import demo_world
from bot.sandbox.smsc.forms import Forms

if TYPE_CHECKING:
    from bot.sandbox.clock import SandboxClock
    from bot.sandbox.smsc.api import Request
    from bot.sandbox.smsc.forms import Fault


class SandboxState:
    """Everything in memory.

    Attributes:
        world: accounts and names. clock: what it takes for the time. requests: what the API was asked, the last
            50 000. forms: how it answers where that is not known. faults: what is still to go wrong. latency: seconds
            that every answer takes.

    """

    def __init__(self, clock: SandboxClock) -> None:
        self.clock = clock
        self.world = demo_world(clock.now())
        self.requests: list[Request] = []
        self.forms = Forms()
        self.faults: list[Fault] = []
        self.latency = 0.0

    def fault(self, fault: Fault) -> None:
        """Lets something go wrong; faults befall a command in the order in which they were given."""
        self.faults.append(fault)

    def clear_faults(self) -> None:
        """Nothing more goes wrong."""
        self.faults.clear()
