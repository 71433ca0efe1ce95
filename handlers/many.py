"""Many names at once: a plan first, then one after another.

names pasted, a table ─▶ the plan: to be sent, not to be sent and why, what it costs ─▶ [I agree] ─▶ [Register 12 names]
                   ├▶ [For all of them…] ─▶ for whom ─▶ comment ─▶ operators, company, documents ─▶ the plan
                   └▶ in one message: taken, refused, left, when it is through ─▶ [Stop] ─▶ [Go on]
                         └▶ through: the receipt ─▶ [Failures as a file] ─▶ mended, sent again
                                                     └▶ [Fix one…] ─▶ [✎ PARUS] ─▶ the form for it, filled in (add.py)
a card ─▶ [Same for others…] ─▶ for whom; the rest as it was for the name ─▶ the plan
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from markupsafe import Markup

from bot.accounts import Accounts, Scope
from bot.actions.companies import at_hand, remember_known
from bot.actions.conversations import ADD
from bot.actions.inspection import inspect
from bot.actions.mending import MENDS, mended, to_mend
from bot.actions.planning import (
    agreed,
    assigned,
    begun,
    checked,
    copied,
    failed_rows,
    followed,
    names_in_text,
    offered,
    shaped,
    shown,
    template,
)
from bot.clock import Clock
from bot.companies import Companies
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.inputs import Input, TextInput, one_line
from bot.conversation.screen import Screen
from bot.conversation.step import SKIPPED, Answers, Choice, Json, Problem, Step
from bot.locales import Phrase, Texts, say, verbatim
from bot.registration import papers
from bot.registration.company_fields import remembered
from bot.registration.facts import RegistrationFacts
from bot.registration.steps import steps
from bot.rights import Right, may
from bot.screens.accounts import subclient_key, whose
from bot.screens.batches import gone_screen, many_screen, mend_screen
from bot.screens.buttons import (
    AssignRows,
    CheckSubclients,
    FollowNames,
    GetTemplate,
    MendRow,
    PlanNames,
    RegisterForOthers,
    ShapePlan,
)
from bot.screens.lookups import unfound
from bot.senders.batch import NOTICE_KIND
from bot.senders.listed import Found
from bot.senders.listing import Listings
from bot.senders.operations import Operations
from bot.smsc import Catalogue
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.panel import NotShownError, Panel
from bot.telegram.routes import Routes
from bot.telegram.services import Services

NAME: Final = "many"
_CHOICES_MOST: Final = 30
"""Subclients that have a button each; of more, one types a part of the login."""
_OTHERS_MOST: Final = 12
"""Of them those of other accounts."""


def routes(catalogue: Catalogue) -> Routes:
    """The ways in, for this catalogue."""
    table = Routes()
    table.command("many", needs=Right.PREPARE)(many)
    table.button(PlanNames, needs=Right.PREPARE)(plan)
    table.button(AssignRows, needs=Right.PREPARE)(assigned)
    table.button(CheckSubclients, needs=Right.PREPARE)(checked)
    table.button(FollowNames)(follow)
    table.button(MendRow)(mend)
    table.button(ShapePlan, needs=Right.PREPARE)(shape)
    table.button(GetTemplate)(get_template)
    table.button(RegisterForOthers, needs=Right.PREPARE)(for_others)
    table.notice(NOTICE_KIND)(notice)
    table.interrupt(TextInput)(instead_of_one)
    table.conversation(
        flow(catalogue), facts=facts, finish=finish, inspect=inspect, answered=remember_known, needs=Right.PREPARE
    )
    return table


async def many(t: Texts) -> Screen:
    """How many names are sent at once."""
    return many_screen(t)


async def instead_of_one(
    chat: ChatContext, t: Texts, received: TextInput, scope: Scope, services: Services, forms: Forms
) -> Screen | None:
    """Several names where the form for a new one asks for its name: the plan; the form is left."""
    lines = names_in_text(received.text)
    if not lines or not await forms.asks(chat, ADD, "name"):
        return None
    chat.changes.person = replace(chat.person, open=None)
    return await offered(chat, t, scope, lines, services)


async def get_template(chat: ChatContext, t: Texts, panel: Panel) -> Screen:
    """A table to be filled in."""
    told = t("Fill it in and send it back. Comment and subclient may stay empty.")
    await _send_table(chat, panel, template(t), told)
    return many_screen(t)


async def _send_table(chat: ChatContext, panel: Panel, table: bytes, told: Markup) -> None:
    try:
        await panel.send_file(chat.person.user_id, "names.csv", table, told, topic=chat.person.topic)
    except NotShownError:
        chat.changes.note = say("Telegram does not take the file just now. Please try once more.")


async def plan(chat: ChatContext, t: Texts, button: PlanNames, services: Services) -> Screen:
    """The plan; or has it carried out."""
    if button.then is None:
        return await shown(chat, t, button.batch, services)
    if button.then == "agree":
        return await agreed(chat, t, button.batch, services)
    screen = await begun(chat, t, button.batch, services)
    chat.changes.person = replace(chat.person, about=chat.changes.about)
    return screen


async def follow(chat: ChatContext, t: Texts, button: FollowNames, services: Services) -> Screen:
    """How it goes; stops it, goes on with it, or sends what did not go through as a file."""
    batches, person = services.batches, chat.person.user_id
    if button.then == "stop":
        await batches.stop(button.batch, person)
    elif button.then == "on":
        await batches.go_on(button.batch, person)
    batch = await batches.load(button.batch, person)
    if batch is None:
        return gone_screen(t)
    if button.then == "mend" and batch.mendable:
        return mend_screen(t, batch, to_mend(batch))
    if button.then == "file" and batch.failed:
        told = t("These names were not registered. Correct the file and send it to me again.")
        await _send_table(chat, services.panel, failed_rows(t, batch), told)
    screen = await followed(chat, t, batch, services)
    chat.changes.person = replace(chat.person, about=chat.changes.about)
    return replace(screen, lasting=False)


async def mend(
    chat: ChatContext, t: Texts, button: MendRow, services: Services, catalogue: Catalogue, forms: Forms
) -> Screen:
    """The form for a name that did not go through: what is wrong with it is told, the rest is as it was."""
    found = await mended(chat, button.batch, button.row, services)
    if found is None:
        return gone_screen(t)
    row, answers = found
    left_out = {each.key: SKIPPED for each in steps(catalogue, of_a_new_name=True) if each.optional}
    prefilled = {**left_out, **answers, MENDS: [button.batch, row.number]}
    return await forms.begin(chat, ADD, prefilled, received=TextInput(row.name), anew=True)


async def notice(chat: ChatContext, t: Texts, body: Mapping[str, Any], services: Services) -> Screen | None:
    """How it goes, where the person looks at it; that it is through is told wherever they are."""
    batch = await services.batches.load(int(body["batch"]), chat.person.user_id)
    if batch is None or (not batch.over and chat.person.about != batch.about):
        return None
    return await followed(chat, t, batch, services)


# What holds for all of them


@dataclass(frozen=True, slots=True)
class ManyFacts(RegistrationFacts):
    """As for one name, and the subclients that are known; those of other accounts with what they are called."""

    subclients: tuple[str, ...] = ()
    others: Mapping[tuple[int, str], str] = field(default_factory=dict)


def flow(catalogue: Catalogue) -> Flow[Any]:
    """The steps, as the catalogue has them."""
    return Flow(
        name=NAME,
        version=1,
        title=say("For all names"),
        send=say("Show the plan"),
        steps=(_FOR_WHOM, *steps(catalogue, of_a_new_name=True)),
    )


async def shape(chat: ChatContext, t: Texts, button: ShapePlan, forms: Forms) -> Screen:
    """Asks what holds for all names of a plan."""
    own = t.label("the name itself")
    return await forms.begin(chat, NAME, {"batch": button.batch, "name": own}, anew=True)


async def for_others(
    chat: ChatContext,
    t: Texts,
    button: RegisterForOthers,
    scope: Scope,
    listings: Listings,
    services: Services,
    forms: Forms,
) -> Screen:
    """Asks for whom else a name is to be registered; the rest is filled in as it was for the name itself."""
    looked = await listings.by_ref(scope, button.ref)
    if not isinstance(looked, Found):
        return unfound(t, looked)
    batch_id, answers = await copied(chat, scope, looked.known, services)
    return await forms.begin(chat, NAME, {**answers, "batch": batch_id, "name": looked.known.name}, anew=True)


async def facts(
    chat: ChatContext,
    draft: Draft,
    catalogue: Catalogue,
    clock: Clock,
    scope: Scope,
    listings: Listings,
    companies: Companies,
    operations: Operations,
    accounts: Accounts,
) -> ManyFacts:
    """As for one name; and the subclients whose names were listed before, of the other accounts too."""
    sent = papers.of_draft(draft, None, before=0)
    known = await listings.subclients(scope.account)
    scopes = []
    for each in await accounts.of(chat.person.user_id):
        there = await accounts.scope_for(chat.person.user_id, each.id)
        if there is not None and may(there.role, Right.PREPARE) and each.id != scope.account.id:
            logins = filter(None, await listings.subclients(each))
            scopes += [there, *(replace(there, subclient=login) for login in logins)]
    return ManyFacts(
        catalogue,
        clock.now(),
        chat.person.company,
        papers=sent,
        companies=await at_hand(chat, companies, operations),
        told=chat.t.label,
        subclients=tuple(filter(None, known)),
        others={(each.account.id, each.subclient): whose(each) for each in scopes},
    )


async def finish(
    chat: ChatContext, t: Texts, answers: Answers, facts: ManyFacts, draft: Draft, services: Services
) -> Screen:
    """Shows the plan with what was chosen; nothing is sent."""
    company = remembered(chat.person.company, facts.catalogue, answers)
    chat.changes.person = replace(chat.person, company=company)
    return await shaped(chat, t, int(draft.answers["batch"]), answers, services)


def _known(_answers: Answers, facts: ManyFacts) -> Sequence[Choice]:
    own = [Choice(subclient_key(each), verbatim(each), each) for each in facts.subclients[:_CHOICES_MOST]]
    others = [
        Choice(subclient_key(f"{account}:{login}"), verbatim(called), [account, login])
        for (account, login), called in facts.others.items()
    ]
    return [
        Choice("main", say("Main account"), ""),
        *own[: _CHOICES_MOST - len(others[:_OTHERS_MOST])],
        *others[:_OTHERS_MOST],
    ]


def _read_subclient(received: Input, _answers: Answers, facts: ManyFacts) -> Json | Problem:
    word = one_line(received).casefold()
    called: dict[str, Json] = {each: each for each in facts.subclients}
    called |= {name: list(whom) for whom, name in facts.others.items()}
    found = [each for each in called if word in each.casefold()]
    exact = [each for each in found if each.casefold() == word]
    if len(exact or found) == 1:
        return called[(exact or found)[0]]
    if not found:
        return Problem(say("I do not know this subclient yet. Choose it once with /user."))
    return Problem(say("Which of these? {names}", names=", ".join(found[:_CHOICES_MOST])))


def _shown_whom(value: Json, facts: ManyFacts) -> Phrase:
    if isinstance(value, str):
        return verbatim(value) if value else say("Main account")
    return verbatim(facts.others.get((value[0], value[1]), value[1]))


_FOR_WHOM: Final = Step[Any](
    key="subclients",
    label=say("For whom"),
    ask=lambda _answers, _facts: say(
        "For which subclients or accounts? Each of them gets each of the names. Tap, or type a login."
    ),
    read=_read_subclient,
    choices=_known,
    show=_shown_whom,
    optional=True,
    many=True,
    skip=say("As it is"),
    skipped=lambda _answers, _facts: say("as it is"),
)
