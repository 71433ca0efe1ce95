"""SMSC's API as data: commands, parameters, operators, programmes, company forms, numbers.

Source: the API document "Управление именами отправителей (Sender ID)" of smsc.kz, called the seed
here. Where a fact is not in it, it carries the certainty letter of the API page: A recorded, B the
vendor's documentation, C read out of clients, D by analogy, U unknown.

Parameters, operators, programmes and fields come and go over the years. So each is a row
that carries its own words, everything takes a `Catalogue` as an argument, and a new row is enough
for it to be asked, checked, shown, sent and read back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bot.smsc.words import NO_WORDS, SameEverywhere, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Command(StrEnum):
    """What can be asked of SMSC; the value is the flag that goes with the request (`add=1`).

    All are commands of `senders.php` (the seed) but BALANCE, which is an endpoint of its own
    without a flag (B).
    """

    GET = "get"
    ADD = "add"
    CHG = "chg"
    SEND_CODE = "send_code"
    CHECK_CODE = "check_code"
    DEL = "del"
    BALANCE = "balance"

    @property
    def endpoint(self) -> str:
        """The path below the service's address."""
        return "/sys/balance.php" if self is Command.BALANCE else "/sys/senders.php"

    @property
    def flag(self) -> str | None:
        """The parameter that names the command; None for an endpoint with a single one."""
        return None if self is Command.BALANCE else self.value

    @property
    def changes(self) -> bool:
        """Whether it changes something at SMSC; such a request is never repeated on a guess."""
        return self not in {Command.GET, Command.BALANCE}


SENDERS: Final = frozenset(Command) - {Command.BALANCE}
"""The commands of `senders.php`."""

_EVERY: Final = frozenset(Command)
_GET: Final = frozenset({Command.GET})
_FILED: Final = frozenset({Command.ADD, Command.CHG})
"""The commands that file a name with operators, and take a document."""


class Kind(Enum):
    """What a parameter's value is."""

    FLAG = "flag"
    TEXT = "text"
    SENDER_NAME = "sender name"
    INTEGER = "integer"
    DATE = "date"
    EMAIL = "e-mail address"
    SITE = "web site"
    CODE = "confirmation code"
    LOGIN = "login"
    SECRET = "secret"  # noqa: S105  # a kind of value, not a secret
    CHARSET = "charset"
    FORMAT = "answer format"
    UA_TAX_NUMBER = "ЕДРПОУ or ИНН"
    BY_TAX_NUMBER = "УНП or ИНН"


class Setter(Enum):
    """Who fills a parameter: the person in a conversation, or the client by itself."""

    PERSON = "person"
    CLIENT = "client"


class Certainty(Enum):
    """How sure a fact is; SEED is the API document itself."""

    SEED = "seed"
    RECORDED = "A"
    VENDOR = "B"
    CLIENTS = "C"
    ANALOGY = "D"
    UNKNOWN = "U"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the API.

    `name` is how it is sent. `lowest` and `highest` bound an integer, both included. `values` are
    the only ones that a FLAG takes. `who_sets` tells the client's own parameters from those a
    person decides about. `words` are how a person is asked for it; without any it goes by its name.
    `same` names a parameter that asks for the same thing: what was answered there is offered here.
    `quiet` is one that few have a use for: it stands on the summary, and is asked from there alone.
    """

    name: str
    kind: Kind
    commands: frozenset[Command]
    lowest: int | None = None
    highest: int | None = None
    values: tuple[str, ...] = ()
    who_sets: Setter = Setter.PERSON
    certainty: Certainty = Certainty.SEED
    words: Words = NO_WORDS
    same: str | None = None
    quiet: bool = False


def flag(
    name: str,
    commands: frozenset[Command],
    *values: str,
    words: Words = NO_WORDS,
    certainty: Certainty = Certainty.SEED,
) -> Parameter:
    """A parameter that takes 1, or the given values."""
    return Parameter(name, Kind.FLAG, commands, values=values or ("1",), certainty=certainty, words=words)


LIST_MAX: Final = 15_000
"""The most names that one list request gives (`cnt`, seed)."""

OCCUPATIONS: Final = 19
"""`by_ocup` runs from 1 to this (seed); what each number means is told in the cabinet only."""

MAILING_TYPES: Final = 3
"""`by_type` runs from 1 to this (seed)."""


class FormKey(StrEnum):
    """The countries whose operators want to know the company."""

    UA = "ua"
    BY = "by"


def company_field(
    name: str,
    words: Words = NO_WORDS,
    kind: Kind = Kind.TEXT,
    *,
    bounds: tuple[int, int] | None = None,
    same: str | None = None,
    certainty: Certainty = Certainty.SEED,
) -> Parameter:
    """A field of a company form: a parameter of the commands that file a name."""
    lowest, highest = bounds or (None, None)
    return Parameter(name, kind, _FILED, lowest, highest, certainty=certainty, words=words, same=same)


@dataclass(frozen=True, slots=True)
class CompanyForm:
    """What SMSC wants to know of a company in a country: every field, in the seed's order."""

    key: FormKey
    fields: tuple[Parameter, ...]


