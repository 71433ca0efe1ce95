"""Many names at once: planned, sent within SMSC's limits, each once whatever happens, mended and sent again."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.reading.rows import Line, is_list, lines_in, lines_of
from bot.reading.tables import Cells, TableFlaw, cells_in
from bot.registration.facts import RegistrationFacts
from bot.registration.plans import Whom, planned, trouble_words
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from bot.senders.batch import Batch, BatchRow, Trouble
from bot.senders.listed import Taken
from bot.senders.operation import Answered
from bot.smsc import seed_catalogue
from bot.storage.batches import BatchState
from bot.storage.operations import OperationState
from tests.papers import PDF
from tests.person import Person
from tests.running import InProcess, Process, comes, running_fast
from tests.stories import OTHER_KEY, asks_for_a_name, comes_in, invites, is_served, registers
from tests.workbooks import workbook

TWELVE = """ROSE01; Цветы в Алматы
ROSE02, ROSE03
«ROSE04»
- ROSE05
6. ROSE06
Роза 7
ROSE08-IS-TOO-LONG
AruanaShop
ROSE10
rose10
ROSE12"""
"""Twelve names: two that cannot be, one that is there already, one twice."""
GOOD = ("ROSE01", "ROSE02", "ROSE03", "ROSE04", "ROSE05", "ROSE06", "ROSE10", "ROSE12")


def added(smsc: SmscSandbox) -> list[str]:
    """The names of the requests to add one, in the order in which they came."""
    return [each.fields["sender"] for each in smsc.requests if each.command == "add"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("PARUS\nLILY\n\n", [Line("PARUS"), Line("LILY")]),
        ("PARUS, LILY и TULIP", [Line("PARUS"), Line("LILY"), Line("TULIP")]),
        ("PARUS; LILY; TULIP", [Line("PARUS"), Line("LILY"), Line("TULIP")]),
        ("PARUS; Цветы, подарки\nLILY", [Line("PARUS", "Цветы, подарки"), Line("LILY")]),
        ("1. PARUS\n2) LILY\n— TULIP", [Line("PARUS"), Line("LILY"), Line("TULIP")]),
        ("PARUS\tЦветы в Алматы\nLILY\tДоставка", [Line("PARUS", "Цветы в Алматы"), Line("LILY", "Доставка")]),
    ],
)
def test_several_names_are_read_a_row_each(text: str, lines: list[Line]) -> None:
    assert lines_in(text) == tuple(lines)
    assert is_list(lines_in(text))


@pytest.mark.parametrize("text", ["PARUS", "Добрый день, хочу узнать про имя", "Мы продаём цветы в Алматы; дорого"])
def test_a_sentence_is_no_list_of_names(text: str) -> None:
    assert not is_list(lines_in(text))


async def test_twelve_names_are_planned_first_and_sent_after_one_tap(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    await connected.writes(TWELVE)
    text = await connected.sees("the plan", "8 names")
    assert "7. Роза 7" in text or "Роза 7" in text
    assert "It is already in your list." in text
    assert "It is already in a row above." in text or "with other capitals" in text
    assert "Registering costs nothing" in text
    assert "about 2 minutes" in text
    assert not added(smsc)
    await connected.taps("Register 8 names")
    text = await connected.sees_somewhere("SMSC took: 8", "Did not go through: 4")
    assert added(smsc) == list(GOOD)
    assert "AruanaShop: It is already in your list." in text


async def test_stopped_nothing_more_goes_until_it_goes_on(
    connected: Person, other: Person, smsc: SmscSandbox, turning: SandboxClock
) -> None:
    await connected.writes(TWELVE)
    await connected.taps("Register 8 names")
    await connected.sees("SMSC took: 5", "Left: 3")
    await connected.taps("Stop")
    await connected.sees("Stopped")
    turning.advance(300)
    await is_served(other)
    assert added(smsc) == list(GOOD[:5])
    await connected.taps("Go on")
    await connected.sees_somewhere("SMSC took: 8")
    assert added(smsc) == list(GOOD)


async def test_what_a_person_asks_for_meanwhile_goes_before_the_rows_that_are_left(
    connected: Person, smsc: SmscSandbox, turning: SandboxClock
) -> None:
    await connected.writes(TWELVE)
    await connected.taps("Register 8 names")
    await connected.sees("SMSC took: 5", "Left: 3")
    await registers(connected, "LILY2026")
    await connected.sees("LILY2026", "only so many requests a minute")
    async with running_fast(turning):
        await connected.sees_somewhere("SMSC took: 8")
    assert added(smsc) == [*GOOD[:5], "LILY2026", *GOOD[5:]]


async def test_a_name_that_smsc_refuses_and_a_key_that_it_refuses(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    smsc.fault(Fault("add", kind="error", error=6))
    await connected.writes("ROSE01, ROSE02")
    await connected.taps("Register 2 names")
    await connected.sees_somewhere("SMSC took: 1", "Did not go through: 1", "1. ROSE01: ")
    smsc.fault(Fault("add", kind="error", error=2))
    await connected.writes("ROSE03, ROSE04")
    await connected.taps("Register 2 names")
    await connected.sees_somewhere("Left: 1", "The account is paused")
    assert added(smsc) == ["ROSE01", "ROSE02", "ROSE03"]


async def test_what_did_not_go_through_is_mended_in_its_file_and_sent_again(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    await connected.writes("ROSE01\nРоза2; =1+1\nROSE03")
    await connected.taps("Register 2 names")
    await connected.sees_somewhere("SMSC took: 2", "Did not go through: 1")
    receipt, again = await connected.button("Failures as a file")
    await connected.taps_data(receipt, again)
    file = await connected.until(_file, "the file")
    table = (await connected.http.get(f"{connected.url}/chat/file/{file['file_id']}")).content.decode("utf-8-sig")
    assert table.splitlines()[0] == "Name;Comment;Subclient;Why;Row"
    assert "Роза2;'=1+1;;" in table
    await connected.sends_file("names.csv", table.replace("Роза2", "ROSE02").encode("utf-8-sig"))
    await connected.sees("the plan", "1 name", "ROSE02")
    await connected.taps("Register 1 name")
    await connected.sees_somewhere("SMSC took: 1", "Did not go through: 0", "Of the first list (3 names) SMSC took 3")
    assert added(smsc) == ["ROSE01", "ROSE03", "ROSE02"]
    await connected.taps_data(receipt, again)
    await connected.sees("SMSC took: 2", "Did not go through: 0", "Corrected and sent anew: 1")
    assert not any("Failures" in each or "Fix one" in each for each in connected.labels())
    assert smsc.requests[-1].command != "add" or smsc.requests[-1].fields["cmt"] == "=1+1"


async def test_what_did_not_go_through_is_mended_one_by_one_in_its_form(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    await connected.writes("/user aigerim")
    await connected.sees("From now on for the subclient")
    smsc.fault(Fault("add", kind="error", error=6))
    await connected.writes("ROSE01; Цветы\nРоза2; Розы\nROSE03\nROSE03")
    await connected.sees("the plan", "Account: 127.0.0.1")
    await connected.taps("Register 2 names")
    await connected.sees_somewhere("SMSC took: 1", "Did not go through: 3", "Account: 127.0.0.1")
    receipt, mend = await connected.button("Fix one")
    await connected.writes("/user")
    await connected.taps("Main account")
    await connected.sees("From now on for the main account")
    await connected.taps_data(receipt, mend)
    await connected.sees("which one do you want to fix", "ROSE01: ", "Роза2: ")
    assert not any("ROSE03" in each for each in connected.labels())
    await connected.taps("✎ 2. Роза2")
    await connected.sees("not Роза", "How about this?")
    await connected.taps("Use “Roza2”")
    await connected.sees("check and send", "Name: Roza2", "Comment: Розы")
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for Roza2 is sent")
    await connected.taps_data(receipt, mend)
    await connected.sees("which one do you want to fix")
    await connected.taps("✎ 1. ROSE01")
    await connected.sees("check and send", "Name: ROSE01", "Comment: Цветы")
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for ROSE01 is sent")
    await connected.taps_data(receipt, mend)
    await connected.sees("SMSC took: 1", "Did not go through: 1", "Corrected and sent anew: 2")
    sent = [each.fields for each in smsc.requests if each.command == "add"]
    assert [(each["sender"], each["cmt"], each["user"]) for each in sent] == [
        ("ROSE01", "Цветы", "aigerim"),
        ("ROSE03", "ROSE03", "aigerim"),
        ("Roza2", "Розы", "aigerim"),
        ("ROSE01", "Цветы", "aigerim"),
    ]


async def test_a_name_of_many_can_be_mended_while_an_account_is_in_use_in_which_one_may_only_look(
    connected: Person, fast: None
) -> None:
    await connected.writes("Роза2; Розы\nROSE03")
    await connected.taps("Register 1 name")
    await connected.sees_somewhere("SMSC took: 1", "Did not go through: 1")
    receipt, mend = await connected.button("Fix one")
    other = await Person.arrive(connected.http, connected.url, "Daniyar")
    await other.connects(OTHER_KEY)
    await comes_in(connected, await invites(other, "may look"))
    await connected.taps_data(receipt, mend)
    await connected.sees("which one do you want to fix", "Роза2: ")
    await connected.taps("✎ 1. Роза2")
    await connected.sees("not Роза", "How about this?")


def _file(state: dict[str, Any]) -> dict[str, Any] | None:
    files = [each["document"] for each in state["messages"] if each.get("document")]
    return files[-1] if files else None


async def test_names_are_registered_for_several_subclients_with_operators_and_a_comment_for_all(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    await connected.writes("/user aigerim")
    await connected.sees("From now on for the subclient")
    await connected.writes("ROSE01; Цветы\nROSE02\n77010000001")
    await connected.sees("the plan", "3 names")
    await connected.taps("For all of them")
    await connected.sees("For which subclients or accounts?")
    await connected.taps("Main account")
    await connected.writes("aige")
    await connected.taps("Done")
    await connected.sees("What is the name for?")
    await connected.writes("Салон красоты")
    await connected.sees("To which countries")
    await connected.taps("Russia")
    await connected.taps("Done")
    await connected.taps("MTS")
    await connected.taps("Done")
    await connected.skips_to("check and send", "Салон красоты")
    await connected.taps("Show the plan")
    text = await connected.sees("6 names", "4 monthly fees in all", "The fee of MTS is taken in full")
    assert "👤 aigerim: ROSE01, ROSE02, 77010000001" in text
    plan, agree = await connected.button("I agree: 4 fees")
    await connected.taps_data(plan, agree.replace("agree", "go"))
    await connected.taps_data(plan, agree)
    await connected.sees("The fee of MTS", "You agreed to pay it")
    assert not added(smsc)
    await connected.taps("Register 6 names")
    await connected.sees_somewhere("SMSC took: 6")
    sent = [each.fields for each in smsc.requests if each.command == "add"]
    assert Counter((each["sender"], each.get("user", "")) for each in sent) == Counter(
        (name, subclient) for name in ("ROSE01", "ROSE02", "77010000001") for subclient in ("", "aigerim")
    )
    assert {(each["cmt"], each.get("mts_step")) for each in sent if each["sender"] == "ROSE01"} == {("Цветы", "1")}
    assert {(each["cmt"], each.get("mts_step")) for each in sent if each["sender"].isdigit()} == {
        ("Салон красоты", None)
    }


async def test_a_table_to_fill_in_can_be_had_and_sent_back(connected: Person) -> None:
    await connected.writes("/many")
    await connected.taps("A table to fill in")
    file = await connected.until(_file, "the file")
    table = (await connected.http.get(f"{connected.url}/chat/file/{file['file_id']}")).content
    await connected.sends_file("names.csv", table)
    await connected.sees("the plan", "1 name", "PARUS")


async def test_several_names_sent_to_the_form_for_one_are_a_plan_and_a_comment_with_commas_is_none(
    connected: Person,
) -> None:
    await asks_for_a_name(connected)
    await connected.writes("ROSE01, ROSE02")
    await connected.sees("the plan", "2 names")
    await connected.writes("/add ROSE03")
    await connected.sees("What is the name for?")
    await connected.writes("Цветы, подарки, доставка")
    await connected.sees("To which countries")


async def test_a_name_is_registered_for_another_subclient_as_it_was_for_the_first(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    await connected.writes("/user aigerim")
    await connected.sees("From now on for the subclient")
    await connected.writes("/user")
    await connected.taps("Main account")
    await connected.sees("From now on for the main account")
    await connected.writes("/add ROSE01")
    await connected.sees("What is the name for?")
    await connected.writes("Цветы")
    await connected.taps("Russia")
    await connected.taps("Done")
    await connected.taps("Tele2 free")
    await connected.taps("Done")
    await connected.sees("Documents for the operators")
    await connected.sends_file("certificate.pdf", PDF)
    await connected.sees("1. certificate.pdf")
    await connected.taps("Done")
    await connected.skips_to("check and send", "ROSE01")
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for ROSE01 is sent")
    await connected.writes("ROSE01")
    await connected.taps("Same for others")
    await connected.sees("For which subclients or accounts?")
    await connected.taps("aigerim")
    await connected.taps("Done")
    await connected.sees("check and send", "Цветы", "Tele2", "certificate.pdf")
    await connected.taps("Show the plan")
    await connected.sees("the plan", "1 name")
    await connected.taps("Register 1 name")
    await connected.sees_somewhere("SMSC took: 1")
    first, second = (each for each in smsc.requests if each.command == "add")
    assert second.fields == {**first.fields, "user": "aigerim"}
    assert second.files == first.files


TITLES = [("№", "Субклиент", "ИМЯ  отправителя", "Для чего?"), (1, "", "ROSE01", "Цветы"), (2, "nobody", "ROSE02", "")]
LINES = (Line("ROSE01", "Цветы"), Line("ROSE02", "", "nobody"))


@pytest.mark.parametrize(
    "content",
    [
        "№,Субклиент,ИМЯ  отправителя,Для чего?\n1,,ROSE01,Цветы\n2,nobody,ROSE02,\n".encode("cp1251", "replace"),
        "№;Субклиент;ИМЯ  отправителя;Для чего?\r\n1;;ROSE01;Цветы\r\n\r\n2;nobody;ROSE02;".encode("utf-8-sig"),
        "№\tСубклиент\tИМЯ  отправителя\tДля чего?\n1\t\t'ROSE01\tЦветы\n2\tnobody\tROSE02\t".encode("utf-16"),
        workbook(TITLES),
        workbook(TITLES, shared=True),
    ],
    ids=["cp1251", "UTF-8", "UTF-16", "XLSX", "XLSX, shared texts"],
)
def test_a_table_is_read_by_the_titles_of_its_columns(content: bytes) -> None:
    cells = cells_in(content, "names")
    assert isinstance(cells, Cells)
    assert lines_of(cells.rows) == LINES


async def test_a_workbook_is_planned_and_an_unknown_subclient_is_told(connected: Person, smsc: SmscSandbox) -> None:
    await connected.sends_file("Имена.xlsx", workbook(TITLES))
    await connected.sees("the plan", "1 name", "2. ROSE02: I do not know the subclient nobody yet")
    await connected.taps("Leave out: nobody")
    text = await connected.sees("the plan", "1 name")
    assert "ROSE02" not in text
    await connected.writes("/user aigerim")
    await connected.sees("From now on for the subclient")
    await connected.sends_file("names.csv", b"Name,Subclient\nROSE01,aigerim\nROSE02,Aigerym\nROSE03,Aigerym\n")
    await connected.sees("the plan", "1 name", "3. ROSE03: I do not know the subclient Aigerym yet")
    await connected.taps("👤 Aigerym → aigerim")
    await connected.sees("the plan", "3 names", "ROSE01, ROSE02, ROSE03")
    assert not added(smsc)


async def test_smsc_is_asked_about_the_subclients_of_a_table_in_one_tap(connected: Person, smsc: SmscSandbox) -> None:
    await connected.sends_file("names.csv", b"Name,Subclient\nROSE01,aigerim\nROSE02,botagoz\nROSE03,nobody\n")
    text = await connected.sees("the plan", "I do not know the subclient aigerim yet")
    assert "\n\n\n" not in text, "a blank line too many"
    await connected.taps("🔎 Ask SMSC")
    await connected.sees("SMSC does not know these subclients: nobody.", "the plan", "2 names", "ROSE01", "ROSE02")
    assert not added(smsc)


BOMB = workbook([("Name", "A" * 30_000_000)])
ENTITIES = workbook([("Name", "LILY")], before='<!DOCTYPE x [<!ENTITY a "LILY">]>')


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"PK\x03\x04 no workbook", TableFlaw.BROKEN),
        (workbook([("Name",), ("LILY",)])[:-40], TableFlaw.BROKEN),
        (ENTITIES, TableFlaw.BROKEN),
        (BOMB, TableFlaw.LARGE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), TableFlaw.BROKEN),
        (b"Name\r\n\0\0", TableFlaw.BROKEN),
        (b" \n;;;\n", TableFlaw.EMPTY),
        (bytes(6_000_000), TableFlaw.LARGE),
    ],
    ids=["no workbook", "cut", "entities", "bomb", "of former times", "no text", "empty", "large"],
)
def test_a_hostile_table_is_refused(content: bytes, flaw: TableFlaw) -> None:
    assert cells_in(content, "names.xlsx" if content.startswith((b"PK", b"\xd0")) else "names.csv") is flaw


async def test_a_hostile_file_costs_nobody_anything(connected: Person, smsc: SmscSandbox) -> None:
    await connected.sends_file("names.xlsx", BOMB)
    await connected.sees("This table is too large")
    await connected.sends_file("names.csv", b"Name\r\n" + b"".join(b"ROSE%05d\r\n" % each for each in range(100_000)))
    await connected.sees("1000 names", "a plan has at most 1000", "99000 rows are left out")
    assert not added(smsc)


async def test_a_plan_that_is_killed_midway_is_finished_and_each_name_is_sent_once(
    aigerim: Person, smsc: SmscSandbox, values: dict[str, str], tmp_path: Path, turning: SandboxClock
) -> None:
    async with Process(values, tmp_path / "log") as bot:
        await aigerim.connects(DEMO.apikey)
        await aigerim.writes(TWELVE)
        await aigerim.taps("Register 8 names")
        await comes(lambda: added(smsc))  # its answer may be on its way, or there
        await bot.stop(signal.SIGKILL)
    assert len(added(smsc)) < len(GOOD)
    again = InProcess(values, turning)
    await again.start()
    async with running_fast(turning):
        await aigerim.sees_somewhere("SMSC took: 8", "Did not go through: 4")
    await again.stop()
    assert added(smsc) == list(GOOD)
    with closing(sqlite3.connect(values["DATABASE_PATH"])) as db:
        assert db.execute("SELECT state FROM batches").fetchall() == [("stopped",)], "the next start would look at it"


def is_more(smsc: SmscSandbox, than: int) -> bool:
    """Whether more than so many requests to add a name came."""
    return len(added(smsc)) > than


@pytest.mark.long
async def test_after_twenty_kills_each_name_was_sent_once(
    aigerim: Person, smsc: SmscSandbox, values: dict[str, str], tmp_path: Path, turning: SandboxClock
) -> None:
    names, chance = [f"ROSE{number:02}" for number in range(12)], random.Random(15)  # noqa: S311  # no secret
    async with Process(values, tmp_path / "log") as bot:
        await aigerim.connects(DEMO.apikey)
        await aigerim.writes("\n".join(names))
        await aigerim.taps("Register 12 names")
        await bot.stop(signal.SIGKILL)
    for _ in range(19):
        more = partial(is_more, smsc, len(added(smsc)))
        async with Process(values, tmp_path / "log") as bot:
            with suppress(TimeoutError):
                async with asyncio.timeout(chance.uniform(0.2, 6)):
                    await comes(more)
            await bot.stop(signal.SIGKILL)
    again = InProcess(values, turning)
    await again.start()
    async with running_fast(turning):
        await aigerim.sees_somewhere("SMSC took: 12", "Did not go through: 0")
    await again.stop()
    assert added(smsc) == names


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"ROSE01\nROSE02\n", [Line("ROSE01"), Line("ROSE02")]),
        ("Имя\nРоза\nROSE02\n".encode("cp1251"), [Line("Роза"), Line("ROSE02")]),
        ("\ufeffName;Comment\nROSE01;Цветы".encode(), [Line("ROSE01", "Цветы")]),
        (b"name;comment\n=HYPERLINK(1);=1+1\n", [Line("=HYPERLINK(1)", "=1+1")]),
        (b"name;comment\nROSE01;a;b;c\nROSE02\n", [Line("ROSE01", "a"), Line("ROSE02")]),
        (b'name,comment\n"ROSE01","a ""b"", c"\n', [Line("ROSE01", 'a "b", c')]),
    ],
    ids=["one column", "cp1251", "a mark of the order of bytes", "formulas", "ragged", "quotes"],
)
def test_a_table_of_any_shape_is_read_as_it_is_meant(content: bytes, lines: list[Line]) -> None:
    cells = cells_in(content, "names.csv")
    assert isinstance(cells, Cells)
    assert lines_of(cells.rows) == tuple(lines)


def test_a_plan_knows_names_that_stand_twice_or_have_nobody_they_are_for() -> None:
    lines = [
        Line("ROSE01"),
        Line("rose01"),
        Line("ROSE01", "", "aigerim"),
        Line("ROSE02", "", "nobody"),
        Line("=HYPERLINK(1)"),
        Line("LILY"),
        Line("Lily"),
        Line("ROSE03", "x" * 501),
    ]
    taken = {Whom(): Taken(frozenset({"LILY"})), Whom("aigerim"): Taken()}
    plan = planned(lines, [Whom()], taken, {}, RegistrationFacts(seed_catalogue(), 0.0))
    assert [each.trouble for each in plan.rows] == [
        None,
        Trouble.TWICE,
        None,
        Trouble.SUBCLIENT,
        Trouble.SPELLING,
        Trouble.TAKEN,
        Trouble.TWICE,
        Trouble.COMMENT,
    ]
    assert not plan.fees


@pytest.mark.parametrize("cell", ["7701", "4821", "12345678", "7701 555", "Ромашка", "héllo"])
def test_nobody_is_advised_to_send_what_they_sent(cell: str) -> None:
    assert trouble_words(Trouble.SPELLING, cell).values.get("name") != cell


def test_a_name_that_went_through_after_all_and_was_mended_counts_once() -> None:
    done, refused = OperationState.DONE, OperationState.REFUSED
    states = [(done, None), (done, done), (refused, done), (refused, refused), (refused, OperationState.SENT)]
    rows = tuple(
        BatchRow(number, number, "", f"ROSE{number}", None, state, Answered(), None, mended)
        for number, (state, mended) in enumerate(states)
    )
    batch = Batch(1, 7, 1, BatchState.GOING, {}, rows)
    assert (batch.taken, batch.resent, [each.number for each in batch.failed]) == (3, 2, [3])
