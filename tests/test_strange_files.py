"""Pictures and PDFs out of the ordinary arrive as the person saw them, or are refused with the reason."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable
from typing import Any

import img2pdf
import pikepdf
import pypdfium2
import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from bot.imaging.formats import is_picture
from bot.imaging.jobs import Done, FormOfAdobeError, PictureError, PortfolioError, RawError
from bot.imaging.worker.camera_raw import picture_in
from bot.imaging.worker.pictures import made_of
from bot.imaging.worker.scans import shrunk
from bot.smsc import DOCUMENT_MAX_BYTES as MOST
from tests.images import level, looked_at, page, saved, scan
from tests.person import Person


def pdf(change: Callable[[pikepdf.Pdf], None], pages: int = 1) -> bytes:
    """A PDF of empty pages with something in it."""
    made = pikepdf.Pdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(600, 800))
    change(made)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def widget(made: pikepdf.Pdf, kind: str, **more: Any) -> None:
    """A field of a form with a black box as its appearance, in the middle of the first page."""
    look = made.make_stream(b"0 g 0 0 200 200 re f")
    look.Type, look.Subtype, look.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 200, 200]
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name(kind), T="field", F=4,
        Rect=[200, 300, 400, 500], AP=pikepdf.Dictionary(N=look), P=made.pages[0].obj, **more,
    )  # fmt: skip
    annotation = made.make_indirect(field)
    made.pages[0].Annots = pikepdf.Array([annotation])
    made.Root.AcroForm = pikepdf.Dictionary(Fields=[annotation])


def filled_in(made: pikepdf.Pdf) -> None:
    widget(made, "/Tx", V="Romashka")


def signed(made: pikepdf.Pdf) -> None:
    signature = pikepdf.Dictionary(Type=pikepdf.Name.Sig, Filter=pikepdf.Name("/Adobe.PPKLite"), Contents=b"0" * 64)
    widget(made, "/Sig", V=made.make_indirect(signature))


def with_file(made: pikepdf.Pdf) -> None:
    made.attachments["invoice.xml"] = b"<invoice/>"


def portfolio(made: pikepdf.Pdf) -> None:
    with_file(made)
    made.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection)


def form_of_adobe(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=made.make_stream(b"<xdp/>"))
    made.Root.NeedsRendering = True


@pytest.mark.parametrize("what", [filled_in, signed])
def test_what_was_filled_in_and_signed_is_on_the_page_that_is_drawn_anew(
    what: Callable[[pikepdf.Pdf], None],
) -> None:
    made = shrunk(pdf(what), MOST)
    drawn = looked_at(made.content)
    assert level(drawn, (drawn.width // 2, drawn.height // 2)) < 50, "the box of the field"
    assert level(drawn, (30, 30)) > 200
    assert made.done == ((Done.UNSIGNED,) if what is signed else ())


def test_files_inside_a_pdf_are_told_as_left_out() -> None:
    assert shrunk(pdf(with_file), MOST).done == (Done.WITHOUT_FILES,)


def test_a_portfolio_is_not_sent_as_its_cover() -> None:
    with pytest.raises(PortfolioError):
        shrunk(pdf(portfolio, pages=2), MOST)


def test_a_form_that_only_adobes_reader_shows_is_refused() -> None:
    with pytest.raises(FormOfAdobeError):
        shrunk(pdf(form_of_adobe), MOST)


@pytest.mark.parametrize("size", [(14_401, 600), (600, 50_000), (100_000, 100_000), (30_000, 3)])
def test_a_page_longer_than_a_pdf_may_have_is_drawn_all_the_same(size: tuple[int, int]) -> None:
    made = pikepdf.Pdf.new()
    made.add_blank_page(page_size=(600, 800))
    made.pages[0].MediaBox = [0, 0, *size]
    file = io.BytesIO()
    made.save(file)
    [drawn] = pypdfium2.PdfDocument(shrunk(file.getvalue(), MOST).content)
    assert 3 <= max(drawn.get_size()) <= 14_400


@pytest.mark.parametrize("size", [(2000, 5), (5, 2000), (1, 1), (7, 7), (4000, 1), (9, 60_000), (20_000, 3)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_picture_of_a_few_lines_is_a_picture(size: tuple[int, int], kind: str) -> None:
    content = saved(Image.new("RGB", size, "red"), kind)
    assert made_of([content], MOST).pages == 1
    assert made_of([content, content], MOST).pages == 2


@pytest.mark.parametrize("mark", [b"avif", b"avis", b"mif1", b"miaf", b"avio", b"MA1B"])
def test_an_avif_is_known_by_any_of_its_marks(mark: bytes) -> None:
    content = saved(page(size=(400, 300)), "AVIF")
    marked = content[:8] + mark + content[12:]
    assert is_picture(marked)
    assert made_of([marked], MOST).done == (Done.CONVERTED,)


@pytest.mark.parametrize("mark", [b"heic", b"heix", b"mif1", b"msf1"])
def test_a_heic_is_known_by_any_of_its_marks(mark: bytes) -> None:
    register_heif_opener()
    content = saved(page(size=(400, 300)), "HEIF")
    marked = content[:8] + mark + content[12:]
    assert is_picture(marked)
    assert made_of([marked], MOST).source == "HEIC"


def test_a_film_is_no_picture() -> None:
    assert not is_picture(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(100))


def tiff_of(*pages: tuple[str, int | None]) -> bytes:
    """A TIFF of pages by their colour and kind (NewSubfileType)."""
    pictures = []
    for colour, kind in pages:
        picture = Image.new("RGB", (1200, 1600) if not kind else (120, 160), colour)
        picture.encoderinfo = {}
        if kind is not None:
            picture.encoderinfo["tiffinfo"] = {254: kind}
        pictures.append(picture)
    file = io.BytesIO()
    from PIL.TiffImagePlugin import AppendingTiffWriter, ImageFileDirectory_v2

    with AppendingTiffWriter(file) as writer:
        for (_, kind), picture in zip(pages, pictures, strict=True):
            tags = ImageFileDirectory_v2()
            if kind is not None:
                tags[254] = kind
            picture.save(writer, "TIFF", tiffinfo=tags)
            writer.newFrame()
    return file.getvalue()


def test_small_copies_and_masks_in_a_tiff_are_no_pages() -> None:
    made = made_of([tiff_of(("red", 0), ("blue", 1), ("green", 2), ("white", 4))], 200_000)
    assert (made.kind, made.pages) == ("pdf", 2)


def test_a_tiff_with_a_small_copy_before_its_page_is_that_page() -> None:
    made = made_of([tiff_of(("blue", 1), ("red", 0))], 200_000)
    assert made.kind == "jpg"
    red = Image.open(io.BytesIO(made.content)).convert("RGB").getpixel((50, 50))
    assert isinstance(red, tuple)
    assert red[0] > 200 > red[2]


def entry(tag: int, kind: int, *values: int) -> tuple[int, int, list[int]]:
    return (tag, kind, list(values))


def raw_file(previews: list[bytes], *, order: str = "<", orientation: int = 1, by: str = "strip") -> bytes:
    """A camera's raw file as DNG has it: a stamp in front, the readings and the previews in directories below it."""
    stamp = bytes(160 * 120 * 3)
    head = 8
    chunks, places = bytearray(), []
    for each in (stamp, *previews):
        places.append(head + len(chunks))
        chunks += each + bytes(len(each) % 2)
    below: list[int] = []
    directories = bytearray()
    start = head + len(chunks)

    def directory(*entries: tuple[int, int, list[int]]) -> int:
        at = start + len(directories)
        size = {3: 2, 4: 4, 1: 1}
        extra = bytearray()
        after = at + 2 + 12 * len(entries) + 4
        made = bytearray(struct.pack(f"{order}H", len(entries)))
        for tag, kind, values in sorted(entries):
            packed = b"".join(struct.pack(order + {3: "H", 4: "I", 1: "B"}[kind], each) for each in values)
            made += struct.pack(f"{order}HHI", tag, kind, len(values))
            if len(values) * size[kind] <= 4:
                made += packed.ljust(4, b"\0")
            else:
                made += struct.pack(f"{order}I", after + len(extra))
                extra += packed
        directories.extend(made + bytes(4) + extra)
        return at

    for place, jpeg in zip(places[1:], previews, strict=True):
        where = (273, 279) if by == "strip" else (513, 514)
        below.append(
            directory(
                entry(254, 4, 1),
                entry(259, 3, 7),
                entry(262, 3, 6),
                entry(where[0], 4, place),
                entry(where[1], 4, len(jpeg)),
            )
        )
    below.append(directory(entry(254, 4, 0), entry(259, 3, 7), entry(262, 3, 32803)))
    first = directory(
        entry(254, 4, 1), entry(256, 4, 160), entry(257, 4, 120), entry(258, 3, 8, 8, 8), entry(259, 3, 1),
        entry(262, 3, 2), entry(273, 4, places[0]), entry(274, 3, orientation), entry(277, 3, 3),
        entry(278, 4, 120), entry(279, 4, len(stamp)), entry(330, 4, *below), entry(50706, 1, 1, 4, 0, 0),
    )  # fmt: skip
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(f"{order}I", first) + bytes(chunks) + bytes(directories)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("by", ["strip", "jpeg"])
def test_of_a_raw_file_the_picture_goes_that_a_gallery_shows(order: str, by: str) -> None:
    small, large = saved(page(size=(320, 240)), "JPEG"), saved(page(size=(2400, 1600)), "JPEG")
    made = made_of([raw_file([small, large], order=order, by=by)], MOST)
    assert Image.open(io.BytesIO(made.content)).size == (2400, 1600)
    assert made.pages == 1


