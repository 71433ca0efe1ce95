"""A stand-in for SMSC's HTTP API: sender names, codes, balance, and a desk for the moderator.

    damage.py  an answer that breaks on its way, in every known manner (pure)
    forms.py   the forms of the answers that nobody has recorded; faults on demand
    records.py what it keeps, as values
    demo.py    the account of the demo and of the tests
    world.py   accounts, names, documents, codes; rules, limits, moderator and operators (pure)
    wire.py    requests and answers in four formats and three charsets (pure)
    api.py     the commands (pure)
    state.py   what the stand-in knows
    desk.py    the moderator's desk, over HTTP
    server.py  the web server, and the faults

Of the project it imports what is SMSC's (`bot.smsc`: the catalogue, the errors, the rules for names) and nothing else.
"""

from bot.sandbox.smsc.api import Request
from bot.sandbox.smsc.demo import DEMO
from bot.sandbox.smsc.forms import Fault, Forms
from bot.sandbox.smsc.records import QUICK, Account, LimitNumbers, Pace, Sms
from bot.sandbox.smsc.server import SmscSandbox, serve
from bot.sandbox.smsc.world import World

__all__ = [
    "DEMO",
    "QUICK",
    "Account",
    "Fault",
    "Forms",
    "LimitNumbers",
    "Pace",
    "Request",
    "Sms",
    "SmscSandbox",
    "World",
    "serve",
]
