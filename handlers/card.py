"""One name: its state part by part, what each operator says, its documents, and what can be done with it.

names ─▶ card ─▶ [Send a document] [Confirm by a code] [Operators] [Change] [History] [Delete…]
              ─▶ [copy name] [copy number]   [‹ My names]
A name that was not found: certainly not in the list, or the list could not be had ─▶ [Try again]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from markupsafe import Markup

from bot.accounts import Scope
from bot.conversation.form import WIDE_MOST, clipped, home_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.conversation.tap import Tap, tap
from bot.locales import Phrase, Texts, moment, say, verbatim
from bot.senders.known import KnownName
from bot.senders.listing import Found, Listings, Lookup, NotHad, NotListed, OfAnother, Several
from bot.senders.state import Activation, Deed, NameState, SeenDocument, SeenOperator, Stage, What
from bot.smsc import Catalogue, DocumentStatus
from bot.telegram.routes import Routes
from handlers.registration import programme_label
from handlers.words import ACTIVATIONS, MARKS, NEEDS_YOU, name_label, not_known, problem

routes: Final = Routes()

_DOCUMENTS: Final = {
    DocumentStatus.UNDER_REVIEW: say("under review"),
    DocumentStatus.REJECTED: say("rejected"),
    DocumentStatus.ADMITTED: say("approved"),
}
_WHAT: Final[Mapping[What, Phrase]] = {
    What.ADD: say("application"),
    What.CHANGE: say("change"),
    What.DOCUMENT: say("document"),
    What.DELETE: say("deletion"),
    What.SEND_CODE: say("request for a code"),
    What.CHECK_CODE: say("check of the code"),
}
_STAGES: Final[Mapping[Stage, Phrase]] = {
    Stage.UNDER_WAY: say("on its way"),
    Stage.DONE: say("SMSC took it"),
    Stage.UNCLEAR: say("unclear whether it went through"),
}


@routes.tap("card")
async def card(t: Texts, tap: Tap, scope: Scope, listings: Listings, catalogue: Catalogue) -> Screen:
    """The card of a name of this account and subclient; after a change, or of an old list, SMSC is asked anew."""
    anew = await listings.outdated(scope) or await listings.old(scope)
    failure = await listings.refresh(scope) if anew else None
    looked = await listings.by_ref(scope, tap.number(0))
    if isinstance(looked, Found):
        looked = replace(looked, problem=failure)
    return await shown(t, looked, scope, listings, catalogue)


@routes.payload("n")
@routes.tap("cardid")
async def linked(t: Texts, tap: Tap, word: str, scope: Scope, listings: Listings, catalogue: Catalogue) -> Screen:
    """The deep link `?start=n_<id>`, with SMSC's number of the name."""
    number = Tap("n", (word or tap.word(0),)).number(0)
    if number is None:
        return Screen(
            t("There is no sender name in this link."), ((Button(t.label("My names"), _LIST), home_button(t)),)
        )
    looked = await listings.by_id(scope, number)
    return await shown(t, looked, scope, listings, catalogue, f"#{number}", Tap("cardid", (str(number),)))


async def shown(
    t: Texts,
    looked: Lookup | OfAnother,
    scope: Scope,
    listings: Listings,
    catalogue: Catalogue,
    word: str = "",
    again: Tap | None = None,
) -> Screen:
    """The card of a name, with a word on it where the list is older than the newest change; else why there is none."""
    if not isinstance(looked, Found):
        return unfound(t, looked, word, again)
    why = problem(looked.problem) if looked.problem is not None else None
    return card_screen(t, looked.known, catalogue, outdated=await listings.outdated(scope), why=why)


_LIST: Final = tap("names")


def which(t: Texts, command: str) -> Screen:
    """A command that came without the name it is about."""
    return Screen(
        t(
            "For which name? Type it after the command, as in /{command} PARUS, or tap it in the list.",
            command=command,
        ),
        ((Button(t.label("My names"), _LIST, Style.PRIMARY), home_button(t)),),
    )


