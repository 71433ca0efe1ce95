"""What the stand-in knows: accounts, names, documents, sent codes, and the rules for them.

Pure: time is handed in with every call. `Refusal` carries the number of SMSC's error. The state is
in memory only.

How long moderation takes, what it finds and which codes the operators give are guesses; nobody has
documented a single code, so they are plain numbers without a meaning.
"""

from __future__ import annotations

import heapq
import re
import secrets
from collections import deque
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from bot.sandbox.smsc.records import (
    ADMITTED,
    CODE_DECIDED,
    CODE_FILED,
    CODE_MODERATED,
    CODE_REJECTED,
    REJECTED,
    UNDER_REVIEW,
    Account,
    Decision,
    DocumentFile,
    File,
    LimitNumbers,
    Listing,
    Name,
    NameKind,
    OperatorState,
    Pace,
    Refusal,
    Sms,
)
from bot.smsc import DOCUMENT_FORMATS, DOCUMENT_MAX_BYTES, seed_catalogue
from bot.smsc.calendar import ALMATY, in_almaty
from bot.smsc.catalogue import LIST_MAX, Kind
from bot.smsc.errors import ErrorKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bot.smsc import Catalogue


REJECTING_WORD: Final = "Bad"
"""A name or a document's file with this in it is turned down."""
REJECTING_COMMENT: Final = "Документ не подтверждает право на имя, приложите свидетельство на товарный знак"

UNDELIVERABLE_END: Final = "0000"
"""A number that ends so can't get a code."""

SERVICE_SENDER: Final = "SMSC.KZ"
SERVICE_SITE: Final = "smsc.kz"

_MINUTE: Final = 60.0
_LETTERS: Final = re.compile(r"(?=.*[^ ])[A-Za-z0-9 ._!?()&+'-]{1,11}")
_DIGITS: Final = re.compile(r"\+?([0-9]+)")
_DIGITS_LEAST, _DIGITS_MOST = 5, 15
_MAIL: Final = re.compile(r"[^\s@]{1,64}@[^\s@]+\.[^\s@.]{2,}")


