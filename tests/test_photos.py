"""Photos that just work: upright, readable, small enough; albums become one PDF in their order."""

from __future__ import annotations

import functools
import io
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import img2pdf
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageStat
from pillow_heif import register_heif_opener

from bot.imaging.formats import is_picture
from bot.imaging.jobs import PAGES_MOST, Done, LockedError, Made, NotSmallEnoughError, PictureError, TooManyPixelsError
from bot.imaging.worker.pictures import made_of
from bot.imaging.worker.scans import checked, shrunk
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import SmscSandbox
from bot.smsc import DOCUMENT_MAX_BYTES
from tests.images import (
    LINES,
    NO_PDF,
    SMALL,
    contrast,
    exif,
    heic,
    level,
    lines_read,
    locked,
    looked_at,
    noise,
    page,
    saved,
    scan,
    small_pdf,
    stands_upright,
    tiff,
)
from tests.papers import PDF
from tests.person import Person, newest
from tests.reached import sent
from tests.stories import PURPOSE, begins

MIDDLE = (800, 1100)
"""Pixels of a page where its size is not the point."""
with_ocr = pytest.mark.skipif(shutil.which("tesseract") is None, reason="no tesseract on this machine")


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


@pytest.mark.parametrize(
    "whole",
    [
        *(pytest.param(lambda kind=kind: saved(page(), kind), id=kind) for kind in ("JPEG", "PNG", "WEBP", "GIF")),
        pytest.param(heic, id="HEIC of one piece"),
        pytest.param(lambda: heic(tile_size=512), id="HEIC of tiles, as a phone makes it"),
    ],
)
@pytest.mark.parametrize("part", [0.5, 0.97])
def test_a_picture_that_breaks_off_is_told_as_broken(whole: Callable[[], bytes], part: float) -> None:
    content = whole()
    with pytest.raises(PictureError):
        made_of([content[: int(len(content) * part)]], DOCUMENT_MAX_BYTES)


@pytest.mark.parametrize("tail", [b"\0" * 40, b"\xff\xd9SEFT\x12\x00", b"\0\0\0\x10freeABCDEFGH"])
def test_a_whole_heic_with_something_after_it_is_opened(tail: bytes) -> None:
    made = made_of([heic(tile_size=512) + tail], DOCUMENT_MAX_BYTES)
    assert stands_upright(made.content)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("brightest", [4095, 65535])
def test_a_tiff_of_sixteen_bits_is_as_dark_and_bright_as_paper(order: str, packed: bool, brightest: int) -> None:
    source = tiff(page(size=SMALL, mode="L"), "H", order=order, packed=packed, value=lambda at: at * brightest // 255)
    assert stands_upright(made_of([source], DOCUMENT_MAX_BYTES).content)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_of_signed_numbers_is_as_dark_and_bright_as_paper(order: str) -> None:
    source = tiff(page(size=SMALL, mode="L"), "h", order=order, value=lambda at: at * 100 - 20_000)
    assert stands_upright(made_of([source], DOCUMENT_MAX_BYTES).content)


def test_a_tiff_of_sixteen_bits_where_zero_is_white_is_no_negative() -> None:
    source = tiff(page(size=SMALL, mode="L"), "H", value=lambda at: (255 - at) * 257, photometric=0)
    assert stands_upright(made_of([source], DOCUMENT_MAX_BYTES).content)


def test_an_empty_page_of_sixteen_bits_is_white() -> None:
    source = tiff(Image.new("L", SMALL, 200), "H")
    assert level(looked_at(made_of([source], DOCUMENT_MAX_BYTES).content), (50, 50)) == 255


def test_a_heic_of_more_than_eight_bits_of_grey_is_as_dark_and_bright_as_paper() -> None:
    register_heif_opener()
    source = saved(page(mode="L").convert("I;16").point(lambda at: at * 16), "HEIF", quality=80)
    made = made_of([source], DOCUMENT_MAX_BYTES)
    assert stands_upright(made.content)
    assert made.done == (Done.CONVERTED, Done.COLOURS)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(lambda grey, _: tiff(grey, "f"), id="floats"),
        pytest.param(lambda grey, _: tiff(grey, "I", value=lambda at: at << 24), id="32 bits"),
        pytest.param(lambda grey, _: tiff(grey, "i", order=">"), id="32 bits, signed"),
        pytest.param(lambda grey, _: tiff(grey, "h", order=">", packed=True, value=lambda at: at), id="swapped"),
        pytest.param(lambda grey, _: tiff(grey, "b", value=lambda at: at - 128), id="eight bits, signed"),
        pytest.param(lambda _, colours: tiff(colours, "H", planes=True), id="planes"),
        pytest.param(lambda _, colours: tiff(colours, "H", planes=True, order=">"), id="planes, the other order"),
    ],
)
def test_a_tiff_that_would_be_read_wrongly_is_refused(
    source: Callable[[Image.Image, Image.Image], bytes],
) -> None:
    content = source(page(size=SMALL, mode="L"), page(size=SMALL))
    with pytest.raises(PictureError):
        made_of([content] * 2, DOCUMENT_MAX_BYTES)


