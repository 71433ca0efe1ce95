"""From an update to the handler that the tables name, and to the screen that it gives.

    message   a command, or a button of the bar that stands for one? ─▶ commands
              a file in reply to a name's card?                      ─▶ that name's
              a form is open that takes it?                          ─▶ interrupts, else its flow
              else ─▶ by kind, out of the blue; a form that was open is set aside and offered again
    edit      an answer of the open form came with it?               ─▶ the answer is mended
              the newest message? ─▶ as a new one                    an older one says nothing any more
    tap       its verb ─▶ taps           an unknown verb ─▶ home, drawn anew

Which handler it is follows from a look-up, not from filters that are asked one after another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.enums import ChatAction, ParseMode
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.methods import AnswerCallbackQuery, AnswerInlineQuery, SendMessage
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
    ReplyParameters,
    User,
)

from bot.accounts import Accounts
from bot.clock import new_tag
from bot.conversation import form
from bot.conversation.given import Given, GivenAlbum, GivenFile, GivenText
from bot.conversation.screen import Screen
from bot.conversation.tap import Tap
from bot.locales import Catalogues, Texts, say
from bot.people import People, Person
from bot.storage import outbox as outbox_table
from bot.telegram.forms import Forms
from bot.telegram.given import album_of, apart, given_of, is_service, mark_of
from bot.telegram.inbox import Unit
from bot.telegram.panel import SIGN_AFTER, BlockedError, NotShownError, Panel, to_json
from bot.telegram.routes import Handler, NoAccountError, Routes
from bot.telegram.talk import Talk

log = structlog.get_logger(__name__)

_COMMAND: Final = re.compile(r"/(\w{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
_OLD_QUERY: Final = ("query is too old", "query ID is invalid")


class Front:
    """Handles the updates of private chats; in groups it only shows the way to the private one."""

    def __init__(
        self,
        *,
        bot: Bot,
        username: str,
        routes: Routes,
        forms: Forms,
        people: People,
        accounts: Accounts,
        catalogues: Catalogues,
        panel: Panel,
        allowed: frozenset[int],
        shortcuts: Mapping[str, str],
        services: Mapping[str, object],
    ) -> None:
        self._bot = bot
        self._username = username
        self._routes = routes
        self._forms = forms
        self._people = people
        self._accounts = accounts
        self._catalogues = catalogues
        self._panel = panel
        self._allowed = allowed
        self._shortcuts = shortcuts
        self._services = {**services, "forms": forms, "panel": panel, "accounts": accounts}

    async def acknowledge(self, callback_id: str) -> None:
        """Answers a tap before any work; that a query is too old is of no interest."""
        try:
            await self._bot(AnswerCallbackQuery(callback_query_id=callback_id))
        except TelegramBadRequest as refused:
            if not any(told in str(refused) for told in _OLD_QUERY):
                log.warning("tap not acknowledged", why=str(refused))
        except TelegramAPIError as failure:
            log.warning("tap not acknowledged", why=type(failure).__name__)

    async def private_message(self, messages: Sequence[Message], sender: User, unit: Unit, update_id: int) -> None:
        """A message in a private chat, or the messages of an album."""
        if is_service(messages[0]):
            return
        talk = await self._talk(sender, unit, update_id, message_id=messages[0].message_id)
        if not await self._admitted(talk):
            return
        first, *others = apart(album_of(messages))
        await self._take(talk, first)
        for each in others:
            await self._take(await self._talk(sender, unit, update_id, message_id=each.message_id), each)

    async def private_edit(self, message: Message, sender: User, unit: Unit, update_id: int) -> None:
        """An edited message in a private chat. Telegram tells of edits that no person made, too (Bot API, Update)."""
        given = given_of(message)
        talk = await self._talk(sender, unit, update_id, message_id=message.message_id)
        if mark_of(given) == talk.person.heard or not await self._admitted(talk):
            return
        if self._forms.took(talk, message.message_id):
            await self._act(talk, self._forms.mended(talk, given))
        elif message.message_id == talk.person.heard[0]:
            await self._take(talk, given)

    async def private_tap(self, query: CallbackQuery, sender: User, unit: Unit, update_id: int) -> None:
        """A tap on a button in a private chat."""
        tapped = query.message.message_id if query.message else None
        talk = await self._talk(sender, unit, update_id, tapped=tapped)
        if not await self._admitted(talk):
            return
        await self._act(talk, self._on_tap(talk, Tap.unpack(query.data)))

    async def in_group(self, message: Message, sender: User) -> None:
        """What is said to the bot in a group: nothing of an account is shown there, only the way on.

        The link leads to what was asked for. A card that came by inline mode is not said to the bot.
        """
        command = _COMMAND.fullmatch((message.text or "").strip())
        if message.via_bot is not None or not self._is_meant(message, command):
            return
        payload = command[1].lower() if command is not None and command[1].lower() in self._routes.payloads else "home"
        t = self._catalogues.pick((await self._people.load(sender.id)).language, sender.language_code)
        url = f"https://t.me/{self._username}?start={payload}"
        button = InlineKeyboardButton(text=t.label("Go on in private"), url=url)
        try:
            await self._bot(
                SendMessage(
                    chat_id=message.chat.id,
                    message_thread_id=message.message_thread_id if message.is_topic_message else None,
                    text=str(t("Sender names are nobody else's business. Let us go on in private.")),
                    reply_parameters=ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True),
                    reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
                )
            )
        except TelegramAPIError as failure:
            log.info("no answer in a group", why=type(failure).__name__)

    async def inline(self, query: InlineQuery) -> None:
        """`@bot par` in any chat: one's own names that have it in them; a card tells nothing of the account."""
        person = await self._people.load(query.from_user.id)
        t = self._catalogues.pick(person.language, query.from_user.language_code)
        allowed = not self._allowed or person.user_id in self._allowed
        scope = await self._accounts.scope(person) if allowed else None
        cards = await self._routes.inline({**self._services, "t": t, "scope": scope, "word": query.query})
        results: list[Any] = [
            InlineQueryResultArticle(
                id=str(number),
                title=title,
                input_message_content=InputTextMessageContent(message_text=str(text), parse_mode=ParseMode.HTML),
            )
            for number, (title, text) in enumerate(cards)
        ]
        try:
            await self._bot(
                AnswerInlineQuery(inline_query_id=query.id, results=results, cache_time=0, is_personal=True)
            )
        except TelegramAPIError as failure:
            log.info("inline query not answered", why=type(failure).__name__)

    async def deliver(self, chat_id: int, kind: str, body: Mapping[str, Any], unit: Unit) -> None:
        """Draws and shows what the outbox has to tell.

        Raises:
            NotShownError: Telegram could not be reached.
            BlockedError: the person does not want to hear from the bot.
        """
        person = await self._people.load(chat_id)
        talk = Talk(person, self._catalogues.pick(person.language), unit, update_id=0)
        await self._equip(talk)
        handler = self._routes.notices[kind]
        screen = await handler({**talk.at_hand, "body": body})
        if screen is not None:
            talk.person = await self._panel.show(talk.person, screen, about=talk.about)
        self._keep(talk, person)

    async def deliver_drawn(self, chat_id: int, screen: Screen, unit: Unit) -> None:
        """Shows a screen that could not be shown when it was drawn; raises as `deliver`."""
        person = await self._people.load(chat_id)
        talk = Talk(await self._panel.show(person, screen), self._catalogues.pick(person.language), unit, 0)
        self._keep(talk, person)

    # Inside

    def _is_meant(self, message: Message, command: re.Match[str] | None) -> bool:
        """Whether a message in a group is a command for this bot, a reply to it, or names it."""
        if command is not None:
            return command[2] is None or command[2].lower() == self._username.lower()
        answered = message.reply_to_message.from_user if message.reply_to_message else None
        if answered is not None and answered.id == self._bot.id:
            return True
        return f"@{self._username}".lower() in (message.text or message.caption or "").lower()

    async def _talk(
        self,
        sender: User,
        unit: Unit,
        update_id: int,
        *,
        message_id: int = 0,
        tapped: int | None = None,
    ) -> Talk:
        person = await self._people.load(sender.id)
        if person.language is None:
            person = replace(person, language=self._catalogues.pick(None, sender.language_code).language)
        talk = Talk(
            person,
            self._catalogues.pick(person.language),
            unit,
            update_id,
            first_name=sender.first_name,
            tapped=tapped,
            message_id=message_id,
            open_before=person.open,
        )
        await self._equip(talk)
        return talk

    async def _equip(self, talk: Talk) -> None:
        talk.at_hand = {
            **self._services,
            "talk": talk,
            "t": talk.t,
            "catalogues": self._catalogues,
            "scope": await self._accounts.scope(talk.person),
            "tap": Tap(""),
            "given": None,
            "word": "",
            "new_tag": new_tag(),
        }

    async def _admitted(self, talk: Talk) -> bool:
        if not self._allowed or talk.person.user_id in self._allowed:
            return True
        screen = Screen(talk.t("This bot serves a closed circle. Please ask its administrator for access."))
        await self._show(talk, talk.person, screen)
        return False

    async def _take(self, talk: Talk, given: Given) -> None:
        if isinstance(given, GivenFile | GivenAlbum):
            self._panel.react(talk.person.user_id, given.message_id)
        talk.person = replace(talk.person, heard=mark_of(given))
        await self._act(talk, self._on_message(talk, given))

    async def _on_message(self, talk: Talk, given: Given) -> Screen | None:
        if isinstance(given, GivenText) and (shortcut := self._shortcuts.get(given.text)) is not None:
            talk.person = replace(talk.person, open=None)
            self._panel.take_away(talk.person.user_id, given.message_id)
            return await self._on_command(talk, shortcut, "")
        if isinstance(given, GivenText) and (command := _COMMAND.fullmatch(given.text.strip())):
            talk.person = replace(talk.person, open=None)
            return await self._on_command(talk, command[1].lower(), (command[3] or "").strip())
        at_hand = {**talk.at_hand, "given": given}
        of_a_name = isinstance(given, GivenFile | GivenAlbum) and given.ref is not None
        if not of_a_name and await self._forms.takes(talk, given):
            interrupting = self._routes.interrupts.get(type(given)) if talk.at_hand["scope"] is not None else None
            screen = await self._called(interrupting, at_hand) if interrupting is not None else None
            return screen if screen is not None else await self._forms.given(talk, given)
        talk.person = replace(talk.person, open=None)
        return await self._called(self._routes.blue[type(given)], at_hand)

    async def _on_command(self, talk: Talk, name: str, rest: str) -> Screen | None:
        handler = self._routes.commands.get(name)
        if name == "start" and rest:
            payload, _, word = rest.partition("_")
            handler = self._routes.payloads.get(payload, handler)
            rest = word
        if handler is None:
            handler = self._routes.commands["start"]
            screen: Screen = await handler(talk.at_hand)
            return screen.with_note(talk.t("There is no command /{name}.", name=name))
        return await self._called(handler, {**talk.at_hand, "word": rest})

    async def _on_tap(self, talk: Talk, tap: Tap) -> Screen | None:
        if tap.verb == form.VERB:
            return await self._forms.tapped(talk, tap)
        talk.person = replace(talk.person, open=None)
        handler = self._routes.taps.get(tap.verb, self._routes.taps["home"])
        return await self._called(handler, {**talk.at_hand, "tap": tap})

    async def _called(self, handler: Handler, at_hand: Mapping[str, object]) -> Screen | None:
        screen: Screen | None = await handler(at_hand)
        return screen

    async def _act(self, talk: Talk, acting: Any) -> None:
        """Runs the handler, shows its screen, and puts what changed into the update's unit of work."""
        before = await self._people.load(talk.person.user_id)
        try:
            async with self._panel.sign(talk.person.user_id, ChatAction.TYPING, after=SIGN_AFTER):
                screen = await acting
        except NoAccountError:
            screen = (await self._forms.begin(talk, "connect")).with_note(
                talk.t("For this an SMSC account is needed. Connecting one takes a minute.")
            )
        except Exception:
            log.exception("handler failed", update_id=talk.update_id)
            now = talk.person
            talk.person = replace(before, panel=now.panel, about=now.about, heard=now.heard)
            screen = _failed(talk.t)
        if screen is not None:
            screen = self._forms.offered_again(talk, screen)
        await self._show(talk, before, screen)

    async def _show(self, talk: Talk, before: Person, screen: Screen | None) -> None:
        if screen is not None:
            if talk.note is not None:
                screen = screen.with_note(talk.t(talk.note))
            if talk.person.subclient and not screen.lasting:
                screen = screen.with_note(talk.t("👤 For the subclient <b>{login}</b>", login=talk.person.subclient))
            try:
                talk.person = await self._panel.show(talk.person, screen, tapped=talk.tapped, about=talk.about)
            except NotShownError as failure:
                log.warning("screen not shown, left to the outbox", why=str(failure))
                body, chat_id = to_json(screen), talk.person.user_id
                talk.unit.tells = True
                talk.unit.add(lambda db: _queued(db, chat_id, body))
            except BlockedError:
                log.info("blocked by the person", user_id=talk.person.user_id)
        self._keep(talk, before)

    def _keep(self, talk: Talk, before: Person) -> None:
        if talk.forgotten:
            self._people.drop(talk.person.user_id)
            return
        if talk.person != before:
            self._people.remember(talk.person)
            talk.unit.add(self._people.saving(talk.person))


def _queued(db: Any, chat_id: int, body: str) -> None:
    outbox_table.put(db, chat_id, "drawn", body)


def _failed(t: Texts) -> Screen:
    text = t.lines(
        say("Something went wrong on our side. Your answers are kept, and nothing was sent to SMSC this time."),
        say("Please try once more; if it happens again, tell the administrator the time."),
    )
    return Screen(text, ((form.home_button(t),),))
