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
    (b"PK\x07\x08", "zip"),
    (b"Rar!\x1a\x07\x00", "rar"),
    (b"Rar!\x1a\x07\x01\x00", "rar"),
)
_PDF_WITHIN: Final = 1024  # readers accept the mark anywhere in the first kilobyte
_ALIKE: Final = {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif"}
_ENDS_WITHIN: Final = 2048  # and where its table of objects is, stands in the last lines
_MICROSOFT: Final = {
    "docx",
    "docm",
    "dotx",
    "xlsx",
    "xlsm",
    "xlsb",
    "xltx",
    "pptx",
    "pptm",
    "potx",
    "ppsx",
    "vsdx",
    "xps",
}
_OTHER_OFFICES: Final = {
    "odt",
    "ods",
    "odp",
    "odg",
    "odf",
    "ott",
    "ots",
    "otp",
    "pages",
    "numbers",
    "key",
    "hwpx",
    "epub",
}
_PROGRAMS: Final = {"jar", "war", "ear", "apk", "apks", "xapk", "aab", "ipa", "appx", "msix", "xpi", "whl"}
_ZIP_INSIDE: Final = _MICROSOFT | _OTHER_OFFICES | _PROGRAMS
"""How the names of documents and programs end that are zip archives inside."""


def format_of(content: bytes) -> str | None:
    """The format of a file as its content has it; None where it is none of those SMSC takes.

    An office file is a zip archive inside; what is in an archive `bot.archives` tells.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    return "pdf" if b"%PDF-" in content[:_PDF_WITHIN] else None


def is_disguised(name: str, kind: str | None) -> bool:
    """Whether a zip archive by its content is, by its name, an office file or a program that nobody unpacks."""
    return kind == "zip" and _suffix(clean_file_name(name)) in _ZIP_INSIDE


def is_suspicious_pdf(content: bytes) -> bool:
    """Whether a PDF may need a password, or breaks off: it is worth the time to open it, see `bot.pictures.checked`."""
    whole = b"startxref" in content[-_ENDS_WITHIN:]
    return format_of(content) == "pdf" and (b"/Encrypt" in content or not whole)


def named(name: str, kind: str) -> str:
    """A file name that is safe to send and ends as its content does: a PDF `scan.exe` becomes `scan.exe.pdf`."""
    clean = clean_file_name(name)
    suffix = _suffix(clean)
    return clean if _ALIKE.get(suffix, suffix) == kind else f"{clean}.{kind}"


def _suffix(clean: str) -> str:
    return PurePosixPath(clean).suffix.lower().removeprefix(".")


def formats_told() -> str:
    """The formats in words: `JPG, TIF, PDF, PNG, ZIP, RAR`."""
    return ", ".join(each.upper() for each in DOCUMENT_FORMATS)