@pytest.mark.parametrize("planes", [False, True])
def test_a_tiff_of_eight_bits_is_read_in_planes_too(planes: bool) -> None:
    source = tiff(page(size=SMALL), "B", planes=planes, value=lambda at: at)
    made = made_of([source] * 2, DOCUMENT_MAX_BYTES)
    assert stands_upright(made.content)


def logo(ink: str, mode: str = "RGBA") -> Image.Image:
    """A disc on nothing, with soft edges."""
    clear = Image.new("RGBA", (800, 800), (0, 0, 0, 0))
    ImageDraw.Draw(clear).ellipse((200, 200, 600, 600), fill=ink)
    return clear.resize((400, 400), Image.Resampling.BOX).convert(mode)


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "LA"), ("WEBP", "RGBA"), ("TIFF", "RGBA"), ("HEIF", "RGBA")]
)
@pytest.mark.parametrize("ink", ["white", "#ffffa0", "black", "#3050a0"])
def test_a_logo_on_nothing_is_seen(kind: str, mode: str, ink: str) -> None:
    register_heif_opener()
    made = made_of([saved(logo(ink, mode), kind)], DOCUMENT_MAX_BYTES)
    picture = looked_at(made.content)
    middle, paper = level(picture, (200, 200)), level(picture, (5, 5))
    assert abs(middle - paper) > 100
    assert paper == 255 or middle > 200, "what is dark has white paper"
    assert Done.FLATTENED in made.done


def test_a_white_logo_of_a_palette_is_seen() -> None:
    made = made_of([saved(logo("white").quantize(), "PNG")], DOCUMENT_MAX_BYTES)
    assert abs(level(looked_at(made.content), (200, 200)) - level(looked_at(made.content), (5, 5))) > 100


def test_a_white_logo_with_a_dark_word_far_below_stands_on_white_paper() -> None:
    tall = Image.new("RGBA", (400, 3000), (0, 0, 0, 0))
    tall.paste(logo("white"), (0, 0))
    ImageDraw.Draw(tall).rectangle((100, 2900, 300, 2950), fill="black")
    assert level(looked_at(made_of([saved(tall, "PNG")], DOCUMENT_MAX_BYTES).content), (5, 5)) == 255


def test_a_picture_whose_colours_are_multiplied_with_their_alpha_is_opened() -> None:
    grey = page(size=SMALL, mode="L")
    source = tiff(Image.merge("LA", (grey, Image.new("L", SMALL, 255))), "B", value=lambda at: at, extra=1)
    assert stands_upright(made_of([source], DOCUMENT_MAX_BYTES).content)


