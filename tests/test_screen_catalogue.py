"""The screen catalogue has every screen: what is missing is named."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from bot.conversation.callback import MisdeclaredError
from bot.conversation.flow import Flow
from bot.conversation.step import Step
from bot.locales import Catalogues, verbatim
from bot.telegram.drawn import Drawn, to_json
from handlers import screen_catalogue
from handlers.screen_catalogue import screens
from tests.running import ROOT

Place = tuple[str, str]
"""A file and a function in it."""
_LETS_IN = re.compile(r"t\.me/\w+\?start=(?!n_)|comein:")
"""What a link with a token in it looks like, and the button that has the token."""


def _sources() -> Iterator[tuple[str, ast.Module]]:
    """The conversations, what they share, the engine's forms and the edge to Telegram."""
    folders = ("handlers", "bot/actions", "bot/conversation", "bot/screens", "bot/telegram")
    for path in sorted(path for folder in folders for path in (ROOT / folder).glob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _functions() -> set[Place]:
    """The functions that draw a screen; handlers are coroutines."""
    return {
        (name, each.name)
        for name, tree in _sources()
        for each in tree.body
        if isinstance(each, ast.FunctionDef) and isinstance(each.returns, ast.Name) and each.returns.id == "Screen"
    }


def _drawn() -> set[Place]:
    """The functions that run while the catalogue is drawn."""
    ran: set[CodeType] = set()

    def entered(frame: FrameType, event: str, _detail: Any) -> None:
        if event == "call":  # millions of times
            ran.add(frame.f_code)

    t, before = Catalogues.load("en")["en"], sys.getprofile()
    sys.setprofile(entered)
    try:
        list(screens(t))
    finally:
        sys.setprofile(before)
    ours = [(Path(each.co_filename), each.co_name) for each in ran]
    return {(path.relative_to(ROOT).as_posix(), name) for path, name in ours if path.is_relative_to(ROOT)}


def test_the_catalogue_has_what_every_function_draws() -> None:
    missing = _functions() - _drawn()
    assert not missing, f"not in handlers/screen_catalogue.py: {sorted(missing)}"


def test_no_coroutine_draws_a_screen_that_the_catalogue_cannot_have() -> None:
    drawing = {
        (name, function.name)
        for name, tree in _sources()
        for function in ast.walk(tree)
        if isinstance(function, ast.AsyncFunctionDef)
        for each in ast.walk(function)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "Screen"
    }
    assert not drawing, f"make functions of these screens: {sorted(drawing)}"


def _flow(*steps: Step[None]) -> Flow[None]:
    return Flow[None](name="motto", version=1, title=verbatim("Motto"), send=verbatim("Keep it"), steps=steps)


def test_a_step_that_cannot_be_shown_is_named() -> None:
    line = Step[None](
        key="line",
        label=verbatim("Line"),
        ask=lambda _answers, _facts: verbatim("Which?"),
        show=lambda value, _: value[9],
    )
    with pytest.raises(MisdeclaredError, match=r"^motto: line cannot be shown \(IndexError.*\)$"):
        list(screen_catalogue._flow(Catalogues.load("en")["en"], _flow(line), None, {}))  # noqa: SLF001


def test_two_steps_with_one_key_are_named() -> None:
    line = Step[None](key="line", label=verbatim("Line"), ask=lambda _answers, _facts: verbatim("Which?"))
    with pytest.raises(MisdeclaredError, match=r"^the conversation 'motto': more than one step has the key line$"):
        _flow(line, line)


def test_no_link_that_lets_somebody_in_is_left_to_the_file() -> None:
    """A screen with one says what is shown later in its stead, and that has none in it."""
    holding = [
        screen
        for _, screen in screen_catalogue.screens(Catalogues.load("en")["en"])
        if _LETS_IN.search(to_json(Drawn(screen, None, None)))
    ]
    assert len(holding) >= 3
    for screen in holding:
        assert screen.unkept is not None, screen.text
        assert not _LETS_IN.search(to_json(Drawn(screen.unkept, None, None)))
