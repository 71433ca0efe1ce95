"""The API as a table of facts: every command and parameter of the document can be sent.

The table is written out by hand, apart from the catalogue. Where the document itself is at hand,
the table is checked against it, so that neither can miss a parameter.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bot.smsc import (
    Access,
    Catalogue,
    Command,
    FormKey,
    Limits,
    ParameterError,
    PasswordAuth,
    Programme,
    SmscClient,
    Upload,
    seed_catalogue,
)
from bot.smsc.catalogue import DOCUMENT_FORMATS, DOCUMENT_MAX_BYTES, LIST_MAX, Certainty, Setter
from tests.smsc.recorder import Recorder, says

if TYPE_CHECKING:
    from tests.smsc.clock import HandClock

SEED = Path(__file__).parents[2].parent / "shared" / "seed"

COMMANDS = {"get", "add", "chg", "send_code", "check_code", "del"}
FILED = ("add", "chg")


@dataclass(frozen=True)
class Fact:
    """A parameter: the commands that take it, a value, how it is sent, bounds of a number."""

    name: str
    commands: tuple[str, ...]
    value: str | int | bool
    sent: str
    bounds: tuple[int, int | None] | None = None


def on(name: str, *commands: str) -> Fact:
    return Fact(name, commands or FILED, True, "1")


def text(name: str, *commands: str, value: str = "Ромашка & Ко") -> Fact:
    return Fact(name, commands or FILED, value, value)


FACTS = (
    on("all", "get"),
    Fact("all", ("get",), False, "0"),
    text("sender", "add", "chg", "send_code", "check_code", "del", value="PARUS"),
    on("mts_step"),
    on("sber_step"),
    on("tele2"),
    on("motiv"),
    on("mega_step"),
    on("bee_step"),
    on("motiv_step"),
    on("winmob_step"),
    on("volnamob_step"),
    on("tele2_step"),
    on("ua_reg"),
    text("fio"),
    text("inn", value="12345678"),
    text("site", value="https://example.com/?a=1&del=1"),
    text("email", value="box@example.com"),
    text("address"),
    text("desc", value="Line\nand line"),
    text("subj"),
    on("ua_int"),
    on("by_reg"),
    text("by_fio"),
    text("by_inn", value="100582333"),
    text("by_address"),
    Fact("by_ocup", FILED, 19, "19", (1, 19)),
    Fact("by_type", FILED, 3, "3", (1, 3)),
    text("by_mes"),
    text("by_site", value="example.com"),
    on("by_int"),
    Fact("id", ("chg", "del"), 24608, "24608", (1, None)),
    text("cmt"),
    on("mail"),
    text("name", value="Айгүл"),
    text("code", "check_code", value="004521"),
    text("site", "send_code", value="PARUS"),
    text("site_name", "send_code", value="example.com"),
    on("operators", "get"),
    text("from_date", "get", value="31.12.2025"),
    Fact("prev_id", ("get",), 24608, "24608", (1, None)),
    Fact("cnt", ("get",), 15000, "15000", (1, 15000)),
    text("doc_info"),
    on("files", "get"),
)
CLIENTS_OWN = ("login", "psw", "apikey", "user", "charset")
ANSWER_FIELDS = ("file", "fid", "fstatus", "fcomment")

LEAST: dict[str, dict[str, str | int]] = {
    "get": {},
    "add": {"sender": "PARUS", "cmt": "Flowers"},
    "chg": {"sender": "PARUS"},
    "send_code": {"sender": "77010000000"},
    "check_code": {"sender": "77010000000", "code": "1"},
    "del": {"sender": "PARUS"},
}
ANSWERS = {"get": "[]", "add": '{\n"sender": 24608\n}'}


def documented() -> str:
    """The document, from the table of parameters to its end."""
    papers = sorted(SEED.glob("*.txt")) if SEED.is_dir() else []
    if not papers:
        pytest.skip("the API document is not at hand")
    return papers[0].read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("fact", "command"),
    [pytest.param(fact, command) for fact in FACTS for command in fact.commands],
    ids=lambda each: f"{each.name}={each.sent[:8]}" if isinstance(each, Fact) else each,
)
async def test_each_parameter_arrives_in_the_body(
    fact: Fact, command: str, client: SmscClient, recorder: Recorder, access: Access
) -> None:
    recorder.replies = [says(ANSWERS.get(command, "OK"))]
    values = LEAST[command] | {fact.name: fact.value}
    await client.call(access, Command(command), values)
    got = recorder.last
    assert (got.method, got.path, got.query) == ("POST", "/sys/senders.php", "")
    assert got.fields == {
        **{name: str(each) for name, each in LEAST[command].items()},
        command: "1",
        "apikey": "key-0123456789",
        "fmt": "3",
        "charset": "utf-8",
        fact.name: fact.sent,
    }


async def test_the_client_sets_what_is_its_own(client: SmscClient, recorder: Recorder, access: Access) -> None:
    recorder.replies = [says("[]")]
    by_password = Access(access.service, PasswordAuth("demo", SecretStr("p&s+w d")), "branch")
    await client.names(by_password, everything=True)
    got = recorder.last.fields
    assert (got["login"], got["psw"], got["user"]) == ("demo", "p&s+w d", "branch")
    assert "apikey" not in got
    for name in (*CLIENTS_OWN, "fmt", *COMMANDS):
        with pytest.raises(ParameterError):
            await client.call(access, Command.ADD, LEAST["add"] | {name: "1"})
    assert len(recorder.received) == 1


@pytest.mark.parametrize("command", ["add", "chg"])
async def test_a_document_goes_with_its_description(
    command: str, client: SmscClient, recorder: Recorder, access: Access
) -> None:
    recorder.replies = [says(ANSWERS.get(command, "OK"))]
    content = bytes(range(256)) * 10
    document = Upload("свидетельство.pdf", content, "Trade mark")
    await client.call(access, Command(command), LEAST[command], document)
    got = recorder.last
    assert got.files == {"file0": ("свидетельство.pdf", content, "application/pdf")}
    assert got.fields == LEAST[command] | {
        command: "1",
        "apikey": "key-0123456789",
        "fmt": "3",
        "charset": "utf-8",
        "doc_info": "Trade mark",
    }
    assert got.query == ""
    assert int(got.headers["content-length"]) > len(content)


@pytest.mark.parametrize("fact", [each for each in FACTS if each.bounds], ids=lambda each: each.name)
async def test_a_number_outside_its_bounds_is_refused_here(
    fact: Fact, client: SmscClient, recorder: Recorder, access: Access
) -> None:
    assert fact.bounds is not None
    lowest, highest = fact.bounds
    command = fact.commands[0]
    for wrong in (lowest - 1, -5, "x", "", True, *([highest + 1] if highest else ())):
        with pytest.raises(ParameterError, match=fact.name):
            await client.call(access, Command(command), LEAST[command] | {fact.name: wrong})
    assert recorder.received == []


def test_the_table_and_the_catalogue_know_the_same() -> None:
    catalogue = seed_catalogue()
    for command in COMMANDS:
        of_person = {
            each.name
            for each in catalogue.of(Command(command))
            if each.who_sets is Setter.PERSON and each.certainty is Certainty.SEED
        }
        assert of_person == {fact.name for fact in FACTS if command in fact.commands}, command
        own = {each.name for each in catalogue.of(Command(command)) if each.who_sets is Setter.CLIENT}
        assert own == {*CLIENTS_OWN, "fmt", command}


def test_the_table_misses_nothing_of_the_document() -> None:
    paper = documented()
    rows = paper.partition("ПараметрЗначение\n")[2].splitlines()
    named = re.compile(r"([a-z][a-z0-9_]*?)(?:(?=[А-Я])|[01] (?:–|\()| – )")
    found = Counter(match[1] for row in rows if (match := named.match(row)))
    table = Counter({fact.name: 1 for fact in FACTS} | dict.fromkeys(CLIENTS_OWN, 1))
    table["site"] += 1
    assert found - Counter(ANSWER_FIELDS) == table
    assert set(ANSWER_FIELDS) <= set(found)
    assert set(re.findall(r"senders\.php\?(\w+)=1", paper)) == COMMANDS
    listed = re.search(r"в формате ((?:\w+, )+\w+)\.", paper)
    assert listed is not None
    assert tuple(listed[1].split(", ")) == DOCUMENT_FORMATS
    assert f"превышать {DOCUMENT_MAX_BYTES // 1024**2} Мб" in paper
    assert f"Максимальное значение равно {LIST_MAX}" in paper
    bounds = {
        name: (int(low), int(high))
        for name, low, high in re.findall(r"^(\w+) – .*Нумерация от (\d+) до (\d+)", paper, re.MULTILINE)
    }
    assert bounds == {"by_ocup": (1, 19), "by_type": (1, 3)}


def test_the_catalogue_spells_operators_as_the_document_and_tells_paid_from_free() -> None:
    paper = documented()
    for each in seed_catalogue().programmes.values():
        if each.certainty is not Certainty.SEED:
            continue
        row = next(line for line in paper.splitlines() if line.startswith(f"{each.flag}1 – "))
        if each.form is None:
            assert each.operator.casefold() in row.casefold().replace("motiv", "мотив")
            assert each.paid is ("платное" in row.split() and "бесплатн" not in row)
        else:
            assert each.paid is None
            assert each.national is ("национальному" in row)


def test_the_forms_have_the_fields_of_the_document_in_its_order() -> None:
    forms = seed_catalogue().forms
    paper = documented()
    for key, after in ((FormKey.UA, "ua_reg1"), (FormKey.BY, "by_reg1")):
        block = paper.partition(f"\n{after} – ")[2].splitlines()[2:9]
        of_document = [each.name for each in forms[key].fields if each.certainty is Certainty.SEED]
        assert [row.partition(" – ")[0] for row in block] == of_document


async def test_a_made_up_operator_is_one_line(clock: HandClock, recorder: Recorder, access: Access) -> None:
    catalogue: Catalogue = seed_catalogue().with_programme(Programme("kz_step", "Made Up", "KZ", paid=True))
    async with SmscClient(catalogue=catalogue, limits=Limits(clock)) as client:
        await client.call(access, Command.ADD, {"sender": "PARUS", "kz_step": True})
        assert recorder.last.fields["kz_step"] == "1"
        recorder.replies = [says('[{"sender": "PARUS", "operators": {"kz_step": 7}}]')]
        (name,) = (await client.names(access, everything=True)).names
    (status,) = name.operators
    assert (status.operator, status.code, status.flag) == ("Made Up", "7", "kz_step")
    assert "kz_step" not in seed_catalogue().programmes


async def test_what_a_command_does_not_take_is_refused_here(
    client: SmscClient, recorder: Recorder, access: Access
) -> None:
    wrong: list[tuple[Command, dict[str, str | int | bool]]] = [
        (Command.ADD, {"sender": "PARUS", "kz_step": True}),
        (Command.ADD, {"cmt": "without a name"}),
        (Command.ADD, {"sender": "PARUS", "code": "1"}),
        (Command.ADD, {"sender": "PARUS", "mts_step": "2"}),
        (Command.ADD, {"sender": "PA\r\nRUS"}),
        (Command.ADD, {"sender": "\ud800"}),
        (Command.ADD, {"sender": "PARUS", "fio": "   "}),
        (Command.CHG, {"cmt": "of what"}),
        (Command.DEL, {}),
        (Command.CHECK_CODE, {"sender": "77010000000"}),
        (Command.GET, {"sender": "PARUS"}),
        (Command.GET, {"from_date": "31.02.2026"}),
        (Command.GET, {"from_date": "2026-01-01"}),
        (Command.BALANCE, {"all": True}),
    ]
    for command, values in wrong:
        with pytest.raises(ParameterError):
            await client.call(access, command, values)
    assert recorder.received == []


async def test_documents_that_are_empty_or_too_large_are_refused_here(
    client: SmscClient, recorder: Recorder, access: Access
) -> None:
    for content in (b"", bytes(DOCUMENT_MAX_BYTES + 1)):
        with pytest.raises(ParameterError):
            await client.call(access, Command.ADD, {"sender": "PARUS"}, Upload("a.pdf", content))
    with pytest.raises(ParameterError):
        await client.call(access, Command.DEL, {"sender": "PARUS"}, Upload("a.pdf", b"%PDF"))
    assert recorder.received == []
    await client.call(access, Command.CHG, {"id": 5}, Upload("a.pdf", bytes(DOCUMENT_MAX_BYTES)))
    assert len(recorder.last.files["file0"][1]) == DOCUMENT_MAX_BYTES


async def test_a_new_name_always_has_a_comment(client: SmscClient, recorder: Recorder, access: Access) -> None:
    await client.call(access, Command.ADD, {"sender": "PARUS"})
    assert recorder.last.fields["cmt"] == "PARUS"


@pytest.mark.parametrize(
    "value",
    [
        "&del=1",
        "a=b;c",
        "x\r\n--boundary\r\nContent-Disposition: form-data; name=del\r\n\r\n1",
        "%26del%3D1",
        "+ ",
        "😀Ж",
    ],
)
@pytest.mark.parametrize("document", [None, Upload("a.png", b"\x89PNG")])
async def test_one_parameter_stays_one(
    value: str, document: Upload | None, client: SmscClient, recorder: Recorder, access: Access
) -> None:
    await client.call(access, Command.CHG, {"id": 5, "cmt": value, "desc": value}, document)
    got = recorder.last.fields
    assert (got["cmt"], got["desc"]) == (value, value)
    assert set(got) == {"chg", "apikey", "fmt", "charset", "id", "cmt", "desc"}
