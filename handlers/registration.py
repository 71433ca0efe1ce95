"""What a name is registered with: operators, company forms, comment, documents. Shared by adding and changing.

Every step is a row made from the catalogue: a programme or a field that comes with a new catalogue is asked, shown and
sent without other code.

    countries ─▶ operators of each ─▶ when (paid ones, after the 20th) ─▶ the company form of a country ─▶ documents
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any, Final, Protocol

from bot.company import edrpou_is_right, email_is_right, inn_is_right, site_is_right, unp_is_right
from bot.conversation.flow import Answers, Choice, Json, Problem, Step, none_sent
from bot.conversation.inputs import AlbumInput, FileInput, Input, TextInput, one_line
from bot.legibility import Doubt
from bot.locales import Phrase, Texts, say, say_n, verbatim
from bot.reading import dress
from bot.reading.fields import email_in, list_number_in, register_number_in, site_in
from bot.senders.listing import Taken
from bot.senders.operations import DocumentRef, Request
from bot.smsc import Catalogue, Command, Programme
from bot.smsc.calendar import ALMATY, in_almaty
from handlers import papers
from handlers.inspection import megabytes
from handlers.papers import Paper

TEXT_MOST: Final = 255
COMMENT_MOST: Final = 500
DOCUMENTS_MOST: Final = 10
_USED_MOST: Final = 6
"""Numbers of the cabinet's lists that are offered again."""
LATE_DAY: Final = 20
"""After this day of a month a paid programme is offered for the 1st: its fee is for whole calendar months (B)."""

COUNTRIES: Final[Mapping[str, Phrase]] = {
    "KZ": say("Kazakhstan"),
    "RU": say("Russia"),
    "UA": say("Ukraine"),
    "BY": say("Belarus"),
}


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """What the steps look at beside the answers.

    `profile` holds the company's answers of last time, `now` is the present moment (epoch seconds), `taken` the names
    of the account, as they are spelled, `papers` the documents as they will be sent.
    """

    catalogue: Catalogue
    now: float
    profile: Mapping[str, Json] = field(default_factory=dict)
    taken: Taken = Taken()  # noqa: RUF009  # frozen
    papers: Mapping[str, Paper] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldWords:
    """How a field of a company form is asked.

    `same` names what is known of the company under another key. `read` takes off what may stand around the answer.
    `numbers` is set where the answer is a number of a list that only SMSC's cabinet shows, 1 to so many: the numbers
    that were used before are offered.
    """

    label: Phrase
    ask: Phrase
    example: Phrase
    check: Callable[[str], bool]
    wrong: Phrase
    same: tuple[str, ...] = ()
    read: Callable[[str], str] = dress.one_line
    numbers: int = 0


def _text_is_right(text: str) -> bool:
    return 2 <= len(text) <= TEXT_MOST


_TOO_LONG: Final = say("This takes 2 to {most} characters.", most=TEXT_MOST)
_NO_SITE: Final = say("That is no web address. It looks like example.com or https://example.com/shop.")


def _tax_id_is_right(text: str) -> bool:
    return edrpou_is_right(text) or inn_is_right(text)


def _by_tax_id_is_right(text: str) -> bool:
    return unp_is_right(text) or inn_is_right(text)


"""A whole number as a list has it; no part of another one, nothing below zero, no fraction, no range."""


def _at_most(most: int) -> Callable[[str], bool]:
    return lambda text: text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= most


