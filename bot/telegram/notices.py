"""Notices drawn: from what the outbox has to tell to the handler of its kind, and to the chat."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import orjson
from markupsafe import Markup

from bot.conversation import form
from bot.conversation.screen import Screen
from bot.locales import Texts, moment, say_n
from bot.people import Person
from bot.storage import outbox as outbox_table
from bot.storage.outbox import Notice
from bot.storage.unit_of_work import UnitOfWork
from bot.telegram.chat_context import ChatContext, Contexts
from bot.telegram.delivery import Delivery
from bot.telegram.drawn import Drawn, from_json
from bot.telegram.forms import Forms
from bot.telegram.handler import Call
from bot.telegram.panel import BlockedError, Panel
from bot.telegram.routes import Routes
from bot.telegram.services import Services

_TOLD_MOST: Final = 10
"""Things that are told in one message when somebody comes back."""


class Notices:
    """Draws what the outbox has to tell, and shows it. Each `deliver…` raises the same.

    Raises:
        NotShownError: Telegram could not be reached.
        BlockedError: the person does not want to hear from the bot.
    """

    def __init__(
        self, routes: Routes, services: Services, forms: Forms, contexts: Contexts, delivery: Delivery
    ) -> None:
        self._notices = routes.notices
        self._services = services
        self._panel: Panel = services.panel
        self._forms = forms
        self._contexts = contexts
        self._delivery = delivery

    def tells(self, kind: str) -> bool:
        """Whether there is a screen for this kind of notice."""
        return kind in self._notices

    async def deliver(self, chat_id: int, kind: str, body: str, unit_of_work: UnitOfWork) -> None:
        """Draws and shows a notice."""
        chat = await self._contexts.of_chat(chat_id, unit_of_work)
        person = chat.person
        screen = await self._drawn(chat, kind, body)
        if screen is not None:
            topic = orjson.loads(body).get("topic", person.topics.get(chat.changes.about or "", person.topic))
            telling = self._delivery.tell(chat, screen, topic, form_open=person.open is not None)
            await self._tell(chat, person, telling)
            _drop_same(chat, screen, kind, body)
        self._delivery.keep(chat, person)

    async def deliver_drawn(self, chat_id: int, body: str, unit_of_work: UnitOfWork) -> None:
        """Shows a screen that could not be shown when it was drawn.

        The question of a form that was left or finished since is not asked any more.
        """
        chat = await self._contexts.of_chat(chat_id, unit_of_work)
        person, drawn = chat.person, from_json(body)
        if drawn.screen.lasting:
            form_open = person.open is not None
            telling = self._delivery.tell(chat, drawn.screen, drawn.topic, form_open=form_open)
            await self._tell(chat, person, telling)
        elif drawn.open == person.open:
            await self._tell(chat, person, self._show_again(chat, drawn))
        self._delivery.keep(chat, person)

    async def deliver_parked(
        self, chat_id: int, parked: Sequence[Notice], unit_of_work: UnitOfWork, *, held: bool
    ) -> None:
        """Tells together what could not be told while the person had the bot blocked.

        `held`: nobody had blocked it; so much was to be told at once that it is told together.
        """
        chat = await self._contexts.of_chat(chat_id, unit_of_work)
        before = chat.person
        shown: list[Told] = []
        for each in {(each.kind, each.body): each for each in parked}.values():
            one = await self._contexts.of_chat(chat_id, unit_of_work, among_others=True)
            if each.kind == outbox_table.LASTING:
                screen: Screen | None = from_json(each.body).screen
            else:
                screen = await self._drawn(one, each.kind, each.body)
            if screen is not None:
                shown.append(Told(each.parked or 0.0, screen))
                _drop_same(chat, screen, each.kind, each.body)
        if shown:
            screen = while_away(chat.t, shown, held=held)
            form_open = before.open is not None
            await self._tell(chat, before, self._delivery.tell(chat, screen, before.topic, form_open=form_open))
        self._delivery.keep(chat, before)

    async def _drawn(self, chat: ChatContext, kind: str, body: str) -> Screen | None:
        handler, service = self._notices[kind], chat.scope.account.service.name if chat.scope is not None else ""
        screen = await handler(replace(Call.in_chat(chat, self._services, self._forms), body=orjson.loads(body)))
        if screen is None or not handler.quiet:
            return screen
        wanted = await self._services.notifications.load(chat.person.user_id, service)
        return replace(screen, silent=wanted.is_quiet(self._services.clock.now()))

    async def _show_again(self, chat: ChatContext, drawn: Drawn) -> None:
        chat.changes.person = await self._panel.show(chat.person, drawn.screen, about=drawn.about)

    async def _tell(self, chat: ChatContext, before: Person, telling: Awaitable[None]) -> None:
        """Tells something; that the person does not want to hear from the bot, or does again, is noted."""
        try:
            await telling
        except BlockedError:
            chat.changes.person = replace(before, away=True)
            self._delivery.keep(chat, before)
            raise
        self._delivery.is_back(chat)


def _drop_same(chat: ChatContext, screen: Screen, kind: str, body: str) -> None:
    """What stays in the chat is the last word about a thing: another notice of the same has nothing to add."""
    chat_id = chat.person.user_id
    if screen.lasting:
        chat.unit_of_work.add(lambda tx: outbox_table.drop_same(tx, chat_id, kind, body))


@dataclass(frozen=True, slots=True)
class Told:
    """Something that could not be told when it happened; `at` in epoch seconds."""

    at: float
    screen: Screen


def while_away(t: Texts, told: Sequence[Told], *, held: bool = False) -> Screen:
    """What could not be told when it happened, in one message; of very much the newest.

    `held`: so much was to be told at once; otherwise the person had the bot blocked.
    """
    newest = told[-_TOLD_MOST:]
    heading = t("📬 Much came at once, so here it is together:") if held else t("👋 While you were away:")
    lines: list[Markup] = [heading]
    if left_out := len(told) - len(newest):
        lines += [
            Markup(""),
            t(
                say_n(
                    "{count} older message is left out. Requests are in /history, changes in each name's timeline.",
                    "{count} older messages are left out. Requests are in /history, changes in each name's timeline.",
                    left_out,
                )
            ),
        ]
    for each in newest:
        time = () if held else (t("<i>{time}</i>", time=moment(each.at)),)
        lines += [Markup(""), *time, each.screen.text]
    rows = told[0].screen.rows if len(told) == 1 else ((form.home_button(t),),)
    return Screen(t.lines(*lines), rows, lasting=True, silent=all(each.screen.silent for each in told))
