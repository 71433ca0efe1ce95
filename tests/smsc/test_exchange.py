"""The exchange itself: lost answers, backup host, certificates, redirects, sizes, cookies."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import ipaddress
import socket
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

import orjson
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from bot.clock import SystemClock
from bot.sandbox.faults import WAYS, Way, spoilt
from bot.smsc import (
    Access,
    AnswerLost,
    Command,
    KeyAuth,
    Limits,
    Loss,
    MustWait,
    NotSent,
    Refused,
    Service,
    SmscClient,
    Timeouts,
    Upload,
    WaitReason,
    seed_catalogue,
)
from tests.smsc.clock import HandClock, TwoHosts
from tests.smsc.recorder import JSON, Recorder, Reply, cut, drops, hangs, redirects, says

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

CHANGES: list[tuple[Command, dict[str, str | int | bool]]] = [
    (Command.ADD, {"sender": "PARUS", "cmt": "Flowers"}),
    (Command.CHG, {"sender": "PARUS", "cmt": "Flowers"}),
    (Command.DEL, {"sender": "PARUS"}),
    (Command.SEND_CODE, {"sender": "77011234567"}),
    (Command.CHECK_CODE, {"sender": "77011234567", "code": "1234"}),
]
LOST: dict[str, tuple[Reply, Loss]] = {
    "dropped": (drops(), Loss.DROPPED),
    "timeout": (hangs(), Loss.TIMEOUT),
    "500": (says('{"result": "OK"}', status=500), Loss.SERVER),
    "cut in transit": (cut(b'{\n"sender": 246'), Loss.DROPPED),
    "cut JSON": (says('{\n"sender": 246'), Loss.UNREADABLE),
    "HTML": (says("<html><h1>Sorry</h1></html>", content_type="text/html"), Loss.UNREADABLE),
    "wrong charset": (says("OK".encode("utf-16")), Loss.UNREADABLE),
    "empty": (says(""), Loss.EMPTY),
    "404": (says("OK", status=404), Loss.STATUS),
}
FALLEN_BACK = {Loss.DROPPED, Loss.TIMEOUT, Loss.SERVER, Loss.EMPTY}


@pytest.fixture
async def backup() -> AsyncIterator[Recorder]:
    server = Recorder()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def two_hosts(recorder: Recorder, backup: Recorder) -> Access:
    service = TwoHosts("two.example", recorder.url, backup.url)
    return Access(service, KeyAuth(SecretStr("key-0123456789")))


@pytest.fixture
def nobody() -> str:
    """An address on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize(("command", "values"), CHANGES, ids=[each[0] for each in CHANGES])
async def test_a_change_is_never_made_twice(
    command: Command,
    values: dict[str, str | int | bool],
    fault: str,
    client: SmscClient,
    impatient: SmscClient,
    recorder: Recorder,
    backup: Recorder,
    two_hosts: Access,
) -> None:
    reply, how = LOST[fault]
    recorder.replies = [reply]
    with pytest.raises(AnswerLost) as caught:
        await (impatient if fault == "timeout" else client).call(two_hosts, command, values)
    assert caught.value.how is how
    assert len(recorder.received) == 1
    assert backup.received == []


@pytest.mark.parametrize("fault", LOST)
async def test_a_read_is_asked_of_the_backup_host_where_that_may_help(
    fault: str, client: SmscClient, recorder: Recorder, backup: Recorder, two_hosts: Access
) -> None:
    reply, how = LOST[fault]
    recorder.replies = [reply]
    backup.replies = [says('[{"sender": "PARUS"}]')]
    if how in FALLEN_BACK:
        (name,) = (await client.names(two_hosts, everything=True)).names
        assert name.name == "PARUS"
        assert backup.last.fields == recorder.last.fields
    else:
        with pytest.raises(AnswerLost) as caught:
            await client.names(two_hosts, everything=True)
        assert caught.value.how is how
        assert backup.received == []


