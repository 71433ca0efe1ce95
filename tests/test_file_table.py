"""Files by the table (S7): what a file is, is told by its content, and SMSC gets a harmless name that says the same."""

from __future__ import annotations

import unicodedata

import pytest

from bot.imaging.file_names import named
from bot.imaging.formats import format_of
from tests.archives import rar4, rar5, zipped
from tests.papers import PDF

CONTENTS = {
    "jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpg"),
    "tif, little-endian": (b"II*\x00\x08\x00\x00\x00", "tif"),
    "tif, big-endian": (b"MM\x00*\x00\x00\x00\x08", "tif"),
    "pdf": (PDF, "pdf"),
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "png"),
    "zip": (zipped({"a.pdf": PDF}), "zip"),
    "rar 4": (rar4(), "rar"),
    "rar 5": (rar5(), "rar"),
    "a program of Windows": (b"MZ\x90\x00\x03", None),
    "a program of Linux": (b"\x7fELF\x02\x01", None),
    "a page": (b"<!DOCTYPE html><script>", None),
    "a script": (b"#!/bin/sh\nrm -rf /\n", None),
}
NAMES = {
    "its own": "scan.{kind}",
    "in capitals": "SCAN.{kind}",
    "wrong extension": "scan.txt",
    "of another format": "scan.png",
    "double extension": "scan.{kind}.exe",
    "NUL": "scan.{kind}\x00.exe",
    "right-to-left": "invoice\u202efdp.exe",
    "300 characters": "я" * 300 + ".{kind}",
    "out of the folder": "../../../etc/passwd",
    "out of a folder of Windows": "..\\..\\boot.ini",
    "a device": "CON.{kind}",
    "line breaks and quotes": 'a"\r\nContent-Type: text/html\r\n\r\n.{kind}',
    "nothing": "",
}


@pytest.mark.parametrize("called", NAMES)
@pytest.mark.parametrize("what", CONTENTS)
def test_a_file_is_what_its_content_says_whatever_it_is_called(what: str, called: str) -> None:
    content, kind = CONTENTS[what]
    assert format_of(content) == kind, "however it is called"
    if kind is None:
        return
    sent = named(NAMES[called].format(kind=kind), kind)
    assert sent.lower().endswith(f".{kind}")
    assert 1 <= len(sent.removesuffix(f".{kind}")) <= 100
    assert not set(sent) & set('/\\<>:"|?*\0')
    assert not any(unicodedata.category(each)[0] == "C" for each in sent)
    assert sent.split(".")[0].upper() not in {"CON", "NUL", "AUX", "PRN", ""}
