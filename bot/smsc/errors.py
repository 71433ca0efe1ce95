"""What can go wrong between here and SMSC, and the one table of SMSC's errors (`ErrorKind`).

    SmscError
    ├── NotSent              certain: nothing reached the server
    │   ├── MustWait         held back here: SMSC's limits, a blocked address, too much at once
    │   └── ParameterError   refused here: no such parameter or value (a ValueError too)
    ├── AnswerLost           sent, and no answer that can be used: the outcome is unknown
    └── Refused              the server answered with an error number

The three branches are what a caller has to tell apart: send again, look first, or tell the person.
No text in here carries a secret or an address with one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.smsc.catalogue import Certainty
from bot.smsc.words import ErrorWords


class SmscError(Exception):
    """Anything that went wrong with a request to SMSC."""


class NotSent(SmscError):  # noqa: N818  # says what is certain; "error" says less
    """Nothing reached the server, so sending it again is safe.

    Connection refused, no such host, a bad certificate; or held back here.
    """


class WaitReason(Enum):
    """Why a request is held back."""

    LIMITS = "limits"
    """SMSC takes only so many a minute."""
    BLOCKED = "blocked"
    """SMSC blocked this address (error 4), and is asked by one request at a time."""
    BUSY = "busy"
    """Enough requests of this login are on their way."""
    REFUSED_YOURS = "refused_yours"
    """SMSC refused too many keys of whoever asks."""
    REFUSED_OTHERS = "refused_others"
    """SMSC refused too many keys from this address, whoever brought them."""


class MustWait(NotSent):
    """Held back; `until` (seconds of the clock that the limits were given) is when to try again."""

    def __init__(self, until: float, why: WaitReason) -> None:
        super().__init__(f"held back here: {why.value}")
        self.until = until
        self.why = why


class ParameterError(NotSent, ValueError):
    """A parameter that the API does not take, or a value outside its bounds.

    `parameter` is its name and `problem` one line about it; the value itself is in neither.
    """

    def __init__(self, parameter: str, problem: str) -> None:
        super().__init__(f"{parameter}: {problem}")
        self.parameter = parameter
        self.problem = problem


class Loss(Enum):
    """How an answer got lost."""

    DROPPED = "the connection was lost"
    TIMEOUT = "no answer in time"
    STATUS = "not an answer of the service"
    SERVER = "the server failed"
    REDIRECT = "sent elsewhere, which is not followed"
    EMPTY = "an empty answer"
    TOO_LARGE = "an answer that is too large"
    ENCODED = "a compressed answer, which was not asked for"
    UNREADABLE = "an answer that cannot be read"

    @property
    def elsewhere(self) -> bool:
        """Whether the backup host may do better with a request that only reads."""
        return self in {Loss.DROPPED, Loss.TIMEOUT, Loss.SERVER, Loss.EMPTY}


class AnswerLost(SmscError):  # noqa: N818  # says what is certain; "error" says less
    """Sent, but no usable answer came: whether it was done is unknown.

    `excerpt` is the beginning of what came instead: printable, short, secrets taken out.
    """

    def __init__(self, how: Loss, excerpt: str = "") -> None:
        super().__init__(f"{how.value}: {excerpt}" if excerpt else how.value)
        self.how = how
        self.excerpt = excerpt


CODE_AGAIN_SECONDS: Final = 8 * 3600.0
"""Until a code can be sent again to the same number; sooner is error 10 (B)."""

BLOCKED_SECONDS: Final = 600.0
"""How long a blocked address is left alone; the vendor says "for a while" (U)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRow:
    """All that is known of an error of SMSC.

    Args:
        number: how SMSC tells it; the texts that come with it are not stable.
        meaning: the vendor's own sentence about it, for logs.
        words: what a person reads.
        wait: seconds after which the same request may go through; None: it fails again until something is changed.
        seen: the text that came with it; None where none was written down.
        certainty: of number and meaning: the vendor's table of the errors of senders.php and balance.php.
        wait_certainty, seen_certainty: of these two.

    """

    number: int
    meaning: str
    words: ErrorWords
    wait: float | None = None
    seen: str | None = None
    certainty: Certainty = Certainty.VENDOR
    wait_certainty: Certainty = Certainty.VENDOR
    seen_certainty: Certainty = Certainty.RECORDED