UA_FORM: Final = CompanyForm(
    FormKey.UA,
    (
        company_field(
            "fio",
            Words("Company", "What is the legal name of the company?", SameEverywhere("ТОВ «Ромашка»")),
            same="by_fio",
        ),
        company_field(
            "inn",
            Words(
                "Tax number",
                "What is its ЕДРПОУ (8 digits) or ИНН (10 or 12 digits)?",
                SameEverywhere("32855961"),
            ),
            Kind.UA_TAX_NUMBER,
        ),
        company_field(
            "site",
            Words(
                "Web site",
                "What is its web site or page in a social network?",
                SameEverywhere("romashka.example"),
            ),
            Kind.SITE,
            same="by_site",
        ),
        company_field(
            "email",
            Words(
                "E-mail",
                "At which e-mail address can the company be reached?",
                SameEverywhere("info@romashka.example"),
            ),
            Kind.EMAIL,
        ),
        company_field(
            "address",
            Words("Address", "What is its actual address?", SameEverywhere("Київ, вул. Хрещатик, 1")),
            same="by_address",
        ),
        company_field("desc", Words("Services", "Which services does the sender offer?", "Delivery of flowers")),
        company_field("subj", Words("Subject", "What will the messages be about?", "The state of an order")),
    ),
)
"""For `ua_reg` and `ua_int` (seed)."""

BY_FORM: Final = CompanyForm(
    FormKey.BY,
    (
        company_field(
            "by_fio",
            Words("Company (Belarus)", "What is the name of the company?", SameEverywhere("ООО «Ромашка»")),
            same="fio",
        ),
        company_field(
            "by_inn",
            Words(
                "УНП (Belarus)",
                "What is its УНП (9 digits) or ИНН (10 or 12 digits)?",
                SameEverywhere("100582333"),
            ),
            Kind.BY_TAX_NUMBER,
        ),
        company_field(
            "by_address",
            Words(
                "Address (Belarus)",
                "What is the address of the company?",
                SameEverywhere("Минск, пр. Независимости, 1"),
            ),
            same="address",
        ),
        company_field(
            "by_ocup",
            Words(
                "Field of business",
                "Which field of business? Its number, 1 to {most}. What each means stands in a list in SMSC's cabinet,"
                " behind the login; you can paste a whole line of it.",
                SameEverywhere("7"),
            ),
            Kind.INTEGER,
            bounds=(1, OCCUPATIONS),
        ),
        company_field(
            "by_type",
            Words(
                "Kind of messages",
                "Which kind of messages? Its number, 1 to {most}. What each means stands in a list in SMSC's cabinet,"
                " behind the login; you can paste a whole line of it.",
                SameEverywhere("1"),
            ),
            Kind.INTEGER,
            bounds=(1, MAILING_TYPES),
        ),
        company_field(
            "by_mes",
            Words("Sample message", "What will a message look like? Write one.", "Your order 1024 is on its way."),
        ),
        company_field(
            "by_site",
            Words(
                "Web site (Belarus)",
                "What is the web site of the company?",
                SameEverywhere("romashka.example"),
            ),
            Kind.SITE,
            same="site",
        ),
    ),
)
"""For `by_reg` and `by_int` (seed)."""


