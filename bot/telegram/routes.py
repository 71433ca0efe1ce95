"""The tables that say who handles what: commands, buttons, conversations, notices, interrupts, what comes unprompted.

A conversation's file makes one `Routes` and hangs its handlers on it; `handlers/__init__.py` has them put together
(`bot/telegram/wiring.py`).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

from markupsafe import Markup

from bot.conversation.callback import Callback
from bot.conversation.flow import Flow
from bot.conversation.inputs import Input
from bot.conversation.screen import Screen
from bot.conversation.step import Answers
from bot.locales import Phrase
from bot.rights import Act, Right
from bot.telegram.handler import Handler, MiswiredError

COMMAND: Final = re.compile(r"/(\w{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
"""A command: its name, the bot that it names, and what follows."""
LINK: Final = re.compile(r"(?:https?://)?(?:t|telegram)\.me/(\w+)\?start=([\w-]{1,64})", re.IGNORECASE | re.ASCII)
"""A deep link: the bot that it leads to, and what it is for (Bot API, Deep linking)."""


CLIENT_LINK: Final = "c"
"""The deep link of a client's form; after it comes the token of a link."""
HOME_LINK: Final = "home"
"""The deep link that leads home."""


@dataclass(frozen=True, slots=True)
class Cards:
    """What an inline query is answered with: titles and texts of cards.

    `note` stands above them and leads into the private chat, to what the deep link's `payload` asks for.
    """

    cards: Sequence[tuple[str, Markup]] = ()
    note: str | None = None
    payload: str = HOME_LINK


@dataclass(frozen=True, slots=True)
class Reopened:
    """The end of a flow was not reached: the step `key` is asked again, and why.

    `keep`: the answer was not found wrong; it is offered to be tried once more.
    """

    key: str
    why: Phrase
    keep: bool = False


DrawsAlways = TypeVar("DrawsAlways", bound=Callable[..., Awaitable[Screen]])
Draws = TypeVar("Draws", bound=Callable[..., Awaitable[Screen | None]])
Finds = TypeVar("Finds", bound=Callable[..., Awaitable[Cards]])