@pytest.mark.parametrize(
    ("content", "source", "done"),
    [
        pytest.param(heic, "HEIC", [Done.CONVERTED], id="HEIC"),
        pytest.param(lambda: heic(turned=6), "HEIC", [Done.CONVERTED], id="HEIC that its decoder turns"),
        pytest.param(lambda: saved(page(size=MIDDLE), "WEBP"), "WebP", [Done.CONVERTED], id="WebP"),
        pytest.param(lambda: saved(page(size=MIDDLE), "AVIF"), "AVIF", [Done.CONVERTED], id="AVIF"),
        pytest.param(lambda: saved(page(size=MIDDLE), "GIF"), "GIF", [Done.CONVERTED], id="GIF"),
        pytest.param(lambda: saved(page(size=MIDDLE), "BMP"), "BMP", [Done.CONVERTED], id="BMP"),
        pytest.param(lambda: saved(page(size=MIDDLE), "JPEG"), "JPG", [], id="JPEG as it came"),
        pytest.param(lambda: saved(page(size=MIDDLE), "JPEG", exif=exif(6)), "JPG", [Done.TURNED], id="turned JPEG"),
        pytest.param(lambda: saved(page(size=MIDDLE), "MPO", exif=exif(3)), "JPG", [Done.TURNED], id="turned MPO"),
        pytest.param(
            lambda: saved(page(size=MIDDLE), "PNG", exif=exif(8)), "PNG", [Done.CONVERTED, Done.TURNED], id="turned PNG"
        ),
        pytest.param(lambda: saved(page(size=MIDDLE), "JPEG", exif=exif(0)), "JPG", [], id="JPEG with a strange Exif"),
        pytest.param(
            lambda: saved(page(size=MIDDLE, mode="RGBA"), "PNG"), "PNG", [Done.CONVERTED], id="alpha, and nothing clear"
        ),
        pytest.param(lambda: saved(logo("red"), "PNG"), "PNG", [Done.CONVERTED, Done.FLATTENED], id="PNG with alpha"),
        pytest.param(lambda: saved(page(size=MIDDLE, mode="CMYK"), "JPEG"), "JPG", [Done.COLOURS], id="CMYK JPEG"),
        pytest.param(
            lambda: saved(page(size=MIDDLE, mode="CMYK"), "TIFF"), "TIF", [Done.CONVERTED, Done.COLOURS], id="CMYK TIFF"
        ),
        pytest.param(
            lambda: tiff(page(size=SMALL), "H"), "TIF", [Done.CONVERTED, Done.COLOURS], id="TIFF of 16 bits of colour"
        ),
        pytest.param(
            lambda: saved(page(size=MIDDLE, mode="L").convert("I;16"), "PNG"),
            "PNG",
            [Done.CONVERTED, Done.COLOURS],
            id="16-bit PNG",
        ),
        pytest.param(lambda: saved(page(size=(3500, 5000)), "JPEG", exif=exif(1)), "JPG", [], id="large, and fits"),
        pytest.param(
            lambda: saved(page(size=(3000, 4200)), "WEBP", quality=30, method=0),
            "WebP",
            [Done.CONVERTED, Done.SMALLER],
            id="large WebP",
        ),
        pytest.param(
            lambda: saved(page(size=(5000, 3500), mode="CMYK"), "JPEG", exif=exif(6)),
            "JPG",
            [Done.TURNED, Done.COLOURS, Done.SMALLER],
            id="much at once",
        ),
    ],
)
def test_what_was_done_to_a_picture_is_known(content: Callable[[], bytes], source: str, done: list[Done]) -> None:
    made = made_of([content()], DOCUMENT_MAX_BYTES)
    assert (made.source, made.done) == (source, tuple(done))


def test_what_was_done_to_pictures_that_became_a_pdf_is_not_told_one_by_one() -> None:
    made = made_of([saved(page(), "WEBP")] * 2, DOCUMENT_MAX_BYTES)
    assert (made.kind, made.source, made.done) == ("pdf", "", ())


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
        made_of([noise((2000, 2000))] * 10, 200_000 * 10)
    assert 1 < refused.value.fits < 10
    made_of([noise((2000, 2000))] * (refused.value.fits - 1), 200_000 * 10)


def sides(content: bytes) -> set[int]:
    """How long the pictures of a PDF are, in pixels."""
    return {
        max(each.get_px_size())
        for drawn in pypdfium2.PdfDocument(content)
        for each in drawn.get_objects()
        if isinstance(each, pypdfium2.PdfImage)
    }


