"""Many names at once: the plan before anything is sent, how they fare, what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from bot.conversation.form import WIDE_MOST, clipped, home_button
from bot.conversation.screen import Button, Row, Screen, Style, pairs
from bot.locales import Phrase, Texts, moment, say, say_n
from bot.screens.accounts import subclient_key
from bot.screens.buttons import (
    AssignRows,
    CheckSubclients,
    FollowNames,
    GetTemplate,
    KeepCompany,
    MendRow,
    OpenAccount,
    OpenCompany,
    PlanChanges,
    PlanNames,
    ShapePlan,
    ShowNames,
)
from bot.screens.programmes import PRICE_ASKED
from bot.senders.batch import Batch, NewRow
from bot.senders.operation import NAMED_BY
from bot.storage.batches import BatchState

EXAMPLE: Final = say("Flower shop in Almaty, states of orders")
_NAMES_MOST: Final = 60
"""Names of a plan that are shown one by one."""
_ROWS_MOST: Final = 12
"""Rows that are shown with the reason why they are not sent."""
_NAME_MOST: Final = 40
_UNKNOWN_MOST: Final = 2
"""Subclients that nobody knows of which it is asked at a time who is meant."""
_MEND_MOST: Final = 10
"""Names that are offered to be mended one by one; more of them are mended in the file."""


@dataclass(frozen=True, slots=True)
class RowTold:
    """A row and what there is to say of it; `number` is its place in what was typed, from 1."""

    number: int
    name: str
    told: Phrase


@dataclass(frozen=True, slots=True)
class PlanTold:
    """A plan as it is shown.

    send      the names to be sent, by what those are called that they are for (empty: the main account)
    chosen    whether something was chosen for all of them
    minutes   how long it takes
    left_out  the rows beyond the `most` of a plan
    consent   the words in which fees are agreed to, where there are any; `agreed`: they were
    account   for whose account it is
    unknown   the subclients that nobody knows, each with the line that names it and those that may be meant
    """

    batch: int
    send: Mapping[str, Sequence[str]]
    cannot: Sequence[RowTold]
    doubtful: Sequence[RowTold]
    costs: Sequence[Phrase]
    fees: int
    minutes: int
    left_out: int = 0
    most: int = 0
    chosen: bool = False
    consent: Phrase | None = None
    agreed: bool = False
    account: str = ""
    unknown: Sequence[tuple[int, str, Sequence[str]]] = ()

    @property
    def count(self) -> int:
        """How many names are to be sent."""
        return sum(map(len, self.send.values()))


def plan_screen(t: Texts, plan: PlanTold) -> Screen:
    """What would be sent, what cannot and why, what it costs; nothing is sent before the one tap."""
    lines: list[Markup | str] = [t("<b>Many names at once</b>: the plan"), *_whose(t, plan.account)]
    if plan.send:
        lines.append("")
        lines.append(t("✅ To be sent: <b>{names}</b>", names=say_n("{count} name", "{count} names", plan.count)))
        lines += by_whom(t, plan.send)
    if plan.doubtful:
        lines += ["", t("⚠️ To be sent, but a moderator may object:"), *_rows(t, plan.doubtful)]
    if plan.cannot:
        lines += ["", t("❌ Not to be sent:"), *_rows(t, plan.cannot)]
    if plan.unknown:
        lines.append(t("If these subclients are yours, I can ask SMSC about them."))
    if plan.left_out:
        told = say_n("{count} row is left out", "{count} rows are left out", plan.left_out)
        lines += ["", t("✂️ {told}: a plan has at most {most}. Send the rest afterwards.", told=told, most=plan.most)]
    if plan.send:
        lines += ["", *(t(each) for each in plan.costs)]
        if plan.fees:
            lines.append(t(say_n("{count} monthly fee in all.", "{count} monthly fees in all.", plan.fees)))
        if plan.consent is not None:
            agreed = say("💰 {wording} You agreed to pay it.", wording=plan.consent)
            lines.append(t(agreed) if plan.agreed else t(PRICE_ASKED.text, wording=plan.consent))
        lines.append(t(say_n("It takes about {count} minute.", "It takes about {count} minutes.", plan.minutes)))
        lines.append(t("Nothing is sent until you tap the button."))
    rows: list[Row] = []
    if plan.send and plan.fees and not plan.agreed:
        label = say_n("✔ I agree: {count} fee", "✔ I agree: {count} fees", plan.fees)
        rows.append((Button(clipped(t.label(label)), PlanNames(plan.batch, "agree"), Style.PRIMARY),))
    elif plan.send:
        label = say_n("Register {count} name", "Register {count} names", plan.count)
        rows.append((Button(t.label(label), PlanNames(plan.batch, "go"), Style.PRIMARY),))
    if plan.unknown:
        rows.append((Button(t.label("🔎 Ask SMSC"), CheckSubclients(plan.batch)),))
    for line, login, likely in plan.unknown[:_UNKNOWN_MOST]:
        for each in likely:
            other = t.label("👤 {login} → {meant}", login=login, meant=each)
            rows.append((Button(clipped(other, WIDE_MOST), AssignRows(plan.batch, line, subclient_key(each))),))
        out = t.label("✕ Leave out: {login}", login=login)
        rows.append((Button(clipped(out, WIDE_MOST), AssignRows(plan.batch, line)),))
    if plan.send or plan.chosen:
        rows.append((Button(t.label("✎ For all of them…"), ShapePlan(plan.batch)),))
    rows.append((Button(t.label("My names"), ShowNames()), home_button(t)))
    return Screen(t.lines(*lines), tuple(rows))


@dataclass(frozen=True, slots=True)
class ChangesTold:
    """What would be sent to SMSC of a company that was changed: a row for each name that uses it.

    `data` is what goes of the company forms, a line a field, and `documents` the files; a name gets what it lacks.
    """

    batch: int
    company: int
    name: str
    rows: Sequence[NewRow]
    cannot: Sequence[RowTold]
    minutes: int
    left_out: int = 0
    data: Sequence[Markup] = ()
    documents: Sequence[str] = ()

    @property
    def send(self) -> Sequence[NewRow]:
        """The rows of which something is sent."""
        return [each for each in self.rows if each.trouble is None]


def change_screen(t: Texts, plan: ChangesTold) -> Screen:
    """What would be changed of the names that use a company; nothing is sent before the one tap."""
    lines: list[Markup | str] = [t("<b>{name}</b>: its names at SMSC", name=plan.name), ""]
    send = plan.send
    if send:
        data = [each for each in send if each.requests[0].values.keys() - NAMED_BY]
        files = sum(request.document is not None for each in send for request in each.requests)
        count = say_n("{count} name", "{count} names", len(send))
        lines += [
            t("✅ To be changed: <b>{names}</b>", names=count),
            _listed(t, [each.name for each in send], _NAMES_MOST),
        ]
        if data:
            told = say_n("The company's data go to {count} name:", "The company's data go to {count} names:", len(data))
            lines += ["", t(told), *plan.data]
        if files:
            told = say_n(
                "{count} document goes that a name does not have yet:",
                "{count} documents go that names do not have yet:",
                files,
            )
            lines += ["", t(told), *(t("• {document}", document=each) for each in plan.documents)]
    else:
        lines.append(t("There is nothing to send."))
    if plan.cannot:
        lines += ["", t("Not to be changed:"), *_rows(t, plan.cannot)]
    if plan.left_out:
        told = say_n("{count} name is left out", "{count} names are left out", plan.left_out)
        lines += ["", t("✂️ {told}: they come with the next plan.", told=told)]
    rows: list[Row] = []
    if send:
        lines += [
            "",
            t("Operators stay as they are, so nothing is paid."),
            t(say_n("It takes about {count} minute.", "It takes about {count} minutes.", plan.minutes)),
            t("Nothing is sent until you tap the button."),
        ]
        label = say_n("Change {count} name", "Change {count} names", len(send))
        rows.append((Button(t.label(label), PlanNames(plan.batch, "go"), Style.PRIMARY),))
    rows.append((Button(t.label("‹ {name}", name=clipped(plan.name, 18)), OpenCompany(plan.company)), home_button(t)))
    return Screen(t.lines(*lines), tuple(rows))


def _whose(t: Texts, account: str) -> list[Markup]:
    return [t("Account: <b>{account}</b>", account=account)] if account else []


def many_screen(t: Texts) -> Screen:
    """How many names are sent at once."""
    text = t.lines(
        "<b>Many names at once</b>",
        "",
        "Send me the names in one message, a line each; after a semicolon comes the comment:",
        t("<code>{example}</code>", example="PARUS; " + t.label(EXAMPLE)),
        "Or send a table, CSV or XLSX: the columns are found by their titles.",
        "First you see a plan; nothing is sent until you tap its button.",
    )
    return Screen(text, ((Button(t.label("A table to fill in"), GetTemplate()), home_button(t)),))


def batch_screen(
    t: Texts,
    batch: Batch,
    failed: Sequence[RowTold],
    through: float,
    paused: Phrase | None = None,
    account: str = "",
    *,
    offers_company: bool = False,
    first: Batch | None = None,
) -> Screen:
    """How many names fare; what is through is a receipt that stays.

    `through`: when that will be (epoch seconds); `paused`: why their account (`account`) cannot be used;
    `offers_company`: the company that they were registered with can be kept; `first`: the batch that is mended by this.
    """
    lines: list[Markup | str] = [
        t("<b>Many names at once</b>: {names}", names=say_n("{count} name", "{count} names", len(batch.rows))),
        *_whose(t, account),
        "",
        t("📨 SMSC took: <b>{count}</b>", count=batch.done),
        t("❌ Did not go through: <b>{count}</b>", count=len(failed)),
    ]
    if batch.resent:
        lines.append(t("✎ Corrected and sent anew: <b>{count}</b>", count=batch.resent))
    if batch.left:
        lines.append(t("⏳ Left: <b>{count}</b>", count=batch.left))
    if batch.awaited:
        lines.append(t("🖐 Waiting for an owner of another account: <b>{count}</b>", count=batch.awaited))
    stopped, awaits = batch.state is BatchState.STOPPED, batch.state is BatchState.AWAITS
    if batch.left and paused is not None:
        lines += ["", t("⏸ {why}", why=paused)]
    elif awaits:
        lines += ["", t("🖐 They wait for an owner of the account. Nothing is sent before they say yes.")]
    elif batch.left and stopped:
        lines += ["", t("⏸ Stopped. What was sent already cannot be taken back.")]
    elif batch.left:
        lines += ["", t("It will be finished at about {time}.", time=moment(through))]
    if failed:
        lines += ["", *_rows(t, failed)]
    if first is not None and batch.over:
        whole = say_n("{count} name", "{count} names", len(first.rows))
        lines += ["", t("Of the first list ({names}) SMSC took <b>{count}</b> by now.", names=whole, count=first.taken)]
    if batch.over and batch.done:
        lines += ["", t("Now a moderator decides. I will tell you what changes.")]
    rows: list[Row] = []
    if batch.left and stopped:
        rows.append((Button(t.label("Go on"), FollowNames(batch.id, "on"), Style.PRIMARY),))
        rows.append((Button(t.label("Account"), OpenAccount()),))
    elif awaits:
        rows.append((Button(t.label("Call it off"), FollowNames(batch.id, "stop")),))
    elif batch.left:
        rows.append(
            (
                Button(t.label("Stop"), FollowNames(batch.id, "stop")),
                Button(t.label("Look again"), FollowNames(batch.id)),
            )
        )
    elif batch.awaited:
        rows.append((Button(t.label("Look again"), FollowNames(batch.id)),))
    if offers_company:
        rows.append((Button(t.label("🏢 Keep the company"), KeepCompany(0, batch.id)),))
    mend: Row = (Button(t.label("Fix one…"), FollowNames(batch.id, "mend")),) if batch.mendable else ()
    if failed and batch.company is not None:
        rows.append((Button(t.label("Plan it anew"), PlanChanges(batch.company)),))
    elif any(each.account_id in (None, batch.account_id) for each in batch.failed):
        rows.append((*mend, Button(t.label("Failures as a file"), FollowNames(batch.id, "file"))))
    else:
        rows.append(mend)
    rows.append((Button(t.label("My names"), ShowNames()), home_button(t)))
    return Screen(t.lines(*lines), tuple(rows), lasting=batch.over)


def mend_screen(t: Texts, batch: Batch, failed: Sequence[RowTold]) -> Screen:
    """Which of the names that did not go through is to be mended; their `number` is that of the row, from 1."""
    text = t.lines(
        "<b>Many names at once</b>: which one do you want to fix?",
        "",
        *_rows(t, failed[:_MEND_MOST], len(failed)),
        "",
        "Its form opens, filled in as it was.",
    )
    buttons = [
        Button(clipped(f"✎ {each.number}. {each.name}"), MendRow(batch.id, each.number - 1))
        for each in failed[:_MEND_MOST]
    ]
    back: Row = (Button(t.label("← Back"), FollowNames(batch.id)), home_button(t))
    return Screen(text, (*pairs(buttons), back))


def gone_screen(t: Texts) -> Screen:
    """A plan that is not kept any more."""
    text = t("This plan is no longer kept. Please send the names again.")
    return Screen(text, ((Button(t.label("My names"), ShowNames()), home_button(t)),))


def by_whom(t: Texts, send: Mapping[str, Sequence[str]]) -> list[Markup]:
    """The names, by whom they are for, unless all are for the main account; of very many the first."""
    most = max(1, _NAMES_MOST // len(send))
    if not any(send):
        return [_listed(t, names, most) for names in send.values()]
    told = [
        t("👤 {login}: {names}", login=each or say("Main account"), names=_listed(t, names, most))
        for each, names in list(send.items())[:_ROWS_MOST]
    ]
    left = len(send) - _ROWS_MOST
    return (
        told
        if left <= 0
        else [*told, t(say_n("… and {count} more subclient.", "… and {count} more subclients.", left))]
    )


def _listed(t: Texts, names: Sequence[str], most: int) -> Markup:
    listed = Markup(", ").join(escape(clipped(each, _NAME_MOST)) for each in names[:most])
    left = len(names) - most
    return listed if left <= 0 else t("{names} and {count} more", names=listed, count=left)


def _rows(t: Texts, rows: Sequence[RowTold], count: int | None = None) -> list[Markup]:
    """Rows with what there is to say of each; of `count` of them these are a part."""
    told = [
        t("{number}. {name}: {why}", number=each.number, name=clipped(each.name, _NAME_MOST), why=each.told)
        for each in rows[:_ROWS_MOST]
    ]
    left = (len(rows) if count is None else count) - len(told)
    return told if left <= 0 else [*told, t(say_n("… and {count} more row.", "… and {count} more rows.", left))]
