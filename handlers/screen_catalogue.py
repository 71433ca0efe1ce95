"""The screen catalogue: every screen of every conversation, drawn from made-up facts, in each language.

`python -m bot screens` prints it, `docs/screens.txt` keeps it, and a test holds both together.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bot.accounts import PAUSED, Account, KeyUnreadableError, Scope
from bot.ceilings import Ceiling, Ceilings, EnoughError
from bot.companies import REMINDER, Company, CompanyDocument, DocumentKind, Kept, UseRow
from bot.conversation import form
from bot.conversation.callback import MisdeclaredError
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.form_buttons import GoHome
from bot.conversation.screen import Button, Screen
from bot.conversation.step import SKIPPED, Json, Problem
from bot.exports.cells import Format
from bot.imaging.jobs import Made
from bot.locales import LANGUAGES, Catalogues, Phrase, Texts, say, verbatim
from bot.monitoring.alerts import ALERT, ALERT_OVER
from bot.monitoring.troubles import TroubleKind
from bot.people import FORMS_LOST, Tables
from bot.quotas import Allowance, Quota, UsedUp
from bot.reading.numbers import number_in
from bot.registration.client_form import FORM, ROUND, ClientFacts
from bot.registration.consent import wording
from bot.registration.facts import RegistrationFacts
from bot.registration.plans import read_cell, trouble_words
from bot.registration.spelling import number_problem
from bot.screens.accounts import perhaps_screen, whose
from bot.screens.batches import (
    ChangesTold,
    PlanTold,
    RowTold,
    batch_screen,
    change_screen,
    gone_screen,
    many_screen,
    mend_screen,
    plan_screen,
)
from bot.screens.buttons import ChangeThisName, ConfirmNumber, Extent, SendExport, Way
from bot.screens.card import card_screen
from bot.screens.client_form import GROUPS
from bot.screens.companies import (
    CompanyTold,
    companies_screen,
    company_screen,
    delete_screen,
    document_screen,
    ending_screen,
    full_screen,
)
from bot.screens.companies import gone_screen as company_gone_screen
from bot.screens.enough import enough_screen
from bot.screens.exports import NOT_TAKEN, again_screen
from bot.screens.files import later, too_large, what_was_made
from bot.screens.home import guest_screen, help_screen, home_screen, welcome
from bot.screens.lookups import unfound, which
from bot.screens.name_list import names_screen, pages_screen
from bot.screens.operations import company_rows, elsewhere_screen, forgotten_screen, no_such, operation_screen
from bot.screens.parameters import sent
from bot.screens.problems import REASONS, problem
from bot.senders.batch import NOTICE_KIND as MANY_KIND
from bot.senders.batch import Batch, BatchRow, NewRow
from bot.senders.batch import Trouble as RowTrouble
from bot.senders.known import KnownName
from bot.senders.listed import Changes, Found, Names, NamesPage, NotHad, NotListed, OfAnother, Several, Taken
from bot.senders.operation import NOTICE_KIND, PROGRESS_KIND, Answered, DocumentRef, Operation, Request
from bot.senders.state import Activation, Deed, Filter, NameState, SeenDocument, SeenOperator, Stage, What
from bot.smsc import (
    Balance,
    Catalogue,
    Command,
    Document,
    ErrorKind,
    MustWait,
    OperatorStatus,
    Refused,
    Service,
    WaitReason,
    seed_catalogue,
)
from bot.storage.batches import BatchState
from bot.storage.names import Gaps
from bot.storage.operations import OperationState
from bot.telegram import outbox
from bot.telegram.dispatch import account_needed_screen, of_another_bot_screen
from bot.telegram.floods import FLOODED
from bot.telegram.inbox import GIVEN_UP
from bot.telegram.notices import Told, while_away
from bot.telegram.private_chat import closed_screen, failed_screen
from bot.telegram.progress import progress_screen
from bot.telegram.reply_keyboard import LATER
from bot.watch.board import Board, Counts, Entry, Need, Overview, Place, Shown
from bot.watch.changes import (
    ActivationChanged,
    Appeared,
    Change,
    DetailChanged,
    DocumentChanged,
    OperatorChanged,
    Seen,
    Titled,
    Vanished,
)
from bot.watch.codes import Meaning
from bot.watch.events import Asked, Consented, Ended, Event, FromHere, Happened, LockTurned, Story, Subject
from bot.watch.notebook import CHANGED, DIGEST, MANY_CHANGED, NIGHT
from bot.watch.quiet import Preferences
from bot.watch.rounds import BEYOND, UNKNOWN
from bot.watch.waits import Usual
from handlers import (
    account,
    add,
    alerts,
    approvals,
    board,
    card,
    change,
    client_form,
    client_links,
    client_screens,
    code,
    codes,
    colleagues_catalogue,
    company_document,
    company_form,
    confirm,
    connect,
    delete,
    document,
    export,
    fallback,
    history,
    many,
    names,
    notifications,
    privacy,
    start,
    subclient,
    timeline,
    unprompted,
    waits,
    watch,
)
from handlers.waits import Waited

_NOW: Final = 1_795_600_000.0  # 25 November 2026: late enough in a month for the question about the 1st
_SERVICES: Final = (Service.parse("smsc.kz"), Service.parse("smsc.ru"))
_ACCOUNT: Final = Account(1, 1, _SERVICES[0], "demo", "Flowers")
_OTHER: Final = Account(2, 1, _SERVICES[1], None, None)
_SCOPE: Final = Scope(_ACCOUNT, "aigerim")
_KNOWN: Final = KnownName(
    7,
    "PARUS",
    24608,
    "Цветы в Алматы",
    NameState(
        Activation.ACTIVE,
        _NOW - 86_400,
        _NOW,
        (
            SeenOperator(OperatorStatus("MTS", "3", "mts_step"), _NOW - 3600),
            SeenOperator(OperatorStatus("winmob", "17"), _NOW),
        ),
        (
            SeenDocument(Document("certificate.pdf", "5", "1", "Не видно печати"), _NOW, _NOW, "Certificate"),
            SeenDocument(Document("domain.png", "6", "9"), _NOW, _NOW, "Domain"),
        ),
    ),
    (("last_date", "20.11.2026"),),
)
_APPLIED: Final = NameState(deeds=(Deed(What.ADD, Stage.DONE, _NOW),))
_NOT_ACTIVE: Final = NameState(Activation.LISTED, _NOW - 86_400, _NOW)
_FILE: Final = {"file_id": "f", "name": "certificate.pdf", "size": 2_900_000, "description": "Trademark certificate"}
_BLURRED: Final = {**_FILE, "name": "photo.jpg", "description": None, "doubts": [[1, "blurred"]]}
_BLURRED_ALBUM: Final = {**_BLURRED, "name": "photo.pdf", "pages": 3, "doubts": [[2, "blurred"], [3, "dark"]]}
_COMPANY: Final = Company(
    9,
    1,
    "Romashka",
    {"fio": "ТОВ «Ромашка»", "inn": "32855961", "by_fio": "ООО «Ромашка»"},
    (
        CompanyDocument(1, _FILE, DocumentKind.TRADEMARK, date(2026, 12, 20)),
        CompanyDocument(2, {**_FILE, "file_id": "gone", "name": "letter.pdf"}, DocumentKind.LETTER, date(2026, 11, 1)),
        CompanyDocument(3, {**_FILE, "file_id": "gone", "description": None}, DocumentKind.OTHER, date(2028, 1, 1)),
    ),
)
_VALUES: Final[Mapping[str, Json]] = {
    "service": "smsc.kz",
    "login": "demo",
    "key": "secret",
    "name": "PARUS",
    "comment": "Цветы в Алматы",
    "subclients": ["", "aigerim"],
    "countries": ["RU", "UA", "BY"],
    "programmes_RU": ["mts_step", "tele2"],
    "programmes_UA": ["ua_reg"],
    "programmes_BY": ["by_int"],
    "when": 0,
    "needed": SKIPPED,
    "needed_first": ["UA"],
    "fee": {"flags": ["mts_step"], "month": "2026-11", "at": _NOW},
    "documents": [_FILE],
    "number": "77011234567",
    "site": "PARUS",
    "site_name": "romashka.example",
    "code": "4821",
    "day": "2026-11-01",
    "zone": 300,
    "label": "Flowers",
    "by_ocup": "7",
    "by_type": "1",
    "company": 9,
    "called": "Romashka",
    "file": _FILE,
    "kind": "trademark",
    "description": "Trademark certificate No. 12345",
    "ends": "2027-12-31",
    "asked": ["name", "documents"],
    "until": _NOW + 7 * 86_400,
    "most": 1,
}
_COMMANDS: Final = (Command.ADD, Command.CHG, Command.DEL, Command.SEND_CODE, Command.CHECK_CODE)


def printed() -> str:
    """The whole catalogue as plain text."""
    catalogues = Catalogues.load("en")
    pages = [_page(language, title, each) for language in LANGUAGES for title, each in screens(catalogues[language])]
    return "\n".join(pages)


def screens(t: Texts) -> Iterator[tuple[str, Screen]]:
    """Every screen with its title, in one language."""
    yield from _home(t)
    for flow, facts, received in _flows(seed_catalogue()):
        told = replace(facts, told=t.label) if isinstance(facts, RegistrationFacts) else facts
        yield from _flow(t, flow, told, received)
    yield from _names(t)
    yield from _watch(t)
    yield from _boards(t)
    yield from _waits(t)
    yield from _operations(t)
    yield from _many(t)
    yield from _companies(t)
    yield from client_screens.screens(t)
    yield from _while_away(t)
    yield from colleagues_catalogue.screens(t, _ACCOUNT, _NOW)
    yield from _notices(t)
    yield from _alerts(t)
    yield from _on_the_way(t)


def _home(t: Texts) -> Iterator[tuple[str, Screen]]:
    yield "home, no account", welcome(t, [])
    yield "home", home_screen(t, _SCOPE, [Button(f"▶ {t.label('Add a name')}")])
    yield "home, of a guest", guest_screen(t, [Button("▶ LILY")])
    yield "home, paused", home_screen(t, Scope(replace(_ACCOUNT, paused="key_refused")), [])
    unreadable = Scope(replace(_ACCOUNT, paused="key_unreadable"))
    yield "home, stored key unreadable", home_screen(t, unreadable, [])
    yield "help", help_screen(t, connected=True)
    yield "help, no account", help_screen(t, connected=False)
    yield "language", start.language_screen(t)
    balance = Balance(Decimal("1871.62"), "KZT")
    yield "connected", connect.connected(t, _ACCOUNT, balance)
    yield "connect, perhaps a key", perhaps_screen(t, "tag", deleted=False)
    yield "connect, a key unasked", perhaps_screen(t, "tag", deleted=True)
    yield "connect, whose key", connect.whose_screen(t, "tag", [_SCOPE.account])
    yield "account", account.account_screen(t, _SCOPE, [_ACCOUNT, _OTHER], balance, None)
    yield "account, refused", account.account_screen(t, Scope(_OTHER), [_OTHER], None, Refused(2))
    yield "account, stored key unreadable", account.account_screen(t, unreadable, [], None, KeyUnreadableError())
    yield "account, forget", account.forget_screen(t, _ACCOUNT)
    yield "account, forget me", account.forget_me_screen(t)
    yield "privacy", privacy.privacy_screen(t)
    yield "account, gone", account.gone(t)
    yield "form, under way", form.under_way(t)


def _names(t: Texts) -> Iterator[tuple[str, Screen]]:
    counts = {Filter.ACTIVE: 13, Filter.NOT_ACTIVE: 2, Filter.NEEDS_YOU: 1}
    rows = (
        _KNOWN,
        replace(_KNOWN, ref=8, name="LILY", twin=True, state=_NOT_ACTIVE),
        replace(_KNOWN, ref=9, name="ROSE", id=24610, state=_APPLIED),
    )
    page = NamesPage(rows, 0, 15, 15, counts, None, "", _NOW, None)
    yield "names", names_screen(t, page)
    yield "names, one filter", names_screen(t, replace(page, filter=Filter.NOT_ACTIVE))
    yield "names, search", names_screen(t, replace(page, search="PA", total=1))
    yield "names, by letter", names_screen(t, replace(page, search="^p", total=1))
    yield "names, nothing matches", names_screen(t, replace(page, names=(), total=0, search="ZZ"))
    yield "names, none", names_screen(t, replace(page, names=(), total=0, everything=0, counts={}))
    yield "names, not reachable", names_screen(t, replace(page, problem=Refused(4)))
    never = replace(page, names=(), total=0, everything=0, counts={}, fetched=None)
    yield "names, not listed yet", names_screen(t, replace(never, problem=MustWait(_NOW, WaitReason.LIMITS)))
    yield "names, pages", pages_screen(t, replace(page, total=321, number=1), ("0", "A", "P", "Ж"))
    yield "names, changed since", names.since_screen(t, date(2026, 11, 1), Changes(rows, Gaps()))
    yield "names, rows left out", names_screen(t, replace(page, lacks=Gaps(2)))
    yield "names, broken off", names_screen(t, replace(page, lacks=Gaps(cut=True)))
    lost = replace(page, names=(), total=0, everything=0, counts={}, lacks=Gaps(1))
    yield "names, none could be read", names_screen(t, lost)
    yield from _cards(t)
    yield "delete, locked", delete.locked_screen(t, replace(_KNOWN, locked=True), _SCOPE)
    yield "delete", delete.sure_screen(t, _KNOWN, _SCOPE, "tag")
    for kind, pages in (("jpg", 1), ("pdf", 3)):
        made = Made(bytes(2_900_000), kind, pages)
        yield f"made of pictures, {kind}", Screen(t(what_was_made(made, 5_000_000, scan=False)))
    yield "made of a scan", Screen(t(what_was_made(Made(bytes(2_900_000), "pdf", 5), 9_000_000, scan=True)))
    for quota in Quota:
        yield (
            f"not taken, {quota.value}",
            Screen(t(later(UsedUp(quota, _NOW), Allowance(20, 50 * 1024 * 1024)))),
        )
    yield "quick, a number", unprompted.number_screen(t, "77011234567")


def _cards(t: Texts) -> Iterator[tuple[str, Screen]]:
    catalogue = seed_catalogue()
    yield "card", card_screen(t, _KNOWN, catalogue, {})
    digital = replace(_KNOWN, name="77011234567", state=_NOT_ACTIVE, extra=())
    yield "card, a number", card_screen(t, digital, catalogue, {})
    yield "card, locked and muted", card_screen(t, replace(_KNOWN, locked=True, muted=True), catalogue, {})
    yield "card, outdated", card_screen(t, digital, catalogue, {}, outdated=True)
    confirmed = replace(_NOT_ACTIVE, deeds=(Deed(What.CHECK_CODE, Stage.DONE, _NOW + 60),))
    yield "card, a number just confirmed", card_screen(t, replace(digital, state=confirmed), catalogue, {})
    yield "card, just applied for", card_screen(t, replace(_KNOWN, state=_APPLIED), catalogue, {})
    yield "card, not activated", card_screen(t, replace(_KNOWN, state=_NOT_ACTIVE), catalogue, {})
    deeds = tuple(Deed(what, stage, _NOW + 60) for what in What for stage in Stage if what is not What.DELETE)
    deeds += (Deed(What.DOCUMENT, Stage.DONE, _NOW + 60, "new.pdf"), Deed(What.DELETE, Stage.UNCLEAR, _NOW + 60))
    yield (
        "card, all that was asked for",
        card_screen(
            t, replace(_KNOWN, state=replace(_KNOWN.state, deeds=deeds)), catalogue, {}, why=problem(Refused(9))
        ),
    )
    newer = SeenDocument(Document("certificate-2.pdf", "7", "2"), _NOW, _NOW, "Certificate")
    replaced = replace(_KNOWN.state, documents=(*_KNOWN.state.documents, newer))
    yield "card, a document replaced", card_screen(t, replace(_KNOWN, state=replaced), catalogue, {})
    perhaps = replace(_KNOWN.state, documents=(_KNOWN.state.documents[0], replace(newer, description=None)))
    yield "card, a document perhaps replaced", card_screen(t, replace(_KNOWN, state=perhaps), catalogue, {})
    yield "card, gone", unfound(t, NotListed(None))
    yield "card, not in the list", unfound(t, NotListed(_NOW), "PARUS")
    yield "card, not in the list any more", unfound(t, NotListed(_NOW))
    yield "card, no list to be had", unfound(t, NotHad(Refused(9), _NOW), "PARUS", ChangeThisName("PARUS"))
    yield "card, several", unfound(t, Several((_KNOWN, replace(_KNOWN, ref=8, twin=True))), "PARUS")
    yield "card, of another account", unfound(t, OfAnother(Scope(_OTHER), 7))
    yield "card, which name", which(t, "delete")


_MTS: Final = OperatorStatus("MTS", "3", "mts_step")
_REJECTED: Final = Document("certificate.pdf", "5", "1", "Не видно печати")
_LISTED: Final = Seen.of("PARUS", 24608, Activation.LISTED, [_MTS], [_REJECTED], ())
_SEEN_CHANGES: Final[Mapping[str, tuple[Change, ...]]] = {
    "codes and a rejected document": (
        OperatorChanged("mts_step", _MTS, replace(_MTS, code="5")),
        OperatorChanged("winmob", OperatorStatus("winmob", "0"), OperatorStatus("winmob", "17")),
        DocumentChanged("#5", replace(_REJECTED, status_code="0", comment=None), _REJECTED),
    ),
    "active": (ActivationChanged(Activation.LISTED, Activation.ACTIVE),),
    "not active any more": (ActivationChanged(Activation.ACTIVE, Activation.LISTED),),
    "appeared": (Appeared(_LISTED),),
    "there and back again": (),
    "all the rest": (
        Titled(("PARUS", 24608), ("Parus", 24608)),
        ActivationChanged(Activation.UNKNOWN, Activation.LISTED),
        OperatorChanged("tele2", None, OperatorStatus("Tele2", "0", "tele2")),
        OperatorChanged("tele2", OperatorStatus("Tele2", "0", "tele2"), None),
        DocumentChanged("#6", None, Document("domain.png", "6", "0")),
        DocumentChanged("#6", Document("domain.png", "6", "0"), Document("domain.png", "6", "2", "Подходит")),
        DocumentChanged("#6", Document("domain.png", "6", "0"), Document("domain.png", "6", "2")),
        DocumentChanged("#6", Document("domain.png", "6", "0"), Document("domain.png", "6", "1")),
        DocumentChanged("#6", Document("domain.png", "6", "0"), None),
        DetailChanged("step", "1", "2"),
    ),
}


def _watch(t: Texts) -> Iterator[tuple[str, Screen]]:
    catalogue = seed_catalogue()
    for title, told in _SEEN_CHANGES.items():
        yield f"watch, {title}", watch.changed_screen(t, "PARUS", told, _KNOWN, catalogue, {"17": Meaning.APPROVED})
    gone = (Vanished(_LISTED),)
    yield "watch, vanished", watch.changed_screen(t, "PARUS", gone, None, catalogue, {})
    told = _SEEN_CHANGES["active"]
    line = t("Account: <b>{account}</b>", account=whose(_SCOPE))
    elsewhere = watch.changed_screen(t, "PARUS", told, _KNOWN, catalogue, {}, whose_it_is=line, in_use=False)
    yield "watch, of another account", elsewhere
    digital = replace(_KNOWN, name="77011234567", state=_NOT_ACTIVE)
    yield (
        "watch, a number appeared",
        watch.changed_screen(t, digital.name, (Appeared(_LISTED),), digital, catalogue, {}),
    )
    every = [each for told in _SEEN_CHANGES.values() for each in told]
    happened = [
        Happened(Subject((1, ""), f"NAME{place}", place), Event(place, _NOW, each))
        for place, each in enumerate([*every, *gone])
    ]
    yield "watch, many names", watch.many_changed_screen(t, _SCOPE, happened, 77, urgent=True)
    yield "watch, digest", watch.digest_screen(t, [*happened, *happened], catalogue, {})
    named = {(1, ""): watch.Place(_SCOPE, {}, told=True)}
    yield "watch, at night", watch.digest_screen(t, happened, catalogue, named, by_night=True)
    yield "watch, a subclient that is unknown", watch.unknown_screen(t, _SCOPE)
    yield "watch, a list too many", watch.beyond_screen(t, _SCOPE, 1000, 0)
    yield "watch, lists too many", watch.beyond_screen(t, _SCOPE, 1000, 4)
    yield "notifications", notifications.notifications_screen(t, Preferences())
    yield "notifications, nothing chosen", notifications.notifications_screen(t, Preferences(), guessed=True)
    yield "notifications, digest", notifications.notifications_screen(t, Preferences(8, 8, 120, digest=True))
    yield "notifications, muted", notifications.muted_screen(t, _KNOWN, on=True)
    yield "notifications, told again", notifications.muted_screen(t, _KNOWN, on=False)
    yield "code, asked", codes.asked_screen(t, "5", "smsc.kz")
    yield "code, named", codes.named_screen(t, "5", "smsc.kz", Meaning.APPROVED)
    yield "code, not known", codes.named_screen(t, "5", "smsc.kz", None)
    yield "watch, key refused", watch.paused_screen(t, Scope(_ACCOUNT, user_id=1))
    yield "watch, key refused, to a colleague", watch.paused_screen(t, Scope(_ACCOUNT, user_id=2))
    unreadable = Scope(replace(_ACCOUNT, paused="key_unreadable"), user_id=1)
    yield "watch, key unreadable", watch.paused_screen(t, unreadable)
    deeds: list[FromHere] = [
        Asked(1, "add", "certificate.pdf"),
        Asked(2, "change"),
        Asked(3, "strange"),
        *(Ended(1, "add", state) for state in OperationState if state.over or state is OperationState.UNKNOWN),
        Ended(1, "document", OperationState.REFUSED, None, 5, "save error"),
        Consented(1, ("MTS", "Beeline"), "2026-12", "I agree"),
        LockTurned(1, on=True),
        LockTurned(2, on=False),
    ]
    story = [*(Event(place, _NOW, each) for place, each in enumerate(deeds)), *(each.event for each in happened)]
    yield "timeline", timeline.timeline_screen(t, _KNOWN, Story(tuple(story), 40), 1, catalogue, {}, 1)
    yield "timeline, nothing yet", timeline.timeline_screen(t, _KNOWN, Story((), 0), 0, catalogue, {})
    yield "timeline, nothing to draw", timeline.nothing_screen(t, _KNOWN)
    subclients = [_SCOPE, replace(_SCOPE, subclient="aigerim")]
    yield "export", export.choices_screen(t, _SCOPE, subclients)
    yield "export, of one account", export.choices_screen(t, _SCOPE, subclients[:1])
    yield "export, sent", export.done_screen(t, 300)
    yield "export, nothing to take out", export.nothing_screen(t, MustWait(_NOW, WaitReason.LIMITS))
    yield "timeline, no more", timeline.timeline_screen(t, _KNOWN, Story((), 40, shortened=True), 9, catalogue, {})
    yield "export, not taken", again_screen(t, SendExport(Extent.EVERYTHING, Format.XLSX), NOT_TAKEN)


def _boards(t: Texts) -> Iterator[tuple[str, Screen]]:
    catalogue = seed_catalogue()
    counts = Counts(3, 2, 11, 40)
    needs = (
        Entry(7, "PARUS", 24608, (Need.LOST, Need.REJECTED), _NOW - 3 * 86_400),
        Entry(8, "77011234567", 24609, (Need.TO_CONFIRM, Need.CHANGED), _NOW - 7_300),
        Entry(0, "ROSE", 24610, (Need.LOST,), _NOW - 120),
        Entry(9, "LILY", 24611, (Need.CHANGED,), None),
        Entry(10, "TULIP", 24612, (Need.WAITING,), _NOW - 30),
    )
    places = (
        Place(1, (1, ""), counts, needs[:2]),
        Place(2, (1, "aigerim"), Counts(0, 1, 0, 1)),
        Place(3, (2, ""), Counts(0, 0, 0, 9)),
    )
    accounts = {1: _ACCOUNT, 2: _OTHER}
    yield "boards", board.boards_screen(t, Overview(places, 0, 40, counts), accounts)
    one = Overview(places[:2], 0, 2, Counts(1, 1, 1, 41))
    yield "boards, one account", board.boards_screen(t, one, {1: _ACCOUNT})
    every = tuple(each for told in _SEEN_CHANGES.values() for each in told)
    shown = tuple(
        Shown(each, replace(_KNOWN, ref=each.ref, name=each.name) if each.ref else None, every if each.ref == 8 else ())
        for each in needs
    )
    page = Board(1, (1, "aigerim"), shown, 0, 14, counts, _NOW - 86_400, _NOW, others=True)
    yield "board", board.board_screen(t, _SCOPE, page, catalogue, {}, _NOW)
    yield "board, as a table", board.board_screen(t, _SCOPE, page, catalogue, {}, _NOW, tables=Tables.YES)
    yield "boards, as a table", board.boards_screen(t, one, {1: _ACCOUNT}, tables=Tables.YES)
    none = replace(page, names=(), total=0, counts=Counts(everything=8), looked=None, others=False)
    yield "board, nothing", board.board_screen(t, _SCOPE, none, catalogue, {}, _NOW)
    unlisted = replace(none, counts=Counts(), listed=None)
    yield "board, no list yet", board.board_screen(t, _SCOPE, unlisted, catalogue, {}, _NOW)


def _waits(t: Texts) -> Iterator[tuple[str, Screen]]:
    day = 86_400.0
    some = (
        Waited(say("SMSC's activation"), _NOW - 9 * day, None, Usual(day, 2 * day, 40)),
        Waited(verbatim("Tele2"), _NOW - day, verbatim("0"), Usual(90.0, 3_700.0, 3)),
        Waited(verbatim("winmob"), None, verbatim("17"), None),
    )
    waiting = replace(_KNOWN, state=replace(_NOT_ACTIVE, deeds=(Deed(What.ADD, Stage.DONE, _NOW - 9 * day),)))
    yield "waits", waits.waits_screen(t, waiting, some, _NOW)
    yield "waits, for its person", waits.waits_screen(t, _KNOWN, some[2:], _NOW)
    yield "letter", waits.letter_screen(t, replace(waiting, id=None), _SCOPE, some[:1], _NOW)
    documents = tuple(
        replace(_KNOWN.state.documents[1], document=Document(f"scan-{n}.png", "6", "0")) for n in range(9)
    )
    long = replace(waiting, state=replace(waiting.state, documents=documents))
    yield "letter, long", waits.letter_screen(t, long, _SCOPE, some, _NOW)


def _operations(t: Texts) -> Iterator[tuple[str, Screen]]:
    plain = Operation(
        1, 1, 1, "", Command.ADD, "PARUS", {}, None, True, None, OperationState.DONE, 0.0, 0, Answered(), _NOW, _NOW
    )
    for command in _COMMANDS:
        ref = None if command is Command.DEL else 7  # what is deleted has no card
        yield f"{command} done", operation_screen(t, replace(plain, command=command), ref)
    with_file = replace(plain, answer=Answered(id=24608), document=DocumentRef("f", "certificate.pdf", 5))
    yield "add done, with a document", operation_screen(t, with_file, 7)
    kept = replace(with_file, can_go_on=True)
    receipt = operation_screen(t, kept, 7)
    offer = company_rows(t, kept, seed_catalogue())
    yield "add done, with a company to be kept", replace(receipt, rows=(*offer, *receipt.rows))
    yield "add done, with documents", operation_screen(t, replace(with_file, documents=9), 7)
    document = replace(with_file, command=Command.CHG, answer=Answered(), documents=1)
    yield "document sent", operation_screen(t, document, 7)
    yield "documents sent", operation_screen(t, replace(document, documents=9), 7)
    for number in (*(each.number for each in ErrorKind if each is not ErrorKind.UNKNOWN), 77):
        refused = replace(plain, state=OperationState.REFUSED, answer=Answered(error=number, text="strange"))
        if number in {7, 8, 10}:
            refused = replace(refused, command=Command.SEND_CODE)
        if number == 11:
            refused = replace(refused, command=Command.CHECK_CODE)
        yield f"refused, error {number}", operation_screen(t, refused, None)
    for why in REASONS:
        held = replace(plain, state=OperationState.NOT_DONE, answer=Answered(why=why))
        yield f"not done, {why}", operation_screen(t, held, None)
    waiting = replace(plain, state=OperationState.PLANNED, not_before=_NOW, answer=Answered(why="limits"))
    yield "waiting", operation_screen(t, waiting, None)
    no_key = replace(waiting, answer=Answered(why="key_refused"))
    yield "waiting for a key", operation_screen(t, no_key, None)
    unreadable = replace(waiting, answer=Answered(why="key_unreadable"))
    yield "waiting for a key that can be read", operation_screen(t, unreadable, None)
    yield "waiting, several", operation_screen(t, replace(waiting, answer=Answered(), count=3), None)
    yield "sending", operation_screen(t, replace(plain, state=OperationState.SENT), None)
    several = replace(plain, state=OperationState.PLANNED, done=3, count=10)
    yield "sending, several", operation_screen(t, several, None)
    lost = replace(plain, state=OperationState.UNKNOWN, attempts=2, not_before=_NOW)
    yield "answer lost", operation_screen(t, lost, None)
    yield "unclear", operation_screen(t, replace(plain, state=OperationState.UNCLEAR), None)
    yield "called off", operation_screen(t, replace(plain, state=OperationState.CANCELLED), None)
    half = replace(plain, state=OperationState.CANCELLED, done=1, sent=1, count=3)
    yield "called off, the rest", operation_screen(t, half, None)
    broken = replace(document, state=OperationState.REFUSED, answer=Answered(error=5), done=1, sent=2, count=3)
    yield "refused, one of several", operation_screen(t, broken, None)
    code = replace(plain, command=Command.SEND_CODE, name="77011234567")
    yield "confirm, sent already", confirm.wait_screen(t, code, code.changed + 8 * 3600)
    yield "confirm, again", confirm.again_screen(t, code)
    yield "confirm, reminder", confirm.promised_screen(t, code, code.changed + 8 * 3600)
    here = ConfirmNumber(code.name, "here")
    yield (
        "of another account",
        elsewhere_screen(t, code, Scope(_OTHER), _SCOPE, Way.RESEND, here=here),
    )
    yield "of a forgotten account", forgotten_screen(t)
    yield "no such request", no_such(t)
    rows = [replace(plain, state=each, answer=Answered(error=5)) for each in OperationState]
    rows.append(document)
    yield "history", history.history_screen(t, _SCOPE, rows, 1, more=True, name="PARUS", ref=7)
    yield "history, empty", history.history_screen(t, _SCOPE, [], 0, more=False, name=None, ref=None)


def _many(t: Texts) -> Iterator[tuple[str, Screen]]:
    cannot = [
        RowTold(2, "Лилия", trouble_words(RowTrouble.SPELLING, "Лилия")),
        *(RowTold(3 + n, "PARUS", trouble_words(each, "PARUS")) for n, each in enumerate(RowTrouble) if n),
    ]
    doubt = read_cell("Shop").doubt
    doubtful = [RowTold(9, "Shop", doubt)] if doubt is not None else []
    free = (say("Registering costs nothing with what is chosen here."),)
    plan = PlanTold(5, {"": ("LILY", "TULIP", "Shop")}, cannot, doubtful, free, 0, 1)
    yield "many, plan", plan_screen(t, plan)
    yield (
        "many, plan, long",
        plan_screen(
            t,
            replace(
                plan,
                send={f"client{n}": ("LILY",) * 25 for n in range(20)},
                fees=500,
                consent=wording(("MTS",), "2026-12"),
                account="Flowers",
                minutes=100,
                left_out=7,
                most=1000,
            ),
        ),
    )
    paid = replace(plan, fees=3, consent=wording(("MTS",), "2026-12"), account="Flowers")
    yield "many, plan, fees", plan_screen(t, paid)
    yield "many, plan, fees agreed to", plan_screen(t, replace(paid, agreed=True))
    unknown = replace(plan, unknown=[(1, "aigerym", ["aigerim"]), (2, "nobody", ())])
    yield "many, plan, unknown subclients", plan_screen(t, unknown)
    yield "many, plan, nothing to send", plan_screen(t, replace(plan, send={}, doubtful=()))
    yield "many", many_screen(t)
    yield "many, gone", gone_screen(t)
    row = BatchRow(0, 0, "", "LILY", None, OperationState.DONE, Answered(id=1))
    rows = (row, replace(row, number=1, state=OperationState.REFUSED), replace(row, number=2, state=None))
    batch = Batch(5, 1, 1, BatchState.GOING, {}, rows)
    yield "many, under way", batch_screen(t, batch, cannot[:1], _NOW, account="Flowers")
    yield "many, to mend", mend_screen(t, batch, cannot[:1])
    yield "many, several to mend", mend_screen(t, batch, [replace(cannot[0], number=n) for n in range(2, 14)])
    yield "many, stopped", batch_screen(t, replace(batch, state=BatchState.STOPPED), cannot[:1], _NOW)
    yield "many, paused", batch_screen(t, batch, (), _NOW, REASONS["key_refused"])
    awaited = replace(batch, rows=(*rows[:2], replace(row, state=OperationState.AWAITS)))
    yield "many, waits for another account's owner", batch_screen(t, awaited, cannot[:1], _NOW)
    again = replace(rows[1], mended=OperationState.DONE)
    first = replace(batch, rows=(rows[0], again))
    yield "many, mended", batch_screen(t, first, (), _NOW)
    yield "many, what was mended", batch_screen(t, replace(batch, rows=rows[:1]), (), _NOW, first=first)
    yield "many, through", batch_screen(t, replace(batch, rows=rows[:2]), cannot[:1], _NOW)


def _companies(t: Texts) -> Iterator[tuple[str, Screen]]:
    told = CompanyTold(_COMPANY, seed_catalogue(), _NOW, 300)
    uses = [UseRow(1, "", f"ROSE{number:02}", None) for number in range(14)]
    used = replace(told, uses=uses, gone=("gone",))
    spread = replace(
        told,
        uses=[*uses, UseRow(1, "aigerim", "LILY", None)],
        whose={(1, ""): "Flowers", (1, "aigerim"): whose(_SCOPE)},
    )
    yield "company, used for several", company_screen(t, spread)
    yield "companies, none", companies_screen(t, Kept())
    many = tuple(replace(_COMPANY, id=number, name=f"Romashka {number}") for number in range(1, 10))
    yield "companies", companies_screen(t, Kept(many, 1))
    yield "company", company_screen(t, told)
    yield "company, used by many", company_screen(t, used)
    for each in _COMPANY.documents:
        yield f"company, document {each.number}", document_screen(t, used, each)
    yield "company, changed", company_screen(t, replace(used, changed=True))
    data = Request(Command.CHG, "ROSE01", {"id": 7, "fio": "ТОВ «Ромашка»"}, DocumentRef("f", "a.pdf", 9))
    changed = [NewRow(0, "", "ROSE01", (data,)), NewRow(1, "", "ROSE02", (), RowTrouble.SAME)]
    same = [RowTold(2, "ROSE02", trouble_words(RowTrouble.SAME, "ROSE02"))]
    fields = sent(t, seed_catalogue(), Command.CHG, data.values)
    plan = ChangesTold(5, 9, "Romashka", changed, same, 1, left_out=2, data=fields, documents=["a.pdf"])
    yield "company, plan of changes", change_screen(t, plan)
    yield "company, plan of no changes", change_screen(t, replace(plan, rows=changed[1:], left_out=0))
    rows = (BatchRow(0, 0, "", "ROSE01", RowTrouble.MISSING, None, Answered()),)
    failed = [RowTold(1, "ROSE01", trouble_words(RowTrouble.MISSING, "ROSE01"))]
    told_of = Batch(5, 1, 1, BatchState.STOPPED, {"company": 9}, rows)
    yield "company, changes through", batch_screen(t, told_of, failed, _NOW)
    yield "many, through, a company to keep", batch_screen(t, told_of, failed, _NOW, offers_company=True)
    yield "company, delete", delete_screen(t, told)
    yield "company, delete, used", delete_screen(t, used)
    yield "company, gone", company_gone_screen(t)
    yield "companies, as many as may be", full_screen(t)
    ending = [(_COMPANY, each) for each in _COMPANY.documents if each.ends is not None]
    yield "companies, documents that end", ending_screen(t, ending, _NOW, 300)


def _while_away(t: Texts) -> Iterator[tuple[str, Screen]]:
    done = Operation(
        1, 1, 1, "", Command.ADD, "PARUS", {}, None, False, None, OperationState.DONE, 0.0, 0, Answered(), _NOW, _NOW
    )
    told = [Told(_NOW, operation_screen(t, done, None))]
    yield "while away: one thing", while_away(t, told)
    yield "while away: many things", while_away(t, told * 12)
    yield "while Telegram held it back", while_away(t, told * 12, held=True)


def _notices(t: Texts) -> Iterator[tuple[str, Screen]]:
    yield "notice, given up", outbox.given_up_screen(t)
    yield "notice, flooded", outbox.flooded_screen(t, 0)
    yield "notice, flooded with files", outbox.flooded_screen(t, 12)
    yield "notice, lost", outbox.lost_screen(t)
    yield "notice, forms lost", outbox.forms_lost_screen(t)


def _alerts(t: Texts) -> Iterator[tuple[str, Screen]]:
    told = {"free": 120, "why": "disk I/O error", "overdue": 3, "watched": 12, "seconds": 4000, "lasted": 7200}
    for what in TroubleKind:
        body = {"what": what.value, "about": "smsc.kz", **told}
        if what is not TroubleKind.TOKEN:  # while it is refused nobody can be told
            yield f"alert, {what}", alerts.alert_screen(t, body)
        yield f"alert, {what} over", alerts.over_screen(t, body)


def _on_the_way(t: Texts) -> Iterator[tuple[str, Screen]]:
    """What is answered to what is no step of a form, and what comes between its steps."""
    yield "no member of the circle", closed_screen(t)
    yield "something went wrong", failed_screen(t)
    for each in Ceiling:
        yield f"enough {each}", enough_screen(t, EnoughError(each, getattr(Ceilings(), each)))
    yield "an account is needed beside a form", account_needed_screen(t, Button("▶ LILY", GoHome()))
    yield "a command for another bot", of_another_bot_screen(t, "weather_bot")
    yield "a document is made", progress_screen(t, say("⏳ Making the document…"))
    yield "a file that is not taken", unprompted.not_taken_screen(t, too_large(30 * 1024 * 1024))
    yield "what nobody can use", fallback.unusable_screen(t)
    doubtful = Problem(number_problem(number_in("8 701 555 00 11, 8 701 555 00 12")), ("77015550011",))
    yield "a number that is doubtful", unprompted.doubtful_screen(t, doubtful)
    none = names_screen(t, NamesPage((), 0, 0, 1, {}, None, "LILY", _NOW, None))
    yield "a name that is new", unprompted.offered_screen(t, "LILY", "LILY", none)
    yield "a word that is no name", unprompted.offered_screen(t, "Лилия", "Лилия", none)
    yield "card, no name in the link", card.no_name_screen(t)
    yield "account, forgotten", account.forgotten_screen(t, _ACCOUNT)
    yield "account, all forgotten", account.all_forgotten_screen(t)
    yield "account, named", account.named_screen(t, _ACCOUNT)
    adding, of_a_client = add.flow(seed_catalogue()), {"name": "LILY", "comment": None, "countries": None, FORM: 2}
    handed_over = adding.start("tag", {**of_a_client, ROUND: 1, "documents": None})
    yield "add: of a client", form.screen(t, adding, handed_over, RegistrationFacts(seed_catalogue(), _NOW))
    facts = document.DocumentFacts(Names((_KNOWN,), _NOW), Found(_KNOWN, _NOW))
    draft = document.FLOW.start("tag", {"name": "PARUS"})
    gathered = replace(draft, working={"documents": [_FILE, {**_FILE, "name": "domain.png"}]})
    yield "document: what to take out", form.removals(t, document.FLOW, gathered, facts)
    filled = replace(draft, answers={"name": "PARUS", "documents": [_FILE]})
    yield "document: what to correct", form.corrections(t, document.FLOW, filled, facts)


NOTICES: Final[Mapping[str, str | None]] = {
    GIVEN_UP: "notice, given up",
    FLOODED: "notice, flooded",
    outbox.LOST: "notice, lost",
    FORMS_LOST: "notice, forms lost",
    NOTICE_KIND: "add done",
    PROGRESS_KIND: "sending, several",
    MANY_KIND: "many, under way",
    REMINDER: "companies, documents that end",
    confirm.REMINDER: "confirm, again",
    CHANGED: "watch, codes and a rejected document",
    MANY_CHANGED: "watch, many names",
    DIGEST: "watch, digest",
    NIGHT: "watch, at night",
    PAUSED: "watch, key refused",
    UNKNOWN: "watch, a subclient that is unknown",
    BEYOND: "watch, a list too many",
    ALERT: "alert, disk",
    ALERT_OVER: "alert, disk over",
    **colleagues_catalogue.NOTICES,
    **client_screens.NOTICES,
    LATER: None,  # the reply keyboard is no screen
}
"""Where each kind of notice stands in the catalogue."""


def _flows(catalogue: Catalogue) -> Iterator[tuple[Flow[Any], Any, Mapping[str, Json]]]:
    profile = {"fio": "ТОВ «Ромашка»", "address": "Київ, Хрещатик 1"}
    facts = RegistrationFacts(catalogue, _NOW, profile, companies=(_COMPANY,))
    yield connect.FLOW, connect.ConnectFacts(_SERVICES), {}
    yield connect.FLOW, connect.ConnectFacts(_SERVICES[:1]), {"key": SKIPPED}
    yield account.LABEL, account.LabelFacts({1: _ACCOUNT}), {}
    yield subclient.FLOW, subclient.SubclientFacts(("aigerim", "daniyar")), {}
    yield add.flow(catalogue), replace(facts, taken=Taken(frozenset({"Parus"}))), {}
    yield add.flow(catalogue), facts, {"name": "box@romashka.example"}
    yield change.flow(catalogue), change.ChangeFacts(catalogue, _NOW, profile, looked=Found(_KNOWN, _NOW)), {}
    yield (
        many.flow(catalogue),
        many.ManyFacts(catalogue, _NOW, profile, subclients=("aigerim",), others={(2, ""): "smsc.ru"}),
        {"name": "PARUS"},
    )
    yield company_form.NAME, company_form.NameFacts(("Parus",), "ТОВ «Ромашка»"), {}
    yield company_form.data(catalogue), facts, {"form": "ua"}
    yield company_form.data(catalogue), facts, {"form": "by"}
    yield company_document.FLOW, company_document.PaperFacts(_COMPANY, date(2026, 11, 25)), {}
    asked = ClientFacts(catalogue, _NOW, asked=frozenset(GROUPS), title="Lily Shop", remark="…")
    yield client_form.flow(catalogue), asked, {}
    yield client_links.flow(catalogue), client_links.LinkFacts(catalogue, _NOW, whose=whose(_SCOPE)), {}
    yield client_links.REMARK_FLOW, None, {}
    yield document.FLOW, document.DocumentFacts(Names((_KNOWN,), _NOW), Found(_KNOWN, _NOW)), {}
    yield document.FLOW, document.DocumentFacts(Names((), None, Refused(9)), NotHad(Refused(9), None)), {}
    yield confirm.FLOW, confirm.ConfirmFacts(("PARUS",), listed=False), {}
    yield confirm.FLOW, confirm.ConfirmFacts(("PARUS",), None, problem(Refused(9))), {}
    yield code.FLOW, code.CodeFacts("77011234567", 2), {}
    yield names.SINCE, names.SinceFacts(date(2026, 11, 25)), {}
    yield approvals.FLOW, approvals.RefusalFacts(), {}
    yield notifications.ZONE, notifications.ZoneFacts(300), {}


def states() -> Iterator[tuple[str, Flow[Any], Draft]]:
    """Every state of every conversation once: its title, and a form that is in it."""
    known: set[str] = set()
    for flow, facts, received in _flows(seed_catalogue()):
        for key, draft in _walk(flow, facts, received):
            title = f"{flow.name}: {key}"
            if title not in known and (flow.summary or key != SUMMARY):
                known.add(title)
                yield title, flow, draft


SUMMARY: Final = "summary"


def _walk(flow: Flow[Any], facts: Any, received: Mapping[str, Json]) -> Iterator[tuple[str, Draft]]:
    """The form at each of its steps, and at its summary; with the step's key."""
    draft = flow.start("tag")
    while (step := flow.current(draft, facts)) is not None:
        yield step.key, draft
        value = received.get(step.key, _VALUES.get(step.key, "…"))
        draft = replace(draft, answers={**draft.answers, step.key: value})
    for step in flow.asked(draft.answers, facts):
        if step.quiet:
            yield step.key, replace(draft, editing=step.key)
    yield SUMMARY, draft


