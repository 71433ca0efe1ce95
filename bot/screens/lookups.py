"""A name that was not found: certainly not in the list, several that fit, or a list that could not be had."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from bot.conversation.callback import Callback
from bot.conversation.form import WIDE_MOST, clipped, home_button
from bot.conversation.screen import Button, Row, Screen, Style
from bot.locales import Phrase, Texts, moment, say
from bot.screens.accounts import whose
from bot.screens.buttons import DeleteName, OpenCard, ShowNames, SwitchToCard
from bot.screens.names import name_label
from bot.screens.problems import not_known
from bot.senders.listed import NotHad, NotListed, OfAnother, Several


def which(t: Texts, command: str) -> Screen:
    """A command that came without the name it is about."""
    return Screen(
        t(
            "For which name? Type it after the command, as in /{command} PARUS, or tap it in the list.",
            command=command,
        ),
        ((Button(t.label("My names"), ShowNames(), Style.PRIMARY), home_button(t)),),
    )


def unfound(
    t: Texts,
    looked: Several | NotListed | NotHad | OfAnother,
    word: str = "",
    again: Callback | None = None,
    way: Callable[[int], Callback] = OpenCard,
) -> Screen:
    """Why there is no such name, or not one alone, and what to do next.

    `word` is what was looked for, `again` looks for it once more, `way` goes on with one of several.
    """
    rows: list[Row] = []
    match looked:
        case Several(known):
            lines = [t("Several names fit “{name}”. Which one?", name=word)]
            rows = [(Button(clipped(name_label(each), WIDE_MOST), way(each.ref)),) for each in known]
        case NotHad():
            lines = [*not_had(t, looked, word)]
            if again is not None:
                rows.append((Button(t.label("Try again"), again, Style.PRIMARY),))
        case OfAnother(scope, ref):
            lines = [t("That name belongs to <b>{account}</b>, which is not in use now.", account=whose(scope))]
            rows.append((Button(t.label("Switch and open it"), SwitchToCard(ref), Style.PRIMARY),))
        case _:
            lines = [t(not_listed(looked, word))]
            if word and way is not DeleteName:
                lines.append(t("Look for it in the list, or add it."))
    return Screen(t.lines(*lines), (*rows, (Button(t.label("My names"), ShowNames()), home_button(t))))


def not_listed(looked: NotListed, word: str) -> Phrase:
    """A name is certainly not in the list."""
    if looked.as_of is None:
        return say("That name is not in the list any more.")
    time = moment(looked.as_of)
    if not word:
        return say("That name is not in the list any more, as of {time}.", time=time)
    return say("“{name}” is not in the list that SMSC gave at {time}.", name=word[:64], time=time)


def not_had(t: Texts, looked: NotHad, word: str) -> list[Markup]:
    """Nobody knows whether a name is in the list."""
    lines = [
        t("SMSC's list could not be had, so I do not know whether “{name}” is in it.", name=word[:64])
        if looked.problem is not None
        else t("SMSC's list could not be read as a whole, so I do not know whether “{name}” is in it.", name=word[:64]),
        t("⚠️ {problem}", problem=not_known(looked)),
    ]
    if looked.as_of is not None:
        lines.append(t("It was not in the list of {time}.", time=moment(looked.as_of)))
    return lines
