"""Work that goes on beside everything else: the only place that starts tasks, and where each of them is guarded.

Whatever a piece of work raises stays its own. It is logged; what has to be done is done again after growing pauses;
what a person has to know is said by the work's owner. Nothing but a reason to leave (`Leaving`) ends the program, and
that in order: `stop` is set, what is on its way is drained, and the reason is told at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, Self, TypeVar

import structlog

from bot.backoff import Backoff
from bot.clock import Clock
from bot.leaving import Leaving
from bot.meter import Meter

log = structlog.get_logger(__name__)

T = TypeVar("T")
Job = Callable[[], Awaitable[None]]

BACKOFF: Final = Backoff((0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0))
"""After what failed for a reason that may pass, where nothing asks for other pauses."""
_ONCE_MORE_SECONDS: Final = 0.5
_CALM_SECONDS: Final = 300.0
"""Work that went well for so long begins with short pauses again."""


def stopped(failure: BaseException) -> bool:
    """Whether it ends this task because somebody wants it to end: no trouble, and not to be held up.

    A `CancelledError` that nobody asked of this task comes out of what it waited for, and is trouble like any other.
    """
    if isinstance(failure, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is None or task.cancelling() > 0
    return isinstance(failure, KeyboardInterrupt | SystemExit | GeneratorExit)


async def insisted(clock: Clock, work: Callable[[], Awaitable[T]], held_up: Callable[[BaseException], bool]) -> T:
    """What `work` gives, which is tried again after growing pauses for as long as it is only `held_up` (disk, lock)."""
    failures = 0
    while True:
        try:
            return await work()
        except BaseException as failure:
            if stopped(failure) or not held_up(failure):
                raise
            failures += 1
            log.error("held up, tried again", why=f"{type(failure).__name__}: {failure}", failures=failures)
            await rest(clock, BACKOFF.after(failures))


async def before(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """What `work` gives; None where `stop` comes first."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        stopping.cancel()
        if not working.done():
            working.cancel()
            await asyncio.wait({working})


def started(name: str, job: Job) -> asyncio.Task[None]:
    """A task that is the caller's to wait for or to end, within the work that began it; guarded."""
    return asyncio.create_task(guarded(name, job))


class Beside:
    """`async with Beside(job, after):` runs `job` while the body does; how it fares is of no importance to the body.

    `after`: it begins so many seconds later, and never where the body has ended by then; a timer waits, and no task.
    """

    __slots__ = ("_after", "_job", "_task", "_timer")

    def __init__(self, job: Job, after: float = 0.0) -> None:
        self._job = job
        self._after = after
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        if self._after:
            self._timer = asyncio.get_running_loop().call_later(self._after, self._begin)
        else:
            self._begin()

    async def __aexit__(self, *_failure: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = started("a sign of work", self._job)


async def either(*waits: Awaitable[object]) -> None:
    """Waits until one of them is through, and gives the others up.

    Raises whatever the first one raised.
    """
    tasks = {asyncio.ensure_future(each) for each in waits}
    try:
        through, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for each in through:
            each.result()
    finally:
        for each in tasks:
            each.cancel()


class Supervisor:
    """`async with Supervisor(clock, stop) as supervisor:` everything that was started in it has ended after it."""

    def __init__(self, clock: Clock, stop: asyncio.Event, meter: Meter | None = None) -> None:
        self.reason: Leaving | None = None
        self._clock = clock
        self._stop = stop
        self._meter = meter or Meter()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_failure: object) -> None:
        while self._tasks:
            for each in self._tasks:
                each.cancel()
            # who was just through when it was cancelled may have missed that (`asyncio.wait_for` of Python 3.11)
            await asyncio.wait(self._tasks, timeout=_ONCE_MORE_SECONDS)

    def once(self, name: str, job: Job) -> asyncio.Task[None]:
        """Runs a job that answers for itself: what it lets through is logged and takes nothing else with it."""
        return self._start(guarded(name, job))

    def asked(self, name: str, work: Callable[[], Awaitable[T]], otherwise: T) -> asyncio.Task[T]:
        """Runs work whose outcome somebody waits for; it is `otherwise` where the work fails."""
        return self._start(_answered(name, work, otherwise))

    def keep(self, name: str, job: Job, tries: int | None = None) -> asyncio.Task[None]:
        """Runs a job to its end, and again from its beginning whenever it fails, at most `tries` times."""
        return self._start(self._kept(name, job, tries))

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _kept(self, name: str, job: Job, tries: int | None) -> None:
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await job()
            except Leaving as reason:
                self.reason = self.reason or reason
                self._stop.set()
                return
            except BaseException as failure:
                if stopped(failure):
                    raise
                self._meter.failed(name)
                failures = 1 if loop.time() - began > _CALM_SECONDS else failures + 1
                if failures == tries:
                    log.error("given up", work=name, why=f"{type(failure).__name__}: {failure}")
                    return
                why = f"{type(failure).__name__}: {failure}"
                log.error("failed, begun again", work=name, why=why, failures=failures, exc_info=failures == 1)
                await rest(self._clock, BACKOFF.after(failures))
            else:
                return


async def rest(clock: Clock, seconds: float) -> None:
    """The pause after a failure; it is made whatever becomes of the clock."""
    try:
        await clock.sleep(seconds)
    except BaseException as failure:
        if stopped(failure):
            raise
        await asyncio.sleep(seconds)


async def guarded(name: str, job: Job) -> None:
    """Runs a job that answers for itself; only a stop comes through."""
    try:
        await job()
    except BaseException as failure:
        if stopped(failure):
            raise
        log.exception("a job failed", work=name)


async def _answered(name: str, work: Callable[[], Awaitable[T]], otherwise: T) -> T:
    try:
        return await work()
    except BaseException as failure:
        if stopped(failure):
            raise
        log.exception("a job failed", work=name)
        return otherwise
