"""The conversations, a file each, and the ways in: every command, button, link and message meets one of these tables.

start.py             home, help, language, cancel
reply_keyboard.py    quick actions in place of the keyboard
connect.py           an SMSC account
account.py           which one, label, forget
colleagues.py        who else works with it
approvals.py         what waits for an owner's word
subclient.py         for whom
names.py             the list
board.py             what needs one, of all names
card.py              one name
add.py               a name
many.py              many names at once
companies.py         companies that are kept here
company_form.py      what a company is called, and its data
company_document.py  a document of a company
client_links.py      links for clients, and what they hand over
client_form.py       what a client fills in by a link
change.py            a name
document.py          documents for a name
confirm.py           a number: a code is sent
code.py              the code is checked
delete.py            a name
lock.py              a name that is not to be deleted
history.py           what was done
codes.py             what a status code means
timeline.py          what happened to a name
waits.py             how long a name has waited, and a letter to SMSC
notifications.py     quiet hours, the digest of the morning, names that are muted
privacy.py           what is kept about a person, to be taken or deleted
export.py            names and history as a file, one name on a page
watch.py             what is told unasked, and when
operation_status.py  what became of a request
alerts.py            what needs the administrator's hand
unprompted.py        what is sent while nothing was asked
fallback.py          what nobody else takes
colleagues_catalogue.py  those of an account's people
client_screens.py    those of clients' links, for the screen catalogue
screen_catalogue.py  every screen, drawn from made-up facts

No conversation imports another: what two need stands in `bot.actions`, `bot.registration` and `bot.screens`.
"""

from __future__ import annotations

from bot.actions.conversations import LED_INTO
from bot.conversation.callback import declared_in
from bot.conversation.form_buttons import GoHome
from bot.screens import buttons
from bot.screens.commands import COMMANDS, GROUP_COMMANDS
from bot.smsc import Catalogue
from bot.telegram import outbox, wiring
from bot.telegram.routes import Routes
from handlers import (
    account,
    add,
    alerts,
    approvals,
    board,
    card,
    change,
    client_form,
    client_links,
    code,
    codes,
    colleagues,
    companies,
    company_document,
    company_form,
    confirm,
    connect,
    delete,
    document,
    export,
    fallback,
    history,
    lock,
    many,
    names,
    notifications,
    operation_status,
    privacy,
    reply_keyboard,
    start,
    subclient,
    timeline,
    unprompted,
    waits,
    watch,
)
from handlers.reply_keyboard import ACTIONS, FORMER_ACTIONS


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
        colleagues.routes,
        approvals.routes,
        subclient.routes,
        names.routes,
        board.routes,
        card.routes,
        add.routes(catalogue),
        many.routes(catalogue),
        companies.routes,
        company_form.routes(catalogue),
        company_document.routes,
        client_links.routes(catalogue),
        client_form.routes(catalogue),
        change.routes(catalogue),
        document.routes,
        confirm.routes,
        code.routes,
        delete.routes,
        history.routes,
        lock.routes,
        timeline.routes,
        codes.routes,
        waits.routes,
        notifications.routes,
        privacy.routes,
        export.routes,
        watch.routes,
        operation_status.routes,
        alerts.routes,
        unprompted.routes,
        fallback.routes,
        outbox.routes,
    )
    menu = [name for name, _ in (*COMMANDS, *GROUP_COMMANDS)]
    quick = [each.command for row in (*ACTIONS, *FORMER_ACTIONS) for each in row if each.command is not None]
    return wiring.put_together(
        parts, buttons=(GoHome, *declared_in(buttons)), commands=(*menu, *quick), conversations=LED_INTO
    )
