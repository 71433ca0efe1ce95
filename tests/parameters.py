"""Each parameter of the API, what is said for it in the walk, and where a person reaches it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.locales import Catalogues
from bot.registration.parameters import further
from bot.sandbox.smsc import DEMO
from bot.screens import parameters
from bot.screens.programmes import country_label, programme_label
from bot.smsc import Catalogue, Command, Programme
from bot.smsc.catalogue import Kind, Parameter

SAMPLES = {
    "fio": "ТОВ «Ромашка»",
    "inn": "32855961",
    "site": "https://romashka.example/?a=1&del=1",
    "email": "a@romashka.example",
    "address": "Київ, Хрещатик 1",
    "desc": "Цветы <b>",
    "subj": "Заказы",
    "by_fio": "ООО «Ромашка»",
    "by_inn": "100582333",
    "by_address": "Минск",
    "by_ocup": "19",
    "by_type": "3",
    "by_mes": "Заказ 1 & готов",
    "by_site": "romashka.example",
}
"""What is said in the walk where it is more than the row's own example."""


ENGLISH = Catalogues.load("en")["en"]


def sample(row: Parameter) -> str:
    """What is said in the walk for a parameter, and arrives at SMSC."""
    if row.kind is Kind.FLAG:
        return row.values[0]
    return SAMPLES.get(row.name) or row.words.example or str(row.highest or "Romashka")


def countries(catalogue: Catalogue) -> dict[str, list[Programme]]:
    """The programmes of each country, as the form asks for them."""
    found: dict[str, list[Programme]] = {}
    for each in catalogue.programmes.values():
        found.setdefault(ENGLISH.label(country_label(each.country)), []).append(each)
    return found


@dataclass(frozen=True)
class Row:
    """A parameter of a command: its value in the walk (None: any), and the place where a person reaches it."""

    command: str
    name: str
    value: str | None
    place: str


def _registered(command: Command, form: str, catalogue: Catalogue) -> list[Row]:
    """The rows of a registration, as the catalogue has them: a new programme, field or parameter is one by itself."""
    rows = [
        Row(command, each.flag, "1", f"{form} → Countries → {country} → {ENGLISH.label(programme_label(each))}")
        for country, own in countries(catalogue).items()
        for each in own
    ]
    for company in catalogue.forms.values():
        to_the_form = f"{form} → the company form ({company.key.value.upper()})"
        rows += [_asked_by_its_row(command, each, to_the_form) for each in company.fields]
    return rows + [_asked_by_its_row(command, each, form) for each in further(catalogue, command)]


def _asked_by_its_row(command: Command, row: Parameter, form: str) -> Row:
    label = ENGLISH.label(parameters.label(row))
    return Row(command, row.name, sample(row), f"{form} → summary → [✎ {label}]" if row.quiet else f"{form} → {label}")


ADD, CHANGE = "/add, or [Add a name]", "card → [Change] or [Operators], or /change"


def rows(catalogue: Catalogue) -> tuple[Row, ...]:
    """The table for a catalogue."""
    return (
        Row("get", "all", "1", "/senders: the client lists all names, to show those that wait as well"),
        Row("get", "all", "0", "/senders: the client lists the activated ones too; the difference is what waits"),
        Row("get", "operators", "1", "card: the client always asks, the card shows the codes"),
        Row("get", "files", "1", "card: the client always asks, the card shows the documents"),
        Row(
            "get",
            "cnt",
            "50",
            "/senders: the client asks for as many names as one request gives (15000; 50 in this walk)",
        ),
        Row("get", "prev_id", None, "/senders: the client goes on from the last name of a full page"),
        Row("get", "from_date", None, "/senders → [Recent changes…] → a day"),
        Row("add", "sender", "LILY2026", f"{ADD} → the name"),
        Row("add", "cmt", "Flowers & more", f"{ADD} → the comment (the name itself where it is skipped)"),
        *_registered(Command.ADD, ADD, catalogue),
        Row("add", "doc_info", "Trademark certificate", f"{ADD} → the document → a text after it, or its caption"),
        Row("add", "mail", "1", f"{ADD} → an e-mail address as the name"),
        Row("add", "name", "Айгерим", f"{ADD} → an e-mail address → its owner"),
        Row("chg", "sender", "Aruana", f"{CHANGE}, where SMSC's list gives no id"),
        Row("chg", "id", None, f"{CHANGE}; a name or SMSC's number may be typed"),
        Row("chg", "cmt", "New comment", f"{CHANGE} → the comment"),
        *_registered(Command.CHG, CHANGE, catalogue),
        Row("chg", "doc_info", "Domain", "card → [Send a document], or /document → a text after the file"),
        Row("del", "id", None, "card → [Delete] → [Delete for good], or /delete"),
        Row("del", "sender", "ARUANA.KZ", "the same, where SMSC's list gives no id"),
        Row("send_code", "sender", "77000003344", "/confirm, a number or a contact sent unprompted"),
        Row("send_code", "site", "Aruana", "/confirm → summary → [✎ Code sent from]"),
        Row("send_code", "site_name", "romashka.example", "/confirm → summary → [✎ Site in the text]"),
        Row("check_code", "sender", "77000003344", "the code, typed, pasted or forwarded"),
        Row("check_code", "code", None, "the code, typed, pasted or forwarded"),
        *(
            Row(each, name, value, place)
            for each in ("get", "add", "chg", "del", "send_code", "check_code")
            for name, value, place in (
                (each, "1", "the client names the command"),
                ("apikey", DEMO.apikey, "/connect → API key"),
                ("fmt", "3", "the client: JSON tells the most"),
                ("charset", "utf-8", "the client: every text survives in it"),
                ("user", "aigerim", "/user, or /account → [Subclient]"),
            )
        ),
        Row("get", "login", DEMO.login, "/connect → Login and password"),
        Row("get", "psw", DEMO.password, "/connect → Login and password"),
    )
