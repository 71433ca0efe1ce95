"""Files that are small and cost much: made to keep a machine busy, or to fill its memory."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence

from PIL import Image


def pdf(objects: Sequence[bytes], count: int) -> bytes:
    """A PDF of these objects; the first is its catalogue, and of so many one says they are all."""
    body, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % each for each in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count + 1, table)
    return body + head + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count + 1, len(body))


def stream(content: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<< %s /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (more, len(packed), packed)


def pdf_of(
    content: bytes, *, pages: int = 1, more: Sequence[bytes] = (), resources: bytes = b"", rim: int = 0
) -> bytes:
    """A PDF of so many pages with one content; `more` are objects from the fourth on, `rim` bytes stand between."""
    first = 4 + len(more)
    kids = b" ".join(b"%d 0 R" % (first + each) for each in range(pages))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << %s >> >>" % resources
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        stream(content),
        *more,
        *[page] * pages,
    )
    return pdf([objects[0] + b"\n%" + b"0" * rim, *objects[1:]], len(objects))


def pdf_of_paths(paths: int, *, pages: int = 1, rim: int = 0) -> bytes:
    lines = b"".join(b"%d %d m %d %d l S\n" % (n % 595, n * 7 % 842, n * 13 % 595, n * 3 % 842) for n in range(1000))
    return pdf_of(lines * (paths // 1000), pages=pages, rim=rim)


def pdf_of_nested_forms(depth: int, twice: int = 2, *, rim: int = 0) -> bytes:
    """Each form draws the next one so many times: the last one is drawn `twice ** depth` times."""
    forms = []
    for number in range(depth):
        last = number == depth - 1
        inside = b"0 0 m 9 9 l S" if last else b"/F Do " * twice
        below = b"" if last else b"/Resources << /XObject << /F %d 0 R >> >>" % (5 + number)
        forms.append(stream(inside, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] " + below))
    return pdf_of(b"/F Do", more=forms, resources=b"/XObject << /F 4 0 R >>", rim=rim)


def endless() -> bytes:
    """A PDF over SMSC's 3 MB that nobody lives to see opened: it draws a million unseen lines ten thousand times."""
    unseen = stream(b"0 0 m 9 9 l n\n" * 1_000_000, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]")
    return pdf_of(b"/F Do " * 10_000, more=[unseen], resources=b"/XObject << /F 4 0 R >>", rim=3_200_000)


def pdf_of_a_picture(width: int, height: int, times: int = 1, *, rim: int = 0) -> bytes:
    head = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
    picture = stream(bytes(1000), head % (width, height))
    return pdf_of(
        b"595 0 0 842 0 0 cm " + b"/P Do " * times, more=[picture], resources=b"/XObject << /P 4 0 R >>", rim=rim
    )


def pdf_that_says_it_has(pages: int) -> bytes:
    """One page that is listed under a count that is a lie."""
    return pdf_of(b"").replace(b"/Count 1 ", b"/Count %d " % pages)


def heic_of_items(items: int) -> bytes:
    """A HEIC whose head lists so many parts, and that has none of them."""
    entries = b"".join(box(b"infe", b"\x02\0\0\0" + struct.pack(">HH4s", n % 65536, 0, b"hvc1")) for n in range(items))
    infos = box(b"iinf", b"\1\0\0\0" + struct.pack(">I", items) + entries)
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", bytes(4) + infos)


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def tiff_of_frames(frames: int) -> bytes:
    """So many pages of one white point each; their heads are all that takes room."""
    tags = _tags()
    content = bytearray(b"II*\x00" + struct.pack("<I", 10) + b"\x00\x00")
    for number in range(frames):
        after = len(content) + 2 + len(tags) + 4
        content += struct.pack("<H", 8) + tags + struct.pack("<I", 0 if number == frames - 1 else after)
    return bytes(content)


def tiff_in_a_circle() -> bytes:
    tags = _tags()
    return b"II*\x00" + struct.pack("<I", 10) + b"\x00\x00" + struct.pack("<H", 8) + tags + struct.pack("<I", 10)


def tiff_of_tags(tags: int) -> bytes:
    """A head that tells very much, all of it the same megabyte."""
    listed = [(1 + number, 7, 1_000_000, 10) for number in range(tags)]
    packed = b"".join(struct.pack("<HHII", *each) for each in listed)
    return b"II*\x00" + struct.pack("<I", 1_000_010) + bytes(1_000_002) + struct.pack("<H", tags) + packed + bytes(4)


def jpeg_of_scans(scans: int) -> bytes:
    """A JPEG that is drawn over and over, by passes of a few bytes each."""
    file = io.BytesIO()
    Image.new("L", (8000, 8000), "white").save(file, "JPEG", progressive=True)
    whole = file.getvalue()
    end = whole.rindex(b"\xff\xd9")
    last = whole.rindex(b"\xff\xda")
    return whole[:end] + whole[last:end] * scans + whole[end:]


def _tags() -> bytes:
    """Width, height, bits, compression, photometric, where the point is, rows, its size."""
    values = ((256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (278, 1), (279, 1))
    return b"".join(struct.pack("<HHII", number, 4, 1, value) for number, value in values)


def png_of_chunks(count: int) -> bytes:
    """A PNG with so many empty chunks before its pixels."""
    file = io.BytesIO()
    Image.new("RGB", (100, 100), "white").save(file, "PNG")
    content = file.getvalue()
    return content[:33] + (bytes(4) + b"abCd" + struct.pack(">I", zlib.crc32(b"abCd"))) * count + content[33:]


def jpeg_of_segments(count: int, segment: bytes) -> bytes:
    """A JPEG with so many copies of a segment in its head."""
    file = io.BytesIO()
    Image.new("RGB", (100, 100), "white").save(file, "JPEG")
    content = file.getvalue()
    return content[:2] + segment * count + content[2:]