def test_the_picture_of_a_raw_file_stands_as_the_camera_was_held() -> None:
    large = saved(page(size=(2400, 1600)), "JPEG")
    made = made_of([raw_file([large], orientation=6)], MOST)
    assert Image.open(io.BytesIO(made.content)).size == (1600, 2400)
    assert Done.TURNED in made.done


@pytest.mark.parametrize("previews", [[], [(320, 240)], [(999, 600)]])
def test_a_raw_file_with_nothing_but_a_stamp_is_refused(previews: list[tuple[int, int]]) -> None:
    with pytest.raises(RawError):
        made_of([raw_file([saved(page(size=each), "JPEG") for each in previews])], MOST)


@pytest.mark.filterwarnings("ignore")  # Pillow's own words about the damage
def test_a_raw_file_that_breaks_off_is_refused_or_told_as_broken() -> None:
    whole = raw_file([saved(page(size=(2400, 1600)), "JPEG")])
    for end in range(0, len(whole), len(whole) // 40):
        with pytest.raises((RawError, PictureError)):
            made_of([whole[:end]], MOST)


def test_a_plain_tiff_is_no_raw_file() -> None:
    assert picture_in(saved(page(), "TIFF")) is None
    assert picture_in(b"II*\0") is None
    assert picture_in(scan(1)[:100]) is None


def test_what_fits_on_paper_keeps_its_size() -> None:
    made = shrunk(img2pdf.convert(saved(page(), "JPEG", dpi=(200, 200))), MOST)
    [box] = [each.mediabox for each in pikepdf.open(io.BytesIO(made.content)).pages]
    assert [round(float(each)) for each in box[2:]] == pytest.approx([576, 792], abs=1)


async def test_a_signed_scan_that_is_too_large_is_shown_with_what_it_loses(connected: Person) -> None:
    signed_scan = pikepdf.open(io.BytesIO(scan(6)))
    signed(signed_scan)
    with_file(signed_scan)
    file = io.BytesIO()
    signed_scan.save(file)
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for")
    await connected.sends_file("scan.pdf", file.getvalue())
    await connected.sees_somewhere(
        "Made smaller: 6 pages", "Its electronic signature", "The files inside it are left out"
    )


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("IMG_1.DNG", lambda: raw_file([]) + bytes(MOST), "This is a camera's raw file"),
        ("files.pdf", lambda: pdf(heavy_portfolio), "is a cover with files inside"),
    ],
)
async def test_what_nobody_could_see_whole_is_refused_in_words(
    connected: Person, name: str, content: Callable[[], bytes], told: str
) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for")
    await connected.sends_file(name, content())
    await connected.sees(told)


def heavy_portfolio(made: pikepdf.Pdf) -> None:
    """With more in it than SMSC takes."""
    portfolio(made)
    made.attachments["scan.bin"] = os.urandom(MOST + 1)
