"""What reached SMSC, as its stand-in noted it."""

from __future__ import annotations

from bot.sandbox.smsc import SmscSandbox


def sent(smsc: SmscSandbox) -> list[tuple[str, bytes]]:
    return [(name, content) for each in smsc.requests for _, name, content in each.files]


def made(smsc: SmscSandbox, command: str) -> int:
    return sum(each.command == command for each in smsc.requests)
