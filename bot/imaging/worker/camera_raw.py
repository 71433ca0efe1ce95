"""Cameras' raw files built on TIFF (DNG, CR2, NEF, ARW …): from their bytes to the picture that a gallery shows.

A raw file has the sensor's readings, which no viewer of documents draws, and JPEGs that the camera made of them. Pillow
opens such a file as its smallest copy, a stamp of 160 × 120.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.imaging.jobs import RawError

_TIFF: Final = (b"II*\x00", b"MM\x00*")
_PHOTOMETRIC, _COMPRESSION, _SUB_IFDS, _DNG, _ORIENTATION = 262, 259, 330, 50706, 274
_OFFSETS, _COUNTS, _JPEG_AT, _JPEG_LENGTH = 273, 279, 513, 514
_TAGS: Final = (_PHOTOMETRIC, _COMPRESSION, _SUB_IFDS, _DNG, _ORIENTATION, _OFFSETS, _COUNTS, _JPEG_AT, _JPEG_LENGTH)
_READINGS: Final = frozenset({32803, 34892})
"""A filter over the sensor, or its linear readings (TIFF/EP; DNG 1.7, PhotometricInterpretation)."""
_OF_MAKERS: Final = frozenset({32767, 34713, 65535})
"""Compressions of Sony, Nikon and Pentax that only raw files have."""
_LEAST: Final = 1000
"""The longest side, in pixels, of a picture that a page can be read on."""
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
"""Marks of the JPEGs that everybody draws: baseline, extended, progressive (T.81, table B.1); raw data is lossless."""
_DIRECTORIES_MOST: Final = 50
_HEAD: Final = 8


def picture_in(content: bytes) -> bytes | None:
    """The largest JPEG that the camera made, upright as the camera held it; None where the file is no raw file.

    Raises:
        RawError: there is none that could be read.
    """
    if not content.startswith(_TIFF) or len(content) < _HEAD:
        return None
    directories = list(_directories(content))
    if not any(_is_raw(each) for each in directories) and content[8:10] != b"CR":
        return None
    jpegs = [(max(size), jpeg) for each in directories for jpeg in _jpegs(each, content) if (size := _size(jpeg))]
    side, jpeg = max(jpegs, key=lambda each: each[0], default=(0, b""))
    if side < _LEAST:
        raise RawError
    return _turned(jpeg, directories[0].get(_ORIENTATION, 1))


Directory = Mapping[int, Any]
"""What a directory of a TIFF tells, by the numbers of its tags."""


def _directories(content: bytes) -> Iterator[Directory]:
    """All directories of the file, those inside of others too; what cannot be read is passed over."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    file = io.BytesIO(content)
    order = "<" if content.startswith(b"II") else ">"
    waiting, seen = [struct.unpack_from(f"{order}I", content, 4)[0]], set[int]()
    while waiting and len(seen) < _DIRECTORIES_MOST:
        at = waiting.pop(0)
        if not 8 <= at < len(content) or at in seen:
            continue
        seen.add(at)
        directory = ImageFileDirectory_v2(content[:_HEAD])
        try:
            file.seek(at)
            with warnings.catch_warnings(action="ignore"):  # of damage, which is seen by what is missing
                directory.load(file)
            told = {tag: directory[tag] for tag in _TAGS if tag in directory}
        except (OSError, ValueError, SyntaxError, struct.error, TypeError, KeyError):
            continue
        yield told
        waiting += [directory.next, *_numbers(told.get(_SUB_IFDS, ()))]


def _is_raw(directory: Directory) -> bool:
    return _DNG in directory or directory.get(_PHOTOMETRIC) in _READINGS or directory.get(_COMPRESSION) in _OF_MAKERS


def _jpegs(directory: Directory, content: bytes) -> Iterator[bytes]:
    """The JPEGs that a directory points to, by either way of doing so."""
    for offsets, lengths in ((_JPEG_AT, _JPEG_LENGTH), (_OFFSETS, _COUNTS)):
        at, length = _numbers(directory.get(offsets, ())), _numbers(directory.get(lengths, ()))
        if len(at) == len(length) == 1:
            jpeg = content[at[0] : at[0] + length[0]]
            if len(jpeg) == length[0] and jpeg.startswith(b"\xff\xd8\xff"):
                yield jpeg


def _numbers(value: Any) -> Sequence[int]:
    values = value if isinstance(value, tuple | list) else (value,)
    return [each for each in values if isinstance(each, int)]


def _size(jpeg: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG that everybody draws; None where it is none."""
    at = 2
    while at + 9 < len(jpeg) and jpeg[at] == 0xFF:
        mark, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4])
        if mark in _FRAMES:
            return int.from_bytes(jpeg[at + 7 : at + 9]), int.from_bytes(jpeg[at + 5 : at + 7])
        if mark == 0xFF:
            at += 1
        elif mark in range(0xC3, 0xD0) and mark not in {0xC4, 0xC8, 0xCC}:
            return None
        else:
            at += 2 + length
    return None


def _turned(jpeg: bytes, orientation: Any) -> bytes:
    """The JPEG with the raw file's orientation in its head, where it has no Exif of its own."""
    if orientation not in range(2, 9) or b"Exif\x00" in jpeg[:4096]:
        return jpeg
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    body = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]