class ErrorKind(Enum):
    """The errors of SMSC, a row each. There is no 6."""

    PARAMETERS = ErrorRow(
        number=1,
        meaning="error in the parameters",
        words=ErrorWords("SMSC did not accept one of the values (error 1). Check what was entered and send it again."),
        seen="parameters error",
    )
    AUTHORISATION = ErrorRow(
        number=2,
        meaning="wrong login, password or key, or an address outside the account's allow-list",
        words=ErrorWords(
            "SMSC does not accept this key or password (error 2): it is wrong, or this server's address is not on the"
            " account's list of allowed addresses. Check both in the SMSC cabinet."
        ),
        seen="authorise error",
        seen_certainty=Certainty.CLIENTS,
    )
    NOT_FOUND = ErrorRow(
        number=3,
        meaning="the name was not found",
        words=ErrorWords(
            "SMSC does not know this name (error 3): it may have been deleted already. Open the list again."
        ),
        seen="record not found",
    )
    ADDRESS_BLOCKED = ErrorRow(
        number=4,
        meaning="this address is blocked for a while, for frequent errors",
        words=ErrorWords(
            "SMSC blocks this server's address for a while (error 4), because of frequent errors. It goes on by itself"
            " when the block ends.",
            "SMSC blocks this server's address for a while (error 4), because of frequent errors. Try again later.",
        ),
        wait=BLOCKED_SECONDS,
        wait_certainty=Certainty.UNKNOWN,
    )
    NOT_SAVED = ErrorRow(
        number=5,
        meaning="the name could not be saved or deleted; a duplicate too",
        words=ErrorWords(
            "SMSC could not save or delete this (error 5). Where a name is registered, it is most often one that exists"
            " already. Look into the list."
        ),
        seen="save error",
    )
    NUMBER_FORMAT = ErrorRow(
        number=7,
        meaning="wrong number format",
        words=ErrorWords("SMSC says that the number has a wrong format (error 7). Enter it with the country code."),
        seen="invalid number",
        seen_certainty=Certainty.CLIENTS,
    )
    UNDELIVERABLE = ErrorRow(
        number=8,
        meaning="the code cannot be delivered to that number",
        words=ErrorWords(
            "The code cannot be delivered to this number (error 8). Check the number, or try another one."
        ),
    )
    TOO_OFTEN = ErrorRow(
        number=9,
        meaning="too many requests a minute or at once",
        words=ErrorWords(
            "Too many requests at a time (error 9). It goes on by itself in a minute.",
            "SMSC was asked for the same too often (error 9). Try again in a minute.",
        ),
        wait=60.0,
        seen="duplicate request, wait a minute",
        seen_certainty=Certainty.CLIENTS,
    )
    CODE_ALREADY_SENT = ErrorRow(
        number=10,
        meaning="the code was sent already",
        words=ErrorWords(
            "A code was sent to this number already (error 10). The next one can be sent 8 hours after it."
        ),
        wait=CODE_AGAIN_SECONDS,
    )
    WRONG_CODE = ErrorRow(
        number=11,
        meaning="wrong confirmation code",
        words=ErrorWords("That code is wrong (error 11). Check the SMS and enter the code again."),
    )
    UNKNOWN = ErrorRow(
        number=0,
        meaning="an error that is not documented",
        words=ErrorWords("SMSC refused this: error {number}, “{text}”."),
        certainty=Certainty.UNKNOWN,
    )

    @classmethod
    def of(cls, number: int | None) -> ErrorKind:
        """The kind with this number, UNKNOWN where there is none."""
        return next((each for each in cls if each.number == number), cls.UNKNOWN)

    @property
    def number(self) -> int:
        """How SMSC tells it."""
        return self.value.number

    @property
    def words(self) -> ErrorWords:
        """What a person reads."""
        return self.value.words

    @property
    def wait(self) -> float | None:
        """Seconds after which the same request may be made again; None where it fails again."""
        return self.value.wait


class Refused(SmscError):  # noqa: N818  # the server's answer, not a fault
    """The server answered with an error, and did nothing.

    `number` and `text` stand as they came (0: an error without a number), `kind` says what is known
    of the number. `until` (epoch seconds) is when the same may be asked again, where the limits know it.
    """

    until: float | None = None

    def __init__(self, number: int, text: str = "") -> None:
        super().__init__(f"error {number} ({text})" if text else f"error {number}")
        self.number = number
        self.text = text

    @classmethod
    def of(cls, kind: ErrorKind) -> Refused:
        """A refusal of this kind, as it is told where SMSC need not be asked."""
        return cls(kind.number, kind.value.meaning)

    @property
    def kind(self) -> ErrorKind:
        """What is known of the number."""
        return ErrorKind.of(self.number)


def result_of(failure: BaseException | None) -> str:
    """How a request ended, in a word of a small vocabulary: for whoever counts."""
    match failure:
        case None:
            return "ok"
        case Refused():
            kind = failure.kind
            return "error_other" if kind is ErrorKind.UNKNOWN else f"error_{kind.number}"
        case AnswerLost():
            return f"lost_{failure.how.name.lower()}"
        case MustWait():
            return f"held_{failure.why.value}"
        case NotSent():
            return "not_sent"
    return "broken_off"


LET_IN: Final = frozenset(
    {
        ErrorKind.NOT_FOUND,
        ErrorKind.NOT_SAVED,
        ErrorKind.NUMBER_FORMAT,
        ErrorKind.UNDELIVERABLE,
        ErrorKind.CODE_ALREADY_SENT,
        ErrorKind.WRONG_CODE,
    }
)
"""Errors that come only after SMSC has accepted the key."""
