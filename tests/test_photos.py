"""Photos that just work: upright, readable, small enough; albums become one PDF in their order."""

from __future__ import annotations

import functools
import io
import os
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from typing import Any

import img2pdf
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageStat
from pillow_heif import register_heif_opener

from bot.pictures import (
    LockedError,
    NotSmallEnoughError,
    PictureError,
    TooManyPixelsError,
    is_picture,
    made_of,
    shrunk,
)
from bot.sandbox.smsc import SmscSandbox
from bot.smsc import DOCUMENT_MAX_BYTES
from tests.person import Person, newest

LINES = 24
PDF = b"%PDF-1.7\n1"
with_ocr = pytest.mark.skipif(shutil.which("tesseract") is None, reason="no tesseract on this machine")


def page(text: str = "CERTIFICATE", size: tuple[int, int] = (1600, 2200), mode: str = "RGB") -> Image.Image:
    """A page of lines of text, as a certificate is: dark strokes on paper, a dark mark at the top left.

    Its letters are 13 points high when the page is A4.
    """
    paper = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(paper)
    draw.rectangle((0, 0, size[0] // 4, size[1] // 10), fill="black")
    font = ImageFont.load_default(size[1] / 842 * 13)
    for line in range(LINES):
        place = (size[0] // 16, size[1] // 6 + line * size[1] // 34)
        draw.text(place, f"{text} of registration number 12345678", fill=(20, 20, 20), font=font)
    return paper.convert(mode)


@functools.cache
def scan(pages: int, size: tuple[int, int] = (2480, 3508)) -> bytes:
    """A PDF of A4 pages as a scanner makes it at 300 dots an inch: the paper has grain, which costs bytes."""
    grain = Image.effect_noise(size, 30).convert("RGB")
    drawn = [
        saved(Image.blend(page(f"PAGE {number}", size), grain, 0.2), "JPEG", quality=92, dpi=(300, 300))
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


def noise(size: tuple[int, int]) -> bytes:
    """A picture that compresses badly, as a photo of a wall does."""
    return saved(Image.effect_noise(size, 90).convert("RGB"), "JPEG", quality=98)


def exif(turned: int) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = turned
    return made


def heic() -> bytes:
    register_heif_opener()
    return saved(page(), "HEIF", quality=80)


def contrast(content: bytes) -> float:
    """How strongly neighbouring pixels differ where the text stands: what is left of its sharpness."""
    picture = Image.open(io.BytesIO(content)).convert("L")
    middle = picture.crop((0, picture.height // 3, picture.width, picture.height // 2))
    return ImageStat.Stat(middle).stddev[0]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(heic, id="HEIC"),
        pytest.param(lambda: saved(page(), "WEBP"), id="WebP"),
        pytest.param(lambda: saved(page(mode="RGBA"), "PNG"), id="PNG with alpha"),
        pytest.param(lambda: saved(page(mode="LA"), "PNG"), id="grey with alpha"),
        pytest.param(lambda: saved(page(mode="CMYK"), "TIFF"), id="CMYK TIFF"),
        pytest.param(lambda: saved(page(mode="L").convert("I;16").point(lambda v: v * 257), "TIFF"), id="16-bit TIFF"),
        pytest.param(lambda: saved(page(mode="1"), "BMP"), id="one bit"),
        pytest.param(lambda: saved(page(), "GIF"), id="GIF"),
    ],
)
def test_any_picture_becomes_a_readable_jpeg(content: object) -> None:
    source = content() if callable(content) else b""
    assert is_picture(source)
    made = made_of([source], DOCUMENT_MAX_BYTES)
    assert (made.kind, made.pages) == ("jpg", 1)
    assert made.content.startswith(b"\xff\xd8\xff")
    assert len(made.content) <= DOCUMENT_MAX_BYTES
    picture = Image.open(io.BytesIO(made.content))
    assert picture.mode in {"RGB", "L"}
    corner = picture.convert("L").getpixel((20, 20))
    paper = picture.convert("L").getpixel((picture.width - 20, 20))
    assert isinstance(corner, int)
    assert isinstance(paper, int)
    assert corner < 60 < 200 < paper, "dark mark on white paper"
    assert contrast(made.content) > 0.6 * contrast(saved(page(), "JPEG", quality=95))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: saved(page(), "JPEG"), id="JPEG"),
        pytest.param(lambda: saved(page(), "PNG"), id="PNG"),
        pytest.param(lambda: saved(page(mode="P"), "PNG"), id="PNG of a palette"),
        pytest.param(lambda: saved(page(mode="1"), "TIFF", compression="group4"), id="TIFF of a fax"),
        pytest.param(
            lambda: saved(page(mode="1"), "TIFF", save_all=True, append_images=[page(mode="1")]), id="TIFF of two pages"
        ),
    ],
)
def test_a_picture_that_is_fine_comes_back_as_it_is(content: Callable[[], bytes]) -> None:
    source = content()
    assert made_of([source], DOCUMENT_MAX_BYTES).content == source


def test_a_tiff_of_two_cmyk_pages_becomes_a_pdf_of_two_pages() -> None:
    second = page("SECOND", mode="CMYK")
    source = saved(page(mode="CMYK"), "TIFF", save_all=True, append_images=[second], compression="tiff_lzw")
    made = made_of([source], DOCUMENT_MAX_BYTES)
    assert (made.kind, made.pages) == ("pdf", 2)
    assert len(pypdfium2.PdfDocument(made.content)) == 2


def test_a_picture_that_breaks_off_is_told_as_broken() -> None:
    for kind in ("JPEG", "PNG"):
        whole = saved(page(), kind)
        with pytest.raises(PictureError):
            made_of([whole[: len(whole) // 2]], DOCUMENT_MAX_BYTES)


@pytest.mark.parametrize(
    ("turned", "corner"), [(1, "top left"), (3, "bottom right"), (6, "top right"), (8, "bottom left")]
)
def test_a_turned_photo_stands_upright(turned: int, corner: str) -> None:
    made = made_of([saved(page(), "JPEG", exif=exif(turned))], DOCUMENT_MAX_BYTES)
    picture = Image.open(io.BytesIO(made.content)).convert("L")
    x = 20 if "left" in corner else picture.width - 20
    y = 20 if "top" in corner else picture.height - 20
    dark = picture.getpixel((x, y))
    assert isinstance(dark, int)
    assert dark < 60
    assert Image.open(io.BytesIO(made.content)).getexif().get(0x0112, 1) == 1


def test_a_large_photo_is_made_small_and_stays_sharp() -> None:
    large = saved(page(size=(6000, 8000)), "JPEG", quality=100)
    made = made_of([large], 400_000)
    assert len(made.content) <= 400_000
    assert min(Image.open(io.BytesIO(made.content)).size) >= 900


def test_what_cannot_be_made_small_enough_is_said_and_how_much_would_fit() -> None:
    with pytest.raises(NotSmallEnoughError) as refused:
        made_of([noise((3000, 3000))] * 10, 200_000 * 10)
    assert 1 < refused.value.fits < 10
    made_of([noise((3000, 3000))] * (refused.value.fits - 1), 200_000 * 10)


@with_ocr
@pytest.mark.parametrize("most", [600_000, 200_000])
def test_a_page_of_small_print_can_still_be_read_by_a_machine(most: int) -> None:
    made = made_of([saved(page(size=(4960, 7016)), "PNG")], most)
    assert len(made.content) <= most
    assert lines_read(looked_at(made.content), "CERTIFICATE") >= LINES - 1


@with_ocr
def test_a_photo_of_a_page_that_is_taken_sideways_is_read_upright() -> None:
    sideways = page().transpose(Image.Transpose.ROTATE_90)
    made = made_of([saved(sideways, "JPEG", exif=exif(6))], DOCUMENT_MAX_BYTES)
    assert lines_read(looked_at(made.content), "CERTIFICATE") >= LINES - 1


@pytest.mark.parametrize("pages", [1, 6])
def test_a_scan_is_made_smaller_and_keeps_its_pages(pages: int) -> None:
    size = (4960, 7016) if pages == 1 else (2480, 3508)
    large = scan(pages, size)
    assert len(large) > DOCUMENT_MAX_BYTES
    heard: list[tuple[int, int]] = []
    made = shrunk(large, DOCUMENT_MAX_BYTES, lambda done, count: heard.append((done, count)))
    assert (made.kind, made.pages) == ("pdf", pages)
    assert len(made.content) <= DOCUMENT_MAX_BYTES
    assert heard == [(number, pages) for number in range(1, pages + 1)]
    before, after = pypdfium2.PdfDocument(large), pypdfium2.PdfDocument(made.content)
    for number in range(pages):
        assert after[number].get_size() == pytest.approx(before[number].get_size(), rel=0.01)
        drawn = contrast(saved(looked_at(made.content, number), "PNG"))
        assert drawn > 0.6 * contrast(saved(looked_at(large, number), "PNG"))


@with_ocr
def test_a_scan_that_was_made_smaller_can_still_be_read_by_a_machine() -> None:
    made = shrunk(scan(6), DOCUMENT_MAX_BYTES)
    assert lines_read(looked_at(made.content, 5), "PAGE 5") >= LINES - 1


def test_a_turned_page_of_a_pdf_stands_as_it_is_shown() -> None:
    with pikepdf.open(io.BytesIO(scan(1))) as document:
        document.pages[0].Rotate = 90
        file = io.BytesIO()
        document.save(file)
    made = shrunk(file.getvalue(), DOCUMENT_MAX_BYTES)
    picture = looked_at(made.content)
    assert picture.width > picture.height
    mark = picture.getpixel((picture.width - 20, 20))
    assert isinstance(mark, int)
    assert mark < 80, "the mark at the top left is at the top right after a quarter turn"


def test_a_scan_of_too_many_pages_says_how_many_would_fit() -> None:
    with pytest.raises(NotSmallEnoughError) as refused:
        shrunk(scan(4), 300_000)
    assert 1 <= refused.value.fits < 4


def test_a_pdf_with_a_password_is_told_from_a_broken_one() -> None:
    with pikepdf.open(io.BytesIO(scan(1))) as document:
        file = io.BytesIO()
        document.save(file, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(LockedError):
        shrunk(file.getvalue(), DOCUMENT_MAX_BYTES)
    with pytest.raises(PictureError):
        shrunk(b"%PDF-1.7\n" + b"0" * 4_000_000, DOCUMENT_MAX_BYTES)


def test_a_picture_of_fifty_thousand_pixels_is_refused_before_it_is_decoded() -> None:
    packer = zlib.compressobj(1)
    packed = (
        b"".join(packer.compress(bytes(6251)) for _ in range(50_000)) + packer.flush()
    )  # a filter byte, 50 000 bits
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    with pytest.raises(TooManyPixelsError):
        made_of([bomb], DOCUMENT_MAX_BYTES)


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff\xe0broken", b"\x89PNG\r\n\x1a\n", b"II*\x00\x01\x02", b"BM", b"GIF8"]
)
def test_a_broken_picture_is_said(content: bytes) -> None:
    with pytest.raises(PictureError):
        made_of([content], DOCUMENT_MAX_BYTES)


def foot(picture: Image.Image) -> Image.Image:
    """A strip near the lower end of a page."""
    return picture.crop((0, picture.height * 85 // 100, picture.width, picture.height * 95 // 100))


def sent(smsc: SmscSandbox) -> list[tuple[str, bytes]]:
    return [(name, content) for each in smsc.requests for _, name, content in each.files]


async def test_a_heic_out_of_the_blue_is_converted_shown_and_sent(connected: Person, smsc: SmscSandbox) -> None:
    await connected.sends_file("IMG_0001.HEIC", heic(), caption="Trademark certificate")
    await connected.sees_somewhere("Made into a JPG that SMSC takes", "This goes to SMSC")
    await connected.sees("For which name?")
    await connected.taps("AruanaMed")
    await connected.sees("IMG_0001.jpg", "Trademark certificate")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("AruanaMed is changed at SMSC")
    [(name, content)] = sent(smsc)
    assert name == "IMG_0001.jpg"
    assert content.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("turned.jpg", lambda: saved(page(), "JPEG", exif=exif(6)), id="turned JPEG"),
        pytest.param("alpha.png", lambda: saved(page(mode="RGBA"), "PNG"), id="PNG with alpha"),
        pytest.param("cmyk.tif", lambda: saved(page(mode="CMYK"), "TIFF", compression="tiff_lzw"), id="CMYK TIFF"),
    ],
)
async def test_a_picture_that_smsc_takes_but_a_moderator_could_not_read_is_mended(
    connected: Person, name: str, content: Callable[[], bytes]
) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for")
    await connected.sends_file(name, content())
    await connected.sees_somewhere("Made into a JPG")
    await connected.sees(f"1. {name.split('.')[0]}.jpg")


async def test_a_plain_picture_goes_as_it_came_and_a_broken_one_is_told(connected: Person, smsc: SmscSandbox) -> None:
    plain = saved(page(), "PNG")
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for")
    await connected.sends_file("broken.jpg", saved(page(), "JPEG")[:9000])
    await connected.sees("This picture is broken")
    await connected.sends_file("plain.png", plain)
    await connected.sees("1. plain.png")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("Aruana is changed at SMSC")
    assert sent(smsc) == [("plain.png", plain)]
    assert not any("Made into" in each["text"] for each in connected.seen["messages"])


async def test_an_album_becomes_one_pdf_in_its_order(connected: Person, smsc: SmscSandbox) -> None:
    pages = []
    for number in range(3):  # a black bar at the foot, the longer the later
        drawn = page(f"PAGE {number}", (900, 1200))
        drawn.paste("black", (0, 1000, 300 * (number + 1), 1200))
        pages.append(saved(drawn, "JPEG"))
    album = [(f"{number}.jpg", content) for number, content in enumerate(pages)]
    await connected.sends_album(album, photo=True, caption="Certificate")
    await connected.sees_somewhere("Put together into one PDF: 3 pages")
    await connected.sees("For which name?")
    await connected.writes("Aruana")
    await connected.sees("photo.pdf", "Certificate")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("Aruana is changed at SMSC")
    [(name, content)] = sent(smsc)
    assert name == "photo.pdf"
    assert content.startswith(b"%PDF-")
    dark = [ImageStat.Stat(foot(looked_at(content, number))).mean[0] for number in range(3)]
    assert dark[0] > dark[1] + 20 > dark[2] + 40


async def test_pdfs_that_are_sent_together_are_documents_of_their_own(connected: Person) -> None:
    picture = saved(page(size=(900, 1200)), "JPEG")
    await connected.sends_album([("a.pdf", b"%PDF-1.7\n1"), ("b.pdf", b"%PDF-1.7\n2"), ("c.jpg", picture)])
    await connected.sees("For which name?", "Kept for “Documents”: 3 by now")
    await connected.writes("Aruana")
    await connected.sees("1. a.pdf", "2. b.pdf", "3. c.jpg")


async def test_a_reply_to_a_card_says_for_which_name_it_is(connected: Person) -> None:
    await connected.writes("Aruana")
    await connected.sees("Aruana", "active")
    card = connected.seen["messages"][-1]["id"]
    await connected.sends_file("a.pdf", b"%PDF-1.7\n1", reply_to=str(card))
    await connected.sees("Send documents", "step 2 of 2", "1. a.pdf")


async def test_a_reply_to_the_list_of_names_is_about_none_of_them(connected: Person) -> None:
    await connected.writes("/senders")
    await connected.sees("My names")
    await connected.sends_file("a.pdf", PDF, reply_to=str(connected.seen["messages"][-1]["id"]))
    await connected.sees("For which name?")


async def test_a_reply_to_a_receipt_says_for_which_name_it_is(connected: Person) -> None:
    await connected.writes("/document Aruana")
    await connected.sends_file("a.pdf", PDF)
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees("Aruana is changed at SMSC")
    receipt = str(connected.seen["messages"][-1]["id"])
    await connected.sends_file("b.pdf", PDF, reply_to=receipt)
    await connected.sees("Send the document for Aruana", "1. b.pdf")
    await connected.writes("/add LILY2026")
    await connected.sees("What is the name for?")
    await connected.sends_file("c.pdf", PDF, reply_to=receipt)
    await connected.sees("Send the document for Aruana", "1. b.pdf", "2. c.pdf")
    await connected.taps("▶ Go on: Add a name")
    await connected.sees("What is the name for?")


async def test_a_name_under_a_file_says_for_which_name_it_is(connected: Person) -> None:
    await connected.sends_file("a.pdf", PDF, caption="aruana")
    await connected.sees("Send the document for Aruana", "1. a.pdf, 1 KB")
    assert "KB: aruana" not in newest(connected.seen)


async def test_a_text_sent_right_after_an_album_describes_it(connected: Person) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for Aruana")
    pages = [(f"{number}.jpg", saved(page(size=(900, 1200)), "JPEG")) for number in range(2)]
    await connected.sends_album(pages, photo=True)
    await connected.writes("Trademark certificate")
    await connected.sees("1. photo.pdf", "Trademark certificate")


async def test_a_file_is_acknowledged_with_a_reaction(connected: Person) -> None:
    await connected.sends_file("a.pdf", b"%PDF-1.7\n1")
    await connected.until(
        lambda state: next((each["reactions"] for each in state["messages"] if each["reactions"]), None), "a reaction"
    )
