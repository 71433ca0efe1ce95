"""What a reseller lives on, end to end: a table for several subclients, a client's link, a colleague's paid act."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from typing import Any

from bot.sandbox.smsc import Fault, SmscSandbox
from tests.papers import pdf
from tests.person import Person
from tests.stories import begins, comes_in, invites

SUBCLIENTS = ("aigerim", "botagoz", "daniyar", "yerlan", "zarina")
NAMES = [f"{login[:4].upper()}{number}" for login in SUBCLIENTS for number in range(4)]
SLIP, MENDED = "Цветы", "FLOWERS1"
"""What stands in the table in place of one of the names, and what it is mended to."""


def table() -> bytes:
    """Twenty names for five subclients, four each, as a reseller's office writes them; one of them is no name."""
    rows = [f"{SLIP if name == 'DANI1' else name};Для {name};{login}" for name, login in _owned()]
    return "\r\n".join(["Имя отправителя;Комментарий;Субклиент", *rows]).encode("cp1251")


def _owned() -> list[tuple[str, str]]:
    return [(name, SUBCLIENTS[number // 4]) for number, name in enumerate(NAMES)]


def stored(size: int) -> bytes:
    """An archive of a picture that nothing makes smaller."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("photo.jpg", bytes(size))
    return content.getvalue()


def _file(state: dict[str, Any]) -> dict[str, Any] | None:
    files = [each["document"] for each in state["messages"] if each["from"]["is_bot"] and each.get("document")]
    return files[-1] if files else None


async def test_a_table_of_twenty_names_for_five_subclients_is_planned_sent_partly_refused_mended_and_finished(
    connected: Person, smsc: SmscSandbox, fast: None
) -> None:
    for login in SUBCLIENTS:
        await connected.writes(f"/user {login}")
        await connected.sees("From now on for the subclient", login)
    await connected.sends_file("names.csv", table())
    text = await connected.sees("the plan", "To be sent: 19 names", f"10. {SLIP}: ")
    assert all(f"👤 {login}: " in text for login in SUBCLIENTS)
    smsc.fault(Fault("add", kind="error", error=6))
    await connected.taps("Register 19 names")
    await connected.sees_somewhere("SMSC took: 18", "Did not go through: 2", f"10. {SLIP}: ", "1. AIGE0: ")
    await connected.taps("Failures as a file")
    file = await connected.until(_file, "the file")
    failed = (await connected.http.get(f"{connected.url}/chat/file/{file['file_id']}")).content.decode("utf-8-sig")
    assert len(failed.splitlines()) == 3
    await connected.sends_file("mended.csv", failed.replace(SLIP, MENDED).encode("utf-8-sig"))
    await connected.sees("the plan", "2 names", "👤 aigerim: AIGE0", f"👤 daniyar: {MENDED}")
    await connected.taps("Register 2 names")
    await connected.sees_somewhere(
        "SMSC took: 2", "Did not go through: 0", "Of the first list (20 names) SMSC took 20 by now"
    )
    sent = [(each.fields["sender"], each.fields["user"]) for each in smsc.requests if each.command == "add"]
    wanted = Counter((MENDED if name == "DANI1" else name, login) for name, login in _owned())
    assert Counter(sent) == wanted + Counter([("AIGE0", "aigerim")])  # refused once, sent again


async def test_a_client_fills_in_for_a_subclient_and_a_colleagues_paid_act_waits_for_the_owner(
    connected: Person, other: Person, smsc: SmscSandbox
) -> None:
    await connected.writes("/user zarina")
    await connected.sees("From now on for the subclient")
    await connected.writes("/links")
    await connected.taps("Make a link")
    await connected.writes("A name for Flora")
    for each in ("The name", "What it is for", "Documents", "Done"):
        await connected.taps(each)
    await connected.taps("Only Kazakhstan")
    await connected.taps("7 days")
    await connected.taps("One client")
    await connected.taps("Make the link")
    found = re.search(r"\?start=(\S+)", await connected.sees("https://t.me/", "zarina"))
    assert found is not None
    await other.writes(f"/start {found[1]}")
    await other.sees("A name for Flora")
    await other.taps("Begin")
    await other.writes("FLORA26")
    await other.sees("What is the name for?")
    await other.writes("Flowers")
    await other.sees("Documents for the operators")
    # What SMSC would not take is refused to the client in words, and nothing of it is kept.
    await other.sends_file("letter.docx", b"PK\x03\x04 letter")
    await other.sees("letter.docx", "Documents for the operators")
    await other.sends_file("photos.zip", stored(4_000_000))
    await other.sees("This file is 3.8 MB. SMSC takes at most 3 MB", "Documents for the operators")
    await other.sends_file("certificate.pdf", pdf(20_000), caption="Certificate")
    text = await other.sees("1. certificate.pdf")
    assert "2. " not in text
    await other.taps("Done")
    await connected.looks()
    await other.taps("Hand it over")
    await connected.sees("Your client filled in", "FLORA26", "zarina")
    await connected.writes("/user")
    await connected.taps("Main account")
    await connected.sees("From now on for the main account")
    await connected.writes("/links")
    await connected.taps("A name for Flora")
    await connected.taps("Look at: FLORA26")
    await connected.sees("check and send", "FLORA26", "certificate.pdf", "You act for", "zarina")
    await other.looks()
    await connected.taps("Register it")
    await connected.sees_somewhere("The application for FLORA26 is sent")
    await other.sees("was used to register the name")
    [request] = [each for each in smsc.requests if each.command == "add"]
    assert (request.fields["sender"], request.fields["user"]) == ("FLORA26", "zarina")
    # A colleague's paid act, by a third person.
    third = await Person.arrive(connected.http, connected.url, "Madina")
    await comes_in(third, await invites(connected, "may do all"))
    await begins(third, "LILY2026")
    await third.taps("Skip")
    await third.taps("Russia")
    await third.taps("Done")
    await third.taps("MTS paid")
    await third.taps("Done")
    if "nearly over" in await third.sees_one_of("nearly over", "Documents for"):
        await third.taps("At once")
    await third.skips_to("The fee of MTS")
    await third.taps("I agree to the fee")
    await connected.looks()
    await third.taps("Register it")
    await third.sees("It waits for an owner of the account")
    await connected.sees("Madina asks for your yes", "LILY2026", "MTS")
    assert len([each for each in smsc.requests if each.command == "add"]) == 1
    await third.looks()
    await connected.taps("Approve")
    await third.sees_somewhere("The application for LILY2026 is sent")
    assert len([each for each in smsc.requests if each.command == "add"]) == 2
