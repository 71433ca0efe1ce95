"""What must hold when things go wrong: doubled updates, crashes, lost answers, limits, secrets."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.faults import WAYS, Moment
from bot.sandbox.smsc import DEMO, Fault, SmscSandbox
from bot.storage.backup import backup
from tests.faults import Faults
from tests.papers import PDF
from tests.person import Person
from tests.reached import made
from tests.running import SHORT, InProcess, Process, free_port
from tests.stories import OTHER_KEY, PURPOSE, asks_for_a_name, code_is_sent, fills_in, is_served, texts, told

LOST = (*(Fault(kind=each) for each in (*WAYS, "charset")), Fault(kind="drip", seconds=0))
"""Every fault of the table, each a way in which an answer does not come, or comes oddly."""
SOME = tuple(each for each in LOST if each.kind in {"drop", "timeout", "500", "empty"})


def all_bytes(folder: Path) -> bytes:
    """Everything that lies in a folder."""
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


CODE = "90718352"
"""What a person types as the code: so long that it stands nowhere by chance."""


@pytest.mark.parametrize("timeouts", [SHORT], ids=["impatient"])
@pytest.mark.parametrize(
    ("when", "faults"), [("after", LOST), ("before", SOME), ("upload", SOME)], ids=["after", "before", "upload"]
)
async def test_a_lost_answer_to_add_is_looked_up_and_nothing_is_sent_twice(
    connected: Person, smsc: SmscSandbox, fast: None, when: Moment, faults: Sequence[Fault]
) -> None:
    for number, fault in enumerate(faults):
        name = f"L{number}{fault.kind.replace(' ', '')}"[:11].upper()
        await fills_in(connected, name)
        smsc.fault(replace(fault, command="add", when=when))
        await connected.taps("Register it")
        if when == "after":
            await connected.sees_somewhere(f"The application for {name} is sent")
        else:
            await connected.sees_somewhere(name, "It did not go through")
        assert made(smsc, "add") == number + 1


@pytest.mark.parametrize("timeouts", [SHORT], ids=["impatient"])
@pytest.mark.parametrize(("when", "faults"), [("after", LOST), ("before", SOME)], ids=["after", "before"])
async def test_a_lost_answer_to_delete_is_looked_up(
    connected: Person, smsc: SmscSandbox, fast: None, when: Moment, faults: Sequence[Fault]
) -> None:
    smsc.world.add_names(DEMO.login, [f"OLD{number}" for number in range(len(faults))], now=smsc.clock.now())
    for number, fault in enumerate(faults):
        smsc.fault(replace(fault, command="del", when=when))
        await connected.writes(f"/delete OLD{number}")
        await connected.sees(f"Delete OLD{number} at SMSC?")
        assert connected.labels().index("Keep it") < connected.labels().index("Delete for good")
        await connected.taps("Delete for good")
        if when == "after":
            await connected.sees_somewhere(f"OLD{number} is deleted at SMSC")
        else:
            await connected.sees_somewhere(f"OLD{number}", "It did not go through")
        assert made(smsc, "del") == number + 1


@pytest.mark.parametrize("timeouts", [SHORT], ids=["impatient"])
@pytest.mark.parametrize("when", ["after", "upload"])
async def test_a_lost_answer_to_change_with_a_document_is_looked_up(
    connected: Person, smsc: SmscSandbox, fast: None, when: Moment
) -> None:
    for number, fault in enumerate(SOME):
        smsc.fault(replace(fault, command="chg", when=when))
        await connected.writes("/document Aruana")
        await connected.sees("Send the document for")
        await connected.sends_file(f"new{number}.pdf", PDF + bytes(200_000))
        await connected.sees(f"1. new{number}.pdf")
        await connected.taps("Done")
        await connected.taps("Send them")
        if when == "after":
            await connected.sees_somewhere(f"Documents for Aruana are at SMSC: new{number}.pdf")
        else:
            await connected.sees_somewhere("Aruana", "It did not go through")
        assert made(smsc, "chg") == number + 1


@pytest.mark.parametrize("kind", ["drop", "empty"])
async def test_a_lost_answer_to_a_code_is_never_sent_again_by_itself(
    connected: Person, smsc: SmscSandbox, fast: None, kind: Any
) -> None:
    smsc.fault(Fault("send_code", when="after", kind=kind))
    await connected.writes("/confirm 77000003344")
    await connected.sees("check and send")
    await connected.taps("Send the code")
    await connected.sees_somewhere("does not show whether it went through")
    assert made(smsc, "send_code") == 1


async def test_a_look_that_fails_is_made_again_until_it_tells(connected: Person, smsc: SmscSandbox, fast: None) -> None:
    await fills_in(connected, "LILY2026")
    smsc.fault(Fault("add", when="after", kind="drop"))
    smsc.fault(Fault("get", kind="500", times=3))
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for LILY2026 is sent")
    assert made(smsc, "add") == 1


async def test_an_update_delivered_five_times_has_one_effect(
    connected: Person, smsc: SmscSandbox, telegram: TelegramSandbox
) -> None:
    await fills_in(connected, "LILY2026")
    message, data = await connected.button("Register it")
    answer = await connected.taps_data(message, data)
    for _ in range(4):
        await connected.http.post(f"{telegram.url}/chat/resend", json={"update_id": answer["update_id"]})
    await asyncio.gather(*(connected.taps_data(message, data) for _ in range(4)))
    await connected.sees_somewhere("The application for LILY2026 is sent")
    assert made(smsc, "add") == 1


async def test_ids_that_jump_back_are_not_lost(connected: Person, telegram: TelegramSandbox) -> None:
    await connected.http.post(f"{telegram.url}/chat/ids", json={"next": 17})
    await connected.writes("/help")
    await connected.sees("What you can do here")


async def test_an_update_that_nobody_understands_stops_nobody(connected: Person, telegram: TelegramSandbox) -> None:
    updates: tuple[dict[str, Any], ...] = (
        {"message": {"message_id": "no"}},
        {"new_kind": {"a": 1}},
        {"message_reaction": {"x": []}},
    )
    for strange in updates:
        await connected.http.post(f"{telegram.url}/chat/update", json=strange)
    await connected.writes("/help")
    await connected.sees("What you can do here")


async def test_a_draft_survives_kill_9(
    settings: dict[str, str], tmp_path: Path, aigerim: Person, smsc: SmscSandbox
) -> None:
    async with Process(settings, tmp_path / "log") as process:
        await aigerim.connects(DEMO.apikey)
        await asks_for_a_name(aigerim)
        await aigerim.writes("LILY2026")
        await aigerim.sees(PURPOSE)
        await process.stop(signal.SIGKILL)
        await aigerim.writes("Flowers")
        await process.start()
        await aigerim.sees("To which countries")
        await aigerim.taps("Only Kazakhstan")
        await aigerim.skips_to("check and send")
        await aigerim.sees("check and send", "LILY2026", "Flowers")
        smsc.fault(Fault("add", when="after", kind="timeout", seconds=30))
        await aigerim.taps("Register it")
        await aigerim.until(lambda _state: True if made(smsc, "add") else None, "the request")
        await process.stop(signal.SIGKILL)
        await process.start()
        await aigerim.sees_somewhere("The application for LILY2026 is sent")
        assert await process.stop() == 0, process.logged()
        assert made(smsc, "add") == 1
        with sqlite3.connect(settings["DATABASE_PATH"]) as db:
            assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        db.close()


async def test_a_second_process_leaves_with_one_line(
    settings: dict[str, str], tmp_path: Path, aigerim: Person, telegram: TelegramSandbox
) -> None:
    async with Process(settings, tmp_path / "one") as first:
        await aigerim.writes("/start")
        await aigerim.sees("Sender names")
        async with Process(settings, tmp_path / "two") as same_file:
            assert await same_file.wait() == 1
        [line] = [each for each in same_file.logged().splitlines() if each.strip()]
        assert "in use by another process" in line
        assert await first.stop() == 0


async def test_a_second_process_with_the_same_token_leaves_and_the_first_goes_on(
    settings: dict[str, str], tmp_path: Path, aigerim: Person
) -> None:
    other = {**settings, "DATABASE_PATH": str(tmp_path / "other.sqlite3")}
    async with Process(settings, tmp_path / "one") as first:
        await aigerim.writes("/start")
        await aigerim.sees("Sender names")
        async with Process(other, tmp_path / "two") as second:
            assert await second.wait() == 1
        assert "another process already polls with this token" in second.logged().splitlines()[-1]
        await aigerim.writes("/help")
        await aigerim.sees("Two things to begin with")
        assert await first.stop() == 0


async def test_fifteen_thousand_names_are_paged_and_searched(connected: Person, smsc: SmscSandbox) -> None:
    smsc.world.add_names(DEMO.login, [f"NAME{number}" for number in range(15_000)], owner="daniyar")
    await connected.writes("/user daniyar")
    await connected.sees("From now on for the subclient daniyar")
    await connected.writes("/senders")
    await connected.sees("My names: 15001 names")
    await connected.shows("1/1876")
    await connected.taps("›")
    await connected.shows("2/1876")
    await connected.writes("NAME1499")
    await connected.sees("NAME1499", "active", "SMSC ID")
    await connected.writes("AME1499")
    await connected.sees("Search: “AME1499”")


async def test_two_people_of_one_account_are_not_told_that_it_is_empty(
    connected: Person, telegram: TelegramSandbox
) -> None:
    other = await Person.arrive(connected.http, telegram.url, "Daniyar")
    await connected.writes("/senders")
    await connected.sees("My names: 8 names")
    await other.connects(DEMO.apikey)
    await other.writes("/senders")
    told = await other.sees("SMSC takes only so many requests a minute")
    assert "There is no name yet" not in told
    await other.shows("Try again")


@pytest.mark.usefixtures("fast")
async def test_telegram_asking_to_wait_loses_nothing(connected: Person, telegram: TelegramSandbox) -> None:
    fault = {"method": "editMessageText", "kind": "429", "retry_after": 1, "times": 2}
    await connected.writes("/start")
    await connected.sees("Sender names")
    await connected.http.post(f"{telegram.url}/chat/faults", json=fault)
    await connected.taps("Help")
    await connected.sees("What you can do here")


@pytest.mark.parametrize("kind", ["500", "502", "drop"])
async def test_telegram_failing_for_a_while_loses_nothing(
    connected: Person, telegram: TelegramSandbox, fast: None, kind: str
) -> None:
    await connected.http.post(f"{telegram.url}/chat/faults", json={"method": "sendMessage", "kind": kind, "times": 2})
    await connected.writes("/help")
    await connected.sees_somewhere("What you can do here")


async def test_the_limits_of_smsc_are_never_hit(connected: Person, smsc: SmscSandbox) -> None:
    for _ in range(6):
        await connected.writes("/senders")
        await connected.sees("My names")
    for number in range(6):
        await fills_in(connected, f"LILY{number}")
        await connected.taps("Register it")
        await connected.sees_one_of("The application for", "It goes on at")
    assert not [each for each in smsc.requests if each.error == 9]
    assert made(smsc, "add") == 5


async def test_an_error_9_that_comes_anyway_is_waited_for(connected: Person, smsc: SmscSandbox, fast: None) -> None:
    await fills_in(connected, "LILY2026")
    smsc.fault(Fault("add", kind="error", error=9))
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for LILY2026 is sent")
    assert made(smsc, "add") == 2


async def test_an_error_2_pauses_the_account(connected: Person, smsc: SmscSandbox) -> None:
    await fills_in(connected, "LILY2026")
    smsc.fault(Fault("add", kind="error", error=2))
    await connected.taps("Register it")
    await connected.sees_somewhere("SMSC refused it", "error 2")
    await connected.writes("/start")
    await connected.sees("Paused: SMSC refused the key")
    assert made(smsc, "add") == 1


async def test_no_secret_stands_in_the_file_or_the_log(
    settings: dict[str, str], tmp_path: Path, aigerim: Person, telegram: TelegramSandbox, smsc: SmscSandbox
) -> None:
    port, temporary = free_port(), tmp_path / "temporary"
    temporary.mkdir()
    given = {"LOG_LEVEL": "DEBUG", "METRICS_LISTEN": str(port), "TMPDIR": str(temporary)}
    async with Process({**settings, **given}, tmp_path / "log") as process:
        await aigerim.writes("/connect")
        await aigerim.taps("Login and password")
        await aigerim.writes(DEMO.login)
        await aigerim.sees("Send the password")
        await aigerim.writes(DEMO.password)
        await aigerim.sees("Connected")
        await aigerim.connects(DEMO.apikey)
        await code_is_sent(aigerim)
        await aigerim.writes(CODE)
        await aigerim.sees_somewhere("error 11")
        await aigerim.writes("/start")
        await aigerim.sees("Sender names")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as watching:
            counted = [(await watching.get(each)).text for each in ("/metrics", "/health")]
        assert 'command="check_code"' in counted[0]
        await process.stop(signal.SIGKILL)
        await process.start()
        await aigerim.writes("/start")
        await aigerim.sees("Sender names")
        running = psutil.Process(process.pid)
        seen = [" ".join(each.cmdline()) for each in (running, *running.children(recursive=True))]
        chat = str(await aigerim.state())
        backup(Path(settings["DATABASE_PATH"]), tmp_path / "copy.sqlite3")
        kept = all_bytes(tmp_path)  # with the log of what is not in the pages yet
        await process.stop()
        kept += all_bytes(tmp_path) + "\n".join((*seen, *counted, *texts(aigerim, ""))).encode()
        assert (tmp_path / "copy.sqlite3").stat().st_size > 0
        for secret in (DEMO.apikey, DEMO.password, CODE, telegram.token, settings["SECRET_KEYS"]):
            assert secret.encode() not in kept
            assert secret == CODE or secret not in chat  # a code opens nothing any more: its message stays


@pytest.mark.parametrize("secret", ["key", "password", "code"])
async def test_no_secret_is_in_what_is_said_of_a_failure(
    connected: Person, bot: InProcess, faults: Faults, capfd: pytest.CaptureFixture[str], secret: str
) -> None:
    """An exception that nobody foresaw, at each call while a key, a password or a code is on its way."""
    sent = {"key": OTHER_KEY, "password": "pass-0123-word", "code": CODE}[secret]
    for nth in range(1, 9):
        if secret == "code":
            await connected.writes("/confirm 77000003344")
            await told(connected, bot, "check and send", "Which code came")
            if nth == 1:
                await connected.taps("Send the code")
                await told(connected, bot, "Which code came")
        elif secret == "password":
            await connected.writes("/connect")
            if nth > 1:
                await connected.taps("Start over")
            await connected.taps("Login and password")
            await connected.writes("somebody")
            await connected.sees("Send the password")
        faults.arm("", nth)
        await connected.writes(f"/connect {sent}" if secret == "key" else sent)
        await told(connected, bot, "SMSC", "Connected", "went wrong", "could not finish", "Which code", "password")
        faults.armed = False
        await is_served(connected)
    said = "".join(capfd.readouterr())
    assert len(faults.seams) > 4
    assert "UnforeseenError" in said
    await connected.state()
    assert sent not in said + "".join(texts(connected, ""))


async def test_forgetting_leaves_nothing_behind(connected: Person, settings: dict[str, str]) -> None:
    await connected.writes("/account")
    await connected.taps("Forget me")
    await connected.sees("Delete everything that is stored about you?")
    await connected.taps("Forget everything")
    await connected.sees("Everything that was stored about you is deleted")
    with sqlite3.connect(settings["DATABASE_PATH"]) as db:
        for table in ("people", "accounts", "operations", "names", "listings", "outbox"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table  # noqa: S608
    db.close()


async def test_people_who_are_not_invited_get_one_line(
    settings: dict[str, str], clock: SandboxClock, aigerim: Person
) -> None:
    bot = InProcess({**settings, "ALLOWED_USERS": "5,6"}, clock)
    await bot.start()
    await aigerim.writes("/start")
    await aigerim.sees("closed circle")
    await aigerim.writes("/connect")
    await aigerim.sees("closed circle")
    await bot.stop()
