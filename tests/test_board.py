"""What needs a person, over all names, accounts and subclients: nothing that needs action is ever left out."""

from __future__ import annotations

import random
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import InputRichMessage
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.conversation.screen import Table
from bot.sandbox.chat import TelegramSandbox
from bot.screens.card import may_be_confirmed
from bot.senders import kept
from bot.senders.kept import Fetched
from bot.senders.state import Activation, Filter
from bot.smsc import Document, OperatorStatus, SenderName
from bot.storage import board as table
from bot.storage import names
from bot.storage.board import BoardRow, GoneRow, StandingRow
from bot.storage.database import Database, connect, migrate
from bot.storage.names import Gaps
from bot.telegram.rich import rich_message, rich_text
from bot.watch.board import (
    PAGE,
    Board,
    Boards,
    Counts,
    Found,
    Need,
    Place,
    by_need,
    counted,
    entries,
    looked_at,
)
from bot.watch.changes import OperatorChanged
from bot.watch.notebook import Notebook
from tests.person import Person
from tests.troubles import calls, trouble

USER = 5
NAMES = st.sampled_from(["LILY", "ROSE", "77011234567", "77017654321"])
ROWS = st.builds(
    StandingRow,
    st.just(1),
    st.integers(1, 6),
    NAMES,
    st.none() | st.integers(1, 6),
    st.sampled_from(["active", "listed", "unknown"]),
    st.booleans(),
    st.none() | st.floats(0, 1000),
)


@st.composite
def founds(draw: st.DrawFn) -> Found:
    """What the file may tell: each name is the same in all of its parts."""
    rows = {each.ref: each for each in draw(st.lists(ROWS, max_size=6))}
    some = st.lists(st.sampled_from(sorted(rows)), unique=True) if rows else st.just(list[int]())
    changed, lost = draw(some), draw(some)
    needing = [each for each in rows.values() if each.rejected or (each.name.isdigit() and each.activation != "active")]
    gone = draw(st.lists(st.builds(GoneRow, st.just(1), NAMES, st.none(), st.floats(0, 1000)), max_size=2))
    inactive = sum(each.activation != "active" for each in rows.values())
    return Found(
        needing,
        [rows[each] for each in changed],
        [rows[each] for each in lost],
        gone,
        draw(st.frozensets(NAMES)),
        inactive,
        len(rows),
    )


@given(founds())
def test_nothing_that_needs_action_is_left_out_and_all_of_it_comes_first(found: Found) -> None:
    told = entries(found)
    action = {each.ref for each in told if each.needs[0].is_action}
    assert {each.ref for each in found.needing if each.rejected} <= action
    assert {each.ref for each in found.lost} <= action
    assert {
        each.ref
        for each in found.needing
        if each.name.isdigit() and each.activation != "active" and each.name not in found.confirmed
    } <= action
    assert sorted(each.name for each in told if not each.ref) == sorted(each.name for each in found.gone)
    assert {each.ref for each in found.changed} <= {each.ref for each in told}
    needs = [each.needs[0] for each in told]
    assert needs == sorted(needs)
    refs = [each.ref for each in told if each.ref]
    assert len(refs) == len(set(refs))
    for one, other in pairwise(told):
        if one.needs[0] is other.needs[0] and None not in {one.since, other.since}:
            assert (one.since or 0) <= (other.since or 0)


@given(founds())
def test_every_name_is_counted_once(found: Found) -> None:
    told = entries(found)
    counts = counted(found, told)
    assert counts.action + counts.changed == len(told)
    assert counts.waiting >= 0


@given(st.lists(st.builds(Counts, *[st.integers(0, 3)] * 4), max_size=8))
def test_a_subclient_that_needs_action_stands_before_one_that_does_not(some: list[Counts]) -> None:
    places = by_need([Place(number, (1, str(number)), each) for number, each in enumerate(some)])
    assert [each.counts.action for each in places] == sorted((each.action for each in some), reverse=True)


def test_what_is_new_stays_new_for_as_long_as_one_looks_and_is_old_at_the_next_look() -> None:
    first = looked_at(BoardRow(1, 1, ""), 10, 1_000.0)
    assert (first.before, first.before_at) == (0, 0)
    again = looked_at(first, 12, 1_300.0)
    assert (again.before, again.seen) == (0, 12)
    later = looked_at(again, 20, 5_000.0)
    assert (later.before, later.before_at, later.seen) == (12, 1_300.0, 20)


# Out of the file


