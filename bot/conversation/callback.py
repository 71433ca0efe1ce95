"""What a button says when it is tapped: declared once, with typed words, and never longer than Telegram carries.

    class OpenCard(Callback, verb="card"):
        ref: int

    Button(label, OpenCard(7))         says "card:7"
    OpenCard.unpacked("card:7")        is OpenCard(7)

A word is a whole number, an enumeration, a `Literal`, or a text with a bound (`Annotated[str, AtMost(8)]`); or one of
several of these. What has a default may be left out at the end, and `None` is an empty word. The longest that a button
can say follows from that: one that would not fit is refused where it is declared, a word that is too long where the
button is made. Words are ids and keys; where something typed goes along, `if_it_fits` decides.
"""

from __future__ import annotations

import functools
import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Final,
    Literal,
    ParamSpec,
    Self,
    TypeAlias,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from bot.leaving import Leaving

LIMIT_BYTES: Final = 64  # Bot API, InlineKeyboardButton.callback_data
_DIGITS_MOST: Final = 18
_VERB: Final = re.compile(r"[a-z]+(:[a-z]+)?")
"""A verb of two words makes a family of buttons, such as those of a form."""


class MisdeclaredError(Leaving):
    """A button that cannot work as it is declared."""


class UnfitError(ValueError):
    """A word that a button cannot carry."""


class OldButtonError(Exception):
    """What a button says is of another time: nobody knows it any more, or what it was about is gone."""


@dataclass(frozen=True, slots=True)
class AtMost:
    """The bound of a text, in bytes."""

    count: int


