"""The stand-ins answer as the real services do: SMSC byte for byte where that is recorded, Telegram as strictly."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BufferedInputFile, InlineKeyboardButton
from aiogram.types import InlineKeyboardMarkup as Keyboard

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, Forms, SmscSandbox
from tests.person import Person
from tests.running import ROOT, comes

KEY = {"apikey": DEMO.apikey, "fmt": "3", "charset": "utf-8"}


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """Another program's way over HTTP, with bodies in chunks and all."""
    async with httpx.AsyncClient(timeout=60) as client:
        yield client


async def ask(http: httpx.AsyncClient, smsc: SmscSandbox, **fields: str) -> httpx.Response:
    return await http.post(f"{smsc.url}/sys/senders.php", data={**KEY, **fields})


async def test_recorded_answers_byte_for_byte(http: httpx.AsyncClient, smsc: SmscSandbox) -> None:
    unknown = await ask(http, smsc, **{"del": "1", "sender": "NOBODY"})
    assert unknown.status_code == 200
    assert unknown.content == b'{\n"error": "record not found",\n"error_code": 3\n}'
    assert unknown.headers["content-type"] == "application/json; charset=utf-8"
    assert unknown.headers["content-length"] == str(len(unknown.content))
    wrong = await http.post(f"{smsc.url}/sys/senders.php", data={**KEY, "apikey": "x", "get": "1"})
    assert wrong.content == b'{\n"error": "authorise error",\n"error_code": 2\n}'
    added = await ask(http, smsc, add="1", sender="LILY2026", cmt="Flowers")
    assert added.content == b'{\n"sender": %d\n}' % json.loads(added.content)["sender"]
    again = await ask(http, smsc, add="1", sender="LILY2026", cmt="Flowers")
    assert again.content == b'{\n"error": "save error",\n"error_code": 5\n}'
    bare = await ask(http, smsc, add="1", sender="LILY2027")
    assert bare.content == b'{\n"error": "parameters error",\n"error_code": 1\n}'
    gone = await ask(http, smsc, **{"del": "1", "sender": "LILY2026"})
    assert gone.content == b"OK"
    assert gone.headers["content-type"] == "application/json; charset=utf-8"
    smsc.forms = Forms(ids="absent")
    listed = await ask(http, smsc, get="1")
    assert listed.content.startswith(b'[{\n"sender": "')
    assert b"\n},\n{\n" in listed.content
    balance = await http.post(f"{smsc.url}/sys/balance.php", data=KEY)
    assert balance.content == b'{\n"balance": "1871.62"\n}'


@pytest.mark.parametrize(
    ("fmt", "told"),
    [
        ("0", b"ERROR = 3 (record not found)"),
        ("1", b"0,-3"),
        ("2", b"<result>\n<error>record not found</error>\n<error_code>3</error_code>\n</result>"),
    ],
)
async def test_errors_in_the_other_formats(http: httpx.AsyncClient, smsc: SmscSandbox, fmt: str, told: bytes) -> None:
    answer = await ask(http, smsc, **{"fmt": fmt, "del": "1", "sender": "NOBODY"})
    assert told in answer.content


