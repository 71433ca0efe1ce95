"""From an update to the handler that the tables name, and to the screen that it gives.

    message   an API key or a password that was not asked for?       ─▶ deleted, then connected or asked about
              a command, or a button of the bar that stands for one? ─▶ commands
              the words of a button that is seen?                    ─▶ as if it were tapped
              a file in reply to a name's card?                      ─▶ that name's
              a form is open that takes it?                          ─▶ interrupts, else its flow
              else ─▶ by kind, unprompted; a form that was open is set aside and offered again
    edit      an answer of the open form came with it?               ─▶ the answer is mended
              the newest message? ─▶ as a new one                    an older one says nothing any more
    tap       its verb ─▶ taps           an unknown verb ─▶ home, drawn anew

Which handler it is follows from a look-up, not from filters that are asked one after another.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import orjson
import structlog
from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import (
    CallbackQuery,
    Message,
    User,
)
from markupsafe import Markup

from bot.accounts import Accounts
from bot.clock import new_tag
from bot.conversation import form
from bot.conversation.inputs import AlbumInput, FileInput, Input, OtherInput, TextInput
from bot.conversation.screen import Screen
from bot.conversation.tap import Tap
from bot.locales import Catalogues, Phrase, Texts, moment, say, say_n
from bot.people import People, Person
from bot.reading.keys import Secret, secret_in
from bot.reading.words import folded, is_greeting, is_question, same_label
from bot.storage import outbox as outbox_table
from bot.storage.outbox import Notice
from bot.storage.unit_of_work import UnitOfWork
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.groups_and_inline import OwnName
from bot.telegram.inputs import (
    INPUT,
    album_of,
    apart,
    carries_secret,
    input_of,
    is_private,
    is_service,
    mark_of,
    topic_of,
    unusable,
)
from bot.telegram.panel import (
    SIGN_AFTER,
    BlockedError,
    Drawn,
    NotShownError,
    Panel,
    buttons_of,
    from_json,
    to_json,
)
from bot.telegram.refusals import Meaning, meaning
from bot.telegram.routes import COMMAND, Handler, NoAccountError, Routes

log = structlog.get_logger(__name__)

_CONNECT: Final = "connect"
_TOLD_MOST: Final = 10
"""Things that are told in one message when somebody comes back."""
_WISHES_MOST: Final = 10
"""Things sent before there is an account that are kept until then."""
Acting = Callable[[], Awaitable[Screen | None]]


class PrivateChat:
    """Handles the updates of private chats."""

    def __init__(
        self,
        *,
        bot: Bot,
        routes: Routes,
        forms: Forms,
        people: People,
        accounts: Accounts,
        catalogues: Catalogues,
        panel: Panel,
        allowed: frozenset[int],
        shortcuts: Mapping[str, str],
        name: OwnName,
        services: Mapping[str, object],
    ) -> None:
        self._bot = bot
        self._routes = routes
        self._forms = forms
        self._people = people
        self._accounts = accounts
        self._catalogues = catalogues
        self._panel = panel
        self._allowed = allowed
        self._name = name
        self._shortcuts = {folded(label): command for label, command in shortcuts.items()}
        self._services = {**services, "forms": forms, "panel": panel, "accounts": accounts}

    async def acknowledge(self, callback_id: str) -> None:
        """Answers a tap before any work; that a query is too old is of no interest."""
        try:
            await self._bot(AnswerCallbackQuery(callback_query_id=callback_id))
        except TelegramAPIError as failure:
            if meaning(failure) is not Meaning.TOO_LATE:
                log.warning("tap not acknowledged", why=type(failure).__name__)

    async def hurry(self, chat_id: int, message_id: int) -> None:
        """On reception, beside the queue: a message that holds a key or a password is deleted before it is read.

        Whoever handles the message afterwards deletes it too, learns how that went, and tells the person if it did not.
        """
        await self._panel.delete_secret(chat_id, message_id)

    async def look_ahead(self, chat_id: int, waiting: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
        """Deletes what waits in a private chat and will be read as a key or a password, because the form asks for one.

        What waits before it decides: an answer leads on to the next question; a command, a tap or a button's words may
        lead anywhere, so that what comes after them is looked at when they are through. A file leaves the question
        standing until it is handled, and so does a first try of a key.
        """
        person = await self._people.load(chat_id)
        if person.open is None:
            return
        updates = tuple(waiting())
        chat = ChatContext(person, self._catalogues.pick(person.language, person.hint), UnitOfWork(), update_id=0)
        await self._equip(chat)
        ahead = await self._forms.ahead(chat)
        for update in updates:
            message = update.get("message")
            if ahead is None or not isinstance(message, Mapping) or not is_private(message):
                return
            number, text = int(message["message_id"]), message.get("text")
            if number <= person.last_message[0] or not isinstance(text, str):
                continue
            received = TextInput(text, number, forwarded="forward_origin" in message)
            if self._leads_away(chat, received, secret=ahead.secret) or (carries_secret(message) and not ahead.secret):
                return
            if not ahead.secret:
                ahead = ahead.after(received)
                chat.person = replace(chat.person, buttons=buttons_of(ahead.screen(chat.t)))
            elif len(text.split()) == 1:
                await self._panel.delete_secret(chat_id, number)

    async def private_message(
        self, messages: Sequence[Message], sender: User, unit: UnitOfWork, update_id: int
    ) -> None:
        """A message in a private chat, or the messages of an album."""
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
        for each in apart(album_of(messages)):
            topic = topic_of(messages[0])
            chat = await self._context(sender, unit, update_id, message_id=each.message_id, topic=topic)
            if not await self._admitted(chat):
                return
            chat.carried = tuple(carried)
            await self._take(chat, each)
            if chat.refused is not None:
                carried.append(chat.refused)

    async def private_edit(self, message: Message, sender: User, unit: UnitOfWork, update_id: int) -> None:
        """An edited message in a private chat. Telegram tells of edits that no person made, too (Bot API, Update)."""
        received = input_of(message)
        chat = await self._context(sender, unit, update_id, message_id=message.message_id, topic=topic_of(message))
        if mark_of(received) == chat.person.last_message or not await self._admitted(chat):
            return
        if carries_secret(message):
            await self._take(chat, received)
        elif self._forms.took(chat, message.message_id):
            await self._act(chat, lambda: self._forms.mended(chat, received))
        elif message.message_id == chat.person.last_message[0]:
            await self._take(chat, received)

    async def private_tap(self, query: CallbackQuery, sender: User, unit: UnitOfWork, update_id: int) -> None:
        """A tap on a button in a private chat."""
        tapped = query.message.message_id if query.message else None
        chat = await self._context(sender, unit, update_id, tapped=tapped, topic=topic_of(query.message))
        if not await self._admitted(chat):
            return
        tap = Tap.unpack(query.data)
        await self._act(chat, lambda: self._on_tap(chat, tap), wish=["tap", query.data])

    async def deliver(self, chat_id: int, kind: str, body: str, unit: UnitOfWork) -> None:
        """Draws and shows what the outbox has to tell.

        Raises:
            NotShownError: Telegram could not be reached.
            BlockedError: the person does not want to hear from the bot.
        """
        chat = await self._context_of(chat_id, unit)
        person = chat.person
        screen = await self._drawn(chat, kind, body)
        if screen is not None:
            topic = orjson.loads(body).get("topic", person.topics.get(chat.about or "", person.topic))
            await self._told(chat, person, self._tell(chat, screen, topic, form_open=person.open is not None))
            _told_for_good(chat, screen, kind, body)
        self._keep(chat, person)

    def tells(self, kind: str) -> bool:
        """Whether there is a screen for this kind of notice."""
        return kind in self._routes.notices

    async def deliver_drawn(self, chat_id: int, body: str, unit: UnitOfWork) -> None:
        """Shows a screen that could not be shown when it was drawn; raises as `deliver`.

        The question of a form that was left or finished since is not asked any more.
        """
        chat = await self._context_of(chat_id, unit)
        person, drawn = chat.person, from_json(body)
        if drawn.screen.lasting:
            form_open = person.open is not None
            await self._told(chat, person, self._tell(chat, drawn.screen, drawn.topic, form_open=form_open))
        elif drawn.open == person.open:
            await self._told(chat, person, self._show_again(chat, drawn))
        self._keep(chat, person)

    async def deliver_parked(self, chat_id: int, parked: Sequence[Notice], unit: UnitOfWork, *, held: bool) -> None:
        """Tells together what could not be told while the person had the bot blocked; raises as `deliver`.

        `held`: nobody had blocked it; Telegram held it back.
        """
        chat = await self._context_of(chat_id, unit)
        before = chat.person
        shown: list[Told] = []
        for each in {(each.kind, each.body): each for each in parked}.values():
            one = await self._context_of(chat_id, unit, among_others=True)
            if each.kind == outbox_table.LASTING:
                screen: Screen | None = from_json(each.body).screen
            else:
                screen = await self._drawn(one, each.kind, each.body)
            if screen is not None:
                shown.append(Told(each.parked or 0.0, screen))
                _told_for_good(chat, screen, each.kind, each.body)
        if shown:
            chat.about = None
            screen = while_away(chat.t, shown, held=held)
            form_open = before.open is not None
            await self._told(chat, before, self._tell(chat, screen, before.topic, form_open=form_open))
        self._keep(chat, before)

    @asynccontextmanager
    async def uploading(self, user_id: int, about: str) -> AsyncIterator[None]:
        """The sign that a file is on its way to SMSC, in the topic of its request."""
        person = await self._people.load(user_id)
        async with self._panel.uploading(user_id, person.topics.get(about)):
            yield

    async def came_back(self, user_id: int, unit: UnitOfWork) -> None:
        """The person lets the bot into their chat again."""
        before = await self._people.load(user_id)
        chat = ChatContext(before, self._catalogues.pick(before.language, before.hint), unit, update_id=0)
        self._back(chat)
        self._keep(chat, before)

    # Inside

    async def _context_of(self, chat_id: int, unit: UnitOfWork, *, among_others: bool = False) -> ChatContext:
        """What a notice is drawn with."""
        person = await self._people.load(chat_id)
        t = self._catalogues.pick(person.language, person.hint)
        chat = ChatContext(person, t, unit, update_id=0, among_others=among_others)
        await self._equip(chat)
        return chat

    async def _drawn(self, chat: ChatContext, kind: str, body: str) -> Screen | None:
        screen: Screen | None = await self._routes.notices[kind]({**chat.at_hand, "body": orjson.loads(body)})
        return screen

    async def _show_again(self, chat: ChatContext, drawn: Drawn) -> None:
        chat.person = await self._panel.show(chat.person, drawn.screen, about=drawn.about)

    async def _told(self, chat: ChatContext, before: Person, telling: Awaitable[None]) -> None:
        """Tells something; that the person does not want to hear from the bot, or does again, is noted."""
        try:
            await telling
        except BlockedError:
            chat.person = replace(before, away=True)
            self._keep(chat, before)
            raise
        self._back(chat)

    def _back(self, chat: ChatContext) -> None:
        """The person is there again: what waited for that is told."""
        if chat.person.away:
            chat_id = chat.person.user_id
            chat.person = replace(chat.person, away=False)
            chat.unit.tells = True
            chat.unit.add(lambda tx: outbox_table.back(tx, chat_id))

    async def _context(
        self,
        sender: User,
        unit: UnitOfWork,
        update_id: int,
        *,
        message_id: int = 0,
        tapped: int | None = None,
        topic: int = 0,
    ) -> ChatContext:
        known = await self._people.load(sender.id)
        person = replace(known, hint=sender.language_code or known.hint, topic=topic)
        chat = ChatContext(
            person,
            self._catalogues.pick(person.language, person.hint),
            unit,
            update_id,
            first_name=sender.first_name,
            tapped=tapped,
            message_id=message_id,
            open_before=person.open,
        )
        self._back(chat)
        await self._equip(chat)
        return chat

    async def _equip(self, chat: ChatContext) -> None:
        chat.at_hand = {
            **self._services,
            "chat": chat,
            "t": chat.t,
            "catalogues": self._catalogues,
            "scope": await self._accounts.scope(chat.person),
            "tap": Tap(""),
            "received": None,
            "word": "",
            "new_tag": new_tag(),
        }

    async def _admitted(self, chat: ChatContext) -> bool:
        if not self._allowed or chat.person.user_id in self._allowed:
            return True
        screen = Screen(chat.t("This bot serves a closed circle. Please ask its administrator for access."))
        await self._show(chat, chat.person, screen)
        return False

    async def _take(self, chat: ChatContext, received: Input) -> None:
        if isinstance(received, FileInput | AlbumInput):
            self._panel.react(chat.person.user_id, received.message_id)
        chat.person = replace(chat.person, last_message=mark_of(received))
        await self._act(chat, lambda: self._on_message(chat, received), received=received)

    async def _on_message(self, chat: ChatContext, received: Input) -> Screen | None:
        if isinstance(received, TextInput) and (shortcut := self._shortcuts.get(folded(received.text))) is not None:
            chat.person = replace(chat.person, open=None)
            self._panel.take_away(chat.person.user_id, received.message_id)
            return await self._on_command(chat, shortcut, "")
        secret = await self._forms.asks_secret(chat)
        holding, found = _secret_of(received)
        if (
            found is not None
            and found.certain
            and not (secret and holding is received and not (found.labelled and found.key))
        ):
            return await self._on_secret(chat, received, holding)
        if found is not None and chat.at_hand["scope"] is None and isinstance(received, TextInput):
            received = replace(received, secret=True)
        command = self._command_in(chat, received, secret=secret) if isinstance(received, TextInput) else None
        if command is not None:
            if command[2] is not None and not await self._name.answered_to(command[2]):
                return await self._of_another_bot(chat, command[2])
            chat.person = replace(chat.person, open=None)
            return await self._on_command(chat, command[1].lower(), (command[3] or "").strip())
        if isinstance(received, TextInput) and (pressed := self._typed_button(chat, received)) is not None:
            return await self._on_tap(chat, pressed)
        at_hand = {**chat.at_hand, "received": received}
        of_a_name = isinstance(received, FileInput | AlbumInput) and received.ref is not None
        if not of_a_name and await self._forms.takes(chat, received):
            calm = not secret and chat.at_hand["scope"] is not None
            interrupting = self._routes.interrupts.get(type(received)) if calm else None
            if chat.at_hand["scope"] is None and not isinstance(received, TextInput | OtherInput):
                return await self._kept_for_later(chat, received)
            screen = await self._called(interrupting, at_hand) if interrupting is not None else None
            return screen if screen is not None else await self._forms.received(chat, received)
        chat.person = replace(chat.person, open=None)
        return await self._called(self._routes.unprompted[type(received)], at_hand)

    def _leads_away(self, chat: ChatContext, received: TextInput, *, secret: bool) -> bool:
        """Whether words are a command or a button, and no answer to the form's question."""
        if self._command_in(chat, received, secret=secret) is not None:
            return True
        return folded(received.text) in self._shortcuts or self._typed_button(chat, received) is not None

    def _command_in(self, chat: ChatContext, received: TextInput, *, secret: bool) -> re.Match[str] | None:
        """The command that a text is, also one that nobody knows.

        Unless a secret is due, or `/skip` and its like are the words of a button that the person sees.
        """
        command = COMMAND.fullmatch(received.text.strip())
        if command is None or command[1].lower() in self._routes.commands:
            return command
        return None if secret or self._typed_button(chat, received) is not None else command

    def _typed_button(self, chat: ChatContext, received: TextInput) -> Tap | None:
        """The button that the person sees and whose words they typed, in their language or in another; None: none."""
        labels = [label for label, _ in chat.person.buttons]
        said = [] if received.forwarded else self._catalogues.in_words_of(chat.t.language, received.text)
        for words in said:
            taps = {chat.person.buttons[number][1] for number in same_label(words, labels)}
            if len(taps) == 1:
                return Tap.unpack(taps.pop())
        return None

    async def _on_secret(self, chat: ChatContext, received: Input, holding: TextInput) -> Screen | None:
        """A key or a password in whatever was sent: it is for the account that is being connected, else asked about.

        The message is deleted before anything else is done.
        """
        if holding is not received:
            chat.note = say("The file came with a key, so I deleted your message. Send the file again without it.")
        at_hand = {**chat.at_hand, "received": replace(holding, secret=True)}
        command = COMMAND.match(holding.text)
        meant = command is not None and command[1].lower() == _CONNECT
        if meant or chat.at_hand["scope"] is None or chat.person.open == _CONNECT:
            return await self._forms.begin(chat, _CONNECT, received=replace(holding, secret=True))
        await self._forms.delete_secret(chat, holding.message_id)
        chat.person = replace(chat.person, open=None)
        return await self._called(self._routes.secrets[""], at_hand)

    async def _kept_for_later(self, chat: ChatContext, received: Input) -> Screen | None:
        """One more thing that has a purpose only when there is an account; the form that connects one goes on."""
        chat.person = replace(chat.person, wish=[*(chat.person.wish or ()), _wish_of(received)][-_WISHES_MOST:])
        chat.note = say("👌 Kept: I go on with it when the account is connected.")
        return await self._forms.current(chat)

    async def _on_command(self, chat: ChatContext, name: str, rest: str) -> Screen | None:
        handler = self._routes.commands.get(name)
        if name == "start" and rest:
            payload, _, word = rest.partition("_")
            handler = self._routes.payloads.get(payload, handler)
            rest = word
        if handler is None:
            screen: Screen = await self._forms.reopened(chat) or await self._routes.commands["start"](chat.at_hand)
            return screen.with_note(chat.t("There is no command /{name}.", name=name))
        return await self._called(handler, {**chat.at_hand, "word": rest})

    async def _of_another_bot(self, chat: ChatContext, name: str) -> Screen:
        """A command that names another bot: it is left alone, and what was open goes on."""
        told = chat.t("That command is for @{name}, and I am another bot: I left it alone.", name=name)
        question = await self._forms.current(chat)
        return Screen(told, ((form.home_button(chat.t),),)) if question is None else question.with_note(told)

    async def _on_tap(self, chat: ChatContext, tap: Tap) -> Screen | None:
        if tap.verb == form.VERB:
            return await self._forms.tapped(chat, tap)
        chat.person = replace(chat.person, open=None)
        handler = self._routes.taps.get(tap.verb, self._routes.taps["home"])
        return await self._called(handler, {**chat.at_hand, "tap": tap})

    async def _called(self, handler: Handler, at_hand: Mapping[str, object]) -> Screen | None:
        screen: Screen | None = await handler(at_hand)
        return screen

    async def _act(self, chat: ChatContext, acting: Acting, *, received: Input | None = None, wish: Any = None) -> None:
        """Runs the handler, shows its screen, and puts what changed into the update's unit of work.

        `wish` (what was sent, where something was `received`) is kept where an account is needed first, and done
        with one.
        """
        before = await self._people.load(chat.person.user_id)
        try:
            async with self._panel.sign(chat.person.user_id, ChatAction.TYPING, SIGN_AFTER, chat.person.topic):
                screen = await acting()
        except NoAccountError:
            screen = await self._connecting(chat, received, wish)
        except Exception:
            log.exception("handler failed", update_id=chat.update_id)
            now = chat.person
            chat.person = replace(
                before, panel=now.panel, about=now.about, last_message=now.last_message, hint=now.hint, topic=now.topic
            )
            screen = _failed(chat.t)
        if screen is not None:
            screen = self._forms.offered_again(chat, screen)
            for each in reversed(chat.carried):
                screen = screen.with_note(chat.t(each))
        await self._show(chat, before, screen)
        if chat.person.wish is not None and not chat.forgotten and await self._accounts.scope(chat.person) is not None:
            await self._grant(chat)

    async def _connecting(self, chat: ChatContext, received: Input | None, wish: Any) -> Screen:
        """An account is needed: the way to one, or at once its connection where it was the key that was sent."""
        if isinstance(received, TextInput) and secret_in(received.text) is not None:
            return await self._forms.begin(chat, _CONNECT, received=replace(received, secret=True))
        if isinstance(received, TextInput) and (is_greeting(received.text) or is_question(received.text)):
            help_screen: Screen = await self._routes.commands["help"](chat.at_hand)
            return help_screen
        chat.person = replace(chat.person, wish=[_wish_of(received) if received is not None else wish])
        screen = await self._forms.begin(chat, _CONNECT)
        return screen.with_note(chat.t("For this an SMSC account is needed. Connecting one takes a minute."))

    async def _grant(self, chat: ChatContext) -> None:
        """Does what was asked for before there was an account."""
        wishes = chat.person.wish
        chat.person = replace(chat.person, wish=None)
        for kind, *what in wishes:
            chat.tapped, chat.note, chat.open_before = None, None, chat.person.open
            await self._equip(chat)
            await self._act(chat, partial(self._granted, chat, kind, what))

    async def _granted(self, chat: ChatContext, kind: str, what: Sequence[Any]) -> Screen | None:
        match kind:
            case "command":
                return await self._on_command(chat, *what)
            case "tap":
                return await self._on_tap(chat, Tap.unpack(what[0]))
            case _:
                return await self._on_message(chat, INPUT.validate_python(what[0]))

    async def _tell(self, chat: ChatContext, screen: Screen, topic: int, *, form_open: bool) -> None:
        """Shows what nobody asked for, in its topic. Where a form is open there, its question stays the last message.

        What lasts is a message above the question, which is asked again under it. What is soon out of date (it goes on
        later, it is looked for) stands above the question's own words.
        """
        if topic != chat.person.topic:
            at_hand = chat.about is not None and chat.about == chat.person.about  # its own panel stands there
            there = replace(chat.person, topic=topic)
            there = there if at_hand else replace(there, panel=None, about=None)
            shown = await self._panel.show(there, screen, about=chat.about)
            if at_hand:
                chat.person = replace(chat.person, panel=shown.panel, about=shown.about)
            chat.about = None
            return
        try:
            question = await self._forms.current(chat) if form_open else None
        except NoAccountError:
            question = None
        if question is None:
            chat.person = await self._panel.show(chat.person, screen, about=chat.about)
            if not screen.lasting:
                self._drop_passing(chat)
            return
        if screen.lasting:
            await self._panel.show(replace(chat.person, panel=None, about=None), screen)
        else:
            ways = [tuple(each for each in row if each.tap != form.home_button(chat.t).tap) for row in screen.rows]
            question = replace(question.with_note(screen.text), rows=(*question.rows, *ways))
            chat.tapped = chat.person.panel  # in place
        chat.about = None
        await self._show_or_leave(chat, question)

    async def _show_or_leave(self, chat: ChatContext, screen: Screen) -> None:
        """Shows a screen; where Telegram does not take it now, it is left to the outbox, until a newer one is shown."""
        chat_id = chat.person.user_id
        if chat.person.subclient and not screen.lasting and chat.person.open != _CONNECT:
            screen = screen.with_note(chat.t("👤 For the subclient <b>{login}</b>", login=chat.person.subclient))
        try:
            below = chat.tapped is None
            chat.person = await self._panel.show(chat.person, screen, tapped=chat.tapped, about=chat.about, below=below)
        except NotShownError as failure:
            log.warning("screen not shown, left to the outbox", why=str(failure))
            self._drop_passing(chat)
            self._left(chat, screen)
        except BlockedError as blocked:
            log.info("blocked by the person", user_id=chat_id)
            self._drop_passing(chat)
            chat.person = replace(chat.person, away=True)
            if screen.lasting and not blocked.for_good:
                self._left(chat, screen)
        else:
            if not screen.lasting:
                self._drop_passing(chat)

    def _left(self, chat: ChatContext, screen: Screen) -> None:
        """Leaves a screen to the outbox, which knows when it can be shown."""
        chat_id, body = chat.person.user_id, to_json(Drawn(screen, chat.about, chat.person.open, chat.person.topic))
        kind = outbox_table.LASTING if screen.lasting else outbox_table.PASSING
        chat.unit.tells = True
        chat.unit.add(lambda tx: outbox_table.put(tx, chat_id, kind, body))

    def _drop_passing(self, chat: ChatContext) -> None:
        chat_id = chat.person.user_id
        chat.unit.add(lambda tx: outbox_table.drop_passing(tx, chat_id))

    async def _show(self, chat: ChatContext, before: Person, screen: Screen | None) -> None:
        if screen is not None:
            if chat.note is not None:
                screen = screen.with_note(chat.t(chat.note))
            await self._show_or_leave(chat, screen)
        if chat.about is not None and not chat.forgotten:
            chat.person = chat.person.made_here(chat.about)
        self._keep(chat, before)

    def _keep(self, chat: ChatContext, before: Person) -> None:
        if chat.forgotten:
            self._people.drop(chat.person.user_id)
            return
        if chat.person != before:
            self._people.remember(chat.person)
            chat.unit.add(self._people.saving(chat.person))


