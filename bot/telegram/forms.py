"""Forms: the engine's moves, with the facts that steps look at, the person's draft, and what happens at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from operator import is_
from typing import Any

from markupsafe import Markup

from bot import trace
from bot.ceilings import Ceiling
from bot.conversation import form
from bot.conversation.callback import OldButtonError
from bot.conversation.draft import Draft, Moved
from bot.conversation.flow import Flow
from bot.conversation.form_buttons import (
    Accept,
    Back,
    Cancel,
    Choose,
    Correct,
    Done,
    Drop,
    Edit,
    Fill,
    FormButton,
    Keep,
    Reject,
    Remove,
    Restart,
    Resume,
    Send,
    Skip,
)
from bot.conversation.inputs import AlbumInput, FileInput, Input, OtherInput, TextInput
from bot.conversation.screen import Button, Screen
from bot.conversation.step import Answers, Step
from bot.locales import Phrase, say
from bot.screens.approvals import AWAITS_OWNER
from bot.telegram.ahead import Ahead
from bot.telegram.chat_context import ChatContext
from bot.telegram.handler import Call
from bot.telegram.panel import DOUBT
from bot.telegram.routes import Conversation, Reopened, Role, Routes
from bot.telegram.services import Services


class Forms:
    """Every flow's way from `begin` to its end."""

    def __init__(self, routes: Routes, services: Services) -> None:
        self._conversations = routes.conversations
        self._connecting = routes.connecting
        self._home = routes.roles[Role.HOME]
        self._services = services
        self._panel = services.panel
        self._new_tag = services.new_tag

    async def begin(
        self,
        chat: ChatContext,
        name: str,
        answers: Answers | None = None,
        *,
        received: Input | None = None,
        anew: bool = False,
    ) -> Screen:
        """Opens a form; where one of its kind was left, offers to go on with it, or adds to what it gathers.

        Args:
            chat: with whom.
            name: the form's.
            answers: those that are there beforehand; a left form with other answers in their place makes room.
            received: what answers the first open step at once, or is an item of one that gathers such things.
            anew: a left form is not offered; it is kept, and makes room.
        """
        conversation = self._moved(chat, name)
        flow = conversation.flow
        prefilled = dict(answers or {})
        fresh = flow.start(self._new_tag(), prefilled)
        if received is None:
            left = None if anew else self._left_with(chat, flow, prefilled)
            return await (self._offer(conversation, chat, left) if left else self._show(conversation, chat, fresh))
        facts = await self._facts(conversation, chat, fresh)
        taker = flow.taker(fresh, facts, received)
        if taker is not None and (taker.many or taker.secret):
            draft = self._joined(chat, flow, prefilled, taker) or fresh
            if flow.taker(draft, facts, received) is not taker:  # the left form has an answer to that already
                draft = fresh
            self._put(chat, flow, draft)
            return await self._give(conversation, chat, draft, received) or form.under_way(chat.t)
        moved = flow.give(fresh, facts, received)
        left = self._left_with(chat, flow, moved.draft.answers)
        if left is not None and moved.problem is None:
            return await self._offer(conversation, chat, left)
        self._put(chat, flow, fresh)
        return await self._give(conversation, chat, fresh, received) or form.under_way(chat.t)

    def keep(self, chat: ChatContext, name: str, answers: Answers, answered_by: Mapping[str, int]) -> Draft:
        """A form with these answers, kept without being opened; `answered_by`: the message that gave each."""
        flow = self._conversations[name].flow
        draft = replace(flow.start(self._new_tag(), answers), answered_by=answered_by)
        chat.changes.person = replace(chat.person.with_draft(flow, draft), open=None)
        return draft

    async def connect(self, chat: ChatContext, *, received: Input | None = None) -> Screen:
        """Opens the form that connects an account, answered by a key where one is there already."""
        return await self.begin(chat, self._connecting, received=received)

    def connects(self, name: str | None) -> bool:
        """Whether this is the form, and the command, that connects an account."""
        return name == self._connecting

    async def take_up(self, chat: ChatContext, draft: Draft) -> Screen:
        """Opens a form with the answers of a former one, under a new tag."""
        conversation = self._moved(chat, draft.flow)
        current = self._current(conversation.flow, replace(draft, tag=self._new_tag()))
        return await self._show(conversation, chat, current)

    async def takes(self, chat: ChatContext, received: Input) -> bool:
        """Whether something belongs to the form that is open. What none of its steps could ever take does not.

        Words do always, and what nobody can use: the form's question then says what is needed. Without an account
        nothing has another purpose.
        """
        found = self._opened(chat)
        if found is None or isinstance(received, TextInput | OtherInput) or chat.scope is None:
            return found is not None
        conversation, draft = found
        return conversation.flow.taker(draft, await self._facts(conversation, chat, draft), received) is not None

    async def received(self, chat: ChatContext, received: Input) -> Screen | None:
        """Something was sent while a form is open; None where the form ended with it and the receipt comes by itself.

        Raises:
            LookupError: no form is open.
        """
        found = self._opened(chat)
        if found is None:
            raise LookupError("no form is open")
        conversation, draft = found
        facts = await self._facts(conversation, chat, draft)
        if conversation.inspect is not None and conversation.flow.taker(draft, facts, received) is not None:
            looked = await conversation.inspect(replace(self._call(chat), draft=draft, received=received))
            chat.changes.facts = None
            if isinstance(looked, Phrase):
                chat.changes.refused = refusal(received, looked)
                return await self._show(conversation, chat, draft, looked)
            received = looked
        return await self._give(conversation, chat, draft, received)

    async def current(self, chat: ChatContext) -> Screen | None:
        """The open form as it stands; None where none is open."""
        found = self._opened(chat)
        return await self._show(found[0], chat, found[1]) if found is not None else None

    async def reopened(self, chat: ChatContext) -> Screen | None:
        """The form that was open before this update, open again; None where there was none."""
        chat.changes.person = replace(chat.person, open=chat.open_before)
        return await self.current(chat)

    def beside(self, chat: ChatContext, screen: Screen) -> Screen:
        """A screen that is looked at beside the form that was open: it stays open, and a button leads back to it."""
        aside, chat.changes.person = chat.person.open, replace(chat.person, open=chat.open_before)
        found = self._opened(chat)
        if found is None:
            chat.changes.person = replace(chat.person, open=aside)
            return screen
        back = form.resume_button(chat.t, found[0].flow, found[1])
        return replace(screen, rows=((back,), *screen.rows))

    def resuming(self, chat: ChatContext) -> Button | None:
        """The way back to the form that was open before this update, where it is another than the one that connects."""
        conversation = self._conversations.get(chat.open_before or "")
        draft = chat.person.draft(conversation.flow) if conversation is not None else None
        if conversation is None or draft is None or conversation.connects:
            return None
        return form.resume_button(chat.t, conversation.flow, draft)

    async def ahead(self, chat: ChatContext) -> Ahead | None:
        """The open form as it stands, where it is one that asks for a key or a password at some step."""
        found = self._opened(chat)
        if found is None or not found[0].flow.asks_secrets:
            return None
        conversation, draft = found
        return Ahead(conversation.flow, draft, await self._facts(conversation, chat, draft))

    async def asks(self, chat: ChatContext, name: str, key: str) -> bool:
        """Whether the open form is this one, and waits for the answer to this step."""
        found = self._opened(chat)
        if found is None or found[0].flow.name != name:
            return False
        conversation, draft = found
        facts = await self._facts(conversation, chat, draft)
        step = conversation.flow.current(conversation.flow.past_telling(draft, facts), facts)
        return step is not None and step.key == key

    async def asks_secret(self, chat: ChatContext) -> bool:
        """Whether the open form waits for a key or a password: whatever is typed now is that."""
        ahead = await self.ahead(chat)
        return ahead is not None and ahead.secret

    async def delete_secret(self, chat: ChatContext, message_id: int) -> None:
        """Deletes the message that carried a key or a password; where Telegram does not let the bot, says so."""
        if not await self._panel.delete_secret(chat.person.user_id, message_id):
            chat.changes.note = say(
                "⚠️ Telegram does not let me delete your message with the key or password. Please delete it yourself."
            )

    def took(self, chat: ChatContext, message_id: int) -> bool:
        """Whether an answer of the open form came with this message."""
        found = self._opened(chat)
        return found is not None and found[0].flow.took(found[1], message_id)

    async def mended(self, chat: ChatContext, received: Input) -> Screen | None:
        """A message that the open form took something from was edited; None where that changes nothing."""
        found = self._opened(chat)
        if found is None:
            return None
        conversation, draft = found
        if conversation.flow.exchanged(draft, received):
            self._panel.react(chat.person.user_id, received.message_id)
            return await self.received(chat, received)
        facts = await self._facts(conversation, chat, draft)
        moved = conversation.flow.mended(draft, facts, received)
        if moved.draft == draft and moved.problem is None:
            return None
        return await self._after(conversation, chat, facts, moved)

    async def tapped(self, chat: ChatContext, button: FormButton) -> Screen | None:
        """A form's button was tapped.

        Raises:
            OldButtonError: that form is not there any more.
        """
        found = self._tagged(chat, button.tag)
        if found is None:
            raise OldButtonError("the form is not there any more")
        conversation, draft = found
        match button:
            case Cancel():
                return await self._called_off(conversation, chat, draft)
            case Resume():
                return await self._show(conversation, chat, draft)
            case Restart():
                self._drop(chat, conversation.flow, draft)
                fresh = conversation.flow.start(self._new_tag())
                told = conversation.flow.past_telling(fresh, await self._facts(conversation, chat, fresh))
                return await self._show(conversation, chat, told)
            case Send():
                return await self._finish(conversation, chat, draft)
            case Correct() | Remove():
                self._put(chat, conversation.flow, draft)
                draw = form.corrections if isinstance(button, Correct) else form.removals
                return draw(chat.t, conversation.flow, draft, await self._facts(conversation, chat, draft))
        facts = await self._facts(conversation, chat, draft)
        moved = move(conversation.flow, draft, facts, button)
        if moved is None:
            return await self._left(conversation, chat, draft)
        return await self._after(conversation, chat, facts, moved)

    async def cancel(self, chat: ChatContext) -> Screen:
        """`/cancel`: the open form goes; without one, nothing does."""
        chat.changes.person = replace(chat.person, deferred_requests=None)
        conversation = self._conversations.get(chat.open_before or "")
        draft = chat.person.draft(conversation.flow) if conversation is not None else None
        if conversation is None or draft is None:
            return await self._at_home(chat, say("There is nothing to cancel."))
        return await self._called_off(conversation, chat, draft)

    def unfinished(self, chat: ChatContext) -> list[tuple[Flow[Any], Draft]]:
        """The forms of this person that can be gone on with, for the account and subclient in use."""
        begun = {each.flow for each in chat.person.drafts.values()}
        flows = [each.flow for name, each in self._conversations.items() if name in begun]
        return [(flow, draft) for flow in flows for draft in chat.person.drafts_of(flow) if flow.worth_keeping(draft)]

    def act_for(self, chat: ChatContext, account_id: int, subclient: str = "") -> Markup | None:
        """Puts an account and subclient in use; gives a word on what was begun for the former one and waits there."""
        left = next((each for each in self.unfinished(chat) if each[0].scoped), None)
        before, chat.changes.person = chat.person, chat.person.acting_for(account_id, subclient)
        if left is None or (before.account_id, before.subclient) == (account_id, subclient):
            return None
        flow, draft = left
        about: str | Phrase = flow.about(draft.answers) or flow.title
        return chat.t("What you had begun waits where you began it: {about}.", about=about)

    def offered_again(self, chat: ChatContext, screen: Screen) -> Screen:
        """The screen with a way back to the form that was open before it and was set aside for it."""
        if chat.open_before is None or chat.person.open == chat.open_before or screen.lasting:
            return screen
        set_aside = next((each for each in self.unfinished(chat) if each[0].name == chat.open_before), None)
        if set_aside is None:
            return screen
        button = form.resume_button(chat.t, *set_aside)
        if any(each.says == button.says for row in screen.rows for each in row):
            return screen
        return replace(screen, rows=(*screen.rows, (button,)))

    # Inside

    async def _called_off(self, conversation: Conversation, chat: ChatContext, draft: Draft) -> Screen:
        """The form goes, at the person's word."""
        self._drop(chat, conversation.flow, draft)
        chat.changes.person = replace(chat.person, deferred_requests=None)
        if conversation.dropped is not None:
            await conversation.dropped(replace(self._call(chat), draft=draft))
        return await self._at_home(chat, conversation.flow.cancelled)

    async def _after(self, conversation: Conversation, chat: ChatContext, facts: Any, moved: Moved) -> Screen | None:
        flow = conversation.flow
        if conversation.answered is not None:
            await conversation.answered(replace(self._call(chat), draft=moved.draft))
        if not flow.summary and moved.problem is None and flow.current(moved.draft, facts) is None:
            return await self._finish(conversation, chat, moved.draft)
        if chat.changes.note is None and moved.note is not None:
            chat.changes.note = moved.note(await self._facts(conversation, chat, moved.draft))
        return await self._show(conversation, chat, moved.draft, moved.problem)

    async def _finish(self, conversation: Conversation, chat: ChatContext, draft: Draft) -> Screen | None:
        flow = conversation.flow
        facts = await self._facts(conversation, chat, draft)
        if flow.current(draft, facts) is not None or flow.doubted(draft, facts) is not None:
            return await self._show(conversation, chat, draft)
        chat.changes.person = chat.person.without_draft(flow, draft.tag)
        before = chat.person
        answers = flow.answers(draft, facts)
        end = await conversation.finish(replace(self._call(chat), draft=draft, answers=answers, facts=facts))
        chat.changes.facts = None
        if isinstance(end, Reopened):
            chat.changes.person = before
            return await self._show(conversation, chat, flow.reopened(draft, end.key, keep=end.keep), end.why)
        return end

    async def _give(
        self, conversation: Conversation, chat: ChatContext, draft: Draft, received: Input
    ) -> Screen | None:
        """What was sent goes to the step it is for; a message that carries a secret is deleted before anything else."""
        flow, facts = conversation.flow, await self._facts(conversation, chat, draft)
        taker = flow.taker(draft, facts, received)
        if taker is not None and taker.secret:
            await self.delete_secret(chat, received.message_id)
        moved = flow.give(draft, facts, received)
        doubtful = flow.doubted(moved.draft, facts) is not None
        if (moved.problem is not None or doubtful) and isinstance(received, FileInput | AlbumInput):
            self._panel.react(chat.person.user_id, received.message_id, DOUBT)
        if moved.problem is not None and isinstance(received, FileInput) and received.shown is not None:
            self._panel.take_away(chat.person.user_id, received.shown)  # what was made of it goes nowhere
        return await self._after(conversation, chat, facts, moved)

    def _joined(self, chat: ChatContext, flow: Flow[Any], prefilled: Answers, taker: Step[Any]) -> Draft | None:
        """The form that was left which one more thing belongs to: it is about the same, or about nothing yet."""
        left = self._left_with(chat, flow, prefilled)
        first = next(each.key for each in flow.steps if not each.tells)
        if left is None or not (prefilled or taker.secret or first not in left.answers):
            return None
        return self._current(flow, left)

    async def _offer(self, conversation: Conversation, chat: ChatContext, left: Draft) -> Screen:
        """The offer to go on with a form that was left."""
        flow = conversation.flow
        draft = self._current(flow, left)
        chat.changes.person = replace(chat.person.with_draft(flow, draft), open=None)
        return form.resume(chat.t, flow, draft, await self._facts(conversation, chat, draft))

    @staticmethod
    def _left_with(chat: ChatContext, flow: Flow[Any], prefilled: Answers) -> Draft | None:
        """The form that was left with these answers, and more than them."""
        return next((each for each in chat.person.drafts_of(flow) if _goes_on(flow, each, prefilled)), None)

    async def _show(
        self, conversation: Conversation, chat: ChatContext, draft: Draft, problem: Phrase | None = None
    ) -> Screen:
        flow = conversation.flow
        self._put(chat, flow, draft)
        facts = await self._facts(conversation, chat, draft)
        step = flow.current(draft, facts)
        asks, what = "asks" if problem is None else "asks again", "summary" if step is None else step.key
        trace.did(f"{asks} {flow.name}.{what}")
        screen = form.screen(chat.t, flow, draft, facts, problem)
        if step is not None or not flow.scoped:
            return screen
        accounts, act = self._services.accounts, conversation.act
        if act is not None and chat.scope is not None:
            waits = await accounts.awaits_owner(chat.scope, act(flow.answers(draft, facts), facts))
            screen = screen.with_note(chat.t(AWAITS_OWNER)) if waits else screen
        account = await accounts.told_apart(chat.person)
        if account is None:
            return screen
        return screen.with_note(chat.t("Account: <b>{account}</b>", account=account.title))

    async def _left(self, conversation: Conversation, chat: ChatContext, draft: Draft) -> Screen:
        """Back at the first step: home; an empty form is not worth keeping."""
        if conversation.flow.worth_keeping(draft):
            self._put(chat, conversation.flow, draft)
        else:
            self._drop(chat, conversation.flow, draft)
        chat.changes.person = replace(chat.person, open=None)
        return await self._at_home(chat, None)

    def _put(self, chat: ChatContext, flow: Flow[Any], draft: Draft) -> None:
        """Keeps the draft, and has it in use; what was shown of documents that it dropped is taken away.

        Raises:
            EnoughError: it is a new one, and the person has as many as one may have.
        """
        before = next((each for each in chat.person.drafts_of(flow) if each.tag == draft.tag), None)
        person = chat.person.with_draft(flow, draft)
        if flow.scoped and len(person.drafts) > len(chat.person.drafts):
            self._services.ceilings.check(Ceiling.DRAFTS, len(person.drafts))
        chat.changes.person = person
        self._take_away(chat, _shown(before) - _shown(draft))

    def _drop(self, chat: ChatContext, flow: Flow[Any], draft: Draft) -> None:
        """Forgets the draft, and takes away what was shown of its documents."""
        chat.changes.person = chat.person.without_draft(flow, draft.tag)
        self._take_away(chat, _shown(draft))

    def _take_away(self, chat: ChatContext, messages: set[int]) -> None:
        for each in messages:
            self._panel.take_away(chat.person.user_id, each)

    def _opened(self, chat: ChatContext) -> tuple[Conversation, Draft] | None:
        name = chat.person.open
        if name is None or name not in self._conversations:
            return None
        conversation = self._moved(chat, name)
        draft = chat.person.draft(conversation.flow)
        return (conversation, self._current(conversation.flow, draft)) if draft is not None else None

    def _moved(self, chat: ChatContext, name: str) -> Conversation:
        """The conversation with this name; its flow remembers what it found for as long as the update is handled."""
        moved: Conversation | None = chat.changes.forms.get(name)
        if moved is None:
            conversation = self._conversations[name]
            chat.changes.forms[name] = moved = replace(conversation, flow=conversation.flow.remembering())
        return moved

    async def _at_home(self, chat: ChatContext, note: Phrase | None) -> Screen:
        screen: Screen = await self._home(self._call(chat))
        return screen.with_note(chat.t(note)) if note else screen

    async def _facts(self, conversation: Conversation, chat: ChatContext, draft: Draft) -> Any:
        """What the steps look at: gathered once for all that an update asks of one draft, until something is done."""
        of = (conversation, draft, chat.person, chat.scope, chat.t)
        known = chat.changes.facts
        if known is not None and all(map(is_, known[0], of)):
            return known[1]
        facts = await conversation.facts(Call.in_chat(chat, self._services, self, draft))
        chat.changes.facts = (of, facts)
        return facts

    def _call(self, chat: ChatContext) -> Call:
        return Call.in_chat(chat, self._services, self)

    def _tagged(self, chat: ChatContext, tag: str) -> tuple[Conversation, Draft] | None:
        name = next((each.flow for each in chat.person.drafts.values() if each.tag == tag), None)
        if name is None or name not in self._conversations:
            return None
        conversation = self._moved(chat, name)
        found = next((each for each in chat.person.drafts_of(conversation.flow) if each.tag == tag), None)
        return (conversation, self._current(conversation.flow, found)) if found is not None else None

    @staticmethod
    def _current(flow: Flow[Any], draft: Draft) -> Draft:
        return draft if draft.version == flow.version else flow.upgraded(draft)


