"""The engine: random walks over every flow find no dead end, Back undoes Next, and the draft survives the file."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import form
from bot.conversation.callback import LIMIT_BYTES
from bot.conversation.draft import Draft, Moved
from bot.conversation.flow import Flow
from bot.conversation.form_buttons import Cancel, Correct, FormButton, Remove, Resume, Send
from bot.conversation.inputs import ContactInput, FileInput, Input, OtherInput, TextInput
from bot.conversation.screen import Screen
from bot.conversation.step import Problem
from bot.locales import Catalogues
from bot.registration.company_fields import remembered
from bot.registration.facts import RegistrationFacts
from bot.registration.requests import requests_of
from bot.registration.steps import COMMENT_MOST
from bot.screens.programmes import programme_label
from bot.smsc import Command, FormKey, seed_catalogue
from bot.smsc.catalogue import Kind
from bot.telegram.forms import move
from handlers import add, connect, screen_catalogue
from tests.parameters import sample

CATALOGUES = Catalogues.load("ru")
T = CATALOGUES["ru"]
WALKS, STEPS = 120, 100  # 12 000 steps
FLOWS: list[tuple[Flow[Any], Any]] = [(flow, facts) for flow, facts, _ in screen_catalogue._flows(seed_catalogue())]  # noqa: SLF001

TEXTS = st.one_of(
    st.sampled_from(
        [
            "PARUS",
            "РАRUS",
            "LONGERTHAN11",
            "77011234567",
            "box@example.com",
            "7707083893",
            "32855961",
            "100582333",
            "romashka.kz",
            "Цветы",
            "1",
            "19",
            "20",
            "4821",
            "01.11.2026",
            "<b>&del=1",
            "a\nb\nc",
            "x" * 5000,
            "\u202e",
            "🙂",
        ]
    ),
    st.text(min_size=1, max_size=40),
)
INPUTS = st.one_of(
    TEXTS.map(TextInput),
    st.builds(lambda name: FileInput("f", name, 10, format="pdf"), st.sampled_from(["a.pdf", "b.pdf"])),
    st.just(ContactInput("+77011234567", own=True)),
    st.just(OtherInput("sticker")),
)


LISTS = {Correct: form.corrections, Remove: form.removals}


def assert_the_total_holds(flow: Flow[Any], draft: Draft, facts: Any) -> None:
    """Once a person was told how many steps there are, no answer to the current one makes it other than that."""
    _, total = flow.position(draft, facts)
    step = flow.current(draft, facts)
    if total is None or step is None or step.quiet or step.tells:  # what is only told has no number
        return
    offered = [each.value for each in step.choices(draft.answers, facts)]
    values = offered or [screen_catalogue._VALUES.get(step.key, "…")]  # noqa: SLF001
    for value in [values, None] if step.many else [*values, *([None] if step.optional else [])]:
        after = replace(draft, answers={**draft.answers, step.key: value}, editing=None)
        following = flow.current(after, facts)
        if following is None or not following.tells:  # that one is shown without a number
            assert flow.position(after, facts)[1] in {total, None}, step.key


def buttons_of(screen: Screen) -> list[FormButton]:
    return [each.tap for row in screen.rows for each in row if isinstance(each.tap, FormButton)]


@settings(max_examples=WALKS, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_ten_thousand_random_steps_find_no_dead_end(data: st.DataObject) -> None:
    flow, facts = data.draw(st.sampled_from(FLOWS))
    draft = flow.start("tag")
    for number in range(1, STEPS + 1):
        draft = Draft.from_json(json.loads(json.dumps(draft.to_json())))
        if not flow.summary and flow.current(draft, facts) is None:
            return  # the last answer ends such a flow
        screen = form.screen(T, flow, draft, facts)
        taps = buttons_of(screen)
        assert taps, "a screen without a way on"
        assert all(len(each.pack().encode()) <= LIMIT_BYTES for each in taps)
        step = flow.current(draft, facts)
        moves = [each for each in taps if not isinstance(each, Cancel | Send)]
        assert step is not None or any(isinstance(each, Send) for each in taps)
        assert_the_total_holds(flow, draft, facts)
        if step is None and flow.name == "add":
            the_summary_is_what_is_sent(flow, draft, facts)
        if step is not None and data.draw(st.booleans()):
            thing: Input = replace(data.draw(INPUTS), message_id=number)
            moved: Moved | None = flow.give(draft, facts, thing)
            if moved is not None and moved.problem is None:
                an_edit_that_changes_nothing_changes_nothing(flow, moved.draft, facts, thing)
        else:
            pressed = data.draw(st.sampled_from(moves))
            if type(pressed) in LISTS:  # a list of what can be changed: the way on is one of its buttons
                pressed = data.draw(st.sampled_from(buttons_of(LISTS[type(pressed)](T, flow, draft, facts))))
            moved = Moved(draft) if isinstance(pressed, Resume) else move(flow, draft, facts, pressed)
        if moved is None:
            assert flow.position(draft, facts)[0] == 1
            continue
        before, draft = draft, moved.draft
        assert set(draft.answers) <= {each.key for each in flow.steps}
        assert flow.current(draft, facts) == flow.current(replace(draft, working={}), facts)
        if len(draft.answers) == len(before.answers) + 1 and before.editing is None and moved.problem is None:
            here = flow.current(draft, facts)
            back = flow.back(draft, facts, here.key if here is not None else "")
            assert back is not None
            undone = flow.current(back.draft, facts)
            assert undone is not None
            assert undone.key not in before.answers or undone.key == list(draft.answers)[-1]  # or answered once more


def an_edit_that_changes_nothing_changes_nothing(flow: Flow[Any], draft: Draft, facts: Any, received: Input) -> None:
    if not flow.took(draft, received.message_id):
        return
    mended = flow.mended(draft, facts, received)
    assert mended.problem is None
    assert mended.draft.answers == draft.answers
    assert flow.current(mended.draft, facts) == flow.current(draft, facts)


def test_the_message_that_named_a_company_can_be_edited_and_what_was_sent_besides_stays() -> None:
    flow, facts = next(each for each in FLOWS if each[0].name == "add")
    own = FileInput("f", "a.pdf", 10, format="pdf")
    draft = flow.give(flow.start("tag"), facts, TextInput("ORCHID")).draft
    while (step := flow.current(draft, facts)) is not None:
        sent = flow.give(draft, facts, own).draft
        draft = (
            flow.done(sent, facts, step.key) if step.key == "documents" else flow.skip(draft, facts, step.key)
        ).draft
    draft = flow.edit(draft, facts, "company").draft
    assert flow.give(draft, facts, TextInput("\ud7fc")).problem is not None, "no letter of it can be read: no company"
    named = TextInput(facts.companies[0].name, message_id=9)
    chosen = flow.give(draft, facts, named).draft
    assert chosen.answers["documents"][0]["name"] == "a.pdf"
    assert len(chosen.answers["documents"]) == 1 + len(facts.companies[0].documents)
    assert flow.mended(chosen, facts, named).draft.answers == chosen.answers


def the_summary_is_what_is_sent(flow: Flow[Any], draft: Draft, facts: Any) -> None:
    """Every parameter of the requests stands in the summary, and the summary has nothing that is not sent."""
    answers = flow.answers(draft, facts)
    requests = requests_of(
        Command.ADD, answers["name"], {}, answers, facts, {}, known_by={"sender": answers["name"]}, t=T
    )
    drawn = form.screen(T, flow, draft, facts).text.unescape()
    for key, value in requests[0].values.items():
        programme = facts.catalogue.programmes.get(key)
        told = T.label(programme_label(programme)) if programme else value
        assert told in drawn
    files = [each.document.name for each in requests if each.document is not None]
    assert files == [each["name"] for each in answers.get("documents") or ()]
    assert all(name in drawn for name in files)
    asked = {each.key for each in flow.asked(draft.answers, facts)}
    assert {key for key in requests[0].values if key not in facts.catalogue.programmes} <= asked


@pytest.mark.parametrize(("flow", "facts"), FLOWS, ids=lambda each: getattr(each, "name", ""))
def test_every_step_can_be_answered_and_changed_from_the_summary(flow: Flow[Any], facts: Any) -> None:
    draft = flow.start("tag")
    while (step := flow.current(draft, facts)) is not None:
        value = screen_catalogue._VALUES.get(step.key, "…")  # noqa: SLF001
        draft = replace(draft, answers={**draft.answers, step.key: value})
    for step in flow.asked(draft.answers, facts):
        editing = flow.edit(draft, facts, step.key).draft
        assert flow.current(editing, facts) == step
        back = flow.back(editing, facts, step.key)
        assert back is not None
        assert flow.current(back.draft, facts) is None
        assert dict(back.draft.answers) == dict(draft.answers)


def test_answers_pasted_one_a_line_are_taken_apart() -> None:
    flow = add.flow(seed_catalogue())
    facts = RegistrationFacts(seed_catalogue(), 1_793_600_000.0)
    answers = {"name": "PARUS", "comment": None, "countries": ["UA"], "programmes_UA": ["ua_reg"], "needed": None}
    draft = flow.start("tag", answers)
    pasted = {row.name: sample(row) for row in seed_catalogue().forms[FormKey.UA].fields}
    moved = flow.give(draft, facts, TextInput("\n".join(pasted.values())))
    assert moved.problem is None
    assert {key: moved.draft.answers[key] for key in pasted} == pasted
    assert moved.note is not None
    assert "32855961" in str(moved.note(facts))
    unfit = flow.give(draft, facts, TextInput("ТОВ «Ромашка»\n11111111\nromashka.example"))
    assert unfit.draft.answers["fio"] == "ТОВ «Ромашка» 11111111 romashka.example"
    assert "inn" not in unfit.draft.answers


def test_what_was_said_of_the_company_is_offered_for_the_other_country() -> None:
    catalogue = seed_catalogue()
    facts = RegistrationFacts(catalogue, 0.0, {"fio": "Romashka", "address": "Kyiv", "inn": "32855961"})
    flow = add.flow(catalogue)
    answers = {"name": "PARUS", "comment": None, "countries": ["BY"], "programmes_BY": ["by_reg"], "needed": None}
    draft = flow.start("tag", answers)
    step = flow.current(draft, facts)
    assert step is not None
    assert (step.key, step.suggest(draft.answers, facts)) == ("by_fio", "Romashka")
    draft = flow.keep(draft, facts, "by_fio").draft
    assert draft.answers["by_fio"] == "Romashka"
    step = flow.current(draft, facts)
    assert step is not None
    assert step.suggest(draft.answers, facts) is None, "a Ukrainian number is no УНП"


NASTY = (
    "x" * 5000,
    "<b>x</b>",
    "a\u202eb",
    "a\u200bb",
    "x&del=1",
    "🙂🙂",
    "a\x00b",
    "'; DROP TABLE names;--",
    "%0d%0a",
    "{x}",
)
TYPED = [each for each in add.flow(seed_catalogue()).steps if not each.many and TextInput in each.takes]
FIELDS = [each.key for each in TYPED if each.key != "name"]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("key", FIELDS)
def test_a_nasty_text_in_any_field_is_one_clean_value_or_a_clear_refusal(key: str, text: str) -> None:
    flow = add.flow(seed_catalogue())
    facts = RegistrationFacts(seed_catalogue(), 1_793_600_000.0)
    step = next(each for each in flow.steps if each.key == key)
    value = step.read(TextInput(text), {"name": "a@b.kz"}, facts)
    if isinstance(value, Problem):
        assert T(value.why).strip()
        return
    assert isinstance(value, str)
    assert 1 <= len(value) <= COMMENT_MOST
    assert all(each.isprintable() for each in value)
    assert T(step.show(value, facts)).unescape() == value


Samples = tuple[tuple[str, ...], tuple[str, ...]]
"""Answers that are taken, and answers that are refused."""
OF_A_KIND: dict[Kind, Samples] = {
    Kind.TEXT: (("ТОВ «Ромашка»", "AB"), ("", "x", "x" * 256)),
    Kind.UA_TAX_NUMBER: (("32855961", "7707083893", "500100732259"), ("", "32855960", "123", "7707083890", "abc")),
    Kind.BY_TAX_NUMBER: (("100582333", "7707083893"), ("", "100582334", "1")),
    Kind.SITE: (("romashka.kz", "https://a.kz/b?c=1"), ("", "romashka", "a b.kz")),
    Kind.EMAIL: (("a@b.kz",), ("", "a@b", "a b@c.kz")),
    Kind.DATE: (("24.11.2026",), ("", "31.02.2026", "soon")),
    Kind.INTEGER: ((), ("", "-1", "1.5", "x", "²", "1-5", "24/7")),
}
OF_A_STEP: dict[str, Samples] = {
    "comment": (("x", "Цветы", "x" * 500), ("", " ", "x" * 501)),
    "company": ((), ("", "x")),
    "owner": (("Айгерим", "x"), ("", "x" * 256)),
}


def good_and_bad(key: str) -> Samples:
    """What a field takes and what not: by the kind of its row, a number by its bounds too."""
    if key in OF_A_STEP:
        return OF_A_STEP[key]
    row = seed_catalogue().parameters[key]
    good, bad = OF_A_KIND.get(row.kind, OF_A_KIND[Kind.TEXT])
    if row.lowest is not None:
        good, bad = (*good, str(row.lowest)), (*bad, str(row.lowest - 1))
    if row.highest is not None:
        good, bad = (*good, str(row.highest)), (*bad, str(row.highest + 1))
    return good, bad


@pytest.mark.parametrize("key", FIELDS)
def test_good_values_are_taken_and_bad_ones_refused(key: str) -> None:
    flow = add.flow(seed_catalogue())
    facts = RegistrationFacts(seed_catalogue(), 1_793_600_000.0)
    step = next(each for each in flow.steps if each.key == key)
    good, bad = good_and_bad(key)
    assert [step.read(TextInput(each), {}, facts) for each in good] == list(good)
    assert all(isinstance(step.read(TextInput(each), {}, facts), Problem) for each in bad)


def test_a_draft_of_a_former_version_keeps_its_answers() -> None:
    flow = add.flow(seed_catalogue())
    old = Draft("add", 1, "tag", {"name": "PARUS", "gone": "x"}, {"comment": "half"}, "name")
    now = flow.upgraded(old)
    facts = RegistrationFacts(seed_catalogue(), 0.0)
    assert now.version == flow.version
    assert flow.current(now, facts) == next(each for each in flow.steps if each.key == "comment")
    assert flow.answers(now, facts) == {"name": "PARUS"}


def test_a_form_of_version_0_1_0_goes_on_with_its_answers() -> None:
    answers = {"service": "smsc.kz", "way": "password", "login": "demo"}
    old = {"flow": "connect", "version": 1, "tag": "t", "answers": answers, "working": {}, "editing": None}
    draft = connect.FLOW.upgraded(Draft.from_json(old))
    facts = connect.ConnectFacts(())
    step = connect.FLOW.current(draft, facts)
    assert step is not None
    assert step.key == "key"
    without = connect.FLOW.skip(draft, facts, "key").draft
    asked = connect.FLOW.current(without, facts)
    assert asked is not None
    assert asked.key == "password"
    assert connect.FLOW.worth_keeping(draft)


@pytest.mark.parametrize(
    "line",
    ["7", "07", "7.", "7. Розничная торговля", "№ 7", "7) Услуги 24/7", "(7)", "Торговля (7)", "7 – Retail", "7\tX"],
)
def test_a_line_of_the_cabinets_list_is_read_as_its_number(line: str) -> None:
    step = next(each for each in add.flow(seed_catalogue()).steps if each.key == "by_ocup")
    facts = RegistrationFacts(seed_catalogue(), 1_793_600_000.0)
    assert step.read(TextInput(line), {}, facts) == "7"


def test_numbers_that_were_used_before_are_offered_the_last_one_first() -> None:
    catalogue = seed_catalogue()
    profile = remembered({}, catalogue, {"by_ocup": "7", "by_fio": "Ромашка"})
    profile = remembered(profile, catalogue, {"by_ocup": "12"})
    facts = RegistrationFacts(catalogue, 0.0, profile)
    step = next(each for each in add.flow(catalogue).steps if each.key == "by_ocup")
    assert [each.value for each in step.choices({}, facts)] == ["12", "7"]


def test_an_offer_is_gone_when_another_answer_was_typed() -> None:
    flow = add.flow(seed_catalogue())
    facts = RegistrationFacts(seed_catalogue(), 0.0)
    moved = flow.give(flow.start("tag"), facts, TextInput("Лилия"))
    assert "“Liliya”" in str(form.screen(CATALOGUES["en"], flow, moved.draft, facts).rows)
    moved = flow.give(moved.draft, facts, TextInput("!!!!"))
    assert moved.problem is not None
    assert "Liliya" not in str(form.screen(CATALOGUES["en"], flow, moved.draft, facts).rows)
