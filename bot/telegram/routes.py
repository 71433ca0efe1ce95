"""The tables that say who handles what: commands, taps, conversations, notices, interrupts, what comes unprompted.

A conversation's file makes one `Routes` and hangs its handlers on it; `handlers/__init__.py` puts them together. A
handler is a coroutine that names what it needs (`chat`, `t`, `tap`, `received`, `scope`, …) and gives a screen. One
that needs `scope` is called only when an account is connected; otherwise the person is asked to connect one.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from aiogram.dispatcher.event.handler import CallableObject
from markupsafe import Markup

from bot.conversation.flow import Flow
from bot.conversation.inputs import Input
from bot.conversation.screen import Screen
from bot.locales import Phrase

COMMAND: Final = re.compile(r"/(\w{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
"""A command: its name, the bot that it names, and what follows."""
AsyncFunction = TypeVar("AsyncFunction", bound=Callable[..., Awaitable[Any]])


class NoAccountError(Exception):
    """What was asked for needs an SMSC account, and none is connected."""


@dataclass(frozen=True, slots=True)
class Handler:
    """A coroutine, and the names of what it needs."""

    target: CallableObject

    @classmethod
    def of(cls, function: Callable[..., Awaitable[Any]]) -> Handler:
        """Looks once at what the function asks for."""
        return cls(CallableObject(function))

    @property
    def needs(self) -> set[str]:
        """The names it asks for."""
        return self.target.params

    async def __call__(self, at_hand: Mapping[str, object]) -> Any:
        """Calls it with what it asked for.

        Raises:
            KeyError: it asks for something that nobody has.
            NoAccountError: it asks for `scope`, and no account is connected.
        """
        if "scope" in self.target.params and at_hand["scope"] is None:
            raise NoAccountError
        return await self.target.callback(**{name: at_hand[name] for name in self.target.params})


@dataclass(frozen=True, slots=True)
class Cards:
    """What an inline query is answered with: titles and texts of cards.

    `note` stands above them and leads into the private chat, to what the deep link's `payload` asks for.
    """

    cards: Sequence[tuple[str, Markup]] = ()
    note: str | None = None
    payload: str = "home"


@dataclass(frozen=True, slots=True)
class Reopened:
    """The end of a flow was not reached: the step `key` is asked again, and why.

    `keep`: the answer was not found wrong; it is offered to be tried once more.
    """

    key: str
    why: Phrase
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """A flow with what it needs of the world.

    facts    gives what the steps look at
    finish   acts on the answers: gives the next screen, or `Reopened`
    inspect  looks into what was sent before the step reads it (a file's content); gives the input, or a `Phrase`
    """

    flow: Flow[Any]
    facts: Handler
    finish: Handler
    inspect: Handler | None = None


@dataclass(slots=True)
class Routes:
    """Tables of handlers; one conversation's, or all of them put together."""

    commands: dict[str, Handler] = field(default_factory=dict)
    payloads: dict[str, Handler] = field(default_factory=dict)
    taps: dict[str, Handler] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    notices: dict[str, Handler] = field(default_factory=dict)
    interrupts: dict[type[Input], Handler] = field(default_factory=dict)
    unprompted: dict[type[Input], Handler] = field(default_factory=dict)
    secrets: dict[str, Handler] = field(default_factory=dict)
    queries: dict[str, Handler] = field(default_factory=dict)

    def command(self, *names: str) -> Callable[[AsyncFunction], AsyncFunction]:
        """The handler of a command, without its slash."""
        return self._on(self.commands, names)

    def payload(self, *names: str) -> Callable[[AsyncFunction], AsyncFunction]:
        """The handler of a deep link `?start=<name>` or `?start=<name>_<word>`."""
        return self._on(self.payloads, names)

    def tap(self, *verbs: str) -> Callable[[AsyncFunction], AsyncFunction]:
        """The handler of a button's verb."""
        return self._on(self.taps, verbs)

    def notice(self, *kinds: str) -> Callable[[AsyncFunction], AsyncFunction]:
        """The handler that draws what the outbox has to tell."""
        return self._on(self.notices, kinds)

    def interrupt(self, *kinds: type[Input]) -> Callable[[AsyncFunction], AsyncFunction]:
        """The handler that sees such a thing before an open form does; gives None where it is the form's."""
        return self._on(self.interrupts, kinds)

    def unprompted_by(self, *kinds: type[Input]) -> Callable[[AsyncFunction], AsyncFunction]:
        """The handler of what is sent while no form is open that takes it."""
        return self._on(self.unprompted, kinds)

    def unasked_secret(self) -> Callable[[AsyncFunction], AsyncFunction]:
        """The handler of a key or password that came though nobody asked for one; its message is deleted already."""
        return self._on(self.secrets, ("",))

    def inline_query(self) -> Callable[[AsyncFunction], AsyncFunction]:
        """The handler of inline queries; gives `Cards`."""
        return self._on(self.queries, ("",))

    async def inline(self, at_hand: Mapping[str, object]) -> Cards:
        """The cards for an inline query; none where no account is connected."""
        try:
            cards: Cards = await self.queries[""](at_hand)
        except NoAccountError:
            return Cards()
        return cards

    def conversation(
        self,
        flow: Flow[Any],
        *,
        facts: Callable[..., Awaitable[Any]],
        finish: Callable[..., Awaitable[Screen | Reopened | None]],
        inspect: Callable[..., Awaitable[Input | Phrase]] | None = None,
    ) -> None:
        """A flow and what surrounds it."""
        self.conversations[flow.name] = Conversation(
            flow, Handler.of(facts), Handler.of(finish), Handler.of(inspect) if inspect else None
        )

    @classmethod
    def together(cls, parts: Iterable[Routes]) -> Routes:
        """All tables in one.

        Raises:
            ValueError: two parts claim the same entry.
        """
        whole = cls()
        for part in parts:
            for name in cls.__slots__:
                table, more = getattr(whole, name), getattr(part, name)
                twice = table.keys() & more.keys()
                if twice:
                    raise ValueError(f"{name} claimed twice: {sorted(map(str, twice))}")
                table.update(more)
        return whole

    @staticmethod
    def _on(table: dict[Any, Handler], keys: tuple[Any, ...]) -> Callable[[AsyncFunction], AsyncFunction]:
        def register(function: AsyncFunction) -> AsyncFunction:
            table.update(dict.fromkeys(keys, Handler.of(function)))
            return function

        return register
