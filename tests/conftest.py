"""What the tests share: both stand-ins on free ports, the bot between them, and a person with a phone."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import closing
from pathlib import Path

import certifi
import httpx
import hypothesis
import pytest
import structlog
import uvloop
from hypothesis import HealthCheck
from playwright.async_api import Browser, Page, async_playwright

import handlers
from bot import app
from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from bot.smsc import Catalogue, Timeouts, seed_catalogue
from bot.storage.database import connect, migrate
from bot.telegram.routes import Routes
from tests.browser import CHROMIUM, PHONE, QUIET, opened
from tests.faults import Faults, counted_faults
from tests.person import Person, phones
from tests.reliability import Holding
from tests.running import PATIENT, InProcess, environment, running_fast

# How long an example takes says nothing on a machine that is busy with other things.
hypothesis.settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.settings.load_profile("any machine")


_END_OF_CERTIFICATE = "-----END CERTIFICATE-----\n"
MEMORY = Path("/dev/shm")  # noqa: S108  # pytest makes a folder of its own in it
ROOM = 4 * 1024**3
"""Bytes that are to be free there; what passing tests leave behind is deleted at once."""


def pytest_configure(config: pytest.Config) -> None:
    """Files lie in memory where there is room: each commit of a bot waits for the disk, and tests have many.

    The loop is the one that `python -m bot` runs on.
    """
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    config.pluginmanager.register(RowsThatHold())


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: looking for garbage in it meanwhile is a fifth of the work."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_make_parametrize_id(val: object) -> str | None:
    """A file is named by its size: its bytes may have the time in them, and each worker must find the same tests."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


class RowsThatHold:
    """Ends a run of the whole suite with a line for each row of docs/reliability.md."""

    def __init__(self) -> None:
        self._holding = Holding()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.failed:
            self._holding.told(report.nodeid, passed=report.passed, failed=report.failed)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if lines := list(self._holding.lines()):
            terminalreporter.section("rows of docs/reliability.md")
            for line in lines:
                terminalreporter.line(line)


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One public authority is trusted, which speaks for nobody who is asked here: to read all of them takes long."""
    folder = tmp_path_factory.mktemp("authorities")
    first = Path(certifi.where()).read_text(encoding="utf-8").partition(_END_OF_CERTIFICATE)
    (folder / "one.pem").write_text(first[0] + first[1], encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certifi, "where", lambda: str(folder / "one.pem"))
        patch.setenv("SSL_CERT_FILE", certifi.where())  # those of the system, wherever they are
        patch.setenv("SSL_CERT_DIR", str(folder / "none"))
        yield


@pytest.fixture(scope="session", autouse=True)
def routes_put_together_once() -> Iterator[None]:
    """The bots of all tests share their routes, which are nothing but tables: most of a start is making them."""
    catalogue, put_together = seed_catalogue(), handlers.routes
    seed: list[Routes] = []

    def routes(of: Catalogue) -> Routes:
        if of != catalogue:
            return put_together(of)
        if not seed:
            seed.append(put_together(of))
        return seed[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handlers, "routes", routes)
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> None:
    """A traceback is logged as it is; structlog by itself draws it in colours and frames, which takes a second."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure([structlog.processors.add_log_level, plain])


@pytest.fixture
def clock() -> SandboxClock:
    """One clock for the bot and SMSC; tests turn it instead of waiting."""
    return SandboxClock()


@pytest.fixture
async def fast(clock: SandboxClock) -> AsyncIterator[None]:
    """The clock runs fast during the whole test: what waits for minutes waits for moments."""
    async with running_fast(clock):
        yield


@pytest.fixture
async def smsc(clock: SandboxClock) -> AsyncIterator[SmscSandbox]:
    sandbox = await SmscSandbox.start(clock=clock)
    yield sandbox
    await sandbox.close()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    sandbox = await TelegramSandbox.start()
    yield sandbox
    await sandbox.close()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all its tables and nothing in them, made once for all tests of a worker."""
    path = tmp_path_factory.mktemp("empty") / "bot.sqlite3"
    with closing(connect(path)) as db:
        migrate(db)
    return path


@pytest.fixture
def settings(smsc: SmscSandbox, telegram: TelegramSandbox, tmp_path: Path, empty_file: Path) -> dict[str, str]:
    """The settings of a bot between the stand-ins, with a database of its own."""
    made = environment(smsc, telegram, tmp_path)
    shutil.copyfile(empty_file, made["DATABASE_PATH"])
    return made


@pytest.fixture(autouse=True)
async def nothing_runs_on() -> AsyncIterator[None]:
    """The tests share a loop: what one of them left running ends with it."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    for each in left:
        each.cancel()
    await asyncio.gather(*left, return_exceptions=True)


@pytest.fixture
def timeouts() -> Timeouts:
    """How long the bot waits for SMSC; `@pytest.mark.parametrize("timeouts", [SHORT])` where it waits in vain."""
    return PATIENT


@pytest.fixture
async def bot(settings: dict[str, str], clock: SandboxClock, timeouts: Timeouts) -> AsyncIterator[InProcess]:
    """The bot itself, inside the test."""
    running = InProcess(settings, clock, timeouts=timeouts)
    await running.start()
    yield running
    with pytest.MonkeyPatch.context() as patch:  # what a test leaves undone is not waited for
        patch.setattr(app, "_DRAIN_SECONDS", 0.02)
        patch.setattr(app, "_LAST_SECONDS", 0.02)
        await running.stop()


@pytest.fixture
async def http(telegram: TelegramSandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with phones(telegram) as client:
        yield client


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests of a worker; each opens pages of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def tab(chromium: Browser) -> Page:
    """A phone's browser with one tab, in which each test opens the page of its own stand-in."""
    context = await chromium.new_context(viewport=PHONE)
    return await context.new_page()


@pytest.fixture
async def page(bot: InProcess, telegram: TelegramSandbox, tab: Page) -> AsyncIterator[Page]:
    """The chat page on a phone; a fault of its script fails the test."""
    async with opened(tab, f"{telegram.url}/?lang=en"):
        yield tab


@pytest.fixture
async def aigerim(http: httpx.AsyncClient, telegram: TelegramSandbox) -> Person:
    """A person who has not talked to the bot yet."""
    return await Person.arrive(http, telegram.url)


@pytest.fixture
async def connected(bot: InProcess, aigerim: Person) -> Person:
    """A person with the demo account."""
    await aigerim.connects(DEMO.apikey)
    return aigerim


@pytest.fixture
async def other(connected: Person) -> Person:
    """Somebody else, who has nothing to do with what happens to the first."""
    return await Person.arrive(connected.http, connected.url, "Daniyar")


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Faults of the test's own at what leaves the program."""
    return counted_faults(monkeypatch)


@pytest.fixture
def turning(clock: SandboxClock) -> SandboxClock:
    """The clock by its former name."""
    return clock


@pytest.fixture
def values(settings: dict[str, str]) -> dict[str, str]:
    """The settings by their former name."""
    return settings
