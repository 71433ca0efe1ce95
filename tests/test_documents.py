"""Files that are not what they are called, and PDFs that are worth a closer look."""

from __future__ import annotations

import pytest

from bot.imaging.file_names import is_disguised, named
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


CONTENTS = {
    "jpg": b"\xff\xd8\xff\xe0 JFIF",
    "tif": b"II*\0\x08\0\0\0",
    "tif, Motorola's": b"MM\0*\0\0\0\x08",
    "png": b"\x89PNG\r\n\x1a\n",
    "pdf": b"%PDF-1.7",
    "pdf, behind other bytes": b"\n" * 1000 + b"%PDF-1.4",
    "zip": b"PK\x03\x04",
    "zip, empty": b"PK\x05\x06",
    "rar, 4": b"Rar!\x1a\x07\0",
    "rar, 5": b"Rar!\x1a\x07\x01\0",
}
NAMES = (
    "scan",
    "scan.exe",
    "scan.pdf.exe",
    "scan.jpg",
    "SCAN.PDF",
    "../../etc/passwd",
    "..\\..\\windows\\system32\\a.zip",
    "a\0.png",
    "invoice\u202efdp.exe",
    "x" * 300 + ".rar",
    "CON",
    "aux.pdf",
    ".htaccess",
    'a"; filename="b.pdf',
    "a\r\nContent-Type: text/html.tif",
)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("kind", CONTENTS)
def test_a_file_is_what_its_content_says_and_its_name_is_harmless(kind: str, name: str) -> None:
    told = format_of(CONTENTS[kind])
    assert told == kind[:3]
    clean = named(name, told)
    ends = clean.rsplit(".", 1)[-1].lower()
    assert {"jpeg": "jpg", "tiff": "tif"}.get(ends, ends) == told
    assert not set(clean) & set('/\\<>:"|?*\0\r\n\u202e')
    assert len(clean) <= 104
    assert not clean.startswith(".")
    assert clean.split(".")[0].upper() not in {"CON", "AUX"}


@pytest.mark.parametrize("content", [b"", b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0", b"MZ", b"GIF89a", b"PK", b"%PD"])
def test_what_smsc_does_not_take_has_no_format(content: bytes) -> None:
    """BigTIFF among it, made for files beyond 4 GB: it is refused in words, before anything of it is decoded."""
    assert format_of(content) is None
