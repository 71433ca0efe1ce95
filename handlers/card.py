"""One name: its state, what each operator says, its documents, and what can be done with it.

names ─▶ card ─▶ [Change] [Operators] [Send a document] [Confirm by a code] [History] [Delete]
              ─▶ [copy name] [copy number]   [‹ My names]
"""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from bot.accounts import Scope
from bot.conversation.form import home_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.conversation.tap import Tap, tap
from bot.locales import Texts, say, verbatim
from bot.senders.known import KnownName, NameState
from bot.senders.listing import Listings
from bot.smsc import Catalogue, DocumentStatus, OperatorStatus
from bot.telegram.routes import Routes
from handlers.registration import programme_label
from handlers.words import MARKS, STATES

routes: Final = Routes()

_DOCUMENTS: Final = {
    DocumentStatus.UNDER_REVIEW: say("under review"),
    DocumentStatus.REJECTED: say("rejected"),
    DocumentStatus.ADMITTED: say("approved"),
}


@routes.tap("card")
async def card(t: Texts, tap: Tap, scope: Scope, listings: Listings, catalogue: Catalogue) -> Screen:
    """The card of a name of this account and subclient; after a change SMSC is asked anew, where its limits let it."""
    ref = tap.number(0)
    if ref is None:
        return missing(t)
    if await listings.outdated(scope):
        await listings.refresh(scope)
    known = await listings.by_ref(scope, ref)
    return await shown(t, known, scope, listings, catalogue)


@routes.payload("n")
async def linked(t: Texts, word: str, scope: Scope, listings: Listings, catalogue: Catalogue) -> Screen:
    """The deep link `?start=n_<id>`, with SMSC's number of the name."""
    number = Tap("n", (word,)).number(0)
    known = await listings.by_id(scope, number) if number is not None else None
    return await shown(t, known, scope, listings, catalogue)


async def shown(t: Texts, known: KnownName | None, scope: Scope, listings: Listings, catalogue: Catalogue) -> Screen:
    """The card of a name, with a word on it where the list is older than the newest change."""
    if known is None:
        return missing(t)
    return card_screen(t, known, catalogue, outdated=await listings.outdated(scope))


def missing(t: Texts) -> Screen:
    """A name that is not in the list (any more)."""
    return Screen(
        t("That name is not in the list any more."),
        ((Button(t.label("My names"), tap("names")), home_button(t)),),
    )


def card_screen(t: Texts, known: KnownName, catalogue: Catalogue, *, outdated: bool = False) -> Screen:
    """All that is known of a name; what nobody has documented is shown as SMSC gave it.

    `outdated`: something was changed since SMSC gave the list.
    """
    lines: list[Markup] = [
        t("<b>{name}</b>", name=known.name),
        t("{mark} {state}", mark=MARKS[known.state], state=STATES[known.state]),
    ]
    if known.id is not None:
        lines.append(t("SMSC ID: <code>{id}</code>", id=known.id))
    if known.comment:
        lines.append(t("Comment: {comment}", comment=known.comment))
    if known.operators:
        lines += [t(""), t("<b>Operators</b> (status codes as SMSC gives them)")]
        lines += [_operator(t, each, catalogue) for each in known.operators]
    if known.documents:
        lines += [t(""), t("<b>Documents</b>")]
        for document in known.documents:
            status = _DOCUMENTS.get(document.status) if document.status else None
            told = status or say("status {code}", code=document.status_code)
            lines.append(t("• {file}: {status}", file=document.name, status=told))
            if document.comment:
                lines.append(t("  “{comment}”", comment=document.comment))
    if known.extra:
        lines += [t(""), t("<b>Also from SMSC</b>")]
        lines += [t("{key}: {value}", key=key, value=value) for key, value in known.extra]
    if outdated:
        lines += [t(""), t("⏳ Your newest change is not in this yet: SMSC cannot be asked again just now.")]
    copies: Row = (Button(t.label("📋 Name"), copy=known.name),)
    if known.id is not None:
        copies = (*copies, Button(t.label("📋 SMSC ID"), copy=str(known.id)))
    rows: list[Row] = []
    if outdated:
        rows.append((Button(t.label("Try again"), tap("card", known.ref)),))
    if known.name.isdigit() and known.state is not NameState.ACTIVE:
        rows.append((Button(t.label("Confirm by a code"), tap("confirm", known.name, known.ref), Style.PRIMARY),))
    if known.state is NameState.NEEDS_YOU:
        rows.append((Button(t.label("Replace the document"), tap("document", known.ref), Style.PRIMARY),))
    else:
        rows.append((Button(t.label("Send a document"), tap("document", known.ref)),))
    if not known.name.isdigit() and "@" not in known.name:
        rows.append((Button(t.label("Operators"), tap("operators", known.ref)),))
    rows.append(
        (Button(t.label("Change"), tap("change", known.ref)), Button(t.label("History"), tap("history", 0, known.ref)))
    )
    rows.append((Button(t.label("Delete"), tap("delete", known.ref), Style.DANGER),))
    back: Row = (Button(t.label("‹ My names"), tap("names")), home_button(t))
    return Screen(t.lines(*lines), (*rows, copies, back))


def _operator(t: Texts, status: OperatorStatus, catalogue: Catalogue) -> Markup:
    programme = catalogue.programmes.get(status.flag) if status.flag else None
    name = programme_label(programme) if programme else verbatim(status.operator)
    return t("• {operator}: {code}", operator=name, code=status.code)
