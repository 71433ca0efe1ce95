"""The accounts of a person: which one is in use, its balance, its label; forgetting one, or everything.

/account ─▶ [another account]: now in use
         ─▶ [Connect another]   [Subclient]   [Name this account]
         ─▶ [Forget account] ─▶ what will be lost ─▶ [Keep it] [Forget]
         ─▶ [Forget me]      ─▶ what will be lost ─▶ [Keep it] [Forget everything]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.accounts import Account, Accounts, Scope
from bot.actions.conversations import CONNECT
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.form import clipped, home_button
from bot.conversation.inputs import Input, one_line
from bot.conversation.screen import Button, Row, Screen, Style
from bot.conversation.step import Answers, Json, Problem, Step
from bot.locales import Texts, say
from bot.people import Person
from bot.quotas import Quotas
from bot.screens.accounts import balance_shown
from bot.screens.buttons import (
    ActForSubclient,
    ConnectAccount,
    ForgetAccount,
    ForgetMe,
    NameAccount,
    OpenAccount,
    RemoveColleague,
    ShowColleagues,
    ShowNotifications,
    ShowPrivacy,
    TryAccountAgain,
    UseAccount,
)
from bot.screens.colleagues import ROLES
from bot.screens.problems import problem
from bot.senders.listing import Listings
from bot.senders.operations import Operations
from bot.smsc import Balance, MustWait, SmscError, WaitReason
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.menu import Menu
from bot.telegram.reply_keyboard import ReplyKeyboard
from bot.telegram.routes import Reopened, Routes

routes: Final = Routes()

_LABEL_MOST: Final = 40


@routes.command("account")
@routes.deep_link("account")
@routes.button(OpenAccount)
async def account(chat: ChatContext, t: Texts, scope: Scope, accounts: Accounts, listings: Listings) -> Screen:
    """The account in use, with its balance, and the others."""
    balance, failure = await _balance(scope, listings)
    scope = await accounts.scope(chat.person) or scope  # its key may just have been refused
    return account_screen(t, scope, await accounts.of(chat.person.user_id), balance, failure)


@routes.button(TryAccountAgain)
async def try_again(
    chat: ChatContext,
    t: Texts,
    button: TryAccountAgain,
    accounts: Accounts,
    listings: Listings,
    operations: Operations,
) -> Screen:
    """Asks SMSC once more about a key that it refused: the person may have mended something in the cabinet."""
    chosen = await _brought(chat.person, button.account, accounts)
    if chosen is None:
        return gone(t)
    scope = Scope(chosen, user_id=chat.person.user_id)
    try:
        balance = await listings.balance(await accounts.access(scope, await accounts.trial(chat.person.user_id)))
    except SmscError as failure:
        return account_screen(t, scope, await accounts.of(chat.person.user_id), None, failure)
    await accounts.resume(chosen.id)
    await operations.resume(chosen.id)
    resumed = replace(scope, account=replace(chosen, paused=None))
    return account_screen(t, resumed, await accounts.of(chat.person.user_id), balance, None)


@routes.button(UseAccount)
async def use(
    chat: ChatContext, t: Texts, button: UseAccount, accounts: Accounts, listings: Listings, forms: Forms
) -> Screen:
    """Another account is in use from now on."""
    chosen = await _mine(chat.person, button.account, accounts)
    waits = forms.act_for(chat, chosen.id) if chosen is not None else None
    scope = await accounts.scope(chat.person)
    if scope is None:
        return await forms.begin(chat, CONNECT)
    screen = await account(chat, t, scope, accounts, listings)
    return screen if waits is None else screen.with_note(waits)


@routes.button(ForgetAccount)
async def forget(chat: ChatContext, t: Texts, button: ForgetAccount, accounts: Accounts) -> Screen:
    """Forgets an account: first what will be lost, then a second tap."""
    chosen = await _brought(chat.person, button.account, accounts)
    if chosen is None:
        return gone(t)
    if button.sure is None:
        return forget_screen(t, chosen)
    await accounts.forget(chosen.id)
    chat.unit_of_work.tells = True  # whoever was invited to it, and clients
    left = await accounts.of(chat.person.user_id)
    chat.changes.person = chat.person.acting_for(left[0].id if left else None)
    return forgotten_screen(t, chosen)


@routes.button(ForgetMe, guests=True)
async def forget_me(
    chat: ChatContext,
    t: Texts,
    button: ForgetMe,
    accounts: Accounts,
    quotas: Quotas,
    keyboard: ReplyKeyboard,
    menu: Menu,
) -> Screen:
    """Forgets everything about the person: first what will be lost, then a second tap."""
    if button.sure is None:
        return forget_me_screen(t)
    await quotas.keep(chat.person.user_id)
    await accounts.forget_person(chat.person.user_id)
    chat.unit_of_work.tells = True  # whoever was invited to their accounts, and clients
    menu.forget(chat.person.user_id)
    if chat.person.keyboard_message:
        await keyboard.hide(chat)
    chat.changes.person = Person(chat.person.user_id, panel=chat.person.panel)
    chat.changes.forgotten = True
    return all_forgotten_screen(t)


def account_screen(
    t: Texts, scope: Scope, others: Sequence[Account], balance: Balance | None, failure: SmscError | None
) -> Screen:
    """Whose names these are."""
    mine = scope.account
    lines = [
        t("<b>Account</b>"),
        t("Service: <b>{service}</b>", service=mine.service.name),
        t("Login: <b>{login}</b>", login=mine.login) if mine.login else t("Access: API key"),
    ]
    if mine.label:
        lines.append(t("Name: <b>{label}</b>", label=mine.label))
    if balance is not None:
        lines.append(t("Balance: <b>{amount}</b>", amount=balance_shown(balance)))
    if failure is not None:
        lines += [t(""), t("⚠️ {problem}", problem=problem(failure))]
    brought = scope.user_id in {0, mine.owner_id}
    if not brought:
        lines.append(t("You were invited: <b>{role}</b>", role=ROLES[scope.role]))
    switches: list[Row] = [
        (Button(clipped(("● " if each.id == mine.id else "○ ") + each.title, 32), UseAccount(each.id)),)
        for each in others
        if len(others) > 1
    ]
    return Screen(
        t.lines(*lines),
        (
            *switches,
            (
                Button(t.label("Subclient"), ActForSubclient()),
                *((Button(t.label("Name this account"), NameAccount(mine.id)),) if brought else ()),
            ),
            (
                Button(t.label("Connect again"), ConnectAccount(mine.id), Style.PRIMARY),
                Button(t.label("Try it again"), TryAccountAgain(mine.id)),
            )
            if mine.paused and brought
            else (Button(t.label("Connect another"), ConnectAccount()),),
            (Button(t.label("Colleagues"), ShowColleagues(mine.id)),),
            (Button(t.label("Notifications"), ShowNotifications()), Button(t.label("Privacy"), ShowPrivacy())),
            (
                Button(t.label("Forget account"), ForgetAccount(mine.id))
                if brought
                else Button(t.label("Leave this account"), RemoveColleague(mine.id, scope.user_id)),
                Button(t.label("Forget me"), ForgetMe()),
            ),
            (home_button(t),),
        ),
    )


def forget_screen(t: Texts, account: Account) -> Screen:
    """What forgetting an account means."""
    return Screen(
        t.lines(
            t("Forget <b>{account}</b>?", account=account.title),
            "",
            "Its key and the cached list of names are deleted here, and requests that were not sent yet are called off."
            " At SMSC nothing changes. What was done stays in the history.",
        ),
        (
            (Button(t.label("Keep it"), OpenAccount()),),
            (Button(t.label("Forget account"), ForgetAccount(account.id, "yes"), Style.DANGER),),
        ),
    )


def forget_me_screen(t: Texts) -> Screen:
    """What forgetting a person means."""
    return Screen(
        t.lines(
            "Delete everything that is stored about you?",
            "",
            "Accounts with their keys, unfinished forms, requests that were not sent yet, and the history."
            " At SMSC nothing changes. What you did for accounts of others stays in their history, without your name.",
        ),
        (
            (Button(t.label("Keep it"), OpenAccount()),),
            (Button(t.label("Forget everything"), ForgetMe("yes"), Style.DANGER),),
        ),
    )


def forgotten_screen(t: Texts, account: Account) -> Screen:
    """An account was forgotten."""
    return Screen(
        t(
            "The account <b>{account}</b> and its key are deleted here. At SMSC nothing was changed.",
            account=account.title,
        ),
        ((home_button(t),),),
        lasting=True,
    )


def all_forgotten_screen(t: Texts) -> Screen:
    """A person was forgotten."""
    return Screen(
        t.lines(
            "Everything that was stored about you is deleted: accounts, keys, forms and history.",
            "Your names at SMSC were not touched. /start begins anew.",
        ),
        lasting=True,
    )


def named_screen(t: Texts, account: Account) -> Screen:
    """An account has a label."""
    return Screen(
        t("The account is called <b>{label}</b> now.", label=account.title),
        ((Button(t.label("Account"), OpenAccount()), home_button(t)),),
    )


def gone(t: Texts) -> Screen:
    """An account that is not there any more."""
    return Screen(t("That account is not connected any more."), ((home_button(t),),))


async def _mine(person: Person, account_id: int, accounts: Accounts) -> Account | None:
    return next((each for each in await accounts.of(person.user_id) if each.id == account_id), None)


async def _brought(person: Person, account_id: int, accounts: Accounts) -> Account | None:
    """The account, where this person brought its key: nobody else may change or forget it."""
    return next((each for each in await accounts.brought_by(person.user_id) if each.id == account_id), None)


async def _balance(scope: Scope, listings: Listings) -> tuple[Balance | None, SmscError | None]:
    """The balance, or why it cannot be told. SMSC is never asked with a key that it is known to refuse."""
    try:
        return await listings.balance_of(scope), None
    except MustWait as wait:
        return None, wait if wait.why not in {WaitReason.LIMITS, WaitReason.BUSY} else None
    except SmscError as failure:
        return None, failure


# A label


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """The accounts of the person, by id."""

    accounts: dict[int, Account]


def _read_label(received: Input, _answers: Answers, _facts: LabelFacts) -> Json | Problem:
    text = one_line(received)
    if not text or len(text) > _LABEL_MOST:
        return Problem(say("An account name has 1 to {most} characters.", most=_LABEL_MOST))
    return text


LABEL: Final = Flow[LabelFacts](
    name="label",
    version=1,
    title=say("Name of the account"),
    send=say("Save"),
    summary=False,
    scoped=False,
    steps=(
        Step(
            key="label",
            label=say("Account name"),
            ask=lambda _answers, _facts: say("What shall the account be called here? Only you see it."),
            example=say("Flower shop"),
            read=_read_label,
        ),
    ),
)


@routes.button(NameAccount)
async def label(chat: ChatContext, t: Texts, button: NameAccount, accounts: Accounts, forms: Forms) -> Screen:
    """Opens the form for a label."""
    chosen = await _brought(chat.person, button.account, accounts)
    if chosen is None:
        return gone(t)
    return await forms.begin(chat, LABEL.name, {"account": chosen.id})


async def label_facts(chat: ChatContext, accounts: Accounts) -> LabelFacts:
    """The accounts that the person brought."""
    return LabelFacts({each.id: each for each in await accounts.brought_by(chat.person.user_id)})


async def label_finish(
    t: Texts, draft: Draft, answers: Answers, facts: LabelFacts, accounts: Accounts
) -> Screen | Reopened:
    """Stores the label."""
    chosen = facts.accounts.get(draft.answers.get("account"))  # type: ignore[arg-type]  # a draft holds any JSON
    if chosen is None:
        return gone(t)
    await accounts.rename(chosen.id, answers["label"])
    return named_screen(t, replace(chosen, label=answers["label"]))


routes.conversation(LABEL, facts=label_facts, finish=label_finish)
