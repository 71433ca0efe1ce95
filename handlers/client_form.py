"""A form that is filled in by a link: whoever got the link sees it, and nothing of the account that it is for.

?start=c_<token> ─▶ what is asked for ─▶ [Begin] ─▶ name, comment, company, documents … ─▶ handed over ─▶ [Take it back]
        sent back with a remark ─▶ [Correct it] ─▶ the summary ─▶ handed over again
        used, called off        ─▶ a word on it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.accounts import Accounts
from bot.actions.inspection import inspect
from bot.client_links import SENT_BACK, USED, ClientForm, ClientLinks, Link, Trouble
from bot.clock import Clock
from bot.conversation.draft import Draft
from bot.conversation.flow import Flow
from bot.conversation.form_buttons import Resume
from bot.conversation.screen import Screen
from bot.conversation.step import Answers
from bot.locales import Phrase, Texts, say, verbatim
from bot.registration import papers
from bot.registration.client_form import ClientFacts, client_steps
from bot.screens.accounts import whose
from bot.screens.buttons import BeginClientForm, ShowClientForm, WithdrawClientForm
from bot.screens.client_form import (
    TROUBLES,
    called_off_screen,
    form_screen,
    intro_screen,
    returned_screen,
    trouble_screen,
    used_already_screen,
    used_screen,
    withdraw_screen,
    withdrawn_screen,
)
from bot.screens.client_links import link_screen
from bot.smsc import Catalogue
from bot.storage.client_links import CALLED_OFF, FormState
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import CLIENT_LINK, Reopened, Routes

NAME: Final = "client_form"
_FORM: Final = "form"
"""Under this a draft knows which form it is; no step has such a key."""


def routes(catalogue: Catalogue) -> Routes:
    """The ways into the form, for this catalogue."""
    table = Routes()
    table.deep_link(CLIENT_LINK, guests=True)(opened)
    table.button(BeginClientForm, guests=True)(begin)
    table.button(ShowClientForm, guests=True)(show)
    table.button(WithdrawClientForm, guests=True)(withdraw)
    table.notice(SENT_BACK, quiet=True)(sent_back)
    table.notice(USED, quiet=True)(used)
    table.notice(CALLED_OFF, quiet=True)(called_off)
    table.conversation(flow(catalogue), facts=facts, finish=finish, inspect=inspect, dropped=dropped, guests=True)
    return table


def flow(catalogue: Catalogue) -> Flow[ClientFacts]:
    """The steps, as the catalogue has them; those that a link does not ask for do not apply."""
    return Flow(
        name=NAME,
        version=1,
        title=say("Form for a sender name"),
        send=say("Hand it over"),
        cancelled=say("Closed. Nothing was handed over; the link opens the form again while it lasts."),
        notes=_notes,
        scoped=False,
        about=lambda answers: answers.get("name") or "",
        subject=lambda _answers, facts: verbatim(facts.title) if facts.title else None,
        steps=client_steps(catalogue),
    )


def _notes(_answers: Answers, facts: ClientFacts) -> Sequence[Phrase]:
    told = say(
        "Whoever sent you the link gets what stands here, and nothing else of you."
        " Until it is used you can take it back."
    )
    return (say("↩ Please correct: {remark}", remark=facts.remark), told) if facts.remark else (told,)


async def opened(
    chat: ChatContext,
    t: Texts,
    client_links: ClientLinks,
    accounts: Accounts,
    clock: Clock,
    forms: Forms,
    word: str = "",
) -> Screen:
    """A link was opened: what is asked for, or how far the person is with it."""
    link = await client_links.found(word)
    if link is None:
        return trouble_screen(t, Trouble.UNKNOWN)
    mine = await client_links.made_by(chat.person.user_id, link.id)
    scope = await accounts.scope_for(link.user_id, link.account_id, link.subclient) if mine is not None else None
    if mine is not None and scope is not None:
        note = t("This is your own link: send it to your client. They see a form there.")
        return link_screen(t, *mine, whose(scope), clock.now()).with_note(note)
    for each, form in await client_links.filled_in_by(chat.person.user_id):
        if each.id == link.id:
            return await _gone_on(chat, t, link, form, forms)
    trouble = link.trouble(clock.now())
    return intro_screen(t, link) if trouble is None else trouble_screen(t, trouble)


async def begin(
    chat: ChatContext, t: Texts, button: BeginClientForm, client_links: ClientLinks, forms: Forms
) -> Screen:
    """The form is the person's from now on, if nobody was before them."""
    link = await client_links.tagged(button.link, button.tag)
    if link is None:
        return trouble_screen(t, Trouble.UNKNOWN)
    taken = await client_links.take_up(link, chat.person.user_id)
    if isinstance(taken, Trouble):
        return trouble_screen(t, taken)
    return await _gone_on(chat, t, link, taken, forms)


