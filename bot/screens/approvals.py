"""What waits for an owner's word: as the owner sees it, and how it was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from bot.accounts import Account, Scope
from bot.conversation.form import clipped, home_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.locales import Phrase, Texts, moment, say, say_n
from bot.screens.accounts import whose
from bot.screens.batches import by_whom
from bot.screens.buttons import Approve, BackToForm, FollowNames, OpenApproval, PlanNames, Refuse, ShowApprovals
from bot.screens.colleagues import named
from bot.screens.operations import what_it_asks
from bot.screens.parameters import sent
from bot.senders.approvals import Outcome, Waiting
from bot.smsc import Catalogue, Command
from bot.storage import approvals as table

AWAITS_OWNER: Final = say("🖐 An owner of the account looks at it first; then it goes to SMSC.")
_OUTCOMES: Final[Mapping[Outcome, Phrase]] = {
    Outcome.WITHDRAWN: say("It was called off meanwhile. Nothing is sent."),
    Outcome.NOT_ALLOWED: say("Only an owner of the account can decide about it."),
    Outcome.GONE: say("It is not there any more. Nothing is sent."),
}
_LISTED_MOST: Final = 20


def asked_screen(
    t: Texts, account: Account, waiting: Waiting, name: str, catalogue: Catalogue, *, changed: bool = False
) -> Screen:
    """What a colleague prepared, word for word, with an owner's yes and no; `name` is that of the colleague.

    `changed`: the owner had said yes to something else.
    """
    lines = [t("🖐 <b>{name}</b> asks for your yes.", name=named(name)), *_told(t, account, waiting, catalogue)]
    if waiting.paid:
        lines.append(
            t("💰 It costs something, or may: a paid operator takes its fee for the whole calendar month, every month.")
        )
    if any(each.command is Command.DEL for each in waiting.operations):
        lines.append(t("🗑 No message can be sent from it afterwards; what was paid for it is not given back."))
    lines += [t(""), t("Nothing is sent before your tap.")]
    yes = Button(t.label("Approve"), Approve(waiting.id, waiting.mark), Style.PRIMARY)
    decide: Row = (Button(t.label("Refuse…"), Refuse(waiting.id)), yes)
    screen = Screen(t.lines(*lines), (decide, (home_button(t),)), lasting=True)
    if not changed:
        return screen
    return screen.with_note(t("⚠️ It has changed since you saw it: the name, the account or the month. Look once more."))


def _told(t: Texts, account: Account, waiting: Waiting, catalogue: Catalogue) -> list[Markup]:
    lines: list[Markup] = []
    for each in waiting.operations:
        lines += [t(""), t(what_it_asks(each), name=each.name)]
        lines.append(t("Account: <b>{account}</b>", account=whose(Scope(account, each.subclient))))
        lines += sent(t, catalogue, each.command, each.values)
        if each.document is not None:
            lines.append(t("Document: {name}", name=each.document.name))
        if each.not_before > 0:
            lines.append(t("To be sent on {time}.", time=moment(each.not_before)))
    if waiting.batch_id is not None:
        count = sum(len(each.names) for each in waiting.batch)
        told = say_n("{count} name", "{count} names", count)
        lines += [t(""), t("<b>Many names at once</b>: {names}", names=told)]
        lines.append(t("Account: <b>{account}</b>", account=account.title))
        lines += sent(t, catalogue, Command.ADD, dict.fromkeys(waiting.flags, True))
        lines += by_whom(t, {each.subclient: each.names for each in waiting.batch})
    return lines


def decided_screen(t: Texts, waiting: Waiting, name: str, *, by: str, mine: bool) -> Screen:
    """How it was decided, to an owner; `by`: which owner, `mine`: whoever looks."""
    who = say("You") if mine else named(by)
    if waiting.state == table.APPROVED:
        text = t("✅ {who} said yes at {time}: {what}.", who=who, time=moment(waiting.changed), what=_short(t, waiting))
    else:
        text = t("✋ {who} said no at {time}: {what}.", who=who, time=moment(waiting.changed), what=_short(t, waiting))
    told = t("{name} is told.", name=named(name))
    rows: Row = (Button(t.label("‹ Waiting"), ShowApprovals(waiting.account_id)), home_button(t))
    return Screen(t.lines(text, told), (rows,), lasting=True)


def told_screen(t: Texts, waiting: Waiting, by: str) -> Screen:
    """How it was decided, to whoever prepared it."""
    what, rows = _short(t, waiting), list[Row]()
    if waiting.state == table.APPROVED:
        lines = [t("✅ {name} said yes: {what}. It is being sent.", name=named(by), what=what)]
        if waiting.batch_id is not None:
            rows.append((Button(t.label("How it goes"), FollowNames(waiting.batch_id), Style.PRIMARY),))
    else:
        lines = [t("✋ {name} said no: {what}. Nothing was sent.", name=named(by), what=what)]
        if waiting.word:
            lines.append(t("“{word}”", word=waiting.word))
        if waiting.batch_id is not None:
            rows.append((Button(t.label("Back to the plan"), PlanNames(waiting.batch_id)),))
        elif any(each.can_go_on for each in waiting.operations):
            rows.append((Button(t.label("Back to the form"), BackToForm(waiting.operations[-1].id)),))
    return Screen(t.lines(*lines), (*rows, (home_button(t),)), lasting=True)


def waiting_screen(t: Texts, account: Account, waiting: Sequence[Waiting], names: Mapping[int, str]) -> Screen:
    """All that waits for an account's owners."""
    lines = [t("<b>Waiting for an owner</b>: {account}", account=account.title), t("")]
    if not waiting:
        lines.append(t("Nothing waits."))
    rows: list[Row] = []
    for each in waiting[:_LISTED_MOST]:
        who = named(names.get(each.by, ""))
        lines.append(t("• {name}, {time}: {what}", name=who, time=moment(each.created), what=_short(t, each)))
        rows.append(
            (Button(clipped(t.label("{name}: {what}", name=who, what=_plain(t, each))), OpenApproval(each.id)),)
        )
    return Screen(t.lines(*lines), (*rows, (home_button(t),)))


def outcome_screen(t: Texts, outcome: Outcome) -> Screen:
    """Why there is nothing to decide."""
    return Screen(t(_OUTCOMES[outcome]), ((home_button(t),),))


def _short(t: Texts, waiting: Waiting) -> Markup:
    """What it is about, within a line."""
    if waiting.operations:
        last = waiting.operations[-1]
        return t(what_it_asks(last), name=last.name)
    count = sum(len(each.names) for each in waiting.batch)
    return t(say_n("{count} name", "{count} names", count))


def _plain(t: Texts, waiting: Waiting) -> str:
    if waiting.operations:
        return waiting.operations[-1].name
    return t.label(say_n("{count} name", "{count} names", sum(len(each.names) for each in waiting.batch)))
