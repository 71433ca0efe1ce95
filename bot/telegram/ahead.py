"""The open form as it will be when what waits before something was read: whether a secret is asked for then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from bot.conversation import form
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.inputs import Input
from bot.conversation.screen import Screen
from bot.locales import Texts


@dataclass(frozen=True, slots=True)
class Ahead:
    """The open form as it stands, or as it will when what waits before something was read."""

    flow: Flow[Any]
    draft: Draft
    facts: Any

    @property
    def secret(self) -> bool:
        """Whether it waits for a key or a password."""
        step = self.flow.current(self.draft, self.facts)
        return step is not None and step.secret

    def after(self, received: Input) -> Self:
        """The form with one more thing given."""
        return replace(self, draft=self.flow.give(self.draft, self.facts, received).draft)

    def screen(self, t: Texts) -> Screen:
        """How it looks."""
        return form.screen(t, self.flow, self.draft, self.facts)
