"""A private chat's updates, each from end to end: who it is, the handler's screen, and the chat again.

message, album, edit, tap ─▶ context ─▶ admitted? ─▶ dispatch: the screen ─▶ delivery: shown, and what changed kept
                                                        │
                a handler that failed, an account missing ─▶ a screen that says so
                an account was connected ─▶ what was asked for before there was one, each in its turn
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import structlog
from aiogram.enums import ChatAction
from aiogram.types import CallbackQuery, Message, User

from bot import trace
from bot.ceilings import EnoughError
from bot.conversation.callback import OldButtonError
from bot.conversation.form import home_button
from bot.conversation.inputs import AlbumInput, FileInput, Input
from bot.conversation.screen import Screen
from bot.locales import Phrase, Texts, say, say_n
from bot.people import People
from bot.rights import NotAllowedError
from bot.screens.colleagues import not_allowed_screen
from bot.screens.enough import enough_screen
from bot.storage.unit_of_work import UnitOfWork
from bot.telegram.chat_context import ChatContext, Contexts
from bot.telegram.delivery import Delivery
from bot.telegram.dispatch import Dispatch
from bot.telegram.forms import Forms
from bot.telegram.guests import Guests
from bot.telegram.handler import NoAccountError, NotServedError
from bot.telegram.inputs import album_of, apart, carries_secret, input_of, is_service, mark_of, topic_of, unusable
from bot.telegram.panel import SIGN_AFTER, Panel

log = structlog.get_logger(__name__)

_A_FORM_ALONE: Final = say("This bot serves a closed circle. Here you can only fill in the form that you were sent.")

Choosing = Callable[[], Awaitable[Screen | None]]
"""Has the screen drawn for what came."""


class PrivateChat:
    """Handles the updates of private chats. `allowed`: who is served, beside guests; empty: everybody is."""

    def __init__(
        self,
        *,
        contexts: Contexts,
        people: People,
        dispatch: Dispatch,
        forms: Forms,
        delivery: Delivery,
        panel: Panel,
        allowed: frozenset[int],
        guests: Guests,
    ) -> None:
        self._contexts = contexts
        self._people = people
        self._dispatch = dispatch
        self._forms = forms
        self._delivery = delivery
        self._panel = panel
        self._allowed = allowed
        self._guests = guests

    async def message(
        self, messages: Sequence[Message], sender: User, unit_of_work: UnitOfWork, update_id: int
    ) -> None:
        """A message, or the messages of an album."""
        if is_service(messages[0]):
            return
        carried: list[Phrase] = []
        if left_out := unusable(messages):
            carried.append(
                say_n(
                    "{count} thing was left out: it is no file.",
                    "{count} things were left out: they are no files.",
                    left_out,
                )
            )
        topic = topic_of(messages[0])
        for each in apart(album_of(messages)):
            chat = await self._context(
                sender, unit_of_work, update_id, message_id=each.message_id, topic=topic, carried=tuple(carried)
            )
            if not await self._admitted(chat, each):
                return
            await self._take(chat, each)
            if chat.changes.refused is not None:
                carried.append(chat.changes.refused)

    async def edit(self, message: Message, sender: User, unit_of_work: UnitOfWork, update_id: int) -> None:
        """An edited message. Telegram tells of edits that no person made, too (Bot API, Update).

        Where an answer of the open form came with it, the answer is mended. The newest message is read as a new one;
        an older one says nothing any more.
        """
        received = input_of(message)
        chat = await self._context(
            sender, unit_of_work, update_id, message_id=message.message_id, topic=topic_of(message)
        )
        if mark_of(received) == chat.person.last_message or not await self._admitted(chat):
            return
        if carries_secret(message):
            await self._take(chat, received)
        elif self._forms.took(chat, message.message_id):
            await self._act(chat, lambda: self._forms.mended(chat, received))
        elif message.message_id == chat.person.last_message[0]:
            await self._take(chat, received)

    async def tap(self, query: CallbackQuery, sender: User, unit_of_work: UnitOfWork, update_id: int) -> None:
        """A tap on a button."""
        tapped = query.message.message_id if query.message else None
        chat = await self._context(sender, unit_of_work, update_id, tapped=tapped, topic=topic_of(query.message))
        payload = query.data or ""
        if await self._admitted(chat, payload):
            await self._act(chat, lambda: self._dispatch.tap(chat, payload), payload)

    async def came_back(self, user_id: int, unit_of_work: UnitOfWork) -> None:
        """The person lets the bot into their chat again."""
        chat = await self._contexts.of_chat(user_id, unit_of_work)
        before = chat.person
        self._delivery.is_back(chat)
        self._delivery.keep(chat, before)

    async def _context(
        self,
        sender: User,
        unit_of_work: UnitOfWork,
        update_id: int,
        *,
        message_id: int = 0,
        tapped: int | None = None,
        topic: int = 0,
        carried: Sequence[Phrase] = (),
    ) -> ChatContext:
        chat = await self._contexts.of_update(
            sender, unit_of_work, update_id, message_id=message_id, tapped=tapped, topic=topic, carried=carried
        )
        self._delivery.is_back(chat)
        guest = bool(self._allowed) and sender.id not in self._allowed
        return replace(chat, guest=True) if guest else chat

    async def _admitted(self, chat: ChatContext, wanted: Input | str | None = None) -> bool:
        if not chat.guest or await self._guests.lets_in(chat.person.user_id, wanted):
            return True
        trace.ended("not allowed")
        await self._delivery.answer(chat, chat.person, closed_screen(chat.t))
        return False

    async def _take(self, chat: ChatContext, received: Input) -> None:
        if isinstance(received, FileInput | AlbumInput):
            self._panel.react(chat.person.user_id, received.message_id)
        chat.changes.person = chat.person.having_said(mark_of(received))
        await self._act(chat, lambda: self._dispatch.message(chat, received), received)

    async def _act(self, chat: ChatContext, choosing: Choosing, wanted: Input | str | None = None) -> None:
        """Answers an update; then does what waited for an account, where there is one now."""
        await self._answer(chat, choosing, wanted)
        deferred = chat.person.deferred_requests
        if deferred is None or chat.changes.forgotten or (await self._contexts.gone_on(chat)).scope is None:
            return
        chat.changes.person = replace(chat.person, deferred_requests=None)
        for request in deferred:
            chat = await self._contexts.gone_on(chat)
            await self._answer(chat, partial(self._dispatch.deferred, chat, request))

    async def _answer(self, chat: ChatContext, choosing: Choosing, wanted: Input | str | None = None) -> None:
        """The screen drawn and shown, and what changed kept.

        `wanted` (what was sent, or what the button says) is kept where an account is needed first; None: nothing is.
        """
        before = await self._people.load(chat.person.user_id)
        try:
            async with self._panel.sign(chat.person.user_id, ChatAction.TYPING, SIGN_AFTER, chat.person.topic):
                screen = await self._chosen(chat, choosing)
        except NoAccountError:
            trace.did("an account is asked for first")
            screen = await self._dispatch.connecting(chat, wanted)
        except NotServedError:
            trace.did("not for a guest")
            screen = (await self._dispatch.home(chat)).with_note(chat.t(_A_FORM_ALONE))
        except (NotAllowedError, EnoughError) as refused:
            trace.did("the role does not allow it" if isinstance(refused, NotAllowedError) else "enough of that")
            now = chat.person
            chat.changes.person = replace(
                before, open=None, panel=now.panel, last_message=now.last_message, hint=now.hint, topic=now.topic
            )
            screen = (
                not_allowed_screen(chat.t, refused.role)
                if isinstance(refused, NotAllowedError)
                else enough_screen(chat.t, refused)
            )
        except Exception:
            log.exception("handler failed", update_id=chat.update_id)
            trace.ended(trace.FAILED)
            now = chat.person
            chat.changes.person = replace(
                before, panel=now.panel, about=now.about, last_message=now.last_message, hint=now.hint, topic=now.topic
            )
            screen = failed_screen(chat.t)
        if screen is not None:
            screen = self._forms.offered_again(chat, screen)
            for each in reversed(chat.carried):
                screen = screen.with_note(chat.t(each))
        await self._delivery.answer(chat, before, screen)

    async def _chosen(self, chat: ChatContext, choosing: Choosing) -> Screen | None:
        try:
            return await choosing()
        except OldButtonError:
            trace.did("an old button")
            return await self._dispatch.old_button(chat)


def closed_screen(t: Texts) -> Screen:
    """The bot does not serve this person."""
    return Screen(t("This bot serves a closed circle. Please ask its administrator for access."))


def failed_screen(t: Texts) -> Screen:
    """A handler failed."""
    text = t.lines(
        say("Something went wrong on our side. Your answers are kept, and nothing was sent to SMSC this time."),
        say("Please try once more; if it happens again, tell the administrator the time."),
    )
    return Screen(text, ((home_button(t),),))
