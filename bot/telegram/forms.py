"""Forms: the engine's moves, with the facts that steps look at, the person's draft, and what happens at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.conversation import form
from bot.conversation.flow import Answers, Draft, Flow, Moved
from bot.conversation.given import Given
from bot.conversation.screen import Screen
from bot.conversation.tap import Tap
from bot.locales import Phrase, say
from bot.telegram.panel import Panel
from bot.telegram.routes import Conversation, Reopened, Routes
from bot.telegram.talk import Talk

Moving = Callable[[Flow[Any], Draft, Any, Tap], Moved | None]


class Forms:
    """Every flow's way from `begin` to its end."""

    def __init__(self, routes: Routes, new_tag: Callable[[], str], panel: Panel) -> None:
        self._conversations = routes.conversations
        self._home = routes.taps["home"]
        self._new_tag = new_tag
        self._panel = panel

    async def begin(
        self,
        talk: Talk,
        name: str,
        answers: Answers | None = None,
        *,
        given: Given | None = None,
        gathered: Mapping[str, Given] | None = None,
    ) -> Screen:
        """Opens a form; where one of its kind was left, offers to go on with it.

        Args:
            talk: with whom.
            name: the form's.
            answers: known beforehand; a left form with other answers in their place makes room.
            given: what answers the first open step at once.
            gathered: for steps that take several: an item that is there already, by the step's key.
        """
        conversation = self._conversations[name]
        flow = conversation.flow
        known = dict(answers or {})
        left = talk.person.draft(flow)
        if left is not None and gathered is None and _goes_on(left, known):
            draft = self._current(flow, left)
            talk.person = replace(talk.person.with_draft(flow, draft), open=None)
            return form.resume(talk.t, flow, draft, await self._facts(conversation, talk, draft))
        draft = flow.start(self._new_tag(), known)
        facts = await self._facts(conversation, talk, draft)
        for step in flow.steps:
            if gathered and step.key in gathered:
                item = step.read(gathered[step.key], draft.answers, facts)
                draft = replace(draft, working={step.key: [item]})
        if given is None:
            return await self._show(conversation, talk, draft)
        screen = await self._after(conversation, talk, facts, flow.give(draft, facts, given))
        return screen or form.under_way(talk.t)

    async def begin_given(self, talk: Talk, name: str, given: Given) -> Screen:
        """Opens a form whose first answer is there already."""
        return await self.begin(talk, name, given=given)

    async def take_up(self, talk: Talk, draft: Draft) -> Screen:
        """Opens a form with the answers of a former one, under a new tag."""
        conversation = self._conversations[draft.flow]
        current = self._current(conversation.flow, replace(draft, tag=self._new_tag()))
        return await self._show(conversation, talk, current)

    async def given(self, talk: Talk, given: Given) -> Screen | None:
        """Something was sent while a form is open; None where none is."""
        conversation = self._conversations.get(talk.person.open or "")
        draft = talk.person.draft(conversation.flow) if conversation else None
        if conversation is None or draft is None:
            return None
        draft = self._current(conversation.flow, draft)
        facts = await self._facts(conversation, talk, draft)
        step = conversation.flow.current(draft, facts)
        if step is not None and step.secret and not await self._deleted(talk, given):
            talk.note = say(
                "⚠️ Telegram does not let me delete your message with the secret. Please delete it yourself."
            )
        if conversation.inspect is not None and step is not None and isinstance(given, step.takes):
            looked = await conversation.inspect({**talk.at_hand, "given": given, "draft": draft})
            if isinstance(looked, Phrase):
                return await self._show(conversation, talk, draft, looked)
            given = looked
        return await self._after(conversation, talk, facts, conversation.flow.give(draft, facts, given))

    async def tapped(self, talk: Talk, tap: Tap) -> Screen | None:
        """A form's button was tapped; an old one draws what is there now."""
        found = self._tagged(talk, tap.word(1))
        if found is None:
            return await self._redrawn(talk)
        conversation, draft = found
        match tap.word(0):
            case "cancel":
                talk.person = talk.person.with_draft(conversation.flow, None)
                return await self._at_home(talk, form.CANCELLED)
            case "resume":
                return await self._show(conversation, talk, draft)
            case "restart":
                return await self._show(conversation, talk, conversation.flow.start(self._new_tag()))
            case "send":
                return await self._finish(conversation, talk, draft)
        move = _MOVES.get(tap.word(0))
        if move is None:
            return await self._redrawn(talk)
        facts = await self._facts(conversation, talk, draft)
        moved = move(conversation.flow, draft, facts, tap)
        if moved is None:
            return await self._left(conversation, talk, draft)
        return await self._after(conversation, talk, facts, moved)

    async def cancel(self, talk: Talk) -> Screen:
        """`/cancel`: the open form goes; without one, nothing does."""
        conversation = self._conversations.get(talk.open_before or "")
        if conversation is None:
            return await self._at_home(talk, say("There is nothing to cancel."))
        talk.person = talk.person.with_draft(conversation.flow, None)
        return await self._at_home(talk, form.CANCELLED)

    def unfinished(self, talk: Talk) -> list[tuple[Flow[Any], Draft]]:
        """The forms of this person that can be gone on with, for the account and subclient in use."""
        flows = [conversation.flow for conversation in self._conversations.values()]
        drafts = [(flow, talk.person.draft(flow)) for flow in flows]
        return [(flow, draft) for flow, draft in drafts if draft is not None and draft.answers]

    # Inside

    async def _after(self, conversation: Conversation, talk: Talk, facts: Any, moved: Moved) -> Screen | None:
        flow = conversation.flow
        if not flow.summary and moved.problem is None and flow.current(moved.draft, facts) is None:
            return await self._finish(conversation, talk, moved.draft)
        return await self._show(conversation, talk, moved.draft, moved.problem)

    async def _finish(self, conversation: Conversation, talk: Talk, draft: Draft) -> Screen | None:
        flow = conversation.flow
        facts = await self._facts(conversation, talk, draft)
        if flow.current(draft, facts) is not None:
            return await self._show(conversation, talk, draft)
        talk.person = talk.person.with_draft(flow, None)
        before = talk.person
        end = await conversation.finish(
            {**talk.at_hand, "draft": draft, "answers": flow.answers(draft, facts), "facts": facts}
        )
        if isinstance(end, Reopened):
            talk.person = before
            return await self._show(conversation, talk, flow.reopened(draft, end.key, keep=end.keep), end.why)
        screen: Screen | None = end
        return screen

    async def _deleted(self, talk: Talk, given: Given) -> bool:
        return await self._panel.delete_secret(talk.person.user_id, given.message_id)

    async def _show(
        self, conversation: Conversation, talk: Talk, draft: Draft, problem: Phrase | None = None
    ) -> Screen:
        talk.person = talk.person.with_draft(conversation.flow, draft)
        facts = await self._facts(conversation, talk, draft)
        return form.screen(talk.t, conversation.flow, draft, facts, problem)

    async def _left(self, conversation: Conversation, talk: Talk, draft: Draft) -> Screen:
        """Back at the first step: home; an empty form is not worth keeping."""
        kept = draft if draft.answers else None
        talk.person = replace(talk.person.with_draft(conversation.flow, kept), open=None)
        return await self._at_home(talk, None)

    async def _redrawn(self, talk: Talk) -> Screen:
        conversation = self._conversations.get(talk.person.open or "")
        draft = talk.person.draft(conversation.flow) if conversation else None
        if conversation is None or draft is None:
            return await self._at_home(talk, say("That button was of an earlier form. Here is where you are now."))
        return await self._show(conversation, talk, self._current(conversation.flow, draft))

    async def _at_home(self, talk: Talk, note: Phrase | None) -> Screen:
        screen: Screen = await self._home(talk.at_hand)
        return screen.with_note(talk.t(note)) if note else screen

    async def _facts(self, conversation: Conversation, talk: Talk, draft: Draft) -> Any:
        return await conversation.facts({**talk.at_hand, "draft": draft})

    def _tagged(self, talk: Talk, tag: str) -> tuple[Conversation, Draft] | None:
        for conversation in self._conversations.values():
            draft = talk.person.draft(conversation.flow)
            if draft is not None and draft.tag == tag:
                return conversation, self._current(conversation.flow, draft)
        return None

    @staticmethod
    def _current(flow: Flow[Any], draft: Draft) -> Draft:
        return draft if draft.version == flow.version else flow.upgraded(draft)


def _goes_on(left: Draft, known: Answers) -> bool:
    """Whether a left form is worth going on with: it holds more than is known, and nothing else in its place."""
    if any(key in left.answers and left.answers[key] != value for key, value in known.items()):
        return False
    return bool(left.working) or len(left.answers) > len(known)


_MOVES: Mapping[str, Moving] = {
    "choose": lambda flow, draft, facts, tap: flow.choose(draft, facts, tap.word(2), tap.word(3)),
    "done": lambda flow, draft, facts, tap: flow.done(draft, facts, tap.word(2)),
    "skip": lambda flow, draft, facts, tap: flow.skip(draft, facts, tap.word(2)),
    "keep": lambda flow, draft, facts, tap: flow.keep(draft, facts, tap.word(2)),
    "edit": lambda flow, draft, facts, tap: flow.edit(draft, facts, tap.word(2)),
    "drop": lambda flow, draft, facts, tap: flow.drop(draft, facts, tap.word(2), tap.number(3)),
    "fill": lambda flow, draft, facts, _tap: flow.fill(draft, facts),
    "back": lambda flow, draft, facts, _tap: flow.back(draft, facts),
}
