"""How long a name has waited, beside how long that usually takes; when it is too long, a letter to SMSC's support.

card ─▶ [How long] ─▶ SMSC, each operator: waited, usually, of how many cases ─▶ [Letter to SMSC] ─▶ [📋 Copy]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from bot.accounts import Scope
from bot.clock import Clock
from bot.conversation.form import clipped, home_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.locales import Phrase, Texts, say, say_n
from bot.screens.accounts import whose
from bot.screens.buttons import OpenCard, ShowWaits, WriteToSupport
from bot.screens.card import may_be_confirmed
from bot.screens.changes import code_told
from bot.screens.lookups import unfound
from bot.screens.programmes import operator_label
from bot.screens.spans import span
from bot.senders.known import KnownName
from bot.senders.listed import Found
from bot.senders.listing import Listings
from bot.senders.state import Activation
from bot.smsc import Catalogue
from bot.smsc.calendar import in_almaty
from bot.telegram.routes import Routes
from bot.watch.codes import Codes, Meanings
from bot.watch.events import Subject
from bot.watch.how_long import HowLong
from bot.watch.waits import ACTIVATION, ENOUGH_CASES, Usual, Waits, is_long

routes: Final = Routes()

_COPIED_MOST: Final = 256
"""Letters that a button can copy (Bot API, CopyTextButton)."""
_DOCUMENTS_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Waited:
    """Whose answer a name waits for, since when (None: it does not wait), its code as it is told, and what is usual."""

    who: Phrase
    since: float | None
    code: Phrase | None = None
    usual: Usual | None = None

    def is_long(self, now: float) -> bool:
        """Whether it is time to ask."""
        return self.since is not None and is_long(now - self.since, self.usual)


def waited(
    known: KnownName, waits: Waits, usual: Mapping[str, Usual], catalogue: Catalogue, meanings: Meanings
) -> tuple[Waited, ...]:
    """SMSC's own decision, and each operator's; a name that waits for its person waits for nobody else.

    Of what was there before the watch it is known since when it is seen.
    """
    state = known.state
    if state.activation is Activation.ACTIVE or _waits_for_you(known):
        since = None
    else:
        since = waits.since.get(ACTIVATION, state.applied or state.since)
    found = [Waited(say("SMSC's activation"), since, None, usual.get(ACTIVATION))]
    for each in state.operators:
        key = each.status.flag or each.status.operator
        who = operator_label(each.status, catalogue)
        found.append(Waited(who, waits.since.get(key), code_told(each.status.code, meanings), usual.get(key)))
    return tuple(found)


def _waits_for_you(known: KnownName) -> bool:
    return known.state.needs_you or may_be_confirmed(known)


@routes.button(ShowWaits)
async def show(
    t: Texts,
    button: ShowWaits,
    scope: Scope,
    listings: Listings,
    how_long: HowLong,
    catalogue: Catalogue,
    clock: Clock,
    codes: Codes,
) -> Screen:
    """How long a name has waited."""
    looked = await listings.by_ref(scope, button.ref)
    if not isinstance(looked, Found):
        return unfound(t, looked)
    some = await _waited(looked.known, scope, how_long, catalogue, codes)
    return waits_screen(t, looked.known, some, clock.now())


@routes.button(WriteToSupport)
async def letter(
    t: Texts,
    button: WriteToSupport,
    scope: Scope,
    listings: Listings,
    how_long: HowLong,
    catalogue: Catalogue,
    clock: Clock,
    codes: Codes,
) -> Screen:
    """A letter about it."""
    looked = await listings.by_ref(scope, button.ref)
    if not isinstance(looked, Found):
        return unfound(t, looked)
    some = await _waited(looked.known, scope, how_long, catalogue, codes)
    return letter_screen(t, looked.known, scope, some, clock.now())


async def _waited(
    known: KnownName, scope: Scope, how_long: HowLong, catalogue: Catalogue, codes: Codes
) -> tuple[Waited, ...]:
    meanings = await codes.of(scope.user_id, scope.account.service.name)
    waits = await how_long.waits(Subject((scope.account.id, scope.subclient), known.name, known.id))
    return waited(known, waits, await how_long.usual(scope.account.service.name), catalogue, meanings)


def waits_screen(t: Texts, known: KnownName, some: Sequence[Waited], now: float) -> Screen:
    """Whose answer it waits for, how long already, and how long that usually takes."""
    lines = [t("⏱ <b>{name}</b>: how long it takes", name=known.title), t("")]
    for each in some:
        lines += _told(t, each, now)
    if _waits_for_you(known):
        lines += [t(""), t("❗ It is your turn: the card says what is needed.")]
    lines += [t(""), t("“Usually”: half of the answers that I saw at this service came within that time.")]
    rows: list[Row] = []
    if any(each.is_long(now) for each in some):
        lines.append(t("It takes longer than usual: it is time to ask SMSC."))
        rows.append((Button(t.label("✉️ Letter to SMSC"), WriteToSupport(known.ref), Style.PRIMARY),))
    back = Button(clipped(f"‹ {known.title}"), OpenCard(known.ref))
    return Screen(t.lines(*lines), (*rows, (back, home_button(t))))


def _told(t: Texts, each: Waited, now: float) -> list[Markup]:
    who = each.who if each.code is None else say("{operator}: {code}", operator=each.who, code=each.code)
    mark = "❗" if each.is_long(now) else "⏳" if each.since is not None else "•"
    if each.since is not None:
        lines = [t("{mark} <b>{who}</b> · waits for {span}", mark=mark, who=who, span=span(max(0.0, now - each.since)))]
    else:
        lines = [t("{mark} <b>{who}</b>", mark=mark, who=who)]
    usual = each.usual
    if usual is None:
        return [*lines, t("   no case is known yet")]
    cases = say_n("{count} case", "{count} cases", usual.cases)
    told = {"median": span(usual.median), "ninetieth": span(usual.ninetieth), "cases": cases}
    lines.append(t("   usually {median}; nine of ten within {ninetieth} ({cases})", **told))
    if usual.cases < ENOUGH_CASES:
        lines.append(t("   too few to tell: I count more than a week as long"))
    return lines


def letter_screen(t: Texts, known: KnownName, scope: Scope, some: Sequence[Waited], now: float) -> Screen:
    """The letter, to be copied by a button where that carries it, else by a tap on the text."""
    text = letter_text(t, known, scope, some, now)
    rows: list[Row] = []
    if len(text.encode("utf-16-le")) // 2 <= _COPIED_MOST:
        rows.append((Button(t.label("📋 Copy the letter"), copy=text),))
    lines = (
        t("Send this to SMSC's support. A tap on it copies it."),
        "",
        Markup("<code>{text}</code>").format(text=text),  # <pre> does not break its lines
    )
    back = Button(t.label("‹ How long"), ShowWaits(known.ref))
    return Screen(t.lines(*lines), (*rows, (back, home_button(t))))


def letter_text(t: Texts, known: KnownName, scope: Scope, some: Sequence[Waited], now: float) -> str:
    """The letter as it is sent: name, number, dates, documents."""
    lines = [
        t("Hello! What is the status of the sender name {name}?", name=known.name),
        t("SMSC ID: {id}", id=known.id) if known.id is not None else None,
        t("Account: {account}", account=whose(scope)),
    ]
    if known.state.applied is not None:
        lines.append(t("Applied for: {day}", day=_day(known.state.applied)))
    for each in some:
        if each.since is not None:
            told = {"who": each.who, "day": _day(each.since), "span": span(max(0.0, now - each.since))}
            lines.append(t("No answer from {who} since {day} ({span})", **told))
    documents = [each.document.name for each in known.state.documents][:_DOCUMENTS_MOST]
    if documents:
        lines.append(t("Documents: {documents}", documents=", ".join(documents)))
    lines.append(t("Please tell me what is missing. Thank you!"))
    return t.lines(*lines).unescape()


def _day(at: float) -> str:
    return in_almaty(at).strftime("%d.%m.%Y")