def _wish_of(received: Input) -> Any:
    """What was sent, as JSON; a command in its parts, for it may name a deep link."""
    command = COMMAND.fullmatch(received.text.strip()) if isinstance(received, TextInput) else None
    if command is not None:
        return ["command", command[1].lower(), (command[3] or "").strip()]
    return ["received", INPUT.dump_python(received, mode="json")]


def _secret_of(received: Input) -> tuple[TextInput, Secret | None]:
    """The key or password in a text or under a file, and the words that hold it, with their message."""
    files = (
        received.files if isinstance(received, AlbumInput) else (received,) if isinstance(received, FileInput) else ()
    )
    texts = (
        [received]
        if isinstance(received, TextInput)
        else [TextInput(each.caption or "", each.message_id) for each in files]
    )
    for each in texts:
        if (found := secret_in(each.text)) is not None:
            return each, found
    return TextInput(""), None


def _told_for_good(chat: ChatContext, screen: Screen, kind: str, body: str) -> None:
    """What stays in the chat is the last word about a thing: another notice of the same has nothing to add."""
    chat_id = chat.person.user_id
    if screen.lasting:
        chat.unit.add(lambda tx: outbox_table.drop_same(tx, chat_id, kind, body))


@dataclass(frozen=True, slots=True)
class Told:
    """Something that could not be told when it happened; `at` in epoch seconds."""

    at: float
    screen: Screen


