"""What was found, and how it is told: a line each, the state of things first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from bot.logs import escaped


class State(Enum):
    """How things stand."""

    WELL = "ok"
    NOTE = "note"
    """It works; somebody may want to know."""
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `part` says where, `told` what was found, `todo` what to do about it."""

    state: State
    part: str
    told: str
    todo: str = ""


def well(part: str, told: str) -> Finding:
    """All is well."""
    return Finding(State.WELL, part, told)


def note(part: str, told: str, todo: str = "") -> Finding:
    """Well enough."""
    return Finding(State.NOTE, part, told, todo)


def wrong(part: str, told: str, todo: str) -> Finding:
    """It keeps the bot from its work, or will."""
    return Finding(State.WRONG, part, told, todo)


def drawn(findings: Iterable[Finding]) -> str:
    """The findings as lines."""
    lines: list[str] = []
    for each in findings:
        lines.append(f"{each.state.value:<6}{each.part:<10}{escaped(each.told)}")
        if each.todo:
            lines.append(f"{'':<16}→ {escaped(each.todo)}")
    return "".join(f"{line}\n" for line in lines)