FIELDS: Final[Mapping[str, FieldWords]] = {
    "fio": FieldWords(
        say("Company"),
        say("What is the legal name of the company?"),
        verbatim("ТОВ «Ромашка»"),
        _text_is_right,
        _TOO_LONG,
        ("by_fio",),
    ),
    "inn": FieldWords(
        say("Tax number"),
        say("What is its ЕДРПОУ (8 digits) or ИНН (10 or 12 digits)?"),
        verbatim("32855961"),
        _tax_id_is_right,
        say("That is no ЕДРПОУ of 8 digits and no ИНН of 10 or 12: a digit is wrong, missing or too many."),
        read=register_number_in,
    ),
    "site": FieldWords(
        say("Web site"),
        say("What is its web site or page in a social network?"),
        verbatim("romashka.example"),
        site_is_right,
        _NO_SITE,
        ("by_site",),
        site_in,
    ),
    "email": FieldWords(
        say("E-mail"),
        say("At which e-mail address can the company be reached?"),
        verbatim("info@romashka.example"),
        email_is_right,
        say("That is no e-mail address. It looks like name@example.com."),
        read=email_in,
    ),
    "address": FieldWords(
        say("Address"),
        say("What is its actual address?"),
        verbatim("Київ, вул. Хрещатик, 1"),
        _text_is_right,
        _TOO_LONG,
        ("by_address",),
    ),
    "desc": FieldWords(
        say("Services"),
        say("Which services does the sender offer?"),
        say("Delivery of flowers"),
        _text_is_right,
        _TOO_LONG,
    ),
    "subj": FieldWords(
        say("Subject"),
        say("What will the messages be about?"),
        say("The state of an order"),
        _text_is_right,
        _TOO_LONG,
    ),
    "by_fio": FieldWords(
        say("Company (Belarus)"),
        say("What is the name of the company?"),
        verbatim("ООО «Ромашка»"),
        _text_is_right,
        _TOO_LONG,
        ("fio",),
    ),
    "by_inn": FieldWords(
        say("УНП (Belarus)"),
        say("What is its УНП (9 digits) or ИНН (10 or 12 digits)?"),
        verbatim("100582333"),
        _by_tax_id_is_right,
        say("That is no УНП of 9 digits and no ИНН of 10 or 12: a digit is wrong, missing or too many."),
        read=register_number_in,
    ),
    "by_address": FieldWords(
        say("Address (Belarus)"),
        say("What is the address of the company?"),
        verbatim("Минск, пр. Независимости, 1"),
        _text_is_right,
        _TOO_LONG,
        ("address",),
    ),
    "by_ocup": FieldWords(
        say("Field of business"),
        say(
            "Which field of business? Its number, 1 to {most}. What each means stands in a list in SMSC's cabinet,"
            " behind the login; you can paste a whole line of it.",
            most=19,
        ),
        verbatim("7"),
        _at_most(19),
        say("This takes a whole number from 1 to {most}.", most=19),
        numbers=19,
        read=list_number_in,
    ),
    "by_type": FieldWords(
        say("Kind of messages"),
        say(
            "Which kind of messages? Its number, 1 to {most}. What each means stands in a list in SMSC's cabinet,"
            " behind the login; you can paste a whole line of it.",
            most=3,
        ),
        verbatim("1"),
        _at_most(3),
        say("This takes a whole number from 1 to {most}.", most=3),
        numbers=3,
        read=list_number_in,
    ),
    "by_mes": FieldWords(
        say("Sample message"),
        say("What will a message look like? Write one."),
        say("Your order 1024 is on its way."),
        _text_is_right,
        _TOO_LONG,
    ),
    "by_site": FieldWords(
        say("Web site (Belarus)"),
        say("What is the web site of the company?"),
        verbatim("romashka.example"),
        site_is_right,
        _NO_SITE,
        ("site",),
        site_in,
    ),
}
"""The company fields of the seed in words. A field that is not here is asked under its own name."""


def words_of(name: str) -> FieldWords:
    """How a field is asked; one that is new in the catalogue goes by its own name."""
    known = FIELDS.get(name)
    if known is not None:
        return known
    return FieldWords(
        verbatim(name), say("What shall be sent as {field}?", field=name), verbatim("…"), _text_is_right, _TOO_LONG
    )


def steps(catalogue: Catalogue, *, of_a_new_name: bool) -> tuple[Step[RegistrationFacts], ...]:
    """The steps of a registration, from the comment to the documents."""
    countries = list(dict.fromkeys(each.country for each in catalogue.programmes.values()))
    return (
        _comment(of_a_new_name=of_a_new_name),
        _countries(countries, of_a_new_name=of_a_new_name),
        *(_programmes(country) for country in countries),
        _WHEN,
        *(
            _company_field(each.name, form.key, [row.flag for row in catalogue.of_form(form.key)])
            for form in catalogue.forms.values()
            for each in form.fields
        ),
        _documents(of_a_new_name=of_a_new_name),
    )


def chosen(answers: Answers) -> list[str]:
    """The flags of the programmes that were chosen."""
    picked = answers.get("countries") or ()
    return [flag for country in picked for flag in answers.get(f"programmes_{country}") or ()]


def paid(answers: Answers, facts: RegistrationFacts) -> list[Programme]:
    """The chosen programmes that cost a monthly fee."""
    programmes = facts.catalogue.programmes
    return [programmes[flag] for flag in chosen(answers) if flag in programmes and programmes[flag].paid]