def cover() -> bytes:
    return saved(Image.effect_noise((1700, 2400), 60).convert("RGB"), "JPEG", quality=80)


def light_page() -> bytes:
    drawn = page(size=(1700, 2400))
    drawn.paste("white", (0, 600, 1700, 2400))
    return saved(drawn, "JPEG", quality=80)


def test_a_heavy_cover_and_many_light_pages_go_in_all_at_once_and_all_alike() -> None:
    book: bytes = img2pdf.convert([cover(), *([light_page()] * 29)])
    last_message: list[tuple[int, int]] = []
    made = shrunk(book, 2_100_000, lambda done, count: last_message.append((done, count)))
    assert made.pages == 30
    assert 1_600_000 < len(made.content) <= 2_100_000, "a step above would be half as large again"
    [side] = sides(made.content)
    assert side >= 1800
    assert last_message == [(number, 30) for number in range(1, 31)]


def test_the_pages_of_an_album_have_the_same_quality() -> None:
    blank = saved(Image.new("RGB", (1500, 2000), "white"), "JPEG")
    made = made_of([noise((1500, 2000)), blank, blank], 750_000)
    assert len(sides(made.content)) == 1


def test_pages_that_fit_as_they_are_keep_their_pixels() -> None:
    assert sides(made_of([saved(page(), "JPEG")] * 3, DOCUMENT_MAX_BYTES).content) == {2200}


def test_as_many_pages_fit_as_was_told() -> None:
    pictures = [cover(), *([light_page()] * 9)]
    with pytest.raises(NotSmallEnoughError) as refused:
        made_of(pictures, 420_000)
    fits = refused.value.fits
    assert 1 < fits < 10
    assert made_of(pictures[:fits], 420_000).pages == fits
    with pytest.raises(NotSmallEnoughError):
        made_of(pictures[: fits + 1], 420_000)


def test_a_cover_that_is_too_heavy_alone_lets_none_fit() -> None:
    with pytest.raises(NotSmallEnoughError) as refused:
        made_of([cover(), light_page()], 200_000)
    assert refused.value.fits == 0


def test_a_pdf_of_very_many_small_pictures_is_not_larger_than_it_may_be() -> None:
    pictures = [saved(Image.new("RGB", (9, 9), "red"), "JPEG")] * PAGES_MOST
    with pytest.raises(NotSmallEnoughError) as refused:
        made_of(pictures, 150_000)
    made = made_of(pictures[: refused.value.fits], 150_000)
    assert made.pages > 25
    assert len(made.content) <= 150_000


@functools.cache
def small_print() -> bytes:
    return saved(page(size=(4960, 7016)), "PNG", compress_level=1)


@with_ocr
@pytest.mark.parametrize("most", [600_000, 200_000])
def test_a_page_of_small_print_can_still_be_read_by_a_machine(most: int) -> None:
    made = made_of([small_print()], most)
    assert len(made.content) <= most
    assert lines_read(looked_at(made.content), "CERTIFICATE") >= LINES - 1


@with_ocr
def test_a_photo_of_a_page_that_is_taken_sideways_is_read_upright() -> None:
    sideways = page().transpose(Image.Transpose.ROTATE_90)
    made = made_of([saved(sideways, "JPEG", exif=exif(6))], DOCUMENT_MAX_BYTES)
    assert lines_read(looked_at(made.content), "CERTIFICATE") >= LINES - 1


@functools.cache
def made_smaller(pages: int) -> tuple[bytes, Made, list[tuple[int, int]]]:
    """A scan that is too large, what is made of it, and what was told of how far it is."""
    large = scan(pages, (3508, 4960) if pages == 1 else (1654, 2339))
    told: list[tuple[int, int]] = []
    return large, shrunk(large, DOCUMENT_MAX_BYTES, lambda done, count: told.append((done, count))), told


