"""A scenario as rows: what a person does, what they see then, which buttons they have, and what reaches SMSC.

    LILY = (
        says("/add LILY2026", sees=PURPOSE),
        taps("Skip", sees="To which countries", buttons=["Only Kazakhstan"]),
        …
        taps("Register it", sees="is sent", reaches=asked("add", sender="LILY2026")),
    )

    async def test_a_name_is_registered(connected: Person, smsc: SmscSandbox) -> None:
        await plays(connected, smsc, LILY)

A row that says nothing of SMSC says that nothing was changed there. A failure names its row.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.sandbox.smsc import SmscSandbox
from bot.sandbox.smsc.api import Request
from tests.person import Person

CHANGES = frozenset({"add", "chg", "del", "send_code", "check_code"})
Seen = str | Sequence[str]


@dataclass(frozen=True)
class Asked:
    """A changing request to SMSC: its command, fields that it must have, the names of its files."""

    command: str
    fields: dict[str, str]
    files: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.command} {self.fields} {self.files}"

    def same(self, request: Request) -> bool:
        """Whether the request is this one; it may have more fields."""
        files = tuple(name for _, name, _ in request.files)
        return request.command == self.command and files == self.files and self.fields.items() <= request.fields.items()


@dataclass(frozen=True)
class Row:
    """One thing that a person does, and all that comes of it."""

    told: str
    does: Callable[[Person], Awaitable[object]]
    sees: Seen
    buttons: Sequence[str] = ()
    reaches: Sequence[Asked] = field(default_factory=tuple)


def asked(command: str, *files: str, **fields: str) -> list[Asked]:
    """What reaches SMSC: `asked("add", "certificate.pdf", sender="LILY2026")`."""
    return [Asked(command, fields, files)]


def says(text: str, *, sees: Seen, buttons: Sequence[str] = (), reaches: Sequence[Asked] = ()) -> Row:
    """The person writes."""
    return Row(f"says {text!r}", lambda person: person.writes(text), sees, buttons, reaches)


def taps(label: str, *, sees: Seen, buttons: Sequence[str] = (), reaches: Sequence[Asked] = ()) -> Row:
    """The person taps the newest button that has these words."""
    return Row(f"taps {label!r}", lambda person: person.taps(label), sees, buttons, reaches)


def sends(name: str, content: bytes, *, sees: Seen, buttons: Sequence[str] = (), reaches: Sequence[Asked] = ()) -> Row:
    """The person sends a file."""
    return Row(f"sends {name!r}", lambda person: person.sends_file(name, content), sees, buttons, reaches)


async def plays(person: Person, smsc: SmscSandbox, scenario: Sequence[Row]) -> None:
    """Does what the rows say, one after the other, and looks each time at the chat and at SMSC."""
    for number, row in enumerate(scenario, 1):
        before = len(smsc.requests)
        try:
            await row.does(person)
            await person.sees(*([row.sees] if isinstance(row.sees, str) else row.sees))
            for label in row.buttons:
                await person.shows(label)
        except AssertionError as failure:
            failure.add_note(f"row {number}: {row.told}")
            raise
        made = [each for each in smsc.requests[before:] if each.command in CHANGES]
        told = [f"{each.command} {each.fields}" for each in made]
        assert len(made) == len(row.reaches), f"row {number}, {row.told}: SMSC was asked {told}"
        for request, wanted in zip(made, row.reaches, strict=True):
            assert wanted.same(request), f"row {number}, {row.told}: SMSC was asked {told}, and not {wanted}"
