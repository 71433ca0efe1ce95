"""What can go wrong between here and SMSC.

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

from bot.smsc.catalogue import ErrorNumber


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


class Retry(Enum):
    """Whether the same request may be made again after an error."""

    NEVER = "never"
    """It fails again, until somebody changes something."""
    AFTER_WAIT = "after a wait"
    """The same request may go through later."""


@dataclass(frozen=True, slots=True)
class ErrorFacts:
    """What an error number means (B); `wait` is in seconds, `message` the key of its words."""

    number: int
    meaning: str
    message: str
    retry: Retry = Retry.NEVER
    wait: float | None = None


class ErrorKind(Enum):
    """The errors of SMSC by number. The texts that come with them are not stable."""

    PARAMETERS = ErrorFacts(ErrorNumber.PARAMETERS, "error in the parameters", "smsc-error-parameters")
    AUTHORISATION = ErrorFacts(
        ErrorNumber.AUTHORISATION,
        "wrong login, password or key, or an address outside the account's allow-list",
        "smsc-error-authorisation",
    )
    NOT_FOUND = ErrorFacts(ErrorNumber.NOT_FOUND, "the name was not found", "smsc-error-not-found")
    ADDRESS_BLOCKED = ErrorFacts(
        ErrorNumber.ADDRESS_BLOCKED,
        "this address is blocked for a while, for frequent errors",
        "smsc-error-address-blocked",
        Retry.AFTER_WAIT,
        600.0,
    )
    NOT_SAVED = ErrorFacts(
        ErrorNumber.NOT_SAVED,
        "the name could not be saved or deleted; a duplicate too",
        "smsc-error-not-saved",
    )
    NUMBER_FORMAT = ErrorFacts(ErrorNumber.NUMBER_FORMAT, "wrong number format", "smsc-error-number-format")
    UNDELIVERABLE = ErrorFacts(
        ErrorNumber.UNDELIVERABLE,
        "the code cannot be delivered to that number",
        "smsc-error-undeliverable",
    )
    TOO_OFTEN = ErrorFacts(
        ErrorNumber.TOO_OFTEN,
        "too many requests a minute or at once",
        "smsc-error-too-often",
        Retry.AFTER_WAIT,
        60.0,
    )
    CODE_ALREADY_SENT = ErrorFacts(
        ErrorNumber.CODE_ALREADY_SENT,
        "the code was sent already",
        "smsc-error-code-already-sent",
        Retry.AFTER_WAIT,
        8 * 3600.0,
    )
    WRONG_CODE = ErrorFacts(ErrorNumber.WRONG_CODE, "wrong confirmation code", "smsc-error-wrong-code")
    UNKNOWN = ErrorFacts(0, "an error that is not documented", "smsc-error-unknown")

    @classmethod
    def of(cls, number: int) -> ErrorKind:
        """The kind with this number, UNKNOWN where there is none."""
        return next((each for each in cls if each.value.number == number), cls.UNKNOWN)

    @property
    def retry(self) -> Retry:
        """Whether the same request may be made again."""
        return self.value.retry

    @property
    def wait(self) -> float | None:
        """Seconds after which it may; None where it never may."""
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
    def of(cls, number: int, text: str = "") -> Refused:
        """The refusal with this number; without a text, what is known of the number."""
        kind = ErrorKind.of(number)
        return cls(number, text or (kind.value.meaning if kind is not ErrorKind.UNKNOWN else ""))

    @property
    def kind(self) -> ErrorKind:
        """What is known of the number."""
        return ErrorKind.of(self.number)
