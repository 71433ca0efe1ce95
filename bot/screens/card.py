"""The card of a name: its state part by part, what each operator says, its documents, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from bot.conversation.form import home_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.locales import Phrase, Texts, moment, say
from bot.screens.buttons import (
    ChangeName,
    ChooseOperators,
    CompanyOfName,
    ConfirmNumber,
    DeleteName,
    LockName,
    MuteName,
    OpenCard,
    RegisterForOthers,
    SendDocument,
    SendPage,
    ShowNames,
    ShowTimeline,
    ShowWaits,
)
from bot.screens.changes import DEEDS, code_told, status_told
from bot.screens.names import (
    ACTIVATIONS,
    APPLICATION_SENT,
    COMMENT,
    CONFIRMED,
    DOCUMENTS,
    FROM_SMSC,
    MARKS,
    NEEDS_YOU,
    OPERATORS,
    SMSC_ID,
)
from bot.screens.programmes import operator_label
from bot.senders.known import KnownName
from bot.senders.state import Activation, Deed, NameState, SeenDocument, SeenOperator, Stage
from bot.smsc import Catalogue
from bot.watch.codes import Meanings

STAGES: Final[Mapping[Stage, Phrase]] = {
    Stage.UNDER_WAY: say("on its way"),
    Stage.DONE: say("SMSC took it"),
    Stage.UNCLEAR: say("unclear whether it went through"),
}


def card_screen(
    t: Texts,
    known: KnownName,
    catalogue: Catalogue,
    meanings: Meanings,
    *,
    outdated: bool = False,
    why: Phrase | None = None,
) -> Screen:
    """All that is known of a name; what nobody has documented is shown as SMSC gave it, codes with what they mean.

    `outdated`: something was changed since SMSC gave the list; `why` it could not be asked anew.
    """
    state = known.state
    lines: list[Markup] = [t("<b>{name}</b>", name=known.name), *state_lines(t, known)]
    if known.id is not None:
        lines.append(t("{part}: <code>{value}</code>", part=SMSC_ID, value=known.id))
    if known.comment:
        lines.append(t("{part}: {value}", part=COMMENT, value=known.comment))
    if state.operators:
        lines += [
            t(""),
            t("<b>{part}</b> (status codes as SMSC gives them, and since when they are seen)", part=OPERATORS),
        ]
        lines += [_operator(t, each, catalogue, meanings) for each in state.operators]
    if state.documents:
        lines += [t(""), t("<b>{part}</b>", part=DOCUMENTS)]
        lines += [line for each in state.documents for line in _document(t, each, state)]
    if known.extra:
        lines += [t(""), t("<b>{part}</b>", part=FROM_SMSC)]
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
        lines.append(t("📨 {part}: {value}", part=APPLICATION_SENT, value=moment(state.applied)))
    if state.confirmed is not None:
        lines.append(t("🔑 {part}: {value}", part=CONFIRMED, value=moment(state.confirmed)))
    if known.locked:
        lines.append(t("🔒 Locked: it cannot be deleted before it is unlocked."))
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
        rows.append((Button(t.label("Try again"), OpenCard(known.ref)),))
    if may_be_confirmed(known):
        rows.append((Button(t.label("Confirm by a code"), ConfirmNumber(where=known.ref), Style.PRIMARY),))
    label = t.label("Replace the document") if state.needs_you else t.label("Send a document")
    rows.append((Button(label, SendDocument(known.ref), Style.PRIMARY if state.needs_you else Style.PLAIN),))
    waits = Button(t.label("How long"), ShowWaits(known.ref))
    letters = not known.name.isdigit() and "@" not in known.name
    rows.append((Button(t.label("Operators"), ChooseOperators(known.ref)), waits) if letters else (waits,))
    rows.append(
        (Button(t.label("Timeline"), ShowTimeline(known.ref)), Button(t.label("Change"), ChangeName(known.ref)))
    )
    others = Button(t.label("Same for others…"), RegisterForOthers(known.ref))
    rows.append((others, Button(t.label("Company"), CompanyOfName(known.ref))) if letters else (others,))
    copies: Row = (Button(t.label("📋 Name"), copy=known.name),)
    if known.id is not None:
        copies = (*copies, Button(t.label("📋 SMSC ID"), copy=str(known.id)))
    copies = (*copies, Button("PDF", SendPage(known.ref)))
    mute = mute_button(t, known.ref, muted=known.muted)
    if known.locked:
        guarded: tuple[Row, ...] = ((lock_button(t, known), mute),)
    else:  # deleting asks first: nothing is lost by a tap
        delete = Button(t.label("Delete…"), DeleteName(known.ref))
        may_be_locked = state.activation is Activation.ACTIVE
        guarded = ((lock_button(t, known), mute), (delete,)) if may_be_locked else ((delete, mute),)
    return (*rows, copies, *guarded, (Button(t.label("‹ My names"), ShowNames()), home_button(t)))


def mute_button(t: Texts, ref: int, *, muted: bool) -> Button:
    """Mutes a name, or has it told of again."""
    if muted:
        return Button(t.label("🔔 Unmute"), MuteName(ref, "off"))
    return Button(t.label("🔕 Mute"), MuteName(ref))


def lock_button(t: Texts, known: KnownName) -> Button:
    """Locks a name against deletion, or unlocks it."""
    if known.locked:
        return Button(t.label("🔓 Unlock"), LockName(known.ref, "off"))
    return Button(t.label("🔒 Lock"), LockName(known.ref))


def may_be_confirmed(known: KnownName) -> bool:
    """Whether a code is still needed: a number, not active as far as is known, and not confirmed from here."""
    return known.name.isdigit() and known.state.activation is not Activation.ACTIVE and known.state.confirmed is None


def _document(t: Texts, seen: SeenDocument, state: NameState) -> list[Markup]:
    document = seen.document
    told = {"file": document.name, "status": status_told(document)}
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
    told = {"time": moment(deed.at), "what": DEEDS[deed.what], "stage": STAGES[deed.stage]}
    if deed.file is not None:
        return t("• {time} {what}, {file}: {stage}", file=deed.file, **told)
    return t("• {time} {what}: {stage}", **told)


def _operator(t: Texts, seen: SeenOperator, catalogue: Catalogue, meanings: Meanings) -> Markup:
    told = {"operator": operator_label(seen.status, catalogue), "code": code_told(seen.status.code, meanings)}
    if seen.since is None:
        return t("• {operator}: {code}", **told)
    return t("• {operator}: {code} · {time}", time=moment(seen.since), **told)
