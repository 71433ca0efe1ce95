"""A locked name is not deleted before somebody unlocks it, however the deletion is asked for."""

from __future__ import annotations

from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import Fault, SmscSandbox
from bot.storage.locks import is_among
from tests.person import Person
from tests.running import running_fast


def deletions(smsc: SmscSandbox) -> int:
    return sum(each.command == "del" for each in smsc.requests)


async def test_a_locked_name_is_not_deleted_by_the_form_an_old_button_or_a_request_that_waits(
    connected: Person, smsc: SmscSandbox, turning: SandboxClock
) -> None:
    await connected.writes("Aruana")
    await connected.taps("Delete…")
    await connected.sees("Delete Aruana at SMSC?")
    asked, sure = await connected.button("Delete for good")
    await connected.taps("Keep it")
    await connected.taps("🔒 Lock")
    await connected.sees("Locked: nobody can delete it here", "Locked: it cannot be deleted before")
    await connected.taps("🔕 Mute")
    await connected.taps("Open the card")
    await connected.shows("🔔 Unmute")
    await connected.writes("/delete Aruana")
    await connected.sees("Aruana is locked and cannot be deleted")
    await connected.taps_data(asked, sure)
    await connected.sees("Aruana is locked and cannot be deleted")
    assert not deletions(smsc)
    await connected.taps("🔓 Unlock")
    await connected.sees("Unlocked: it can be deleted again")
    smsc.fault(Fault("del", kind="error", error=9))
    await connected.taps("Delete…")
    await connected.taps("Delete for good")
    await connected.sees("Too many requests at a time")
    await connected.writes("Aruana")
    await connected.taps("🔒 Lock")
    await connected.sees("Locked: nobody can delete it here")
    async with running_fast(turning):
        await connected.sees_somewhere("The name is locked. Unlock it")
    assert deletions(smsc) == 1
    await connected.writes("Aruana")
    await connected.taps("Timeline")
    await connected.sees("🔒 locked against deletion: you", "🔓 unlocked: you", "deletion: did not go through")


def test_a_lock_is_known_by_the_number_and_by_the_spelling_where_a_number_is_not_known() -> None:
    kept = {("PARUS", 7), ("LILY", 0)}
    assert is_among(kept, "PARUS", 7)
    assert is_among(kept, "Renamed", 7)
    assert is_among(kept, "PARUS", None)
    assert is_among(kept, "LILY", 9)
    assert not is_among(kept, "PARUS", 8)
    assert not is_among(kept, "lily", None)
