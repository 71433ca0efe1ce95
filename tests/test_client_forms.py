"""Clients' links and forms as they are kept: who may do what, and when it is too late. Without a chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from itertools import count
from pathlib import Path

import pytest

from bot.ceilings import Ceilings
from bot.client_links import HANDED_OVER, USED, WITHDRAWN, ClientForm, ClientLinks, Link, Trouble
from bot.conversation.flow import Flow
from bot.locales import verbatim
from bot.reading.keys import secret_in
from bot.registration.client_form import FORM, ROUND, ClientFacts, client_steps, handed_over
from bot.smsc import seed_catalogue
from bot.storage import accounts, outbox
from bot.storage.accounts import AccountRow
from bot.storage.client_links import FormState
from bot.storage.database import Database
from bot.tokens import new_token
from bot.vault import Vault

MAKER, CLIENT, ANOTHER = 1, 2, 3
NOW = 1_800_000_000.0


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(tmp_path / "a.sqlite3")
    row = AccountRow(7, MAKER, "smsc.kz", None, b"sealed", None, None)
    await database.run(lambda tx: accounts.add(tx, row, NOW))
    yield database
    await database.close()


@pytest.fixture
def links(database: Database) -> ClientLinks:
    ids = count(100)
    return ClientLinks(
        ceilings=Ceilings(),
        database=database,
        vault=Vault([bytes(32)]),
        now=lambda: NOW,
        new_id=lambda: next(ids),
        new_token=new_token,
        news=asyncio.Event(),
    )


async def made(database: Database, links: ClientLinks, *, most: int = 1, ends: float = NOW + 60) -> tuple[Link, str]:
    link = Link(5, MAKER, 7, "aigerim", "Lily Shop", ("name",), {"countries": None}, ends, most, created=NOW)
    token, write = links.made(link)
    await database.run(write)
    found = await links.found(token)
    assert found is not None
    return found, token


def written(folder: Path) -> bytes:
    """All that the database has on the disk."""
    return b"".join(each.read_bytes() for each in folder.iterdir() if each.is_file())


async def told(database: Database) -> list[tuple[int, str]]:
    return [(each.chat_id, each.kind) for each in await database.run(outbox.waiting)]


async def test_what_is_kept_of_a_link_opens_nothing_and_reads_as_nothing(
    database: Database, links: ClientLinks, tmp_path: Path
) -> None:
    link, token = await made(database, links)
    form = await links.take_up(link, CLIENT)
    assert isinstance(form, ClientForm)
    await links.hand_over(form.id, CLIENT, {"name": "LILYSHOP"})
    for word in (token, "LILYSHOP", "Lily Shop"):
        assert word.encode() not in written(tmp_path)
    assert b"client_sent" in written(tmp_path)
    assert all([await links.found(new_token()) is None for _ in range(1000)])
    assert all(secret_in(f"/start c_{new_token()}") is None for _ in range(50))


async def test_of_two_people_at_once_one_has_the_link_and_several_are_counted(
    database: Database, links: ClientLinks
) -> None:
    link, _ = await made(database, links)
    first, second = await asyncio.gather(links.take_up(link, CLIENT), links.take_up(link, ANOTHER))
    assert {type(first), type(second)} == {ClientForm, Trouble}
    theirs = first if isinstance(first, ClientForm) else second
    assert isinstance(theirs, ClientForm)
    other = ANOTHER if theirs.user_id == CLIENT else CLIENT
    assert await links.take_up(link, other) is Trouble.TAKEN
    await links.let_go(theirs.id, theirs.user_id)
    assert isinstance(await links.take_up(link, other), ClientForm)
    assert await links.take_up(link, theirs.user_id) is Trouble.TAKEN


async def test_a_form_is_used_or_withdrawn_and_never_both(database: Database, links: ClientLinks) -> None:
    link, _ = await made(database, links)
    form = await links.take_up(link, CLIENT)
    assert isinstance(form, ClientForm)
    for _ in range(2):  # the update may be handled twice
        assert await links.hand_over(form.id, CLIENT, {"name": "LILY"}) is None
    assert await links.hand_over(form.id, ANOTHER, {"name": "ROSE"}) is Trouble.UNKNOWN
    assert await told(database) == [(MAKER, HANDED_OVER)]
    assert not await links.use(form.id, ANOTHER, 1)
    assert not await links.use(form.id, MAKER, 2)  # as of another time of handing over
    assert not await links.withdraw(form.id, ANOTHER)
    assert await links.withdraw(form.id, CLIENT)
    assert not await links.use(form.id, MAKER, 1)
    assert (await told(database))[1:] == [(MAKER, WITHDRAWN)]
    again = await links.take_up(link, CLIENT)
    assert isinstance(again, ClientForm)
    assert again.answers == {}
    assert await links.hand_over(again.id, CLIENT, {"name": "ROSE"}) is None
    for _ in range(2):  # SMSC refused the first request
        assert await links.use(again.id, MAKER, 2)
    assert not await links.withdraw(again.id, CLIENT)
    assert await links.hand_over(again.id, CLIENT, {"name": "TULIP"}) is Trouble.USED
    found = await links.form(again.id)
    assert found is not None
    assert (found[1].state, found[1].answers) == (FormState.USED, {})
    assert (await told(database))[-1] == (CLIENT, USED)


async def test_one_that_was_sent_back_outlasts_the_end_and_a_maker_without_the_right_has_no_links(
    database: Database, links: ClientLinks
) -> None:
    link, token = await made(database, links)
    form = await links.take_up(link, CLIENT)
    assert isinstance(form, ClientForm)
    assert await links.hand_over(form.id, CLIENT, {"name": "LILY"}) is None
    assert not await links.send_back(form.id, ANOTHER, 1, "…")
    assert await links.send_back(form.id, MAKER, 1, "Without SHOP")
    await links.prolong(link, NOW - 1)
    assert await links.hand_over(form.id, CLIENT, {"name": "ROSE"}) is None
    assert await links.take_up(link, ANOTHER) is Trouble.ENDED
    await links.prolong(link, NOW + 60)
    former = await links.anew(link)
    assert await links.found(token) is None
    assert await links.tagged(link.id, link.tag) is None
    row = AccountRow(7, ANOTHER, "smsc.kz", None, b"sealed", None, None)
    await database.run(lambda tx: tx.execute("UPDATE accounts SET user_id = ? WHERE id = ?", (row.user_id, row.id)))
    found = await links.found(former)
    assert found is not None
    assert found.trouble(NOW) is Trouble.CALLED_OFF


def test_what_the_client_is_asked_follows_from_what_was_prepared() -> None:
    catalogue = seed_catalogue()
    flow = Flow[ClientFacts](
        name="client_form", version=1, title=verbatim("-"), send=verbatim("-"), steps=client_steps(catalogue)
    )

    def asked(groups: set[str], prepared: Mapping[str, object]) -> list[str]:
        facts = ClientFacts(catalogue, NOW, asked=frozenset(groups), prepared=prepared)
        return [each.key for each in flow.asked({"name": "LILY"}, facts)]

    ukraine = {"countries": ["UA"], "programmes_UA": ["ua_reg"]}
    assert asked({"name", "company"}, {}) == ["name"]
    assert asked({"name", "company"}, ukraine)[:3] == ["name", "fio", "inn"]
    assert asked({"comment", "documents"}, ukraine) == ["comment", "documents"]
    assert asked({"operators"}, {}) == ["countries"]


def test_documents_forget_the_messages_of_the_clients_chat() -> None:
    link = Link(5, MAKER, 7, "", "", ("documents",), {"countries": None}, NOW)
    document = {"file_id": "f", "name": "a.pdf", "size": 5, "description": None, "shown": 12, "sources": [[9, "u"]]}
    form = ClientForm(6, 5, CLIENT, FormState.SENT, 2, {"documents": [document]})
    answers = handed_over(link, form)
    assert (answers[FORM], answers[ROUND], answers["company"]) == (6, 2, None)
    assert answers["documents"] == [{**document, "shown": None, "sources": [[0, "u"]]}]
