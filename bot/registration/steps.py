"""The steps of a registration, from the comment to the documents. Shared by adding and changing.

Steps are made from rows of the catalogue: a programme, a field or a parameter that comes with a new catalogue is asked,
shown and sent without other code.

    comment ─▶ countries and operators ─▶ [which company] ─▶ [what is needed] ─▶ the company form of a country
            ─▶ further parameters ─▶ documents
"""

from __future__ import annotations

from typing import Final

from bot.conversation.inputs import Input, one_line
from bot.conversation.step import Answers, Json, Problem, Step
from bot.locales import Phrase, say, verbatim
from bot.registration.company_fields import company_field
from bot.registration.company_step import company_step
from bot.registration.documents import registration_documents
from bot.registration.facts import RegistrationFacts
from bot.registration.needed import TOLD_NEEDED
from bot.registration.parameters import further, further_step
from bot.registration.programmes import WHEN, countries_of, countries_step, programmes_step
from bot.registration.reasons import reasons
from bot.smsc import Catalogue, Command

COMMENT_MOST: Final = 500


def steps(catalogue: Catalogue, *, of_a_new_name: bool) -> tuple[Step[RegistrationFacts], ...]:
    """The steps of a registration, from the comment to the documents."""
    command = Command.ADD if of_a_new_name else Command.CHG
    countries = countries_of(catalogue)
    return (
        _comment(of_a_new_name=of_a_new_name),
        countries_step(countries, of_a_new_name=of_a_new_name),
        *(programmes_step(country) for country in countries),
        WHEN,
        company_step(catalogue),
        TOLD_NEEDED,
        *(
            company_field(row, form.key, [each.flag for each in catalogue.of_form(form.key)])
            for form in catalogue.forms.values()
            for row in form.fields
        ),
        *(further_step(row, of_a_new_name=of_a_new_name) for row in further(catalogue, command)),
        registration_documents(of_a_new_name=of_a_new_name),
    )


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
        if not of_a_new_name:
            return say("unchanged")
        return verbatim(answers["name"]) if "name" in answers else say("the name itself")

    return Step(
        key="comment",
        label=say("Comment"),
        ask=lambda _answers, _facts: asked if of_a_new_name else say("A new comment? Skip it to leave it as it is."),
        example=say("Flower shop in Almaty, states of orders"),
        read=read,
        openings=reasons,
        optional=True,
        skipped=skipped,
    )