def notes(answers: Answers, facts: RegistrationFacts) -> Sequence[Phrase]:
    """What is said under a summary: what it costs, as far as SMSC's API says so (the seed; fees: B)."""
    picked = [facts.catalogue.programmes[flag] for flag in chosen(answers) if flag in facts.catalogue.programmes]
    if not picked:
        return (say("Registering costs nothing with what is chosen here."),)
    costly = [each.operator for each in picked if each.paid]
    free = [each.operator for each in picked if each.paid is False]
    tariffs = [each for each in picked if each.paid is None]
    told: list[Phrase] = []
    if costly:
        told.append(
            say(
                "💰 <b>Paid</b>: {operators}. The fee is taken in full for the whole calendar month when the operator"
                " connects the name, and again on the 1st of each month, even if nothing"
                " is sent.",
                operators=", ".join(costly),
            )
        )
    if free:
        told.append(say("<b>Free</b>: {operators}.", operators=", ".join(free)))
    told.extend(
        say(
            "<b>{country}, {tariff}</b>: it decides what each message costs there. SMSC shows the prices, and"
            " whether registering costs something, in its cabinet; they cannot be seen here.",
            country=country_label(each.country),
            tariff=programme_label(each),
        )
        for each in tariffs
    )
    return tuple(told)


def company_answers(catalogue: Catalogue, answers: Answers) -> dict[str, Json]:
    """What was said about the company."""
    names = {each.name for form in catalogue.forms.values() for each in form.fields}
    return {key: value for key, value in answers.items() if key in names}


def remembered(profile: Mapping[str, Json], catalogue: Catalogue, answers: Answers) -> dict[str, Json]:
    """What is known of the company with what was said about it now: it is offered again next time."""
    said = company_answers(catalogue, answers)
    used = {
        _used(key): list(dict.fromkeys([value, *(profile.get(_used(key)) or ())]))[:_USED_MOST]
        for key, value in said.items()
        if words_of(key).numbers
    }
    return {**profile, **said, **used}


def _used(name: str) -> str:
    """Where the numbers are kept that a field was answered with, the last one first."""
    return f"{name}:used"


def requests(
    command: Command,
    name: str,
    own: Mapping[str, Any],
    answers: Answers,
    facts: RegistrationFacts,
    draft: Mapping[str, Any],
    *,
    known_by: Mapping[str, Any],
    t: Texts,
    documents_before: int | None = 0,
) -> list[Request]:
    """The requests that a registration becomes: the first with everything, then one for each further document.

    Args:
        command: ADD or CHG.
        name: the sender name.
        own: the parameters of the conversation's own.
        answers: of the steps above.
        facts: what the steps looked at.
        draft: the form, to go on with if SMSC refuses.
        known_by: `sender` or `id`: how the further requests name it.
        t: the language in which the parts of what was sent together are told.
        documents_before: how many documents the name has already; None: nobody knows.
    """
    values = {**own, **dict.fromkeys(chosen(answers), True), **company_answers(facts.catalogue, answers)}
    not_before = float(answers.get("when") or 0.0)
    documents = answers.get("documents") or ()
    sent = papers.papers(documents, name, documents_before or 0)
    files = [_reference(each, paper, t) for each, paper in zip(documents, sent, strict=True)]
    first = Request(command, name, values, files[0] if files else None, draft, not_before, documents_before)
    return [
        first,
        *(
            Request(
                Command.CHG,
                name,
                dict(known_by),
                each,
                None,
                0.0,
                None if documents_before is None else documents_before + number,
            )
            for number, each in enumerate(files[1:], 1)
        ),
    ]


def first_of_next_month(now: float) -> float:
    """The beginning of the 1st of the next month in Almaty, in epoch seconds."""
    today = in_almaty(now)
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    return datetime(year, month, 1, 0, 10, tzinfo=ALMATY).timestamp()


def programme_label(programme: Programme) -> Phrase:
    """A programme as a button and a summary name it; free and paid told apart in a word."""
    if programme.national is not None:
        return say("lower tariff") if programme.national else say("higher tariff")
    if programme.paid is None:
        return verbatim(programme.operator)
    return (
        say("{operator} paid", operator=programme.operator)
        if programme.paid
        else say("{operator} free", operator=programme.operator)
    )


def country_label(country: str) -> Phrase:
    """A country's name; one without a name here goes by its code."""
    return COUNTRIES.get(country, verbatim(country))


# Steps


def _comment(*, of_a_new_name: bool) -> Step[RegistrationFacts]:
    def read(received: Input, _answers: Answers, _facts: RegistrationFacts) -> Json | Problem:
        text = one_line(received)
        if not text or len(text) > COMMENT_MOST:
            return Problem(say("A comment has 1 to {most} characters.", most=COMMENT_MOST))
        return text

    asked = say("What is the name for? One sentence for the moderator: what you sell, and what the messages are about.")

    def skipped(answers: Answers, _facts: RegistrationFacts) -> Phrase:
        """SMSC takes no name without a comment (A, 2013): the name itself is sent as one; a change leaves it alone."""
        return verbatim(answers["name"]) if of_a_new_name else say("unchanged")

    return Step(
        key="comment",
        label=say("Comment"),
        ask=lambda _answers, _facts: asked if of_a_new_name else say("A new comment? Skip it to leave it as it is."),
        example=say("Flower shop in Almaty, states of orders"),
        read=read,
        optional=True,
        skipped=skipped,
    )


