"""The buttons of forms: what each says when it is tapped. `f:<move>:<draft's tag>[:<step>[:<choice>]]`."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from bot.conversation.callback import AtMost, Callback, Tag

STEP_KEY_BYTES: Final = 20
CHOICE_KEY_BYTES: Final = 24
"""What the keys of steps and choices have room for in a button."""
StepKey: TypeAlias = Annotated[str, AtMost(STEP_KEY_BYTES)]
ChoiceKey: TypeAlias = Annotated[str, AtMost(CHOICE_KEY_BYTES)]


class GoHome(Callback, verb="home"):
    """Home; the same on every screen."""


class FormButton(Callback):
    """A button of the form with this tag."""

    tag: Tag


class Cancel(FormButton, verb="f:cancel"):
    """The form goes."""


class Resume(FormButton, verb="f:resume"):
    """The form goes on."""


class Restart(FormButton, verb="f:restart"):
    """The form begins anew."""


class Send(FormButton, verb="f:send"):
    """What the summary shows is sent."""


class Correct(FormButton, verb="f:correct"):
    """Which line of the summary is to be changed."""


class Remove(FormButton, verb="f:remove"):
    """Which of the things that were gathered is to be taken out."""


class Fill(FormButton, verb="f:fill"):
    """All answers as last time."""


class Choose(FormButton, verb="f:choose"):
    """An answer as a button."""

    step: StepKey
    choice: ChoiceKey


class Done(FormButton, verb="f:done"):
    """Nothing more is to be gathered."""

    step: StepKey


class Skip(FormButton, verb="f:skip"):
    """The question is left out."""

    step: StepKey


class Keep(FormButton, verb="f:keep"):
    """One of the answers that are offered is taken."""

    step: StepKey
    offer: int = 0


class Edit(FormButton, verb="f:edit"):
    """A line of the summary is changed."""

    step: StepKey


class Accept(FormButton, verb="f:accept"):
    """A doubtful thing is taken all the same."""

    step: StepKey


class Reject(FormButton, verb="f:reject"):
    """A doubtful thing is left out."""

    step: StepKey


class Drop(FormButton, verb="f:drop"):
    """One of the things that were gathered is taken out, by its place among them."""

    step: StepKey
    place: int


class Back(FormButton, verb="f:back"):
    """The question before this one; from the summary, the last one."""

    step: StepKey = ""
