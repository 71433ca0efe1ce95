"""One person's files keep nobody else waiting: who is next, what makes room, what is refused before work begins."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable

import psutil
import pytest
from PIL import Image

from bot.imaging.image_converter import Budgets, ImageConverter
from bot.imaging.job_queue import JobQueue
from bot.imaging.jobs import PAGES_MOST, PictureError, TooComplexError, TooManyPagesError, TooManyPixelsError, Work
from bot.imaging.worker import scans
from bot.imaging.worker.pictures import made_of
from bot.imaging.worker.scans import checked, shrunk
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO
from bot.smsc import DOCUMENT_MAX_BYTES
from tests import hostile
from tests.image_work import image_worker, lives
from tests.images import page, saved, small_pdf
from tests.person import Person
from tests.running import InProcess

A, B, C, D = 1, 2, 3, 4


class Bench:
    """Places whose work lasts until it is told to end, on a clock that stands still in between."""

    def __init__(self, places: int = 2) -> None:
        self.now = 0.0
        self.places = JobQueue(places, lambda: self.now)
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def wants(self, job: str, person: int, *, long: bool = False) -> None:
        self._ends[job] = asyncio.Event()
        self._tasks[job] = asyncio.create_task(self._work(job, person, long=long))
        await self._settled()

    async def ends(self, job: str, after: float = 1.0) -> None:
        self.now += after
        self._ends[job].set()
        await self._tasks[job]
        await self._settled()

    async def leaves(self, job: str) -> None:
        self._tasks[job].cancel()
        await asyncio.wait({self._tasks[job]})
        await self._settled()

    async def close(self) -> None:
        for each in self._tasks.values():
            each.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _work(self, job: str, person: int, *, long: bool) -> None:
        async with self.places.turn(person, long=long):
            self.begun.append(job)
            await self._ends[job].wait()

    @staticmethod
    async def _settled() -> None:
        for _ in range(20):
            await asyncio.sleep(0)


Benches = Callable[..., Bench]


@pytest.fixture
async def benches() -> AsyncIterator[Benches]:
    """Makes benches, and clears them away."""
    made: list[Bench] = []

    def make(places: int = 2) -> Bench:
        made.append(Bench(places))
        return made[-1]

    yield make
    for each in made:
        await each.close()


async def test_a_persons_second_job_waits_behind_the_first_ones_of_others(benches: Benches) -> None:
    bench = benches()
    for job, person in (("a1", A), ("a2", A), ("a3", A), ("b1", B), ("c1", C), ("d1", D)):
        await bench.wants(job, person)
    assert bench.begun == ["a1", "b1"], "one place a person"
    await bench.ends("a1")
    await bench.ends("b1")
    assert bench.begun == ["a1", "b1", "c1", "d1"]
    await bench.ends("c1")
    assert bench.begun[4:] == ["a2"]


async def test_whose_work_took_least_is_next(benches: Benches) -> None:
    bench = benches(places=1)
    await bench.wants("a1", A)
    await bench.ends("a1", after=30)
    await bench.wants("b1", B)
    await bench.ends("b1", after=2)
    await bench.wants("c1", C)
    await bench.wants("a2", A)
    await bench.wants("b2", B)
    await bench.ends("c1")
    await bench.ends("b2")
    assert bench.begun == ["a1", "b1", "c1", "b2", "a2"]
    await bench.ends("a2")
    bench.now += 601  # and it is forgotten
    await bench.wants("d1", D)
    await bench.wants("a3", A)
    await bench.wants("b3", B)
    await bench.ends("d1")
    assert bench.begun[-1] == "a3"


async def test_long_work_leaves_a_place_for_short_work(benches: Benches) -> None:
    bench = benches()
    await bench.wants("a", A, long=True)
    await bench.wants("b", B, long=True)
    await bench.wants("c", C)
    assert bench.begun == ["a", "c"]
    await bench.ends("c")
    await bench.wants("d", D)
    assert bench.begun == ["a", "c", "d"], "b still waits for a long turn"
    await bench.ends("a")
    assert bench.begun == ["a", "c", "d", "b"]


async def test_a_short_turn_becomes_a_long_one_where_there_is_room() -> None:
    places = JobQueue(2, lambda: 0.0)
    async with places.turn(A, long=False) as first, places.turn(B, long=False) as second:
        assert places.lengthened(first)
        assert places.lengthened(first), "it is one already"
        assert not places.lengthened(second)


def test_a_turn_is_the_shorter_the_more_wait() -> None:
    budgets = Budgets(turn=8, shortest=2)
    assert [budgets.turn_beside(waiting) for waiting in (0, 1, 3, 9)] == [8, 4, 2, 2]
    assert Budgets(turn=0.01).turn_beside(0) == 0.01


async def test_how_many_people_wait_is_known(benches: Benches) -> None:
    bench = benches(places=1)
    for job, person in (("a", A), ("b1", B), ("b2", B), ("c", C)):
        await bench.wants(job, person)
    await bench.wants("d", D, long=True)
    assert bench.places.waiting == 2


async def test_who_leaves_the_queue_takes_no_place_with_them(benches: Benches) -> None:
    bench = benches(places=1)
    await bench.wants("a", A)
    await bench.wants("b", B)
    await bench.wants("c", C)
    await bench.leaves("b")
    await bench.leaves("a")
    assert bench.begun == ["a", "c"]


# In the real process


async def ended(process: psutil.Process) -> None:
    """Waits for its end without reaping it, which is the converter's own to do."""
    for _ in range(6000):
        if not lives(process):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it goes on")


