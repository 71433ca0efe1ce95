"""Forms: the engine's moves, with the facts that steps look at, the person's draft, and what happens at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from bot.accounts import Accounts
from bot.conversation import form
from bot.conversation.flow import Answers, Draft, Flow, Moved, Step
from bot.conversation.given import Given, GivenAlbum, GivenFile, GivenOther, GivenText
from bot.conversation.screen import Screen
from bot.conversation.tap import Tap
from bot.locales import Phrase, Texts, say
from bot.telegram.panel import DOUBT, Panel
from bot.telegram.routes import Conversation, Reopened, Routes
from bot.telegram.talk import Talk

Moving = Callable[[Flow[Any], Draft, Any, Tap], Moved | None]


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

    def after(self, given: Given) -> Self:
        """The form with one more thing given."""
        return replace(self, draft=self.flow.give(self.draft, self.facts, given).draft)

    def screen(self, t: Texts) -> Screen:
        """How it looks."""
        return form.screen(t, self.flow, self.draft, self.facts)


class Forms:
    """Every flow's way from `begin` to its end."""

    def __init__(self, routes: Routes, new_tag: Callable[[], str], panel: Panel, accounts: Accounts) -> None:
        self._conversations = routes.conversations
        self._home = routes.taps["home"]
        self._new_tag = new_tag
        self._panel = panel
        self._accounts = accounts

    async def begin(
        self,
        talk: Talk,
        name: str,
        answers: Answers | None = None,
        *,
        given: Given | None = None,
        anew: bool = False,
    ) -> Screen:
        """Opens a form; where one of its kind was left, offers to go on with it, or adds to what it gathers.

        Args:
            talk: with whom.
            name: the form's.
            answers: known beforehand; a left form with other answers in their place makes room.
            given: what answers the first open step at once, or is an item of one that gathers such things.
            anew: a left form is not offered; it is kept, and makes room.
        """
        conversation = self._conversations[name]
        flow = conversation.flow
        known = dict(answers or {})
        fresh = flow.start(self._new_tag(), known)
        if given is None:
            left = None if anew else self._left_with(talk, flow, known)
            return await (self._offer(conversation, talk, left) if left else self._show(conversation, talk, fresh))
        facts = await self._facts(conversation, talk, fresh)
        taker = flow.taker(fresh, facts, given)
        if taker is not None and (taker.many or taker.secret):
            draft = self._joined(talk, flow, known, taker) or fresh
            if flow.taker(draft, facts, given) is not taker:  # the left form has an answer to that already
                draft = fresh
            self._put(talk, flow, draft)
            return await self._give(conversation, talk, draft, given) or form.under_way(talk.t)
        moved = flow.give(fresh, facts, given)
        left = self._left_with(talk, flow, moved.draft.answers)
        if left is not None and moved.problem is None:
            return await self._offer(conversation, talk, left)
        self._put(talk, flow, fresh)
        return await self._give(conversation, talk, fresh, given) or form.under_way(talk.t)

    async def begin_given(self, talk: Talk, name: str, given: Given) -> Screen:
        """Opens a form whose first answer is there already."""
        return await self.begin(talk, name, given=given)

    async def take_up(self, talk: Talk, draft: Draft) -> Screen:
        """Opens a form with the answers of a former one, under a new tag."""
        conversation = self._conversations[draft.flow]
        current = self._current(conversation.flow, replace(draft, tag=self._new_tag()))
        return await self._show(conversation, talk, current)

    async def takes(self, talk: Talk, given: Given) -> bool:
        """Whether something belongs to the form that is open. What none of its steps could ever take does not.

        Words do always, and what nobody can use: the form's question then says what is needed. Without an account
        nothing has another purpose.
        """
        found = self._opened(talk)
        if found is None or isinstance(given, GivenText | GivenOther) or talk.at_hand["scope"] is None:
            return found is not None
        conversation, draft = found
        return conversation.flow.taker(draft, await self._facts(conversation, talk, draft), given) is not None

    async def given(self, talk: Talk, given: Given) -> Screen | None:
        """Something was sent while a form is open; None where the form ended with it and the receipt comes by itself.

        Raises:
            LookupError: no form is open.
        """
        found = self._opened(talk)
        if found is None:
            raise LookupError("no form is open")
        conversation, draft = found
        facts = await self._facts(conversation, talk, draft)
        if conversation.inspect is not None and conversation.flow.taker(draft, facts, given) is not None:
            looked = await conversation.inspect({**talk.at_hand, "given": given, "draft": draft})
            if isinstance(looked, Phrase):
                talk.refused = refusal(given, looked)
                return await self._show(conversation, talk, draft, looked)
            given = looked
        return await self._give(conversation, talk, draft, given)

    async def current(self, talk: Talk) -> Screen | None:
        """The open form as it stands; None where none is open."""
        found = self._opened(talk)
        return await self._show(found[0], talk, found[1]) if found is not None else None

    async def reopened(self, talk: Talk) -> Screen | None:
        """The form that was open before this update, open again; None where there was none."""
        talk.person = replace(talk.person, open=talk.open_before)
        return await self.current(talk)

    async def ahead(self, talk: Talk) -> Ahead | None:
        """The open form as it stands, where it is one that asks for a key or a password at some step."""
        found = self._opened(talk)
        if found is None or not any(each.secret for each in found[0].flow.steps):
            return None
        conversation, draft = found
        return Ahead(conversation.flow, draft, await self._facts(conversation, talk, draft))

    async def asks_secret(self, talk: Talk) -> bool:
        """Whether the open form waits for a key or a password: whatever is typed now is that."""
        ahead = await self.ahead(talk)
        return ahead is not None and ahead.secret

    async def delete_secret(self, talk: Talk, message_id: int) -> None:
        """Deletes the message that carried a key or a password; where Telegram does not let the bot, says so."""
        if not await self._panel.delete_secret(talk.person.user_id, message_id):
            talk.note = say(
                "⚠️ Telegram does not let me delete your message with the key or password. Please delete it yourself."
            )

    def took(self, talk: Talk, message_id: int) -> bool:
        """Whether an answer of the open form came with this message."""
        found = self._opened(talk)
        return found is not None and found[0].flow.took(found[1], message_id)

    async def mended(self, talk: Talk, given: Given) -> Screen | None:
        """A message that the open form took something from was edited; None where that changes nothing."""
        found = self._opened(talk)
        if found is None:
            return None
        conversation, draft = found
        facts = await self._facts(conversation, talk, draft)
        moved = conversation.flow.mended(draft, facts, given)
        if moved.draft == draft and moved.problem is None:
            return None
        return await self._after(conversation, talk, facts, moved)

    async def tapped(self, talk: Talk, tap: Tap) -> Screen | None:
        """A form's button was tapped; an old one draws what is there now."""
        found = self._tagged(talk, tap.word(1))
        if found is None:
            return await self._redrawn(talk)
        conversation, draft = found
        match tap.word(0):
            case "cancel":
                self._drop(talk, conversation.flow, draft)
                talk.person = replace(talk.person, wish=None)
                return await self._at_home(talk, form.CANCELLED)
            case "resume":
                return await self._show(conversation, talk, draft)
            case "restart":
                self._drop(talk, conversation.flow, draft)
                return await self._show(conversation, talk, conversation.flow.start(self._new_tag()))
            case "send":
                return await self._finish(conversation, talk, draft)
            case "correct" | "remove" as list_of:
                self._put(talk, conversation.flow, draft)
                draw = form.corrections if list_of == "correct" else form.removals
                return draw(talk.t, conversation.flow, draft, await self._facts(conversation, talk, draft))
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
        talk.person = replace(talk.person, wish=None)
        conversation = self._conversations.get(talk.open_before or "")
        draft = talk.person.draft(conversation.flow) if conversation is not None else None
        if conversation is None or draft is None:
            return await self._at_home(talk, say("There is nothing to cancel."))
        self._drop(talk, conversation.flow, draft)
        return await self._at_home(talk, form.CANCELLED)

    def unfinished(self, talk: Talk) -> list[tuple[Flow[Any], Draft]]:
        """The forms of this person that can be gone on with, for the account and subclient in use."""
        flows = [conversation.flow for conversation in self._conversations.values()]
        return [(flow, draft) for flow in flows for draft in talk.person.drafts_of(flow) if draft.worth_keeping]

    def offered_again(self, talk: Talk, screen: Screen) -> Screen:
        """The screen with a way back to the form that was open before it and was set aside for it."""
        set_aside = next((each for each in self.unfinished(talk) if each[0].name == talk.open_before), None)
        if set_aside is None or talk.person.open == talk.open_before or screen.lasting:
            return screen
        button = form.resume_button(talk.t, *set_aside)
        if any(each.tap == button.tap for row in screen.rows for each in row):
            return screen
        return replace(screen, rows=(*screen.rows, (button,)))

    # Inside

    async def _after(self, conversation: Conversation, talk: Talk, facts: Any, moved: Moved) -> Screen | None:
        flow = conversation.flow
        if not flow.summary and moved.problem is None and flow.current(moved.draft, facts) is None:
            return await self._finish(conversation, talk, moved.draft)
        talk.note = talk.note or moved.note
        return await self._show(conversation, talk, moved.draft, moved.problem)

    async def _finish(self, conversation: Conversation, talk: Talk, draft: Draft) -> Screen | None:
        flow = conversation.flow
        facts = await self._facts(conversation, talk, draft)
        if flow.current(draft, facts) is not None or flow.doubted(draft, facts) is not None:
            return await self._show(conversation, talk, draft)
        talk.person = talk.person.without_draft(flow, draft.tag)
        before = talk.person
        end = await conversation.finish(
            {**talk.at_hand, "draft": draft, "answers": flow.answers(draft, facts), "facts": facts}
        )
        if isinstance(end, Reopened):
            talk.person = before
            return await self._show(conversation, talk, flow.reopened(draft, end.key, keep=end.keep), end.why)
        screen: Screen | None = end
        return screen

    async def _give(self, conversation: Conversation, talk: Talk, draft: Draft, given: Given) -> Screen | None:
        """What was sent goes to the step it is for; a message that carries a secret is deleted before anything else."""
        flow, facts = conversation.flow, await self._facts(conversation, talk, draft)
        taker = flow.taker(draft, facts, given)
        if taker is not None and taker.secret:
            await self.delete_secret(talk, given.message_id)
        moved = flow.give(draft, facts, given)
        doubtful = flow.doubted(moved.draft, facts) is not None
        if (moved.problem is not None or doubtful) and isinstance(given, GivenFile | GivenAlbum):
            self._panel.react(talk.person.user_id, given.message_id, DOUBT)
        if moved.problem is not None and isinstance(given, GivenFile) and given.shown is not None:
            self._panel.take_away(talk.person.user_id, given.shown)  # what was made of it goes nowhere
        return await self._after(conversation, talk, facts, moved)

    def _joined(self, talk: Talk, flow: Flow[Any], known: Answers, taker: Step[Any]) -> Draft | None:
        """The form that was left which one more thing belongs to: it is about the same, or about nothing yet."""
        left = self._left_with(talk, flow, known)
        if left is None or not (known or taker.secret or flow.steps[0].key not in left.answers):
            return None
        return self._current(flow, left)

    async def _offer(self, conversation: Conversation, talk: Talk, left: Draft) -> Screen:
        """The offer to go on with a form that was left."""
        flow = conversation.flow
        draft = self._current(flow, left)
        talk.person = replace(talk.person.with_draft(flow, draft), open=None)
        return form.resume(talk.t, flow, draft, await self._facts(conversation, talk, draft))

    @staticmethod
    def _left_with(talk: Talk, flow: Flow[Any], known: Answers) -> Draft | None:
        """The form that was left with these answers, and more than them."""
        return next((each for each in talk.person.drafts_of(flow) if _goes_on(each, known)), None)

    async def _show(
        self, conversation: Conversation, talk: Talk, draft: Draft, problem: Phrase | None = None
    ) -> Screen:
        flow = conversation.flow
        self._put(talk, flow, draft)
        facts = await self._facts(conversation, talk, draft)
        screen = form.screen(talk.t, flow, draft, facts, problem)
        account = await self._accounts.told_apart(talk.person) if flow.current(draft, facts) is None else None
        if account is None or not flow.scoped:
            return screen
        return screen.with_note(talk.t("Account: <b>{account}</b>", account=account.title))

    async def _left(self, conversation: Conversation, talk: Talk, draft: Draft) -> Screen:
        """Back at the first step: home; an empty form is not worth keeping."""
        if draft.worth_keeping:
            self._put(talk, conversation.flow, draft)
        else:
            self._drop(talk, conversation.flow, draft)
        talk.person = replace(talk.person, open=None)
        return await self._at_home(talk, None)

    async def _redrawn(self, talk: Talk) -> Screen:
        return await self.current(talk) or await self._at_home(
            talk, say("That button was of an earlier form. Here is where you are now.")
        )

    def _put(self, talk: Talk, flow: Flow[Any], draft: Draft) -> None:
        """Keeps the draft, and has it in use; what was shown of documents that it dropped is taken away."""
        before = next((each for each in talk.person.drafts_of(flow) if each.tag == draft.tag), None)
        talk.person = talk.person.with_draft(flow, draft)
        self._take_away(talk, _shown(before) - _shown(draft))

    def _drop(self, talk: Talk, flow: Flow[Any], draft: Draft) -> None:
        """Forgets the draft, and takes away what was shown of its documents."""
        talk.person = talk.person.without_draft(flow, draft.tag)
        self._take_away(talk, _shown(draft))

    def _take_away(self, talk: Talk, messages: set[int]) -> None:
        for each in messages:
            self._panel.take_away(talk.person.user_id, each)

    def _opened(self, talk: Talk) -> tuple[Conversation, Draft] | None:
        conversation = self._conversations.get(talk.person.open or "")
        draft = talk.person.draft(conversation.flow) if conversation else None
        if conversation is None or draft is None:
            return None
        return conversation, self._current(conversation.flow, draft)

    async def _at_home(self, talk: Talk, note: Phrase | None) -> Screen:
        screen: Screen = await self._home(talk.at_hand)
        return screen.with_note(talk.t(note)) if note else screen

    async def _facts(self, conversation: Conversation, talk: Talk, draft: Draft) -> Any:
        return await conversation.facts({**talk.at_hand, "draft": draft})

    def _tagged(self, talk: Talk, tag: str) -> tuple[Conversation, Draft] | None:
        for conversation in self._conversations.values():
            for draft in talk.person.drafts_of(conversation.flow):
                if draft.tag == tag:
                    return conversation, self._current(conversation.flow, draft)
        return None

    @staticmethod
    def _current(flow: Flow[Any], draft: Draft) -> Draft:
        return draft if draft.version == flow.version else flow.upgraded(draft)


