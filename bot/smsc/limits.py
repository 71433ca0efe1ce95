"""SMSC's limits as bookkeeping, so that the bot itself never provokes an error 9, nor an error 4.

A request takes a slot; the slot waits for its turn where that is soon, says when it would be where it is not, and
learns from how the request ended: error 9 holds that kind of request back, error 4 the whole service, and error 2 is
one of the few that SMSC may see from this server's address.

SMSC counts by login. A request is counted for every login that it may be counted for, and logins and keys that turn out
to be one (`join`) have one budget from then on. Every mark is in the ledger before its request goes out, so that a
restart forgets nothing. Inside the process time is measured by a clock that never jumps.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from bot.smsc.asking import Asking, LimitNumbers
from bot.smsc.catalogue import Command
from bot.smsc.errors import LET_IN, ErrorKind, MustWait, NotSent, Refused, WaitReason
from bot.smsc.ledger import BLOCKED, TRY, Identity, Kept, Ledger, Mark, NoLedger, Wait

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Clock(Protocol):
    """What is asked of time."""

    def now(self) -> float:
        """Seconds since the epoch; may jump."""

    def ticks(self) -> float:
        """Seconds that only go on."""

    async def sleep(self, seconds: float) -> None:
        """Lets `seconds` pass."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """At most so many in the window, and each so far from the last."""

    most: int
    apart: float = 0.0


@dataclass(slots=True, eq=False)
class _Counted:
    """A mark: the request may arrive at SMSC at any time until it is answered."""

    mark: Mark
    answered: float | None = None

    def at(self, ticks: float) -> float:
        return ticks if self.answered is None else self.answered


@dataclass(slots=True)
class _Block:
    """A service that answered error 4."""

    until: float
    probing: bool = False


_Key = tuple["Identity", str, str]
_Due = tuple[float, WaitReason]


class Slot:
    """A request's place within the limits."""

    def __init__(self, limits: Limits, asking: Asking, marks: list[_Counted], attempt: _Counted | None) -> None:
        self._limits = limits
        self._asking = asking
        self.attempts = [attempt] if attempt is not None else []
        self.marks = marks
        self.last = [*marks, *self.attempts]

    async def again(self) -> bool:
        """Whether the same may be asked once more at once, elsewhere; if so it is counted."""
        more = self._limits.once_more(self._asking, trying=bool(self.attempts))
        if more is None:
            return False
        marks, attempt = more
        self.marks += marks
        self.last = [*marks, *([attempt] if attempt is not None else [])]
        self.attempts += self.last[len(marks) :]
        await self._limits.ledger.begin([each.mark for each in self.last])
        return True


