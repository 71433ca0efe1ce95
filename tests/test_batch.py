"""What Telegram brings is cut into its updates before it is read: one that is odd costs nobody but itself."""

from __future__ import annotations

import pytest

from bot.telegram import batch
from bot.telegram.batch import Arrived, cut, read
from tests.updates import AFTER, ASIDE, BEFORE, TAKEN


def taken(body: bytes) -> list[Arrived]:
    return [read(each) for each in cut(body)]


@pytest.mark.parametrize("odd", [*TAKEN.values(), *ASIDE.values()], ids=[*TAKEN, *ASIDE])
def test_those_before_and_after_an_odd_update_are_read(odd: bytes) -> None:
    batch = taken(b'{"ok":true,"result":[' + BEFORE + b",\n" + odd + b"," + AFTER + b"]}")
    whole = [each for each in batch if each.why is None]
    assert [whole[0].raw, whole[-1].raw] == [BEFORE, AFTER]
    assert (len(whole), len(batch)) == (3 if odd in TAKEN.values() else 2, 3)


@pytest.mark.parametrize("odd", [b"]", b"}", b'"', b"{", b"[", b"]]", b'\\"', b"\x00", b",,", b""])
def test_what_is_not_even_a_value_loses_no_update(odd: bytes) -> None:
    batch = taken(b'{"ok":true,"result":[' + BEFORE + b"," + odd + b"," + AFTER + b"]}")
    whole = [each.number for each in batch if each.why is None]
    assert whole == [1, 9]


def test_an_answer_without_updates_has_none() -> None:
    assert cut(b'{"ok":true,"result":[]}') == cut(b'{"ok": true, "result": [\n]}') == []
    with pytest.raises(ValueError, match="no list"):
        cut(b'{"ok":false,"error_code":409,"description":"Conflict"}')


def test_an_id_that_telegram_would_not_give_is_one_of_ours_and_below_zero() -> None:
    huge = read(b'{"update_id":9223372036854775808,"m":1}')
    assert not huge.likely
    assert -(2**63) < huge.key < 0
    assert huge.key == read(huge.raw).key != read(b'{"update_id":9223372036854775808,"m":2}').key
    assert read(BEFORE).key == 1


def test_updates_that_never_end_are_not_looked_through_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by `make fuzz`: 144 of them, 132 KB, held everybody up for more than a second."""
    looked_through, element = 0, vars(batch)["_element"]

    def counted(body: bytes, at: int) -> tuple[int, bool, bool]:
        nonlocal looked_through
        found: tuple[int, bool, bool] = element(body, at)
        looked_through += found[0] - at
        return found

    monkeypatch.setattr(batch, "_element", counted)
    unending = b'{"update_id":7,"m":' + b"[" * 900
    assert cut(b'{"ok":true,"result":[' + unending * 144) == [unending] * 144
    assert looked_through < 2_000_000


@pytest.mark.parametrize("broken", [b'{"update_id":7,"m":"abc}', b'{"update_id":7,"m":{]}', b'{"update_id":7,"m":1}'])
def test_very_many_broken_updates_take_moments_and_the_good_ones_among_them_are_read(broken: bytes) -> None:
    """Each was looked for to the end of the answer: half a megabyte of them took minutes, and nobody was served."""
    good = b'{"update_id":8,"message":{"text":"a"}}'
    body = b'{"ok":true,"result":[' + broken * 10_000 + b"," + good + b"," + broken * 10_000 + b"," + good + b"]}"
    cut_apart = cut(body)
    assert cut_apart.count(good) == 2
    assert len(cut_apart) == 20_002
