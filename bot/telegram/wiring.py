"""Routes put together, once, at the start: each parameter of each handler is found, or the start stops with one line.

What a handler can ask for depends on the kind of its route:

    every one                     Services, or one of them by its type; Texts; Scope: then an account is needed
    every one of a private chat   ChatContext, Forms
    a command, a deep link        str: the word after it
    a button                      the button, by its declaration
    a notice                      NoticeBody
    what is sent                  the kind of thing that it is for (TextInput, FileInput, …)
    a conversation                Draft; at its end Answers, and what its `facts` gave; to `inspect` it, Input

A parameter with a default is left out where a route does not have what it asks for; one of its routes must. Whoever
handles a button that has words asks for them.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.accounts import Scope
from bot.conversation import form_buttons
from bot.conversation.callback import Buttons, Callback, declared_in, place_of
from bot.conversation.draft import Draft
from bot.conversation.inputs import Input, TextInput
from bot.conversation.step import Answers
from bot.locales import Texts
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.handler import Handler, MiswiredError, NoticeBody, R
from bot.telegram.routes import HOME_LINK, Conversation, Role, Routes, twice
from bot.telegram.services import Services

K = TypeVar("K")

_EVERYWHERE: Final[Mapping[str, object]] = {
    "t": Texts,
    "scope": Scope,
    "services": Services,
    **{f"services.{name}": type_ for name, type_ in get_type_hints(Services).items()},
}
_IN_A_CHAT: Final[Mapping[str, object]] = {**_EVERYWHERE, "chat": ChatContext, "forms": Forms}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of route: how it is called, and what its handlers can ask for: where it is in a `Call`, and its type."""

    name: str
    has: Mapping[str, object]

    @classmethod
    def in_chat(cls, name: str, **more: object) -> Kind:
        """A kind of route in private chats, with what it has beside what all of these have."""
        return cls(name, {**_IN_A_CHAT, **more})


_OF_ROLES: Final[Mapping[Role, Kind]] = {
    Role.HOME: Kind.in_chat("the first screen"),
    Role.HELP: Kind.in_chat("the help"),
    Role.UNKNOWN_COMMAND: Kind.in_chat("an unknown command", word=str),
    Role.KEY_UNASKED: Kind.in_chat("a secret that nobody asked for", received=TextInput),
    Role.INLINE_QUERY: Kind("an inline query", {**_EVERYWHERE, "word": str}),
}


def put_together(
    parts: Iterable[Routes],
    *,
    buttons: Iterable[type[Callback]] = (),
    commands: Iterable[str] = (),
    conversations: Iterable[str] = (),
) -> Routes:
    """All tables in one, their handlers ready to be called.

    `buttons` and `commands` are those that people are shown, `conversations` those that others lead into: each must be
    there.

    Raises:
        MiswiredError: two parts claim the same, a handler asks for what its kind of route does not have, a role is
            nobody's, what must be there is not, no conversation connects an account.
        MisdeclaredError: two buttons say the same.
    """
    whole = _merged(parts)
    missing = [role.value for role in Role if role not in whole.roles]
    if missing:
        raise MiswiredError(f"no handler has the role {missing[0]!r}")
    without = [f"the button {place_of(each)}" for each in buttons if each not in whole.buttons]
    without += [f"the command /{each}" for each in commands if each not in whole.commands]
    without += [f"the deep link {HOME_LINK!r}"] if HOME_LINK not in whole.deep_links else []
    without += [f"the conversation {each!r}" for each in conversations if each not in whole.conversations]
    if without:
        raise MiswiredError(f"{without[0]} has no handler")
    Buttons((*whole.buttons, *declared_in(form_buttons)))
    connecting = [each.flow.name for each in whole.conversations.values() if each.connects]
    if len(connecting) != 1 or connecting[0] not in whole.commands:
        raise MiswiredError(f"one conversation, with a command, connects an account; these do: {connecting}")
    ready = Routes(
        commands=_each(whole.commands, lambda name: Kind.in_chat(f"the command /{name}", word=str)),
        deep_links=_each(whole.deep_links, lambda name: Kind.in_chat(f"the deep link {name!r}", word=str)),
        buttons=_each(whole.buttons, lambda each: Kind.in_chat(f"the button {each.__name__}", button=each)),
        conversations={name: _conversation(each) for name, each in whole.conversations.items()},
        notices=_each(whole.notices, lambda kind: Kind.in_chat(f"the notice {kind!r}", body=NoticeBody)),
        interrupts=_each(whole.interrupts, lambda key: _of_input(key[0])),
        unprompted_inputs=_each(whole.unprompted_inputs, _of_input),
        roles=_each(whole.roles, _OF_ROLES.__getitem__),
    )
    _check_use(ready)
    return ready


