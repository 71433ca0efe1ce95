"""A handler: a coroutine that is handed what the types of its parameters ask for.

What there is to be asked for follows from the kind of its route (`bot/telegram/wiring.py`, which looks at every
parameter once, at the start). Example, a button of a card:

    @routes.button(OpenCard)
    async def card(chat: ChatContext, scope: Scope, button: OpenCard, listings: Listings) -> Screen: ...
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

from bot import trace
from bot.accounts import Scope
from bot.conversation.callback import Callback
from bot.conversation.draft import Draft
from bot.conversation.inputs import Input
from bot.conversation.step import Answers, Json
from bot.leaving import Leaving
from bot.locales import Texts
from bot.rights import NotAllowedError, Right, may
from bot.telegram.chat_context import ChatContext
from bot.telegram.services import Services

NoticeBody: TypeAlias = Mapping[str, Json]
"""What a notice says, as the outbox keeps it."""
R = TypeVar("R")


class NoAccountError(Exception):
    """What was asked for needs an SMSC account, and none is connected."""


class NotServedError(Exception):
    """The bot serves a closed circle, and this is not for a client who was let in to a form."""


class MiswiredError(Leaving):
    """A route cannot work as it was registered; one line that names the file, the function and what is wrong."""


@dataclass(frozen=True, slots=True)
class Call:
    """All that there is while a handler is called; what its kind of route does not have is None.

    button    what was tapped
    received  what was sent
    word      what was typed after a command, in a deep link, or as an inline query
    body      what a notice says
    draft, answers, facts  a form's, at its end or on its way there
    forms     `bot.telegram.forms.Forms`, which call handlers themselves: what it is stands in the wiring alone
    """

    services: Services
    t: Texts
    scope: Scope | None
    chat: ChatContext | None = None
    forms: object | None = None
    button: Callback | None = None
    received: Input | None = None
    word: str | None = None
    body: NoticeBody | None = None
    draft: Draft | None = None
    answers: Answers | None = None
    facts: Any = None

    @classmethod
    def in_chat(cls, chat: ChatContext, services: Services, forms: object, draft: Draft | None = None) -> Call:
        """What every handler of a private chat can ask for; and those of a form, its draft."""
        return cls(services, chat.t, chat.scope, chat, forms, draft=draft)


@dataclass(frozen=True, slots=True)
class Handler(Generic[R]):
    """A function, and where in a `Call` each of its parameters is found: filled in by the wiring, at the start.

    `needs_account`: it asks for the `Scope`, so that it is called only when an account is connected. `aside`: it only
    helps to answer, and is not told of in the log. `needs`: what the person must be allowed there; nothing is asked of
    somebody without an account. `guests`: it is for those as well who were let in to fill in a form. `quiet`: what it
    tells makes no sound in quiet hours.
    """

    function: Callable[..., Awaitable[R]]
    takes: Mapping[str, str] = field(default_factory=dict)
    needs_account: bool = False
    aside: bool = False
    needs: Right | None = None
    guests: bool = False
    quiet: bool = False
    _found: tuple[tuple[str, Callable[[Call], Any]], ...] = field(init=False, repr=False, compare=False)
    _did: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = tuple((name, attrgetter(place)) for name, place in self.takes.items())
        object.__setattr__(self, "_found", found)
        object.__setattr__(self, "_did", f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}")

    @property
    def place(self) -> str:
        """Its file and name, as a person looks for it."""
        function = inspect.unwrap(self.function)
        file = Path(*Path(inspect.getfile(function)).parts[-1 - function.__module__.count(".") :])
        return f"{file}: {function.__name__}()"

    async def __call__(self, call: Call) -> R:
        """Calls it with what it asks for.

        Raises:
            NoAccountError: it needs an account, and none is connected.
            NotAllowedError: the person's role for the account does not let them do that.
            NotServedError: the person was let in to a form alone.
        """
        if call.chat is not None and call.chat.guest and not self.guests:
            raise NotServedError
        if self.needs_account and call.scope is None:
            raise NoAccountError
        if self.needs is not None and call.scope is not None and not may(call.scope.role, self.needs):
            raise NotAllowedError(call.scope.role)
        if not self.aside:
            trace.did(self._did)
        return await self.function(**{name: found(call) for name, found in self._found})
