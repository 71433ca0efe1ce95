"""Troubles on demand: what goes wrong with which call, and how many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from bot.sandbox.chat.errors import ApiError, ChatError, Json

Kind = Literal["429", "500", "502", "drop", "drop_after", "delay", "drip", "400", "403"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of trouble.

    `method` "*" is every method but getUpdates; "download" is the fetching of a file.
    `drip` gives of a file a byte every `seconds`, without end.
    `drop` breaks the connection before the work, `drop_after` after it.
    """

    method: str
    kind: Kind
    retry_after: int = 1
    seconds: float = 1.0
    description: str | None = None
    chat: int | None = None

    def error(self) -> ApiError | None:
        """The refusal to answer with, if the trouble is a refusal."""
        match self.kind:
            case "429":
                text = self.description or f"Too Many Requests: retry after {self.retry_after}"
                return ApiError(429, text, {"retry_after": self.retry_after})
            case "500":
                return ApiError(500, self.description or "Internal Server Error")
            case "502":
                return ApiError(502, self.description or "Bad Gateway")
            case "400":
                return ApiError(400, self.description or "Bad Request: a trouble was asked for")
            case "403":
                return ApiError(403, self.description or "Forbidden: a trouble was asked for")
        return None

    def fits(self, method: str, chat: object) -> bool:
        """Whether the call is to be troubled."""
        named = self.method.lower() == method.lower()
        every = self.method == "*" and method.lower() not in ("getupdates", "download")
        return (named or every) and (self.chat is None or str(self.chat) == str(chat))


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

    def take(self, method: str, chat: object) -> Fault | None:
        """The trouble for this call, counted off."""
        for at, (fault, times) in enumerate(self._left):
            if fault.fits(method, chat):
                if times <= 1:
                    del self._left[at]
                else:
                    self._left[at] = (fault, times - 1)
                return fault
        return None


def fault_from(given: Json) -> Fault:
    """A trouble out of the chat API's JSON.

    Raises:
        ChatError: there is no such kind.

    """
    known: tuple[Kind, ...] = get_args(Kind)
    kind = next((each for each in known if each == given.get("kind")), None)
    if kind is None:
        raise ChatError(f"no such kind of fault: {given.get('kind')}")
    chat = given.get("chat")
    description = given.get("description")
    return Fault(
        method=str(given.get("method", "*")),
        kind=kind,
        retry_after=int(given.get("retry_after") or 1),
        seconds=float(given.get("seconds") or 1),
        description=None if description is None else str(description),
        chat=None if chat is None else int(chat),
    )
