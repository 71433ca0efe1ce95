"""What is taken out opens as it is meant: tables in a spreadsheet, a name on one page; whatever is in them."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import re
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.exports.cells import Table, is_formula, is_misread
from bot.exports.csv_file import csv_file
from bot.exports.page import Line, Page, Section, page
from bot.exports.workbook import workbook
from bot.locales import Catalogues
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Forms, SmscSandbox
from bot.sandbox.smsc.records import Name
from bot.screens.exports import Reader
from bot.takeout import process
from bot.watch.codes import Meaning
from tests.papers import PDF
from tests.person import Person
from tests.running import InProcess
from tests.stories import begins
from tests.viewers import read_pdf, read_workbook

KAZAKH = "Әғқңөұүһі ӘҒҚҢӨҰҮҺІ"
AT = datetime(2026, 12, 1, 10, 19, 52, tzinfo=UTC)


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


async def files(person: Person, telegram: TelegramSandbox, count: int = 1) -> dict[str, tuple[bytes, str]]:
    """Files that came since the last action: content and caption by their name."""

    def found(state: dict[str, Any]) -> list[dict[str, Any]] | None:
        sent = [each for each in person.fresh(state) if "document" in each]
        return sent if len(sent) >= count else None

    sent = await person.until(found, f"{count} files")
    return {
        each["document"]["file_name"]: (telegram.world.files[each["document"]["file_id"]].content, each["text"])
        for each in sent
    }


def named(smsc: SmscSandbox, name: str) -> Name:
    return next(each for each in smsc.world.accounts[DEMO.login].names.values() if each.name == name)


@pytest.fixture
async def listed(connected: Person, smsc: SmscSandbox) -> Person:
    """A person who has seen their names; SMSC's list has the comments."""
    smsc.forms = Forms(comments="cmt")
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    return connected


# What it looks like in a spreadsheet