async def made(converter: ImageConverter, person: int, work: Work, *contents: bytes) -> str:
    """What became of a job, in a word."""
    try:
        return (await converter.make(person, work, contents, DOCUMENT_MAX_BYTES, lambda *_: None)).kind
    except (PictureError, TooComplexError, TooManyPagesError, TooManyPixelsError) as failure:
        return type(failure).__name__


async def test_what_outlasts_its_turn_begins_anew_when_there_is_room_for_long_work() -> None:
    converter = ImageConverter(Budgets(turn=0.01))
    endless = asyncio.create_task(made(converter, A, "scan", hostile.endless()))
    first = await image_worker()
    first.suspend()  # it will not end by itself, however fast the machine is
    small = asyncio.create_task(made(converter, B, "pictures", saved(page(), "WEBP")))
    over = await image_worker(beside=[first])
    await ended(over)
    assert not small.done()
    assert not endless.done()
    first.kill()
    assert await endless == "TooManyPixelsError"
    assert await small == "jpg"


@pytest.mark.parametrize(("work", "budgets"), [("scan", Budgets(work=1)), ("check", Budgets(look=1))])
async def test_work_without_an_end_is_ended_and_told(work: Work, budgets: Budgets) -> None:
    spent: list[tuple[int, float]] = []

    async def hear(person: int, seconds: float) -> None:
        spent.append((person, seconds))

    assert await made(ImageConverter(budgets, hear), A, work, hostile.endless()) == "TooComplexError"
    [(person, seconds)] = spent
    assert person == A
    assert seconds > 0


async def test_a_process_that_hangs_is_ended_by_the_clock() -> None:
    converter = ImageConverter(Budgets(turn=0.01, work=1, patience=0.01))
    hanging = asyncio.create_task(made(converter, A, "scan", hostile.endless()))
    assert await hanging == "TooComplexError"


async def test_many_large_albums_leave_room_in_memory_for_a_small_file() -> None:
    converter, megabytes = ImageConverter(), 1024 * 1024
    async with converter.holding(60 * megabytes), converter.holding(60 * megabytes):
        third = asyncio.create_task(_held(converter, 60 * megabytes))
        await asyncio.sleep(0)
        assert not third.done()
        await _held(converter, 3 * megabytes)
        assert not third.done()
    await third


async def _held(converter: ImageConverter, size: int) -> None:
    async with converter.holding(size):
        pass


# Refused before work begins


def forms() -> bytes:
    return hostile.pdf_of_nested_forms(6, 12)


SCANS: dict[str, tuple[Callable[[], bytes], type[Exception]]] = {
    "many paths": (lambda: hostile.pdf_of_paths(300_000), TooComplexError),
    "many paths on many pages": (lambda: hostile.pdf_of_paths(10_000, pages=60), TooComplexError),
    "forms within forms": (forms, TooComplexError),
    "too many pages": (lambda: small_pdf(PAGES_MOST + 1), TooManyPagesError),
    "a page that says it is very many": (lambda: hostile.pdf_that_says_it_has(20_000), TooManyPagesError),
    "a picture of 3.6 gigapixels": (lambda: hostile.pdf_of_a_picture(60_000, 60_000), TooComplexError),
    "a picture drawn a thousand times": (lambda: hostile.pdf_of_a_picture(3000, 3000, 1000), TooComplexError),
}
PICTURES: dict[str, tuple[Callable[[], bytes], type[Exception]]] = {
    "TIFF of 100 000 frames": (lambda: hostile.tiff_of_frames(100_000), TooManyPagesError),
    "TIFF of 60 000 tags": (lambda: hostile.tiff_of_tags(60_000), TooComplexError),
    "JPEG of 3 000 passes": (lambda: hostile.jpeg_of_scans(3000), TooComplexError),
    "JPEG of 900 000 heads of Exif": (
        lambda: hostile.jpeg_of_segments(900_000, b"\xff\xe1\x00\x10Exif\0\0MM\0*\0\0\0\x08"),
        TooComplexError,
    ),
    "JPEG of a million comments": (lambda: hostile.jpeg_of_segments(1_000_000, b"\xff\xfe\x00\x02"), TooComplexError),
    "JPEG of a gap of 18 MB": (lambda: hostile.jpeg_of_segments(18_000_000, b"\xff"), TooComplexError),
    "PNG of a million chunks": (lambda: hostile.png_of_chunks(1_000_000), TooComplexError),
    "HEIC of 30 000 items": (lambda: hostile.heic_of_items(30_000), TooComplexError),
}