def refusal(received: Input, why: Phrase) -> Phrase:
    """Why a thing was not taken, with its name: it may be one of several."""
    name = received.name if isinstance(received, FileInput) else "…"
    return say("⚠️ {name}: {problem}", name=name, problem=why)


def _goes_on(flow: Flow[Any], left: Draft, prefilled: Answers) -> bool:
    """Whether a left form is worth going on with: it holds all that is prefilled, and more."""
    said, before = flow.said(left.answers), flow.said(prefilled)
    same = all(said.get(key, value) == value for key, value in before.items())
    return same and flow.worth_keeping(left) and (bool(left.working) or len(said) > len(before))


def _shown(draft: Draft | None) -> set[int]:
    """The messages in which documents of a draft were shown, see `FileInput.shown`."""
    places = (draft.answers, draft.working) if draft is not None else ()
    items = [item for place in places for value in place.values() if isinstance(value, list) for item in value]
    return {item["shown"] for item in items if isinstance(item, dict) and item.get("shown")}


def move(flow: Flow[Any], draft: Draft, facts: Any, button: FormButton) -> Moved | None:
    """The move that a button makes; None: back from the first step."""
    match button:
        case Choose(step=step, choice=choice):
            return flow.choose(draft, facts, step, choice)
        case Done(step=step):
            return flow.done(draft, facts, step)
        case Skip(step=step):
            return flow.skip(draft, facts, step)
        case Keep(step=step, offer=offer):
            return flow.keep(draft, facts, step, offer)
        case Edit(step=step):
            return flow.edit(draft, facts, step)
        case Accept(step=step):
            return flow.accept(draft, facts, step)
        case Reject(step=step):
            return flow.reject(draft, facts, step)
        case Drop(step=step, place=place):
            return flow.drop(draft, facts, step, place)
        case Fill():
            return flow.fill(draft, facts)
        case Back(step=step):
            return flow.back(draft, facts, step)
    raise OldButtonError("no move of a form")
