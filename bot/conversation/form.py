"""The screens that every flow has: the question, the summary, and the offer to go on with a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from markupsafe import Markup, escape

from bot.conversation.draft import Draft
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
    GoHome,
    Keep,
    Reject,
    Remove,
    Restart,
    Resume,
    Send,
    Skip,
)
from bot.conversation.inputs import TextInput
from bot.conversation.screen import TEXT_MOST, Button, Row, Screen, Style, pairs, utf16_length
from bot.conversation.step import SKIP, SKIPPED, Json, Several, Step
from bot.locales import Phrase, Texts, say

BOXES: Final = ("☐", "☑")
"""Stand before a choice of several: not ticked, ticked."""
COPIED_MOST: Final = 256
"""Characters that a button can copy (Bot API, CopyTextButton)."""
LABEL_MOST: Final = 20
"""Letters a label has room for on a phone (two buttons a row at 390 pixels)."""
WIDE_MOST: Final = 32
"""Letters a label has room for that has the row to itself."""
_HALF_MOST: Final = 18
"""Letters a choice may have to stand beside another, its box included."""
_VALUES_MOST: Final = (TEXT_MOST, 200, 80, 30)
"""Letters a value of a summary may have: the first that lets the whole fit into a message."""
_ITEM_MOST: Final = 200
"""Letters that are shown of a thing that was gathered."""
_A_ROW_EACH: Final = 3
"""So many choices have a row each."""
_CORRECTIONS_MOST: Final = 4
"""So many lines of a summary have their buttons under it; more have a list of their own, so that the button that sends
stays in sight on a phone."""


def screen(t: Texts, flow: Flow[Any], draft: Draft, facts: Any, problem: Phrase | None = None) -> Screen:
    """What a person sees at this point of the flow: its question, or its summary."""
    step = flow.current(draft, facts)
    drawn = summary(t, flow, draft, facts, problem) if step is None else question(t, flow, draft, facts, step, problem)
    doubted = flow.doubted(draft, facts)
    return drawn if doubted is None else _with_doubt(t, draft, facts, drawn, *doubted)


def _with_doubt(t: Texts, draft: Draft, facts: Any, drawn: Screen, step: Step[Any], item: Json) -> Screen:
    """The screen with a thing that is taken only at a person's word; until it is said, nothing else is done or sent."""
    why = step.doubt(item) or step.label
    told = escape(clipped(t.label(step.show(item, facts)), _ITEM_MOST))
    text = t.lines(drawn.text, "", t("⚠️ {item}: {problem}", item=told, problem=why))
    moves = {Done(draft.tag, step.key), Skip(draft.tag, step.key), Send(draft.tag)}
    others = (tuple(each for each in row if each.tap not in moves) for row in drawn.rows)
    ours = (
        (Button(t.label("Send it all the same"), Accept(draft.tag, step.key), Style.PRIMARY),),
        (Button(clipped(f"✕ {t.label(step.show(item, facts))}", WIDE_MOST), Reject(draft.tag, step.key)),),
    )
    return replace(drawn, text=text, rows=(*ours, *(row for row in others if row)))


def question(t: Texts, flow: Flow[Any], draft: Draft, facts: Any, step: Step[Any], problem: Phrase | None) -> Screen:
    """A step's question, with its example, what is wrong with the last answer, and every way on."""
    number, total = flow.position(draft, facts)
    subject = flow.subject(draft.answers, facts)
    heading = _bold(t(flow.title)) if step.tells else _heading(t, flow, number, total)
    parts: list[Markup | None] = [heading, t(subject) if subject else None, Markup("")]
    more = step.more if draft.working.get(step.key) else None
    looked_at = {step.key: draft.working[step.key]} if step.tells and step.key in draft.working else {}
    parts.append(t((more or step.ask)({**draft.answers, **looked_at}, facts)))
    if step.example is not None and more is None:
        parts.append(t("<i>Example: {example}</i>", example=step.example))
    if step.many and not step.choices(draft.answers, facts):
        parts.extend(_gathered(t, step, draft, facts))
    opening = _opening(draft, facts, step)
    if opening is not None:
        told = Markup("<code>{text}</code>").format(text=opening)
        parts.extend([Markup(""), t("Take this text, or copy it, change it and send it:"), told])
    if problem is not None:
        parts.extend([Markup(""), t("⚠️ {problem}", problem=problem)])
    asks = TextInput in step.takes and not step.choices(draft.answers, facts)
    return Screen(t.lines(*parts), _ways_on(t, flow, draft, facts, step), asks=asks)


