"""The people of an account: an owner invites by a link, gives roles, removes; whoever was invited may leave.

/colleagues ─▶ who works with it ─▶ [Invite a colleague] ─▶ [may look] … ─▶ a link that works once
                                 ─▶ [Daniyar: may look] ─▶ [may prepare] … [Remove] ─▶ sure?
the link, opened by somebody ─▶ whose account, what they may do ─▶ [Come in] ─▶ it is the account in use
"""

from __future__ import annotations

from typing import Final

from bot.accounts import NO_MORE, Account, Accounts, Scope
from bot.colleagues import JOINED, LEFT, ROLE, Colleague, Colleagues, Trouble
from bot.conversation.screen import Screen
from bot.locales import Texts
from bot.rights import Right, may
from bot.screens.buttons import (
    ComeIn,
    GiveRole,
    InviteColleague,
    OpenColleague,
    RemoveColleague,
    RevokeLink,
    ShowColleagues,
)
from bot.screens.colleagues import (
    came_in_screen,
    invited_screen,
    joined_screen,
    left_screen,
    link_screen,
    no_more_screen,
    one_screen,
    people_screen,
    remove_screen,
    role_screen,
    roles_screen,
    trouble_screen,
)
from bot.telegram.chat_context import ChatContext
from bot.telegram.handler import NoticeBody
from bot.telegram.own_name import OwnName
from bot.telegram.reply_keyboard import ReplyKeyboard
from bot.telegram.routes import Routes

routes: Final = Routes()

LINK: Final = "a"
"""The deep link that invites: `?start=a_<token>`."""
_IN_USE: Final = ShowColleagues()


@routes.command("colleagues")
@routes.deep_link("colleagues")
@routes.button(ShowColleagues)
async def people(
    t: Texts, scope: Scope, accounts: Accounts, colleagues: Colleagues, button: ShowColleagues = _IN_USE
) -> Screen:
    """Everybody of the account."""
    number = button.account if button.account is not None else scope.account.id
    there = await accounts.scope_for(scope.user_id, number)
    if there is None:
        return trouble_screen(t, Trouble.NOT_ALLOWED)
    if button.asks is not None:
        await colleagues.set_asks(number, scope.user_id, asks=button.asks == "on")
    return await _people(t, there, colleagues)


async def _people(t: Texts, there: Scope, colleagues: Colleagues) -> Screen:
    account, decides = there.account, may(there.role, Right.DECIDE)
    links = await colleagues.invitations(account) if decides else []
    waiting = await colleagues.waiting(account.id) if decides else 0
    asks = await colleagues.asks(account.id)
    return people_screen(t, account, await colleagues.of(account.id), links, there.user_id, asks=asks, waiting=waiting)


@routes.button(InviteColleague)
async def invite(
    chat: ChatContext, t: Texts, button: InviteColleague, accounts: Accounts, colleagues: Colleagues, name: OwnName
) -> Screen:
    """The choice of a role, then a link."""
    account = await _decided_by(chat.person.user_id, button.account, accounts)
    if account is None:
        return trouble_screen(t, Trouble.NOT_ALLOWED)
    if button.role is None:
        return roles_screen(t, account)
    link = await colleagues.invite(account.id, chat.person.user_id, button.role)
    if isinstance(link, Trouble):
        return trouble_screen(t, link)
    return link_screen(t, account, link, f"https://t.me/{name.current}?start={LINK}_{link.token}")


@routes.button(RevokeLink)
async def revoke(chat: ChatContext, t: Texts, button: RevokeLink, accounts: Accounts, colleagues: Colleagues) -> Screen:
    """A link lets nobody in any more."""
    there = await accounts.scope_for(chat.person.user_id, button.account)
    if there is None or not may(there.role, Right.DECIDE):
        return trouble_screen(t, Trouble.NOT_ALLOWED)
    await colleagues.revoke(button.account, chat.person.user_id, button.invitation)
    return await _people(t, there, colleagues)


@routes.button(OpenColleague)
async def one(chat: ChatContext, t: Texts, button: OpenColleague, accounts: Accounts, colleagues: Colleagues) -> Screen:
    """One of the account's people."""
    account = await _decided_by(chat.person.user_id, button.account, accounts)
    found = await _one(button.account, button.user, colleagues)
    if account is None:
        return trouble_screen(t, Trouble.NOT_ALLOWED)
    return one_screen(t, account, found) if found is not None else trouble_screen(t, Trouble.GONE)


@routes.button(GiveRole)
async def give(chat: ChatContext, t: Texts, button: GiveRole, accounts: Accounts, colleagues: Colleagues) -> Screen:
    """Somebody has another role."""
    trouble = await colleagues.give(button.account, chat.person.user_id, button.user, button.role)
    there = await accounts.scope_for(chat.person.user_id, button.account)
    if trouble is not None or there is None:
        return trouble_screen(t, trouble or Trouble.NOT_ALLOWED)
    return await _people(t, there, colleagues)