def while_away(t: Texts, told: Sequence[Told], *, held: bool = False) -> Screen:
    """What could not be told when it happened, in one message; of very much the newest.

    `held`: Telegram held it back; otherwise the person had the bot blocked.
    """
    newest = told[-_TOLD_MOST:]
    heading = t("📬 Telegram held my messages back for a while. Meanwhile:") if held else t("👋 While you were away:")
    lines: list[Markup] = [heading]
    if left_out := len(told) - len(newest):
        lines += [
            Markup(""),
            t(
                say_n(
                    "{count} older message is left out; /history has it.",
                    "{count} older messages are left out; /history has them.",
                    left_out,
                )
            ),
        ]
    for each in newest:
        time = () if held else (t("<i>{time}</i>", time=moment(each.at)),)
        lines += [Markup(""), *time, each.screen.text]
    if len(told) == 1:
        return Screen(t.lines(*lines), told[0].screen.rows, lasting=True)
    return Screen(t.lines(*lines), ((form.home_button(t),),), lasting=True)


def _failed(t: Texts) -> Screen:
    text = t.lines(
        say("Something went wrong on our side. Your answers are kept, and nothing was sent to SMSC this time."),
        say("Please try once more; if it happens again, tell the administrator the time."),
    )
    return Screen(text, ((form.home_button(t),),))
