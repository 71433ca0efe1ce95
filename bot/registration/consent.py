"""Consent to the fees of paid operators: asked for by itself, right before the summary, and kept with what is sent.

It is for these operators and this month: where either changes afterwards, it does not count any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bot.conversation.draft import Draft
from bot.conversation.step import Answers, Choice, Json, Step
from bot.locales import Phrase, Texts, say
from bot.registration.facts import RegistrationFacts
from bot.registration.programmes import paid
from bot.screens.programmes import PRICE_ASKED
from bot.senders.operation import Consent

FEE: Final = "fee"
"""The step's key."""


def month(answers: Answers, facts: RegistrationFacts) -> str:
    """The month of the first fee, at the earliest: `2026-12`. Fees are for calendar months (B)."""
    begins = max(facts.now, float(answers.get("when") or 0.0))
    return datetime.fromtimestamp(begins, facts.zone).strftime("%Y-%m")


def wording(operators: Sequence[str], of_month: str) -> Phrase:
    """What one agrees to: the fee is taken in full for calendar months, whatever the usage (B)."""
    year, number = of_month.split("-")
    return say(
        "The fee of {operators} is taken in full for the calendar month in which the operator connects the name"
        " ({month} at the earliest), and again on the 1st of each month, even if nothing is sent.",
        operators=", ".join(operators),
        month=f"{number}.{year}",
    )


def agreed(answers: Answers, facts: RegistrationFacts) -> dict[str, Json]:
    """A consent that is given now, as an answer."""
    flags = sorted(each.flag for each in paid(answers, facts))
    return {"flags": flags, "month": month(answers, facts), "at": facts.now}


def holds(value: Json, answers: Answers, facts: RegistrationFacts) -> bool:
    """Whether a consent is for what is chosen now."""
    now = agreed(answers, facts)
    return isinstance(value, dict) and all(value.get(each) == now[each] for each in ("flags", "month"))


def consent_in(answers: Answers, facts: RegistrationFacts, t: Texts) -> Consent | None:
    """The consent that goes with a request, in the words that it was given in; None where there is no fee."""
    programmes = paid(answers, facts)
    if not programmes or not holds(answers.get(FEE), answers, facts):
        return None
    operators, of_month = tuple(each.operator for each in programmes), month(answers, facts)
    return Consent(operators, of_month, t.label(wording(operators, of_month)), float(answers[FEE]["at"]))


def agreed_for_all(value: Json, fees: int, answers: Answers, facts: RegistrationFacts) -> bool:
    """Whether so many fees were agreed to, for what is chosen now."""
    return holds(value, answers, facts) and value.get("fees", 0) >= fees


def without_consent(draft: Draft) -> Mapping[str, Any]:
    """A form to go on with after a refusal: the fee is agreed to anew."""
    return replace(draft, answers={key: each for key, each in draft.answers.items() if key != FEE}).to_json()


def _ask(answers: Answers, facts: RegistrationFacts) -> Phrase:
    operators = [each.operator for each in paid(answers, facts)]
    return say(PRICE_ASKED.text, wording=wording(operators, month(answers, facts)))


def _show(value: Json, _facts: RegistrationFacts) -> Phrase:
    year, number = str(value["month"]).split("-")
    return say("agreed to, from {month} on", month=f"{number}.{year}")


CONSENT: Final = Step[RegistrationFacts](
    key=FEE,
    label=say("Fee"),
    ask=_ask,
    takes=(),
    choices=lambda answers, facts: [Choice("agree", say("✔ I agree to the fee"), agreed(answers, facts))],
    show=_show,
    applies=lambda answers, facts: bool(paid(answers, facts)),
    holds=holds,
)