def _opening(draft: Draft, facts: Any, step: Step[Any]) -> str | None:
    """The text that was chosen for an answer to begin with."""
    offered = draft.working.get(step.key)
    if not isinstance(offered, list):
        return None
    texts = [each.value for each in step.openings(draft.answers, facts)]
    return next((each for each in texts if offered == [each]), None)


def summary(t: Texts, flow: Flow[Any], draft: Draft, facts: Any, problem: Phrase | None = None) -> Screen:
    """Everything that will be sent; each line can be tapped and changed.

    Where it is more than a message holds, long values are shortened, and that is said; what it costs is told in full.
    """
    asked = _told(flow, draft, facts)
    shortened = Markup("\n\n") + t("What ends in “…” is shown in part here, and sent as a whole.")
    below: list[Markup] = []
    for note in flow.notes(flow.answers(draft, facts), facts):
        below.extend([Markup(""), t(note)])
    hints = flow.hints(flow.answers(draft, facts), facts)
    if hints:
        below.extend([Markup(""), *(t("🔎 {hint}", hint=each.told) for each in hints)])
    if problem is not None:
        below.extend([Markup(""), t("⚠️ {problem}", problem=problem)])
    ends_in = say("<b>{title}</b>: check and send") if flow.sends else say("<b>{title}</b>: check and save")
    heading = t(ends_in, title=flow.title)
    text = Markup("")
    for most in _VALUES_MOST:
        lines = [
            t("{label}: {value}", label=step.label, value=shown(t, step, draft.answers, facts, most)) for step in asked
        ]
        text = t.lines(heading, "", *lines, *below)
        if most < TEXT_MOST:
            text += shortened
        if utf16_length(text) <= TEXT_MOST:
            break
    send = Button(clipped(t.label(flow.send)), Send(draft.tag), flow.send_style)
    further = tuple((Button(t.label(label), tap),) for label, tap in flow.further(draft.answers))
    changes = _changes(t, draft, asked)
    if len(changes) > _CORRECTIONS_MOST:
        hinted = {each.step for each in hints}
        changes = _changes(t, draft, [each for each in asked if each.key in hinted])
        changes += [Button(t.label("✎ Correct…"), Correct(draft.tag))]
    return Screen(text, ((send,), *further, *pairs(changes), _back_and_cancel(t, draft, None)))


def _told(flow: Flow[Any], draft: Draft, facts: Any) -> list[Step[Any]]:
    """The steps that have a line in the summary."""
    return [each for each in flow.asked(draft.answers, facts) if not each.tells]


def corrections(t: Texts, flow: Flow[Any], draft: Draft, facts: Any) -> Screen:
    """Which line of the summary is to be changed."""
    text = t.lines(_bold(t(flow.title)), "", "What do you want to correct?")
    back = Button(t.label("← To the summary"), Resume(draft.tag))
    return Screen(text, (*pairs(_changes(t, draft, _told(flow, draft, facts))), (back,)))


def removals(t: Texts, flow: Flow[Any], draft: Draft, facts: Any) -> Screen:
    """Which of the things that were gathered is to be taken out."""
    step = flow.current(draft, facts)
    text = t.lines(_bold(t(flow.title)), "", "What do you want to take out?")
    rows = _removal_rows(t, draft, step, facts) if step is not None else ()
    return Screen(text, (*rows, (Button(t.label("← Back"), Resume(draft.tag)),)))


