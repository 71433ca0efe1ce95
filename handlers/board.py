"""What needs one: first what one has to do, then what changed since one last looked, then what waits.

/board ─▶ several accounts or subclients: each with its counts ─▶ [❗2 🔔1 aigerim] ─▶ that one is in use, its names
       ─▶ just one: its names ─▶ [❗ LILY] ─▶ the card with its remedies
[▦ As a table] ─▶ the same as a rich message with a table, from then on ─▶ [As text]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, Literal

from markupsafe import Markup, escape

from bot.accounts import Account, Accounts, Scope
from bot.clock import Clock
from bot.conversation.callback import Callback, if_it_fits
from bot.conversation.form import LABEL_MOST, WIDE_MOST, clipped, home_button
from bot.conversation.screen import Button, Row, Screen, Style, Table, pairs
from bot.locales import Phrase, Texts, moment, say, say_n
from bot.people import Tables
from bot.screens.accounts import whose
from bot.screens.buttons import AddThisName, OpenBoard, OpenCard, ShowBoards, ShowNames
from bot.screens.changes import change_told, code_told
from bot.screens.problems import problem
from bot.screens.programmes import operator_label
from bot.screens.spans import span
from bot.senders.known import KnownName
from bot.senders.listing import Listings
from bot.senders.looks import ScopeKey
from bot.senders.state import SeenOperator
from bot.smsc import Catalogue
from bot.telegram.chat_context import ChatContext
from bot.telegram.routes import Routes
from bot.watch.board import PAGE, Board, Boards, Counts, Entry, Need, Overview, Shown
from bot.watch.changes import OperatorChanged
from bot.watch.codes import Codes, Meanings

routes: Final = Routes()
_FIRST: Final = ShowBoards()

_OPERATORS_MOST: Final = 6
"""Operators that are told of a name; its card has all of them."""
_COMMENT_MOST: Final = 120
_CELL_MOST: Final = 24
_NO_TABLE: Final = say("Telegram does not take a table in this chat, so here it is as text.")
_PAGES_MOST: Final = 100_000
_MARKS: Final[Mapping[Need, str]] = {
    Need.LOST: "❗",
    Need.REJECTED: "❗",
    Need.TO_CONFIRM: "❗",
    Need.CHANGED: "🔔",
    Need.WAITING: "⏳",
}
_KINDS: Final = (say("❗ To do"), say("🔔 News"), say("⏳ Waiting"), say("All"))
_WHY: Final[Mapping[Need, Phrase]] = {
    Need.LOST: say("not active any more"),
    Need.REJECTED: say("a document was rejected"),
    Need.TO_CONFIRM: say("to be confirmed by a code"),
    Need.CHANGED: say("changed"),
    Need.WAITING: say("not activated"),
}


@routes.command("board")
@routes.deep_link("board")
@routes.button(ShowBoards)
async def boards(
    chat: ChatContext,
    t: Texts,
    scope: Scope,
    boards: Boards,
    accounts: Accounts,
    catalogue: Catalogue,
    codes: Codes,
    clock: Clock,
    listings: Listings,
    button: ShowBoards = _FIRST,
) -> Screen:
    """All boards; where there is just one, that one. A list that nobody has asked for yet is asked for."""
    _choose(chat, button.form)
    failure = await listings.refresh(scope) if await listings.never_came(scope) else None
    if failure is not None:
        chat.changes.note = say("⚠️ {problem}", problem=problem(failure))
    mine = await boards.boards(scope.user_id)
    if len(mine) == 1:
        return await open_board(chat, t, OpenBoard(next(iter(mine))), scope, boards, accounts, catalogue, codes, clock)
    return await _all(chat, t, scope, boards, accounts, min(button.page, _PAGES_MOST))


async def _all(chat: ChatContext, t: Texts, scope: Scope, boards: Boards, accounts: Accounts, page: int = 0) -> Screen:
    overview = await boards.overview(scope.user_id, page)
    known = {each.id: each for each in await accounts.of(scope.user_id)}
    return boards_screen(t, overview, known, tables=chat.person.tables)


def _choose(chat: ChatContext, form: Literal["table", "text"] | None) -> None:
    """Boards are tables, or text, from now on."""
    if form is not None:
        chat.changes.person = replace(chat.person, tables=Tables.YES if form == "table" else Tables.NO)


@routes.button(OpenBoard)
async def open_board(
    chat: ChatContext,
    t: Texts,
    button: OpenBoard,
    scope: Scope,
    boards: Boards,
    accounts: Accounts,
    catalogue: Catalogue,
    codes: Codes,
    clock: Clock,
) -> Screen:
    """The board of an account and subclient, which is in use from now on."""
    _choose(chat, button.form)
    board = await boards.board(scope.user_id, button.board, min(button.page, _PAGES_MOST))
    there = await accounts.scope_for(scope.user_id, *board.scope) if board is not None else None
    if board is None or there is None:
        return await _all(chat, t, scope, boards, accounts)
    if there != scope:
        chat.changes.person = chat.person.acting_for(*board.scope)
        chat.changes.scope = there
        chat.changes.note = say("In use now: <b>{account}</b>.", account=whose(there))
    meanings = await codes.of(scope.user_id, there.account.service.name)
    return board_screen(t, there, board, catalogue, meanings, clock.now(), tables=chat.person.tables)


def boards_screen(
    t: Texts, overview: Overview, accounts: Mapping[int, Account], *, tables: Tables = Tables.NO
) -> Screen:
    """All accounts and subclients, those that need their person first, each one tap away."""
    above = [t("<b>What needs you</b>"), *_counted(t, overview.counts)]
    lines = [*above, t("")]
    rows: list[Row] = []
    for place in overview.places:
        name = _called(t, place.scope, accounts)
        counts = _in_short(place.counts)
        lines.append(t("{counts} <b>{name}</b>", counts=counts, name=name))
        lines += [t("   {name}: {why}", name=each.name, why=_why(each)) for each in place.first]
        if (left_out := place.counts.action - len(place.first)) > 0 and place.first:
            lines.append(t("   {more}", more=say_n("… and {count} more", "… and {count} more", left_out)))
        style = Style.PRIMARY if place.counts.action else Style.PLAIN
        rows.append((Button(clipped(f"{counts} {name}", WIDE_MOST), OpenBoard(place.id), style),))
    turns = _turns(overview.page, -(-overview.total // PAGE), ShowBoards)
    form = _form_button(t, tables, lambda wanted: ShowBoards(overview.page, wanted))
    table = None
    if tables is Tables.YES and overview.places:
        cells = [(Markup(""), *(t(each) for each in _KINDS))]
        for place in overview.places:
            of = place.counts
            told = (of.action, of.changed, of.waiting, of.everything)
            cells.append((_cell(_called(t, place.scope, accounts)), *(_cell(str(each or "")) for each in told)))
        table = Table(t.lines(*above), tuple(cells), t(_NO_TABLE))
    return Screen(t.lines(*lines), (*rows, turns, (form, home_button(t))), table=table)


def board_screen(
    t: Texts,
    scope: Scope,
    board: Board,
    catalogue: Catalogue,
    meanings: Meanings,
    now: float,
    *,
    tables: Tables = Tables.NO,
) -> Screen:
    """The names of an account and subclient that stand out; what else there is, in numbers."""
    counts = board.counts
    lines = [t("<b>What needs you</b>: {account}", account=whose(scope)), *_counted(t, counts)]
    if board.looked is not None:
        lines.append(t("You last looked at {time}.", time=moment(board.looked)))
    if board.listed is None:
        lines.append(t("SMSC's list is not known yet: open “My names”."))
    above = [*lines]
    for each in board.names:
        lines += [t(""), *_name(t, each, catalogue, meanings, now)]
    if not board.names and board.listed is not None:
        lines += [t(""), t("Nothing needs you, and nothing waits.")]
    rows: list[Row] = [*pairs([button for each in board.names if (button := _button(t, each)) is not None])]
    rows.append(_turns(board.page, -(-board.total // PAGE), lambda page: OpenBoard(board.id, page)))
    ways = (Button(t.label("‹ All boards"), ShowBoards()),) if board.others else ()
    rows.append((*ways, Button(t.label("My names"), ShowNames())))
    table = None
    if tables is Tables.YES and board.names:
        table = Table(t.lines(*above), _names_and_operators(t, board, catalogue, meanings, now), t(_NO_TABLE))
    form = _form_button(t, tables, lambda wanted: OpenBoard(board.id, board.page, wanted))
    return Screen(t.lines(*lines), (*rows, (form, home_button(t))), table=table)


def _form_button(t: Texts, tables: Tables, to: Callable[[Literal["table", "text"]], Callback]) -> Button:
    """The way from text to tables, and back."""
    if tables is Tables.YES:
        return Button(t.label("As text"), to("text"))
    return Button(t.label("▦ As a table"), to("table"))


def _cell(text: str) -> Markup:
    return escape(clipped(text, _CELL_MOST))


def _names_and_operators(
    t: Texts, board: Board, catalogue: Catalogue, meanings: Meanings, now: float
) -> tuple[tuple[Markup, ...], ...]:
    """The names of a page and what the operators that most of them have say of each: since when, and what is new."""
    known = [each.known for each in board.names if each.known is not None]
    seen = [operator for each in known for operator in each.state.operators]
    times = Counter(each.status.operator for each in seen)
    columns = [operator for operator, _ in times.most_common(_OPERATORS_MOST)]
    labels = {each.status.operator: t(operator_label(each.status, catalogue)) for each in seen}
    rows = [(t("Name"), t("State"), *(labels[each] for each in columns))]
    for shown in board.names:
        entry = shown.entry
        name = shown.known.title if shown.known is not None else entry.name
        why = t("{mark} {why}", mark=_MARKS[entry.needs[0]], why=_why(entry))
        if entry.since is not None and entry.since <= now and entry.needs[0] is not Need.CHANGED:
            why = t("{mark} {why} · {span}", mark=_MARKS[entry.needs[0]], why=_why(entry), span=span(now - entry.since))
        codes = {each.status.operator: each for each in shown.known.state.operators} if shown.known is not None else {}
        rows.append((_cell(name), why, *(_answer(t, codes.get(each), shown, meanings, now) for each in columns)))
    return tuple(rows)


def _answer(t: Texts, seen: SeenOperator | None, shown: Shown, meanings: Meanings, now: float) -> Markup:
    """What an operator says of a name: the code, since when, and a bell where that is new to the person."""
    if seen is None:
        return Markup("—")
    new = any(isinstance(each, OperatorChanged) and each.after == seen.status for each in shown.told)
    told = {"mark": "🔔 " if new else "", "code": code_told(seen.status.code, meanings)}
    if seen.since is None or seen.since > now:
        return t("{mark}{code}", **told)
    return t("{mark}{code} ({span})", span=span(now - seen.since), **told)


def _counted(t: Texts, counts: Counts) -> list[Markup]:
    """How many names there are of each kind, a line a kind."""
    told = (
        (counts.action, say_n("❗ {count} name needs you", "❗ {count} names need you", counts.action)),
        (counts.changed, say_n("🔔 {count} name changed", "🔔 {count} names changed", counts.changed)),
        (counts.waiting, say_n("⏳ {count} name waits", "⏳ {count} names wait", counts.waiting)),
    )
    rest = counts.everything - counts.waiting - counts.changed - counts.action
    lines = [t(phrase) for count, phrase in told if count]
    if rest > 0:
        lines.append(t(say_n("✅ with {count} name all is well", "✅ with {count} names all is well", rest)))
    return lines


def _in_short(counts: Counts) -> str:
    """The same beside the name of a board."""
    told = (("❗", counts.action), ("🔔", counts.changed), ("⏳", counts.waiting))
    return " ".join(f"{mark}{count}" for mark, count in told if count) or "✅"


def _called(t: Texts, scope: ScopeKey, accounts: Mapping[int, Account]) -> str:
    """An account and subclient beside others; of just one account, the subclient alone."""
    account_id, subclient = scope
    if len(accounts) == 1:
        return subclient or t.label("Main account")
    account = accounts.get(account_id)
    return whose(Scope(account, subclient)) if account is not None else subclient


def _why(entry: Entry) -> Phrase:
    """The most pressing reason for a name to be here."""
    if not entry.ref:
        return say("not in SMSC's list any more")
    return _WHY[entry.needs[0]]


def _name(t: Texts, shown: Shown, catalogue: Catalogue, meanings: Meanings, now: float) -> list[Markup]:
    """A name: why it is here, since when, what changed, and what its operators say."""
    entry, known = shown.entry, shown.known
    told = {
        "mark": _MARKS[entry.needs[0]],
        "name": known.title if known is not None else entry.name,
        "why": _why(entry),
    }
    if entry.since is not None and entry.since <= now and entry.needs[0] is not Need.CHANGED:
        lines = [t("{mark} <b>{name}</b> · {why} · {span}", span=span(now - entry.since), **told)]
    else:
        lines = [t("{mark} <b>{name}</b> · {why}", **told)]
    if known is None:
        return lines
    lines += [t("   {why}", why=_WHY[each]) for each in entry.needs[1:] if each.is_action]
    comments = {each.document.comment for each in known.state.documents if each.rejected and each.document.comment}
    lines += [t("   “{comment}”", comment=clipped(each, _COMMENT_MOST)) for each in sorted(comments)[:1]]
    lines += [t("   🔔 {what}", what=change_told(each, catalogue, meanings)) for each in shown.told[:_OPERATORS_MOST]]
    if known.state.operators:
        lines.append(_operators(t, known, catalogue, meanings, now))
    return lines


def _operators(t: Texts, known: KnownName, catalogue: Catalogue, meanings: Meanings, now: float) -> Markup:
    """Each operator's code and since when, those that changed last first."""
    newest = sorted(known.state.operators, key=lambda each: -(each.since or 0.0))
    told = [_operator(t, each, catalogue, meanings, now) for each in newest[:_OPERATORS_MOST]]
    if (left_out := len(newest) - len(told)) > 0:
        told.append(t(say_n("… and {count} more", "… and {count} more", left_out)))
    return t("   {operators}", operators=Markup("; ").join(told))


def _operator(t: Texts, seen: SeenOperator, catalogue: Catalogue, meanings: Meanings, now: float) -> Markup:
    status = seen.status
    told = {"operator": operator_label(status, catalogue), "code": code_told(status.code, meanings)}
    if seen.since is None or seen.since > now:
        return t("{operator}: {code}", **told)
    return t("{operator}: {code} ({span})", span=span(now - seen.since), **told)


def _button(t: Texts, shown: Shown) -> Button | None:
    """The way to a name; of one that is gone, to registering it again."""
    entry, known = shown.entry, shown.known
    if known is not None:
        return Button(clipped(f"{_MARKS[entry.needs[0]]} {known.title}", LABEL_MOST), OpenCard(known.ref))
    again = if_it_fits(AddThisName, entry.name)
    return Button(clipped(t.label("Add {name}", name=entry.name), LABEL_MOST), again) if again is not None else None


def _turns(page: int, pages: int, to: Callable[[int], Callback]) -> Row:
    if pages < 2:
        return ()
    before, after = to((page - 1) % pages), to((page + 1) % pages)
    return (Button("‹", before), Button(f"{page + 1}/{pages}", to(page)), Button("›", after))
