"""What the watch makes of lists: every change is told once, and nothing that a single odd list says is an alarm."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.senders.state import Activation
from bot.smsc import Document, OperatorStatus
from bot.watch.changes import (
    ActivationChanged,
    Appeared,
    Change,
    DocumentChanged,
    OperatorChanged,
    Seen,
    Vanished,
    applied,
    changes,
    from_json,
    kind_of,
    seen_from_json,
    to_json,
)
from bot.watch.doubts import CONFIRMED_AFTER, Doubt, judged

WORDS = st.text(max_size=4)
OPERATORS = st.builds(OperatorStatus, st.sampled_from(["MTS", "tele2", ""]), WORDS, st.sampled_from([None, "mts_step"]))
DOCUMENTS = st.builds(Document, WORDS, st.none() | st.sampled_from(["1", "2", ""]), WORDS, st.none() | WORDS)
SEEN = st.builds(
    Seen.of,
    WORDS,
    st.none() | st.integers(0, 9),
    st.sampled_from(Activation),
    st.lists(OPERATORS, max_size=4),
    st.lists(DOCUMENTS, max_size=4),
    st.lists(st.tuples(WORDS, WORDS), max_size=3),
)
LISTED = st.none() | SEEN


@given(LISTED, LISTED)
def test_applying_the_changes_to_the_old_gives_the_new(before: Seen | None, after: Seen | None) -> None:
    found = changes(before, after)
    assert applied(before, found) == after
    assert bool(found) == (before != after)
    assert applied(before, _written_and_read(found)) == after


@given(SEEN)
def test_what_is_known_of_a_name_is_read_back_as_it_was_written(seen: Seen) -> None:
    assert seen_from_json(to_json(seen)) == seen


@given(st.lists(st.tuples(LISTED, st.integers(0, 200)), max_size=6), LISTED)
def test_whatever_lists_come_the_events_lead_from_the_first_to_what_is_believed(
    lists: list[tuple[Seen | None, int]], first: Seen | None
) -> None:
    known, doubt, at = first, None, 0.0
    told: list[Change] = []
    for listed, later in lists:
        at += later
        result = judged(known, listed, doubt, at)
        told += result.changes
        known, doubt = result.seen, result.doubt
        assert applied(first, told) == known
    if lists and known is not None and lists[-1][0] is not None:  # the same list once more, late enough, settles it
        for _ in range(2):
            result = judged(known, lists[-1][0], doubt, at := at + CONFIRMED_AFTER)
            known, doubt = result.seen, result.doubt
        assert doubt is None


@given(SEEN, LISTED)
def test_one_list_alone_takes_nothing_away(before: Seen, after: Seen | None) -> None:
    kept = judged(before, after, None, 0.0).seen
    assert kept is not None
    assert before.operators.keys() <= kept.operators.keys()
    assert before.documents.keys() <= kept.documents.keys()
    assert before.activation is not Activation.ACTIVE or kept.activation is Activation.ACTIVE


LILY = Seen.of(
    "LILY", 7, Activation.ACTIVE, [OperatorStatus("MTS", "3", "mts_step")], [Document("a.pdf", "5", "2")], ()
)


def test_a_name_that_two_lists_lack_has_vanished() -> None:
    first = judged(LILY, None, None, 1000.0)
    assert first.changes == ()
    assert first.seen == LILY
    soon = judged(LILY, None, first.doubt, 1010.0)
    assert soon.changes == ()
    late = judged(LILY, None, soon.doubt, 1000.0 + CONFIRMED_AFTER)
    assert late.changes == (Vanished(LILY),)
    assert (late.seen, late.doubt) == (None, None)


def test_a_name_that_is_back_in_the_next_list_was_never_gone() -> None:
    first = judged(LILY, None, None, 1000.0)
    assert judged(None, LILY, first.doubt, 2000.0).changes == ()
    code = replace(LILY, operators={"mts_step": OperatorStatus("MTS", "5", "mts_step")})
    back = judged(None, code, first.doubt, 2000.0)
    assert back.changes == (OperatorChanged("mts_step", LILY.operators["mts_step"], code.operators["mts_step"]),)


def test_an_active_name_is_lost_when_two_lists_say_so_and_what_came_meanwhile_is_told_at_once() -> None:
    lost = replace(LILY, activation=Activation.LISTED)
    rejected = replace(lost, documents={"#5": Document("a.pdf", "5", "1", "Blurred")})
    first = judged(LILY, rejected, None, 1000.0)
    assert first.changes == (DocumentChanged("#5", LILY.documents["#5"], rejected.documents["#5"]),)
    second = judged(lost, rejected, first.doubt, 1100.0)
    assert second.changes == (ActivationChanged(Activation.ACTIVE, Activation.LISTED),)


def test_two_lists_that_lost_different_things_confirm_nothing() -> None:
    two = replace(LILY, operators={**LILY.operators, "tele2": OperatorStatus("Tele2", "0", "tele2")})
    without_mts = replace(two, operators={"tele2": two.operators["tele2"]})
    first = judged(two, without_mts, None, 0.0)
    assert first.doubt == Doubt(two, without_mts, 0.0)
    empty = judged(two, None, first.doubt, 100.0)
    assert (empty.changes, empty.seen) == ((), two)


def test_a_clock_that_was_set_back_between_two_lists_confirms_all_the_same() -> None:
    first = judged(LILY, None, None, 10_000.0)
    assert judged(LILY, None, first.doubt, 5.0).changes == (Vanished(LILY),)


def test_a_list_that_does_not_tell_whether_a_name_is_active_changes_nothing() -> None:
    assert judged(LILY, replace(LILY, activation=Activation.UNKNOWN), None, 0.0).changes == ()


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"key":"x"}', '{"seen":{"name":1}}'])
@pytest.mark.parametrize("kind", ["appeared", "activation", "document", "titled", "nothing"])
def test_an_event_that_was_altered_is_left_out_and_harms_nothing(kind: str, body: str) -> None:
    assert from_json(kind, body) is None


def _written_and_read(found: tuple[Change, ...]) -> list[Change]:
    read = [from_json(kind_of(each), to_json(each)) for each in found]
    assert None not in read
    assert not any(isinstance(each, Appeared) and each.seen is None for each in read)
    return [each for each in read if each is not None]
