"""The state of a name in parts: for any of them, its words stand on the card, and the filters follow from it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.locales import Catalogues
from bot.screens.card import card_screen, may_be_confirmed, state_lines
from bot.screens.names import ACTIVATIONS, MARKS, NEEDS_YOU, mark
from bot.senders.kept import matched
from bot.senders.known import KnownName, activations, state_of, to_row
from bot.senders.state import Activation, Deed, Filter, NameState, SeenDocument, SeenOperator, Stage, What, bits, life
from bot.smsc import Document, OperatorStatus, SenderName, seed_catalogue
from bot.storage.names import NameRow

T = Catalogues.load("en")["en"]
LISTED = 1_000.0

_times = st.sampled_from([0.0, 500.0, 900.0, LISTED, 1_100.0, 1_200.0])
_descriptions = st.sampled_from([None, "Certificate", "Domain"])
_documents = st.lists(
    st.builds(
        SeenDocument,
        st.builds(
            Document,
            st.sampled_from(["a.pdf", "b.pdf"]),
            st.sampled_from([None, "5", "6", "7"]),
            st.sampled_from(["0", "1", "2", "9"]),
            st.sampled_from([None, "Too dark"]),
        ),
        _times,
        _times,
        _descriptions,
    ),
    max_size=4,
).map(tuple)
_deeds = st.lists(
    st.builds(
        Deed,
        st.sampled_from(list(What)),
        st.sampled_from(list(Stage)),
        _times,
        st.sampled_from([None, "new.pdf"]),
        _descriptions,
    ),
    max_size=4,
).map(life)
_states = st.builds(
    NameState,
    st.sampled_from(list(Activation)),
    st.sampled_from([None, 900.0]),
    st.sampled_from([None, LISTED]),
    st.lists(
        st.builds(SeenOperator, st.builds(OperatorStatus, st.just("winmob"), st.sampled_from(["3", "17"])), _times),
        max_size=2,
    ).map(tuple),
    _documents,
    _deeds,
)
_STATUSES = {"0": "under review", "1": "rejected", "2": "approved", "9": "status 9"}
_WHAT = {
    What.ADD: "application",
    What.CHANGE: "change",
    What.DOCUMENT: "document",
    What.DELETE: "deletion",
    What.SEND_CODE: "request for a code",
    What.CHECK_CODE: "check of the code",
}


def named(state: NameState, name: str = "PARUS") -> KnownName:
    return KnownName(7, name, 24608, None, state)


@given(_states, st.sampled_from(["PARUS", "77011234567"]))
def test_no_part_hides_another(state: NameState, name: str) -> None:
    known = named(state, name)
    text = card_screen(T, known, seed_catalogue(), {}).text
    assert str(T(ACTIVATIONS[state.activation])) in text
    assert (f"{NEEDS_YOU} needs you" in text) is state.needs_you
    for operator in state.operators:
        assert f"winmob: {operator.status.code}" in text
    for each in state.documents:
        assert f"{each.document.name}: {_STATUSES[each.document.status_code]}" in text
        assert not each.document.comment or each.document.comment in text
    for deed in state.recent:
        assert _WHAT[deed.what] + (f", {deed.file}" if deed.file else "") in text
    assert ("🔑 confirmed" in text) is (state.confirmed is not None)
    assert ("📨 application sent" in text) is (state.applied is not None)
    assert all(line in text for line in state_lines(T, known))


@given(_states)
def test_the_filters_hold_a_name_if_and_only_if_its_parts_say_so(state: NameState) -> None:
    assert (Filter.ACTIVE in state.filters) is (state.activation is Activation.ACTIVE)
    assert (Filter.NOT_ACTIVE in state.filters) is (state.activation is Activation.LISTED)
    unanswered = [each for each in state.documents if each.document.status_code == "1" and state.newer(each) is None]
    assert (Filter.NEEDS_YOU in state.filters) is bool(unanswered)
    assert all(bool(bits(state.filters) & each.bit) is (each in state.filters) for each in Filter)


@given(_states)
def test_the_mark_of_the_list_shows_both_whether_it_is_active_and_whether_it_needs_somebody(state: NameState) -> None:
    if state.activation is not Activation.UNKNOWN:
        assert mark(state) == MARKS[state.activation] + (NEEDS_YOU if state.needs_you else "")


def document(fid: str, status: str, appeared: float, since: float, description: str | None = None) -> SeenDocument:
    return SeenDocument(Document(f"{fid}.pdf", fid, status), appeared, since, description)


OLD = document("5", "1", 100, 100)


@pytest.mark.parametrize(
    ("documents", "deeds", "needs"),
    [
        ((OLD,), (), True),
        ((OLD, document("6", "2", 200, 300)), (), False),  # admitted after it
        ((OLD, document("6", "0", 200, 200)), (), False),  # looked at
        ((OLD, document("6", "9", 200, 200)), (), False),  # nobody knows what 9 is; it is no rejection
        ((OLD, document("6", "1", 200, 200)), (), True),  # rejected, too
        ((OLD, document("4", "2", 50, 50)), (), True),  # older
        ((OLD,), (Deed(What.DOCUMENT, Stage.DONE, 1_100.0, "new.pdf"),), False),  # ours, not listed yet
        ((OLD,), (Deed(What.DOCUMENT, Stage.UNDER_WAY, 1_100.0, "new.pdf"),), True),
        ((OLD,), (Deed(What.DOCUMENT, Stage.UNCLEAR, 1_100.0, "new.pdf"),), True),
        ((OLD,), (Deed(What.CHANGE, Stage.DONE, 1_100.0),), True),  # brings no document
        ((OLD,), (Deed(What.DOCUMENT, Stage.DONE, 900.0, "new.pdf"),), True),  # and the list does not know it
        ((document("5", "1", 100, 300), document("6", "2", 100, 300)), (), True),  # sent together: it answers nothing
        ((document("5", "1", 1, 1, "Domain"), document("6", "2", 9, 9, "Certificate")), (), True),  # another one
        ((document("5", "1", 1, 1, "Domain"), document("6", "2", 9, 9, " domain ")), (), False),
        ((document("5", "1", 1, 1, "Domain"), document("6", "1", 9, 9, "Domain")), (), True),
    ],
)
def test_a_newer_document_stands_in_the_place_of_a_rejected_one(
    documents: tuple[SeenDocument, ...], deeds: tuple[Deed, ...], needs: bool
) -> None:
    state = NameState(Activation.ACTIVE, 1.0, LISTED, (), documents, deeds)
    assert state.needs_you is needs
    assert Filter.ACTIVE in state.filters


def test_a_confirmed_number_is_not_asked_for_a_code_again() -> None:
    waits = NameState(Activation.LISTED, 1.0, LISTED)
    assert may_be_confirmed(named(waits, "77011234567"))
    for at in (LISTED - 1, LISTED + 1):
        confirmed = replace(waits, deeds=(Deed(What.CHECK_CODE, Stage.DONE, at),))
        assert not may_be_confirmed(named(confirmed, "77011234567"))


def test_a_deletion_ends_what_was_done_before() -> None:
    before, after = Deed(What.CHECK_CODE, Stage.DONE, 1.0), Deed(What.ADD, Stage.DONE, 3.0)
    assert life([before, Deed(What.DELETE, Stage.DONE, 2.0), after]) == (after,)


@pytest.mark.parametrize(
    ("everything", "active", "told"),
    [
        ([("A", 1), ("A", 2)], [("A", 2)], ["listed", "active"]),
        ([("A", 1), ("A", 2)], [("A", None)], ["unknown", "unknown"]),  # which of them is not told
        ([("A", 1), ("A", 2)], [("A", None), ("A", None)], ["active", "active"]),
        ([("A", 1), ("a", 2)], [("A", None)], ["active", "listed"]),
        ([("A", None)], [("A", None)], ["active"]),
        ([("A", None)], [("A", 1)], ["active"]),
        ([("A", None), ("B", None)], [], ["listed", "listed"]),
    ],
)
def test_what_the_two_lists_say(
    everything: list[tuple[str, int | None]], active: list[tuple[str, int | None]], told: list[str]
) -> None:
    lists = [[SenderName(number, name) for name, number in each] for each in (everything, active)]
    assert activations(*lists) == told


def test_a_row_that_was_read_in_part_takes_nothing_away_that_was_known() -> None:
    whole = SenderName(1, "A", "Shop", None, (OperatorStatus("winmob", "3"),), (Document("a.pdf", "5", "1"),))
    row = to_row(whole, Activation.ACTIVE, None, (), 1.0, 0)
    damaged = to_row(SenderName(1, "A", whole=False), Activation.ACTIVE, row, (), 2.0, 0)
    assert state_of(damaged, (), 2.0) == replace(state_of(row, (), 1.0), listed=2.0)
    lost = to_row(SenderName(1, "A"), Activation.ACTIVE, row, (), 2.0, 0)
    assert not state_of(lost, (), 2.0).documents


def test_a_name_keeps_its_number_of_ours_through_every_form_of_the_list() -> None:
    def row(ref: int, name: str, number: int | None) -> NameRow:
        return NameRow(name, number, "active", 0, "{}", "{}", ref)

    before = [row(1, "A", 1), row(2, "A", 2), row(3, "B", None), row(4, "C", 9)]
    listed = [SenderName(2, "A"), SenderName(3, "A"), SenderName(8, "B"), SenderName(None, "C"), SenderName(1, "a")]
    assert {place: each.ref for place, each in matched(before, listed).items()} == {0: 2, 2: 3, 3: 4, 4: 1}