def refusal(given: Given, why: Phrase) -> Phrase:
    """Why a thing was not taken, with its name: it may be one of several."""
    name = given.name if isinstance(given, GivenFile) else "…"
    return say("⚠️ {name}: {problem}", name=name, problem=why)


def _goes_on(left: Draft, known: Answers) -> bool:
    """Whether a left form is worth going on with: it holds more than is known, and all of that."""
    same = all(left.answers.get(key, value) == value for key, value in known.items())
    return same and left.worth_keeping and (bool(left.working) or len(left.answers) > len(known))


def _shown(draft: Draft | None) -> set[int]:
    """The messages in which documents of a draft were shown, see `GivenFile.shown`."""
    places = (draft.answers, draft.working) if draft is not None else ()
    items = [item for place in places for value in place.values() if isinstance(value, list) for item in value]
    return {item["shown"] for item in items if isinstance(item, dict) and item.get("shown")}


_MOVES: Mapping[str, Moving] = {
    "choose": lambda flow, draft, facts, tap: flow.choose(draft, facts, tap.word(2), tap.word(3)),
    "done": lambda flow, draft, facts, tap: flow.done(draft, facts, tap.word(2)),
    "skip": lambda flow, draft, facts, tap: flow.skip(draft, facts, tap.word(2)),
    "keep": lambda flow, draft, facts, tap: flow.keep(draft, facts, tap.word(2), tap.number(3) or 0),
    "edit": lambda flow, draft, facts, tap: flow.edit(draft, facts, tap.word(2)),
    "accept": lambda flow, draft, facts, tap: flow.accept(draft, facts, tap.word(2)),
    "reject": lambda flow, draft, facts, tap: flow.reject(draft, facts, tap.word(2)),
    "drop": lambda flow, draft, facts, tap: flow.drop(draft, facts, tap.word(2), tap.number(3)),
    "fill": lambda flow, draft, facts, _tap: flow.fill(draft, facts),
    "back": lambda flow, draft, facts, tap: flow.back(draft, facts, tap.word(2)),
}
