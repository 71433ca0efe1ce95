"""Follows the recipes of CONTRIBUTING.md word by word in a copy of the repository: `make recipes`.

What a recipe says is read as a person reads it: "Below `line` in `file`:" (above, instead of), "New file `file`:",
"At the end of `file`:", each with the block after it; a block of `sh` is run, a table of three languages is translated.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polib

from tests.running import ROOT

_PLACE: Final = re.compile(
    r"(?P<where>[Bb]elow|[Aa]bove|[Ii]nstead of)\s+`(?P<line>[^`\n]*)`\s+in\s+`(?P<file>[^`]+)`:"
    r"\n\n```python\n(?P<put>.*?)```"
    r"|New file `(?P<new>[^`]+)`:\n\n```python\n(?P<content>.*?)```"
    r"|At the end of `(?P<grown>[^`]+)`:\n\n```python\n(?P<end>.*?)```"
    r"|```sh\n(?P<run>.*?)```"
    r"|\| English \| Русский \| Қазақша \|\n\|[-|]+\|\n(?P<words>(?:\|[^\n]*\|\n)+)",
    re.DOTALL,
)


class NotFollowedError(Exception):
    """A recipe cannot be followed as it stands."""


def steps(page: str) -> Iterator[re.Match[str]]:
    """What is to be done, in order."""
    yield from _PLACE.finditer(page.split("## Recipes")[1])


def follow(step: re.Match[str], copy: Path) -> None:
    """Does one step in the copy.

    Raises:
        NotFollowedError: the place is not there, or stands there more than once; a command fails.
    """
    told = step.groupdict()
    if told["file"]:
        _put(copy / told["file"], told["line"], told["where"].lower(), told["put"])
    elif told["new"]:
        (copy / told["new"]).write_text(told["content"], encoding="utf-8")
    elif told["grown"]:
        with (copy / told["grown"]).open("a", encoding="utf-8") as file:
            file.write(told["end"])
    elif told["words"]:
        _translate(copy, told["words"])
    else:
        for command in told["run"].splitlines():
            _run(command, copy)


def _put(path: Path, line: str, where: str, text: str) -> None:
    before = path.read_text(encoding="utf-8")
    if before.count(f"{line}\n") != 1:
        raise NotFollowedError(f"{path.name}: {line!r} stands there {before.count(line)} times")
    new = {"below": f"{line}\n{text}", "above": f"{text}{line}\n", "instead of": text}[where]
    path.write_text(before.replace(f"{line}\n", new), encoding="utf-8")


def _translate(copy: Path, table: str) -> None:
    for column, language in ((1, "ru"), (2, "kk")):
        path = copy / "bot" / "locales" / f"{language}.po"
        catalogue = polib.pofile(str(path), wrapwidth=110)
        for row in table.splitlines():
            cells = [html.unescape(cell.strip()) for cell in row.split("|")[1:-1]]
            entry = catalogue.find(cells[0])
            if entry is None:
                raise NotFollowedError(f"{path.name} has no {cells[0]!r}")
            entry.msgstr = cells[column]
        catalogue.save(str(path))


def _run(command: str, copy: Path) -> None:
    sys.stdout.write(f"$ {command}\n")
    sys.stdout.flush()
    done = subprocess.run(["sh", "-c", command], cwd=copy, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotFollowedError(f"{command}\n{(done.stdout + done.stderr)[-3000:]}")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
        for name in filter(None, tracked.stdout.decode().split("\0")):
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        (copy / ".venv").symlink_to(ROOT / ".venv")
        for stamp in (".runs", ".ready"):
            (ROOT / ".venv" / stamp).touch()  # the copies of the lock files are newer than it
        for step in steps((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")):
            try:
                follow(step, copy)
            except NotFollowedError as failure:
                sys.stderr.write(f"not to be followed: {failure}\n")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