async def test_an_error_is_an_answer_and_no_reason_for_the_backup_host(
    client: SmscClient, recorder: Recorder, backup: Recorder, two_hosts: Access
) -> None:
    recorder.replies = [says('{"error": "authorise error", "error_code": 2}')]
    with pytest.raises(Refused):
        await client.balance(two_hosts)
    assert backup.received == []


@pytest.mark.parametrize(("command", "values"), CHANGES, ids=[each[0] for each in CHANGES])
async def test_a_change_goes_to_the_backup_host_where_nothing_was_sent(
    command: Command,
    values: dict[str, str | int | bool],
    nobody: str,
    client: SmscClient,
    backup: Recorder,
) -> None:
    access = Access(TwoHosts("two.example", nobody, backup.url), KeyAuth(SecretStr("key")))
    await client.call(access, command, values)
    assert len(backup.received) == 1


async def test_nobody_there_is_certain(nobody: str, client: SmscClient) -> None:
    one = Access(Service.parse(nobody), KeyAuth(SecretStr("key")))
    two = Access(TwoHosts("two.example", nobody, nobody), KeyAuth(SecretStr("key")))
    for access in (one, two):
        for command, values in CHANGES:
            with pytest.raises(NotSent) as caught:
                await client.call(access, command, values)
            assert not isinstance(caught.value, MustWait)
        with pytest.raises(NotSent):
            await client.names(access, everything=True)


async def test_what_was_not_sent_does_not_count(nobody: str, client: SmscClient, clock: HandClock) -> None:
    access = Access(Service.parse(nobody), KeyAuth(SecretStr("key")))
    began = clock.at
    for _ in range(8):
        with pytest.raises(NotSent):
            await client.call(access, Command.ADD, {"sender": "PARUS"})
    assert clock.at == began


async def test_the_backup_host_counts_towards_the_lists_of_a_minute(
    client: SmscClient, clock: HandClock, recorder: Recorder, backup: Recorder, two_hosts: Access
) -> None:
    recorder.replies = [says("", status=500)]
    backup.replies = [says("[]")]
    began = clock.at
    await client.names(two_hosts, everything=True)
    with pytest.raises(AnswerLost):  # the third of this minute; a fourth would be error 9
        await client.names(two_hosts, everything=True)
    assert (len(recorder.received), len(backup.received)) == (2, 1)
    await client.names(two_hosts, everything=True)
    assert clock.at - began > 60
    assert (len(recorder.received), len(backup.received)) == (3, 2)


@pytest.mark.parametrize("command", [Command.GET, Command.ADD, Command.BALANCE])
async def test_redirects_are_not_followed(
    command: Command, client: SmscClient, recorder: Recorder, backup: Recorder, access: Access
) -> None:
    recorder.replies = [redirects(f"{backup.url}/sys/senders.php")]
    values: dict[str, str | int | bool] = {"sender": "PARUS"} if command is Command.ADD else {}
    with pytest.raises(AnswerLost) as caught:
        await client.call(access, command, values)
    assert caught.value.how is Loss.REDIRECT
    assert backup.url not in str(caught.value)
    assert backup.received == []


async def test_an_answer_that_is_too_large(clock: HandClock, recorder: Recorder, access: Access) -> None:
    limits = Limits(clock)
    async with SmscClient(catalogue=seed_catalogue(), limits=limits, answer_most=1000) as client:
        recorder.replies = [says("[]" + " " * 998), says("[]" + " " * 999)]
        assert (await client.names(access, everything=True)).names == ()
        with pytest.raises(AnswerLost) as caught:
            await client.names(access, everything=False)
    assert caught.value.how is Loss.TOO_LARGE


async def test_a_long_list_is_read_beside_the_event_loop(
    client: SmscClient, recorder: Recorder, access: Access
) -> None:
    rows = [{"id": n, "sender": f"NAME{n}"} for n in range(15_000)]
    recorder.replies = [says(orjson.dumps(rows))]
    listed = await client.names(access, everything=True)
    assert [each.id for each in listed.names] == list(range(15_000))
    assert recorder.last.fields["cnt"] == "15000"


