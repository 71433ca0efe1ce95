"""Connect an SMSC account.

    service ─▶ API key ───────────────────────────────▶ checked at SMSC ─▶ connected, balance
            └▶ [Login and password] ─▶ login ─▶ password ─▶       └▶ refused: the key is asked again
    a key sent before there is an account ─▶ [service] ─▶ checked
    one that is sent later, unasked ─▶ [It is a key] ─▶ [service] ─▶ checked

The message that carried a key or a password is deleted before anything else is done with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from pydantic import SecretStr

from bot.accounts import Account, Accounts
from bot.actions.conversations import CONNECT
from bot.actions.home import home
from bot.actions.keys import KEY, perhaps_a_key
from bot.conversation.callback import OldButtonError
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.form import clipped, home_button
from bot.conversation.form_buttons import Send
from bot.conversation.inputs import Input, TextInput
from bot.conversation.screen import Button, Screen, Style
from bot.conversation.step import SKIPPED, Answers, Choice, Json, Problem, Several, Step
from bot.locales import Phrase, Texts, say, verbatim
from bot.reading.fields import login_in
from bot.reading.hosts import service_beside, services_named
from bot.reading.keys import key_asked_for, password_asked_for, secret_in
from bot.screens.accounts import balance_shown
from bot.screens.buttons import AddName, ConnectAccount, DecideAboutKey, DecideWhoseKey, NameAccount, ShowNames
from bot.screens.problems import problem
from bot.senders.listing import Listings
from bot.senders.logins import Relation
from bot.senders.operations import Operations
from bot.smsc import Access, Balance, ErrorKind, KeyAuth, PasswordAuth, Refused, Service, SmscError
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.reply_keyboard import ReplyKeyboard
from bot.telegram.routes import Reopened, Role, Routes
from bot.telegram.services import NewId

routes: Final = Routes()
_ANY_ACCOUNT: Final = ConnectAccount()
routes.role(Role.KEY_UNASKED)(perhaps_a_key)

_SERVICE: Final = "service"
_PASSWORD: Final = "password"  # noqa: S105  # a key of the answers
_AGAIN, _INSTEAD = "again", "instead"
"""The account that is to be connected again, and the one whose key a person said it is (0: none that is there)."""
_NOT_OFFERED: Final = say("That service is not on offer here.")
_UNPRINTABLE: Final = re.compile(r"[\s\x00-\x1f\x7f]")
_SECRET_MOST: Final = 200
_KEY_LEAST: Final = 8


@dataclass(frozen=True, slots=True)
class ConnectFacts:
    """What the steps look at: the services that the administrator offers."""

    services: tuple[Service, ...]

    @property
    def names(self) -> list[str]:
        """What they are called."""
        return [each.name for each in self.services]


def _services(_answers: Answers, facts: ConnectFacts) -> Sequence[Choice]:
    return [Choice(str(n), verbatim(each.name), each.name) for n, each in enumerate(facts.services)]


def _read_password(received: Input, _answers: Answers, _facts: ConnectFacts) -> Json | Problem:
    text = password_asked_for(received.text) if isinstance(received, TextInput) else ""
    if not text or len(text) > _SECRET_MOST or _UNPRINTABLE.search(text):
        return Problem(say("A key or password is one word without spaces, of at most 200 characters."))
    return text


def _read_service(received: Input, _answers: Answers, facts: ConnectFacts) -> Json | Problem:
    named = services_named(received.text, facts.names) if isinstance(received, TextInput) else None
    if named is None:
        return Problem(say("Please tap one of the buttons."))
    return named[0] if len(named) == 1 else Problem(_NOT_OFFERED if not named else say("Which of them?"))


def _read_key(received: Input, _answers: Answers, facts: ConnectFacts) -> Json | Several | Problem:
    """A key, or a login and its password; the service that is named instead of one or beside it is that of the key."""
    text = received.text if isinstance(received, TextInput) else ""
    named = services_named(text, facts.names) if secret_in(text) is None else None
    if named is not None and len(named) < 2:
        return Several({_SERVICE: named[0]}) if named else Problem(_NOT_OFFERED)
    found, beside = key_asked_for(text), service_beside(text, facts.names)
    at = {_SERVICE: beside} if beside is not None else {}
    if found is not None and found.password:
        said = {"login": found.login, _PASSWORD: found.password} if found.login else {}
        return Several({**at, KEY: SKIPPED, **said})
    if found is None or len(found.key) > _SECRET_MOST:
        return Problem(say("A key or password is one word without spaces, of at most 200 characters."))
    if len(found.key) < _KEY_LEAST or not found.key.isascii():
        return Problem(
            say("That is no API key: one is a long word of Latin letters and digits. Nothing was sent to SMSC.")
        )
    return Several({**at, KEY: found.key})


def _read_login(received: Input, _answers: Answers, _facts: ConnectFacts) -> Json | Problem:
    text = login_in(received.text) if isinstance(received, TextInput) else ""
    if not text or len(text) > _SECRET_MOST or _UNPRINTABLE.search(text):
        return Problem(say("A login is one word without spaces."))
    return text


def _where_key(answers: Answers, facts: ConnectFacts) -> Phrase:
    return say(
        "Send the API key of your account at {service}. You make one in the cabinet, under “Settings”, “API keys”; it"
        " can be withdrawn without changing the password. I delete the message at once and keep the key encrypted.",
        service=_service_name(answers, facts),
    )


def _without_key(answers: Answers, _facts: ConnectFacts) -> bool:
    return KEY in answers and answers[KEY] is SKIPPED


FLOW: Final = Flow[ConnectFacts](
    name=CONNECT,
    version=2,
    title=say("Connect an account"),
    send=say("Connect"),
    summary=False,
    scoped=False,
    steps=(
        Step(
            key=_SERVICE,
            label=say("Service"),
            read=_read_service,
            ask=lambda _answers, _facts: say("Where is your account?"),
            choices=_services,
            applies=lambda _answers, facts: len(facts.services) > 1,
        ),
        Step(
            key=KEY,
            label=say("API key"),
            ask=_where_key,
            read=_read_key,
            secret=True,
            optional=True,
            skip=say("Login and password"),
            branches=True,
            spots=lambda received: isinstance(received, TextInput) and received.secret,
        ),
        Step(
            key="login",
            label=say("Login"),
            ask=lambda answers, facts: say("What is the login at {service}?", service=_service_name(answers, facts)),
            example=verbatim("shop-almaty"),
            read=_read_login,
            applies=_without_key,
        ),
        Step(
            key=_PASSWORD,
            label=say("Password"),
            ask=lambda _answers, _facts: say(
                "Send the password. I delete the message at once and keep the password encrypted."
            ),
            read=_read_password,
            secret=True,
            applies=_without_key,
        ),
    ),
)


@routes.command("connect")
@routes.button(ConnectAccount)
async def begin(
    chat: ChatContext,
    t: Texts,
    accounts: Accounts,
    forms: Forms,
    word: str = "",
    button: ConnectAccount = _ANY_ACCOUNT,
) -> Screen:
    """Opens the form; `/connect KEY` answers it, whatever the key looks like, and `/connect smsc.kz` its first step.

    For an account whose key SMSC refused, at its service.
    """
    again = next((each for each in await accounts.brought_by(chat.person.user_id) if each.id == button.account), None)
    prefilled: Answers = {_SERVICE: again.service.name, _AGAIN: again.id} if again is not None else {}
    if not word:
        return await forms.begin(chat, FLOW.name, prefilled, anew=again is not None)
    named = services_named(word, [each.name for each in accounts.services])
    if named is None:
        return await forms.begin(chat, FLOW.name, prefilled, received=TextInput(word, chat.message_id, secret=True))
    screen = await forms.begin(chat, FLOW.name, {_SERVICE: named[0]} if len(named) == 1 else {})
    return screen if named else screen.with_note(t("⚠️ {problem}", problem=_NOT_OFFERED))


@routes.button(DecideAboutKey)
async def decided(chat: ChatContext, t: Texts, button: DecideAboutKey, accounts: Accounts, forms: Forms) -> Screen:
    """Connects what was said to be a key; forgets it where it is none."""
    draft = next((each for each in chat.person.drafts_of(FLOW) if each.tag == button.tag), None)
    if draft is None:
        raise OldButtonError("the key is not kept any more")
    chat.changes.person = chat.person.without_draft(FLOW, draft.tag)
    if button.answer == "no" or KEY not in draft.answers:
        return await home(chat, t, accounts, forms)
    received = TextInput(draft.answers[KEY], draft.answered_by.get(KEY, 0), secret=True)
    return await forms.begin(chat, FLOW.name, received=received)


async def facts(accounts: Accounts) -> ConnectFacts:
    """The services on offer."""
    return ConnectFacts(accounts.services)


async def finish(
    chat: ChatContext,
    t: Texts,
    draft: Draft,
    answers: Answers,
    facts: ConnectFacts,
    accounts: Accounts,
    listings: Listings,
    operations: Operations,
    new_id: NewId,
    keyboard: ReplyKeyboard,
) -> Screen | Reopened:
    """Checks the key at SMSC, and only then stores it. With the first account the quick actions appear.

    A new key of an account that is there already takes the place of its old one. Where it is not certain whose it is,
    the person is asked.
    """
    secret = KEY if KEY in answers else _PASSWORD
    user_id = chat.person.user_id
    service = next(each for each in facts.services if each.name == _service_name(answers, facts))
    login = answers.get("login") if secret == _PASSWORD else None
    value = SecretStr(answers[secret])
    auth = PasswordAuth(login, value) if login else KeyAuth(value)
    access = Access(service, auth, trial=await accounts.trial(user_id))
    try:
        balance = await listings.balance(access)
    except SmscError as failure:
        wrong = isinstance(failure, Refused) and failure.kind is ErrorKind.AUTHORISATION
        return Reopened(secret, problem(failure), keep=not wrong)
    access = replace(access, trial=None)
    with suppress(SmscError):  # the key was accepted: what is not known of it now is found out later
        await listings.place(access)
    decided = draft.answers.get(_INSTEAD)
    instead = await accounts.known(user_id, service, auth)
    if instead is None:
        instead, perhaps = await _whose(user_id, access, draft.answers.get(_AGAIN), decided, accounts, listings)
        if perhaps:
            kept = FLOW.start(draft.tag, {**draft.answers, **answers})
            chat.changes.person = replace(chat.person.with_draft(FLOW, kept), open=None)
            return whose_screen(t, draft.tag, perhaps)
    account = await accounts.connect(Account(new_id(), user_id, service, login, None), auth, instead)
    if account.id != chat.person.account_id:
        chat.changes.person = chat.person.acting_for(account.id)
    await operations.resume(account.id)
    if chat.person.keyboard_message is None:
        await keyboard.show(chat)
    return connected(t, account, balance)


async def _whose(
    user_id: int, access: Access, again: Json, decided: Json, accounts: Accounts, listings: Listings
) -> tuple[Account | None, list[Account]]:
    """The account that a new key is of (None: one of its own), or those that it may be of.

    `again` is the account that was to be connected again, `decided` what the person answered (0: another account).
    """
    mine = [each for each in await accounts.brought_by(user_id) if each.service.counts_as == access.service.counts_as]
    if decided is not None:
        return next((each for each in mine if each.id == decided), None), []
    relations = {each.id: await listings.relation(access, each) for each in mine}
    same = [each for each in mine if relations[each.id] is Relation.SAME]
    meant = [each for each in mine if each.id == again]
    if same or (meant and relations[meant[0].id] in {Relation.SIMILAR, Relation.UNKNOWN}):
        return next((each for each in meant if each in same), (same or meant)[0]), []
    doubtful = [
        each
        for each in mine
        if relations[each.id] is Relation.SIMILAR or (relations[each.id] is Relation.UNKNOWN and each.paused)
    ]
    return None, meant or doubtful


def whose_screen(t: Texts, tag: str, perhaps: Sequence[Account]) -> Screen:
    """The question whether a key that works is a new one of an account that is there already."""
    rows = [(Button(clipped(each.title, 32), DecideWhoseKey(tag, each.id)),) for each in perhaps]
    return Screen(
        t.lines(
            "Is this a new key of an account that you have connected?",
            "",
            "A new key takes the place of the old one, and everything goes on: forms, requests that wait, subclients,"
            " history.",
        ),
        (*rows, (Button(t.label("Another account"), DecideWhoseKey(tag, 0)), home_button(t))),
    )


@routes.button(DecideWhoseKey)
async def told_whose(chat: ChatContext, button: DecideWhoseKey, forms: Forms) -> Screen | None:
    """Connects as the person said."""
    draft = next((each for each in chat.person.drafts_of(FLOW) if each.tag == button.tag), None)
    if draft is None:
        raise OldButtonError("the key is not kept any more")
    decided = FLOW.start(draft.tag, {**draft.answers, _INSTEAD: button.account})
    chat.changes.person = replace(chat.person.with_draft(FLOW, decided), open=FLOW.name)
    return await forms.tapped(chat, Send(draft.tag))


def connected(t: Texts, account: Account, balance: Balance) -> Screen:
    """The receipt."""
    return Screen(
        t.lines(
            t("✅ Connected: <b>{account}</b>", account=account.title),
            t("Balance: <b>{amount}</b>", amount=balance_shown(balance)),
            "",
            "The key is stored encrypted, and nobody is shown it again.",
        ),
        (
            (
                Button(t.label("Add a name"), AddName(), Style.PRIMARY),
                Button(t.label("My names"), ShowNames()),
            ),
            (Button(t.label("Name this account"), NameAccount(account.id)), home_button(t)),
        ),
        lasting=True,
    )


def _service_name(answers: Answers, facts: ConnectFacts) -> str:
    name: str = answers.get(_SERVICE) or facts.services[0].name
    return name


routes.conversation(FLOW, facts=facts, finish=finish, connects=True)