def _changes(t: Texts, draft: Draft, asked: Sequence[Step[Any]]) -> list[Button]:
    return [Button(clipped(f"✎ {t.label(step.label)}"), Edit(draft.tag, step.key)) for step in asked]


def _removal_rows(t: Texts, draft: Draft, step: Step[Any], facts: Any) -> tuple[Row, ...]:
    return tuple(
        (Button(clipped(f"✕ {t.label(step.show(item, facts))}", WIDE_MOST), Drop(draft.tag, step.key, n)),)
        for n, item in enumerate(draft.working.get(step.key) or ())
    )


def resume(t: Texts, flow: Flow[Any], draft: Draft, facts: Any) -> Screen:
    """The offer to go on with a draft that was left."""
    number, total = flow.position(draft, facts)
    filled = [
        t("{label}: {value}", label=step.label, value=shown(t, step, draft.answers, facts))
        for step in _told(flow, draft, facts)
        if step.key in draft.answers
    ]
    text = t.lines(_heading(t, flow, number, total), "", "You are not finished here. Go on?", "", *filled)
    return Screen(
        text,
        (
            (Button(t.label("Continue"), Resume(draft.tag), Style.PRIMARY),),
            (Button(t.label("Start over"), Restart(draft.tag)),),
            (home_button(t),),
        ),
    )


def under_way(t: Texts) -> Screen:
    """What was sent is being worked on; the rest comes as a message of its own."""
    return Screen(t("⏳ One moment…"), ((home_button(t),),))


def resume_button(t: Texts, flow: Flow[Any], draft: Draft) -> Button:
    """The way back to a form that was left."""
    about = flow.about(draft.answers)
    if about:
        label = t.label("▶ {about}: {title}", about=about, title=flow.title)
    else:
        label = t.label("▶ Go on: {title}", title=flow.title)
    return Button(clipped(label, WIDE_MOST), Resume(draft.tag))


def home_button(t: Texts) -> Button:
    """The way home, the same on every screen."""
    return Button(t.label("🏠 Home"), GoHome())


def shown(t: Texts, step: Step[Any], answers: Any, facts: Any, most: int = TEXT_MOST) -> Markup:
    """An answer as the summary has it, each of its values with at most so many letters."""

    def told(item: Json) -> Markup:
        return escape(clipped(t.label(step.show(item, facts)), most))

    value: Json = answers.get(step.key)
    if value is SKIPPED:
        return Markup("<i>{told}</i>").format(told=t(step.skipped(answers, facts)))
    if step.secret:
        return Markup("••••••")
    if step.many and step.amend is not None:  # things with words of their own have a line each
        return Markup("").join(Markup("\n• {item}").format(item=told(item)) for item in value)
    if step.many:
        return Markup(", ").join(told(item) for item in value)
    return _bold(told(value))


def _bold(text: Markup) -> Markup:
    return Markup("<b>{text}</b>").format(text=text)


def clipped(label: str, most: int = LABEL_MOST) -> str:
    """A label that fits its button; what is cut ends in an ellipsis."""
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def _heading(t: Texts, flow: Flow[Any], number: int, total: int | None) -> Markup:
    if total is None:
        return t("<b>{title}</b> · step {number}", title=flow.title, number=number)
    return t("<b>{title}</b> · step {number} of {total}", title=flow.title, number=number, total=total)


def _gathered(t: Texts, step: Step[Any], draft: Draft, facts: Any) -> list[Markup]:
    items = draft.working.get(step.key) or ()
    told = (escape(clipped(t.label(step.show(item, facts)), _ITEM_MOST)) for item in items)
    lines = [t("{number}. {item}", number=n, item=each) for n, each in enumerate(told, 1)]
    return [Markup(""), *lines] if lines else []


