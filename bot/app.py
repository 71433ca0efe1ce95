"""The composition root: the only file that knows every part. What is made here is the whole program.

Telegram ─▶ poller ─▶ inbox ─▶ queues ─▶ updates ─▶ private chat ─▶ dispatch ─▶ handlers ─▶ screens
                                                         │                         │           │
                                                         │  listings, operations ◀─┘─▶ SMSC    │
                                                         │          │                          │
                                    notices ◀─ queues ◀──│─ outbox ◀┘                          │
                                       └────▶ handlers   └──────────▶ delivery ◀───────────────┘
                                                                         └─▶ panel ─▶ Telegram
"""

from __future__ import annotations

import asyncio
import gc
import signal
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog
from aiogram import Bot

import handlers
from bot.accounts import Accounts
from bot.client_links import ClientLinks
from bot.clock import Clock, SystemClock, chance, new_id, new_tag
from bot.colleagues import Colleagues
from bot.companies import Companies
from bot.imaging.image_converter import ImageConverter
from bot.leaving import Leaving
from bot.locales import Catalogues
from bot.meter import Meter
from bot.monitoring.alerts import Alerts, token_refused
from bot.monitoring.health import Health
from bot.monitoring.readings import Sources
from bot.opening import check_vault, introduce, open_file, poll_instead_of_webhook
from bot.people import People
from bot.points import Reached, killed_at, nobody
from bot.quotas import Allowance, Quotas
from bot.screens.commands import COMMANDS, GROUP_COMMANDS
from bot.senders.approvals import Approvals
from bot.senders.batches import Batches
from bot.senders.budget import Budget
from bot.senders.journal import Journal
from bot.senders.kept import unwatched
from bot.senders.listing import Listings
from bot.senders.looks import Looks
from bot.senders.operations import Operations
from bot.settings import Settings
from bot.smsc import Catalogue, Limits, SmscClient, Timeouts, seed_catalogue
from bot.smsc.catalogue import LIST_MAX
from bot.storage.database import Database
from bot.storage.errors import held_up
from bot.storage.unit_of_work import UnitOfWork
from bot.supervision import Supervisor, before, insisted
from bot.takeout.process import Takeout
from bot.telegram.chat_context import Contexts
from bot.telegram.chat_queues import ChatQueues
from bot.telegram.delivery import Delivery
from bot.telegram.dispatch import Dispatch
from bot.telegram.files import download
from bot.telegram.forms import Forms
from bot.telegram.groups_and_inline import GroupsAndInline
from bot.telegram.guests import Guests
from bot.telegram.holds import Holds
from bot.telegram.inbox import Inbox
from bot.telegram.menu import Menu
from bot.telegram.notices import Notices
from bot.telegram.outbox import Outbox
from bot.telegram.own_name import OwnName
from bot.telegram.panel import Panel
from bot.telegram.poller import Poller
from bot.telegram.private_chat import PrivateChat
from bot.telegram.progress import UploadSign
from bot.telegram.reception import Reception
from bot.telegram.refusals import TokenRefused
from bot.telegram.reply_keyboard import ReplyKeyboard, shortcuts
from bot.telegram.routes import Routes
from bot.telegram.services import Services
from bot.telegram.session import InTopic, JsonSession, Measured, Patience, Told
from bot.telegram.updates import Updates
from bot.telegram.webhook import Webhook
from bot.tokens import new_token
from bot.vault import Vault
from bot.watch.board import Boards
from bot.watch.codes import Codes
from bot.watch.events import Events
from bot.watch.how_long import HowLong
from bot.watch.notebook import Notebook
from bot.watch.pace import Pace
from bot.watch.quiet import USUAL, Notifications, Preferences
from bot.watch.records import Archive
from bot.watch.rounds import Watch
from handlers.reply_keyboard import ACTIONS, FORMER_ACTIONS

if TYPE_CHECKING:
    from bot.monitoring.endpoint import Endpoint
    from bot.monitoring.prometheus import Prometheus

log = structlog.get_logger(__name__)

