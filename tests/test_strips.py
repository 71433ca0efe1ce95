"""A name's timeline as a picture: it comes in the chat, and its strips change colour where a status changed."""

from __future__ import annotations

import io
from datetime import timedelta, timezone, tzinfo

import pytest
from PIL import Image

from bot.accounts import Account, Scope
from bot.exports.strips import BAR, BAR_TOP, EDGE, HEAD, MOST, ROW, WIDTH, Part, Strip, Strips, Tone, picture, place
from bot.locales import Catalogues
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import SmscSandbox
from bot.screens.strips import name_strips
from bot.senders.known import KnownName
from bot.senders.state import Activation, NameState, SeenOperator
from bot.smsc import Document, OperatorStatus, Service, seed_catalogue
from bot.smsc.calendar import ALMATY, in_almaty
from bot.watch.changes import ActivationChanged, Appeared, Change, DocumentChanged, OperatorChanged, Seen, Vanished
from bot.watch.codes import Meaning
from bot.watch.events import Asked, Event
from tests.person import Person
from tests.running import InProcess
from tests.watching import PERIOD, by_day, named, sees_in_time

AT = 1_795_600_000.0
DAY = 86_400.0
SCOPE = Scope(Account(1, 1, Service("smsc.kz", "https://smsc.kz"), None, "Гүлдер"))
HOSTILE = ("Ә" * 5000, "🚀🚀", "\u202eгнол\u202c", "שלום", "a\nb\tc\x00\ud800", "", "𝒜" * 40)


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    return image.convert("RGB")


def strips(
    changes: list[tuple[float, Change | Asked]],
    *,
    known: KnownName | None = None,
    meanings: dict[str, Meaning],
    as_of: float = AT + 10 * DAY,
    zone: tzinfo = ALMATY,
) -> Strips:
    events = [Event(number, at, what) for number, (at, what) in enumerate(changes)]
    t = Catalogues.load("ru", ("ru",))["ru"]
    name = known or KnownName(1, "LILY", 7, None, NameState())
    found = name_strips(t, SCOPE, name, reversed(events), seed_catalogue(), meanings, zone, as_of=as_of)
    assert found is not None
    return found


def colour_at(image: Image.Image, content: Strips, label: str, at: float) -> str:
    """The colour at the bottom of a strip at a moment, where no letter stands."""
    row = next(number for number, each in enumerate(content.strips) if each.label == label)
    x = place(in_almaty(at), content.start, content.end)
    red, green, blue = image.getpixel((x, HEAD + ROW * row + BAR_TOP + BAR - 2))  # type: ignore[misc]
    return f"#{red:02x}{green:02x}{blue:02x}"


def operator(code: str) -> OperatorStatus:
    return OperatorStatus("Tele2 беспл.", code, "tele2")


def document(status: str) -> Document:
    return Document("устав.pdf", "6", status)


def test_a_strip_changes_its_colour_and_its_word_where_the_status_changed() -> None:
    content = strips(
        [
            (AT, Asked(1, "add")),
            (AT, OperatorChanged("tele2", operator("3"), operator("4"))),
            (AT + 2 * DAY, DocumentChanged("#6", None, document("0"))),
            (AT + 4 * DAY, DocumentChanged("#6", document("0"), document("1"))),
            (AT + 6 * DAY, OperatorChanged("tele2", operator("4"), operator("5"))),
            (AT + 8 * DAY, ActivationChanged(Activation.LISTED, Activation.ACTIVE)),
            (AT + 9 * DAY, Vanished(Seen("LILY"))),
        ],
        meanings={"5": Meaning.APPROVED},
    )
    told = {each.label: [part.told for part in each.parts] for each in content.strips}
    assert told == {
        "Имя в SMSC": ["не активировано", "активно", "нет в списке"],
        "Tele2 беспл.": ["3", "4", "допуск (5)", "нет в списке"],
        "устав.pdf": ["на проверке", "отклонён", "нет в списке"],
    }
    png = picture(content)
    assert png.startswith(b"\x89PNG")
    image = opened(png)
    assert image.size == (WIDTH, 416)
    seen = {
        (label, days): Tone(colour_at(image, content, label, AT + days * DAY))
        for label, days in (
            *(("Tele2 беспл.", each) for each in (-0.5, 3, 7, 9.5)),
            *(("устав.pdf", each) for each in (3, 5, 9.5)),
            *(("Имя в SMSC", each) for each in (1, 8.5, 9.5)),
        )
    }
    assert seen == {
        ("Tele2 беспл.", -0.5): Tone.PLAIN,
        ("Tele2 беспл.", 3): Tone.PLAIN,
        ("Tele2 беспл.", 7): Tone.GOOD,
        ("Tele2 беспл.", 9.5): Tone.GONE,
        ("устав.pdf", 3): Tone.WAITING,
        ("устав.pdf", 5): Tone.BAD,
        ("устав.pdf", 9.5): Tone.GONE,
        ("Имя в SMSC", 1): Tone.WAITING,
        ("Имя в SMSC", 8.5): Tone.GOOD,
        ("Имя в SMSC", 9.5): Tone.GONE,
    }
    assert colour_at(image, content, "устав.pdf", AT + DAY) == "#ffffff", "it was not there yet"


