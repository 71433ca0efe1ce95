"""The main story, as a new person lives it: connect, register a name with a document, find it in the list."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.papers import pdf
from tests.person import Person
from tests.running import InProcess, Process
from tests.stories import PURPOSE

PDF = pdf(2_900_000)


async def the_story(person: Person, smsc: SmscSandbox) -> None:
    await person.writes("/start")
    await person.sees("First connect your SMSC account")
    await person.taps("Connect an account")
    await person.sees("Send the API key")
    await person.sees("Send the API key")
    await person.writes(DEMO.apikey)
    await person.sees("Connected", "1\u00a0871.62")
    await person.taps("Add a name")
    await person.sees("What you will need", "a sentence on what it is for")
    await person.taps("Begin")
    await person.sees("Which name?", "step 1")
    await person.writes("РАRUS")  # the first two letters are Cyrillic
    await person.sees("only look like Latin", "How about this?")
    await person.taps("Use “PARUS”")
    await person.sees(PURPOSE)
    await person.writes("Flower shop in Almaty")
    await person.sees("To which countries")
    await person.taps("Russia")
    await person.taps("Done")
    await person.sees("Russia: which operators?", "whole calendar month")
    await person.taps("MTS paid")
    await person.taps("Tele2 free")
    await person.taps("Done")
    if "nearly over" in await person.skips_to_one_of("nearly over", "Documents for the operators"):
        await person.taps("At once")
    await person.skips_to("Documents for the operators")
    await person.sends_file("certificate.pdf", PDF, caption="Trademark certificate")
    await person.sees("certificate.pdf", "Trademark certificate")
    await person.taps("Done")
    await person.sees("The fee of MTS", "Do you agree")
    await person.taps("I agree to the fee")
    summary = await person.sees("check and send", "PARUS", "Flower shop in Almaty", "MTS", "Tele2", "certificate.pdf")
    assert "Paid: MTS" in summary
    await person.taps("Register it")
    await person.sees("The application for PARUS is sent", "SMSC ID")
    [request] = [each for each in smsc.requests if each.command == "add"]
    assert request.fields["sender"] == "PARUS"
    assert request.fields["cmt"] == "Flower shop in Almaty"
    assert request.fields["mts_step"] == request.fields["tele2"] == "1"
    assert request.fields["doc_info"] == "Trademark certificate"
    assert [(name, content) for _, name, content in request.files] == [("certificate.pdf", PDF)]
    await person.taps("Open the card")
    await person.sees("PARUS", "not activated")
    await person.taps("My names")
    await person.button("PARUS")


async def test_a_new_person_registers_a_name_with_a_document(
    bot: InProcess, aigerim: Person, smsc: SmscSandbox
) -> None:
    await the_story(aigerim, smsc)
    assert all(each.method == "POST" and each.query == "" for each in smsc.requests)


async def test_the_same_through_the_real_process(
    settings: dict[str, str], tmp_path: Path, aigerim: Person, smsc: SmscSandbox
) -> None:
    async with Process(settings, tmp_path / "log", whole=True) as process:
        await the_story(aigerim, smsc)
        assert await process.stop() == 0, process.logged()
    assert DEMO.apikey not in process.logged()