@dataclass(frozen=True, slots=True)
class Programme:
    """A way to file a name with an operator or in a country: one flag of `add` and `chg`.

    Args:
        flag: the parameter, sent as 1.
        operator: the operator's own name, spelled as in the seed; the flag itself for a country.
        country: ISO 3166 code of the country whose subscribers it reaches.
        paid: whether a monthly fee is taken for the name: True for the `_step` flags except
            `sber_step` (seed, B), None where the seed speaks of the tariff for traffic only.
        form: the company form that has to go with it.
        national: True for the lower tariff of national traffic, False for the higher one of
            international traffic.
        certainty: of all that.

    """

    flag: str
    operator: str
    country: str
    paid: bool | None = None
    form: FormKey | None = None
    national: bool | None = None
    certainty: Certainty = Certainty.SEED

    @property
    def parameter(self) -> Parameter:
        """The flag as it is sent."""
        return flag(self.flag, _FILED, certainty=self.certainty)


PROGRAMMES: Final = (
    Programme("mts_step", "MTS", "RU", paid=True),
    Programme("sber_step", "СберМобайл", "RU", paid=False),
    Programme("tele2", "Tele2", "RU", paid=False),
    Programme("motiv", "МОТИВ", "RU", paid=False),
    Programme("mega_step", "Мегафон", "RU", paid=True),
    Programme("bee_step", "Билайн", "RU", paid=True),
    Programme("motiv_step", "МОТИВ", "RU", paid=True),
    Programme("winmob_step", "Win-Mobile", "RU", paid=True),
    Programme("volnamob_step", "Волна мобайл", "RU", paid=True),
    Programme("tele2_step", "Tele2", "RU", paid=True),
    Programme("ua_reg", "ua_reg", "UA", form=FormKey.UA, national=True),
    Programme("ua_int", "ua_int", "UA", form=FormKey.UA, national=False),
    Programme("by_reg", "by_reg", "BY", form=FormKey.BY, national=True),
    Programme("by_int", "by_int", "BY", form=FormKey.BY, national=False),
)
"""The programmes of the seed, in its order. There is none for an operator of Kazakhstan."""


_CLIENT: Final = (
    Parameter("login", Kind.LOGIN, _EVERY, who_sets=Setter.CLIENT),
    Parameter("psw", Kind.SECRET, _EVERY, who_sets=Setter.CLIENT),
    Parameter("apikey", Kind.SECRET, _EVERY, who_sets=Setter.CLIENT),
    Parameter("charset", Kind.CHARSET, _EVERY, who_sets=Setter.CLIENT),
    Parameter("fmt", Kind.FORMAT, _EVERY, 0, 3, who_sets=Setter.CLIENT),
    Parameter("user", Kind.LOGIN, SENDERS, who_sets=Setter.CLIENT),
    *(
        Parameter(each.value, Kind.FLAG, frozenset({each}), values=("1",), who_sets=Setter.CLIENT)
        for each in Command
        if each in SENDERS
    ),
)

_PERSON: Final = (
    flag("all", _GET, "0", "1"),
    flag("operators", _GET),
    flag("files", _GET),
    Parameter("from_date", Kind.DATE, _GET),
    Parameter("prev_id", Kind.INTEGER, _GET, 1),
    Parameter("cnt", Kind.INTEGER, _GET, 1, LIST_MAX),
    Parameter("sender", Kind.SENDER_NAME, SENDERS - _GET),
    Parameter("id", Kind.INTEGER, frozenset({Command.CHG, Command.DEL}), 1),
    Parameter("cmt", Kind.TEXT, _FILED, words=Words("Comment")),
    flag("mail", _FILED),
    Parameter("name", Kind.TEXT, _FILED, words=Words("Owner")),
    Parameter("doc_info", Kind.TEXT, _FILED),
    Parameter("code", Kind.CODE, frozenset({Command.CHECK_CODE})),
    Parameter("site_name", Kind.SITE, frozenset({Command.SEND_CODE}), words=Words("Site in the text")),
    Parameter("cur", Kind.FLAG, frozenset({Command.BALANCE}), values=("1",), certainty=Certainty.VENDOR),
)

_CODE_SITE: Final = Parameter("site", Kind.SENDER_NAME, frozenset({Command.SEND_CODE}), words=Words("Code sent from"))
"""`site` a second time: with `send_code` it is the active Sender ID that the code comes from."""


