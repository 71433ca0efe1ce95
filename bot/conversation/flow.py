"""A conversation as data: steps, the draft of their answers, and the moves between them.

    a flow is a tuple of steps;
    a draft is nothing but its answers (and, a step at a time, what is being gathered or offered);
    the current step is the first one that applies and has no answer (quiet ones are asked from the summary only);
    Back takes the last answer away and offers it again;
    when no step is left, the summary is shown, and what it shows is what is sent.

All of it is pure: a move takes a draft and gives a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from typing import Final, Generic

from bot.conversation.callback import Callback, MisdeclaredError
from bot.conversation.draft import (
    DOUBTED,
    INSTEAD,
    Draft,
    Item,
    Moved,
    to_be_asked_again,
    with_answer,
    with_doubted,
    with_items,
    with_work,
)
from bot.conversation.inputs import FileInput, Input, TextInput
from bot.conversation.remarks import got, no_chatter, not_taken, too_many
from bot.conversation.screen import Style
from bot.conversation.step import PASSED, SKIPPED, Answers, F, Hint, Json, Problem, Several, Step, always
from bot.locales import Phrase, say
from bot.reading import dress
from bot.reading.words import is_chatter

CANCELLED: Final = say("Cancelled. Nothing was sent to SMSC.")


@dataclass(frozen=True, kw_only=True)
class Flow(Generic[F]):
    """The steps of a conversation and what surrounds them.

    version   raised when steps change their meaning; older drafts go through `upgraded`
    notes     paragraphs under the summary: what it costs, what cannot be undone
    hints     what in the summary is to be looked at once more
    send      the label of the button that ends it
    summary   whether it ends with one; without, the last answer ends the flow
    scoped    whether its drafts belong to the account and subclient in use
    about     what tells one form of this flow from another: the name, the number; empty: nothing
    sends     whether its end is a request to SMSC; else something is kept here
    subject   a line above every question that says what it is about, where no answer does
    cancelled what is said when it is called off
    further   buttons of the summary beside those that every one has, given what the draft knows
    """

    name: str
    version: int
    title: Phrase
    steps: tuple[Step[F], ...]
    send: Phrase
    send_style: Style = Style.PRIMARY
    notes: Callable[[Answers, F], Sequence[Phrase]] = lambda _answers, _facts: ()
    hints: Callable[[Answers, F], Sequence[Hint]] = lambda _answers, _facts: ()
    summary: bool = True
    scoped: bool = True
    sends: bool = True
    about: Callable[[Answers], str] = lambda _answers: ""
    subject: Callable[[Answers, F], Phrase | None] = lambda _answers, _facts: None
    cancelled: Phrase = CANCELLED
    further: Callable[[Answers], Sequence[tuple[Phrase, Callback]]] = lambda _answers: ()
    _asked: list[tuple[Answers, F, list[Step[F]]]] | None = field(default=None, init=False, repr=False, compare=False)
    """What was found, the last first, where it is kept; see `remembering`."""

    def __post_init__(self) -> None:
        keys = [step.key for step in self.steps]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise MisdeclaredError(f"the conversation {self.name!r}: more than one step has the key {', '.join(twice)}")

    def start(self, tag: str, answers: Answers | None = None) -> Draft:
        """A new draft; `answers` are those that are there beforehand."""
        prefilled = dict(answers or {})
        return Draft(self.name, self.version, tag, prefilled, prefilled=tuple(prefilled))

    def upgraded(self, draft: Draft) -> Draft:
        """A draft of a former version: its answers are kept, what is new is asked."""
        return replace(draft, version=self.version, working={}, editing=None)

    def asked(self, answers: Answers, facts: F) -> list[Step[F]]:
        """The steps that apply, given the answers. Neither they nor the facts are changed by anybody."""
        for known, of, found in self._asked or ():
            if known is answers and of is facts:
                return found
        found = [step for step in self.steps if step.applies is always or step.applies(answers, facts)]
        if self._asked is not None:
            self._asked.insert(0, (answers, facts, found))
        return found

    def remembering(self) -> Flow[F]:
        """The same for one move: it keeps which steps applied, for a move and its screen ask that eight times."""
        flow = copy(self)
        object.__setattr__(flow, "_asked", [])
        return flow

    @cached_property
    def asks_secrets(self) -> bool:
        """Whether one of its steps asks for a key or a password."""
        return any(step.secret for step in self.steps)

    def answers(self, draft: Draft, facts: F) -> dict[str, Json]:
        """What counts: the answers of the steps that apply, skipped ones left out."""
        return {
            step.key: draft.answers[step.key]
            for step in self.asked(draft.answers, facts)
            if draft.answers.get(step.key) is not SKIPPED
        }

    def current(self, draft: Draft, facts: F) -> Step[F] | None:
        """The step that waits for an answer; None when the summary is due."""
        asked = self.asked(draft.answers, facts)
        if draft.editing is not None:
            for step in asked:
                if step.key == draft.editing:
                    return step
        return next((step for step in asked if self._is_open(step, draft, facts) and not step.quiet), None)

    @staticmethod
    def _is_open(step: Step[F], draft: Draft, facts: F) -> bool:
        """Whether there is no answer to a step, or none that still counts."""
        return step.key not in draft.answers or not step.holds(draft.answers[step.key], draft.answers, facts)

    def said(self, answers: Answers) -> dict[str, Json]:
        """The answers to questions: what was only told, and gone past, is none."""
        told = {step.key for step in self.steps if step.tells}
        return {key: value for key, value in answers.items() if key not in told}

    def worth_keeping(self, draft: Draft) -> bool:
        """Whether a person put anything into it."""
        said, working = self.said(draft.answers), self.said(draft.working)
        return bool(working) or any(key not in draft.prefilled for key in said)

    def past_telling(self, draft: Draft, facts: F) -> Draft:
        """The draft at its next question: whoever answers that already needs not be told first."""
        while (step := self.current(draft, facts)) is not None and step.tells:
            draft = with_answer(draft, step.key, PASSED)
        return draft

    def position(self, draft: Draft, facts: F) -> tuple[int, int | None]:
        """The current step's number among those that are asked, and how many there are; None: that depends.

        It does for as long as a step is open whose answer decides about others.
        """
        step = self.current(draft, facts)
        asked = [each for each in self.asked(draft.answers, facts) if each is step or not (each.quiet or each.tells)]
        open_yet = (each is step or each.key not in draft.answers for each in asked if each.branches)
        return (asked.index(step) + 1 if step else len(asked), None if any(open_yet) else len(asked))

    def offered(self, draft: Draft, step: Step[F], facts: F) -> Sequence[Json]:
        """What "Keep" could keep: the offers, or the answer given before; of several things, the newest one anew."""
        if step.many:
            anew = draft.working.get(f"{step.key}{INSTEAD}")
            return () if anew is None else (anew,)
        offer = draft.working.get(step.key)
        if offer is None:
            offer = draft.answers.get(step.key) if draft.editing == step.key else step.suggest(draft.answers, facts)
        offers = offer if isinstance(offer, list) else () if offer is None else (offer,)
        return [each for each in offers if step.holds(each, draft.answers, facts)]

    def doubted(self, draft: Draft, facts: F) -> tuple[Step[F], Json] | None:
        """The item that waits for a person's word, and its step, which need not be the one that is asked now."""
        waiting = ((each, draft.working.get(f"{each.key}{DOUBTED}")) for each in self.asked(draft.answers, facts))
        return next(((step, items[0]) for step, items in waiting if items), None)

    # Moves. Each takes the step's key along: a button of another step, or of a former draft, moves nothing.

    def give(self, draft: Draft, facts: F, received: Input) -> Moved:
        """Something was sent: it answers the current step, or is one more of its items."""
        draft = self.past_telling(draft, facts)
        step = self.current(draft, facts)
        if step is not None and step.block and isinstance(received, TextInput) and draft.editing is None:
            return self._lines(draft, facts, received)
        return self._one(draft, facts, received)

    def took(self, draft: Draft, message_id: int) -> bool:
        """Whether an answer, or an item of one, came with this message."""
        return bool(self._told_by(draft, message_id)) or self._item_of(draft, message_id) is not None

    def mended(self, draft: Draft, facts: F, received: Input) -> Moved:
        """A message that an answer came with was edited: what it says now is the answer, if it can be one.

        Of a file only what is said about it can be mended so.
        """
        keys = self._told_by(draft, received.message_id)
        if keys:
            asked_again = to_be_asked_again(draft, keys)
            step = self.current(asked_again, facts)
            return self.give(asked_again, facts, received) if step is not None and step.key in keys else Moved(draft)
        item = self._item_of(draft, received.message_id)
        if item is None or not isinstance(received, FileInput):
            return Moved(draft)
        if not _same_file(received, item.of(draft)):
            return Moved(draft, say("The earlier file is still here. Take it out with ✕, and send the new one."))
        if item.step.amend is None or not received.caption:
            return Moved(draft)
        amended = item.step.amend(received.caption, item.of(draft))
        if isinstance(amended, Problem):
            return Moved(draft, amended.why)
        return Moved(item.put(draft, amended))

    def exchanged(self, draft: Draft, received: Input) -> bool:
        """Whether another file stands now in the message that a doubtful one came with: it takes that one's place.

        Not of a message among several: the others stay what they are.
        """
        item = self._item_of(draft, received.message_id)
        if item is None or not isinstance(received, FileInput) or not item.key.endswith(DOUBTED):
            return False
        doubted = item.of(draft)
        return len(doubted["sources"]) == 1 and not _same_file(received, doubted)

    def _told_by(self, draft: Draft, message_id: int) -> set[str]:
        return {key for key, number in draft.answered_by.items() if number == message_id and key in draft.answers}

    def _item_of(self, draft: Draft, message_id: int) -> Item | None:
        """The item that came with a message: what is in work counts before the answer that it was taken from."""
        for step in filter(lambda each: each.many, self.steps):
            for key, answered in ((f"{step.key}{DOUBTED}", False), (step.key, False), (step.key, True)):
                items = (draft.answers if answered else draft.working).get(key) or ()
                for number, item in enumerate(items):
                    if isinstance(item, dict) and any(source == message_id for source, _ in item.get("sources", ())):
                        return Item(step, key, number, answered)
        return None

    def _lines(self, draft: Draft, facts: F, received: TextInput) -> Moved:
        """Several lines are the answers of as many steps where each that can be checked is right; else one answer."""
        texts = dress.lines(received.text)
        step = self.current(draft, facts)
        if len(texts) < 2 or step is None:
            return self._one(draft, facts, received)
        dealt = self._dealt(draft, facts, step.block, texts, received.message_id)
        if dealt is not None:
            return dealt
        moved = self._one(draft, facts, received)
        if moved.problem is not None or step.key not in moved.draft.answers:
            return moved
        value, label = moved.draft.answers[step.key], step.label
        return replace(
            moved,
            note=lambda now: say("👌 Taken as one answer. {label}: {value}", label=label, value=step.show(value, now)),
        )

    def _dealt(self, draft: Draft, facts: F, block: str, texts: list[str], message_id: int) -> Moved | None:
        """The lines dealt out to the steps of a block, the current one first, with a word on it; None: unfit.

        A step that takes any words gets a line of its own only where that is proved: there are as many lines as
        questions, or the next step can be checked and the next line is right for it. Otherwise all that is left is its
        answer. Where no line went to a step that can be checked, nothing is proved at all.
        """
        told: list[Phrase] = []
        checked, each_its_own = 0, len(texts) == self._open_in(block, draft, facts)
        while texts:
            step = self.current(draft, facts)
            if step is None or step.block != block:
                return None
            if each_its_own or step.typed or len(texts) == 1 or self._is_proved(draft, facts, step, texts):
                text, *texts = texts
            else:
                text, texts = " ".join(texts), []
            moved = self._answer(draft, facts, step, TextInput(text, message_id))
            if moved.problem is not None:
                return None
            draft, checked = moved.draft, checked + step.typed
            told.append(say("{label}: {value}", label=step.label, value=step.show(draft.answers[step.key], facts)))
        if not checked or len(told) == 1:
            return None
        together = reduce(lambda first, rest: say("{first}; {rest}", first=first, rest=rest), told)
        return Moved(draft, note=lambda _now: say("👌 Taken: {what}", what=together))

    def _open_in(self, block: str, draft: Draft, facts: F) -> int:
        """How many steps of a block are still open."""
        return sum(each.block == block and each.key not in draft.answers for each in self.asked(draft.answers, facts))

    def _is_proved(self, draft: Draft, facts: F, step: Step[F], texts: list[str]) -> bool:
        moved = self._answer(draft, facts, step, TextInput(texts[0]))
        after = self.current(moved.draft, facts)
        if moved.problem is not None or after is None or after.block != step.block or not after.typed:
            return False
        return self._answer(moved.draft, facts, after, TextInput(texts[1])).problem is None

    def taker(self, draft: Draft, facts: F, received: Input) -> Step[F] | None:
        """Whom a thing is for: a step that knows its answer, the current one, else one that gathers such things."""
        draft = self.past_telling(draft, facts)
        step = self.current(draft, facts)
        asked = self.asked(draft.answers, facts)
        spotter = next((each for each in asked if each.spots(received) and each.key not in draft.answers), None)
        if spotter is not None:
            return spotter
        if step is not None and isinstance(received, step.takes):
            return step
        return next(
            (each for each in self.asked(draft.answers, facts) if each.many and isinstance(received, each.takes)), None
        )

    def _one(self, draft: Draft, facts: F, received: Input) -> Moved:
        step, taker = self.current(draft, facts), self.taker(draft, facts, received)
        if taker is not None and taker is not step:
            return (
                self._put_by(draft, facts, taker, received)
                if taker.many
                else self._answer(draft, facts, taker, received)
            )
        if step is None:
            return Moved(draft, say("Everything is filled in. Check it and tap a button below."))
        items = list(draft.working.get(step.key) or ()) if step.many else []
        doubted = draft.working.get(f"{step.key}{DOUBTED}")
        if step.amend is not None and doubted and isinstance(received, TextInput) and not is_chatter(received.text):
            amended = step.amend(received.text, doubted[0])
            if isinstance(amended, Problem):
                return Moved(draft, amended.why)
            return Moved(with_doubted(draft, step.key, amended))
        if step.amend is not None and items and isinstance(received, TextInput):
            return self._amended(draft, step, items, received.text)
        if not isinstance(received, step.takes):
            return Moved(draft, not_taken(step, received))
        if not step.many:
            return self._answer(draft, facts, step, received)
        value = step.read(received, draft.answers, facts)
        if isinstance(value, Problem):
            return Moved(draft, value.why)
        if len(items) >= step.most:
            return Moved(draft, too_many(step, value, facts))
        if step.doubt(value) is not None:
            return Moved(with_doubted(draft, step.key, value), note=self._instead(draft, step))
        note = self._instead(draft, step)
        return Moved(with_work(with_doubted(draft, step.key), step.key, [*items, value]), note=note)

    @staticmethod
    def _instead(draft: Draft, step: Step[F]) -> Callable[[F], Phrase] | None:
        """That a doubtful item is left out, for another one came in its place."""
        doubted = draft.working.get(f"{step.key}{DOUBTED}")
        return (lambda now: say("👌 Left out: {item}", item=step.show(doubted[0], now))) if doubted else None

    def _amended(self, draft: Draft, step: Step[F], items: list[Json], text: str) -> Moved:
        """What a text says about the newest item; asked first where it is described, or other words may be meant."""
        amended = step.amend(text, items[-1]) if step.amend is not None else items[-1]
        if isinstance(amended, Problem):
            return Moved(draft, amended.why)
        before = step.said(items[-1])
        if is_chatter(text):
            why = say(
                "Text typed here describes the last file, and this looks like a question. /help says what you can do."
            )
        elif before and step.said(amended) != before:
            why = say("The last one is described already: “{text}”. Tap below to change that.", text=before)
        else:
            return Moved(with_work(draft, step.key, [*items[:-1], amended]))
        return Moved(with_work(draft, f"{step.key}{INSTEAD}", amended), why)

    def _answer(self, draft: Draft, facts: F, step: Step[F], received: Input) -> Moved:
        """The answer to a step that has one, if it can be one."""
        value = no_chatter(step, received, step.read(received, draft.answers, facts))
        if not isinstance(value, Problem):
            if isinstance(value, Several):
                return Moved(self._several(draft, value, received.message_id))
            return Moved(with_answer(draft, step.key, value, received.message_id))
        return Moved(with_work(draft, step.key, list(value.offers) or None), value.why)

    def _put_by(self, draft: Draft, facts: F, step: Step[F], received: Input) -> Moved:
        """One more item of a step that is not asked just now; the question stays."""
        value = step.read(received, draft.answers, facts)
        if isinstance(value, Problem):
            return Moved(draft, value.why)
        place = draft.answers if step.key in draft.answers else draft.working
        items = [*(place.get(step.key) or ()), value]
        if len(items) > step.most:
            return Moved(draft, too_many(step, value, facts))
        if step.doubt(value) is not None:
            return Moved(with_doubted(draft, step.key, value), note=self._instead(draft, step))
        draft = with_items(with_doubted(draft, step.key), step.key, items)
        return Moved(draft, note=lambda now: got(step, value, len(items), now))

    def accept(self, draft: Draft, facts: F, key: str) -> Moved:
        """The doubtful item is taken all the same."""
        step, item = self.doubted(draft, facts) or (None, None)
        if step is None or step.key != key:
            return Moved(draft)
        place = draft.answers if key in draft.answers and draft.editing != key else draft.working
        return Moved(with_items(with_doubted(draft, key), key, [*(place.get(key) or ()), item]))

    def reject(self, draft: Draft, _facts: F, key: str) -> Moved:
        """The doubtful item is left out."""
        return Moved(with_doubted(draft, key))

    def choose(self, draft: Draft, facts: F, key: str, choice_key: str) -> Moved:
        """A choice was tapped: it is the answer, or is put in or taken out where several are."""
        step = self._waiting(draft, facts, key)
        if step is None:
            return Moved(draft)
        opening = next((each for each in step.openings(draft.answers, facts) if each.key == choice_key), None)
        if opening is not None:
            return Moved(with_work(draft, key, [opening.value]))
        choice = next((each for each in step.choices(draft.answers, facts) if each.key == choice_key), None)
        if choice is None:
            return Moved(draft)
        if isinstance(choice.value, Several):
            return Moved(self._several(draft, choice.value))
        if not step.many:
            return Moved(with_answer(draft, key, choice.value))
        items = list(draft.working.get(key) or ())
        if choice.value in items:
            items.remove(choice.value)
        else:
            items.append(choice.value)
        return Moved(with_work(draft, key, items))

    def _several(self, draft: Draft, said: Several, message_id: int = 0) -> Draft:
        """The draft with the answers that a message, or a choice, brings along for several steps."""
        gathering = {each.key: each for each in self.steps if each.many}
        for key, value in said.values.items():
            if key not in gathering:
                draft = with_answer(draft, key, value, message_id)
                continue
            there = list(draft.items(key))
            together = list(gathering[key].joined(there, value))
            if together and together != there:  # no message's alone: what else is there stays when that is edited
                draft = with_answer(draft, key, together)
            elif there and not together:  # all of it went: it is asked for
                draft = self.reopened(with_work(draft, key, None), key)
        return draft

    def drop(self, draft: Draft, facts: F, key: str, index: int | None) -> Moved:
        """An item of a step that gathers several is taken out again."""
        step = self._waiting(draft, facts, key)
        items = list(draft.working.get(key) or ())
        if step is None or not step.many or index is None or index >= len(items):
            return Moved(draft)
        return Moved(with_work(draft, key, items[:index] + items[index + 1 :]))

    def done(self, draft: Draft, facts: F, key: str) -> Moved:
        """A step that gathers several is complete; not while one of them waits for a word."""
        step = self._waiting(draft, facts, key)
        if step is None or not step.many or draft.working.get(f"{key}{DOUBTED}"):
            return Moved(draft)
        items = draft.working.get(key) or []
        if not items and not step.optional:
            return Moved(draft, say("At least one is needed here."))
        return Moved(with_answer(draft, key, items or SKIPPED))

    def skip(self, draft: Draft, facts: F, key: str) -> Moved:
        """An optional step is left out; not while something of it waits for a word."""
        step = self._waiting(draft, facts, key)
        if step is None or not step.optional or draft.working.get(f"{key}{DOUBTED}"):
            return Moved(draft)
        return Moved(with_answer(draft, key, SKIPPED))

    def keep(self, draft: Draft, facts: F, key: str, number: int = 0) -> Moved:
        """What is offered is taken as the answer; of several offers, the one with this number."""
        step = self._waiting(draft, facts, key)
        if step is None:
            return Moved(draft)
        offers = self.offered(draft, step, facts)
        if not offers:
            return Moved(replace(draft, editing=None))
        if step.many:
            return Moved(with_work(draft, key, [*(draft.working.get(key) or ())[:-1], offers[0]]))
        return Moved(with_answer(draft, key, offers[number]) if number < len(offers) else draft)

    def fill(self, draft: Draft, facts: F) -> Moved:
        """Every step from here on that has a suggestion takes it, up to the first one that has none."""
        while (step := self.current(draft, facts)) is not None:
            suggested = step.suggest(draft.answers, facts)
            if suggested is None:
                break
            draft = with_answer(draft, step.key, suggested)
        return Moved(draft)

    def suggested(self, draft: Draft, facts: F) -> int:
        """How many of the open steps have a suggestion."""
        open_steps = (each for each in self.asked(draft.answers, facts) if each.key not in draft.answers)
        return sum(each.suggest(draft.answers, facts) is not None for each in open_steps)

    def back(self, draft: Draft, facts: F, key: str) -> Moved | None:
        """One step back from the step `key` (from the summary: an empty one); None at the first step."""
        step = self.current(draft, facts)
        if key != (step.key if step is not None else ""):
            return Moved(draft)  # a second tap on the same button
        if draft.editing is not None:
            working = {key: value for key, value in draft.working.items() if key != draft.editing}
            return Moved(replace(draft, editing=None, working=working))
        asked = self.asked(draft.answers, facts)
        before = [each for each in (asked[: asked.index(step)] if step else asked) if each.key in draft.answers]
        if not before:
            return None
        received = list(draft.answers)
        last = max((each.key for each in before), key=received.index)
        answers = {key: value for key, value in draft.answers.items() if key != last}
        return Moved(with_work(replace(draft, answers=answers), last, draft.answers[last]))

    def edit(self, draft: Draft, facts: F, key: str) -> Moved:
        """A line of the summary is to be changed."""
        step = next((each for each in self.asked(draft.answers, facts) if each.key == key), None)
        if step is None or self.current(draft, facts) is not None:
            return Moved(draft)
        edited = replace(draft, editing=key)
        return Moved(with_work(edited, key, draft.answers.get(key)) if step.many else edited)

    def reopened(self, draft: Draft, key: str, *, keep: bool = False) -> Draft:
        """The draft with the step `key` asked again: its answer was refused, or (keep) may be tried once more."""
        answers = {each: value for each, value in draft.answers.items() if each != key}
        again = replace(draft, answers=answers, editing=None)
        return with_work(again, key, draft.answers.get(key)) if keep else again

    def _waiting(self, draft: Draft, facts: F, key: str) -> Step[F] | None:
        step = self.current(draft, facts)
        return step if step is not None and step.key == key else None


def _same_file(received: FileInput, item: Json) -> bool:
    """Whether a message has a file that an item was made of, and not another one in its place."""
    return {unique for _, unique in received.sources} <= {unique for _, unique in item["sources"]}