class File:
    """A database of one person with two accounts, whose lists come a minute and more apart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.at = 1_000.0
        with closing(connect(path)) as db:
            migrate(db)
            for number in (1, 2):
                db.execute(
                    "INSERT INTO accounts (id, user_id, service, secret, created) VALUES (?, ?, 'smsc.kz', x'00', 0)",
                    (number, USER),
                )
        self.database = Database.open(path)
        self.boards = Boards(self.database, lambda: self.at)

    async def lists(
        self, some: list[SenderName], active: tuple[int, ...] = (), account: int = 1, subclient: str = ""
    ) -> None:
        self.at += 100
        fetched = Fetched(some, [each for each in some if each.id in active], Gaps(), Gaps())
        notebook = Notebook(lambda: self.at)
        await self.database.run(lambda tx: kept.replace(tx, account, subclient, fetched, self.at, notebook))

    async def board(self, account: int = 1, subclient: str = "", page: int = 0) -> Board:
        places = {scope: number for number, scope in (await self.boards.boards(USER)).items()}
        found = await self.boards.board(USER, places[account, subclient], page)
        assert found is not None
        return found


@pytest.fixture
async def file(tmp_path: Path) -> Any:
    made = File(tmp_path / "bot.sqlite3")
    yield made
    await made.database.close()


def name(number: int, code: str = "0", status: str = "0", word: str = "") -> SenderName:
    return SenderName(
        number,
        word or f"NAME{number}",
        None,
        None,
        (OperatorStatus("MTS", code, "mts_step"),),
        (Document("a.pdf", str(number), status),),
    )


def _told(board: Board) -> dict[str, tuple[Need, ...]]:
    return {each.entry.name: each.entry.needs for each in board.names}


async def test_a_rejected_document_a_number_and_a_lost_name_come_before_what_waits(file: File) -> None:
    await file.lists([name(1), name(2), name(3), name(4, word="77011234567")], (2, 3))
    await file.lists([name(1), name(2), name(3, status="1"), name(4, word="77011234567")], (3,))
    await file.lists([name(1), name(2), name(3, status="1"), name(4, word="77011234567")], (3,))
    board = await file.board()
    assert _told(board) == {
        "NAME2": (Need.LOST,),
        "NAME3": (Need.REJECTED,),
        "77011234567": (Need.TO_CONFIRM,),
        "NAME1": (Need.WAITING,),
    }
    assert list(_told(board)) == ["NAME2", "NAME3", "77011234567", "NAME1"]
    assert board.counts == Counts(3, 0, 1, 4)
    await file.lists([name(1), name(2), name(3, status="1"), name(4, word="77011234567")], (2, 3, 4))
    assert list(_told(await file.board())) == ["NAME3", "NAME1"]


async def test_a_name_that_vanished_stays_on_the_board_until_it_is_there_again(file: File) -> None:
    await file.lists([name(1), name(2)], (1, 2))
    for _ in range(2):
        await file.lists([name(1)], (1,))
    board = await file.board()
    assert _told(board) == {"NAME2": (Need.LOST,)}
    assert board.names[0].known is None
    await file.lists([name(1), name(9, word="NAME2")], (1, 9))
    assert "NAME2" not in {each for each, needs in _told(await file.board()).items() if Need.LOST in needs}


async def test_what_changed_since_the_last_look_is_told_with_what_it_was_and_is_over_at_the_next_look(
    file: File,
) -> None:
    await file.lists([name(1), name(2)], (1, 2))
    assert (await file.board()).looked is None
    file.at += 3_600
    await file.lists([name(1, "3"), name(2)], (1, 2))
    await file.lists([name(1, "5"), name(2)], (1, 2))
    overview = await file.boards.overview(USER, 0)
    assert overview.counts.changed == 1
    for _ in range(2):  # it stays for as long as one looks
        board = await file.board()
        assert _told(board) == {"NAME1": (Need.CHANGED,)}
        [told] = board.names[0].told
        assert told == OperatorChanged(
            "mts_step", OperatorStatus("MTS", "0", "mts_step"), OperatorStatus("MTS", "5", "mts_step")
        )
        file.at += 60
    file.at += 3_600
    assert _told(await file.board()) == {}


async def test_a_waiting_name_that_waits_longest_comes_first_and_every_one_is_on_some_page(file: File) -> None:
    await file.lists([name(number) for number in (3, 2)])
    await file.lists([name(number) for number in range(1, 30)])
    first = await file.board()
    assert first.total == 29
    found = [each.entry.name for page in range(4) for each in (await file.board(page=page)).names]
    assert found[:2] == ["NAME2", "NAME3"]
    assert sorted(found) == sorted(f"NAME{number}" for number in range(1, 30))
    assert len(first.names) == PAGE


async def test_one_screen_tells_a_reseller_which_of_forty_subclients_need_something(file: File) -> None:
    for number in range(40):
        rejected = "1" if number == 31 else "0"
        eight = [name(number * 10 + place + 1, status=rejected if place == 1 else "0") for place in range(8)]
        await file.lists(eight, tuple(each.id for each in eight if each.id), subclient=f"sub{number:02}")
    overview = await file.boards.overview(USER, 0)
    assert overview.total == 42
    assert overview.places[0].scope == (1, "sub31")
    assert [each.name for each in overview.places[0].first] == ["NAME312"]
    assert overview.counts == Counts(1, 0, 0, 320)
    pages = [await file.boards.overview(USER, page) for page in range(6)]
    assert len({each.scope for page in pages for each in page.places}) == 42


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_lists_come_each_name_that_needs_its_person_is_on_the_board(file: File, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # nothing secret depends on it
    for _ in range(6):
        words = {number: f"7701{number:07}" if number % 3 == 0 else f"NAME{number}" for number in range(1, 31)}
        some = [
            name(number, chance.choice("03"), chance.choice("0012"), word)
            for number, word in words.items()
            if chance.random() < 0.9
        ]
        await file.lists(some, tuple(each.id for each in some if each.id and chance.random() < 0.6))
        file.at += chance.choice([0, 3_600])
        first = await file.board()
        pages = [await file.board(page=page) for page in range(-(-first.total // PAGE))]
        told = {each.entry.ref: each.entry for page in pages for each in page.names if each.known is not None}
        known = await file.database.run(lambda tx: kept.known(tx, 1, "", names.everything(tx, 1, "")))
        for each in known:
            if each.state.needs_you or may_be_confirmed(each):
                assert told[each.ref].needs[0].is_action
            assert each.state.activation is Activation.ACTIVE or each.ref in told
        assert sum(len(page.names) for page in pages) == first.total
        assert first.total == first.counts.action + first.counts.changed + first.counts.waiting
        needs = [each.entry.needs[0] for page in pages for each in page.names]
        assert needs == sorted(needs)


async def test_a_board_of_somebody_else_is_none(file: File) -> None:
    await file.lists([name(1)])
    number = next(iter(await file.boards.boards(USER)))
    assert await file.boards.board(USER + 1, number, 0) is None
    assert await file.boards.boards(USER + 1) == {}


def test_the_file_and_the_filters_mean_the_same_bit() -> None:
    assert Filter.NEEDS_YOU.bit == table.NEEDS_YOU


# In the chat


async def test_what_needs_one_is_a_tap_away_and_puts_the_subclient_in_use(
    connected: Person,
) -> None:
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    await connected.writes("/board")
    await connected.sees("What needs you", "AruanaMed", "a document was rejected", "77000003344")
    await connected.writes("/user aigerim")
    await connected.sees("From now on")
    await connected.writes("/board")
    await connected.sees("❗2", "Main account", "aigerim")
    await connected.taps("❗2")
    await connected.sees("In use now", "77000003344 · to be confirmed by a code")
    await connected.taps("AruanaMed")
    await connected.sees("needs you: a document was rejected")


async def test_the_board_is_a_table_for_whoever_wants_one_and_text_where_telegram_refuses_it(
    connected: Person, telegram: TelegramSandbox
) -> None:
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    await connected.writes("/board")
    await connected.sees("What needs you", "AruanaMed · a document was rejected")
    await connected.taps("As a table")
    await connected.sees("Name | State", "AruanaMed | ❗ a document was rejected")
    await connected.writes("/board")
    await connected.sees("Name | State")
    assert calls(telegram, "sendRichMessage")
    await trouble(telegram, connected, "sendRichMessage", "400", description="Bad Request: RICH_MESSAGE_NOT_ALLOWED")
    await connected.writes("/board")
    await connected.sees("Telegram does not take a table", "AruanaMed · a document was rejected")
    tried = len(calls(telegram, "sendRichMessage"))
    await connected.writes("/board")
    await connected.sees("What needs you", "AruanaMed · a document was rejected")
    assert len(calls(telegram, "sendRichMessage")) == tried
    await trouble(telegram, connected, "editMessageText", "400", description="Bad Request: message text is empty")
    await connected.taps("As a table")
    await connected.sees("Telegram does not take a table")
    await connected.taps("As text")
    await connected.sees("❗ AruanaMed · a document was rejected")


def test_markup_becomes_rich_text_as_the_bot_api_has_it() -> None:
    text = Markup('<b>A &lt;b&gt; <i>c</i></b> of <tg-time unix="5" format="dt">then</tg-time>')
    date = {"type": "date_time", "unix_time": 5, "date_time_format": "dt", "text": "then"}
    bold = {"type": "bold", "text": ["A <b> ", {"type": "italic", "text": "c"}]}
    assert rich_text(text) == [bold, " of ", date]
    table = Table(Markup("above\n\n<b>it</b>"), ((Markup(""),), (text,)), Markup(""))
    InputRichMessage.model_validate(rich_message(table))