def _ways_on(t: Texts, flow: Flow[Any], draft: Draft, facts: Any, step: Step[Any]) -> tuple[Row, ...]:
    rows: list[Row] = list(_choice_rows(t, step, draft, facts))
    items = draft.working.get(step.key)
    on = Style.PRIMARY if step.tells else Style.PLAIN
    skip = ((Button(t.label(step.skip), Skip(draft.tag, step.key), on),),)
    may_skip = step.optional and not (step.many and items)
    rows.extend(_opening_rows(t, step, draft, facts))
    skip_first = rows and step.skip is not SKIP  # a choice like the others, and the one that most people make
    if may_skip and skip_first:
        rows[:0] = skip
    if step.many:
        if flow.offered(draft, step, facts):
            rows.append((Button(t.label("Take the new text"), Keep(draft.tag, step.key)),))
        if items and step.tells:  # it stands where it stood before the tap
            rows[:0] = ((Button(t.label(step.skip), Done(draft.tag, step.key), Style.PRIMARY),),)
        elif items:
            rows.append((Button(t.label("Done"), Done(draft.tag, step.key), Style.PRIMARY),))
        if items and not step.choices(draft.answers, facts):
            one = _removal_rows(t, draft, step, facts)
            rows.extend(one if len(one) == 1 else [(Button(t.label("✕ Take out…"), Remove(draft.tag)),)])
    else:
        chosen_from = [each.value for each in step.choices(draft.answers, facts)]
        offers = [each for each in flow.offered(draft, step, facts) if each not in chosen_from]
        if _opening(draft, facts, step) is not None:
            offers = []
        for number, offer in enumerate(offers):
            told = t.label("Try again") if step.secret else t.label("Use “{value}”", value=step.show(offer, facts))
            style = Style.PRIMARY if len(offers) == 1 else Style.PLAIN
            rows.append((Button(clipped(told, WIDE_MOST), Keep(draft.tag, step.key, number), style),))
        if draft.editing is None and step.suggest(draft.answers, facts) and flow.suggested(draft, facts) > 1:
            rows.append((Button(t.label("All as last time"), Fill(draft.tag)),))
    if may_skip and not skip_first:
        rows.extend(skip)
    rows.append(_back_and_cancel(t, draft, step))
    return tuple(rows)


def _opening_rows(t: Texts, step: Step[Any], draft: Draft, facts: Any) -> tuple[Row, ...]:
    """What an answer may begin with; the text that was chosen can be taken, or copied."""
    openings, chosen = step.openings(draft.answers, facts), _opening(draft, facts, step)
    rows = _packed([Button(t.label(each.label), Choose(draft.tag, step.key, each.key)) for each in openings])
    if chosen is None:
        return rows
    take: Row = (Button(t.label("Take this text"), Keep(draft.tag, step.key), Style.PRIMARY),)
    copy: Row = (Button(t.label("📋 Copy it"), copy=chosen),) if len(chosen) <= COPIED_MOST else ()
    return (take, copy, *rows)


def _choice_rows(t: Texts, step: Step[Any], draft: Draft, facts: Any) -> tuple[Row, ...]:
    chosen = draft.working.get(step.key) or ()
    buttons = []
    for choice in step.choices(draft.answers, facts):
        label = t.label(choice.label)
        if step.many and not isinstance(choice.value, Several):
            empty, ticked = BOXES
            label = f"{ticked} {label}" if choice.value in chosen else f"{empty} {label}"
        buttons.append(Button(label, Choose(draft.tag, step.key, choice.key), choice.style))
    return pairs(buttons, 1) if len(buttons) <= _A_ROW_EACH else _packed(buttons)


def _packed(buttons: list[Button]) -> tuple[Row, ...]:
    """Rows of two buttons; a label that would be cut there has a row to itself: its end may be what matters."""
    rows: list[Row] = []
    for button in buttons:
        beside = rows and len(rows[-1]) == 1 and len(rows[-1][0].label) <= _HALF_MOST
        if beside and len(button.label) <= _HALF_MOST:
            rows[-1] = (*rows[-1], button)
        else:
            rows.append((button,))
    return tuple(rows)


def _back_and_cancel(t: Texts, draft: Draft, step: Step[Any] | None) -> Row:
    return (
        Button(t.label("← Back"), Back(draft.tag, step.key if step is not None else "")),
        Button(t.label("✕ Cancel"), Cancel(draft.tag)),
    )
