"""Documents for operators: what a file really is, told from its content. Pure.

Formats: the seed's (jpg, tif, pdf, png, zip, rar); their marks are those of the formats' own specifications.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from bot.smsc import DOCUMENT_FORMATS, clean_file_name

_MARKS: Final = (
    (b"\xff\xd8\xff", "jpg"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"Rar!\x1a\x07\x00", "rar"),
    (b"Rar!\x1a\x07\x01\x00", "rar"),
)
_PDF_WITHIN: Final = 1024  # readers accept the mark anywhere in the first kilobyte
_ALIKE: Final = {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif"}
_INSIDE_ZIP: Final = ((b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "pptx"), (b"META-INF/", "jar"))


def format_of(content: bytes) -> str | None:
    """The format of a file as its content has it; None where it is none of those SMSC takes.

    An Office file is a zip archive inside, but not what an operator can read; it is none of them.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            if name == "zip" and any(inside in content[:4096] for inside, _ in _INSIDE_ZIP):
                return None
            return name
    return "pdf" if b"%PDF-" in content[:_PDF_WITHIN] else None


def named(name: str, kind: str) -> str:
    """A file name that is safe to send and ends as its content does: a PDF `scan.exe` becomes `scan.exe.pdf`."""
    clean = clean_file_name(name)
    suffix = PurePosixPath(clean).suffix.lower().removeprefix(".")
    return clean if _ALIKE.get(suffix, suffix) == kind else f"{clean}.{kind}"


def formats_told() -> str:
    """The formats in words: `JPG, TIF, PDF, PNG, ZIP, RAR`."""
    return ", ".join(each.upper() for each in DOCUMENT_FORMATS)
