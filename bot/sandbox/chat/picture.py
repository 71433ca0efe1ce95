"""As much of pictures as the stand-in needs: their size in pixels, a flat grey JPEG for the previews, and photos."""

from __future__ import annotations

import io
import struct
from contextlib import suppress
from typing import Final

_DRAWN_MOST: Final = 2_000_000
"""Pixels of a picture that is made a JPEG; one with more is shown as flat grey."""


def is_jpeg(content: bytes) -> bool:
    """Whether the bytes open as a JPEG."""
    return content.startswith(b"\xff\xd8")


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG, PNG, GIF or WebP; None when they can't be read."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return int(width), int(height)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return 512, 512
    return _jpeg_size(content) if is_jpeg(content) else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content):
        if content[at] != 0xFF:
            at += 1
            continue
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width), int(height)
        if marker == 0xFF or 0xD0 <= marker <= 0xD9 or marker == 1:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return None


def grey_jpeg(width: int, height: int) -> bytes:
    """A flat grey JPEG of the given size."""

    def segment(marker: int, body: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body

    one_code = bytes([1]) + bytes(15) + b"\x00"
    blocks = ((width + 7) // 8) * ((height + 7) // 8)
    whole, rest = divmod(blocks * 2, 8)
    data = bytes(whole) + (bytes([0xFF >> rest]) if rest else b"")
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            segment(0xDB, b"\x00" + b"\x10" * 64),
            segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"),
            segment(0xC4, b"\x00" + one_code),
            segment(0xC4, b"\x10" + one_code),
            segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
            data,
            b"\xff\xd9",
        ]
    )


def fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """The size scaled so that the longer side is `side`."""
    longer = max(width, height, 1)
    return max(1, round(width * side / longer)), max(1, round(height * side / longer))


def as_jpeg(content: bytes, size: tuple[int, int]) -> bytes:
    """What Telegram makes of a picture (of that size) that was sent as a photo; what cannot be read is flat grey."""
    from PIL import Image  # only a chat with pictures needs it

    width, height = size
    if width * height <= _DRAWN_MOST:
        with suppress(OSError, SyntaxError, ValueError), Image.open(io.BytesIO(content)) as image:
            out = io.BytesIO()
            image.convert("RGB").save(out, "JPEG", quality=87)
            return out.getvalue()
    return grey_jpeg(min(width, 2560), min(height, 2560))
