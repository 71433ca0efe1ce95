"""Pictures and PDFs that tests send, and how a person sees what became of them."""

from __future__ import annotations

import functools
import io
import os
import struct
import subprocess
import zlib
from collections.abc import Callable
from typing import Any

import img2pdf
import pikepdf
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageStat
from pillow_heif import register_heif_opener

LINES = 24


def page(text: str = "CERTIFICATE", size: tuple[int, int] = (1600, 2200), mode: str = "RGB") -> Image.Image:
    """A page of lines of text, as a certificate is: dark strokes on paper, a dark mark at the top left.

    Its letters are 13 points high when the page is A4.
    """
    return _page(text, size).convert(mode)


@functools.cache
def _page(text: str, size: tuple[int, int]) -> Image.Image:
    """Drawn once; whoever wants it is given a copy."""
    paper = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(paper)
    draw.rectangle((0, 0, size[0] // 4, size[1] // 10), fill="black")
    font = ImageFont.load_default(size[1] / 842 * 13)
    for line in range(LINES):
        place = (size[0] // 16, size[1] // 6 + line * size[1] // 34)
        draw.text(place, f"{text} of registration number 12345678", fill=(20, 20, 20), font=font)
    return paper


@functools.cache
def scan(pages: int, size: tuple[int, int] = (1654, 2339)) -> bytes:
    """A PDF of A4 pages as a scanner makes it at 200 dots an inch: the paper has grain, which costs bytes."""
    grain, dots = Image.effect_noise(size, 30).convert("RGB"), size[0] / 8.27
    drawn = [
        saved(
            Image.blend(page(f"PAGE {number}", size), grain, 0.2),
            "JPEG",
            quality=92,
            dpi=(dots, dots),
        )
        for number in range(pages)
    ]
    made: bytes = img2pdf.convert(drawn)
    return made


def looked_at(content: bytes, number: int = 0) -> Image.Image:
    """A document as a person sees it who opens it: a page drawn at 150 dots an inch, or the picture."""
    if not content.startswith(b"%PDF-"):
        return Image.open(io.BytesIO(content)).convert("L")
    drawn: Image.Image = pypdfium2.PdfDocument(content)[number].render(scale=150 / 72).to_pil().convert("L")
    return drawn


def read(picture: Image.Image) -> str:
    """What a machine reads on it (tesseract); the tests that need it are skipped where there is none."""
    told = subprocess.run(
        ["tesseract", "stdin", "stdout", "--psm", "6"],
        input=saved(picture, "PNG"),
        capture_output=True,
        check=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # as many threads as processors are slower than one
    )
    return told.stdout.decode()


def lines_read(picture: Image.Image, text: str) -> int:
    """On how many lines the text is read."""
    return sum(text in line and "12345678" in line for line in read(picture).splitlines())


def saved(picture: Image.Image, kind: str, **more: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


@functools.cache
def noise(size: tuple[int, int]) -> bytes:
    """A picture that compresses badly, as a photo of a wall does."""
    return saved(Image.effect_noise(size, 90).convert("RGB"), "JPEG", quality=98)


def exif(turned: int) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = turned
    return made


@functools.cache
def heic(*, tile_size: int = 0, turned: int = 0) -> bytes:
    """A page as HEIC; of tiles, as a phone makes it, and turned, where that is asked for."""
    register_heif_opener()
    more: dict[str, Any] = {"tile_size": tile_size} if tile_size else {}
    if turned:
        more["exif"] = exif(turned)
    return saved(page(), "HEIF", quality=80, enc_params={"preset": "ultrafast"}, **more)


def tiff(
    picture: Image.Image,
    code: str,
    *,
    order: str = "<",
    value: Callable[[int], float] = lambda level: level * 257,
    planes: bool = False,
    packed: bool = False,
    **more: int,
) -> bytes:
    """A TIFF of one strip (of one for each colour, with `planes`), written by hand where Pillow cannot.

    `code` is how `struct` calls a number of a colour, `value` the number of a level of 0 to 255; `more` are tags.
    """
    colours = [band.tobytes() for band in picture.split()]
    rows = colours if planes else [picture.tobytes()]
    written = [struct.pack(order + code, value(level)) for level in range(256)]
    strips = [b"".join(map(written.__getitem__, row)) for row in rows]
    strips = [zlib.compress(each) if packed else each for each in strips]
    each_colour = {"bits": 8 * struct.calcsize(code), "numbers": {"b": 2, "h": 2, "i": 2, "f": 3}.get(code, 1)}
    told = {"photometric": 1 if len(colours) < 3 else 2, **more}
    tags = {
        256: [picture.width],
        257: [picture.height],
        258: [each_colour["bits"]] * len(colours),
        259: [8 if packed else 1],
        262: [told.pop("photometric")],
        273: [8 + sum(map(len, strips[:number])) for number in range(len(strips))],
        277: [len(colours)],
        278: [picture.height],
        279: [len(each) for each in strips],
        284: [2 if planes else 1],
        **({338: [told.pop("extra")]} if "extra" in told else {}),
        339: [each_colour["numbers"]] * len(colours),
    }
    directory = 8 + sum(map(len, strips))
    long_ones, entries = b"", b""
    for tag, numbers in tags.items():
        field = struct.pack(f"{order}{len(numbers)}L", *numbers)
        if len(numbers) > 1:
            place = directory + 2 + 12 * len(tags) + 4 + len(long_ones)
            long_ones, field = long_ones + field, struct.pack(f"{order}L", place)
        entries += struct.pack(f"{order}HHL", tag, 4, len(numbers)) + field
    head = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(f"{order}L", directory)
    return head + b"".join(strips) + struct.pack(f"{order}H", len(tags)) + entries + bytes(4) + long_ones


def level(picture: Image.Image, place: tuple[int, int]) -> int:
    """How bright a pixel is; a place below zero counts from the other side."""
    found = picture.convert("L").getpixel((place[0] % picture.width, place[1] % picture.height))
    assert isinstance(found, int)
    return found


def stands_upright(content: bytes) -> bool:
    """Whether the dark mark of a page is at the top left of a picture, on bright paper."""
    picture = looked_at(content)
    across, down = picture.width // 8, picture.height // 20
    return level(picture, (across, down)) < 60 and level(picture, (-across, down)) > 200


def contrast(shown: bytes | Image.Image) -> float:
    """How strongly neighbouring pixels differ where the text stands: what is left of its sharpness."""
    picture = (Image.open(io.BytesIO(shown)) if isinstance(shown, bytes) else shown).convert("L")
    middle = picture.crop((0, picture.height // 3, picture.width, picture.height // 2))
    return ImageStat.Stat(middle).stddev[0]


SMALL = (160, 220)


def small_pdf(pages: int = 1, **more: Any) -> bytes:
    """A PDF of pages with a picture, saved as pikepdf is told."""
    made = img2pdf.convert([saved(page(size=SMALL), "JPEG")] * max(1, pages))
    with pikepdf.open(io.BytesIO(made)) as document:
        if not pages:
            del document.pages[0]
        file = io.BytesIO()
        document.save(file, **more)
    return file.getvalue()


def locked(user: str) -> bytes:
    return small_pdf(encryption=pikepdf.Encryption(owner="o", user=user))


NO_PDF = b"%PDF-1.7\n" + b"0" * 4_000_000


def blurred(picture: Image.Image, by: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(by))


BLURRED = saved(blurred(page(), 12), "JPEG", quality=80)


SHARP = saved(page("SHARP"), "JPEG", quality=80)
