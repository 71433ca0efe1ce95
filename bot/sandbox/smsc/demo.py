"""The account that the demo and the tests use, and a world with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from bot.sandbox.smsc.records import ADMITTED, REJECTED, Account, DemoAccount, Name, State
from bot.sandbox.smsc.world import World

DEMO: Final = DemoAccount()


def demo_world(now: float) -> World:
    """The world at the start: the demo account with a name in every state, and an account `other`."""
    world = World()
    demo = world.add_account(
        Account(
            DEMO.login,
            DEMO.password,
            DEMO.apikey,
            Decimal("1871.62"),
            subclients=["aigerim", "botagoz", "daniyar", "yerlan", "zarina"],
        )
    )
    ago = now - 40 * 86_400

    def new(name: str, state: State, comment: str, owner: str = "") -> Name:
        made = world.name(world.add_names(demo.login, [name], owner, now=ago)[0])
        made.state, made.comment, made.told = state, comment, True
        return made

    shop = new("Aruana", "active", "Сеть магазинов одежды «Аруана»")
    world.file_with(shop, {"mts_step": "3", "mega_step": "1", "tele2": "0"}, now - 2 * 86_400)
    domain = new("ARUANA.KZ", "active", "Домен принадлежит ТОО «Аруана»")
    world.file_with(domain, {"bee_step": "3"}, now - 9 * 86_400)
    admitted = world.attach(domain, "certificate.pdf", b"%PDF-1.4\n% certificate\n", "Сертификат на домен")
    admitted.status = ADMITTED
    new("info@aruana.kz", "active", "Почта магазина").fields["name"] = "Аруана"
    new("77000001122", "active", "Телефон магазина")
    new("77000003344", "waiting", "Телефон склада")
    new("AruanaShop", "waiting", "Интернет-магазин")
    doubtful = new("AruanaMed", "waiting", "Аптека")
    rejected = world.attach(doubtful, "scan.png", b"\x89PNG\r\n\x1a\n", "Свидетельство")
    rejected.status = REJECTED
    rejected.comment = "Скан нечитаем, приложите свидетельство на товарный знак"
    new("Sale", "rejected", "Распродажа").verdict = "Общее слово"
    new("Aigerim", "active", "Салон «Айгерим»", "aigerim")
    new("AigerimSPA", "waiting", "Спа-салон", "aigerim")
    new("Daniyar", "active", "ИП Данияр", "daniyar")
    world.add_account(Account("other", "other-password", "other-key-fedcba9876543210", Decimal("12.50")))
    world.add_names("other", ["Other"], now=ago)
    return world
