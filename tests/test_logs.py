"""A log entry is one line that nothing in it can break, hide or turn round; in both forms, whoever wrote it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
import structlog

from bot import trace
from bot.logs import escaped, set_up, update_handled

NASTY = "a\x1b[31m\r\nb\u2028c\u2029d\u202ee\u2066f\u200bg\x85h\x00i\ufeffj\U000e0041k\ud800l\x7fm\x9bn\u061co"
Form = Literal["console", "json"]


@pytest.fixture
def root() -> Iterator[None]:
    """Puts the logging of the test run back afterwards."""
    handlers, configured = logging.getLogger().handlers[:], structlog.get_config()
    levels = {name: logging.getLogger(name).level for name in [None, *logging.root.manager.loggerDict]}
    yield
    logging.getLogger().handlers[:] = handlers
    for name in [None, *logging.root.manager.loggerDict]:
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))
    structlog.configure(**configured)


def fails(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError as failure:
        raise RuntimeError(f"because {text}") from failure


def by_structlog() -> None:
    structlog.get_logger("own").warning(
        NASTY, field=NASTY, nested={NASTY: [NASTY]}, raw=NASTY.encode("utf-8", "replace")
    )


def by_structlog_in_a_key() -> None:
    structlog.get_logger("own").warning("event", **{NASTY: "x", "two words": 1, "": 2})


def by_structlog_with_an_exception() -> None:
    try:
        fails(NASTY)
    except RuntimeError:
        structlog.get_logger("own").exception(NASTY)


def by_the_standard_library() -> None:
    logging.getLogger(f"foreign{NASTY}").warning("a\x1b\u202e\n %s", NASTY)


def by_the_standard_library_with_an_exception() -> None:
    try:
        fails(NASTY)
    except RuntimeError:
        logging.getLogger("foreign").exception("it failed: %s", NASTY, stack_info=True)


def by_context() -> None:
    with structlog.contextvars.bound_contextvars(who=NASTY):
        structlog.get_logger("own").info("event")


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize(
    "write",
    [
        by_structlog,
        by_structlog_in_a_key,
        by_structlog_with_an_exception,
        by_the_standard_library,
        by_the_standard_library_with_an_exception,
        by_context,
    ],
)
def test_an_entry_is_one_line_of_printable_characters(
    root: None, monkeypatch: pytest.MonkeyPatch, form: Form, write: Callable[[], None]
) -> None:
    content = io.BytesIO()
    shown = io.TextIOWrapper(content, encoding="utf-8", newline="")
    monkeypatch.setattr(sys, "stderr", shown)
    set_up("INFO", form, ["secret-secret"])
    write()
    shown.flush()
    text = content.getvalue().decode()
    assert text.endswith("\n")
    assert text[:-1].isprintable(), ascii(text)
    assert "Logging error" not in text
    if form == "json":
        entry = json.loads(text)
        assert entry["event"]
        if write is by_structlog:
            assert entry["field"] == NASTY


def test_what_can_be_seen_stays_as_it_is() -> None:
    plain = "ТОО «Ромашка» – 5 ₸, Ә ә, é, 👍 \\n"
    assert escaped(plain) == plain
    assert escaped("a\u202eb\n\U000e0041") == "a\\u202eb\\u000a\\udb40\\udc41"


@pytest.mark.parametrize("form", ["console", "json"])
def test_the_line_of_an_update_looks_like_the_others(root: None, monkeypatch: pytest.MonkeyPatch, form: Form) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    set_up("INFO", form, [])
    update_handled(update_id=7, kind="message", did="add.begin, asks add.comment", took_ms=1.5)
    structlog.get_logger("own").info("another", update_id=7)
    line, other = shown.getvalue().splitlines()
    if form == "json":
        told = json.loads(line)
        assert told.keys() >= json.loads(other).keys() >= {"event", "level", "logger", "timestamp", "update_id"}
        assert (told["event"], told["did"], told["took_ms"]) == ("update handled", "add.begin, asks add.comment", 1.5)
        assert len(told["timestamp"]) == len(json.loads(other)["timestamp"])
    else:
        assert re.fullmatch(
            r'timestamp=\S+Z level=info event="update handled" logger=bot.updates update_id=7 kind="message"'
            r' did="add.begin, asks add.comment" took_ms=1.5',
            line,
        )
        assert other.startswith("timestamp=")
    set_up("WARNING", form, [])
    update_handled(update_id=8)
    assert len(shown.getvalue().splitlines()) == 2


async def test_the_id_of_an_update_stands_in_every_line_that_is_logged_for_it(
    root: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    set_up("INFO", "json", [])

    async def beside() -> None:
        trace.did("something beside")
        logging.getLogger("beside").warning("beside")

    doing = trace.Trace(7, "message")
    with trace.followed(doing):
        begun = asyncio.create_task(beside())
        structlog.get_logger("within").info("within")
    structlog.get_logger("after").info("after")
    await begun
    lines = [json.loads(each) for each in shown.getvalue().splitlines()]
    assert [(each["event"], each.get("update_id")) for each in lines] == [("within", 7), ("after", None), ("beside", 7)]
    assert doing.did == ["something beside"]
    assert trace.current() is None
