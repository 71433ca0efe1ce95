"""Act for a subclient of the account, or for the main account again.

account ─▶ [Subclient] ─▶ a login typed, or one used before ─▶ checked at SMSC ─▶ home
        ─▶ [Main account] ─▶ home
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.accounts import Accounts, Scope
from bot.actions.home import home
from bot.conversation.flow import Flow
from bot.conversation.inputs import Input, TextInput
from bot.conversation.screen import Screen
from bot.conversation.step import Answers, Choice, Json, Problem, Step
from bot.locales import Texts, say, verbatim
from bot.reading.fields import login_in
from bot.screens.accounts import subclient_key
from bot.screens.buttons import ActForSubclient
from bot.screens.problems import problem
from bot.senders.listing import Listings
from bot.smsc import AnswerLost, ErrorKind, Loss, MustWait, Refused
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import Reopened, Routes

routes: Final = Routes()

NAME: Final = "subclient"
_LOGIN: Final = re.compile(r"[^\s\x00-\x1f\x7f]{1,64}")
_MAIN: Final = ""
_CHOICES_MOST: Final = 12
"""Logins that have a button each; of more, one types a part."""
_OFFERED_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class SubclientFacts:
    """The logins used before, newest first."""

    used: tuple[str, ...]


def _choices(_answers: Answers, facts: SubclientFacts) -> Sequence[Choice]:
    main = Choice("main", say("Main account"), _MAIN)
    return [*(Choice(subclient_key(each), verbatim(each), each) for each in facts.used[:_CHOICES_MOST]), main]


def _read(received: Input, _answers: Answers, facts: SubclientFacts) -> Json | Problem:
    """A login; of one that is known, a part is enough to be offered it, where they have no button each."""
    text = login_in(received.text) if isinstance(received, TextInput) else ""
    if not _LOGIN.fullmatch(text):
        return Problem(say("A login is one word without spaces."))
    alike = [each for each in facts.used if text.casefold() in each.casefold()]
    if text in alike or not alike or len(facts.used) <= _CHOICES_MOST:
        return text
    return Problem(say("Which of these do you mean?"), (*alike[:_OFFERED_MOST], text))


FLOW: Final = Flow[SubclientFacts](
    name=NAME,
    version=1,
    title=say("Subclient"),
    send=say("Act for it"),
    summary=False,
    scoped=False,
    steps=(
        Step(
            key="login",
            label=say("Login"),
            ask=lambda _answers, _facts: say(
                "For which subclient? Type its login, or tap one used before. Everything you do then is done for it."
            ),
            example=verbatim("aigerim"),
            read=_read,
            choices=_choices,
        ),
    ),
)


@routes.command("user")
@routes.button(ActForSubclient)
async def begin(chat: ChatContext, scope: Scope, forms: Forms, word: str = "") -> Screen:
    """Opens the form; `/user aigerim` fills in the login."""
    if word:
        return await forms.begin(chat, NAME, received=TextInput(word))
    return await forms.begin(chat, NAME)


async def facts(scope: Scope, listings: Listings) -> SubclientFacts:
    """The logins used before with this account."""
    return SubclientFacts(await listings.subclients(scope.account))


async def finish(
    chat: ChatContext, t: Texts, answers: Answers, scope: Scope, listings: Listings, accounts: Accounts, forms: Forms
) -> Screen | Reopened:
    """Checks the login by fetching its list, and acts for it from now on."""
    login: str = answers["login"]
    chosen = replace(scope, subclient=login)
    if login:
        used_before = login in await listings.subclients(scope.account)
        failure = await listings.refresh(chosen)
        if isinstance(failure, Refused) and failure.kind is ErrorKind.PARAMETERS:
            return Reopened("login", say("SMSC does not know this subclient. {problem}", problem=problem(failure)))
        slow = isinstance(failure, AnswerLost) and failure.how is Loss.TIMEOUT
        if failure is not None and not isinstance(failure, MustWait) and not (slow and used_before):
            return Reopened("login", problem(failure), keep=True)
    waits = forms.act_for(chat, scope.account.id, login)
    note = (
        t("From now on for the subclient <b>{login}</b>.", login=login)
        if login
        else t("From now on for the main account.")
    )
    screen = (await home(chat, t, accounts, forms)).with_note(note)
    return screen if waits is None else screen.with_note(waits)


routes.conversation(FLOW, facts=facts, finish=finish)
