"""Connect an SMSC account.

    service ─▶ API key ───────────────────────────────▶ checked at SMSC ─▶ connected, balance
            └▶ [Login and password] ─▶ login ─▶ password ─▶       └▶ refused: the key is asked again
    a key sent before there is an account ─▶ [service] ─▶ checked
    one that is sent later, unasked ─▶ [It is a key] ─▶ [service] ─▶ checked

The message that carried a key or a password is deleted before anything else is done with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import SecretStr

from bot.accounts import Account, Accounts, Attempts
from bot.conversation.flow import SKIPPED, Answers, Choice, Draft, Flow, Json, Problem, Several, Step
from bot.conversation.form import home_button
from bot.conversation.given import Given, GivenText
from bot.conversation.screen import Button, Screen, Style
from bot.conversation.tap import Tap, tap
from bot.locales import Phrase, Texts, moment, say, verbatim
from bot.reading.fields import login_in
from bot.reading.keys import key_asked_for, password_asked_for
from bot.senders.listing import Listings
from bot.smsc import Access, Balance, KeyAuth, PasswordAuth, Refused, Service, SmscError
from bot.telegram.bar import Bar
from bot.telegram.forms import Forms
from bot.telegram.routes import Reopened, Routes
from bot.telegram.talk import Talk
from handlers.start import home
from handlers.words import problem

routes: Final = Routes()

_KEY, _PASSWORD = "key", "password"
_UNPRINTABLE: Final = re.compile(r"[\s\x00-\x1f\x7f]")
_SECRET_MOST: Final = 200
_KEY_LEAST: Final = 8


@dataclass(frozen=True, slots=True)
class ConnectFacts:
    """What the steps look at: the services that the administrator offers."""

    services: tuple[Service, ...]


def _services(_answers: Answers, facts: ConnectFacts) -> Sequence[Choice]:
    return [Choice(str(n), verbatim(each.name), each.name) for n, each in enumerate(facts.services)]


def _read_password(given: Given, _answers: Answers, _facts: ConnectFacts) -> Json | Problem:
    text = password_asked_for(given.text) if isinstance(given, GivenText) else ""
    if not text or len(text) > _SECRET_MOST or _UNPRINTABLE.search(text):
        return Problem(say("A key or password is one word without spaces, of at most 200 characters."))
    return text


def _read_key(given: Given, _answers: Answers, _facts: ConnectFacts) -> Json | Several | Problem:
    found = key_asked_for(given.text) if isinstance(given, GivenText) else None
    if found is not None and found.password:
        said = {"login": found.login, _PASSWORD: found.password} if found.login else {}
        return Several({_KEY: SKIPPED, **said})
    if found is None or len(found.key) > _SECRET_MOST:
        return Problem(say("A key or password is one word without spaces, of at most 200 characters."))
    if len(found.key) < _KEY_LEAST or not found.key.isascii():
        return Problem(
            say("That is no API key: one is a long word of Latin letters and digits. Nothing was sent to SMSC.")
        )
    return found.key


def _read_login(given: Given, _answers: Answers, _facts: ConnectFacts) -> Json | Problem:
    text = login_in(given.text) if isinstance(given, GivenText) else ""
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
    return _KEY in answers and answers[_KEY] is SKIPPED


FLOW: Final = Flow[ConnectFacts](
    name="connect",
    version=2,
    title=say("Connect an account"),
    send=say("Connect"),
    summary=False,
    scoped=False,
    steps=(
        Step(
            key="service",
            label=say("Service"),
            ask=lambda _answers, _facts: say("Where is your account?"),
            choices=_services,
            applies=lambda _answers, facts: len(facts.services) > 1,
        ),
        Step(
            key=_KEY,
            label=say("API key"),
            ask=_where_key,
            read=_read_key,
            secret=True,
            optional=True,
            skip=say("Login and password"),
            branches=True,
            spots=lambda given: isinstance(given, GivenText) and given.secret,
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
@routes.tap("connect")
async def begin(talk: Talk, forms: Forms, word: str) -> Screen:
    """Opens the form; `/connect KEY` answers it, whatever the key looks like."""
    if not word:
        return await forms.begin(talk, FLOW.name)
    return await forms.begin(talk, FLOW.name, given=GivenText(word, talk.message_id, secret=True))


@routes.unasked_secret()
async def perhaps_a_key(talk: Talk, t: Texts, given: GivenText, new_tag: str) -> Screen:
    """A key came though nobody asked for one, or what may be one: the person decides what to do with it.

    Until then it is kept, sealed, in a form of its own, and shown nowhere.
    """
    known = FLOW.start(new_tag, {_KEY: given.text})  # known, not answered: nothing to go on with
    draft = replace(known, told={_KEY: given.message_id})
    talk.person = replace(talk.person.with_draft(FLOW, draft), open=None)
    return perhaps_screen(t, draft.tag, deleted=given.secret)


def perhaps_screen(t: Texts, tag: str, *, deleted: bool) -> Screen:
    """The question whether it is a key; `deleted`: it can hardly be anything else, and its message is gone."""
    if deleted:
        asked = t("Is this an API key? I deleted your message, so that nobody reads it. Shall I connect the account?")
    else:
        asked = t.lines(
            "Is this an API key? Then I delete your message and connect the account.",
            "",
            "As a sender name it would be too long: up to 11 letters and digits.",
        )
    return Screen(
        asked,
        (
            (Button(t.label("It is a key"), tap("iskey", tag), Style.PRIMARY),),
            (Button(t.label("It is not"), tap("iskey", tag, "no")), home_button(t)),
        ),
    )


@routes.tap("iskey")
async def decided(talk: Talk, t: Texts, tap: Tap, accounts: Accounts, forms: Forms) -> Screen:
    """Connects what was said to be a key; forgets it where it is none."""
    draft = next((each for each in talk.person.drafts_of(FLOW) if each.tag == tap.word(0)), None)
    if draft is None:
        return await home(talk, t, accounts, forms)
    talk.person = talk.person.without_draft(FLOW, draft.tag)
    if tap.word(1) == "no" or _KEY not in draft.answers:
        return await home(talk, t, accounts, forms)
    given = GivenText(draft.answers[_KEY], draft.told.get(_KEY, 0), secret=True)
    return await forms.begin(talk, FLOW.name, given=given)


async def facts(accounts: Accounts) -> ConnectFacts:
    """The services on offer."""
    return ConnectFacts(accounts.services)


async def finish(
    talk: Talk,
    t: Texts,
    draft: Draft,
    answers: Answers,
    facts: ConnectFacts,
    accounts: Accounts,
    attempts: Attempts,
    listings: Listings,
    new_id: Callable[[], int],
    bar: Bar,
) -> Screen | Reopened:
    """Checks the key at SMSC, and only then stores it. With the first account the quick actions appear."""
    secret = _KEY if _KEY in answers else _PASSWORD
    user_id = talk.person.user_id
    until = attempts.blocked_until(user_id)
    if until is not None:
        return Reopened(
            secret,
            say(
                "Too many keys were refused. So that SMSC does not block us, the next try is at {time}.",
                time=moment(until),
            ),
        )
    service = next(each for each in facts.services if each.name == _service_name(answers, facts))
    login = answers.get("login") if secret == _PASSWORD else None
    value = SecretStr(answers[secret])
    auth = PasswordAuth(login, value) if login else KeyAuth(value)
    try:
        balance = await listings.balance(Access(service, auth))
    except Refused as refused:
        if refused.number == 2:
            attempts.failed(user_id)
        return Reopened(secret, problem(refused))
    except SmscError as failure:
        return Reopened(secret, problem(failure), keep=True)
    account = await accounts.connect(Account(new_id(), user_id, service, login, None), auth)
    talk.person = talk.person.acting_for(account.id)
    if talk.person.bar is None:
        await bar.show(talk)
    return connected(t, account, balance)


def connected(t: Texts, account: Account, balance: Balance) -> Screen:
    """The receipt."""
    return Screen(
        t.lines(
            t("✅ Connected: <b>{account}</b>", account=account.title),
            t("Balance: <b>{amount}</b>", amount=balance_shown(balance)),
            "",
            "The key is stored encrypted, for you alone.",
        ),
        (
            (
                Button(t.label("Add a name"), tap("add"), Style.PRIMARY),
                Button(t.label("My names"), tap("names")),
            ),
            (Button(t.label("Give it a label"), tap("label", account.id)), home_button(t)),
        ),
        lasting=True,
    )


def balance_shown(balance: Balance) -> Phrase:
    """An amount with its currency, as SMSC gave it: no digit more or less."""
    whole, _, part = f"{balance.amount:,}".replace(",", "\u00a0").partition(".")
    currency = f"\u00a0{balance.currency}" if balance.currency else ""
    if not part:
        return verbatim(f"{whole}{currency}")
    return say("{whole}.{part}{currency}", whole=whole, part=part, currency=currency)


def _service_name(answers: Answers, facts: ConnectFacts) -> str:
    name: str = answers.get("service") or facts.services[0].name
    return name


routes.conversation(FLOW, facts=facts, finish=finish)