def _letters(answers: Answers, _facts: object) -> bool:
    name = str(answers.get("name", ""))
    return "@" not in name and not name.isdigit()


def _countries(countries: Sequence[str], *, of_a_new_name: bool) -> Step[RegistrationFacts]:
    return Step(
        key="countries",
        label=say("Countries"),
        ask=lambda _answers, _facts: say(
            "To which countries will the messages go? For Kazakhstan there is nothing to choose here; in the others a"
            " name is registered with their operators."
        ),
        takes=(),
        choices=lambda _answers, _facts: [Choice(each, country_label(each), each) for each in countries],
        show=lambda value, _facts: country_label(value),
        applies=_letters,
        optional=True,
        many=True,
        skip=say("Only Kazakhstan") if of_a_new_name else say("Leave as it is"),
        skipped=lambda _answers, _facts: say("only Kazakhstan") if of_a_new_name else say("unchanged"),
        branches=True,
    )


def _programmes(country: str) -> Step[RegistrationFacts]:
    def own(facts: RegistrationFacts) -> list[Programme]:
        return [each for each in facts.catalogue.programmes.values() if each.country == country]

    def show(value: Json, facts: RegistrationFacts) -> Phrase:
        programme = facts.catalogue.programmes.get(value)
        return programme_label(programme) if programme is not None else verbatim(value)

    def ask(_answers: Answers, facts: RegistrationFacts) -> Phrase:
        if any(each.paid for each in own(facts)):
            return say(
                "{country}: which operators? A paid one is charged for the whole calendar month, and again on the"
                " 1st of each month.",
                country=country_label(country),
            )
        return say(
            "{country}: which tariff? SMSC needs the company's data for it; I ask for them next.",
            country=country_label(country),
        )

    return Step(
        key=f"programmes_{country}",
        label=country_label(country),
        ask=ask,
        takes=(),
        choices=lambda _answers, facts: [Choice(each.flag, programme_label(each), each.flag) for each in own(facts)],
        show=show,
        applies=lambda answers, facts: _letters(answers, facts) and country in (answers.get("countries") or ()),
        optional=True,
        many=True,
        branches=True,
    )


def _late(answers: Answers, facts: RegistrationFacts) -> bool:
    return "when" in answers or (in_almaty(facts.now).day > LATE_DAY and bool(paid(answers, facts)))


def _when_shown(value: Json, _facts: RegistrationFacts) -> Phrase:
    if not value:
        return say("at once")
    return say("on the 1st: {day}", day=in_almaty(value).strftime("%d.%m.%Y"))


_WHEN: Final = Step[RegistrationFacts](
    key="when",
    label=say("When"),
    ask=lambda _answers, _facts: say(
        "The fee of a paid operator is for the whole calendar month, and this one is nearly over. Send it at once, or"
        " on the 1st?"
    ),
    takes=(),
    choices=lambda _answers, facts: [
        Choice("first", say("On the 1st"), first_of_next_month(facts.now)),
        Choice("now", say("At once"), 0),
    ],
    show=_when_shown,
    applies=lambda answers, facts: bool(paid(answers, facts)) and _late(answers, facts),
)


def _company_field(name: str, form: str, flags: Sequence[str]) -> Step[RegistrationFacts]:
    words = words_of(name)

    def read(received: Input, _answers: Answers, _facts: RegistrationFacts) -> Json | Problem:
        text = words.read(received.text) if isinstance(received, TextInput) else ""
        return text if words.check(text) else Problem(words.wrong)

    def used(_answers: Answers, facts: RegistrationFacts) -> Sequence[Choice]:
        return [Choice(each, verbatim(each), each) for each in facts.profile.get(_used(name)) or () if words.numbers]

    def suggest(answers: Answers, facts: RegistrationFacts) -> Json:
        for key in (name, *words.same):
            value = answers.get(key) or facts.profile.get(key)
            if value and words.check(value):
                return value
        return None

    return Step(
        key=name,
        label=words.label,
        ask=lambda _answers, _facts: words.ask,
        example=words.example,
        read=read,
        choices=used,
        suggest=suggest,
        applies=lambda answers, _facts: any(flag in chosen(answers) for flag in flags),
        block=form,
        typed=words.check is not _text_is_right,
    )


