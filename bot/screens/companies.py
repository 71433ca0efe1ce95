"""Companies that a person keeps: the list, the card of one, a document of it, what ends soon."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from markupsafe import Markup

from bot.companies import COMPANIES_MOST, DOCUMENTS_MOST, Company, CompanyDocument, DocumentKind, Kept, UseRow, today
from bot.conversation.form import WIDE_MOST, clipped, home_button
from bot.conversation.screen import Button, Row, Screen, Style, pairs
from bot.locales import Phrase, Texts, say, say_n, verbatim
from bot.screens import parameters
from bot.screens.buttons import (
    AddCompanyPaper,
    DeleteCompany,
    FillCompany,
    NewCompany,
    OpenCompany,
    OpenCompanyPaper,
    PlanChanges,
    RenameCompany,
    ShowCompanies,
)
from bot.screens.programmes import country_label
from bot.smsc import Catalogue
from bot.smsc.catalogue import FormKey

PAGE: Final = 8
_NAMES_MOST: Final = 12
"""Names that are told one by one."""
_VALUE_MOST: Final = 60
"""Letters of a field that are shown."""

KINDS: Final[Mapping[DocumentKind, Phrase]] = {
    DocumentKind.REGISTRATION: say("Registration"),
    DocumentKind.TRADEMARK: say("Trademark"),
    DocumentKind.DOMAIN: say("Domain"),
    DocumentKind.LETTER: say("Letter of consent"),
    DocumentKind.CONTRACT: say("Contract"),
    DocumentKind.OTHER: say("Another document"),
}


@dataclass(frozen=True, slots=True)
class CompanyTold:
    """A company with what is known of it beside: who uses it, which files Telegram has no more, which day it is.

    `changed`: it was changed just now, and SMSC is to be told. `whose`: what the accounts and subclients are called
    whose names use it.
    """

    company: Company
    catalogue: Catalogue
    now: float
    zone: int
    uses: Sequence[UseRow] = ()
    gone: Collection[str] = ()
    changed: bool = False
    whose: Mapping[tuple[int, str], str] = field(default_factory=dict)


def country_of(form: FormKey) -> Phrase:
    """The country whose operators want a company form."""
    return country_label(form.value.upper())


def companies_screen(t: Texts, kept: Kept, page: int = 0) -> Screen:
    """All companies of a person, a page at a time."""
    count = len(kept.companies)
    pages = max(1, -(-count // PAGE))
    page = min(page, pages - 1)
    lines: list[Markup | str] = [
        t("<b>Companies</b>"),
        "",
        t("A company is kept here with its data and documents. In a form for a name one tap fills them in."),
    ]
    if not count:
        lines.append(t("There is none yet. After you registered a name, its receipt offers to keep the company."))
    if kept.unreadable:
        told = say_n(
            "{count} company cannot be read any more.", "{count} companies cannot be read any more.", kept.unreadable
        )
        lines.append(t("⚠️ {told}", told=told))
    shown = kept.companies[page * PAGE : (page + 1) * PAGE]
    rows: list[Row] = [(Button(clipped(each.name, WIDE_MOST), OpenCompany(each.id)),) for each in shown]
    if pages > 1:
        before, after = ShowCompanies((page - 1) % pages), ShowCompanies((page + 1) % pages)
        rows.append((Button("‹", before), Button(f"{page + 1}/{pages}", ShowCompanies(page)), Button("›", after)))
    rows.append((Button(t.label("New company"), NewCompany(), Style.PRIMARY), home_button(t)))
    return Screen(t.lines(*lines), tuple(rows))


def company_screen(t: Texts, told: CompanyTold) -> Screen:
    """A company: its data, its documents, who uses it, and what can be done with it."""
    company = told.company
    lines: list[Markup | str] = [t("🏢 <b>{name}</b>", name=company.name)]
    for form in told.catalogue.forms.values():
        known = [row for row in form.fields if company.fields.get(row.name)]
        country = country_of(form.key)
        lines += [
            "",
            t("<b>{country}</b>: {known} of {all} fields", country=country, known=len(known), all=len(form.fields)),
        ]
        lines += [
            t(
                "{label}: {value}",
                label=parameters.label(row),
                value=clipped(t.label(parameters.shown(row, company.fields[row.name])), _VALUE_MOST),
            )
            for row in known
        ]
    lines += ["", t("<b>Documents</b>: {count}", count=len(company.documents))]
    lines += [
        t("{number}. {item}", number=number, item=document_told(t, each, told))
        for number, each in enumerate(company.documents, 1)
    ]
    if told.uses:
        lines += ["", *_used_by(t, told)]
        if told.changed:
            lines.append(t("SMSC does not know of it yet. The button below shows what would be sent, name by name."))
    rows: list[Row] = []
    if told.uses:
        label = say_n("Change {count} name…", "Change {count} names…", len(told.uses))
        rows.append((Button(t.label(label), PlanChanges(company.id), Style.PRIMARY if told.changed else Style.PLAIN),))
    rows.append(
        tuple(
            Button(t.label("✎ {country}", country=country_of(form.key)), FillCompany(company.id, form.key))
            for form in told.catalogue.forms.values()
        )
    )
    papers = [
        Button(clipped(f"📎 {number}. {each.name}"), OpenCompanyPaper(company.id, each.number))
        for number, each in enumerate(company.documents, 1)
    ]
    rows += pairs(papers)
    if len(company.documents) < DOCUMENTS_MOST:
        rows.append((Button(t.label("Add a document"), AddCompanyPaper(company.id)),))
    rows.append(
        (Button(t.label("✎ Rename"), RenameCompany(company.id)), Button(t.label("Delete…"), DeleteCompany(company.id)))
    )
    rows.append((Button(t.label("‹ Companies"), ShowCompanies()), home_button(t)))
    return Screen(t.lines(*lines), tuple(rows))


def _used_by(t: Texts, told: CompanyTold) -> list[Markup]:
    """The names that were registered with a company; of several accounts and subclients, each with its own."""
    names: dict[tuple[int, str], list[str]] = {}
    for each in told.uses:
        names.setdefault((each.account_id, each.subclient), []).append(each.name)
    if len(names) == 1:
        return [t("<b>Used by</b>: {names}", names=_listed(t, own)) for own in names.values()]
    lines = [t("<b>Used by</b>: {names}", names=say_n("{count} name", "{count} names", len(told.uses)))]
    for whom, own in list(names.items())[:PAGE]:
        lines.append(
            t("• {document}", document=t("{what}: {name}", what=told.whose.get(whom, "…"), name=_listed(t, own)))
        )
    left = len(names) - PAGE
    return lines if left <= 0 else [*lines, t(say_n("… and {count} more", "… and {count} more", left))]


def _listed(t: Texts, names: Sequence[str]) -> Markup | str:
    listed, left = ", ".join(names[:_NAMES_MOST]), len(names) - _NAMES_MOST
    return t("{names} and {count} more", names=listed, count=left) if left > 0 else listed


def document_told(t: Texts, document: CompanyDocument, told: CompanyTold) -> Markup:
    """A document in a line: what it is, until when, and what is the matter with it."""
    what = document.file.get("description") or KINDS[document.kind]
    line = t("{what}: {name}", what=what, name=document.name)
    if document.ends is not None:
        line = t("{document} · {until}", document=line, until=until_told(document.ends, told.now, told.zone))
    if document.file_id in told.gone:
        line = t("{document} · ❗ Telegram has it no more: send it again", document=line)
    return line


def until_told(ends: date, now: float, zone: int) -> Phrase:
    """Until when a document is valid."""
    day, left = f"{ends:%d.%m.%Y}", (ends - today(now, zone)).days
    if left < 0:
        return say("⚠️ ended on {day}", day=day)
    if left <= 30:  # as long as one is reminded
        return say_n("valid until {day}, {count} day left", "valid until {day}, {count} days left", left, day=day)
    return say("valid until {day}", day=day)


def document_screen(t: Texts, told: CompanyTold, document: CompanyDocument) -> Screen:
    """A document of a company, and what can be done with it."""
    company, number = told.company, document.number
    lines = [
        t("🏢 <b>{name}</b>", name=company.name),
        t(""),
        t("{label}: {value}", label=say("Kind"), value=KINDS[document.kind]),
        document_told(t, document, told),
    ]
    rows: tuple[Row, ...] = (
        (
            Button(t.label("Show it"), OpenCompanyPaper(company.id, number, "show")),
            Button(t.label("Another file"), AddCompanyPaper(company.id, number)),
        ),
        (Button(t.label("✎ What, until when"), OpenCompanyPaper(company.id, number, "tell")),),
        (Button(t.label("✕ Take out"), OpenCompanyPaper(company.id, number, "drop")),),
        (Button(t.label("‹ {name}", name=clipped(company.name, 18)), OpenCompany(company.id)), home_button(t)),
    )
    return Screen(t.lines(*lines), rows)


def delete_screen(t: Texts, told: CompanyTold) -> Screen:
    """What is lost with a company."""
    company = told.company
    documents = say_n("{count} document", "{count} documents", len(company.documents))
    names = say_n(
        "{count} name was registered with it: at SMSC nothing changes.",
        "{count} names were registered with it: at SMSC nothing changes.",
        len(told.uses),
    )
    text = t.lines(
        t("Delete <b>{name}</b> here, with its data and {documents}?", name=company.name, documents=documents),
        t(names) if told.uses else t("At SMSC nothing changes."),
    )
    rows: tuple[Row, ...] = (
        (Button(t.label("Keep it"), OpenCompany(company.id)),),
        (Button(t.label("Delete it"), DeleteCompany(company.id, "yes"), Style.DANGER),),
    )
    return Screen(text, rows)


def gone_screen(t: Texts) -> Screen:
    """A company, or a document of it, that is not kept any more."""
    text = t("This company is not kept here any more.")
    return Screen(text, ((Button(t.label("Companies"), ShowCompanies()), home_button(t)),))


def full_screen(t: Texts) -> Screen:
    """As many companies as one person may keep are there."""
    text = t(
        "You keep {most} companies already, and that is the most. Delete one that you need no more.",
        most=COMPANIES_MOST,
    )
    return Screen(text, ((Button(t.label("Companies"), ShowCompanies()), home_button(t)),))


def ending_screen(t: Texts, ending: Sequence[tuple[Company, CompanyDocument]], now: float, zone: int) -> Screen:
    """Documents that end soon, of all companies of a person."""
    lines: list[Markup | str] = [
        t(say_n("📅 {count} document ends soon:", "📅 {count} documents end soon:", len(ending))),
        "",
    ]
    for company, document in ending[:_NAMES_MOST]:
        until = until_told(document.ends, now, zone) if document.ends is not None else verbatim("")
        lines.append(t("• {company}, {name}: {until}", company=company.name, name=document.name, until=until))
    left = len(ending) - _NAMES_MOST
    if left > 0:
        lines.append(t(say_n("… and {count} more", "… and {count} more", left)))
    lines += ["", t("Send the new one to the company, so that names are registered with it from now on.")]
    companies = list({company.id: company for company, _ in ending}.values())[:PAGE]
    rows: list[Row] = [(Button(clipped(each.name, WIDE_MOST), OpenCompany(each.id)),) for each in companies]
    return Screen(t.lines(*lines), (*rows, (home_button(t),)), lasting=True)
