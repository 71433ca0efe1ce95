"""Log lines: one line each, escaped, and without secrets whatever was logged."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Iterable
from typing import Any, Final, Literal

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot import trace

_TOKEN: Final = re.compile(r"\b\d{2,}:[\w-]{10,}")
_PARAMETER: Final = re.compile(r"(?i)\b(apikey|psw|password|login|code|token)(['\"]?\s*[=:]\s*['\"]?)[^\s&'\",}]+")
_KEY: Final = re.compile(r"[^\w.-]+")
_HIDDEN: Final = "•••"


_UPDATES: Final = "bot.updates"
"""The logger of the line that each update has."""


class Redaction:
    """Takes secrets out of every text of a log line: known ones, and whatever looks like one."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = sorted((each for each in known if len(each) >= 6), key=len, reverse=True)

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """A processor of structlog; runs last before a line is drawn."""
        return {_KEY.sub("_", str(key)) or "_": self._clean(value) for key, value in event.items()}

    def _clean(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self.text(str(key)): self._clean(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._clean(each) for each in value]
        if isinstance(value, int | float | bool) or value is None:
            return value
        return self.text(str(value))

    def text(self, text: str) -> str:
        """`text` without secrets."""
        for secret in self._known:
            text = text.replace(secret, _HIDDEN)
        text = _TOKEN.sub(_HIDDEN, text)
        return _PARAMETER.sub(rf"\1\2{_HIDDEN}", text)


def escaped(text: str) -> str:
    """A text in which nothing moves a cursor, breaks the line, hides or turns round: such characters are spelled out.

    That are all control, format (bidirectional ones too), separator and unassigned characters, as JSON spells them.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _spelled(each) for each in text)


def _spelled(character: str) -> str:
    encoded = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{encoded[n]:02x}{encoded[n + 1]:02x}" for n in range(0, len(encoded), 2))


def update_handled(**told: str | float) -> None:
    """The one line of an update, at INFO: `told` is numbers and names of our own code, never a word of the update."""
    logger = logging.getLogger(_UPDATES)
    if logger.isEnabledFor(logging.INFO):
        record = logger.makeRecord(_UPDATES, logging.INFO, "", 0, "update handled", (), None)
        record.told = told
        logger.handle(record)


class _UpdateLine(logging.Formatter):
    """Draws that line as the others are drawn, at a tenth of the cost: there is nothing in it to be hidden."""

    def __init__(self, form: Literal["console", "json"]) -> None:
        super().__init__()
        self._as_json = form == "json"

    def format(self, record: logging.LogRecord) -> str:
        whole, part = divmod(record.created, 1)
        at = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{int(part * 1e6):06}Z"
        told: dict[str, str | float] = getattr(record, "told", {})
        if self._as_json:
            line = {**told, "event": record.msg, "level": "info", "logger": record.name, "timestamp": at}
            return orjson.dumps(line).decode()
        words = " ".join(f'{key}="{each}"' if isinstance(each, str) else f"{key}={each}" for key, each in told.items())
        return f'timestamp={at} level=info event="{record.msg}" logger={record.name} {words}'


class _OneLine(structlog.stdlib.ProcessorFormatter):
    """Draws a line, and sees to it that it is one."""

    def format(self, record: logging.LogRecord) -> str:
        return escaped(super().format(record))


def set_up(level: str, form: Literal["console", "json"], secrets: Iterable[str]) -> None:
    """Sends structlog's and the standard library's lines to standard error, redacted, in the form asked for."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        trace.in_the_log,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    drawn: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.processors.LogfmtRenderer(
            key_order=["timestamp", "level", "event", "logger"], bool_as_flag=False
        )
    )
    formatter = _OneLine(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            Redaction(secrets),
            drawn,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    updates = logging.getLogger(_UPDATES)
    quick = logging.StreamHandler(sys.stderr)
    quick.setFormatter(_UpdateLine(form))
    updates.handlers[:], updates.propagate = [quick], False
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("aiogram", "aiohttp", "httpx", "asyncio", "filelock"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
