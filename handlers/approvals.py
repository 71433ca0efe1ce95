"""What colleagues prepared waits for an owner: the owner sees it word for word, and says yes or no.

somebody asks ─▶ what is sent, what it costs ─▶ [Approve] ─▶ sent; whoever prepared it is told
                                             ─▶ [Refuse…] ─▶ why? ─▶ called off, and told with that word
/colleagues ─▶ [Waiting for you: 2] ─▶ all that waits
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.accounts import Accounts
from bot.colleagues import Colleagues
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.inputs import Input, one_line
from bot.conversation.screen import Screen
from bot.conversation.step import Answers, Json, Problem, Step
from bot.locales import Texts, say
from bot.rights import Right, may
from bot.screens.approvals import asked_screen, decided_screen, outcome_screen, told_screen, waiting_screen
from bot.screens.buttons import Approve, OpenApproval, Refuse, ShowApprovals
from bot.senders.approvals import DECIDED, Approvals, Outcome, Waiting
from bot.senders.operation import APPROVAL_KIND
from bot.storage.approvals import WITHDRAWN
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.handler import NoticeBody
from bot.telegram.routes import Routes
from bot.telegram.services import Services

routes: Final = Routes()

NAME: Final = "refusal"
_WORD_MOST: Final = 300


@routes.notice(APPROVAL_KIND, quiet=True)
async def asked(chat: ChatContext, body: NoticeBody, services: Services) -> Screen | None:
    """Asks an owner about what a colleague prepared, where it still waits."""
    waiting = await services.approvals.load(int(body["approval"]), chat.person.user_id)
    if waiting is None or not waiting.open:
        return None
    chat.changes.beside = True
    return await _shown(chat, waiting, services)


@routes.notice(DECIDED, quiet=True)
async def told(
    chat: ChatContext, t: Texts, body: NoticeBody, approvals: Approvals, colleagues: Colleagues, accounts: Accounts
) -> Screen | None:
    """Tells whoever prepared something how it was decided."""
    waiting = await approvals.load(int(body["approval"]), chat.person.user_id)
    if waiting is None or waiting.open or await accounts.role(waiting.account_id, chat.person.user_id) is None:
        return None
    chat.changes.beside = True
    return told_screen(t, waiting, await colleagues.name(waiting.decided_by or 0))


@routes.button(ShowApprovals)
async def waiting(
    chat: ChatContext,
    t: Texts,
    button: ShowApprovals,
    accounts: Accounts,
    approvals: Approvals,
    colleagues: Colleagues,
) -> Screen:
    """All that waits for an account's owners."""
    there = await accounts.scope_for(chat.person.user_id, button.account)
    if there is None or not may(there.role, Right.DECIDE):
        return outcome_screen(t, Outcome.NOT_ALLOWED)
    found = await approvals.waiting(button.account)
    names = {each.by: await colleagues.name(each.by) for each in found}
    return waiting_screen(t, there.account, found, names)


@routes.button(OpenApproval)
async def open_one(chat: ChatContext, button: OpenApproval, services: Services) -> Screen:
    """One of them."""
    return await _as_it_stands(chat, button.approval, services)


@routes.button(Approve)
async def approve(chat: ChatContext, t: Texts, button: Approve, services: Services) -> Screen:
    """An owner's yes, to what they saw."""
    outcome = await services.approvals.approve(button.approval, chat.person.user_id, button.mark)
    if outcome in {Outcome.DONE, Outcome.DECIDED, Outcome.CHANGED}:
        return await _as_it_stands(chat, button.approval, services, changed=outcome is Outcome.CHANGED)
    return outcome_screen(t, outcome)


@routes.button(Refuse)
async def refuse(chat: ChatContext, button: Refuse, services: Services, forms: Forms) -> Screen:
    """Asks an owner for a word that goes with their no."""
    waiting = await services.approvals.load(button.approval, chat.person.user_id)
    if waiting is None or not waiting.open:
        return await _as_it_stands(chat, button.approval, services)
    return await forms.begin(chat, NAME, {"approval": button.approval}, anew=True)


async def _as_it_stands(chat: ChatContext, approval: int, services: Services, *, changed: bool = False) -> Screen:
    user_id = chat.person.user_id
    waiting = await services.approvals.load(approval, user_id)
    role = await services.accounts.role(waiting.account_id, user_id) if waiting is not None else None
    if waiting is None or not may(role, Right.DECIDE):
        return outcome_screen(chat.t, Outcome.GONE if waiting is None else Outcome.NOT_ALLOWED)
    if waiting.state == WITHDRAWN:
        return outcome_screen(chat.t, Outcome.WITHDRAWN)
    if waiting.open:
        return await _shown(chat, waiting, services, changed=changed)
    decided, colleagues = waiting.decided_by or 0, services.colleagues
    by, name = await colleagues.name(decided), await colleagues.name(waiting.by)
    return decided_screen(chat.t, waiting, name, by=by, mine=decided == user_id)


async def _shown(chat: ChatContext, waiting: Waiting, services: Services, *, changed: bool = False) -> Screen:
    account = await services.accounts.load(waiting.account_id)
    if account is None:
        return outcome_screen(chat.t, Outcome.GONE)
    name = await services.colleagues.name(waiting.by)
    return asked_screen(chat.t, account, waiting, name, services.catalogue, changed=changed)


# A no with a word


@dataclass(frozen=True, slots=True)
class RefusalFacts:
    """Nothing: the question stands by itself."""


def _read(received: Input, _answers: Answers, _facts: RefusalFacts) -> Json | Problem:
    word = one_line(received)
    return word if 0 < len(word) <= _WORD_MOST else Problem(say("A word has 1 to {most} characters.", most=_WORD_MOST))


FLOW: Final = Flow[RefusalFacts](
    name=NAME,
    version=1,
    title=say("A refusal"),
    send=say("Refuse"),
    summary=False,
    scoped=False,
    steps=(
        Step(
            key="word",
            label=say("Why"),
            ask=lambda _answers, _facts: say("Why not? Whoever prepared it reads what you type; nothing is sent."),
            example=say("Wait until next month, please"),
            read=_read,
            optional=True,
            skip=say("Just refuse"),
        ),
    ),
)


async def facts() -> RefusalFacts:
    """The question needs no facts."""
    return RefusalFacts()


async def finish(chat: ChatContext, t: Texts, draft: Draft, answers: Answers, services: Services) -> Screen:
    """An owner's no."""
    approval = draft.answers.get("approval")
    if not isinstance(approval, int):
        return outcome_screen(t, Outcome.GONE)
    word = answers.get("word")
    outcome = await services.approvals.refuse(approval, chat.person.user_id, word if isinstance(word, str) else "")
    if outcome in {Outcome.DONE, Outcome.DECIDED}:
        return await _as_it_stands(chat, approval, services)
    return outcome_screen(t, outcome)


routes.conversation(FLOW, facts=facts, finish=finish)