def unfound(
    t: Texts,
    looked: Several | NotListed | NotHad | OfAnother,
    word: str = "",
    again: Tap | None = None,
    way: str = "card",
) -> Screen:
    """Why there is no such name, or not one alone, and what to do next.

    `word` is what was looked for, `again` looks for it once more, `way` is the verb that goes on with one of several.
    """
    rows: list[Row] = []
    match looked:
        case Several(known):
            lines = [t("Several names fit “{name}”. Which one?", name=word)]
            rows = [(Button(clipped(name_label(each), WIDE_MOST), tap(way, each.ref)),) for each in known]
        case NotHad():
            lines = [*not_had(t, looked, word)]
            if again is not None and again.fits:
                rows.append((Button(t.label("Try again"), again, Style.PRIMARY),))
        case OfAnother():
            lines = [t("That name belongs to another account or subclient of yours than the one in use now.")]
            rows.append((Button(t.label("Account"), tap("account")),))
        case _:
            lines = [t(not_listed(looked, word))]
            if word and way != "delete":
                lines.append(t("Look for it in the list, or add it."))
    return Screen(t.lines(*lines), (*rows, (Button(t.label("My names"), _LIST), home_button(t))))


def not_listed(looked: NotListed, word: str) -> Phrase:
    """A name is certainly not in the list."""
    if looked.as_of is None:
        return say("That name is not in the list any more.")
    time = moment(looked.as_of)
    if not word:
        return say("That name is not in the list any more, as of {time}.", time=time)
    return say("“{name}” is not in the list that SMSC gave at {time}.", name=word[:64], time=time)


def not_had(t: Texts, looked: NotHad, word: str) -> list[Markup]:
    """Nobody knows whether a name is in the list."""
    lines = [
        t("SMSC's list could not be had, so I do not know whether “{name}” is in it.", name=word[:64])
        if looked.problem is not None
        else t("SMSC's list could not be read as a whole, so I do not know whether “{name}” is in it.", name=word[:64]),
        t("⚠️ {problem}", problem=not_known(looked)),
    ]
    if looked.as_of is not None:
        lines.append(t("It was not in the list of {time}.", time=moment(looked.as_of)))
    return lines


def card_screen(
    t: Texts, known: KnownName, catalogue: Catalogue, *, outdated: bool = False, why: Phrase | None = None
) -> Screen:
    """All that is known of a name; what nobody has documented is shown as SMSC gave it.

    `outdated`: something was changed since SMSC gave the list; `why` it could not be asked anew.
    """
    state = known.state
    lines: list[Markup] = [t("<b>{name}</b>", name=known.name), *state_lines(t, known)]
    if known.id is not None:
        lines.append(t("SMSC ID: <code>{id}</code>", id=known.id))
    if known.comment:
        lines.append(t("Comment: {comment}", comment=known.comment))
    if state.operators:
        lines += [t(""), t("<b>Operators</b> (status codes as SMSC gives them, and since when they are seen)")]
        lines += [_operator(t, each, catalogue) for each in state.operators]
    if state.documents:
        lines += [t(""), t("<b>Documents</b>")]
        lines += [line for each in state.documents for line in _document(t, each, state)]
    if known.extra:
        lines += [t(""), t("<b>Also from SMSC</b>")]
        lines += [t("{key}: {value}", key=key, value=value) for key, value in known.extra]
    if state.recent:
        lines += [t(""), t("<b>Sent from here</b>, and not in SMSC's list yet")]
        lines += [_deed(t, each) for each in state.recent]
    lines += [t(""), t("As SMSC listed it at {time}.", time=moment(state.listed))] if state.listed else []
    if outdated:
        lines += [t("⏳ Your newest change is not in this yet: SMSC cannot be asked again just now.")]
    if why is not None:
        lines += [t("⚠️ {problem}", problem=why)]
    return Screen(t.lines(*lines), _ways_on(t, known, again=outdated or why is not None))