@pytest.mark.parametrize("charset", ["windows-1251", "utf-8", "koi8-r"])
async def test_the_charset_governs_parameters_and_answer(
    http: httpx.AsyncClient, smsc: SmscSandbox, charset: str
) -> None:
    smsc.forms = Forms(comments="cmt")
    codec = {"windows-1251": "cp1251", "koi8-r": "koi8-r"}.get(charset, "utf-8")
    from urllib.parse import urlencode

    body = urlencode(
        {"apikey": DEMO.apikey, "fmt": "3", "charset": charset, "chg": "1", "sender": "Aruana", "cmt": "Цветы"},
        encoding=codec,
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await http.post(f"{smsc.url}/sys/senders.php", content=body, headers=headers)
    assert answer.text.startswith("OK")
    listed = await http.get(
        f"{smsc.url}/sys/senders.php", params={"apikey": DEMO.apikey, "fmt": "3", "charset": charset, "get": "1"}
    )
    assert "Цветы".encode(codec) in listed.content
    assert f"charset={charset}" in listed.headers["content-type"]


async def test_any_mix_of_query_body_multipart_and_chunks(http: httpx.AsyncClient, smsc: SmscSandbox) -> None:
    digest = hashlib.md5(DEMO.password.encode(), usedforsecurity=False).hexdigest()
    url = f"{smsc.url}/sys/senders.php?login={DEMO.login}&psw={digest}&fmt=3"
    answer = await http.post(url, data={"chg": "1", "sender": "Aruana"}, files={"any": ("a.pdf", b"%PDF-1.4")})
    assert answer.content == b"OK"

    async def pieces() -> Any:
        for piece in (b"get=1&", b"all=1"):
            yield piece

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    chunked = await http.post(url, content=pieces(), headers=headers)
    assert any(row["sender"] == "Sale" for row in chunked.json())
    files = await ask(http, smsc, get="1", files="1")
    [row] = [each for each in files.json() if each["sender"] == "Aruana"]
    assert row["files"][-1].keys() >= {"file", "fid", "fstatus", "fcomment"}


async def test_the_limits_on_a_clock_that_can_be_turned(
    http: httpx.AsyncClient, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    answers = [await ask(http, smsc, get="1") for _ in range(4)]
    assert [b'"error_code": 9' in each.content for each in answers] == [False, False, False, True]
    clock.advance(61)
    assert b"error" not in (await ask(http, smsc, get="1")).content
    adds = [await ask(http, smsc, add="1", sender=f"LILY{n}", cmt="x") for n in range(6)]
    assert b'"error_code": 9' in adds[5].content
    first = await ask(http, smsc, send_code="1", sender="77000003344", site_name="romashka.example")
    assert b"error" not in first.content
    assert b'"error_code": 10' in (await ask(http, smsc, send_code="1", sender="77000003344")).content
    clock.advance(8 * 3600 + 1)
    assert b"error" not in (await ask(http, smsc, send_code="1", sender="77000003344")).content
    state = (await http.get(f"{smsc.url}/desk/state")).json()
    assert "romashka.example" in state["sms"][1]["text"]
    assert b'"error_code": 11' in (await ask(http, smsc, check_code="1", sender="77000003344", code="0")).content


async def test_the_desk_decides(http: httpx.AsyncClient, smsc: SmscSandbox) -> None:
    state = (await http.get(f"{smsc.url}/desk/state")).json()
    [waiting] = [each for each in state["accounts"][0]["names"] if each["name"] == "Sale"]
    answer = await http.post(f"{smsc.url}/desk/name", json={"id": waiting["id"], "decision": "activate"})
    assert answer.status_code == 200
    listed = await ask(http, smsc, get="1")
    assert any(row["sender"] == "Sale" for row in listed.json())
    assert (await http.post(f"{smsc.url}/desk/name", json={"id": 1, "decision": "maybe"})).status_code == 400


@pytest.mark.node
async def test_node_smsc_unchanged(smsc: SmscSandbox, tmp_path: Path) -> None:
    folder = Path(os.environ.get("NODE_SMSC_DIR", ROOT)) / "node_modules" / "node-smsc"
    if shutil.which("node") is None or not folder.exists():
        pytest.skip("Node or the package node-smsc is not here")
    script = """
    const [, , folder, login, password, request] = process.argv;
    const api = require(folder)({login, password, request});
    const name = 'NODE2026';
    (async () => {
      const said = [];
      const asks = [{get: 1}, {add: 1, sender: name, cmt: 'x'}, {del: 1, sender: name}, {del: 1, sender: name}];
      for (const ask of asks) {
        try { said.push(await api.senders(ask)); }
        catch (error) { said.push({failed: String(error.message || error)}); }
      }
      console.log(JSON.stringify(said));
    })();
    """
    file = tmp_path / "ask.js"
    file.write_text(script)
    process = await asyncio.create_subprocess_exec(
        "node",
        str(file),
        str(folder),
        DEMO.login,
        DEMO.password,
        f"{smsc.url}/sys/",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, err.decode()
    told = out.decode()
    assert "Aruana" in told
    assert [each.command for each in smsc.requests] == ["get", "add", "del", "del"]
    assert [each.error for each in smsc.requests] == [None, None, None, 3]
    assert "record not found" in told


# Telegram


@pytest.fixture
async def api(telegram: TelegramSandbox) -> Any:
    async with Bot(telegram.token, AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))) as bot:
        yield bot


async def test_polling_acknowledges_by_offset_and_a_second_poller_ends_the_first(
    api: Bot, aigerim: Person, telegram: TelegramSandbox
) -> None:
    await aigerim.writes("/start")
    [first] = await api.get_updates(timeout=5)
    assert first.message is not None
    assert first.message.entities is not None
    assert [each.update_id for each in await api.get_updates(timeout=0)] == [first.update_id]
    assert await api.get_updates(offset=first.update_id + 1, timeout=0) == []
    before = len(telegram.world.calls)
    waiting = asyncio.create_task(api.get_updates(offset=first.update_id + 1, timeout=20))
    await comes(lambda: len(telegram.world.calls) > before)
    second = asyncio.create_task(api.get_updates(offset=first.update_id + 1, timeout=1))
    with pytest.raises(TelegramConflictError):
        await waiting
    await second


async def test_what_telegram_refuses(api: Bot, aigerim: Person) -> None:
    with pytest.raises(TelegramForbiddenError, match="initiate"):
        await api.send_message(aigerim.id, "too early")
    await aigerim.writes("/start")
    sent = await api.send_message(aigerim.id, "<b>Hello</b>", parse_mode="HTML")
    assert sent.entities is not None
    for wrong, why in [
        ("<b>open", "can't parse entities"),
        ("<font>x</font>", "can't parse entities"),
        ("x" * 4097, "message is too long"),
        ("", "text is empty"),
    ]:
        with pytest.raises(TelegramBadRequest, match=why):
            await api.send_message(aigerim.id, wrong, parse_mode="HTML")
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await api.edit_message_text("<b>Hello</b>", chat_id=aigerim.id, message_id=sent.message_id, parse_mode="HTML")
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await api.edit_message_text("x", chat_id=aigerim.id, message_id=999)
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await api.send_message(1, "x")
    long = Keyboard(inline_keyboard=[[InlineKeyboardButton(text="x", callback_data="я" * 33)]])
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await api.send_message(aigerim.id, "x", reply_markup=long)
    await api.delete_message(aigerim.id, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await api.delete_message(aigerim.id, sent.message_id)


async def test_old_things(api: Bot, aigerim: Person, telegram: TelegramSandbox) -> None:
    await aigerim.writes("/start")
    sent = await api.send_message(aigerim.id, "x")
    telegram.world.advance(49 * 3600)
    with pytest.raises(TelegramBadRequest, match="can't be deleted"):
        await api.delete_message(aigerim.id, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await api.answer_callback_query("12345")


async def test_files_come_and_go(api: Bot, aigerim: Person) -> None:
    await aigerim.sends_file("a.pdf", b"%PDF-1.4 here", caption="look")
    [update] = await api.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.document is not None
    content = await api.download(update.message.document)
    assert content is not None
    assert content.read() == b"%PDF-1.4 here"
    sent = await api.send_document(aigerim.id, BufferedInputFile(b"bytes", "b.txt"))
    assert sent.document is not None
    assert sent.document.file_size == 5


async def test_commands_by_scope_and_language(api: Bot, aigerim: Person) -> None:
    await aigerim.writes("/start")
    scope = BotCommandScopeAllPrivateChats()
    await api.set_my_commands([BotCommand(command="a", description="default")], scope=scope)
    await api.set_my_commands([BotCommand(command="a", description="english")], scope=scope, language_code="en")
    assert (await aigerim.state())["commands"][0]["description"] == "english"


async def test_faults_and_what_is_unknown(
    api: Bot, aigerim: Person, telegram: TelegramSandbox, http: httpx.AsyncClient
) -> None:
    await aigerim.writes("/start")
    await http.post(f"{telegram.url}/chat/faults", json={"method": "sendMessage", "kind": "429", "retry_after": 35})
    with pytest.raises(TelegramRetryAfter) as asked:
        await api.send_message(aigerim.id, "x")
    assert asked.value.retry_after == 35
    answer = await http.post(f"{telegram.url}/bot{telegram.token}/sendNothing", json={})
    assert answer.status_code == 501
    async with Bot("1:wrong-token-000", AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))) as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()
    await http.post(f"{telegram.url}/chat/block", json={"user": aigerim.id})
    with pytest.raises(TelegramForbiddenError, match="blocked"):
        await api.send_message(aigerim.id, "x")
