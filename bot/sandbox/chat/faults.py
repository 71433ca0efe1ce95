"""Troubles on demand: what goes wrong with which call, and how many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

from bot.sandbox.chat.errors import ApiError, ChatError, Json
from bot.sandbox.faults import WAYS, Moment, Way

_REFUSALS: Final = {
    "400": "Bad Request: a trouble was asked for",
    "403": "Forbidden: a trouble was asked for",
    "429": "Too Many Requests: retry after {}",
    "500": "Internal Server Error",
}
"""What the Bot API says itself; a 502 is a page of the web server in front of it."""
KINDS: Final = (*_REFUSALS, *(each for each in WAYS if each not in _REFUSALS))
"""The Bot API's refusals, and the faults of HTTP."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of trouble.

    `method` "*" is every method but getUpdates; "download" is the fetching of a file.
    `when`: while the call comes (then nobody knows its chat yet), before the work, or after it; a refusal: before it.
    `seconds` are those of `delay`, `timeout` and between two bytes of a `drip`.
    """

    method: str
    kind: str
    retry_after: int = 1
    seconds: float = 1.0
    description: str | None = None
    chat: int | None = None
    when: Moment = "before"

    def error(self) -> ApiError | None:
        """The refusal to answer with, if the trouble is a refusal."""
        text = _REFUSALS.get(self.kind)
        if text is None:
            return None
        after = {"retry_after": self.retry_after} if self.kind == "429" else None
        return ApiError(int(self.kind), self.description or text.format(self.retry_after), after)

    @property
    def way(self) -> Way:
        """What becomes of the answer, if the trouble is no refusal."""
        return WAYS[self.kind]

    def fits(self, method: str, chat: object, when: Moment) -> bool:
        """Whether the call is to be troubled now."""
        named = self.method.lower() == method.lower()
        every = self.method == "*" and method.lower() not in ("getupdates", "download")
        return (named or every) and self.when == when and (self.chat is None or str(self.chat) == str(chat))


class FaultList:
    """The troubles still to come."""

    def __init__(self) -> None:
        self._left: list[tuple[Fault, int]] = []

    def add(self, fault: Fault, times: int) -> None:
        """Asks for a trouble `times` times."""
        self._left.append((fault, times))

    def clear(self) -> None:
        """Forgets all of them."""
        self._left.clear()

    def take(self, method: str, chat: object = None, when: Moment = "before") -> Fault | None:
        """The trouble for this call, counted off."""
        for at, (fault, times) in enumerate(self._left):
            if fault.fits(method, chat, when):
                if times <= 1:
                    del self._left[at]
                else:
                    self._left[at] = (fault, times - 1)
                return fault
        return None


def fault_from(given: Json) -> Fault:
    """A trouble out of the chat API's JSON.

    Raises:
        ChatError: there is no such kind or moment.

    """
    kind, when = str(given.get("kind")), given.get("when", "before")
    if kind not in KINDS:
        raise ChatError(f"no such kind of fault: {kind}")
    if when not in get_args(Moment):
        raise ChatError(f"no such moment: {when}")
    chat = given.get("chat")
    description = given.get("description")
    return Fault(
        method=str(given.get("method", "*")),
        kind=kind,
        retry_after=int(given.get("retry_after") or 1),
        seconds=float(given.get("seconds") or 1),
        description=None if description is None else str(description),
        chat=None if chat is None else int(chat),
        when=when,
    )