class Role(StrEnum):
    """What there is one handler of.

    HOME             the first screen, where every way leads back to
    HELP             what one can do
    UNKNOWN_COMMAND  a command that nobody has; asks for its name as `word: str`
    UNASKED_SECRET   a key or password that came though nobody asked for one; its message is deleted already
    INLINE_QUERY     the cards for what was typed in another chat; asks for it as `word: str`
    """

    HOME = "home"
    HELP = "help"
    UNKNOWN_COMMAND = "unknown command"
    KEY_UNASKED = "key unasked"
    INLINE_QUERY = "inline query"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A flow with what it needs of the world.

    facts    gives what the steps look at
    finish   acts on the answers: gives the next screen, or `Reopened`
    inspect  looks into what was sent before the step reads it (a file's content); gives the input, or a `Phrase`
    dropped  does what is to be done when the person calls the form off
    answered remembers what is to be remembered of an answer at once, whatever becomes of the form
    connects whether an account is connected by it: it is opened where one is needed
    act      what its end asks SMSC to do, by the answers and what the steps look at; None: nothing
    """

    flow: Flow[Any]
    facts: Handler[Any]
    finish: Handler[Screen | Reopened | None]
    inspect: Handler[Input | Phrase] | None = None
    dropped: Handler[None] | None = None
    answered: Handler[None] | None = None
    connects: bool = False
    act: Callable[[Answers, Any], Act] | None = None


@dataclass(slots=True)
class Routes:
    """Tables of handlers; one conversation's, or all of them put together."""

    commands: dict[str, Handler[Screen | None]] = field(default_factory=dict)
    deep_links: dict[str, Handler[Screen | None]] = field(default_factory=dict)
    buttons: dict[type[Callback], Handler[Screen | None]] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    notices: dict[str, Handler[Screen | None]] = field(default_factory=dict)
    interrupts: dict[tuple[type[Input], str], Handler[Screen | None]] = field(default_factory=dict)
    unprompted_inputs: dict[type[Input], Handler[Screen | None]] = field(default_factory=dict)
    roles: dict[Role, Handler[Any]] = field(default_factory=dict)

    @property
    def connecting(self) -> str:
        """The conversation, and the command, by which an account is connected."""
        return next(name for name, each in self.conversations.items() if each.connects)

    def command(self, *names: str, needs: Right | None = None, guests: bool = False) -> Callable[[Draws], Draws]:
        """The handler of a command, without its slash; may ask for what follows it as `word: str`.

        `needs`, here and below: what one must be allowed for the account in use. `guests`: it is for those as well who
        were let in to a client's form alone.
        """
        return _into(self.commands, names, needs, guests=guests)

    def deep_link(self, *names: str, needs: Right | None = None, guests: bool = False) -> Callable[[Draws], Draws]:
        """The handler of `?start=<name>` or `?start=<name>_<word>`; may ask for the word as `word: str`."""
        return _into(self.deep_links, names, needs, guests=guests)

    def button(
        self, *declared: type[Callback], needs: Right | None = None, guests: bool = False
    ) -> Callable[[Draws], Draws]:
        """The handler of a button; may ask for it, as it was tapped, by its declaration."""
        return _into(self.buttons, declared, needs, guests=guests)

    def notice(self, *kinds: str, quiet: bool = False) -> Callable[[Draws], Draws]:
        """The handler that draws what the outbox has to tell; may ask for what the notice says, a `NoticeBody`.

        `quiet`: it is not urgent, so that it makes no sound in the person's quiet hours.
        """
        return _into(self.notices, kinds, quiet=quiet)

    def interrupt(self, *kinds: type[Input]) -> Callable[[Draws], Draws]:
        """A handler that sees such a thing before an open form does; gives None where it is the form's.

        Each conversation may have one: the first of them that gives a screen has it.
        """

        def register(function: Draws) -> Draws:
            return _into(self.interrupts, [(kind, function.__module__) for kind in kinds])(function)

        return register

    def unprompted_input(self, *kinds: type[Input]) -> Callable[[Draws], Draws]:
        """The handler of what is sent while no form is open that takes it."""
        return _into(self.unprompted_inputs, kinds)

    def role(self, role: Role, *, guests: bool = False) -> Callable[[DrawsAlways], DrawsAlways]:
        """The one handler that has this role."""
        return _into(self.roles, (role,), guests=guests)

    def inline_query(self) -> Callable[[Finds], Finds]:
        """The handler of inline queries."""
        return _into(self.roles, (Role.INLINE_QUERY,))

    def conversation(
        self,
        flow: Flow[Any],
        *,
        facts: Callable[..., Awaitable[Any]],
        finish: Callable[..., Awaitable[Screen | Reopened | None]],
        inspect: Callable[..., Awaitable[Input | Phrase]] | None = None,
        dropped: Callable[..., Awaitable[None]] | None = None,
        answered: Callable[..., Awaitable[None]] | None = None,
        connects: bool = False,
        act: Callable[[Answers, Any], Act] | None = None,
        needs: Right | None = None,
        guests: bool = False,
    ) -> None:
        """A flow and what surrounds it, see `Conversation`; no step of it is gone by somebody who may not (`needs`)."""
        conversation = Conversation(
            flow,
            Handler(facts, aside=True, needs=needs, guests=guests),
            Handler(finish, needs=needs, guests=guests),
            Handler(inspect, aside=True, guests=guests) if inspect is not None else None,
            Handler(dropped, aside=True, guests=guests) if dropped is not None else None,
            Handler(answered, aside=True, guests=guests) if answered is not None else None,
            connects,
            act,
        )
        if flow.name in self.conversations:
            raise twice(flow.name, self.conversations[flow.name].finish, conversation.finish)
        self.conversations[flow.name] = conversation


def plain(answers: Answers, facts: object) -> Act:
    """The act of a form that costs nothing and destroys nothing."""
    return Act.PLAIN


Function = TypeVar("Function", bound=Callable[..., Awaitable[Any]])


def _into(
    table: dict[Any, Handler[Any]],
    keys: Sequence[Any],
    needs: Right | None = None,
    *,
    guests: bool = False,
    quiet: bool = False,
) -> Callable[[Function], Function]:
    def register(function: Function) -> Function:
        handler = Handler(function, needs=needs, guests=guests, quiet=quiet)
        for key in keys:
            if key in table:
                raise twice(key, table[key], handler)
            table[key] = handler
        return function

    return register


def twice(key: object, first: Handler[Any], second: Handler[Any]) -> MiswiredError:
    """The line for an entry that two handlers claim."""
    told = key.__name__ if isinstance(key, type) else key
    return MiswiredError(f"{second.place} claims {told!r}, which {first.place} has already")
