"""The checks of single values: company numbers, sites, documents by content, codes in an SMS."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.company import edrpou_is_right, email_is_right, inn_is_right, site_is_right, unp_is_right
from bot.imaging.file_names import named
from bot.imaging.formats import format_of
from bot.reading.codes import code_in

# Register numbers of well-known organisations, which their sites publish.
EDRPOU = ("00032129", "14360570", "20077720", "21560045", "32855961", "40075815")
INN = ("7707083893", "7736207543", "7710140679", "500100732259")
UNP = ("100582333", "100325912")


@pytest.mark.parametrize("code", EDRPOU)
def test_an_edrpou_is_checked_by_its_last_digit(code: str) -> None:
    assert edrpou_is_right(code)
    assert not edrpou_is_right(code[:7] + str((int(code[7]) + 1) % 10))


@pytest.mark.parametrize("code", INN)
def test_an_inn_is_checked_by_its_last_digits(code: str) -> None:
    assert inn_is_right(code)
    assert sum(inn_is_right(code[:-1] + digit) for digit in "0123456789") <= 2


@pytest.mark.parametrize("code", UNP)
def test_an_unp_is_checked_by_its_last_digit(code: str) -> None:
    assert unp_is_right(code)
    assert not unp_is_right(code[:8] + str((int(code[8]) + 1) % 10))


@given(st.text(max_size=20))
def test_no_text_breaks_a_check(text: str) -> None:
    for check in (edrpou_is_right, inn_is_right, unp_is_right, email_is_right, site_is_right):
        assert check(text) in {True, False}


@pytest.mark.parametrize("text", ["romashka.kz", "https://romashka.kz/a?b=1", "instagram.com/romashka", "ромашка.рф"])
def test_a_site(text: str) -> None:
    assert site_is_right(text)


@pytest.mark.parametrize(
    "text", ["", "romashka", "a b.kz", "http://", ".kz", "romashka.", "1.2.3.4", "x" * 300 + ".kz"]
)
def test_no_site(text: str) -> None:
    assert not site_is_right(text)


@pytest.mark.parametrize("text", ["a@b.kz", "info+1@romashka.example"])
def test_an_email(text: str) -> None:
    assert email_is_right(text)


@pytest.mark.parametrize("text", ["", "a@b", "@b.kz", "a b@c.kz", "a@b.kz\n", "a@b.kz,c@d.kz", "<a@b.kz>"])
def test_no_email(text: str) -> None:
    assert not email_is_right(text)


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0rest", "jpg"),
        (b"II*\x00rest", "tif"),
        (b"MM\x00*rest", "tif"),
        (b"%PDF-1.4", "pdf"),
        (b"\xef\xbb\xbf%PDF-1.7", "pdf"),
        (b"\x89PNG\r\n\x1a\nrest", "png"),
        (zipped("scan.jpg"), "zip"),
        (b"Rar!\x1a\x07\x00rest", "rar"),
        (b"Rar!\x1a\x07\x01\x00rest", "rar"),
        (b"MZ\x90\x00", None),
        (b"\x7fELF", None),
        (b"<html>", None),
        (b"", None),
        (b"GIF89a", None),
        (b"RIFF1234WEBP", None),
        (b" " * 2000 + b"%PDF-1.4", None),
    ],
)
def test_a_format_is_told_by_content(content: bytes, kind: str | None) -> None:
    assert format_of(content) == kind


@pytest.mark.parametrize(
    ("name", "kind", "sent"),
    [
        ("scan.PDF", "pdf", "scan.PDF"),
        ("photo.jpeg", "jpg", "photo.jpeg"),
        ("scan.exe", "pdf", "scan.exe.pdf"),
        ("../../etc/passwd", "png", "passwd.png"),
        ("a\x00b.pdf", "pdf", "ab.pdf"),
        ("invoice\u202efdp.exe", "pdf", "invoicefdp.exe.pdf"),
        ("", "pdf", "document.pdf"),
    ],
)
def test_a_file_name_is_cleaned_and_ends_as_its_content(name: str, kind: str, sent: str) -> None:
    assert named(name, kind) == sent


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4821", "4821"),
        ("Код подтверждения: 4821. smsc.kz", "4821"),
        ("Your code is 123456", "123456"),
        ("+77011234567 code 9911", "9911"),
        ("77011234567", None),
        ("нет", None),
        ("12", None),
    ],
)
def test_a_code_is_found_in_an_sms(text: str, code: str | None) -> None:
    assert code_in(text).value == code