@routes.button(RemoveColleague)
async def remove(
    chat: ChatContext, t: Texts, button: RemoveColleague, accounts: Accounts, colleagues: Colleagues
) -> Screen:
    """First what ends, then the second tap: somebody is removed, or leaves."""
    me, leaves = chat.person.user_id, button.user == chat.person.user_id
    there, found = await accounts.scope_for(me, button.account), await _one(button.account, button.user, colleagues)
    if there is None or not (leaves or may(there.role, Right.DECIDE)):
        return trouble_screen(t, Trouble.NOT_ALLOWED)
    if found is None or not found.invited:
        return trouble_screen(t, Trouble.GONE if found is None else Trouble.KEY)
    if button.sure is None:
        return remove_screen(t, there.account, found, leaves=leaves)
    trouble = await colleagues.remove(button.account, me, button.user)
    if trouble is not None:
        return trouble_screen(t, trouble)
    if not leaves:
        return await _people(t, there, colleagues)
    await _closed(chat, button.account, accounts)
    return no_more_screen(t, there.account.title)


@routes.deep_link(LINK)
async def opened(chat: ChatContext, t: Texts, word: str, colleagues: Colleagues) -> Screen:
    """A link that invites was opened."""
    found = await colleagues.opened(word, chat.person.user_id)
    return trouble_screen(t, found) if isinstance(found, Trouble) else invited_screen(t, found, word.strip())


@routes.button(ComeIn)
async def come_in(
    chat: ChatContext, t: Texts, button: ComeIn, accounts: Accounts, colleagues: Colleagues, keyboard: ReplyKeyboard
) -> Screen:
    """Comes in; the account is in use from now on."""
    found = await colleagues.come_in(button.token, chat.person.user_id)
    if isinstance(found, Trouble):
        return trouble_screen(t, found)
    chat.changes.person = chat.person.acting_for(found.account.id)
    chat.changes.scope = await accounts.scope(chat.person)
    if chat.person.keyboard_message is None:
        await keyboard.show(chat)
    return came_in_screen(t, found)


@routes.notice(JOINED, quiet=True)
async def joined(t: Texts, body: NoticeBody, accounts: Accounts, colleagues: Colleagues) -> Screen | None:
    """Tells an owner that somebody came in."""
    account = await accounts.load(int(body["account"]))
    found = await _one(int(body["account"]), int(body["user"]), colleagues)
    return joined_screen(t, account, found.name, found.role) if account is not None and found is not None else None


@routes.notice(LEFT, quiet=True)
async def left(t: Texts, body: NoticeBody, accounts: Accounts, colleagues: Colleagues) -> Screen | None:
    """Tells an owner that somebody left."""
    account = await accounts.load(int(body["account"]))
    return left_screen(t, account, await colleagues.name(int(body["user"]))) if account is not None else None


@routes.notice(ROLE, quiet=True)
async def role_told(chat: ChatContext, t: Texts, body: NoticeBody, accounts: Accounts) -> Screen | None:
    """Tells somebody their new role."""
    there = await accounts.scope_for(chat.person.user_id, int(body["account"]))
    return role_screen(t, there.account, there.role) if there is not None else None


@routes.notice(NO_MORE, quiet=True)
async def no_more(chat: ChatContext, t: Texts, body: NoticeBody, accounts: Accounts) -> Screen | None:
    """Tells somebody that they do not work with an account any more; what they had begun there is closed."""
    number = int(body["account"])
    if await accounts.role(number, chat.person.user_id) is not None:  # invited again meanwhile
        return None
    await _closed(chat, number, accounts)
    return no_more_screen(t, str(body["title"]))


async def _closed(chat: ChatContext, account_id: int, accounts: Accounts) -> None:
    """Closes what a person had begun for an account; where it was in use, another one of theirs is."""
    was_in_use = chat.person.account_id == account_id
    chat.changes.person = chat.person.without_account(account_id)
    others = await accounts.of(chat.person.user_id) if was_in_use else []
    if others:
        chat.changes.person = chat.person.acting_for(others[0].id)
    chat.changes.scope = await accounts.scope(chat.person)


async def _decided_by(user_id: int, account_id: int, accounts: Accounts) -> Account | None:
    """The account, where this person is an owner of it."""
    there = await accounts.scope_for(user_id, account_id)
    return there.account if there is not None and may(there.role, Right.DECIDE) else None


async def _one(account_id: int, user_id: int, colleagues: Colleagues) -> Colleague | None:
    return next((each for each in await colleagues.of(account_id) if each.user_id == user_id), None)