@pytest.mark.parametrize("pages", [1, 6])
def test_a_scan_is_made_smaller_and_keeps_its_pages(pages: int) -> None:
    large, made, told = made_smaller(pages)
    assert len(large) > DOCUMENT_MAX_BYTES
    assert (made.kind, made.pages) == ("pdf", pages)
    assert len(made.content) <= DOCUMENT_MAX_BYTES
    assert told == [(number, pages) for number in range(1, pages + 1)]
    before, after = pypdfium2.PdfDocument(large), pypdfium2.PdfDocument(made.content)
    for number in range(pages):
        assert after[number].get_size() == pytest.approx(before[number].get_size(), rel=0.01)
        drawn = contrast(looked_at(made.content, number))
        assert drawn > 0.6 * contrast(looked_at(large, number))


@with_ocr
def test_a_scan_that_was_made_smaller_can_still_be_read_by_a_machine() -> None:
    _, made, _ = made_smaller(6)
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


@pytest.mark.parametrize("work", [shrunk, checked])
def test_a_pdf_with_a_password_is_told_from_a_broken_one(work: Callable[[bytes, int], object]) -> None:
    with pytest.raises(LockedError):
        work(locked("u"), DOCUMENT_MAX_BYTES)
    whole = small_pdf(3)
    for broken in (NO_PDF, whole[: len(whole) // 2], small_pdf(0)):
        with pytest.raises(PictureError):
            work(broken, DOCUMENT_MAX_BYTES)


@pytest.mark.parametrize("content", [lambda: small_pdf(3), lambda: locked("")], ids=["plain", "of an owner"])
def test_a_pdf_that_opens_without_a_password_goes_as_it_came(content: Callable[[], bytes]) -> None:
    source = content()
    made = checked(source, DOCUMENT_MAX_BYTES)
    assert (made.content, made.kind, made.pages) == (source, "pdf", len(pypdfium2.PdfDocument(source)))


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


async def test_a_heic_sent_unprompted_is_converted_shown_and_sent(connected: Person, smsc: SmscSandbox) -> None:
    await connected.sends_file("IMG_0001.HEIC", heic(), caption="Trademark certificate")
    await connected.sees_somewhere("Made into a JPG: converted from HEIC", "this is what SMSC gets")
    await connected.sees("For which name?")
    await connected.taps("AruanaMed")
    await connected.sees("IMG_0001.jpg", "Trademark certificate")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for AruanaMed are at SMSC")
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
    await connected.sees("This picture cannot be opened")
    await connected.sends_file("plain.png", plain)
    await connected.sees("1. plain.png")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for Aruana are at SMSC")
    assert sent(smsc) == [("plain.png", plain)]
    assert not any("Made into" in each["text"] for each in connected.seen["messages"])


@pytest.mark.usefixtures("fast")
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
    await connected.sees("Aruana-1.pdf", "Certificate")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for Aruana are at SMSC")
    [(name, content)] = sent(smsc)
    assert name == "Aruana-1.pdf"
    assert content.startswith(b"%PDF-")
    dark = [ImageStat.Stat(foot(looked_at(content, number))).mean[0] for number in range(3)]
    assert dark[0] > dark[1] + 20 > dark[2] + 40


@pytest.mark.usefixtures("fast")
async def test_pdfs_that_are_sent_together_are_documents_of_their_own(connected: Person) -> None:
    picture = saved(page(size=(900, 1200)), "JPEG")
    await connected.sends_album([("a.pdf", PDF), ("b.pdf", PDF), ("c.jpg", picture)])
    await connected.sees("For which name?", "Documents: 3")
    await connected.writes("Aruana")
    await connected.sees("1. a.pdf", "2. b.pdf", "3. c.jpg")


async def test_a_document_that_would_not_open_at_smsc_is_refused_with_the_reason(
    connected: Person, smsc: SmscSandbox
) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for Aruana")
    for name, content, told in (
        ("cut.pdf", small_pdf(2)[:4000], "This PDF is broken"),
        ("locked.pdf", locked("u"), "opens only with a password"),
        ("letter.docx", saved_zip(), "Operators cannot open “letter.docx”"),
    ):
        sent_there = await connected.sends_file(name, content)
        await connected.sees(told)
        await connected.until(
            lambda state, there=sent_there: reaction(state, there["message_id"]) == "🤔" or None, "doubt"
        )
    await connected.sends_file("owned.pdf", locked(""))
    await connected.sees("1. owned.pdf")
    assert not [each for each in smsc.requests if each.command == "chg"]


async def test_the_preview_stands_under_what_it_was_made_of(connected: Person) -> None:
    await connected.writes("/document Aruana")
    original = await connected.sends_file("IMG_0001.HEIC", heic())
    await connected.sees("1. IMG_0001.jpg")
    preview = next(each for each in connected.seen["messages"] if "Made into a JPG" in each["text"])
    assert preview["reply_to"] == original["message_id"]


@pytest.mark.usefixtures("fast")
async def test_albums_that_are_too_much_at_a_time_are_refused_before_they_are_fetched(
    connected: Person, telegram: TelegramSandbox
) -> None:
    picture = saved(page(size=SMALL), "JPEG")
    await connected.sends_album([(f"{n}.jpg", picture) for n in range(4)], photo=True, file_size="19000000")
    await connected.sees("Together these are 72.5 MB", "Send them in parts")
    assert not [each for each in telegram.world.calls if each.method == "getFile"]


def reaction(state: dict[str, Any], message_id: int) -> str:
    message = next(each for each in state["messages"] if each["id"] == message_id)
    return "".join(message["reactions"])


def saved_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "hello")
    return file.getvalue()


async def test_a_reply_to_a_card_says_for_which_name_it_is(connected: Person) -> None:
    await connected.writes("Aruana")
    await connected.sees("Aruana", "active")
    card = connected.seen["messages"][-1]["id"]
    await connected.sends_file("a.pdf", PDF, reply_to=str(card))
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
    await connected.sees("Documents for Aruana are at SMSC")
    receipt = str(connected.seen["messages"][-1]["id"])
    await connected.sends_file("b.pdf", PDF, reply_to=receipt)
    await connected.sees("Anything more for Aruana?", "1. b.pdf")
    await begins(connected, "LILY2026")
    await connected.sends_file("c.pdf", PDF, reply_to=receipt)
    await connected.sees("Anything more for Aruana?", "1. b.pdf", "2. c.pdf")
    await connected.taps("▶ LILY2026: Add a name")
    await connected.sees(PURPOSE)


async def test_a_name_under_a_file_says_for_which_name_it_is(connected: Person) -> None:
    await connected.sends_file("a.pdf", PDF, caption="aruana")
    await connected.sees("Anything more for Aruana?", "1. a.pdf, 1 KB")
    assert "KB: aruana" not in newest(connected.seen)


@pytest.mark.usefixtures("fast")
async def test_a_text_sent_right_after_an_album_describes_it(connected: Person) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for Aruana")
    pages = [(f"{number}.jpg", saved(page(size=(900, 1200)), "JPEG")) for number in range(2)]
    await connected.sends_album(pages, photo=True)
    await connected.writes("Trademark certificate")
    await connected.sees("1. Aruana-1.pdf", "Trademark certificate")


async def test_a_file_is_acknowledged_with_a_reaction(connected: Person) -> None:
    await connected.sends_file("a.pdf", PDF)
    await connected.until(
        lambda state: next((each["reactions"] for each in state["messages"] if each["reactions"]), None), "a reaction"
    )


@pytest.mark.usefixtures("fast")
async def test_a_video_among_photos_is_told_as_left_out(connected: Person, telegram: TelegramSandbox) -> None:
    world = telegram.world
    user = world.user(connected.id)
    chat = world.chat_of(user, None)
    photo = saved(page(size=(900, 1200)), "JPEG")
    clip = {**world.file_json(world.add_file("video", b"\0" * 64, "a.mp4")), "duration": 3, "width": 640, "height": 480}
    for content in ({"photo": world.add_photo(photo)}, {"video": clip}, {"photo": world.add_photo(photo)}):
        world.says(user, chat, {**content, "media_group_id": "77"})
    await connected.sees("1 thing was left out: it is no file.", "For which name?", "photo.pdf")
