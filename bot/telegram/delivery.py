"""Showing: a screen goes to the chat; where Telegram does not take it now, it is left to the outbox.

What a handler gave ─▶ without what the person may not ─▶ notes above it ─▶ panel
                    ─▶ what changed of the person goes into the update's unit of work
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.conversation import form
from bot.conversation.callback import Callback
from bot.conversation.screen import Button, Screen
from bot.people import People, Person
from bot.rights import NotAllowedError, may
from bot.storage import outbox as outbox_table
from bot.telegram.chat_context import Changes, ChatContext
from bot.telegram.drawn import Drawn, to_json
from bot.telegram.forms import Forms
from bot.telegram.handler import NoAccountError
from bot.telegram.panel import BlockedError, NotShownError, Panel
from bot.telegram.routes import Routes

log = structlog.get_logger(__name__)


class Delivery:
    """Shows screens, and keeps what changed."""

    def __init__(self, panel: Panel, people: People, forms: Forms, routes: Routes) -> None:
        self._buttons = routes.buttons
        self._panel = panel
        self._people = people
        self._forms = forms

    async def answer(self, chat: ChatContext, before: Person, screen: Screen | None) -> None:
        """Shows what an update led to, and keeps what it changed; `before` is the person as they were."""
        if screen is not None:
            screen = self._allowed(chat, screen)
            if chat.changes.note is not None:
                screen = screen.with_note(chat.t(chat.changes.note))
            await self._show_or_leave(chat, screen)
        if chat.changes.about is not None and not chat.changes.forgotten:
            chat.changes.person = chat.person.made_here(chat.changes.about)
        self.keep(chat, before)

    async def tell(self, chat: ChatContext, screen: Screen, topic: int, *, form_open: bool) -> None:
        """Shows what nobody asked for, in its topic. Where a form is open there, its question stays the last message.

        What lasts is a message above the question, which is asked again under it; where it takes the place of an
        earlier one (`Changes.edited`), that is all. What is soon out of date (it goes on later, it is looked for)
        stands above the question's own words.

        Raises:
            NotShownError: Telegram could not be reached.
            BlockedError: the person does not want to hear from the bot.
        """
        screen = self._allowed(chat, screen)
        changes, about = chat.changes, chat.changes.about
        if screen.lasting and changes.edited is not None:
            if await self._panel.replace(chat.person, changes.edited, screen):
                self._note(chat, changes.edited)
                return
            changes.edited = None
        if topic != chat.person.topic:
            its_panel = about is not None and about == chat.person.about  # its own panel stands there
            there = replace(chat.person, topic=topic)
            there = there if its_panel else replace(there, panel=None, about=None)
            shown = await self._panel.show(there, screen, about=about)
            self._note(chat, self._panel.newest(there.user_id))
            if its_panel:
                changes.person = replace(chat.person, panel=shown.panel, about=shown.about)
            changes.about = None
            return
        try:
            question = await self._forms.current(chat) if form_open else None
        except (NoAccountError, NotAllowedError):
            question = None
        if question is None:
            if changes.beside:
                shown = await self._panel.show(replace(chat.person, panel=None, about=None), screen)
                changes.person = replace(chat.person, buttons=shown.buttons)
            else:
                changes.person = await self._panel.show(chat.person, screen, about=about)
            self._note(chat, self._panel.newest(chat.person.user_id))
            if not screen.lasting:
                self._drop_passing(chat)
            return
        if screen.lasting:
            await self._panel.show(replace(chat.person, panel=None, about=None), screen)
            self._note(chat, self._panel.newest(chat.person.user_id))
        else:
            ways = [tuple(each for each in row if each.says != form.home_button(chat.t).says) for row in screen.rows]
            question = replace(question.with_note(screen.text), rows=(*question.rows, *ways))
            changes.edited = chat.person.panel  # in place
        changes.about = None
        await self._show_or_leave(chat, question)

    def _allowed(self, chat: ChatContext, screen: Screen) -> Screen:
        """The screen without the buttons that the person's role for the account in use does not let them tap."""
        if chat.scope is None:
            return screen
        role = chat.scope.role

        def is_theirs(button: Button) -> bool:
            handler = self._buttons.get(type(button.tap)) if isinstance(button.tap, Callback) else None
            return handler is None or handler.needs is None or may(role, handler.needs)

        if all(is_theirs(each) for row in screen.rows for each in row):
            return screen
        return replace(screen, rows=tuple(tuple(each for each in row if is_theirs(each)) for row in screen.rows))

    @staticmethod
    def _note(chat: ChatContext, message_id: int) -> None:
        """The message that shows the screen, written down with the update."""
        if chat.changes.noted is not None:
            chat.unit_of_work.add(chat.changes.noted(message_id))

    def keep(self, chat: ChatContext, before: Person) -> None:
        """What changed of the person, written with the update."""
        if chat.changes.forgotten:
            self._people.drop(chat.person.user_id)
        elif chat.person != before:
            self._people.remember(chat.person)
            chat.unit_of_work.add(self._people.saving(chat.person))

    def is_back(self, chat: ChatContext) -> None:
        """The person lets the bot into their chat (again): what waited for that is told."""
        if chat.person.away:
            chat_id = chat.person.user_id
            chat.changes.person = replace(chat.person, away=False)
            chat.unit_of_work.tells = True
            chat.unit_of_work.add(lambda tx: outbox_table.back(tx, chat_id))

    async def _show_or_leave(self, chat: ChatContext, screen: Screen) -> None:
        """Shows a screen; where Telegram does not take it now, it is left to the outbox, until a newer one is shown."""
        changes, chat_id = chat.changes, chat.person.user_id
        if chat.person.subclient and not screen.lasting and not self._forms.connects(chat.person.open):
            screen = screen.with_note(chat.t("👤 For the subclient <b>{login}</b>", login=chat.person.subclient))
        try:
            changes.person = await self._panel.show(
                chat.person, screen, tapped=changes.edited, about=changes.about, below=_below(changes)
            )
        except NotShownError as failure:
            log.warning("screen not shown, left to the outbox", why=str(failure))
            self._drop_passing(chat)
            self._left(chat, screen)
        except BlockedError as blocked:
            log.info("blocked by the person", user_id=chat_id)
            self._drop_passing(chat)
            changes.person = replace(chat.person, away=True)
            if screen.lasting and not blocked.for_good:
                self._left(chat, screen)
        else:
            if not screen.lasting:
                self._drop_passing(chat)

    def _left(self, chat: ChatContext, screen: Screen) -> None:
        """Leaves a screen to the outbox, which knows when it can be shown; or what is shown in its stead."""
        person, screen = chat.person, screen.unkept or screen
        body = to_json(Drawn(screen, chat.changes.about, person.open, person.topic))
        kind = outbox_table.LASTING if screen.lasting else outbox_table.PASSING
        chat.unit_of_work.tells = True
        chat.unit_of_work.add(lambda tx: outbox_table.put(tx, person.user_id, kind, body))

    def _drop_passing(self, chat: ChatContext) -> None:
        chat_id = chat.person.user_id
        chat.unit_of_work.add(lambda tx: outbox_table.drop_passing(tx, chat_id))


def _below(changes: Changes) -> bool:
    """Whether what was said or tapped stands below the panel: an edit up there would not be seen."""
    return changes.edited is None or changes.edited > (changes.person.panel or changes.edited)
