"""A step of a conversation: one question, how it is answered, and what of the answer is shown. Data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar

from bot.conversation.callback import MisdeclaredError
from bot.conversation.form_buttons import CHOICE_KEY_BYTES, STEP_KEY_BYTES
from bot.conversation.inputs import Input, TextInput
from bot.conversation.screen import Style
from bot.locales import Phrase, say, verbatim

Json: TypeAlias = Any  # what json can hold; a draft goes through the file as JSON
Answers: TypeAlias = Mapping[str, Json]
F = TypeVar("F")  # the facts that a flow's steps look at, beside the answers

SKIPPED: Final[Json] = None
PASSED: Final[Json] = False
"""The answer to a step that only tells, where the next question was answered in its stead."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An answer that was not taken: why, in words, and what could be taken instead.

    Each of the `offers` becomes a button: a mended spelling, what else may be meant, or the answer itself where it is
    unusual.
    """

    why: Phrase
    offers: Sequence[Json] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """Something in a summary that is to be looked at once more, and the step that mends it. It stops nothing."""

    step: str
    told: Phrase


@dataclass(frozen=True, slots=True)
class Several:
    """What one message, or one choice, said to several steps at once: step key → value."""

    values: Answers


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer as a button. `key` travels in the button (short, no colon); `value` goes into the draft.

    A value that is `Several` answers the steps that it names, of which the one that is asked is one.
    """

    key: str
    label: Phrase
    value: Json
    style: Style = Style.PLAIN

    def __post_init__(self) -> None:
        """Refuses a key that no button could carry."""
        _carried(self.key, CHOICE_KEY_BYTES)


def _carried(key: str, most: int) -> None:
    if ":" in key or len(key.encode()) > most:
        raise MisdeclaredError(f"a button carries a key of at most {most} bytes without a colon, and not {key!r}")


def always(_answers: Answers, _facts: object) -> bool:
    """The condition of a step that is always asked."""
    return True


def no_choices(_answers: Answers, _facts: object) -> Sequence[Choice]:
    """The choices of a step that is answered by typing or sending."""
    return ()


def nothing_read(_received: Input, _answers: Answers, _facts: object) -> Json | Problem:
    """The reader of a step that is answered by buttons alone."""
    return Problem(say("Please tap one of the buttons."))


def nothing_suggested(_answers: Answers, _facts: object) -> Json:
    """The suggestion of a step that has none."""
    return None


def none_sent(_answers: Answers, _facts: object) -> Phrase:
    """How an answer that was skipped stands in a summary, where nothing is sent in its place."""
    return say("none")


def shown_as_is(value: Json, _facts: object) -> Phrase:
    """How a value that is a text stands in a summary."""
    return verbatim(value)


def all_of_them(there: Sequence[Json], more: Sequence[Json]) -> Sequence[Json]:
    """What a step has gathered with what a choice brings along."""
    return [*there, *more]


def holds_always(_value: Json, _answers: Answers, _facts: object) -> bool:
    """Most answers count for as long as they are not changed."""
    return True


def nothing_spotted(_received: Input) -> bool:
    """Spots nothing: most answers make sense only beside their question."""
    return False


SKIP: Final = say("Skip")


@dataclass(frozen=True, kw_only=True)
class Step(Generic[F]):
    """One question.

    key       names the answer in the draft
    label     names it in the summary
    ask       the question, given the earlier answers
    example   shown under the question
    takes     what kinds of things it can be answered with, the one that is asked for first
    read      from what was sent to a value, or to a problem
    choices   answers as buttons
    applies   whether it is asked at all
    show      how the value stands in the summary
    many      several choices or files, ended by Done; `read` gives one item, the value is a list
    amend     a text that is sent after an item of `many` says more about it: gives the item anew, or a problem
    said      what was said about such an item so far: it is not overwritten without a question
    doubt     what is doubtful about such an item, if anything is: it is taken at a person's word, not before
    suggest   a value that was given at another time; a button takes it
    block     names the block of questions of one line each that it belongs to: several lines pasted at once may answer
              more of them
    typed     its reader tells a right answer from any other words (a number, an address), so that a line can be its own
    secret    never shown again, and not kept once it was used
    more      the question once something of `many` is there
    skip      what stands on the button that skips it
    skipped   how it stands in the summary when it was skipped: what is sent, or what stays as it is
    branches  which steps come after it depends on its answer: until then nobody knows how many there are
    quiet     left out unless it is asked for from the summary
    joined    what it has gathered, with what a choice of another step brings along for it
    tells     tells something instead of asking; has no number, and no line in the summary
    holds     whether an answer that was given before still counts; where not, it is asked anew
    openings  texts that an answer may begin with, as buttons: each is offered, to be taken, or copied and changed
    spots     knows an answer to this step when it sees one, whatever is asked just now
    """

    key: str
    label: Phrase
    ask: Callable[[Answers, F], Phrase]
    example: Phrase | None = None
    takes: tuple[type[Input], ...] = (TextInput,)
    read: Callable[[Input, Answers, F], Json | Several | Problem] = nothing_read
    choices: Callable[[Answers, F], Sequence[Choice]] = no_choices
    applies: Callable[[Answers, F], bool] = always
    show: Callable[[Json, F], Phrase] = shown_as_is
    optional: bool = False
    many: bool = False
    most: int = 100
    amend: Callable[[str, Json], Json | Problem] | None = None
    said: Callable[[Json], str] = lambda _item: ""
    doubt: Callable[[Json], Phrase | None] = lambda _item: None
    suggest: Callable[[Answers, F], Json] = nothing_suggested
    block: str = ""
    typed: bool = False
    secret: bool = False
    more: Callable[[Answers, F], Phrase] | None = None
    skip: Phrase = SKIP
    skipped: Callable[[Answers, F], Phrase] = none_sent
    branches: bool = False
    quiet: bool = False
    joined: Callable[[Sequence[Json], Sequence[Json]], Sequence[Json]] = all_of_them
    tells: bool = False
    holds: Callable[[Json, Answers, F], bool] = holds_always
    openings: Callable[[Answers, F], Sequence[Choice]] = no_choices
    spots: Callable[[Input], bool] = nothing_spotted

    def __post_init__(self) -> None:
        """Refuses a key that no button could carry."""
        _carried(self.key, STEP_KEY_BYTES)