_COLLECTED_AFTER: Final = (20_000, 20, 20)
"""So many new objects, before what is left in circles is looked for: at Python's 700 that took 5 % of an update."""
_DRAIN_SECONDS: Final = 15.0
"""How long updates that are being handled may take to their end after a stop; the rest is left in the file."""
_LAST_SECONDS: Final = 1.0
"""How long receipts, and then what runs beside everything else, may take after that."""


@dataclass(frozen=True, slots=True)
class World:
    """What the program takes from outside beside its settings, so that tests need no waiting.

    `names_at_once` is how many names one list request asks for; `reached` is told how far the program has come;
    `usual` is how whoever chose nothing is told of changes.
    """

    clock: Clock
    catalogue: Catalogue
    timeouts: Timeouts
    names_at_once: int = LIST_MAX
    reached: Reached = nobody
    usual: Preferences = USUAL

    @classmethod
    def real(cls, settings: Settings) -> World:
        """The machine's clock, and the catalogue of the seed."""
        return cls(SystemClock(), seed_catalogue(), Timeouts(), reached=killed_at(settings.kill_at))


async def run(settings: Settings, world: World | None = None, stop: asyncio.Event | None = None) -> None:
    """Runs the bot until `stop`, SIGINT or SIGTERM, then drains and closes in order.

    Raises:
        Leaving: one line each for the administrator.
    """
    world = world or World.real(settings)
    stop = stop or stop_on_signals()
    vault = Vault(settings.keys())
    routes = handlers.routes(world.catalogue)
    metrics = counting(settings)
    meter = metrics or Meter()
    async with AsyncExitStack() as stack:
        proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else None
        session = JsonSession(settings.telegram_api_url, proxy)
        bot = await stack.enter_async_context(Bot(settings.bot_token.get_secret_value(), session))
        username = await introduce(bot, world.clock)
        database = await before(stop, open_file(settings.database_path, world.clock, world.reached))
        if database is None:
            return
        stack.push_async_callback(database.close)
        budget, holds = Budget(database, world.clock), Holds(database, world.clock)

        async def kept() -> Limits:
            await check_vault(database, vault)
            await holds.take_up()
            return Limits(world.clock, settings.limits(), budget, await budget.kept())

        limits = await before(stop, insisted(world.clock, kept, held_up))
        if limits is None:
            return
        client = await stack.enter_async_context(
            SmscClient(
                catalogue=world.catalogue,
                limits=limits,
                timeouts=world.timeouts,
                observed=meter.smsc,
                reached=world.reached,
            )
        )
        session.middleware(InTopic())
        session.middleware(Patience(world.clock.sleep, holds))
        measured = Measured(meter)
        session.middleware(measured)
        if world.reached is not nobody:
            session.middleware(Told(world.reached))
        if settings.hook() is None:
            await poll_instead_of_webhook(bot)
        program = _Program(
            settings, world, stop, vault, database, client, bot, holds, username, routes, metrics, measured
        )
        reason = await program.serve()
        if isinstance(reason, TokenRefused) and settings.admin_chat is not None:
            await token_refused(database, world.clock)
    if reason is not None:
        raise reason
    log.info("stopped")


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of the program that run by themselves."""

    operations: Operations
    batches: Batches
    menu: Menu
    inbox: Inbox
    outbox: Outbox
    receiver: Poller | Webhook
    watch: Watch
    alerts: Alerts | None
    endpoint: Endpoint | None


@dataclass(frozen=True, slots=True)
class _Program:
    """Everything that is open, put together and served until `stop`."""

    settings: Settings
    world: World
    stop: asyncio.Event
    vault: Vault
    database: Database
    client: SmscClient
    bot: Bot
    holds: Holds
    username: str
    routes: Routes
    metrics: Prometheus | None
    measured: Measured

    async def serve(self) -> Leaving | None:
        """Serves until `stop`; gives the reason where it was not a person who stopped it."""
        async with Supervisor(self.world.clock, self.stop, self.metrics) as supervisor:
            queues = ChatQueues(supervisor)
            parts = self._parts(supervisor, queues)
            supervisor.keep("operations", parts.operations.take_up)
            supervisor.keep("many names at once", parts.batches.take_up)
            telling = supervisor.keep("outbox", parts.outbox.run)
            receiving = supervisor.keep("updates", parts.receiver.run)
            supervisor.keep("tidying up", parts.inbox.tidy)
            if self.settings.watch_seconds:
                supervisor.keep("watch", parts.watch.run)
            if parts.alerts is not None:
                supervisor.keep("alerts", parts.alerts.run)
            if parts.endpoint is not None:
                supervisor.keep("metrics and health", parts.endpoint.run)
            parts.menu.announce()
            gc.collect()
            gc.freeze()  # what the start made stays to the end: no collection walks through it again
            gc.set_threshold(*_COLLECTED_AFTER)
            log.info("started", bot=self.username)

            await self.stop.wait()
            log.info("stopping")
            receiving.cancel()
            if not await queues.drained(_DRAIN_SECONDS):
                log.warning("some updates are left to the next start")
            await parts.operations.drain()
            await queues.drained(_LAST_SECONDS)
            telling.cancel()
            await queues.close(_LAST_SECONDS)
        return supervisor.reason

    def _parts(self, supervisor: Supervisor, queues: ChatQueues) -> _Parts:
        """Everything from Telegram to the handlers and back, each made of what was made before it."""
        clock, database, bot, routes = self.world.clock, self.database, self.bot, self.routes
        catalogues = Catalogues.load(self.settings.default_language)
        news = asyncio.Event()  # something was put into the outbox
        people = People(database, self.vault, clock.now)
        panel = Panel(bot, queues, people.living)
        accounts = Accounts(database, self.vault, self.settings.services(), clock.now, self.settings.ceilings())
        witness = Notebook(clock.now, self.world.usual) if self.settings.watch_seconds else unwatched
        looks = Looks(self.client, database, clock, self.world.names_at_once, witness, news.set)
        watch = Watch(
            looks=looks,
            limits=self.client.limits,
            accounts=accounts,
            database=database,
            clock=clock,
            supervisor=supervisor,
            pace=Pace(self.settings.watch_seconds),
            chance=chance,
            noticed=news.set,
            most=self.settings.lists_watched,
        )
        name = OwnName(bot, self.username, clock.ticks)
        services = self._services(catalogues, people, panel, queues, supervisor, news, accounts, looks, watch, name)
        forms = Forms(routes, services)
        contexts = Contexts(people, catalogues, services.accounts)
        dispatch = Dispatch(routes, services, forms, name, shortcuts((*ACTIONS, *FORMER_ACTIONS), catalogues))
        delivery = Delivery(panel, people, forms, routes)
        allowed = self.settings.allowed_users
        private_chat = PrivateChat(
            contexts=contexts,
            people=people,
            dispatch=dispatch,
            forms=forms,
            delivery=delivery,
            panel=panel,
            allowed=allowed,
            guests=Guests(services.client_links),
        )
        groups_and_inline = GroupsAndInline(
            bot=bot, name=name, routes=routes, people=people, services=services, allowed=allowed
        )
        updates = Updates(bot, private_chat, groups_and_inline)
        reception = Reception(bot, panel, contexts, dispatch, forms)
        inbox = Inbox(
            database=database,
            vault=self.vault,
            clock=clock,
            queues=queues,
            handle=updates.handle,
            acknowledge=reception.acknowledge,
            delete_secret=reception.delete_secret,
            look_ahead=reception.look_ahead,
            news=news,
            meter=self.metrics or Meter(),
            waiting_most=self.settings.updates_waiting,
        )
        notices = Notices(routes, services, forms, contexts, delivery)
        outbox = Outbox(database, clock, notices, queues, self.holds, news)
        hook = self.settings.hook()
        receiver = (
            Poller(bot, inbox, clock, updates.kinds)
            if hook is None
            else Webhook(bot, inbox, clock, supervisor, hook, updates.kinds)
        )
        sources = Sources(
            database=database,
            limits=self.client.limits,
            services=tuple({each.counts_as for each in self.settings.services()}),
            waiting=lambda: inbox.waiting,
            queues=lambda: len(queues),
            silence=lambda: receiver.silence if isinstance(receiver, Poller) else None,
            overdue=lambda: outbox.overdue,
            refused=lambda: self.measured.refused,
            watch=watch if self.settings.watch_seconds else None,
        )
        alerts, chat_id = None, self.settings.admin_chat
        if chat_id is not None:
            at_once = partial(notices.deliver, unit_of_work=UnitOfWork())
            alerts = Alerts(chat_id, sources, clock, news.set, at_once)
        return _Parts(
            services.operations,
            services.batches,
            services.menu,
            inbox,
            outbox,
            receiver,
            watch,
            alerts,
            self._endpoint(sources),
        )

    def _endpoint(self, sources: Sources) -> Endpoint | None:
        """What answers whoever watches over the bot; None where nobody does."""
        address = self.settings.monitoring()
        if address is None or self.metrics is None:
            return None
        from bot.monitoring.endpoint import Endpoint

        health = Health(self.database, self.world.clock, sources.silence, sources.refused)
        return Endpoint(address, self.metrics, health, sources)

    def _services(
        self,
        catalogues: Catalogues,
        people: People,
        panel: Panel,
        queues: ChatQueues,
        supervisor: Supervisor,
        news: asyncio.Event,
        accounts: Accounts,
        looks: Looks,
        watch: Watch,
        name: OwnName,
    ) -> Services:
        """What every handler may ask for."""
        clock, database, vault = self.world.clock, self.database, self.vault
        listings = Listings(self.client, accounts, database, clock, looks, queues.beside)
        paid = frozenset(flag for flag, each in self.world.catalogue.programmes.items() if each.paid is not False)
        operations = Operations(
            client=self.client,
            accounts=accounts,
            listings=listings,
            journal=Journal(database, vault, clock, paid, self.settings.ceilings()),
            clock=clock,
            fetch=self._fetch,
            uploading=UploadSign(people, panel),
            supervisor=supervisor,
            news=news,
            changed=watch.soon,
        )
        batches = Batches(
            client=self.client,
            accounts=accounts,
            listings=listings,
            operations=operations,
            database=database,
            vault=vault,
            clock=clock,
            supervisor=supervisor,
            news=news,
        )
        client_links = ClientLinks(
            database=database,
            vault=vault,
            now=clock.now,
            new_id=new_id,
            new_token=new_token,
            news=news,
            ceilings=self.settings.ceilings(),
        )
        allowance = Allowance(self.settings.files_an_hour, self.settings.megabytes_a_day * 1024 * 1024)
        quotas = Quotas(database, clock.now, allowance)
        colleagues = Colleagues(
            database=database,
            accounts=accounts,
            people=people,
            now=clock.now,
            new_id=new_id,
            new_token=new_token,
            noticed=news.set,
        )
        approvals = Approvals(
            database=database,
            vault=vault,
            clock=clock,
            operations=operations,
            batches=batches,
            paid=paid,
            news=news,
        )
        return Services(
            accounts=accounts,
            approvals=approvals,
            colleagues=colleagues,
            listings=listings,
            operations=operations,
            batches=batches,
            companies=Companies(database, vault, clock.now),
            client_links=client_links,
            events=Events(database),
            notifications=Notifications(database, self.world.usual),
            codes=Codes(database),
            boards=Boards(database, clock.now),
            archive=Archive(database, accounts),
            takeout=Takeout(database.path, vault.open),
            how_long=HowLong(database, clock),
            catalogue=self.world.catalogue,
            catalogues=catalogues,
            panel=panel,
            keyboard=ReplyKeyboard(self.bot, panel, ACTIONS),
            name=name,
            menu=Menu(self.bot, catalogues, supervisor, private=COMMANDS, groups=GROUP_COMMANDS),
            converter=ImageConverter(spent=quotas.worked),
            quotas=quotas,
            ceilings=self.settings.ceilings(),
            fetch=self._fetch,
            clock=clock,
            new_id=new_id,
            new_tag=new_tag,
        )

    async def _fetch(self, file_id: str, most: int) -> bytes:
        return await download(self.bot, file_id, most, self.world.clock.sleep)


def counting(settings: Settings) -> Prometheus | None:
    """What counts for the metrics; loaded only where somebody reads them."""
    if settings.monitoring() is None:
        return None
    from bot.monitoring.prometheus import Prometheus

    return Prometheus()


def stop_on_signals() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C arrives as KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    return stop
