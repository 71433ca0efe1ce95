"""Pictures that nobody could read are told before they go: blurred, black, empty ones; and no others are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from bot.imaging.jobs import Doubt
from bot.imaging.worker.legibility import doubt_of
from bot.imaging.worker.pictures import made_of, seen
from bot.sandbox.smsc import SmscSandbox
from bot.smsc import DOCUMENT_MAX_BYTES
from tests.images import BLURRED, SHARP, blurred, page, saved
from tests.papers import PDF
from tests.person import Person
from tests.reached import sent
from tests.running import InProcess

PHOTO = (1280, 960)


def noisy(picture: Image.Image, by: float) -> Image.Image:
    return ImageChops.add(picture.convert("L"), Image.effect_noise(picture.size, by), 1, -128)


def faint(picture: Image.Image, ink: int, paper: int) -> Image.Image:
    return picture.convert("L").point(lambda level: ink + level * (paper - ink) // 255)


def on_a_table(picture: Image.Image) -> Image.Image:
    table = Image.new("L", (picture.width * 5 // 4, picture.height * 5 // 4), 80)
    table.paste(picture.convert("L"), (picture.width // 8, picture.height // 8))
    return table


def logo(ink: str, paper: str, text: str = "LILY") -> Image.Image:
    made = Image.new("RGB", (900, 900), paper)
    ImageDraw.Draw(made).text((150, 300), text, font=ImageFont.load_default(200), fill=ink)
    return made


def word(size: int = 30) -> Image.Image:
    made = Image.new("L", (2400, 3400), 250)
    ImageDraw.Draw(made).text((900, 1500), "Ivanov", font=ImageFont.load_default(size), fill=60)
    return made


def stamp() -> Image.Image:
    made = Image.new("RGB", (1600, 1600), "white")
    ImageDraw.Draw(made).ellipse((400, 400, 1200, 1200), outline="blue", width=14)
    return made


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(page, id="a page"),
        pytest.param(lambda: page(size=(905, 1280)), id="a page as Telegram has photos"),
        pytest.param(lambda: page(size=(300, 400)), id="a small picture of a page"),
        pytest.param(lambda: page(size=(3000, 4000)), id="a large one"),
        pytest.param(lambda: on_a_table(page()), id="on a table"),
        pytest.param(lambda: noisy(page(), 20), id="with noise"),
        pytest.param(lambda: noisy(on_a_table(page()), 40), id="with much noise"),
        pytest.param(lambda: faint(page(), 180, 210), id="a pale scan"),
        pytest.param(lambda: noisy(faint(page(), 170, 215), 12), id="a pale one with noise"),
        pytest.param(lambda: faint(page(), 0, 60), id="a dark photo"),
        pytest.param(lambda: blurred(page(), 1), id="a soft lens"),
        pytest.param(lambda: ImageChops.invert(page().convert("L")), id="white on black"),
        pytest.param(word, id="one word"),
        pytest.param(lambda: noisy(word(), 15), id="one word with noise"),
        pytest.param(lambda: word(900), id="letters as large as the page"),
        pytest.param(stamp, id="a stamp"),
        pytest.param(lambda: logo("red", "white"), id="a red logo"),
        pytest.param(lambda: logo("yellow", "white"), id="a yellow logo"),
        pytest.param(lambda: logo("#202070", "#101040"), id="a dark logo on dark"),
        pytest.param(lambda: Image.new("RGB", (900, 5), "red"), id="a strip"),
    ],
)
def test_what_can_be_read_is_not_doubted(picture: Callable[[], Image.Image]) -> None:
    assert doubt_of(picture()) is None


@pytest.mark.parametrize(
    ("picture", "doubt"),
    [
        pytest.param(lambda: Image.new("RGB", PHOTO), Doubt.DARK, id="black"),
        pytest.param(lambda: noisy(Image.new("L", PHOTO, 12), 12), Doubt.DARK, id="a lens covered"),
        pytest.param(lambda: Image.new("RGB", PHOTO, "white"), Doubt.EMPTY, id="white"),
        pytest.param(lambda: Image.new("RGB", PHOTO, "beige"), Doubt.EMPTY, id="one colour"),
        pytest.param(lambda: Image.radial_gradient("L").resize(PHOTO), Doubt.BLURRED, id="a finger"),
        pytest.param(lambda: blurred(page(), 6), Doubt.BLURRED, id="blurred"),
        pytest.param(lambda: blurred(page(), 30), Doubt.BLURRED, id="very blurred"),
        pytest.param(lambda: noisy(blurred(page(), 8), 15), Doubt.BLURRED, id="blurred, with noise"),
        pytest.param(lambda: blurred(on_a_table(page()), 8), Doubt.BLURRED, id="blurred, on a table"),
        pytest.param(lambda: blurred(faint(page(), 170, 215), 8), Doubt.BLURRED, id="blurred and pale"),
        pytest.param(lambda: blurred(page(size=(905, 1280)), 5), Doubt.BLURRED, id="blurred, as Telegram has photos"),
        pytest.param(lambda: blurred(logo("red", "white"), 5), Doubt.BLURRED, id="a blurred logo"),
    ],
)
def test_what_nobody_could_read_is_doubted(picture: Callable[[], Image.Image], doubt: Doubt) -> None:
    assert doubt_of(picture()) is doubt


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_blurred_picture_of_any_format_is_doubted(kind: str) -> None:
    made = made_of([saved(blurred(page(), 12), kind)], DOCUMENT_MAX_BYTES)
    assert made.doubts == ((1, Doubt.BLURRED),)


def test_of_an_album_the_pages_are_told_that_are_doubtful() -> None:
    pages = [page(), blurred(page(), 12), Image.new("RGB", PHOTO)]
    made = made_of([saved(each, "JPEG") for each in pages], DOCUMENT_MAX_BYTES)
    assert made.doubts == ((2, Doubt.BLURRED), (3, Doubt.DARK))


def test_a_mere_look_leaves_a_photo_as_it_is() -> None:
    photo = saved(blurred(page(), 12), "JPEG")
    assert seen([photo], 0).content == photo


BLACK = saved(Image.new("RGB", PHOTO), "JPEG")


async def begun(person: Person) -> None:
    await person.writes("/document Aruana")
    await person.sees("Send the document for")


async def finished(person: Person) -> None:
    await person.taps("Done")
    await person.sees("check and send")
    await person.taps("Send them")
    await person.sees_somewhere("Documents for Aruana are at SMSC")


async def test_a_blurred_photo_goes_when_it_is_said_so(connected: Person, smsc: SmscSandbox) -> None:
    await begun(connected)
    await connected.sends_file("x.jpg", BLURRED, photo=True)
    await connected.sees("This looks blurred", "Send another photo, or this one all the same")
    await connected.taps("Send it all the same")
    await connected.sees("1. Aruana-1.jpg")
    await finished(connected)
    assert [content for _, content in sent(smsc)] == [BLURRED]


async def test_another_photo_takes_the_place_of_a_blurred_one(connected: Person, smsc: SmscSandbox) -> None:
    await begun(connected)
    await connected.sends_file("x.jpg", BLURRED, photo=True)
    await connected.sees("This looks blurred")
    await connected.sends_file("x.jpg", SHARP, photo=True)
    await connected.sees("Left out: photo.jpg", "1. Aruana-1.jpg")
    await finished(connected)
    assert [content for _, content in sent(smsc)] == [SHARP]


async def test_a_black_photo_sent_unprompted_is_told_and_can_be_left_out(connected: Person, smsc: SmscSandbox) -> None:
    await connected.sends_file("x.jpg", BLACK, photo=True)
    await connected.sees("For which name?", "This looks black")
    await connected.writes("Aruana")
    await connected.sees("Send the document for", "This looks black")
    await connected.taps("✕ photo.jpg")
    await connected.sends_file("a.pdf", PDF)
    await connected.sees("1. a.pdf")
    await finished(connected)
    assert [content for _, content in sent(smsc)] == [PDF]


async def test_a_doubtful_photo_at_the_summary_is_not_sent_without_a_word(connected: Person, smsc: SmscSandbox) -> None:
    await begun(connected)
    await connected.sends_file("a.pdf", PDF)
    await connected.taps("Done")
    await connected.sees("check and send")
    await connected.sends_file("x.jpg", BLURRED, photo=True)
    await connected.sees("check and send", "This looks blurred")
    assert "Send them" not in connected.labels()
    await connected.taps("Send it all the same")
    await connected.sees("Aruana-2.jpg")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for Aruana are at SMSC")
    assert [content for _, content in sent(smsc)] == [PDF, BLURRED]


@pytest.mark.usefixtures("fast")
async def test_the_blurred_page_of_an_album_is_named_and_waits_through_a_restart(
    bot: InProcess, connected: Person, smsc: SmscSandbox
) -> None:
    await begun(connected)
    await connected.sends_album([("x.jpg", SHARP), ("x.jpg", BLURRED)], photo=True)
    await connected.sees("page 2 looks blurred", "A moderator may not be able to read it")
    await bot.stop()
    await bot.start()
    await connected.writes("Lease")
    await connected.sees("page 2 looks blurred", "Lease")
    await connected.taps("Send it all the same")
    await connected.sees("1. Aruana-1.pdf", "Lease")
    await finished(connected)
    assert len(sent(smsc)) == 1


@pytest.mark.usefixtures("fast")
async def test_what_was_shown_of_a_doubtful_album_goes_with_it(connected: Person) -> None:
    await begun(connected)
    await connected.sends_album([("x.jpg", BLURRED), ("x.jpg", BLURRED)], photo=True)
    await connected.sees("page 1 looks blurred, page 2 looks blurred")
    await connected.sees_somewhere("Put together into one PDF")
    await connected.taps("✕ photo.pdf")
    await connected.sees("Send the document for")

    def gone(state: dict[str, Any]) -> bool | None:
        return "Put together into one PDF" not in str(state["messages"]) or None

    await connected.until(gone, "what was shown taken away")
