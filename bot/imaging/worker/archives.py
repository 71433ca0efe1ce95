"""Archives: from a ZIP's or RAR's bytes to the reason why nobody could open it, or None. Only the directory is read.

What is packed is never unpacked here: neither bombs nor nested archives do anything. ZIP by the standard library, RAR 4
and 5 by `rarfile`.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

import rarfile

from bot.imaging.formats import format_of
from bot.imaging.jobs import ArchiveFlaw, ArchiveFlawError, Made, Told

_ENCRYPTED: Final = 0x1 | 0x2000
"""Flags of a ZIP's entry: its content, or the directory itself, is encrypted (APPNOTE 4.4.4, bits 0 and 13)."""
_OFFICE: Final = ("word/", "xl/", "ppt/", "visio/", "Documents/", "docProps/")
"""Folders of the parts of Microsoft's documents, beside their table of contents (ECMA-376, part 2)."""
_CONTENTS_OF_OFFICE: Final = "[Content_Types].xml"
_FIRST_OF_OPEN: Final = "mimetype"
"""The first entry of OpenDocument and EPUB files, stored as it is (OpenDocument 1.3, part 2, 3.3)."""
_MANIFEST_OF_A_PROGRAM: Final = "META-INF/MANIFEST.MF"
_ENTRY: Final = b"PK\x03\x04"
_END_OF_DIRECTORY: Final = b"PK\x05\x06"
_OF_SEVERAL: Final = b"PK\x07\x08"
"""What the first part of several begins with (APPNOTE 8.5.3)."""


class _FewReads(io.BytesIO):
    """Can be read a bounded number of times: `rarfile` goes through endless numbers byte by byte, for hours."""

    _left = 50_000

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file.

        Raises:
            OSError: it was read too often.
        """
        self._left -= 1
        if self._left < 0:
            raise OSError("read too often")
        return super().read(size)


def flaw_of_zip(content: bytes) -> ArchiveFlaw | None:
    """What is wrong with a ZIP: it needs a password, is empty, cut, one part of several, or a document or program."""
    if content.startswith(_OF_SEVERAL):
        return ArchiveFlaw.PART
    if _of_several_disks(content):
        return ArchiveFlaw.PART
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, NotImplementedError, OverflowError):
        return ArchiveFlaw.BROKEN
    names = {each.filename for each in entries}
    if _is_document(entries, names):
        return ArchiveFlaw.OFFICE
    files = [each for each in entries if not each.is_dir()]
    if not any(each.file_size for each in files):
        return ArchiveFlaw.EMPTY
    if any(each.flag_bits & _ENCRYPTED for each in files):
        return ArchiveFlaw.LOCKED
    if any(not _is_there(each, content) for each in files):
        return ArchiveFlaw.BROKEN
    return None


def flaw_of_rar(content: bytes) -> ArchiveFlaw | None:
    """What is wrong with a RAR: it needs a password, is empty, cut, or one volume of several."""
    blocks: list[rarfile.RarInfo] = []
    try:
        with rarfile.RarFile(
            _FewReads(content), errors="strict", part_only=True, info_callback=blocks.append
        ) as archive:
            locked = archive.needs_password()
            files = [each for each in archive.infolist() if not each.is_dir()]
    except rarfile.NeedFirstVolume:
        return ArchiveFlaw.PART
    except (rarfile.Error, OSError, ValueError, IndexError, OverflowError, struct.error):
        return ArchiveFlaw.BROKEN
    if locked:
        return ArchiveFlaw.LOCKED
    if any(_of_several_volumes(each) for each in blocks):
        return ArchiveFlaw.PART
    ends = any(each.type == rarfile.RAR_BLOCK_ENDARC for each in blocks)
    if any(each.data_offset + each.compress_size > len(content) for each in files) or not (ends or files):
        return ArchiveFlaw.BROKEN
    if content.startswith(rarfile.RAR5_ID) and not ends:  # RAR 2 wrote no end
        return ArchiveFlaw.BROKEN
    return None if any(each.file_size for each in files) else ArchiveFlaw.EMPTY


def _of_several_volumes(block: rarfile.RarInfo) -> bool:
    """Whether a part of the archive says that others come before or after it (RAR 5 technote; unrar's headers.hpp)."""
    match block.type:
        case rarfile.RAR_BLOCK_FILE:
            return bool(block.flags & (rarfile.RAR_FILE_SPLIT_BEFORE | rarfile.RAR_FILE_SPLIT_AFTER))
        case rarfile.RAR_BLOCK_ENDARC:
            return bool(block.flags & rarfile.RAR_ENDARC_NEXT_VOLUME)
        case _:
            return False


def _is_document(entries: list[zipfile.ZipInfo], names: set[str]) -> bool:
    """Whether the archive is what an office program, an e-book or a program is made of, not one of scans."""
    if _CONTENTS_OF_OFFICE in names and any(each.startswith(_OFFICE) for each in names):
        return True
    if _MANIFEST_OF_A_PROGRAM in names:
        return True
    return bool(entries) and entries[0].filename == _FIRST_OF_OPEN and entries[0].compress_type == zipfile.ZIP_STORED


def _is_there(entry: zipfile.ZipInfo, content: bytes) -> bool:
    """Whether a file lies where the directory says."""
    at = entry.header_offset
    return at >= 0 and content[at : at + 4] == _ENTRY and at + entry.compress_size <= len(content)


def _of_several_disks(content: bytes) -> bool:
    """Whether the end of the directory says that other parts come before this one (APPNOTE 4.3.16)."""
    at = content.rfind(_END_OF_DIRECTORY)
    return at >= 0 and content[at + 4 : at + 8] not in (b"\0\0\0\0", b"\xff\xff\xff\xff")


_FLAWS: Final[Mapping[str | None, Callable[[bytes], ArchiveFlaw | None]]] = {"zip": flaw_of_zip, "rar": flaw_of_rar}


def opened(content: bytes, _most: int, _told: Told) -> Made:
    """An archive that a moderator can open: nothing is made of it, so nothing is given back but that.

    Raises:
        ArchiveFlawError: nobody can open it, or it is none.
    """
    kind = format_of(content)
    look = _FLAWS.get(kind)
    flaw = look(content) if look is not None else ArchiveFlaw.BROKEN
    if flaw is not None:
        raise ArchiveFlawError(flaw)
    return Made(b"", kind or "", 0)