class World:
    """Accounts and names, and what can be done with them. Mutable, and nothing in it is locked."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        self.accounts: dict[str, Account] = {}
        self.sms: list[Sms] = []
        self.limits = LimitNumbers()
        self.pace = Pace()
        self.catalogue = catalogue or seed_catalogue()
        self._last_id = 24600
        self._last_fid = 5100
        self._last_sms = 0
        self._due: list[tuple[float, int, Callable[[float], None]]] = []
        self._promised = 0
        self._times: dict[tuple[object, ...], deque[float]] = {}
        self._blocked: dict[str, float] = {}
        self._codes: dict[str, tuple[float, str]] = {}

    # -- who is asking

    def add_account(self, account: Account) -> Account:
        """One more client of the service."""
        self.accounts[account.login] = account
        return account

    def account_of(self, fields: Mapping[str, str]) -> Account | None:
        """Whose key, or login and password, these are (seed; the MD5 is B).

        A key replaces the pair; a login beside it must be the key's own (the latter U).
        """
        key, login = fields.get("apikey"), fields.get("login")
        if key:
            owner = next((each for each in self.accounts.values() if each.apikey == key), None)
            return owner if owner is not None and login in {None, "", owner.login} else None
        account = self.accounts.get(login or "")
        if account is not None and account.is_password(fields.get("psw", "")):
            return account
        return None

    def admit(self, fields: Mapping[str, str], address: str, now: float, *, blocking: bool) -> Account:
        """The account behind a request: error 2 for a stranger, error 4 for a blocked address."""
        if blocking and self._blocked.get(address, 0.0) > now:
            raise Refusal(ErrorKind.ADDRESS_BLOCKED)
        account = self.account_of(fields)
        if account is not None and (account.allowed is None or address in account.allowed):
            return account
        if blocking and self._often(("wrong", address), self.limits.wrong - 1, now):
            self._blocked[address] = now + self.limits.blocked_seconds
            self._times.pop(("wrong", address), None)
        raise Refusal(ErrorKind.AUTHORISATION)

    def owner(self, account: Account, user: str | None) -> str:
        """Whose names are meant: "" for the account's own; an unknown subclient is error 1 (U)."""
        if not user or user == account.login:
            return ""
        if user not in account.subclients:
            raise Refusal(ErrorKind.PARAMETERS)
        return user

    # -- limits

    def limit(self, what: tuple[object, ...], most: int, now: float) -> None:
        """Error 9 for more than `most` of the same within a minute; a refused one is not counted."""
        if self._often(what, most, now):
            raise Refusal(ErrorKind.TOO_OFTEN)

    def _often(self, what: tuple[object, ...], most: int, now: float) -> bool:
        if len(self._times) > 1000:
            self._times = {key: seen for key, seen in self._times.items() if seen and seen[-1] > now - _MINUTE}
        times = self._times.setdefault(what, deque())
        while times and times[0] <= now - _MINUTE:
            times.popleft()
        if len(times) >= most:
            return True
        times.append(now)
        return False

    # -- the commands

    def list_names(self, account: Account, owner: str, wanted: Listing) -> list[Name]:
        """The names of `get`, the newest first (U), or the newest change first (seed)."""
        if not 1 <= wanted.cnt <= LIST_MAX or (wanted.prev_id is not None and wanted.prev_id < 1):
            raise Refusal(ErrorKind.PARAMETERS)
        found = [
            each
            for each in reversed(account.names.values())
            if each.owner == owner
            and (wanted.all or each.active)
            and (wanted.prev_id is None or each.id < wanted.prev_id)
        ]
        if wanted.from_date is not None:
            since = _day(wanted.from_date)
            dated = [(changed, each) for each in found if (changed := each.operators_changed) is not None]
            dated = [pair for pair in dated if pair[0] >= since]
            found = [each for _, each in sorted(dated, key=lambda pair: (-pair[0], -pair[1].id))]
        return found[: wanted.cnt]

    def add(self, account: Account, owner: str, fields: Mapping[str, str], files: Iterable[File], now: float) -> Name:
        """`add`: the new name, which waits for the moderator, or for its code if it is a number."""
        files = tuple(files)
        name, kind = self._checked_name(fields)
        comment = fields.get("cmt", "").strip()
        if not comment:
            raise Refusal(ErrorKind.PARAMETERS)
        flags = self._flags(fields)
        self._check_forms(flags, fields)
        _check_files(files)
        if account.find(owner, name) is not None:
            raise Refusal(ErrorKind.NOT_SAVED)
        new = self._new_name(account, owner, name, kind, comment, now)
        self._file(new, flags, fields, files, now)
        if kind != "digits":
            self._moderate_later(new, now)
        return new

    def change(
        self, account: Account, owner: str, fields: Mapping[str, str], files: Iterable[File], now: float
    ) -> Name:
        """`chg`: comment, operators, company, document. A rejected name goes to the moderator again."""
        files = tuple(files)
        name = self.named(account, owner, fields)
        flags = self._flags(fields)
        self._check_forms(flags, {**name.fields, **{key: each for key, each in fields.items() if each}})
        _check_files(files)
        name.comment = fields.get("cmt", "").strip() or name.comment
        self._file(name, flags, fields, files, now)
        if name.state == "rejected":
            name.state, name.told, name.changed = "waiting", False, now
            self._moderate_later(name, now)
        elif name.active:
            self._due_at(now + self.pace.moderator, lambda at: self._look_again(name, at))
            self._operators_later(name, now + self.pace.moderator)
        return name

    def delete(self, account: Account, owner: str, fields: Mapping[str, str]) -> None:
        """`del`, by `sender` or by `id`."""
        name = self.named(account, owner, fields)
        del account.names[name.id]
        twins = [each.id for each in account.names.values() if (each.owner, each.name) == (name.owner, name.name)]
        if twins:
            account.index[name.owner, name.name] = twins[-1]
        else:
            del account.index[name.owner, name.name]

    def named(self, account: Account, owner: str, fields: Mapping[str, str]) -> Name:
        """The name that `id` or `sender` means; error 1 without either, error 3 for an unknown one.

        With both, `id` counts (U).
        """
        given = fields.get("id", "").strip()
        if given:
            if not re.fullmatch(r"[0-9]{1,18}", given):
                raise Refusal(ErrorKind.PARAMETERS)
            by_id = account.names.get(int(given))
            found = by_id if by_id is not None and by_id.owner == owner else None
        else:
            sender = fields.get("sender", "").strip()
            if not sender:
                raise Refusal(ErrorKind.PARAMETERS)
            digits = _DIGITS.fullmatch(sender)
            found = account.find(owner, digits[1] if digits else sender)
        if found is None:
            raise Refusal(ErrorKind.NOT_FOUND)
        return found

    def send_code(self, account: Account, owner: str, fields: Mapping[str, str], now: float) -> Name:
        """`send_code`: a message to the number; errors 7, 3, 1, 8 and 10 in this order (U)."""
        sender = fields.get("sender", "").strip()
        if not sender:
            raise Refusal(ErrorKind.PARAMETERS)
        number = _number(sender)
        name = self.named(account, owner, {"sender": number})
        site = fields.get("site", "").strip()
        if site:
            known = account.find(owner, site) or account.find("", site)
            if known is None or not known.active:
                raise Refusal(ErrorKind.PARAMETERS)
        if number.endswith(UNDELIVERABLE_END):
            raise Refusal(ErrorKind.UNDELIVERABLE)
        before = self._codes.get(number)
        if before is not None and now - before[0] < self.limits.code_seconds:
            raise Refusal(ErrorKind.CODE_ALREADY_SENT)
        code = f"{secrets.randbelow(10_000):04}"
        self._codes[number] = (now, code)
        about = fields.get("site_name", "").strip() or SERVICE_SITE
        self._last_sms += 1
        text = f"Код подтверждения: {code}. {about}"
        self.sms.append(Sms(self._last_sms, now, site or SERVICE_SENDER, number, text))
        return name

    def check_code(self, account: Account, owner: str, fields: Mapping[str, str], now: float) -> Name:
        """`check_code`: the right code makes a digital name active."""
        sender, code = fields.get("sender", "").strip(), fields.get("code", "").strip()
        if not sender or not code:
            raise Refusal(ErrorKind.PARAMETERS)
        number = _number(sender)
        name = self.named(account, owner, {"sender": number})
        sent = self._codes.get(number)
        if sent is None or sent[1] != code:
            raise Refusal(ErrorKind.WRONG_CODE)
        if not name.active:
            self._activate(name, now)
        return name

    # -- moderator and operators

    def settle(self, now: float) -> None:
        """Everything that moderator and operators have decided until now."""
        while self._due and self._due[0][0] <= now:
            at, _, deed = heapq.heappop(self._due)
            deed(at)

    def name(self, number: int) -> Name:
        """A name of any account.

        Raises:
            KeyError: there is none.

        """
        for each in self.accounts.values():
            if number in each.names:
                return each.names[number]
        raise KeyError(number)

    def document(self, fid: int) -> DocumentFile:
        """A document of any account.

        Raises:
            KeyError: there is none.

        """
        for account in self.accounts.values():
            for name in account.names.values():
                for each in name.documents:
                    if each.fid == fid:
                        return each
        raise KeyError(fid)

    def decide(self, number: int, decision: Decision, now: float, comment: str = "") -> Name:
        """What the moderator is told to decide; with `wait` the name waits until he is told again."""
        name = self.name(number)
        name.told = True
        name.verdict = comment
        if decision == "activate":
            self._activate(name, now)
        elif decision == "reject":
            self._reject(name, comment, now)
        else:
            name.state, name.changed = "waiting", now
        return name

    def remove(self, number: int) -> None:
        """Somebody deletes a name in the cabinet.

        Raises:
            KeyError: there is none.

        """
        name = self.name(number)
        account = next(each for each in self.accounts.values() if number in each.names)
        self.delete(account, name.owner, {"id": str(number)})

    def decide_operator(self, number: int, flag: str, code: str, now: float) -> Name:
        """What an operator is told to say; the operator is added where the name was not filed with it."""
        name = self.name(number)
        if flag not in name.operators:
            name.operators[flag] = self._operator(flag, now)
        state = name.operators[flag]
        state.code, state.changed = code, now
        return name

    def decide_document(self, fid: int, status: int, comment: str = "") -> DocumentFile:
        """What the administrator is told to say of a document."""
        if status not in {UNDER_REVIEW, REJECTED, ADMITTED}:
            raise ValueError("status is 0, 1 or 2")
        document = self.document(fid)
        document.status, document.comment = status, comment
        return document

    def add_names(self, account_login: str, names: Iterable[str], owner: str = "", *, now: float = 0.0) -> list[int]:
        """Many active names at once, as they would be after years; gives their ids."""
        account = self.accounts[account_login]
        new = []
        for each in names:
            kind: NameKind = "mail" if "@" in each else "digits" if each.isdecimal() else "letters"
            name = self._new_name(account, owner, each, kind, each, now)
            name.state = "active"
            new.append(name.id)
        return new

    def file_with(self, name: Name, codes: Mapping[str, str], now: float) -> None:
        """Files a name with operators that have decided already."""
        for flag, code in codes.items():
            name.operators[flag] = self._operator(flag, now)
            name.operators[flag].code = code

    def attach(self, name: Name, file: str, content: bytes, doc_info: str = "") -> DocumentFile:
        """One more document of a name."""
        self._last_fid += 1
        document = DocumentFile(self._last_fid, file, content, doc_info)
        name.documents.append(document)
        return document

    # -- the rest is for the above

    def _new_name(self, account: Account, owner: str, name: str, kind: NameKind, comment: str, now: float) -> Name:
        self._last_id += 1
        new = Name(self._last_id, name, owner, kind, "waiting", comment, now)
        account.names[new.id] = new
        account.index[owner, name] = new.id
        return new

    def _checked_name(self, fields: Mapping[str, str]) -> tuple[str, NameKind]:
        """The rules for a name (B): letters at most 11, digits at most 15; e-mail with `mail=1`."""
        sender = fields.get("sender", "").strip()
        if fields.get("mail") == "1":
            if not _MAIL.fullmatch(sender):
                raise Refusal(ErrorKind.PARAMETERS)
            return sender, "mail"
        if _DIGITS.fullmatch(sender):
            return _number(sender), "digits"
        if not _LETTERS.fullmatch(sender):
            raise Refusal(ErrorKind.PARAMETERS)
        return sender, "letters"

    def _flags(self, fields: Mapping[str, str]) -> list[str]:
        """The programmes of a request; a flag that is not known passes through, for they come and go."""
        parameters = {each.name for each in self.catalogue.parameters.values()}
        return [
            key
            for key, value in fields.items()
            if value == "1" and (key in self.catalogue.programmes or key not in parameters)
        ]

    def _check_forms(self, flags: Iterable[str], fields: Mapping[str, str]) -> None:
        """Every field of the company's country, and its bounds (seed)."""
        for flag in flags:
            programme = self.catalogue.programmes.get(flag)
            if programme is None or programme.form is None:
                continue
            for each in self.catalogue.forms[programme.form].fields:
                value = fields.get(each.name, "").strip()
                fits = bool(value)
                if each.kind is Kind.INTEGER:
                    fits = bool(re.fullmatch(r"[0-9]{1,9}", value)) and (
                        (each.lowest or 0) <= int(value) <= (each.highest or int(value))
                    )
                elif each.kind is Kind.EMAIL:
                    fits = bool(_MAIL.fullmatch(value))
                if not fits:
                    raise Refusal(ErrorKind.PARAMETERS)

    def _operator(self, flag: str, now: float) -> OperatorState:
        programme = self.catalogue.programmes.get(flag)
        if programme is None:
            return OperatorState(flag, flag, flag.endswith("_step") or None, CODE_FILED, now)
        return OperatorState(flag, programme.operator, programme.paid, CODE_FILED, now)

    def _file(
        self, name: Name, flags: Iterable[str], fields: Mapping[str, str], files: Iterable[File], now: float
    ) -> None:
        for flag in flags:
            name.operators.setdefault(flag, self._operator(flag, now))
        name.fields.update({key: each for key, each in fields.items() if key not in _OWN_FIELDS})
        for each in files:
            self.attach(name, each.name, each.content, fields.get("doc_info", "").strip())

    def _due_at(self, at: float, deed: Callable[[float], None]) -> None:
        self._promised += 1
        heapq.heappush(self._due, (at, self._promised, deed))

    def _moderate_later(self, name: Name, now: float) -> None:
        def moderate(at: float) -> None:
            if name.told or name.state != "waiting":
                return
            if REJECTING_WORD in name.name:
                self._reject(name, REJECTING_COMMENT, at)
            else:
                self._activate(name, at)

        self._due_at(now + self.pace.moderator, moderate)

    def _activate(self, name: Name, now: float) -> None:
        name.state, name.changed = "active", now
        self._look_again(name, now)
        self._operators_later(name, now)

    def _look_again(self, name: Name, now: float) -> None:
        """The moderator lets new documents and operators of an active name through."""
        for state in name.operators.values():
            if state.code in {CODE_FILED, CODE_REJECTED}:
                state.code, state.changed = CODE_MODERATED, now
        for each in name.documents:
            if each.status == UNDER_REVIEW:
                bad = REJECTING_WORD in each.file
                each.status = REJECTED if bad else ADMITTED
                each.comment = REJECTING_COMMENT if bad else ""

    def _operators_later(self, name: Name, now: float) -> None:
        def decide(state: OperatorState, at: float) -> None:
            if state.code == CODE_MODERATED:
                state.code, state.changed = CODE_DECIDED, at

        for place, state in enumerate(name.operators.values()):
            at = now + self.pace.operator + place * self.pace.further
            self._due_at(at, lambda at, state=state: decide(state, at))  # type: ignore[misc]

    def _reject(self, name: Name, comment: str, now: float) -> None:
        name.state, name.verdict, name.changed = "rejected", comment, now
        for state in name.operators.values():
            state.code, state.changed = CODE_REJECTED, now
        for each in name.documents:
            if each.status == UNDER_REVIEW:
                each.status, each.comment = REJECTED, comment


