"""The people of an account as a person sees them: who they are, what they may do, how they are invited and leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from bot.accounts import Account
from bot.colleagues import Colleague, Invitation, Link, Trouble
from bot.conversation.form import clipped, home_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.locales import Phrase, Texts, moment, say, verbatim
from bot.rights import Right, Role, may
from bot.screens.buttons import (
    ComeIn,
    GiveRole,
    InviteColleague,
    OpenAccount,
    OpenColleague,
    RemoveColleague,
    RevokeLink,
    ShowApprovals,
    ShowColleagues,
    ShowNames,
)

ROLES: Final[Mapping[Role, Phrase]] = {
    Role.OWNER: say("owner"),
    Role.ALL: say("may do all"),
    Role.PREPARE: say("may prepare"),
    Role.LOOK: say("may look"),
}
_MAY: Final[Mapping[Role, Phrase]] = {
    Role.OWNER: say("does everything, and decides about people and what they prepare"),
    Role.ALL: say("sends requests; paid ones and deletions wait for an owner's tap, if you keep it so"),
    Role.PREPARE: say("fills everything in; each request waits for an owner's tap"),
    Role.LOOK: say("sees names, timelines and history, and changes nothing"),
}
_ORDER: Final = (Role.LOOK, Role.PREPARE, Role.ALL, Role.OWNER)
_TROUBLES: Final[Mapping[Trouble, Phrase]] = {
    Trouble.UNKNOWN: say(
        "This link invites nobody: it was revoked, or it is not whole. Ask whoever sent it to you for a new one."
    ),
    Trouble.USED: say("Somebody has come in by this link already: it works once. Ask for a new one."),
    Trouble.ENDED: say("This link has ended. Ask whoever sent it to you for a new one."),
    Trouble.THERE: say("You work with this account already. The link is for a colleague: send it to them."),
    Trouble.NOT_ALLOWED: say("Only an owner of the account can do that."),
    Trouble.MANY: say("There are as many people or open links as an account can have. Remove or revoke some first."),
    Trouble.GONE: say("They do not work with this account any more."),
    Trouble.KEY: say("Whoever connected the account stays its owner: the key is theirs."),
}


def named(name: str) -> Phrase:
    """What somebody is called; who left, or was never here, has no name."""
    return verbatim(name) if name else say("somebody who left")


def people_screen(
    t: Texts,
    account: Account,
    people: Sequence[Colleague],
    links: Sequence[Invitation],
    user_id: int,
    *,
    asks: bool,
    waiting: int = 0,
) -> Screen:
    """Everybody of an account; to an owner, the ways to change that. `waiting`: what waits for the owners' word."""
    me = next((each for each in people if each.user_id == user_id), None)
    decides = me is not None and may(me.role, Right.DECIDE)
    lines = [t("<b>Who works with {account}</b>", account=account.title), t("")]
    lines += [_line(t, each, user_id) for each in people]
    rows: list[Row] = []
    if decides:
        lines += [t(""), t("Whoever is invited never sees the key.")]
        if len(people) > 1 or links:
            lines.append(
                t("Paid requests and deletions of your colleagues wait for an owner's tap.")
                if asks
                else t("Colleagues who may do all send paid requests and deletions without asking.")
            )
        if waiting:
            label = t.label("🖐 Waiting for you: {count}", count=waiting)
            rows.append((Button(label, ShowApprovals(account.id), Style.PRIMARY),))
        rows += [
            (Button(clipped(_short(t, each)), OpenColleague(account.id, each.user_id)),)
            for each in people
            if each.invited and each.user_id != user_id
        ]
        for link in links:
            lines.append(t("A link is open: {role}, until {time}.", role=ROLES[link.role], time=moment(link.ends)))
            label = clipped(t.label("Revoke: {role}", role=ROLES[link.role]))
            rows.append((Button(label, RevokeLink(account.id, link.id)),))
        rows.append((Button(t.label("Invite a colleague"), InviteColleague(account.id), Style.PRIMARY),))
        label = t.label("Do not ask an owner") if asks else t.label("Ask an owner first")
        if len(people) > 1 or links:
            rows.append((Button(label, ShowColleagues(account.id, "off" if asks else "on")),))
    if me is not None and me.invited:
        rows.append((Button(t.label("Leave this account"), RemoveColleague(account.id, user_id)),))
    return Screen(t.lines(*lines), (*rows, (Button(t.label("Account"), OpenAccount()), home_button(t))))


def _line(t: Texts, one: Colleague, user_id: int) -> Markup:
    if one.user_id == user_id:
        return t("• you: {role}", role=ROLES[one.role])
    return t("• {name}: {role}", name=named(one.name), role=ROLES[one.role])


def _short(t: Texts, one: Colleague) -> str:
    return t.label("{name}: {role}", name=named(one.name), role=ROLES[one.role])


def roles_screen(t: Texts, account: Account) -> Screen:
    """Which role whoever is invited gets."""
    lines = [t("<b>Invite a colleague</b> to {account}", account=account.title), t(""), t("What may they do?")]
    lines += [t("• <b>{role}</b>: {may}", role=ROLES[each], may=_MAY[each]) for each in _ORDER]
    rows = [(Button(t.label(ROLES[each]), InviteColleague(account.id, each)),) for each in _ORDER]
    return Screen(t.lines(*lines), (*rows, (Button(t.label("‹ People"), ShowColleagues(account.id)), home_button(t))))


