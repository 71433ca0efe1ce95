"""Choosing: from what was sent or tapped to the handler that the tables name; gives the screen that it draws.

    message   a link to the bot, pasted?                             ─▶ as if it were opened
              an API key or a password that was not asked for?       ─▶ deleted, then connected or asked about
              a command, or a word of the reply keyboard for one?    ─▶ commands
              the words of a button that is seen, of several boxes?  ─▶ as if it were tapped, they were
              a file in reply to a name's card?                      ─▶ that name's
              a form is open that takes it?                          ─▶ interrupts, else its flow
              else ─▶ by kind, unprompted; a form that was open is set aside and offered again
    tap       the button that says it ─▶ its handler; a form's ─▶ its form; nobody knows it ─▶ where one is now
    no account where one is needed ─▶ what was wanted is kept, and one is connected

Which handler it is follows from a look-up, not from filters that are asked one after another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.conversation import form, form_buttons
from bot.conversation.callback import Buttons, declared_in
from bot.conversation.form_buttons import FormButton
from bot.conversation.inputs import AlbumInput, FileInput, Input, OtherInput, TextInput
from bot.conversation.screen import Button, Screen
from bot.locales import Texts, say
from bot.reading.keys import Secret, secret_in
from bot.reading.words import folded, is_greeting, is_question, same_label, several
from bot.screens.buttons import ConnectAccount
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.handler import Call
from bot.telegram.inputs import INPUT
from bot.telegram.own_name import OwnName
from bot.telegram.routes import COMMAND, LINK, Role, Routes
from bot.telegram.services import Services

_DEFERRED_MOST: Final = 10
"""Things sent before there is an account that are kept until then."""


class Dispatch:
    """Chooses the handler, and calls it.

    `shortcuts` are the words on the reply keyboard, and the command that each stands for.
    """

    def __init__(
        self, routes: Routes, services: Services, forms: Forms, name: OwnName, shortcuts: Mapping[str, str]
    ) -> None:
        self._routes = routes
        self._buttons = Buttons((*routes.buttons, *declared_in(form_buttons)))
        self._services = services
        self._forms = forms
        self._name = name
        self._shortcuts = {folded(label): command for label, command in shortcuts.items()}

    async def message(self, chat: ChatContext, received: Input) -> Screen | None:
        """The screen for what was sent; None where what answers it comes by itself.

        Raises:
            NoAccountError: it needs an account, and none is connected.
        """
        if isinstance(received, TextInput) and (shortcut := self._shortcuts.get(folded(received.text))) is not None:
            chat.changes.person = replace(chat.person, open=None)
            self._services.panel.take_away(chat.person.user_id, received.message_id)
            return await self.command(chat, shortcut, "")
        if isinstance(received, TextInput) and (link := LINK.fullmatch(received.text.strip())) is not None:
            chat.changes.person = replace(chat.person, open=None)
            if not await self._name.answered_to(link[1]):
                return await self._of_another_bot(chat, link[1])
            return await self.command(chat, "start", link[2])
        asked_secret = await self._forms.asks_secret(chat)
        holding, found = _secret_of(received)
        if found is not None and found.certain:
            is_the_answer = asked_secret and holding is received and not (found.labelled and found.key)
            if not is_the_answer:
                return await self._secret(chat, received, holding)
        if isinstance(received, TextInput):
            if found is not None and chat.scope is None:
                received = replace(received, secret=True)
            if (command := self._command_in(chat, received, secret=asked_secret)) is not None:
                return await self._typed_command(chat, command)
            if (pressed := self._typed_button(chat, received)) is not None:
                return await self.tap(chat, pressed)
            if boxes := self._typed_boxes(chat, received):
                *others, last = boxes
                for each in others:
                    await self.tap(chat, each)
                return await self.tap(chat, last)
        return await self._input(chat, received, asked_secret=asked_secret)

    async def _typed_command(self, chat: ChatContext, command: re.Match[str]) -> Screen | None:
        name, bot, rest = command.groups()
        if bot is not None and not await self._name.answered_to(bot):
            return await self._of_another_bot(chat, bot)
        chat.changes.person = replace(chat.person, open=None)
        return await self.command(chat, name.lower(), (rest or "").strip())

    async def _input(self, chat: ChatContext, received: Input, *, asked_secret: bool) -> Screen | None:
        """What is neither a command nor a button: the open form's, or by its kind."""
        call = replace(self._call(chat), received=received)
        of_a_name = isinstance(received, FileInput | AlbumInput) and received.ref is not None
        if of_a_name or not await self._forms.takes(chat, received):
            chat.changes.person = replace(chat.person, open=None)
            return await self._routes.unprompted_inputs[type(received)](call)
        waits = chat.scope is None and self._forms.connects(chat.person.open)
        if waits and not isinstance(received, TextInput | OtherInput):
            return await self._kept_for_later(chat, received)
        if not asked_secret and chat.scope is not None:
            for (kind, _), interrupting in self._routes.interrupts.items():
                if kind is type(received) and (screen := await interrupting(call)) is not None:
                    return screen
        return await self._forms.received(chat, received)

    async def command(self, chat: ChatContext, name: str, rest: str) -> Screen | None:
        """The screen for a command and what follows it; of `/start`, for the deep link."""
        handler = self._routes.commands.get(name)
        if name == "start" and rest:
            payload, _, rest = rest.partition("_")
            handler = self._routes.deep_links.get(payload, handler)
        if handler is None:
            handler, rest = self._routes.roles[Role.UNKNOWN_COMMAND], name
        return await handler(replace(self._call(chat), word=rest))

    async def tap(self, chat: ChatContext, payload: str) -> Screen | None:
        """The screen for a tap on a button that says this.

        Raises:
            OldButtonError: nobody knows it any more.
            NoAccountError: it needs an account, and none is connected.
        """
        button = self._buttons.unpacked(payload)
        if isinstance(button, FormButton):
            return await self._forms.tapped(chat, button)
        chat.changes.person = replace(chat.person, open=None)
        return await self._routes.buttons[type(button)](replace(self._call(chat), button=button))

    async def home(self, chat: ChatContext) -> Screen:
        """The first screen; the open form stays where it was."""
        chat.changes.person = replace(chat.person, open=chat.open_before)
        screen: Screen = await self._routes.roles[Role.HOME](self._call(chat))
        return screen

    async def old_button(self, chat: ChatContext) -> Screen:
        """What there is now, for a button that is of another time: the form that is open, or home."""
        screen: Screen = await self._forms.reopened(chat) or await self._routes.roles[Role.HOME](self._call(chat))
        return screen.with_note(chat.t("That button was of an earlier screen. Here is where you are now."))

    async def deferred(self, chat: ChatContext, request: Sequence[Any]) -> Screen | None:
        """The screen for what was asked for before there was an account, see `_to_defer`."""
        match request:
            case ["command", name, rest]:
                return await self.command(chat, name, rest)
            case ["tap", payload]:
                return await self.tap(chat, payload)
            case _:
                return await self.message(chat, INPUT.validate_python(request[1]))

    async def connecting(self, chat: ChatContext, wanted: Input | str | None) -> Screen:
        """An account is needed for what was sent, or for a button (what it says): the way to one.

        What was wanted is kept until then. Where it was the key itself, it is connected at once.
        """
        if isinstance(wanted, TextInput) and secret_in(wanted.text) is not None:
            return await self._forms.connect(chat, received=replace(wanted, secret=True))
        if isinstance(wanted, TextInput) and (is_greeting(wanted.text) or is_question(wanted.text)):
            help_screen: Screen = await self._routes.roles[Role.HELP](self._call(chat))
            return help_screen
        if wanted is not None:
            request = ["tap", wanted] if isinstance(wanted, str) else _to_defer(wanted)
            chat.changes.person = replace(chat.person, deferred_requests=[request])
        if (back := self._forms.resuming(chat)) is not None:
            return account_needed_screen(chat.t, back)
        screen = await self._forms.connect(chat)
        return screen.with_note(chat.t("For this an SMSC account is needed. Connecting one takes a minute."))

    def leads_away(self, chat: ChatContext, received: TextInput, *, secret: bool) -> bool:
        """Whether words are a command or a button, and no answer to the form's question."""
        if self._command_in(chat, received, secret=secret) is not None:
            return True
        if LINK.fullmatch(received.text.strip()) is not None:
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

    def _typed_button(self, chat: ChatContext, received: TextInput) -> str | None:
        """What the button says that the person sees and whose words they typed, in any language; None: none."""
        labels = [label for label, _ in chat.person.buttons]
        catalogues = self._services.catalogues
        said = [] if received.forwarded else catalogues.in_words_of(chat.t.language, received.text)
        for words in said:
            taps = {chat.person.buttons[number][1] for number in same_label(words, labels)}
            if len(taps) == 1:
                return taps.pop()
        return None

    def _typed_boxes(self, chat: ChatContext, received: TextInput) -> list[str]:
        """What the boxes say that are not ticked yet, where a text names several of those that the person sees."""
        labels = {payload: label for label, payload in chat.person.buttons if label.startswith(form.BOXES)}
        parts = several(received.text) if labels else []
        typed = [self._typed_button(chat, replace(received, text=each)) for each in parts]
        if len(parts) < 2 or not all(each in labels for each in typed):
            return []
        return [each for each in dict.fromkeys(typed) if each is not None and labels[each].startswith(form.BOXES[0])]

    async def _secret(self, chat: ChatContext, received: Input, holding: TextInput) -> Screen | None:
        """A key or a password in whatever was sent: it is for the account that is being connected, else asked about.

        The message is deleted before anything else is done.
        """
        if holding is not received:
            chat.changes.note = say(
                "The file came with a key, so I deleted your message. Send the file again without it."
            )
        holding = replace(holding, secret=True)
        command = COMMAND.match(holding.text)
        meant = command is not None and self._forms.connects(command[1].lower())
        if meant or chat.scope is None or self._forms.connects(chat.person.open):
            return await self._forms.connect(chat, received=holding)
        await self._forms.delete_secret(chat, holding.message_id)
        chat.changes.person = replace(chat.person, open=None)
        screen: Screen = await self._routes.roles[Role.KEY_UNASKED](replace(self._call(chat), received=holding))
        return screen

    async def _kept_for_later(self, chat: ChatContext, received: Input) -> Screen | None:
        """One more thing that has a purpose only when there is an account; the form that connects one goes on."""
        requests = [*(chat.person.deferred_requests or ()), _to_defer(received)]
        chat.changes.person = replace(chat.person, deferred_requests=requests[-_DEFERRED_MOST:])
        chat.changes.note = say("👌 Kept: I go on with it when the account is connected.")
        return await self._forms.current(chat)

    async def _of_another_bot(self, chat: ChatContext, name: str) -> Screen:
        """A command that names another bot: it is left alone, and what was open goes on."""
        screen, question = of_another_bot_screen(chat.t, name), await self._forms.current(chat)
        return screen if question is None else question.with_note(screen.text)

    def _call(self, chat: ChatContext) -> Call:
        return Call.in_chat(chat, self._services, self._forms)


def account_needed_screen(t: Texts, back: Button) -> Screen:
    """Somebody fills in a form that needs no account, and wants something that does; `back` leads to the form."""
    text = t.lines(
        "For this you need an SMSC account of your own. The form that you are filling in needs none.",
        "When you have connected one, I go on with what you wanted.",
    )
    return Screen(text, ((back,), (Button(t.label("Connect an account"), ConnectAccount()),), (form.home_button(t),)))


def of_another_bot_screen(t: Texts, name: str) -> Screen:
    """A command that names another bot was left alone."""
    text = t("That command is for @{name}, and I am another bot: I left it alone.", name=name)
    return Screen(text, ((form.home_button(t),),))


def _to_defer(received: Input) -> list[Any]:
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