async def show(chat: ChatContext, t: Texts, button: ShowClientForm, client_links: ClientLinks, forms: Forms) -> Screen:
    """How the form stands; one that came back is opened."""
    found = await client_links.form(button.form)
    if found is None or found[1].user_id != chat.person.user_id:
        return trouble_screen(t, Trouble.CALLED_OFF)
    return await _gone_on(chat, t, *found, forms)


async def _gone_on(chat: ChatContext, t: Texts, link: Link, form: ClientForm, forms: Forms) -> Screen:
    """The form, open where it can be filled in; else how it stands."""
    if form.state is FormState.WITHDRAWN:
        return withdrawn_screen(t)
    if form.state not in {FormState.OPEN, FormState.RETURNED}:
        return form_screen(t, link, form)
    begun = next((draft for _, draft in forms.unfinished(chat) if draft.answers.get(_FORM) == form.id), None)
    if begun is not None and (screen := await forms.tapped(chat, Resume(begun.tag))) is not None:
        return screen
    return await forms.begin(chat, NAME, {**form.answers, _FORM: form.id})


async def facts(
    chat: ChatContext, draft: Draft, catalogue: Catalogue, clock: Clock, client_links: ClientLinks
) -> ClientFacts:
    """What the link asks for; nothing of the account."""
    found = await client_links.form(int(draft.answers.get(_FORM) or 0))
    sent = papers.of_draft(draft, draft.answers.get("name"), before=0)
    if found is None:
        return ClientFacts(catalogue, clock.now(), papers=sent)
    link, form = found
    return ClientFacts(
        catalogue,
        clock.now(),
        chat.person.company,
        papers=sent,
        told=chat.t.label,
        asked=frozenset(link.asked),
        prepared=link.prepared,
        title=link.title,
        remark=form.remark,
    )


async def finish(
    chat: ChatContext, t: Texts, draft: Draft, answers: Answers, client_links: ClientLinks
) -> Screen | Reopened:
    """Hands the form over; where the link has ended, what was filled in is kept until there is more time."""
    form_id = int(draft.answers.get(_FORM) or 0)
    said = {key: value for key, value in draft.answers.items() if key != _FORM}
    trouble = await client_links.hand_over(form_id, chat.person.user_id, said)
    if trouble is Trouble.UNKNOWN:  # the account that it was for is forgotten
        trouble = Trouble.CALLED_OFF
    if trouble is Trouble.ENDED and answers:
        return Reopened(next(reversed(list(answers))), TROUBLES[trouble], keep=True)
    found = await client_links.form(form_id)
    if trouble is not None or found is None:
        return trouble_screen(t, trouble or Trouble.CALLED_OFF)
    return form_screen(t, *found)


async def dropped(chat: ChatContext, draft: Draft, client_links: ClientLinks) -> None:
    """Somebody else may take the link up."""
    await client_links.let_go(int(draft.answers.get(_FORM) or 0), chat.person.user_id)


async def withdraw(chat: ChatContext, t: Texts, button: WithdrawClientForm, client_links: ClientLinks) -> Screen:
    """Takes back what was filled in: first what that means, then a second tap."""
    found = await client_links.form(button.form)
    if found is None or found[1].user_id != chat.person.user_id:
        return trouble_screen(t, Trouble.CALLED_OFF)
    if found[1].state is FormState.USED:
        return used_already_screen(t)
    if button.sure is None:
        return withdraw_screen(t, *found)
    if not await client_links.withdraw(button.form, chat.person.user_id):
        return used_already_screen(t)
    chat.changes.person = chat.person.without_answer(_FORM, button.form)
    return withdrawn_screen(t)


# Told unasked


async def sent_back(t: Texts, body: Mapping[str, Any], client_links: ClientLinks) -> Screen | None:
    """Something is to be corrected."""
    found = await client_links.form(int(body["form"]))
    return returned_screen(t, *found) if found is not None and found[1].state is FormState.RETURNED else None


async def used(t: Texts, body: Mapping[str, Any], client_links: ClientLinks) -> Screen | None:
    """What was filled in was used."""
    found = await client_links.form(int(body["form"]))
    return used_screen(t, found[0]) if found is not None else None


async def called_off(chat: ChatContext, t: Texts, body: Mapping[str, Any], client_links: ClientLinks) -> Screen:
    """What was being filled in is not wanted any more: it is forgotten here, too."""
    found = await client_links.form(int(body["form"]))
    chat.changes.person = chat.person.without_answer(_FORM, int(body["form"]))
    return called_off_screen(t, found[0] if found is not None else None)