async def test_one_account_s_cookie_does_not_go_with_another_s_request(
    client: SmscClient, recorder: Recorder, access: Access
) -> None:
    async def with_cookie(_request: web.Request) -> web.StreamResponse:
        response = web.Response(text="[]")
        response.set_cookie("PHPSESSID", "one")
        return response

    recorder.replies = [with_cookie]
    await client.names(access, everything=True)
    await client.names(access, everything=False)
    assert all("cookie" not in each.headers for each in recorder.received)


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
async def test_an_answer_that_comes_twice_is_not_the_answer_to_the_next_request(
    client: SmscClient, recorder: Recorder, access: Access, at_once: bool
) -> None:
    open_to: list[asyncio.Transport] = []

    async def answered(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        open_to.append(request.transport)
        how = WAYS["twice"] if at_once else Way()
        return await spoilt(request, web.Response(body=b"OK"), how, 0, asyncio.sleep)

    recorder.replies = [answered, says('{"error": "record not found", "error_code": 3}')]
    with suppress(AnswerLost):  # one with something behind it may be none
        await client.call(access, Command.DEL, {"sender": "PARUS"})
    if not at_once:
        open_to[0].write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\nOK")
    for _ in range(50):  # so that it is there before the next request is
        await asyncio.sleep(0)
    with pytest.raises(Refused):
        await client.call(access, Command.DEL, {"sender": "ROMASHKA"})
    assert len(recorder.received) == 2


async def test_a_digital_name_said_back_is_not_its_id(client: SmscClient, recorder: Recorder, access: Access) -> None:
    recorder.replies = [says('{"sender": "77011234567"}'), says('{"sender": 24608}')]
    assert (await client.call(access, Command.ADD, {"sender": "77011234567"})).id is None
    assert (await client.call(access, Command.ADD, {"sender": "77011234567"})).id == 24608


async def test_only_so_many_at_once_and_the_rest_in_turn(recorder: Recorder, access: Access) -> None:
    at_once = most = 0
    all_here = asyncio.Event()

    async def counted(_request: web.Request) -> web.StreamResponse:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        if most == 2:
            all_here.set()
        await all_here.wait()
        await asyncio.sleep(0)
        at_once -= 1
        return web.Response(text="OK")

    recorder.replies = [counted]
    async with SmscClient(catalogue=seed_catalogue(), limits=Limits(SystemClock())) as client:
        await asyncio.gather(*(client.call(access, Command.DEL, {"id": n}) for n in range(1, 12)))
    assert most == 2
    assert len(recorder.received) == 11


async def test_impatience_is_told_why(clock: HandClock, recorder: Recorder, access: Access) -> None:
    limits = Limits(clock)
    async with SmscClient(catalogue=seed_catalogue(), limits=limits, patience=5) as client:
        recorder.replies = [says("[]")]
        await client.names(access, everything=True)
        with pytest.raises(MustWait) as caught:
            await client.names(access, everything=True)
        assert (caught.value.until, caught.value.why) == (clock.at + 20, WaitReason.LIMITS)
        values: dict[str, str | int | bool] = {
            "all": True,
            "operators": True,
            "files": True,
            "cnt": 15000,
        }
        wait = client.earliest(access, Command.GET, values)
        assert wait is not None
        assert (wait.until, wait.why) == (clock.at + 20, WaitReason.LIMITS)
        assert client.earliest(access, Command.GET) is None
        await client.names(access, everything=False)

        recorder.replies = [says('{"error": "wait", "error_code": 4}')]
        with pytest.raises(Refused):
            await client.balance(access)
        with pytest.raises(MustWait) as caught:
            await client.call(access, Command.ADD, {"sender": "PARUS"})
        assert caught.value.why is WaitReason.BLOCKED
        wait = client.earliest(access, Command.ADD)
        assert wait is not None
        assert (wait.until, wait.why) == (clock.at + 600, WaitReason.BLOCKED)


async def test_an_upload_has_time_for_its_size() -> None:
    timeouts = Timeouts(change=30, read=20, upload_rate=100_000)
    assert timeouts.of(Command.GET, 0) == 20
    assert timeouts.of(Command.ADD, 0) == 30
    assert timeouts.of(Command.CHG, 3_000_000) == 60


async def test_only_a_certificate_that_is_valid_will_do(tmp_path: Path, clock: HandClock) -> None:
    server = _certified(tmp_path)
    arrived: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        arrived.append(request.path)
        return web.Response(text="OK")

    app = web.Application()
    app.router.add_post("/prefix/sys/senders.php", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server).start()
    port = runner.addresses[0][1]
    access = Access(Service.parse(f"https://127.0.0.1:{port}/prefix/"), KeyAuth(SecretStr("key")))
    limits = Limits(clock)
    async with SmscClient(catalogue=seed_catalogue(), limits=limits) as client:
        with pytest.raises(NotSent, match="certificate"):
            await client.call(access, Command.ADD, {"sender": "PARUS"}, Upload("a.pdf", b"%PDF"))
    assert arrived == []
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    async with SmscClient(catalogue=seed_catalogue(), limits=limits, tls=trusting) as client:
        await client.call(access, Command.ADD, {"sender": "PARUS"}, Upload("a.pdf", b"%PDF"))
    assert arrived == ["/prefix/sys/senders.php"]
    await runner.cleanup()


def _certified(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def swells(encoding: str) -> Reply:
    """A few bytes that would be megabytes, had anybody asked for them."""

    async def reply(_request: web.Request) -> web.StreamResponse:
        content = gzip.compress(b"[" + b" " * 3_000_000 + b"]")
        return web.Response(body=content, headers={"Content-Type": JSON, "Content-Encoding": encoding})

    return reply


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "zstd", "x-unknown", "identity, gzip"])
async def test_a_compressed_answer_is_refused_unread(
    client: SmscClient, recorder: Recorder, access: Access, encoding: str
) -> None:
    recorder.replies = [swells(encoding)]
    with pytest.raises(AnswerLost) as caught:
        await client.names(access, everything=True)
    assert caught.value.how is Loss.ENCODED
    assert recorder.last.headers["accept-encoding"] == "identity"


