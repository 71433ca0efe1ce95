"""`make mutants`: breaks each handler, reader and transition in turn, and lists what no test notices.

    make mutants                    goes on where it was stopped
    make mutants ONLY=add           what has this in its name (`step:add.`, `buttons:OpenCard`, `:back`)
    make mutants AGAIN=1            forgets what it knows of ONLY, and which test reaches what

First the suite runs once to see which tests reach which place; of a broken place only those run, the ones that reach
least first, and at most `TESTS_MOST`: in a fork of this process, which has everything imported, two at a time. What is
known lies in `.mutants/`. A person of the tests has less patience here (`PATIENCE`, seconds): on a machine that is busy
with other things, a test that is merely late looks like one that noticed.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Final

import pytest

from tests import mutation
from tests.running import ROOT

FOLDER: Final = ROOT / ".mutants"
RESULTS: Final = FOLDER / "results.json"
AT_A_TIME: Final = 2
TESTS_MOST: Final = 60
PATIENCE: Final = float(os.environ.get("PATIENCE") or 5.0)
LONGEST: Final = 240.0
"""Seconds; a broken bot that hangs so long was noticed."""
_NOT_HERE: Final = ("--ignore=tests/smsc", "-m", "not browser")
"""What starts a browser, or nothing of the bot, is not run."""


@dataclass(frozen=True)
class Reach:
    """Which tests reach which place, and how many places each test reaches."""

    tests: dict[str, list[str]]
    breadth: dict[str, int]

    @classmethod
    def known(cls) -> Reach:
        """What the last run of the suite noted; runs it where there was none."""
        if not list(FOLDER.glob("reached-*.json")):
            sys.stdout.write("The suite runs once, to see which test reaches what.\n")
            sys.stdout.flush()
            command = (sys.executable, "-m", "pytest", "-n", "2", "-p", "tests.mutation", "-q", *_NOT_HERE)
            subprocess.run(command, cwd=ROOT, env={**os.environ, "REACHED": str(FOLDER)}, check=False)
        tests: dict[str, set[str]] = {}
        for each in FOLDER.glob("reached-*.json"):
            for place, by in json.loads(each.read_text(encoding="utf-8")).items():
                tests.setdefault(place, set()).update(by)
        breadth: dict[str, int] = {}
        for by in tests.values():
            for test in by:
                breadth[test] = breadth.get(test, 0) + 1
        return cls({place: sorted(by) for place, by in tests.items()}, breadth)

    def of(self, place: str) -> list[str]:
        """The tests of a place, those that are most about it first."""
        return sorted(self.tests.get(place, ()), key=lambda test: (self.breadth[test], test))[:TESTS_MOST]


def every_mutant(reach: Reach) -> list[str]:
    """Those of the tables and flows, and the moves that only a test shows to be possible."""
    from bot.smsc import seed_catalogue
    from handlers import routes

    stated = list(mutation.all_mutants(routes(seed_catalogue())))
    moves = [f"{place}=stays" for place in sorted(reach.tests) if place.startswith(("move:", "form:"))]
    return list(dict.fromkeys([*stated, *moves]))


def begun(mutant: str, tests: list[str]) -> int:
    """The process that runs the tests against one broken place; its exit status is pytest's."""
    child = os.fork()
    if child:
        return child
    os.setsid()
    log = os.open(FOLDER / "last.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ |= {"BROKEN": mutant, "PATIENCE": str(PATIENCE)}
    os.chdir(ROOT)
    status = 3
    try:
        status = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests], plugins=[mutation]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def verdicts(mutants: list[str], reach: Reach, results: dict[str, str]) -> None:
    """Breaks them one by one; what becomes known is in the file at once."""
    running: dict[int, tuple[str, float]] = {}
    waiting = list(reversed(mutants))
    while waiting or running:
        while waiting and len(running) < AT_A_TIME:
            mutant = waiting.pop()
            tests = reach.of(mutant.rpartition("=")[0])
            if not tests:
                _told(results, mutant, "no test reaches it")
                continue
            running[begun(mutant, tests)] = (mutant, time.monotonic())
        for child, (_, since) in running.items():
            if time.monotonic() - since > LONGEST:
                os.killpg(child, signal.SIGKILL)
        child, status = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            time.sleep(0.05)
            continue
        mutant, _ = running.pop(child)
        code = os.waitstatus_to_exitcode(status)
        said = {0: "survived", 1: "noticed", -signal.SIGKILL: "noticed"}
        _told(results, mutant, said.get(code, f"pytest ended with {code}"))


def _told(results: dict[str, str], mutant: str, verdict: str) -> None:
    results[mutant] = verdict
    fresh = RESULTS.with_suffix(".new")
    fresh.write_text(json.dumps(results, indent=0, sort_keys=True), encoding="utf-8")
    fresh.replace(RESULTS)
    if verdict != "noticed":
        sys.stdout.write(f"{mutant}: {verdict}\n")
        sys.stdout.flush()


def main() -> None:
    """Runs what is not known yet, and lists what was not noticed."""
    only, again = os.environ.get("ONLY", ""), bool(os.environ.get("AGAIN"))
    if again and not only:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    mutation.watch()
    importlib.import_module("bot.app")
    reach = Reach.known()
    results: dict[str, str] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    mutants = [each for each in every_mutant(reach) if only in each]
    verdicts([each for each in mutants if again or each not in results], reach, results)
    unnoticed = [(each, results[each]) for each in mutants if results[each] != "noticed"]
    sys.stdout.write(f"\n{len(mutants)} places broken, {len(unnoticed)} not noticed\n")
    sys.stdout.writelines(f"{verdict:20} {each}\n" for each, verdict in unnoticed)


if __name__ == "__main__":
    main()