class Limits:
    """Keeps every request to SMSC within its limits."""

    def __init__(
        self, clock: Clock, numbers: LimitNumbers | None = None, ledger: Ledger | None = None, kept: Kept | None = None
    ) -> None:
        self._clock = clock
        self.numbers: Final = numbers or LimitNumbers()
        self.ledger: Final[Ledger] = ledger or NoLedger()
        self._rules = {
            Command.GET: _Rule(self.numbers.lists, self.numbers.lists_apart),
            Command.ADD: _Rule(self.numbers.adds),
            Command.BALANCE: _Rule(self.numbers.balances),
        }
        self._marks: dict[_Key, list[_Counted]] = {}
        self._tries: list[_Counted] = []
        self._accepted: dict[str, float] = {}
        self._refused: set[str] = set()
        self._held: dict[tuple[Identity, str], float] = {}
        self._blocks: dict[str, _Block] = {}
        self._running: Counter[Identity] = Counter()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._same: dict[Identity, Identity] = {}
        self._last_id = 0
        self._swept = clock.ticks()
        self._restore(kept or Kept())

    def earliest(self, asking: Asking) -> MustWait | None:
        """Why and until when such a request would have to wait; None where it may go now. Only looks."""
        ticks = self._clock.ticks()
        due, why = self._due(ticks, asking)
        return MustWait(self._moment(due), why) if due > ticks else None

    def blocked(self) -> frozenset[str]:
        """The services that block this server's address (error 4), until one of them answers again."""
        return frozenset(self._blocks)

    def is_busy(self, identity: Identity) -> bool:
        """Whether a request of this login is on its way."""
        return self._running[self.counted_as(identity)] > 0

    def counted_as(self, identity: Identity) -> Identity:
        """One value for all that SMSC counts as this one, as far as it is known."""
        while (same := self._same.get(identity, identity)) != identity:
            identity = same
        return identity

    def is_placed(self, identity: Identity) -> bool:
        """Whether it was ever compared with the others that are known."""
        return identity in self._same

    def place(self, identity: Identity) -> None:
        """It was compared with the others that are known: from now on they are compared with it."""
        if identity not in self._same:
            self._same[identity] = identity
            self.ledger.join(identity, identity)

    def join(self, one: Identity, other: Identity) -> None:
        """These turned out to be one login: what was counted for either is counted for both."""
        kept, gone = self.counted_as(one), self.counted_as(other)
        self.place(kept)
        if kept == gone:
            return
        self._same[gone] = kept
        self.ledger.join(gone, kept)
        for key in [key for key in self._marks if key[0] == gone]:
            self._marks.setdefault((kept, *key[1:]), []).extend(self._marks.pop(key))
        for held in [held for held in self._held if held[0] == gone]:
            until = self._held.pop(held)
            self._held[kept, held[1]] = max(until, self._held.get((kept, held[1]), until))
        self._running[kept] += self._running.pop(gone, 0)

    @asynccontextmanager
    async def slot(self, asking: Asking, patience: float = 0.0) -> AsyncIterator[Slot]:
        """Holds a place for a request while it is made; waits for it at most `patience` seconds.

        Raises:
            MustWait: it may not go that soon; nothing was sent.
            Refused: SMSC refused this key, and nobody asked to try it again; nothing was sent.
            NotSent: it could not be written down; nothing was sent.

        """
        await self._admit(asking, patience)
        for identity, _ in asking.counts:
            self._running[self.counted_as(identity)] += 1
        block = self._blocks.get(asking.service)
        if block is not None:
            block.probing = True
        slot = Slot(self, asking, self._count(asking), self._attempt(asking))
        sent, answered, refused = True, False, None
        try:
            await self.ledger.begin([each.mark for each in slot.last])
            yield slot
            answered = True
        except Refused as failure:
            refused = failure
            answered = failure.kind is not ErrorKind.ADDRESS_BLOCKED
            self._learn(asking, failure)
            raise
        except NotSent:
            sent = False
            raise
        finally:
            self._close(asking, slot, sent=sent, answered=answered, refused=refused)
            if block is not None:
                block.probing = False
                if answered and self._blocks.get(asking.service) is block:
                    del self._blocks[asking.service]
                    self.ledger.hold(Wait(asking.service, "", BLOCKED), 0.0)
            self._call_all()

    def once_more(self, asking: Asking, *, trying: bool) -> tuple[list[_Counted], _Counted | None] | None:
        """The marks of the same request made once more, None where that may be one too many."""
        ticks = self._clock.ticks()
        rule = self._rules.get(asking.command)
        for key in self._keys(asking) if rule is not None else ():
            recent = [each for each in self._marks.get(key, ()) if each.at(ticks) > ticks - self.numbers.window]
            if rule is not None and len(recent) >= rule.most:
                return None
        if trying and self._tries_used_up(asking):
            return None
        return self._count(asking), self._attempt(asking, needed=trying)

    # Inside

    def _restore(self, kept: Kept) -> None:
        """Takes up what a former run left; what was on its way then may have arrived until the process ended."""
        ticks = self._clock.ticks()
        self._same = dict(kept.logins)
        for mark, age in kept.marks:
            self._last_id = max(self._last_id, mark.id)
            counted = _Counted(mark, ticks - age)
            if mark.kind == TRY:
                self._tries.append(counted)
            else:
                key = (self.counted_as(Identity(mark.service, mark.who)), mark.kind, mark.signature)
                self._marks.setdefault(key, []).append(counted)
        for wait, seconds in kept.waits:
            if wait.kind == BLOCKED:
                self._blocks[wait.service] = _Block(ticks + seconds)
            else:
                self._held[self.counted_as(Identity(wait.service, wait.who)), wait.kind] = ticks + seconds

    def _moment(self, ticks: float) -> float:
        """Seconds since the epoch, as the clock is set now."""
        return self._clock.now() + (ticks - self._clock.ticks())

    def _keys(self, asking: Asking) -> list[_Key]:
        signed = asking.command is Command.GET
        keys = [(self.counted_as(who), asking.command.value, what if signed else "") for who, what in asking.counts]
        return list(dict.fromkeys(keys))

    def _count(self, asking: Asking) -> list[_Counted]:
        counted = []
        for key in self._keys(asking) if asking.command in self._rules else ():
            counted.append(_Counted(self._mark(key[0].service, key[0].who, key[1], key[2])))
            self._marks.setdefault(key, []).append(counted[-1])
        return counted

    def _attempt(self, asking: Asking, *, needed: bool | None = None) -> _Counted | None:
        """Of a request that SMSC may refuse to let in: one of the tries, until it is known."""
        if not (self._doubtful(asking, self._clock.ticks()) if needed is None else needed):
            return None
        who = asking.trial.who if asking.trial is not None else ""
        attempt = _Counted(self._mark("", who, TRY, ""))
        self._tries.append(attempt)
        return attempt

    def _doubtful(self, asking: Asking, ticks: float) -> bool:
        accepted = self._accepted.get(asking.credential)
        return asking.trial is not None or accepted is None or ticks - accepted > self.numbers.tries_window

    def _mark(self, service: str, who: str, kind: str, signature: str) -> Mark:
        self._last_id += 1
        return Mark(self._last_id, service, who, kind, signature)

    async def _admit(self, asking: Asking, patience: float) -> None:
        """Comes back when the request may go at this very moment.

        Raises:
            MustWait: that is not so within `patience` seconds.
            Refused: SMSC refused this key just now, and nobody asked to try it again.

        """
        deadline = self._clock.ticks() + patience
        while True:
            ticks = self._clock.ticks()
            self._sweep(ticks)
            if asking.trial is None and asking.credential in self._refused:
                raise Refused.of(ErrorKind.AUTHORISATION)
            due, why = self._due(ticks, asking)
            if due > deadline:
                raise MustWait(self._moment(due), why)
            if due > ticks:
                await self._clock.sleep(due - ticks)
            elif not self._busy(asking, ticks):
                return
            elif ticks >= deadline:
                raise MustWait(self._moment(ticks + self.numbers.busy), WaitReason.BUSY)
            else:
                await self._an_end(deadline - ticks)

    def _busy(self, asking: Asking, ticks: float) -> bool:
        """Whether it has to wait for the end of others: enough of its login, or tries that may be refused yet."""
        logins = {self.counted_as(identity) for identity, _ in asking.counts}
        if any(self._running[each] >= self.numbers.at_once for each in logins):
            return True
        return self._doubtful(asking, ticks) and self._tries_used_up(asking)

    def _tries_used_up(self, asking: Asking) -> bool:
        """Whether there would be too many tries if all that are on their way were refused."""
        tries = self._tries_of(asking)
        return any(sum(who in {None, each.mark.who} for each in self._tries) >= most for who, most, _ in tries)

    async def _an_end(self, seconds: float) -> None:
        """Waits until any request ends, at most so long."""
        ended = asyncio.get_running_loop().create_future()
        self._waiting.append(ended)
        timer = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({ended, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            if ended in self._waiting:
                self._waiting.remove(ended)

    def _call_all(self) -> None:
        """Wakes everybody who waits for an end; the first of them to look gets the place."""
        while self._waiting:
            ended = self._waiting.popleft()
            if not ended.done():
                ended.set_result(None)

    def _due(self, ticks: float, asking: Asking) -> _Due:
        block = self._blocks.get(asking.service)
        if block is not None and block.until > ticks:
            return block.until, WaitReason.BLOCKED
        if block is not None and block.probing:
            return ticks + self.numbers.probe, WaitReason.BLOCKED
        tried = self._tried(ticks, asking) if self._doubtful(asking, ticks) else (ticks, WaitReason.LIMITS)
        if tried[0] > ticks:
            return tried
        due = ticks
        for identity, _ in asking.counts:
            due = max(due, self._held.get((self.counted_as(identity), asking.command.value), due))
        rule = self._rules.get(asking.command)
        for key in self._keys(asking) if rule is not None else ():
            times = sorted(each.at(ticks) for each in self._marks.get(key, ()))
            if rule is not None and times:
                due = max(due, times[-1] + rule.apart)
                if len(times) >= rule.most:
                    due = max(due, times[-rule.most] + self.numbers.window)
        return due, WaitReason.LIMITS

    def _tries_of(self, asking: Asking) -> list[tuple[str | None, int, WaitReason]]:
        """The budgets of tries that it needs: whose (None: everybody's), how many, and what the wait is called."""
        trial = asking.trial
        if trial is None:
            return [(None, self.numbers.tries, WaitReason.REFUSED_OTHERS)]
        most = self.numbers.tries if trial.customer else self.numbers.tries_strangers
        return [
            (trial.who, self.numbers.tries_person, WaitReason.REFUSED_YOURS),
            (None, most, WaitReason.REFUSED_OTHERS),
        ]

    def _tried(self, ticks: float, asking: Asking) -> _Due:
        """When SMSC may see one more wrong key; those that are on their way may still turn out right."""
        self._drop_old_tries(ticks)
        due: _Due = (ticks, WaitReason.LIMITS)
        for who, most, why in self._tries_of(asking):
            times = sorted(
                each.answered for each in self._tries if each.answered is not None and who in {None, each.mark.who}
            )
            if len(times) >= most:
                due = max(due, (times[-most] + self.numbers.tries_window, why), key=lambda each: each[0])
        return due

    def _drop_old_tries(self, ticks: float) -> None:
        since = ticks - self.numbers.tries_window
        old = [each for each in self._tries if each.answered is not None and each.answered <= since]
        if old:
            self._tries = [each for each in self._tries if each not in old]
            self.ledger.end((), [each.mark.id for each in old])

    def _learn(self, asking: Asking, refused: Refused) -> None:
        ticks, numbers = self._clock.ticks(), self.numbers
        if refused.kind is ErrorKind.ADDRESS_BLOCKED:
            self._blocks[asking.service] = _Block(ticks + numbers.blocked)
            refused.until = self._moment(ticks + numbers.blocked)
            self.ledger.hold(Wait(asking.service, "", BLOCKED), numbers.blocked)
        elif refused.kind is ErrorKind.TOO_OFTEN:
            refused.until = self._moment(ticks + numbers.window)
            for identity in {self.counted_as(identity) for identity, _ in asking.counts}:
                self._held[identity, asking.command.value] = ticks + numbers.window
                self.ledger.hold(Wait(identity.service, identity.who, asking.command.value), numbers.window)

    def _close(self, asking: Asking, slot: Slot, *, sent: bool, answered: bool, refused: Refused | None) -> None:
        """The request is over: what it was counted for is settled."""
        ticks = self._clock.ticks()
        kind = refused.kind if refused is not None else None
        if kind is ErrorKind.AUTHORISATION:
            self._accepted.pop(asking.credential, None)
            self._refused.add(asking.credential)
            if not slot.attempts and (made := self._attempt(asking, needed=True)) is not None:
                slot.attempts.append(made)
                self.ledger.note(made.mark)
        elif answered and (kind is None or kind in LET_IN):
            self._accepted[asking.credential] = ticks
            self._refused.discard(asking.credential)
        dropped = set() if sent else set(slot.last)
        dropped |= {each for each in slot.attempts if not self._may_be_refused(asking, slot, each, answered, kind)}
        for each in [*slot.marks, *slot.attempts]:
            each.answered = ticks
        self._tries = [each for each in self._tries if each not in dropped]
        for key in self._keys(asking):
            if key in self._marks:
                self._marks[key] = [each for each in self._marks[key] if each not in dropped]
        over = [each.mark.id for each in [*slot.marks, *slot.attempts] if each not in dropped]
        self.ledger.end(over, [each.mark.id for each in dropped])
        for identity, _ in asking.counts:
            self._running[self.counted_as(identity)] -= 1

    @staticmethod
    def _may_be_refused(asking: Asking, slot: Slot, attempt: _Counted, answered: bool, kind: ErrorKind | None) -> bool:
        """Whether SMSC refused this try, or may have, in an answer that was lost."""
        if kind is ErrorKind.AUTHORISATION and attempt is slot.attempts[-1]:
            return True
        return asking.trial is not None and not answered and kind is not ErrorKind.ADDRESS_BLOCKED

    def _sweep(self, ticks: float) -> None:
        """Once a window, frees what no longer limits anything."""
        if ticks - self._swept < self.numbers.window:
            return
        self._swept = ticks
        self._drop_old_tries(ticks)
        since = ticks - max(self.numbers.window, self.numbers.lists_apart)
        old: list[int] = []
        for key, marks in list(self._marks.items()):
            old += [each.mark.id for each in marks if each.at(ticks) <= since]
            marks[:] = [each for each in marks if each.at(ticks) > since]
            if not marks:
                del self._marks[key]
        if old:
            self.ledger.end((), old)
        for (identity, kind), until in list(self._held.items()):
            if until <= ticks:
                del self._held[identity, kind]
                self.ledger.hold(Wait(identity.service, identity.who, kind), 0.0)
        self._running += Counter()  # drops the zeros
        since = ticks - self.numbers.tries_window
        self._accepted = {key: at for key, at in self._accepted.items() if at > since}