Tag: TypeAlias = Annotated[str, AtMost(8)]
"""What tells one draft's buttons from another's."""


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a button: its type, with the alternatives that it has."""

    name: str
    kinds: tuple[Any, ...]
    holds: Callable[[Any], bool]
    """Whether a value is of one of the kinds."""
    optional: bool
    default: Any

    @property
    def most(self) -> int:
        """The bytes that it can have."""
        return max(_most(each) for each in self.kinds)

    def packed(self, value: Any) -> str:
        """As it stands in the payload."""
        if value is None and self.optional:
            return ""
        word = str(value)
        if ":" in word or not self.holds(value):
            raise UnfitError(f"{self.name}: {word!r} is no word of a button")
        return word

    def unpacked(self, word: str) -> Any:
        """The value that a word stands for."""
        if not word and self.optional:
            return None
        if not word and self.default is not MISSING:
            return self.default
        for each in self.kinds:
            value = _read(each, word)
            if value is not None:
                return value
        raise OldButtonError(f"{self.name}: {word!r}")


@dataclass_transform(frozen_default=True)
class Callback:
    """A button, declared by a subclass: frozen, its fields are its words. One without a verb is a family."""

    verb: ClassVar[str] = ""
    _words: ClassVar[tuple[_Word, ...]] = ()
    if TYPE_CHECKING:

        @property
        def _payload(self) -> str: ...

    def __init_subclass__(cls, verb: str = "", **more: Any) -> None:
        super().__init_subclass__(**more)
        dataclass(frozen=True)(cls)
        cls.verb = verb
        hints = get_type_hints(cls, include_extras=True)
        cls._words = tuple(_word(cls, each.name, hints[each.name], each.default) for each in fields(cls))  # type: ignore[arg-type]  # it was made one just now
        longest = len(verb) + sum(1 + each.most for each in cls._words)
        if longest > LIMIT_BYTES:
            raise MisdeclaredError(f"{place_of(cls)} may say {longest} bytes, and Telegram carries {LIMIT_BYTES}")
        if verb and not _VERB.fullmatch(verb):
            raise MisdeclaredError(f"{place_of(cls)} has the verb {verb!r}, which is not one or two plain words")

    @classmethod
    def has_words(cls) -> bool:
        """Whether it says more than its verb."""
        return bool(cls._words)

    def __post_init__(self) -> None:
        """Packs it, once, and so refuses a word that does not fit."""
        packed, said = [self.verb], 1
        for each in self._words:
            value = getattr(self, each.name)
            packed.append(each.packed(value))
            if value != each.default:
                said = len(packed)
        object.__setattr__(self, "_payload", ":".join(packed[:said]))

    def pack(self) -> str:
        """As Telegram carries it."""
        return self._payload

    @classmethod
    def unpacked(cls, payload: str) -> Self:
        """The button that says this.

        Raises:
            OldButtonError: none of this declaration does.
        """
        words = payload.removeprefix(cls.verb).split(":")[1:]
        if not (payload == cls.verb or payload.startswith(f"{cls.verb}:")) or len(words) > len(cls._words):
            raise OldButtonError(payload)
        values = {word.name: word.unpacked(each) for word, each in zip(cls._words, words, strict=False)}
        missing = [each for each in cls._words[len(words) :] if each.default is MISSING]
        if missing:
            raise OldButtonError(payload)
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Packed:
    """A button out of the file: what it says, as it was packed then."""

    payload: str

    def pack(self) -> str:
        """As Telegram carries it."""
        return self.payload


class Buttons:
    """The declarations that are understood."""

    def __init__(self, declared: Iterable[type[Callback]]) -> None:
        self._declared: dict[str, type[Callback]] = {}
        for each in declared:
            other = self._declared.setdefault(each.verb, each)
            if other is not each:
                raise MisdeclaredError(
                    f"{place_of(each)} has the verb {each.verb!r}, which {place_of(other)} has already"
                )

    def unpacked(self, payload: str) -> Callback:
        """The button that says this.

        Raises:
            OldButtonError: nobody knows what it says.
        """
        first, _, rest = payload.partition(":")
        declared = self._declared.get(f"{first}:{rest.partition(':')[0]}") or self._declared.get(first)
        if declared is None:
            raise OldButtonError(payload)
        return declared.unpacked(payload)


def declared_in(module: types.ModuleType) -> list[type[Callback]]:
    """The buttons that a module declares."""
    here = (each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__)
    return [each for each in here if issubclass(each, Callback) and each.verb]


P = ParamSpec("P")
C = TypeVar("C", bound=Callback)


def if_it_fits(declared: Callable[P, C], *words: P.args, **named: P.kwargs) -> C | None:
    """The button with these words; None where one of them is too long for it, or has a colon in it."""
    try:
        return declared(*words, **named)
    except UnfitError:
        return None


def place_of(cls: type) -> str:
    """The file and the name of a declaration, as a person looks for it."""
    return f"{cls.__module__.replace('.', '/')}.py: {cls.__name__}"


def _word(cls: type, name: str, hint: Any, default: Any) -> _Word:
    union = get_origin(hint) in (Union, types.UnionType)
    kinds = tuple(each for each in (get_args(hint) if union else (hint,)) if each is not types.NoneType)
    for each in kinds:
        if _bounds(each) is None:
            raise MisdeclaredError(f"{place_of(cls)} has the word {name!r} of a type that has no bound: {each}")
    held = [_holds(each) for each in kinds]
    holds = held[0] if len(held) == 1 else lambda value: any(each(value) for each in held)
    return _Word(name, kinds, holds, len(kinds) < len(get_args(hint)) if union else False, default)


@functools.cache
def _bounds(kind: Any) -> int | None:
    """The bytes that a word of this kind can have; None: it has no bound, or is no kind of word."""
    if kind is int:
        return _DIGITS_MOST
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return max(len(each.value.encode()) for each in kind)
    if get_origin(kind) is Literal:
        return max(len(each.encode()) for each in get_args(kind))
    if get_origin(kind) is Annotated and get_args(kind)[0] is str:
        return next((each.count for each in get_args(kind)[1:] if isinstance(each, AtMost)), None)
    return None


def _most(kind: Any) -> int:
    return _bounds(kind) or 0


def _holds(kind: Any) -> Callable[[Any], bool]:
    """Whether a value is of this kind."""
    if kind is int:
        return lambda value: type(value) is int and 0 <= value < 10**_DIGITS_MOST
    if get_origin(kind) is Literal:
        words = get_args(kind)
        return lambda value: value in words
    if get_origin(kind) is Annotated:
        most = _most(kind)
        return lambda value: isinstance(value, str) and len(value.encode()) <= most
    return lambda value: isinstance(value, kind)


def _read(kind: Any, word: str) -> Any:
    """The value of this kind that a word stands for; None where it stands for none."""
    if kind is int:
        return int(word) if word.isascii() and word.isdigit() and len(word) <= _DIGITS_MOST else None
    if get_origin(kind) is Literal:
        return word if word in get_args(kind) else None
    if get_origin(kind) is Annotated:
        return word if len(word.encode()) <= _most(kind) else None
    members: Mapping[str, Any] = {each.value: each for each in kind}
    return members.get(word)
