"""What needs one: first what one has to do, then what changed since one last looked, then what waits.

/board ─▶ several accounts or subclients: each with its counts ─▶ [❗2 🔔1 aigerim] ─▶ that one is in use, its names
       ─▶ just one: its names ─▶ [❗ LILY] ─▶ the card with its remedies
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from markupsafe import Markup

from bot.accounts import Account, Accounts, Scope
from bot.clock import Clock
from bot.conversation.callback import Callback, if_it_fits
from bot.conversation.form import LABEL_MOST, WIDE_MOST, clipped, home_button
from bot.conversation.screen import Button, Row, Screen, Style, pairs
from bot.locales import Phrase, Texts, moment, say, say_n
from bot.screens.accounts import whose
from bot.screens.buttons import AddThisName, OpenBoard, OpenCard, ShowBoards, ShowNames
from bot.screens.changes import change_told, code_told
from bot.screens.programmes import operator_label
from bot.screens.spans import span
from bot.senders.known import KnownName
from bot.senders.looks import ScopeKey
from bot.senders.state import SeenOperator
from bot.smsc import Catalogue
from bot.telegram.chat_context import ChatContext
from bot.telegram.routes import Routes
from bot.watch.board import PAGE, Board, Boards, Counts, Entry, Need, Overview, Shown
from bot.watch.codes import Codes, Meanings

routes: Final = Routes()
_FIRST: Final = ShowBoards()

_OPERATORS_MOST: Final = 6
"""Operators that are told of a name; its card has all of them."""
_COMMENT_MOST: Final = 120
_PAGES_MOST: Final = 100_000
_MARKS: Final[Mapping[Need, str]] = {
    Need.LOST: "❗",
    Need.REJECTED: "❗",
    Need.TO_CONFIRM: "❗",
    Need.CHANGED: "🔔",
    Need.WAITING: "⏳",
}
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
    button: ShowBoards = _FIRST,
) -> Screen:
    """All boards; where there is just one, that one."""
    mine = await boards.boards(scope.user_id)
    if len(mine) == 1:
        return await open_board(chat, t, OpenBoard(next(iter(mine))), scope, boards, accounts, catalogue, codes, clock)
    return await _all(t, scope, boards, accounts, min(button.page, _PAGES_MOST))


async def _all(t: Texts, scope: Scope, boards: Boards, accounts: Accounts, page: int = 0) -> Screen:
    overview = await boards.overview(scope.user_id, page)
    return boards_screen(t, overview, {each.id: each for each in await accounts.of(scope.user_id)})


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
    board = await boards.board(scope.user_id, button.board, min(button.page, _PAGES_MOST))
    there = await accounts.scope_for(scope.user_id, *board.scope) if board is not None else None
    if board is None or there is None:
        return await _all(t, scope, boards, accounts)
    if there != scope:
        chat.changes.person = chat.person.acting_for(*board.scope)
        chat.changes.scope = there
        chat.changes.note = say("In use now: <b>{account}</b>.", account=whose(there))
    meanings = await codes.of(scope.user_id, there.account.service.name)
    return board_screen(t, there, board, catalogue, meanings, clock.now())


def boards_screen(t: Texts, overview: Overview, accounts: Mapping[int, Account]) -> Screen:
    """All accounts and subclients, those that need their person first, each one tap away."""
    lines = [t("<b>What needs you</b>"), *_counted(t, overview.counts), t("")]
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
    return Screen(t.lines(*lines), (*rows, turns, (home_button(t),)))


def board_screen(t: Texts, scope: Scope, board: Board, catalogue: Catalogue, meanings: Meanings, now: float) -> Screen:
    """The names of an account and subclient that stand out; what else there is, in numbers."""
    counts = board.counts
    lines = [t("<b>What needs you</b>: {account}", account=whose(scope)), *_counted(t, counts)]
    if board.looked is not None:
        lines.append(t("You last looked at {time}.", time=moment(board.looked)))
    if board.listed is None:
        lines.append(t("SMSC's list is not known yet: open “My names”."))
    for each in board.names:
        lines += [t(""), *_name(t, each, catalogue, meanings, now)]
    if not board.names and board.listed is not None:
        lines += [t(""), t("Nothing needs you, and nothing waits.")]
    rows: list[Row] = [*pairs([button for each in board.names if (button := _button(t, each)) is not None])]
    rows.append(_turns(board.page, -(-board.total // PAGE), lambda page: OpenBoard(board.id, page)))
    ways = (Button(t.label("‹ All boards"), ShowBoards()),) if board.others else ()
    rows.append((*ways, Button(t.label("My names"), ShowNames())))
    return Screen(t.lines(*lines), (*rows, (home_button(t),)))


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