def _merged(parts: Iterable[Routes]) -> Routes:
    whole = Routes()
    for part in parts:
        for each in fields(Routes):
            table, more = getattr(whole, each.name), getattr(part, each.name)
            for key, entry in more.items():
                if key in table:
                    raise twice(key, _handler(table[key]), _handler(entry))
                table[key] = entry
    return whole


def _check_use(routes: Routes) -> None:
    """Whether what has a default is there in some route, and what a button says is asked for.

    Raises:
        MiswiredError: one is not.
    """
    tables = (getattr(routes, each.name) for each in fields(Routes))
    entries = [entry for table in tables for entry in table.values()]
    filled: dict[Any, set[str]] = {}
    for handler in (each for entry in entries for each in _handlers(entry)):
        filled.setdefault(handler.function, set()).update(handler.takes)
    for function, names in filled.items():
        never = [each for name, each in inspect.signature(function).parameters.items() if name not in names]
        if never:
            raise MiswiredError(f"{Handler(function).place} asks for {_written(never[0])}, which no route of it has")
    for declared, handler in routes.buttons.items():
        if declared.has_words() and "button" not in handler.takes.values():
            raise MiswiredError(f"{handler.place} does not ask for the words of the button {declared.__name__}")


def _handlers(entry: Handler[Any] | Conversation) -> list[Handler[Any]]:
    if isinstance(entry, Handler):
        return [entry]
    every = (entry.facts, entry.finish, entry.inspect, entry.dropped, entry.answered)
    return [each for each in every if each is not None]


def _handler(entry: Handler[Any] | Conversation) -> Handler[Any]:
    return entry.finish if isinstance(entry, Conversation) else entry


def _each(table: Mapping[K, Handler[R]], kind: Callable[[K], Kind]) -> dict[K, Handler[R]]:
    return {key: wired(handler, kind(key)) for key, handler in table.items()}


def _of_input(kind: type[Input]) -> Kind:
    return Kind.in_chat(f"what is sent ({kind.__name__})", received=kind)


def _conversation(each: Conversation) -> Conversation:
    name = each.flow.name
    facts = _types(each.facts).get("return", object)
    on_the_way = Kind.in_chat(f"the conversation {name!r}", draft=Draft)
    at_its_end = Kind.in_chat(f"the end of the conversation {name!r}", draft=Draft, answers=Answers, facts=facts)
    before_a_step = Kind.in_chat(f"what is sent to the conversation {name!r}", draft=Draft, received=Input)
    return replace(
        each,
        facts=wired(each.facts, on_the_way),
        finish=wired(each.finish, at_its_end),
        inspect=wired(each.inspect, before_a_step) if each.inspect is not None else None,
        dropped=wired(each.dropped, on_the_way) if each.dropped is not None else None,
        answered=wired(each.answered, on_the_way) if each.answered is not None else None,
    )


def wired(handler: Handler[R], kind: Kind) -> Handler[R]:
    """The handler, with each of its parameters found in what this kind of route has.

    Raises:
        MiswiredError: one is not there.
    """
    types_of, found = _types(handler), dict[str, str]()
    for parameter in inspect.signature(handler.function).parameters.values():
        asked = types_of.get(parameter.name, object)
        places = [place for place, type_ in kind.has.items() if _is_taken_by(asked, type_)]
        if len(places) > 1:
            raise MiswiredError(
                f"{handler.place} asks for {_written(parameter)}, which may be any of {', '.join(places)}"
            )
        if places:
            found[parameter.name] = places[0]
        elif parameter.default is parameter.empty:
            raise MiswiredError(f"{handler.place} asks for {_written(parameter)}, which {kind.name} does not have")
    needs = any(place == "scope" and types_of[name] is Scope for name, place in found.items())
    return replace(handler, takes=found, needs_account=needs)


def _written(parameter: inspect.Parameter) -> str:
    asked = "" if parameter.annotation is parameter.empty else f": {parameter.annotation}"
    return f"'{parameter.name}{asked}'"


def _types(handler: Handler[Any]) -> dict[str, Any]:
    try:
        return get_type_hints(handler.function)
    except NameError as unknown:
        raise MiswiredError(f"{handler.place} asks for a type that nobody knows: {unknown}") from None


@cache
def _is_taken_by(asked: object, has: object) -> bool:
    """Whether a parameter takes whatever there may be of a type; what asks for anything at all asks for nothing.

    Looked at once for each pair of types: hundreds of handlers ask for the same few dozens.
    """
    takes = _members(asked) - {object, Any}
    return all(any(_is_a(each, one) for one in takes) for each in _members(has))


def _members(type_: object) -> set[Any]:
    union = get_origin(type_) in (Union, types.UnionType)
    return set(get_args(type_)) - {type(None)} if union else {type_}


def _is_a(type_: object, asked: object) -> bool:
    return type_ == asked or (isinstance(type_, type) and asked in type_.__mro__)
