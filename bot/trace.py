"""What is done with an update, for its line in the log: names of our own code and counts, never a word of the update.

Whoever handles something says so here; what runs on behalf of an update, in whichever task, finds its trace by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from structlog.typing import EventDict, WrappedLogger

FAILED: Final = "failed"


@dataclass(slots=True, eq=False)
class Trace:
    """One update, or the updates of one album: its id, its kind, and what was done so far.

    did       the handlers that were called, and the questions that were answered, in that order
    outcome   `done`, `failed`, or in one word why nothing was done
    telegram  calls to Telegram that were made for it
    smsc      requests to SMSC
    """

    update_id: int
    kind: str = "other"
    did: list[str] = field(default_factory=list)
    outcome: str = "done"
    telegram: int = 0
    smsc: int = 0


_CURRENT: Final[ContextVar[Trace | None]] = ContextVar("trace", default=None)


def current() -> Trace | None:
    """The trace of the update that this runs for; None where it is for none."""
    return _CURRENT.get()


def did(what: str) -> None:
    """Something was done for the update; `what` is a name of our own code."""
    trace = _CURRENT.get()
    if trace is not None:
        trace.did.append(what)


def is_a(kind: str) -> None:
    """The kind of the update, as Telegram calls it; of one that the bot does not listen to, nothing is said."""
    trace = _CURRENT.get()
    if trace is not None:
        trace.kind = kind


def ended(outcome: str) -> None:
    """How the update ended, where that is not `done`."""
    trace = _CURRENT.get()
    if trace is not None:
        trace.outcome = outcome


@contextmanager
def followed(trace: Trace) -> Iterator[None]:
    """While an update is handled: whatever is logged meanwhile carries its id, in the tasks that it begins, too."""
    before = _CURRENT.set(trace)
    try:
        yield
    finally:
        _CURRENT.reset(before)


def in_the_log(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A processor of structlog: puts the id of the update that this runs for into the line."""
    trace = _CURRENT.get()
    if trace is not None:
        event.setdefault("update_id", trace.update_id)
    return event