def _flow(t: Texts, flow: Flow[Any], facts: Any, received: Mapping[str, Json]) -> Iterator[tuple[str, Screen]]:
    """Every question in turn, once with a problem, then the summary and the offer to go on.

    Raises:
        MisdeclaredError: a step cannot be shown.
    """
    for key, draft in _walk(flow, facts, received):
        try:
            drawn = list(_at_step(t, flow, facts, key, draft, received.get(key, _VALUES.get(key, "…"))))
        except Exception as failure:
            raise MisdeclaredError(f"{flow.name}: {key} cannot be shown ({failure!r})") from failure
        yield from drawn


def _at_step(
    t: Texts, flow: Flow[Any], facts: Any, key: str, draft: Draft, value: Json
) -> Iterator[tuple[str, Screen]]:
    """The screens of one step (its question, what is gathered, a problem), or those after the last."""
    step = flow.current(draft, facts)
    if step is not None or flow.summary:
        yield f"{flow.name}: {key}", form.screen(t, flow, draft, facts)
    if step is None:
        yield f"{flow.name}: left", form.resume(t, flow, draft, facts)
        return
    form.shown(t, step, {**draft.answers, key: value}, facts)  # the summary's line: what is wrong in it is this step's
    if step.many:
        yield f"{flow.name}: {key}, chosen", form.screen(t, flow, replace(draft, working={key: value}), facts)
        if key == "documents":
            for item in (_BLURRED, _BLURRED_ALBUM):
                doubtful = replace(draft, working={"documents!": [item]})
                yield f"{flow.name}: {key}, doubtful", form.screen(t, flow, doubtful, facts)
    for opening in step.openings(draft.answers, facts)[:1]:
        yield f"{flow.name}: {key}, begun", form.screen(t, flow, replace(draft, working={key: [opening.value]}), facts)
    if step is next(each for each in flow.steps if not each.tells):
        wrong: Phrase = say("Please tap one of the buttons.")
        yield f"{flow.name}: {key}, a problem", form.screen(t, flow, draft, facts, wrong)


def _page(language: str, title: str, drawn: Screen) -> str:
    rows = "\n".join(" ".join(f"[{button.label}]" for button in row) for row in drawn.rows)
    text = html.unescape(re.sub(r"<[^>]*>", "", drawn.text))
    return f"── {language} · {title}\n{text}\n{rows}\n"
