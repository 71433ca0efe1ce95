"""A key, a password and a confirmation code stand in the body of a request, and nowhere else."""

from __future__ import annotations

import logging
import traceback
from urllib.parse import quote_plus

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.smsc import Access, Command, KeyAuth, PasswordAuth, Service, SmscClient, SmscError, Upload
from bot.smsc.request import build
from tests.smsc.recorder import Recorder, Reply, cut, drops, hangs, redirects, says

KEY = "CANARY-key/&+'\"<é"
PASSWORD = "CANARY-password %41 \\"
CODE = "CANARY-code-5521"
CANARIES = [KEY, PASSWORD, CODE, quote_plus(KEY), quote_plus(PASSWORD), "CANARY"]


def echoes(form: str = "{}", *, status: int = 200, most: int | None = None) -> Reply:
    """Says back the secrets that came with the request."""

    async def reply(request: web.Request) -> web.StreamResponse:
        fields = await request.post()
        secret = str(fields.get("apikey") or fields.get("psw"))
        told = form.format(f"<pre>code={CODE} {quote_plus(secret)} key={secret}</pre>")
        return web.Response(status=status, text=told[:most], content_type="text/html")

    return reply


HANGS = hangs()
REPLIES: list[Reply] = [
    echoes(),
    echoes("ERROR = 1 ({})"),
    echoes(status=500),
    echoes(most=-9),
    says('{"error": "' + CODE + '", "error_code": 77}'),
    cut(f"<pre>{CODE}".encode()),
    redirects("/elsewhere"),
    drops(),
    HANGS,
]


@pytest.mark.parametrize("reply", REPLIES)
async def test_no_secret_in_errors_and_logs(
    reply: Reply,
    client: SmscClient,
    impatient: SmscClient,
    recorder: Recorder,
    access: Access,
    caplog: pytest.LogCaptureFixture,
) -> None:
    recorder.replies = [reply]
    shown: list[str] = []
    for auth in (KeyAuth(SecretStr(KEY)), PasswordAuth("demo", SecretStr(PASSWORD))):
        own = Access(access.service, auth)
        with caplog.at_level(logging.DEBUG), pytest.raises(SmscError) as caught:
            await (impatient if reply is HANGS else client).call(
                own, Command.CHECK_CODE, {"sender": "77011234567", "code": CODE}
            )
        problem: BaseException | None = caught.value
        shown += traceback.format_exception(caught.value)
        while problem is not None:
            shown += [str(problem), repr(problem), repr(problem.__dict__)]
            problem = problem.__cause__ or problem.__context__
        shown += [repr(own), str(own), repr(own.identity)]
    sent = [each.fields for each in recorder.received]
    assert [(each.get("apikey"), each.get("psw"), each["code"]) for each in sent] == [
        (KEY, None, CODE),
        (None, PASSWORD, CODE),
    ]
    assert all(each.query == "" for each in recorder.received)
    assert caplog.records or reply is HANGS, "nothing was logged at all, so nothing was looked at"
    shown += [record.getMessage() for record in caplog.records]
    shown += [repr(record.args) for record in caplog.records]
    own_lines = "\n".join(line for line in shown if "CANARY" in line)
    assert own_lines == ""


def test_nothing_prints_what_it_holds(client: SmscClient) -> None:
    access = Access(Service.parse("smsc.kz"), KeyAuth(SecretStr(KEY)))
    upload = Upload("a.pdf", b"CANARY-content")
    form = build(client.catalogue, access, Command.CHG, {"id": 5, "cmt": "CANARY-comment"}, upload)
    assert form.fields["apikey"] == KEY
    for each in (access, access.auth, upload, form, client):
        assert not any(canary in repr(each) + str(each) for canary in CANARIES)
