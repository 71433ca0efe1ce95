"""What the program does, told to whoever counts it. What is told are names of our own code: no person, no account."""

from __future__ import annotations

from bot import trace


class Meter:
    """Counts for the line of an update in the log, and nothing else; `bot.monitoring.prometheus` has one for metrics.

    Times are in seconds.
    """

    def update(self, kind: str, outcome: str, waited: float, took: float) -> None:
        """An update was handled: after it had waited in its chat's queue for so long, it took so long."""

    def telegram(self, method: str, result: str, took: float) -> None:
        """A call to Telegram ended."""
        followed = trace.current()
        if followed is not None:
            followed.telegram += 1

    def smsc(self, service: str, command: str, result: str, took: float) -> None:
        """A request to SMSC ended; of one that was held back here, `took` is 0."""
        followed = trace.current()
        if followed is not None:
            followed.smsc += 1

    def failed(self, work: str) -> None:
        """Supervised work failed, and is begun again."""
