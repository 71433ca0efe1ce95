"""Elsewhere: Telegram, SMSC, and this machine's clock beside theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNetworkError,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import WebhookInfo

from bot.clock import Clock
from bot.doctor.findings import Finding, note, well, wrong
from bot.settings import Settings
from bot.smsc import Service
from bot.smsc.reach import Reached, reach
from bot.telegram.session import JsonSession

_SECONDS: Final = 10
_SKEW_MOST: Final = 30.0
"""Seconds by which a clock may be off: times in messages are told in minutes."""
_LATELY: Final = 3600.0
_MANY_WAITING: Final = 100


@dataclass(slots=True)
class Found:
    """What was found elsewhere, and the dates that came with the answers: seconds by which our clock is ahead."""

    findings: list[Finding] = field(default_factory=list)
    skews: list[float] = field(default_factory=list)

    def compared(self, date: str, now: float) -> None:
        """Takes in the `Date` header of an answer that came just now."""
        try:
            self.skews.append(now - parsedate_to_datetime(date).timestamp())
        except (TypeError, ValueError):
            return


async def elsewhere(settings: Settings, clock: Clock) -> list[Finding]:
    """Asks Telegram and every service; nothing that costs, and nothing with a person's key."""
    found = Found()
    await _telegram(settings, clock, found)
    services = settings.services()
    reached = await asyncio.gather(*(reach(each.base_url) for each in services))
    found.findings += _smsc(services, reached)
    for each in reached:
        found.compared(each.date, clock.now())
    return [*found.findings, clock_finding(found.skews)]


async def _telegram(settings: Settings, clock: Clock, found: Found) -> None:
    proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else None
    session = JsonSession(settings.telegram_api_url, proxy)
    try:
        async with Bot(settings.bot_token.get_secret_value(), session) as bot:
            me = await bot.get_me(request_timeout=_SECONDS)
            found.findings.append(well("telegram", f"the bot is @{me.username}"))
            if not me.supports_inline_queries:
                todo = "/setinline at @BotFather, to find a name from any chat"
                found.findings.append(note("telegram", "inline mode is off", todo))
            info = await bot.get_webhook_info(request_timeout=_SECONDS)
            found.findings += webhook_findings(settings, info, clock.now())
            await _admin(settings, bot, found)
            found.compared(await session.date_at(settings.telegram_api_url, _SECONDS), clock.now())
    except TelegramUnauthorizedError:
        todo = "ask @BotFather for the token (/mybots, API Token), and look for a slip in it"
        found.findings.append(wrong("telegram", "Telegram does not know BOT_TOKEN", todo))
    except (TelegramNetworkError, TelegramServerError) as failure:
        todo = "try from this machine: curl -I " + settings.telegram_api_url
        todo += "" if proxy else "; where Telegram is blocked, set TELEGRAM_PROXY"
        found.findings.append(wrong("telegram", f"cannot be reached: {failure.message}", todo))
    except TelegramAPIError as failure:
        found.findings.append(wrong("telegram", f"refuses: {failure.message}", "look at TELEGRAM_API_URL"))


async def _admin(settings: Settings, bot: Bot, found: Found) -> None:
    if settings.admin_chat is None:
        return
    try:
        await bot.get_chat(settings.admin_chat, request_timeout=_SECONDS)
    except (TelegramNetworkError, TelegramServerError):
        raise
    except TelegramAPIError as failure:
        todo = "open the bot from there and tap START; a group has to have it as a member"
        found.findings.append(wrong("telegram", f"ADMIN_CHAT cannot be told anything: {failure.message}", todo))
    else:
        found.findings.append(well("telegram", "ADMIN_CHAT can be reached"))


def webhook_findings(settings: Settings, info: WebhookInfo, now: float) -> Iterator[Finding]:
    """How updates come, beside what Telegram tells of the webhook."""
    where = urlsplit(info.url).hostname if info.url else None
    if not settings.webhook_url:
        if where is None:
            yield well("telegram", "updates are fetched; no webhook stands in the way")
        else:
            todo = "if another copy of the bot is meant to work there, give this one a token of its own"
            yield note("telegram", f"updates go to {where} until the next start takes that away", todo)
        return
    ours = urlsplit(settings.webhook_url).hostname
    if info.url != settings.webhook_url:
        told = "no webhook is set" if where is None else f"updates go to {where}, not to {ours}"
        yield note("telegram", f"{told}; the start sets it", "if the bot runs, look into its log")
        return
    failed = info.last_error_date
    if failed is not None and now - failed.timestamp() < _LATELY:
        todo = f"look at what ends the TLS for {ours}, and whether it passes on to WEBHOOK_LISTEN"
        yield wrong("telegram", f"updates could not be brought lately: {info.last_error_message}", todo)
    else:
        yield well("telegram", f"updates are brought to {ours}")
    if info.pending_update_count > _MANY_WAITING:
        yield note("telegram", f"{info.pending_update_count} updates wait at Telegram", "does the bot run?")


def _smsc(services: Iterable[Service], reached: Iterable[Reached]) -> Iterator[Finding]:
    for service, each in zip(services, reached, strict=True):
        if each.why is None:
            yield well("smsc", f"{service.name} can be reached")
        else:
            todo = "look at the network and the firewall; or take it out of SMSC_HOSTS where nobody needs it"
            yield wrong("smsc", f"{service.name} cannot be reached: {each.why}", todo)


def clock_finding(skews: Iterable[float]) -> Finding:
    """The clock of this machine, by how many seconds it is ahead of each of the others."""
    nearest = min(skews, key=abs, default=None)
    if nearest is None:
        return note("clock", "could not be compared with anybody's")
    if abs(nearest) <= _SKEW_MOST:
        return well("clock", "agrees with the others' to half a minute")
    how = f"{abs(nearest):.0f} seconds {'ahead of' if nearest > 0 else 'behind'} Telegram's and SMSC's"
    return wrong("clock", f"this machine's is {how}", "have it set by the network: timedatectl set-ntp true")