_OWN_FIELDS: Final = frozenset(
    {"login", "psw", "apikey", "fmt", "charset", "user", "add", "chg", "sender", "id", "cmt", "doc_info"}
)
"""Parameters of `add` and `chg` that a name does not keep, or keeps elsewhere."""


def _number(sender: str) -> str:
    digits = _DIGITS.fullmatch(sender)
    if digits is None or not _DIGITS_LEAST <= len(digits[1]) <= _DIGITS_MOST:
        raise Refusal(ErrorKind.NUMBER_FORMAT)
    return digits[1]


def _day(text: str) -> float:
    if not re.fullmatch(r"\d{2}\.\d{2}\.\d{4}", text, re.ASCII):
        raise Refusal(ErrorKind.PARAMETERS)
    try:
        return datetime.strptime(text, "%d.%m.%Y").replace(tzinfo=ALMATY).timestamp()
    except (ValueError, OverflowError):
        raise Refusal(ErrorKind.PARAMETERS) from None


def day_of(at: float) -> str:
    """A moment as the service writes it (D)."""
    return in_almaty(at).strftime("%d.%m.%Y %H:%M:%S")


def _check_files(files: Iterable[File]) -> None:
    """Formats and size of the seed; that the error is 1 is a guess."""
    for each in files:
        if PurePath(each.name).suffix.lower().lstrip(".") not in DOCUMENT_FORMATS:
            raise Refusal(ErrorKind.PARAMETERS)
        if not 0 < len(each.content) <= DOCUMENT_MAX_BYTES:
            raise Refusal(ErrorKind.PARAMETERS)
