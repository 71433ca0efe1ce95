"""The limits by themselves: keys that are one login, subclients, hosts of one service, and who may try a wrong key."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bot.smsc import (
    Access,
    AnswerLost,
    Command,
    ErrorKind,
    Identity,
    KeyAuth,
    Limits,
    Loss,
    MustWait,
    NotSent,
    PasswordAuth,
    Refused,
    Service,
    Trial,
)
from bot.smsc.asking import Asking

if TYPE_CHECKING:
    from tests.smsc.clock import HandClock


async def test_one_key_on_two_hosts_of_a_service_has_one_budget(clock: HandClock) -> None:
    limits, key = Limits(clock), KeyAuth(SecretStr("key-0123456789"))
    hosts = [Access(Service.parse(host), key) for host in ("www.smsc.kz", "www2.smsc.kz", "smsc.kz:443")]
    went = [await goes(limits, hosts[number % 3].asking(Command.ADD)) for number in range(6)]
    assert went == [True] * 5 + [False]
    assert await goes(limits, Access(Service.parse("smsc.ru"), key).asking(Command.ADD))


async def test_a_subclient_s_own_key_counts_with_the_main_account_s_requests_for_it(clock: HandClock) -> None:
    limits, service = Limits(clock), Service.parse("smsc.kz")
    main = Access(service, KeyAuth(SecretStr("key-of-the-main-account")), "daniyar")
    own = Access(service, KeyAuth(SecretStr("key-of-the-subclient")))
    by_login = Access(service, PasswordAuth("Daniyar", SecretStr("secret")))
    limits.join(own.owner, main.owner)
    for each in (main, own, by_login, main, own):
        assert await goes(limits, each.asking(Command.ADD))
    for each in (main, own, by_login):
        assert not await goes(limits, each.asking(Command.ADD))
    assert await goes(limits, Access(service, main.auth).asking(Command.ADD)), "two were counted for the main account"


# One login in several ways


def asking(
    command: Command, key: str, *, service: str = "smsc.kz", what: str = "", trial: Trial | None = None
) -> Asking:
    return Asking(command, "smsc.kz", ((Identity("smsc.kz", key), ""),), key, trial)


async def goes(limits: Limits, each: Asking) -> bool:
    """Whether it goes at once; it is answered well."""
    try:
        async with limits.slot(each):
            return True
    except MustWait:
        return False


async def test_keys_that_turn_out_to_be_one_login_have_one_budget_with_what_was_counted_before(
    clock: HandClock,
) -> None:
    limits = Limits(clock)
    for key in ("one", "two", "one", "two"):
        assert await goes(limits, asking(Command.ADD, key))
    limits.join(Identity("smsc.kz", "one"), Identity("smsc.kz", "two"))
    assert limits.counted_as(Identity("smsc.kz", "one")) == limits.counted_as(Identity("smsc.kz", "two"))
    assert await goes(limits, asking(Command.ADD, "one"))
    assert not await goes(limits, asking(Command.ADD, "one"))
    assert not await goes(limits, asking(Command.ADD, "two"))
    assert await goes(limits, asking(Command.ADD, "three"))
    clock.at += limits.numbers.window
    assert await goes(limits, asking(Command.ADD, "two"))


async def test_what_is_held_back_for_one_key_is_for_the_other_when_they_are_one_login(clock: HandClock) -> None:
    limits = Limits(clock)
    with pytest.raises(Refused):
        async with limits.slot(asking(Command.ADD, "one")):
            raise Refused.of(ErrorKind.TOO_OFTEN)
    assert await goes(limits, asking(Command.ADD, "two"))
    limits.join(Identity("smsc.kz", "two"), Identity("smsc.kz", "one"))
    limits.join(Identity("smsc.kz", "three"), Identity("smsc.kz", "two"))
    assert not await goes(limits, asking(Command.ADD, "two"))
    assert not await goes(limits, asking(Command.ADD, "three"))


# Wrong keys


async def tried(limits: Limits, number: int, ending: Exception) -> type[Exception]:
    try:
        async with limits.slot(asking(Command.BALANCE, f"key{number}", trial=Trial(f"person:{number}")), 10.0):
            await asyncio.sleep(0)
            raise ending
    except (MustWait, Refused, NotSent, AnswerLost) as failure:
        return type(failure)


async def test_ten_strangers_at_the_same_moment_cost_no_more_wrong_keys_than_the_budget(clock: HandClock) -> None:
    limits = Limits(clock)
    ends = await asyncio.gather(*(tried(limits, n, Refused.of(ErrorKind.AUTHORISATION)) for n in range(10)))
    assert ends.count(Refused) == limits.numbers.tries_strangers
    assert ends.count(MustWait) == 10 - limits.numbers.tries_strangers


async def test_a_try_that_certainly_never_arrived_is_given_back(clock: HandClock) -> None:
    limits = Limits(clock)
    for number in range(3 * limits.numbers.tries):
        assert await tried(limits, number % 2, NotSent("nobody there")) is NotSent
    assert await tried(limits, 0, Refused.of(ErrorKind.AUTHORISATION)) is Refused


async def test_a_try_whose_answer_is_lost_may_have_been_refused(clock: HandClock) -> None:
    limits = Limits(clock)
    for _ in range(limits.numbers.tries_person):
        assert await tried(limits, 0, AnswerLost(Loss.TIMEOUT)) is AnswerLost
    assert await tried(limits, 0, Refused.of(ErrorKind.AUTHORISATION)) is MustWait