HOSTILE = [
    "=1+1",
    "+77011234567",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    '"=1"',
    "“ '=1",
    "＝1",
    "\u202e=1",
    "\n=1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_looks_like_a_formula_is_none(text: str) -> None:
    table = Table("Names", ("=A1",), [(text,)])
    title, [cell] = read_csv(csv_file(table))
    assert title == ["'=A1"]
    assert cell.startswith("'")
    [_, [shown]] = read_workbook(workbook((table,), AT))["Names"]
    assert shown == text.replace("\u202e", "").replace("\r", "\n")


@pytest.mark.parametrize(
    "text", ["77011234567", "007", "1E5", "1-2", "01.12.2026", "MAY5", "5 май", "12345", "8 (701)"]
)
def test_what_would_be_shown_as_another_number_or_a_date_stays_as_it_is(text: str) -> None:
    assert read_csv(csv_file(Table("Names", ("A",), [(text,)])))[1] == [f"'{text}"]


@pytest.mark.parametrize(
    "text", ["0", "3", "1000", "ARUANA.KZ", "MARKET24", "a-b", "5ive", "", "KZ=1", "«Аруана»", "–"]
)
def test_an_ordinary_text_has_nothing_before_it(text: str) -> None:
    assert not is_formula(text)
    assert not is_misread(text)


def test_letters_quotes_line_ends_and_moments_come_through() -> None:
    odd = f'{KAZAKH}; "x"\n\u200f\u202dline\x00\ud800, two'
    table = Table("Имена: [все]", ("Комментарий", "ID", "Когда"), [(odd, 24608, AT), ("я" * 4000, None, None)])
    rows = read_csv(csv_file(table))
    assert rows[1] == [f'{KAZAKH}; "x"\nline, two', "24608", "2026-12-01T10:19:52+00:00"]
    assert rows[2] == ["я" * 4000, "", ""]
    [(name, sheet)] = read_workbook(workbook((table,), AT)).items()
    assert name == "Имена   все "
    assert sheet[1][:2] == [rows[1][0], 24608]
    assert sheet[1][2] == pytest.approx(46357.43046296)
    assert sheet[2][0] == "я" * 4000


def test_a_number_too_long_for_a_spreadsheet_is_a_text() -> None:
    [_, [shown]] = read_workbook(workbook((Table("A", ("A",), [(10**17 + 1,)]),), AT))["A"]
    assert shown == "100000000000000001"


# On paper


def long_page(letters: int, lines: int) -> Page:
    word = "Ә" * letters
    section = Section("Операторы", tuple(Line(f"{each}-{word}", f"=1 “{word}” {word}") for each in range(lines)))
    story = Section("Что происходило", tuple(Line("01.12.2026", f"{each}: {word}") for each in range(lines)))
    return Page(
        word or "A",
        word,
        (section, section, section, section),
        story,
        min(lines, 7),
        lambda count: f"ещё {count}",
        "foot",
    )


@pytest.mark.parametrize(("letters", "lines"), [(0, 0), (5, 3), (30, 60), (4000, 40)])
def test_a_page_stays_one_page_whatever_is_to_be_told(letters: int, lines: int) -> None:
    pages, text = read_pdf(page(long_page(letters, lines)))
    assert pages == 1
    assert "Операторы" in text
    assert "foot" in text
    assert ("ещё" in text) is (lines > 0)


def test_on_paper_pictures_and_turning_marks_are_left_out_and_letters_stay() -> None:
    content = Page(
        "A", "", (Section("S", (Line("🚀", f"🚀 \u202e{KAZAKH} №5\x00\ud800"),)),), Section("", ()), 0, str, ""
    )
    assert KAZAKH in read_pdf(page(content))[1]


# In the chat


async def test_the_list_is_taken_out_as_a_workbook(
    listed: Person, smsc: SmscSandbox, telegram: TelegramSandbox
) -> None:
    await listed.writes("/notifications")
    await listed.taps("Time zone")
    await listed.writes("+3:30")
    await listed.sees("Your time: UTC+3:30")
    await listed.writes("/export")
    await listed.sees("Export", "In use now: 127.0.0.1")
    await listed.taps("XLSX")
    [(file, (content, caption))] = (await files(listed, telegram)).items()
    assert re.fullmatch(r"sender-names-\d{4}-\d\d-\d\d\.xlsx", file)
    assert re.match(r"127\.0\.0\.1:\d+: 8 names, as of \d\d\.\d\d\.\d{4}", caption)
    await listed.sees("Here it is", "your time zone: UTC+3:30")
    sheets = read_workbook(content)
    assert list(sheets) == ["Names", "Documents", "History"]
    names = [dict(zip(sheets["Names"][0], row, strict=False)) for row in sheets["Names"][1:]]
    known = smsc.world.accounts[DEMO.login].names.values()
    assert {each["Name"] for each in names} == {each.name for each in known if not each.owner}
    shop = next(each for each in names if each["Name"] == "Aruana")
    assert shop["Account"].startswith("127.0.0.1:")
    assert shop["State"] == "active"
    assert shop["Comment"] == "Сеть магазинов одежды «Аруана»"
    assert shop["SMSC ID"] == named(smsc, "Aruana").id
    assert "Listed so since (UTC+03:30)" in shop
    [files_title, *documents] = sheets["Documents"]
    assert files_title[-1] == "SHA-256"
    assert any(row[4] == "certificate.pdf" for row in documents)


def test_a_code_stands_in_a_file_as_its_person_names_it() -> None:
    t, reader = Catalogues.load("en")["en"], Reader.of(300, {"smsc.kz": {"5": Meaning.APPROVED}})
    assert [reader.code(t, "5", each) for each in ("smsc.kz", "smsc.ru")] == ["approval (5)", "5"]
    assert reader.code(t, "6", "smsc.kz") == "6"


async def test_csv_has_a_file_for_each_table_in_the_persons_language(
    listed: Person, smsc: SmscSandbox, telegram: TelegramSandbox
) -> None:
    await listed.writes("/language kk")
    await listed.shows("Қазақша")
    await listed.writes("/export")
    await listed.taps("CSV")
    sent = await files(listed, telegram, 3)
    assert [each.split("-")[0] for each in sent] == ["names", "documents", "history"]
    [titles, *rows] = read_csv(next(iter(sent.values()))[0])
    assert titles[:4] == ["Аккаунт", "Субклиент", "Атау", "SMSC-дегі ID"]
    numbers = [row[2] for row in rows if row[2].strip("'").isdigit()]
    assert numbers
    assert all(each.startswith("'") for each in numbers)


async def test_everything_has_the_names_of_each_subclient_that_is_known(
    listed: Person, smsc: SmscSandbox, telegram: TelegramSandbox
) -> None:
    smsc.world.add_names(DEMO.login, ["=HYPERLINK", "OFAIGERIM"], "aigerim")
    await listed.writes("/user aigerim")
    await listed.sees("From now on for the subclient aigerim")
    await listed.writes("/senders")
    await listed.sees("My names")
    await listed.writes("/export")
    await listed.sees("Everything known here: 2 accounts and subclients.")
    await listed.taps("Everything · XLSX")
    [(_, (content, caption))] = (await files(listed, telegram)).items()
    assert len(caption.splitlines()) == 2
    rows = read_workbook(content)["Names"]
    assert {row[1] for row in rows[1:]} == {"", "aigerim"}
    assert "OFAIGERIM" in {row[2] for row in rows}


async def test_before_there_is_a_list_there_is_nothing_to_take_out_and_it_says_why(
    connected: Person, smsc: SmscSandbox
) -> None:
    await smsc.close()
    await connected.writes("/export")
    await connected.taps("XLSX")
    await connected.sees("nothing to take out yet", "⚠️")


async def test_a_file_that_telegram_does_not_take_is_offered_once_more(
    listed: Person, telegram: TelegramSandbox
) -> None:
    await listed.writes("/export")
    await listed.sees("Export")
    fault = {"method": "sendDocument", "kind": "400", "times": 1}
    await listed.http.post(f"{telegram.url}/chat/faults", json=fault)
    await listed.taps("XLSX")
    await listed.sees("Telegram does not take the file just now")
    await listed.taps("Try again")
    assert await files(listed, telegram)


async def test_a_name_on_one_page_has_its_document_with_its_hash_and_what_happened(
    listed: Person, bot: InProcess, smsc: SmscSandbox, telegram: TelegramSandbox, turning: SandboxClock
) -> None:
    await listed.writes("/language ru")
    await listed.shows("Русский")
    name = named(smsc, "Aruana")
    name.comment = f"{KAZAKH} =1+1 " + "очень " * 600
    await listed.writes("/document Aruana")
    await listed.sees("Пришлите документ")
    await listed.sends_file("доверенность.pdf", PDF)
    await listed.taps("Готово")
    await listed.taps("Отправить")
    await listed.sees_somewhere("доверенность.pdf", "SMSC")
    turning.advance(150)
    await listed.writes("Aruana")
    await listed.taps("PDF")
    [(file, (content, caption))] = (await files(listed, telegram)).items()
    assert re.fullmatch(r"Aruana-\d{4}-\d\d-\d\d\.pdf", file)
    assert "Aruana, аккаунт 127.0.0.1" in caption
    pages, text = read_pdf(content)
    assert pages == 1
    assert KAZAKH in text
    assert hashlib.sha256(PDF).hexdigest() in re.sub(r"\s", "", text)
    for part in ("Комментарий", "Операторы", "Документы", "доверенность.pdf", "Что происходило", "UTC+05:00"):
        assert part in text
    assert len(content) < 100_000
    await listed.sees("Aruana", "ID в SMSC")
    await listed.writes("/export")
    await listed.taps("XLSX")
    [(content, _)] = (await files(listed, telegram)).values()
    assert [row[-1] for row in read_workbook(content)["Документы"] if row[4] == "доверенность.pdf"] == [
        hashlib.sha256(PDF).hexdigest()
    ]


async def test_what_cannot_be_made_is_told_and_the_next_order_is_taken(
    listed: Person, bot: InProcess, telegram: TelegramSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(process, "LONG", 0)
        patch.setattr(sys, "executable", "/bin/false")
        await listed.writes("/export")
        await listed.taps("XLSX")
        await listed.sees("The file could not be made")
    await listed.taps("Try again")
    assert await files(listed, telegram)


async def test_the_comment_that_was_sent_from_here_is_on_the_page_though_smscs_list_does_not_tell_it(
    connected: Person, telegram: TelegramSandbox
) -> None:
    await begins(connected, "NEWNAME")
    await connected.writes("Доставка еды «Ғажап»")
    await connected.sees("To which countries")
    await connected.taps("Only Kazakhstan")
    await connected.skips_to("check and send", "NEWNAME")
    await connected.taps("Register it")
    await connected.taps("Open the card")
    await connected.taps("PDF")
    [(content, _)] = (await files(connected, telegram)).values()
    assert "Доставка еды «Ғажап»" in read_pdf(content)[1]


async def test_a_long_list_is_taken_out_while_others_are_answered(
    listed: Person, bot: InProcess, smsc: SmscSandbox, telegram: TelegramSandbox, turning: SandboxClock
) -> None:
    smsc.world.add_names(DEMO.login, [f"LONG{each}" for each in range(1_000)], now=turning.now())
    turning.advance(150)
    await listed.writes("/senders")
    await listed.sees("My names: 1008 names")
    await listed.writes("/export")
    await listed.sees("Export")
    other = await Person.arrive(listed.http, listed.url, "Daniyar")
    await asyncio.gather(listed.taps("XLSX"), other.writes("/help"))
    await other.sees("/export")
    [(content, _)] = (await files(listed, telegram)).values()
    assert len(read_workbook(content)["Names"]) == 1_009
