"""The forms in which the stand-in can answer where nobody has recorded how the service does.

Letters tell how sure a form is: A recorded bytes, B the vendor's documentation, C read out of
clients, D by analogy with a sibling endpoint, U unknown, so a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, get_args, get_type_hints

from bot.sandbox.faults import WAYS, Moment
from bot.sandbox.smsc.damage import Damage

if TYPE_CHECKING:
    from collections.abc import Mapping

Changed = Literal["text", "json"]
EmptyList = Literal["error", "array"]
Ids = Literal["int", "string", "absent"]
CodeSent = Literal["text", "json", "sent", "object"]
CodeChecked = Literal["text", "json", "object"]
Operators = Literal["flags", "array", "object"]
Activity = Literal["absent", "active"]
Comments = Literal["absent", "cmt"]
Dates = Literal["absent", "last_date"]
Errors = Literal["json", "plain"]
Blocking = Literal["on", "off"]


@dataclass(frozen=True, slots=True)
class Forms:
    """Which form each answer takes; all but `error` and `blocking` matter for `fmt=3` and 2.

    Args:
        changed: `chg`: the bare word `OK` (D), or `{"result": "OK"}` (D).
        deleted: `del`: the bare word `OK` (A), or `{"result": "OK"}` (D).
        empty_list: nothing to list: error 3 (D), or an empty array (D).
        ids: a row's `id`: an integer (C), a digit string (C), or none: then a row is as it was
            recorded in 2013 (A).
        code_sent: `send_code`: `OK`, `{"result": "OK"}`, `id` and `cnt` as send.php answers (D), or
            an object with nothing in it (all U).
        code_checked: `check_code`, likewise (U).
        operators: the codes: under the programmes' flags in the row, as an array of objects, or as
            one object (all U).
        activity: whether `all=1` tells the active names by a key (U).
        comments: whether a row carries `cmt` (U).
        dates: whether a row carries the day of its last change, by the key of status.php (D).
        error: under `fmt=3` an error is JSON (A), or plain text, which some code paths send (C).
        blocking: whether frequent error 2 blocks the address with error 4. That it does is B; how
            soon and for how long is a guess.

    """

    changed: Changed = "text"
    deleted: Changed = "text"
    empty_list: EmptyList = "error"
    ids: Ids = "int"
    code_sent: CodeSent = "text"
    code_checked: CodeChecked = "text"
    operators: Operators = "flags"
    activity: Activity = "absent"
    comments: Comments = "absent"
    dates: Dates = "absent"
    error: Errors = "json"
    blocking: Blocking = "on"

    def changed_by(self, wanted: Mapping[str, object]) -> Forms:
        """The same with other forms.

        Raises:
            ValueError: there is no such answer, or no such form of it.

        """
        known = choices()
        chosen: dict[str, str] = {}
        for key, value in wanted.items():
            if key not in known:
                raise ValueError(f"no such form: {key}")
            if not isinstance(value, str) or value not in known[key]:
                raise ValueError(f"{key} is one of {', '.join(known[key])}")
            chosen[key] = value
        return replace(self, **chosen)  # type: ignore[arg-type]  # each was just compared


def choices() -> Mapping[str, tuple[str, ...]]:
    """Every answer that has several forms, with the forms."""
    hints = get_type_hints(Forms)
    return MappingProxyType({each.name: get_args(hints[each.name]) for each in fields(Forms)})


FAULT_KINDS: Final = (*WAYS, "charset", "error", "damage")
"""The ways in which an answer can fail to come: those of HTTP, and what is SMSC's own."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong, on demand, `times` times.

    Args:
        command: the command that it befalls (`get`, ..., `balance`); None for whichever comes.
        when: while the request comes, before the deed, which then is never done (unless it is only late), or
            after it.
        kind: one of HTTP's (`bot.sandbox.faults.WAYS`); `charset` encodes the answer otherwise than its
            header says; `error` is the error number `error`; `damage` is the JSON, damaged.
        times: how often; 0 for ever.
        error: the number for `error`.
        seconds: how long a `timeout` or `delay` lasts, or the time between two bytes of a `drip`, on the
            stand-in's clock.
        damage: for `damage`: how (`damage.py`).
        login: whose requests it befalls; "" for anybody's.

    """

    command: str | None = None
    when: Moment = "before"
    kind: str = "drop"
    times: int = 1
    error: int = 1
    seconds: float = 3600.0
    damage: Damage = "row"
    login: str = ""

    @property
    def only_late(self) -> bool:
        """Whether the deed is done after all."""
        return self.kind in WAYS and WAYS[self.kind].only_late
