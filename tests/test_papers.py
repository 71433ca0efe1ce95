"""What documents are called and how they are described at SMSC, so that a rejection there can be matched here."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation.draft import Draft
from bot.conversation.step import Json
from bot.registration.papers import Paper, of_draft, papers
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import SmscSandbox
from tests.images import page, saved
from tests.person import Person
from tests.reached import sent
from tests.stories import PURPOSE, begins


def photo(number: int, *, count: int = 1, told: str | None = None, at: int = 0, kind: str = "jpg") -> Json:
    sources = [[number + each, f"u{number + each}"] for each in range(count)]
    one = {"file_id": f"f{number}", "name": f"photo.{kind}", "size": 9, "description": told, "photo": True}
    return {**one, "sources": sources, "sent": at}


def album(number: int, *, count: int = 10, told: str | None = None, at: int = 0) -> Json:
    return photo(number, count=count, told=told, at=at, kind="pdf")


def document(name: str, told: str | None = None) -> Json:
    return {"file_id": name, "name": name, "size": 9, "description": told, "sources": [[1, name]]}


@pytest.mark.parametrize(
    ("documents", "name", "before", "expected"),
    [
        pytest.param([photo(1)], "LilyShop", 0, [Paper("LilyShop-1.jpg", None)], id="a photo"),
        pytest.param(
            [photo(1), document("a.pdf", "Charter"), photo(2, told="Logo")],
            "LilyShop",
            3,
            [Paper("LilyShop-4.jpg", None), Paper("a.pdf", "Charter"), Paper("LilyShop-6.jpg", "Logo")],
            id="what has a name keeps it, and counts",
        ),
        pytest.param([photo(1)], None, 0, [Paper("photo.jpg", None)], id="no name yet"),
        pytest.param([photo(1)], "a.b", 0, [Paper("a.b-1.jpg", None)], id="a name with a dot"),
        pytest.param([photo(1)], "77011234567", 0, [Paper("77011234567-1.jpg", None)], id="a number"),
        pytest.param(
            [album(1, told="Charter"), album(11, count=2, at=30)],
            "L",
            0,
            [Paper("L-1.pdf", "Charter", 1, 2), Paper("L-2.pdf", "Charter", 2, 2)],
            id="twelve photos",
        ),
        pytest.param(
            [album(1), album(11, at=9), photo(21, at=20, told="Lease")],
            "L",
            0,
            [Paper("L-1.pdf", "Lease", 1, 3), Paper("L-2.pdf", "Lease", 2, 3), Paper("L-3.jpg", "Lease", 3, 3)],
            id="twenty-one photos, described at the end",
        ),
        pytest.param(
            [album(1, told="Charter"), album(11, count=2, told="Lease")],
            "L",
            0,
            [Paper("L-1.pdf", "Charter"), Paper("L-2.pdf", "Lease")],
            id="described as different things",
        ),
        pytest.param(
            [album(1), album(11, count=2, at=500)],
            "L",
            0,
            [Paper("L-1.pdf", None), Paper("L-2.pdf", None)],
            id="sent later",
        ),
        pytest.param(
            [album(1, count=9), photo(10)], "L", 0, [Paper("L-1.pdf", None), Paper("L-2.jpg", None)], id="not full"
        ),
        pytest.param(
            [album(1), document("a.pdf")], "L", 0, [Paper("L-1.pdf", None), Paper("a.pdf", None)], id="no photo"
        ),
    ],
)
def test_documents_as_they_are_sent(
    documents: list[Json], name: str | None, before: int, expected: list[Paper]
) -> None:
    assert papers(documents, name, before) == expected


def test_documents_of_a_draft_of_before_are_called_as_they_were() -> None:
    draft: Any = Draft("document", 1, "tag", answers={"documents": [{**document("photo.jpg"), "sources": []}]})
    assert list(of_draft(draft, "LilyShop", 0).values()) == [Paper("photo.jpg", None)]


async def test_photos_are_called_after_the_name_and_found_again_on_its_card(
    connected: Person, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for")
    for told in ("Trademark certificate", "Lease"):
        await connected.sends_file("x.jpg", saved(page(told, (900, 1200)), "JPEG"), photo=True, caption=told)
        await connected.sees(told)
    await connected.taps("Done")
    await connected.sees("Aruana-1.jpg", "Trademark certificate", "Aruana-2.jpg", "Lease")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for Aruana are at SMSC")
    assert [name for name, _ in sent(smsc)] == ["Aruana-1.jpg", "Aruana-2.jpg"]
    clock.advance(60)
    await connected.taps("Open the card")
    await connected.sees("Aruana-1.jpg: under review", "Trademark certificate", "Aruana-2.jpg: under review", "Lease")


async def test_a_photo_that_comes_early_is_told_by_the_name_that_smsc_gets(connected: Person) -> None:
    await begins(connected, "LILY2026")
    await connected.sends_file("x.jpg", saved(page("LEASE", (900, 1200)), "JPEG"), photo=True)
    await connected.sees("Got it: LILY2026-1.jpg", "Documents: 1", PURPOSE)


@pytest.mark.usefixtures("fast")
async def test_twelve_photos_say_that_they_belong_together(connected: Person, smsc: SmscSandbox) -> None:
    await connected.writes("/document Aruana")
    await connected.sees("Send the document for")
    pages = [saved(page(f"PAGE {number}", (300, 400)), "JPEG") for number in range(12)]
    for album_of in (pages[:10], pages[10:]):
        await connected.sends_album([("x.jpg", each) for each in album_of], photo=True)
    await connected.sees("part 1 of 2", "part 2 of 2")
    await connected.taps("Done")
    await connected.taps("Send them")
    await connected.sees_somewhere("Documents for Aruana are at SMSC")
    told = [each.fields.get("doc_info") for each in smsc.requests if each.command == "chg"]
    assert told == ["part 1 of 2", "part 2 of 2"]
