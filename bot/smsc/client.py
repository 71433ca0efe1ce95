"""The protocol client: every command of `senders.php` and `balance.php`, over HTTP.

Parameters stand in POST bodies only, the answer is asked for as JSON in UTF-8, a document goes by
multipart. An answer is read as it comes, up to a size and a time, and never decompressed. A change
is made once: it goes to the backup host only where it is certain that nothing was sent. A read may
be asked of the backup host when the first one gives no answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from time import perf_counter
from typing import TYPE_CHECKING, Final, Self

import certifi
import httpx

from bot.smsc import answers, request
from bot.smsc.catalogue import LIST_MAX, Command
from bot.smsc.errors import AnswerLost, Loss, MustWait, NotSent, result_of
from bot.smsc.facts import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bot.smsc.access import Access
    from bot.smsc.asking import Asking
    from bot.smsc.catalogue import Catalogue
    from bot.smsc.facts import Answer, Balance
    from bot.smsc.limits import Limits
    from bot.smsc.request import Form, Upload, Value

Observed = Callable[[str, str, str, float], None]
"""Is told of every request: the service, the command, how it ended (`errors.result_of`), and seconds."""
_ASIDE_BYTES: Final = 64 * 1024
"""Longer answers are read off the event loop."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for one attempt: to connect, for a read, for a change.

    An upload has one second more for every `upload_rate` bytes.
    """

    connect: float = 5.0
    read: float = 20.0
    change: float = 30.0
    upload_rate: float = 100_000.0

    def of(self, command: Command, size: int) -> float:
        """The whole time for an attempt that uploads `size` bytes."""
        return (self.change if command.changes else self.read) + size / self.upload_rate


class SmscClient:
    """Makes requests to any service, for any account. Use it as an async context manager.

    Args:
        catalogue: what can be sent and understood.
        limits: SMSC's limits; every request takes its place in them.
        timeouts: how long an attempt may take.
        patience: seconds that a request waits for its place before it says `MustWait`.
        answer_most: bytes of the longest answer that is read; 15 000 names with three documents each, every
            letter of their comments escaped, are 27 MB.
        tls: how certificates are checked; by default against the public authorities.
        observed: is told of every request; by default nobody is.
        reached: is told before a request, when its answer begins, and when that is read.

    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        limits: Limits,
        timeouts: Timeouts | None = None,
        patience: float = 5.0,
        answer_most: int = 48 * 1024 * 1024,
        tls: ssl.SSLContext | None = None,
        observed: Observed | None = None,
        reached: Callable[[str], None] | None = None,
    ) -> None:
        self.catalogue: Final = catalogue
        self.limits: Final = limits
        self._timeouts = timeouts or Timeouts()
        self._patience = patience
        self._answer_most = answer_most
        self._observed = observed or (lambda *_: None)
        self._reached = reached or (lambda _: None)
        from bot.smsc.transport import ByAiohttp  # heavy, and not needed where settings are merely read

        self._http = httpx.AsyncClient(
            transport=ByAiohttp(tls or ssl.create_default_context(cafile=certifi.where())),
            trust_env=False,
            # One account's cookie must not go with another's request.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"User-Agent": "sender-names-bot", "Accept-Encoding": "identity"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def balance(self, access: Access) -> Balance:
        """The account's balance with its currency.

        Raises:
            SmscError: any branch of the tree.

        """
        balance = (await self.call(access, Command.BALANCE, {"cur": True})).balance
        if balance is None:
            raise AnswerLost(Loss.UNREADABLE)
        return balance

    async def names(
        self,
        access: Access,
        *,
        everything: bool,
        operators: bool = True,
        files: bool = True,
        count: int | None = None,
        before_id: int | None = None,
        from_date: date | None = None,
        known: str = "",
    ) -> Answer:
        """A list of names, newest first; `complete` tells whether a name that is not in it is certainly not there.

        Args:
            access: whose.
            everything: all names; False: the activated ones.
            operators: with each operator's status code.
            files: with the documents.
            count: at most so many; by default as many as one list can have.
            before_id: names created before this one.
            from_date: names whose status changed at any operator since that day, newest change
                first.
            known: the digest of an answer that was read before; where just the same comes, it is not read again.

        Raises:
            SmscError: any branch of the tree; a list that is empty is no error.

        """
        values: dict[str, Value] = {
            "all": everything,
            "operators": operators,
            "files": files,
            "cnt": LIST_MAX if count is None else count,
        }
        if before_id is not None:
            values["prev_id"] = before_id
        if from_date is not None:
            values["from_date"] = from_date.strftime("%d.%m.%Y")
        return await self.call(access, Command.GET, values, known=known)

    def earliest(self, access: Access, command: Command, values: Mapping[str, Value] | None = None) -> MustWait | None:
        """Why and until when such a request would have to wait; None where it may go now. Only looks.

        `values` matter for a list: SMSC limits identical ones. None: as a list not asked for yet.
        """
        if command is Command.GET and values is not None:
            return self.limits.earliest(
                _asking(access, command, request.build(self.catalogue, access, command, values))
            )
        return self.limits.earliest(access.asking(command))

    async def call(
        self,
        access: Access,
        command: Command,
        values: Mapping[str, Value],
        document: Upload | None = None,
        known: str = "",
    ) -> Answer:
        """Makes any request of the API; the parameters are checked against the catalogue. `known`: as for `names`.

        Raises:
            ParameterError: it is not what the API takes; nothing was sent.
            MustWait: it has to wait for longer than the client's patience; nothing was sent.
            NotSent: the service cannot be reached; nothing was sent.
            AnswerLost: it was sent, and no answer came that can be used.
            Refused: SMSC answered with an error.

        """
        form = request.build(self.catalogue, access, command, values, document)
        first, backup = access.service.base_url, access.service.backup_url
        name = access.service.name
        try:
            async with self.limits.slot(_asking(access, command, form), self._patience) as slot:
                try:
                    return await self._counted(name, first, command, form, known)
                except NotSent:
                    if backup is None:
                        raise
                except AnswerLost as lost:
                    if command.changes or backup is None or not lost.how.elsewhere or not await slot.again():
                        raise
                return await self._counted(name, backup, command, form, known)
        except MustWait as held:
            self._observed(name, command.value, result_of(held), 0.0)
            raise

    async def _counted(self, service: str, base_url: str, command: Command, form: Form, known: str) -> Answer:
        began = perf_counter()
        failure: BaseException | None = None
        try:
            return await self._attempt(base_url, command, form, known)
        except BaseException as raised:
            failure = raised
            raise
        finally:
            self._observed(service, command.value, result_of(failure), perf_counter() - began)

    async def _attempt(self, base_url: str, command: Command, form: Form, known: str) -> Answer:
        self._reached(f"before-smsc-{command.value}")
        body, charset = await self._post(base_url + command.endpoint, command, form)
        self._reached(f"after-smsc-{command.value}")
        if len(body) > _ASIDE_BYTES:
            answer = await asyncio.to_thread(self._read, command, body, charset, form, known)
        else:
            answer = self._read(command, body, charset, form, known)
        if command is Command.ADD and str(answer.id) == form.fields.get("sender"):
            return Answer(extra=answer.extra)  # a digital name said back, not its id
        return answer

    def _read(self, command: Command, body: bytes, charset: str | None, form: Form, known: str = "") -> Answer:
        digest = hashlib.blake2b(body, digest_size=16).hexdigest()
        if digest == known:
            return Answer(digest=digest, unread=partial(self._read, command, body, charset, form))
        answer = answers.read(command, body, catalogue=self.catalogue, charset=charset, hide=form.secrets)
        return replace(answer, digest=digest)

    async def _post(self, url: str, command: Command, form: Form) -> tuple[bytes, str | None]:
        """The body of the answer and the charset that it names.

        Raises:
            NotSent: not a byte of the request went out.
            AnswerLost: some may have.

        """
        seconds = self._timeouts.of(command, len(form.file[1]) if form.file is not None else 0)
        body, kind = request.encoded(form)
        lost: AnswerLost | NotSent
        try:
            async with (
                asyncio.timeout(seconds),
                self._http.stream(
                    "POST",
                    url,
                    content=body,
                    headers={"Content-Type": kind},
                    timeout=httpx.Timeout(None, connect=self._timeouts.connect),
                ) as response,
            ):
                self._reached(f"sent-smsc-{command.value}")
                _check(response)
                read = bytearray()
                async for chunk in response.aiter_raw():
                    read += chunk
                    if len(read) > self._answer_most:
                        raise AnswerLost(Loss.TOO_LARGE)
                return bytes(read), response.charset_encoding
        except httpx.ConnectTimeout:
            lost = NotSent("no connection in time")
        except httpx.ConnectError as failure:
            unsure = "CERTIFICATE_VERIFY_FAILED" in str(failure)
            lost = NotSent("the certificate is not valid" if unsure else "no connection")
        except TimeoutError:
            lost = AnswerLost(Loss.TIMEOUT)
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError):
            lost = AnswerLost(Loss.DROPPED)
        raise lost  # out here: the library's own exception may hold the request, and that the secrets


def _check(response: httpx.Response) -> None:
    """Refuses, unread, what is no answer of the service: it answers 200, its errors too (A), as plain bytes."""
    status = response.status_code
    if 300 <= status < 400:
        raise AnswerLost(Loss.REDIRECT)
    if not 200 <= status < 300:
        raise AnswerLost(Loss.SERVER if status >= 500 else Loss.STATUS, f"HTTP {status}")
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise AnswerLost(Loss.ENCODED)  # a few bytes of it may swell to any size


def _asking(access: Access, command: Command, form: Form) -> Asking:
    """The request as the limits see it; what tells one list from another goes in without what lets it in."""
    if command is not Command.GET:
        return access.asking(command)
    let_in = access.fields()
    fields = {key: value for key, value in form.fields.items() if key not in let_in}
    own = {key: value for key, value in fields.items() if key != "user"}
    return access.asking(command, _digest(fields), _digest(own))


def _digest(fields: Mapping[str, str]) -> str:
    return hashlib.sha256(repr(sorted(fields.items())).encode("utf-8", "surrogatepass")).hexdigest()[:16]
