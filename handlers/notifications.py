"""How one wants to be told of what changes: quiet hours, one's zone, a digest in the morning; a name that is muted.

account ─▶ [Notifications] ─▶ [Never quiet] [22–08] [21–09] [23–07]   [Time zone: UTC+5]   [☐ In the morning]
              [Time zone] ─▶ a city, or an offset typed ─▶ [Notifications]
a message about a name, its card ─▶ [🔕 Mute] ─▶ "only what needs you" ─▶ [🔔 Unmute]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.accounts import Scope
from bot.conversation.flow import Flow
from bot.conversation.form import home_button
from bot.conversation.inputs import Input, TextInput
from bot.conversation.screen import Button, Row, Screen, Style
from bot.conversation.step import Answers, Choice, Json, Problem, Step
from bot.locales import Phrase, Texts, say, verbatim
from bot.screens.buttons import ChooseZone, MuteName, OpenAccount, OpenCard, ShowNotifications
from bot.screens.card import mute_button
from bot.screens.lookups import unfound
from bot.senders.known import KnownName
from bot.senders.listed import Found
from bot.senders.listing import Listings
from bot.telegram.chat_context import ChatContext
from bot.telegram.forms import Forms
from bot.telegram.routes import Routes
from bot.watch.events import Events, Subject
from bot.watch.quiet import Notifications, Preferences, zone_in, zone_told

routes: Final = Routes()

_HOURS: Final = ((22, 8), (21, 9), (23, 7))
"""Quiet hours that are offered."""


@routes.command("notifications")
async def command(chat: ChatContext, t: Texts, scope: Scope, notifications: Notifications) -> Screen:
    """How one is told now."""
    now = await notifications.load(chat.person.user_id, scope.account.service.name)
    return notifications_screen(t, now, guessed=not await notifications.has_chosen(chat.person.user_id))


@routes.button(ShowNotifications)
async def choose(
    chat: ChatContext, t: Texts, button: ShowNotifications, scope: Scope, notifications: Notifications
) -> Screen:
    """How one is told, with what was chosen just now."""
    chosen = Preferences.of_word(button.chosen)
    if chosen is None:
        return await command(chat, t, scope, notifications)
    chat.unit_of_work.add(notifications.saving(chat.person.user_id, chosen))
    return notifications_screen(t, chosen)


def notifications_screen(t: Texts, now: Preferences, *, guessed: bool = False) -> Screen:
    """How one is told, and what else there is to choose. `guessed`: nobody chose anything yet."""
    text = t.lines(
        "<b>Notifications</b>",
        "",
        "What changes at SMSC I tell you myself: one message per name, with buttons for what to do.",
        t(
            "Quiet hours: <b>{hours}</b>. Then messages come without a sound, what is not urgent together.",
            hours=_hours(now),
        )
        if now.has_quiet
        else t("There are no quiet hours."),
        t("Your time: <b>{zone}</b>.", zone=zone_told(now.zone)),
        t("I took that for granted: choose your time zone if it is another.") if guessed else None,
        t("What is not urgent comes together in the morning, at {hour}.", hour=f"{now.quiet_until:02}:00")
        if now.digest
        else t("Everything comes as it happens."),
        "What needs you (a document rejected, a name lost) comes at once, with a sound.",
    )
    never = Button(_mark(not now.has_quiet) + t.label("Never quiet"), _chosen(replace(now, quiet_from=now.quiet_until)))
    hours = [never, *(_quiet_button(now, *each) for each in _HOURS)]
    box = "☑ " if now.digest else "☐ "
    together = Button(box + t.label("In the morning"), _chosen(replace(now, digest=not now.digest)))
    zone = Button(
        t.label("Time zone: {zone}", zone=zone_told(now.zone)), ChooseZone(), Style.PRIMARY if guessed else Style.PLAIN
    )
    rows = (tuple(hours[:2]), tuple(hours[2:]), (zone,), (together,))
    return Screen(text, (*rows, (Button(t.label("Account"), OpenAccount()), home_button(t))))


def _quiet_button(now: Preferences, quiet_from: int, quiet_until: int) -> Button:
    wanted = replace(now, quiet_from=quiet_from, quiet_until=quiet_until)
    return Button(_mark(wanted == now) + _hours(wanted), _chosen(wanted))


def _chosen(wanted: Preferences) -> ShowNotifications:
    return ShowNotifications(wanted.word)


def _mark(chosen: bool) -> str:
    return "● " if chosen else "○ "


def _hours(now: Preferences) -> str:
    return f"{now.quiet_from:02}:00–{now.quiet_until:02}:00"


# The time zone


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """The zone as it is, in minutes east of Greenwich."""

    zone: int


_CITIES: Final[tuple[tuple[int, Phrase], ...]] = (
    (5, say("Almaty, Tashkent")),
    (3, say("Moscow, Minsk")),
    (2, say("Kyiv, Kaliningrad")),
    (4, say("Samara, Baku")),
    (6, say("Bishkek, Omsk")),
    (7, say("Novosibirsk")),
    (8, say("Irkutsk")),
    (9, say("Yakutsk")),
    (10, say("Vladivostok")),
    (11, say("Magadan")),
    (12, say("Kamchatka")),
)
"""Hours east of Greenwich, and whose clocks show them."""


def _zones(_answers: Answers, _facts: ZoneFacts) -> Sequence[Choice]:
    return [Choice(str(hours), say("{city} +{hours}", city=city, hours=hours), hours * 60) for hours, city in _CITIES]


def _read_zone(received: Input, _answers: Answers, _facts: ZoneFacts) -> Json | Problem:
    zone = zone_in(received.text) if isinstance(received, TextInput) else None
    return zone if zone is not None else Problem(say("A time zone looks like +5 or +5:30."))


ZONE: Final = Flow[ZoneFacts](
    name="zone",
    version=1,
    title=say("Time zone"),
    send=say("Take it"),
    summary=False,
    steps=(
        Step(
            key="zone",
            label=say("Time zone"),
            ask=lambda _answers, facts: say(
                "What is your time zone? Tap a city, or type how far ahead of Greenwich you are. Now it is {zone}.",
                zone=zone_told(facts.zone),
            ),
            example=verbatim("+5"),
            show=lambda value, _facts: verbatim(zone_told(value)),
            read=_read_zone,
            choices=_zones,
        ),
    ),
)


@routes.button(ChooseZone)
async def zone(chat: ChatContext, forms: Forms) -> Screen:
    """Asks for the zone."""
    return await forms.begin(chat, ZONE.name)


async def zone_facts(chat: ChatContext, scope: Scope, notifications: Notifications) -> ZoneFacts:
    """The zone as it is."""
    return ZoneFacts((await notifications.load(chat.person.user_id, scope.account.service.name)).zone)


async def zone_finish(
    chat: ChatContext, t: Texts, answers: Answers, scope: Scope, notifications: Notifications
) -> Screen:
    """Takes it."""
    now = await notifications.load(chat.person.user_id, scope.account.service.name)
    chosen = replace(now, zone=int(answers["zone"]))
    chat.unit_of_work.add(notifications.saving(chat.person.user_id, chosen))
    return notifications_screen(t, chosen)


routes.conversation(ZONE, facts=zone_facts, finish=zone_finish)


# A name that is muted


@routes.button(MuteName)
async def mute(
    chat: ChatContext, t: Texts, button: MuteName, scope: Scope, listings: Listings, events: Events
) -> Screen:
    """Mutes a name, or has it told of again."""
    looked = await listings.by_ref(scope, button.ref)
    if not isinstance(looked, Found):
        return unfound(t, looked)
    known = looked.known
    on = button.off is None
    subject = Subject((scope.account.id, scope.subclient), known.name, known.id)
    chat.unit_of_work.add(events.muting(scope.user_id, subject, on=on))
    return muted_screen(t, known, on=on)


def muted_screen(t: Texts, known: KnownName, *, on: bool) -> Screen:
    """That a name is muted, or not any more."""
    text = (
        t("🔕 <b>{name}</b>: from now on I tell only what needs you.", name=known.title)
        if on
        else t("🔔 <b>{name}</b>: from now on I tell everything that changes.", name=known.title)
    )
    other = mute_button(t, known.ref, muted=on)
    rows: tuple[Row, ...] = ((other, Button(t.label("Open the card"), OpenCard(known.ref))), (home_button(t),))
    return Screen(text, rows)
