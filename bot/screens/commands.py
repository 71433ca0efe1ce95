"""Every command with what it does: the command menu and the help are made from this, and a test holds it complete."""

from __future__ import annotations

from typing import Final

from bot.locales import Phrase, say, verbatim

COMMANDS: Final[tuple[tuple[str, Phrase], ...]] = (
    ("senders", say("your names and what became of them")),
    ("board", say("what needs you, in all accounts and subclients")),
    ("add", say("register a name")),
    ("many", say("register many names at once")),
    ("companies", say("companies with their data and documents")),
    ("document", say("send a document for a name")),
    ("confirm", say("confirm a number as a sender name")),
    ("change", say("change a name: its comment, operators, documents")),
    ("delete", say("delete a name")),
    ("history", say("your requests and SMSC's answers")),
    ("notifications", say("what you are told, and when")),
    ("export", say("names and history as a spreadsheet")),
    ("account", say("accounts and balance")),
    ("colleagues", say("who else works with your account")),
    ("connect", say("connect an SMSC account")),
    ("links", say("links by which clients fill in a form")),
    ("user", say("act for a subclient")),
    ("bar", say("quick actions in the place of the keyboard")),
    ("language", verbatim("Русский, Қазақша, English")),
    ("privacy", say("what is kept about you; take it or delete it")),
    ("cancel", say("leave a form; nothing is sent")),
    ("start", say("home")),
    ("help", say("what you can do here")),
)
"""The command menu of private chats, in its order."""
SAME_AS: Final = {"home": "start"}
"""Commands that are another one under a second name."""
GROUP_COMMANDS: Final[tuple[tuple[str, Phrase], ...]] = (("start", say("Go on in private")),)
"""In groups there is nothing else to do."""
