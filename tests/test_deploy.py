"""What the bot is run by keeps what it promises: the image, compose, the service of systemd, the dashboard."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Metric

from bot import app
from bot.__main__ import parser
from bot.monitoring.prometheus import Prometheus
from bot.monitoring.readings import Readings
from bot.senders import operations
from bot.settings import Settings
from bot.storage.figures import Figures, Room
from bot.watch.rounds import Lag
from tests.running import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SERVICE = ROOT / "deploy" / "sender-names.service"
RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
STOP = math.ceil(sum(vars(app)[each] for each in ("_DRAIN_SECONDS", "_LAST_SECONDS", "_LAST_SECONDS")))
"""Seconds that a stop may take in the queues; what is on its way to SMSC has its own."""
SETTINGS = {each.upper() for each in Settings.model_fields}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    bot: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["bot"]
    return bot


@pytest.fixture(scope="module")
def unit() -> dict[str, list[str]]:
    """The lines of the service: each name with its values."""
    text = SERVICE.read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"(?m)^(\w+)=(.*)$", text):
        found.setdefault(name, []).append(value)
    return found


def instructions(name: str) -> list[str]:
    """What follows an instruction in the last stage of the Dockerfile."""
    last = DOCKERFILE.replace("\\\n", "").split("\nFROM ")[-1]
    return re.findall(rf"(?m)^{name} (.+)$", last)


def test_the_image_runs_as_an_ordinary_user_and_says_how_it_is() -> None:
    assert instructions("USER") == ["10001:10001"]
    assert instructions("VOLUME") == ["/data"]
    [health] = instructions("HEALTHCHECK")
    assert health.endswith('CMD ["python", "-m", "bot", "health"]')
    [environment] = instructions("ENV")
    set_here = dict(each.split("=", 1) for each in environment.split())
    assert set_here["METRICS_LISTEN"].startswith("127.0.0.1:")
    assert set_here["DATABASE_PATH"].startswith("/data/")
    assert set_here.keys() - SETTINGS == {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


def test_the_container_can_write_its_volume_alone_and_has_time_to_stop(compose: dict[str, Any]) -> None:
    assert compose["read_only"] is True
    assert compose["cap_drop"] == ["ALL"]
    assert compose["security_opt"] == ["no-new-privileges:true"]
    assert compose["user"] == "${BOT_USER:-10001:10001}"
    assert compose["volumes"] == ["${BOT_DATA:-data}:/data"]
    assert compose["environment"].keys() <= SETTINGS
    assert compose["environment"]["DATABASE_PATH"].startswith("/data/")
    seconds = int(compose["stop_grace_period"].removesuffix("s"))
    assert seconds >= STOP + vars(operations)["_DRAIN_SECONDS"] + 5


def test_the_service_can_write_its_folder_alone_and_has_time_to_stop(unit: dict[str, list[str]]) -> None:
    assert unit["User"] == ["sender-names"]
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["NoNewPrivileges"] == ["yes"]
    assert unit["CapabilityBoundingSet"] == [""]
    assert "ReadWritePaths" not in unit
    assert int(unit["TimeoutStopSec"][0]) >= STOP + vars(operations)["_DRAIN_SECONDS"] + 5
    set_here = dict(each.split("=", 1) for each in unit["Environment"])
    assert set_here.keys() == {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    assert f"DATABASE_PATH=/var/lib/{unit['StateDirectory'][0]}/" in RUNNING


def test_the_process_for_pictures_can_still_confine_itself(unit: dict[str, list[str]]) -> None:
    assert set(unit["RestrictNamespaces"][0].split()) == {"user", "net", "ipc"}
    assert {"capset", "landlock_restrict_self"} <= set(unit["SystemCallFilter"][-1].split())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_has_nothing_against_the_service(tmp_path: Path) -> None:
    here = tmp_path / SERVICE.name
    text = SERVICE.read_text(encoding="utf-8").replace("/opt/sender-names/.venv/bin/python", sys.executable)
    here.write_text(text, encoding="utf-8")
    verified = subprocess.run(
        ("systemd-analyze", "verify", "--man=no", str(here)), capture_output=True, text=True, check=False
    )
    said = [each for each in (verified.stdout + verified.stderr).splitlines() if SERVICE.name in each]
    assert said == []
    rated = subprocess.run(
        ("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=25", str(here)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert rated.returncode == 0, rated.stdout[-200:]


HADOLINT = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")


@pytest.mark.skipif(HADOLINT is None, reason="there is no hadolint")
def test_hadolint_has_nothing_against_the_dockerfile() -> None:
    linted = subprocess.run((str(HADOLINT), str(ROOT / "Dockerfile")), capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


def told() -> Iterator[Metric]:
    """Every metric, after everything happened once."""
    meter = Prometheus()
    meter.update("message", "done", 0.1, 0.1)
    meter.telegram("sendMessage", "ok", 0.1)
    meter.smsc("smsc.kz", "get", "ok", 0.1)
    meter.failed("outbox")
    rows = Figures(1, 1, {"planned": 1}, 1, 1, 1, 1)
    lag, room = Lag(1, 1, 1.0), Room(1, 1, 1)
    meter.page(Readings(1, 1, 1.0, 1.0, lag, blocked={"smsc.kz": True}, figures=rows, room=room), "")
    yield from vars(meter)["_registry"].collect()


def test_the_dashboard_shows_every_metric_and_none_that_is_not_there() -> None:
    ours = {each.name for each in told() if each.name.startswith("sender_names_")}
    dashboard = json.loads((ROOT / "deploy" / "grafana.json").read_text(encoding="utf-8"))
    asked = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ()))
    shown = {re.sub(r"_(?:total|bucket)$", "", each) for each in re.findall(r"sender_names_\w+", asked)}
    assert shown == ours


def test_no_label_says_who_somebody_is() -> None:
    labels = {label for metric in told() for sample in metric.samples for label in sample.labels}
    ours = {"kind", "outcome", "method", "result", "service", "command", "work", "state", "file", "le"}
    assert labels - ours <= {"implementation", "major", "minor", "patchlevel", "version"}


def test_what_is_told_of_running_is_there() -> None:
    for path in re.findall(r"`((?:deploy|docs)/[\w./-]+|compose\.yaml|Dockerfile|\.env\.example)`", RUNNING):
        assert (ROOT / path).exists(), path
    commands = set(re.findall(r"(?:python -m bot|BOT) ([a-z]+(?:-[a-z]+)*)", RUNNING)) - {"is"}
    assert {"doctor", "health", "backup", "restore", "rotate-keys", "generate-key"} <= commands
    assert all(re.search(rf"(?m)^\s+{each}\b", parser().format_help()) for each in commands)
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", RUNNING))
    assert named <= SETTINGS | {"BOT_DATA", "BOT_USER"}
