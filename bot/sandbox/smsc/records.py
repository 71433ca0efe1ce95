"""What the stand-in keeps: accounts, names, documents, codes. Values, and nothing of their rules."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from bot.smsc.catalogue import ADDS_A_MINUTE, BALANCES_A_MINUTE, LIST_MAX, LISTS_A_MINUTE, REQUESTS_AT_ONCE
from bot.smsc.errors import CODE_AGAIN_SECONDS, ErrorKind

State = Literal["active", "waiting", "rejected"]
NameKind = Literal["letters", "digits", "mail"]
Decision = Literal["activate", "reject", "wait"]

CODE_FILED: Final = "0"
"""An operator's code right after a name was filed (U)."""
CODE_MODERATED: Final = "1"
"""An operator's code once the moderator let the name through (U)."""
CODE_DECIDED: Final = "3"
"""An operator's code once the operator has decided (U)."""
CODE_REJECTED: Final = "5"
"""An operator's code of a name that the moderator turned down (U)."""

UNDER_REVIEW: Final = 0
REJECTED: Final = 1
ADMITTED: Final = 2


class Refusal(Exception):  # noqa: N818  # it is what the service says, not a failure of the stand-in
    """SMSC's answer is an error."""

    def __init__(self, kind: ErrorKind) -> None:
        super().__init__(kind.number)
        self.number = kind.number


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """How one gets into the demo account."""

    login: str = "demo"
    password: str = "demo-password"  # noqa: S105  # made up, printed by the stand-in itself
    apikey: str = "demo-key-0123456789abcdef"


@dataclass(frozen=True, slots=True)
class LimitNumbers:
    """The service's limits: B, but those of error 4, which are a guess.

    Args:
        lists: identical list requests a minute. adds: `add` requests a minute. at_once: so many
            requests of a login at once are too many. balances: balance requests a minute.
            code_seconds: until a code is sent to the same number again. wrong: so many errors 2
            a minute from an address block it. blocked_seconds: for how long.

    """

    lists: int = LISTS_A_MINUTE
    adds: int = ADDS_A_MINUTE
    at_once: int = REQUESTS_AT_ONCE
    balances: int = BALANCES_A_MINUTE
    code_seconds: float = CODE_AGAIN_SECONDS
    wrong: int = 10
    blocked_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How many seconds they take (U): the moderator, the first operator after that, each further operator."""

    moderator: float = 120.0
    operator: float = 180.0
    further: float = 60.0


QUICK: Final = Pace(moderator=12.0, operator=40.0, further=40.0)
"""For whoever tries it out: what became of a name comes within a minute, and then more."""


@dataclass(slots=True)
class OperatorState:
    """What an operator says of a name: a programme's flag and the code."""

    flag: str
    operator: str
    paid: bool | None
    code: str
    changed: float


@dataclass(slots=True)
class DocumentFile:
    """A document for operators; `status` 0 under review, 1 rejected, 2 admitted (seed)."""

    fid: int
    file: str
    content: bytes
    doc_info: str = ""
    status: int = UNDER_REVIEW
    comment: str = ""


@dataclass(slots=True)
class Name:
    """A sender name. `verdict` is what the moderator said; `told`: he waits to be told more."""

    id: int
    name: str
    owner: str
    kind: NameKind
    state: State
    comment: str
    changed: float
    verdict: str = ""
    told: bool = False
    operators: dict[str, OperatorState] = field(default_factory=dict)
    documents: list[DocumentFile] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether messages can be sent from it."""
        return self.state == "active"

    @property
    def operators_changed(self) -> float | None:
        """When an operator's code changed last."""
        return max((each.changed for each in self.operators.values()), default=None)


@dataclass(slots=True)
class Account:
    """A client of the service. `allowed` are the only addresses it can be used from, None for any."""

    login: str
    password: str
    apikey: str
    balance: Decimal = Decimal(0)
    currency: str = "KZT"
    credit: Decimal | None = None
    subclients: list[str] = field(default_factory=list)
    allowed: frozenset[str] | None = None
    names: dict[int, Name] = field(default_factory=dict)
    index: dict[tuple[str, str], int] = field(default_factory=dict)

    def is_password(self, given: str) -> bool:
        """Whether `given` is the password or its lower-case MD5 (B, C)."""
        digest = hashlib.md5(self.password.encode(), usedforsecurity=False).hexdigest()
        return any(hmac.compare_digest(each.encode(), given.encode()) for each in (self.password, digest))

    def find(self, owner: str, name: str) -> Name | None:
        """A name of the account itself (owner "") or of a subclient."""
        number = self.index.get((owner, name))
        return None if number is None else self.names.get(number)


@dataclass(frozen=True, slots=True)
class Sms:
    """A message in the inbox."""

    id: int
    at: float
    sender: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class File:
    """A file of a request."""

    part: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Listing:
    """Which names are asked for; as in the seed."""

    all: bool = False
    from_date: str | None = None
    prev_id: int | None = None
    cnt: int = LIST_MAX
