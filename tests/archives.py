"""Archives for the tests, written block by block as their formats' specifications have them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from zlib import crc32

RAR4, RAR5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"


def zipped(files: Mapping[str, bytes], *, stored_first: str = "") -> bytes:
    """A ZIP; `stored_first` is what stands unpacked in a file `mimetype` before all others."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        if stored_first:
            made.writestr("mimetype", stored_first, zipfile.ZIP_STORED)
        for name, content in files.items():
            made.writestr(name, content)
    return file.getvalue()


def with_flag(content: bytes, flag: int) -> bytes:
    """The ZIP with a flag set on each entry, in its own header and in the directory."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", changed, at + place)
            struct.pack_into("<H", changed, at + place, flags | flag)
            at = changed.find(mark, at + 4)
    return bytes(changed)


def with_comment(content: bytes, comment: bytes) -> bytes:
    """The ZIP with a comment at its end."""
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a") as made:
        made.comment = comment
    return file.getvalue()


def of_disk(content: bytes, number: int) -> bytes:
    """The ZIP as the part with this number."""
    at = content.rfind(b"PK\x05\x06")
    return content[: at + 4] + struct.pack("<H", number) + content[at + 6 :]


def rar5(
    content: bytes | None = b"scan", *, locked: bool = False, hidden: bool = False, before: bool = False,
    after: bool = False, end: bool = True, next_volume: bool = False,
) -> bytes:  # fmt: skip
    """A RAR 5 with one file `scan.jpg`, or none; `hidden`: even its directory is encrypted."""
    blocks = [RAR5]
    if hidden:
        return RAR5 + _block5(bytes([4, 0, 0, 0, 15]) + bytes(16)) + bytes(64)
    blocks.append(_block5(bytes([1, 0, 1 if before or after or next_volume else 0])))
    if content is not None:
        extra = _vint(36) + bytes([1, 0, 0, 15]) + bytes(32) if locked else b""
        flags = 2 | (1 if extra else 0) | (8 if before else 0) | (16 if after else 0)
        head = bytes([2, flags]) + (_vint(len(extra)) if extra else b"") + _vint(len(content))
        head += bytes([0]) + _vint(len(content)) + bytes([0x20, 0, 1, 8]) + b"scan.jpg" + extra
        blocks += [_block5(head), content]
    if end:
        blocks.append(_block5(bytes([5, 0, 1 if next_volume else 0])))
    return b"".join(blocks)


def rar4(
    content: bytes | None = b"scan", *, locked: bool = False, hidden: bool = False, before: bool = False,
    after: bool = False, end: bool = True, next_volume: bool = False,
) -> bytes:  # fmt: skip
    """A RAR 4 with one file `scan.jpg`, or none; `hidden`: even its directory is encrypted."""
    volume = before or after or next_volume
    blocks = [RAR4, _block4(0x73, (0x80 if hidden else 0) | (0x11 if volume else 0), bytes(6))]
    if hidden:
        return b"".join(blocks) + bytes(64)
    if content is not None:
        name = b"scan.jpg"
        flags = 0x8000 | (0x04 if locked else 0) | (0x01 if before else 0) | (0x02 if after else 0)
        head = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 2, crc32(content), 0x5B7A0000, 29, 0x30, len(name), 0x20
        )
        blocks += [_block4(0x74, flags, head + name), content]
    if end:
        blocks.append(_block4(0x7B, 0x4000 | (0x01 if next_volume else 0), b""))
    return b"".join(blocks)


def _block5(head: bytes) -> bytes:
    sized = _vint(len(head)) + head
    return struct.pack("<I", crc32(sized)) + sized


def _block4(kind: int, flags: int, rest: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", crc32(head) & 0xFFFF) + head


def _vint(number: int) -> bytes:
    made = bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    made.append(number)
    return bytes(made)
