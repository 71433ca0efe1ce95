"""What is wired wrongly stops the start, with one line that names the file, the function and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints

import pytest

import handlers
from bot.accounts import Scope
from bot.conversation.callback import Callback
from bot.conversation.draft import Draft
from bot.conversation.inputs import FileInput, Input, TextInput
from bot.conversation.screen import Screen
from bot.conversation.step import Answers
from bot.leaving import Leaving
from bot.locales import Texts
from bot.screens.buttons import OpenCard
from bot.senders.listing import Listings
from bot.smsc import seed_catalogue
from bot.telegram.chat_context import ChatContext
from bot.telegram.handler import Handler, MiswiredError, NoticeBody
from bot.telegram.routes import Role, Routes
from bot.telegram.services import Services
from bot.telegram.wiring import Kind, put_together, wired
from handlers import card


async def may_need_an_account(scope: Scope | None) -> Screen:
    raise NotImplementedError(scope)


class New(Callback, verb="new"):
    """A button."""


class WithWords(Callback, verb="words"):
    """A button with a word."""

    page: int


class SaysTheSame(Callback, verb="card"):
    """What it says is what another button says."""


async def asks_for_what_nobody_has(weather: int) -> Screen:
    raise NotImplementedError(weather)


async def asks_for_anything(anything) -> Screen:  # type: ignore[no-untyped-def]
    raise NotImplementedError(anything)


async def asks_for_a_draft(draft: Draft) -> Screen:
    raise NotImplementedError(draft)


async def asks_for_a_notice(body: NoticeBody) -> Screen:
    raise NotImplementedError(body)


async def asks_for_a_text(received: TextInput) -> Screen:
    raise NotImplementedError(received)


async def asks_for_the_word(word: str) -> Screen:
    raise NotImplementedError(word)


async def asks_for_a_card(button: OpenCard) -> Screen:
    raise NotImplementedError(button)


async def may_ask_for_a_card(button: OpenCard | None = None) -> Screen:
    raise NotImplementedError(button)


async def asks_for_nothing() -> Screen:
    raise NotImplementedError


def with_one_more(register: Callable[[Routes], Any]) -> None:
    more = Routes()
    register(more)
    put_together((handlers.routes(seed_catalogue()), more))


@pytest.mark.parametrize(
    ("register", "line"),
    [
        (
            lambda more: more.command("new")(asks_for_what_nobody_has),
            "tests/test_wiring.py: asks_for_what_nobody_has() asks for 'weather: int', which the command /new does not",
        ),
        (lambda more: more.command("new")(asks_for_anything), "asks for 'anything', which the command /new does not"),
        (lambda more: more.button(New)(asks_for_a_draft), "asks for 'draft: Draft', which the button New does not"),
        (lambda more: more.button(New)(asks_for_the_word), "asks for 'word: str', which the button New does not have"),
        (lambda more: more.button(New)(asks_for_a_card), "asks for 'button: OpenCard', which the button New does not"),
        (
            lambda more: more.button(New)(may_ask_for_a_card),
            "may_ask_for_a_card() asks for 'button: OpenCard | None', which no route of it has",
        ),
        (
            lambda more: more.button(WithWords)(asks_for_nothing),
            "tests/test_wiring.py: asks_for_nothing() does not ask for the words of the button WithWords",
        ),
        (
            lambda more: more.button(SaysTheSame)(asks_for_nothing),
            "SaysTheSame has the verb 'card', which bot",
        ),
        (lambda more: more.command("new")(asks_for_a_notice), "asks for 'body: NoticeBody', which the command /new"),
        (
            lambda more: more.interrupt(FileInput)(asks_for_a_text),
            "asks for 'received: TextInput', which what is sent (FileInput) does not have",
        ),
        (lambda more: more.notice("new")(asks_for_the_word), "asks for 'word: str', which the notice 'new' does not"),
        (
            lambda more: more.command("help")(asks_for_nothing),
            "tests/test_wiring.py: asks_for_nothing() claims 'help', which handlers/start.py: help_() has already",
        ),
        (
            lambda more: more.button(OpenCard)(asks_for_nothing),
            "tests/test_wiring.py: asks_for_nothing() claims 'OpenCard', which handlers/card.py: card() has already",
        ),
    ],
)
def test_a_route_that_cannot_work_stops_the_start_with_a_line_that_names_it(
    register: Callable[[Routes], Any], line: str
) -> None:
    with pytest.raises(Leaving) as stopped:
        with_one_more(register)
    assert line in str(stopped.value)
    assert "\n" not in str(stopped.value)


def test_a_button_a_command_or_a_conversation_that_nobody_has_stops_the_start() -> None:
    routes = handlers.routes(seed_catalogue())
    with pytest.raises(MiswiredError, match=r"the button tests/test_wiring\.py: New has no handler"):
        put_together((routes,), buttons=(OpenCard, New))
    with pytest.raises(MiswiredError, match=r"the command /sendrs has no handler"):
        put_together((routes,), commands=("senders", "sendrs"))
    with pytest.raises(MiswiredError, match=r"the conversation 'codes' has no handler"):
        put_together((routes,), conversations=("code", "codes"))


def test_two_claims_in_one_file_stop_the_start_too() -> None:
    routes = Routes()
    routes.command("new")(asks_for_nothing)
    with pytest.raises(MiswiredError, match="claims 'new'"):
        routes.command("new")(asks_for_the_word)


def test_a_role_that_nobody_has_stops_the_start() -> None:
    with pytest.raises(MiswiredError, match="no handler has the role 'home'"):
        put_together((card.routes,))


def test_only_a_handler_that_asks_for_the_account_in_use_needs_one() -> None:
    routes = handlers.routes(seed_catalogue())
    assert routes.commands["senders"].needs_account
    assert not routes.commands["help"].needs_account
    assert routes.buttons[OpenCard].needs_account
    assert not wired(Handler(may_need_an_account), Kind.in_chat("a test")).needs_account
    assert routes.commands["home"].function is routes.roles[Role.HOME].function


def test_no_two_services_are_asked_for_by_the_same_type() -> None:
    types = list(get_type_hints(Services).values())
    assert len(types) == len(set(map(str, types)))
    own = {str(each) for each in (ChatContext, Texts, Scope, Input, Answers, str)}
    assert not own & set(map(str, types))
    assert Listings in types
