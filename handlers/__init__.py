"""The conversations, a file each, and the ways in: every command, button, link and message meets one of these tables.

start             home, help, language, cancel
reply_keyboard    quick actions in place of the keyboard
connect           an SMSC account
account           which one, label, forget
subclient         for whom
names             the list
card              one name
add               a name
change            a name
document          documents for a name
confirm           a number: a code is sent
code              the code is checked
delete            a name
history           what was done
operation_status  what became of a request
unprompted        what is sent while nothing was asked
fallback          what nobody else takes
screen_catalogue  every screen, drawn from made-up facts

No conversation imports another: what two need stands in `bot.actions`, `bot.registration` and `bot.screens`.
"""

from __future__ import annotations

from bot.conversation.callback import declared_in
from bot.conversation.form_buttons import GoHome
from bot.screens import buttons
from bot.smsc import Catalogue
from bot.telegram import outbox
from bot.telegram.routes import Routes
from bot.telegram.wiring import put_together
from handlers import (
    account,
    add,
    card,
    change,
    code,
    confirm,
    connect,
    delete,
    document,
    fallback,
    history,
    names,
    operation_status,
    reply_keyboard,
    start,
    subclient,
    unprompted,
)


def routes(catalogue: Catalogue) -> Routes:
    """Every conversation's tables in one, ready to be called; and those of the notices that are about no conversation.

    Raises:
        MiswiredError: one of them cannot work.
    """
    parts = (
        start.routes,
        reply_keyboard.routes,
        connect.routes,
        account.routes,
        subclient.routes,
        names.routes,
        card.routes,
        add.routes(catalogue),
        change.routes(catalogue),
        document.routes,
        confirm.routes,
        code.routes,
        delete.routes,
        history.routes,
        operation_status.routes,
        unprompted.routes,
        fallback.routes,
        outbox.routes,
    )
    return put_together(parts, (GoHome, *declared_in(buttons)))