def drips(piece: bytes) -> Reply:
    """Sends a byte now and then, for ever."""

    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": JSON})
        await response.prepare(request)
        while True:
            await response.write(piece)
            await asyncio.sleep(0.01)

    return reply


async def test_a_body_that_drips_is_no_answer(clock: HandClock, recorder: Recorder, access: Access) -> None:
    limits = Limits(clock)
    times = Timeouts(connect=5, read=0.3, change=0.3)
    async with SmscClient(catalogue=seed_catalogue(), limits=limits, timeouts=times) as client:
        recorder.replies = [drips(b" ")]
        with pytest.raises(AnswerLost) as caught:
            await client.names(access, everything=True)
    assert caught.value.how is Loss.TIMEOUT


@pytest.mark.parametrize("line", [b"X-Drip: y\r\n", b"H", b""])
async def test_headers_that_drip_are_no_answer(clock: HandClock, line: bytes) -> None:
    async def answer_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            writer.write(b"HTTP/1.1 200 OK\r\n" if line else b"")
            while not reader.at_eof():  # until the client has left
                writer.write(line)
                await writer.drain()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.01):
                        await reader.read(65_536)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(answer_slowly, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        limits = Limits(clock)
        times = Timeouts(connect=5, read=0.3, change=0.3)
        async with SmscClient(catalogue=seed_catalogue(), limits=limits, timeouts=times) as client:
            access = Access(Service.parse(f"http://127.0.0.1:{port}"), KeyAuth(SecretStr("key-0123456789")))
            with pytest.raises(AnswerLost) as caught:
                await client.names(access, everything=True)
    assert caught.value.how in {Loss.TIMEOUT, Loss.DROPPED}