def _rows() -> Iterable[tuple[str, Parameter]]:
    for each in (*_CLIENT, *_PERSON):
        yield each.name, each
    yield "code_site", _CODE_SITE
    for programme in PROGRAMMES:
        yield programme.flag, programme.parameter
    for form in (UA_FORM, BY_FORM):
        for field in form.fields:
            yield field.name, field


PARAMETERS: Final[Mapping[str, Parameter]] = MappingProxyType(dict(_rows()))
"""Every parameter once by meaning; the key is its name, but `code_site` for send_code's `site`."""


REQUIRED: Final[Mapping[Command, tuple[tuple[str, ...], ...]]] = MappingProxyType(
    {
        Command.GET: (),
        Command.ADD: (("sender",), ("cmt",)),
        Command.CHG: (("sender", "id"),),
        Command.SEND_CODE: (("sender",),),
        Command.CHECK_CODE: (("sender",), ("code",)),
        Command.DEL: (("sender", "id"),),
        Command.BALANCE: (),
    }
)
"""What a command can't do without, one of each group. `add` without `cmt` is error 1 (A)."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What can be sent to SMSC and understood from it.

    Args:
        parameters: by key; a key is a parameter's name, or another word where a name has two
            meanings. programmes: by flag, in the order in which they are offered. forms: the
            company forms by key.

    """

    parameters: Mapping[str, Parameter]
    programmes: Mapping[str, Programme]
    forms: Mapping[FormKey, CompanyForm]

    @property
    def company_fields(self) -> Mapping[str, Parameter]:
        """The fields of every company form, by name."""
        return {row.name: row for form in self.forms.values() for row in form.fields}

    def parameter(self, command: Command, name: str) -> Parameter | None:
        """What `name` means with `command`; None where the command does not take it."""
        found = self.parameters.get(name)
        if found is not None and found.name == name and command in found.commands:
            return found
        return next(
            (each for each in self.parameters.values() if each.name == name and command in each.commands),
            None,
        )

    def of(self, command: Command) -> tuple[Parameter, ...]:
        """Every parameter that a command takes."""
        return tuple(each for each in self.parameters.values() if command in each.commands)

    def of_form(self, key: FormKey) -> tuple[Programme, ...]:
        """The programmes that ask for a company form."""
        return tuple(each for each in self.programmes.values() if each.form is key)

    def with_programme(self, programme: Programme) -> Catalogue:
        """The same with one more programme, which can be sent, listed and read from then on."""
        return replace(
            self,
            parameters={**self.parameters, programme.flag: programme.parameter},
            programmes={**self.programmes, programme.flag: programme},
        )

    def with_field(self, key: FormKey, field: Parameter) -> Catalogue:
        """The same with one more field at the end of a company form."""
        form = self.forms[key]
        longer = replace(form, fields=(*form.fields, field))
        return replace(self.with_parameter(field), forms={**self.forms, key: longer})

    def with_parameter(self, parameter: Parameter) -> Catalogue:
        """The same with one more parameter."""
        return replace(self, parameters={**self.parameters, parameter.name: parameter})


def seed_catalogue() -> Catalogue:
    """The catalogue as the seed has it."""
    return Catalogue(
        PARAMETERS,
        MappingProxyType({each.flag: each for each in PROGRAMMES}),
        MappingProxyType({each.key: each for each in (UA_FORM, BY_FORM)}),
    )


DOCUMENT_FORMATS: Final = ("jpg", "tif", "pdf", "png", "zip", "rar")
"""The formats of a document for operators (seed)."""

DOCUMENT_MAX_BYTES: Final = 3 * 1024 * 1024
"""The largest document (seed: 3 МБ)."""

LISTS_A_MINUTE: Final = 3
"""Identical list requests a minute; the next one is error 9 (B)."""

ADDS_A_MINUTE: Final = 5
"""`add` requests a minute; the next one is error 9 (B)."""

REQUESTS_AT_ONCE: Final = 15
"""So many requests of one login at once are error 9 (B)."""

BALANCES_A_MINUTE: Final = 10
"""Balance requests a minute; the next one is error 9 (B)."""