def _read_document(received: Input, _answers: Answers, _facts: RegistrationFacts) -> Json | Problem:
    if not isinstance(received, FileInput) or received.format is None:
        return Problem(say("A file or a photo is needed here."))
    description = one_line(TextInput(received.caption or ""))[:TEXT_MOST]
    return {
        "file_id": received.file_id,
        "name": received.name,
        "size": received.size or 0,
        "description": description or None,
        "shown": received.shown,
        "sources": received.sources,
        "photo": received.photo,
        "sent": received.sent,
        "pages": received.pages,
        "doubts": [[page, why.value] for page, why in received.doubts],
    }


def doubt_told(document: Json) -> Phrase | None:
    """Why a moderator may not be able to read a document, where that is to be feared."""
    doubts = {page: Doubt(why) for page, why in document.get("doubts") or ()}
    if not doubts:
        return None
    if document.get("pages", 1) == 1:
        (why,) = doubts.values()
        return say("{seen} Send another photo, or this one all the same.", seen=_SEEN[why])
    pages = reduce(lambda first, rest: say("{first}, {rest}", first=first, rest=rest), map(_of_page, doubts.items()))
    return say(
        "{pages}. A moderator may not be able to read it. Send all pages anew, or take them all the same.", pages=pages
    )


def _of_page(doubt: tuple[int, Doubt]) -> Phrase:
    page, why = doubt
    match why:
        case Doubt.DARK:
            return say("page {number} looks black", number=page)
        case Doubt.EMPTY:
            return say("page {number} looks empty", number=page)
        case Doubt.BLURRED:
            return say("page {number} looks blurred", number=page)


_SEEN: Final[Mapping[Doubt, Phrase]] = {
    Doubt.DARK: say("This looks black: a moderator would see nothing on it."),
    Doubt.EMPTY: say("This looks empty: a moderator would see nothing on it."),
    Doubt.BLURRED: say("This looks blurred: a moderator may not be able to read it."),
}


def _describe(text: str, document: Json) -> Json | Problem:
    told = one_line(TextInput(text))
    if not told or len(told) > TEXT_MOST:
        return Problem(_TOO_LONG)
    return {**document, "description": told}


class WithPapers(Protocol):
    """Facts of a form that gathers documents: how they will be called."""

    @property
    def papers(self) -> Mapping[str, Paper]:
        """Documents as they are sent, by `papers.key`."""


def document_shown(document: Json, facts: WithPapers) -> Phrase:
    """A document in a list or a summary, as SMSC will have it."""
    paper = facts.papers.get(papers.key(document)) or Paper(document["name"], document.get("description"))
    size, told = megabytes(document["size"]), paper.told()
    if told is None:
        return say("{name}, {size}", name=paper.name, size=size)
    return say("{name}, {size}: {description}", name=paper.name, size=size, description=told)


def document_step(
    *,
    optional: bool,
    ask: Callable[[Answers], Phrase],
    more: Callable[[Answers], Phrase],
    skipped: Callable[[Answers, Any], Phrase] = none_sent,
) -> Step[Any]:
    """The step that gathers documents."""
    return Step(
        key="documents",
        label=say("Documents"),
        ask=lambda answers, _facts: ask(answers),
        more=lambda answers, _facts: more(answers),
        example=say("send the file, then type “Trademark certificate”"),
        takes=(FileInput, AlbumInput),
        read=_read_document,
        amend=_describe,
        said=lambda document: document.get("description") or "",
        doubt=doubt_told,
        show=document_shown,
        optional=optional,
        skipped=skipped,
        many=True,
        most=DOCUMENTS_MOST,
    )


def _documents(*, of_a_new_name: bool) -> Step[Any]:
    return document_step(
        optional=True,
        more=lambda _answers: say("Anything more? Send it, or tap “Done”. A text you type describes the last one."),
        ask=lambda _answers: say(
            "Documents for the operators, if you have any: a trademark certificate, a certificate of the domain. A file"
            " or a photo, at most 3 MB: JPG, TIF, PDF, PNG, ZIP, RAR. After a file, type what it is."
        ),
        skipped=lambda _answers, _facts: say("none") if of_a_new_name else say("no new ones"),
    )


def _reference(document: Json, paper: Paper, t: Texts) -> DocumentRef:
    told = paper.told()
    description = t.label(told)[:TEXT_MOST] if told is not None else None
    return DocumentRef(document["file_id"], paper.name, document["size"], description)


def documents_told(count: int) -> Phrase:
    """A number of documents."""
    return say_n("{count} document", "{count} documents", count)