def state_lines(t: Texts, known: KnownName) -> list[Markup]:
    """Whether it is active, whether it needs its owner, and what we know beside the list."""
    state = known.state
    told = {"mark": MARKS[state.activation], "state": ACTIVATIONS[state.activation]}
    lines = [
        t("{mark} {state}, listed so since {time}", time=moment(state.since), **told)
        if state.since is not None
        else t("{mark} {state}", **told)
    ]
    if state.needs_you:
        lines.append(t("{mark} needs you: a document was rejected", mark=NEEDS_YOU))
    if state.applied is not None:
        lines.append(t("📨 application sent: {time}", time=moment(state.applied)))
    if state.confirmed is not None:
        lines.append(t("🔑 confirmed by a code: {time}", time=moment(state.confirmed)))
    if state.activation is not Activation.LISTED:
        return lines
    if state.confirmed is not None:
        lines.append(t("SMSC's list does not show it as active yet."))
    elif known.name.isdigit():
        lines.append(t("A number becomes active when it is confirmed by a code."))
    elif not state.needs_you and not state.under_review:
        lines.append(
            t(
                "SMSC's list does not tell whether a moderator still looks at it or refused it. If it stays so for"
                " days, send a document or ask SMSC."
            )
        )
    return lines


def _ways_on(t: Texts, known: KnownName, *, again: bool) -> tuple[Row, ...]:
    state = known.state
    rows: list[Row] = []
    if again:
        rows.append((Button(t.label("Try again"), tap("card", known.ref)),))
    if may_be_confirmed(known):
        rows.append((Button(t.label("Confirm by a code"), tap("confirm", known.name, known.ref), Style.PRIMARY),))
    label = t.label("Replace the document") if state.needs_you else t.label("Send a document")
    rows.append((Button(label, tap("document", known.ref), Style.PRIMARY if state.needs_you else Style.PLAIN),))
    if not known.name.isdigit() and "@" not in known.name:
        rows.append((Button(t.label("Operators"), tap("operators", known.ref)),))
    rows.append(
        (Button(t.label("Change"), tap("change", known.ref)), Button(t.label("History"), tap("history", 0, known.ref)))
    )
    copies: Row = (Button(t.label("📋 Name"), copy=known.name),)
    if known.id is not None:
        copies = (*copies, Button(t.label("📋 SMSC ID"), copy=str(known.id)))
    delete: Row = (Button(t.label("Delete…"), tap("delete", known.ref)),)  # it asks first: nothing is lost by a tap
    return (*rows, copies, delete, (Button(t.label("‹ My names"), _LIST), home_button(t)))


def may_be_confirmed(known: KnownName) -> bool:
    """Whether a code is still needed: a number, not active as far as is known, and not confirmed from here."""
    return known.name.isdigit() and known.state.activation is not Activation.ACTIVE and known.state.confirmed is None


def _document(t: Texts, seen: SeenDocument, state: NameState) -> list[Markup]:
    document = seen.document
    status = _DOCUMENTS.get(document.status) if document.status else None
    told = {"file": document.name, "status": status or say("status {code}", code=document.status_code)}
    if seen.since:
        lines = [t("• {file}: {status} · {time}", time=moment(seen.since), **told)]
    else:
        lines = [t("• {file}: {status}", **told)]
    if seen.description:
        lines.append(t("  {description}", description=seen.description))
    if document.comment:
        lines.append(t("  “{comment}”", comment=document.comment))
    newer = state.newer(seen) if seen.rejected else None
    if newer is not None:
        what = newer.what
        file = what.document.name if isinstance(what, SeenDocument) else what.file
        if newer.certain:
            lines.append(t("  In its place: {file}", file=file))
        else:
            lines.append(t("  {file} was sent after it; SMSC does not say whether it replaces this one.", file=file))
    return lines


def _deed(t: Texts, deed: Deed) -> Markup:
    told = {"time": moment(deed.at), "what": _WHAT[deed.what], "stage": _STAGES[deed.stage]}
    if deed.file is not None:
        return t("• {time} {what}, {file}: {stage}", file=deed.file, **told)
    return t("• {time} {what}: {stage}", **told)


def _operator(t: Texts, seen: SeenOperator, catalogue: Catalogue) -> Markup:
    status = seen.status
    programme = catalogue.programmes.get(status.flag) if status.flag else None
    name = programme_label(programme) if programme else verbatim(status.operator)
    if seen.since is None:
        return t("• {operator}: {code}", operator=name, code=status.code)
    return t("• {operator}: {code} · {time}", operator=name, code=status.code, time=moment(seen.since))