def test_what_never_changed_has_a_strip_from_when_it_was_seen_first() -> None:
    state = NameState(Activation.ACTIVE, AT, AT, (SeenOperator(operator("3"), AT), SeenOperator(operator("4"))))
    changes: list[tuple[float, Change | Asked]] = [
        (AT + DAY, DocumentChanged("#6", document("0"), document("2"))),
    ]
    content = strips(changes, known=KnownName(1, "LILY", 7, None, state), meanings={})
    told = {(each.label, *(part.told for part in each.parts)) for each in content.strips}
    assert told >= {("Имя в SMSC", "активно"), ("Tele2 беспл.", "3"), ("Tele2 беспл.", "4")}


@pytest.mark.parametrize("later", [0, 90, 1800])
def test_what_changed_just_now_is_drawn_to_the_present_and_no_further(later: float) -> None:
    change = OperatorChanged("tele2", operator("3"), operator("4"))
    content = strips([(AT, change)], meanings={"3": Meaning.FILED}, as_of=AT + later)
    assert content.end == in_almaty(AT + later)
    image, middle = opened(picture(content)), (content.start.timestamp() + AT) / 2
    assert colour_at(image, content, "Tele2 беспл.", middle) == Tone.WAITING
    dates = image.crop((EDGE, image.height - 50, WIDTH, image.height)).getcolors(1000)
    assert len(dates or ()) > 1, "a scale without any time"


def test_the_days_of_the_picture_are_those_of_the_persons_own_zone_which_it_names() -> None:
    """A person in Kaliningrad saw the days of Almaty."""
    kaliningrad = timezone(timedelta(hours=2))
    changes: list[tuple[float, Change | Asked]] = [(AT, OperatorChanged("tele2", operator("3"), operator("4")))]
    state = NameState(Activation.ACTIVE, AT, AT)
    content = strips(changes, known=KnownName(1, "LILY", 7, None, state), meanings={}, zone=kaliningrad)
    starts = [part.start for each in content.strips for part in each.parts]
    assert {each.utcoffset() for each in (content.start, content.end, *starts)} == {timedelta(hours=2)}
    assert content.under.endswith("UTC+02:00")


def test_of_very_many_strips_those_that_changed_last_are_drawn_and_the_rest_is_counted() -> None:
    seen = Seen("LILY", 7, Activation.LISTED, {str(each): OperatorStatus(f"Op{each}", "1") for each in range(30)})
    late = OperatorChanged("29", seen.operators["29"], OperatorStatus("Op29", "2"))
    content = strips([(AT, Appeared(seen)), (AT + DAY, late)], meanings={})
    assert len(content.strips) == 31
    assert "Op29" in [each.label for each in content.strips[:MOST]]
    assert content.more(19) == "… и ещё 19"
    assert opened(picture(content)).height < 1300


