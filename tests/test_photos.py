"""Photos that just work: upright, readable, small enough; albums become one PDF in their order."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageStat
from pillow_heif import register_heif_opener

from bot.pictures import NotSmallEnoughError, PictureError, TooManyPixelsError, is_picture, made_of
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import SmscSandbox
from bot.smsc import DOCUMENT_MAX_BYTES
from tests.person import Person


def page(text: str = "СВИДЕТЕЛЬСТВО", size: tuple[int, int] = (1600, 2200), mode: str = "RGB") -> Image.Image:
    """A page of lines of text, as a certificate is: dark strokes on paper, a dark mark at the top left."""
    paper = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(paper)
    draw.rectangle((0, 0, size[0] // 4, size[1] // 10), fill="black")
    for line in range(size[1] // 6, size[1] - 60, 44):
        draw.text((80, line), f"{text} {line} " * 6, fill=(20, 20, 20), font_size=28)
    return paper.convert(mode)


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
        pytest.param(lambda: saved(page(mode="P"), "PNG"), id="palette"),
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
    assert not Image.open(io.BytesIO(made.content)).getexif().get(0x0112)


def test_a_large_photo_is_made_small_and_stays_sharp() -> None:
    large = saved(page(size=(6000, 8000)), "JPEG", quality=100)
    made = made_of([large], 400_000)
    assert len(made.content) <= 400_000
    assert min(Image.open(io.BytesIO(made.content)).size) >= 900


def test_what_cannot_be_made_small_enough_is_said() -> None:
    with pytest.raises(NotSmallEnoughError):
        made_of([noise((3000, 3000))] * 10, 200_000 * 10)


def test_a_picture_of_fifty_thousand_pixels_is_refused_before_it_is_decoded() -> None:
    bomb = saved(Image.new("1", (50_000, 50_000)), "PNG")
    with pytest.raises(TooManyPixelsError):
        made_of([bomb], DOCUMENT_MAX_BYTES)


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff\xe0broken", b"\x89PNG\r\n\x1a\n", b"II*\x00\x01\x02", b"BM", b"GIF8"]
)
def test_a_broken_picture_is_said(content: bytes) -> None:
    with pytest.raises(PictureError):
        made_of([content], DOCUMENT_MAX_BYTES)


def sent(smsc: SmscSandbox) -> list[tuple[str, bytes]]:
    return [(name, content) for each in smsc.requests for _, name, content in each.files]


async def test_a_heic_out_of_the_blue_is_converted_shown_and_sent(connected: Person, smsc: SmscSandbox) -> None:
    await connected.sends_file("IMG_0001.HEIC", heic(), caption="Trademark certificate")
    await connected.sees_somewhere("1 page", "this is what will be sent")
    await connected.sees("For which name?")
    await connected.taps("AruanaMed")
    await connected.sees("IMG_0001.jpg", "Trademark certificate")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("AruanaMed is changed at SMSC")
    [(name, content)] = sent(smsc)
    assert name == "IMG_0001.jpg"
    assert content.startswith(b"\xff\xd8\xff")


async def test_an_album_becomes_one_pdf_in_its_order(
    connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox
) -> None:
    pages = [saved(page(f"PAGE {number}", (900, 1200)), "JPEG") for number in range(3)]
    await connected.http.post(
        f"{telegram.url}/chat/album",
        data={"user": str(connected.id), "as": "photo", "caption": "Certificate"},
        files=[("file", (f"{number}.jpg", content)) for number, content in enumerate(pages)],
    )
    await connected.sees_somewhere("3 pages", "this is what will be sent")
    await connected.sees("For which name?")
    await connected.writes("Aruana")
    await connected.sees("photo.pdf", "Certificate")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("Aruana is changed at SMSC")
    [(name, content)] = sent(smsc)
    assert name == "photo.pdf"
    assert content.startswith(b"%PDF-")
    places = [content.find(made_of([each], DOCUMENT_MAX_BYTES).content[200:400]) for each in pages]
    assert places == sorted(places)
    assert -1 not in places


async def test_a_reply_to_a_card_says_for_which_name_it_is(connected: Person) -> None:
    await connected.writes("Aruana")
    await connected.sees("Aruana", "active")
    card = connected.seen["messages"][-1]["id"]
    await connected.sends_file("a.pdf", b"%PDF-1.7\n1", reply_to=str(card))
    await connected.sees("Send documents", "step 2 of 2", "1. a.pdf")


async def test_a_file_is_acknowledged_with_a_reaction(connected: Person) -> None:
    await connected.sends_file("a.pdf", b"%PDF-1.7\n1")
    await connected.until(
        lambda state: next((each["reactions"] for each in state["messages"] if each["reactions"]), None), "a reaction"
    )
