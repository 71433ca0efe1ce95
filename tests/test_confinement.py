"""What a process that opens strangers' files sees of the machine: seen by such a process itself."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.imaging.image_converter import poor_environment
from bot.sandbox.chat import TelegramSandbox
from tests.running import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have other ways")

IMPORTS = "import os; from bot.imaging.worker.confinement import Bounds, confine; "

CONFINED = """
import json, os, resource, socket, sys, threading
from bot.imaging.worker.confinement import Bounds, confine
missing = confine(os.getppid(), Bounds(256 * 1024 * 1024, 7))

def tried(what):
    try:
        return str(what())
    except OSError as refused:
        return type(refused).__name__

def threaded():
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    return "started"

def connected(address):
    with socket.socket(socket.AF_INET) as one:
        one.connect(address)

def grown():
    try:
        return len(bytearray(300 * 1024 * 1024))
    except MemoryError:
        return "MemoryError"

secret, written, port = sys.argv[1:]
told = {
    "missing": missing,
    "environment": sorted(os.environ),
    "environment of the parent": tried(lambda: open(f"/proc/{os.getppid()}/environ", "rb").read()),
    "memory of the parent": tried(lambda: open(f"/proc/{os.getppid()}/mem", "rb").read(1)),
    "a file of the bot": tried(lambda: open(secret).read()),
    "a folder": tried(lambda: os.listdir(os.path.dirname(secret))),
    "a new file": tried(lambda: open(written, "w")),
    "a file taken away": tried(lambda: os.unlink(secret)),
    "a file moved": tried(lambda: os.rename(secret, written)),
    "network": tried(lambda: connected(("127.0.0.1", int(port)))),
    "a socket": tried(lambda: socket.socket(socket.AF_UNIX)),
    "a process": tried(os.fork),
    "a program": tried(lambda: os.execv(sys.executable, [sys.executable, "-c", "pass"])),
    "a signal": tried(lambda: os.kill(os.getppid(), 0)),
    "limits of the parent": tried(lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (3, 3))),
    "a thread": tried(threaded),
    "memory": grown(),
    "limits": {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0]
               for name in ("CORE", "FSIZE", "NOFILE", "DATA", "CPU", "NPROC")},
}
import img2pdf, pillow_heif, pypdfium2
from PIL import Image
Image.init()
print(json.dumps(told))
"""


@pytest.fixture
def told(tmp_path: Path, telegram: TelegramSandbox, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a confined process tells of what it tried; what it tried to read was there to be read."""
    monkeypatch.setenv("BOT_TOKEN", "123:secret")
    secret = tmp_path / "bot.sqlite3"
    secret.write_text("secret")
    port = telegram.url.rsplit(":", 1)[1]
    done = subprocess.run(
        [sys.executable, "-P", "-c", CONFINED, str(secret), str(tmp_path / "new"), port],
        cwd=tmp_path,
        env=poor_environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert secret.read_text() == "secret"
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def test_it_sees_no_secret_and_no_file_of_the_bot(told: dict[str, Any]) -> None:
    assert set(told["environment"]) <= {"PATH", "LD_LIBRARY_PATH", "TMPDIR", "PYTHONPATH", "LC_CTYPE"}
    assert told["environment of the parent"] == "PermissionError"
    assert told["memory of the parent"] == "PermissionError"
    if "files" in told["missing"]:
        pytest.skip("no Landlock here")
    assert told["a file of the bot"] == told["a folder"] == "PermissionError"


def test_it_changes_nothing_on_the_disk(told: dict[str, Any]) -> None:
    if {"files", "calls"} <= set(told["missing"]):
        pytest.skip("neither Landlock nor seccomp here")
    assert told["a new file"] == told["a file taken away"] == told["a file moved"] == "PermissionError"


def test_it_has_no_network(told: dict[str, Any]) -> None:
    if "calls" in told["missing"]:
        if "namespaces" in told["missing"]:
            pytest.skip("neither seccomp nor namespaces here")
        assert told["network"] == "OSError"  # unreachable
        return
    assert told["network"] == told["a socket"] == "PermissionError"


def test_it_starts_and_stops_nobody(told: dict[str, Any]) -> None:
    if "calls" in told["missing"]:
        pytest.skip("no seccomp here")
    for each in ("a process", "a program", "a signal", "limits of the parent"):
        assert told[each] == "PermissionError", each
    assert told["a thread"] == "started", "the decoder of HEIC needs one"


def test_what_it_may_use_is_limited(told: dict[str, Any]) -> None:
    limits = told["limits"]
    assert (limits["CORE"], limits["FSIZE"], limits["CPU"], limits["DATA"]) == (0, 0, 7, 256 * 1024 * 1024)
    assert limits["NOFILE"] <= 64
    assert limits["NPROC"] > 0
    assert told["memory"] == "MemoryError"


def test_whose_parent_is_gone_already_ends_at_once() -> None:
    code = f"{IMPORTS}confine(1 << 22, Bounds(1 << 30, 9)); print('lives')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")


def test_time_of_a_processor_ends() -> None:
    code = f"{IMPORTS}confine(os.getppid(), Bounds(1 << 30, 1))\nwhile 1: 0"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGXCPU


BOT = """
import json, os, subprocess, sys
from bot.imaging.image_converter import poor_environment
from tests import hostile
plan = hostile.endless()
command = [sys.executable, "-P", "-m", "bot.imaging.worker", str(os.getpid()), "60"]
pipe = subprocess.PIPE
working = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=poor_environment(), start_new_session=True)
working.stdin.write(json.dumps({"work": "scan", "most": 3_000_000, "sizes": [len(plan)]}).encode() + b"\\n" + plan)
working.stdin.flush()
working.stdout.readline()  # it is confined, and at work
print(working.pid, flush=True)
working.wait()
"""
"""Has a file worked on that takes for ever, as the bot does."""


def test_a_killed_bot_leaves_no_work_behind() -> None:
    with subprocess.Popen([sys.executable, "-c", BOT], cwd=ROOT, stdout=subprocess.PIPE) as bot:
        assert bot.stdout is not None
        working = psutil.Process(int(bot.stdout.readline()))
        bot.kill()
        _, alive = psutil.wait_procs([working], timeout=60)
    assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]