def link_screen(t: Texts, account: Account, link: Link, url: str) -> Screen:
    """A new link, told once."""
    text = t.lines(
        t("Send this link to your colleague. It works once, until {time}:", time=moment(link.ends)),
        t(""),
        t("<code>{url}</code>", url=url),
        t(""),
        t("Whoever opens it: <b>{role}</b>.", role=ROLES[link.role]),
        t("I do not show it again. If it got lost, revoke it and make a new one."),
    )
    return Screen(
        text,
        (
            (Button(t.label("Copy the link"), copy=url, style=Style.PRIMARY),),
            (Button(t.label("‹ People"), ShowColleagues(account.id)), home_button(t)),
        ),
        unkept=Screen(
            t("The link could not be shown, and I keep none. Make another one."),
            ((Button(t.label("‹ People"), ShowColleagues(account.id)), home_button(t)),),
        ),
    )


def one_screen(t: Texts, account: Account, one: Colleague) -> Screen:
    """One of an account's people, to an owner."""
    text = t.lines(
        t("<b>{name}</b>", name=named(one.name)),
        t("Account: <b>{account}</b>", account=account.title),
        t("Since {time}: {role}", time=moment(one.since), role=ROLES[one.role]),
        t(""),
        t("A lower role calls off what they have not sent yet."),
    )
    rows = [
        (Button(t.label(ROLES[each]), GiveRole(account.id, one.user_id, each)),) for each in _ORDER if each != one.role
    ]
    remove = Button(t.label("Remove"), RemoveColleague(account.id, one.user_id), Style.DANGER)
    return Screen(text, (*rows, (Button(t.label("‹ People"), ShowColleagues(account.id)), remove)))


def remove_screen(t: Texts, account: Account, one: Colleague, *, leaves: bool) -> Screen:
    """What ends when somebody is removed, or leaves."""
    asked = (
        t("Leave <b>{account}</b>?", account=account.title)
        if leaves
        else t("Take <b>{name}</b> off {account}?", name=named(one.name), account=account.title)
    )
    text = t.lines(
        asked,
        t(""),
        t(
            "It ends at once: the account's names, forms and notifications are closed, and requests that are prepared"
            " or not sent yet are called off. What was sent stays in the history."
        ),
    )
    keep = Button(t.label("Keep it"), ShowColleagues(account.id))
    label = t.label("Leave") if leaves else t.label("Remove")
    return Screen(text, ((keep,), (Button(label, RemoveColleague(account.id, one.user_id, "yes"), Style.DANGER),)))


def invited_screen(t: Texts, invitation: Invitation, token: str) -> Screen:
    """What a link is for, to whoever was invited."""
    text = t.lines(
        t("👋 {name} invites you to work with their SMSC account.", name=named(invitation.made_by)),
        t(""),
        t("Account: <b>{account}</b>", account=invitation.account.title),
        t("You: <b>{role}</b>: {may}", role=ROLES[invitation.role], may=_MAY[invitation.role]),
        t(""),
        t("You need no key. Your name at Telegram stands beside what you do there."),
    )
    return Screen(
        text,
        ((Button(t.label("Come in"), ComeIn(token), Style.PRIMARY),), (home_button(t),)),
        unkept=Screen(t("The invitation could not be shown. Open its link once more."), ((home_button(t),),)),
    )


def came_in_screen(t: Texts, invitation: Invitation) -> Screen:
    """Somebody came in."""
    text = t.lines(
        t(
            "✅ You work with <b>{account}</b> now: {role}.",
            account=invitation.account.title,
            role=ROLES[invitation.role],
        ),
        t("It is the account in use. Switch by /account."),
        t("What changes of its names is told to you, too. How, you choose in /notifications."),
    )
    return Screen(text, ((Button(t.label("My names"), ShowNames(), Style.PRIMARY), home_button(t)),), lasting=True)


def trouble_screen(t: Texts, trouble: Trouble) -> Screen:
    """Why it did not work, and what to do."""
    return Screen(t(_TROUBLES[trouble]), ((home_button(t),),))


def not_allowed_screen(t: Texts, role: Role | None) -> Screen:
    """The person's role does not let them do what they asked for."""
    if role is None:
        told = t("You do not work with this account any more. Nothing was sent.")
    else:
        told = t(
            "Your role here: <b>{role}</b>. So this is not for you to do; nothing was sent.",
            role=ROLES[role],
        )
    text = t.lines(told, t("Answers of a form are kept. An owner of the account can give you another role."))
    return Screen(text, ((Button(t.label("My names"), ShowNames()), home_button(t)),))


def joined_screen(t: Texts, account: Account, name: str, role: Role) -> Screen:
    """Somebody came in by a link, told to an owner."""
    text = t(
        "👋 <b>{name}</b> works with {account} now: {role}.", name=named(name), account=account.title, role=ROLES[role]
    )
    return Screen(text, ((Button(t.label("People"), ShowColleagues(account.id)), home_button(t)),), lasting=True)


def left_screen(t: Texts, account: Account, name: str) -> Screen:
    """Somebody left, told to an owner."""
    text = t("<b>{name}</b> does not work with {account} any more: they left.", name=named(name), account=account.title)
    return Screen(text, ((Button(t.label("People"), ShowColleagues(account.id)), home_button(t)),), lasting=True)


def role_screen(t: Texts, account: Account, role: Role) -> Screen:
    """A person has another role, told to them."""
    text = t.lines(
        t("Your role for <b>{account}</b> is another one now.", account=account.title),
        t("You: <b>{role}</b>: {may}", role=ROLES[role], may=_MAY[role]),
    )
    return Screen(text, ((home_button(t),),), lasting=True)


def no_more_screen(t: Texts, title: str) -> Screen:
    """A person cannot act for an account any more, told to them."""
    text = t.lines(
        t("You do not work with <b>{account}</b> any more.", account=title),
        t("What you had begun there is closed, and what was not sent yet is called off."),
    )
    return Screen(text, ((Button(t.label("Account"), OpenAccount()), home_button(t)),), lasting=True)
