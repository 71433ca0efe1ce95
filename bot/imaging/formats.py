"""What a file is, told from its content. Pure.

Formats: the seed's (jpg, tif, pdf, png, zip, rar); their marks are those of the formats' own specifications.
"""

from __future__ import annotations

from typing import Final


def is_picture(content: bytes) -> bool:
    """Whether a file looks like a picture that can be made into a document."""
    if brands(content) & (HEIF | AVIF):
        return True
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return True
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*", b"GIF8", b"BM"))


HEIF: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"})
AVIF: Final = frozenset({b"avif", b"avis", b"avio", b"MA1A", b"MA1B"})
"""What the head of an ISO media file says that it is, or that readers of these open it (ISO 23008-12; AVIF 1.1)."""


def brands(content: bytes) -> frozenset[bytes]:
    """The brands of an ISO media file, its own first among them; none where it is no such file."""
    if content[4:8] != b"ftyp":
        return frozenset()
    end = min(int.from_bytes(content[:4]), 1024, len(content))
    return frozenset(content[at : at + 4] for at in (8, *range(16, end - 3, 4)))


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
_ENDS_WITHIN: Final = 2048  # and where its table of objects is, stands in the last lines


def format_of(content: bytes) -> str | None:
    """The format of a file as its content has it; None where it is none of those SMSC takes.

    An office file is a zip archive inside; what is in an archive `bot.imaging.worker.archives` tells.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    return "pdf" if b"%PDF-" in content[:_PDF_WITHIN] else None


def is_suspicious_pdf(content: bytes) -> bool:
    """Whether a PDF may need a password, or breaks off: it is worth the time to open it, see the work `check`."""
    whole = b"startxref" in content[-_ENDS_WITHIN:]
    return format_of(content) == "pdf" and (b"/Encrypt" in content or not whole)