@pytest.mark.parametrize("kind", SCANS)
def test_a_pdf_that_would_take_too_long_is_refused_before_a_page_is_drawn(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, refused = SCANS[kind]
    monkeypatch.setattr(scans, "_page", None)  # whoever draws fails otherwise
    with pytest.raises(refused):
        shrunk(make(), DOCUMENT_MAX_BYTES)


def test_a_look_at_a_pdf_of_many_paths_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "_page", None)
    with pytest.raises(TooComplexError):
        checked(hostile.pdf_of_paths(300_000), DOCUMENT_MAX_BYTES)


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_that_would_take_too_long_is_refused_before_it_is_opened(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, refused = PICTURES[kind]
    content = make()
    monkeypatch.setattr(Image, "open", None)
    with pytest.raises(refused):
        made_of([content], DOCUMENT_MAX_BYTES)


@pytest.mark.parametrize(
    "content",
    [
        hostile.png_of_chunks(9_000),
        hostile.jpeg_of_segments(9_000, b"\xff\xfe\x00\x02"),
        hostile.jpeg_of_segments(9_000, b"\xff"),
    ],
)
def test_a_picture_with_much_in_its_head_is_a_picture(content: bytes) -> None:
    assert made_of([content], 100_000).pages == 1


def test_an_album_has_no_more_pages_than_one_file_may_have() -> None:
    half = hostile.tiff_of_frames(PAGES_MOST // 2 + 1)
    with pytest.raises(TooManyPagesError):
        made_of([half, half], DOCUMENT_MAX_BYTES)


def test_a_tiff_that_leads_in_a_circle_has_the_pages_that_it_has() -> None:
    assert made_of([hostile.tiff_in_a_circle()], DOCUMENT_MAX_BYTES).pages == 1


def test_a_moving_picture_is_its_first_frame() -> None:
    frames = [Image.new("L", (40, 40), 255 - each) for each in range(200)]
    for kind, more in (("GIF", {}), ("WEBP", {"lossless": True}), ("PNG", {})):
        file = io.BytesIO()
        frames[0].save(file, kind, save_all=True, append_images=frames[1:], **more)
        assert made_of([file.getvalue()], DOCUMENT_MAX_BYTES).pages == 1, kind


# What people see


async def test_a_small_file_is_taken_while_anothers_endless_one_is_worked_on(
    bot: InProcess, connected: Person, telegram: TelegramSandbox
) -> None:
    dana = await Person.arrive(connected.http, telegram.url, "Dana")
    await dana.connects(DEMO.apikey)
    await connected.sends_file("plan.pdf", hostile.endless())
    working = await image_worker()
    working.suspend()
    await dana.sends_file("photo.webp", saved(page(), "WEBP"))
    await dana.sees("For which name?")
    assert working.is_running(), "the other one is still at work"
    working.kill()
    await connected.sees("This is too large to be opened here")


async def test_a_file_that_takes_too_long_is_refused_in_words(connected: Person) -> None:
    await connected.sends_file("frames.tif", hostile.tiff_of_frames(1000))
    await connected.sees("This has more than 100 pages", "Send only those that matter")
    await connected.sends_file("plan.pdf", hostile.pdf_of_paths(10_000, pages=60, rim=3_200_000))
    await connected.sees("This takes too long to open", "Send photos of its pages")


async def test_what_a_mere_look_could_not_see_goes_as_it_came(connected: Person) -> None:
    cut = hostile.pdf_of_paths(300_000) + b"0" * 3000  # worth a look: its end is not where it should be
    await connected.sends_file("plan.pdf", cut)
    await connected.sees("For which name?", "plan.pdf")