def test_whatever_a_name_is_called_and_however_much_happened_the_picture_stays_in_its_bounds() -> None:
    changes: list[tuple[float, Change | Asked]] = []
    for number in range(1000):
        name, code = HOSTILE[number % len(HOSTILE)], HOSTILE[number // 7 % len(HOSTILE)] or str(number)
        at = AT - number * DAY * 3 if number % 50 == 0 else AT + number
        changes.append((at, OperatorChanged(name, None, OperatorStatus(name, code))))
        changes.append((at, DocumentChanged(name, None, Document(name, None, code))))
    for title in HOSTILE:
        content = strips(changes, known=KnownName(1, title, 7, None, NameState()), meanings={})
        png = picture(content)
        image = opened(png)
        assert (image.width, image.height <= 1300, len(png) < 200_000) == (WIDTH, True, True)
        edge = image.crop((WIDTH - EDGE + 2, 0, WIDTH, image.height))
        assert edge.getcolors() == [(edge.width * edge.height, (255, 255, 255))], "something stands beyond the edge"


def test_a_scale_without_any_length_is_drawn() -> None:
    at = in_almaty(AT)
    strip = Strip("A", (Part(at, "3", Tone.PLAIN), Part(at + timedelta(days=40_000), "4", Tone.PLAIN)))
    for end in (at, at + timedelta(days=40_000)):
        assert opened(picture(Strips("A", "", (strip,), at, end, str))).width == WIDTH


# In the chat


@pytest.fixture
def clock() -> SandboxClock:
    return by_day()


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return {**settings, "WATCH_SECONDS": str(PERIOD)}


def _tones(image: Image.Image, row: int) -> list[tuple[Tone, int]]:
    """Which tones a strip has, each with where it begins; Telegram has made a JPEG of it."""
    found: list[tuple[Tone, int]] = []
    for x in range(WIDTH):
        colour: tuple[int, ...] = image.getpixel((x, HEAD + ROW * row + BAR_TOP + BAR - 3))  # type: ignore[assignment]
        for tone in Tone:
            like = all(abs(is_ - meant) < 6 for is_, meant in zip(colour, bytes.fromhex(tone[1:]), strict=True))
            if like and (not found or found[-1][0] is not tone):
                found.append((tone, x))
    return found


async def test_the_picture_of_a_name_comes_with_the_days_on_which_something_changed(
    bot: InProcess, connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox, clock: SandboxClock
) -> None:
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    name = named(smsc, "ARUANA.KZ")
    await connected.looks()
    smsc.world.decide_operator(name.id, "bee_step", "5", clock.now())
    await sees_in_time(clock, connected, "3 → 5")
    clock.advance(3 * DAY)
    await connected.looks()
    smsc.world.decide_document(name.documents[0].fid, 1, "The stamp cannot be seen")
    await sees_in_time(clock, connected, "rejected")
    clock.advance(3 * DAY)
    await connected.writes("ARUANA.KZ")
    await connected.taps("Timeline")
    await connected.sees("what happened, newest first")
    await connected.http.post(f"{telegram.url}/chat/faults", json={"method": "sendPhoto", "kind": "400", "times": 1})
    await connected.taps("Picture")
    await connected.sees("Telegram does not take the file just now")
    await connected.taps("Try again")
    sent = await connected.until(
        lambda state: next((each for each in connected.fresh(state) if "photo" in each), None), "a picture"
    )
    assert "ARUANA.KZ of" in sent["text"]
    assert "As SMSC listed it at" in sent["text"]
    image = opened(telegram.world.files[sent["photo"][-1]["file_id"]].content)
    assert image.width == WIDTH
    rows = [_tones(image, each) for each in range((image.height - HEAD) // ROW)]
    [(before, begins), (_, rejected)] = next(row for row in rows if Tone.BAD in dict(row))
    assert before is Tone.GOOD
    assert begins == pytest.approx(EDGE, abs=8)
    assert rejected == pytest.approx(EDGE + (WIDTH - 2 * EDGE) * (3 + 6 * 0.08) / (6 * 1.08), abs=15)
    await connected.sees("what happened, newest first", "3 → 5")


async def test_where_nothing_changed_yet_a_sentence_comes_in_place_of_a_picture(
    bot: InProcess, connected: Person, smsc: SmscSandbox
) -> None:
    await connected.writes("ARUANA.KZ")
    message, data = await connected.button("PDF")
    await connected.taps("Timeline")
    await connected.sees("Nothing has happened since I watch it")
    assert not any("Picture" in label for label in connected.labels())
    await connected.taps_data(message, data.replace("pdf:", "picture:"))
    await connected.sees("There is nothing to draw yet")
    await connected.taps("Timeline")
    await connected.sees("Nothing has happened since I watch it")
