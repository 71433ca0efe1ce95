"""What is counted, and how it stands, as Prometheus reads it. Loaded only where metrics are on."""

from __future__ import annotations

from math import nan
from typing import Final, Generic, TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder

from bot.meter import Meter
from bot.monitoring.readings import Readings

_PREFIX: Final = "sender_names"
_HANDLING: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_REQUESTS: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0)


Kind = TypeVar("Kind", Counter, Histogram)


class _Labelled(Generic[Kind]):
    """A metric's children by their labels, each looked up once: that costs more than to count."""

    def __init__(self, metric: Kind) -> None:
        self._metric: Kind = metric
        self._children: dict[tuple[str, ...], Kind] = {}

    def of(self, *labels: str) -> Kind:
        """What counts for these labels, in the order in which they were declared."""
        child = self._children.get(labels)
        if child is None:
            child = self._children[labels] = self._metric.labels(*labels)
        return child


class Prometheus(Meter):
    """Counts. Each label has a small vocabulary: names of our own code, commands, results, configured services."""

    def __init__(self) -> None:
        # When each was first counted is as many lines again, and nobody asks for it.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # has no types
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._updates = self._counter("updates", "Updates that were handled", "kind", "outcome")
        self._took = self._histogram("update_seconds", "From the beginning of an update to its end", _HANDLING, "kind")
        self._waited = self._histogram("update_wait_seconds", "In its chat's queue before that", _HANDLING, "kind")
        self._calls = self._counter("telegram_calls", "Calls to Telegram", "method", "result")
        self._call_took = self._histogram("telegram_seconds", "A call to Telegram", _REQUESTS, "method")
        self._requests = self._counter("smsc_requests", "Requests to SMSC", "service", "command", "result")
        self._request_took = self._histogram("smsc_seconds", "A request to SMSC", _REQUESTS, "service", "command")
        self._failures = self._counter("work_failures", "Times that lasting work failed and was begun again", "work")
        self._waiting = self._gauge("queue_updates", "Updates that wait or are handled")
        self._queues = self._gauge("queue_chats", "Chats that have something to do")
        self._silence = self._gauge("poll_age_seconds", "Since Telegram answered the last poll")
        self._notices = self._gauge("outbox_notices", "What is still to be told", "state")
        self._overdue = self._gauge("outbox_overdue_seconds", "Since the oldest notice should have been told")
        self._operations = self._gauge("operations", "Changing requests that are not over", "state")
        self._people = self._gauge("people", "People who ever wrote to the bot")
        self._accounts = self._gauge("accounts", "SMSC accounts", "state")
        self._aside = self._gauge("set_aside", "What nobody could read")
        self._watched = self._gauge("watch_accounts", "Accounts and subclients that are watched")
        self._late = self._gauge("watch_overdue", "Of them, those whose look is late by more than is usual")
        self._lag = self._gauge("watch_lag_seconds", "How late the latest look is")
        self._blocked = self._gauge("smsc_blocked", "Whether SMSC blocks this server's address", "service")
        self._bytes = self._gauge("database_bytes", "Size of the database", "file")
        self._free = self._gauge("disk_free_bytes", "Free on the database's disk")

    def update(self, kind: str, outcome: str, waited: float, took: float) -> None:
        """An update was handled."""
        super().update(kind, outcome, waited, took)
        self._updates.of(kind, outcome).inc()
        self._waited.of(kind).observe(waited)
        self._took.of(kind).observe(took)

    def telegram(self, method: str, result: str, took: float) -> None:
        """A call to Telegram ended; what a poll takes says nothing."""
        super().telegram(method, result, took)
        self._calls.of(method, result).inc()
        if method != "getUpdates":
            self._call_took.of(method).observe(took)

    def smsc(self, service: str, command: str, result: str, took: float) -> None:
        """A request to SMSC ended, or was held back here."""
        super().smsc(service, command, result, took)
        self._requests.of(service, command, result).inc()
        if not result.startswith("held_"):
            self._request_took.of(service, command).observe(took)

    def failed(self, work: str) -> None:
        """Supervised work failed."""
        super().failed(work)
        self._failures.of(work).inc()

    def page(self, readings: Readings, accept: str) -> tuple[bytes, str]:
        """Everything as text, in the form that is accepted, and the name of that form."""
        self._set(readings)
        encoder, content_type = choose_encoder(accept)
        return encoder(self._registry), content_type

    def _set(self, now: Readings) -> None:
        rows, space, lag = now.figures, now.room, now.lag
        self._waiting.set(now.waiting)
        self._queues.set(now.queues)
        self._silence.set(nan if now.silence is None else now.silence)
        self._overdue.set(now.overdue)
        self._notices.labels("waiting").set(nan if rows is None else rows.notices)
        self._notices.labels("parked").set(nan if rows is None else rows.parked)
        for state, count in (rows.operations if rows else {}).items():
            self._operations.labels(state).set(count)
        self._people.set(nan if rows is None else rows.people)
        self._accounts.labels("in_use").set(nan if rows is None else rows.accounts - rows.paused)
        self._accounts.labels("paused").set(nan if rows is None else rows.paused)
        self._aside.set(nan if rows is None else rows.set_aside)
        self._watched.set(0 if lag is None else lag.watched)
        self._late.set(0 if lag is None else lag.overdue)
        self._lag.set(0 if lag is None else lag.seconds)
        for service, blocked in now.blocked.items():
            self._blocked.labels(service).set(blocked)
        self._bytes.labels("database").set(nan if space is None else space.database)
        self._bytes.labels("log").set(nan if space is None else space.log)
        self._free.set(nan if space is None else space.free)

    def _counter(self, name: str, told: str, *labels: str) -> _Labelled[Counter]:
        return _Labelled(Counter(f"{_PREFIX}_{name}", told, labels, registry=self._registry))

    def _histogram(self, name: str, told: str, buckets: tuple[float, ...], *labels: str) -> _Labelled[Histogram]:
        return _Labelled(Histogram(f"{_PREFIX}_{name}", told, labels, buckets=buckets, registry=self._registry))

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(f"{_PREFIX}_{name}", told, labels, registry=self._registry)
