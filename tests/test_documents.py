"""Files that are not what they are called, and PDFs that are worth a closer look."""

from __future__ import annotations

import pytest

from bot.imaging.file_names import is_disguised
from bot.imaging.formats import format_of, is_suspicious_pdf
from tests.archives import zipped
from tests.images import locked, small_pdf


@pytest.mark.parametrize(
    ("name", "disguised"),
    [
        ("letter.docx", True),
        ("LETTER.DOCX", True),
        ("letter.docx ", True),
        ("my.scans.zip.docx", True),
        ("C:\\papers\\letter.docm", True),
        ("prices.xlsx", True),
        ("prices.xlsb", True),
        ("talk.pptx", True),
        ("talk.ppsx", True),
        ("plan.vsdx", True),
        ("письмо.odt", True),
        ("prices.ods", True),
        ("talk.odp", True),
        ("letter.pages", True),
        ("prices.numbers", True),
        ("talk.key", True),
        ("book.epub", True),
        ("game.jar", True),
        ("game.apk", True),
        ("game.ipa", True),
        ("scans.zip", False),
        ("SCANS.ZIP", False),
        ("letter.docx.zip", False),
        ("docx", False),
        ("scans", False),
        ("scans.2026", False),
        ("photo.jpg", False),
        ("", False),
    ],
)
def test_an_office_file_or_a_program_that_is_a_zip_inside_is_told_by_its_name(name: str, disguised: bool) -> None:
    assert is_disguised(name, format_of(zipped({"scan.jpg": b"x"}))) is disguised


@pytest.mark.parametrize("kind", ["pdf", "jpg", "rar", None])
def test_what_is_no_zip_inside_is_not_disguised(kind: str | None) -> None:
    assert not is_disguised("letter.docx", kind)


@pytest.mark.parametrize(
    ("content", "suspicious"),
    [
        pytest.param(small_pdf(), False, id="whole"),
        pytest.param(small_pdf() + b"\n" * 1000, False, id="whole, with something after it"),
        pytest.param(small_pdf()[:-200], True, id="cut"),
        pytest.param(small_pdf()[:200], True, id="only its head"),
        pytest.param(small_pdf() + b"0" * 3000, True, id="with much after it"),
        pytest.param(locked("u"), True, id="of a user's password"),
        pytest.param(locked(""), True, id="of an owner's password"),
        pytest.param(b"\xff\xd8\xff\xe0", False, id="no PDF"),
    ],
)
def test_a_pdf_that_is_worth_the_time_to_open_it_is_told(content: bytes, suspicious: bool) -> None:
    assert is_suspicious_pdf(content) is suspicious
