"""What a file is called: a name that is safe to send and ends as its content does. Pure."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from bot.smsc import DOCUMENT_FORMATS, clean_file_name

_ALIKE: Final = {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif"}
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


def is_disguised(name: str, kind: str | None) -> bool:
    """Whether a zip archive by its content is, by its name, an office file or a program that nobody unpacks."""
    return kind == "zip" and _suffix(clean_file_name(name)) in _ZIP_INSIDE


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
