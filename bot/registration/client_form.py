"""The steps that a client fills in by a link: those of a registration, as far as whoever made the link asks for them.

The client sees nothing of what is prepared, of the account or of its names; what they fill in becomes answers of the
form for a new name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.client_links import ClientForm, Link
from bot.conversation.step import SKIPPED, Answers, Json, Step
from bot.registration.company_step import COMPANY
from bot.registration.facts import RegistrationFacts
from bot.registration.name_steps import NAME, OWNER
from bot.registration.steps import steps
from bot.smsc import Catalogue

FORM: Final = "client_form"
ROUND: Final = "client_round"
"""Under these a draft for a new name knows which form of a client it was made of, and as of which time of handing over.

No step has such a key."""


@dataclass(frozen=True, slots=True)
class ClientFacts(RegistrationFacts):
    """What the steps look at beside the answers.

    `asked`: the groups that are asked for. `prepared`: answers that are there beforehand. `title` stands above the
    form, `remark` is why it came back.
    """

    asked: frozenset[str] = frozenset()
    prepared: Answers = field(default_factory=dict)
    title: str = ""
    remark: str = ""


def client_steps(catalogue: Catalogue) -> tuple[Step[ClientFacts], ...]:
    """The steps of all groups, each asked where its group is."""
    every: Sequence[Step[Any]] = (NAME, OWNER, *steps(catalogue, of_a_new_name=True))
    return tuple(_asked_by(step, group) for step in every if (group := group_of(step)) is not None)


def group_of(step: Step[Any]) -> str | None:
    """The group of a step; None: a client is not asked that."""
    if step.key in {NAME.key, OWNER.key}:
        return "name"
    if step.key == "countries" or step.key.startswith("programmes_"):
        return "operators"
    if step.block:
        return "company"
    return step.key if step.key in {"comment", "documents"} else None


def _asked_by(step: Step[Any], group: str) -> Step[ClientFacts]:
    def applies(answers: Answers, facts: ClientFacts) -> bool:
        return group in facts.asked and step.applies({**facts.prepared, **answers}, facts)

    return replace(step, applies=applies)


def handed_over(link: Link, form: ClientForm) -> dict[str, Json]:
    """The answers of the form for a new name, made of what a client filled in.

    Messages of the client's chat are none of the person's who goes on with it: documents forget which they came with.
    Where the client was asked about the company, none of those that the person keeps is.
    """
    kept = {**link.prepared, **form.answers}
    if not {"company", "documents"}.isdisjoint(link.asked):
        kept[COMPANY] = SKIPPED
    if kept.get("documents"):
        kept["documents"] = [
            {**each, "shown": None, "sources": [[0, unique] for _, unique in each.get("sources") or ()]}
            for each in kept["documents"]
        ]
    return {**kept, FORM: form.id, ROUND: form.round}
